package fake

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Finding is something a test author should know: the client broke the contract, or made a
// call that nobody documents.
type Finding struct {
	// Operation is empty when no operation answers such a call.
	Operation string `json:"operation,omitempty"`
	// Call is method and URL of the call, without secrets.
	Call string `json:"call"`
	// Diagnosis says what is wrong and what to do.
	Diagnosis Diagnosis `json:"diagnosis"`
	// Times is how often it was found.
	Times int `json:"times"`
	// Tenant is the id of the tenant whose call it was.
	Tenant string `json:"tenant,omitempty"`
}

// String is the finding in one line.
func (f Finding) String() string {
	name := f.Operation
	if name == "" {
		name = "unknown call"
	}
	line := fmt.Sprintf("%s: %s (%s)", name, f.Diagnosis, f.Call)
	if f.Times > 1 {
		line += fmt.Sprintf(", %d times", f.Times)
	}
	return line
}

// maxFindings bounds what a client that is wrong in ever new ways can pile up.
const maxFindings = 1000

// verdict collects what is judged at the end.
type verdict struct {
	mu       sync.Mutex // guards everything below
	findings []Finding
	bugs     []string
	dropped  int
	forgiven map[string]bool
}

func (s *Server) addFindings(tenant string, found []Finding) {
	if len(found) == 0 {
		return
	}
	v := &s.verdict
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range found {
		same := slices.IndexFunc(v.findings, func(old Finding) bool {
			return old.Tenant == tenant && old.Operation == f.Operation && old.Diagnosis == f.Diagnosis
		})
		switch {
		case same >= 0:
			v.findings[same].Times++
		case len(v.findings) >= maxFindings:
			v.dropped++
		default:
			f.Times, f.Tenant = 1, tenant
			v.findings = append(v.findings, f)
		}
	}
}

func (s *Server) addBug(text string) {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	if len(s.verdict.bugs) < maxFindings {
		s.verdict.bugs = append(s.verdict.bugs, text)
	}
}

// Findings returns what was found so far and is not forgiven, equal ones once, and the faults
// that have not struck yet.
func (s *Server) Findings() []Finding {
	var unmet []Finding
	for t := range s.registry.tenants() {
		for _, f := range t.faults.unmet() {
			f.Tenant = t.ID
			unmet = append(unmet, f)
		}
	}
	v := &s.verdict
	v.mu.Lock()
	defer v.mu.Unlock()
	var found []Finding
	for _, f := range slices.Concat(v.findings, unmet) {
		if !v.forgiven[f.Operation] && !v.forgiven[f.Diagnosis.Code] {
			found = append(found, f)
		}
	}
	return found
}

// forget drops the findings of a tenant.
func (s *Server) forget(tenant string) {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	s.verdict.findings = slices.DeleteFunc(s.verdict.findings, func(f Finding) bool { return f.Tenant == tenant })
}

// dropped is how many findings there was no place for.
func (s *Server) droppedFindings() int {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	return s.verdict.dropped
}

// Bugs returns the failures of the fake itself: a panic, or an answer of its own that breaks
// the contract. They are not findings, and cannot be forgiven.
func (s *Server) Bugs() []string {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	return slices.Clone(s.verdict.bugs)
}

// Forgive drops the findings of the operations, now and later, for a test that breaks the
// contract on purpose. The empty name stands for calls that no operation answers. The name of a
// habit, such as habit.polling, stands for its findings of all operations.
func (s *Server) Forgive(operations ...string) {
	s.tb.Helper()
	for _, id := range operations {
		switch {
		case isHabit(id):
		case strings.HasPrefix(id, "habit."):
			s.fail("no habit is called %q; there are: %s", id, strings.Join(habitCodes, ", "))
		default:
			s.mustKnow(id)
		}
	}
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	for _, id := range operations {
		s.verdict.forgiven[id] = true
	}
}

func isHabit(code string) bool { return slices.Contains(habitCodes, code) }

// forgivenAs is the narrowest name under which the finding can be forgiven.
func (f Finding) forgivenAs() string {
	if isHabit(f.Diagnosis.Code) {
		return f.Diagnosis.Code
	}
	return f.Operation
}
