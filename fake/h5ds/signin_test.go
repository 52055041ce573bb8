package h5ds

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// An account is a login name, a mobile number or an e-mail address, that in any case.
func TestSignInByPassword(t *testing.T) {
	t.Parallel()
	for _, account := range []string{"alice", aliceMobile, aliceEmail, "ALICE@example.com"} {
		t.Run(account, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), "")
			sessions := v.st.Account.Sessions.Count(aliceID)
			var got tokenResponse
			request := `{"account":"` + account + `","password":"` + alicePassword + `",` + v.captcha() + `}`
			v.ok("Account.Login", request, &got)
			diff(t, "token", "Bearer "+aliceID+" until 1758270092000", got.Token)
			diff(t, "sessions", sessions+1, v.st.Account.Sessions.Count(aliceID))
			diff(t, "with a captcha again", "captcha.unknown", v.why("Account.Login", request))
		})
	}
}

func TestSignInByCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, send, kind, field, known, unknown string }{
		{"mobile", "Account.Sms.Login", "mobile_code", "mobile", aliceMobile, "15800000000"},
		{"email", "Account.Mail.Login", "email_code", "email", aliceEmail, "new@example.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), "")
			signIn := func(to string) (string, string) {
				request := `{"type":"` + test.kind + `","` + test.field + `":"` + to + `","code":"` + v.code(test.send, test.field, to) + `"}`
				var got tokenResponse
				v.ok("Account.Login", request, &got)
				return strings.Fields(got.Token)[1], request
			}
			user, request := signIn(test.known)
			diff(t, "user", aliceID, user)
			diff(t, "again", "code.used", v.why("Account.Login", request))

			made, _ := signIn(test.unknown)
			again, _ := signIn(test.unknown)
			diff(t, "the user made at the first login", made, again)
			stored, _ := v.st.Account.Users.Get(made)
			diff(t, "shown", test.unknown, stored.Mobile+stored.Email)
			diff(t, "binds", `["`+test.name+`"]`, v.as(made).says("Account.Binds", ``))
		})
	}
}

// What the third party says of its user is no account: nobody has proved it.
func TestThirdPartyDetailsLogNobodyIn(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), "")
	user := wtone()
	request := `{"type":"mobile_code","mobile":"` + user.Mobile + `","code":"` + v.code("Account.Sms.Login", "mobile", user.Mobile) + `"}`
	var got tokenResponse
	v.ok("Account.Login", request, &got)
	if strings.Contains(got.Token, wtoneID) {
		t.Errorf("a code to the number that a third party gave logs in as its user: %s", got.Token)
	}
	// The third party's user is still that of its userId.
	var login loginResponse
	v.ok("Third.Login", `{"userId":"user_01"}`, &login)
	diff(t, "user of third/login", wtoneID, login.UserID)
}

// A userId may look like anything that a user of the platform's own has: they never meet.
func TestUserIDsNeverMeetAccounts(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), "")
	before := v.st.Account.Users.Len()
	ids := map[string]bool{aliceID: true}
	for _, userID := range []string{aliceID, "own " + aliceID, "alice", aliceMobile, "userId user_01", "username:alice"} {
		var got loginResponse
		v.ok("Third.Login", `{"userId":"`+userID+`"}`, &got)
		if ids[got.UserID] {
			t.Errorf("userId %q is user %s, who is somebody else", userID, got.UserID)
		}
		ids[got.UserID] = true
		v.ok("Third.Login", `{"userId":"`+userID+`"}`, &got)
		if !ids[got.UserID] {
			t.Errorf("userId %q is another user at the second login", userID)
		}
	}
	diff(t, "users", before+6, v.st.Account.Users.Len())
	restored := &State{}
	if err := json.Unmarshal([]byte(encoded(t, v.st)), restored); err != nil {
		t.Fatal(err)
	}
	diff(t, "restored state", encoded(t, v.st), encoded(t, restored))
	v.st = restored
	v.ok("Account.Login", `{"account":"alice","password":"`+alicePassword+`",`+v.captcha()+`}`, nil)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	const password = "another horse 2"
	for _, test := range []struct {
		name, username string
		proof          func(*visit) string
		binds          string
	}{
		{"login name, text of a captcha", "bob", func(v *visit) string { return lastFour(v) }, `["password"]`},
		{"mobile number, its code", "15800000000", func(v *visit) string { return v.code("Account.Sms.Register", "mobile", "15800000000") },
			`["mobile","password"]`},
		{"e-mail address, its code", "bob@example.com", func(v *visit) string { return v.code("Account.Mail.Register", "email", "bob@example.com") },
			`["email","password"]`},
		{"mobile number, text of a captcha", "15800000001", func(v *visit) string { return lastFour(v) }, `["mobile","password"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), "")
			request := `{"username":"` + test.username + `","password":"` + password + `","captchaCode":"` + test.proof(v) + `"}`
			diff(t, "answer", `true`, v.says("Account.Register", request))
			diff(t, "again", "bind.taken", v.why("Account.Register", request))
			var got tokenResponse
			v.ok("Account.Login", `{"account":"`+test.username+`","password":"`+password+`",`+v.captcha()+`}`, &got)
			user := strings.Fields(got.Token)[1]
			diff(t, "binds", test.binds, v.as(user).says("Account.Binds", ``))
			var info shownAccount
			v.as(user).ok("Account.Info", ``, &info)
			diff(t, "name", test.username, info.Name)
		})
	}
}

// Once a code was sent to the username, nothing else proves it.
func TestRegisterNeedsItsCode(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), "")
	code := v.code("Account.Sms.Register", "mobile", "15800000000")
	register := func(proof string) (string, string) {
		request := `{"username":"15800000000","password":"another horse 2","captchaCode":"` + proof + `"}`
		answer, _ := run(t, v.c, v.st, "Account.Register", request)
		return v.why("Account.Register", request), answer
	}
	why, answer := register(lastFour(v))
	diff(t, "text of a captcha", "code.wrong", why)
	diff(t, "answer", `{"code":400,"message":"参数错误: captchaCode","data":null}`, answer)
	if _, answer = register(code); answer != `{"code":0,"message":"success","data":true}` {
		t.Errorf("the code: %s", answer)
	}
}

// lastFour solves a captcha whose key is not sent, as the client's registration does.
func lastFour(v *visit) string {
	v.t.Helper()
	return v.captcha()[len(`"captchaKey":"`)+14:][:4]
}

func TestSignInByQQ(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), "")
	var first, again, other qqResponse
	v.ok("Account.Login.Provider.Qq.User", `{"code":"A1"}`, &first)
	v.ok("Account.Login.Provider.Qq.User", `{"code":"A1"}`, &again)
	v.ok("Account.Login.Provider.Qq.User", `{"code":"B2"}`, &other)
	diff(t, "user of one code", first.User.ID, again.User.ID)
	if first.User.ID == other.User.ID || first.User.Name == "" || !strings.HasPrefix(first.Token, "Bearer "+first.User.ID) {
		t.Errorf("first %+v, other %+v", first, other)
	}
	diff(t, "binds", `["qq"]`, v.as(first.User.ID).says("Account.Binds", ``))
}

// A login whose token cannot be made changes nothing.
func TestSignInWithoutToken(t *testing.T) {
	t.Parallel()
	broken := errors.New("no key")
	for name, try := range map[string]func(*visit) error{
		"password": func(v *visit) error {
			key := captchaKey(v)
			_, err := signIn(v.c, &v.st.Account, signInRequest{Account: "alice", Password: alicePassword, CaptchaKey: key, CaptchaCode: api.Text(CaptchaText(string(key)))})
			return err
		},
		"code": func(v *visit) error {
			code := v.code("Account.Sms.Login", "mobile", "15800000000")
			_, err := signIn(v.c, &v.st.Account, signInRequest{Type: "mobile_code", Mobile: "15800000000", Code: api.Text(code)})
			return err
		},
		"QQ": func(v *visit) error { _, err := signInByQQ(v.c, v.st, qqRequest{"x"}); return err },
		"QR": func(v *visit) error {
			var qr qrResponse
			v.ok("Account.Login.Wqr", ``, &qr)
			if err := v.st.ApproveQR(v.c, qr.SN, "alice"); err != nil {
				return err
			}
			_, err := signInByQR(v.c, &v.st.Account, snRequest{api.Text(qr.SN)})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), "")
			var before string
			v.c.Token = func(op.TokenClaims) (string, error) { before = encoded(t, v.st); return "", broken }
			if err := try(v); !errors.Is(err, broken) {
				t.Fatalf("got %v", err)
			}
			diff(t, "state", before, encoded(t, v.st))
		})
	}
}

func captchaKey(v *visit) api.Text {
	v.t.Helper()
	var got captchaResponse
	v.ok("Account.Captcha", ``, &got)
	return api.Text(got.CaptchaKey)
}

func TestWho(t *testing.T) {
	t.Parallel()
	st := withAlice(t)
	c := newCall()
	if _, err := st.PutUser(c, User{UserID: "alice"}); err != nil { // a userId goes before a login name
		t.Fatal(err)
	}
	third, _ := st.Account.Users.ThirdParty("alice")
	want := map[string]string{
		aliceID: aliceID, "user_01": wtoneID, "alice": third.ID, aliceMobile: aliceID, aliceEmail: aliceID, "": "", "nobody": "",
	}
	got := map[string]string{}
	for name := range want {
		user, _ := st.Account.who(name)
		got[name] = user.ID
	}
	diff(t, "users", want, got)
	if slices.Contains(signInKinds, kindWechat) {
		t.Error("a WeChat account logs in with a password")
	}
}

// A session of the user, of the one with the smallest id where that user is not there, of nobody where nobody is.
func TestLogIn(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), "")
	sessions := v.st.Account.Sessions.Count(aliceID)
	for _, user := range []string{aliceID, "", "nobody"} {
		id, token, err := v.st.LogIn(newCall(), user)
		if err != nil || id != aliceID || !strings.HasPrefix(token, "Bearer "+aliceID) {
			t.Errorf("user %q: %s %s %v", user, id, token, err)
		}
	}
	diff(t, "sessions", sessions+3, v.st.Account.Sessions.Count(aliceID))
	if id, token, err := new(State).LogIn(newCall(), aliceID); id != "" || token != "" || err != nil {
		t.Errorf("without users: %q %q %v", id, token, err)
	}
}
