package browser

import (
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
)

// The newest call stays on top whatever language the page speaks.
func TestDashboardKeepsTheOrder(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	for range 3 {
		login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	}
	p.until("document.querySelectorAll('.call').length === 3")
	p.click("#language")
	p.until("document.documentElement.lang === 'zh-CN'")
	login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	p.until("document.querySelectorAll('.call').length === 4")
	if diff := cmp.Diff([]string{"4", "3", "2", "1"}, value[[]string](p, "[...document.querySelectorAll('.call')].map(n => n.dataset.n)")); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// The list of errors leaves out calls that were answered, with or without a finding.
func TestDashboardErrorsOnly(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("", "OpenCME.Login")
	p := dashboard(t, srv)
	login(t, srv, signWith("another-key", srv.Tenant, "user_01", "Login", ""))
	signature := ""
	// One that is not escaped, which shows by its '=', and goes well by chance.
	for n := 0; strings.Contains(signature, "+") || !strings.Contains(signature, "="); n++ {
		signature = sign(srv.Tenant, fmt.Sprint("user_", n), "Login", "")
	}
	get(t, srv, "https://open.cme.qcloud.com/?more=1&signature="+signature)
	p.until("document.querySelectorAll('.call').length === 2")
	if marks := p.rows(".marks"); !strings.Contains(marks[0], "Finding") || !strings.Contains(marks[0], "200") {
		t.Fatalf("the second call is to be a finding that was answered: %q", marks)
	}
	p.run(chromedp.Click("//button[text()='Errors']"))
	p.until("document.querySelectorAll('.call[hidden]').length > 0")
	if diff := cmp.Diff([]string{"SignatureVerifyFail"}, p.rows(".marks")); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// However many calls come, the list stays bounded, and ends with the newest: also where they came
// before it was looked at.
func TestDashboardUnderLoad(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{JournalCalls: 1100})
	p := dashboard(t, srv)
	p.run(chromedp.Evaluate("location.hash = '#setup'", nil), chromedp.Reload())
	p.until("document.querySelector('#live.on') && document.querySelector('#view-setup h2')")
	signature := sign(srv.Tenant, "user_01", "Login", "")
	for range 1200 {
		login(t, srv, signature)
	}
	p.run(chromedp.Evaluate("location.hash = '#calls'", nil))
	p.until("document.querySelector('.call')?.dataset.n === '1200'")
	if got := value[string](p, "[...document.querySelectorAll('.call')].length + ' to ' + [...document.querySelectorAll('.call')].at(-1).dataset.n"); got != "1000 to 201" {
		t.Errorf("rows: %s", got)
	}
}

// A page that is open finds its way in a server that was started anew: its calls, its tenants, its dialect.
func TestDashboardAfterRestart(t *testing.T) {
	t.Parallel()
	first := fake.Start(t, fake.Config{})
	if _, err := first.NewTenant(fake.Credentials{ID: "team-a"}); err != nil {
		t.Fatal(err)
	}
	// One address leads to whichever server there is: a port that was let go may be taken.
	var now atomic.Pointer[url.URL]
	point := func(srv *fake.Server) {
		to, err := url.Parse(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		now.Store(to)
	}
	point(first)
	way := httptest.NewServer(&httputil.ReverseProxy{FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(now.Load()); r.Out.Host = r.In.Host }})
	t.Cleanup(func() { way.CloseClientConnections(); way.Close() })
	p := dashboard(t, first)
	p.run(chromedp.Navigate(way.URL + "/_fakecme/"))
	p.until("document.querySelector('#live.on')")
	login(t, first, sign(first.Tenant, "user_01", "Login", ""))
	p.until("document.querySelectorAll('.call').length === 1")
	restart := func(before *fake.Server, c fake.Config) *fake.Server {
		t.Helper()
		before.Close()
		p.until("document.querySelector('#live.off')")
		after := fake.Start(t, c)
		point(after)
		p.until("document.querySelector('#live.on')")
		return after
	}
	second := restart(first, fake.Config{Dialect: fake.Current()})
	p.until("document.querySelectorAll('.call').length === 0 && document.querySelector('.welcome').checkVisibility()")
	p.until("/current/.test(document.querySelector('#dialect').textContent) && document.querySelectorAll('#tenant option').length === 1")

	// The tenant that is shown may be gone.
	if _, err := second.NewTenant(fake.Credentials{ID: "team-b"}); err != nil {
		t.Fatal(err)
	}
	p.run(chromedp.Reload())
	p.until("document.querySelectorAll('#tenant option').length === 2")
	value[bool](p, "(s => { s.value = 'team-b'; return s.dispatchEvent(new Event('change')) })(document.querySelector('#tenant'))")
	p.until("document.querySelector('#live.on')")
	third := restart(second, fake.Config{})
	p.until("document.querySelector('#tenant').value === 'default'")
	login(t, third, sign(third.Tenant, "user_01", "Login", ""))
	p.until("document.querySelectorAll('.call').length === 1")
}

// Another tenant is shown where one is looking, and an address that no view has shows the calls.
func TestDashboardStaysWhereItIs(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	login(t, srv, sign(srv.Tenant, "user_01", "Login", ""))
	p.until("document.querySelector('.call')")
	p.click(".call")
	p.until("document.querySelector('.detail h2')")
	p.run(chromedp.Evaluate("location.hash = '#setup'", nil))
	p.until("document.querySelector('#view-setup form input')?.checkVisibility()")
	p.run(chromedp.SendKeys("#view-setup form input", "team-a", chromedp.ByQuery), chromedp.Click("#view-setup form button", chromedp.ByQuery))
	p.until("document.querySelector('#tenant').value === 'team-a' && document.querySelector('#view-setup').innerText.includes('fake-secret-id-team-a')")
	if got := value[string](p, "location.hash"); got != "#setup" {
		t.Errorf("the page went to %s", got)
	}
	p.run(chromedp.Navigate(srv.URL+"/_fakecme/#%"), chromedp.Reload())
	p.until("document.querySelector('#live.on') && document.querySelector('#view-calls').checkVisibility()")
}

// What a call holds is text, whatever it is made of, and is seen where it cannot be read.
func TestDashboardHostileCalls(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	p := dashboard(t, srv)
	p.size(360, 740, "light")
	long := strings.Repeat("W", 3000)
	for _, user := range []string{"<script>throw 1</script>", "\u202ereversed", "\x00\x1b[31m\n", long} {
		login(t, srv, signWith("another-key", srv.Tenant, user, "Login", ""))
	}
	login(t, srv, unencoded(srv.Tenant, "a\nb"))
	p.until("document.querySelectorAll('.call').length === 5")
	for n := 1; n <= 5; n++ {
		p.run(chromedp.Evaluate(fmt.Sprintf("location.hash = '#calls/%d'", n), nil))
		p.until(fmt.Sprintf("document.querySelector('.detail')?.dataset.n === '%d'", n))
		if diff := cmp.Diff([]string{}, value[[]string](p, wide)); diff != "" {
			t.Errorf("call %d: %s", n, diff)
		}
	}
	marks := value[[]string](p, "[...document.querySelectorAll('.compare mark')].map(m => m.textContent)")
	if diff := cmp.Diff([]string{"%", "␊"}, marks); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	if n := value[int](p, "document.querySelectorAll('main script, main img').length"); n != 0 {
		t.Errorf("%d elements were made of a text", n)
	}
}

// A call is made again with what its address held.
func TestDashboardCallsAgain(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Fixtures: fixtures.Demo()})
	p := dashboard(t, srv)
	get(t, srv, "https://video.h5ds.com/api/v1/open/templates/4711")
	p.until("document.querySelector('.call .name')?.textContent === 'Open.Templates.TemplateId'")
	p.run(chromedp.Evaluate("location.hash = '#try/Open.Templates.TemplateId/1'", nil))
	p.until("document.querySelector('#view-try textarea')?.checkVisibility()")
	if diff := cmp.Diff(`{"templateId":"4711"}`, value[string](p, "JSON.stringify(JSON.parse(document.querySelector('#view-try textarea').value))")); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

// The script works in a frame without an origin, and from a page that loads it by CORS; any name may be listened to.
func TestSDKInASandbox(t *testing.T) {
	t.Parallel()
	srv, project, _ := libraryWithProject(t)
	p := integration(t, srv.URL+"/_fakecme/sdk/v2.js")
	inside := `<script crossorigin src="` + srv.URL + `/_fakecme/sdk/v2.js"><\/script><body><script>
		(async () => {
			const net = CME.Net.create({sign: LOGIN});
			const none = await net.fetch('/Project/DescribeProjects', {ProjectIds: ['nope']});
			const editor = CME.Iframe.create(document.body, {sign: OPEN});
			editor.on('constructor', () => {});
			editor.on('Editor:Ready', () => editor.send('getProjectInfo', (err, data) => parent.postMessage([String(none), String(err), data.name, origin], '*')));
		})().catch(e => parent.postMessage([String(e)], '*'));
	<\/script>`
	inside = strings.ReplaceAll(strings.ReplaceAll(inside, "LOGIN", js(sign(srv.Tenant, "user_01", "Login", ""))), "OPEN", js(sign(srv.Tenant, "user_01", "OpenProject", project.ID)))
	got := value[[]string](p, `new Promise((done) => {
		addEventListener('message', (e) => Array.isArray(e.data) && done(e.data));
		const frame = document.createElement('iframe');
		frame.sandbox = 'allow-scripts';
		frame.srcdoc = `+"`"+strings.ReplaceAll(inside, "`", "\\`")+"`"+`;
		document.body.append(frame);
	})`)
	if diff := cmp.Diff([]string{"undefined", "null", project.Name, "null"}, got); diff != "" {
		t.Errorf("inside (-want +got):\n%s", diff)
	}
}
