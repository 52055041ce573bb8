package check_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/contracts/check"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// token logs a user in at the fake, as an endpoint of the user's does.
func token(t *testing.T, srv *fake.Server, user string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, srv.URL+"/api/v1/third/login", strings.NewReader(`{"userId":"`+user+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	h5dssign.New(h5dssign.Key{AppID: srv.Tenant.AppID, Secret: srv.Tenant.Secret}, time.Now()).Set(r.Header)
	answer, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var login struct{ Data struct{ Token string } }
	if err := json.NewDecoder(answer.Body).Decode(&login); err != nil || login.Data.Token == "" {
		t.Fatalf("login: %v, %v", login, err)
	}
	return login.Data.Token
}

func TestSignerToken(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	good := token(t, srv, "User-1")
	now := fmt.Sprint(time.Now().UnixMilli())
	tests := []struct {
		name   string
		answer any
		rule   string // empty: all are kept
		found  string
	}{
		{"good", map[string]string{"token": good}, "", ""},
		{"good, in an address", map[string]string{"url": "https://video.h5ds.com?token=" + url.QueryEscape(good)}, "", ""},
		{"the object of the login", map[string]any{"token": map[string]string{"token": good}}, "signer.hands-out", "the field /token is not a text"},
		{"the prefix twice", map[string]string{"token": "Bearer " + good}, "signer.token-form", `the prefix "Bearer " stands there twice`},
		{"no JWT at all", map[string]any{"data": map[string]string{"Token": "none"}}, "signer.token-form", "it is no JWT"},
		{"nothing", map[string]string{"a": "b"}, "signer.hands-out", "name the field, such as /data/token"},
		{"without the prefix", map[string]string{"token": strings.TrimPrefix(good, "Bearer ")}, "signer.token-form", `the prefix "Bearer " is missing`},
		{"escaped", map[string]string{"token": strings.ReplaceAll(good, " ", "%20")}, "signer.token-form", "the token is URL-encoded where it is handed out"},
		{"made up", map[string]string{"token": "Bearer eyJh.eyJz.c2ln"}, "signer.valid", "the service rejects it with code"},
		{"of another user", map[string]string{"token": token(t, srv, "User-2")}, "signer.user", `it is for another user than "User-1"`},
		{"the secret", map[string]string{"token": good, "key": srv.Tenant.Secret}, "signer.no-secret", "the field /key of the response holds it, in plain text"},
		{"the object of the login, and no field is named", map[string]any{"data": map[string]any{"token": map[string]string{"token": good}}}, "signer.hands-out", "the field /data/token is not a text"},
		{"sign and timestamp", map[string]string{"token": good, "sign": h5dssign.Sign(srv.Tenant.Secret, now), "timestamp": now}, "signer.no-sign", "the response has sign and timestamp of a login"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				b, _ := json.Marshal(test.answer)
				_, _ = w.Write(b)
			}))
			defer endpoint.Close()
			server := check.SignerServer{URL: endpoint.URL, H5DS: &check.H5DSSigner{AppID: srv.Tenant.AppID, Secret: srv.Tenant.Secret, API: srv.URL, UserID: "User-1"}, Timeout: time.Hour}
			if test.name == "the object of the login" {
				server.Field = "/token"
			}
			report, err := check.Signer(t.Context(), server)
			if err != nil {
				t.Fatal(err)
			}
			if test.rule == "" {
				report.Judge(t)
				return
			}
			wantBroken(t, report, test.rule, test.found)
		})
	}
	for _, f := range srv.Findings() {
		srv.Forgive(f.Operation)
	}
}

// The user of a token is not for a client to choose.
func TestSignerTokenChosenUser(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	tests := []struct {
		name    string
		user    func(r *http.Request) string
		change  func(s *check.SignerServer)
		verdict check.Verdict
		found   string
	}{
		{"the session alone", func(*http.Request) string { return "" }, nil, check.Kept, ""},
		{"userId", func(r *http.Request) string { return r.URL.Query().Get("userId") }, nil, check.Broken, "asked with userId=fakecme-"},
		{"a header", func(r *http.Request) string { return r.Header.Get("X-User-Id") }, nil, check.Broken, "asked with the header X-User-Id: fakecme-"},
		{"by design", func(r *http.Request) string { return r.URL.Query().Get("userId") }, func(s *check.SignerServer) { s.UserParameter = "userId" }, check.LeftOut, "by design"},
		{"nobody who knows the token", func(r *http.Request) string { return "" }, func(s *check.SignerServer) { s.H5DS.API = "" }, check.Unjudged, "see signer.valid"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				user := test.user(r)
				if user == "" {
					user = "User-1"
				}
				_ = json.NewEncoder(w).Encode(map[string]string{"token": token(t, srv, user)})
			}))
			defer endpoint.Close()
			server := check.SignerServer{URL: endpoint.URL, H5DS: &check.H5DSSigner{AppID: srv.Tenant.AppID, Secret: srv.Tenant.Secret, API: srv.URL, UserID: "User-1"}, Timeout: time.Hour}
			if test.change != nil {
				test.change(&server)
			}
			report, err := check.Signer(t.Context(), server)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range report.Results {
				if r.ID == "signer.chosen-user" && (r.Verdict != test.verdict || !strings.Contains(r.Found, test.found)) {
					t.Errorf("%s, want it %s with %q", r, test.verdict, test.found)
				}
			}
		})
	}
}

// A sign may stand in the headers of a response, too.
func TestSignerTokenSignInHeaders(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	good, now := token(t, srv, "User-1"), fmt.Sprint(time.Now().UnixMilli())
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("timestamp", now)
		w.Header().Set("sign", h5dssign.Sign(srv.Tenant.Secret, now))
		_ = json.NewEncoder(w).Encode(map[string]string{"token": good})
	}))
	defer endpoint.Close()
	report, err := check.Signer(t.Context(), check.SignerServer{URL: endpoint.URL, H5DS: &check.H5DSSigner{AppID: srv.Tenant.AppID, Secret: srv.Tenant.Secret, API: srv.URL, UserID: "User-1"}, Timeout: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	wantBroken(t, report, "signer.no-sign", "the response has sign and timestamp of a login")
}
