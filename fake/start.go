package fake

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
		tb.Errorf("finding: %s; to break the contract on purpose: srv.Forgive(%q)", f, f.forgivenAs())
	}
	if n := s.droppedFindings(); n > 0 {
		tb.Errorf("finding: %d more findings were dropped", n)
	}
	if !failed {
		return
	}
	for t := range s.registry.tenants() {
		for _, c := range t.journal.Select(func(c Call) bool { return c.Diagnosis != nil }) {
			tb.Logf("rejected: %s", c)
		}
	}
}
