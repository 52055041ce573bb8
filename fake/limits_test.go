package fake_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
)

// Each limit lets through what fits. What does not fit gets the documented error of a broken service, changes nothing, and
// is a finding that says the limit and what to do. A tenant that is reset has room again.
func TestLimitsOfATenant(t *testing.T) {
	t.Parallel()
	const broken = `"code":500`
	upload := func(name string, bytes int) func(*testing.T, *fake.Server) string {
		return func(t *testing.T, srv *fake.Server) string {
			t.Helper()
			token := thirdLogin(t, srv, srv.Tenant, "user_01")
			body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + strings.Repeat("x", bytes) + "\r\n--b--\r\n"
			return do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/common/upload/form", body,
				"Authorization", token, "Content-Type", "multipart/form-data; boundary=b").Body
		}
	}
	thirdParty := func(user string) func(*testing.T, *fake.Server) string {
		return func(t *testing.T, srv *fake.Server) string {
			return h5dsLogin(t, srv, srv.Tenant, `{"userId":"`+user+`"}`, "Content-Type", "application/json").Body
		}
	}
	ticket := func(t *testing.T, srv *fake.Server) string {
		return exchange(t, srv, loginSignature(srv.Tenant, "user_01")).Body
	}
	tests := []struct {
		name   string
		config fake.Config
		fits   []func(*testing.T, *fake.Server) string
		full   func(*testing.T, *fake.Server) string
		still  func(*testing.T, *fake.Server) string // goes on all the same
		broken string
		want   string
	}{
		{
			"users", fake.Config{MaxUsers: 2}, []func(*testing.T, *fake.Server) string{thirdParty("a"), thirdParty("b")}, thirdParty("c"), thirdParty("a"),
			broken, "limit.MaxUsers: the tenant has 2 users, and this call needs 1 more; the limit is 2; reset the tenant, give each test a tenant of its own, or raise Config.MaxUsers",
		},
		{
			"sessions", fake.Config{MaxTickets: 2}, []func(*testing.T, *fake.Server) string{thirdParty("a"), thirdParty("a")}, thirdParty("a"), ticket,
			broken, "limit.MaxTickets: the tenant has 2 tickets or sessions, and this call needs 1 more; the limit is 2",
		},
		{
			"tickets", fake.Config{MaxTickets: 2}, []func(*testing.T, *fake.Server) string{ticket, ticket}, ticket, thirdParty("a"),
			`"Code":"InternalError"`, "limit.MaxTickets: the tenant has 2 tickets or sessions, and this call needs 1 more; the limit is 2",
		},
		{
			"files", fake.Config{MaxFileBytes: 3000}, []func(*testing.T, *fake.Server) string{upload("a.txt", 952)}, upload("b.txt", 1), thirdParty("a"),
			broken, "limit.MaxFileBytes: the tenant has 1976 bytes of files, and this call needs 1025 more; the limit is 3000",
		},
		{
			"files that just fit", fake.Config{MaxFileBytes: 3001}, []func(*testing.T, *fake.Server) string{upload("a.txt", 952), upload("b.txt", 1)}, upload("c.txt", 1), thirdParty("a"),
			broken, "limit.MaxFileBytes: the tenant has 3001 bytes of files, and this call needs 1025 more; the limit is 3001",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := unjudged(t, tt.config)
			ok := func(call func(*testing.T, *fake.Server) string) {
				t.Helper()
				if got := call(t, srv); strings.Contains(got, tt.broken) || strings.Contains(got, "Error") {
					t.Errorf("there is room: %s", got)
				}
			}
			for _, call := range tt.fits {
				ok(call)
			}
			if got := srv.Findings(); slices.ContainsFunc(got, func(f fake.Finding) bool { return strings.HasPrefix(f.Diagnosis.Code, "limit.") }) {
				t.Errorf("findings: %v", got)
			}
			before := admin(t, srv, "GET", "state", "", nil).Body
			if got := tt.full(t, srv); !strings.Contains(got, tt.broken) {
				t.Errorf("there is no room: %s", got)
			}
			if !slices.ContainsFunc(srv.Findings(), func(f fake.Finding) bool {
				return strings.Contains(f.Diagnosis.String(), tt.want)
			}) {
				t.Errorf("findings: %v, want %s", srv.Findings(), tt.want)
			}
			if after := admin(t, srv, "GET", "state", "", nil).Body; !strings.HasPrefix(tt.name, "files") && after != before {
				t.Errorf("the state has changed:\n%s\n%s", before, after)
			}
			ok(tt.still)
			admin(t, srv, "POST", "reset", "", nil)
			ok(tt.full)
		})
	}
}

// Expired tickets and sessions make room when it is needed.
func TestLimitOfTicketsCountsNoExpired(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{MaxTickets: 1})
	for range 2 {
		login(t, srv, srv.Tenant, "user_01")
		thirdLogin(t, srv, srv.Tenant, "user_01")
		srv.Clock.Advance(365 * 24 * time.Hour)
	}
}

// The fake makes no more tenants than it may, and one that is removed makes room.
func TestLimitOfTenants(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{MaxTenants: 2})
	create := func(id string, want int) {
		t.Helper()
		if got := admin(t, srv, "POST", "tenants", `{"id":"`+id+`"}`, nil); got.Status != want || want == http.StatusConflict &&
			!strings.Contains(got.Body, "there are 2 tenants already, which is the most; remove those whose tests have ended") {
			t.Error(fmt.Sprint(got.Status, " ", got.Body))
		}
	}
	create("two", http.StatusOK)
	create("three", http.StatusConflict)
	admin(t, srv, "DELETE", "tenants/two", "", nil)
	create("three", http.StatusOK)
}
