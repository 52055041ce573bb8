package fake

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/service"
)

// Client returns an HTTP client that sends calls to the real host names, https included, to this
// server, and so needs no change in the code under test. It also reaches this machine, for
// servers of the test's own; a call to any other host fails: nothing reaches the network.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.Transport()} }

// Transport is the transport of [Server.Client].
func (s *Server) Transport() http.RoundTripper {
	base := &http.Transport{DisableCompression: true}
	if s.memory != nil {
		base.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr == s.memory.Addr().String() {
				return s.memory.Dial(ctx)
			}
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		}
	}
	return &transport{base: base, server: s}
}

type transport struct {
	base   *http.Transport
	server *Server
}

// RoundTrip sends the call to the fake and leaves its Host header as it was.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.server.URL == "" {
		return nil, fmt.Errorf("fake: the server does not listen; call Listen or use Start")
	}
	own, err := url.Parse(t.server.URL)
	if err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	host := strings.ToLower(r.URL.Hostname())
	if r.URL.Host != own.Host && !isReal(r.URL) && !isLoopback(host) {
		return nil, fmt.Errorf("fake: the client of a fake does not call %s; it reaches %s at their usual ports, and this machine",
			r.URL.Host, strings.Join(service.RealHosts(), ", "))
	}
	sent := r.Clone(r.Context())
	if !isLoopback(host) {
		if sent.Host == "" {
			sent.Host = r.URL.Host
		}
		sent.URL.Scheme, sent.URL.Host = own.Scheme, own.Host
	}
	response, err := t.base.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	response.Request = r
	return response, nil
}

// CloseIdleConnections lets http.Client close what it keeps open.
func (t *transport) CloseIdleConnections() { t.base.CloseIdleConnections() }

// isReal reports whether the address is one of a real service: its host, at the usual port.
func isReal(u *url.URL) bool {
	usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	return slices.Contains(service.RealHosts(), strings.ToLower(u.Hostname())) && (u.Port() == "" || u.Port() == usual)
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
