package drift

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/lint"
)

// Side is one account of the services that is made of calls: recordings, or what the fake answered.
type Side struct {
	// Name is how differences speak of it: "fake", "recordings/live".
	Name string
	// IsFake says that this is the fake; advice depends on it.
	IsFake bool

	calls  []call
	groups map[group]*shape
}

// group is what can be compared: the calls of one operation with one outcome.
type group struct{ operation, outcome string }

// call is one call of a side.
type call struct {
	group
	where string // file and entry
	recordings.Call
}

// NewSide reads archives into a side. Calls that are for none of the services, or have no response, are
// left out. The error names an entry that cannot be read, or says that nothing is left.
func NewSide(name string, archives ...*recordings.Archive) (*Side, error) {
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
		return nil, fmt.Errorf("diff: %s has no answered call of the services", name)
	}
	return s, nil
}

// Watch is an http.RoundTripper that passes calls on and keeps them in memory, as they are: for a fake,
// which has no secrets. It is safe for concurrent use.
type Watch struct {
	Transport http.RoundTripper

	mu    sync.Mutex
	calls []recordings.Call // guarded by mu
}

// RoundTrip passes one call on, and keeps it once its response is read.
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
	answer, err := w.Transport.RoundTrip(passed)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	c := recordings.CallOf(r, sent)
	c.Status, c.ResponseHeader, c.ResponseBody = answer.StatusCode, answer.Header.Clone(), body
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, c)
	return answer, nil
}

// Side is what was kept so far.
func (w *Watch) Side(name string) *Side {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &Side{Name: name, groups: map[group]*shape{}}
	for i, c := range w.calls {
		s.add(c, fmt.Sprintf("%s call %d", name, i+1))
	}
	return s
}

// Calls is the number of calls of the side.
func (s *Side) Calls() int { return len(s.calls) }

func (s *Side) add(c recordings.Call, where string) {
	if _, ok := c.Service(); !ok || !c.HasResponse() {
		return
	}
	operation, _ := lint.OperationOf(c)
	body, isJSON := decode(c.ResponseBody)
	g := group{operation.ID, outcomeOf(body, c.Status)}
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
		if text := messageOf(body); text != "" && !succeeded(g.outcome) {
			shape.messages[text]++
		}
	}
}

// decode reads JSON with its numbers as they are written.
func decode(body []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	err := d.Decode(&value)
	return value, err == nil
}

// outcomeOf is the code of a response, in the envelopes of the three services.
func outcomeOf(body any, status int) string {
	object, _ := body.(map[string]any)
	if response, ok := object["Response"].(map[string]any); ok {
		if failure, ok := response["Error"].(map[string]any); ok {
			if code, ok := failure["Code"].(string); ok {
				return code
			}
		}
		return "Success"
	}
	if code, ok := object["Code"].(string); ok {
		return code
	}
	switch code := object["code"].(type) {
	case json.Number:
		return code.String()
	case string:
		return code
	}
	return fmt.Sprintf("status %d", status)
}

func succeeded(outcome string) bool { return outcome == "Success" || outcome == "0" }

// messageOf is what an error says to people.
func messageOf(body any) string {
	object, _ := body.(map[string]any)
	if response, ok := object["Response"].(map[string]any); ok {
		object, _ = response["Error"].(map[string]any)
	}
	var texts []string
	for _, name := range []string{"Message", "EnglishMessage", "message"} {
		if text, ok := object[name].(string); ok {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " / ")
}

// sorted are the groups of both sides, each once, in a stable order.
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
