package h5ds

import (
	"fmt"
	"testing"
	"time"
)

// Ten codes are older than all others: five of them belong to "old", five to "a" among newer ones.
func TestKeep(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, test := range []struct {
		name    string
		codes   int
		expired time.Duration // ago
		left    int           // of the ten
	}{
		{"few", 512, day + 1, 10},
		{"nearly many", 1023, day + 1, 10},
		{"many", 1024, day + 1, 0},
		{"many, a day ago", 1024, day, 10},
		{"no power of two", 1025, day + 1, 10},
		{"twice as many", 2048, day + 1, 0},
		{"twice as many, still good", 2048, -1, 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s shelf[Code]
			for i := range 10 {
				s.put(Code{ID: fmt.Sprint("old ", i), To: []string{"a", "old"}[i%2], Sent: now.Add(-codeLife - test.expired)})
			}
			for i := range test.codes - 11 {
				s.put(Code{ID: fmt.Sprint(i), To: []string{"a", "b"}[i%2], Sent: now})
			}
			keep(&s, Code{ID: "newest", To: "a", Sent: now}, now)
			left := 0
			for i := range 10 {
				if _, there := s.get(fmt.Sprint("old ", i)); there {
					left++
				}
			}
			diff(t, "left", test.left, left)
			diff(t, "left of the one who had no others", test.left/2, s.count("old"))
			diff(t, "all", test.codes-10+test.left, len(s.byID))
			diff(t, "by owner", len(s.byID), s.count("a")+s.count("b")+s.count("old"))
			if _, there := s.byOwner["old"]; there != (test.left > 0) {
				t.Errorf("an owner with %d things is there: %t", s.count("old"), there)
			}
			for newest := range s.of("a") {
				diff(t, "newest", "newest", newest.ID)
				break
			}
		})
	}
}

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
		most = max(most, len(v.st.Sessions.byID), len(v.st.QRs.byID), len(v.st.Codes.byID))
		v.c.Now = v.c.Now.Add(8 * 24 * time.Hour / 900) // 900 sessions are remembered
	}
	if most > 2*1024 {
		t.Errorf("the state held %d of one kind", most)
	}
	if v.st.Codes.count("15800000000") == 0 {
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
				v.st.Sessions.put(Session{Serial: fmt.Sprint("old ", i), User: wtoneID, Expires: now.Add(tokenLife)})
			}
			diff(t, "before", 1023, len(v.st.Sessions.byID))
			test.logIn(v)
			diff(t, "after", 1, len(v.st.Sessions.byID))
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
		apart.st.Codes.put(v.st.CodesTo(mobile)[0])
		apart.code("Account.Sms.Login", "mobile", mobile)
		diff(t, test.name+": number", test.number, apart.st.CodesTo(mobile)[0].Number)
	}
}
