package fake_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/webpaas"
)

func TestAdminResponses(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string // the beginning of the response
	}{
		{"health", "GET", "health", "", 200, `{"status":"ok","version":`},
		{"wrong method", "POST", "health", "", 404, `{"error":"there is no admin call POST /_fakecme/health; there are: GET /_fakecme/health, `},
		{"unknown call", "GET", "heath", "", 404, `{"error":"there is no admin call GET /_fakecme/heath; there are: GET /_fakecme/health, `},
		{"tenants", "GET", "tenants", "", 200, `{"tenants":[{"id":"default","cme":{"secretId":"fake-secret-id",`},
		{"unknown tenant", "GET", "journal?tenant=x", "", 404, `{"error":"there is no tenant \"x\"; GET /_fakecme/tenants lists them"}`},
		{"misspelt query", "GET", "journal?operaton=x", "", 400, `{"error":"there is no query parameter \"operaton\"; there are: operation, `},
		{"misspelt operation", "GET", "journal?operation=Material.ListMedias", "", 400, `{"error":"no operation is called \"Material.ListMedias\"; did you mean \"Material.ListMedia\"?"}`},
		{"bad limit", "GET", "journal?limit=x", "", 400, `{"error":"limit: \"x\"; write it like 100"}`},
		{"wait too long", "GET", "journal?wait=1h", "", 400, `{"error":"limit, count and wait cannot be negative, and wait is at most 1m0s"}`},
		{"no calls yet", "GET", "journal", "", 200, `{"calls":[],"dropped":0,"total":0}`},
		{"no findings yet", "GET", "findings", "", 200, `{"findings":[],"bugs":[],"calls":0}`},
		{"unknown field", "PUT", "clock", `{"advnace":"1h"}`, 400, `{"error":"read the body: json: unknown field \"advnace\""}`},
		{"clock told two things", "PUT", "clock", `{"advance":"1h","real":true}`, 400, `{"error":"say one thing: `},
		{"clock told nothing", "PUT", "clock", `{}`, 400, `{"error":"say one thing: `},
		{"bad duration", "PUT", "clock", `{"advance":"soon"}`, 400, `{"error":"advance: \"soon\"; write it like 24h or 1m30s"}`},
		{"fault of an unknown kind", "POST", "faults", `{"operation":"OpenCME.Login","kind":"explode"}`, 400, `{"error":"fault: there is no kind \"explode\"; there are: `},
		{"undocumented error", "POST", "faults", `{"operation":"OpenCME.Login","kind":"error","code":"X"}`, 400, `{"error":"OpenCME.Login documents no error X; there are: `},
		{"unknown fault", "DELETE", "faults/7", "", 404, `{"error":"there is no fault 7"}`},
		{"no snapshot", "PUT", "state", `[]`, 400, `{"error":"body: must be an object, found an array; see /_fakecme/openapi.yaml"}`},
		{"another version", "PUT", "state", `{"version":99,"state":{}}`, 409, `{"error":"restore: the snapshot has version 99, and this fake reads version 1; make it anew with this fake"}`},
		{"the default tenant stays", "DELETE", "tenants/default", "", 409, `{"error":"the default tenant stays; POST /_fakecme/reset empties it"}`},
		{"contract", "GET", "contracts/webpaas.yaml", "", 200, "openapi: 3.0.3\n"},
		{"unknown contract", "GET", "contracts/x.yaml", "", 404, `{"error":"there is no contract document \"x.yaml\"; there are: opencme.yaml, webpaas.yaml, h5ds.yaml, callbacks.yaml and admin.yaml"}`},
	}
	for _, tt := range tests {
		answer := admin(t, srv, tt.method, tt.path, tt.body, nil)
		if answer.Status != tt.status || !strings.HasPrefix(answer.Body, tt.want) {
			t.Errorf("%s: %d %s", tt.name, answer.Status, answer.Body)
		}
	}
	if calls := srv.Calls(); len(calls) != 0 {
		t.Errorf("admin calls are in the journal: %v", calls)
	}
}

// Pages of other origins cannot reach the admin API; those of its own can.
func TestAdminOrigin(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	for origin, status := range map[string]int{srv.URL: 200, "https://evil.test": 403, "null": 403} {
		if answer := do(t, http.DefaultClient, "GET", srv.URL+"/_fakecme/tenants", "", "Origin", origin); answer.Status != status {
			t.Errorf("origin %s: %d", origin, answer.Status)
		}
	}
}

// A browser that was led here under a stranger's name reads nothing, though it sends no Origin.
func TestAdminHost(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	const browser, program = "Mozilla/5.0 (X11; Linux x86_64)", "curl/8.0"
	for _, tt := range []struct {
		host, agent string
		status      int
	}{
		{"evil.test", browser, 403}, {"EVIL.test.:80", browser, 403}, {"evil.test", program, 200}, {"fakecme.ci.internal", "", 200},
		{"127.0.0.1:11560", browser, 200}, {"[::1]:11560", browser, 200}, {"localhost", browser, 200}, {"fakecme", browser, 200}, {"video.h5ds.com", browser, 200},
	} {
		r := httptest.NewRequest("GET", "/_fakecme/tenants", nil)
		r.Host = tt.host
		r.Header.Set("User-Agent", tt.agent)
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, r)
		if w.Code != tt.status || strings.Contains(w.Body.String(), "fake-secret-key") != (tt.status == 200) {
			t.Errorf("%s as %q: %d %s", tt.host, tt.agent, w.Code, w.Body)
		}
	}
}

// What a client in any language can do with the admin API: a tenant of its own, seen by nobody else.
func TestAdminTenant(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	var made fake.Credentials
	if answer := admin(t, srv, "POST", "tenants", "{}", &made); answer.Status != 200 || made.SecretKey == "" {
		t.Fatalf("%d %s", answer.Status, answer.Body)
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
	if answer := admin(t, srv, "POST", "tenants", `{"id":"`+made.ID+`"}`, nil); answer.Status != 409 {
		t.Errorf("the same id again: %d %s", answer.Status, answer.Body)
	}
	if answer := admin(t, srv, "DELETE", "tenants/"+made.ID, "", nil); answer.Status != 200 {
		t.Errorf("delete: %d %s", answer.Status, answer.Body)
	}
	if answer := exchange(t, srv, loginSignature(tenant, "user_01")); answer.why() != "cme.unknown-secret-id" {
		t.Errorf("after the tenant is gone: %s", answer.why())
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
		admin(t, srv, "GET", "journal?wait=30s&count=2&operation=OpenCME.Login", "", &l)
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

func TestAdminFindings(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	paas(t, srv, "Material/ListMedias", "x", "{}")
	var found struct{ Findings []fake.Finding }
	admin(t, srv, "GET", "findings", "", &found)
	if len(found.Findings) != 1 || found.Findings[0].Diagnosis.Code != "call.unknown-operation" {
		t.Errorf("findings: %v", found.Findings)
	}
	srv.Forgive("")
}

func TestAdminFaults(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	var injected struct{ ID int }
	admin(t, srv, "POST", "faults", `{"operation":"OpenCME.Login","kind":"status","status":503,"retryAfter":"3s"}`, &injected)
	if answer := exchange(t, srv, "x"); answer.Status != 503 || answer.Header.Get("Retry-After") != "3" {
		t.Errorf("%d %v", answer.Status, answer.Header)
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
	if answer := exchange(t, srv, "x"); answer.Status != 200 {
		t.Errorf("a removed fault fires: %d", answer.Status)
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
	admin(t, srv, "PUT", "clock", `{"frozen":false}`, &c)
	if c.Frozen || c.Now.Month() != time.May {
		t.Errorf("running: %+v", c)
	}
	admin(t, srv, "PUT", "clock", `{"real":true}`, &c)
	if time.Since(c.Now) > time.Minute || c.Frozen {
		t.Errorf("real: %+v", c)
	}
}

// A snapshot goes out and in byte for byte, and what was there before is gone.
func TestSnapshotAndReset(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.WebPaaS().PutMaterial(webpaas.Material{
		Type: "VIDEO", Name: "clip", Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"},
	})
	ticket := login(t, srv, srv.Tenant, "user_01")
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	first := admin(t, srv, "GET", "state", "", nil).Body
	other, err := srv.NewTenant(fake.Credentials{ID: "other"})
	if err != nil {
		t.Fatal(err)
	}
	if answer := admin(t, srv, "PUT", "state?tenant=other", first, nil); answer.Status != 200 {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	if diff := cmp.Diff(first, admin(t, srv, "GET", "state?tenant=other", "", nil).Body); diff != "" {
		t.Errorf("round trip (-want +got):\n%s", diff)
	}
	search := `{"SearchScopes":[{"Platform":"` + other.Platform + `","Owner":{"Type":"PERSON","Id":"user_01"}}]}`
	if answer := paas(t, srv, "Material/SearchMaterial", login(t, srv, other, "user_01"), search); !strings.Contains(answer.Body, `"clip"`) {
		t.Errorf("the other tenant: %s", answer.Body)
	}
	admin(t, srv, "POST", "reset", "", nil)
	if answer := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`); answer.why() != "ticket.unknown" {
		t.Errorf("a ticket from before the reset: %q", answer.why())
	}
	info := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/info", "", "Authorization", token)
	if info.why() == "" {
		t.Errorf("a token from before the reset: %s", info.Body)
	}
	if calls := srv.Calls("OpenCME.Login"); len(calls) != 0 {
		t.Errorf("calls from before the reset: %v", calls)
	}
}
