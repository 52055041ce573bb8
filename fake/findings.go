package fake

import (
	"fmt"
	"slices"
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

// maxFindings bounds what a client that is wrong in ever new ways can pile up. The first of each tenant
// is kept all the same: nobody who asks for those of one tenant is told that there are none.
const maxFindings = 1000

// verdict collects what is judged at the end.
type verdict struct {
	mu       sync.Mutex // guards everything below
	findings []Finding
	bugs     []string
	dropped  int
	forgiven map[string]map[string]bool // names, by the id of the tenant; the empty one stands for all
}

func (s *Server) addFindings(tenant string, found []Finding) {
	if len(found) == 0 {
		return
	}
	v := &s.verdict
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range found {
		f.Times, f.Tenant = 1, tenant
		if v.forgivesLocked(f) {
			continue
		}
		same := slices.IndexFunc(v.findings, func(old Finding) bool {
			return old.Tenant == tenant && old.Operation == f.Operation && old.Diagnosis == f.Diagnosis
		})
		switch {
		case same >= 0:
			v.findings[same].Times++
		case len(v.findings) >= maxFindings && v.hasLocked(tenant):
			v.dropped++
		default:
			v.findings = append(v.findings, f)
		}
	}
}

// hasLocked says whether a tenant has findings. The caller holds mu.
func (v *verdict) hasLocked(tenant string) bool {
	return slices.ContainsFunc(v.findings, func(f Finding) bool { return f.Tenant == tenant })
}

func (s *Server) addBug(text string) {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	if len(s.verdict.bugs) < maxFindings {
		s.verdict.bugs = append(s.verdict.bugs, text)
	}
}

// Findings returns what was found so far and is not forgiven, equal ones once, and the faults
// that have not fired yet.
func (s *Server) Findings() []Finding {
	var unmet []Finding
	for t := range s.registry.tenants() {
		for _, f := range t.faults.unmet() {
			f.Tenant = t.ID
			unmet = append(unmet, f)
		}
	}
	unmet = append(unmet, s.unusedFindings()...)
	v := &s.verdict
	v.mu.Lock()
	defer v.mu.Unlock()
	var found []Finding
	for _, f := range slices.Concat(v.findings, unmet) {
		if !v.forgivesLocked(f) {
			found = append(found, f)
		}
	}
	return found
}

// forget drops the findings of a tenant; those of all for the empty id.
func (s *Server) forget(tenant string) {
	v := &s.verdict
	v.mu.Lock()
	defer v.mu.Unlock()
	if tenant == "" {
		v.findings, v.dropped = nil, 0
		return
	}
	v.findings = slices.DeleteFunc(v.findings, func(f Finding) bool { return f.Tenant == tenant })
}

// dropped is how many findings there was no place for.
func (s *Server) droppedFindings() int {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	return s.verdict.dropped
}

// Bugs returns the failures of the fake itself: a panic, or a response of its own that breaks
// the contract. They are not findings, and cannot be forgiven.
func (s *Server) Bugs() []string {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	return slices.Clone(s.verdict.bugs)
}
