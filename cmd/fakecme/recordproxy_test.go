package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/google/go-cmp/cmp"
)

// throughProxy is a client that knows the proxy and trusts the authority in a directory, and nothing else.
func throughProxy(t *testing.T, proxy, data string, h2 bool) *http.Client {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(data, "ca.pem"))
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(ca) {
		t.Fatalf("the authority: %v", err)
	}
	transport := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: proxy}),
		TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: h2,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// A client with the real host names is recorded through the proxy, over HTTPS, and answered the same from the recording.
func TestRecordThroughProxy(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", h2), func(t *testing.T) {
			t.Parallel()
			upstream := startServe(t, "--fixtures", "testdata/fixtures.yaml")
			out, data := t.TempDir(), t.TempDir()
			recording := startRun(t, nil, "record", "--out", out, "--scenario", "session", "--upstream", upstream.base, "--proxy", "127.0.0.1:0", "--data", data)
			live := &visit{t: t, client: throughProxy(t, recording.bound.Proxy, data, h2)}
			want := live.run()
			if _, err := live.client.Get("https://example.com/"); err == nil || !strings.Contains(err.Error(), "fakecme: the proxy lets no call out to example.com:443") {
				t.Errorf("another host: %v", err)
			}
			if answer := live.call("GET", "/page", "", http.Header{}); !strings.Contains(answer, "is no call of opencme, webpaas or h5ds, so it was not passed on") {
				t.Errorf("no call: %s", answer)
			}
			got := recording.stop()
			for _, want := range []string{
				"recorded 6 calls in ", "not let out: CONNECT example.com:443: ",
				`eval "$(fakecme env --ca ` + command.ShellWord(filepath.Join(data, "ca.pem")) + " --proxy " + recording.bound.Proxy + `)"`,
			} {
				if !strings.Contains(got.Stderr, want) {
					t.Errorf("stderr has no %q:\n%s", want, got.Stderr)
				}
			}
			written, err := os.ReadFile(filepath.Join(out, "session.har"))
			if err != nil || got.Status != 0 || !strings.Contains(string(written), `"https://open.cme.qcloud.com/?signature=`) {
				t.Errorf("status %d, %v:\n%s", got.Status, err, written)
			}
			for _, secret := range live.secrets {
				wantNoTrace(t, string(written)+got.Stderr, secret)
			}
			replay := startRun(t, nil, "replay", out)
			if diff := cmp.Diff(want, (&visit{t: t, base: replay.base}).run()); diff != "" {
				t.Errorf("answers (-live +replayed):\n%s", diff)
			}
		})
	}
}

// Without an upstream for a service nothing gets out, through the proxy either.
func TestRecordProxyGoesNowhere(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	recording := startRun(t, nil, "record", "--out", t.TempDir(), "--upstream-h5ds", "http://127.0.0.1:1", "--proxy", "127.0.0.1:0", "--data", data)
	v := &visit{t: t, client: throughProxy(t, recording.bound.Proxy, data, false)}
	if got := v.call("GET", "/?signature=x", "", http.Header{}); !strings.Contains(got, "there is no upstream for opencme, so the call was not passed on") {
		t.Errorf("got %s", got)
	}
}

func TestRecordProxyUsage(t *testing.T) {
	t.Parallel()
	busy := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(busy.Close)
	inUse := strings.TrimPrefix(busy.URL, "http://")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"no directory", []string{"--proxy", "127.0.0.1:0"}, 2, "--proxy: there is no home directory to keep the certificate authority in; give --data"},
		{"half an authority", []string{"--proxy", "127.0.0.1:0", "--ca-cert", "x"}, 2, "--ca-cert and --ca-key belong together; give both"},
		{"in use", []string{"--proxy", inUse, "--data", t.TempDir()}, 1, "--proxy: cannot listen on " + inUse + ": the address is in use; stop the program that listens there, or choose another port; port 0 takes a free one"},
		{"nothing to fail on", []string{"--fail-on", "breaking"}, 2, "--fail-on: nothing is compared; add --diff"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"record", "--http", "127.0.0.1:0", "--out", t.TempDir(), "--upstream", "http://127.0.0.1:1"}, tt.args...)
			got := runAt(t, nil, "", args...)
			if lines := strings.Split(strings.TrimSpace(got.Stderr), "\n"); got.Status != tt.status || lines[len(lines)-1] != "fakecme record: "+tt.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}
