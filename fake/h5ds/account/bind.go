package account

import (
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var bindOps = []op.Op[State]{
	op.Read("Account.Binds", listBinds),
	op.Write("Account.BindMobile", bindMobile),
	op.Write("Account.BindEmail", bindEmail),
	op.Write("Account.Unbind", unbind),
}

// Bind is a name that identifies a user: a login name, a mobile number, an e-mail address, or an account of another
// service. No two users have the same one. The mobile number and the e-mail address that a third party sends are not
// bound, because nobody has proved them.
type Bind struct {
	Kind  string    `json:"kind"` // username, mobile, email, wechat or qq
	Name  string    `json:"name"`
	User  string    `json:"user"` // platform id
	Bound time.Time `json:"bound"`
}

// Kinds of a [Bind]. Those of a login name and of QQ are assumed; the others are in requests and responses of the
// vendor's clients.
const (
	kindUsername = "username"
	kindMobile   = "mobile"
	kindEmail    = "email"
	kindWechat   = "wechat"
	kindQQ       = "qq"
)

// errorOfName is the error of a name that can be bound, by its kind.
var errorOfName = map[string]*op.Error{kindMobile: api.ErrMobile, kindEmail: api.ErrEmail, kindUsername: api.ErrUsername}

func (b Bind) RowKey() (id, owner string) { return bindID(b.Kind, b.Name), b.User }

// bindID is the same for an e-mail address in upper and lower case.
func bindID(kind, name string) string {
	if kind == kindEmail {
		name = strings.ToLower(name)
	}
	return kind + ":" + name
}

// Binds are found by kind and name. A user has at most one of each kind.
type Binds struct{ table.Table[Bind] }

// boundTo returns the user that a name of a kind is bound to.
func (st *State) boundTo(kind, name string) (User, bool) {
	bind, there := st.Binds.Get(bindID(kind, name))
	if !there {
		return User{}, false
	}
	return st.Users.Get(bind.User)
}

// Who returns the user with a name: the platform id, the userId of the third party, or a bound name. They are tried in
// this order.
func (st *State) Who(name string) (User, bool) {
	if user, there := st.Users.Get(name); there {
		return user, true
	}
	if user, there := st.Users.ThirdParty(name); there {
		return user, true
	}
	for _, kind := range slices.Concat(signInKinds, []string{kindWechat, kindQQ}) {
		if user, there := st.boundTo(kind, name); there {
			return user, true
		}
	}
	return User{}, false
}

// ofKind returns the bind of a kind that a user has.
func (b *Binds) ofKind(user, kind string) (Bind, bool) {
	for bind := range b.Of(user) {
		if bind.Kind == kind {
			return bind, true
		}
	}
	return Bind{}, false
}

// bind binds a name to a user, in place of an earlier one of that kind.
func (b *Binds) bind(c *op.Call, user, kind, name string) {
	b.release(user, kind)
	b.Put(Bind{Kind: kind, Name: name, User: user, Bound: c.Now})
}

// release removes the bind of a kind that a user has, if there is one.
func (b *Binds) release(user, kind string) {
	if old, there := b.ofKind(user, kind); there {
		b.Remove(bindID(kind, old.Name))
	}
}

// listBinds returns the kinds in a fixed order. Clients look for wechat and password; it is assumed that the list has
// the others too.
func listBinds(c *op.Call, st *State, _ op.None) ([]string, error) {
	user, err := st.Caller(c)
	if err != nil {
		return nil, err
	}
	kinds := []string{}
	for _, kind := range []string{kindMobile, kindEmail, kindWechat, kindQQ} {
		if _, bound := st.Binds.ofKind(user.ID, kind); bound {
			kinds = append(kinds, kind)
		}
	}
	if user.Password != "" {
		kinds = append(kinds, "password")
	}
	return kinds, nil
}

// bindMobileRequest has two names for the number; phoneNumber is of an older client.
type bindMobileRequest struct {
	Mobile      api.Text `json:"mobile"`
	PhoneNumber api.Text `json:"phoneNumber"`
	Code        api.Text `json:"code"`
}

func bindMobile(c *op.Call, st *State, req bindMobileRequest) (api.Done, error) {
	mobile := string(req.Mobile)
	if mobile == "" {
		mobile = string(req.PhoneNumber)
	}
	return st.bindByCode(c, kindMobile, mobile, forBindMobile, req.Code, func(u *User) { u.Mobile = mobile })
}

type bindEmailRequest struct {
	Email api.Text `json:"email"`
	Code  api.Text `json:"code"`
}

func bindEmail(c *op.Call, st *State, req bindEmailRequest) (api.Done, error) {
	email := string(req.Email)
	return st.bindByCode(c, kindEmail, email, forBindEmail, req.Code, func(u *User) { u.Email = email })
}

// bindByCode binds a name to the caller if the code proves that it is the caller's.
func (st *State) bindByCode(c *op.Call, kind, name string, purpose purpose, sent api.Text, show func(*User)) (api.Done, error) {
	user, err := st.Caller(c)
	if err != nil {
		return false, err
	}
	if err := checkName(kind, name); err != nil {
		return false, err
	}
	code, err := st.Codes.check(c, name, purpose, string(sent))
	if err != nil {
		return false, err
	}
	if code.User != user.ID {
		return false, api.ErrCode.Because("code.other-user", "let the user who binds ask for the code",
			"the code was asked for by another user")
	}
	if err := st.free(kind, name, user.ID); err != nil {
		return false, err
	}
	show(&user)
	user.UpdatedAt = c.Now
	st.Codes.use(c, code)
	st.Binds.bind(c, user.ID, kind, name)
	st.Users.Put(user)
	return true, nil
}

// free rejects a name that is bound to another user.
func (st *State) free(kind, name, user string) error {
	if other, taken := st.boundTo(kind, name); taken && other.ID != user {
		return errorOfName[kind].Because("bind.taken", "use another one, or unbind it there first",
			"the %s is bound to another user already", kind)
	}
	return nil
}

type unbindRequest struct {
	Type api.Text `json:"type"`
}

// unbind removes a bind of one of the three kinds that clients send. It also removes a mobile number or an e-mail
// address that only the third party has sent, because clients offer that for every one that they show.
func unbind(c *op.Call, st *State, req unbindRequest) (api.Done, error) {
	user, err := st.Caller(c)
	if err != nil {
		return false, err
	}
	kind := string(req.Type)
	shown := false
	switch kind {
	case kindMobile:
		shown = user.Mobile != ""
		user.Mobile = ""
	case kindEmail:
		shown = user.Email != ""
		user.Email = ""
	case kindWechat:
	default:
		return false, api.ErrType.Because("bind.type", "send mobile, email or wechat as type", "there is no such type of bind")
	}
	if _, bound := st.Binds.ofKind(user.ID, kind); !bound && !shown {
		return false, api.ErrType.Because("bind.none", "bind it first", "the user has no %s to unbind", kind)
	}
	st.Binds.release(user.ID, kind)
	user.UpdatedAt = c.Now
	st.Users.Put(user)
	return true, nil
}
