package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/observe"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
)

// findingsJSON is what a test in Go would fail for.
type findingsJSON struct {
	Findings []traffic.Finding `json:"findings"`
	Bugs     []string          `json:"bugs"`
	// Calls is how many calls of the services have come, of all tenants, since the fake began.
	Calls int64 `json:"calls"`
	// Dropped is how many findings, of all tenants, there was no room for.
	Dropped int `json:"dropped"`
}

// failed says that a CI job must not be green: there are findings or bugs, or no call has come at all.
func (f findingsJSON) failed() bool { return len(f.Findings)+len(f.Bugs) > 0 || f.Calls == 0 }

// readFindings lists findings, of one tenant with ?tenant= and else of all, and bugs in the fake. With ?fail=true the
// status is that of a failure when the run has failed.
func readFindings(a *API, r *http.Request) (any, error) {
	id, err := a.tenantOrAll(r, "fail")
	if err != nil {
		return nil, err
	}
	fail := r.URL.Query().Get("fail")
	if fail != "" && fail != "true" {
		return nil, errorf(http.StatusBadRequest, "fail: %q; write it like true, or leave it out", fail)
	}
	found := slices.DeleteFunc(append([]traffic.Finding{}, a.Pipeline.Findings()...), func(f traffic.Finding) bool {
		return id != "" && f.Tenant != id
	})
	list := findingsJSON{found, append([]string{}, a.Pipeline.Verdict.Bugs()...), a.Pipeline.Registry.Received(), a.Pipeline.Verdict.Dropped()}
	if list.failed() && fail != "" {
		return jsonResponse(http.StatusConflict, list), nil
	}
	return list, nil
}

// dropFindings drops what readFindings lists, but for what is not over: faults that may fire yet, and recordings that
// may yet be used.
func dropFindings(a *API, r *http.Request) (any, error) {
	id, err := a.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	a.Pipeline.Verdict.Forget(id)
	return done, nil
}

// namesJSON is what is forgiven, as the API gives and takes it.
type namesJSON struct {
	Names []string `json:"names"`
}

func listForgiven(a *API, r *http.Request) (any, error) {
	id, err := a.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	return namesJSON{a.Pipeline.Verdict.Forgiven(id)}, nil
}

// forgiveNames forgives all of the names, or none when one is misspelt, and responds with all that are forgiven.
func forgiveNames(a *API, r *http.Request) (any, error) {
	id, err := a.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	var asked namesJSON
	if err := readBody(r, &asked); err != nil {
		return nil, err
	}
	for _, name := range asked.Names {
		if err := CheckForgivable(name); err != nil {
			return nil, errorf(http.StatusBadRequest, "forgive: %v", err)
		}
	}
	a.Pipeline.Verdict.Forgive(id, asked.Names)
	return listForgiven(a, r)
}

// CheckForgivable returns an error for a name that is misspelt: it would forgive nothing. The empty name stands for calls
// that no operation answers.
func CheckForgivable(name string) error {
	switch {
	case name == "", slices.Contains(observe.Warnings(), name):
		return nil
	case strings.HasPrefix(name, "warning."):
		return fmt.Errorf("no warning is called %q; there are: %s", name, strings.Join(observe.Warnings(), ", "))
	}
	return service.CheckID(name)
}

func dropForgiven(a *API, r *http.Request) (any, error) {
	id, err := a.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	a.Pipeline.Verdict.Unforgive(id)
	return done, nil
}

func listFaults(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	return map[string]any{"faults": t.Faults.List()}, nil
}

func injectFault(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	var f tenant.Injected
	if err := readBody(r, &f); err != nil {
		return nil, err
	}
	injected, err := t.Faults.Inject(f.Operation, f.Fault, "admin API", a.Pipeline.Dialect)
	if err != nil {
		return nil, err
	}
	f.ID = injected.ID
	return f, nil
}

func removeFaults(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	t.Faults.Clear()
	return done, nil
}

func removeFault(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	id, err := strconv.Atoi(pathValue(r, "id"))
	if err != nil || !t.Faults.Remove(id) {
		return nil, errorf(http.StatusNotFound, "there is no fault %s", url.PathEscape(pathValue(r, "id")))
	}
	return done, nil
}

// oneOrAll is the tenant whose coverage is meant; nil for all of them.
func (a *API) oneOrAll(r *http.Request) (*tenant.Tenant, error) {
	t, err := a.onlyTenant(r)
	if err != nil || r.URL.Query().Get("tenant") != "" {
		return t, err
	}
	return nil, nil
}

func readCoverage(a *API, r *http.Request) (any, error) {
	t, err := a.oneOrAll(r)
	if err != nil {
		return nil, err
	}
	return a.Pipeline.Coverage(t), nil
}

func forgetCoverage(a *API, r *http.Request) (any, error) {
	t, err := a.oneOrAll(r)
	switch {
	case err != nil:
		return nil, err
	case t != nil:
		t.Coverage.Forget()
		return done, nil
	}
	a.Pipeline.Registry.Removed.Forget()
	for t := range a.Pipeline.Registry.All() {
		t.Coverage.Forget()
	}
	return done, nil
}

func listUnused(a *API, r *http.Request) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	unused := []string{}
	for _, hit := range a.Pipeline.Replay.Unused() {
		unused = append(unused, hit.String())
	}
	return map[string][]string{"unused": unused}, nil
}
