package fake_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
)

// assumedSource matches the reason that the contract gives: some words, at least.
var assumedSource = regexp.MustCompile(`assumed: [^)]{10,}\)`)

// The use of assumed behaviour is a finding with Config.OnlyDocumented, and only then.
func TestOnlyDocumented(t *testing.T) {
	t.Parallel()
	const isJSON = "application/json"
	const h5ds = "https://video.h5ds.com/api/v1/"
	tests := []struct {
		name string
		send func(srv *fake.Server)
		want string // code, and what the sentence names
	}{
		{"documented calls", func(srv *fake.Server) {
			paas(t, srv, "Material/ListMedia", login(t, srv, srv.Tenant, "user_01"), listMine)
			do(t, srv.Client(), "GET", h5ds+"user/info", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, ""},
		{"a documented error", func(srv *fake.Server) {
			exchange(t, srv, cmesign.Sign("another key", loginParams(srv.Tenant, "user_01")))
			paas(t, srv, "Material/ListMedia", "x", listMine)
		}, ""},
		{"an assumed operation", func(srv *fake.Server) { saas(t, srv, srv.Tenant, "users?page=1") }, "assumed.operation operation"},
		{"an alternative of a field that is assumed", func(srv *fake.Server) {
			h5dsLogin(t, srv, srv.Tenant, `{"userId":1}`, "Content-Type", isJSON)
		}, "assumed.request body /userId"},
		{"an assumed parameter", func(srv *fake.Server) {
			do(t, srv.Client(), "GET", h5ds+"user/project/materials/page?project_id=1", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, "assumed.request query project_id"},
		{"an assumed error", func(srv *fake.Server) { do(t, srv.Client(), "GET", h5ds+"user/info", "") }, "assumed.error 1001"},
		{"an error that is documented for another case only", func(srv *fake.Server) {
			paas(t, srv, "Material/DescribeClass", login(t, srv, srv.Tenant, "user_01"),
				`{"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"user_01"},"BaseClassId":99999}`)
		}, "assumed.error OperationDenied.PermissionDeny"},
		{"the case that is documented", func(srv *fake.Server) {
			paas(t, srv, "Material/DescribeClass", login(t, srv, srv.Tenant, "user_01"),
				`{"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"user_02"},"BaseClassId":9}`)
		}, ""},
		{"an assumed error on purpose", func(srv *fake.Server) {
			srv.Inject("User.Info", fault.Error("1001"))
			do(t, srv.Client(), "GET", h5ds+"user/info", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, ""},
	}
	for _, tt := range tests {
		for _, on := range []bool{true, false} {
			srv := unjudged(t, fake.Config{OnlyDocumented: on, SAAS: true})
			tt.send(srv)
			code, named, _ := strings.Cut(tt.want, " ")
			found := srv.Findings()
			if (len(found) == 1) != (on && code != "") || len(found) > 1 {
				t.Errorf("%s, on: %t: findings %v", tt.name, on, found)
			}
			for _, f := range found {
				if d := f.Diagnosis; d.Code != code || !strings.Contains(d.Sentence, named) || !assumedSource.MatchString(d.Sentence) || d.Fix == "" {
					t.Errorf("%s: %s, want %s", tt.name, f, tt.want)
				}
			}
			codesOf(t, srv) // the same over HTTP
		}
	}
}
