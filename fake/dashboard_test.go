package fake_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
)

// dashboardFiles are the files of the page by name.
func dashboardFiles(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("internal/admin/dashboard/*")
	if err != nil || len(names) < 10 {
		t.Fatalf("files: %v %v", names, err)
	}
	files := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = string(text)
	}
	return files
}

// The page is small, names no other host, makes no HTML of texts, and is served under a policy that forbids both.
func TestDashboardIsSelfContained(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	size := 0
	for name, text := range dashboardFiles(t) {
		size += len(text)
		for _, address := range regexp.MustCompile(`(?i)\b(https?|wss?):?//[^\s"'<>]*|\burl\([^)]*\)|@import`).FindAllString(text, -1) {
			if address != "http://www.w3.org/2000/svg" { // the name of a namespace
				t.Errorf("%s leads to %s", name, address)
			}
		}
		for _, way := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", " style="} {
			if strings.Contains(text, way) {
				t.Errorf("%s uses %s", name, way)
			}
		}
		path := "/_fakecme/ui/" + name
		if name == "index.html" {
			path = "/_fakecme/"
		}
		response := do(t, srv.Client(), "GET", srv.URL+path, "")
		policy := response.Header.Get("Content-Security-Policy")
		if response.Status != 200 || response.Body != text || !strings.HasPrefix(policy, "default-src 'self'; ") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %d %v", path, response.Status, response.Header)
		}
		kind := map[string]string{".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}[filepath.Ext(name)]
		if got := response.Header.Get("Content-Type"); kind == "" || !strings.HasPrefix(got, kind) {
			t.Errorf("%s: Content-Type %s", path, got)
		}
	}
	if size > 100_000 {
		t.Errorf("the page has %d bytes", size)
	}
	if response := do(t, srv.Client(), "GET", srv.URL+"/_fakecme", ""); response.Status != 200 || len(srv.Calls()) > 0 { // after a redirect
		t.Errorf("without its last slash: %d %v", response.Status, srv.Calls())
	}
	if response := do(t, srv.Client(), "GET", srv.URL+"/_fakecme/ui/..%2fdashboard.go", ""); response.Status != http.StatusNotFound {
		t.Errorf("a file that is none of the page's: %d %.80s", response.Status, response.Body)
	}
}

// Every text is there in both languages with the same places for values, and every text that is used is there.
func TestDashboardTexts(t *testing.T) {
	t.Parallel()
	files := dashboardFiles(t)
	_, table, _ := strings.Cut(files["text.js"], "export default ")
	var texts map[string]map[string]string
	if err := json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimSpace(table), ";")), &texts); err != nil {
		t.Fatal(err)
	}
	value := regexp.MustCompile(`\{\d\}`)
	shape := func(language string) map[string][]string {
		places := map[string][]string{}
		for key, text := range texts[language] {
			places[key] = slices.Sorted(slices.Values(value.FindAllString(text, -1)))
			if text == "" {
				t.Errorf("%s: %s is empty", language, key)
			}
		}
		return places
	}
	if diff := cmp.Diff(shape("en"), shape("zh")); diff != "" || len(texts) != 2 {
		t.Errorf("languages (-en +zh):\n%s", diff)
	}
	used := map[string]bool{}
	for _, text := range files {
		for _, m := range regexp.MustCompile(`\bt\('([\w.-]+)'|data-t="([\w.-]+)"`).FindAllStringSubmatch(text, -1) {
			used[m[1]+m[2]] = true
		}
	}
	for key := range used {
		if _, ok := texts["en"][key]; !ok && !strings.HasSuffix(key, ".") {
			t.Errorf("there is no text %s", key)
		}
	}
	for key := range texts["en"] {
		quoted := strings.Contains(strings.Join([]string{files["app.js"], files["calls.js"]}, ""), "'"+key+"'") || strings.Contains(files["app.js"], " "+key) || strings.HasPrefix(key, "kind.") || strings.HasPrefix(key, "for.") || strings.HasPrefix(key, "covered.")
		if !used[key] && !quoted {
			t.Errorf("nothing uses the text %s", key)
		}
	}
}

// Every kind of fault has a text.
func TestDashboardKnowsEveryFault(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	var info struct{ FaultKinds []string }
	admin(t, srv, "GET", "info", "", &info)
	if len(info.FaultKinds) < 11 {
		t.Errorf("kinds: %v", info.FaultKinds)
	}
	for _, kind := range info.FaultKinds {
		if !strings.Contains(dashboardFiles(t)["text.js"], `"kind.`+kind+`"`) {
			t.Errorf("no text for the kind %s", kind)
		}
	}
}

// GET info describes the server, without a secret.
func TestInfo(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Dialect: fake.Current(), Seed: 7})
	var info struct {
		Dialect       fake.Dialect
		DefaultTenant string
		Tenants       []map[string]string
		Settings      struct {
			Seed       int
			TicketLife string
		}
	}
	response := admin(t, srv, "GET", "info", "", &info)
	if diff := cmp.Diff(fake.Current(), info.Dialect); diff != "" {
		t.Errorf("dialect (-want +got):\n%s", diff)
	}
	want := []map[string]string{{"id": "default", "secretId": "fake-secret-id", "platform": "fake-platform", "appid": "fake-appid"}}
	if diff := cmp.Diff(want, info.Tenants); diff != "" || info.Settings.Seed != 7 || info.Settings.TicketLife != "24h0m0s" {
		t.Errorf("info: %+v; tenants (-want +got):\n%s", info, diff)
	}
	for _, secret := range []string{srv.Tenant.SecretKey, `"` + srv.Tenant.Secret + `"`} {
		if strings.Contains(response.Body, secret) {
			t.Errorf("the secret %s is in %s", secret, response.Body)
		}
	}
}

// Each operation comes with a request that a person can begin with.
func TestOperations(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	var got struct {
		Operations []struct {
			ID, Service, Method, Path, Security string
			Example                             map[string]any
			Documented                          bool
		}
	}
	admin(t, srv, "GET", "operations", "", &got)
	examples := map[string]map[string]any{}
	documented := map[string]int{}
	for _, o := range got.Operations {
		if o.Service == "" || o.Method == "" || o.Path == "" || o.Example == nil {
			t.Errorf("operation: %+v", o)
		}
		if o.Documented {
			documented[o.Service]++
		}
		examples[o.ID] = o.Example
	}
	if diff := cmp.Diff(map[string]any{"MaterialId": "38192156030633420589"}, examples["Material.DeleteMaterial"]); diff != "" {
		t.Errorf("a documented one (-want +got):\n%s", diff)
	}
	if documented["webpaas"] < 30 || documented["h5ds"] != 1 || len(got.Operations) < 130 {
		t.Errorf("%d operations, documented examples: %v", len(got.Operations), documented)
	}
}

// The services believe the credentials that POST sign makes, at the tenant's time.
func TestSign(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	other.Clock.Advance(1000 * 60 * 60 * 1e9)
	var signed struct {
		CME  struct{ Signature, Path string }
		H5DS struct {
			Path    string
			Headers map[string]string
		}
	}
	response := admin(t, srv, "POST", "sign?tenant=other", `{"user":"user_01"}`, &signed)
	if strings.Contains(response.Body, other.SecretKey) || strings.Contains(response.Body, `"`+other.Secret+`"`) {
		t.Errorf("a secret is in %s", response.Body)
	}
	if got := do(t, srv.Client(), "GET", srv.URL+signed.CME.Path, ""); !strings.Contains(got.Body, `"UserId":"user_01"`) {
		t.Errorf("cme: %s %s", got.Body, got.Header.Get("X-Fakecme-Why"))
	}
	headers := []string{"Content-Type", "application/json"}
	for name, value := range signed.H5DS.Headers {
		headers = append(headers, name, value)
	}
	if got := do(t, srv.Client(), "POST", srv.URL+signed.H5DS.Path, `{"userId":"user_01"}`, headers...); !strings.Contains(got.Body, `"code":0`) {
		t.Errorf("h5ds: %s %s", got.Body, got.Header.Get("X-Fakecme-Why"))
	}
	if calls := other.Calls(); len(calls) != 2 {
		t.Errorf("calls of the tenant: %v", calls)
	}
}

// imported matches the imports of a module of the page.
var imported = regexp.MustCompile(`(?m)^import .* from '\./([\w-]+\.js)';$`)

// The modules of the page do not import each other in a circle.
func TestDashboardModules(t *testing.T) {
	t.Parallel()
	files := dashboardFiles(t)
	done := map[string]bool{}
	var visit func(name string, way []string)
	visit = func(name string, way []string) {
		if slices.Contains(way, name) {
			t.Fatalf("modules import each other: %s → %s", strings.Join(way, " → "), name)
		}
		if done[name] {
			return
		}
		if _, ok := files[name]; !ok {
			t.Fatalf("%s imports %s, which is not there", way[len(way)-1], name)
		}
		for _, found := range imported.FindAllStringSubmatch(files[name], -1) {
			visit(found[1], append(slices.Clone(way), name))
		}
		done[name] = true
	}
	visit("app.js", nil)
	for name := range files {
		if strings.HasSuffix(name, ".js") && !done[name] {
			t.Errorf("app.js does not lead to %s", name)
		}
	}
}
