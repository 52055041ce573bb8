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

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// Proxy is an http.Handler that forwards the calls of the three services and records them, with the real host names whatever
// the address of the request. It is a reverse proxy, and can stand behind a forward proxy. It calls its upstreams only. A
// call of a service without an upstream, and a request that is no call of a service, get an error.
type Proxy struct {
	// Upstreams are the base addresses of the services: opencme, webpaas, h5ds. The path of an upstream is put before the
	// path of the call.
	Upstreams map[string]*url.URL
	// Recorder records the calls. The proxy sets its Transport. If no response comes, the client gets a 502, and the call is
	// skipped.
	Recorder *Recorder
	// Transport makes the calls; it must be set.
	Transport http.RoundTripper
	// MaxBody is the size of the largest body of a request, in bytes. A larger body is rejected. 0 is no limit.
	MaxBody int64
	// OnRecord is called when a call is recorded, before the client gets its response. It may be called concurrently.
	OnRecord func()

	once    sync.Once
	reverse *httputil.ReverseProxy
}

func (p *Proxy) start() {
	p.Recorder.Transport = upstreamTransport{p}
	p.reverse = &httputil.ReverseProxy{
		// ServeHTTP has set the address. The query must keep its bytes, because of the signature in it.
		Rewrite:      func(r *httputil.ProxyRequest) { r.Out.URL.RawQuery = r.In.URL.RawQuery },
		Transport:    recordingTransport{p},
		ErrorHandler: writeForwardError,
		ErrorLog:     log.New(io.Discard, "", 0), // Recorder.Skip gets the errors
	}
}

// ServeHTTP forwards one call.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.once.Do(p.start)
	c := har.CallOf(r, nil)
	service, ok := ServiceOf(c)
	switch {
	case !ok:
		writeProxyError(w, http.StatusNotFound, fmt.Sprintf("%s %s is no call of opencme, webpaas or h5ds, so it was not forwarded; "+
			"use GET /?signature=… for opencme, POST /PaaS/<Class>/<Action> for webpaas, /api/v1/… for h5ds", r.Method, c.URL.Path))
		return
	case p.Upstreams[service] == nil || p.Transport == nil:
		writeProxyError(w, http.StatusBadGateway, fmt.Sprintf("there is no upstream for %s, so the call was not forwarded; name one", service))
		return
	}
	if p.MaxBody > 0 {
		r.Body = http.MaxBytesReader(w, r.Body, p.MaxBody)
	}
	out := r.Clone(r.Context())
	out.URL, out.Host = realURL(c, service), ""
	p.reverse.ServeHTTP(w, out)
}

// recordingTransport records a call, except for a browser's preflight request.
type recordingTransport struct{ p *Proxy }

func (t recordingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if isPreflight(r.Method, r.Header) {
		return upstreamTransport(t).RoundTrip(r)
	}
	response, err := t.p.Recorder.RoundTrip(r)
	if err == nil && t.p.OnRecord != nil {
		t.p.OnRecord()
	}
	return response, err
}

// upstreamTransport sends a call with a real host name to the upstream of its service.
type upstreamTransport struct{ p *Proxy }

func (t upstreamTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	service, _ := ServiceOf(har.CallOf(r, nil))
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

func writeForwardError(w http.ResponseWriter, _ *http.Request, err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		writeProxyError(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the request body is larger than %d bytes, so the call was not forwarded", large.Limit))
		return
	}
	writeProxyError(w, http.StatusBadGateway, "the upstream gave no response, so nothing was recorded: "+withoutAddress(err))
}

// withoutAddress returns the text of an error without the address of the call, which may hold a signature or a ticket.
func withoutAddress(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

func writeProxyError(w http.ResponseWriter, status int, text string) {
	body, err := jsontext.Marshal(map[string]string{"error": "fakecme record: " + text})
	if err != nil {
		body = []byte(`{"error":"fakecme record"}`) // encoding strings cannot fail
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may have gone
}

// Live returns the real services as upstreams, over https. They are not the default, so that nobody calls them by accident.
func Live() map[string]*url.URL {
	live := map[string]*url.URL{}
	for _, service := range []string{"opencme", "webpaas", "h5ds"} {
		live[service] = &url.URL{Scheme: "https", Host: RealHost(service)}
	}
	return live
}
