package fake_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// A snapshot is where every tenant of a later fake begins, byte for byte, and where a reset goes back to.
func TestBeginWithSnapshot(t *testing.T) {
	t.Parallel()
	first := fake.Start(t, fake.Config{Fixtures: fixtures.Demo()})
	video := fake.Put(first, webpaas.Material{Type: "VIDEO", Name: "clip", Owner: webpaas.Person("user_01")})
	ticket, token := login(t, first, first.Tenant, "user_01"), thirdLogin(t, first, first.Tenant, "user_01")
	snapshot := strings.TrimSuffix(admin(t, first, "GET", "state", "", nil).Body, "\n")

	second := fake.Start(t, fake.Config{Snapshot: []byte(snapshot)})
	for _, id := range []string{"other", "restored"} {
		newTenant(t, second, fake.Credentials{ID: id})
	}
	login(t, second, second.Tenant, "user_02")
	admin(t, second, "PUT", "state?tenant=restored", snapshot, nil)
	admin(t, second, "PUT", "state", snapshot, nil)
	state := func(query string) string {
		return strings.TrimSuffix(admin(t, second, "GET", "state"+query, "", nil).Body, "\n")
	}
	for _, query := range []string{"", "?tenant=other", "?tenant=restored"} {
		if diff := cmp.Diff(snapshot, state(query)); diff != "" {
			t.Errorf("state%s (-want +got):\n%s", query, diff)
		}
	}
	// The default tenant has the same credentials, so what was given out is good there too.
	describe := `{"MaterialIds":["` + video.ID + `"]}`
	if response := paas(t, second, "Material/DescribeMaterials", ticket, describe); !strings.Contains(response.Body, `"clip"`) {
		t.Errorf("with the ticket of before: %s %s", response.Body, response.why())
	}
	if response := do(t, second.Client(), "GET", "https://video.h5ds.com/api/v1/user/info", "", "Authorization", token); response.why() != "" {
		t.Errorf("with the token of before: %s", response.why())
	}
	paas(t, second, "Material/ModifyMaterial", ticket, `{"MaterialId":"`+video.ID+`","Name":"other"}`)
	if state("") == snapshot || state("?tenant=other") != snapshot {
		t.Error("the change is not there, or the tenants share a state")
	}
	admin(t, second, "POST", "reset", "", nil)
	if diff := cmp.Diff(snapshot, state("")); diff != "" {
		t.Errorf("after a reset (-want +got):\n%s", diff)
	}
}

// A reset takes away what came since the beginning, with tickets, tokens and the journal.
func TestReset(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	begin := snapshot(t, srv)
	ticket, token := login(t, srv, srv.Tenant, "user_01"), thirdLogin(t, srv, srv.Tenant, "user_01")
	admin(t, srv, "POST", "reset", "", nil)
	if diff := cmp.Diff(begin, snapshot(t, srv)); diff != "" || len(srv.Calls()) != 0 {
		t.Errorf("%d calls; state (-begin +reset):\n%s", len(srv.Calls()), diff)
	}
	if response := paas(t, srv, "Material/ListMedia", ticket, listMine); response.why() != "ticket.unknown" {
		t.Errorf("a ticket from before the reset: %q", response.why())
	}
	if response := ask(t, srv, token, "GET /user/info", ""); response.why() == "" {
		t.Errorf("a token from before the reset: %s", response.Body)
	}
}

// The demo leaves nothing to the clock or the seed: two fakes have the same state.
func TestDemoIsFixed(t *testing.T) {
	t.Parallel()
	first := snapshot(t, fake.Start(t, fake.Config{Fixtures: fixtures.Demo()}))
	if diff := cmp.Diff(first, snapshot(t, fake.Start(t, fake.Config{Fixtures: fixtures.Demo(), Seed: 7}))); diff != "" {
		t.Errorf("state of two demos (-one +other):\n%s", diff)
	}
	if today := time.Now().UTC().Format("2006-01-02T"); strings.Contains(first, today) {
		t.Errorf("a time of the demo is today: an entry leaves it out")
	}
}
