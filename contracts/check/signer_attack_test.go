package check_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/contracts/check"
	"github.com/fakecme/fakecme/fake/cmesign"
)

// choosing signs for the session, but for what choose takes from the request.
func choosing(choose func(r *http.Request, p *cmesign.Params)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p := params("User-1")
		choose(r, &p)
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(goodSignature(p))
	}
}

func query(name string, to func(p *cmesign.Params) *string) http.HandlerFunc {
	return choosing(func(r *http.Request, p *cmesign.Params) {
		if v := r.URL.Query().Get(name); v != "" {
			*to(p) = v
		}
	})
}

func userOf(p *cmesign.Params) *string   { return &p.UserID }
func actionOf(p *cmesign.Params) *string { return &p.Action }

// rejecting responds so when one of the parameters is there, and as the endpoint when not.
func rejecting(status int, handler http.HandlerFunc, names ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, name := range names {
			if r.URL.Query().Has(name) {
				w.WriteHeader(status)
				return
			}
		}
		handler(w, r)
	}
}

// crossing allows a page of an origin to read the response, with cookies.
func crossing(origin, credentials string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if origin == "*" {
			w.Header().Set("Access-Control-Allow-Origin", "*")
		} else if r.Header.Get("Origin") != "" {
			w.Header().Set("Access-Control-Allow-Origin", strings.ReplaceAll(origin, "ORIGIN", r.Header.Get("Origin")))
		}
		w.Header().Set("Access-Control-Allow-Credentials", credentials)
		choosing(func(*http.Request, *cmesign.Params) {})(w, r)
	}
}

// A client that may ask for a signature cannot choose its user or action, and no foreign page can ask in its name.
func TestSignerAttacks(t *testing.T) {
	t.Parallel()
	const user, action, cors = "signer.chosen-user", "signer.chosen-action", "signer.cors"
	fromBody := choosing(func(r *http.Request, p *cmesign.Params) {
		var sent struct{ UserID string }
		if json.NewDecoder(r.Body).Decode(&sent) == nil && sent.UserID != "" {
			p.UserID = sent.UserID
		}
	})
	fromForm := choosing(func(r *http.Request, p *cmesign.Params) {
		if v := r.PostFormValue("uid"); v != "" {
			p.UserID = v
		}
	})
	tests := []struct {
		name, rule string
		handler    http.HandlerFunc
		change     func(s *check.SignerServer)
		verdict    check.Verdict
		found      string
	}{
		{"user", user, query("user", userOf), nil, check.Broken, "asked with user=fakecme-"},
		{"openid", user, query("openid", userOf), nil, check.Broken, "asked with openid=fakecme-"},
		{"user_id in the address", user, query("user_id", userOf), func(s *check.SignerServer) { s.URL += "?user_id=User-1" }, check.Broken, "asked with user_id=fakecme-"},
		{"a part of the user", user, choosing(func(r *http.Request, p *cmesign.Params) { p.UserID += r.URL.Query().Get("uid") }), nil, check.Broken, "asked with uid=fakecme-"},
		{"all rejected, but one alone", user, rejecting(400, query("userId", userOf), "openid"), nil, check.Broken, "asked with userId=fakecme-"},
		{"two at once", user, choosing(func(r *http.Request, p *cmesign.Params) {
			if q := r.URL.Query(); q.Has("id") && q.Has("user") {
				p.UserID = q.Get("user")
			}
		}), nil, check.Broken, "asked with user, userId, "},
		{"a field of the body", user, fromBody, func(s *check.SignerServer) {
			s.Method, s.Body = "POST", []byte(`{"userId":"User-1","n":12345678901234567890}`)
		}, check.Broken, "asked with user"},
		{"a form", user, fromForm, func(s *check.SignerServer) {
			s.Method, s.Body = "POST", []byte("a=b")
			s.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}, check.Broken, "asked with uid=fakecme-"},
		{"the session alone", user, choosing(func(*http.Request, *cmesign.Params) {}), nil, check.Kept, ""},
		{"forbidden", user, rejecting(403, query("user", userOf), "user"), nil, check.Kept, ""},
		{"a user who is not there", user, rejecting(404, query("user", userOf), "user"), nil, check.Unjudged, "asked with user=fakecme-"},
		{"by design", user, query("user", userOf), func(s *check.SignerServer) { s.UserParameter = "user" }, check.LeftOut, "the endpoint takes the user from user by design"},

		{"action", action, query("action", actionOf), nil, check.Broken, "asked with action=Upload"},
		{"one action of its own", action, choosing(func(r *http.Request, p *cmesign.Params) {
			if r.URL.Query().Get("Action") == "OpenProject" {
				p.Action = "OpenProject"
			}
		}), nil, check.Broken, "asked with Action=OpenProject"},
		{"no action", action, query("user", userOf), nil, check.Kept, ""},
		{"an action by design", action, query("action", actionOf), func(s *check.SignerServer) { s.URL += "?action=Login" }, check.LeftOut, "the request names the action"},

		{"any origin, with cookies", cors, crossing("ORIGIN", "true"), nil, check.Broken, "https://fakecme.invalid"},
		{"any origin, without cookies", cors, crossing("ORIGIN", ""), nil, check.Kept, ""},
		{"a star, which browsers reject with cookies", cors, crossing("*", "true"), nil, check.Kept, ""},
		{"one origin", cors, crossing("https://app.example", "true"), nil, check.Kept, ""},
		{"none", cors, choosing(func(*http.Request, *cmesign.Params) {}), nil, check.Kept, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(test.handler)
			defer srv.Close()
			server := cmeServer(srv.URL)
			server.UserParameter, server.Timeout = "", time.Minute
			if test.change != nil {
				test.change(&server)
			}
			report, err := check.Signer(t.Context(), server)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range report.Results {
				if r.ID == test.rule {
					if r.Verdict != test.verdict || !strings.Contains(r.Found, test.found) {
						t.Errorf("%s, want it %s with %q", r, test.verdict, test.found)
					}
					return
				}
			}
			t.Errorf("there is no rule %s", test.rule)
		})
	}
}
