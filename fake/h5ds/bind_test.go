package h5ds

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestBindByCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, send, bind, sendField, field, to, kinds string }{
		{"mobile", "Account.Sms.BindMobile", "Account.BindMobile", "mobile", "mobile", "15800000000", `["mobile"]`},
		{"mobile, older field", "Account.Sms.BindMobile", "Account.BindMobile", "mobile", "phoneNumber", "15800000000", `["mobile"]`},
		{"email", "Account.Mail.BindEmail", "Account.BindEmail", "email", "email", "w@example.com", `["email"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), wtoneID)
			code := v.code(test.send, test.sendField, test.to)
			request := `{"` + test.field + `":"` + test.to + `","code":"` + code + `"}`
			diff(t, "by another user", "code.other-user", v.as(aliceID).why(test.bind, request))
			diff(t, "answer", `true`, v.says(test.bind, request))
			diff(t, "binds", test.kinds, v.says("Account.Binds", ``))
			if info := v.says("Account.Info", ``); !strings.Contains(info, `"`+test.to+`"`) {
				t.Errorf("the account does not show it: %s", info)
			}
			diff(t, "again", "code.used", v.why(test.bind, request))

			// A second bind of the kind takes the place of the first.
			other := strings.Replace(test.to, "0", "1", 1)
			other = strings.Replace(other, "w@", "x@", 1)
			code = v.code(test.send, test.sendField, other)
			v.ok(test.bind, `{"`+test.field+`":"`+other+`","code":"`+code+`"}`, nil)
			diff(t, "binds after a second one", test.kinds, v.says("Account.Binds", ``))
			user, _ := v.st.Account.who(other)
			diff(t, "user of the second", wtoneID, user.ID)
			if user, there := v.st.Account.who(test.to); there {
				t.Errorf("the first is still bound to %s", user.ID)
			}
		})
	}
}

// Two users who prove one number at the same time: the second bind is rejected.
func TestBindTaken(t *testing.T) {
	t.Parallel()
	const mobile = "15800000000"
	v := newVisit(t, withAlice(t), wtoneID)
	ours := v.code("Account.Sms.BindMobile", "mobile", mobile)
	v.ok("Account.BindMobile", `{"mobile":"`+mobile+`","code":"`+ours+`"}`, nil)
	theirs := v.as(otherID).code("Account.Sms.BindMobile", "mobile", mobile)
	diff(t, "why", "bind.taken", v.as(otherID).why("Account.BindMobile", `{"mobile":"`+mobile+`","code":"`+theirs+`"}`))
}

func TestUnbind(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), aliceID)
	bindWechat(v, aliceID, "wx")
	diff(t, "binds", `["mobile","email","wechat","password"]`, v.says("Account.Binds", ``))
	for _, kind := range []string{"mobile", "email", "wechat"} {
		diff(t, kind, `true`, v.says("Account.Unbind", `{"type":"`+kind+`"}`))
		diff(t, kind+" again", "bind.none", v.why("Account.Unbind", `{"type":"`+kind+`"}`))
	}
	diff(t, "binds after all", `["password"]`, v.says("Account.Binds", ``))
	user, _ := v.st.Account.Users.Get(aliceID)
	diff(t, "shown", "", user.Mobile+user.Email)

	// What only the third party said goes too.
	third := v.as(wtoneID)
	diff(t, "third party's mobile", `true`, third.says("Account.Unbind", `{"type":"mobile"}`))
	diff(t, "again", "bind.none", third.why("Account.Unbind", `{"type":"mobile"}`))
}

func bindWechat(v *visit, user, account string) {
	v.t.Helper()
	var qr qrResponse
	v.as(user).ok("Account.Wechat.Wqr", ``, &qr)
	if err := v.st.ApproveQR(v.c, qr.SN, account); err != nil {
		v.t.Fatal(err)
	}
}

func TestSignInByQR(t *testing.T) {
	t.Parallel()
	for _, who := range []string{aliceID, "alice", aliceMobile, "wx"} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), "")
			bindWechat(v, aliceID, "wx")
			var qr qrResponse
			v.ok("Account.Login.Wqr", ``, &qr)
			diff(t, "picture", []string{"fakecme", "ApproveQR", qr.SN}, textsOf(t, qr.URL))
			poll := `{"sn":"` + qr.SN + `"}`
			diff(t, "before", "qr.waiting", v.why("Account.Login.Wset", poll))
			answer, _ := run(t, v.c, v.st, "Account.Login.Wset", poll)
			diff(t, "answer before", `{"code":202,"message":"等待扫码","data":null}`, answer)
			if err := v.st.ApproveQR(v.c, qr.SN, who); err != nil {
				t.Fatal(err)
			}
			var got tokenResponse
			v.ok("Account.Login.Wset", poll, &got)
			diff(t, "token", "Bearer "+aliceID, got.Token[:len("Bearer ")+len(aliceID)])
			diff(t, "again", "qr.used", v.why("Account.Login.Wset", poll))
		})
	}
}

func TestBindByQR(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"Account.Wechat", "Account.BindWeixin"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), wtoneID)
			var qr qrResponse
			v.ok(operation+".Wqr", ``, &qr)
			poll := `{"sn":"` + qr.SN + `"}`
			diff(t, "before", "qr.waiting", v.why(operation+".Wset", poll))
			diff(t, "by another user", "qr.unknown", v.as(otherID).why(operation+".Wset", poll))
			diff(t, "as a login", "qr.unknown", v.as("").why("Account.Login.Wset", poll))
			if err := v.st.ApproveQR(v.c, qr.SN, "wx"); err != nil {
				t.Fatal(err)
			}
			diff(t, "answer", `true`, v.says(operation+".Wset", poll))
			diff(t, "answer once more", `true`, v.says(operation+".Wset", poll))
			diff(t, "too late", "qr.expired", v.later(qrLife).why(operation+".Wset", poll))
			diff(t, "binds", `["wechat"]`, v.says("Account.Binds", ``))
		})
	}
}

func TestApproveQRErrors(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), wtoneID)
	bindWechat(v, aliceID, "taken")
	var login, bind qrResponse
	v.ok("Account.Login.Wqr", ``, &login)
	v.ok("Account.Wechat.Wqr", ``, &bind)
	late := v.later(qrLife)
	for _, test := range []struct {
		name, sn, who string
		v             *visit
		want          string
	}{
		{"no such sn", "1", "alice", v, `approve QR "1": there is no such sn`},
		{"no such user", login.SN, "nobody at all", v, `approve QR "` + login.SN + `": there is no user "nobody at all"; put the user first`},
		{"too late", login.SN, "alice", late, `approve QR "` + login.SN + `": it is older than 5m0s`},
		{"no WeChat account", bind.SN, "", v, `approve QR "` + bind.SN + `": the WeChat account "" is empty, or bound to another user`},
		{"another's WeChat account", bind.SN, "taken", v, `approve QR "` + bind.SN + `": the WeChat account "taken" is empty, or bound to another user`},
	} {
		before := encoded(t, v.st)
		diff(t, test.name, test.want, fmt.Sprint(v.st.ApproveQR(test.v.c, test.sn, test.who)))
		diff(t, test.name+": state", before, encoded(t, v.st))
	}
	for _, sn := range []string{login.SN, bind.SN} {
		if err := v.st.ApproveQR(v.c, sn, "user_01"); err != nil {
			t.Fatal(err)
		}
		diff(t, "twice", `approve QR "`+sn+`": it is approved already`, fmt.Sprint(v.st.ApproveQR(v.c, sn, "user_01")))
	}
}

func TestPassword(t *testing.T) {
	t.Parallel()
	const changed = "new horse 22"
	signIn := func(v *visit, account, password string) string {
		return v.why("Account.Login", `{"account":"`+account+`","password":"`+password+`",`+v.captcha()+`}`)
	}
	v := newVisit(t, withAlice(t), aliceID)
	diff(t, "change", `true`, v.says("Account.ChangePassword", `{"old_password":"`+alicePassword+`","password":"`+changed+`"}`))
	diff(t, "the old one", "password.wrong", signIn(v, "alice", alicePassword))
	diff(t, "the new one", "", signIn(v, "alice", changed))

	code := v.code("Account.Sms.RecoverPassword", "mobile", aliceMobile)
	diff(t, "recover", `true`, v.says("Account.RecoverPassword", `{"mobile":"`+aliceMobile+`","password":"third horse 3","code":"`+code+`"}`))
	diff(t, "the one before", "password.wrong", signIn(v, "alice", changed))
	diff(t, "the recovered one", "", signIn(v, aliceMobile, "third horse 3"))

	code = v.code("Account.Sms.RecoverPassword", "mobile", aliceMobile)
	recovering := func(password string) string {
		return v.why("Account.RecoverPassword", `{"mobile":"`+aliceMobile+`","password":"`+password+`","code":"`+code+`"}`)
	}
	diff(t, "recover with a weak one", "password.weak", recovering("x"))
	v.ok("Account.Unbind", `{"type":"mobile"}`, nil)
	diff(t, "recover when the number is nobody's any more", "account.unknown", recovering("fourth horse 4"))

	// The first password of a user of the third party, who then can log in with what is bound.
	third := v.as(wtoneID)
	diff(t, "first", `true`, third.says("Account.ChangePassword", `{"old_password":"","password":"`+changed+`"}`))
	diff(t, "binds", `["password"]`, third.says("Account.Binds", ``))
	diff(t, "the number that the third party gave", "account.unknown", signIn(v, wtone().Mobile, changed))
	code = third.code("Account.Sms.BindMobile", "mobile", wtone().Mobile)
	third.ok("Account.BindMobile", `{"mobile":"`+wtone().Mobile+`","code":"`+code+`"}`, nil)
	diff(t, "the same number, bound", "", signIn(v, wtone().Mobile, changed))
}

// The state holds hashes: salted, the same in every run, different for two users.
func TestPasswordsAreHashed(t *testing.T) {
	t.Parallel()
	st := withAlice(t)
	if _, err := st.PutUser(newCall(), User{Username: "bob", Password: alicePassword}); err != nil {
		t.Fatal(err)
	}
	alice, _ := st.Account.who("alice")
	bob, _ := st.Account.who("bob")
	again, _ := withAlice(t).Account.who("alice")
	diff(t, "another run", alice.Password, again.Password)
	if alice.Password == bob.Password || !isHashed(alice.Password) || !isHashed(bob.Password) {
		t.Errorf("hashes %q, %q", alice.Password, bob.Password)
	}
	if text := encoded(t, st); strings.Contains(text, alicePassword) {
		t.Errorf("the password stands in the state: %s", text)
	}
	// A hash is no password, and a state with a plain one lets nobody in.
	v := newVisit(t, st, "")
	request := func(p string) string { return `{"account":"alice","password":"` + p + `",` + v.captcha() + `}` }
	diff(t, "the hash", "password.wrong", v.why("Account.Login", request(alice.Password)))
	alice.Password = "plain"
	st.Account.Users.Put(alice)
	diff(t, "plain in the state", "password.wrong", v.why("Account.Login", request("plain")))
	alice.Password = ""
	st.Account.Users.Put(alice)
	diff(t, "none", "password.wrong", v.why("Account.Login", request("")))
}

// Neither a print nor an error shows a password.
func TestPasswordIsNotShown(t *testing.T) {
	t.Parallel()
	var req changePasswordRequest
	if err := json.Unmarshal([]byte(`{"old_password":null,"password":"s3cr3t"}`), &req); err != nil || req.Password != "s3cr3t" {
		t.Fatalf("%v", err)
	}
	for _, shown := range []string{fmt.Sprint(req), fmt.Sprintf("%+v %s %q", req, req.Password, req.Password)} {
		if strings.Contains(shown, "s3cr3t") {
			t.Error(shown)
		}
	}
	for _, bad := range []string{`{"password":["s3cr3t"]}`, `{"password":53237}`, `{"password":{"a":"s3cr3t"}}`} {
		err := json.Unmarshal([]byte(bad), &req)
		var failure *op.Failure
		if !errors.As(err, &failure) || strings.Contains(failure.Diagnosis.String(), "s3cr3t") || strings.Contains(failure.Diagnosis.String(), "53237") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestUpdateAccount(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"Account.Update", "Account.UpdatePut"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, seeded(t), wtoneID).later(time.Minute)
			want := wtone()
			for _, step := range []struct{ name, request, wantName, wantAvatar string }{
				{"name", `{"name":"own"}`, "own", want.Avatar},
				{"picture", `{"avatar":"/video/uploads/20250912/1.png"}`, "own", "/video/uploads/20250912/1.png"},
				{"both", `{"name":"other","avatar":""}`, "other", ""},
			} {
				diff(t, step.name, `true`, v.says(operation, step.request))
				user, _ := v.st.Account.Users.Get(wtoneID)
				want.Name, want.Avatar, want.UpdatedAt = step.wantName, step.wantAvatar, now.Add(time.Minute)
				diff(t, step.name, want, user)
			}
			// A login brings the third party's details up to date, and leaves the name.
			v.ok("Third.Login", `{"userId":"user_01","nick_name":"new"}`, nil)
			user, _ := v.st.Account.Users.Get(wtoneID)
			diff(t, "names after a login", "other new", user.Name+" "+user.NickName)
		})
	}
}
