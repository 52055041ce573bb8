package fake

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// exercised counts calls, for ever: the journal forgets. It grows with the documents only: what no
// document knows is not counted.
type exercised struct {
	mu         sync.Mutex           // guards everything below
	operations map[string]*counters // by id
}

// counters are those of one operation.
type counters struct {
	contract contracts.Operation
	calls    int
	refusals []int // as the contract lists them
	points   []int // as contracts.Document.ReadRequest numbers them; nil until there is something
}

func (e *exercised) add(x *exchange) {
	if x.operation == nil || x.answer.status == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.of(x.operation.contract)
	c.calls++
	if x.refusal != nil {
		if i := refusalNumber(c.contract, *x.refusal, coverage.DialectsOf(x.srv.config.Dialect)); i >= 0 {
			c.refusals[i]++
		}
	}
	c.count(x.held.sent)
	c.count(x.held.answered)
}

func (e *exercised) of(o contracts.Operation) *counters {
	if e.operations == nil {
		e.operations = map[string]*counters{}
	}
	if e.operations[o.ID] == nil {
		e.operations[o.ID] = &counters{contract: o, refusals: make([]int, len(o.Refusals))}
	}
	return e.operations[o.ID]
}

func (c *counters) count(held []bool) {
	if c.points == nil && held != nil {
		c.points = make([]int, len(held))
	}
	for i, there := range held {
		if there {
			c.points[i]++
		}
	}
}

// refusalNumber finds the refusal that was answered among the documented ones, or returns -1. One of the
// same texts comes first, then one whose text goes on with the name of a parameter, then one that
// all operations share.
func refusalNumber(o contracts.Operation, shown op.Error, dialects []string) int {
	fit := []func(r contracts.Refusal) bool{
		func(r contracts.Refusal) bool {
			return r.Message == shown.Message && r.EnglishMessage == shown.EnglishMessage
		},
		func(r contracts.Refusal) bool {
			return r.EnglishMessage != "" && r.EnglishMessage == shown.EnglishMessage
		},
		func(r contracts.Refusal) bool {
			return r.EnglishMessage == "" && strings.HasPrefix(shown.Message, r.Message+": ")
		},
		func(r contracts.Refusal) bool { return r.Common },
	}
	for _, fits := range fit {
		i := slices.IndexFunc(o.Refusals, func(r contracts.Refusal) bool {
			return r.Code == shown.Code && (r.Dialect == "" || slices.Contains(dialects, r.Dialect)) && fits(r)
		})
		if i >= 0 {
			return i
		}
	}
	return -1
}

// shownRefusal is what the client reads of a refusal: an envelope may show another one than the
// operation had in mind. Of a body in another form it is that one.
func shownRefusal(err *op.Error, body []byte) *op.Error {
	var shown struct { // names match in any case
		Code                    json.RawMessage
		Message, EnglishMessage string
		Response                struct {
			Error struct{ Code, Message string }
		}
	}
	switch decoded := json.Unmarshal(body, &shown); {
	case decoded != nil:
		return err
	case shown.Response.Error.Code != "":
		return &op.Error{Code: shown.Response.Error.Code, Message: shown.Response.Error.Message}
	case len(shown.Code) == 0:
		return err
	}
	return &op.Error{Code: strings.Trim(string(shown.Code), `"`), Message: shown.Message, EnglishMessage: shown.EnglishMessage}
}

// join adds what other has counted.
func (e *exercised) join(other *exercised) {
	other.mu.Lock()
	defer other.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, from := range other.operations {
		c := e.of(from.contract)
		c.calls += from.calls
		for i, n := range from.refusals {
			c.refusals[i] += n
		}
		if c.points == nil && from.points != nil {
			c.points = make([]int, len(from.points))
		}
		for i, n := range from.points {
			c.points[i] += n
		}
	}
}

func (e *exercised) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.operations = nil
}

// coverage is what was counted, and nothing else. It parses no document that is not parsed
// already: fields were counted by one that is.
func (e *exercised) coverage(dialects []string) (Coverage, error) {
	c := Coverage{Version: coverage.Version, Dialects: dialects, Operations: []coverage.Operation{}}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, o := range contracts.Operations() { // in their order, so that equal counts give equal bytes
		counted := e.operations[o.ID]
		if counted == nil {
			continue
		}
		one := coverage.Of(o)
		one.Calls = counted.calls
		for i, times := range counted.refusals {
			if times > 0 {
				r := coverage.RefusalOf(o, i)
				r.Times = times
				one.Refusals = append(one.Refusals, r)
			}
		}
		if len(counted.points) > 0 {
			document, err := contracts.Load(o.Service)
			if err != nil {
				return Coverage{}, err
			}
			one.Fields = coverage.Exercised(document.Fields(o.ID), counted.points)
		}
		c.Operations = append(c.Operations, one)
	}
	return c, nil
}
