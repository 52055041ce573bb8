package h5ds

import (
	"encoding/base64"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestCodesTo(t *testing.T) {
	t.Parallel()
	const mobile = "15800000000"
	v := newVisit(t, withAlice(t), "")
	first := v.code("Account.Sms.Login", "mobile", mobile)
	second := v.code("Account.Sms.Login", "mobile", mobile)
	registering := v.later(time.Minute)
	third := registering.code("Account.Sms.Register", "mobile", mobile)
	codes := v.st.CodesTo(mobile)
	var got []string
	for _, code := range codes {
		if !regexp.MustCompile(`^[0-9]{6}$`).MatchString(code.Code) {
			t.Errorf("code %q", code.Code)
		}
		got = append(got, code.Purpose+" "+code.Code)
	}
	diff(t, "codes", []string{"register " + third, "login " + second, "login " + first}, got)
	diff(t, "sent", now.Add(time.Minute), codes[0].Sent)
	diff(t, "of another", 0, len(v.st.CodesTo("15800000001")))

	request := func(code string) string {
		return `{"type":"mobile_code","mobile":"` + mobile + `","code":"` + code + `"}`
	}
	if first != second {
		diff(t, "the one before", "code.wrong", v.why("Account.Login", request(first)))
	}
	if second != third {
		diff(t, "of another purpose", "code.wrong", v.why("Account.Login", request(third)))
	}
	diff(t, "too late", "code.expired", v.later(codeLife).why("Account.Login", request(second)))
	diff(t, "in time", "", v.later(codeLife-1).why("Account.Login", request(second)))
}

// Codes are the same in every run, whatever others do meanwhile.
func TestCodesAreRepeatable(t *testing.T) {
	t.Parallel()
	alone, crowded := newVisit(t, &State{}, ""), newVisit(t, &State{}, "")
	crowded.code("Account.Sms.Login", "mobile", "15800000009")
	crowded.code("Account.Mail.Login", "email", "other@example.com")
	for range 3 {
		want := alone.code("Account.Sms.Login", "mobile", "15800000000")
		diff(t, "code", want, crowded.code("Account.Sms.Login", "mobile", "15800000000"))
	}
}

func TestEveryCodeOperation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ operation, field, to, purpose string }{
		{"Account.Sms.Register", "mobile", "15800000000", "register"},
		{"Account.Sms.Login", "mobile", "15800000000", "login"},
		{"Account.Sms.BindMobile", "mobile", "+8615800000000", "bind-mobile"},
		{"Account.Sms.RecoverPassword", "mobile", aliceMobile, "recover-password"},
		{"Account.Mail.Register", "email", "new@example.com", "register"},
		{"Account.Mail.Login", "email", "new@example.com", "login"},
		{"Account.Mail.BindEmail", "email", "new@example.com", "bind-email"},
	} {
		t.Run(test.operation, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), wtoneID)
			code := v.code(test.operation, test.field, test.to)
			diff(t, "kept", []Code{{
				ID: v.st.CodesTo(test.to)[0].ID, To: test.to, Purpose: test.purpose, Code: code, User: wtoneID, Sent: now,
			}}, v.st.CodesTo(test.to))
			diff(t, "captchas left", 0, v.st.Account.Captchas.Count(nobody))
		})
	}
}

// The vendor's client binds an address without a captcha; one that is sent must be right.
func TestBindMailWithoutCaptcha(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), wtoneID)
	diff(t, "without", "", v.why("Account.Mail.BindEmail", `{"email":"w@example.com"}`))
	diff(t, "wrong", "captcha.unknown", v.why("Account.Mail.BindEmail", `{"email":"w@example.com","captchaKey":"1","captchaCode":"1"}`))
}

func TestCaptcha(t *testing.T) {
	t.Parallel()
	v := newVisit(t, &State{}, "")
	var first, second captchaResponse
	v.ok("Account.Captcha", ``, &first)
	v.ok("Account.Captcha", ``, &second)
	if first.CaptchaKey == second.CaptchaKey {
		t.Error("two captchas have one key")
	}
	diff(t, "texts in the picture", []string{CaptchaText(first.CaptchaKey)}, textsOf(t, first.CaptchaCode))
	diff(t, "text of a short key", "abc", CaptchaText("abc"))

	try := func(v *visit, key, code string) string {
		return v.why("Account.Sms.Login", `{"mobile":"15800000000","captchaKey":"`+key+`","captchaCode":"`+code+`"}`)
	}
	diff(t, "wrong", "captcha.wrong", try(v, first.CaptchaKey, "x"))
	diff(t, "that of another", "captcha.unknown", try(v, first.CaptchaKey+"0", CaptchaText(first.CaptchaKey)))
	diff(t, "too late", "captcha.expired", try(v.later(captchaLife), first.CaptchaKey, CaptchaText(first.CaptchaKey)))
	diff(t, "in time", "", try(v.later(captchaLife-1), first.CaptchaKey, CaptchaText(first.CaptchaKey)))
	diff(t, "again", "captcha.unknown", try(v, first.CaptchaKey, CaptchaText(first.CaptchaKey)))

	diff(t, "kept", 1, v.st.Account.Captchas.Count(nobody))
	v.later(captchaLife).ok("Account.Captcha", ``, nil)
	diff(t, "kept when the others are over", 1, v.st.Account.Captchas.Count(nobody))
}

// textsOf reads a picture as a browser would: a data URL, base64, SVG.
func textsOf(t *testing.T, url string) []string {
	t.Helper()
	encoded, ok := strings.CutPrefix(url, "data:image/svg+xml;base64,")
	svg, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !ok {
		t.Fatalf("%.40s: %v", url, err)
	}
	var texts []string
	depth := 0
	for d := xml.NewDecoder(strings.NewReader(string(svg))); ; {
		token, err := d.Token()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatalf("%s: %v", svg, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 && token.Name.Space+token.Name.Local != "http://www.w3.org/2000/svgsvg" {
				t.Errorf("the picture is <%s>", token.Name.Local)
			}
		case xml.CharData:
			texts = append(texts, string(token))
		}
	}
}

func TestPictureEscapes(t *testing.T) {
	t.Parallel()
	want := []string{`<script>&"'`, "云剪"}
	diff(t, "texts", want, textsOf(t, api.TextImage(want...)))
}

func TestUserSign(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), wtoneID)
	diff(t, "before", `[]`, v.says("Api.UserSign", ``))
	diff(t, "sign", `true`, v.says("Api.UserSignPost", ``))
	v.ok("Api.UserSignPost", ``, nil)
	v.later(24*time.Hour).ok("Api.UserSignPost", ``, nil)
	v.later(-24*time.Hour).ok("Api.UserSignPost", ``, nil)
	diff(t, "days", `["2025-09-13","2025-09-12","2025-09-11"]`, v.says("Api.UserSign", ``))
	diff(t, "days since", `["2025-09-13","2025-09-12"]`, v.says("Api.UserSign", `{"stDate":"2025-09-12"}`))
	diff(t, "another's days", `[]`, v.as(otherID).says("Api.UserSign", ``))

	// The day begins at 16:00 UTC: it is that of China.
	v.c.Now = time.Date(2026, 1, 2, 15, 59, 59, 0, time.UTC)
	v.as(otherID).ok("Api.UserSignPost", ``, nil)
	v.as(otherID).later(time.Second).ok("Api.UserSignPost", ``, nil)
	diff(t, "midnight", `["2026-01-03","2026-01-02"]`, v.as(otherID).says("Api.UserSign", ``))
}

func TestAppStatistics(t *testing.T) {
	t.Parallel()
	got, err := appStatistics(nil, nil, op.None{})
	diff(t, "answer", `{}`, encoded(t, got))
	if err != nil {
		t.Error(err)
	}
}
