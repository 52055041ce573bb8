package fake

import (
	"net/http"
	"slices"
	"sync"

	"github.com/fakecme/fakecme/contracts"
)

// Coverage says which of the documented operations and refusals were exercised.
type Coverage struct {
	Operations []OperationCoverage `json:"operations"`
}

// OperationCoverage is how often an operation was called, and which of its refusals came up.
type OperationCoverage struct {
	Operation string            `json:"operation"`
	Calls     int               `json:"calls"`
	Refusals  []RefusalCoverage `json:"refusals"`
}

// RefusalCoverage is how often a documented refusal was answered.
type RefusalCoverage struct {
	Code           string `json:"code"`
	EnglishMessage string `json:"englishMessage,omitempty"`
	Provenance     string `json:"provenance"`
	Times          int    `json:"times"`
}

// exercised counts the calls of a tenant, for ever: the journal forgets.
type exercised struct {
	mu       sync.Mutex // guards everything below
	calls    map[string]int
	refusals map[[3]string]int // operation, code, English message
}

func (e *exercised) add(x *exchange) {
	if x.operation == nil || x.answer.status == 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.calls == nil {
		e.calls, e.refusals = map[string]int{}, map[[3]string]int{}
	}
	e.calls[x.operationID()]++
	if x.refusal != nil {
		e.refusals[[3]string{x.operationID(), x.refusal.Code, x.refusal.EnglishMessage}]++
	}
}

// Coverage says what of the contract the tenant's calls have exercised since it was made.
func (t *Tenant) Coverage() Coverage {
	t.exercised.mu.Lock()
	defer t.exercised.mu.Unlock()
	c := Coverage{Operations: []OperationCoverage{}}
	for _, o := range contracts.Operations() {
		one := OperationCoverage{Operation: o.ID, Calls: t.exercised.calls[o.ID], Refusals: []RefusalCoverage{}}
		for _, r := range o.Refusals {
			one.Refusals = append(one.Refusals, RefusalCoverage{
				Code: r.Code, EnglishMessage: r.EnglishMessage, Provenance: r.Provenance,
				Times: t.exercised.refusals[[3]string{o.ID, r.Code, r.EnglishMessage}],
			})
		}
		c.Operations = append(c.Operations, one)
	}
	return c
}

// Exercised counts the operations that were called, and the refusals that were answered, of
// all that are documented.
func (c Coverage) Exercised() (operations, ofOperations, refusals, ofRefusals int) {
	for _, o := range c.Operations {
		ofOperations++
		if o.Calls > 0 {
			operations++
		}
		ofRefusals += len(o.Refusals)
		refusals += len(slices.DeleteFunc(slices.Clone(o.Refusals), func(r RefusalCoverage) bool { return r.Times == 0 }))
	}
	return operations, ofOperations, refusals, ofRefusals
}

func readCoverage(s *Server, r *http.Request) (any, error) {
	t, err := s.adminTenant(r)
	if err != nil {
		return nil, err
	}
	c := t.Coverage()
	operations, ofOperations, refusals, ofRefusals := c.Exercised()
	return map[string]any{
		"exercised": map[string]int{
			"operations": operations, "ofOperations": ofOperations, "refusals": refusals, "ofRefusals": ofRefusals,
		},
		"operations": c.Operations,
	}, nil
}
