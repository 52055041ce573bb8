package contracts_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
)

// startDemo listens as a fake with the made-up library, which has what no client can make.
func startDemo(t *testing.T, config fake.Config) *fake.Server {
	t.Helper()
	config.Fixtures, config.SAAS, config.SelfCheck = fake.DemoFixtures(), true, true
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
				if f.Part == contracts.PartAnswer || f.NotJudged {
					t.Errorf("%s", f)
				}
				broken[f.Operation] = 1
			})}
			contracts.Verify(t, contracts.Target{URL: srv.URL, Dialect: d.Name, Derived: true, Does: contracts.DoesDestroy, Client: client})
			if diff := cmp.Diff(contracts.StepsThatBreak(), broken); diff != "" {
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
	mutants := contracts.Mutants()
	if len(mutants) < 500 {
		t.Errorf("there are only %d expectations", len(mutants))
	}
	for part := range slices.Chunk(mutants, 100) {
		srv := startDemo(t, fake.Config{})
		for _, m := range part {
			if strings.Contains(m.Name, "/project-deleted ") { // it takes away what the others need
				srv = startDemo(t, fake.Config{})
			}
			o, err := m.Run(contracts.Target{URL: srv.URL, Derived: true, Does: contracts.DoesDestroy})
			if err != nil {
				t.Fatal(err)
			}
			if line := o.Why + strings.Join(o.Faults, "\n"); !strings.HasPrefix(line, m.Step) {
				t.Errorf("%s: %s: %s", m.Name, o.Verdict, line)
			}
		}
	}
}
