package account_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// An account is a login name, a mobile number or an e-mail address, the latter in upper or lower case.
func TestSignInByPassword(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"alice", h5dstest.AliceMobile, h5dstest.AliceEmail, "ALICE@example.com"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), "")
			sessions := v.State.Account.Sessions.Count(h5dstest.AliceID)
			request := `{"account":"` + name + `","password":"` + h5dstest.AlicePassword + `",` + v.Captcha() + `}`
			h5dstest.Diff(t, "response", `{"token":"Bearer `+h5dstest.AliceID+` until 1758270092000"}`, v.Data("Account.Login", request))
			h5dstest.Diff(t, "sessions", sessions+1, v.State.Account.Sessions.Count(h5dstest.AliceID))
			h5dstest.Diff(t, "with a captcha again", "captcha.unknown", v.Why("Account.Login", request))
		})
	}
}

func TestSignInByCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, send, kind, field, known, unknown string }{
		{"mobile", "Account.Sms.Login", "mobile_code", "mobile", h5dstest.AliceMobile, "15800000000"},
		{"email", "Account.Mail.Login", "email_code", "email", h5dstest.AliceEmail, "new@example.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), "")
			signIn := func(to string) (string, string) {
				request := `{"type":"` + test.kind + `","` + test.field + `":"` + to + `","code":"` + v.Code(test.send, test.field, to) + `"}`
				return v.Token("Account.Login", request), request
			}
			user, request := signIn(test.known)
			h5dstest.Diff(t, "user", h5dstest.AliceID, user)
			h5dstest.Diff(t, "again", "code.used", v.Why("Account.Login", request))

			made, _ := signIn(test.unknown)
			again, _ := signIn(test.unknown)
			h5dstest.Diff(t, "the user made at the first login", made, again)
			stored, _ := v.State.Account.Users.Get(made)
			h5dstest.Diff(t, "shown", test.unknown, stored.Mobile+stored.Email)
			h5dstest.Diff(t, "binds", `["`+test.name+`"]`, v.As(made).Data("Account.Binds", ``))
		})
	}
}

// The mobile number that a third party sends is no account, because nobody has proved it.
func TestThirdPartyDetailsLogNobodyIn(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), "")
	user := h5dstest.Wtone()
	request := `{"type":"mobile_code","mobile":"` + user.Mobile + `","code":"` + v.Code("Account.Sms.Login", "mobile", user.Mobile) + `"}`
	if v.Token("Account.Login", request) == h5dstest.WtoneID {
		t.Error("a code to the number that a third party gave logs in as its user")
	}
	h5dstest.Diff(t, "user of third/login", h5dstest.WtoneID, v.Token("Third.Login", `{"userId":"user_01"}`))
}

// A userId may look like anything that a user of the platform's own has: the two do not collide.
func TestUserIDsAreNoAccounts(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	before := v.State.Account.Users.Len()
	ids := map[string]bool{h5dstest.AliceID: true}
	for _, userID := range []string{h5dstest.AliceID, "own " + h5dstest.AliceID, "alice", h5dstest.AliceMobile, "userId user_01", "username:alice"} {
		user := v.Token("Third.Login", `{"userId":"`+userID+`"}`)
		if ids[user] {
			t.Errorf("userId %q is user %s, who is somebody else", userID, user)
		}
		ids[user] = true
		h5dstest.Diff(t, "user at the second login", user, v.Token("Third.Login", `{"userId":"`+userID+`"}`))
	}
	h5dstest.Diff(t, "users", before+6, v.State.Account.Users.Len())
	restored := &h5ds.State{}
	if err := json.Unmarshal([]byte(h5dstest.JSON(t, v.State)), restored); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "restored state", h5dstest.JSON(t, v.State), h5dstest.JSON(t, restored))
	v.State = restored
	v.Data("Account.Login", `{"account":"alice","password":"`+h5dstest.AlicePassword+`",`+v.Captcha()+`}`)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	const password = "another horse 2"
	for _, test := range []struct {
		name, username string
		proof          func(*h5dstest.Visit) string
		binds          string
	}{
		{"login name, text of a captcha", "bob", func(v *h5dstest.Visit) string { return lastFour(v) }, `["password"]`},
		{"mobile number, its code", "15800000000", func(v *h5dstest.Visit) string { return v.Code("Account.Sms.Register", "mobile", "15800000000") },
			`["mobile","password"]`},
		{"e-mail address, its code", "bob@example.com", func(v *h5dstest.Visit) string { return v.Code("Account.Mail.Register", "email", "bob@example.com") },
			`["email","password"]`},
		{"mobile number, text of a captcha", "15800000001", func(v *h5dstest.Visit) string { return lastFour(v) }, `["mobile","password"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), "")
			request := `{"username":"` + test.username + `","password":"` + password + `","captchaCode":"` + test.proof(v) + `"}`
			h5dstest.Diff(t, "response", `true`, v.Data("Account.Register", request))
			h5dstest.Diff(t, "again", "bind.taken", v.Why("Account.Register", request))
			user := v.Token("Account.Login", `{"account":"`+test.username+`","password":"`+password+`",`+v.Captcha()+`}`)
			h5dstest.Diff(t, "binds", test.binds, v.As(user).Data("Account.Binds", ``))
			var info struct{ Name string }
			v.As(user).Read("Account.Info", ``, &info)
			h5dstest.Diff(t, "name", test.username, info.Name)
		})
	}
}

// If a code was sent to the username, only that code proves it.
func TestRegisterNeedsItsCode(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	code := v.Code("Account.Sms.Register", "mobile", "15800000000")
	register := func(proof string) (string, string) {
		request := `{"username":"15800000000","password":"another horse 2","captchaCode":"` + proof + `"}`
		response, _ := v.Response("Account.Register", request)
		return v.Why("Account.Register", request), response
	}
	why, response := register(lastFour(v))
	h5dstest.Diff(t, "text of a captcha", "code.wrong", why)
	h5dstest.Diff(t, "response", `{"code":400,"message":"参数错误: captchaCode","data":null}`, response)
	if _, response = register(code); response != `{"code":0,"message":"success","data":true}` {
		t.Errorf("the code: %s", response)
	}
}

// lastFour solves a captcha whose key is not sent, as the client's registration does.
func lastFour(v *h5dstest.Visit) string {
	v.T.Helper()
	return v.Captcha()[len(`"captchaKey":"`)+14:][:4]
}

// A login whose token cannot be made changes nothing.
func TestSignInWithoutToken(t *testing.T) {
	t.Parallel()
	broken := errors.New("no key")
	for operation, request := range map[string]func(*h5dstest.Visit) string{
		"Account.Login": func(v *h5dstest.Visit) string {
			return `{"account":"alice","password":"` + h5dstest.AlicePassword + `",` + v.Captcha() + `}`
		},
		"Account.Login by code": func(v *h5dstest.Visit) string {
			return `{"type":"mobile_code","mobile":"15800000000","code":"` + v.Code("Account.Sms.Login", "mobile", "15800000000") + `"}`
		},
		"Account.Login.Provider.Qq.User": func(*h5dstest.Visit) string { return `{"code":"x"}` },
		"Account.Login.Wset": func(v *h5dstest.Visit) string {
			sn := v.QR("Account.Login.Wqr")
			if err := v.State.Account.ApproveQR(v.Call, sn, "alice"); err != nil {
				v.T.Fatal(err)
			}
			return `{"sn":"` + sn + `"}`
		},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), "")
			var before string
			v.Call.Token = func(op.TokenClaims) (string, error) { before = h5dstest.JSON(t, v.State); return "", broken }
			name, _, _ := strings.Cut(operation, " ")
			if _, err := v.Run(name, request(v)); !errors.Is(err, broken) {
				t.Fatalf("got %v", err)
			}
			h5dstest.Diff(t, "state", before, h5dstest.JSON(t, v.State))
		})
	}
}

func TestWho(t *testing.T) {
	t.Parallel()
	st := h5dstest.WithAlice(t)
	c := h5dstest.Call("")
	if _, err := h5ds.Put(st, c, account.User{UserID: "alice"}); err != nil { // a userId goes before a login name
		t.Fatal(err)
	}
	third, _ := st.Account.Users.ThirdParty("alice")
	want := map[string]string{
		h5dstest.AliceID: h5dstest.AliceID, "user_01": h5dstest.WtoneID, "alice": third.ID, h5dstest.AliceMobile: h5dstest.AliceID, h5dstest.AliceEmail: h5dstest.AliceID, "": "", "nobody": "",
	}
	got := map[string]string{}
	for name := range want {
		user, _ := st.Account.Who(name)
		got[name] = user.ID
	}
	h5dstest.Diff(t, "users", want, got)
}

// LogIn takes the user with the smallest id for an unknown one, and nobody if there are no users.
func TestLogIn(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	sessions := v.State.Account.Sessions.Count(h5dstest.AliceID)
	for _, user := range []string{h5dstest.AliceID, "", "nobody"} {
		id, token, err := v.State.Account.LogIn(h5dstest.Call(""), user)
		if err != nil || id != h5dstest.AliceID || !strings.HasPrefix(token, "Bearer "+h5dstest.AliceID) {
			t.Errorf("user %q: %s %s %v", user, id, token, err)
		}
	}
	h5dstest.Diff(t, "sessions", sessions+3, v.State.Account.Sessions.Count(h5dstest.AliceID))
	if id, token, err := new(account.State).LogIn(h5dstest.Call(""), h5dstest.AliceID); id != "" || token != "" || err != nil {
		t.Errorf("without users: %q %q %v", id, token, err)
	}
}
