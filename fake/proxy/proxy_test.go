package proxy_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/fake/proxy"
)

const realHost = "open.cme.qcloud.com"

// user is the context key of the user name.
type user struct{}

// running is a proxy in front of echo.
type running struct {
	address  string
	ca       *authority.Authority
	dialled  func() []string
	rejected func() []string
	proxy    *proxy.Proxy
}

func start(t *testing.T, allow ...string) *running {
	t.Helper()
	ca, err := authority.New([]string{realHost}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var dialled, rejected []string
	note := func(list *[]string, text string) {
		mu.Lock()
		defer mu.Unlock()
		*list = append(*list, text)
	}
	list := func(list *[]string) func() []string {
		return func() []string {
			mu.Lock()
			defer mu.Unlock()
			return append([]string{}, *list...)
		}
	}
	config := proxy.Config{
		Handler: http.HandlerFunc(echo), Hosts: []string{realHost}, TLS: ca.TLSConfig(nil),
		User: func(ctx context.Context, name string) (context.Context, error) {
			if name != "known" {
				return nil, fmt.Errorf("there is no tenant %q", name)
			}
			return context.WithValue(ctx, user{}, name), nil
		},
		Rejected: func(_ context.Context, method, address string, why proxy.Rejection) {
			note(&rejected, fmt.Sprint(method, " ", address, " ", why.Status))
		},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			note(&dialled, address)
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	for _, text := range allow {
		a, err := proxy.ParseAllowed(text)
		if err != nil {
			t.Fatal(err)
		}
		config.Allow = append(config.Allow, a)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := proxy.New(config)
	if err := p.Start(l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return &running{l.Addr().String(), ca, list(&dialled), list(&rejected), p}
}

// echo responds with what it sees of the request.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, _ = fmt.Fprintf(w, "%s %s %s %s tls=%t user=%v body=%s hidden=%t", r.Proto, r.Method, r.Host, r.RequestURI,
		r.TLS != nil, r.Context().Value(user{}), body,
		r.URL.Host == "" && r.Header.Get("Proxy-Authorization") == "" && r.Header.Get("Proxy-Connection") == "")
}

// client returns a client that uses the proxy, with a user name unless that is empty.
func (r *running) client(t *testing.T, name string, h2 bool) *http.Client {
	t.Helper()
	address := &url.URL{Scheme: "http", Host: r.address}
	if name != "" {
		address.User = url.UserPassword(name, "any")
	}
	transport := &http.Transport{Proxy: http.ProxyURL(address), ForceAttemptHTTP2: h2, TLSClientConfig: &tls.Config{RootCAs: r.ca.Pool()}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func ask(t *testing.T, client *http.Client, method, address, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(response.StatusCode, " ", string(text))
}

func TestPlayed(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, tt := range []struct {
		name, user, url string
		h2              bool
		want            string
	}{
		{"HTTP", "", "http://" + realHost + "/a?b=c", false, "200 HTTP/1.1 POST open.cme.qcloud.com /a?b=c tls=false user=<nil> body=x hidden=true"},
		{"HTTPS", "", "https://" + realHost + "/a?b=c", false, "200 HTTP/1.1 POST open.cme.qcloud.com /a?b=c tls=true user=<nil> body=x hidden=true"},
		{"HTTP/2", "", "https://" + realHost + "/a?b=c", true, "200 HTTP/2.0 POST open.cme.qcloud.com /a?b=c tls=true user=<nil> body=x hidden=true"},
		{"with the usual port", "", "https://" + realHost + ":443/", false, "200 HTTP/1.1 POST open.cme.qcloud.com:443 / tls=true user=<nil> body=x hidden=true"},
		{"user, HTTP", "known", "http://" + realHost + "/", false, "200 HTTP/1.1 POST open.cme.qcloud.com / tls=false user=known body=x hidden=true"},
		{"user, HTTPS", "known", "https://" + realHost + "/", false, "200 HTTP/1.1 POST open.cme.qcloud.com / tls=true user=known body=x hidden=true"},
		{"user, HTTP/2", "known", "https://" + realHost + "/", true, "200 HTTP/2.0 POST open.cme.qcloud.com / tls=true user=known body=x hidden=true"},
		{"unknown user, HTTP", "stranger", "http://" + realHost + "/", false, "407 fakecme: there is no tenant \"stranger\"\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, ask(t, r.client(t, tt.user, tt.h2), "POST", tt.url, "x")); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
	t.Cleanup(func() {
		if got := r.dialled(); len(got) > 0 {
			t.Errorf("the proxy called out: %v", got)
		}
	})
}

// raw sends bytes to the proxy and returns the status and the text of its response.
func (r *running) raw(t *testing.T, text string) (status int, body string, header http.Header) {
	t.Helper()
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(got), response.Header
}

// Calls to hosts that are not allowed do not get out. The server other stands for all of them: no call reaches it.
func TestNothingGetsOut(t *testing.T) {
	t.Parallel()
	var reached sync.Map
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached.Store(r.URL.String(), true) }))
	t.Cleanup(other.Close)
	address := strings.TrimPrefix(other.URL, "http://")
	_, port, _ := net.SplitHostPort(address)
	r := start(t, "192.0.2.1", "allowed.example:8443", "git.invalid")
	for _, tt := range []struct{ name, request, rejected string }{
		{"CONNECT", "CONNECT " + address + " HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT " + address + " 403"},
		{"GET", "GET http://" + address + "/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET " + address + " 403"},
		{"https without CONNECT", "GET https://" + address + "/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET " + address + " 403"},
		{"by name", "CONNECT localhost:" + port + " HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT localhost:" + port + " 403"},
		{"a Host header of the fake", "GET http://" + address + "/ HTTP/1.1\r\nHost: " + realHost + "\r\n\r\n", "GET " + address + " 403"},
		{"a user name like a host", "GET http://" + realHost + "@" + address + "/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET " + address + " 403"},
		{"another port of a host", "CONNECT " + realHost + ":" + port + " HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT " + realHost + ":" + port + " 403"},
		{"below a host", "CONNECT a." + realHost + ":443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT a." + realHost + ":443 403"},
		{"another port of an allowed host", "CONNECT allowed.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT allowed.example:443 403"},
		{"an unusual port of an allowed host", "CONNECT 192.0.2.1:8443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT 192.0.2.1:8443 403"},
		{"below an allowed host", "CONNECT a.allowed.example:8443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT a.allowed.example:8443 403"},
		{"a letter that becomes one of an allowed host", "GET http://gİt.invalid/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET gİt.invalid:80 403"},
		{"the same to CONNECT", "CONNECT gİt.invalid:443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT gİt.invalid:443 403"},
		{"two dots at the end", "CONNECT 192.0.2.1..:80 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT 192.0.2.1.:80 403"},
		{"an address as a number", "CONNECT 3221225985:80 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT 3221225985:80 403"},
		{"an address in IPv6", "CONNECT [::ffff:192.0.2.1]:80 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT [::ffff:192.0.2.1]:80 403"},
		{"a zone", "GET http://[::1%25lo]:80/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET [::1%lo]:80 403"},
		{"another scheme", "GET ftp://" + address + "/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET " + address + " 403"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body, header := r.raw(t, tt.request)
			rejected := r.rejected()
			if status != http.StatusForbidden || len(rejected) == 0 || rejected[len(rejected)-1] != tt.rejected {
				t.Errorf("got status %d, rejected %v, want 403 and %q", status, rejected, tt.rejected)
			}
			fix := regexp.MustCompile("--proxy-allow|leave out the port|this is not the name of a host")
			if why := header.Get("X-Fakecme-Why"); !fix.MatchString(body) || strings.ReplaceAll(body, "İ", "?") != "fakecme: "+why+"\n" {
				t.Errorf("got body %q and header %q", body, why)
			}
		})
	}
	if got := r.dialled(); len(got) > 0 {
		t.Errorf("the proxy called out: %v", got)
	}
	reached.Range(func(key, _ any) bool { t.Errorf("reached: %v", key); return true })
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, tt := range []struct {
		name, request string
		status        int
		want          string
	}{
		{"no proxy request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "this is a forward proxy, not a server"},
		{"unknown user", "CONNECT " + realHost + ":443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic c3RyYW5nZXI6eA==\r\n\r\n", 407, `there is no tenant "stranger"`},
		{"no base64", "CONNECT " + realHost + ":443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic ?\r\n\r\n", 407, "Basic authorization only"},
		{"another scheme", "CONNECT " + realHost + ":443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer a25vd24=\r\n\r\n", 407, "Basic authorization only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, body, header := r.raw(t, tt.request)
			if status != tt.status || !strings.Contains(body, tt.want) || (status == 407) != (header.Get("Proxy-Authenticate") != "") {
				t.Errorf("got %d %q %v, want %d %q", status, body, header, tt.status, tt.want)
			}
		})
	}
	// An empty user name is no error. Bytes right behind a CONNECT are not lost.
	status, body, _ := r.raw(t, "GET http://"+realHost+"/ HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic Ong=\r\nConnection: close\r\n\r\n")
	if status != 200 || !strings.Contains(body, "user=<nil>") {
		t.Errorf("empty user name: got %d %q", status, body)
	}
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "CONNECT "+realHost+":80 HTTP/1.1\r\nHost: x\r\n\r\nGET /early HTTP/1.1\r\nHost: "+realHost+"\r\nConnection: close\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK") || !strings.Contains(string(got), "GET open.cme.qcloud.com /early tls=false") {
		t.Errorf("early bytes: got %q %v", got, err)
	}
}

func TestStartTwice(t *testing.T) {
	t.Parallel()
	r := start(t)
	if err := r.proxy.Start(nil); err == nil {
		t.Error("started twice without an error")
	}
}
