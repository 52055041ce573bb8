package callback

import (
	"errors"
	"net/url"
	"testing"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	hosts := Hosts{"app", "10.0.0.7:8080", "::1", "[2001:db8::1]:80", "Example.com"}
	if err := hosts.Check(); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"http://127.0.0.1:8000/x": true, "http://localhost/x": true, "http://LOCALHOST:1": true, "http://[::1]:8000": true, "https://127.9.9.9": true,
		"http://[::ffff:127.0.0.1]": true, "http://app:1": true, "http://APP": true, "http://app.:1": true, "http://10.0.0.7:8080": true, "http://[2001:db8::1]": true, "https://example.com:8443": true,

		"https://saas.example.com/callback": false, "http://10.0.0.7": false, "http://10.0.0.7:80801": false, "https://[2001:db8::1]": false,
		"http://127.0.0.1.example.net": false, "http://localhost.example.net": false, "http://127.1": false, "http://2130706433": false, "http://0x7f000001": false,
		"http://0.0.0.0": false, "http://127.0.0.1@evil.test": false, "http://app.evil.test": false, "http://evil.test#@127.0.0.1": false, "http://localhost.": false, "http://169.254.169.254": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := hosts.notAllowed(u) == nil; got != want {
			t.Errorf("%s: allowed %t, want %t", address, got, want)
		}
	}
	for _, wrong := range []string{"", "http://app", "app/x", "*.example.com", "*", "app:", "app:x", "a b", "u@app", ":80", "app:0", "app:70000", "例子.example", "app..b"} {
		if err := (Hosts{wrong}).Check(); err == nil {
			t.Errorf("%q was taken as a host", wrong)
		}
	}
}

// A name of this machine may lead elsewhere by way of a name service: the address of the connection counts.
func TestConnectionsStayOnThisMachine(t *testing.T) {
	t.Parallel()
	elsewhere := &url.URL{Scheme: "http", Host: "192.0.2.1:9"} // as localhost would after such a lookup
	_, err := Hosts(nil).client(elsewhere).Get(elsewhere.String())
	if !errors.Is(err, errNotThisMachine) {
		t.Errorf("a connection to another machine: %v", err)
	}
}
