package fake

import (
	"fmt"

	"github.com/fakecme/fakecme/fake/traffic"
)

// TB is the part of testing.TB that [Start] uses; *testing.T and *testing.B satisfy it.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Start runs a fake for the time of a test, on a free port of 127.0.0.1, or in memory. When the test ends it is
// closed, and the test fails for each finding that is not forgiven and for each bug in the
// fake, one line each. A test that failed anyway also gets the calls that were rejected.
func Start(tb TB, config Config) *Server {
	tb.Helper()
	config.SelfCheck = true
	s, err := New(config)
	if err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	s.tb = tb
	if config.InMemory {
		err = s.ListenInMemory()
	} else {
		err = s.Listen("127.0.0.1:0")
	}
	if err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	tb.Cleanup(func() {
		tb.Helper()
		s.Close()
		s.judge(tb)
		if err := s.CoverageError(); err != nil {
			tb.Errorf("%v", err)
		}
	})
	return s
}

// judge reports what the fake found out about the client, and about itself.
func (s *Server) judge(tb TB) {
	tb.Helper()
	failed := tb.Failed()
	for _, bug := range s.Bugs() {
		tb.Errorf("bug in the fake: %s", bug)
	}
	for _, f := range s.Findings() {
		name := f.Operation // the narrowest name under which it can be forgiven
		if f.Severity == traffic.Warning {
			name = f.Diagnosis.Code
		}
		tb.Errorf("finding: %s; to break the contract on purpose: srv.Forgive(%q)", f, name)
	}
	if n := s.pipeline.Verdict.Dropped(); n > 0 {
		tb.Errorf("finding: %d more findings were dropped", n)
	}
	if !failed {
		return
	}
	for t := range s.pipeline.Registry.All() {
		for _, c := range t.Journal.Select(func(c Call) bool { return c.Diagnosis != nil }) {
			tb.Logf("rejected: %s", c)
		}
	}
}

// fail ends the test with the sentence, or panics where there is no test: it is for mistakes in the test's own code.
func (s *Server) fail(format string, args ...any) {
	s.tb.Helper()
	s.tb.Fatalf("fake: "+format, args...)
}

// noTest stands in for a test where there is none.
type noTest struct{ TB }

func (noTest) Helper() {}

func (noTest) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
