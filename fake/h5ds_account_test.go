package fake_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
)

// visitor is a client of h5ds, as the vendor's web pages are.
type visitor struct {
	t     *testing.T
	srv   *fake.Server
	token string
}

// get and post return the data of a response that must be a success.
func (v *visitor) get(path string) string { v.t.Helper(); return v.data(v.send("GET", path, "")) }
func (v *visitor) post(path, body string) string {
	v.t.Helper()
	return v.data(v.send("POST", path, body))
}

// send calls as those pages do: the header Authorization is there, and empty without a session.
func (v *visitor) send(method, path, body string) got {
	v.t.Helper()
	header := []string{"Authorization", v.token, "Accept", "application/json"}
	if body != "" {
		header = append(header, "Content-Type", "application/json;charset=utf-8")
	}
	return do(v.t, v.srv.Client(), method, "https://video.h5ds.com/api/v1"+path, body, header...)
}

func (v *visitor) data(answer got) string {
	v.t.Helper()
	var a struct {
		Code int
		Data json.RawMessage
	}
	if err := json.Unmarshal([]byte(answer.Body), &a); err != nil || a.Code != 0 || answer.Status != 200 {
		v.t.Fatalf("%d %s (%s)", answer.Status, answer.Body, answer.Header.Get("X-Fakecme-Why"))
	}
	return string(a.Data)
}

// field is a text of an object.
func field(t *testing.T, object, name string) string {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(object), &fields); err != nil {
		t.Fatalf("%v: %s", err, object)
	}
	return fmt.Sprint(fields[name])
}

// captcha returns the fields of a captcha that is solved.
func (v *visitor) captcha() string {
	v.t.Helper()
	key := field(v.t, v.get("/account/captcha"), "captcha_key")
	return `"captchaKey":"` + key + `","captchaCode":"` + h5ds.CaptchaText(key) + `"`
}

// enter logs in and goes on as that user.
func (v *visitor) enter(request string) {
	v.t.Helper()
	v.token = field(v.t, v.post("/account/login", request), "token")
}

// A person signs up, forgets the password, binds everything, and leaves, as on the vendor's pages.
func TestAccountOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	v := &visitor{t: t, srv: srv}
	captcha := v.get("/account/captcha")
	v.post("/account/register", `{"username":"alice","password":"correct horse 1","captchaCode":"`+h5ds.CaptchaText(field(t, captcha, "captcha_key"))+`"}`)
	v.enter(`{"account":"alice","password":"correct horse 1",` + v.captcha() + `}`)

	v.post("/account/sms/bind-mobile", `{"mobile":"15888888880",`+v.captcha()+`}`)
	v.post("/account/bind-mobile", `{"mobile":"15888888880","code":"`+srv.H5DS().Codes("15888888880")[0].Code+`"}`)
	v.post("/account/mail/bind-email", `{"email":"alice@example.com"}`)
	v.post("/account/bind-email", `{"email":"alice@example.com","code":"`+srv.H5DS().Codes("alice@example.com")[0].Code+`"}`)
	code := v.get("/account/bind-weixin/wqr")
	if answer := v.send("GET", "/account/bind-weixin/wset?sn="+field(t, code, "sn"), ""); answer.why() != "qr.waiting" {
		t.Errorf("before it is scanned: %s", answer.Body)
	}
	srv.H5DS().ApproveQR(field(t, code, "sn"), "wx-alice")
	v.get("/account/bind-weixin/wset?sn=" + field(t, code, "sn"))
	if got := v.get("/account/binds"); got != `["mobile","email","wechat","password"]` {
		t.Errorf("binds: %s", got)
	}
	v.post("/account/update", `{"name":"Alice"}`)
	v.data(v.send("PUT", "/account/update", `{"avatar":"/video/uploads/20250912/1.png"}`))
	info := v.get("/account/info")
	for name, want := range map[string]string{"name": "Alice", "mobile": "15888888880", "email": "alice@example.com", "avatar": "/video/uploads/20250912/1.png"} {
		if got := field(t, info, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	v.post("/account/sms/recover-password", `{"mobile":"15888888880",`+v.captcha()+`}`)
	v.post("/account/recover-password", `{"mobile":"15888888880","password":"another horse 2","code":"`+srv.H5DS().Codes("15888888880")[0].Code+`"}`)
	v.post("/account/change-password", `{"old_password":"another horse 2","password":"third horse 33"}`)
	v.enter(`{"account":"15888888880","password":"third horse 33",` + v.captcha() + `}`)
	if again := v.get("/account/info"); again != info {
		t.Errorf("another login is another user: %s, %s", again, info)
	}
	v.get("/account/logout")
	if answer := v.send("GET", "/account/info", ""); answer.why() != "session.logged-out" {
		t.Errorf("after the logout: %s", answer.Body)
	}

	// No password is kept, neither in the journal nor anywhere a diagnosis goes.
	for _, c := range srv.Calls() {
		if kept := string(c.RequestBody) + string(c.ResponseBody) + c.String(); strings.Contains(kept, "horse") {
			t.Errorf("a password is in the journal: %s", kept)
		}
	}
}

// The three other ways in: a code by text message or e-mail, a scanned code, QQ.
func TestWaysIn(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.H5DS().PutUser(h5ds.User{Username: "alice", Password: "correct horse 1", Mobile: "15888888880", Email: "alice@example.com"})
	ways := map[string]func(v *visitor){
		"mobile": func(v *visitor) {
			v.post("/account/sms/login", `{"mobile":"15888888880",`+v.captcha()+`}`)
			v.enter(`{"mobile":"15888888880","code":"` + srv.H5DS().Codes("15888888880")[0].Code + `","type":"mobile_code"}`)
		},
		"e-mail": func(v *visitor) {
			v.post("/account/mail/login", `{"email":"alice@example.com",`+v.captcha()+`}`)
			v.enter(`{"email":"alice@example.com","code":"` + srv.H5DS().Codes("alice@example.com")[0].Code + `","type":"email_code"}`)
		},
		"scan": func(v *visitor) {
			sn := field(t, v.get("/account/login/wqr"), "sn")
			srv.H5DS().ApproveQR(sn, "alice")
			v.token = field(t, v.get("/account/login/wset?sn="+sn), "token")
		},
	}
	for name, way := range ways {
		v := &visitor{t: t, srv: srv}
		way(v)
		if got := field(t, v.get("/account/info"), "name"); got != "alice" {
			t.Errorf("%s: logged in as %q", name, got)
		}
	}
	v := &visitor{t: t, srv: srv}
	qq := v.get("/account/login/provider/qq/user?code=" + url.QueryEscape("a code"))
	v.token = field(t, qq, "token")
	if user, info := v.get("/account/info"), qq; !strings.Contains(info, user) {
		t.Errorf("QQ: %s, %s", info, user)
	}
}

// A code is good for five minutes of the tenant's time.
func TestCodeExpires(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	v := &visitor{t: t, srv: srv}
	v.post("/account/sms/login", `{"mobile":"15888888880",`+v.captcha()+`}`)
	srv.Clock.Advance(5 * time.Minute)
	answer := v.send("POST", "/account/login", `{"mobile":"15888888880","code":"`+srv.H5DS().Codes("15888888880")[0].Code+`","type":"mobile_code"}`)
	if answer.why() != "code.expired" || answer.Body != `{"code":400,"message":"参数错误: code","data":null}` {
		t.Errorf("%s (%s)", answer.Body, answer.Header.Get("X-Fakecme-Why"))
	}
}

// A call without a credential is of the default tenant, or of the one that the header appid names.
func TestTenantOfALogin(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other, err := srv.NewTenant(fake.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	const address = "https://video.h5ds.com/api/v1/account/captcha"
	do(t, srv.Client(), "GET", address, "")
	do(t, srv.Client(), "GET", address, "", "appid", "nobody's")
	do(t, srv.Client(), "GET", address, "", "appid", other.AppID)
	if mine, others := len(srv.Calls("Account.Captcha")), len(other.Calls("Account.Captcha")); mine != 2 || others != 1 {
		t.Errorf("%d calls of the default tenant, %d of the other; want 2 and 1", mine, others)
	}
}

func TestMessagesOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	v := &visitor{t: t, srv: srv, token: thirdLogin(t, srv, srv.Tenant, "user_01")}
	m := srv.H5DS().PutMessage(h5ds.Message{Owner: "user_01", Title: "维护", Contents: "<p>今晚</p>"})
	srv.H5DS().PutMessage(h5ds.Message{Owner: "user_01", Title: "活动", TypeID: h5ds.MessageActivity})
	if got := v.post("/user/messages/count", ""); got != "2" {
		t.Errorf("unread: %s", got)
	}
	if got := v.get("/user/messages/page?page=1&page_size=20&type_id=32"); !strings.Contains(got, `"contents":"<p>今晚</p>"`) || field(t, got, "total") != "1" {
		t.Errorf("page: %s", got)
	}
	v.get("/user/messages/page") // one client sends no query
	v.get("/user/messages/info?id=" + m.ID)
	v.post("/user/messages/read-all", "")
	if got := v.post("/user/messages/count", "{}"); got != "0" {
		t.Errorf("unread after all: %s", got)
	}
	if answer := v.send("GET", "/user/messages/info?id=1", ""); answer.why() != "message.unknown" {
		t.Errorf("no such message: %s", answer.Body)
	}
}

// A person buys credits and VIP; a test pays.
func TestOrdersOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	v := &visitor{t: t, srv: srv, token: thirdLogin(t, srv, srv.Tenant, "user_01")}
	srv.H5DS().PutCredit(h5ds.Credit{Owner: "user_01", Credits: 5})
	srv.H5DS().PutCreditLog(h5ds.CreditLog{Owner: "user_01", Type: "reward", Credits: 5, Balance: 5})
	srv.H5DS().PutCreditPackage(h5ds.CreditPackage{ID: "7", Name: "一百", Price: 10, Credits: 100})
	srv.H5DS().PutVIPPackage(h5ds.VIPPackage{ID: "8", Name: "月", CurrentPrice: 29, VIPLevel: 2, FirstCredit: 50,
		FirstCreditExpire: &h5ds.Period{Value: 7, ValueUnit: "day"}})
	srv.H5DS().PlanOrders(h5ds.PayPlan{Granting: h5ds.Duration(time.Minute)})
	for _, kind := range []struct{ path, request string }{{"credit", `{"package_id":"7"}`}, {"vip", `{"package_id":8,"vip_level":2}`}} {
		v.get("/user/" + kind.path + "-packages/list")
		order := v.post("/user/"+kind.path+"-orders/create", kind.request)
		id := field(t, order, "id")
		stands := func(want string) {
			t.Helper()
			if got := v.get("/user/" + kind.path + "-orders/status?id=" + id); got != `{"status":`+want+`}` {
				t.Errorf("%s order: %s, want %s", kind.path, got, want)
			}
		}
		stands("0")
		srv.H5DS().PayOrder(id)
		stands("1")
		srv.Clock.Advance(time.Minute)
		stands("2")
		unpaid := field(t, v.post("/user/"+kind.path+"-orders/create", kind.request), "id")
		srv.Clock.Advance(30 * time.Minute)
		if got := v.get("/user/" + kind.path + "-orders/status?id=" + unpaid); got != `{"status":3}` {
			t.Errorf("%s order, not paid: %s", kind.path, got)
		}
	}
	info := v.get("/account/info")
	if field(t, info, "credits") != "155" || field(t, info, "vip_level") != "2" || field(t, info, "vip_status") != "1" {
		t.Errorf("account: %s", info)
	}
	if got := v.get("/user/credits/page?page=1&page_size=10&total=0&keyword=&status=1&source_type="); field(t, got, "total") != "3" {
		t.Errorf("credits: %s", got)
	}
	if got := v.get("/user/credit-logs/page?page=1&page_size=10&total=0&keyword=&type=purchase"); field(t, got, "total") != "1" {
		t.Errorf("log: %s", got)
	}
	v.get("/user/credits/page")
	v.get("/user/credit-logs/page")
}

// What cannot be done from outside ends the test, and says why.
func TestH5DSMistakesInATest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		do   func(fake.H5DS)
		want string
	}{
		"pay":     {func(h fake.H5DS) { h.PayOrder("1") }, `fake: h5ds: pay order "1": there is no such order`},
		"approve": {func(h fake.H5DS) { h.ApproveQR("1", "x") }, `fake: h5ds: approve QR "1": there is no such sn`},
		"plan":    {func(h fake.H5DS) { h.PlanOrders(h5ds.PayPlan{Granting: -1}) }, `fake: h5ds: plan orders: granting: -1ns; it cannot be negative`},
	} {
		got := runTest(func(tb *testTB) { test.do(fake.Start(tb, fake.Config{}).H5DS()) })
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Every call of the vendor's clients around an account is answered: none is unknown, or has a
// method or a field that the contract does not have.
func TestClientsOfAccountsAreAnswered(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{}) // judges findings at the end
	srv.Forgive("warning.old-shape")    // one of the clients is old
	v := &visitor{t: t, srv: srv, token: thirdLogin(t, srv, srv.Tenant, "user_01")}
	for _, call := range []struct{ method, path, body string }{
		{"POST", "/account/login", `{"account":"a","password":"p","captchaCode":"c","captchaKey":"k"}`},
		{"POST", "/account/login", `{"mobile":"15888888889","code":"1","type":"mobile_code"}`},
		{"POST", "/account/login", `{"email":"a@b.c","code":"1","type":"email_code"}`},
		{"GET", "/account/captcha", ``},
		{"POST", "/account/sms/register", `{"mobile":"15888888889","captchaCode":"c","captchaKey":"k"}`},
		{"POST", "/account/sms/login", `{"mobile":"15888888889","captchaCode":"c","captchaKey":"k"}`},
		{"POST", "/account/sms/bind-mobile", `{"mobile":"15888888889","captchaCode":"c","captchaKey":"k"}`},
		{"POST", "/account/sms/recover-password", `{"mobile":"15888888889","captchaCode":"c","captchaKey":"k"}`},
		{"POST", "/account/mail/register", `{"email":"a@b.c","captchaCode":"c","captchaKey":"k"}`},
		{"POST", "/account/mail/login", `{"email":"a@b.c","captchaCode":"c","captchaKey":"k"}`},
		{"POST", "/account/mail/bind-email", `{"email":"a@b.c"}`},
		{"POST", "/account/bind-mobile", `{"mobile":"15888888889","code":"1"}`},
		{"POST", "/account/bind-mobile", `{"phoneNumber":"15888888889","code":"1"}`},
		{"POST", "/account/bind-email", `{"email":"a@b.c","code":"1"}`},
		{"POST", "/account/unbind", `{"type":"wechat"}`},
		{"GET", "/account/binds", ``},
		{"POST", "/account/update", `{"name":"n"}`},
		{"PUT", "/account/update", `{"avatar":"/a.png"}`},
		{"POST", "/account/register", `{"username":"u","password":"p","captchaCode":"c"}`},
		{"POST", "/account/change-password", `{"old_password":"","password":"p"}`},
		{"POST", "/account/recover-password", `{"mobile":"15888888889","password":"p","code":"1"}`},
		{"GET", "/account/login/wqr", ``}, {"GET", "/account/login/wset?sn=1", ``},
		{"GET", "/account/wechat/wqr", ``}, {"GET", "/account/wechat/wset?sn=1", ``},
		{"GET", "/account/bind-weixin/wqr", ``}, {"GET", "/account/bind-weixin/wset?sn=1", ``},
		{"GET", "/account/login/provider/qq/user?code=c", ``},
		{"GET", "/open/app-statistics", ``},
		{"GET", "/api/user-sign?stDate=2026-01-02", ``}, {"POST", "/api/user-sign", ``},
		{"POST", "/user/messages/count", ``}, {"GET", "/user/messages/page?page=1&page_size=20&type_id=", ``},
		{"GET", "/user/messages/info?id=1", ``}, {"POST", "/user/messages/read-all", ``},
		{"GET", "/user/credits/page?page=1&page_size=10&total=0&keyword=&status=&source_type=", ``},
		{"GET", "/user/credit-logs/page?page=1&page_size=10&total=0&keyword=&type=", ``},
		{"GET", "/user/credit-packages/list", ``}, {"POST", "/user/credit-orders/create", `{"package_id":"310000000000000001"}`},
		{"GET", "/user/credit-orders/status?id=1", ``},
		{"GET", "/user/vip-packages/list", ``}, {"POST", "/user/vip-orders/create", `{"package_id":"320000000000000001","vip_level":1}`},
		{"POST", "/user/vip-orders/create", `{"package_id":"320000000000000001"}`}, {"GET", "/user/vip-orders/status?id=1", ``},
	} {
		answer := v.send(call.method, call.path, call.body)
		if why := answer.why(); answer.Status != 200 || strings.HasPrefix(why, "call.") || strings.HasPrefix(why, "contract.") || strings.HasPrefix(why, "token.") {
			t.Errorf("%s %s: %d %s (%s)", call.method, call.path, answer.Status, answer.Body, answer.Header.Get("X-Fakecme-Why"))
		}
	}
}

// A password of a seed is good for a login, and is not kept.
func TestFixturesHashPasswords(t *testing.T) {
	t.Parallel()
	fixtures, err := fake.ParseFixtures("f.yaml", []byte("h5ds:\n  users:\n  - {username: alice, password: correct horse 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	srv := fake.Start(t, fake.Config{Fixtures: fixtures})
	user := srv.H5DS().PutUser(h5ds.User{Username: "bob", Password: "correct horse 1"})
	if !regexp.MustCompile(`^sha256\$[0-9a-f]{16}\$[0-9a-f]{64}$`).MatchString(user.Password) {
		t.Errorf("password %q", user.Password)
	}
	v := &visitor{t: t, srv: srv}
	v.enter(`{"account":"alice","password":"correct horse 1",` + v.captcha() + `}`)
}
