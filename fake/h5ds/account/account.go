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

// State is the users of a tenant, their sessions and their messages.
type State struct {
	// Users have an owner each; see [User].
	Users Users `json:"users,omitzero"`
	// Sessions, Binds, Days and Messages belong to the platform id of a user.
	Sessions Sessions             `json:"sessions,omitzero"`
	Binds    Binds                `json:"binds,omitzero"`
	Days     table.Table[Day]     `json:"days,omitzero"`
	Messages table.Table[Message] `json:"messages,omitzero"`
	// Captchas belong to nobody, QRs to a user or nobody, Codes to a mobile number or an e-mail address.
	Captchas Captchas `json:"captchas,omitzero"`
	QRs      QRs      `json:"qrs,omitzero"`
	Codes    Codes    `json:"codes,omitzero"`
}

// Ops are the operations of users, tokens and messages.
var Ops = slices.Concat(loginOps, accountOps, signInOps, captchaOps, codeOps, bindOps, passwordOps, qrOps, dayOps, messageOps)

var accountOps = []op.Op[State]{
	op.Write("Account.Logout", logout),
	op.Write("Account.LogoutPost", logout), // clients disagree about the method
	op.Write("Account.Update", updateAccount),
	op.Write("Account.UpdatePut", updateAccount), // and here too
}

// User is a user of the platform: of a third party, or of the platform's own. The keys are those of the API, if it has
// the field.
type User struct {
	// ID is the id on the platform: decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// UserID is the id in the third party's system. A user without it is the platform's own, who logs in with the
	// Username, the Mobile or the Email and needs one of them.
	UserID string `json:"userId,omitempty" yaml:"userId,omitempty"`
	// Username is the login name of a user of the platform's own.
	Username string `json:"username,omitempty" yaml:"username,omitempty"`
	// Password is in plain text when it is put; the state has a salted hash.
	Password string `json:"password,omitempty" yaml:"password,omitempty"`
	// Name is the name that the user chose on the platform; a login does not change it.
	Name     string `json:"name,omitempty" yaml:"name,omitempty"`
	NickName string `json:"nick_name,omitempty" yaml:"nick_name,omitempty"`
	Mobile   string `json:"mobile,omitempty" yaml:"mobile,omitempty"`
	Email    string `json:"email,omitempty" yaml:"email,omitempty"`
	Avatar   string `json:"avatar,omitempty" yaml:"avatar,omitempty"`
	// Gender is 0 female, 1 male or 2 other, nil when it is unknown. No response has it.
	Gender *int `json:"gender,omitempty" yaml:"gender,omitempty"`
	// Credits do not include those of [Credit]. Responses have the sum of both.
	Credits float64 `json:"credits,omitempty" yaml:"credits,omitempty"`
	// VIPLevel is 0 none, 1 VIP or 2 SVIP. It ends at VIPExpire, or never when that is zero. Orders of the user are
	// added to it.
	VIPLevel  int       `json:"vip_level,omitempty" yaml:"vip_level,omitempty"`
	VIPExpire time.Time `json:"vip_expire,omitzero" yaml:"vip_expire,omitempty"`
	// Admin lets the user's tokens administer templates.
	Admin     bool      `json:"admin,omitempty" yaml:"admin,omitempty"`
	CreatedAt time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

// RowKey gives each user an owner: the userId of the third party, or else the platform id. A prefix keeps equal userIds
// and platform ids apart.
func (u User) RowKey() (id, owner string) {
	if u.UserID == "" {
		return u.ID, "own " + u.ID
	}
	return u.ID, thirdParty + u.UserID
}

// Users are the users of one appid; two applications never share a user (assumed).
type Users struct{ table.Table[User] }

const thirdParty = "userId "

func isGender(n int) bool { return n >= 0 && n <= 2 }

// Caller returns the user of the call's token.
func (st *State) Caller(c *op.Call) (User, error) {
	user, there := st.Users.Get(c.User)
	if !there {
		return User{}, api.LoginExpired(c.Dialect).Because("session.no-user", logInAgain, "there is no user %q", c.User)
	}
	return user, nil
}

// ShownName is never empty (assumed): a login sends only nick_name, but clients show name, and fail without it.
func (u User) ShownName() string {
	return cmp.Or(u.Name, u.NickName, u.UserID, u.Username, u.Mobile, u.Email, u.ID)
}

// updateAccountRequest has one of the two fields: some clients send the one, some the other.
type updateAccountRequest struct {
	Name   *api.Text `json:"name"`
	Avatar *api.Text `json:"avatar"` // a storage path
}

// updateAccount changes the fields that were sent. It is assumed that the name must not become empty, because clients
// show it.
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

// logout ends the session of the call's token. It is assumed that the other sessions of the user go on.
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
