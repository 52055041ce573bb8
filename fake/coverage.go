package fake

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Coverage says what of the contracts was exercised; see package coverage.
type Coverage = coverage.Coverage

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
		if i := refusalNumber(c.contract, x.refusal); i >= 0 {
			c.refusals[i]++
		}
	}
	c.count(x.sent)
	c.count(x.answered)
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

// refusalNumber finds the documented refusal, or returns -1: one of the same texts, else one
// that all operations share, since their texts may name a parameter.
func refusalNumber(o contracts.Operation, err *op.Error) int {
	same := slices.IndexFunc(o.Refusals, func(r contracts.Refusal) bool {
		return r.Code == err.Code && r.EnglishMessage == err.EnglishMessage && (r.EnglishMessage != "" || r.Message == err.Message)
	})
	if same >= 0 {
		return same
	}
	return slices.IndexFunc(o.Refusals, func(r contracts.Refusal) bool { return r.Common && r.Code == err.Code })
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

// Coverage says what of the contracts the tenant's calls have exercised, since it was made or
// its coverage was forgotten. Reset does not change it. The first call parses the contract documents.
func (t *Tenant) Coverage() Coverage { return t.server.whole(&t.exercised) }

// Coverage says what of the contracts the calls of all tenants have exercised, those that were removed included.
func (s *Server) Coverage() Coverage { return s.whole(s.counted()) }

// counted is the sum of all tenants.
func (s *Server) counted() *exercised {
	all := &exercised{}
	all.join(&s.removed)
	for t := range s.registry.tenants() {
		all.join(&t.exercised)
	}
	return all
}

// whole adds what was counted to all that is documented.
func (s *Server) whole(counted *exercised) Coverage {
	dialects := coverage.DialectsOf(s.config.Dialect)
	all, err := coverage.Documented(dialects...)
	if err == nil {
		var some Coverage
		if some, err = counted.coverage(dialects); err == nil {
			err = all.Add(some)
		}
	}
	if err != nil {
		s.addBug(fmt.Sprintf("coverage: %v", err))
	}
	return all
}

// coverageVariable names the directory of Config.CoverageDir when that is empty.
const coverageVariable = "FAKECME_COVERAGE_DIR"

// openCoverage makes the directory: that it cannot be written is to be known before any test runs.
func (c *Config) openCoverage() error {
	from := "CoverageDir"
	if c.CoverageDir == "" {
		c.CoverageDir, from = os.Getenv(coverageVariable), coverageVariable
	}
	switch {
	case c.CoverageDir == "":
		return nil
	case !filepath.IsAbs(c.CoverageDir):
		return fmt.Errorf("%s is %q; give an absolute path: go test runs each package in a directory of its own", from, c.CoverageDir)
	}
	if err := os.MkdirAll(c.CoverageDir, 0o755); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return nil
}

// writeCoverageLocked is the last that a server does, and it does it once. The caller holds opening.
func (s *Server) writeCoverageLocked() {
	if s.config.CoverageDir == "" || s.coverageWritten {
		return
	}
	s.coverageWritten = true
	counted, err := s.counted().coverage(coverage.DialectsOf(s.config.Dialect))
	if err == nil {
		err = coverage.Write(s.config.CoverageDir, counted)
	}
	s.coverageErr = err
}

// CoverageError says what kept Close from writing the coverage into Config.CoverageDir; nil when it is
// written, or was not wanted. Before Close, it is an error.
func (s *Server) CoverageError() error {
	if !s.isClosing() {
		return errors.New("coverage: the server is not closed yet")
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	return s.coverageErr
}

// covered is the tenant whose coverage is meant; nil for all of them.
func (s *Server) covered(r *http.Request) (*Tenant, error) {
	t, err := s.onlyTenant(r)
	if err != nil || r.URL.Query().Get("tenant") != "" {
		return t, err
	}
	return nil, nil
}

func readCoverage(s *Server, r *http.Request) (any, error) {
	switch t, err := s.covered(r); {
	case err != nil:
		return nil, err
	case t != nil:
		return t.Coverage(), nil
	}
	return s.Coverage(), nil
}

func forgetCoverage(s *Server, r *http.Request) (any, error) {
	t, err := s.covered(r)
	switch {
	case err != nil:
		return nil, err
	case t != nil:
		t.exercised.forget()
		return done, nil
	}
	s.removed.forget()
	for t := range s.registry.tenants() {
		t.exercised.forget()
	}
	return done, nil
}
