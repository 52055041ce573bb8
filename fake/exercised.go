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

// covered counts calls, for ever: the journal forgets. It grows with the documents only: what no
// document knows is not counted.
type covered struct {
	mu         sync.Mutex           // guards everything below
	operations map[string]*counters // by id
}

// counters are those of one operation.
type counters struct {
	contract contracts.Operation
	calls    int
	failures []int // as the contract lists them
	points   []int // as contracts.Document.ReadRequest numbers them; nil until there is something
}

func (e *covered) add(x *exchange) {
	if x.operation == nil || x.answer.status == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.of(x.operation.contract)
	c.calls++
	if x.failure != nil {
		if i := errorNumber(c.contract, *x.failure, coverage.DialectsOf(x.srv.config.Dialect)); i >= 0 {
			c.failures[i]++
		}
	}
	c.count(x.held.sent)
	c.count(x.held.answered)
}

func (e *covered) of(o contracts.Operation) *counters {
	if e.operations == nil {
		e.operations = map[string]*counters{}
	}
	if e.operations[o.ID] == nil {
		e.operations[o.ID] = &counters{contract: o, failures: make([]int, len(o.Errors))}
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

// errorNumber finds the error that was answered among the documented ones, or returns -1. One of the
// same texts comes first, then one whose text goes on with the name of a parameter, then one that
// all operations share.
func errorNumber(o contracts.Operation, shown op.Error, dialects []string) int {
	fit := []func(r contracts.Error) bool{
		func(r contracts.Error) bool {
			return r.Message == shown.Message && r.EnglishMessage == shown.EnglishMessage
		},
		func(r contracts.Error) bool {
			return r.EnglishMessage != "" && r.EnglishMessage == shown.EnglishMessage
		},
		func(r contracts.Error) bool {
			return r.EnglishMessage == "" && strings.HasPrefix(shown.Message, r.Message+": ")
		},
		func(r contracts.Error) bool { return r.Common },
	}
	for _, fits := range fit {
		i := slices.IndexFunc(o.Errors, func(r contracts.Error) bool {
			return r.Code == shown.Code && (r.Dialect == "" || slices.Contains(dialects, r.Dialect)) && fits(r)
		})
		if i >= 0 {
			return i
		}
	}
	return -1
}

// shownError is what the client reads of an error: an envelope may show another one than the
// operation had in mind. Of a body in another form it is that one.
func shownError(err *op.Error, body []byte) *op.Error {
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
func (e *covered) join(other *covered) {
	other.mu.Lock()
	defer other.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, from := range other.operations {
		c := e.of(from.contract)
		c.calls += from.calls
		for i, n := range from.failures {
			c.failures[i] += n
		}
		if c.points == nil && from.points != nil {
			c.points = make([]int, len(from.points))
		}
		for i, n := range from.points {
			c.points[i] += n
		}
	}
}

func (e *covered) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.operations = nil
}

// coverage is what was counted, and nothing else. It parses no document that is not parsed
// already: fields were counted by one that is.
func (e *covered) coverage(dialects []string) (Coverage, error) {
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
		for i, times := range counted.failures {
			if times > 0 {
				r := coverage.ErrorOf(o, i)
				r.Times = times
				one.Errors = append(one.Errors, r)
			}
		}
		if len(counted.points) > 0 {
			document, err := contracts.Load(o.Service)
			if err != nil {
				return Coverage{}, err
			}
			one.Fields = coverage.Covered(document.Fields(o.ID), counted.points)
		}
		c.Operations = append(c.Operations, one)
	}
	return c, nil
}
