package fake

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/fakecme/fakecme/fake/coverage"
)

// Coverage says what of the contracts was covered; see package coverage.
type Coverage = coverage.Coverage

// Coverage says what of the contracts the tenant's calls have covered, since it was made or
// its coverage was forgotten. Reset does not change it. The first call parses the contract documents.
func (t *Tenant) Coverage() Coverage { return t.server.whole(&t.covered) }

// Coverage says what of the contracts the calls of all tenants have covered, those that were removed included.
func (s *Server) Coverage() Coverage { return s.whole(s.counted()) }

// counted is the sum of all tenants.
func (s *Server) counted() *covered {
	all := &covered{}
	all.join(&s.removed)
	for t := range s.registry.tenants() {
		all.join(&t.covered)
	}
	return all
}

// whole adds what was counted to all that is documented.
func (s *Server) whole(counted *covered) Coverage {
	dialects := coverage.DialectsOf(s.config.Dialect)
	all, err := coverage.Documented(dialects...)
	if err == nil {
		var some Coverage
		if some, err = counted.coverage(dialects); err == nil {
			err = all.Add(some)
		}
	}
	if err != nil {
		s.addBug(fmt.Sprintf("coverage: %v", err))
	}
	return all
}

// coverageVariable names the directory of Config.CoverageDir when that is empty.
const coverageVariable = "FAKECME_COVERAGE_DIR"

// openCoverage makes the directory: that it cannot be written is to be known before any test runs.
func (c *Config) openCoverage() error {
	from := "CoverageDir"
	if c.CoverageDir == "" {
		c.CoverageDir, from = os.Getenv(coverageVariable), coverageVariable
	}
	switch {
	case c.CoverageDir == "":
		return nil
	case !filepath.IsAbs(c.CoverageDir):
		return fmt.Errorf("%s is %q; give an absolute path: go test runs each package in a directory of its own", from, c.CoverageDir)
	}
	if err := os.MkdirAll(c.CoverageDir, 0o755); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return nil
}

// writeCoverageLocked is the last that a server does, and it does it once. The caller holds opening.
func (s *Server) writeCoverageLocked() {
	if s.config.CoverageDir == "" || s.coverageWritten {
		return
	}
	s.coverageWritten = true
	counted, err := s.counted().coverage(coverage.DialectsOf(s.config.Dialect))
	if err == nil {
		err = coverage.Write(s.config.CoverageDir, counted)
	}
	s.coverageErr = err
}

// CoverageError says what kept Close from writing the coverage into Config.CoverageDir; nil when it is
// written, or was not wanted. Before Close, it is an error.
func (s *Server) CoverageError() error {
	if !s.isClosing() {
		return errors.New("coverage: the server is not closed yet")
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	return s.coverageErr
}

// covered is the tenant whose coverage is meant; nil for all of them.
func (s *Server) covered(r *http.Request) (*Tenant, error) {
	t, err := s.onlyTenant(r)
	if err != nil || r.URL.Query().Get("tenant") != "" {
		return t, err
	}
	return nil, nil
}

func readCoverage(s *Server, r *http.Request) (any, error) {
	switch t, err := s.covered(r); {
	case err != nil:
		return nil, err
	case t != nil:
		return t.Coverage(), nil
	}
	return s.Coverage(), nil
}

func forgetCoverage(s *Server, r *http.Request) (any, error) {
	t, err := s.covered(r)
	switch {
	case err != nil:
		return nil, err
	case t != nil:
		t.covered.forget()
		return done, nil
	}
	s.removed.forget()
	for t := range s.registry.tenants() {
		t.covered.forget()
	}
	return done, nil
}
