package fake_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
)

// assumedSource is the reason that the contract gives: some words, at least.
var assumedSource = regexp.MustCompile(`assumed: [^)]{10,}\)$`)

// Use of what is assumed is a finding when only what is documented will do, and only then.
func TestOnlyDocumented(t *testing.T) {
	t.Parallel()
	const isJSON = "application/json"
	const rely = "do not rely on it before you have seen the real service do it; without OnlyDocumented it is no finding"
	const h5ds = "https://video.h5ds.com/api/v1/"
	tests := []struct {
		name string
		send func(srv *fake.Server)
		want []diagnosis.Diagnosis
	}{
		{"documented calls", func(srv *fake.Server) {
			paas(t, srv, "Material/ListMedia", login(t, srv, srv.Tenant, "user_01"), listMine)
			do(t, srv.Client(), "GET", h5ds+"user/info", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, nil},
		{"a documented error", func(srv *fake.Server) {
			exchange(t, srv, cmesign.Sign("another key", loginParams(srv.Tenant, "user_01")))
			paas(t, srv, "Material/ListMedia", "x", listMine)
		}, nil},
		{"a assumed operation", func(srv *fake.Server) { saas(t, srv, srv.Tenant, "users?page=1") }, []diagnosis.Diagnosis{{
			Code:     "assumed.operation",
			Sentence: "no source documents the operation (h5ds.yaml marks it assumed: SOURCE)",
			Fix:      rely,
		}}},
		{"an alternative of a field that is assumed", func(srv *fake.Server) {
			h5dsLogin(t, srv, srv.Tenant, `{"userId":1}`, "Content-Type", isJSON)
		}, []diagnosis.Diagnosis{{
			Code:     "assumed.request",
			Sentence: "no source says that the body /userId of the request is understood (h5ds.yaml marks it assumed: SOURCE)",
			Fix:      rely,
		}}},
		{"a assumed parameter", func(srv *fake.Server) {
			do(t, srv.Client(), "GET", h5ds+"user/project/materials/page?project_id=1", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, []diagnosis.Diagnosis{{
			Code:     "assumed.request",
			Sentence: "no source says that the query project_id of the request is understood (h5ds.yaml marks it assumed: SOURCE)",
			Fix:      rely,
		}}},
		{"a assumed error", func(srv *fake.Server) { do(t, srv.Client(), "GET", h5ds+"user/info", "") }, []diagnosis.Diagnosis{{
			Code:     "assumed.error",
			Sentence: "no source says that the operation rejects with 1001 (h5ds.yaml marks it assumed: SOURCE)",
			Fix:      rely,
		}}},
		{"a assumed error on purpose", func(srv *fake.Server) {
			srv.Inject("User.Info", fault.Error("1001"))
			do(t, srv.Client(), "GET", h5ds+"user/info", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, nil},
	}
	for _, tt := range tests {
		for _, on := range []bool{true, false} {
			srv := unjudged(t, fake.Config{OnlyDocumented: on, SAAS: true})
			tt.send(srv)
			var got []diagnosis.Diagnosis
			for _, f := range srv.Findings() {
				f.Diagnosis.Sentence = assumedSource.ReplaceAllString(f.Diagnosis.Sentence, "assumed: SOURCE)")
				got = append(got, f.Diagnosis)
			}
			want := tt.want
			if !on {
				want = nil
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, on: %t (-want +got):\n%s", tt.name, on, diff)
			}
			codesOf(t, srv) // the same over HTTP
		}
	}
}
