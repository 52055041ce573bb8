package callback

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/proxy"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Hosts are those that the fake may call beside this machine: a name or an IP address for all ports, or host:port. A test
// often keeps the address of production in what it sends, and production must not hear of a test.
type Hosts []string

// Check returns an error for an entry that is no host.
func (h Hosts) Check() error {
	for _, entry := range h {
		if _, err := proxy.ParseAllowed(entry); err != nil {
			return fmt.Errorf("config: CallbackHosts: %w", err)
		}
	}
	return nil
}

// lists reports whether the list has the host of an address.
func (h Hosts) lists(u *url.URL) bool {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return slices.ContainsFunc(h, func(entry string) bool {
		a, err := proxy.ParseAllowed(entry)
		return err == nil && a.Host() == host && (a.Port() == "" || a.Port() == portOf(u))
	})
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// isThisMachine reports whether an address names this machine. The connection is checked too: a name service may say
// anything.
func isThisMachine(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// errNotThisMachine is the error of a connection that would have left this machine.
var errNotThisMachine = errors.New("the name leads to another machine")

// notAllowed says why an address is not called; it is nil when it may be.
func (h Hosts) notAllowed(u *url.URL) *diagnosis.Diagnosis {
	if isThisMachine(u) || h.lists(u) {
		return nil
	}
	return rejectedHost(u)
}

const notAllowedCode = "callback.not-allowed"

func rejectedHost(u *url.URL) *diagnosis.Diagnosis {
	host := traffic.Shorten(u.Hostname())
	return &diagnosis.Diagnosis{
		Code:     notAllowedCode,
		Sentence: fmt.Sprintf("the fake did not call the host %q: it calls only this machine, so that a test does not reach production", host),
		Fix:      fmt.Sprintf("let your test give an address of this machine, such as http://127.0.0.1:8000; if %s is a server of the test, allow it with Config.CallbackHosts or --callback-allow", host),
	}
}

// client returns a client for one address that is allowed. It takes no proxy, follows no redirect, and opens a connection
// for each call: on one that is reused, Go asks twice without a word.
func (h Hosts) client(u *url.URL) *http.Client {
	dialer := &net.Dialer{}
	if !h.lists(u) {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			host, _, _ := net.SplitHostPort(address)
			if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
				return errNotThisMachine
			}
			return nil
		}
	}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
