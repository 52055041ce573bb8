package drift

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/lint"
)

// Side is one account of the services, made of calls: recordings, or calls of the fake.
type Side struct {
	// Name is how differences speak of it: "fake", "recordings/live".
	Name string
	// IsFake says that this is the fake. The advice depends on it.
	IsFake bool

	calls  []call
	groups map[group]*shape
}

// group names calls that can be compared: those of one operation with one outcome.
type group struct{ operation, outcome string }

// call is one call of a side.
type call struct {
	group
	where string // file and entry
	har.Call
}

// NewSide reads archives into a side. Calls for other servers, and calls without a response, are
// left out. The error names an entry that cannot be read, or says that no call is left.
func NewSide(name string, archives ...*har.Archive) (*Side, error) {
	s := &Side{Name: name, groups: map[group]*shape{}}
	for _, a := range archives {
		for i := range a.Log.Entries {
			c, err := a.Log.Entries[i].Call()
			if err != nil {
				return nil, fmt.Errorf("diff: %s, entry %d: %w", a.Name, i, err)
			}
			s.add(c, fmt.Sprintf("%s entry %d", a.Name, i))
		}
	}
	if len(s.calls) == 0 {
		return nil, fmt.Errorf("diff: %s has no call of the services with a response", name)
	}
	return s, nil
}

// Watch is an http.RoundTripper that passes calls on and keeps them in memory, with their secrets: it is for a fake. It is
// safe for concurrent use.
type Watch struct {
	Transport http.RoundTripper

	mu    sync.Mutex
	calls []har.Call // guarded by mu
}

// RoundTrip passes one call on, and keeps it with the whole response.
func (w *Watch) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	passed := r.Clone(r.Context())
	if r.Body != nil {
		var err error
		sent, err = io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
		passed.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := w.Transport.RoundTrip(passed)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	c := har.CallOf(r, sent)
	c.Status, c.ResponseHeader, c.ResponseBody = response.StatusCode, response.Header.Clone(), body
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, c)
	return response, nil
}

// Side returns the calls that were kept so far.
func (w *Watch) Side(name string) *Side {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &Side{Name: name, groups: map[group]*shape{}}
	for i, c := range w.calls {
		s.add(c, fmt.Sprintf("%s call %d", name, i+1))
	}
	return s
}

// Calls returns the number of calls of the side.
func (s *Side) Calls() int { return len(s.calls) }

func (s *Side) add(c har.Call, where string) {
	if _, ok := recordings.ServiceOf(c); !ok || !c.HasResponse() {
		return
	}
	operation, _ := lint.OperationOf(c)
	body, isJSON := contracts.DecodeJSON(c.ResponseBody)
	envelope := traffic.ReadEnvelope(c.ResponseBody)
	g := group{operation.ID, outcomeOf(envelope, body, c.Status)}
	s.calls = append(s.calls, call{g, where, c})
	if g.operation == "" {
		return // there is nothing to compare it with
	}
	shape := s.groups[g]
	if shape == nil {
		shape = newShape(where)
		s.groups[g] = shape
	}
	media, _, _ := mime.ParseMediaType(c.ResponseHeader.Get("Content-Type"))
	shape.calls++
	shape.statuses[strconv.Itoa(c.Status)]++
	shape.media[media]++
	if isJSON {
		shape.read(body, where)
		if text := messageOf(envelope); text != "" && !succeeded(g.outcome) {
			shape.messages[text]++
		}
	}
}

// outcomeOf is the code of a response. The newest shape of the ticket has none, and is a success.
func outcomeOf(envelope traffic.Envelope, body any, status int) string {
	if object, _ := body.(map[string]any); envelope.Code == "" && object["Response"] != nil {
		return "Success"
	}
	return cmp.Or(envelope.Code, fmt.Sprintf("status %d", status))
}

func succeeded(outcome string) bool { return outcome == "Success" || outcome == "0" }

// messageOf joins the texts of an error.
func messageOf(e traffic.Envelope) string {
	return strings.Trim(e.Message+" / "+e.EnglishMessage, " /")
}

// sorted returns the groups of the sides, each once, in a stable order.
func sorted(sides ...*Side) []group {
	seen := map[group]bool{}
	var all []group
	for _, s := range sides {
		for g := range s.groups {
			if !seen[g] {
				seen[g] = true
				all = append(all, g)
			}
		}
	}
	slices.SortFunc(all, func(a, b group) int {
		return strings.Compare(a.operation+"\x00"+a.outcome, b.operation+"\x00"+b.outcome)
	})
	return all
}
