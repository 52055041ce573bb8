package pipeline

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/verdict"
	"github.com/fakecme/fakecme/fake/traffic"
)

// withUserInfo returns a pipeline, and how to call User.Info in it when that is another function.
func withUserInfo(t *testing.T, run func() (any, error)) (*Pipeline, func() Response) {
	t.Helper()
	bugs := &verdict.Verdict{}
	p := &Pipeline{
		Settings: Settings{Dialect: dialect.Original, SelfCheck: true, MaxBody: 1000},
		Registry: tenant.NewRegistry(tenant.Settings{
			Dialect: dialect.Original, JournalCalls: 10, JournalBytes: 1e6, Changed: func(*tenant.Tenant) {},
		}, bugs),
		Verdict: bugs,
	}
	if _, err := service.All(); err != nil {
		t.Fatal(err)
	}
	var err error
	if p.Default, err = p.Registry.Add(fixtures.DefaultCredentials()); err != nil {
		t.Fatal(err)
	}
	documented, _ := service.Find("User.Info")
	changed := *documented
	changed.Run = func(*op.Call, *state.State, []byte) (any, error) { return run() }
	return p, func() Response {
		r := httptest.NewRequest(http.MethodGet, "http://video.h5ds.com/api/v1/user/info", nil)
		x := &Exchange{Pipeline: p, Request: scheme.Request{Request: r, Tenants: p.Registry}}
		x.Service, x.Operation = service.Named("h5ds"), &changed
		x.Locate(p.Default)
		keepJournal(x, func() {
			guard(x, func() { checkResponse(x, func() { dispatch(x, nil) }) })
		})
		return x.Response
	}
}

// A panic in an operation is answered with 500, is a bug in the fake and no finding, and leaves the next call unharmed.
func TestPanicIsABugInTheFake(t *testing.T) {
	t.Parallel()
	calls := 0
	p, call := withUserInfo(t, func() (any, error) {
		if calls++; calls == 1 {
			panic("on purpose")
		}
		return nil, nil
	})
	first := call()
	if e := traffic.ReadEnvelope(first.Body); first.Status != 500 || e.Code != "500" || e.Message == "" {
		t.Errorf("%d %s", first.Status, first.Body)
	}
	if why := first.Header.Get(WhyHeader); !strings.HasPrefix(why, "fake.bug: ") || !strings.Contains(why, "panic: on purpose") {
		t.Errorf("why: %s", why)
	}
	bugs := p.Verdict.Bugs()
	if len(bugs) != 1 || !strings.HasPrefix(bugs[0], "User.Info: panic: on purpose\ngoroutine ") {
		t.Errorf("bugs: %q", bugs)
	}
	if found := p.Findings(); found != nil {
		t.Errorf("findings: %v", found)
	}
	if c, ok := p.Default.Journal.At(1); !ok || c.Status != 500 || c.Operation != "User.Info" {
		t.Errorf("journal: %v", c)
	}
	if next := call(); next.Status != 200 {
		t.Errorf("the next call: %d %s", next.Status, next.Body)
	}
}

// A response that breaks the contract, and an error that no document knows, are bugs in the fake.
func TestOwnMistakesAreSeen(t *testing.T) {
	t.Parallel()
	p, call := withUserInfo(t, func() (any, error) { return map[string]any{"id": 7}, nil })
	if w := call(); w.Status != 200 {
		t.Errorf("%d %s", w.Status, w.Body)
	}
	if bugs := p.Verdict.Bugs(); len(bugs) != 1 || !strings.Contains(bugs[0], "User.Info: the fake's response breaks the contract: body /data/id: ") {
		t.Errorf("bugs: %q", bugs)
	}
	p, call = withUserInfo(t, func() (any, error) { return nil, errors.New("of no document") })
	if w := call(); w.Status != 500 || len(p.Verdict.Bugs()) != 1 {
		t.Errorf("%d %s, bugs %q", w.Status, w.Body, p.Verdict.Bugs())
	}
}

// A call whose tenant is removed meanwhile is rejected; that is no bug in the fake.
func TestTenantRemovedDuringCall(t *testing.T) {
	t.Parallel()
	p, call := withUserInfo(t, func() (any, error) { return map[string]any{}, nil })
	p.Registry.Remove(p.Default)
	w := call()
	if why := w.Header.Get(WhyHeader); !strings.HasPrefix(why, "call.tenant-removed: ") || len(p.Verdict.Bugs()) > 0 {
		t.Errorf("why %s, bugs %q", why, p.Verdict.Bugs())
	}
}
