// Package verdict collects what a run is judged by: findings about the clients, and bugs in the fake itself.
package verdict

import (
	"maps"
	"slices"
	"sync"

	"github.com/fakecme/fakecme/fake/traffic"
)

// maxFindings bounds how many findings a client that is wrong in ever new ways can cause. The first of each tenant
// is kept all the same, so that no tenant with findings seems to have none.
const maxFindings = 1000

// Verdict collects findings and bugs. The zero value is ready to use.
type Verdict struct {
	mu       sync.Mutex // guards everything below
	findings []traffic.Finding
	bugs     []string
	dropped  int
	forgiven map[string]map[string]bool // names, by the id of the tenant; the empty one stands for all
}

// Add adds findings about calls of a tenant. Equal ones are kept once and counted; forgiven ones are not kept.
func (v *Verdict) Add(tenant string, found []traffic.Finding) {
	if len(found) == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range found {
		f.Times, f.Tenant, f.Severity = 1, tenant, traffic.SeverityOf(f.Diagnosis.Code)
		if v.forgivesLocked(f) {
			continue
		}
		same := slices.IndexFunc(v.findings, func(old traffic.Finding) bool {
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
func (v *Verdict) hasLocked(tenant string) bool {
	return slices.ContainsFunc(v.findings, func(f traffic.Finding) bool { return f.Tenant == tenant })
}

// Findings returns the findings so far, and of the pending ones, which are none yet, those that are not forgiven.
func (v *Verdict) Findings(pending []traffic.Finding) []traffic.Finding {
	v.mu.Lock()
	defer v.mu.Unlock()
	var found []traffic.Finding
	for _, f := range slices.Concat(v.findings, pending) {
		if !v.forgivesLocked(f) {
			f.Severity = traffic.SeverityOf(f.Diagnosis.Code)
			found = append(found, f)
		}
	}
	return found
}

// Forget drops the findings of a tenant; those of all for the empty id.
func (v *Verdict) Forget(tenant string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if tenant == "" {
		v.findings, v.dropped = nil, 0
		return
	}
	v.findings = slices.DeleteFunc(v.findings, func(f traffic.Finding) bool { return f.Tenant == tenant })
}

// Dropped is how many findings there was no room for.
func (v *Verdict) Dropped() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dropped
}

// AddBug notes a failure of the fake itself.
func (v *Verdict) AddBug(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.bugs) < maxFindings {
		v.bugs = append(v.bugs, text)
	}
}

// Bugs returns the failures of the fake itself.
func (v *Verdict) Bugs() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.bugs)
}

// Forgive drops the findings of a tenant under the names, now and later; those of all tenants for the empty id. A name
// is that of an operation or of a warning; the empty name stands for calls that no operation responds to.
func (v *Verdict) Forgive(tenant string, names []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, name := range names {
		if v.forgiven == nil {
			v.forgiven = map[string]map[string]bool{}
		}
		if v.forgiven[tenant] == nil {
			v.forgiven[tenant] = map[string]bool{}
		}
		v.forgiven[tenant][name] = true
	}
	v.findings = slices.DeleteFunc(v.findings, v.forgivesLocked) // a forgiven finding takes no room from others
}

// forgivesLocked says whether a finding is forgiven. The caller holds mu.
func (v *Verdict) forgivesLocked(f traffic.Finding) bool {
	for _, tenant := range []string{"", f.Tenant} {
		if names := v.forgiven[tenant]; names[f.Operation] || names[f.Diagnosis.Code] {
			return true
		}
	}
	return false
}

// Forgiven returns the names forgiven to a tenant alone, sorted; to all for the empty id.
func (v *Verdict) Forgiven(tenant string) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	names := slices.AppendSeq([]string{}, maps.Keys(v.forgiven[tenant]))
	slices.Sort(names)
	return names
}

// Unforgive ends what was forgiven to a tenant alone; to all for the empty id.
func (v *Verdict) Unforgive(tenant string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.forgiven, tenant)
}

// RemoveTenant drops the findings that are forgiven to a tenant, and ends what was forgiven to it alone. Its other
// findings stay.
func (v *Verdict) RemoveTenant(tenant string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.findings = slices.DeleteFunc(v.findings, func(f traffic.Finding) bool { return f.Tenant == tenant && v.forgivesLocked(f) })
	delete(v.forgiven, tenant)
}
