package account

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// State is what is remembered of the users of a tenant.
type State struct {
	// Users have an owner each; see [User].
	Users Users `json:"users,omitzero"`
	// Sessions, Binds, Days and Messages belong to the platform id of a user.
	Sessions Sessions             `json:"sessions,omitzero"`
	Binds    Binds                `json:"binds,omitzero"`
	Days     table.Table[Day]     `json:"days,omitzero"`
	Messages table.Table[Message] `json:"messages,omitzero"`
	// Captchas and QRs may be nobody's, Codes belong to a mobile number or an e-mail address.
	Captchas Captchas `json:"captchas,omitzero"`
	QRs      QRs      `json:"qrs,omitzero"`
	Codes    Codes    `json:"codes,omitzero"`
}

// allAccountOps are the operations of users, tokens and messages.
var Ops = slices.Concat(loginOps, accountOps, signInOps, captchaOps, codeOps, bindOps, passwordOps, qrOps, dayOps, messageOps)

var accountOps = []op.Op[State]{
	op.Write("Account.Logout", logout),
	op.Write("Account.LogoutPost", logout), // clients disagree about the method
	op.Write("Account.Update", updateAccount),
	op.Write("Account.UpdatePut", updateAccount), // and here too
}

// User is a user of the platform: made from one user of a third party, or the platform's own. The
// keys are those of the API, where it has one for the field.
type User struct {
	// ID is the platform's id, decimal digits; a new one when a seed leaves it out.
	ID string `json:"id" yaml:"id"`
	// UserID is the id in the third party's system. A user without it is the platform's own, and
	// needs a Username, a Mobile or an Email; each of them logs the user in.
	UserID string `json:"userId,omitempty" yaml:"userId,omitempty"`
	// Username is the login name of a user of the platform's own.
	Username string `json:"username,omitempty" yaml:"username,omitempty"`
	// Password is plain only in a seed: the state keeps a salted hash.
	Password string `json:"password,omitempty" yaml:"password,omitempty"`
	// Name is what the user chose on the platform; a login does not touch it.
	Name     string `json:"name,omitempty" yaml:"name,omitempty"`
	NickName string `json:"nick_name,omitempty" yaml:"nick_name,omitempty"`
	Mobile   string `json:"mobile,omitempty" yaml:"mobile,omitempty"`
	Email    string `json:"email,omitempty" yaml:"email,omitempty"`
	Avatar   string `json:"avatar,omitempty" yaml:"avatar,omitempty"`
	// Gender is 0 female, 1 male or 2 other; nil when nobody said. No response tells it.
	Gender *int `json:"gender,omitempty" yaml:"gender,omitempty"`
	// Credits are those that no [Credit] stands for. A response tells the sum.
	Credits float64 `json:"credits,omitempty" yaml:"credits,omitempty"`
	// VIPLevel is 0 none, 1 VIP or 2 SVIP. It ends at VIPExpire, or never when that is zero. What
	// the user has ordered comes on top.
	VIPLevel  int       `json:"vip_level,omitempty" yaml:"vip_level,omitempty"`
	VIPExpire time.Time `json:"vip_expire,omitzero" yaml:"vip_expire,omitempty"`
	// Admin lets the user's tokens administer templates.
	Admin     bool      `json:"admin,omitempty" yaml:"admin,omitempty"`
	CreatedAt time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

// key gives each user an owner of its own: the userId of the third party, or else the platform
// id. The words before them keep the two apart.
func (u User) RowKey() (id, owner string) {
	if u.UserID == "" {
		return u.ID, "own " + u.ID
	}
	return u.ID, thirdParty + u.UserID
}

// Users are those of one appid, so two applications never share a user (assumed).
type Users struct{ table.Table[User] }

const thirdParty = "userId "

func isGender(n int) bool { return n >= 0 && n <= 2 }

// Caller finds the user of the call's token.
func (st *State) Caller(c *op.Call) (User, error) {
	user, there := st.Users.Get(c.User)
	if !there {
		return User{}, api.LoginExpired(c.Dialect).Because("session.no-user", logInAgain, "there is no user %q", c.User)
	}
	return user, nil
}

// shownName is never empty: a login sends only nick_name, yet clients show name, and fail without
// one (assumed).
func (u User) ShownName() string {
	return cmp.Or(u.Name, u.NickName, u.UserID, u.Username, u.Mobile, u.Email, u.ID)
}

// updateAccountRequest has one of the two; clients send either.
type updateAccountRequest struct {
	Name   *api.Text `json:"name"`
	Avatar *api.Text `json:"avatar"` // a storage path
}

// updateAccount changes what was sent. That the name must not become empty is assumed: it is what
// clients show.
func updateAccount(c *op.Call, st *State, req updateAccountRequest) (api.Done, error) {
	user, err := st.Caller(c)
	if err != nil {
		return false, err
	}
	user.Name = req.Name.Or(user.Name)
	user.Avatar = req.Avatar.Or(user.Avatar)
	switch {
	case req.Name == nil && req.Avatar == nil:
		return false, api.ErrName.Because("account.nothing", "send name or avatar", "there is nothing to update")
	case req.Name != nil && strings.TrimSpace(user.Name) == "":
		return false, api.ErrName.Because("account.name", "send a name that is not empty", "the name is empty")
	}
	user.UpdatedAt = c.Now
	st.Users.Put(user)
	return true, nil
}

// logout ends the session of the call's token. That the user's other sessions go on is assumed.
func logout(c *op.Call, st *State, _ op.None) (op.None, error) {
	session, there := st.Sessions.Get(c.Session)
	if !there || session.User != c.User || !session.LoggedOut.IsZero() {
		return op.None{}, api.LoginExpired(c.Dialect).Because("session.unknown", logInAgain,
			"there is no open session %q of user %q", c.Session, c.User)
	}
	session.LoggedOut = c.Now
	st.Sessions.Put(session)
	return op.None{}, nil
}
