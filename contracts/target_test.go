package contracts

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCheckRequestTarget covers all that stands before the body.
func TestCheckRequestTarget(t *testing.T) {
	t.Parallel()
	const (
		del  = "Material.DeleteMaterial"
		good = `{"MaterialId":"1"}`
	)
	query := func(raw string) func(*http.Request) { return func(r *http.Request) { r.URL.RawQuery = raw } }
	header := func(name string, values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
	}
	path := func(path string) func(*http.Request) {
		return func(r *http.Request) { r.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery} }
	}
	tests := []struct {
		name, id, body string
		change         func(*http.Request)
		want           []string
	}{
		{"method", del, good, func(r *http.Request) { r.Method = "PUT" }, []string{"method: must be POST, found PUT"}},
		{"path", del, good, path("/PaaS/Material/DeleteMaterial/"), []string{
			"path: must be /PaaS/Material/DeleteMaterial, found /PaaS/Material/DeleteMaterial/"}},
		{"doubled slashes", del, good, path("//PaaS///Material/DeleteMaterial"), nil},
		{"empty path", "OpenCME.Login", "", path(""), nil},
		{"no ticket", del, good, query(""), []string{"query auth: is required"}},
		{"empty ticket", del, good, query("auth="), []string{"query auth: must have at least 1 character"}},
		{"two tickets", del, good, query("auth=1234&auth=5678"), []string{"query auth: must be given once, found 2 of it"}},
		{"ticket in the wrong place", del, good, query("Authorization=1234"), []string{
			"query auth: is required", "query Authorization: is not documented"}},
		{"broken query", del, good, query("auth=%zz"), []string{"query: must be percent-encoded name=value pairs"}},
		{"no signature", "OpenCME.Login", "", query(""), []string{"query signature: is required"}},
		{"no parameter", "User.Apps.Info", "", query(""), []string{"query id: is required"}},
		{"parameter", "User.Apps.Info", "", query("id=728527253573935104"), nil},
		{"wrong parameter", "User.Apps.Info", "", query("id=abc"), []string{"query id: must match ^[0-9]+$"}},
		{"parameter of the path", "Open.Templates.TemplateId", "", path("/api/v1/open/templates/728527253573935104"), nil},
		{"wrong parameter of the path", "Open.Templates.TemplateId", "", path("/api/v1//open/templates/abc"), []string{
			"path templateId: must match ^[0-9]+$"}},
		{"no parameter of the path", "Open.Templates.TemplateId", "", path("/api/v1/open/templates"), []string{
			"path: must be /api/v1/open/templates/{templateId}, found /api/v1/open/templates"}},
		{"no headers", "Third.Login", `{"userId":"u"}`, func(r *http.Request) {
			for _, name := range []string{"appid", "sign", "timestamp"} {
				r.Header.Del(name)
			}
		}, []string{"header sign: is required", "header appid: is required", "header timestamp: is required"}},
		{"seconds", "Third.Login", `{"userId":"u"}`, header("timestamp", "1758270091"), []string{
			"header timestamp: must match ^[0-9]{13}$, found 1758270091"}},
		{"float", "Third.Login", `{"userId":"u"}`, header("timestamp", "1.7582700911E+12"), []string{
			"header timestamp: must match ^[0-9]{13}$, found 1.7582700911E+12"}},
		{"sign for time", "Third.Login", `{"userId":"u"}`, header("timestamp", "0123456789abcdef0123456789abcdef"), []string{
			"header timestamp: must match ^[0-9]{13}$"}},
		{"no token", "User.Info", "", func(r *http.Request) { r.Header.Del("Authorization") }, []string{"header Authorization: is required"}},
		{"empty token", "User.Info", "", header("Authorization", ""), []string{"header Authorization: must have at least 1 character"}},
		{"two tokens", "User.Info", "", header("Authorization", "a", "b"), []string{
			"header Authorization: must be given once, found 2 of it"}},
		{"all at once", del, `{}`, func(r *http.Request) { r.Method, r.URL = "GET", &url.URL{Path: "/x"} }, []string{
			"method: must be POST, found GET", "path: must be /PaaS/Material/DeleteMaterial, found /x",
			"query auth: is required", "body /MaterialId: is required"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, test.id, test.body)
			test.change(r)
			got := mustLoad(t, test.id).CheckRequest(test.id, r, []byte(test.body))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownOperation(t *testing.T) {
	t.Parallel()
	d := mustLoad(t, "Third.Login")
	want := []string{`operation: must be one of h5ds, found "Material.ListMedia"`}
	if diff := cmp.Diff(want, lines(d.CheckRequest("Material.ListMedia", newRequest(t, "Third.Login", ""), nil))); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, lines(d.CheckResponse("Material.ListMedia", 200, nil, nil))); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// TestCheckRequestLeavesTheRequestAlone proves that nothing is read from or written to it.
func TestCheckRequestLeavesTheRequestAlone(t *testing.T) {
	t.Parallel()
	const id, body = "Material.ListMedia", `{"Platform":"p","ClassId":1,"Owner":{"Type":"PERSON","Id":"u"}}`
	r := newRequest(t, id, body)
	before := r.Clone(t.Context())
	mustLoad(t, id).CheckRequest(id, r, []byte(body))
	left, err := io.ReadAll(r.Body)
	if err != nil || string(left) != body {
		t.Errorf("body is %q, %v", left, err)
	}
	if diff := cmp.Diff(before.URL, r.URL); diff != "" {
		t.Errorf("URL (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(before.Header, r.Header); diff != "" {
		t.Errorf("header (-before +after):\n%s", diff)
	}
}
