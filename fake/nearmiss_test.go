package fake_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
)

// Each near miss is named exactly, the same in Go, over HTTP and in the header.
func TestNearMisses(t *testing.T) {
	t.Parallel()
	const api, h5ds, open = "https://web-paas-api.cme.qcloud.com", "https://video.h5ds.com", "https://open.cme.qcloud.com"
	const isJSON, isForm = "application/json", "application/x-www-form-urlencoded"
	const list = "/PaaS/Material/ListMedia"
	const toJSON = "write the fields as one JSON object, and send Content-Type: application/json"
	say := func(code, sentence, fix string) fake.Diagnosis {
		return fake.Diagnosis{Code: code, Sentence: sentence, Fix: fix}
	}
	unknown := func(service, sent, fix string) fake.Diagnosis {
		return say("call.unknown-operation", service+" documents no operation "+sent, fix)
	}
	multi, multiType := multipartBody(t, part{"Platform", "", "", "fake-platform"})
	tests := []struct {
		name, method, url, contentType, body string
		want                                 fake.Diagnosis
		errorOnly                            bool // a documented error, which is no finding
	}{
		{"unknown path", "POST", api + "/PaaS/Material/ListMedias", isJSON, "{}",
			unknown("webpaas", "POST /PaaS/Material/ListMedias", "did you mean POST /PaaS/Material/ListMedia? Check the spelling of the path"), false},
		{"nothing like it", "POST", api + "/PaaS/Nothing/AtAllLikeAnything", isJSON, "{}",
			unknown("webpaas", "POST /PaaS/Nothing/AtAllLikeAnything", "see the contract document of webpaas for the operations there are"), false},
		{"unknown path of h5ds", "GET", h5ds + "/api/v1/user/inf", "", "",
			unknown("h5ds", "GET /api/v1/user/inf", "did you mean GET /api/v1/user/info? Check the spelling of the path"), false},
		{"wrong method", "GET", api + list, "", "",
			say("call.wrong-method", "GET is not a method of /PaaS/Material/ListMedia", "did you mean POST /PaaS/Material/ListMedia?"), false},
		{"wrong method of h5ds", "POST", h5ds + "/api/v1/user/info", isJSON, "{}",
			say("call.wrong-method", "POST is not a method of /api/v1/user/info", "did you mean GET /api/v1/user/info?"), false},
		{"wrong host of ours", "POST", open + list, isJSON, "{}",
			say("call.wrong-host", "/PaaS/Material/ListMedia is a path of webpaas, but the call went to open.cme.qcloud.com", "send it to web-paas-api.cme.qcloud.com"), false},
		{"wrong case", "POST", api + "/paas/material/listmedia", isJSON, "{}",
			unknown("webpaas", "POST /paas/material/listmedia", "did you mean POST /PaaS/Material/ListMedia? Upper and lower case matter in the path"), false},
		{"/PaaS missing", "POST", api + "/Material/ListMedia", isJSON, "{}",
			unknown("webpaas", "POST /Material/ListMedia", "did you mean POST /PaaS/Material/ListMedia? The path lacks /PaaS"), false},
		{"/PaaS doubled", "POST", api + "/PaaS/PaaS/Material/ListMedia", isJSON, "{}",
			unknown("webpaas", "POST /PaaS/PaaS/Material/ListMedia", "did you mean POST /PaaS/Material/ListMedia? The path has /PaaS twice"), false},
		{"doubled slash", "POST", api + "//PaaS/Material/ListMedia", isJSON, "{}",
			unknown("webpaas", "POST //PaaS/Material/ListMedia", "did you mean POST /PaaS/Material/ListMedia? The path has a doubled slash"), false},
		{"slash at the end", "POST", api + list + "/", isJSON, "{}",
			unknown("webpaas", "POST /PaaS/Material/ListMedia/", "did you mean POST /PaaS/Material/ListMedia? The path ends in a slash"), false},
		{"ticket in a header", "POST", api + list, isJSON, "{}",
			say("ticket.in-header", "the ticket is in the header Authorization", "send the ticket as the query parameter auth"), true},
		{"a form", "POST", api + list + "?auth=TICKET", isForm, "Platform=fake-platform&ClassId=9",
			say("call.body-as-form", "the body was sent as a form (application/x-www-form-urlencoded), and Material.ListMedia takes JSON", toJSON), false},
		{"a multipart form", "POST", api + list + "?auth=TICKET", multiType, multi,
			say("call.body-as-form", "the body was sent as a form (multipart/form-data), and Material.ListMedia takes JSON", toJSON), false},
		{"a form that says it is JSON", "POST", api + list + "?auth=TICKET", isJSON, "Platform=fake-platform&ClassId=9",
			say("call.body-as-form", "the body is a form, but the Content-Type says JSON, which Material.ListMedia takes", "write the fields as one JSON object: JSON.stringify, json.Marshal, json.dumps"), false},
		{"JSON that says it is a form", "POST", api + list + "?auth=TICKET", isForm + "; charset=utf-8", listMine,
			say("call.json-as-form", "the body is JSON, but the Content-Type says application/x-www-form-urlencoded",
				"send Content-Type: application/json; curl -d, and other clients, send that of a form unless they are told"), false},
		{"a multipart form without a boundary, where one belongs", "POST", h5ds + "/api/v1/common/upload/form", "multipart/form-data", "x",
			say("contract.content-type", "the request breaks the contract: content-type: must have a boundary, found multipart/form-data", "see Common.Upload.Form in the contract document h5ds.yaml"), false},
		{"no form, only broken", "POST", api + list + "?auth=TICKET", isJSON, `{"Platform"=1}`,
			say("contract.body", "the request breaks the contract: body: must be JSON: invalid character '=' after object key, at byte 12", "see Material.ListMedia in the contract document webpaas.yaml"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := unjudged(t, fake.Config{})
			ticket := login(t, srv, srv.Tenant, "user_01")
			header := []string{"Content-Type", tt.contentType}
			switch {
			case tt.name == "ticket in a header":
				header = append(header, "Authorization", ticket)
			case strings.HasPrefix(tt.url, h5ds):
				header = append(header, "Authorization", thirdLogin(t, srv, srv.Tenant, "user_01"))
			}
			answer := do(t, srv.Client(), tt.method, strings.ReplaceAll(tt.url, "TICKET", ticket), tt.body, header...)
			if diff := cmp.Diff(tt.want.Header(), answer.Header.Get("X-Fakecme-Why")); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(&tt.want, last(srv).Diagnosis); diff != "" {
				t.Errorf("diagnosis (-want +got):\n%s", diff)
			}
			var want []fake.Diagnosis
			if !tt.errorOnly {
				want = append(want, tt.want)
			}
			var told struct{ Findings []fake.Finding }
			if err := json.Unmarshal([]byte(do(t, http.DefaultClient, "GET", srv.URL+"/_fakecme/findings", "").Body), &told); err != nil {
				t.Fatal(err)
			}
			for place, findings := range map[string][]fake.Finding{"in Go": srv.Findings(), "over HTTP": told.Findings} {
				var got []fake.Diagnosis
				for _, f := range findings {
					got = append(got, f.Diagnosis)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("findings %s (-want +got):\n%s", place, diff)
				}
			}
		})
	}
}
