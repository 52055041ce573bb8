package tenant

import (
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Counter counts what calls have covered of the contracts, for as long as the server runs: the journal forgets. It
// grows with the documents only: what no document knows is not counted. The zero Counter is ready to use.
type Counter struct {
	mu         sync.Mutex           // guards everything below
	operations map[string]*counters // by id
}

// counters are those of one operation.
type counters struct {
	contract contracts.Operation
	calls    int
	errors   []int // as the contract lists them
	points   []int // as contracts.Document.ReadRequest numbers them; nil until there is one
}

// Count counts a call. Response is the error in its response, the zero value for success. Points are what the request
// and the response hold of the fields and values that the contract documents, as contracts numbers them; nil when that
// is not known.
func (e *Counter) Count(o contracts.Operation, response traffic.Envelope, d dialect.Dialect, points ...[]bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.of(o)
	c.calls++
	if response.Code != "" {
		if i := errorNumber(o, response, coverage.DialectsOf(d)); i >= 0 {
			c.errors[i]++
		}
	}
	for _, present := range points {
		c.count(present)
	}
}

func (e *Counter) of(o contracts.Operation) *counters {
	if e.operations == nil {
		e.operations = map[string]*counters{}
	}
	if e.operations[o.ID] == nil {
		e.operations[o.ID] = &counters{contract: o, errors: make([]int, len(o.Errors))}
	}
	return e.operations[o.ID]
}

func (c *counters) count(present []bool) {
	if c.points == nil && present != nil {
		c.points = make([]int, len(present))
	}
	for i, there := range present {
		if there {
			c.points[i]++
		}
	}
}

// errorNumber finds the error of a response among the documented ones, or returns -1. An error of the same texts comes
// first, then one whose text goes on with the name of a parameter, then one that all operations share.
func errorNumber(o contracts.Operation, response traffic.Envelope, dialects []string) int {
	fit := []func(r contracts.Error) bool{
		func(r contracts.Error) bool {
			return r.Message == response.Message && r.EnglishMessage == response.EnglishMessage
		},
		func(r contracts.Error) bool {
			return r.EnglishMessage != "" && r.EnglishMessage == response.EnglishMessage
		},
		func(r contracts.Error) bool {
			return r.EnglishMessage == "" && strings.HasPrefix(response.Message, r.Message+": ")
		},
		func(r contracts.Error) bool { return r.Common },
	}
	for _, fits := range fit {
		i := slices.IndexFunc(o.Errors, func(r contracts.Error) bool {
			return r.Code == response.Code && (r.Dialect == "" || slices.Contains(dialects, r.Dialect)) && fits(r)
		})
		if i >= 0 {
			return i
		}
	}
	return -1
}

// Join adds what other has counted.
func (e *Counter) Join(other *Counter) {
	other.mu.Lock()
	defer other.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, from := range other.operations {
		c := e.of(from.contract)
		c.calls += from.calls
		for i, n := range from.errors {
			c.errors[i] += n
		}
		if c.points == nil && from.points != nil {
			c.points = make([]int, len(from.points))
		}
		for i, n := range from.points {
			c.points[i] += n
		}
	}
}

// Forget begins to count anew.
func (e *Counter) Forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.operations = nil
}

// Counted is what was counted, and nothing else. It parses no document that is not parsed already: fields were counted
// by one that is.
func (e *Counter) Counted(dialects []string) (coverage.Coverage, error) {
	c := coverage.Coverage{Version: coverage.Version, Dialects: dialects, Operations: []coverage.Operation{}}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, o := range contracts.Operations() { // in their order, so that equal counts give equal bytes
		counted := e.operations[o.ID]
		if counted == nil {
			continue
		}
		one := coverage.Of(o)
		one.Calls = counted.calls
		for i, times := range counted.errors {
			if times > 0 {
				r := coverage.ErrorOf(o, i)
				r.Times = times
				one.Errors = append(one.Errors, r)
			}
		}
		if len(counted.points) > 0 {
			document, err := contracts.Load(o.Service)
			if err != nil {
				return coverage.Coverage{}, err
			}
			one.Fields = coverage.Covered(document.Fields(o.ID), counted.points)
		}
		c.Operations = append(c.Operations, one)
	}
	return c, nil
}

// Coverage adds what was counted to all that the contracts document. It parses the contract documents.
func (e *Counter) Coverage(dialects []string) (coverage.Coverage, error) {
	all, err := coverage.Documented(dialects...)
	if err != nil {
		return all, err
	}
	some, err := e.Counted(dialects)
	if err != nil {
		return all, err
	}
	return all, all.Add(some)
}
