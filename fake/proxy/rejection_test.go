package proxy_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/proxy"
)

// line sends bytes to the proxy and returns the status line and the rest of the response.
func (r *running) line(t *testing.T, text string) (status, rest string) {
	t.Helper()
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	read := bufio.NewReader(conn)
	first, err := read.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	behind, err := io.ReadAll(read) // to the end: the connection is of no more use
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(first, "\r\n"), "\r\n" + string(behind)
}

// Clients show only the status line of a response to CONNECT, so the reason stands there.
func TestReasonInStatusLine(t *testing.T) {
	t.Parallel()
	r := start(t)
	long := strings.Repeat("a", 60) + "." + strings.Repeat("b", 60) + "." + strings.Repeat("c", 60)
	for _, tt := range []struct{ name, request, want string }{
		{"another host", "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403 fakecme: the proxy lets no call out to example.com:443"},
		{"another port of a host", "CONNECT " + realHost + ":8443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403 fakecme: the proxy serves open.cme.qcloud.com at ports 80 and 443, not at 8443"},
		{"no ASCII", "CONNECT gİt.invalid:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403 fakecme: the proxy lets no call out to g?t.invalid:443"},
		{"long", "CONNECT " + long + ":443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403 fakecme: the proxy lets no call out to " + long[:118] + "…"},
		{"unknown user", "CONNECT " + realHost + ":443 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic c3RyYW5nZXI6eA==\r\n\r\n", `HTTP/1.1 407 fakecme: there is no tenant "stranger"`},
		{"bytes at once behind it", "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n" + strings.Repeat("x", 1<<16), "HTTP/1.1 403 fakecme: the proxy lets no call out to example.com:443"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, rest := r.line(t, tt.request)
			if want := strings.Replace(tt.want, "…", "...", 1); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if strings.Count(rest, "\r\nX-Fakecme-Why: ") != 1 || !strings.Contains(rest, "\r\nConnection: close\r\n") || strings.Count(rest, "\r\n\r\nfakecme: ") != 1 {
				t.Errorf("behind the status line: %q", rest)
			}
		})
	}
}

// The advice of a rejection works: a proxy that allows what it names dials.
func TestAdviceWorks(t *testing.T) {
	t.Parallel()
	dialled := errors.New("dialled")
	call := func(t *testing.T, target, allow string) string {
		t.Helper()
		c := proxy.Config{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, dialled }, TLS: &tls.Config{}}
		if allow != "" {
			a, err := proxy.ParseAllowed(allow)
			if err != nil {
				t.Fatalf("the advice is %s: %v", allow, err)
			}
			c.Allow = []proxy.Allowed{a}
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		p := proxy.New(c)
		if err := p.Start(l); err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		_, rest := (&running{address: l.Addr().String()}).line(t, "CONNECT "+target+" HTTP/1.1\r\nHost: x\r\n\r\n")
		return rest
	}
	advice := regexp.MustCompile(`--proxy-allow (\S+), or .*NO_PROXY=(\S+) before`)
	for _, tt := range []struct{ target, bypass string }{
		{"example.com:443", "example.com"}, {"example.com:80", "example.com"}, {"Example.COM.:8443", "example.com"}, {"app:1", "app"}, {"my_service:8080", "my_service"},
		{"10.0.0.7:443", "10.0.0.7"}, {"10.0.0.7:9", "10.0.0.7"}, {"[2001:db8::1]:443", "2001:db8::1"}, {"[2001:db8::1]:8080", "2001:db8::1"}, {"xn--fsqu00a.example:443", "xn--fsqu00a.example"},
	} {
		t.Run(tt.target, func(t *testing.T) {
			t.Parallel()
			found := advice.FindStringSubmatch(call(t, tt.target, ""))
			if found == nil || found[2] != tt.bypass {
				t.Fatalf("the advice is %q", found)
			}
			if rest := call(t, tt.target, found[1]); !strings.Contains(rest, "the allowed host cannot be reached: dialled") {
				t.Errorf("with --proxy-allow %s: %s", found[1], rest)
			}
		})
	}
	if rest := call(t, "例子.example:443", ""); strings.Contains(rest, "--proxy-allow") || !strings.Contains(rest, "this is not the name of a host; the proxy serves") {
		t.Errorf("a name that cannot be allowed: %s", rest)
	}
}

// Users see the reason in the errors of their clients.
func TestClientsShowTheReason(t *testing.T) {
	t.Parallel()
	const want = "fakecme: the proxy lets no call out to example.com:443"
	t.Run("Go", func(t *testing.T) {
		t.Parallel()
		got := ask(t, start(t).client(t, "", false), http.MethodGet, "https://example.com/", "")
		if got != `Get "https://example.com/": `+want {
			t.Errorf("got %s", got)
		}
	})
	t.Run("Python", func(t *testing.T) {
		t.Parallel()
		if _, err := exec.LookPath("python3"); err != nil {
			if os.Getenv("FAKECME_TEST_ALL") != "" {
				t.Fatal(err)
			}
			t.Skip("left out: python3 is not installed")
		}
		const script = `import urllib.request as u
try: u.urlopen("https://example.com/")
except OSError as e: print(e)`
		cmd := exec.CommandContext(t.Context(), "python3", "-c", script)
		address := "http://" + start(t).address
		cmd.Env = append(os.Environ(), "HTTPS_PROXY="+address, "https_proxy="+address, "NO_PROXY=", "no_proxy=")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Tunnel connection failed: 403 "+want) {
			t.Errorf("got %v %s", err, out)
		}
	})
}
