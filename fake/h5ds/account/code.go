package account

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var codeOps = []op.Op[State]{
	op.Write("Account.Sms.Register", smsFor(forRegister)),
	op.Write("Account.Sms.Login", smsFor(forLogin)),
	op.Write("Account.Sms.BindMobile", smsFor(forBindMobile)),
	op.Write("Account.Sms.RecoverPassword", smsFor(forRecover)),
	op.Write("Account.Mail.Register", mailFor(forRegister)),
	op.Write("Account.Mail.Login", mailFor(forLogin)),
	op.Write("Account.Mail.BindEmail", mailFor(forBindEmail)),
}

// purpose is the use of a code: the last part of the path of the call that sent it.
type purpose string

const (
	forRegister   purpose = "register"
	forLogin      purpose = "login"
	forBindMobile purpose = "bind-mobile"
	forBindEmail  purpose = "bind-email"
	forRecover    purpose = "recover-password"
)

// Code is a code that the platform would have sent by text message or e-mail. The fake sends nothing; a test reads it
// with [Codes.To].
type Code struct {
	ID string `json:"id"`
	// To is a mobile number or an e-mail address.
	To string `json:"to"`
	// Purpose is register, login, bind-mobile, bind-email or recover-password.
	Purpose string `json:"purpose"`
	// Code is six digits.
	Code string `json:"code"`
	// Number counts the codes to one receiver from 0. It begins again when the last code expired more than a day ago.
	Number int `json:"number,omitempty"`
	// User is the platform id of the user who asked for the code; empty when nobody was logged in.
	User string    `json:"user,omitempty"`
	Sent time.Time `json:"sent"`
	Used time.Time `json:"used,omitzero"`
}

func (k Code) RowKey() (id, owner string) { return k.ID, k.To }

func (k Code) Expiry() time.Time { return k.Sent.Add(codeLife) }

// codeLife is how long a code is valid (assumed). It is also assumed that a code is valid once, and only until the next
// one for the same purpose.
const codeLife = 5 * time.Minute

// Codes are the codes that were sent.
type Codes struct{ table.Table[Code] }

// To returns the codes for a mobile number or an e-mail address, the newest first. Those that
// expired more than a day ago may be missing.
func (k *Codes) To(to string) []Code { return slices.Collect(k.Of(to)) }

// last returns the newest code for a mobile number or an e-mail address, if it is not forgotten.
func (k *Codes) last(to string, now time.Time) (Code, bool) {
	for code := range k.Of(to) {
		return code, !table.IsForgotten(code, now)
	}
	return Code{}, false
}

type smsRequest struct {
	Mobile      api.Text `json:"mobile"`
	CaptchaKey  api.Text `json:"captchaKey"`
	CaptchaCode api.Text `json:"captchaCode"`
}

func smsFor(why purpose) func(*op.Call, *State, smsRequest) (api.Done, error) {
	return func(c *op.Call, st *State, req smsRequest) (api.Done, error) {
		if err := st.Captchas.check(c, req.CaptchaKey, req.CaptchaCode); err != nil {
			return false, err
		}
		return st.send(c, kindMobile, string(req.Mobile), why, string(req.CaptchaKey))
	}
}

type mailRequest struct {
	Email       api.Text `json:"email"`
	CaptchaKey  api.Text `json:"captchaKey"`
	CaptchaCode api.Text `json:"captchaCode"`
}

// mailFor requires a captcha except for a bind, where the vendor's client has none.
func mailFor(why purpose) func(*op.Call, *State, mailRequest) (api.Done, error) {
	return func(c *op.Call, st *State, req mailRequest) (api.Done, error) {
		if why != forBindEmail || req.CaptchaKey != "" {
			if err := st.Captchas.check(c, req.CaptchaKey, req.CaptchaCode); err != nil {
				return false, err
			}
		}
		return st.send(c, kindEmail, string(req.Email), why, string(req.CaptchaKey))
	}
}

// send stores a new code. Its digits depend on the receiver, the purpose and the number of earlier codes, not on the
// calls of others.
func (st *State) send(c *op.Call, kind, to string, why purpose, captcha string) (api.Done, error) {
	if err := checkName(kind, to); err != nil {
		return false, err
	}
	_, known := st.boundTo(kind, to)
	switch {
	case why == forRegister && known:
		return false, errorOfName[kind].Because("bind.taken", "log in with it", "the %s is a user's already", kind)
	case why == forRecover && !known:
		return false, errorOfName[kind].Because("account.unknown", "bind it first, or register with it", "the %s is no user's", kind)
	}
	number := 0
	if last, sent := st.Codes.last(to, c.Now); sent {
		number = last.Number + 1
	}
	digits := c.Faker(fmt.Sprintf("h5ds code %d of %s for %s", number, to, why)).DigitN(6)
	table.PutExpiring(&st.Codes.Table, Code{
		ID: st.Codes.NewID(c), To: to, Purpose: string(why), Code: digits, Number: number, User: c.User, Sent: c.Now,
	}, c.Now)
	st.Captchas.Remove(captcha)
	return true, nil
}

// check returns the newest code for the purpose if it is the one that was sent. The caller marks it as used when
// everything else is right.
func (k *Codes) check(c *op.Call, to string, why purpose, sent string) (Code, error) {
	const fix = "ask for a new code, and read it with CodesTo"
	if sent == "" {
		return Code{}, api.ErrCode.Because("code.missing", "send the code", "there is no code")
	}
	for code := range k.Of(to) {
		if code.Purpose != string(why) || table.IsForgotten(code, c.Now) {
			continue
		}
		switch age := c.Now.Sub(code.Sent); {
		case !code.Used.IsZero():
			return Code{}, api.ErrCode.Because("code.used", fix, "the code was used already")
		case age >= codeLife:
			return Code{}, api.ErrCode.Because("code.expired", fix, "the code is %s old, and was good for %s", diagnosis.Span(age), diagnosis.Span(codeLife))
		case code.Code != sent:
			return Code{}, api.ErrCode.Because("code.wrong", fix, "this is not the newest code for %s", why)
		}
		return code, nil
	}
	return Code{}, api.ErrCode.Because("code.none", fix, "no code for %s was sent there", why)
}

// use marks a code as used.
func (k *Codes) use(c *op.Call, code Code) {
	code.Used = c.Now
	k.Put(code)
}

var (
	mobileForm = regexp.MustCompile(`^\+?[0-9]{5,20}$`)
	emailForm  = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`) // that of the vendor's newest client
)

// checkName rejects a name that is no mobile number or no e-mail address. Clients check both; it is assumed that the
// server does too.
func checkName(kind, name string) error {
	switch {
	case kind == kindMobile && !mobileForm.MatchString(name):
		return api.ErrMobile.Because("account.mobile", "send a mobile number such as 15888888889", "that is no mobile number")
	case kind == kindEmail && !emailForm.MatchString(name):
		return api.ErrEmail.Because("account.email", "send an e-mail address such as user@example.com", "that is no e-mail address")
	}
	return nil
}

var captchaOps = []op.Op[State]{
	op.Write("Account.Captcha", newCaptcha),
}

// Captcha is a captcha that is not solved yet.
type Captcha struct {
	Key  string    `json:"key"`
	Made time.Time `json:"made"`
}

// nobody is the owner of a row that belongs to no user.
const nobody = "nobody"

func (p Captcha) RowKey() (id, owner string) { return p.Key, nobody }

// captchaLife is how long a captcha is valid (assumed). It is also assumed that it is valid once.
const captchaLife = 5 * time.Minute

// CaptchaText is the text in the picture of a captcha. In this fake it is the last four characters of the captcha_key,
// so that a test in any language can solve it.
func CaptchaText(key string) string { return key[max(0, len(key)-4):] }

func (p Captcha) over(now time.Time) bool { return now.Sub(p.Made) >= captchaLife }

// Captchas are the captchas that are not solved.
type Captchas struct{ table.Table[Captcha] }

// captchaResponse has the fields that the vendor's clients read; captcha_code is the src of an image.
type captchaResponse struct {
	CaptchaKey  string `json:"captcha_key"`
	CaptchaCode string `json:"captcha_code"`
}

// newCaptcha also removes the expired captchas, because a page asks for one whenever it is opened.
func newCaptcha(c *op.Call, st *State, _ op.None) (captchaResponse, error) {
	var over []string
	for old := range st.Captchas.Of(nobody) {
		if old.over(c.Now) {
			over = append(over, old.Key)
		}
	}
	for _, key := range over {
		st.Captchas.Remove(key)
	}
	captcha := Captcha{Key: st.Captchas.NewID(c), Made: c.Now}
	st.Captchas.Put(captcha)
	return captchaResponse{CaptchaKey: captcha.Key, CaptchaCode: api.TextImage(CaptchaText(captcha.Key))}, nil
}

const captchaRule = "ask for a new captcha; its text is the last four characters of its captcha_key"

// check rejects a wrong solution of a captcha. The caller removes the captcha when everything else is right.
func (p *Captchas) check(c *op.Call, key, solution api.Text) error {
	captcha, there := p.Get(string(key))
	switch {
	case key == "":
		return api.ErrCaptchaKey.Because("captcha.no-key", "send the captcha_key as captchaKey", "there is no captchaKey")
	case !there:
		return api.ErrCaptchaKey.Because("captcha.unknown", captchaRule, "there is no captcha of that key; it may be solved already")
	case captcha.over(c.Now):
		return api.ErrCaptchaKey.Because("captcha.expired", captchaRule, "the captcha is older than %s", captchaLife)
	case string(solution) != CaptchaText(string(key)):
		return api.ErrCaptchaCode.Because("captcha.wrong", captchaRule, "the captchaCode is not the text of the captcha")
	}
	return nil
}
