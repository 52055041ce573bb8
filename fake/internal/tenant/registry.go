package tenant

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/internal/journal"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/verdict"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/redact"
)

// InvalidError is the error of credentials that no tenant can have.
type InvalidError struct{ err error }

func (e *InvalidError) Error() string { return "tenant: " + e.err.Error() }

func (e *InvalidError) Unwrap() error { return e.err }

// Registry holds the tenants of a server and finds them by everything that a call may carry.
type Registry struct {
	// Removed has what the tenants that are gone have covered.
	Removed Counter

	settings Settings
	verdict  *verdict.Verdict
	made     atomic.Uint64 // tenants whose ids New has made
	secrets  redact.Secrets

	mu         sync.RWMutex // guards everything below
	all        []*Tenant    // in the order in which they were made
	byID       map[string]*Tenant
	bySecretID map[string]*Tenant
	byAppID    map[string]*Tenant
	byNumber   map[uint32]*Tenant
	bySecret   map[string]*Tenant // by both secrets; of several with the same secret the last
	last       uint32
}

// NewRegistry returns a registry without tenants. Faults that never fired become findings of the verdict when their
// tenant is reset or removed.
func NewRegistry(s Settings, v *verdict.Verdict) *Registry {
	s.received = &atomic.Int64{}
	return &Registry{
		settings: s, verdict: v,
		byID: map[string]*Tenant{}, bySecretID: map[string]*Tenant{},
		byAppID: map[string]*Tenant{}, byNumber: map[uint32]*Tenant{},
		bySecret: map[string]*Tenant{},
	}
}

// New makes a tenant. Credentials that are left empty are made up, the id too. Two tenants never share an id, a
// secretId or an appid.
func (r *Registry) New(c fixtures.Credentials) (*Tenant, error) {
	for c.ID == "" {
		id := fmt.Sprintf("tenant-%d", r.made.Add(1))
		if _, taken := r.ByID(id); !taken {
			c.ID = id
		}
	}
	return r.Add(c)
}

// Add is New for credentials with an id.
func (r *Registry) Add(c fixtures.Credentials) (*Tenant, error) {
	if c.ID == "" {
		return nil, errors.New("tenant: the id is empty")
	}
	c = c.Complete()
	if err := c.Check(); err != nil {
		return nil, &InvalidError{err}
	}
	t := &Tenant{
		Credentials: c, number: r.number(), settings: &r.settings, verdict: r.verdict, secrets: &r.secrets,
		Journal: journal.New[traffic.Call](r.settings.JournalCalls, r.settings.JournalBytes),
	}
	t.Clock = &Clock{changed: func() { r.settings.Changed(t) }}
	var err error
	if t.state, err = t.firstState(); err != nil {
		return nil, err
	}
	if err := r.register(t); err != nil {
		return nil, err
	}
	return t, nil
}

// number returns a number that no other tenant gets. A tenant has it before its first state is made, because ids depend
// on it.
func (r *Registry) number() uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	return r.last
}

func (r *Registry) register(t *Tenant) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.settings.Limits.Tenants > 0 && len(r.all) >= r.settings.Limits.Tenants:
		return fmt.Errorf("tenant: there are %d tenants already, which is the most; remove those whose tests have ended", r.settings.Limits.Tenants)
	case r.byID[t.ID] != nil:
		return fmt.Errorf("tenant: there is a tenant %q already", t.ID)
	case r.bySecretID[t.SecretID] != nil:
		return fmt.Errorf("tenant %q: secretId %q is the one of tenant %q; every tenant needs its own",
			t.ID, t.SecretID, r.bySecretID[t.SecretID].ID)
	case r.byAppID[t.AppID] != nil:
		return fmt.Errorf("tenant %q: h5ds appid %q is the one of tenant %q; every tenant needs its own",
			t.ID, t.AppID, r.byAppID[t.AppID].ID)
	}
	secrets, public := t.ownSecrets()
	r.secrets.Add(secrets, public...)
	r.bySecret[t.SecretKey], r.bySecret[t.Secret] = t, t
	r.all = append(r.all, t)
	r.byID[t.ID], r.bySecretID[t.SecretID] = t, t
	r.byAppID[t.AppID], r.byNumber[t.number] = t, t
	return nil
}

// Remove forgets a tenant: its state, faults and credentials. Its findings stay, and a fault that never fired is one;
// what it covered counts on. Its number is never given out again. A call under way is rejected once it needs the
// state; see [ErrRemoved].
func (r *Registry) Remove(t *Tenant) {
	if !r.unregister(t) {
		return
	}
	r.Removed.Join(&t.Coverage)
	_ = t.Update(func(*state.State) error {
		t.state = nil
		return nil
	})
	t.settleFaults()
	r.verdict.RemoveTenant(t.ID)
	r.settings.Changed(t) // nothing of it becomes due any more
	t.Journal.Wake()      // those who wait for its calls look again, and see that it is gone
}

// unregister reports whether the tenant was there.
func (r *Registry) unregister(t *Tenant) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID[t.ID] != t { // removed already, perhaps followed by another of the same id
		return false
	}
	r.all = slices.DeleteFunc(slices.Clone(r.all), func(other *Tenant) bool { return other == t })
	delete(r.byID, t.ID)
	delete(r.bySecretID, t.SecretID)
	delete(r.byAppID, t.AppID)
	delete(r.byNumber, t.number)
	secrets, public := t.ownSecrets()
	r.secrets.Remove(secrets, public...)
	for _, secret := range secrets {
		if r.bySecret[secret] == t {
			delete(r.bySecret, secret)
		}
	}
	return true
}

// Has reports whether the tenant is still there.
func (r *Registry) Has(t *Tenant) bool {
	same, ok := r.ByID(t.ID)
	return ok && same == t
}

// ByID finds a tenant by its id.
func (r *Registry) ByID(id string) (*Tenant, bool) { return find(r, r.byID, id) }

// BySecretID finds a tenant by the secretId of CME.
func (r *Registry) BySecretID(id string) (*Tenant, bool) { return find(r, r.bySecretID, id) }

// ByAppID finds a tenant by the appid of h5ds.
func (r *Registry) ByAppID(id string) (*Tenant, bool) { return find(r, r.byAppID, id) }

// ByNumber finds a tenant by its number, which tickets carry.
func (r *Registry) ByNumber(number uint32) (*Tenant, bool) { return find(r, r.byNumber, number) }

func find[K comparable](r *Registry, m map[K]*Tenant, key K) (*Tenant, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	t, ok := m[key]
	return t, ok
}

// All returns the tenants there are at this moment, in the order in which they were made.
func (r *Registry) All() iter.Seq[*Tenant] {
	r.mu.RLock()
	all := r.all[:len(r.all):len(r.all)]
	r.mu.RUnlock()
	return slices.Values(all)
}

// Secrets finds the secrets of all tenants.
func (r *Registry) Secrets() *redact.Secrets { return &r.secrets }

// maxLikely bounds the tenants of [Registry.Likely] from either end.
const maxLikely = 8

// Likely returns the tenants that a client may have meant that has confused its credentials: those that the name belongs
// to, which is an id or a secret, those that were made first, and those that were made last. They are few, however many
// tenants there are.
func (r *Registry) Likely(name string) iter.Seq[*Tenant] {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var likely []*Tenant
	for _, t := range slices.Concat(
		[]*Tenant{r.byID[name], r.bySecretID[name], r.byAppID[name], r.bySecret[name]},
		r.all[:min(len(r.all), maxLikely)], r.all[max(0, len(r.all)-maxLikely):],
	) {
		if t != nil && !slices.Contains(likely, t) {
			likely = append(likely, t)
		}
	}
	return slices.Values(likely)
}

// Received is how many calls of the services have come, of all tenants.
func (r *Registry) Received() int64 { return r.settings.received.Load() }

// Covered is the sum of what all tenants have covered, those that were removed included.
func (r *Registry) Covered() *Counter {
	sum := &Counter{}
	sum.Join(&r.Removed)
	for t := range r.All() {
		sum.Join(&t.Coverage)
	}
	return sum
}

// NeverFired returns a finding for each fault of each tenant that has not fired.
func (r *Registry) NeverFired() []traffic.Finding {
	var found []traffic.Finding
	for t := range r.All() {
		for _, f := range t.Faults.NeverFired() {
			f.Tenant = t.ID
			found = append(found, f)
		}
	}
	return found
}

// chosen is the key under which a context holds a tenant.
type chosen struct{}

// WithChosen returns a context whose calls belong to the tenant, unless they name another.
func WithChosen(ctx context.Context, t *Tenant) context.Context {
	return context.WithValue(ctx, chosen{}, t)
}

// Chosen returns the tenant of [WithChosen].
func Chosen(ctx context.Context) (*Tenant, bool) {
	t, ok := ctx.Value(chosen{}).(*Tenant)
	return t, ok
}
