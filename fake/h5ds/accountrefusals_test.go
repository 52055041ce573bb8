package h5ds

import (
	"fmt"
	"strings"
	"testing"
)

// TestAccountErrors holds the errors of the operations around an account that need no more
// than a state with users: the response, why, and that state and ids stay as they were.
func TestAccountErrors(t *testing.T) {
	t.Parallel()
	const lost = `{"code":404,"message":"数据不存在","data":null}`
	const expired = `{"code":1001,"message":"登录失效","data":null}`
	bad := func(name string) string {
		return fmt.Sprintf(`{"code":400,"message":"参数错误%s","data":null}`, strings.TrimSuffix(": "+name, ": "))
	}
	for _, test := range []struct {
		name, operation, request string // CAPTCHA stands for one that is solved
		user                     string // wtone, when empty
		want, why                string
	}{
		{"no account", "Account.Login", `{"password":"x"}`, "", bad("account"), "account.missing"},
		{"no captcha", "Account.Login", `{"account":"alice","password":"` + alicePassword + `"}`, "", bad("captchaKey"), "captcha.no-key"},
		{"wrong captcha", "Account.Login", `{"account":"alice","password":"` + alicePassword + `","captchaKey":"CAPTCHAKEY","captchaCode":"x"}`, "",
			bad("captchaCode"), "captcha.wrong"},
		{"unknown account", "Account.Login", `{"account":"bob","password":"` + alicePassword + `",CAPTCHA}`, "", bad("password"), "account.unknown"},
		{"wrong password", "Account.Login", `{"account":"alice","password":"x",CAPTCHA}`, "", bad("password"), "password.wrong"},
		{"no password", "Account.Login", `{"account":"alice",CAPTCHA}`, "", bad("password"), "password.wrong"},
		{"password of another type", "Account.Login", `{"account":"alice","password":1,CAPTCHA}`, "", bad("password"), "password.type"},
		{"unknown type", "Account.Login", `{"type":"qq_code","code":"1"}`, "", bad("type"), "account.type"},
		{"no mobile", "Account.Login", `{"type":"mobile_code","code":"1"}`, "", bad("mobile"), "account.mobile"},
		{"no email", "Account.Login", `{"type":"email_code","code":"1"}`, "", bad("email"), "account.email"},
		{"no code", "Account.Login", `{"type":"mobile_code","mobile":"15888888880"}`, "", bad("code"), "code.missing"},
		{"no such code", "Account.Login", `{"type":"mobile_code","mobile":"15888888880","code":"1"}`, "", bad("code"), "code.none"},

		{"no username", "Account.Register", `{"password":"another horse 2","captchaCode":"1"}`, "", bad("username"), "account.missing"},
		{"username taken", "Account.Register", `{"username":"alice","password":"another horse 2","captchaCode":"1"}`, "", bad("username"), "bind.taken"},
		{"mobile taken", "Account.Register", `{"username":"` + aliceMobile + `","password":"another horse 2","captchaCode":"1"}`, "", bad("username"), "bind.taken"},
		{"short password", "Account.Register", `{"username":"bob","password":"horse 2","captchaCode":"1"}`, "", bad("password"), "password.weak"},
		{"password without a letter", "Account.Register", `{"username":"bob","password":"12345678","captchaCode":"1"}`, "", bad("password"), "password.weak"},
		{"password without a digit", "Account.Register", `{"username":"bob","password":"only a horse","captchaCode":"1"}`, "", bad("password"), "password.weak"},
		{"no proof", "Account.Register", `{"username":"bob","password":"another horse 2"}`, "", bad("captchaCode"), "captcha.missing"},
		{"wrong proof", "Account.Register", `{"username":"bob","password":"another horse 2","captchaCode":"x"}`, "", bad("captchaCode"), "captcha.wrong"},

		{"register: number taken", "Account.Sms.Register", `{"mobile":"` + aliceMobile + `",CAPTCHA}`, "", bad("mobile"), "bind.taken"},
		{"register: address taken", "Account.Mail.Register", `{"email":"` + aliceEmail + `",CAPTCHA}`, "", bad("email"), "bind.taken"},
		{"recover: nobody's number", "Account.Sms.RecoverPassword", `{"mobile":"15800000000",CAPTCHA}`, "", bad("mobile"), "account.unknown"},
		{"no number", "Account.Sms.Login", `{"mobile":"phone",CAPTCHA}`, "", bad("mobile"), "account.mobile"},
		{"no address", "Account.Mail.Login", `{"email":"a@b",CAPTCHA}`, "", bad("email"), "account.email"},
		{"no address to bind", "Account.Mail.BindEmail", `{"email":"a b@c.d"}`, "", bad("email"), "account.email"},
		{"mail without captcha", "Account.Mail.Login", `{"email":"a@b.c"}`, "", bad("captchaKey"), "captcha.no-key"},

		{"recover: no number", "Account.RecoverPassword", `{"password":"another horse 2","code":"1"}`, "", bad("mobile"), "account.mobile"},
		{"recover: no code", "Account.RecoverPassword", `{"mobile":"` + aliceMobile + `","password":"another horse 2","code":"1"}`, "", bad("code"), "code.none"},
		{"change: wrong old one", "Account.ChangePassword", `{"old_password":"x","password":"another horse 2"}`, aliceID, bad("old_password"), "password.wrong"},
		{"change: weak new one", "Account.ChangePassword", `{"old_password":"` + alicePassword + `","password":"x"}`, aliceID, bad("password"), "password.weak"},
		{"change: weak first one", "Account.ChangePassword", `{"old_password":"","password":"x"}`, "", bad("password"), "password.weak"},

		{"bind: no number", "Account.BindMobile", `{"code":"1"}`, "", bad("mobile"), "account.mobile"},
		{"bind: no code", "Account.BindEmail", `{"email":"a@b.c","code":""}`, "", bad("code"), "code.missing"},
		{"unbind: no type", "Account.Unbind", `{}`, "", bad("type"), "bind.type"},
		{"unbind: password", "Account.Unbind", `{"type":"password"}`, aliceID, bad("type"), "bind.type"},
		{"unbind: nothing bound", "Account.Unbind", `{"type":"wechat"}`, "", bad("type"), "bind.none"},
		{"update: nothing", "Account.Update", `{}`, "", bad("name"), "account.nothing"},
		{"update: empty name", "Account.Update", `{"name":" ","avatar":"a"}`, "", bad("name"), "account.name"},

		{"login: no sn", "Account.Login.Wset", `{}`, "", bad("sn"), "qr.no-sn"},
		{"login: unknown sn", "Account.Login.Wset", `{"sn":"1"}`, "", lost, "qr.unknown"},
		{"bind: no sn", "Account.BindWeixin.Wset", `{}`, "", bad("sn"), "qr.no-sn"},
		{"bind: unknown sn", "Account.Wechat.Wset", `{"sn":"1"}`, "", lost, "qr.unknown"},
		{"QQ: no code", "Account.Login.Provider.Qq.User", `{}`, "", bad("code"), "qq.no-code"},
		{"sign: no day", "Api.UserSign", `{"stDate":"2025-13-01"}`, "", bad("stDate"), "sign.date"},

		{"binds of nobody", "Account.Binds", ``, "1", expired, "session.no-user"},
		{"bind by nobody", "Account.BindMobile", `{}`, "1", expired, "session.no-user"},
		{"unbind by nobody", "Account.Unbind", `{"type":"mobile"}`, "1", expired, "session.no-user"},
		{"update by nobody", "Account.Update", `{"name":"x"}`, "1", expired, "session.no-user"},
		{"change by nobody", "Account.ChangePassword", `{}`, "1", expired, "session.no-user"},
		{"code for nobody's bind", "Account.Wechat.Wqr", ``, "1", expired, "session.no-user"},

		{"message: no id", "User.Messages.Info", `{}`, "", bad("id"), "message.no-id"},
		{"message: unknown", "User.Messages.Info", `{"id":"1"}`, "", lost, "message.unknown"},
		{"messages: page 0", "User.Messages.Page", `{"page":"0"}`, "", bad("page"), "page.number"},
		{"credits: 1000 a page", "User.Credits.Page", `{"page_size":"1000"}`, "", bad("page_size"), "page.size"},
		{"log: page 0", "User.CreditLogs.Page", `{"page":"0"}`, "", bad("page"), "page.number"},
		{"credit order: no package", "User.CreditOrders.Create", `{}`, "", bad("package_id"), "order.package"},
		{"credit order: VIP", "User.CreditOrders.Create", `{"package_id":"` + monthPackage + `"}`, "", bad("package_id"), "order.package"},
		{"VIP order: unknown", "User.VipOrders.Create", `{"package_id":"1"}`, "", bad("package_id"), "order.package"},
		{"VIP order: other level", "User.VipOrders.Create", `{"package_id":"` + monthPackage + `","vip_level":2}`, "", bad("vip_level"), "order.vip-level"},
		{"credit order: no id", "User.CreditOrders.Status", `{}`, "", bad("id"), "order.no-id"},
		{"VIP order: no id", "User.VipOrders.Status", `{}`, "", bad("id"), "order.no-id"},
		{"VIP order: unknown id", "User.VipOrders.Status", `{"id":"1"}`, "", lost, "order.unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, withAlice(t), wtoneID)
			if test.user != "" {
				v = v.as(test.user)
			}
			solved := v.captcha()
			key := strings.Split(solved, `"`)[3]
			request := strings.NewReplacer("CAPTCHAKEY", key, "CAPTCHA", solved).Replace(test.request)
			before, ids := encoded(t, v.st), encoded(t, v.c.IDs)
			got, failure := run(t, v.c, v.st, test.operation, request)
			diff(t, "answer", test.want, got)
			diff(t, "state", before, encoded(t, v.st))
			diff(t, "ids", ids, encoded(t, v.c.IDs))
			if failure == nil {
				t.Fatal("it was not rejected")
			}
			diff(t, "diagnosis", test.why, failure.Diagnosis.Code)
			if failure.Diagnosis.Sentence == "" || failure.Diagnosis.Fix == "" {
				t.Errorf("the diagnosis says too little: %+v", failure.Diagnosis)
			}
			for _, secret := range []string{alicePassword, "another horse 2"} {
				if strings.Contains(failure.Diagnosis.String(), secret) {
					t.Errorf("the diagnosis shows a password: %s", failure.Diagnosis)
				}
			}
		})
	}
}
