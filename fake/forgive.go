package fake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Forgive drops the findings of the operations, now and later, for a test that breaks the
// contract on purpose. The empty name stands for calls that no operation answers. The name of a
// warning, such as warning.polling, stands for its findings of all operations.
func (s *Server) Forgive(operations ...string) {
	s.tb.Helper()
	for _, name := range operations {
		if err := s.canForgive(name); err != nil {
			s.fail("%v", err)
		}
	}
	s.forgive("", operations)
}

// canForgive rejects a name that is misspelt: it would forgive nothing.
func (s *Server) canForgive(name string) error {
	switch {
	case name == "", isHabit(name), s.knows(name):
		return nil
	case strings.HasPrefix(name, "warning."):
		return fmt.Errorf("no warning is called %q; there are: %s", name, strings.Join(habitCodes, ", "))
	}
	return fmt.Errorf("no operation is called %q; did you mean %q?", name, diagnosis.Nearest(name, s.operationIDs()))
}

// forgive is Forgive for one tenant; for all of them when the id is empty.
func (s *Server) forgive(tenant string, names []string) {
	v := &s.verdict
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, name := range names {
		if v.forgiven[tenant] == nil {
			v.forgiven[tenant] = map[string]bool{}
		}
		v.forgiven[tenant][name] = true
	}
	v.findings = slices.DeleteFunc(v.findings, v.forgivesLocked) // what is forgiven takes no place of what is not
}

// forgivesLocked says whether a finding is forgiven. The caller holds mu.
func (v *verdict) forgivesLocked(f Finding) bool {
	for _, tenant := range []string{"", f.Tenant} {
		if names := v.forgiven[tenant]; names[f.Operation] || names[f.Diagnosis.Code] {
			return true
		}
	}
	return false
}

// forgivenNames are those forgiven to a tenant alone; to all when the id is empty.
func (s *Server) forgivenNames(tenant string) []string {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	names := slices.AppendSeq([]string{}, maps.Keys(s.verdict.forgiven[tenant]))
	slices.Sort(names)
	return names
}

// forgiveNoMore ends what was forgiven to a tenant alone; to all when the id is empty.
func (s *Server) forgiveNoMore(tenant string) {
	s.verdict.mu.Lock()
	defer s.verdict.mu.Unlock()
	delete(s.verdict.forgiven, tenant)
}

// forgiveForGood drops the findings that are forgiven to a tenant, and ends what was forgiven to it alone: the
// tenant is gone.
func (s *Server) forgiveForGood(tenant string) {
	v := &s.verdict
	v.mu.Lock()
	defer v.mu.Unlock()
	v.findings = slices.DeleteFunc(v.findings, func(f Finding) bool { return f.Tenant == tenant && v.forgivesLocked(f) })
	delete(v.forgiven, tenant)
}

func isHabit(code string) bool { return slices.Contains(habitCodes, code) }

// forgivenAs is the narrowest name under which the finding can be forgiven.
func (f Finding) forgivenAs() string {
	if isHabit(f.Diagnosis.Code) {
		return f.Diagnosis.Code
	}
	return f.Operation
}

// namesJSON is what is forgiven, as the admin API gives and takes it.
type namesJSON struct {
	Names []string `json:"names"`
}

// tenantOrAll is the id of the tenant that ?tenant= names, and empty for all of them.
func (s *Server) tenantOrAll(r *http.Request, parameters ...string) (string, error) {
	q, err := adminQuery(r, parameters...)
	if err != nil {
		return "", err
	}
	_, err = s.adminTenant(r)
	return q.Get("tenant"), err
}

func listForgiven(s *Server, r *http.Request) (any, error) {
	tenant, err := s.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	return namesJSON{s.forgivenNames(tenant)}, nil
}

// forgiveNames forgives all of the names, or none when one is misspelt, and responses with all that are forgiven.
func forgiveNames(s *Server, r *http.Request) (any, error) {
	tenant, err := s.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	var asked namesJSON
	if err := readAdmin(r, &asked); err != nil {
		return nil, err
	}
	for _, name := range asked.Names {
		if err := s.canForgive(name); err != nil {
			return nil, adminFault(http.StatusBadRequest, "forgive: %v", err)
		}
	}
	s.forgive(tenant, asked.Names)
	return listForgiven(s, r)
}

func dropForgiven(s *Server, r *http.Request) (any, error) {
	tenant, err := s.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	s.forgiveNoMore(tenant)
	return done, nil
}
