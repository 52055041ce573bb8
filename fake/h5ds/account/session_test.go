package account_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

// The state has few sessions, pictures and codes after any number of calls.
func TestStateStaysSmall(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	const calls = 5000
	most := 0
	for i := range calls {
		mobile := fmt.Sprint(15800000000 + i)
		if i%2 == 0 {
			mobile = "15800000000"
		}
		v.Data("Account.Login.Wqr", ``)
		v.Code("Account.Sms.Login", "mobile", mobile)
		v.Data("Third.Login", `{"userId":"user_01"}`)
		most = max(most, v.State.Account.Sessions.Len(), v.State.Account.QRs.Len(), v.State.Account.Codes.Len())
		v.Call.Now = v.Call.Now.Add(8 * 24 * time.Hour / 900) // 900 sessions are remembered
	}
	if most > 2*1024 {
		t.Errorf("the state held %d of one kind", most)
	}
	if v.State.Account.Codes.Count("15800000000") == 0 {
		t.Error("the newest codes are gone")
	}
}

// Every kind of login removes forgotten sessions.
func TestEveryLoginSweeps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		logIn func(*h5dstest.Visit)
	}{
		{"third party", func(v *h5dstest.Visit) { v.Data("Third.Login", `{"userId":"user_01"}`) }},
		{"password", func(v *h5dstest.Visit) {
			v.Data("Account.Login", `{"account":"alice","password":"`+h5dstest.AlicePassword+`",`+v.Captcha()+`}`)
		}},
		{"code", func(v *h5dstest.Visit) {
			code := v.Code("Account.Sms.Login", "mobile", h5dstest.AliceMobile)
			v.Data("Account.Login", `{"type":"mobile_code","mobile":"`+h5dstest.AliceMobile+`","code":"`+code+`"}`)
		}},
		{"picture", func(v *h5dstest.Visit) {
			qr := v.QR("Account.Login.Wqr")
			if err := v.State.Account.ApproveQR(v.Call, qr, h5dstest.AliceID); err != nil {
				v.T.Fatal(err)
			}
			v.Data("Account.Login.Wset", `{"sn":"`+qr+`"}`)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), "").Later(h5dstest.TokenLife + 24*time.Hour + time.Second)
			for i := range 1022 { // seeded has one
				v.State.Account.Sessions.Put(account.Session{Serial: fmt.Sprint("old ", i), User: h5dstest.WtoneID, Expires: h5dstest.Now.Add(h5dstest.TokenLife)})
			}
			h5dstest.Diff(t, "before", 1023, v.State.Account.Sessions.Len())
			test.logIn(v)
			h5dstest.Diff(t, "after", 1, v.State.Account.Sessions.Len())
		})
	}
}

// A forgotten row gets the response of an unknown one, even while the table has it.
func TestForgotten(t *testing.T) {
	t.Parallel()
	const mobile, life = "15800000000", 5*time.Minute + 24*time.Hour
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	qr := v.QR("Account.Login.Wqr")
	first := v.Code("Account.Sms.Login", "mobile", mobile)
	logIn := `{"type":"mobile_code","mobile":"` + mobile + `","code":"` + first + `"}`
	register := `{"username":"` + mobile + `","password":"another horse 2","captchaCode":"0000000"}`
	for _, test := range []struct {
		name                     string
		later                    time.Duration
		code, proof, qr, approve string
		number                   int // of the next code
	}{
		{name: "remembered", later: life, code: "code.expired", proof: "code.none", qr: "qr.expired", number: 1,
			approve: fmt.Sprintf("approve QR %q: it is older than 5m0s", qr)},
		{name: "forgotten", later: life + 1, code: "code.none", proof: "captcha.wrong", qr: "qr.unknown", number: 0,
			approve: fmt.Sprintf("approve QR %q: there is no such sn", qr)},
	} {
		later := v.Later(test.later)
		h5dstest.Diff(t, test.name+": code", test.code, later.Why("Account.Login", logIn))
		h5dstest.Diff(t, test.name+": registration", test.proof, later.Why("Account.Register", register))
		h5dstest.Diff(t, test.name+": picture", test.qr, later.Why("Account.Login.Wset", `{"sn":"`+qr+`"}`))
		h5dstest.Diff(t, test.name+": approval", test.approve, fmt.Sprint(v.State.Account.ApproveQR(later.Call, qr, h5dstest.AliceID)))

		fresh := h5dstest.New(t, &h5ds.State{}, "").Later(test.later)
		fresh.State.Account.Codes.Put(v.State.Account.Codes.To(mobile)[0])
		fresh.Code("Account.Sms.Login", "mobile", mobile)
		h5dstest.Diff(t, test.name+": number", test.number, fresh.State.Account.Codes.To(mobile)[0].Number)
	}
}
