package contracts_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
)

// findings collects what is reported, as lines.
type findings struct {
	mu    sync.Mutex
	lines []string
}

func (f *findings) add(found contracts.Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = append(f.lines, found.String())
}

func (f *findings) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.lines)
}

// exchange is a call and how it is answered.
type exchange struct {
	name, method, path string // POST and JSON are left out
	header             http.Header
	body               string
	answer             http.HandlerFunc
	want               []string
}

func text(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		_, _ = io.WriteString(w, body)
	}
}

func packed(encoding, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", encoding)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, body)
		_ = z.Close()
	}
}

const (
	deletePath = "/PaaS/Material/DeleteMaterial?auth=tf_0123456789012345678901234"
	done       = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	deleteBody = `{"MaterialId":"38192156030633420589"}`
)

var large = `{"MaterialId":"` + strings.Repeat("1", 2<<20) + `"}`

// exchanges hold the exact line of each fault, for both sides of the wire.
var exchanges = []exchange{
	{name: "kept", answer: text("application/json", done)},
	{name: "kept, packed", answer: packed("gzip", done)},
	{name: "a number for a text", body: `{"MaterialId":38192156030633420589}`, answer: text("application/json", done), want: []string{
		"Material.DeleteMaterial request: body /MaterialId: must be a string, found 38192156030633420589 (documented, 1156/50862)"}},
	{name: "two faults, two lines", body: `{"Force":1}`, answer: text("application/json", done), want: []string{
		"Material.DeleteMaterial request: body /Force: is not documented (documented, 1156/50862)",
		"Material.DeleteMaterial request: body /MaterialId: is required (documented, 1156/50862)"}},
	{name: "no ticket", path: "/PaaS/Material/DeleteMaterial", answer: text("application/json", done), want: []string{
		"Material.DeleteMaterial request: query auth: is required (documented, 1156/50862)"}},
	{name: "the ticket in the wrong place", body: `{"MaterialId":"1","tf_0123456789012345678901234":1}`, answer: text("application/json", done), want: []string{
		"Material.DeleteMaterial request: body /…: is not documented (documented, 1156/50862)"}},
	{name: "a request that is compressed", header: http.Header{"Content-Encoding": {"gzip"}}, body: "\x1f\x8b\x08packed", answer: text("application/json", done), want: []string{
		"Material.DeleteMaterial request: content-encoding: must be left out: send the body as it is, not compressed, found gzip (assumed, No page says that a request may be compressed.)"}},
	{name: "a request that says that it is not", header: http.Header{"Content-Encoding": {"identity"}}, answer: text("application/json", done)},
	{name: "half of a surrogate pair", body: `{"MaterialId":"\ud800"}`, answer: text("application/json", done), want: []string{
		`Material.DeleteMaterial request: body: must have no escape of half a surrogate pair, as at byte 16, found \ud800 (assumed, No page shows half of a surrogate pair; programs read it differently.)`}},
	{name: "half of a surrogate pair in a response", answer: text("application/json", `{"Code":"Success","Message":"\udc00","EnglishMessage":"success"}`), want: []string{
		`Material.DeleteMaterial response: body: must have no escape of half a surrogate pair, as at byte 30, found \udc00 (assumed, No page shows half of a surrogate pair; programs read it differently.)`}},
	{name: "a wrong response", answer: text("application/json", `{"Code":"Success"}`), want: []string{
		"Material.DeleteMaterial response: body /Message: is required (documented, 1156/50862)",
		"Material.DeleteMaterial response: body /EnglishMessage: is required (documented, 1156/50862)"}},
	{name: "a page", answer: text("", "<html>down</html>"), want: []string{
		"Material.DeleteMaterial response: content-type: must be application/json or text/plain, found text/html; charset=utf-8 (assumed, no page names a Content-Type or a charset; a client of a sister host takes JSON as application/json or text/plain)"}},
	{name: "a wrong status", answer: func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusBadGateway)
	}, want: []string{"Material.DeleteMaterial response: status: must be 200, found 502 (assumed, no page shows one; a client of a sister host takes any status but 200 for a broken connection)"}},
	{name: "a constraint that is assumed", path: "/PaaS/Material/ListMedia?auth=tf_0123456789012345678901234",
		body:   `{"Platform":"p","ClassId":9,"Owner":{"Type":"PERSON","Id":"1"},"Limit":-1}`,
		answer: text("application/json", `{"Code":"Success","Message":"成功","EnglishMessage":"success","Data":{"MaterialTotalCount":0,"MaterialInfoSet":[],"ClassInfoSet":[]}}`),
		want: []string{
			"Material.ListMedia request: body /Limit: must be at least 0, found -1 (assumed, No page states a minimum.)"}},
	{name: "a rule that a client shows", method: "GET", path: "/api/v1/user/apps/page?page_size=x", header: http.Header{"Authorization": {"Bearer x"}},
		answer: text("application/json", `{"code":0,"message":"success","data":{"data":[],"total":0,"current_page":1,"page_size":20}}`), want: []string{
			"User.Apps.Page request: query page_size: must be an integer (vendor-client, C3, C4)"}},
	{name: "an unknown operation", path: "/PaaS/Material/EraseMaterial", answer: text("application/json", `{}`), want: []string{
		"webpaas request: path: must be that of an operation of webpaas, found /PaaS/Material/EraseMaterial"}},
	{name: "a wrong method", method: "PUT", answer: text("application/json", `{}`), want: []string{
		"webpaas request: method: must be POST at /PaaS/Material/DeleteMaterial, found PUT"}},
	{name: "doubled slashes", path: strings.Replace(deletePath, "/M", "//M", 1), answer: text("application/json", done)},
	{name: "no call of the services", path: "/index.html", answer: text("text/html", "<html>")},
	{name: "a browser asks first", method: "OPTIONS", answer: text("text/html", "")},
	{name: "a large request", body: large, answer: text("application/json", done), want: []string{
		"Material.DeleteMaterial request: not judged: it is larger than 1048576 bytes"}},
	{name: "a large answer", answer: text("application/json", large), want: []string{
		"Material.DeleteMaterial response: not judged: it is larger than 1048576 bytes"}},
	{name: "a large answer, packed", answer: packed("gzip", large), want: []string{
		"Material.DeleteMaterial response: not judged: it is larger than 1048576 bytes"}},
	{name: "another encoding", answer: packed("br", done), want: []string{
		"Material.DeleteMaterial response: not judged: it is encoded as br"}},
}

// send makes the call of an exchange and returns the body of the response.
func (x *exchange) send(t *testing.T, client *http.Client, base string) string {
	t.Helper()
	method, path, body := x.method, x.path, x.body
	if method == "" {
		method = "POST"
	}
	if path == "" {
		path = deletePath
	}
	if body == "" && method == "POST" {
		body = deleteBody
	}
	request, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity") // what is packed stays so
	for name, values := range x.header {
		request.Header[name] = values
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// Both sides of the wire see the same, and neither changes what passes.
func TestTraffic(t *testing.T) {
	t.Parallel()
	for _, x := range exchanges {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			var atClient, atServer findings
			var got string
			received := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var copied bytes.Buffer
				r.Body = io.NopCloser(io.TeeReader(r.Body, &copied))
				x.answer(w, r)
				got = copied.String()
			})
			judged, bare := httptest.NewServer(contracts.Handler(received, atServer.add)), httptest.NewServer(received)
			t.Cleanup(judged.Close)
			t.Cleanup(bare.Close)
			want := x.send(t, bare.Client(), bare.URL)
			sent := got
			client := &http.Client{Transport: contracts.RoundTripper(judged.Client().Transport, atClient.add)}
			if answer := x.send(t, client, judged.URL); answer != want || got != sent {
				t.Errorf("%d bytes were sent and %d answered, %d and %d without a judge", len(got), len(answer), len(sent), len(want))
			}
			judged.Close() // waits for the handler
			if diff := cmp.Diff(x.want, atClient.all()); diff != "" {
				t.Errorf("RoundTripper (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(x.want, atServer.all()); diff != "" {
				t.Errorf("Handler (-want +got):\n%s", diff)
			}
		})
	}
}

// The real host names say which service a call is for; their pages and files are no calls.
func TestTrafficByHost(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"https://web-paas-api.cme.qcloud.com/elsewhere":      {"webpaas request: path: must be that of an operation of webpaas, found /elsewhere"},
		"https://WEB-PAAS-API.cme.qcloud.com:443/elsewhere":  {"webpaas request: path: must be that of an operation of webpaas, found /elsewhere"},
		"https://open.cme.qcloud.com":                        {"OpenCME.Login request: query signature: is required (documented, 1156/50898, both versions)"},
		"https://video.h5ds.com/api/v1/user/nothing":         {"h5ds request: path: must be that of an operation of h5ds, found /api/v1/user/nothing"},
		"https://video.h5ds.com/video/1.mp4":                 nil,
		"https://www.h5ds.com/?token=x":                      nil,
		"https://example.com/":                               nil,
		"https://example.com/?signature=x":                   nil,
		"https://example.com/api/v1/open/templates/abc":      {"Open.Templates.TemplateId request: path templateId: must match ^[0-9]+$ (vendor-client, C4)"},
		"https://cme.tencentcloudapi.com/api/v2/user/info":   nil,
		"https://gateway.example.com/api/v1/user/info/extra": {"h5ds request: path: must be that of an operation of h5ds, found /api/v1/user/info/extra"},
	}
	down := errors.New("down")
	tests["https://example.com"+deletePath] = nil // the body of a POST, which was not sent
	for address, want := range tests {
		var found findings
		client := &http.Client{Transport: contracts.RoundTripper(failing{down}, found.add)}
		method, body := "GET", io.Reader(nil)
		if strings.HasSuffix(address, deletePath) {
			method, body = "POST", strings.NewReader("{")
		}
		request, err := http.NewRequestWithContext(t.Context(), method, address, body)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if !errors.Is(err, down) {
			t.Errorf("%s: the error of the transport is lost: %v %v", address, response, err)
		}
		if diff := cmp.Diff(want, found.all()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", address, diff)
		}
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// Data is passed on at once: the judge does not wait for the end of a body, nor for a client that stops reading.
func TestTrafficStreams(t *testing.T) {
	t.Parallel()
	var atClient, atServer findings
	goOn := make(chan struct{})
	srv := httptest.NewServer(contracts.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"Code":`)
		w.(http.Flusher).Flush()
		select {
		case <-goOn:
		case <-r.Context().Done():
		}
	}), atServer.add))
	t.Cleanup(srv.Close)
	client := &http.Client{Transport: contracts.RoundTripper(nil, atClient.add)}
	t.Cleanup(client.CloseIdleConnections)
	request, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+deletePath, strings.NewReader(deleteBody))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 8)
	if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != `{"Code":` {
		t.Fatalf("%q: %v", first, err)
	}
	_ = response.Body.Close()
	close(goOn)
	srv.Close()
	if diff := cmp.Diff([]string{"Material.DeleteMaterial response: not judged: it did not pass to its end"}, atClient.all()); diff != "" {
		t.Errorf("RoundTripper (-want +got):\n%s", diff)
	}
	want := []string{
		"Material.DeleteMaterial request: not judged: it did not pass to its end", // the handler does not read it
		"Material.DeleteMaterial response: body: must be JSON: it ends too early (documented, 1156/50862)",
	}
	if diff := cmp.Diff(want, atServer.all()); diff != "" {
		t.Errorf("Handler (-want +got):\n%s", diff)
	}
}

// A client that sends its body again, after a redirect, is judged by what it sent last.
func TestTrafficRedirected(t *testing.T) {
	t.Parallel()
	var found findings
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, deletePath, http.StatusTemporaryRedirect)
			return
		}
		text("application/json", done)(w, r)
	}))
	t.Cleanup(srv.Close)
	x := exchange{path: "/old", body: `{"MaterialId":1}`}
	if answer := x.send(t, &http.Client{Transport: contracts.RoundTripper(nil, found.add)}, srv.URL); answer != done {
		t.Errorf("answer %s", answer)
	}
	want := []string{"Material.DeleteMaterial request: body /MaterialId: must be a string, found 1 (documented, 1156/50862)"}
	if diff := cmp.Diff(want, found.all()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
