package h5ds

import (
	"cmp"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

var accountOps = []op.Op[State]{
	op.Read("User.Info", accountInfo),    // documented, its answer is not
	op.Read("Account.Info", accountInfo), // vendor clients
	op.Write("Account.Logout", logout),
	op.Write("Account.LogoutPost", logout), // clients disagree about the method
}

// User is a user of the platform, made from one user of a third party. The keys are those of
// the API, where it has one for the field.
type User struct {
	// ID is the platform's id, decimal digits; a new one when a seed leaves it out.
	ID string `json:"id" yaml:"id"`
	// UserID is the id in the third party's system; required.
	UserID string `json:"userId" yaml:"userId"`
	// Name is what the user chose on the platform; a login does not touch it.
	Name     string `json:"name,omitempty" yaml:"name,omitempty"`
	NickName string `json:"nick_name,omitempty" yaml:"nick_name,omitempty"`
	Mobile   string `json:"mobile,omitempty" yaml:"mobile,omitempty"`
	Email    string `json:"email,omitempty" yaml:"email,omitempty"`
	Avatar   string `json:"avatar,omitempty" yaml:"avatar,omitempty"`
	// Gender is 0 female, 1 male or 2 other; nil when nobody said. No answer tells it.
	Gender  *int    `json:"gender,omitempty" yaml:"gender,omitempty"`
	Credits float64 `json:"credits,omitempty" yaml:"credits,omitempty"`
	// VIPLevel is 0 none, 1 VIP or 2 SVIP. It ends at VIPExpire, or never when that is zero.
	VIPLevel  int       `json:"vip_level,omitempty" yaml:"vip_level,omitempty"`
	VIPExpire time.Time `json:"vip_expire,omitzero" yaml:"vip_expire,omitempty"`
	// Admin lets the user's tokens administer templates.
	Admin     bool      `json:"admin,omitempty" yaml:"admin,omitempty"`
	CreatedAt time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

func (u User) key() (id, owner string) { return u.ID, u.UserID }

func isGender(n int) bool { return n >= 0 && n <= 2 }

// accountAnswer holds the fields that the vendor's clients read, and no other: none reads the
// gender.
type accountAnswer struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	NickName  string  `json:"nick_name"`
	Avatar    string  `json:"avatar"`
	Mobile    string  `json:"mobile"`
	Email     string  `json:"email"`
	Credits   float64 `json:"credits"`
	VIPStatus int     `json:"vip_status"`
	VIPLevel  int     `json:"vip_level"`
	VIPExpire stamp   `json:"vip_expire"`
}

func accountInfo(c *op.Call, st *State, _ op.None) (accountAnswer, error) {
	user, there := st.Users.get(c.User)
	if !there {
		return accountAnswer{}, LoginExpired(c.Dialect).Because("session.no-user", logInAgain,
			"there is no user %q", c.User)
	}
	ans := accountAnswer{
		ID: user.ID, NickName: user.NickName, Avatar: user.Avatar, Mobile: user.Mobile, Email: user.Email,
		// Derived: a login sends only nick_name, yet clients show name.
		Name:    cmp.Or(user.Name, user.NickName, user.UserID),
		Credits: user.Credits, VIPExpire: stamp(user.VIPExpire),
	}
	if user.isVIP(c.Now) {
		ans.VIPStatus, ans.VIPLevel = 1, user.VIPLevel
	}
	return ans, nil
}

// isVIP says whether the user is a VIP now. That status and level fall to 0 at vip_expire is
// derived.
func (u User) isVIP(now time.Time) bool {
	return u.VIPLevel > 0 && (u.VIPExpire.IsZero() || now.Before(u.VIPExpire))
}

// logout ends the session of the call's token. That the user's other sessions go on is derived.
func logout(c *op.Call, st *State, _ op.None) (op.None, error) {
	session, there := st.Sessions.get(c.Session)
	if !there || session.User != c.User || !session.LoggedOut.IsZero() {
		return op.None{}, LoginExpired(c.Dialect).Because("session.unknown", logInAgain,
			"there is no open session %q of user %q", c.Session, c.User)
	}
	session.LoggedOut = c.Now
	st.Sessions.put(session)
	return op.None{}, nil
}
