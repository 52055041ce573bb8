package account

import (
	"fmt"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var signInOps = []op.Op[State]{
	op.Write("Account.Login", signIn),
	op.Write("Account.Register", register),
}

// tokenResponse has the field of a login that clients read. It is assumed that the token begins with "Bearer ", as that
// of the documented login does: clients send both unchanged.
type tokenResponse struct {
	Token string `json:"token"`
}

// signInRequest has three forms: an account and its password with a captcha, a mobile number with a code, or an e-mail
// address with a code.
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

// signInKinds are the kinds of [Bind] that a user can log in with.
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

// signInByPassword returns the same error for an unknown account and a wrong password, as a careful service does
// (assumed). Only the diagnosis differs.
func (st *State) signInByPassword(c *op.Call, req signInRequest) (tokenResponse, error) {
	if req.Account == "" {
		return tokenResponse{}, api.ErrAccount.Because("account.missing", "send the account and its password", "there is no account")
	}
	if err := st.Captchas.check(c, req.CaptchaKey, req.CaptchaCode); err != nil {
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
		return tokenResponse{}, api.ErrPassword.Because("account.unknown", "register the account first, or put a user with that username into the fixtures",
			"there is no such account")
	case !user.hasPassword(req.Password):
		return tokenResponse{}, api.ErrPassword.Because("password.wrong", "send the password of the account", "the password is not that of the account")
	}
	session, token, err := st.Sessions.open(c, user.ID)
	if err != nil {
		return tokenResponse{}, err
	}
	st.Captchas.Remove(string(req.CaptchaKey))
	table.PutExpiring(&st.Sessions.Table, session, c.Now)
	return tokenResponse{Token: token}, nil
}

// signInByCode makes the user at the first login (assumed): the vendor's newest client has no page to register.
func (st *State) signInByCode(c *op.Call, kind, name, sent string) (tokenResponse, error) {
	if err := checkName(kind, name); err != nil {
		return tokenResponse{}, err
	}
	code, err := st.Codes.check(c, name, forLogin, sent)
	if err != nil {
		return tokenResponse{}, err
	}
	_, token, err := st.enter(c, kind, name)
	if err != nil {
		return tokenResponse{}, err
	}
	st.Codes.use(c, code)
	return tokenResponse{Token: token}, nil
}

// enter logs in the user that the name is bound to, or a new user.
func (st *State) enter(c *op.Call, kind, name string) (User, string, error) {
	user, known := st.boundTo(kind, name)
	if !known {
		if err := c.RoomForUser(st.Users.Len(), api.ErrBroken); err != nil {
			return User{}, "", err
		}
		user = st.newUser(c, kind, name)
	}
	session, token, err := st.Sessions.open(c, user.ID)
	if err != nil {
		return User{}, "", err
	}
	if !known {
		st.Users.Put(user)
		st.Binds.bind(c, user.ID, kind, name)
	}
	table.PutExpiring(&st.Sessions.Table, session, c.Now)
	return user, token, nil
}

// newUser makes a user of the platform's own. It stores neither the user nor the bind.
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

// kindOf returns the kind of a login name.
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

// register makes a user with a password. The client sends a captchaCode without the key of a captcha. It is assumed to
// be the code that was sent to the username, a mobile number or an e-mail address. If no code was sent there, it is
// assumed to be the text of any valid captcha.
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
	if err := c.RoomForUser(st.Users.Len(), api.ErrBroken); err != nil {
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
	st.Binds.bind(c, user.ID, kind, name)
	return true, nil
}

// checkRegistration checks the captchaCode of a registration, and returns a function that marks it as used.
func (st *State) checkRegistration(c *op.Call, kind, name, sent string) (spend func(), err error) {
	if sent == "" {
		return nil, api.ErrCaptchaCode.Because("captcha.missing", "send the code that sms/register or mail/register sent, or the text of a captcha",
			"there is no captchaCode")
	}
	if _, wasSent := st.Codes.last(name, c.Now); wasSent && kind != kindUsername {
		code, err := st.Codes.check(c, name, forRegister, sent)
		if err != nil {
			return nil, api.ErrCaptchaCode.With(err.(*op.Failure).Diagnosis)
		}
		return func() { st.Codes.use(c, code) }, nil
	}
	for captcha := range st.Captchas.Of(nobody) {
		if !captcha.over(c.Now) && CaptchaText(captcha.Key) == sent {
			return func() { st.Captchas.Remove(captcha.Key) }, nil
		}
	}
	return nil, api.ErrCaptchaCode.Because("captcha.wrong", captchaRule, "the captchaCode is the text of no captcha that is good")
}

// SignInByQQ logs in with the code of a QQ account. Each code is a QQ account, whose user is made at the first login
// (assumed). The real code comes from a window of QQ and is valid once.
func (st *State) SignInByQQ(c *op.Call, code string) (user User, token string, err error) {
	if code == "" {
		return User{}, "", api.ErrCode.Because("qq.no-code", "send any code; in this fake each one is a QQ account of its own", "there is no code")
	}
	return st.enter(c, kindQQ, code)
}

var loginOps = []op.Op[State]{
	op.Write("Third.Login", login),
}

// tokenLife is how long a token is valid. It is assumed: expires_at is documented, its distance is not.
const tokenLife = 7 * 24 * time.Hour

// loginRequest is documented. It is assumed that a userId may also be a number.
type loginRequest struct {
	UserID   api.Text    `json:"userId"`
	NickName *api.Text   `json:"nick_name"`
	Mobile   *api.Text   `json:"mobile"`
	Email    *api.Text   `json:"email"`
	Avatar   *api.Text   `json:"avatar"`
	Gender   *api.Number `json:"gender"`
}

type loginResponse struct {
	UserID    string `json:"user_id"`
	Token     string `json:"token"`
	ExpiresAt int64  `json:"expires_at"` // milliseconds since 1970
}

// login runs after the signature has been verified. Every call creates or updates the user of the userId (documented),
// and opens one more session (assumed).
func login(c *op.Call, st *State, req loginRequest) (loginResponse, error) {
	user, err := st.userOfLogin(c, req)
	if err != nil {
		return loginResponse{}, err
	}
	if user.ID == "" {
		if err := c.RoomForUser(st.Users.Len(), api.ErrBroken); err != nil {
			return loginResponse{}, err
		}
		user.ID = st.Users.NewID(c)
	}
	session, token, err := st.Sessions.open(c, user.ID)
	if err != nil {
		return loginResponse{}, fmt.Errorf("third login: %w", err)
	}
	st.Users.Put(user)
	table.PutExpiring(&st.Sessions.Table, session, c.Now)
	return loginResponse{UserID: user.ID, Token: token, ExpiresAt: session.Expires.UnixMilli()}, nil
}

// userOfLogin returns the user with the fields of the login; a new user has no id yet. A field that is left out stays
// as it was, and one that is sent empty becomes empty. That is assumed: the documents only say that every login updates
// the user.
func (st *State) userOfLogin(c *op.Call, req loginRequest) (User, error) {
	userID := string(req.UserID)
	if strings.TrimSpace(userID) == "" {
		return User{}, api.ErrUserID.Because("login.user-id", "send the id that the user has in your own system as userId",
			"the userId is missing or empty")
	}
	user, known := st.Users.ThirdParty(userID)
	if !known {
		user = User{UserID: userID, CreatedAt: c.Now}
	}
	if req.Gender != nil {
		// That other numbers are rejected is assumed.
		gender := int(*req.Gender)
		if float64(gender) != float64(*req.Gender) || !isGender(gender) {
			return User{}, api.ErrGender.Because("login.gender", "send 0 for female, 1 for male or 2 for other, or leave it out",
				"the gender %v is none of 0, 1 and 2", *req.Gender)
		}
		user.Gender = &gender
	}
	user.NickName = req.NickName.Or(user.NickName)
	user.Mobile = req.Mobile.Or(user.Mobile)
	user.Email = req.Email.Or(user.Email)
	user.Avatar = req.Avatar.Or(user.Avatar)
	user.UpdatedAt = c.Now
	return user, nil
}

// ThirdParty returns the user with a userId of the third party.
func (u *Users) ThirdParty(userID string) (User, bool) {
	for user := range u.Of(thirdParty + userID) {
		return user, true
	}
	return User{}, false
}
