package h5ds

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var signInOps = []op.Op[State]{
	op.Write("Account.Login", signIn),
	op.Write("Account.Register", register),
	op.Write("Account.Login.Provider.Qq.User", signInByQQ),
}

// tokenResponse is what clients read of a login. That the token begins with "Bearer ", as that of
// the documented login does, is assumed: clients send both unchanged.
type tokenResponse struct {
	Token string `json:"token"`
}

// openSession makes a session of the user and its token. The session is not in the state yet.
func (st *State) openSession(c *op.Call, user string) (Session, string, error) {
	session := Session{
		Serial: st.Sessions.NewID(c), User: user, Issued: c.Now,
		Expires: c.Now.Add(tokenLife).Truncate(time.Millisecond),
	}
	token, err := c.Token(session.claims())
	if err != nil {
		return Session{}, "", fmt.Errorf("make token: %w", err)
	}
	return session, token, nil
}

// LogIn opens a session of a user without a call, and returns the user's platform id and token. Where
// there is no such user it takes the one with the smallest id, and where there is none at all the id
// is empty.
func (st *State) LogIn(c *op.Call, user string) (id, token string, err error) {
	if _, there := st.Users.Get(user); !there {
		if st.Users.Len() == 0 {
			return "", "", nil
		}
		first := slices.MinFunc(slices.Collect(st.Users.All()), func(a, b User) int { return strings.Compare(a.ID, b.ID) })
		user = first.ID
	}
	session, token, err := st.openSession(c, user)
	if err != nil {
		return "", "", fmt.Errorf("log in: %w", err)
	}
	table.PutExpiring(&st.Sessions, session, c.Now)
	return user, token, nil
}

// signInRequest is one of three: account and password with a captcha, or a mobile number, or an
// e-mail address, with a code.
type signInRequest struct {
	Type        api.Text `json:"type"` // mobile_code, email_code, or nothing
	Account     api.Text `json:"account"`
	Password    password `json:"password"`
	CaptchaKey  api.Text `json:"captchaKey"`
	CaptchaCode api.Text `json:"captchaCode"`
	Mobile      api.Text `json:"mobile"`
	Email       api.Text `json:"email"`
	Code        api.Text `json:"code"`
}

// signInKinds are the kinds of [Bind] that can be an account.
var signInKinds = []string{kindUsername, kindMobile, kindEmail}

func signIn(c *op.Call, st *State, req signInRequest) (tokenResponse, error) {
	switch req.Type {
	case "":
		return st.signInByPassword(c, req)
	case "mobile_code":
		return st.signInByCode(c, kindMobile, string(req.Mobile), string(req.Code))
	case "email_code":
		return st.signInByCode(c, kindEmail, string(req.Email), string(req.Code))
	}
	return tokenResponse{}, api.ErrType.Because("account.type", "send mobile_code or email_code as type, or no type with a password",
		"there is no such type of login")
}

// signInByPassword answers a wrong account like a wrong password, as a careful service does
// (assumed); only the diagnosis tells them apart.
func (st *State) signInByPassword(c *op.Call, req signInRequest) (tokenResponse, error) {
	if req.Account == "" {
		return tokenResponse{}, api.ErrAccount.Because("account.missing", "send the account and its password", "there is no account")
	}
	if err := st.checkCaptcha(c, req.CaptchaKey, req.CaptchaCode); err != nil {
		return tokenResponse{}, err
	}
	var user User
	known := false
	for _, kind := range signInKinds {
		if user, known = st.boundTo(kind, string(req.Account)); known {
			break
		}
	}
	switch {
	case !known:
		return tokenResponse{}, api.ErrPassword.Because("account.unknown", "register the account first, or seed a user with that username",
			"there is no such account")
	case !user.hasPassword(req.Password):
		return tokenResponse{}, api.ErrPassword.Because("password.wrong", "send the password of the account", "the password is not that of the account")
	}
	session, token, err := st.openSession(c, user.ID)
	if err != nil {
		return tokenResponse{}, err
	}
	st.Captchas.Remove(string(req.CaptchaKey))
	table.PutExpiring(&st.Sessions, session, c.Now)
	return tokenResponse{Token: token}, nil
}

// signInByCode makes the user at the first login: the vendor's newest client has no page to
// register on, so a code must do (assumed).
func (st *State) signInByCode(c *op.Call, kind, name, sent string) (tokenResponse, error) {
	if err := checkName(kind, name); err != nil {
		return tokenResponse{}, err
	}
	code, err := st.checkCode(c, name, forLogin, sent)
	if err != nil {
		return tokenResponse{}, err
	}
	_, token, err := st.enter(c, kind, name)
	if err != nil {
		return tokenResponse{}, err
	}
	st.use(c, code)
	return tokenResponse{Token: token}, nil
}

// enter logs in the user whom the name is bound to, a new one when there is none.
func (st *State) enter(c *op.Call, kind, name string) (User, string, error) {
	user, known := st.boundTo(kind, name)
	if !known {
		user = st.newUser(c, kind, name)
	}
	session, token, err := st.openSession(c, user.ID)
	if err != nil {
		return User{}, "", err
	}
	if !known {
		st.Users.Put(user)
		st.bind(c, user.ID, kind, name)
	}
	table.PutExpiring(&st.Sessions, session, c.Now)
	return user, token, nil
}

// newUser makes a user of the platform's own. Neither the user nor the bind is in the state yet.
func (st *State) newUser(c *op.Call, kind, name string) User {
	user := User{ID: st.Users.NewID(c), CreatedAt: c.Now, UpdatedAt: c.Now}
	switch kind {
	case kindUsername:
		user.Username = name
	case kindMobile:
		user.Mobile = name
	case kindEmail:
		user.Email = name
	}
	return user
}

// kindOf tells what a login name is.
func kindOf(name string) string {
	switch {
	case mobileForm.MatchString(name):
		return kindMobile
	case emailForm.MatchString(name):
		return kindEmail
	}
	return kindUsername
}

type registerRequest struct {
	Username    api.Text `json:"username"`
	Password    password `json:"password"`
	CaptchaCode api.Text `json:"captchaCode"`
}

// register makes a user with a password. The client sends a captchaCode without the key of a
// captcha. So it is taken for the code that was sent to the mobile number or the e-mail address
// that is the username; or, when none was, for the text of any captcha that is good (assumed).
func register(c *op.Call, st *State, req registerRequest) (api.Done, error) {
	name := string(req.Username)
	if name == "" {
		return false, api.ErrUsername.Because("account.missing", "send a login name, a mobile number or an e-mail address as username", "there is no username")
	}
	kind := kindOf(name)
	if _, taken := st.boundTo(kind, name); taken {
		return false, api.ErrUsername.Because("bind.taken", "choose another username, or log in", "the username is a user's already")
	}
	if err := checkPassword(req.Password); err != nil {
		return false, err
	}
	spend, err := st.checkRegistration(c, kind, name, string(req.CaptchaCode))
	if err != nil {
		return false, err
	}
	user := st.newUser(c, kind, name)
	user.Password = hashed(user.ID, string(req.Password))
	spend()
	st.Users.Put(user)
	st.bind(c, user.ID, kind, name)
	return true, nil
}

// checkRegistration returns how to spend what proved the registration.
func (st *State) checkRegistration(c *op.Call, kind, name, sent string) (spend func(), err error) {
	if sent == "" {
		return nil, api.ErrCaptchaCode.Because("captcha.missing", "send the code that sms/register or mail/register sent, or the text of a captcha",
			"there is no captchaCode")
	}
	if _, wasSent := st.lastCode(name, c.Now); wasSent && kind != kindUsername {
		code, err := st.checkCode(c, name, forRegister, sent)
		if err != nil {
			return nil, api.ErrCaptchaCode.With(err.(*op.Failure).Diagnosis)
		}
		return func() { st.use(c, code) }, nil
	}
	for captcha := range st.Captchas.Of(nobody) {
		if !captcha.over(c.Now) && CaptchaText(captcha.Key) == sent {
			return func() { st.Captchas.Remove(captcha.Key) }, nil
		}
	}
	return nil, api.ErrCaptchaCode.Because("captcha.wrong", captchaRule, "the captchaCode is the text of no captcha that is good")
}

type qqRequest struct {
	Code api.Text `json:"code"`
}

// qqResponse is what clients read; that user is like the response of account/info is assumed.
type qqResponse struct {
	Token string          `json:"token"`
	User  accountResponse `json:"user"`
}

// signInByQQ takes each code for a QQ account of its own, and makes its user at the first login
// (assumed): the real code comes from a window of QQ, and is good once.
func signInByQQ(c *op.Call, st *State, req qqRequest) (qqResponse, error) {
	if req.Code == "" {
		return qqResponse{}, api.ErrCode.Because("qq.no-code", "send any code; in this fake each one is a QQ account of its own", "there is no code")
	}
	user, token, err := st.enter(c, kindQQ, string(req.Code))
	if err != nil {
		return qqResponse{}, err
	}
	return qqResponse{Token: token, User: st.account(user, c.Now)}, nil
}
