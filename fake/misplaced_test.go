package fake_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
)

// A credential that stands where no service looks for it is named, and where it belongs too.
func TestMisplacedCredentials(t *testing.T) {
	t.Parallel()
	const api, h5ds, open = "https://web-paas-api.cme.qcloud.com/PaaS/Material/ListMedia", "https://video.h5ds.com/api/v1/", "https://open.cme.qcloud.com/"
	const code = "call.credential-misplaced"
	tests := []struct {
		name, method, url string
		header            []string
		code, sentence    string
	}{
		{"signature in another case", "GET", open + "?Signature=x", nil, code, "the signature is the query parameter Signature"},
		{"signature in a header", "GET", open, []string{"Signature", "x"}, code, "the signature is the header Signature"},
		{"no signature", "GET", open, nil, "cme.empty", "the signature is empty or missing"},
		{"ticket in another case", "POST", api + "?Auth=x", nil, code, "the ticket is the query parameter Auth"},
		{"ticket in a header of its own", "POST", api, []string{"Auth", "x"}, code, "the ticket is the header Auth"},
		{"ticket in the header of h5ds", "POST", api, []string{"Authorization", "x"}, "ticket.in-header", "the ticket is in the header Authorization"},
		{"no ticket", "POST", api, nil, "ticket.missing", "there is no query parameter auth"},
		{"token in the query", "GET", h5ds + "user/info?token=x", nil, code, "the token is the query parameter token"},
		{"token in the query, as the header is called", "GET", h5ds + "user/info?authorization=x", nil, code, "the token is the query parameter authorization"},
		{"token in another header", "GET", h5ds + "user/info", []string{"Token", "x"}, code, "the token is the header Token"},
		{"no token", "GET", h5ds + "user/info?page=1", nil, "token.missing", "there is no header Authorization, or it is empty"},
		{"sign in the query", "POST", h5ds + "third/login?appid=a&sign=b&timestamp=1", nil, code, "the sign is the query parameter sign"},
		{"no sign", "POST", h5ds + "third/login", nil, "h5ds.missing-header", "missing header: appid, sign, timestamp"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{})
			do(t, srv.Client(), tt.method, tt.url, "", tt.header...)
			d := last(srv).Diagnosis
			if d == nil {
				t.Fatal("no diagnosis")
			}
			if diff := cmp.Diff([]string{tt.code, tt.sentence}, []string{d.Code, d.Sentence}); diff != "" {
				t.Errorf("diagnosis (-want +got):\n%s", diff)
			}
			if d.Fix == "" {
				t.Error("it does not say what to do")
			}
		})
	}
}
