package fake

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/admin"
	"github.com/fakecme/fakecme/fake/internal/callback"
	"github.com/fakecme/fakecme/fake/internal/listening"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/pipeline"
	"github.com/fakecme/fakecme/fake/internal/replay"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/verdict"
)

// Server is the fake: an http.Handler that answers for all three services. The Host header decides which, when it is one
// of the real names; otherwise the path does.
type Server struct {
	// Tenant is the default tenant: the first of Config.Tenants.
	Tenant *Tenant
	// Clock is the clock of the default tenant.
	Clock *Clock
	// URL is where the server listens: "http://127.0.0.1:41234". It is set by [Start] and [Server.Listen] and empty
	// before.
	URL string

	pipeline *pipeline.Pipeline
	admin    *admin.Handler
	handler  http.Handler // everything
	tb       TB           // noTest without a test
	real     realNames

	closing chan struct{} // closed by Close
	once    sync.Once     // of Close

	memory *listening.Memory // set before the server listens in memory, else nil; as URL, it is read without a lock

	opening     sync.Mutex // guards everything below, and URL and memory while they are set
	listener    *listening.Server
	adminOnly   *listening.Server // nil unless ListenAdmin was called
	coverageRun *coverage.Run     // nil without a directory, and once the coverage is written
	coverageErr error
}

// New returns a fake that does not listen anywhere yet. It fails, with a sentence that says what to change, when the
// configuration or the fixtures are wrong.
func New(config Config) (*Server, error) {
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	if err := config.openCoverage(); err != nil {
		return nil, fmt.Errorf("fake: config: %w", err)
	}
	if _, err := service.All(); err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	c := config.withDefaults()
	s := &Server{closing: make(chan struct{}), tb: noTest{}}
	judge := &verdict.Verdict{}
	renders := callback.NewRenders(c.CallbackHosts, judge, s.closing)
	s.pipeline = &pipeline.Pipeline{
		Settings: pipeline.Settings{
			Settings: scheme.Settings{SignatureSkew: c.SignatureSkew, H5DSWindow: c.H5DSWindow},
			Dialect:  c.Dialect, Vary: c.Vary, SAAS: c.SAAS, OnlyDocumented: c.OnlyDocumented,
			MaxBody: c.MaxBody, HideWhy: c.HideWhy, SelfCheck: c.SelfCheck,
		},
		Registry: tenant.NewRegistry(tenant.Settings{
			Dialect: c.Dialect, Seed: c.Seed, Vary: c.Vary, TicketLife: c.TicketLife,
			Limits:   op.Limits{Tenants: c.MaxTenants, Users: c.MaxUsers, Tickets: c.MaxTickets, FileBytes: c.MaxFileBytes},
			Fixtures: c.Fixtures, Snapshot: c.Snapshot, JournalCalls: c.JournalCalls, JournalBytes: c.JournalBytes,
			Changed: renders.CallDue, OnCall: c.OnCall,
		}, judge),
		Verdict:     judge,
		Sites:       site.All(),
		LoginStatus: callback.NewLoginStatus(c.loginStatus(), judge),
		Replay:      replay.New(c.Replay.Library, c.Replay.Mixed, c.Replay.MustUse),
		Renders:     renders,
		Closing:     s.closing,
	}
	for _, credentials := range c.Tenants {
		t, err := s.pipeline.Registry.Add(credentials)
		if err != nil {
			return nil, fmt.Errorf("fake: %w", err)
		}
		if s.Tenant == nil {
			s.pipeline.Default, s.Tenant = t, s.face(t)
			s.Clock = s.Tenant.Clock
		}
	}
	s.admin = admin.New(&admin.API{
		Pipeline: s.pipeline, Version: Version(), Instance: strconv.FormatUint(rand.Uint64(), 36),
		Settings: c.shown(), Hosts: c.AdminHosts,
		Services: func() string { return s.URL }, Authority: s.authorityPEM,
	})
	s.handler = listening.Patient(http.HandlerFunc(s.serveHTTP))
	if c.CoverageDir != "" { // the last that can fail: who has no server cannot end its run
		run, err := coverage.Begin(c.CoverageDir)
		if err != nil {
			return nil, fmt.Errorf("fake: config: CoverageDir: %w", err)
		}
		s.coverageRun = &run
	}
	return s, nil
}

// ServeHTTP answers one call: of the admin API and the dashboard below /_fakecme/, else of the services.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	if admin.Claims(r) {
		s.admin.ServeBesideServices(w, r)
		return
	}
	s.pipeline.ServeHTTP(w, r)
}

// NewTenant makes another tenant with its own state, clock, faults and journal. Credentials that are left empty are made
// up; a taken id, secretId or appid is an error.
func (s *Server) NewTenant(c Credentials) (*Tenant, error) {
	t, err := s.pipeline.Registry.New(c)
	if err != nil {
		return nil, err
	}
	return s.face(t), nil
}

func (s *Server) face(t *tenant.Tenant) *Tenant {
	return &Tenant{Credentials: t.Credentials, Clock: &Clock{t.Clock, s}, server: s, tenant: t}
}

// RemoveTenant forgets a tenant: its state, journal, faults and credentials. Its findings stay, for the test is judged
// by them, and a fault that never fired is one; what it covered counts on. A call under way is rejected once it needs the state. The default tenant
// stays.
func (s *Server) RemoveTenant(t *Tenant) {
	if t.tenant == s.pipeline.Default {
		return
	}
	s.pipeline.Registry.Remove(t.tenant)
}

// WebPaaS returns the WebPaaS of the default tenant.
func (s *Server) WebPaaS() WebPaaS { return s.Tenant.WebPaaS() }

// H5DS returns the H5DS of the default tenant.
func (s *Server) H5DS() H5DS { return s.Tenant.H5DS() }

func (s *Server) target() *Tenant { return s.Tenant }

// Calls returns the default tenant's calls of the operations, oldest first; without any name all calls, those included
// that no operation answers.
func (s *Server) Calls(operations ...string) []Call {
	s.tb.Helper()
	return s.Tenant.Calls(operations...)
}

// Await returns as soon as the default tenant has had n calls of the operation, or the context ends.
func (s *Server) Await(ctx context.Context, operation string, n int) ([]Call, error) {
	s.tb.Helper()
	return s.Tenant.Await(ctx, operation, n)
}

// mustKnow fails the test for a name that no operation has: a check on a misspelt name would never fail. The empty name
// stands for calls that no operation answers.
func (s *Server) mustKnow(operations ...string) {
	s.tb.Helper()
	for _, id := range operations {
		if id == "" {
			continue
		}
		if err := service.CheckID(id); err != nil {
			s.fail("%v", err)
		}
	}
}

// Inject injects a fault into an operation of the default tenant, or into all operations of a service: "opencme.*",
// "webpaas.*", "h5ds.*". See package fault. At most one fault fires at each call: the first one injected that is due.
func (s *Server) Inject(operation string, f fault.Fault) {
	s.tb.Helper()
	s.Tenant.inject(operation, f, caller(1))
}

// Findings returns the findings so far that are not forgiven, equal ones once, and one for each fault that has not fired
// yet.
func (s *Server) Findings() []Finding { return s.pipeline.Findings() }

// Forgive drops the findings of the operations, now and later, for a test that breaks the contract on purpose. The empty
// name stands for calls that no operation answers. The name of a warning, such as warning.polling, stands for its
// findings of all operations.
func (s *Server) Forgive(operations ...string) {
	s.tb.Helper()
	for _, name := range operations {
		if err := admin.CheckForgivable(name); err != nil {
			s.fail("%v", err)
		}
	}
	s.pipeline.Verdict.Forgive("", operations)
}

// Bugs returns the failures of the fake itself: a panic, or a response of its own that breaks the contract. They are not
// findings, and cannot be forgiven.
func (s *Server) Bugs() []string { return s.pipeline.Verdict.Bugs() }

// Unused lists the recordings of Config.Replay that have answered no call so far, one line each: the client has changed,
// or the recording is not needed.
func (s *Server) Unused() []string {
	var lines []string
	for _, hit := range s.pipeline.Replay.Unused() {
		lines = append(lines, hit.String())
	}
	return lines
}

// Coverage returns what the calls of all tenants have covered of the contracts, removed tenants included.
func (s *Server) Coverage() Coverage { return s.pipeline.Coverage(nil) }

// writeCoverageLocked is the last that a server does, and it does it once. The caller holds opening.
func (s *Server) writeCoverageLocked() {
	if s.coverageRun == nil {
		return
	}
	counted, err := s.pipeline.Registry.Covered().Counted(coverage.DialectsOf(s.pipeline.Dialect))
	if err == nil {
		err = s.coverageRun.End(counted)
	}
	s.coverageRun, s.coverageErr = nil, err
}

// CoverageError returns the error of writing the coverage into Config.CoverageDir, which Close does; nil when it is
// written, or there is no directory. Before Close, it returns an error too.
func (s *Server) CoverageError() error {
	if !s.isClosing() {
		return errors.New("coverage: the server is not closed yet")
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	return s.coverageErr
}

// Version is the version of this module, as the build knows it.
func Version() string {
	const path = "github.com/fakecme/fakecme"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := "(devel)"
	if info.Main.Path == path {
		version = info.Main.Version
	}
	for _, m := range info.Deps {
		if m.Path == path {
			version = m.Version
		}
	}
	if version == "(devel)" || version == "" {
		return "devel"
	}
	return version
}
