package fake_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
)

// event is one server-sent event.
type event struct{ Name, ID, Data string }

// stream reads the events of a tenant.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
	body  interface{ Close() error }
}

func listen(t *testing.T, srv *fake.Server, query, lastID string) *stream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+"/_fakecme/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	response, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if got := response.Header.Get("Content-Type"); response.StatusCode != 200 || got != "text/event-stream" {
		t.Fatalf("events: %d %s", response.StatusCode, got)
	}
	return &stream{t, bufio.NewScanner(response.Body), response.Body}
}

// next waits for an event; comments are none. It is empty at the end of the stream.
func (s *stream) next() (e event) {
	s.t.Helper()
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "event":
			e.Name = value
		case "id":
			e.ID = value
		case "data":
			e.Data = value
		case "":
			if e.Name != "" {
				return e
			}
		}
	}
	return event{}
}

// call waits for the next call, and returns its number and operation.
func (s *stream) call() (n int, operation, id string) {
	s.t.Helper()
	e := s.next()
	for e.Name == "oldest" {
		e = s.next()
	}
	var c struct {
		Number    int
		Operation string
	}
	if err := json.Unmarshal([]byte(e.Data), &c); err != nil || e.Name != "call" {
		s.t.Fatalf("event %+v: %v", e, err)
	}
	return c.Number, c.Operation, e.ID
}

// Events show earlier calls and new ones, without bodies; a listener that comes back goes on where it was.
func TestEvents(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	exchange(t, srv, loginSignature(srv.Tenant, "user_01"))
	s := listen(t, srv, "", "")
	e := s.next()
	if !strings.HasPrefix(e.Data, `{"number":1,`) || strings.Contains(e.Data, "Body") || strings.Contains(e.Data, "Header") {
		t.Errorf("the first event: %+v", e)
	}
	if got := s.next(); got.Name != "oldest" || got.Data != `{"oldest":1}` {
		t.Errorf("the second event: %+v", got)
	}
	exchange(t, srv, loginSignature(srv.Tenant, "user_01"))
	exchange(t, srv, "nonsense")
	if n, operation, _ := s.call(); n != 2 || operation != "OpenCME.Login" {
		t.Errorf("then call %d of %s", n, operation)
	}
	if n, _, id := s.call(); n != 3 {
		t.Errorf("then call %d, %s", n, id)
	}
	for _, tt := range []struct {
		name, query, last string
		want              int
	}{
		{"back", "", e.ID, 2},
		{"the last one", "?last=1", "", 3},
		{"back after all", "?last=1", strings.Replace(e.ID, ".1", ".3", 1), 4},
		{"another server's id", "", "other.2", 1},
		{"an id that is to come", "", strings.Replace(e.ID, ".1", ".9", 1), 1},
		{"none", "?last=0", "", 4},
	} {
		s := listen(t, srv, tt.query, tt.last)
		if tt.want == 4 {
			exchange(t, srv, loginSignature(srv.Tenant, "user_01"))
		}
		if n, _, _ := s.call(); n < tt.want || n > tt.want && tt.want < 4 {
			t.Errorf("%s: call %d, want %d", tt.name, n, tt.want)
		}
	}
}

// The stream shows that the journal was emptied; Close ends the stream.
func TestEventsEnd(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	exchange(t, srv, loginSignature(other, "user_01"))
	s := listen(t, srv, "?tenant=other", "")
	n, _, id := s.call()
	if n != 1 || s.next().Data != `{"oldest":1}` {
		t.Error("the first events")
	}
	admin(t, srv, "DELETE", "journal?tenant=other", "", nil)
	if diff := cmp.Diff(event{Name: "oldest", ID: id, Data: `{"oldest":2}`}, s.next()); diff != "" {
		t.Errorf("emptied (-want +got):\n%s", diff)
	}
	exchange(t, srv, loginSignature(other, "user_01"))
	if n, _, _ := s.call(); n != 2 {
		t.Errorf("numbers begin anew: %d", n)
	}
	last := listen(t, srv, "?last=0", "")
	last.next()
	srv.Close()
	if e := last.next(); e != (event{}) {
		t.Errorf("after Close: %+v", e)
	}
	if e := s.next(); e != (event{}) {
		t.Errorf("after Close: %+v", e)
	}
}

// A tenant that is removed ends the streams of its calls.
func TestEventsOfARemovedTenant(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	s := listen(t, srv, "?tenant=other", "")
	s.next()
	srv.RemoveTenant(other)
	if diff := cmp.Diff(event{Name: "gone", Data: `{"tenant":"other"}`}, s.next()); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
	if e := s.next(); e != (event{}) {
		t.Errorf("after gone: %+v", e)
	}
}

// No more than 32 listen at once.
func TestEventsHaveALimit(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	for range 32 {
		listen(t, srv, "", "").next()
	}
	if response := do(t, srv.Client(), "GET", srv.URL+"/_fakecme/events", ""); response.Status != 503 {
		t.Errorf("the 33rd listener: %d %s", response.Status, response.Body)
	}
}

// A call of the journal is there whole, by its number.
func TestCallByNumber(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	exchange(t, srv, "nonsense")
	var c struct {
		Number       int
		ResponseBody string
		Diagnosis    struct{ Code string }
	}
	admin(t, srv, "GET", "journal/1", "", &c)
	if c.Number != 1 || !strings.Contains(c.ResponseBody, "SignatureVerifyFail") || c.Diagnosis.Code == "" {
		t.Errorf("call: %+v", c)
	}
}

// A listener that does not read is cut off after a while, and holds up nobody meanwhile.
func TestEventsOfASlowListener(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true})
		s := listen(t, srv, "", "")
		for range 50 {
			exchange(t, srv, loginSignature(srv.Tenant, "user_01"))
		}
		before := time.Now()
		time.Sleep(time.Minute) // of the bubble: no time at all
		read := 0
		for s.next() != (event{}) {
			read++
		}
		if read == 0 || read >= 50 || s.lines.Err() == nil {
			t.Errorf("%d events, then %v", read, s.lines.Err())
		}
		if time.Since(before) != time.Minute {
			t.Errorf("it was not cut off by itself, but after %s", time.Since(before))
		}
	})
}

// A listener that comes back after more than a thousand calls is told how many were left out.
func TestEventsSkip(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	call := func() {
		srv.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://open.cme.qcloud.com/?signature=x", nil))
	}
	call()
	_, _, id := listen(t, srv, "", "").call()
	for range 1003 {
		call()
	}
	s := listen(t, srv, "", id)
	if diff := cmp.Diff(event{Name: "skipped", Data: `{"skipped":3}`}, s.next()); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if n, _, _ := s.call(); n != 5 {
		t.Errorf("then call %d, want 5", n)
	}
}
