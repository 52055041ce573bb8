package check

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// Limits of a response.
const (
	defaultTimeout = 3 * time.Second // the same as the fake's own default for the callback; assumed
	maxBody        = 64 << 10        // bytes that are read of a response
)

// response is the response to one request. If there is none, err says why, without the address, which may
// hold a secret.
type response struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
	err    error
	late   bool // the server was connected and did not respond in time
}

// caller sends requests to one server. It follows no redirect, uses a proxy only as the environment says, and
// repeats nothing.
type caller struct {
	client  *http.Client
	timeout time.Duration
}

// newCaller returns a caller. Nil roots stand for those of the system.
func newCaller(timeout time.Duration, roots *x509.CertPool) *caller {
	if timeout == 0 {
		timeout = defaultTimeout
	}
	return &caller{timeout: timeout, client: &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, DisableCompression: true,
			TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *caller) ask(ctx context.Context, r *http.Request) response {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	start := time.Now()
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	late := func() bool { return connected.Load() && errors.Is(ctx.Err(), context.DeadlineExceeded) }
	received, err := c.client.Do(r.WithContext(httptrace.WithClientTrace(ctx, trace)))
	if err != nil {
		return response{err: c.because(ctx, err), took: time.Since(start), late: late()}
	}
	defer received.Body.Close()
	got := response{status: received.StatusCode, header: received.Header}
	got.body, err = io.ReadAll(io.LimitReader(received.Body, maxBody+1))
	got.took = time.Since(start)
	switch {
	case err != nil:
		got.err, got.late = c.because(ctx, err), late()
	case len(got.body) > maxBody:
		got.err = fmt.Errorf("the response is larger than %d bytes", maxBody)
	}
	return got
}

// because says in a few words why no complete response came.
func (c *caller) because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("no response within %s", c.timeout)
	}
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the connection was closed before the response was complete")
	}
	return err
}

// parseTarget parses the address of a server.
func parseTarget(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("this is not an address such as http://127.0.0.1:8080/path")
	}
	if u.Fragment != "" {
		return nil, errors.New("the address has a fragment (#…), which is never sent; leave it out")
	}
	return u, nil
}

// shown returns an address without its user and its query, which may be secret.
func shown(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// shorten cuts a text for one line.
func shorten(text string) string {
	const limit = 80
	if r := []rune(text); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return text
}
