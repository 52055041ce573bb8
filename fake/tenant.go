package fake

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/export"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Call is one request and its response, as the journal keeps them.
type Call = traffic.Call

// Finding is something that a test author should know: the client broke the contract, made an unknown call or does what
// works and should not be done, a fault never fired, or a recording was not used.
type Finding = traffic.Finding

// Coverage is what calls have covered of the contracts.
type Coverage = coverage.Coverage

// Tenant is one set of credentials and everything behind them: its own state, clock, faults and journal. A call finds
// its tenant by what a signed client sends anyway.
type Tenant struct {
	// Credentials are a copy: to change them changes nothing in the fake.
	Credentials
	// Clock is the time of this tenant.
	Clock *Clock

	server *Server
	tenant *tenant.Tenant
}

// Calls returns the tenant's calls of the operations, oldest first; see [Server.Calls].
func (t *Tenant) Calls(operations ...string) []Call {
	t.server.tb.Helper()
	t.server.mustKnow(operations...)
	return t.tenant.Journal.Select(func(c Call) bool {
		return len(operations) == 0 || slices.Contains(operations, c.Operation)
	})
}

// Await returns as soon as the tenant has had n calls of the operation, with all of them. When the context ends first
// it returns those there were, and an error that says how many.
func (t *Tenant) Await(ctx context.Context, operation string, n int) ([]Call, error) {
	t.server.tb.Helper()
	t.server.mustKnow(operation)
	calls, err := t.tenant.Journal.Await(ctx, n, func(c Call) bool { return c.Operation == operation })
	if err != nil {
		return calls, fmt.Errorf("await %d calls of %s: there were %d: %w", n, operation, len(calls), err)
	}
	return calls, nil
}

// Inject injects a fault into an operation of this tenant; see [Server.Inject].
func (t *Tenant) Inject(operation string, f fault.Fault) {
	t.server.tb.Helper()
	t.inject(operation, f, caller(1))
}

func (t *Tenant) inject(operation string, f fault.Fault, where string) {
	t.server.tb.Helper()
	if _, err := t.tenant.Faults.Inject(operation, f, where, t.tenant.Dialect()); err != nil {
		t.server.fail("inject: %v", err)
	}
}

// caller is file:line of the caller of the caller of this function, without the path.
func caller(skip int) string {
	_, file, line, ok := runtime.Caller(skip + 1)
	if !ok {
		return "unknown place"
	}
	return fmt.Sprintf("%s:%d", file[strings.LastIndexByte(file, '/')+1:], line)
}

// Coverage returns what the tenant's calls have covered of the contracts. Reset does not change it. The first call of
// Coverage parses the contract documents.
func (t *Tenant) Coverage() Coverage { return t.server.pipeline.Coverage(t.tenant) }

// Snapshot returns the tenant's whole state as JSON, for [Tenant.Restore].
func (t *Tenant) Snapshot() ([]byte, error) { return t.tenant.Snapshot() }

// Restore puts a snapshot in place of the tenant's state. A snapshot of another version, or a text that is no snapshot,
// is an error, and then nothing changes.
func (t *Tenant) Restore(text []byte) error { return t.tenant.Restore(text) }

// Reset takes the tenant back to the fixtures and to the beginning of the recordings, and empties its journal and
// faults. Clock, coverage and findings stay, and a fault that never fired becomes a finding: a run that resets between
// two tests is judged by both. A call that is under way meanwhile may come through in part.
func (t *Tenant) Reset() error { return t.tenant.Reset() }

// HAR returns the tenant's journal as a HAR 1.2 file, which the developer tools of a browser open. As in the journal, secrets
// are placeholders. The comment of an entry says which operation it is, and why it was rejected.
func (t *Tenant) HAR() ([]byte, error) { return export.HAR(t.Calls()) }

// Curl returns a call of the tenant's journal as a command for a POSIX shell: the call as it was, to this server, with a
// credential that is good now. The journal keeps no secret, so the credential is made anew, for the user of the call; a
// call that was rejected for its credential becomes the call done right. Lines that begin with # come first and say what
// was changed, and what must be filled in by hand.
//
// The command holds a live credential: keep it out of logs. A call with a ticket gets one that the user has, or a new
// one; a call with a token gets one of a login of its own, which the state then has.
//
// The error says why there is no such command: the call is of another tenant or was made by the fake itself, the server
// does not listen on a port, or the tenant has no user whose call it could be.
func (t *Tenant) Curl(c Call) (string, error) {
	switch {
	case t.server.memory != nil:
		return "", errors.New("curl: the server listens in memory only, where curl cannot reach it; start it without Config.InMemory")
	case t.server.URL == "":
		return "", errors.New("curl: the server does not listen; call Listen or use Start")
	}
	return export.Curl(t.tenant, c, t.server.URL)
}

// Clock is the time of one tenant: the real time plus an offset, or frozen. It is real by default, because the client
// under test signs with its own clock. It is that of a [Tenant]. It may be up to 290 years from the real time; a time
// farther away ends the test.
type Clock struct {
	clock  *tenant.Clock
	server *Server
}

// Now returns the tenant's time, in UTC.
func (c *Clock) Now() time.Time { return c.clock.Now() }

// Advance moves the clock by d, which may be negative. A frozen clock stays frozen. Callbacks that fall due go out before
// it returns, in their order.
func (c *Clock) Advance(d time.Duration) {
	c.server.tb.Helper()
	if err := c.clock.Advance(d); err != nil {
		c.server.fail("advance: %v", err)
	}
}

// Freeze stops the clock at t. The zero time stops it where it is.
func (c *Clock) Freeze(t time.Time) {
	c.server.tb.Helper()
	if err := c.clock.Freeze(t); err != nil {
		c.server.fail("freeze: %v", err)
	}
}

// Unfreeze lets a frozen clock go on from where it stands.
func (c *Clock) Unfreeze() { c.clock.Unfreeze() }

// Real takes the clock back to the real time.
func (c *Clock) Real() { c.clock.Real() }

// Frozen says whether the clock stands still.
func (c *Clock) Frozen() bool { return c.clock.Frozen() }
