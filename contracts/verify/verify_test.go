package verify_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
)

// patient is the time limit of a call in these tests: no verdict depends on the speed of the machine.
const patient = 24 * time.Hour

// startDemo listens as a fake with the made-up library, which has what no client can make.
func startDemo(t *testing.T, config fake.Config) *fake.Server {
	t.Helper()
	config.Fixtures, config.SAAS, config.SelfCheck = fixtures.Demo(), true, true
	srv, err := fake.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}

// The fake keeps the contract, to the last guess, in each dialect; and the suite breaks the contract only where it says so.
func TestVerifyFake(t *testing.T) {
	t.Parallel()
	for _, d := range fake.Dialects() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			srv := startDemo(t, fake.Config{Dialect: d})
			var mu sync.Mutex
			broken := map[string]int{}
			client := &http.Client{Transport: contracts.RoundTripper(nil, func(f contracts.Finding) {
				mu.Lock()
				defer mu.Unlock()
				if f.Part == contracts.PartResponse || f.NotJudged {
					t.Errorf("%s", f)
				}
				broken[f.Operation] = 1
			})}
			verify.Test(t, verify.Target{URL: srv.URL, Timeout: patient, Dialect: d.Name, Assumed: true, Does: verify.DoesDestroy, Client: client})
			if diff := cmp.Diff(verify.StepsThatBreak(), broken); diff != "" {
				t.Errorf("operations whose requests break the contract (-declared +sent):\n%s", diff)
			}
			if bugs := srv.Bugs(); len(bugs) > 0 {
				t.Errorf("bugs in the fake: %v", bugs)
			}
		})
	}
}

// Nothing in the suite is unable to fail: with any expectation of any step turned into another, its scenario is not kept.
func TestEachExpectationCanFail(t *testing.T) {
	t.Parallel()
	mutants := verify.Mutants()
	if len(mutants) < 500 {
		t.Errorf("there are only %d expectations", len(mutants))
	}
	current := startDemo(t, fake.Config{Dialect: fake.Current()})
	for part := range slices.Chunk(mutants, 100) {
		seed := startDemo(t, fake.Config{})
		for _, m := range part {
			srv := seed
			if m.Dialect == "current" {
				srv = current
			}
			if strings.Contains(m.Name, "/project-deleted ") { // it takes away what the others need
				srv = startDemo(t, fake.Config{})
			}
			o, err := m.Run(verify.Target{URL: srv.URL, Timeout: patient, Assumed: true, Does: verify.DoesDestroy, Dialect: m.Dialect})
			if err != nil {
				t.Fatal(err)
			}
			if line := o.Why + strings.Join(o.Faults, "\n"); !strings.HasPrefix(line, m.Step) {
				t.Errorf("%s: %s: %s", m.Name, o.Verdict, line)
			}
		}
	}
}

// stateOf is the state of the default tenant, without what each login leaves there.
func stateOf(t *testing.T, srv *fake.Server) map[string]any {
	t.Helper()
	response := httptest.NewRecorder()
	srv.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/_fakecme/state", nil))
	var state map[string]any
	if err := json.Unmarshal(response.Body.Bytes(), &state); err != nil || response.Code != http.StatusOK {
		t.Fatalf("GET state: %d %v", response.Code, err)
	}
	services := state["state"].(map[string]any)
	forget(services, "opencme", "ids", "sessions")
	for _, item := range itemsOf(services) {
		forget(item, "updatedAt") // of a user
	}
	return state
}

// forget deletes fields, at any depth outside lists.
func forget(value any, names ...string) {
	object, _ := value.(map[string]any)
	for name, below := range object {
		if slices.Contains(names, name) {
			delete(object, name)
		} else {
			forget(below, names...)
		}
	}
}

// Scenarios that read change nothing.
func TestReadOnlyReads(t *testing.T) {
	t.Parallel()
	srv := startDemo(t, fake.Config{})
	before := stateOf(t, srv)
	report, _ := verified(t, verify.Target{URL: srv.URL, Assumed: true, Does: verify.DoesRead})
	if report.Verdict() != verify.VerdictKept || report.Count(verify.VerdictLeftOut) == 0 {
		t.Fatal(report)
	}
	if diff := cmp.Diff(before, stateOf(t, srv)); diff != "" {
		t.Errorf("the state (-before +after):\n%s", diff)
	}
}

// Scenarios that write leave what was there before as it was.
func TestWritesLeaveTheRestAlone(t *testing.T) {
	t.Parallel()
	srv := startDemo(t, fake.Config{})
	before := items(stateOf(t, srv))
	report, _ := verified(t, verify.Target{URL: srv.URL, Assumed: true})
	if report.Verdict() != verify.VerdictKept || report.Count(verify.VerdictLeftOut) == 0 {
		t.Fatal(report)
	}
	after := items(stateOf(t, srv))
	if len(before) < 50 || len(after) <= len(before) {
		t.Errorf("%d things before, %d after", len(before), len(after))
	}
	for item := range before {
		if !after[item] {
			t.Errorf("changed or gone: %s", item)
		}
	}
}

// itemsOf returns the items of all lists and tables below a value, but not those within items. A row is an object with a text,
// a number or the like.
func itemsOf(value any) []any {
	var found []any
	switch value := value.(type) {
	case []any:
		return value
	case map[string]any:
		for _, below := range value {
			switch below.(type) {
			case []any, map[string]any:
				found = append(found, itemsOf(below)...)
			default:
				return []any{value}
			}
		}
	}
	return found
}

// items are the items in the state, as JSON.
func items(state map[string]any) map[string]bool {
	found := map[string]bool{}
	for _, item := range itemsOf(state["state"]) {
		text, _ := json.Marshal(item)
		found[string(text)] = true
	}
	return found
}
