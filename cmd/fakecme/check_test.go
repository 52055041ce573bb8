package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// ownServer is a server of a user's: /userStatus is the login-state callback, where user-1 is
// logged in; /signature and /token hand out what their names say.
func ownServer(t *testing.T, fakeBase string) *httptest.Server {
	t.Helper()
	d := fake.DefaultTenant()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /userStatus", func(w http.ResponseWriter, r *http.Request) {
		status := 0
		if r.URL.Query().Get("userID") == "user-1" {
			status = 1
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"status":%d}`, status)
	})
	mux.HandleFunc("GET /signature", func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header["Cookie"]) == 0 && r.URL.Query().Has("session") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		now := time.Now()
		_ = json.NewEncoder(w).Encode(map[string]string{"signature": cmesign.Sign(d.SecretKey, cmesign.Params{
			SecretID: d.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(time.Minute), Random: rand.Uint32(),
			Platform: d.Platform, Action: "Login", UserID: "user-1",
		})})
	})
	mux.HandleFunc("GET /token", func(w http.ResponseWriter, r *http.Request) {
		login, _ := http.NewRequestWithContext(r.Context(), http.MethodPost, fakeBase+"/api/v1/third/login", strings.NewReader(`{"userId":"user-1"}`))
		login.Header.Set("Content-Type", "application/json")
		h5dssign.New(h5dssign.Key{AppID: d.AppID, Secret: d.Secret}, time.Now()).Set(login.Header)
		answer, err := http.DefaultClient.Do(login)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		var got struct {
			Data struct {
				Token string `json:"token"`
			} `json:"data"`
		}
		_ = json.NewDecoder(answer.Body).Decode(&got)
		_ = json.NewEncoder(w).Encode(got.Data)
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

func TestCheck(t *testing.T) {
	t.Parallel()
	api := httptest.NewServer(must(fake.New(fake.Config{})))
	t.Cleanup(api.Close)
	own := ownServer(t, api.URL)
	gone := httptest.NewServer(nil)
	gone.Close()
	tests := []struct {
		name   string
		args   []string
		status int
		stdout []string // parts
	}{
		{"login-status", []string{"login-status", own.URL + "/userStatus", "--logged-in", "user-1"}, 0,
			[]string{own.URL + "/userStatus\n", "kept                login-status.logged-in: a user who is logged in is {\"status\":1}\n",
				"left out            login-status.logged-out", "13 kept, 0 broken, 0 could not be judged, 1 left out\n"}},
		{"nobody is named", []string{"login-status", own.URL + "/userStatus"}, 3, []string{"10 kept, 0 broken, 3 could not be judged, 1 left out\n"}},
		{"not logged in", []string{"login-status", own.URL + "/userStatus", "--logged-in", "user-2"}, 1,
			[]string{"broken              login-status.logged-in", "found:  status is 0 instead of 1\n", "reason: the platform's page says"}},
		{"gone", []string{"login-status", gone.URL, "--logged-in", "user-1"}, 3, []string{"0 kept, 0 broken, 14 could not be judged"}},
		{"signer", []string{"signer", own.URL + "/signature", "--user", "user-1"}, 0, []string{"13 kept, 0 broken, 0 could not be judged, 2 left out\n"}},
		{"signer, everything", []string{"signer", own.URL + "/signature?session=1", "--user", "user-1", "--header", "Cookie: a=1", "--header", "X-A: b", "--session", "cookie"}, 0,
			[]string{"14 kept, 0 broken, 0 could not be judged, 1 left out\n"}},
		{"signer, for all", []string{"signer", own.URL + "/signature", "--user", "user-1", "--header", "Cookie: a=1", "--session", "cookie"}, 1, []string{"without cookie it hands out one too"}},
		{"signer, another user", []string{"signer", own.URL + "/signature", "--user", "user-2"}, 1, []string{`it is for "user-1", and must be for "user-2"`}},
		{"signer, another key", []string{"signer", own.URL + "/signature", "--user", "user-1", "--secret-key", "other-key"}, 1, []string{"broken              signer.valid"}},
		{"token", []string{"signer", own.URL + "/token", "--h5ds", "--api", api.URL}, 0, []string{"7 kept, 0 broken, 0 could not be judged, 3 left out\n"}},
		{"token, not tried", []string{"signer", own.URL + "/token", "--h5ds"}, 3, []string{"no address of a service that knows the token is given"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, nil, "", append([]string{"check"}, tt.args...)...)
			if got.Status != tt.status || got.Stderr != "" {
				t.Errorf("status %d, want %d; stderr %q\n%s", got.Status, tt.status, got.Stderr, got.Stdout)
			}
			for _, part := range tt.stdout {
				if !strings.Contains(got.Stdout, part) {
					t.Errorf("the report has no %q:\n%s", part, got.Stdout)
				}
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestCheckReports(t *testing.T) {
	t.Parallel()
	own := ownServer(t, "")
	file := filepath.Join(t.TempDir(), "report.xml")
	args := []string{"check", "login-status", own.URL + "/userStatus", "--logged-in", "user-2"}
	asText := runAt(t, nil, "", args...)
	wantOutcome(t, asText, runAt(t, nil, "", append(args, "--format", "junit", "--out", file)...))
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	if err := xml.Unmarshal(written, &suites); err != nil || suites.Tests != 14 || suites.Failures != 2 || suites.Skipped != 1 {
		t.Errorf("the file says %+v, %v:\n%s", suites, err, written)
	}
	var report struct {
		Target  string
		Results []struct{ ID, Sentence, Reason, Verdict, Found string }
	}
	got := runAt(t, nil, "", append(args, "--format", "json")...)
	if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil || len(report.Results) != 14 || report.Results[2].Found != "status is 0 instead of 1" {
		t.Errorf("the JSON says %+v, %v:\n%s", report, err, got.Stdout)
	}
}

func TestCheckUsage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, want string
		args       []string
	}{
		{"which one", "fakecme check: which one? write fakecme check login-status or fakecme check signer", nil},
		{"no address", "fakecme check signer: it takes one address, such as http://127.0.0.1:8080/path; there are 0", []string{"signer"}},
		{"bad address", "fakecme check login-status: this is not an address such as http://127.0.0.1:8080/path", []string{"login-status", "nonsense"}},
		{"no user", "fakecme check signer: --user: whom must the signature be for? a signature for another user is the worst mistake of all", []string{"signer", "http://h/"}},
		{"api alone", "fakecme check signer: --api: it goes with --h5ds", []string{"signer", "http://h/", "--api", "http://h"}},
		{"action with h5ds", "fakecme check signer: --action: it is for CME signatures; leave it out with --h5ds", []string{"signer", "http://h/", "--h5ds", "--action", "a"}},
		{"header", `fakecme check signer: --header: a header is written "name: value", on one line`, []string{"signer", "http://h/", "--header", "hidden"}},
		{"session", `fakecme check signer: the session header "cookie" is not among the headers that are sent`, []string{"signer", "http://h/", "--user", "u", "--session", "cookie"}},
		{"form", `fakecme check signer: --format: there is no form "xml"; there are: text, json, junit`, []string{"signer", "http://h/", "--format", "xml"}},
		{"ca", "fakecme check signer: --ca: open nowhere.pem: no such file or directory", []string{"signer", "http://h/", "--user", "u", "--ca", "nowhere.pem"}},
		{"no certificate", "fakecme check signer: --ca: check.go has no certificate in PEM", []string{"signer", "http://h/", "--user", "u", "--ca", "check.go"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, outcome{Status: 2, Stderr: tt.want + "\n"}, runAt(t, nil, "", append([]string{"check"}, tt.args...)...))
		})
	}
}
