package fake_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/internal/golden"
)

const adminPrefix = "/_fakecme/"

// The admin API serves the calls that contracts/admin.yaml documents, and no others.
func TestAdminDocumentIsComplete(t *testing.T) {
	t.Parallel()
	document, err := contracts.Load("admin")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, fake.Config{})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+adminPrefix+"none", nil))
	var rejected struct{ Error string }
	if err := json.Unmarshal(w.Body.Bytes(), &rejected); err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(rejected.Error, "there are: ")
	served := strings.Split(list, ", ")
	slices.Sort(served)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(document.Targets())), served); diff != "" {
		t.Errorf("calls (-documented +served):\n%s", diff)
	}
}

// Each rejected call of the admin API says what is wrong, with the same text whether the fake checks itself or not. None of the
// calls is in the journal of the services.
func TestAdminErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, method, path, body string }{
		{"health", "GET", "health", ""},
		{"its head", "HEAD", "health", ""},
		{"with a parameter", "GET", "health?x=1", ""},
		{"wrong method", "POST", "health", ""},
		{"unknown call", "GET", "heath", ""},
		{"a slash too many", "DELETE", "/journal", ""},
		{"unknown tenant", "GET", "journal?tenant=x", ""},
		{"of no tenant", "GET", "tenants?tenant=default", ""},
		{"misspelt query", "GET", "journal?operaton=x", ""},
		{"given twice", "GET", "journal?limit=1&limit=2", ""},
		{"not encoded", "GET", "journal?limit=%zz", ""},
		{"misspelt operation", "GET", "journal?operation=Material.ListMedias", ""},
		{"bad limit", "GET", "journal?limit=x", ""},
		{"wait too long", "GET", "journal?wait=1h", ""},
		{"no calls yet", "GET", "journal", ""},
		{"no call of that number", "GET", "journal/2", ""},
		{"no number", "GET", "journal/x", ""},
		{"curl: no number", "GET", "journal/x/curl", ""},
		{"curl: no call", "GET", "journal/99/curl", ""},
		{"curl: no tenant", "GET", "journal/1/curl?tenant=x", ""},
		{"curl: misspelt", "GET", "journal/1/curl?tenat=x", ""},
		{"HAR: no tenant", "GET", "journal.har?tenant=x", ""},
		{"events: no number", "GET", "events?last=x", ""},
		{"events: too many", "GET", "events?last=1001", ""},
		{"events: misspelt", "GET", "events?lats=1", ""},
		{"events: no tenant", "GET", "events?tenant=nobody", ""},
		{"no findings yet", "GET", "findings", ""},
		{"findings: no tenant", "GET", "findings?tenant=nosuch", ""},
		{"findings: fail", "GET", "findings?fail=yes", ""},
		{"findings: misspelt", "GET", "findings?fial=true", ""},
		{"forgive: misspelt warning", "POST", "forgiven", `{"names":["Third.Login","warning.poling"]}`},
		{"forgive: misspelt operation", "POST", "forgiven", `{"names":["Third.Logim"]}`},
		{"forgive: no names", "POST", "forgiven", `{}`},
		{"forgive: misspelt field", "POST", "forgiven", `{"name":["Third.Login"]}`},
		{"forgive: unknown tenant", "POST", "forgiven?tenant=x", `{"names":[]}`},
		{"nothing was forgiven", "GET", "forgiven", ""},
		{"a body to GET", "GET", "clock", `{}`},
		{"clock: unknown field", "PUT", "clock", `{"advnace":"1h"}`},
		{"clock: another case", "PUT", "clock", `{"Advance":"1h"}`},
		{"clock: twice", "PUT", "clock", `{"advance":"1h","advance":"2h"}`},
		{"clock: two things", "PUT", "clock", `{"advance":"1h","real":true}`},
		{"clock: nothing", "PUT", "clock", `{}`},
		{"clock: bad duration", "PUT", "clock", `{"advance":"soon"}`},
		{"fault: unknown kind", "POST", "faults", `{"operation":"OpenCME.Login","kind":"explode"}`},
		{"fault: undocumented error", "POST", "faults", `{"operation":"OpenCME.Login","kind":"error","code":"X"}`},
		{"fault: what the fake counts", "POST", "faults", `{"operation":"OpenCME.Login","kind":"drop","fired":3}`},
		{"fault: unknown", "DELETE", "faults/7", ""},
		{"state: no snapshot", "PUT", "state", `[]`},
		{"state: another version", "PUT", "state", `{"version":99,"state":{}}`},
		{"state: unknown field", "PUT", "state", `{"version":1,"state":{"webpaasX":{}}}`},
		{"state: null", "PUT", "state", `{"version":1,"state":null}`},
		{"tenant: null", "POST", "tenants", `null`},
		{"tenant: more behind it", "POST", "tenants", `{} {}`},
		{"tenant: misspelt", "POST", "tenants", `{"id":"q","cme":{"secret_key":"nope"}}`},
		{"tenant: an id with a slash", "POST", "tenants", `{"id":"a/b"}`},
		{"tenant: the same id", "POST", "tenants", `{"id":"a/b"}`},
		{"tenant: removed", "DELETE", "tenants/a%2Fb", ""},
		{"tenant: the default one stays", "DELETE", "tenants/default", ""},
		{"sign: no user", "POST", "sign", `{}`},
		{"sign: unknown field", "POST", "sign", `{"user":"a","project":"b"}`},
		{"sign: no JSON", "POST", "sign", `user`},
		{"reset of what", "POST", "reset", `{"tenant":"x"}`},
		{"reset, misspelt", "POST", "reset?tenat=x", ""},
		{"reset", "POST", "reset", "{}"},
		{"a document", "GET", "openapi.yaml", ""},
		{"a document with a parameter", "GET", "openapi.yaml?x=1", ""},
		{"as a contract", "GET", "contracts/admin.yaml", ""},
		{"a contract", "GET", "contracts/webpaas.yaml", ""},
		{"unknown contract", "GET", "contracts/x.yaml", ""},
	}
	for _, check := range []bool{true, false} {
		s := newServer(t, fake.Config{SelfCheck: check})
		var table strings.Builder
		for _, tt := range tests {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(tt.method, "http://127.0.0.1"+adminPrefix+tt.path, strings.NewReader(tt.body))
			if tt.body == "" {
				r.Body = nil // as a request that is made by hand
			}
			s.ServeHTTP(w, r)
			line, _, _ := strings.Cut(w.Body.String(), "\n")
			fmt.Fprintf(&table, "%s\n\t%d %.200s\n", tt.name, w.Code, version.ReplaceAllString(line, `"version":"…"`))
		}
		golden.Compare(t, "admin.txt", table.String())
		if bugs, calls := s.Bugs(), s.Calls(); len(bugs)+len(calls) != 0 {
			t.Errorf("bugs %q, calls %v", bugs, calls)
		}
	}
}

var version = regexp.MustCompile(`"version":"[^"]*"`)

// Pages of other origins cannot reach the admin API, nor can a page that was led here under a stranger's name: neither
// to read nor to write, whatever the browser calls itself.
func TestAdminAccess(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{AdminHosts: []string{"fakecme.example.com", "*.app.github.dev"}})
	const file = "/video/materials/a.svg"
	for _, tt := range []struct {
		name, host string
		header     []string
		allowed    bool
	}{
		{"the address", "127.0.0.1:11560", nil, true},
		{"its page", "127.0.0.1:1", []string{"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-origin"}, true},
		{"an IPv6 address", "[::1]:1", []string{"Origin", "http://[::1]:1"}, true},
		{"localhost", "localhost", nil, true},
		{"below localhost", "a.localhost:1", []string{"Origin", "http://a.localhost:1"}, true},
		{"a container", "fakecme:1", []string{"Origin", "http://fakecme:1"}, true},
		{"a name that nobody can register", "host.docker.internal:1", []string{"Origin", "http://host.docker.internal:1"}, true},
		{"a vendor's name", "video.h5ds.com", nil, true},
		{"a listed name", "fakecme.example.com", []string{"Origin", "https://fakecme.example.com"}, true},
		{"a name below a listed one", "x-11560.app.github.dev", nil, true},
		{"a listed page before localhost", "localhost:1", []string{"Origin", "https://x-11560.app.github.dev", "Sec-Fetch-Site", "same-origin"}, true},
		{"a typed address", "127.0.0.1:1", []string{"Sec-Fetch-Site", "none"}, true},
		{"the dashboard refers", "127.0.0.1:1", []string{"Referer", "http://127.0.0.1:1/_fakecme/"}, true},

		{"a stranger's name", "evil.test", nil, false},
		{"in capitals, from the root", "EVIL.test.:80", nil, false},
		{"a stranger's name and its page", "evil.test:1", []string{"Origin", "http://evil.test:1", "Sec-Fetch-Site", "same-origin"}, false},
		{"the end of a listed name", "app.github.dev", nil, false},
		{"another end", "evilapp.github.dev", nil, false},
		{"below a name without a star", "x.fakecme.example.com", nil, false},
		{"the host of stored files", "cdn.h5ds.com", nil, false},
		{"another origin", "127.0.0.1:1", []string{"Origin", "https://evil.test"}, false},
		{"another port", "127.0.0.1:1", []string{"Origin", "http://127.0.0.1:2"}, false},
		{"a page without an origin", "127.0.0.1:1", []string{"Origin", "null"}, false},
		{"an image of another origin", "127.0.0.1:1", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"another port of this machine", "127.0.0.1:1", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"another page refers", "127.0.0.1:1", []string{"Referer", "https://evil.test/"}, false},
		{"a stored file refers", "127.0.0.1:1", []string{"Referer", "http://127.0.0.1:1" + file}, false},
		{"a stored file refers, oddly", "127.0.0.1:1", []string{"Referer", "http://127.0.0.1:1/" + file}, false},
	} {
		for _, agent := range []string{"Mozilla/5.0 (X11; Linux x86_64)", "curl/8.0", ""} {
			for _, call := range []string{"GET tenants", "GET events?last=x", "GET journal", `POST sign {"user":"u"}`, "DELETE findings"} {
				method, rest, _ := strings.Cut(call, " ")
				path, body, _ := strings.Cut(rest, " ")
				r := httptest.NewRequest(method, adminPrefix+path, strings.NewReader(body))
				r.Host = tt.host
				r.Header.Set("User-Agent", agent)
				for i := 0; i < len(tt.header); i += 2 {
					r.Header.Set(tt.header[i], tt.header[i+1])
				}
				w := httptest.NewRecorder()
				srv.ServeHTTP(w, r)
				if (w.Code != http.StatusForbidden) != tt.allowed || !tt.allowed && strings.Contains(w.Body.String(), "fake-secret-key") {
					t.Errorf("%s, %s as %q: %d %s", tt.name, call, agent, w.Code, w.Body)
				}
			}
		}
	}
	for _, host := range []string{"", "*", "*.", "*.dev", "a:1", "https://a", "a/b", "a*.b.c", "a b", ".a", "a."} {
		if _, err := fake.New(fake.Config{AdminHosts: []string{host}}); err == nil {
			t.Errorf("%q was taken as a host", host)
		}
	}
}

// The admin API can have an address of its own. Then a port that others can reach does not carry it.
func TestListenAdmin(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	address, err := srv.ListenAdmin("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	own, services := "http://"+address, srv.URL
	for _, tt := range []struct {
		base, path string
		status     int
	}{
		{own, "/_fakecme/", 200}, {own, "/_fakecme/ui/app.js", 200}, {own, "/_fakecme/tenants", 200}, {own, "/_fakecme/health", 200},
		{own, "/", 404}, {own, "/api/v1/account/info", 404}, {own, "/_fakecme/sdk/v1.js", 404},
		{services, "/_fakecme/", 404}, {services, "/_fakecme", 404}, {services, "/_fakecme/ui/app.js", 404}, {services, "/_fakecme/tenants", 404}, {services, "/_fakecme/journal.har", 404},
		{services, "/_fakecme/health/", 404}, {services, "/_fakecme/health", 200}, {services, "/_fakecme/sdk/v1.js", 200},
		{srv.TLSURL(), "/_fakecme/tenants", 404},
	} {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: srv.CertPool()}}}
		if answer := do(t, client, "GET", tt.base+tt.path, ""); answer.Status != tt.status || tt.status == 404 && strings.Contains(answer.Body, "secret") {
			t.Errorf("%s%s: %d %s", tt.base, tt.path, answer.Status, answer.Body)
		}
	}
	if _, err := srv.ListenAdmin("127.0.0.1:0"); err == nil {
		t.Error("a second one opened")
	}
	srv.Close()
	if _, err := srv.ListenAdmin("127.0.0.1:0"); err == nil {
		t.Error("one opened after Close")
	}
	if answer, err := http.Get(own + "/_fakecme/health"); err == nil {
		_ = answer.Body.Close()
		t.Error("it listens after Close")
	}
}

// A client in any language makes a tenant of its own over the admin API; no other tenant sees its calls.
func TestAdminTenant(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	var made fake.Credentials
	if response := admin(t, srv, "POST", "tenants", "{}", &made); response.Status != 200 || made.SecretKey == "" {
		t.Fatalf("%d %s", response.Status, response.Body)
	}
	tenant := &fake.Tenant{Credentials: made, Clock: srv.Clock}
	login(t, srv, tenant, "user_01")
	var journal struct {
		Total int
		Calls []struct{ Operation, Tenant, ResponseBody string }
	}
	admin(t, srv, "GET", "journal?tenant="+made.ID, "", &journal)
	if journal.Total != 1 || journal.Calls[0].Operation != "OpenCME.Login" || journal.Calls[0].Tenant != made.ID ||
		!strings.HasPrefix(journal.Calls[0].ResponseBody, `{"Code":"Success"`) {
		t.Errorf("journal: %+v", journal)
	}
	if response := admin(t, srv, "POST", "tenants", `{"id":"`+made.ID+`"}`, nil); response.Status != 409 {
		t.Errorf("the same id again: %d %s", response.Status, response.Body)
	}
	if response := admin(t, srv, "DELETE", "tenants/"+made.ID, "", nil); response.Status != 200 {
		t.Errorf("delete: %d %s", response.Status, response.Body)
	}
	if response := exchange(t, srv, loginSignature(tenant, "user_01")); response.why() != "cme.unknown-secret-id" {
		t.Errorf("after the tenant is gone: %s", response.why())
	}
}

func TestAdminJournal(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	type list struct {
		Total int
		Calls []struct{ Error string }
	}
	waited := make(chan list)
	go func() {
		var l list
		admin(t, srv, "GET", "journal?wait=60s&count=2&operation=OpenCME.Login", "", &l)
		waited <- l
	}()
	exchange(t, srv, loginSignature(srv.Tenant, "user_01"))
	exchange(t, srv, "bad")
	if l := <-waited; l.Total < 2 {
		t.Errorf("waited for two calls, and saw %d", l.Total)
	}
	for query, want := range map[string]int{"": 2, "?errors=true": 1, "?limit=1": 2, "?operation=User.Info": 0, "?findings=true": 0, "?since=2100-01-02T03:04:05Z": 0} {
		var l list
		admin(t, srv, "GET", "journal"+query, "", &l)
		if l.Total != want {
			t.Errorf("journal%s: %d calls, want %d", query, l.Total, want)
		}
		if query == "?limit=1" && (len(l.Calls) != 1 || l.Calls[0].Error != "SignatureVerifyFail") {
			t.Errorf("the newest call: %+v", l.Calls)
		}
	}
	admin(t, srv, "DELETE", "journal", "", nil)
	if n := len(srv.Calls()); n != 0 {
		t.Errorf("%d calls after the journal was emptied", n)
	}
}

func TestAdminFaults(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	var injected struct{ ID int }
	admin(t, srv, "POST", "faults", `{"operation":"OpenCME.Login","kind":"status","status":503,"retryAfter":"3s"}`, &injected)
	if response := exchange(t, srv, "x"); response.Status != 503 || response.Header.Get("Retry-After") != "3" {
		t.Errorf("%d %v", response.Status, response.Header)
	}
	var list struct {
		Faults []struct{ ID, Seen, Fired int }
	}
	admin(t, srv, "GET", "faults", "", &list)
	if len(list.Faults) != 1 || list.Faults[0].ID != injected.ID || list.Faults[0].Fired != 1 {
		t.Errorf("faults: %+v", list)
	}
	admin(t, srv, "POST", "faults", `{"operation":"OpenCME.Login","kind":"drop","always":true}`, &injected)
	admin(t, srv, "DELETE", fmt.Sprintf("faults/%d", injected.ID), "", nil)
	if response := exchange(t, srv, "x"); response.Status != 200 {
		t.Errorf("a removed fault fires: %d", response.Status)
	}
	admin(t, srv, "DELETE", "faults", "", nil)
	admin(t, srv, "GET", "faults", "", &list)
	if len(list.Faults) != 0 {
		t.Errorf("faults after all were removed: %+v", list)
	}
}

func TestAdminClock(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	type clock struct {
		Now    time.Time
		Frozen bool
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var c clock
	admin(t, srv, "PUT", "clock", `{"now":"2026-01-02T03:04:05Z","frozen":true}`, &c)
	if diff := cmp.Diff(clock{at, true}, c); diff != "" {
		t.Errorf("frozen (-want +got):\n%s", diff)
	}
	admin(t, srv, "PUT", "clock", `{"advance":"24h"}`, &c)
	if diff := cmp.Diff(clock{at.Add(24 * time.Hour), true}, c); diff != "" {
		t.Errorf("advanced (-want +got):\n%s", diff)
	}
	admin(t, srv, "PUT", "clock", `{"now":"2026-05-06T07:08:09Z"}`, &c)
	if !c.Frozen || c.Now.Month() != time.May {
		t.Errorf("another time, still frozen: %+v", c)
	}
	for _, far := range []string{`{"now":"9999-12-31T23:59:59Z"}`, `{"now":"9999-12-31T23:59:59Z","frozen":true}`, `{"advance":"2562047h"}`, `{"advance":"-2562047h"}`, `{"now":"0001-01-01T00:00:00Z"}`} {
		if answer := admin(t, srv, "PUT", "clock", far, nil); answer.Status != 400 || !strings.Contains(answer.Body, "290 years") {
			t.Errorf("%s: %d %s", far, answer.Status, answer.Body)
		}
	}
	admin(t, srv, "PUT", "clock", `{"frozen":false}`, &c)
	if c.Frozen || c.Now.Month() != time.May {
		t.Errorf("running: %+v", c)
	}
	admin(t, srv, "PUT", "clock", `{"real":true}`, &c)
	if time.Since(c.Now) > time.Minute || c.Frozen {
		t.Errorf("real: %+v", c)
	}
}
