package account_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

func TestCodesTo(t *testing.T) {
	t.Parallel()
	const mobile = "15800000000"
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	first := v.Code("Account.Sms.Login", "mobile", mobile)
	second := v.Code("Account.Sms.Login", "mobile", mobile)
	registering := v.Later(time.Minute)
	third := registering.Code("Account.Sms.Register", "mobile", mobile)
	codes := v.State.Account.Codes.To(mobile)
	var got []string
	for _, code := range codes {
		if !regexp.MustCompile(`^[0-9]{6}$`).MatchString(code.Code) {
			t.Errorf("code %q", code.Code)
		}
		got = append(got, code.Purpose+" "+code.Code)
	}
	h5dstest.Diff(t, "codes", []string{"register " + third, "login " + second, "login " + first}, got)
	h5dstest.Diff(t, "sent", h5dstest.Now.Add(time.Minute), codes[0].Sent)
	h5dstest.Diff(t, "of another", 0, len(v.State.Account.Codes.To("15800000001")))

	request := func(code string) string {
		return `{"type":"mobile_code","mobile":"` + mobile + `","code":"` + code + `"}`
	}
	if first != second {
		h5dstest.Diff(t, "the one before", "code.wrong", v.Why("Account.Login", request(first)))
	}
	if second != third {
		h5dstest.Diff(t, "of another purpose", "code.wrong", v.Why("Account.Login", request(third)))
	}
	h5dstest.Diff(t, "too late", "code.expired", v.Later(h5dstest.CodeLife).Why("Account.Login", request(second)))
	h5dstest.Diff(t, "in time", "", v.Later(h5dstest.CodeLife-1).Why("Account.Login", request(second)))
}

// Codes are the same in every run, and do not depend on the calls of others.
func TestCodesAreRepeatable(t *testing.T) {
	t.Parallel()
	alone, crowded := h5dstest.New(t, &h5ds.State{}, ""), h5dstest.New(t, &h5ds.State{}, "")
	crowded.Code("Account.Sms.Login", "mobile", "15800000009")
	crowded.Code("Account.Mail.Login", "email", "other@example.com")
	for range 3 {
		want := alone.Code("Account.Sms.Login", "mobile", "15800000000")
		h5dstest.Diff(t, "code", want, crowded.Code("Account.Sms.Login", "mobile", "15800000000"))
	}
}

func TestEveryCodeOperation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ operation, field, to, purpose string }{
		{"Account.Sms.Register", "mobile", "15800000000", "register"},
		{"Account.Sms.Login", "mobile", "15800000000", "login"},
		{"Account.Sms.BindMobile", "mobile", "+8615800000000", "bind-mobile"},
		{"Account.Sms.RecoverPassword", "mobile", h5dstest.AliceMobile, "recover-password"},
		{"Account.Mail.Register", "email", "new@example.com", "register"},
		{"Account.Mail.Login", "email", "new@example.com", "login"},
		{"Account.Mail.BindEmail", "email", "new@example.com", "bind-email"},
	} {
		t.Run(test.operation, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.WtoneID)
			code := v.Code(test.operation, test.field, test.to)
			h5dstest.Diff(t, "stored", []account.Code{{
				ID: v.State.Account.Codes.To(test.to)[0].ID, To: test.to, Purpose: test.purpose, Code: code, User: h5dstest.WtoneID, Sent: h5dstest.Now,
			}}, v.State.Account.Codes.To(test.to))
			h5dstest.Diff(t, "captchas left", 0, v.State.Account.Captchas.Count("nobody"))
		})
	}
}

// The vendor's client binds an address without a captcha; a captcha that is sent must be right.
func TestBindMailWithoutCaptcha(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.WtoneID)
	h5dstest.Diff(t, "without", "", v.Why("Account.Mail.BindEmail", `{"email":"w@example.com"}`))
	h5dstest.Diff(t, "wrong", "captcha.unknown", v.Why("Account.Mail.BindEmail", `{"email":"w@example.com","captchaKey":"1","captchaCode":"1"}`))
}

func TestCaptcha(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, &h5ds.State{}, "")
	var first, second struct {
		Key     string `json:"captcha_key"`
		Picture string `json:"captcha_code"`
	}
	v.Read("Account.Captcha", ``, &first)
	v.Read("Account.Captcha", ``, &second)
	if first.Key == second.Key {
		t.Error("two captchas have one key")
	}
	h5dstest.Diff(t, "texts in the picture", []string{account.CaptchaText(first.Key)}, h5dstest.Texts(t, first.Picture))
	h5dstest.Diff(t, "text of a short key", "abc", account.CaptchaText("abc"))

	try := func(v *h5dstest.Visit, key, code string) string {
		return v.Why("Account.Sms.Login", `{"mobile":"15800000000","captchaKey":"`+key+`","captchaCode":"`+code+`"}`)
	}
	h5dstest.Diff(t, "wrong", "captcha.wrong", try(v, first.Key, "x"))
	h5dstest.Diff(t, "that of another", "captcha.unknown", try(v, first.Key+"0", account.CaptchaText(first.Key)))
	h5dstest.Diff(t, "too late", "captcha.expired", try(v.Later(h5dstest.CodeLife), first.Key, account.CaptchaText(first.Key)))
	h5dstest.Diff(t, "in time", "", try(v.Later(h5dstest.CodeLife-1), first.Key, account.CaptchaText(first.Key)))
	h5dstest.Diff(t, "again", "captcha.unknown", try(v, first.Key, account.CaptchaText(first.Key)))

	h5dstest.Diff(t, "stored", 1, v.State.Account.Captchas.Count("nobody"))
	v.Later(h5dstest.CodeLife).Data("Account.Captcha", ``)
	h5dstest.Diff(t, "stored when the others have expired", 1, v.State.Account.Captchas.Count("nobody"))
}

func TestPictureEscapes(t *testing.T) {
	t.Parallel()
	want := []string{`<script>&"'`, "云剪"}
	h5dstest.Diff(t, "texts", want, h5dstest.Texts(t, api.TextImage(want...)))
}

func TestAppStatistics(t *testing.T) {
	t.Parallel()
	h5dstest.Diff(t, "response", `{}`, h5dstest.New(t, &h5ds.State{}, "").Data("Open.AppStatistics", ``))
}
