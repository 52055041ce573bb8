package proxy_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/proxy"
)

func TestParseAllowed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"example.com", "example.com"},
		{"Example.COM.", "example.com"},
		{"example.com:8443", "example.com:8443"},
		{"localhost:3000", "localhost:3000"},
		{"10.0.0.7", "10.0.0.7"},
		{"[::1]:8080", "[::1]:8080"},
		{"[::1]", "::1"},
		{"my_service", "my_service"},
		{"", ""}, {"*", ""}, {"*.example.com", ""}, {".example.com", ""}, {"example.com:", ""}, {"example.com:0", ""},
		{"example.com:*", ""}, {"example.com:70000", ""}, {"https://example.com", ""}, {"example.com/a", ""}, {"10.0.0.0/8", ""},
		{"a b", ""}, {"a,b", ""}, {":443", ""}, {"example..com", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			a, err := proxy.ParseAllowed(tt.text)
			got := ""
			if err == nil {
				got = a.String()
			}
			if got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"example.com": true, "fakecme": true, "Example.COM": true, "my_service": true, "10.0.0.7": true, "*.app.github.dev": true, "*.example.com": true,
		"": false, "*": false, "*.": false, "*.dev": false, "*.*.dev": false, "a.*.dev": false, ".example.com": false, "example.com.": false,
		"example.com:80": false, "[::1]": false, "::1": false, "https://example.com": false, "example.com/a": false, "a b": false, "a,b": false, "例子.example": false,
	} {
		if err := proxy.CheckName(text); (err == nil) != want {
			t.Errorf("%q: got %v, want it taken: %t", text, err, want)
		}
	}
}

// A proxy that allows this machine lets calls to all its names and addresses through, at each port, and no others.
func TestThisMachine(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := proxy.New(proxy.Config{
		Allow: []proxy.Allowed{proxy.ThisMachine}, TLS: &tls.Config{},
		Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("dialled") },
	})
	if err := p.Start(l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	want := map[string]bool{
		"localhost": true, "LOCALHOST.": true, "app.localhost": true, "127.0.0.1": true, "127.9.8.7": true, "0.0.0.0": true, "[::1]": true, "[::]": true, "[::ffff:127.0.0.1]": true,
		"example.com": false, "localhost.example.com": false, "notlocalhost": false, "192.0.2.77": false, "127.0.0.1.example.com": false, "[2001:db8::1]": false,
	}
	for _, host := range proxy.OwnHosts() {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		want[host] = true
	}
	for host, allowed := range want {
		_, rest := (&running{address: l.Addr().String()}).line(t, "CONNECT "+host+":8123 HTTP/1.1\r\nHost: x\r\n\r\n")
		if got := strings.Contains(rest, "the allowed host cannot be reached: dialled"); got != allowed {
			t.Errorf("%s: let through %t, want %t: %s", host, got, allowed, rest)
		}
	}
}
