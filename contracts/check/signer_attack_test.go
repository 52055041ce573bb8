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

// crossingIf allows pages of some origins to read the response, with cookies.
func crossingIf(allowed func(origin string) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if allowed(r.Header.Get("Origin")) {
			crossing("ORIGIN", "true")(w, r)
			return
		}
		choosing(func(*http.Request, *cmesign.Params) {})(w, r)
	}
}

// fromHeader signs for the user that a header names.
func fromHeader(name string) http.HandlerFunc {
	return choosing(func(r *http.Request, p *cmesign.Params) {
		if v := r.Header.Get(name); v != "" {
			p.UserID = v
		}
	})
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
		}), nil, check.Broken, "asked with user=fakecme-"},
		{"a field of the body", user, fromBody, func(s *check.SignerServer) {
			s.Method, s.Body = "POST", []byte(`{"userId":"User-1","n":12345678901234567890}`)
		}, check.Broken, "asked with user"},
		{"a form", user, fromForm, func(s *check.SignerServer) {
			s.Method, s.Body = "POST", []byte("a=b")
			s.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}, check.Broken, "asked with uid=fakecme-"},
		{"uin", user, query("uin", userOf), nil, check.Broken, "asked with uin=fakecme-"},
		{"a header", user, fromHeader("X-User-Id"), nil, check.Broken, "asked with the header X-User-Id: fakecme-"},
		{"a header, where another is rejected", user, rejecting(400, fromHeader("X-Uid"), "id"), nil, check.Broken, "asked with the header X-Uid: fakecme-"},
		{"the header of the session", user, fromHeader("X-User-Id"), func(s *check.SignerServer) {
			s.Header.Set("X-User-Id", "User-1")
			s.Session = []string{"x-user-id"}
		}, check.Kept, ""},
		{"a cookie", user, choosing(func(r *http.Request, p *cmesign.Params) {
			if c, err := r.Cookie("uid"); err == nil {
				p.UserID = c.Value
			}
		}), nil, check.Broken, "asked with the cookie uid=fakecme-"},
		{"a parameter of its own with an unusual name", user, query("wer", userOf), func(s *check.SignerServer) { s.URL += "?wer=User-1" }, check.Broken, "in place of the user in the request itself"},
		{"a header of its own with an unusual name", user, fromHeader("X-Wer"), func(s *check.SignerServer) { s.Header.Set("X-Wer", "User-1") }, check.Broken, "in place of the user in the request itself"},
		{"a cookie of its own with an unusual name", user, choosing(func(r *http.Request, p *cmesign.Params) {
			if c, err := r.Cookie("wer"); err == nil {
				p.UserID = c.Value
			}
		}), func(s *check.SignerServer) { s.Header.Set("Cookie", "session=1; wer=User-1") }, check.Broken, "in place of the user in the request itself"},
		{"the path", user, choosing(func(r *http.Request, p *cmesign.Params) { p.UserID = strings.TrimPrefix(r.URL.Path, "/sign/") }), func(s *check.SignerServer) { s.URL += "/sign/User-1" }, check.Broken, "in place of the user in the request itself"},
		{"a field deep in the body", user, choosing(func(r *http.Request, p *cmesign.Params) {
			var sent struct{ Who []struct{ Wer string } }
			if json.NewDecoder(r.Body).Decode(&sent) == nil {
				p.UserID = sent.Who[0].Wer
			}
		}), func(s *check.SignerServer) { s.Method, s.Body = "POST", []byte(`{"who":[{"wer":"User-1"}]}`) }, check.Broken, "in place of the user in the request itself"},
		{"a form of its own with an unusual name", user, choosing(func(r *http.Request, p *cmesign.Params) { p.UserID = r.PostFormValue("wer") }), func(s *check.SignerServer) {
			s.Method, s.Body = "POST", []byte("wer=User-1")
			s.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}, check.Broken, "in place of the user in the request itself"},
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
		{"the origin of a sandboxed frame", cors, crossingIf(func(o string) bool { return o == "null" }), nil, check.Broken, "to a page from null"},
		{"an origin that begins as its own", cors, crossingIf(func(o string) bool { return strings.HasPrefix(o, "http://127.0.0.1") }), nil, check.Broken, "to a page from http://127.0.0.1.fakecme.invalid"},
		{"an origin that ends as its own", cors, crossingIf(func(o string) bool { return strings.Contains(o, "127.0.0.1:") }), nil, check.Broken, "to a page from http://fakecme127.0.0.1:"},
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
