package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/fixtures"
)

// dashboard opens the page of a fake, wide and light.
func dashboard(t *testing.T, srv *fake.Server) *page {
	t.Helper()
	p := open(t)
	p.size(1280, 800, "light")
	p.run(chromedp.Navigate(srv.URL + "/_fakecme/"))
	p.until("document.querySelector('#live.on') && document.querySelector('#clock').textContent")
	return p
}

// get makes a call as a client does, and says how it ended.
func get(t *testing.T, srv *fake.Server, address string) int {
	t.Helper()
	response, err := srv.Client().Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func login(t *testing.T, srv *fake.Server, signature string) {
	t.Helper()
	if status := get(t, srv, "https://open.cme.qcloud.com/?signature="+url.QueryEscape(signature)); status != http.StatusOK {
		t.Fatalf("login: %d", status)
	}
}

// rows are the texts of the calls that the list shows, newest first.
func (p *page) rows(column string) []string {
	p.t.Helper()
	return value[[]string](p, "[...document.querySelectorAll('.call:not([hidden]) "+column+"')].map(n => n.innerText)")
}

// A call is there as soon as it is answered; the empty page teaches how to make the first.
func TestDashboardShowsCallsLive(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	welcome := value[string](p, "document.querySelector('.welcome').innerText")
	for _, part := range []string{"Waiting for the first call", `curl "$(fakecme sign cme --url --base ` + srv.URL + `)"`} {
		if !strings.Contains(welcome, part) {
			t.Errorf("the empty page does not say %q:\n%s", part, welcome)
		}
	}
	p.shoot("dashboard-empty")
	login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	p.until("document.querySelectorAll('.call').length === 1")
	login(t, srv, signWith("another-key", srv.Tenant, "<img src=x onerror=throw(1)>", "Login", ""))
	p.until("document.querySelectorAll('.call').length === 2")
	if diff := cmp.Diff([]string{"SignatureVerifyFail", "200"}, p.rows(".marks")); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if value[bool](p, "document.querySelector('.welcome').checkVisibility()") {
		t.Error("the welcome stays")
	}

	p.click("[data-n='2']")
	p.until("document.querySelector('.detail .note .code')")
	if got := value[string](p, "document.querySelector('.detail .note .code').textContent"); got != "cme.wrong-secret" {
		t.Errorf("the reason is %q", got)
	}
	if got := value[string](p, "document.querySelector('.detail .compare').innerText"); !strings.Contains(got, "secretId="+srv.Tenant.SecretID) {
		t.Errorf("what was signed is not told: %q", got)
	}
	p.shoot("dashboard-rejected")
	p.run(chromedp.Click("//button[text()='Copy as curl']"))
	p.until("document.querySelector('#toast').textContent === 'Copied'")
	if command := value[string](p, "import('/_fakecme/ui/api.js').then(api => api.curl(2))"); !strings.Contains(command, "curl ") || !strings.Contains(command, srv.URL) {
		t.Errorf("the command is %q", command)
	}
	p.click(".pause")
	login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	p.until("/1 new/.test(document.querySelector('.pause').textContent)")
	if n := len(p.rows(".name")); n != 2 {
		t.Errorf("paused, and there are %d rows", n)
	}
	p.click(".pause")
	p.until("document.querySelectorAll('.call').length === 3")
	p.click(".bar .danger")
	p.until("document.querySelector('.welcome').checkVisibility()")
	if n := len(srv.Calls()); n != 0 {
		t.Errorf("cleared, and the journal has %d calls", n)
	}
}

// The texts that were signed stand beside each other, with the first byte that differs marked.
func TestDashboardMarksTheDifference(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	login(t, srv, unencoded(srv.Tenant, "a b/云"))
	p.until("document.querySelector('.call')")
	p.click(".call")
	p.until("document.querySelector('.compare')")
	marks := value[[]string](p, "[...document.querySelectorAll('.compare mark')].map(m => m.previousSibling.textContent.slice(-8) + m.textContent)")
	if diff := cmp.Diff([]string{"userId=a+", "userId=a␣"}, marks); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	labels := value[[]string](p, "[...document.querySelectorAll('.compare .label')].map(l => l.textContent)")
	if diff := cmp.Diff([]string{"Received", "What the HMAC was made over"}, labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	for _, look := range []struct {
		name   string
		width  int64
		colour string
	}{{"360-dark", 360, "dark"}, {"768-light", 768, "light"}, {"1280-dark", 1280, "dark"}} {
		p.size(look.width, 800, look.colour)
		p.shoot("dashboard-difference-" + look.name)
		if wide := value[int](p, "document.documentElement.scrollWidth"); wide > int(look.width) {
			t.Errorf("at %d px the page is %d px wide", look.width, wide)
		}
	}
}

// A fault that is set in the form fires, and the list says so.
func TestDashboardInjectsFaults(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	p.run(chromedp.Evaluate("location.hash = '#faults/OpenCME.Login'", nil))
	p.until("document.querySelector('#view-faults select')")
	p.run(chromedp.SetValue("#view-faults select[name=kind]", "status", chromedp.ByQuery))
	value[bool](p, "document.querySelector('#view-faults select[name=kind]').dispatchEvent(new Event('change'))")
	p.click("#view-faults button[type=submit]")
	p.until("document.querySelector('#view-faults .item')")
	signature := url.QueryEscape(sign(srv.Tenant, "user_01", "Login", ""))
	if status := get(t, srv, "https://open.cme.qcloud.com/?signature="+signature); status != 503 {
		t.Errorf("the call under the fault: %d", status)
	}
	p.until("/fired at 1/.test(document.querySelector('#view-faults .item').innerText)")
	p.shoot("dashboard-faults")
	p.click("#view-faults .item .danger")
	p.until("!document.querySelector('#view-faults .item')")
	if status := get(t, srv, "https://open.cme.qcloud.com/?signature="+signature); status != 200 {
		t.Errorf("the call without the fault: %d", status)
	}

	// By code, as documented for the operation.
	p.run(chromedp.SetValue("#view-faults select[name=kind]", "error", chromedp.ByQuery))
	value[bool](p, "document.querySelector('#view-faults select[name=kind]').dispatchEvent(new Event('change'))")
	codes := value[[]string](p, "[...document.querySelectorAll('#view-faults select[name=code] option')].map(o => o.value)")
	if diff := cmp.Diff([]string{"SignatureVerifyFail", "InvalidParameterValue.Platform", "InternalError"}, codes); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

// The form signs and calls each service, as its user, without a secret in the page.
func TestDashboardSignsAndCalls(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Fixtures: fixtures.Demo()})
	srv.Forgive("Material.ListMedia") // its example is one of the documents, which contradict the contract
	p := dashboard(t, srv)
	for _, tt := range []struct{ operation, request, path string }{
		{"Material.DescribeMaterials", `{"MaterialIds":["38192156030633420601"]}`, "清晨的外滩.mp4"},
		{"OpenCME.Login", "", `"Authorization"`},
		{"Third.Login", `{"userId":"user_01"}`, `"token"`},
		{"Account.Info", "{}", `"nick_name"`},
	} {
		p.run(chromedp.Evaluate("location.hash = '#try/"+tt.operation+"'", nil))
		p.until("document.querySelector('#view-try select') && document.querySelector('#view-try select').value === '" + tt.operation + "' && !document.querySelector('#view-try .part')")
		if tt.request != "" {
			value[bool](p, "(t => { t.value = "+js(tt.request)+"; return t.dispatchEvent(new Event('input')) })(document.querySelector('#view-try textarea'))")
		}
		p.click("#view-try button.primary")
		p.until("[...document.querySelectorAll('#view-try .part')].some(n => n.innerText.includes(" + js(tt.path) + "))")
		if calls := srv.Calls(tt.operation); len(calls) == 0 || calls[len(calls)-1].Error != "" {
			t.Errorf("%s: %v", tt.operation, calls)
		}
	}
	p.shoot("dashboard-try")
	loaded := value[string](p, "document.documentElement.outerHTML")
	for _, secret := range []string{srv.Tenant.SecretKey, `"` + srv.Tenant.Secret + `"`} {
		if strings.Contains(loaded, secret) {
			t.Errorf("the page holds the secret %q", secret)
		}
	}
}

// Clock, tenants, state, coverage and findings show what is, and change what they say.
func TestDashboardOtherViews(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Fixtures: fixtures.Demo()})
	p := dashboard(t, srv)
	srv.Inject("User.Info", fault.Drop()) // and nobody calls it
	show := func(view string) {
		p.run(chromedp.Evaluate("location.hash = '#"+view+"'", nil))
		p.until("document.querySelector('#view-" + view + " h2')?.checkVisibility()")
	}
	show("setup")
	before := srv.Clock.Now()
	p.run(chromedp.Click("//button[text()='+24 h']"))
	p.until("/moved/.test(document.querySelector('#clock').textContent)")
	if moved := srv.Clock.Now().Sub(before); moved < 24*time.Hour || moved > 25*time.Hour {
		t.Errorf("the clock moved by %s", moved)
	}
	p.run(chromedp.Click("//button[text()='Freeze']"))
	p.until("/frozen/.test(document.querySelector('#clock').textContent)")
	if !srv.Clock.Frozen() {
		t.Error("the clock runs")
	}
	p.shoot("dashboard-setup")
	if got := value[int](p, "document.querySelectorAll('#view-setup details .name').length"); got < 17 {
		t.Errorf("%d readings as in the original documents", got)
	}
	p.run(chromedp.Click("//button[text()='Back to real time']"))
	p.until("!/frozen|moved/.test(document.querySelector('#clock').textContent)")

	p.run(chromedp.SendKeys("#view-setup form input", "team-a", chromedp.ByQuery), chromedp.Click("#view-setup form button", chromedp.ByQuery))
	p.until("document.querySelector('#tenant').value === 'team-a' && document.querySelector('#view-setup').innerText.includes('fake-secret-id-team-a')")
	show("findings")
	p.until("document.querySelector('#view-findings .nothing')")
	p.run(chromedp.SetValue("#tenant", "default", chromedp.ByQuery))
	value[bool](p, "document.querySelector('#tenant').dispatchEvent(new Event('change'))")
	p.until("/fault.never-fired/.test(document.querySelector('#view-findings').innerText)")
	srv.Forgive("User.Info") // this test is done with it

	show("coverage")
	p.until("/of 1\\d\\d/.test(document.querySelector('#view-coverage .meter').innerText)")
	login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	p.until("document.querySelector('#view-coverage .big').innerText.startsWith('1 ')")
	if got := value[string](p, "document.querySelector('#view-coverage .cover .row').innerText.replace(/\\s+/g, ' ')"); got != "SignatureVerifyFail InternalError" {
		t.Errorf("the errors of the dialect are %q", got) // the others cannot come
	}
	p.shoot("dashboard-coverage")
	show("state")
	p.run(chromedp.Click("//summary[contains(., 'materials')]"))
	p.until("document.querySelector('#view-state').innerText.includes('38192156030633420601')")
	p.shoot("dashboard-state")
}

// Everything can be reached by keys: the list by arrows, back by Esc, the filter by a slash.
func TestDashboardKeyboard(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	for range 3 {
		login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	}
	login(t, srv, signWith("another-key", srv.Tenant, "user_02", "Login", ""))
	p.until("document.querySelectorAll('.call').length === 4")
	p.run(chromedp.KeyEvent(kb.Tab))
	if got := value[string](p, "document.activeElement.className"); got != "skip" {
		t.Errorf("the first stop is %q", got)
	}
	p.run(chromedp.Focus(".list", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	p.until("location.hash === '#calls/3' && document.querySelector('.detail h2')")
	if got := value[string](p, "document.querySelector('[aria-selected=true]').dataset.n + document.querySelector('.list').getAttribute('aria-activedescendant')"); got != "3call-3" {
		t.Errorf("selected: %s", got)
	}
	p.run(chromedp.KeyEvent(kb.Escape))
	p.until("location.hash === '#calls' && !document.querySelector('.detail h2') && document.activeElement.className === 'list'")
	p.run(input.DispatchKeyEvent(input.KeyRawDown).WithKey("/"), chromedp.KeyEvent("wrong-secret"))
	p.until("document.querySelectorAll('.call:not([hidden])').length === 1")
	outline := value[string](p, "getComputedStyle(document.activeElement).outlineStyle")
	if outline != "solid" {
		t.Errorf("the focus does not show: outline %s", outline)
	}
}

// The page speaks the language of the browser, and the other one at the press of a button.
func TestDashboardLanguages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	if got := value[string](p, "document.querySelector('#tabs a').innerText + document.documentElement.lang"); got != "Callsen" {
		t.Errorf("in English: %s", got)
	}
	p.click("#language")
	p.until("document.querySelector('#tabs a').innerText === '调用' && document.documentElement.lang === 'zh-CN' && document.querySelector('.welcome h2').innerText === '等待第一次调用'")
	p.shoot("dashboard-zh")
	p.run(chromedp.Reload())
	p.until("document.querySelector('#tabs a')?.innerText === '调用'")
}

// The page to which a third party hands its user over says who it is, and cleans the address.
func TestHandOff(t *testing.T) {
	p := open(t)
	srv := fake.Start(t, fake.Config{})
	p.size(1280, 800, "light")
	p.run(chromedp.Navigate(srv.URL + "/_fakecme/#try/Third.Login"))
	p.until("document.querySelector('#view-try textarea')")
	value[bool](p, `(t => { t.value = '{"userId":"user_01","nick_name":"wtone"}'; return t.dispatchEvent(new Event('input')) })(document.querySelector('#view-try textarea'))`)
	p.click("#view-try button.primary")
	p.until("document.querySelector('#view-try .part pre')")
	token := value[string](p, "JSON.parse(document.querySelector('#view-try .part pre').textContent).data.token")
	p.run(chromedp.Navigate(srv.URL + "/?token=" + url.PathEscape(token) + "&language=en"))
	p.until("!document.getElementById('good').hidden")
	if got := value[string](p, "location.pathname + location.search"); got != "/?language=en" {
		t.Errorf("the address is %s", got)
	}
	if facts := value[string](p, "document.getElementById('facts').innerText"); !strings.Contains(facts, "wtone") {
		t.Errorf("the page shows %q", facts)
	}
	p.shoot("handoff")
	p.run(chromedp.Navigate(srv.URL + "/?token=Bearer%20x"))
	p.until("/token.malformed/.test(document.getElementById('facts').innerText)")
}

// Bodies are laid out by their text, so that no number loses a digit.
func TestDashboardLaysOutJSON(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	for _, tt := range []struct{ name, body, want string }{
		{"a number beyond 2^53", `{"id":38192156030633420589}`, "{\n  \"id\": 38192156030633420589\n}"},
		{"nothing inside", `{"a":[],"b":{}}`, "{\n  \"a\": [],\n  \"b\": {}\n}"},
		{"signs in a text", `["{\"a\": 1}, [b]: \\"]`, "[\n  \"{\\\"a\\\": 1}, [b]: \\\\\"\n]"},
		{"deep", `[[1,null],{"a":-1.5e3}]`, "[\n  [\n    1,\n    null\n  ],\n  {\n    \"a\": -1.5e3\n  }\n]"},
		{"laid out already", "{ \"a\" :\n true }", "{\n  \"a\": true\n}"},
		{"no JSON", "<html> & {", "<html> & {"},
		{"a text alone", `"云"`, `"云"`},
	} {
		got := value[string](p, "import('/_fakecme/ui/dom.js').then(dom => dom.code("+js(tt.body)+").textContent)")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
