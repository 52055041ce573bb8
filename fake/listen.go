package fake

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/listening"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/proxy"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Limits of the listener. A signature of 1 MiB must still reach the fake, so that it can be
// explained; net/http would reject it unseen.
const (
	maxHeaderBytes    = 4 << 20
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	idleTimeout       = 120 * time.Second
)

// HTTPServer returns an http.Server with the fake's limits and time-outs, for a listener of
// your own.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:           s,
		MaxHeaderBytes:    maxHeaderBytes,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          log.New(io.Discard, "", 0), // the journal tells more
	}
}

// Listen serves on a TCP address such as "127.0.0.1:0" until Close, and sets URL.
func (s *Server) Listen(addr string) error {
	return s.serve(func() (net.Listener, string, error) {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, "", err
		}
		return l, "http://" + l.Addr().String(), nil
	})
}

// ListenAdmin serves the admin API and the dashboard on a TCP address of their own until Close, and returns the address it
// listens on. From then on no other listener answers them, nor does ServeHTTP, so that a port that others can reach need
// not carry them. Only the calls health and ca.pem, which hold no secret, are answered there too.
func (s *Server) ListenAdmin(addr string) (string, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.isClosing() {
		return "", errors.New("fake: listen: the server was closed; make a new one")
	}
	if s.adminOnly != nil {
		return "", errors.New("fake: listen: the server listens for the admin API already")
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("fake: %w", err)
	}
	s.admin.Separate()
	server := s.HTTPServer()
	server.Handler = s.admin
	s.adminOnly = listening.Start(server, l)
	return l.Addr().String(), nil
}

// ListenInMemory serves without a network until Close: only Client and Transport reach it.
func (s *Server) ListenInMemory() error {
	return s.serve(func() (net.Listener, string, error) {
		s.memory = listening.NewMemory()
		return s.memory, listening.MemoryURL, nil
	})
}

func (s *Server) serve(open func() (l net.Listener, address string, err error)) error {
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.isClosing() {
		return errors.New("fake: listen: the server was closed; make a new one")
	}
	if s.listener != nil {
		return errors.New("fake: listen: the server listens already")
	}
	l, address, err := open()
	if err != nil {
		return fmt.Errorf("fake: %w", err)
	}
	s.URL, s.listener = address, listening.Start(s.HTTPServer(), l)
	return nil
}

func (s *Server) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// Close ends what the fake does by itself: it stops listening, if it does, ends calls that hang
// on purpose, and makes no more callbacks. Other calls under way may finish for a second. Then it
// writes the coverage, if Config.CoverageDir says where to; see [Server.CoverageError].
// Closing twice does nothing.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closing)
		for t := range s.pipeline.Registry.All() {
			s.pipeline.Renders.Stop(t)
		}
	})
	s.closeRealNames()
	s.opening.Lock()
	defer s.opening.Unlock()
	if s.listener != nil {
		s.listener.Close()
		s.listener = nil
	}
	if s.adminOnly != nil {
		s.adminOnly.Close()
		s.adminOnly = nil
	}
	s.writeCoverageLocked()
}

// Hosts returns the real host names that the fake answers for over HTTPS and as a proxy.
func Hosts() []string {
	return service.RealHosts()
}

// realNames is how clients reach the server that have the real host names compiled in.
type realNames struct {
	starting sync.Mutex // held while a listener is opened that was asked for

	mu        sync.Mutex // guards everything below
	authority *authority.Authority
	secure    *listening.Server
	proxy     *proxy.Proxy
	secureURL string
	proxyURL  string
	closed    bool
}

// ListenTLS serves the real host names, and localhost, over HTTPS until Close, and returns the address it listens on. A
// client that trusts the authority and resolves the names to that address needs no change. Nil stands for an authority
// that lives in memory; a server has one authority.
func (s *Server) ListenTLS(addr string, a *authority.Authority) (string, error) {
	s.real.mu.Lock()
	defer s.real.mu.Unlock()
	if s.real.secure != nil {
		return "", errors.New("fake: listen: the server listens for HTTPS already")
	}
	l, err := s.openRealLocked(addr, a)
	if err != nil {
		return "", err
	}
	server := s.HTTPServer()
	server.TLSConfig = s.real.authority.TLSConfig(s.otherName)
	s.real.secure, s.real.secureURL = listening.Start(server, l), "https://"+l.Addr().String()
	return l.Addr().String(), nil
}

// ListenProxy runs a forward proxy until Close, and returns the address it listens on. Calls to [Hosts] reach the server,
// over HTTPS with the authority's certificates. Other calls are let through to allowed hosts only. A client can give the
// id of a tenant as its user name at the proxy: calls that name no tenant then belong to that one, not to the default
// tenant.
func (s *Server) ListenProxy(addr string, a *authority.Authority, allow ...proxy.Allowed) (string, error) {
	s.real.mu.Lock()
	defer s.real.mu.Unlock()
	if s.real.proxy != nil {
		return "", errors.New("fake: listen: the server listens as a proxy already")
	}
	l, err := s.openRealLocked(addr, a)
	if err != nil {
		return "", err
	}
	p := proxy.New(proxy.Config{
		Handler: s, Hosts: Hosts(), TLS: s.real.authority.TLSConfig(s.otherName), Allow: allow,
		User: s.proxyUser, Rejected: s.keepRejected, NewServer: s.HTTPServer,
	})
	if err := p.Start(l); err != nil {
		_ = l.Close()
		return "", fmt.Errorf("fake: %w", err)
	}
	s.real.proxy, s.real.proxyURL = p, "http://"+l.Addr().String()
	return l.Addr().String(), nil
}

// openRealLocked makes certain that there is an authority, and listens.
func (s *Server) openRealLocked(addr string, a *authority.Authority) (net.Listener, error) {
	if s.real.closed {
		return nil, errors.New("fake: listen: the server was closed; make a new one")
	}
	if err := s.useLocked(a); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	return l, nil
}

func (s *Server) useLocked(a *authority.Authority) (err error) {
	switch {
	case a != nil && s.real.authority != nil && a != s.real.authority:
		return errors.New("fake: listen: the server has another certificate authority already; give the same one")
	case a != nil:
		s.real.authority = a
	case s.real.authority == nil:
		if s.real.authority, err = authority.New(Hosts(), time.Now); err != nil {
			return fmt.Errorf("fake: %w", err)
		}
	}
	return nil
}

// ProxyURL is a forward proxy that leads the real host names to the server, for a client that
// makes its own http.Transport: give it http.ProxyURL(srv.ProxyURL()) as Proxy and
// [Server.CertPool] as RootCAs. Unless ListenProxy was called it listens on a free port of
// 127.0.0.1 when it is first asked for, until Close.
func (s *Server) ProxyURL() *url.URL {
	s.tb.Helper()
	return s.lazily(&s.real.proxyURL, func() (string, error) { return s.ListenProxy("127.0.0.1:0", nil) })
}

// TLSURL is where the server listens for HTTPS, such as "https://127.0.0.1:41235": its certificate
// is one for this machine and the real host names. Unless ListenTLS was called it listens on a free
// port of 127.0.0.1 when it is first asked for, until Close.
func (s *Server) TLSURL() string {
	s.tb.Helper()
	return s.lazily(&s.real.secureURL, func() (string, error) { return s.ListenTLS("127.0.0.1:0", nil) }).String()
}

// lazily returns an address, and listens before that when there is none yet.
func (s *Server) lazily(place *string, listen func() (string, error)) *url.URL {
	s.tb.Helper()
	if s.memory != nil {
		s.fail("the server listens in memory only: use srv.Client()")
		return &url.URL{}
	}
	address := func() string {
		s.real.mu.Lock()
		defer s.real.mu.Unlock()
		return *place
	}
	s.real.starting.Lock()
	defer s.real.starting.Unlock()
	if address() == "" {
		if _, err := listen(); err != nil && address() == "" { // there is one when another was faster
			s.fail("%s", strings.TrimPrefix(err.Error(), "fake: "))
			return &url.URL{}
		}
	}
	u, err := url.Parse(address())
	if err != nil {
		panic(err) // it is our own
	}
	return u
}

// CertPool holds the certificate that clients of [Server.ProxyURL] and [Server.TLSURL] are to
// trust, and no other.
func (s *Server) CertPool() *x509.CertPool {
	s.tb.Helper()
	if a := s.ownAuthority(); a != nil {
		return a.Pool()
	}
	return nil
}

// CertificatePEM is the certificate of [Server.CertPool] in PEM form, for clients in other languages.
func (s *Server) CertificatePEM() []byte {
	s.tb.Helper()
	if a := s.ownAuthority(); a != nil {
		return a.PEM()
	}
	return nil
}

// ownAuthority is the server's authority, which it makes when there is none yet.
func (s *Server) ownAuthority() *authority.Authority {
	s.tb.Helper()
	s.real.mu.Lock()
	err := s.useLocked(nil)
	a := s.real.authority
	s.real.mu.Unlock()
	if err != nil {
		s.fail("%v", err)
	}
	return a
}

// closeRealNames ends both listeners at once.
func (s *Server) closeRealNames() {
	s.real.mu.Lock()
	s.real.closed = true
	secure, p := s.real.secure, s.real.proxy
	s.real.secure, s.real.proxy = nil, nil
	s.real.mu.Unlock()
	var both sync.WaitGroup
	if secure != nil {
		both.Go(secure.Close)
	}
	if p != nil {
		both.Go(p.Close)
	}
	both.Wait()
}

// authorityPEM is the certificate that clients are to trust; false when there is no authority.
func (s *Server) authorityPEM() ([]byte, bool) {
	s.real.mu.Lock()
	defer s.real.mu.Unlock()
	if s.real.authority == nil {
		return nil, false
	}
	return s.real.authority.PEM(), true
}

// proxyUser finds the tenant that a client chose by its user name at the proxy.
func (s *Server) proxyUser(ctx context.Context, name string) (context.Context, error) {
	t, ok := s.pipeline.Registry.ByID(name)
	if !ok {
		return nil, fmt.Errorf("there is no tenant %q: the user name for the proxy is the id of a tenant; GET %stenants lists them", traffic.Shorten(name), site.Prefix)
	}
	return tenant.WithChosen(ctx, t), nil
}

// keepRejected puts a call that the proxy rejected into the journal. A host of the vendors' that the fake does not play
// is a finding too, as it is for any other call.
func (s *Server) keepRejected(ctx context.Context, method, address string, why proxy.Rejection) {
	d := diagnosis.Diagnosis{Code: "proxy.rejected", Sentence: why.Sentence, Fix: why.Fix}
	host, _, _ := net.SplitHostPort(address)
	s.keep(s.pipeline.TenantOf(ctx), Call{Method: method, Host: address, Status: why.Status, Diagnosis: &d}, service.VendorHost(host))
}

// otherName puts into the journal that a client asked for a name the fake has no certificate for.
func (s *Server) otherName(name string) {
	d := diagnosis.Diagnosis{
		Code:     "tls.other-name",
		Sentence: fmt.Sprintf("a client asked over TLS for %q, which the fake does not play", traffic.Shorten(name)),
		Fix:      "the fake has certificates for " + strings.Join(Hosts(), ", ") + ", localhost and loopback addresses; for another name use plain HTTP",
	}
	if _, err := url.Parse("https://" + name); err != nil {
		name = "" // a client may send anything
	}
	s.keep(s.pipeline.Default, Call{Method: "TLS", Host: name, Diagnosis: &d}, service.VendorHost(name))
}

// keep puts a call into the journal that has not come as far as the services.
func (s *Server) keep(t *tenant.Tenant, c Call, finding bool) {
	c.Time, c.Tenant = t.Clock.Now(), t.ID
	if finding {
		c.Findings = []Finding{{Call: c.Method + " " + traffic.Shorten(c.Host), Diagnosis: *c.Diagnosis}}
	}
	t.Keep(c)
}

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
