package fake_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
)

// withTwoTenants is a fake with a default tenant and one more, each with a finding of an operation and of a warning.
func withTwoTenants(t *testing.T) (srv *fake.Server, sendAllBadly func()) {
	t.Helper()
	srv = unjudged(t, fake.Config{})
	other, err := srv.NewTenant(fake.Credentials{ID: "other"})
	if err != nil {
		t.Fatal(err)
	}
	sendAllBadly = func() {
		t.Helper()
		for _, tenant := range []*fake.Tenant{srv.Tenant, other} {
			h5dsLogin(t, srv, tenant, `{"userId":"`+tenant.Secret+`","colour":"red"}`, "Content-Type", "application/json")
		}
	}
	sendAllBadly()
	return srv, sendAllBadly
}

// found lists tenant and code of what GET findings tells.
func found(t *testing.T, srv *fake.Server, query string) string {
	t.Helper()
	var told struct{ Findings []fake.Finding }
	admin(t, srv, "GET", "findings"+query, "", &told)
	var lines []string
	for _, f := range told.Findings {
		lines = append(lines, f.Tenant+" "+f.Diagnosis.Code)
	}
	return strings.Join(lines, ", ")
}

const (
	ofDefault = "default contract.unknown-field, default warning.secret-sent"
	ofOther   = "other contract.unknown-field, other warning.secret-sent"
)

// A test in any language forgives as one in Go does, for its own tenant or for all, before or after.
func TestForgiveOverHTTP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query, names string
		want               string // the findings left
	}{
		{"nothing", "", `[]`, ofDefault + ", " + ofOther},
		{"a warning of all", "", `["warning.secret-sent"]`, "default contract.unknown-field, other contract.unknown-field"},
		{"an operation of all", "", `["Third.Login"]`, ""},
		{"a warning of one", "?tenant=other", `["warning.secret-sent"]`, ofDefault + ", other contract.unknown-field"},
		{"an operation of one", "?tenant=default", `["Third.Login"]`, ofOther},
		{"something else", "", `["","Material.ListMedia","warning.polling"]`, ofDefault + ", " + ofOther},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, sendAllBadly := withTwoTenants(t)
			for _, when := range []string{"before", "after"} {
				answer := admin(t, srv, "POST", "forgiven"+tt.query, `{"names":`+tt.names+`}`, nil)
				if answer.Status != 200 || answer.Body != `{"names":`+tt.names+"}\n" {
					t.Errorf("%d %s", answer.Status, answer.Body)
				}
				if got := found(t, srv, ""); got != tt.want {
					t.Errorf("what came %s: %s, want %s", when, got, tt.want)
				}
				sendAllBadly()
			}
			if answer := admin(t, srv, "GET", "forgiven"+tt.query, "", nil); answer.Body != `{"names":`+tt.names+"}\n" {
				t.Errorf("forgiven is %s", answer.Body)
			}
			admin(t, srv, "DELETE", "forgiven"+tt.query, "", nil)
			sendAllBadly()
			if got := strings.Count(found(t, srv, ""), ","); got != 3 {
				t.Errorf("after nothing is forgiven any more: %s", found(t, srv, ""))
			}
		})
	}
}

// DELETE findings drops what GET findings lists: of all tenants, or of one.
func TestDropFindings(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{"": "", "?tenant=default": ofOther, "?tenant=other": ofDefault} {
		srv, _ := withTwoTenants(t)
		if got := found(t, srv, "?tenant=other"); got != ofOther {
			t.Errorf("the other tenant's findings: %s", got)
		}
		admin(t, srv, "DELETE", "findings"+query, "", nil)
		if diff := cmp.Diff(want, found(t, srv, "")); diff != "" {
			t.Errorf("DELETE findings%s left (-want +got):\n%s", query, diff)
		}
	}
}
