package recordings

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// proxyTest is a recording proxy before an upstream, with the calls that each of the two gets.
type proxyTest struct {
	base     string
	proxy    *Proxy
	mu       sync.Mutex
	sent     []string // to the upstream: method, host, path and query
	skipped  []string
	upstream http.HandlerFunc
}

func startProxy(t *testing.T, change func(*Proxy)) *proxyTest {
	t.Helper()
	p := &proxyTest{upstream: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"Code":"Success"}`)
	}}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.sent = append(p.sent, r.Method+" "+r.RequestURI)
		p.mu.Unlock()
		p.upstream(w, r)
	}))
	t.Cleanup(upstream.Close)
	base, err := url.Parse(upstream.URL)
	if err != nil {
		t.Fatal(err)
	}
	recorder := &Recorder{Skip: func(c har.Call, why error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.skipped = append(p.skipped, c.URL.Path+": "+why.Error())
	}}
	p.proxy = &Proxy{
		Upstreams: map[string]*url.URL{"opencme": base, "webpaas": base.JoinPath("gateway/"), "h5ds": nil},
		Recorder:  recorder, Transport: &http.Transport{DisableCompression: true},
	}
	if change != nil {
		change(p.proxy)
	}
	front := httptest.NewServer(p.proxy)
	t.Cleanup(front.Close)
	p.base = front.URL
	return p
}

// list returns a copy of one of the lists.
func (p *proxyTest) list(of *[]string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(*of)
}

// recorded returns the addresses in the recording.
func (p *proxyTest) recorded(t *testing.T) []string {
	t.Helper()
	a, err := p.proxy.Recorder.Archive("x.har")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range a.Log.Entries {
		all = append(all, e.Request.Method+" "+e.Request.URL)
	}
	return all
}

// TestProxy: calls go to the upstream of their service with every byte of the query, and are recorded at the real hosts.
func TestProxy(t *testing.T) {
	t.Parallel()
	p := startProxy(t, nil)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	for _, call := range []struct{ method, path string }{
		{"GET", "/?signature=a+b%2B;c"}, {"POST", "/PaaS/a%2Fb?auth=x"}, {"POST", "/api/v1/user/info"}, {"GET", "/pictures/1.png"},
	} {
		do(t, client, call.method, p.base+call.path, "")
	}
	if diff := cmp.Diff([]string{"GET /?signature=a+b%2B;c", "POST /gateway/PaaS/a%2Fb?auth=x"}, p.list(&p.sent)); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	want := []string{"GET https://open.cme.qcloud.com/?signature=%3Csignature-1%3E", "POST https://web-paas-api.cme.qcloud.com/PaaS/a%2Fb?auth=%3Cticket-1%3E"}
	if diff := cmp.Diff(want, p.recorded(t)); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	if got := do(t, client, "POST", p.base+"/api/v1/user/info", ""); !strings.Contains(got, "there is no upstream for h5ds") {
		t.Errorf("without an upstream: %s", got)
	}
	if got := do(t, client, "GET", p.base+"/pictures/1.png", ""); !strings.Contains(got, `"error":"fakecme record: GET /pictures/1.png is no call of`) {
		t.Errorf("no call: %s", got)
	}
}

// TestProxyAsksForWhatCanBeRead: the upstream is asked for no compression that the client refuses, and for none that cannot be
// recorded. Responses do not depend on what the client has already.
func TestProxyAsksForWhatCanBeRead(t *testing.T) {
	t.Parallel()
	whole := http.Header{"If-None-Match": {`"1"`}, "If-Modified-Since": {"Mon, 02 Jan 2006 15:04:05 GMT"}, "Range": {"bytes=0-1"}, "If-Range": {`"1"`}}
	accepts := func(values ...string) http.Header { return http.Header{"Accept-Encoding": values} }
	tests := []struct {
		name, method string
		header, want http.Header
	}{
		{"nothing", "GET", nil, nil},
		{"empty", "GET", accepts(""), accepts("")},
		{"Python's urllib", "GET", accepts("identity"), accepts("identity")},
		{"Go", "GET", accepts("gzip"), accepts("gzip")},
		{"a browser", "GET", accepts("gzip, deflate, br, zstd"), accepts("gzip, deflate")},
		{"in several headers", "GET", accepts("br", "x-gzip"), accepts("x-gzip")},
		{"preferences", "GET", accepts("br;q=1.0, GZIP; q=0.8, identity;q=0.5"), accepts("gzip; q=0.8, identity;q=0.5")},
		{"unreadable only", "GET", accepts("br"), accepts("identity")},
		{"refused", "GET", accepts("gzip;q=0, br"), accepts("gzip;q=0, identity")},
		{"refused in more digits", "GET", accepts("gzip;Q = 0.000, br"), accepts("gzip;Q = 0.000, identity")},
		{"anything", "GET", accepts("*"), accepts("gzip;q=1, deflate;q=1, identity;q=1")},
		{"anything else", "GET", accepts("br, gzip;q=0.9, *;q=0.1"), accepts("gzip;q=0.9, deflate;q=0.1, identity;q=0.1")},
		{"nothing else", "GET", accepts("gzip, *;q=0"), accepts("gzip, deflate;q=0, identity;q=0")},
		{"unreadable, and nothing else", "GET", accepts("br, *;q=0"), accepts("br, *;q=0")},
		{"unreadable, and not as it is", "GET", accepts("br, identity;q=0"), accepts("br, identity;q=0")},
		{"conditions of a GET", "GET", whole, nil},
		{"conditions of a HEAD", "HEAD", whole, nil},
		{"conditions of a write", "PUT", whole, whole},
		{"condition that must hold", "GET", http.Header{"If-Match": {`"1"`}}, http.Header{"If-Match": {`"1"`}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, nil)
			var got http.Header
			p.upstream = func(w http.ResponseWriter, r *http.Request) {
				got = r.Header.Clone()
				_, _ = io.WriteString(w, "{}")
			}
			r, err := http.NewRequestWithContext(t.Context(), tt.method, p.base+"/PaaS/a", nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.header != nil {
				r.Header = tt.header.Clone()
			}
			response, err := (&http.Transport{DisableCompression: true}).RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			for name := range got {
				if name != "Accept-Encoding" && whole[name] == nil && name != "If-Match" {
					got.Del(name)
				}
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := len(p.recorded(t)); n != 1 {
				t.Errorf("%d calls are recorded", n)
			}
		})
	}
}

// TestProxyKeepsTheHost: a call with a real host name, from a forward proxy, is recorded with that name.
func TestProxyKeepsTheHost(t *testing.T) {
	t.Parallel()
	p := startProxy(t, func(p *Proxy) { p.Upstreams["h5ds"] = p.Upstreams["opencme"] })
	r := httptest.NewRequest("POST", "http://www.h5ds.com/api/v1/third/login", nil)
	w := httptest.NewRecorder()
	p.proxy.ServeHTTP(w, r)
	if diff := cmp.Diff([]string{"POST https://www.h5ds.com/api/v1/third/login"}, p.recorded(t)); diff != "" || w.Code != 200 {
		t.Errorf("%d; recorded (-want +got):\n%s", w.Code, diff)
	}
}

// TestProxySkips: a call without a complete response is skipped.
func TestProxySkips(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		change   func(*Proxy)
		upstream http.HandlerFunc
		method   string
		header   string // Access-Control-Request-Method
		status   int    // 0 for none
		skipped  string // "" for none
		recorded int
	}{
		{"good", nil, nil, "POST", "", 200, "", 1},
		{"no response", nil, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "POST", "", 502, "no response came: ", 0},
		{"broken off", nil, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			_, _ = io.WriteString(w, "half")
		}, "POST", "", 0, "the response broke off after 4 bytes", 0},
		{"compressed", nil, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			_, _ = io.WriteString(zip, "{}")
			_ = zip.Close()
		}, "POST", "", 200, "", 1},
		{"compressed otherwise", nil, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, "x")
		}, "POST", "", 200, `the response is compressed as "br"`, 0},
		{"not modified", nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, "POST", "", 304, "not modified (304)", 0},
		{"a part", nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(206) }, "POST", "", 206, "partial (206)", 0},
		{"preflight", nil, nil, "OPTIONS", "POST", 200, "", 0},
		{"options", nil, nil, "OPTIONS", "", 200, "", 1},
		{"body too large", func(p *Proxy) { p.MaxBody = 1 }, nil, "POST", "", 413, "", 0},
		{"body of the largest size", func(p *Proxy) { p.MaxBody = 2 }, nil, "POST", "", 200, "", 1},
		{"bytes full", func(p *Proxy) { p.Recorder.MaxBytes = 19 }, nil, "POST", "", 200, "the recording is full: the bodies would have more than 19 bytes", 0},
		{"bytes just enough", func(p *Proxy) { p.Recorder.MaxBytes = 20 }, nil, "POST", "", 200, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, tt.change)
			if tt.upstream != nil {
				p.upstream = tt.upstream
			}
			r, err := http.NewRequestWithContext(t.Context(), tt.method, p.base+"/PaaS/a?auth=s3cr3t", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Access-Control-Request-Method", tt.header)
			if tt.header == "" {
				r.Header.Del("Access-Control-Request-Method")
			}
			status := 0
			response, err := http.DefaultClient.Do(r)
			if err == nil {
				_, err = io.Copy(io.Discard, response.Body)
				response.Body.Close()
				status = response.StatusCode
			}
			if tt.status == 0 && err == nil || tt.status != 0 && (err != nil || status != tt.status) {
				t.Errorf("got %d %v, want %d", status, err, tt.status)
			}
			got := strings.Join(p.list(&p.skipped), "; ")
			if !strings.Contains(got, tt.skipped) || (got == "") != (tt.skipped == "") || strings.Contains(got, "s3cr3t") {
				t.Errorf("skipped %q, want %q", got, tt.skipped)
			}
			if got := p.recorded(t); len(got) != tt.recorded {
				t.Errorf("recorded %q, want %d", got, tt.recorded)
			}
		})
	}
}

// TestRecorderIsFull: calls beyond the bound are skipped. OnRecord is called before the client gets its response.
func TestRecorderIsFull(t *testing.T) {
	t.Parallel()
	var recorded atomic.Int64
	p := startProxy(t, func(p *Proxy) {
		p.Recorder.MaxCalls = 2
		p.OnRecord = func() { recorded.Add(1) }
	})
	for i, path := range []string{"/PaaS/a", "/PaaS/b", "/PaaS/c"} {
		if got := do(t, http.DefaultClient, "POST", p.base+path, "{}"); got != `{"Code":"Success"}` || recorded.Load() != int64(i+1) {
			t.Errorf("%s: %s, %d recorded", path, got, recorded.Load())
		}
	}
	if got := p.recorded(t); len(got) != 2 {
		t.Errorf("recorded %q", got)
	}
	if diff := cmp.Diff([]string{"/PaaS/c: the recording is full: it has 2 calls"}, p.list(&p.skipped)); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	strict := &Recorder{Transport: vendor(), MaxCalls: 1}
	for range 2 {
		do(t, &http.Client{Transport: strict}, "POST", paas+"/a", "{}")
	}
	if _, err := strict.Archive("x.har"); err == nil || !strings.Contains(err.Error(), "the recording is full") {
		t.Errorf("no error without Skip: %v", err)
	}
}

// TestProxyWithoutTransport: a proxy has no network of its own.
func TestProxyWithoutTransport(t *testing.T) {
	t.Parallel()
	p := startProxy(t, func(p *Proxy) { p.Transport = nil })
	if got := do(t, http.DefaultClient, "POST", p.base+"/PaaS/a", "{}"); !strings.Contains(got, "there is no upstream") {
		t.Errorf("got %s", got)
	}
	for name, u := range Live() {
		if u.Scheme != "https" || RealHost(name) != u.Host || u.Host == "" {
			t.Errorf("%s: %s", name, u)
		}
	}
	err := &url.Error{Op: "Get", URL: "https://h/?signature=s", Err: errors.New("refused")}
	if got := withoutAddress(err); got != "refused" {
		t.Errorf("got %s", got)
	}
}
