// Package proxy is a forward proxy for clients with the real host names compiled in: calls to
// these hosts go to a handler, such as the fake, and no other call gets out unless its host is
// allowed by name.
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
	// Handler answers the calls to Hosts, at ports 80 and 443. Its requests look like those of a
	// client that found the host by itself: there is no sign of the proxy in them.
	Handler http.Handler
	// Hosts are the names whose calls go to Handler.
	Hosts []string
	// TLS answers for Hosts; see authority.Authority.TLSConfig.
	TLS *tls.Config
	// Allow are other hosts, to which calls are let through; see [ParseAllowed].
	Allow []Allowed
	// User is told the user name that the client gave to the proxy, if any; what it returns is the
	// context of the client's calls. An error rejects them, and its text says why. The password is
	// not looked at. Without User no name means anything.
	User func(ctx context.Context, name string) (context.Context, error)
	// Rejected is told of each call that was not let out: CONNECT or another method, "host:port",
	// and why. It may be nil.
	Rejected func(ctx context.Context, method, address string, why Rejection)
	// NewServer makes the servers for connections to the proxy, and for those inside it; nil is
	// for a plain http.Server. Handler, TLSConfig, ConnContext and ConnState are set afterwards.
	NewServer func() *http.Server
	// Dial reaches allowed hosts; nil for the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Error is why a call was not let out, and what to do about it.
type Rejection struct {
	Status        int
	Sentence, Fix string
}

// String is the error in one line.
func (r Rejection) String() string { return r.Sentence + "; " + r.Fix }

// Proxy is a forward proxy. Connections through it that end at the handler are served by an
// http.Server, so that the handler can hijack and reset them, and HTTP/2 works.
type Proxy struct {
	config    Config
	forward   *httputil.ReverseProxy
	transport *http.Transport    // of forward
	over      context.Context    // of what forward does; ends with the proxy
	end       context.CancelFunc // of over

	mu       sync.Mutex // guards everything below
	running  []*listening.Server
	closed   bool
	tunnels  map[net.Conn]struct{} // to allowed hosts, both ends
	encoded  *feed                 // connections that speak TLS inside
	readable *feed                 // connections that do not
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
	p.over, p.end = context.WithCancel(context.Background())
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
			p.answer(w, r, http.StatusBadGateway, "the allowed host cannot be reached: "+err.Error())
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
	p.encoded, p.readable = newFeed(l.Addr()), newFeed(l.Addr())
	outer, encoded, readable := p.config.NewServer(), p.config.NewServer(), p.config.NewServer()
	outer.Handler = http.HandlerFunc(p.serve)
	encoded.Handler, encoded.ConnContext, encoded.TLSConfig = p.config.Handler, tunnelContext, p.config.TLS.Clone()
	readable.Handler, readable.ConnContext = p.config.Handler, tunnelContext
	p.running = []*listening.Server{
		listening.Start(outer, l), listening.Start(encoded, p.encoded), listening.Start(readable, p.readable),
	}
	return nil
}

// Close stops the proxy; calls under way may finish for a second.
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
	p.end()
	p.transport.CloseIdleConnections()
}

// serve answers one request to the proxy itself.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect && !r.URL.IsAbs() {
		p.answer(w, r, http.StatusBadRequest, "this is a forward proxy, no server: give its address to your client as HTTPS_PROXY and HTTP_PROXY")
		return
	}
	ctx, err := p.user(r)
	if err != nil {
		w.Header().Set("Proxy-Authenticate", `Basic realm="fakecme: the user name is the id of a tenant"`)
		p.answer(w, r, http.StatusProxyAuthRequired, err.Error())
		return
	}
	r = r.WithContext(ctx)
	host, port := addressOf(r)
	played := slices.Contains(p.config.Hosts, host) && (port == "80" || port == "443")
	switch {
	case r.Method == http.MethodConnect && played:
		p.connect(w, r, port == "443")
	case played:
		p.config.Handler.ServeHTTP(w, plainRequest(r))
	case !p.allows(host, port):
		p.refuse(w, r, host, port)
	case r.Method == http.MethodConnect:
		p.tunnel(w, r, net.JoinHostPort(host, port))
	default:
		p.forwarded(w, r)
	}
}

// forwarded lets a call through to an allowed host. It ends with the proxy, also when it has become a
// connection with another protocol.
func (p *Proxy) forwarded(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(p.over, cancel)()
	r = r.WithContext(ctx)
	r.Header.Del("Proxy-Authorization")
	p.forward.ServeHTTP(w, r)
}

// user is the context of a call, by the user name that the client gives to the proxy.
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

// addressOf is where a call wants to go, with the usual port when it names none.
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

// plain is a host as it is compared: only ASCII has small letters here, because others, such as İ,
// become an i that name lookup would not make of them.
func plain(host string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSuffix(host, "."))
}

// plainRequest is the request as a client sends it that found the host by itself.
func plainRequest(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Del("Proxy-Authorization")
	r.Header.Del("Proxy-Connection")
	r.URL.Scheme, r.URL.Host = "", ""
	r.RequestURI = r.URL.RequestURI()
	return r
}
