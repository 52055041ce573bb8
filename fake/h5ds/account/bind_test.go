package account_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
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
			v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.WtoneID)
			code := v.Code(test.send, test.sendField, test.to)
			request := `{"` + test.field + `":"` + test.to + `","code":"` + code + `"}`
			h5dstest.Diff(t, "by another user", "code.other-user", v.As(h5dstest.AliceID).Why(test.bind, request))
			h5dstest.Diff(t, "response", `true`, v.Data(test.bind, request))
			h5dstest.Diff(t, "binds", test.kinds, v.Data("Account.Binds", ``))
			if info := v.Data("Account.Info", ``); !strings.Contains(info, `"`+test.to+`"`) {
				t.Errorf("the account does not show it: %s", info)
			}
			h5dstest.Diff(t, "again", "code.used", v.Why(test.bind, request))

			// A second bind of the kind replaces the first.
			other := strings.Replace(test.to, "0", "1", 1)
			other = strings.Replace(other, "w@", "x@", 1)
			code = v.Code(test.send, test.sendField, other)
			v.Data(test.bind, `{"`+test.field+`":"`+other+`","code":"`+code+`"}`)
			h5dstest.Diff(t, "binds after a second one", test.kinds, v.Data("Account.Binds", ``))
			user, _ := v.State.Account.Who(other)
			h5dstest.Diff(t, "user of the second", h5dstest.WtoneID, user.ID)
			if user, there := v.State.Account.Who(test.to); there {
				t.Errorf("the first is still bound to %s", user.ID)
			}
		})
	}
}

// Two users who prove one number at the same time: the second bind is rejected.
func TestBindTaken(t *testing.T) {
	t.Parallel()
	const mobile = "15800000000"
	v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.WtoneID)
	ours := v.Code("Account.Sms.BindMobile", "mobile", mobile)
	v.Data("Account.BindMobile", `{"mobile":"`+mobile+`","code":"`+ours+`"}`)
	theirs := v.As(h5dstest.OtherID).Code("Account.Sms.BindMobile", "mobile", mobile)
	h5dstest.Diff(t, "why", "bind.taken", v.As(h5dstest.OtherID).Why("Account.BindMobile", `{"mobile":"`+mobile+`","code":"`+theirs+`"}`))
}

func TestUnbind(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.AliceID)
	bindWechat(v, h5dstest.AliceID, "wx")
	h5dstest.Diff(t, "binds", `["mobile","email","wechat","password"]`, v.Data("Account.Binds", ``))
	for _, kind := range []string{"mobile", "email", "wechat"} {
		h5dstest.Diff(t, kind, `true`, v.Data("Account.Unbind", `{"type":"`+kind+`"}`))
		h5dstest.Diff(t, kind+" again", "bind.none", v.Why("Account.Unbind", `{"type":"`+kind+`"}`))
	}
	h5dstest.Diff(t, "binds after all", `["password"]`, v.Data("Account.Binds", ``))
	user, _ := v.State.Account.Users.Get(h5dstest.AliceID)
	h5dstest.Diff(t, "shown", "", user.Mobile+user.Email)

	// A mobile number that only the third party has sent is removed too.
	third := v.As(h5dstest.WtoneID)
	h5dstest.Diff(t, "third party's mobile", `true`, third.Data("Account.Unbind", `{"type":"mobile"}`))
	h5dstest.Diff(t, "again", "bind.none", third.Why("Account.Unbind", `{"type":"mobile"}`))
}

func bindWechat(v *h5dstest.Visit, user, wechat string) {
	v.T.Helper()
	if err := v.State.Account.ApproveQR(v.Call, v.As(user).QR("Account.Wechat.Wqr"), wechat); err != nil {
		v.T.Fatal(err)
	}
}

func TestSignInByQR(t *testing.T) {
	t.Parallel()
	for _, who := range []string{h5dstest.AliceID, "alice", h5dstest.AliceMobile, "wx"} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), "")
			bindWechat(v, h5dstest.AliceID, "wx")
			h5dstest.Diff(t, "with a password", "account.unknown",
				v.Why("Account.Login", `{"account":"wx","password":"`+h5dstest.AlicePassword+`",`+v.Captcha()+`}`))
			qr := v.QR("Account.Login.Wqr")
			poll := `{"sn":"` + qr + `"}`
			v.Rejected("Account.Login.Wset", poll, "202 等待扫码", "qr.waiting")
			if err := v.State.Account.ApproveQR(v.Call, qr, who); err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "user", h5dstest.AliceID, v.Token("Account.Login.Wset", poll))
			h5dstest.Diff(t, "again", "qr.used", v.Why("Account.Login.Wset", poll))
		})
	}
}

func TestBindByQR(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"Account.Wechat", "Account.BindWeixin"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.WtoneID)
			qr := v.QR(operation + ".Wqr")
			poll := `{"sn":"` + qr + `"}`
			h5dstest.Diff(t, "before", "qr.waiting", v.Why(operation+".Wset", poll))
			h5dstest.Diff(t, "by another user", "qr.unknown", v.As(h5dstest.OtherID).Why(operation+".Wset", poll))
			h5dstest.Diff(t, "as a login", "qr.unknown", v.As("").Why("Account.Login.Wset", poll))
			if err := v.State.Account.ApproveQR(v.Call, qr, "wx"); err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "response", `true`, v.Data(operation+".Wset", poll))
			h5dstest.Diff(t, "response once more", `true`, v.Data(operation+".Wset", poll))
			h5dstest.Diff(t, "too late", "qr.expired", v.Later(h5dstest.CodeLife).Why(operation+".Wset", poll))
			h5dstest.Diff(t, "binds", `["wechat"]`, v.Data("Account.Binds", ``))
		})
	}
}

func TestApproveQRErrors(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.WtoneID)
	bindWechat(v, h5dstest.AliceID, "taken")
	login, bind := v.QR("Account.Login.Wqr"), v.QR("Account.Wechat.Wqr")
	late := v.Later(h5dstest.CodeLife)
	for _, test := range []struct {
		name, sn, who string
		v             *h5dstest.Visit
		want          string
	}{
		{"no such sn", "1", "alice", v, `approve QR "1": there is no such sn`},
		{"no such user", login, "nobody at all", v, `approve QR "` + login + `": there is no user "nobody at all"; put the user first`},
		{"too late", login, "alice", late, `approve QR "` + login + `": it is older than 5m0s`},
		{"no WeChat account", bind, "", v, `approve QR "` + bind + `": the WeChat account "" is empty, or bound to another user`},
		{"another's WeChat account", bind, "taken", v, `approve QR "` + bind + `": the WeChat account "taken" is empty, or bound to another user`},
	} {
		before := h5dstest.JSON(t, v.State)
		h5dstest.Diff(t, test.name, test.want, fmt.Sprint(v.State.Account.ApproveQR(test.v.Call, test.sn, test.who)))
		h5dstest.Diff(t, test.name+": state", before, h5dstest.JSON(t, v.State))
	}
	for _, sn := range []string{login, bind} {
		if err := v.State.Account.ApproveQR(v.Call, sn, "user_01"); err != nil {
			t.Fatal(err)
		}
		h5dstest.Diff(t, "twice", `approve QR "`+sn+`": it is approved already`, fmt.Sprint(v.State.Account.ApproveQR(v.Call, sn, "user_01")))
	}
}

func TestPassword(t *testing.T) {
	t.Parallel()
	const changed = "new horse 22"
	signIn := func(v *h5dstest.Visit, account, password string) string {
		return v.Why("Account.Login", `{"account":"`+account+`","password":"`+password+`",`+v.Captcha()+`}`)
	}
	v := h5dstest.New(t, h5dstest.WithAlice(t), h5dstest.AliceID)
	h5dstest.Diff(t, "change", `true`, v.Data("Account.ChangePassword", `{"old_password":"`+h5dstest.AlicePassword+`","password":"`+changed+`"}`))
	h5dstest.Diff(t, "the old one", "password.wrong", signIn(v, "alice", h5dstest.AlicePassword))
	h5dstest.Diff(t, "the new one", "", signIn(v, "alice", changed))

	code := v.Code("Account.Sms.RecoverPassword", "mobile", h5dstest.AliceMobile)
	h5dstest.Diff(t, "recover", `true`, v.Data("Account.RecoverPassword", `{"mobile":"`+h5dstest.AliceMobile+`","password":"third horse 3","code":"`+code+`"}`))
	h5dstest.Diff(t, "the one before", "password.wrong", signIn(v, "alice", changed))
	h5dstest.Diff(t, "the recovered one", "", signIn(v, h5dstest.AliceMobile, "third horse 3"))

	code = v.Code("Account.Sms.RecoverPassword", "mobile", h5dstest.AliceMobile)
	recovering := func(password string) string {
		return v.Why("Account.RecoverPassword", `{"mobile":"`+h5dstest.AliceMobile+`","password":"`+password+`","code":"`+code+`"}`)
	}
	h5dstest.Diff(t, "recover with a weak one", "password.weak", recovering("x"))
	v.Data("Account.Unbind", `{"type":"mobile"}`)
	h5dstest.Diff(t, "recover when the number is nobody's any more", "account.unknown", recovering("fourth horse 4"))

	// The first password of a user of the third party, who can then log in with a bound name.
	third := v.As(h5dstest.WtoneID)
	h5dstest.Diff(t, "first", `true`, third.Data("Account.ChangePassword", `{"old_password":"","password":"`+changed+`"}`))
	h5dstest.Diff(t, "binds", `["password"]`, third.Data("Account.Binds", ``))
	h5dstest.Diff(t, "the number that the third party gave", "account.unknown", signIn(v, h5dstest.Wtone().Mobile, changed))
	code = third.Code("Account.Sms.BindMobile", "mobile", h5dstest.Wtone().Mobile)
	third.Data("Account.BindMobile", `{"mobile":"`+h5dstest.Wtone().Mobile+`","code":"`+code+`"}`)
	h5dstest.Diff(t, "the same number, bound", "", signIn(v, h5dstest.Wtone().Mobile, changed))
}

// The state has salted hashes, which are the same in every run and different for two users.
func TestPasswordsAreHashed(t *testing.T) {
	t.Parallel()
	st := h5dstest.WithAlice(t)
	h5dstest.Put(t, st, account.User{Username: "bob", Password: h5dstest.AlicePassword})
	alice, _ := st.Account.Who("alice")
	bob, _ := st.Account.Who("bob")
	hash := regexp.MustCompile(`^sha256\$[0-9a-f]{16}\$[0-9a-f]{64}$`)
	again, _ := h5dstest.WithAlice(t).Account.Who("alice")
	h5dstest.Diff(t, "another run", alice.Password, again.Password)
	if alice.Password == bob.Password || !hash.MatchString(alice.Password) || !hash.MatchString(bob.Password) {
		t.Errorf("hashes %q, %q", alice.Password, bob.Password)
	}
	if text := h5dstest.JSON(t, st); strings.Contains(text, h5dstest.AlicePassword) {
		t.Errorf("the password stands in the state: %s", text)
	}
	// A hash is no password, and a password in plain text in the state lets nobody in.
	v := h5dstest.New(t, st, "")
	request := func(p string) string { return `{"account":"alice","password":"` + p + `",` + v.Captcha() + `}` }
	h5dstest.Diff(t, "the hash", "password.wrong", v.Why("Account.Login", request(alice.Password)))
	alice.Password = "plain"
	st.Account.Users.Put(alice)
	h5dstest.Diff(t, "plain in the state", "password.wrong", v.Why("Account.Login", request("plain")))
	alice.Password = ""
	st.Account.Users.Put(alice)
	h5dstest.Diff(t, "none", "password.wrong", v.Why("Account.Login", request("")))
}
