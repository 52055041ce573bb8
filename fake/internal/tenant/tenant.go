// Package tenant holds the tenants of a server: the credentials, state, clock, faults and journal of each, and the
// registry that finds a tenant by what a call carries.
package tenant

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/journal"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/internal/verdict"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Settings are what all tenants of a server have in common.
type Settings struct {
	Dialect    dialect.Dialect
	Seed, Vary uint64
	TicketLife time.Duration
	Limits     op.Limits
	// Fixtures is the first state of every tenant, unless Snapshot is given.
	Fixtures fixtures.Fixtures
	Snapshot []byte
	// JournalCalls and JournalBytes bound the journal of each tenant.
	JournalCalls int
	JournalBytes int64
	// Changed is called, without a lock, when a tenant's clock has moved or its state was changed from outside of a
	// call: something may have become due.
	Changed func(*Tenant)
	// OnCall, unless it is nil, is called with every call that is in a journal, concurrently.
	OnCall func(traffic.Call)

	received *atomic.Int64 // see Registry.Received
}

// Tenant is one set of credentials and everything behind them.
type Tenant struct {
	fixtures.Credentials
	Clock    *Clock
	Journal  *journal.Journal[traffic.Call]
	Faults   Faults
	Coverage Counter

	number   uint32
	settings *Settings
	verdict  *verdict.Verdict

	mu    sync.RWMutex // guards state, and everything in it
	state *state.State // nil when the tenant was removed

	secrets *redact.Secrets // of all tenants
	slots   sync.Map        // by Slot
}

// ErrRemoved is the error of a call to a tenant that was removed meanwhile.
var ErrRemoved = errors.New("the tenant was removed")

// View lets f look at the state. Nothing of it may be kept or changed.
func (t *Tenant) View(f func(*state.State) error) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.state == nil {
		return ErrRemoved
	}
	return f(t.state)
}

// Update lets f change the state. Nothing of it may be kept.
func (t *Tenant) Update(f func(*state.State) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == nil {
		return ErrRemoved
	}
	return f(t.state)
}

// Change is Update from outside of a call, such as by the test: what has become due by it happens before Change
// returns.
func (t *Tenant) Change(f func(c *op.Call, st *state.State) error) error {
	err := t.Update(func(st *state.State) error {
		c := t.NewCall("")
		c.IDs = &st.IDs
		return f(c, st)
	})
	if err == nil {
		t.settings.Changed(t)
	}
	return err
}

// Snapshot is the whole state as JSON, for [Tenant.Restore].
func (t *Tenant) Snapshot() (text []byte, err error) {
	err = t.View(func(st *state.State) error {
		text, err = traffic.Encode(st)
		return err
	})
	if err != nil {
		return nil, err
	}
	return state.WriteSnapshot(text)
}

// Restore puts a snapshot in place of the state. After an error nothing has changed.
func (t *Tenant) Restore(text []byte) error {
	st, err := state.ReadSnapshot(text)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := t.replace(st); err != nil {
		return err
	}
	t.dropSlots(Restored)
	t.settings.Changed(t)
	return nil
}

// Reset takes the tenant back to its first state and to the beginning of the recordings, and empties its journal and
// faults. Clock, coverage and findings stay, and a fault that never fired becomes a finding.
func (t *Tenant) Reset() error {
	st, err := t.firstState()
	if err != nil {
		return err
	}
	if err := t.replace(st); err != nil {
		return err
	}
	t.Journal.Clear()
	t.settleFaults()
	t.dropSlots(Reset)
	t.settings.Changed(t)
	return nil
}

func (t *Tenant) replace(st *state.State) error {
	return t.Update(func(*state.State) error {
		t.state = st
		return nil
	})
}

func (t *Tenant) firstState() (*state.State, error) {
	if len(t.settings.Snapshot) > 0 {
		st, err := state.ReadSnapshot(t.settings.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("snapshot: %w", err)
		}
		return st, nil
	}
	return state.New(t.NewCall(""), t.settings.Fixtures)
}

// settleFaults removes the faults. Those that never fired are findings from now on.
func (t *Tenant) settleFaults() {
	neverFired := t.Faults.NeverFired()
	t.Faults.Clear()
	t.verdict.Add(t.ID, neverFired)
}

// NewCall is what an operation of the tenant may know, before it is known who calls.
func (t *Tenant) NewCall(operation string) *op.Call {
	s := t.settings
	return &op.Call{
		Operation: operation, Now: t.Clock.Now(),
		Tenant: op.Tenant{
			ID: t.ID, Number: t.number, Platform: t.Platform, CMEAppID: t.CMEAppID, AppID: t.AppID,
		},
		Dialect: s.Dialect, Seed: s.Seed, Vary: s.Vary, TicketLife: s.TicketLife, Limits: s.Limits,
		Token: func(c op.TokenClaims) (string, error) { return token.New(t.TokenKey(), t.AppID, c) },
	}
}

// Dialect is that of the server.
func (t *Tenant) Dialect() dialect.Dialect { return t.settings.Dialect }

// TicketLife is how long a new ticket is good.
func (t *Tenant) TicketLife() time.Duration { return t.settings.TicketLife }

// CMEKey verifies the signatures of CME.
func (t *Tenant) CMEKey() cmesign.Key {
	return cmesign.Key{SecretID: t.SecretID, SecretKey: t.SecretKey, Platforms: []string{t.Platform}}
}

// H5DSKey verifies the signatures of h5ds.
func (t *Tenant) H5DSKey() h5dssign.Key {
	return h5dssign.Key{AppID: t.AppID, Secret: t.Secret}
}

// TokenKey signs the tokens of h5ds. The vendor's key is its own secret; this one only has to differ between tenants.
func (t *Tenant) TokenKey() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "token of %q %q", t.AppID, t.Secret))
	return sum[:]
}

// Secrets finds the secrets of all tenants of the server in a text: a client may send those of another one.
func (t *Tenant) Secrets() *redact.Secrets { return t.secrets }

// ownSecrets are what [Tenant.Secrets] knows of a tenant.
func (t *Tenant) ownSecrets() (secrets map[string]string, public []string) {
	return map[string]string{"secretkey": t.SecretKey, "secret": t.Secret}, []string{t.ID, t.SecretID, t.Platform, t.AppID}
}
