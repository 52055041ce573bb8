package contracts

import (
	"io"
	"net/http"
	"sync"
)

// RoundTripper returns a transport that judges the traffic of the three services, which next carries. It calls report for
// each fault in a request or a response, and for each call that no operation documents. It ignores calls to
// other servers. A nil next stands for [http.DefaultTransport].
//
// The traffic is never changed: bodies are streamed, and copied while they pass. A call is judged when the client has
// read the response to its end or closed it, in that goroutine, so report must be safe for concurrent use. A body is not
// judged, and reported as such, if it is larger than 1 MiB, did not pass to its end, or, in a response, has another
// encoding than gzip. A switched protocol is not judged. If the transport
// fails, only the request is judged, if it was sent.
func RoundTripper(next http.RoundTripper, report func(Finding)) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return &transport{next, report}
}

type transport struct {
	next   http.RoundTripper
	report func(Finding)
}

// CloseIdleConnections passes the call of http.Client.CloseIdleConnections on.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	j := newJudge(r, t.report)
	if j == nil {
		return t.next.RoundTrip(r)
	}
	sent := &sentBody{}
	response, err := t.next.RoundTrip(sent.watch(r))
	if err != nil || response.StatusCode == http.StatusSwitchingProtocols {
		if body := sent.copied(); body.complete() { // the error says enough of a body that was not sent
			j.judgeRequest(body)
		}
		return response, err
	}
	status, header := response.StatusCode, response.Header.Clone()
	response.Body = &watchedBody{ReadCloser: response.Body, copied: bodyCopy{length: response.ContentLength}, done: func(body bodyCopy) {
		j.judgeRequest(sent.copied())
		j.judgeResponse(status, header, body)
	}}
	return response, nil
}

// sentBody is the body of a request, as the last attempt sent it. The transport may still send it in
// another goroutine while the response is read.
type sentBody struct {
	mu   sync.Mutex
	none bool
	last *bodyCopy // guarded by mu
}

// watch returns a copy of the request whose body is copied while it is read.
func (s *sentBody) watch(r *http.Request) *http.Request {
	if r.Body == nil || r.Body == http.NoBody {
		s.none = true
		return r
	}
	watched := *r
	watched.Body = s.attempt(r.Body, r.ContentLength)
	if r.GetBody != nil {
		watched.GetBody = func() (io.ReadCloser, error) {
			again, err := r.GetBody()
			if err != nil {
				return nil, err
			}
			return s.attempt(again, r.ContentLength), nil
		}
	}
	return &watched
}

func (s *sentBody) attempt(body io.ReadCloser, length int64) io.ReadCloser {
	a := &attempt{ReadCloser: body, sent: s, copied: &bodyCopy{length: length}}
	s.mu.Lock()
	s.last = a.copied
	s.mu.Unlock()
	return a
}

// copied returns the part that was sent so far.
func (s *sentBody) copied() bodyCopy {
	if s.none {
		return bodyCopy{whole: true}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.last
}

type attempt struct {
	io.ReadCloser
	sent   *sentBody
	copied *bodyCopy // guarded by sent.mu
}

func (a *attempt) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	a.sent.mu.Lock()
	defer a.sent.mu.Unlock()
	a.copied.add(p[:n])
	a.copied.whole = a.copied.whole || err == io.EOF
	return n, err
}

// watchedBody is the body of a response. It is judged once, at its end or when it is closed.
type watchedBody struct {
	io.ReadCloser
	mu     sync.Mutex
	copied bodyCopy // guarded by mu
	once   sync.Once
	done   func(bodyCopy)
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	b.copied.add(p[:n])
	b.copied.whole = b.copied.whole || err == io.EOF
	b.mu.Unlock()
	if err != nil {
		b.judge()
	}
	return n, err
}

func (b *watchedBody) Close() error {
	err := b.ReadCloser.Close()
	b.judge()
	return err
}

func (b *watchedBody) judge() {
	b.once.Do(func() {
		b.mu.Lock()
		copied := b.copied
		b.mu.Unlock()
		b.done(copied)
	})
}
