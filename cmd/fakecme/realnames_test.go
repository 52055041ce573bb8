package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/google/go-cmp/cmp"
)

// needTool skips a test for want of a program, except where nothing may be left out.
func needTool(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("FAKECME_TEST_ALL") != "" {
				t.Fatal(err)
			}
			t.Skipf("left out: %s is not installed", tool)
		}
	}
}

// serving is a serve in this process with all its listeners.
type serving struct {
	settings.Bound
	stop func() outcome
}

func startServing(t *testing.T, env environment, args ...string) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var status int
	stderr, done := &lockedBuffer{}, make(chan struct{})
	args = append([]string{"serve", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--proxy", "127.0.0.1:0"}, args...)
	go func() {
		defer close(done)
		status = runWith(ctx, args, env.list(), nil, in, stderr)
		_ = in.Close()
	}()
	stdout := bufio.NewReader(out)
	first, _ := stdout.ReadString('\n')
	s := &serving{}
	s.stop = sync.OnceValue(func() outcome {
		cancel()
		rest, _ := io.ReadAll(stdout)
		<-done
		return outcome{status, first + string(rest), stderr.String()}
	})
	t.Cleanup(func() { s.stop() })
	if err := json.Unmarshal([]byte(first), &s.Bound); err != nil || s.HTTP == "" || s.HTTPS == "" || s.Proxy == "" {
		t.Fatalf("first line: %q; %+v", first, s.stop())
	}
	return s
}

// login calls a real host name with a signature that is wrong, through the proxy or over HTTPS.
func (s *serving) login(t *testing.T, ca []byte) {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		t.Fatalf("no certificate: %s", ca)
	}
	transport := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: s.Proxy}),
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}
	defer transport.CloseIdleConnections()
	direct := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "open.cme.qcloud.com"}}
	defer direct.CloseIdleConnections()
	for address, transport := range map[string]*http.Transport{
		"https://open.cme.qcloud.com/?signature=": transport, "https://" + s.HTTPS + "/?signature=": direct,
	} {
		answer, err := (&http.Client{Transport: transport}).Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if !strings.Contains(string(body), "SignatureVerifyFail") {
			t.Errorf("%s: %s", address, body)
		}
	}
}

func TestServeRealNames(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := environment{"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, "config")}
	s := startServing(t, env)
	served, _ := get(t, "http://"+s.HTTP+"/_fakecme/ca.pem")
	kept, err := os.ReadFile(filepath.Join(home, "config", "fakecme", "ca.pem"))
	if err != nil || served != string(kept) {
		t.Errorf("ca.pem: served %s, kept %s %v", served, kept, err)
	}
	s.login(t, kept)
	got := s.stop()
	for _, want := range []string{
		"warning: made a certificate authority; clients are to trust " + filepath.Join(home, "config", "fakecme", "ca.pem") + "\n",
		"HTTPS for the real host names on https://" + s.HTTPS + "\n",
		`eval "$(fakecme env --url http://` + s.HTTP + " --proxy " + s.Proxy + `)"`,
	} {
		if !strings.Contains(got.Stderr, want) {
			t.Errorf("stderr has no %q:\n%s", want, got.Stderr)
		}
	}
	if got.Status != 0 || strings.Count(got.Stdout, "\n") != 1 {
		t.Errorf("got %+v", got)
	}
	if again := startServing(t, env).stop(); strings.Contains(again.Stderr, "authority") {
		t.Errorf("the second time: %s", again.Stderr)
	}
}

// The data directory that nobody asked for may fail; one that somebody asked for may not.
func TestServeWithoutDataDirectory(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "file", "")
	for _, env := range []environment{nil, {"XDG_CONFIG_HOME": file}} {
		s := startServing(t, env)
		ca, _ := get(t, "http://"+s.HTTP+"/_fakecme/ca.pem")
		s.login(t, []byte(ca))
		if got := s.stop(); !strings.Contains(got.Stderr, "warning: the certificate authority is gone when the fake ends, because ") {
			t.Errorf("got %s", got.Stderr)
		}
	}
	got := runAt(t, nil, "", "serve", "--proxy", "127.0.0.1:0", "--data", file)
	if got.Status != 2 || !strings.HasPrefix(got.Stderr, "fakecme serve: --data: data directory: ") {
		t.Errorf("got %+v", got)
	}
}

func TestServeRealNamesPortInUse(t *testing.T) {
	t.Parallel()
	s := startServing(t, nil)
	const why = ": the address is in use; stop the program that listens there, or choose another port; port 0 takes a free one\n"
	for _, flag := range []string{"https", "proxy"} {
		got := runAt(t, nil, "", "serve", "--log", "none", "--http", "127.0.0.1:0", "--"+flag, s.HTTP)
		wantOutcome(t, outcome{1, "", "fakecme serve: --" + flag + ": cannot listen on " + s.HTTP + why}, got)
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	s := startServing(t, environment{"HOME": t.TempDir()})
	data := filepath.Join(t.TempDir(), "with space")
	env := environment{"FAKECME_DATA": data, "NO_PROXY": "qcloud.com", "NODE_OPTIONS": "--no-warnings", "JAVA_TOOL_OPTIONS": "-Dx=y", "PHP_INI_SCAN_DIR": "/etc/more"}
	got := runAt(t, env, "", "env", "--shell", "json", "--url", s.HTTP, "--proxy", "team@"+s.Proxy)
	if got.Status != 0 || got.Stderr != "" {
		t.Fatalf("got %+v", got)
	}
	var variables map[string]string
	if err := json.Unmarshal([]byte(got.Stdout), &variables); err != nil {
		t.Fatal(err)
	}
	trust := filepath.Join(data, "trust")
	host, port, _ := strings.Cut(s.Proxy, ":")
	address := "http://team@" + s.Proxy
	want := map[string]string{
		"HTTPS_PROXY": address, "HTTP_PROXY": address, "https_proxy": address, "http_proxy": address,
		"NO_PROXY": "localhost,127.0.0.1,::1", "no_proxy": "localhost,127.0.0.1,::1",
		"SSL_CERT_FILE": trust + "/bundle.pem", "REQUESTS_CA_BUNDLE": trust + "/bundle.pem", "CURL_CA_BUNDLE": trust + "/bundle.pem",
		"NODE_EXTRA_CA_CERTS": trust + "/ca.pem", "NODE_USE_ENV_PROXY": "1",
		"NODE_OPTIONS": `--no-warnings --require "` + trust + `/preload.cjs"`,
		"JAVA_TOOL_OPTIONS": `-Dx=y "-Djavax.net.ssl.trustStore=` + trust + `/truststore.jks" -Djavax.net.ssl.trustStoreType=JKS -Djavax.net.ssl.trustStorePassword=changeit ` +
			"-Dhttp.proxyHost=" + host + " -Dhttp.proxyPort=" + port + " -Dhttps.proxyHost=" + host + " -Dhttps.proxyPort=" + port + " -Dhttp.nonProxyHosts=localhost|127.*|[::1]",
		"PHP_INI_SCAN_DIR": "/etc/more:" + trust + "/php",
		"FAKECME_URL":      "http://" + s.HTTP,
	}
	if diff := cmp.Diff(want, variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	// In a shell that has the variables already, they are the same: nothing is added twice.
	again := runAt(t, environment(variables), "", "env", "--shell", "json", "--data", data, "--proxy", "team@"+s.Proxy)
	wantOutcome(t, got, again)
	bundle, err := os.ReadFile(trust + "/bundle.pem")
	served, _ := get(t, "http://"+s.HTTP+"/_fakecme/ca.pem")
	if err != nil || strings.Count(string(bundle), served) != 1 || !strings.HasSuffix(string(bundle), served) {
		t.Errorf("the bundle does not end with the certificate, once: %v", err)
	}
	// A file instead of a running fake.
	file := writeFile(t, "ca.pem", served)
	got = runAt(t, nil, "", "env", "--ca", file, "--data", data, "--proxy", "127.0.0.1:1")
	if got.Status != 0 || !strings.Contains(got.Stdout, "export HTTPS_PROXY='http://127.0.0.1:1'\n") {
		t.Errorf("with --ca: got %+v", got)
	}
}

func TestEnvFails(t *testing.T) {
	t.Parallel()
	plain := startServe(t)
	full := startServing(t, nil)
	file := writeFile(t, "ca.pem", "no certificate")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"no proxy, no https", []string{"--url", plain.base}, 1, "fakecme env: " + plain.base + " does not give its certificate: it has none, because it has neither --https nor --proxy; run fakecme serve --proxy 127.0.0.1:11562, or give --url or --ca\n"},
		{"nothing there", []string{"--url", "127.0.0.1:1"}, 1, "fakecme env: http://127.0.0.1:1 does not give its certificate: dial tcp 127.0.0.1:1: connect: connection refused; run fakecme serve --proxy 127.0.0.1:11562, or give --url or --ca\n"},
		{"no proxy there", []string{"--url", full.HTTP, "--proxy", "127.0.0.1:1"}, 1, "fakecme env: no proxy listens at 127.0.0.1:1; start the fake with --proxy, or give the address of its proxy\n"},
		{"no certificate", []string{"--ca", file}, 2, "fakecme env: --ca: " + file + ": this is not one certificate of an authority in PEM form\n"},
		{"unknown shell", []string{"--shell", "bash"}, 2, "fakecme env: --shell: there is no form \"bash\"; did you mean sh or fish?\n"},
		{"bad proxy", []string{"--proxy", "https://x"}, 2, "fakecme env: --proxy: \"https://x\" is not the address of a proxy; write host:port, or http://TENANT@host:port\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, nil, "", append([]string{"env", "--wait", "0s", "--data", t.TempDir()}, tt.args...)...)
			wantOutcome(t, outcome{tt.status, "false\n", tt.want}, got)
		})
	}
	wantOutcome(t, outcome{2, "false\n", "fakecme env: there is no home directory to write to; give --data\n"}, runAt(t, nil, "", "env"))
}
