package fake_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
)

// derivedSource is the reason that the contract gives: some words, at least.
var derivedSource = regexp.MustCompile(`derived: [^)]{10,}\)$`)

// Use of what is derived is a finding when only what is documented will do, and only then.
func TestOnlyDocumented(t *testing.T) {
	t.Parallel()
	const isJSON = "application/json"
	const rely = "do not rely on it before you have seen the real service do it; without OnlyDocumented it is no finding"
	const h5ds = "https://video.h5ds.com/api/v1/"
	tests := []struct {
		name string
		send func(srv *fake.Server)
		want []fake.Diagnosis
	}{
		{"documented calls", func(srv *fake.Server) {
			paas(t, srv, "Material/ListMedia", login(t, srv, srv.Tenant, "user_01"), listMine)
			do(t, srv.Client(), "GET", h5ds+"user/info", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, nil},
		{"a documented refusal", func(srv *fake.Server) {
			exchange(t, srv, cmesign.Sign("another key", loginParams(srv.Tenant, "user_01")))
			paas(t, srv, "Material/ListMedia", "x", listMine)
		}, nil},
		{"a derived operation", func(srv *fake.Server) { saas(t, srv, srv.Tenant, "users?page=1") }, []fake.Diagnosis{{
			Code:     "derived.operation",
			Sentence: "no source documents the operation (h5ds.yaml marks it derived: SOURCE)",
			Fix:      rely,
		}}},
		{"an alternative of a field that is derived", func(srv *fake.Server) {
			h5dsLogin(t, srv, srv.Tenant, `{"userId":1}`, "Content-Type", isJSON)
		}, []fake.Diagnosis{{
			Code:     "derived.request",
			Sentence: "no source says that the body /userId of the request is understood (h5ds.yaml marks it derived: SOURCE)",
			Fix:      rely,
		}}},
		{"a derived parameter", func(srv *fake.Server) {
			do(t, srv.Client(), "GET", h5ds+"user/project/materials/page?project_id=1", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, []fake.Diagnosis{{
			Code:     "derived.request",
			Sentence: "no source says that the query project_id of the request is understood (h5ds.yaml marks it derived: SOURCE)",
			Fix:      rely,
		}}},
		{"a derived refusal", func(srv *fake.Server) { do(t, srv.Client(), "GET", h5ds+"user/info", "") }, []fake.Diagnosis{{
			Code:     "derived.refusal",
			Sentence: "no source says that the operation refuses with 1001 (h5ds.yaml marks it derived: SOURCE)",
			Fix:      rely,
		}}},
		{"a derived refusal on purpose", func(srv *fake.Server) {
			srv.Inject("User.Info", fault.Refuse("1001"))
			do(t, srv.Client(), "GET", h5ds+"user/info", "", "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
		}, nil},
	}
	for _, tt := range tests {
		for _, on := range []bool{true, false} {
			srv := unjudged(t, fake.Config{OnlyDocumented: on, SAAS: true})
			tt.send(srv)
			var got []fake.Diagnosis
			for _, f := range srv.Findings() {
				f.Diagnosis.Sentence = derivedSource.ReplaceAllString(f.Diagnosis.Sentence, "derived: SOURCE)")
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
