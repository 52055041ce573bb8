package fake_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
	"github.com/google/go-cmp/cmp"
)

const adminPrefix = "/_fakecme/"

// The admin API serves the calls that contracts/admin.yaml documents, and no others.
func TestAdminDocumentIsComplete(t *testing.T) {
	t.Parallel()
	document, err := contracts.Load("admin")
	if err != nil {
		t.Fatal(err)
	}
	s, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, adminPrefix+"none", nil))
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

// What an admin call does against its document is a bug in the fake.
func TestAdminIsChecked(t *testing.T) {
	t.Parallel()
	says := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			if status != http.StatusOK {
				w.WriteHeader(status)
			}
			_, _ = w.Write([]byte(body))
			_ = http.NewResponseController(w).Flush()
		}
	}
	const plain, document = "application/json", " breaks contracts/admin.yaml: "
	tests := []struct {
		name, pattern string
		serve         http.HandlerFunc
		target, body  string
		want          []string
	}{
		{"right", "POST /_fakecme/reset", says(200, plain, `{"done":true}`), "reset?tenant=default", "{}", nil},
		{"right, rejected", "POST /_fakecme/reset", says(400, plain, `{"error":"no"}`), "reset?tenat=x", "[]", nil},
		{"took what is not documented", "POST /_fakecme/reset", says(200, plain, `{"done":true}`), "reset?tenat=x", `{"all":1}`, []string{
			"admin API: POST /_fakecme/reset: it took a request that" + document + "query tenat: is not documented; " +
				"it took a request that" + document + "body /all: is not documented"}},
		{"another response", "POST /_fakecme/reset", says(200, plain, `{"done":false}`), "reset", "",
			[]string{"admin API: POST /_fakecme/reset: its response" + document + "body /done: must be true, found false"}},
		{"another status", "POST /_fakecme/reset", says(418, plain, `{"error":"no"}`), "reset", "",
			[]string{"admin API: POST /_fakecme/reset: its response" + document + "status: must be 200 or 400 or 403 or 404, found 418"}},
		{"another type", "POST /_fakecme/reset", says(200, "text/plain", `{"done":true}`), "reset", "",
			[]string{"admin API: POST /_fakecme/reset: its response" + document + "content-type: must be application/json, found text/plain"}},
		{"not in the document", "POST /_fakecme/more", says(200, plain, `{}`), "more", "",
			[]string{`admin API: POST /_fakecme/more: contracts/admin.yaml does not document "POST /_fakecme/more": describe it there`}},
		{"a stream", "POST /_fakecme/reset", says(200, "text/event-stream", "data: x"), "reset", "", nil},
		{"no such call", adminPrefix, says(404, plain, `{"error":"no"}`), "resett", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := fake.New(fake.Config{SelfCheck: true})
			if err != nil {
				t.Fatal(err)
			}
			s.ReplaceAdmin(test.pattern, test.serve)
			r := httptest.NewRequest(http.MethodPost, adminPrefix+test.target, strings.NewReader(test.body))
			s.ServeHTTP(httptest.NewRecorder(), r)
			if diff := cmp.Diff(test.want, s.Bugs()); diff != "" {
				t.Errorf("bugs (-want +got):\n%s", diff)
			}
		})
	}
}

// Requests that encoding/json or a lenient query would overlook are rejected by every fake.
func TestAdminRejectsWhatJSONOverlooks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, target, body string
		status                     int
		want                       string
	}{
		{"another case", "PUT", "clock", `{"Advance":"1h"}`, 400, `{"error":"body /Advance: is not documented; see /_fakecme/openapi.yaml"}`},
		{"twice", "PUT", "clock", `{"advance":"1h","advance":"2h"}`, 400, `{"error":"body /advance: is given more than once; see /_fakecme/openapi.yaml"}`},
		{"null", "POST", "tenants", `null`, 400, `{"error":"body: must be an object, found null; see /_fakecme/openapi.yaml"}`},
		{"more behind it", "POST", "tenants", `{} {}`, 400, `{"error":"body: must end after its JSON, at byte 2; see /_fakecme/openapi.yaml"}`},
		{"what the fake counts", "POST", "faults", `{"operation":"OpenCME.Login","kind":"drop","fired":3}`, 400, `{"error":"body /fired: is not documented; see /_fakecme/openapi.yaml"}`},
		{"reset of what", "POST", "reset", `{"tenant":"x"}`, 400, `{"error":"read the body: json: unknown field \"tenant\""}`},
		{"a body to GET", "GET", "clock", `{}`, 400, `{"error":"GET /_fakecme/clock takes no body"}`},
		{"misspelt", "POST", "reset?tenat=x", "", 400, `{"error":"there is no query parameter \"tenat\"; there are: tenant"}`},
		{"given twice", "GET", "journal?limit=1&limit=2", "", 400, `{"error":"the query parameter \"limit\" is given 2 times; give it once"}`},
		{"not encoded", "GET", "journal?limit=%zz", "", 400, `{"error":"the query is not percent-encoded: invalid URL escape \"%zz\""}`},
		{"of no tenant", "GET", "tenants?tenant=default", "", 400, `{"error":"/_fakecme/tenants takes no query parameters"}`},
		{"health", "GET", "health?x=1", "", 400, `{"error":"/_fakecme/health takes no query parameters"}`},
		{"a document", "GET", "openapi.yaml?x=1", "", 400, `{"error":"/_fakecme/openapi.yaml takes no query parameters"}`},
		{"the same document", "GET", "openapi.yaml", "", 200, "openapi: 3.0.3\ninfo:\n  title: The admin API of fakecme\n"},
		{"as a contract", "GET", "contracts/admin.yaml", "", 200, "openapi: 3.0.3\ninfo:\n  title: The admin API of fakecme\n"},
		{"its head", "HEAD", "health", "", 200, ""},
		{"a slash too many", "DELETE", "/journal", "", 307, ""},
		{"an empty object", "POST", "reset", "{}", 200, `{"done":true}`},
		{"an id with a slash", "POST", "tenants", `{"id":"a/b"}`, 200, `{"id":"a/b",`},
		{"removed by it", "DELETE", "tenants/a%2Fb", "", 200, `{"done":true}`},
	}
	for _, check := range []bool{true, false} {
		s, err := fake.New(fake.Config{SelfCheck: check})
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range tests {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(test.method, adminPrefix+test.target, strings.NewReader(test.body))
			if test.body == "" {
				r.Body = nil // as a request that is made by hand
			}
			s.ServeHTTP(w, r)
			if w.Code != test.status || !strings.HasPrefix(w.Body.String(), test.want) {
				t.Errorf("%s: %d %.200s", test.name, w.Code, w.Body)
			}
		}
		if bugs := s.Bugs(); len(bugs) != 0 {
			t.Errorf("bugs: %s", strings.Join(slices.Sorted(slices.Values(bugs)), "\n"))
		}
	}
}
