// Package proxy is a forward proxy for clients that have the real host names compiled in. Calls to these hosts go to a
// handler, such as the fake. Calls to other hosts are rejected, unless the host is allowed by name.
package proxy

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakecme/fakecme/fake/internal/listening"
)

// Config says what a [Proxy] does.
type Config struct {
	// Handler serves the calls to Hosts, at ports 80 and 443. It cannot see the proxy: the requests look like those of a
	// client that has found the host by itself.
	Handler http.Handler
	// Hosts are the names that Handler serves.
	Hosts []string
	// TLS has the certificates for Hosts; see authority.Authority.TLSConfig.
	TLS *tls.Config
	// Allow lists other hosts that clients may call; see [ParseAllowed].
	Allow []Allowed
	// User gets the user name that the client gave to the proxy, if any, and returns the context of the client's calls. An
	// error rejects the calls, and its text says why. The password means nothing. Without User, user names mean nothing
	// either.
	User func(ctx context.Context, name string) (context.Context, error)
	// Rejected, if not nil, is called for each call to a host that is not allowed: with the method, which may be CONNECT,
	// "host:port" and the reason.
	Rejected func(ctx context.Context, method, address string, why Rejection)
	// NewServer makes the servers for connections to the proxy and for those inside it. The proxy sets their Handler,
	// TLSConfig, ConnContext and ConnState. A nil NewServer makes plain servers.
	NewServer func() *http.Server
	// Dial connects to allowed hosts. A nil Dial uses the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Rejection says why a call was rejected, and what to do about it.
type Rejection struct {
	Status        int
	Sentence, Fix string
}

// String is the rejection in one line.
func (r Rejection) String() string { return r.Sentence + "; " + r.Fix }

// Proxy is a forward proxy. An http.Server serves the connections that end at the handler, so that the handler can hijack
// and reset them, and so that HTTP/2 works.
type Proxy struct {
	config    Config
	forward   *httputil.ReverseProxy
	transport *http.Transport    // of forward
	ctx       context.Context    // of the forwarded calls; ends with the proxy
	cancel    context.CancelFunc // of ctx

	mu         sync.Mutex // guards everything below
	running    []*listening.Server
	closed     bool
	tunnels    map[net.Conn]struct{} // to allowed hosts, both ends
	tlsConns   *connListener         // connections that speak TLS inside
	plainConns *connListener         // connections that do not
}

// idleTimeout is how long a connection to an allowed host is kept for the next call.
const idleTimeout = 90 * time.Second

// New returns a proxy that does not listen yet.
func New(c Config) *Proxy {
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if c.NewServer == nil {
		c.NewServer = func() *http.Server { return &http.Server{ErrorLog: log.New(io.Discard, "", 0)} }
	}
	p := &Proxy{config: c, tunnels: map[net.Conn]struct{}{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.transport = &http.Transport{DialContext: c.Dial, DisableCompression: true, IdleConnTimeout: idleTimeout}
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.Host = r.In.Host
			r.Out.URL.RawQuery = r.In.URL.RawQuery // also what Go does not understand
		},
		Transport:     p.transport,
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			p.respond(w, r, http.StatusBadGateway, "the allowed host cannot be reached: "+err.Error())
		},
	}
	return p
}

// Start serves on the listener until Close. It may be called once.
func (p *Proxy) Start(l net.Listener) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.running != nil {
		return errors.New("proxy: it was started or closed already; make a new one")
	}
	p.tlsConns, p.plainConns = newConnListener(l.Addr()), newConnListener(l.Addr())
	outer, encoded, readable := p.config.NewServer(), p.config.NewServer(), p.config.NewServer()
	outer.Handler = http.HandlerFunc(p.serve)
	encoded.Handler, encoded.ConnContext, encoded.TLSConfig = p.config.Handler, tunnelContext, p.config.TLS.Clone()
	readable.Handler, readable.ConnContext = p.config.Handler, tunnelContext
	p.running = []*listening.Server{
		listening.Start(outer, l), listening.Start(encoded, p.tlsConns), listening.Start(readable, p.plainConns),
	}
	return nil
}

// Close stops the proxy. It gives the calls under way one second to finish.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	for c := range p.tunnels {
		_ = c.Close()
	}
	running := p.running
	p.mu.Unlock()
	var all sync.WaitGroup
	for _, s := range running {
		all.Go(s.Close)
	}
	all.Wait()
	p.cancel()
	p.transport.CloseIdleConnections()
}

// serve serves one request to the proxy.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect && !r.URL.IsAbs() {
		p.respond(w, r, http.StatusBadRequest, "this is a forward proxy, not a server: give its address to your client as HTTPS_PROXY and HTTP_PROXY")
		return
	}
	ctx, err := p.user(r)
	if err != nil {
		w.Header().Set("Proxy-Authenticate", `Basic realm="fakecme: the user name is the id of a tenant"`)
		p.respond(w, r, http.StatusProxyAuthRequired, err.Error())
		return
	}
	r = r.WithContext(ctx)
	host, port := addressOf(r)
	served := slices.Contains(p.config.Hosts, host) && (port == "80" || port == "443")
	switch {
	case r.Method == http.MethodConnect && served:
		p.connect(w, r, port == "443")
	case served:
		p.config.Handler.ServeHTTP(w, plainRequest(r))
	case !p.allows(host, port):
		p.reject(w, r, host, port)
	case r.Method == http.MethodConnect:
		p.tunnel(w, r, net.JoinHostPort(host, port))
	default:
		p.serveForward(w, r)
	}
}

// serveForward forwards a call to an allowed host. The call ends with the proxy, even if its connection has changed to
// another protocol.
func (p *Proxy) serveForward(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	r = r.WithContext(ctx)
	r.Header.Del("Proxy-Authorization")
	p.forward.ServeHTTP(w, r)
}

// user returns the context of a call, which depends on the user name that the client gives to the proxy.
func (p *Proxy) user(r *http.Request) (context.Context, error) {
	given := r.Header.Get("Proxy-Authorization")
	if given == "" || p.config.User == nil {
		return r.Context(), nil
	}
	scheme, encoded, _ := strings.Cut(given, " ")
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil || !strings.EqualFold(scheme, "Basic") {
		return nil, errors.New("the proxy understands Basic authorization only, in which the user name is the id of a tenant")
	}
	name, _, _ := strings.Cut(string(plain), ":")
	if name == "" {
		return r.Context(), nil
	}
	return p.config.User(r.Context(), name)
}

// addressOf returns the host and port that a call is for. Without a port it is the usual one of the scheme.
func addressOf(r *http.Request) (host, port string) {
	u := r.URL
	if r.Method == http.MethodConnect {
		u = &url.URL{Scheme: "https", Host: r.Host}
	}
	port = u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return plain(u.Hostname()), port
}

// plain returns a host in the form in which hosts are compared. It changes ASCII letters only: strings.ToLower makes an i of
// letters such as İ, which name lookup does not.
func plain(host string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSuffix(host, "."))
}

// plainRequest returns the request as a client sends it without a proxy.
func plainRequest(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Del("Proxy-Authorization")
	r.Header.Del("Proxy-Connection")
	r.URL.Scheme, r.URL.Host = "", ""
	r.RequestURI = r.URL.RequestURI()
	return r
}
