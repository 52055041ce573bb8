package fake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
)

// Whoever cleans up after a test is judged all the same: no reset and no removal takes a finding away, and
// a fault that never fired is one. What was forgiven stays forgiven.
func TestFindingsOutliveTheirTenant(t *testing.T) {
	t.Parallel()
	for _, end := range []struct{ name, method, path string }{
		{"reset", "POST", "reset?tenant=other"}, {"removed", "DELETE", "tenants/other"},
	} {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{})
			other, err := srv.NewTenant(fake.Credentials{ID: "other"})
			if err != nil {
				t.Fatal(err)
			}
			ticket := login(t, srv, other, "user_01")
			paas(t, srv, "Material/DeleteMaterial", ticket, "{}")
			paas(t, srv, "Material/DeleteClass", ticket, "{}")
			other.Inject("Material.ListMedia", fault.Drop())
			admin(t, srv, "POST", "forgiven?tenant=other", `{"names":["Material.DeleteClass"]}`, nil)
			admin(t, srv, end.method, end.path, "", nil)
			var got []string
			for _, f := range srv.Findings() {
				got = append(got, f.Tenant+" "+f.Operation+" "+f.Diagnosis.Code)
			}
			want := []string{"other Material.DeleteMaterial contract.body", "other Material.ListMedia fault.never-fired"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			admin(t, srv, "DELETE", "findings", "", nil) // this test is done with them
		})
	}
}

// The last step of a CI job fails for findings, and when no client has reached the fake.
func TestFindingsFail(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ask := func(want string) {
		t.Helper()
		answer := admin(t, srv, "GET", "findings?fail=true", "", nil)
		if got := fmt.Sprint(answer.Status, " ", strings.TrimSpace(answer.Body)); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	ask(`409 {"findings":[],"bugs":[],"calls":0}`)
	ticket := login(t, srv, srv.Tenant, "user_01")
	ask(`200 {"findings":[],"bugs":[],"calls":1}`)
	paas(t, srv, "Material/DeleteMaterial", ticket, "{}")
	ask(`409 {"findings":[{"operation":"Material.DeleteMaterial"`)
	srv.Forgive("Material.DeleteMaterial")
	ask(`200 {"findings":[],"bugs":[],"calls":2}`)
}
