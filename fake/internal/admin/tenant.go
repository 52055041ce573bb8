package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
)

func listTenants(a *API, r *http.Request) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	var all []fixtures.Credentials
	for t := range a.Pipeline.Registry.All() {
		all = append(all, t.Credentials)
	}
	return map[string]any{"tenants": all}, nil
}

// makeTenant responds with the whole credentials: whoever makes a tenant must be able to sign.
func makeTenant(a *API, r *http.Request) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	var c fixtures.Credentials
	if err := readBody(r, &c); err != nil {
		return nil, err
	}
	t, err := a.Pipeline.Registry.New(c)
	if invalid := (*tenant.InvalidError)(nil); errors.As(err, &invalid) {
		return nil, errorf(http.StatusBadRequest, "%v", err)
	}
	if err != nil {
		return nil, errorf(http.StatusConflict, "%v", err)
	}
	return t.Credentials, nil
}

func removeTenant(a *API, r *http.Request) (any, error) {
	t, ok := a.Pipeline.Registry.ByID(pathValue(r, "id"))
	err := noQuery(r)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, errorf(http.StatusNotFound, "there is no tenant %q", pathValue(r, "id"))
	case t == a.Pipeline.Default:
		return nil, errorf(http.StatusConflict, "the default tenant stays; POST %sreset empties it", site.Prefix)
	}
	a.Pipeline.Registry.Remove(t)
	return done, nil
}

// clockJSON is the clock as the API shows it, and what may be asked of it.
type clockJSON struct {
	Now     *time.Time `json:"now,omitempty"`
	Frozen  *bool      `json:"frozen,omitempty"`
	Advance string     `json:"advance,omitempty"`
	Real    bool       `json:"real,omitempty"`
}

func readClock(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	now, frozen := t.Clock.Now(), t.Clock.Frozen()
	return clockJSON{Now: &now, Frozen: &frozen}, nil
}

// setClock does one of: {"real":true}, {"advance":"24h"}, {"now":…} with or without "frozen", {"frozen":…}.
func setClock(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	var want clockJSON
	if err := readBody(r, &want); err != nil {
		return nil, err
	}
	switch {
	case want.Real && want.Now == nil && want.Frozen == nil && want.Advance == "":
		t.Clock.Real()
	case want.Advance != "" && want.Now == nil && want.Frozen == nil && !want.Real:
		d, err := time.ParseDuration(want.Advance)
		if err != nil {
			return nil, errorf(http.StatusBadRequest, "advance: %q; write it like 24h or 1m30s", want.Advance)
		}
		if err := t.Clock.Advance(d); err != nil {
			return nil, errorf(http.StatusBadRequest, "advance: %v", err)
		}
	case (want.Now != nil || want.Frozen != nil) && want.Advance == "" && !want.Real:
		if err := t.Clock.Set(want.Now, want.Frozen); err != nil {
			return nil, errorf(http.StatusBadRequest, "now: %v", err)
		}
	default:
		return nil, errorf(http.StatusBadRequest,
			`say one thing: {"real":true}, {"advance":"24h"}, {"now":"2026-01-02T03:04:05Z","frozen":true} or {"frozen":false}`)
	}
	return readClock(a, r)
}

func readState(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	text, err := a.export(r, t.Snapshot)
	return json.RawMessage(text), err
}

func replaceState(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	var text json.RawMessage
	if err := readBody(r, &text); err != nil {
		return nil, err
	}
	if err := t.Restore(text); errors.Is(err, state.ErrVersion) {
		return nil, errorf(http.StatusConflict, "%v", err)
	} else if err != nil {
		return nil, err
	}
	return done, nil
}

func resetState(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	if err := readBody(r, &struct{}{}); err != nil {
		return nil, err
	}
	return done, t.Reset()
}
