package fake_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
)

// TestVisitor calls what the vendor's public editor calls before anybody has logged in.
func TestVisitor(t *testing.T) {
	t.Parallel()
	open := map[string]bool{"Materials.Page": true, "Templates.Page": true, "Template.Categories.Tree": true, "Common.TypeItems.Page": true}
	srv := unjudged(t, fake.Config{Fixtures: fixtures.Demo()})
	const expired = `{"code":1001,`
	for _, o := range contracts.Operations() {
		if o.Anonymous != open[o.ID] {
			t.Errorf("%s is answered without a credential: %t", o.ID, o.Anonymous)
		}
		if !open[o.ID] {
			continue
		}
		for _, tt := range []struct {
			name, want string
			header     []string
		}{
			{"no token", `{"code":0,`, nil},
			{"empty token", `{"code":0,`, []string{"Authorization", ""}},
			{"appid", `{"code":0,`, []string{"appid", srv.Tenant.AppID}},
			{"wrong token", expired, []string{"Authorization", "Bearer eyJ.unknown.unknown"}},
			{"two tokens", expired, []string{"Authorization", "a", "Authorization", "b"}},
			{"misplaced token", expired, []string{"token", "Bearer eyJ.unknown.unknown"}},
		} {
			got := do(t, srv.Client(), http.MethodGet, "https://video.h5ds.com"+o.Path, "", tt.header...)
			if !strings.HasPrefix(got.Body, tt.want) {
				t.Errorf("%s with %s: %s", o.ID, tt.name, got.Body)
			}
		}
	}
	if got := do(t, srv.Client(), http.MethodGet, "https://video.h5ds.com/api/v1/user/info", ""); !strings.HasPrefix(got.Body, expired) {
		t.Errorf("the user of no token: %s", got.Body)
	}
}
