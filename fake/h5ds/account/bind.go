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

// Bind is something by which the platform knows a user again: a login name, a mobile number, an
// e-mail address, an account elsewhere. No two users share one. What a third party says of its
// user binds nothing: nobody has proved it.
type Bind struct {
	Kind  string    `json:"kind"` // username, mobile, email, wechat or qq
	Name  string    `json:"name"`
	User  string    `json:"user"` // platform id
	Bound time.Time `json:"bound"`
}

// Kinds of a [Bind]. That of a login name and of QQ are assumed; the others stand in requests
// and responses of the vendor's clients.
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

// bindID is the same for two spellings of one e-mail address.
func bindID(kind, name string) string {
	if kind == kindEmail {
		name = strings.ToLower(name)
	}
	return kind + ":" + name
}

// Binds are by kind and name; a user has one of each kind at most.
type Binds struct{ table.Table[Bind] }

// boundTo finds the user whom the name of that kind is bound to.
func (st *State) boundTo(kind, name string) (User, bool) {
	bind, there := st.Binds.Get(bindID(kind, name))
	if !there {
		return User{}, false
	}
	return st.Users.Get(bind.User)
}

// who finds a user by any name: platform id, userId of the third party, or what is bound to the
// user. An earlier kind goes before a later one.
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

// bindOf finds what of a kind is bound to the user.
func (b *Binds) ofKind(user, kind string) (Bind, bool) {
	for bind := range b.Of(user) {
		if bind.Kind == kind {
			return bind, true
		}
	}
	return Bind{}, false
}

// bind binds a name to the user, in place of another of that kind.
func (b *Binds) bind(c *op.Call, user, kind, name string) {
	b.release(user, kind)
	b.Put(Bind{Kind: kind, Name: name, User: user, Bound: c.Now})
}

// release takes away what of a kind is bound to the user, if anything is.
func (b *Binds) release(user, kind string) {
	if old, there := b.ofKind(user, kind); there {
		b.Remove(bindID(kind, old.Name))
	}
}

// listBinds answers the kinds, in one fixed order. Clients look for wechat and password; that
// the others are in the list too is assumed.
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

// bindMobileRequest has the number under two names: phoneNumber is an older typing.
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

// bindByCode binds what a code has proved to be the caller's.
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

// free rejects a name that is bound to somebody else than the user.
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

// unbind takes away one of the three kinds that clients name. A mobile number or an e-mail
// address goes even if only the third party said it: clients offer that for each they are shown.
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
