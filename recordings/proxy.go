package recordings

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
)

// Proxy is an http.Handler that passes the calls of the three services on and records them, under the real
// hosts whatever the address they were made to. It is a reverse proxy, and can stand behind a forward
// proxy. It calls nobody but the upstreams it was given; a call of a service without one, and a request
// that is no call of a service, are answered with an error and go nowhere.
type Proxy struct {
	// Upstreams are the base addresses to pass calls on to, by service: opencme, webpaas, h5ds. A path in
	// one goes before that of the call.
	Upstreams map[string]*url.URL
	// Recorder keeps the calls. The proxy sets its Transport; its Skip is told of calls without a response,
	// which the client gets as 502.
	Recorder *Recorder
	// Transport does the calls; it must be set.
	Transport http.RoundTripper
	// MaxBody is the largest body of a request, in bytes; a larger one is rejected. 0 is no limit.
	MaxBody int64
	// Kept is called when a call has been kept, before its response goes out: a client that has its response
	// can find it written. It may be called concurrently.
	Kept func()

	once    sync.Once
	reverse *httputil.ReverseProxy
}

func (p *Proxy) start() {
	p.Recorder.Transport = toUpstream{p}
	p.reverse = &httputil.ReverseProxy{
		// ServeHTTP has set the address. The query stays byte for byte: signatures stand in it.
		Rewrite:      func(r *httputil.ProxyRequest) { r.Out.URL.RawQuery = r.In.URL.RawQuery },
		Transport:    keeping{p},
		ErrorHandler: refuseProxied,
		ErrorLog:     log.New(io.Discard, "", 0), // Skip is told
	}
}

// ServeHTTP passes one call on.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.once.Do(p.start)
	c := CallOf(r, nil)
	service, ok := c.Service()
	switch {
	case !ok:
		answerProxyError(w, http.StatusNotFound, fmt.Sprintf("%s %s is no call of opencme, webpaas or h5ds, so it was not passed on; "+
			"use GET /?signature=… for opencme, POST /PaaS/<Class>/<Action> for webpaas, /api/v1/… for h5ds", r.Method, c.URL.Path))
		return
	case p.Upstreams[service] == nil || p.Transport == nil:
		answerProxyError(w, http.StatusBadGateway, fmt.Sprintf("there is no upstream for %s, so the call was not passed on; name one", service))
		return
	}
	if p.MaxBody > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, p.MaxBody)
	}
	out := r.Clone(r.Context())
	out.URL, out.Host = realURL(c, service), ""
	if out.Header.Get("Accept-Encoding") != "" {
		out.Header.Set("Accept-Encoding", "gzip, identity") // what can be made safe; see Recorder
	}
	p.reverse.ServeHTTP(w, out)
}

// keeping records a call, except for a browser's question before it.
type keeping struct{ p *Proxy }

func (k keeping) RoundTrip(r *http.Request) (*http.Response, error) {
	if isPreflight(r.Method, r.Header) {
		return toUpstream(k).RoundTrip(r)
	}
	answer, err := k.p.Recorder.RoundTrip(r)
	if err == nil && k.p.Kept != nil {
		k.p.Kept()
	}
	return answer, err
}

// toUpstream sends a call for a real host to the upstream of its service.
type toUpstream struct{ p *Proxy }

func (t toUpstream) RoundTrip(r *http.Request) (*http.Response, error) {
	service, _ := CallOf(r, nil).Service()
	base := t.p.Upstreams[service]
	if base == nil || t.p.Transport == nil {
		closeBody(r)
		return nil, errors.New("there is no upstream for " + service)
	}
	out := r.Clone(r.Context())
	if base.Host != RealHost(service) { // a real service has two names, and the client chose one
		out.URL.Scheme, out.URL.Host, out.Host = base.Scheme, base.Host, ""
	}
	if prefix := strings.Trim(base.Path, "/"); prefix != "" {
		out.URL.RawPath = "/" + strings.Trim(base.EscapedPath(), "/") + out.URL.EscapedPath()
		out.URL.Path = "/" + prefix + out.URL.Path
	}
	return t.p.Transport.RoundTrip(out)
}

func refuseProxied(w http.ResponseWriter, _ *http.Request, err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		answerProxyError(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the request body is larger than %d bytes, so the call was not passed on", large.Limit))
		return
	}
	answerProxyError(w, http.StatusBadGateway, "the upstream gave no response, so nothing was recorded: "+withoutAddress(err))
}

// withoutAddress is an error without the address of the call, which holds a signature or a ticket.
func withoutAddress(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

func answerProxyError(w http.ResponseWriter, status int, text string) {
	body, err := marshal(map[string]string{"error": "fakecme record: " + text})
	if err != nil {
		body = []byte(`{"error":"fakecme record"}`) // texts have no way to fail
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a client that left is nobody's business
}

// Live are the upstreams that are the real services, over https. It is a function and no default: whoever
// wants them has to say so.
func Live() map[string]*url.URL {
	live := map[string]*url.URL{}
	for _, service := range []string{"opencme", "webpaas", "h5ds"} {
		live[service] = &url.URL{Scheme: "https", Host: RealHost(service)}
	}
	return live
}
