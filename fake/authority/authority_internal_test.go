package authority

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var hosts = []string{"open.cme.qcloud.com", "video.h5ds.com"}

func newTest(t *testing.T) *Authority {
	t.Helper()
	a, err := New(hosts, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newTestWithKey(t *testing.T) (*Authority, crypto.Signer) {
	t.Helper()
	a, key, err := newWithKey(hosts, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return a, key
}

// signed is a leaf for any names.
func signed(t *testing.T, a *Authority, key crypto.Signer, names ...string) *tls.Certificate {
	t.Helper()
	leafKey, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := a.issue(names, time.Now().Add(-slack), time.Now().Add(slack), leafKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

// serve responds "hello" over TLS and returns the port.
func serve(t *testing.T, config *tls.Config) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }),
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	a := newTest(t)
	var rejected []string
	port := serve(t, a.TLSConfig(func(name string) { rejected = append(rejected, name) }))
	for _, tt := range []struct {
		name, host, want string
	}{
		{"a host", "open.cme.qcloud.com", ""},
		{"another host", "video.h5ds.com", ""},
		{"capital letters", "Video.H5DS.com", ""},
		{"this machine", "localhost", ""},
		{"an address, which is not sent", "127.0.0.1", ""},
		{"another address", "::1", ""},
		{"a stranger", "example.com", "unrecognized name"},
		{"below a host", "a.video.h5ds.com", "unrecognized name"},
		{"above a host", "h5ds.com", "unrecognized name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: a.Pool(), ServerName: tt.host})
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				_ = conn.Close()
			}
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got error %q, want %q", got, tt.want)
			}
		})
	}
	if diff := cmp.Diff([]string{"example.com", "a.video.h5ds.com", "h5ds.com"}, rejected); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
}

// One leaf follows another without a gap, until the authority ends.
func TestLeavesTakeTurns(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a, err := New(hosts, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	start := now
	leafAt := func(when time.Time) *x509.Certificate {
		now = when
		leaf, err := a.leaf()
		if err != nil {
			t.Fatal(err)
		}
		if life := leaf.Leaf.NotAfter.Sub(leaf.Leaf.NotBefore); life > 31*day {
			t.Errorf("a leaf is good for %s", life)
		}
		return leaf.Leaf
	}
	for when := start; when.Before(start.Add(rootLife)); when = when.Add(day) {
		leaf := leafAt(when)
		// Clients have clocks that are a little behind or ahead.
		if when.Add(-slack/2).Before(leaf.NotBefore) || earlier(when.Add(slack/2), a.root.NotAfter).After(leaf.NotAfter) {
			t.Errorf("at %s: got a leaf for %s to %s", when, leaf.NotBefore, leaf.NotAfter)
		}
		if leaf.NotAfter.After(a.root.NotAfter) {
			t.Error("a leaf outlives its authority")
		}
	}
	first := leafAt(start)
	if !leafAt(start.Add(leafTurn - 2*time.Second)).Equal(first) {
		t.Error("a leaf went before its time")
	}
	if leafAt(start.Add(leafTurn)).Equal(first) {
		t.Error("a leaf did not go in time")
	}
	if !leafAt(start.Add(-time.Hour)).Equal(first) {
		t.Error("there is no leaf when the clock was set back")
	}
}

// Even the key of an authority cannot sign for another name. That holds too for clients that check the constraints of the
// issuer only, not those of the root.
func TestOtherNamesAreRefused(t *testing.T) {
	t.Parallel()
	a, key := newTestWithKey(t)
	for _, tt := range []struct {
		name  string
		names []string
		good  bool
	}{
		{"a host", []string{"open.cme.qcloud.com"}, true},
		{"another name", []string{"example.com"}, false},
		{"another name beside a host", []string{"open.cme.qcloud.com", "example.com"}, false},
		{"another address", []string{"192.0.2.1"}, false},
		{"this machine", []string{"localhost", "127.0.0.1", "::1"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			leaf := signed(t, a, key, tt.names...)
			trusted := map[string]*x509.Certificate{"root": a.root, "issuer": a.issuer}
			for which, anchor := range trusted {
				roots, between := x509.NewCertPool(), x509.NewCertPool()
				roots.AddCert(anchor)
				between.AddCert(a.issuer)
				_, err := leaf.Leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
				var invalid x509.CertificateInvalidError
				if rejected := errors.As(err, &invalid) && invalid.Reason == x509.CANotAuthorizedForThisName; rejected == tt.good || tt.good && err != nil {
					t.Errorf("a client that trusts the %s: got error %v, want good %t", which, err, tt.good)
				}
			}
		})
	}
}

// clients are programs, with their arguments, that call https://host:port and trust a CA file. HOST, PORT, ROOT, STORE and DIR
// are replaced.
var clients = []struct {
	tool string
	args []string
}{
	{"curl", []string{"-sS", "--noproxy", "*", "--cacert", "ROOT", "--resolve", "HOST:PORT:127.0.0.1", "https://HOST:PORT/"}},
	{"openssl", []string{"s_client", "-connect", "127.0.0.1:PORT", "-servername", "HOST", "-verify_hostname", "HOST", "-CAfile", "ROOT", "-verify_return_error", "-brief"}},
	{"node", []string{"-e", `require("https").get({host: "127.0.0.1", port: PORT, servername: "HOST", headers: {host: "HOST"},
		ca: require("fs").readFileSync("ROOT")}, r => { r.resume() }).on("error", e => { console.error(e.message); process.exit(1) })`}},
	{"java", []string{"-Djavax.net.ssl.trustStore=STORE", "-Djavax.net.ssl.trustStorePassword=changeit",
		"DIR/Client.java", "HOST", "PORT"}},
}

// javaClient makes a TLS connection to this machine and checks the name of the server.
const javaClient = `import javax.net.ssl.*;
import java.net.*;
public class Client {
	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[1]);
		SSLSocketFactory f = (SSLSocketFactory) SSLSocketFactory.getDefault();
		try (Socket plain = new Socket("127.0.0.1", port); SSLSocket s = (SSLSocket) f.createSocket(plain, args[0], port, true)) {
			SSLParameters p = s.getSSLParameters();
			p.setEndpointIdentificationAlgorithm("HTTPS");
			s.setSSLParameters(p);
			s.startHandshake();
		}
	}
}
`

func TestOtherNamesAreRefusedByClients(t *testing.T) {
	t.Parallel()
	a, key := newTestWithKey(t)
	dir := t.TempDir()
	ca, store := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "store.p12")
	for file, text := range map[string]string{"ca.pem": string(a.PEM()), "Client.java": javaClient} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ports := map[string]string{}
	for _, host := range []string{"open.cme.qcloud.com", "example.com"} {
		ports[host] = serve(t, &tls.Config{Certificates: []tls.Certificate{*signed(t, a, key, host)}})
	}
	for _, client := range clients {
		t.Run(client.tool, func(t *testing.T) {
			t.Parallel()
			needTool(t, client.tool)
			if client.tool == "java" {
				needTool(t, "keytool")
				out, err := exec.CommandContext(t.Context(), "keytool", "-importcert", "-noprompt", "-file", ca, "-keystore", store, "-storepass", "changeit").CombinedOutput()
				if err != nil {
					t.Fatalf("keytool: %v\n%s", err, out)
				}
			}
			for host, good := range map[string]bool{"open.cme.qcloud.com": true, "example.com": false} {
				replace := strings.NewReplacer("HOST", host, "PORT", ports[host], "ROOT", ca, "STORE", store, "DIR", dir)
				var args []string
				for _, arg := range client.args {
					args = append(args, replace.Replace(arg))
				}
				out, err := exec.CommandContext(t.Context(), client.tool, args...).CombinedOutput()
				if (err == nil) != good {
					t.Errorf("%s: got %v, want good %t\n%s", host, err, good, out)
				}
				text := strings.ToLower(string(out))
				if !good && !strings.Contains(text, "permitted subtree") && !strings.Contains(text, "constraints") {
					t.Errorf("%s: rejected for another reason than its name:\n%s", host, out)
				}
			}
		})
	}
}

// needTool skips a test if a program is missing, unless no test may be left out.
func needTool(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if os.Getenv("FAKECME_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skipf("left out: %s is not installed", tool)
	}
}
