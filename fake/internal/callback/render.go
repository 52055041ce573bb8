package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/verdict"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Renders says to the user's own server that a render task has ended: each task once, those of a tenant one after the
// other, by the tenant's clock.
type Renders struct {
	hosts   Hosts
	verdict *verdict.Verdict
	closing <-chan struct{}
}

// NewRenders returns the caller of a server, which calls this machine and the hosts. It calls nobody any more once closing
// is closed.
func NewRenders(hosts Hosts, v *verdict.Verdict, closing <-chan struct{}) *Renders {
	return &Renders{hosts, v, closing}
}

// pending is what a tenant has to know of its callbacks. No lock is held while one is under way: the user's server may
// call the fake, or move its clock.
type pending struct {
	mu      sync.Mutex // guards everything below
	calling bool       // a goroutine makes callbacks, and looks for more afterwards
	timer   *time.Timer
}

var pendingRenders = tenant.NewSlot[pending](tenant.Removed)

// CallDue makes the callbacks that are due by the tenant's clock, and comes back by itself when the next one falls due.
// While another goroutine makes some it leaves them all to that one.
func (r *Renders) CallDue(t *tenant.Tenant) {
	p := pendingRenders.Of(t)
	for {
		p.mu.Lock()
		if p.calling {
			p.mu.Unlock()
			return
		}
		due := r.takeDue(t)
		if len(due) == 0 {
			r.wakeForNextLocked(t, p)
			p.mu.Unlock()
			return
		}
		p.calling = true
		p.mu.Unlock()
		for _, d := range due {
			r.call(t, d)
		}
		p.mu.Lock()
		p.calling = false
		p.mu.Unlock()
	}
}

// Stop ends the waiting for callbacks of a tenant.
func (r *Renders) Stop(t *tenant.Tenant) {
	p := pendingRenders.Of(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
}

func (r *Renders) isClosing() bool {
	select {
	case <-r.closing:
		return true
	default:
		return false
	}
}

// takeDue marks the due callbacks as made, before they are: each goes out once, whatever the response.
func (r *Renders) takeDue(t *tenant.Tenant) (due []h5ds.Callback) {
	now := t.Clock.Now()
	look := func(st *state.State) error {
		due = st.H5DS.Task.DueCallbacks(now)
		return nil
	}
	if r.isClosing() || t.View(look) != nil || len(due) == 0 { // the tenant was removed, or nothing is due
		return nil
	}
	_ = t.Update(func(st *state.State) error {
		due = st.H5DS.Task.DueCallbacks(now)
		for _, d := range due {
			st.H5DS.Task.MarkCalled(d.ID)
		}
		return nil
	})
	return due
}

// wakeForNextLocked sets the timer for the next callback, while the clock runs. The caller holds p.mu.
func (r *Renders) wakeForNextLocked(t *tenant.Tenant, p *pending) {
	var at time.Time
	var waits bool
	_ = t.View(func(st *state.State) error {
		at, waits = st.H5DS.Task.NextCallback()
		return nil
	})
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	if waits && !t.Clock.Frozen() && !r.isClosing() {
		p.timer = time.AfterFunc(max(at.Sub(t.Clock.Now()), time.Millisecond), func() { r.CallDue(t) })
	}
}

// renderTimeout is how long the user's own server may take.
const renderTimeout = 3 * time.Second

// call makes one callback.
func (r *Renders) call(t *tenant.Tenant, due h5ds.Callback) {
	begin := time.Now()
	c := traffic.Call{
		Time: t.Clock.Now(), Tenant: t.ID, Service: "callbacks", Operation: service.RenderDone, Kind: traffic.Callback, Method: http.MethodPost,
	}
	defer func() { t.Keep(c) }()
	body, err := traffic.Encode(due)
	if err != nil {
		r.verdict.AddBug(fmt.Sprintf("%s: %v", service.RenderDone, err))
		return
	}
	c.RequestBody = body
	if u, err := url.Parse(due.URL); err == nil {
		c.Host, c.URL = u.Host, redact.Address(u.RequestURI())
	}
	c.Diagnosis = r.post(due.URL, body, &c)
	c.Took = time.Since(begin)
	c.Findings = findingsOf(c)
}

// findingsOf makes a finding of a callback that was not made because its host is not allowed.
func findingsOf(c traffic.Call) []traffic.Finding {
	if c.Diagnosis == nil || c.Diagnosis.Code != notAllowedCode {
		return nil
	}
	return []traffic.Finding{{Operation: c.Operation, Call: c.Method + " " + traffic.Shorten(c.Host), Diagnosis: *c.Diagnosis}}
}

func (r *Renders) post(address string, body []byte, c *traffic.Call) *diagnosis.Diagnosis {
	ctx, cancel := context.WithTimeout(context.Background(), renderTimeout)
	defer cancel()
	go func() {
		select {
		case <-r.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return &diagnosis.Diagnosis{
			Code: "callback.address", Sentence: "the callback of the render task is no address that can be called",
			Fix: "send params.callback as a whole address such as http://127.0.0.1:8000/api/callback",
		}
	}
	if fault := r.hosts.notAllowed(request.URL); fault != nil {
		return fault
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "fakecme")
	c.RequestHeader = request.Header
	response, err := r.hosts.client(request.URL).Do(request)
	if err != nil {
		fault := userStatus{host: c.Host, path: request.URL.EscapedPath()}.failed(ctx, err).fault
		switch {
		case errors.Is(err, errNotThisMachine):
			return rejectedHost(request.URL)
		case r.isClosing():
			fault.Code, fault.Sentence = "callback.closed", "the fake was closed before your server had answered"
			fault.Fix = "nothing is wrong with your server"
		case fault.Code == "callback.timeout":
			fault.Fix = fmt.Sprintf("answer within %s; the callback is not sent again", renderTimeout)
		}
		return fault
	}
	defer response.Body.Close()
	c.Status, c.ResponseHeader = response.StatusCode, redact.Header(response.Header)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return &diagnosis.Diagnosis{
			Code:     "callback.status-code",
			Sentence: fmt.Sprintf("your server at %s%s answered the callback with status %d", c.Host, request.URL.EscapedPath(), response.StatusCode),
			Fix:      "answer 200; the callback is not sent again",
		}
	}
	return nil
}
