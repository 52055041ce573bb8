package browser

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// sign is what the page's own server would do.
func sign(t *fake.Tenant, user, action, project string) string {
	return signWith(t.SecretKey, t, user, action, project)
}

func signWith(key string, t *fake.Tenant, user, action, project string) string {
	now := t.Clock.Now()
	return cmesign.Sign(key, cmesign.Params{
		SecretID: t.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(5 * time.Minute), Random: 220625,
		Platform: t.Platform, Action: action, UserID: user, ProjectID: project,
	})
}

// integration is a page of the developer's own, on another origin, that loads the script.
func integration(t *testing.T, script string) *page {
	t.Helper()
	p := open(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/" {
			_, _ = fmt.Fprintf(w, `<!doctype html><title>mine</title><body style="margin:0"><div id="container" style="height:600px"></div><script src="%s"></script>`, script)
		}
	}))
	t.Cleanup(site.Close)
	p.size(1280, 800, "light")
	p.run(chromedp.Navigate(site.URL))
	p.until("window.CME")
	return p
}

func person(user string) webpaas.Entity { return webpaas.Entity{Type: "PERSON", ID: user} }

// outcome is how a promise of the page ended.
type outcome struct {
	Value, Code, Message, English, Why any
}

// settle waits for a promise.
func (p *page) settle(promise string) outcome {
	p.t.Helper()
	return value[outcome](p, `(async () => { try { return {Value: await (`+promise+`)} } catch (e) {
		return {Code: e.code, Message: e.message, English: e.messageen, Why: (e.fakecmeWhy || '').split(':')[0]} } })()`)
}

// A page of another origin signs in, lists and deletes, by every script in both dialects.
func TestNet(t *testing.T) {
	for _, dialect := range fake.Dialects() {
		for _, script := range []string{"/_fakecme/sdk/v1.js", "/_fakecme/sdk/v2.js", "/qcloud/cme/sdk_v1.js", "/sdk/cme_v2.0.1.js", "/sdk/cme_v2.1.js?v=1"} {
			t.Run(dialect.Name+script, func(t *testing.T) {
				t.Parallel()
				srv := fake.Start(t, fake.Config{Dialect: dialect})
				video := fake.Put(srv, webpaas.Material{Type: "VIDEO", Name: "脱口秀.mp4", Owner: person("user_01"), ClassID: 9})
				p := integration(t, srv.URL+script)
				if !strings.Contains(p.said(), "stand-in") || !strings.Contains(p.said(), srv.URL) {
					t.Errorf("the banner says %q", p.said())
				}
				create := "window.net = CME.Net.create({sign: " + js(sign(srv.Tenant, "user_01", "Login", "")) + "})"
				if dialect.NetCreate != "" {
					create = "(async () => { window.net = await CME.Net.create({sign: " + js(sign(srv.Tenant, "user_01", "Login", "")) + "}); return 1 })()"
				}
				p.settle("(" + create + ", 1)")
				if dialect.NetCreate != "" {
					p.until("window.net && window.net.fetch")
				}
				list := fmt.Sprintf("net.fetch('/Material/ListMedia', {Platform: %s, ClassId: 9, Owner: {Type: 'PERSON', Id: 'user_01'}}).then(d => d.MaterialInfoSet.map(m => m.BasicInfo.Name).join())", js(srv.Tenant.Platform))
				deletion := "net.fetch('/Material/DeleteMaterial', {MaterialId: " + js(video.ID) + "})"
				got := []outcome{p.settle(list), p.settle(deletion), p.settle(deletion), p.settle(list)}
				want := []outcome{
					{Value: "脱口秀.mp4"}, {},
					{Code: "InvalidParameterValue.MaterialId", Message: got[2].Message, English: got[2].English, Why: "webpaas.material-unknown"},
					{Value: ""},
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("outcomes (-want +got):\n%s", diff)
				}
				if calls := srv.Calls("Material.DeleteMaterial"); len(calls) != 2 || calls[0].User != "user_01" || calls[0].RequestHeader.Get("Origin") == srv.URL {
					t.Errorf("calls: %v", calls)
				}
			})
		}
	}
}

// What create does, and what it says of a signature that is wrong.
func TestNetCreate(t *testing.T) {
	const wrong = "CME.Net.create({sign: WRONG})"
	refused := outcome{Code: "SignatureVerifyFail", Message: "签名校验失败", English: "Signature Verify Fail", Why: "cme.wrong-secret"}
	promised := fake.Original()
	promised.NetCreate = "promise"
	for _, tt := range []struct {
		name    string
		dialect fake.Dialect
		promise string
		want    outcome
	}{
		{"at once", fake.Original(), "Promise.resolve(typeof CME.Net.create({sign: GOOD}).fetch)", outcome{Value: "function"}},
		{"thenable", fake.Original(), "CME.Net.create({sign: GOOD}).then(n => typeof n.fetch + typeof n.then)", outcome{Value: "functionundefined"}},
		{"awaited", fake.Original(), "(async () => typeof (await CME.Net.create({sign: GOOD})).fetch)()", outcome{Value: "function"}},
		{"rejected, then", fake.Original(), wrong, refused},
		{"rejected, catch", fake.Original(), wrong + ".catch(e => e.code)", outcome{Value: "SignatureVerifyFail"}},
		{"rejected, fetch", fake.Original(), wrong + ".fetch('/Material/DeleteMaterial', {})", refused},
		{"no signature", fake.Original(), "CME.Net.create()", outcome{Code: refused.Code, Message: refused.Message, English: refused.English, Why: "cme.empty"}},
		{"a promise", fake.Current(), "(async () => { const p = CME.Net.create({sign: GOOD}); return (p instanceof Promise) + typeof p.fetch + typeof (await p).fetch })()", outcome{Value: "trueundefinedfunction"}},
		{"a promise, rejected", fake.Current(), wrong + ".then(r => [r.Error.Code, r.Error.Message, r.fakecmeWhy.split(':')[0], typeof r.fetch].join())",
			outcome{Value: "InvalidParameterValue.Platform,platform not exist,cme.wrong-secret,undefined"}},
		{"mixed", promised, wrong + ".then(r => r.Error.Code + r.Error.EnglishMessage)", outcome{Value: "SignatureVerifyFailSignature Verify Fail"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{Dialect: tt.dialect})
			p := integration(t, srv.URL+"/_fakecme/sdk/v2.js")
			promise := strings.ReplaceAll(strings.ReplaceAll(tt.promise, "GOOD", js(sign(srv.Tenant, "user_01", "Login", ""))), "WRONG", js(signWith("another-key", srv.Tenant, "user_01", "Login", "")))
			if diff := cmp.Diff(tt.want, p.settle(promise)); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if tt.want.Why != nil && !strings.Contains(p.said(), "fakecme: "+tt.want.Why.(string)) {
				t.Errorf("the console does not say why: %q", p.said())
			}
		})
	}
}

// fetch with the whole response, where a test wants that reading.
func TestNetEnvelope(t *testing.T) {
	t.Parallel()
	dialect := fake.Original()
	dialect.NetResult = "envelope"
	srv := fake.Start(t, fake.Config{Dialect: dialect})
	p := integration(t, srv.URL+"/_fakecme/sdk/v1.js")
	p.settle("(window.net = CME.Net.create({sign: " + js(sign(srv.Tenant, "user_01", "Login", "")) + "}), 1)")
	got := p.settle("net.fetch('Material/DeleteMaterial', {MaterialId: 'nope'}).then(a => a.Code)")
	if diff := cmp.Diff(outcome{Value: "InvalidParameterValue.MaterialId"}, got); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
}

// From the real hosts the script calls the real names: no line of the page knows of the fake.
func TestNetAtTheRealHosts(t *testing.T) {
	open(t) // starts it
	srv := chromium.vendor
	mine, err := srv.NewTenant(fake.Credentials{}) // the journal of a run is its own
	if err != nil {
		t.Fatal(err)
	}
	video := fake.Put(mine, webpaas.Material{Type: "VIDEO", Name: "one", Owner: person("user_01")})
	for _, script := range []string{"http://imgcache.qq.com/qcloud/cme/sdk_v1.js", "http://vs-cdn.tencent-cloud.com/sdk/cme_v2.0.1.js", "http://vs-cdn.tencent-cloud.com/sdk/cme_v2.1.js"} {
		p := integration(t, script)
		p.settle("(window.net = CME.Net.create({sign: " + js(sign(mine, "user_01", "Login", "")) + "}), 1)")
		got := p.settle("net.fetch('/Material/DescribeMaterials', {MaterialIds: [" + js(video.ID) + "]}).then(d => d.MaterialInfoSet[0].BasicInfo.Name)")
		if diff := cmp.Diff(outcome{Value: "one"}, got); diff != "" {
			t.Errorf("%s: outcome (-want +got):\n%s", script, diff)
		}
	}
	calls := mine.Calls("Material.DescribeMaterials")
	if len(calls) != 3 || calls[0].Host != "web-paas-api.cme.qcloud.com" {
		t.Errorf("calls: %v", calls)
	}
	if srv.Bugs() != nil || srv.Findings() != nil {
		t.Errorf("findings: %v, bugs: %v", srv.Findings(), srv.Bugs())
	}
}

// editor opens a project in the frame of a page, and keeps what the frame says in window.heard.
func editor(t *testing.T, srv *fake.Server, script, create, user, project string) *page {
	t.Helper()
	p := integration(t, srv.URL+script)
	p.settle(`(window.heard = [], window.cme = ` + create + `(document.getElementById('container'), {sign: ` + js(sign(srv.Tenant, user, "OpenProject", project)) + `}),
		['Editor:Ready', 'Error', 'Editor:ExportBtn:Click', 'Editor:ExportBtn:click'].forEach(n => cme.on(n, v => heard.push([n, v]))), 1)`)
	return p
}

// shows is the text of an element inside the frame.
func (p *page) shows(selector string) (text string) {
	p.t.Helper()
	var frames []*cdp.Node
	p.run(chromedp.Nodes("iframe", &frames, chromedp.ByQuery))
	p.run(chromedp.Text(selector, &text, chromedp.ByQuery, chromedp.FromNode(frames[0]), chromedp.NodeVisible))
	return text
}

// libraryWithProject is a user with two media, of which one belongs to the project.
func libraryWithProject(t *testing.T) (srv *fake.Server, project webpaas.Project, loose webpaas.Material) {
	t.Helper()
	srv = fake.Start(t, fake.Config{})
	w := srv.WebPaaS()
	attached := fake.Put(w, webpaas.Material{Type: "VIDEO", Name: "attached.mp4", Owner: person("user_01")})
	loose = fake.Put(w, webpaas.Material{Type: "AUDIO", Name: "loose.mp3", Owner: person("user_01")})
	project = fake.Put(w, webpaas.Project{Name: "春天的路", Owner: person("user_01"), MaterialIDs: []string{attached.ID}})
	return srv, project, loose
}

// The frame shows the project, obeys commands, and tells what the user does.
func TestIframe(t *testing.T) {
	for _, tt := range []struct{ name, script, create, click, done string }{
		{"newest", "/_fakecme/sdk/v2.js", "CME.Iframe.create", "Editor:ExportBtn:Click", "(err, data) => done({err: err && err.message, data})"},
		{"older", "/_fakecme/sdk/v1.js", "CME.init", "Editor:ExportBtn:click", "(res) => done({err: res.ret ? res.msg : null, data: res.data})"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, project, loose := libraryWithProject(t)
			p := editor(t, srv, tt.script, tt.create, "user_01", project.ID)
			p.until("heard.some(h => h[0] === 'Editor:Ready')")
			if got := p.shows("#name"); got != project.Name {
				t.Errorf("the frame shows %q, want %q", got, project.Name)
			}
			p.shoot("editor-" + tt.name)
			type result struct{ Err, Data any }
			send := func(command, param string) result {
				t.Helper()
				return value[result](p, "new Promise(done => cme.send("+js(command)+", "+param+tt.done+"))")
			}
			sent := []result{
				send("getProjectInfo", ""),
				send("refreshResources", "{mids: ["+js(loose.ID)+"]}, "),
				send("recoverTrackData", `{data: [{type: 'video'}]}, `),
				send("syncFusionData", "{}, "),
				send("setStyle", "{style: 'button.main { position: fixed; left: 0; top: 0; width: 200px; height: 100px }'}, "),
				send("showUpload", "{sign: "+js(sign(srv.Tenant, "user_01", "Upload", ""))+"}, "),
				send("showUpload", "{sign: "+js(sign(srv.Tenant, "user_02", "Upload", ""))+"}, "),
				send("fly", "{}, "),
			}
			info, _ := sent[0].Data.(map[string]any)
			if info["id"] != project.ID || sent[0].Err != nil {
				t.Errorf("getProjectInfo: %v", sent[0])
			}
			want := []result{
				{Data: map[string]any{"mids": []any{loose.ID, project.MaterialIDs[0]}}}, {Data: map[string]any{}}, {Data: map[string]any{}}, {Data: map[string]any{}}, {Data: map[string]any{}},
				{Err: "showUpload: cme.other-user"},
				{Err: "fly: there is no command fly"},
			}
			sent[6].Data = nil // older scripts give the error too
			if text, ok := sent[6].Err.(string); ok {
				sent[6].Err = regexp.MustCompile(`^(showUpload: [a-z.-]+): .+`).ReplaceAllString(text, "$1")
			}
			if diff := cmp.Diff(want, sent[1:]); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			state, err := srv.Tenant.Snapshot()
			if err != nil || !strings.Contains(string(state), `"fusionData":"[{\"type\":\"video\"}]"`) {
				t.Errorf("the tracks were not saved: %v", err)
			}
			p.run(chromedp.MouseClickXY(100, 50))
			p.until("heard.some(h => h[0] === " + js(tt.click) + ")")
			got := value[string](p, "(cme.off(), cme.destroy(), document.querySelectorAll('iframe').length + ' frames')")
			if got != "0 frames" {
				t.Errorf("after destroy there are %s", got)
			}
		})
	}
}

// A user who may not open the project gets the event Error, and the frame says why.
func TestIframeRejects(t *testing.T) {
	t.Parallel()
	srv, project, _ := libraryWithProject(t)
	p := editor(t, srv, "/_fakecme/sdk/v2.js", "CME.Iframe.create", "user_02", project.ID)
	p.until("heard.length > 0")
	got := value[[]any](p, "heard[0]")
	want := []any{"Error", map[string]any{"error": 1002.0, "code": "OperationDenied.PermissionDeny", "msg": "权限不足"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if shown := p.shows("#failed"); !strings.Contains(shown, "user_02") || !strings.Contains(shown, project.ID) {
		t.Errorf("the frame shows %q", shown)
	}
	early := value[string](p, "new Promise(done => cme.send('syncFusionData', {}, e => done(e.message)))")
	if early != "syncFusionData: wait for Editor:Ready" {
		t.Errorf("a command before Editor:Ready: %s", early)
	}
	calls := srv.Calls()
	last := calls[len(calls)-1]
	if last.Kind != traffic.WebSDK || last.Diagnosis == nil || last.User != "user_02" || strings.Contains(string(last.RequestBody), "c2VjcmV0") {
		t.Errorf("journal: %+v", last)
	}
}

// unencoded is a signature over the text before its values were URL-encoded: a usual mistake.
func unencoded(t *fake.Tenant, user string) string {
	now := t.Clock.Now()
	text := cmesign.Params{
		SecretID: t.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(5 * time.Minute), Random: 220625,
		Platform: t.Platform, Action: "Login", UserID: user,
	}.Original()
	plain, err := url.QueryUnescape(text)
	if err != nil {
		panic(err) // it was escaped a line above
	}
	mac := hmac.New(sha1.New, []byte(t.SecretKey))
	mac.Write([]byte(plain))
	return base64.StdEncoding.EncodeToString(append(mac.Sum(nil), text...))
}
