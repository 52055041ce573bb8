package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/journal"
	"github.com/fakecme/fakecme/fake/internal/mask"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Credentials are what a client needs in order to be a tenant of the fake.
type Credentials struct {
	// ID names the tenant; it never goes over the wire of the fake services.
	ID string

	// SecretID, SecretKey and Platform open opencme and webpaas.
	SecretID  string
	SecretKey string
	Platform  string
	// CMEAppID is the AppId in the response of opencme.
	CMEAppID int64

	// AppID and Secret open h5ds.
	AppID  string
	Secret string
}

// credentialsJSON is the form of the admin API and of the configuration file.
type credentialsJSON struct {
	ID  string `json:"id" yaml:"id"`
	CME struct {
		SecretID  string `json:"secretId" yaml:"secretId"`
		SecretKey string `json:"secretKey" yaml:"secretKey"`
		Platform  string `json:"platform" yaml:"platform"`
		AppID     int64  `json:"appId" yaml:"appId"`
	} `json:"cme" yaml:"cme"`
	H5DS struct {
		AppID  string `json:"appid" yaml:"appid"`
		Secret string `json:"secret" yaml:"secret"`
	} `json:"h5ds" yaml:"h5ds"`
}

// MarshalJSON writes {"id", "cme": {secretId, secretKey, platform, appId}, "h5ds": {appid, secret}}.
func (c Credentials) MarshalJSON() ([]byte, error) {
	var j credentialsJSON
	j.ID = c.ID
	j.CME.SecretID, j.CME.SecretKey, j.CME.Platform, j.CME.AppID = c.SecretID, c.SecretKey, c.Platform, c.CMEAppID
	j.H5DS.AppID, j.H5DS.Secret = c.AppID, c.Secret
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Credentials) UnmarshalJSON(b []byte) error {
	var j credentialsJSON
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields() // a misspelt name would choose other credentials
	if err := decoder.Decode(&j); err != nil {
		return err
	}
	*c = j.credentials()
	return nil
}

// UnmarshalYAML reads the same form from a configuration file.
func (c *Credentials) UnmarshalYAML(unmarshal func(any) error) error {
	var j credentialsJSON
	if err := unmarshal(&j); err != nil {
		return err
	}
	*c = j.credentials()
	return nil
}

func (j credentialsJSON) credentials() Credentials {
	return Credentials{
		ID: j.ID, SecretID: j.CME.SecretID, SecretKey: j.CME.SecretKey, Platform: j.CME.Platform,
		CMEAppID: j.CME.AppID, AppID: j.H5DS.AppID, Secret: j.H5DS.Secret,
	}
}

// DefaultTenant returns the credentials of the tenant that is there when none is configured.
// They look fake on purpose: a string in the form of a real key would trip secret scanners.
func DefaultTenant() Credentials {
	return Credentials{
		ID:       "default",
		SecretID: "fake-secret-id", SecretKey: "fake-secret-key", Platform: "fake-platform", CMEAppID: 1200000001,
		AppID: "fake-appid", Secret: "fake-secret",
	}
}

// complete fills what was left empty with values made from the id.
func (c Credentials) complete() Credentials {
	d := DefaultTenant()
	fill := func(field *string, byDefault string) {
		if *field != "" {
			return
		}
		*field = byDefault
		if c.ID != d.ID {
			*field += "-" + c.ID
		}
	}
	fill(&c.SecretID, d.SecretID)
	fill(&c.SecretKey, d.SecretKey)
	fill(&c.Platform, d.Platform)
	fill(&c.AppID, d.AppID)
	fill(&c.Secret, d.Secret)
	if c.CMEAppID == 0 {
		c.CMEAppID = d.CMEAppID
	}
	return c
}

// Tenant is one set of credentials and everything behind them: its own state, clock and
// journal. A call finds its tenant by what a signed client sends anyway.
type Tenant struct {
	Credentials
	// Clock is the time of this tenant.
	Clock *Clock

	server  *Server
	number  uint32
	journal *journal.Journal[Call]
	faults  faults

	covered   covered
	warnings  warnings
	replaying replaying

	secretsOnce sync.Once
	secrets     mask.Known // see knownSecrets
	callbacks   callbacks

	// statuses are what the third party has said of its users.
	statuses *statuses
}

// key names the tenant in the store. A later tenant of the same id has another one, so that
// whoever still holds this tenant cannot reach that one's state.
func (t *Tenant) key() string { return fmt.Sprintf("%s#%d", t.ID, t.number) }

func (t *Tenant) identity() op.Tenant {
	return op.Tenant{
		ID: t.ID, Number: t.number, Platform: t.Platform, CMEAppID: t.CMEAppID, AppID: t.AppID,
	}
}

func (t *Tenant) cmeKey() cmesign.Key {
	return cmesign.Key{SecretID: t.SecretID, SecretKey: t.SecretKey, Platforms: []string{t.Platform}}
}

func (t *Tenant) h5dsKey() h5dssign.Key {
	return h5dssign.Key{AppID: t.AppID, Secret: t.Secret}
}

// registry finds tenants by everything a call may carry.
type registry struct {
	mu         sync.RWMutex // guards everything below
	all        []*Tenant    // in the order they were made
	byID       map[string]*Tenant
	bySecretID map[string]*Tenant
	byAppID    map[string]*Tenant
	byNumber   map[uint32]*Tenant
	last       uint32
}

func newRegistry() *registry {
	return &registry{
		byID: map[string]*Tenant{}, bySecretID: map[string]*Tenant{},
		byAppID: map[string]*Tenant{}, byNumber: map[uint32]*Tenant{},
	}
}

// number returns a number that no other tenant gets. A tenant has it before its fixtures are
// loaded: ids depend on it.
func (r *registry) number() uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	return r.last
}

// add makes the tenant known. Two tenants never share an id, a secretId or an appid.
func (r *registry) add(t *Tenant) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.byID[t.ID] != nil:
		return fmt.Errorf("tenant: there is a tenant %q already", t.ID)
	case r.bySecretID[t.SecretID] != nil:
		return fmt.Errorf("tenant %q: secretId %q is the one of tenant %q; every tenant needs its own",
			t.ID, t.SecretID, r.bySecretID[t.SecretID].ID)
	case r.byAppID[t.AppID] != nil:
		return fmt.Errorf("tenant %q: h5ds appid %q is the one of tenant %q; every tenant needs its own",
			t.ID, t.AppID, r.byAppID[t.AppID].ID)
	}
	r.all = append(r.all, t)
	r.byID[t.ID], r.bySecretID[t.SecretID] = t, t
	r.byAppID[t.AppID], r.byNumber[t.number] = t, t
	return nil
}

// remove forgets a tenant. Its number is never given out again.
func (r *registry) remove(t *Tenant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byID[t.ID] != t { // removed already, perhaps followed by another of the same id
		return
	}
	r.all = slices.DeleteFunc(slices.Clone(r.all), func(other *Tenant) bool { return other == t })
	delete(r.byID, t.ID)
	delete(r.bySecretID, t.SecretID)
	delete(r.byAppID, t.AppID)
	delete(r.byNumber, t.number)
}

func find[K comparable](r *registry, m map[K]*Tenant, key K) (*Tenant, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	t, ok := m[key]
	return t, ok
}

// tenants returns all there are at this moment.
func (r *registry) tenants() iter.Seq[*Tenant] {
	r.mu.RLock()
	all := r.all[:len(r.all):len(r.all)]
	r.mu.RUnlock()
	return func(yield func(*Tenant) bool) {
		for _, t := range all {
			if !yield(t) {
				return
			}
		}
	}
}
