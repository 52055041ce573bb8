package h5ds

import (
	"fmt"
	"testing"
	"time"
)

// However many calls there are, the state holds few sessions, pictures and codes.
func TestStateStaysSmall(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), "")
	const calls = 5000
	most := 0
	for i := range calls {
		mobile := fmt.Sprint(15800000000 + i)
		if i%2 == 0 {
			mobile = "15800000000"
		}
		v.ok("Account.Login.Wqr", ``, nil)
		v.code("Account.Sms.Login", "mobile", mobile)
		v.ok("Third.Login", `{"userId":"user_01"}`, nil)
		most = max(most, v.st.Account.Sessions.Len(), v.st.Account.QRs.Len(), v.st.Account.Codes.Len())
		v.c.Now = v.c.Now.Add(8 * 24 * time.Hour / 900) // 900 sessions are remembered
	}
	if most > 2*1024 {
		t.Errorf("the state held %d of one kind", most)
	}
	if v.st.Account.Codes.Count("15800000000") == 0 {
		t.Error("the newest codes are gone")
	}
}

// Whatever logs in, its session is one of those that are swept.
func TestEveryLoginSweeps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		logIn func(*visit)
	}{
		{"third party", func(v *visit) { v.ok("Third.Login", `{"userId":"user_01"}`, nil) }},
		{"password", func(v *visit) {
			v.ok("Account.Login", `{"account":"alice","password":"`+alicePassword+`",`+v.captcha()+`}`, nil)
		}},
		{"code", func(v *visit) {
			code := v.code("Account.Sms.Login", "mobile", aliceMobile)
			v.ok("Account.Login", `{"type":"mobile_code","mobile":"`+aliceMobile+`","code":"`+code+`"}`, nil)
		}},
		{"picture", func(v *visit) {
			var qr qrResponse
			v.ok("Account.Login.Wqr", ``, &qr)
			if err := v.st.ApproveQR(v.c, qr.SN, aliceID); err != nil {
				v.t.Fatal(err)
			}
			v.ok("Account.Login.Wset", `{"sn":"`+qr.SN+`"}`, nil)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), "").later(tokenLife + 24*time.Hour + time.Second)
			for i := range 1022 { // seeded has one
				v.st.Account.Sessions.Put(Session{Serial: fmt.Sprint("old ", i), User: wtoneID, Expires: now.Add(tokenLife)})
			}
			diff(t, "before", 1023, v.st.Account.Sessions.Len())
			test.logIn(v)
			diff(t, "after", 1, v.st.Account.Sessions.Len())
		})
	}
}

// What is forgotten is answered like what never was, whether or not a sweep has come by.
func TestForgotten(t *testing.T) {
	t.Parallel()
	const mobile, life = "15800000000", 5*time.Minute + 24*time.Hour
	v := newVisit(t, withAlice(t), "")
	var qr qrResponse
	v.ok("Account.Login.Wqr", ``, &qr)
	first := v.code("Account.Sms.Login", "mobile", mobile)
	logIn := `{"type":"mobile_code","mobile":"` + mobile + `","code":"` + first + `"}`
	register := `{"username":"` + mobile + `","password":"another horse 2","captchaCode":"0000000"}`
	for _, test := range []struct {
		name                     string
		later                    time.Duration
		code, proof, qr, approve string
		number                   int // of the next code
	}{
		{name: "remembered", later: life, code: "code.expired", proof: "code.none", qr: "qr.expired", number: 1,
			approve: fmt.Sprintf("approve QR %q: it is older than 5m0s", qr.SN)},
		{name: "forgotten", later: life + 1, code: "code.none", proof: "captcha.wrong", qr: "qr.unknown", number: 0,
			approve: fmt.Sprintf("approve QR %q: there is no such sn", qr.SN)},
	} {
		later := v.later(test.later)
		diff(t, test.name+": code", test.code, later.why("Account.Login", logIn))
		diff(t, test.name+": registration", test.proof, later.why("Account.Register", register))
		diff(t, test.name+": picture", test.qr, later.why("Account.Login.Wset", `{"sn":"`+qr.SN+`"}`))
		diff(t, test.name+": approval", test.approve, fmt.Sprint(v.st.ApproveQR(later.c, qr.SN, aliceID)))

		apart := newVisit(t, &State{}, "").later(test.later)
		apart.st.Account.Codes.Put(v.st.CodesTo(mobile)[0])
		apart.code("Account.Sms.Login", "mobile", mobile)
		diff(t, test.name+": number", test.number, apart.st.CodesTo(mobile)[0].Number)
	}
}
