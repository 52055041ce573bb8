package h5ds

import (
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var captchaOps = []op.Op[State]{
	op.Write("Account.Captcha", newCaptcha),
}

// Captcha is a captcha that was given out and not solved yet.
type Captcha struct {
	Key  string    `json:"key"`
	Made time.Time `json:"made"`
}

// nobody owns what is kept before anybody is known.
const nobody = "nobody"

func (p Captcha) RowKey() (id, owner string) { return p.Key, nobody }

// captchaLife is how long a captcha is good. Assumed, as is that it is good once.
const captchaLife = 5 * time.Minute

// CaptchaText is the text in the picture of a captcha. In this fake it is always the last four
// characters of the captcha_key: a test in any language can solve it.
func CaptchaText(key string) string { return key[max(0, len(key)-4):] }

func (p Captcha) over(now time.Time) bool { return now.Sub(p.Made) >= captchaLife }

// captchaResponse is what the vendor's clients read; captcha_code is the src of an image.
type captchaResponse struct {
	CaptchaKey  string `json:"captcha_key"`
	CaptchaCode string `json:"captcha_code"`
}

// newCaptcha also forgets those that are over: a page asks for one whenever it is opened.
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

// checkCaptcha judges the solution of a captcha. The caller removes it when all else is right.
func (st *State) checkCaptcha(c *op.Call, key, solution api.Text) error {
	captcha, there := st.Captchas.Get(string(key))
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
