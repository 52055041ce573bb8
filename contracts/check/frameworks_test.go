package check_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/check"
	"github.com/fakecme/fakecme/fake/cmesign"
)

// lines are the results that are not kept.
func lines(report check.Report) []string {
	var all []string
	for _, r := range report.Of(check.Broken, check.Unjudged, check.LeftOut) {
		all = append(all, r.String())
	}
	return all
}

// withHeaders is the good endpoint with the caching headers of a framework instead of its own.
func withHeaders(headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		kept := httptest.NewRecorder()
		endpoint(goodSignature)(kept, r)
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(kept.Code)
		_, _ = w.Write(kept.Body.Bytes())
	}
}

// withoutSession answers those without a session in a way of its own.
func withoutSession(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") == "" {
			answer(w, r)
			return
		}
		endpoint(goodSignature)(w, r)
	}
}

// Endpoints that are as they should be, in the ways of usual frameworks, break no rule.
func TestSignerHonest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    []string
	}{
		{"Express, an ETag alone", withHeaders("ETag", `W/"20-x"`), nil},
		{"Rails", withHeaders("Cache-Control", "max-age=0, private, must-revalidate", "ETag", `W/"x"`), nil},
		{"no-store comes last", withHeaders("Cache-Control", "max-age=60, no-store"), nil},
		{"Expires of the past", withHeaders("Expires", "Thu, 19 Nov 1981 08:52:00 GMT"), nil},
		{"Expires 0", withHeaders("Expires", "0"), nil},
		{"a page to log in, with 200", withoutSession(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>log in</html>"))
		}), nil},
		{"it signs for the session, whatever the parameter", changed(func(p *cmesign.Params) { p.UserID = "User-1" }),
			[]string{"could not be judged: signer.user-names: the signature holds the complete name of the user, whatever characters it has: the endpoint does not take the user from user: asked for \"a b\", it signs for \"User-1\""}},
		{"it signs for users that it knows", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("user") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			endpoint(goodSignature)(w, r)
		}, []string{"could not be judged: signer.user-names: the signature holds the complete name of the user, whatever characters it has: it hands out nothing for users that it does not know; name no parameter to leave this rule out"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(test.handler)
			defer srv.Close()
			report, err := check.Signer(t.Context(), cmeServer(srv.URL))
			if err != nil {
				t.Fatal(err)
			}
			got := slices.DeleteFunc(lines(report), func(line string) bool { return strings.HasPrefix(line, "left out: signer.chosen-user: ") })
			if diff := cmp.Diff(append([]string{}, test.want...), got); diff != "" {
				t.Errorf("not kept (-want +got):\n%s", diff)
			}
		})
	}
}

// Callbacks that are as they should be, in the ways of usual frameworks, break no rule.
func TestLoginStatusHonest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, user string
		handler    http.HandlerFunc
	}{
		{"ids are numbers", "42", loose(func(id string) bool { return strings.TrimLeft(strings.TrimSpace(id), "0") == "42" })},
		{"names of parameters without case, and a user 1", "1", takesFrom("userID", "userId", "userid")},
		{"Express, an ETag", "1", cachedAs(takesFrom("userID"), "ETag", `W/"20-x"`)},
		{"Rails", "1", cachedAs(takesFrom("userID"), "Cache-Control", "max-age=0, private, must-revalidate", "ETag", `W/"x"`)},
		{"PHP with a session", "1", cachedAs(takesFrom("userID"), "Cache-Control", "no-store, no-cache, must-revalidate", "Expires", "Thu, 19 Nov 1981 08:52:00 GMT", "Pragma", "no-cache")},
		{"a list as its first item, and a user 1", "1", takesFrom("userID", "userID[]")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(test.handler)
			defer srv.Close()
			report, err := check.LoginStatus(t.Context(), check.LoginStatusServer{URL: srv.URL, LoggedIn: test.user, LoggedOut: "7", Limit: time.Hour, Timeout: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string(nil), lines(report)); diff != "" {
				t.Errorf("not kept (-want +got):\n%s", diff)
			}
		})
	}
}

// cachedAs adds the caching headers of a framework.
func cachedAs(answer http.HandlerFunc, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		answer(w, r)
	}
}

// takesFrom is a callback that takes the user 1 from any of these parameters.
func takesFrom(names ...string) http.HandlerFunc {
	return responseStatus("application/json", `{"status":1}`, `{"status":0}`, func(r *http.Request) bool {
		for _, name := range names {
			if r.URL.Query().Get(name) == "1" {
				return true
			}
		}
		return false
	})
}
