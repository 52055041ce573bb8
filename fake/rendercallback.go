package fake

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/mask"
)

// renderCallback is what contracts/callbacks.yaml calls the word that a render task is over.
const renderCallback = "Callback.RenderDone"

// callbacks go out for one tenant, one after the other, each once. No lock is held while one
// is under way: whoever is called may call the fake, or move its clock.
type callbacks struct {
	mu      sync.Mutex // guards everything below
	posting bool       // somebody is making callbacks, and looks for more when they are made
	timer   *time.Timer
}

// callBack makes the callbacks that are due by the tenant's clock, and comes back by itself when
// the next one falls due. While others are under way it leaves them all to whoever makes those.
func (t *Tenant) callBack() {
	c := &t.callbacks
	for {
		c.mu.Lock()
		if c.posting {
			c.mu.Unlock()
			return
		}
		due := t.takeDue()
		if len(due) == 0 {
			t.wakeForNextLocked()
			c.mu.Unlock()
			return
		}
		c.posting = true
		c.mu.Unlock()
		for _, d := range due {
			t.server.keep(t, t.tell(d))
		}
		c.mu.Lock()
		c.posting = false
		c.mu.Unlock()
	}
}

// takeDue marks the due callbacks as made, before they are: each goes out once, whatever comes of it.
func (t *Tenant) takeDue() (due []h5ds.Callback) {
	now := t.Clock.Now()
	look := func(st *state) error {
		due = st.H5DS.DueCallbacks(now)
		return nil
	}
	if t.server.isClosing() || t.server.store.View(t.key(), look) != nil || len(due) == 0 { // the tenant is gone, or nothing is due
		return nil
	}
	_ = t.server.store.Update(t.key(), func(st *state) error {
		due = st.H5DS.DueCallbacks(now)
		for _, d := range due {
			st.H5DS.MarkCalled(d.ID)
		}
		return nil
	})
	return due
}

// wakeForNextLocked sets the timer for the next callback, while the clock runs.
func (t *Tenant) wakeForNextLocked() {
	var at time.Time
	var pending bool
	_ = t.server.store.View(t.key(), func(st *state) error {
		at, pending = st.H5DS.NextCallback()
		return nil
	})
	c := &t.callbacks
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	if pending && !t.Clock.Frozen() && !t.server.isClosing() {
		c.timer = time.AfterFunc(max(at.Sub(t.Clock.Now()), time.Millisecond), t.callBack)
	}
}

// stop ends the waiting for callbacks.
func (c *callbacks) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
	}
}

// callbackTimeout is how long the user's own server may take.
const callbackTimeout = 3 * time.Second

// tell makes one callback. No redirect is followed, and no proxy asked.
func (t *Tenant) tell(due h5ds.Callback) Call {
	begin := time.Now()
	c := Call{
		Time: t.Clock.Now(), Tenant: t.ID, Service: "callbacks", Operation: renderCallback, Callback: true, Method: http.MethodPost,
	}
	body, err := encode(due)
	if err != nil {
		t.server.addBug(fmt.Sprintf("%s: %v", renderCallback, err))
		return c
	}
	c.RequestBody = body
	if u, err := url.Parse(due.URL); err == nil {
		c.Host, c.URL = u.Host, mask.Address(u.RequestURI())
	}
	fault := t.post(due.URL, body, &c)
	if fault != nil {
		c.Diagnosis = fault
	}
	c.Took = time.Since(begin)
	return c
}

func (t *Tenant) post(address string, body []byte, c *Call) *diagnosis.Diagnosis {
	ctx, cancel := context.WithTimeout(context.Background(), callbackTimeout)
	defer cancel()
	go func() {
		select {
		case <-t.server.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return &diagnosis.Diagnosis{
			Code: "callback.address", Sentence: "the callback of the render task is no address that can be called",
			Fix: "send params.callback as a whole address such as http://127.0.0.1:8000/api/callback",
		}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "fakecme")
	c.RequestHeader = r.Header
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(r)
	if err != nil {
		fault := statusResponse{host: c.Host, path: r.URL.EscapedPath()}.failed(ctx, err).fault
		switch {
		case t.server.isClosing():
			fault.Code, fault.Sentence = "callback.closed", "the fake was closed before your server had answered"
			fault.Fix = "nothing is wrong with your server"
		case fault.Code == "callback.timeout":
			fault.Fix = fmt.Sprintf("answer within %s; the callback is not sent again", callbackTimeout)
		}
		return fault
	}
	defer answer.Body.Close()
	c.Status, c.ResponseHeader = answer.StatusCode, mask.Header(answer.Header)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return &diagnosis.Diagnosis{
			Code:     "callback.status-code",
			Sentence: fmt.Sprintf("your server at %s%s answered the callback with status %d", c.Host, r.URL.EscapedPath(), answer.StatusCode),
			Fix:      "answer 200; the callback is not sent again",
		}
	}
	return nil
}
