package check_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/check"
)

// goodStatus is a callback as it should be: User-1 is logged in.
func goodStatus(w http.ResponseWriter, r *http.Request) {
	status := 0
	if ids := r.URL.Query()["userID"]; len(ids) == 1 && ids[0] == "User-1" {
		status = 1
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = fmt.Fprintf(w, `{"status":%d}`, status)
}

// responseStatus writes a body when loggedIn says so, another when not.
func responseStatus(contentType, in, out string, loggedIn func(r *http.Request) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		if loggedIn(r) {
			_, _ = io.WriteString(w, in)
			return
		}
		_, _ = io.WriteString(w, out)
	}
}

func isUser(r *http.Request) bool { return r.URL.Query().Get("userID") == "User-1" }

// loose is a callback whose comparison is looser than it should be.
func loose(same func(id string) bool) http.HandlerFunc {
	return responseStatus("application/json", `{"status":1}`, `{"status":0}`, func(r *http.Request) bool { return same(r.URL.Query().Get("userID")) })
}

// loginServer describes a callback. No verdict depends on the speed of the machine.
func loginServer(address string) check.LoginStatusServer {
	return check.LoginStatusServer{URL: address, LoggedIn: "User-1", LoggedOut: "User-2", Limit: time.Hour, Timeout: time.Hour}
}

func TestLoginStatusGood(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(goodStatus))
	defer srv.Close()
	report, err := check.LoginStatus(t.Context(), loginServer(srv.URL+"/userStatus"))
	if err != nil {
		t.Fatal(err)
	}
	report.Judge(t)
	if diff := cmp.Diff(len(check.LoginStatusRules()), len(report.Of(check.Kept))); diff != "" {
		t.Errorf("rules kept (-want +got):\n%s", diff)
	}
}

// Another user whose id is a part of an id is no mistake.
func TestLoginStatusOfOtherUsers(t *testing.T) {
	t.Parallel()
	for user, others := range map[string]string{"10023": "1002 100 0023 23", "anna": "ann an nna na", "User-12": "User-1 User"} {
		srv := httptest.NewServer(loose(func(id string) bool { return id == user || slices.Contains(strings.Fields(others), id) }))
		server := loginServer(srv.URL)
		server.LoggedIn = user
		report, err := check.LoginStatus(t.Context(), server)
		srv.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range report.Of(check.Broken) {
			t.Errorf("%s: %s", user, r)
		}
	}
}

// Each planted mistake breaks its rule, and the report says so in one line.
func TestLoginStatusBroken(t *testing.T) {
	t.Parallel()
	const page = "application/json"
	tests := []struct {
		name    string
		handler http.HandlerFunc
		rule    string
		found   string // a part of it
	}{
		{"redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, "login-status.responses", "status 302, a redirect"},
		{"status 401", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, "login-status.responses", "status 401"},
		{"everybody is logged in", responseStatus(page, `{"status":1}`, ``, func(*http.Request) bool { return true }), "login-status.unknown-user", "status is 1 instead of 0"},
		{"404 for who is unknown", func(w http.ResponseWriter, r *http.Request) {
			if !isUser(r) && !strings.HasPrefix(r.URL.Query().Get("userID"), "fakecme-") {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			goodStatus(w, r)
		}, "login-status.logged-out", "status 404 instead of 200"},
		{"nobody is logged in", loose(func(string) bool { return false }), "login-status.logged-in", "status is 0 instead of 1"},
		{"userId instead of userID", responseStatus(page, `{"status":1}`, `{"status":0}`, func(r *http.Request) bool { return r.URL.Query().Get("userId") == "User-1" }), "login-status.logged-in", "status is 0 instead of 1; it responds with 1 to userId, but the platform sends userID"},
		{"an envelope", responseStatus(page, `{"code":0,"data":{"status":1}}`, `{"code":0,"data":{"status":0}}`, isUser), "login-status.unknown-user", "the response has no field status"},
		{"more than status", responseStatus(page, `{"status":1,"user":"User-1"}`, `{"status":0}`, isUser), "login-status.contract", "/user"},
		{"a text", responseStatus(page, `{"status":"1"}`, `{"status":"0"}`, isUser), "login-status.contract", "/status"},
		{"a number between", responseStatus(page, `{"status":1}`, `{"status":2}`, isUser), "login-status.contract", "/status"},
		{"no JSON", responseStatus(page, `1`, `0`, isUser), "login-status.logged-in", "the response is not a JSON object"},
		{"text/html", responseStatus("text/html", `{"status":1}`, `{"status":0}`, isUser), "login-status.content-type", `it is "text/html"`},
		{"no user is logged in", loose(func(id string) bool { return id == "" || id == "User-1" }), "login-status.no-user", "without userID the response is 1"},
		{"the word null", loose(func(id string) bool { return id == "null" || id == "User-1" }), "login-status.no-user", "with the word null the response is 1"},
		{"without case", loose(func(id string) bool { return strings.EqualFold(id, "User-1") }), "login-status.exact-id", `"uSER-1" is logged in, because "User-1" is`},
		{"without the space at the end", loose(func(id string) bool { return strings.TrimRight(id, " ") == "User-1" }), "login-status.exact-id", `"User-1 " is logged in`},
		{"up to a zero byte", loose(func(id string) bool { before, _, _ := strings.Cut(id, "\x00"); return before == "User-1" }), "login-status.exact-id", `"User-1\x00" is logged in`},
		{"a pattern", loose(func(id string) bool {
			return id == "User-1" || strings.HasSuffix(id, "%") && strings.HasPrefix("User-1", id[:len(id)-1])
		}), "login-status.exact-id", `"User-1%" is logged in`},
		{"decoded twice", loose(func(id string) bool { return id == "User-1" || strings.HasSuffix(id, "&userID=User-1") }), "login-status.exact-id", "&userID=User-1\" is logged in"},
		{"injection", loose(func(id string) bool { return id == "User-1" || strings.Contains(id, "OR 1=1") }), "login-status.hostile-ids", `the id "1 OR 1=1" gets 1`},
		{"a quote breaks it", func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.RawQuery, "%27") {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			goodStatus(w, r)
		}, "login-status.hostile-ids", `the id "' OR '1'='1": status 500`},
		{"a long id breaks it", func(w http.ResponseWriter, r *http.Request) {
			if len(r.URL.RawQuery) > 2000 {
				panic(http.ErrAbortHandler)
			}
			goodStatus(w, r)
		}, "login-status.hostile-ids", "the connection was closed before the response was complete"},
		{"an operator in the name", responseStatus(page, `{"status":1}`, `{"status":0}`, func(r *http.Request) bool { return isUser(r) || r.URL.Query().Has("userID[$ne]") }), "login-status.hostile-ids", `the query "userID[$ne]=" gets 1`},
		{"markup", func(w http.ResponseWriter, r *http.Request) {
			if id := r.URL.Query().Get("userID"); strings.HasPrefix(id, "<img") {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, "no user "+id)
				return
			}
			goodStatus(w, r)
		}, "login-status.reflection", `the id stands in a response of the type "text/html"`},
		{"a part of a list", loose(func(id string) bool { return id != "" && strings.Contains("User-1,User-3", id) }), "login-status.exact-id", `"User-" is logged in`},
		{"the digits at the beginning", loose(func(id string) bool {
			return strings.TrimRightFunc(id, func(r rune) bool { return r < '0' || r > '9' }) == "42"
		}), "login-status.exact-id", `is logged in, because "42" is`},
		{"by prefix", loose(func(id string) bool { return id != "" && strings.HasPrefix("User-1", id) }), "login-status.exact-id", `"User-" is logged in, because "User-1" is`},
		{"a number by prefix", loose(func(id string) bool { return id != "" && strings.HasPrefix("10023", id) }), "login-status.exact-id", `"1002" is logged in, and so are 3 more parts of "10023"`},
		{"a number by its end", loose(func(id string) bool { return id != "" && strings.HasSuffix("10023", id) }), "login-status.exact-id", `"0023" is logged in, and so are 3 more parts of "10023"`},
		{"letters by prefix", loose(func(id string) bool { return id != "" && strings.HasPrefix("alice", id) }), "login-status.exact-id", `"alic" is logged in, and so are 3 more parts of "alice"`},
		{"another status of success", func(w http.ResponseWriter, r *http.Request) {
			if !r.URL.Query().Has("userID") {
				w.WriteHeader(http.StatusAccepted)
				_, _ = w.Write([]byte(`{"status":1}`))
				return
			}
			goodStatus(w, r)
		}, "login-status.no-user", "without userID the response is 1"},
		{"public", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=60")
			goodStatus(w, r)
		}, "login-status.not-cached", `Cache-Control is "public, max-age=60"; respond with no-store`},
		{"slow", func(w http.ResponseWriter, r *http.Request) { goodStatus(w, r) }, "login-status.fast", "the slowest response took longer than 1ns"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewUnstartedServer(test.handler)
			srv.Config.ErrorLog = nil
			srv.Start()
			defer srv.Close()
			server := loginServer(srv.URL)
			switch test.name {
			case "slow":
				server.Limit = 1
			case "the digits at the beginning":
				server.LoggedIn = "42"
			case "a number by prefix", "a number by its end":
				server.LoggedIn = "10023"
			case "letters by prefix":
				server.LoggedIn = "alice"
			}
			report, err := check.LoginStatus(t.Context(), server)
			if err != nil {
				t.Fatal(err)
			}
			wantBroken(t, report, test.rule, test.found)
		})
	}
}

func wantBroken(t *testing.T, report check.Report, rule, found string) {
	t.Helper()
	for _, r := range report.Results {
		if r.ID == rule {
			if r.Verdict != check.Broken || !strings.Contains(r.Found, found) {
				t.Errorf("%s, want it broken with %q", r, found)
			}
			return
		}
	}
	t.Errorf("there is no rule %s", rule)
}

// A server that remembers being asked, or mixes up who asks, shows only over several questions.
func TestLoginStatusMany(t *testing.T) {
	t.Parallel()
	var last atomic.Value
	var asked atomic.Int64
	tests := []struct {
		name    string
		handler http.HandlerFunc
		rule    string
	}{
		{"asking logs out", loose(func(id string) bool { return id == "User-1" && asked.Add(1)%2 == 1 }), "login-status.same-again"},
		{"the user of another question", func(w http.ResponseWriter, r *http.Request) {
			// Requests made at once alternate, so one that follows another gets the response for User-1.
			id := r.URL.Query().Get("userID")
			if strings.HasSuffix(id, "1") && strings.HasPrefix(id, "fakecme-") && last.Swap(id) != id {
				r.URL.RawQuery = "userID=User-1"
			}
			goodStatus(w, r)
		}, "login-status.concurrent"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			srv := httptest.NewServer(test.handler)
			defer srv.Close()
			report, err := check.LoginStatus(t.Context(), check.LoginStatusServer{URL: srv.URL, LoggedIn: "User-1", Limit: time.Hour, Timeout: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			wantBroken(t, report, test.rule, "")
		})
	}
}

func TestLoginStatusUnjudged(t *testing.T) {
	t.Parallel()
	good := httptest.NewServer(http.HandlerFunc(goodStatus))
	t.Cleanup(good.Close)
	gone := httptest.NewServer(nil)
	gone.Close()
	tests := []struct {
		name   string
		server check.LoginStatusServer
		id     string
		found  string
	}{
		{"gone", check.LoginStatusServer{URL: gone.URL, LoggedIn: "u"}, "login-status.responses", "connection refused"},
		{"gone, the others", check.LoginStatusServer{URL: gone.URL, LoggedIn: "u"}, "login-status.unknown-user", "see login-status.responses"},
		{"nobody logged in", check.LoginStatusServer{URL: good.URL}, "login-status.logged-in", "no logged-in user is given"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			report, err := check.LoginStatus(t.Context(), test.server)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range report.Results {
				if r.ID == test.id && (r.Verdict != check.Unjudged || !strings.Contains(r.Found, test.found)) {
					t.Errorf("%s, want %q", r, test.found)
				}
			}
			if len(report.Of(check.Unjudged)) == 0 {
				t.Error("everything was judged")
			}
		})
	}
}

func TestLoginStatusDescription(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		server check.LoginStatusServer
		want   string
	}{
		{"no address", check.LoginStatusServer{URL: "localhost:1"}, "check login-status: this is not an address such as http://127.0.0.1:8080/path"},
		{"userID in it", check.LoginStatusServer{URL: "http://h/?userID=1"}, "check login-status: the address has a userID already; leave it out, since the check adds it"},
		{"fragment", check.LoginStatusServer{URL: "http://h/#a"}, "check login-status: the address has a fragment (#…), which is never sent; leave it out"},
		{"both", check.LoginStatusServer{URL: "http://h/", LoggedIn: "a", LoggedOut: "a"}, "check login-status: the same user cannot be logged in and logged out"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := check.LoginStatus(t.Context(), test.server)
			if got := fmt.Sprint(err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// tb records what Judge says.
type tb struct{ said []string }

func (*tb) Helper() {}
func (b *tb) Errorf(format string, args ...any) {
	b.said = append(b.said, fmt.Sprintf(format, args...))
}

func TestJudge(t *testing.T) {
	t.Parallel()
	report := check.Report{Results: []check.Result{
		{Rule: check.Rule{ID: "a", Sentence: "it is so", Reason: "because"}, Verdict: check.Kept},
		{Rule: check.Rule{ID: "b", Sentence: "it is so", Reason: "because"}, Verdict: check.Broken, Found: "it is not"},
		{Rule: check.Rule{ID: "c", Sentence: "it is so", Reason: "because"}, Verdict: check.Unjudged},
		{Rule: check.Rule{ID: "d", Sentence: "it is so", Reason: "because"}, Verdict: check.LeftOut, Found: "nobody asked"},
	}}
	var b tb
	report.Judge(&b)
	want := []string{"broken: b: it is so: it is not (because)", "could not be judged: c: it is so (because)"}
	if diff := cmp.Diff(want, b.said); diff != "" {
		t.Errorf("what the test says (-want +got):\n%s", diff)
	}
}

// Every rule has an id of its own, a sentence and a reason.
func TestRules(t *testing.T) {
	t.Parallel()
	for _, rules := range [][]check.Rule{check.LoginStatusRules(), check.SignerRules(false), check.SignerRules(true)} {
		seen := map[string]bool{}
		for _, r := range rules {
			if r.ID == "" || r.Sentence == "" || r.Reason == "" || seen[r.ID] {
				t.Errorf("rule %+v", r)
			}
			seen[r.ID] = true
		}
	}
	var back check.Result
	b, err := json.Marshal(check.Result{Rule: check.Rule{ID: "a"}, Verdict: check.Broken})
	if err == nil {
		err = json.Unmarshal(b, &back)
	}
	if err != nil || back.ID != "a" || back.Verdict != check.Broken {
		t.Errorf("JSON round trip: %s, %v", b, err)
	}
}
