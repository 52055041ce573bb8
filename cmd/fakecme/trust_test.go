package main

import (
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/proxy"
)

// trustedServer starts a server of a user with a certificate that only ca.pem in the directory makes clients trust.
func trustedServer(t *testing.T) (url, dir string) {
	t.Helper()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "own server\n") }))
	t.Cleanup(srv.Close)
	dir = t.TempDir()
	writeTo(t, filepath.Join(dir, "ca.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})))
	return srv.URL, dir
}

func writeTo(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Clients in these languages print the responses of all addresses.
const (
	pythonGets = `import sys, urllib.request as u
for a in sys.argv[1:]: print(u.urlopen(a).read().decode())`
	nodeGets = `for (const a of process.argv.slice(1)) fetch(a).then(r => r.text()).then(console.log)`
	phpGets  = `foreach (array_slice($argv, 1) as $a) { $c = curl_init($a); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); echo curl_exec($c), curl_error($c), "\n"; }`
	javaGets = `import java.net.URI; import java.net.http.*;
class Gets { public static void main(String[] args) throws Exception { for (String a : args) System.out.println(HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(a)).build(), HttpResponse.BodyHandlers.ofString()).body()); } }`
)

// What makes clients trust the servers of a user before exec makes them do so under exec too, and beside the fake.
func TestExecKeepsTrust(t *testing.T) {
	t.Parallel()
	url, dir := trustedServer(t)
	ca, ini, hashed := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ini"), filepath.Join(dir, "hashed")
	for _, folder := range []string{ini, hashed} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	writeTo(t, filepath.Join(hashed, "own.pem"), string(text))
	writeTo(t, filepath.Join(ini, "own.ini"), "; own\ncurl.cainfo = \""+ca+"\"\n")
	if _, err := exec.LookPath("keytool"); err == nil {
		for _, form := range []string{"JKS", "PKCS12"} {
			out, err := exec.CommandContext(t.Context(), "keytool", "-importcert", "-noprompt", "-alias", "own", "-file", ca,
				"-keystore", filepath.Join(dir, form), "-storetype", form, "-storepass", "changeit").CombinedOutput()
			if err != nil {
				t.Fatalf("keytool: %v\n%s", err, out)
			}
		}
	}
	gets := filepath.Join(dir, "Gets.java")
	writeTo(t, gets, javaGets)
	curl, python, php := []string{"curl", "-sS"}, []string{"python3", "-c", pythonGets}, []string{"php", "-r", phpGets, "--"}
	java := func(form string, options ...string) []string {
		store := filepath.Join(dir, form)
		words := append([]string{"-Djavax.net.ssl.trustStore=" + store, "-Djavax.net.ssl.trustStorePassword=changeit"}, options...)
		return []string{"JAVA_TOOL_OPTIONS=" + strings.Join(words, " ")}
	}
	for _, tt := range []struct {
		name      string
		variables []string
		client    []string
	}{
		{"curl, CURL_CA_BUNDLE", []string{"CURL_CA_BUNDLE=" + ca}, curl},
		{"curl, SSL_CERT_FILE", []string{"SSL_CERT_FILE=" + ca}, curl},
		{"curl, SSL_CERT_DIR", []string{"SSL_CERT_DIR=/no/such" + string(os.PathListSeparator) + hashed}, curl},
		{"Python, SSL_CERT_FILE", []string{"SSL_CERT_FILE=" + ca}, python},
		{"Python, REQUESTS_CA_BUNDLE", []string{"REQUESTS_CA_BUNDLE=" + ca}, python},
		{"Node.js", []string{"NODE_EXTRA_CA_CERTS=" + ca}, []string{"node", "-e", nodeGets}},
		{"PHP", []string{"PHP_INI_SCAN_DIR=" + string(os.PathListSeparator) + ini}, php},
		{"Java, JKS", java("JKS"), []string{"java", gets}},
		{"Java, PKCS12", java("PKCS12", "-Djavax.net.ssl.trustStoreType=PKCS12"), []string{"java", gets}},
		{"Java, JDK_JAVA_OPTIONS", []string{"JDK_JAVA_OPTIONS=-Djavax.net.ssl.trustStore=" + filepath.Join(dir, "JKS")}, []string{"java", gets}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			needTool(t, tt.client[0])
			if tt.client[0] == "java" {
				needTool(t, "keytool")
			}
			args := append([]string{"exec", "--"}, tt.client...)
			cmd := exec.CommandContext(t.Context(), program(), append(args, url, "https://open.cme.qcloud.com/?signature=")...)
			cmd.Env = append(childEnvironment(t), tt.variables...)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "own server\n") || !strings.Contains(string(out), `"Code":"SignatureVerifyFail"`) {
				t.Errorf("got %v\n%s", err, out)
			}
		})
	}
}

// git trusts nothing but the certificates in GIT_SSL_CAINFO, when it is set.
func TestExecKeepsTrustOfGit(t *testing.T) {
	t.Parallel()
	needTool(t, "git")
	url, dir := trustedServer(t)
	for _, address := range []string{url, "https://open.cme.qcloud.com"} {
		cmd := exec.CommandContext(t.Context(), program(), "exec", "--", "git", "ls-remote", address+"/x")
		cmd.Env = append(childEnvironment(t), "GIT_SSL_CAINFO="+filepath.Join(dir, "ca.pem"), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "/x/") || strings.Contains(string(out), "SSL") || strings.Contains(string(out), "certificate") {
			t.Errorf("%s: got %v\n%s", address, err, out)
		}
	}
}

// Every name and address of this machine is reached under exec, by clients that know no ranges too.
func TestExecReachesThisMachine(t *testing.T) {
	t.Parallel()
	needTool(t, "python3")
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "own server") }))
	_ = srv.Listener.Close()
	srv.Listener = l
	srv.Start()
	t.Cleanup(srv.Close)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	var addresses []string
	hosts := []string{"localhost", "127.0.0.1", "0.0.0.0"}
	if runsOnLinux() { // elsewhere the other loopback addresses must be set up first
		hosts = append(hosts, "127.0.0.2", "127.8.8.8")
	}
	for _, host := range append(hosts, proxy.OwnHosts()...) {
		conn, err := net.Dial("tcp4", net.JoinHostPort(host, port))
		if err != nil && net.ParseIP(host) != nil && !strings.Contains(host, ":") {
			t.Fatal(err)
		}
		if err != nil { // an address of IPv6, or a name that no name service knows
			continue
		}
		_ = conn.Close()
		addresses = append(addresses, "http://"+net.JoinHostPort(host, port))
	}
	args := append([]string{"exec", "--", "python3", "-c", pythonGets}, addresses...)
	for _, no := range []string{"", "example.com"} {
		cmd := exec.CommandContext(t.Context(), program(), args...)
		cmd.Env = append(childEnvironment(t), "NO_PROXY="+no)
		out, err := cmd.CombinedOutput()
		if got := strings.Count(string(out), "own server"); err != nil || got != len(addresses) {
			t.Errorf("NO_PROXY=%s: %d of %d: %v\n%s", no, got, len(addresses), err, out)
		}
	}
}

func runsOnLinux() bool {
	_, err := os.Stat("/proc/self")
	return err == nil
}

// Both pieces of advice for a call that is not let out work: the client calls the host itself, or the proxy does.
func TestExecAdvice(t *testing.T) {
	t.Parallel()
	needTool(t, "curl")
	curl := func(variables []string, flags ...string) (status int, out string) {
		args := append(append([]string{"exec"}, flags...), "--", "curl", "-sS", "https://nosuch.invalid/")
		cmd := exec.CommandContext(t.Context(), program(), args...)
		cmd.Env = append(childEnvironment(t), variables...)
		text, _ := cmd.CombinedOutput()
		return cmd.ProcessState.ExitCode(), string(text)
	}
	const noTunnel, noHost = 56, 6
	status, out := curl(nil)
	if advice := "allow it with --proxy-allow nosuch.invalid, or let clients call it without the proxy: set NO_PROXY=nosuch.invalid before fakecme exec"; status != noTunnel || !strings.Contains(out, advice) {
		t.Errorf("status %d\n%s", status, out)
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		if status, out := curl([]string{name + "=nosuch.invalid"}); status != noHost {
			t.Errorf("%s: status %d\n%s", name, status, out)
		}
	}
	if status, out := curl(nil, "--proxy-allow", "nosuch.invalid"); status != noTunnel || !strings.Contains(out, "502") {
		t.Errorf("--proxy-allow: status %d\n%s", status, out)
	}
	status, out = curl([]string{"NO_PROXY=*"})
	if want := "fakecme: warning: NO_PROXY: * would lead clients past the fake to "; status != noTunnel || !strings.Contains(out, want) {
		t.Errorf("status %d\n%s", status, out)
	}
}
