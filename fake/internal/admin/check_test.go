package admin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"

	"github.com/fakecme/fakecme/fake/internal/pipeline"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/fakecme/fakecme/fake/internal/verdict"
)

// An admin call that breaks its document is a bug in the fake.
func TestCallsAreChecked(t *testing.T) {
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
		{"no such call", "", says(404, plain, `{"error":"no"}`), "resett", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bugs := &verdict.Verdict{}
			h := &Handler{api: &API{Pipeline: &pipeline.Pipeline{Settings: pipeline.Settings{SelfCheck: true}, Verdict: bugs}}, router: mux.NewRouter()}
			if method, path, ok := strings.Cut(test.pattern, " "); ok {
				h.route(method, strings.TrimPrefix(path, site.Prefix), test.serve)
			}
			h.router.NotFoundHandler = test.serve
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "http://127.0.0.1"+site.Prefix+test.target, strings.NewReader(test.body)))
			if diff := cmp.Diff(test.want, bugs.Bugs()); diff != "" {
				t.Errorf("bugs (-want +got):\n%s", diff)
			}
		})
	}
}
