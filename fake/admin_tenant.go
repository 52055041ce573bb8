package fake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

func listTenants(s *Server, r *http.Request) (any, error) {
	if err := noParameters(r); err != nil {
		return nil, err
	}
	var all []Credentials
	for t := range s.registry.tenants() {
		all = append(all, t.Credentials)
	}
	return map[string]any{"tenants": all}, nil
}

// makeTenant answers with the whole credentials: whoever makes a tenant must be able to sign.
func makeTenant(s *Server, r *http.Request) (any, error) {
	if err := noParameters(r); err != nil {
		return nil, err
	}
	var c Credentials
	if err := readAdmin(r, &c); err != nil {
		return nil, err
	}
	t, err := s.NewTenant(c)
	if err != nil {
		return nil, adminFault(http.StatusConflict, "%v", err)
	}
	return t.Credentials, nil
}

func removeTenant(s *Server, r *http.Request) (any, error) {
	t, ok := find(s.registry, s.registry.byID, r.PathValue("id"))
	err := noParameters(r)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, adminFault(http.StatusNotFound, "there is no tenant %q", r.PathValue("id"))
	case t == s.Tenant:
		return nil, adminFault(http.StatusConflict, "the default tenant stays; POST %sreset empties it", adminPrefix)
	}
	s.RemoveTenant(t)
	return done, nil
}

// RemoveTenant forgets a tenant: its state, journal, faults and credentials. Its findings stay, for the test is judged
// by them, and a fault that never fired is one; what it covered counts on. Calls under way finish. The default tenant
// stays.
func (s *Server) RemoveTenant(t *Tenant) {
	if t == s.Tenant {
		return
	}
	s.registry.remove(t)
	s.removed.join(&t.covered)
	t.covered.forget() // to remove it again adds nothing
	s.store.Remove(t.key())
	t.settleFaults()
	s.forgiveForGood(t.ID)
	t.callbacks.stop()
	t.journal.Wake() // listeners to its calls end
}

// clockJSON is the clock as the admin API shows it, and what may be asked of it.
type clockJSON struct {
	Now     *time.Time `json:"now,omitempty"`
	Frozen  *bool      `json:"frozen,omitempty"`
	Advance string     `json:"advance,omitempty"`
	Real    bool       `json:"real,omitempty"`
}

func readClock(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	now, frozen := t.Clock.Now(), t.Clock.Frozen()
	return clockJSON{Now: &now, Frozen: &frozen}, nil
}

// setClock does one of: {"real":true}, {"advance":"24h"}, {"now":…} with or without "frozen", {"frozen":…}.
func setClock(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	var want clockJSON
	if err := readAdmin(r, &want); err != nil {
		return nil, err
	}
	switch {
	case want.Real && want.Now == nil && want.Frozen == nil && want.Advance == "":
		t.Clock.Real()
	case want.Advance != "" && want.Now == nil && want.Frozen == nil && !want.Real:
		d, err := time.ParseDuration(want.Advance)
		if err != nil {
			return nil, adminFault(http.StatusBadRequest, "advance: %q; write it like 24h or 1m30s", want.Advance)
		}
		t.Clock.Advance(d)
	case (want.Now != nil || want.Frozen != nil) && want.Advance == "" && !want.Real:
		t.Clock.set(want.Now, want.Frozen)
	default:
		return nil, adminFault(http.StatusBadRequest,
			`say one thing: {"real":true}, {"advance":"24h"}, {"now":"2026-01-02T03:04:05Z","frozen":true} or {"frozen":false}`)
	}
	return readClock(s, r)
}

// set changes the time, or whether it stands still, or both; what is nil stays.
func (c *Clock) set(now *time.Time, frozen *bool) {
	stand := c.Frozen()
	if frozen != nil {
		stand = *frozen
	}
	at := c.Now()
	if now != nil {
		at = *now
	}
	c.Freeze(at)
	if !stand {
		c.Unfreeze()
	}
}

// snapshot is a tenant's state as the admin API gives and takes it.
type snapshot struct {
	// Version changes when the form of the state does.
	Version int             `json:"version"`
	State   json.RawMessage `json:"state"`
}

const stateVersion = 1

// Snapshot is the tenant's whole state as JSON, for [Tenant.Restore].
func (t *Tenant) Snapshot() ([]byte, error) {
	var text []byte
	err := t.server.store.View(t.key(), func(st *state) (err error) {
		text, err = encode(st)
		return err
	})
	if err != nil {
		return nil, err
	}
	return encode(snapshot{Version: stateVersion, State: text})
}

// Restore puts a snapshot in place of the tenant's state. It rejects one of another version,
// or one that is no snapshot, and then changes nothing.
func (t *Tenant) Restore(text []byte) error {
	st, err := readSnapshot("restore", text)
	if err != nil {
		return err
	}
	return t.replace(st)
}

// readSnapshot returns the state in a snapshot. Errors begin with what it is read for.
func readSnapshot(purpose string, text []byte) (*state, error) {
	var given snapshot
	outer := json.NewDecoder(bytes.NewReader(text))
	outer.DisallowUnknownFields()
	if err := outer.Decode(&given); err != nil {
		return nil, adminFault(http.StatusBadRequest, "%s: this is no snapshot: %v", purpose, err)
	}
	if given.Version != stateVersion {
		return nil, adminFault(http.StatusConflict, "%s: the snapshot has version %d, and this fake reads version %d; make it anew with this fake",
			purpose, given.Version, stateVersion)
	}
	st := &state{}
	decoder := json.NewDecoder(bytes.NewReader(given.State))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(st); err != nil || string(given.State) == "null" {
		return nil, adminFault(http.StatusBadRequest, "%s: the state is none of this fake: %v", purpose, err)
	}
	return st, nil
}

// replace puts another state in place, and forgets what was remembered beside it.
func (t *Tenant) replace(st *state) error {
	if err := t.server.store.Replace(t.key(), st); err != nil {
		return err
	}
	t.statuses.clear()
	t.callBack()
	return nil
}

// Reset takes the tenant back to the fixtures and to the beginning of the recordings, and empties its
// journal and faults. Clock, coverage and findings stay, and a fault that never fired becomes a finding: who
// resets between two tests is judged by both. A call that is under way meanwhile may come through in part.
func (t *Tenant) Reset() error {
	st, err := t.server.newState(t)
	if err != nil {
		return err
	}
	if err := t.replace(st); err != nil {
		return err
	}
	t.journal.Clear()
	t.settleFaults()
	t.warnings.forget()
	t.replaying.clear()
	return nil
}

func readState(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	text, err := t.Snapshot()
	return json.RawMessage(text), err
}

func replaceState(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	var text json.RawMessage
	if err := readAdmin(r, &text); err != nil {
		return nil, err
	}
	if err := t.Restore(text); err != nil {
		return nil, err
	}
	return done, nil
}

func resetState(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	if err := readAdmin(r, &struct{}{}); err != nil {
		return nil, err
	}
	return done, t.Reset()
}
