package fake

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/journal"
	"github.com/fakecme/fakecme/fake/internal/listening"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/store"
	"github.com/fakecme/fakecme/fake/internal/token"
)

// Server is the fake: an http.Handler that answers for all three services. Host decides which,
// when it is one of the real names; otherwise the path does.
type Server struct {
	// Tenant is the default tenant: the first of Config.Tenants.
	Tenant *Tenant
	// Clock is the clock of the default tenant.
	Clock *Clock
	// URL is where the server listens: "http://127.0.0.1:41234". It is set by [Start] and
	// [Server.Listen] and empty before.
	URL string

	config Config
	// askStatus asks the third party whether its user is logged in; nil when it is not to be asked.
	askStatus func(ctx context.Context, userID string) statusResponse
	replay    *replays // nil when there are no recordings
	services  []*service
	registry  *registry
	store     *store.Store[state]
	verdict   verdict
	admin     *http.ServeMux
	made      atomic.Uint64 // tenants made by NewTenant
	listener  *listening.Server
	closing   chan struct{} // closed by Close
	once      sync.Once     // of Close
	opening   sync.Mutex    // guards listener, and URL while it is set
	wire      *wire         // nil unless the server listens in memory
	real      realNames
	came      atomic.Int64 // calls of the services, of all tenants
	listeners atomic.Int32 // pages that hear of calls
	instance  string       // of this server and no other: the ids of events carry it
	tb        TB           // noTest without a test

	removed         covered // by tenants that are gone
	coverageWritten bool    // by Close; guarded by opening, as is the next
	coverageErr     error   // why Close could not
}

// New returns a fake that does not listen anywhere yet. It fails, with a sentence that says
// what to change, when the configuration or the fixtures are wrong.
func New(config Config) (*Server, error) {
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	if err := config.openCoverage(); err != nil {
		return nil, fmt.Errorf("fake: config: %w", err)
	}
	all, err := services()
	if err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	s := &Server{
		config: config.withDefaults(), services: all,
		registry: newRegistry(), store: store.New[state](), closing: make(chan struct{}), tb: noTest{},
	}
	s.verdict.forgiven = map[string]map[string]bool{}
	s.admin, s.instance = newAdmin(s), strconv.FormatUint(rand.Uint64(), 36)
	s.askStatus = s.config.statusAsker()
	s.replay = s.newReplays()
	for _, c := range s.config.Tenants {
		t, err := s.addTenant(c)
		if err != nil {
			return nil, fmt.Errorf("fake: %w", err)
		}
		if s.Tenant == nil {
			s.Tenant, s.Clock = t, t.Clock
		}
	}
	return s, nil
}

// NewTenant makes another tenant with its own state, clock and journal. Credentials that are
// left empty are made up; a taken id, secretId or appid is an error.
func (s *Server) NewTenant(c Credentials) (*Tenant, error) {
	for c.ID == "" {
		id := fmt.Sprintf("tenant-%d", s.made.Add(1))
		if _, taken := find(s.registry, s.registry.byID, id); !taken {
			c.ID = id
		}
	}
	return s.addTenant(c)
}

func (s *Server) addTenant(c Credentials) (*Tenant, error) {
	if c.ID == "" {
		return nil, errors.New("tenant: the id is empty")
	}
	t := &Tenant{
		Credentials: c.complete(), server: s, number: s.registry.number(),
		journal:  journal.New[Call](s.config.JournalCalls, s.config.JournalBytes),
		statuses: &statuses{},
	}
	t.Clock = &Clock{moved: t.callBack}
	st, err := s.newState(t)
	if err != nil {
		return nil, err
	}
	s.store.Put(t.key(), st) // before anybody can find the tenant
	if err := s.registry.add(t); err != nil {
		s.store.Remove(t.key())
		return nil, err
	}
	return t, nil
}

// newCall is what an operation of the tenant may know, before anybody is believed.
func (s *Server) newCall(t *Tenant, operation string) *op.Call {
	return &op.Call{
		Operation: operation, Now: t.Clock.Now(), Tenant: t.identity(),
		Dialect: s.config.Dialect, Seed: s.config.Seed, Vary: s.config.Vary, TicketLife: s.config.TicketLife,
		Token: func(c op.TokenClaims) (string, error) { return token.New(t.tokenKey(), t.AppID, c) },
	}
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path+"/", adminPrefix) && !strings.HasPrefix(r.URL.Path, sdkPrefix) {
		if serveDashboard(w, r) {
			return
		}
		s.serveAdmin(w, r)
		return
	}
	x := &exchange{srv: s, r: r, start: time.Now()}
	x.walk(0)
	if x.answer.status == 0 { // the client is gone, or must not get a response
		hangUp(w, x.fault.Kind == fault.KindReset)
		return
	}
	x.answer.writeTo(w, r)
	if x.tenant != nil && strings.HasPrefix(x.operationID(), rendering) {
		go x.tenant.callBack() // not before the response is out: the client may be the one who is called
	}
}

// rendering begins the operations that make render tasks, or bring them to their end.
const rendering = "User.App.Tasks."

// Calls returns the default tenant's calls of the operations, oldest first; of all, and the
// calls that no operation answers, without any name.
func (s *Server) Calls(operations ...string) []Call {
	s.tb.Helper()
	return s.Tenant.Calls(operations...)
}

// Await returns as soon as the default tenant has had n calls of the operation, or the context ends.
func (s *Server) Await(ctx context.Context, operation string, n int) ([]Call, error) {
	s.tb.Helper()
	return s.Tenant.Await(ctx, operation, n)
}

// Calls returns the tenant's calls of the operations, oldest first; see [Server.Calls].
func (t *Tenant) Calls(operations ...string) []Call {
	t.server.tb.Helper()
	t.server.mustKnow(operations...)
	return t.journal.Select(func(c Call) bool {
		return len(operations) == 0 || slices.Contains(operations, c.Operation)
	})
}

// Await returns as soon as the tenant has had n calls of the operation, with all of them. When
// the context ends first it returns those there were, and an error that says how many.
func (t *Tenant) Await(ctx context.Context, operation string, n int) ([]Call, error) {
	t.server.tb.Helper()
	t.server.mustKnow(operation)
	calls, err := t.journal.Await(ctx, n, func(c Call) bool { return c.Operation == operation })
	if err != nil {
		return calls, fmt.Errorf("await %d calls of %s: there were %d: %w", n, operation, len(calls), err)
	}
	return calls, nil
}

// mustKnow fails the test for a name that no service has: a check on a misspelt operation
// would never fail. The empty name stands for calls that no operation answers.
func (s *Server) mustKnow(operations ...string) {
	s.tb.Helper()
	for _, id := range operations {
		if id != "" && !s.knows(id) {
			s.fail("no operation is called %q; did you mean %q?", id, diagnosis.Nearest(id, s.operationIDs()))
		}
	}
}

func (s *Server) knows(id string) bool {
	return id == callbackOperation || id == renderCallback ||
		slices.ContainsFunc(s.services, func(svc *service) bool { _, ok := svc.operations[id]; return ok })
}

func (s *Server) operationIDs() []string {
	ids := []string{callbackOperation, renderCallback}
	for _, svc := range s.services {
		for id := range svc.operations {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// fail ends the test with the sentence, or panics where there is no test: it is for mistakes in
// the test's own code.
func (s *Server) fail(format string, args ...any) {
	s.tb.Helper()
	s.tb.Fatalf("fake: "+format, args...)
}

// noTest stands in for a test where there is none.
type noTest struct{ TB }

func (noTest) Helper() {}

func (noTest) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
