package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/recordings"
)

// recorded writes a recording of one response to DeleteMaterial, and returns its path.
func recorded(t *testing.T, name, answer string) string {
	t.Helper()
	for _, a := range recordings.Documented() {
		for i := range a.Log.Entries {
			example, ok := a.Log.Entries[i].Example()
			if !ok || example.OperationID != "Material.DeleteMaterial" || example.Kind != "success" {
				continue
			}
			c, err := a.Log.Entries[i].Call()
			if err != nil {
				t.Fatal(err)
			}
			c.ResponseBody = []byte(answer)
			file := filepath.Join(t.TempDir(), name)
			if err := recordings.WriteFile(file, recordings.NewArchive(name, c.Entry())); err != nil {
				t.Fatal(err)
			}
			return file
		}
	}
	t.Fatal("there is no example of DeleteMaterial")
	return ""
}

func TestDiff(t *testing.T) {
	t.Parallel()
	const success = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	good := recorded(t, "good.har", success)
	data := recorded(t, "data.har", strings.Replace(success, "}", `,"Data":{"Left":3}}`, 1))
	number := recorded(t, "number.har", strings.Replace(success, `"success"`, `5`, 1))
	null := recorded(t, "null.har", strings.Replace(success, `"success"`, `null`, 1))
	foreign := filepath.Join(t.TempDir(), "foreign.har")
	if err := os.WriteFile(foreign, []byte(`{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		args   []string
		status int
		stdout []string
		stderr string
	}{
		{"the fake and the contract", nil, 0, []string{"fake, compared with contract: no difference in "}, ""},
		{"one dialect", []string{"--dialect", "current"}, 0, []string{"fake, compared with contract: no difference in "}, ""},
		{"no difference", []string{good}, 0, []string{good + ", compared with contract: no difference in 1 calls\n", good + ", compared with fake: "}, ""},
		{"a field more is cosmetic", []string{data, "--against", "contract"}, 0, []string{"compared with contract: 1 cosmetic in 1 calls\n", "cosmetic: Material.DeleteMaterial Success /Data: "}, ""},
		{"and can be a failure", []string{data, "--against", "contract", "--fail-on", "cosmetic"}, 1, nil, ""},
		{"another type is breaking", []string{number}, 1, []string{"breaking: Material.DeleteMaterial Success /EnglishMessage: is an integer, expected string",
			"    what to do: the fake differs from the service here: do not rely on a passing test; use a recording instead (--replay)\n"}, ""},
		{"old and new", []string{good, null, "--against", "contract"}, 1, []string{null + ", compared with " + good + ": 1 risky in 1 calls\n",
			"    what to do: the service has changed: see how your client handles it, then replace the old recording\n"}, ""},
		{"risky is not breaking", []string{good, null, "--against", "fake", "--fail-on", "breaking"}, 0, nil, ""},
		{"nothing to compare", []string{foreign}, 3, nil, "fakecme diff: " + foreign + " has no call of the services with a response\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, nil, "", append([]string{"diff"}, tt.args...)...)
			if got.Status != tt.status || got.Stderr != tt.stderr {
				t.Errorf("status %d, want %d; stderr %q, want %q\n%s", got.Status, tt.status, got.Stderr, tt.stderr, got.Stdout)
			}
			for _, part := range tt.stdout {
				if !strings.Contains(got.Stdout, part) {
					t.Errorf("the report has no %q:\n%s", part, got.Stdout)
				}
			}
		})
	}
}

func TestDiffReports(t *testing.T) {
	t.Parallel()
	file := recorded(t, "number.har", `{"Code":"Success","Message":"成功","EnglishMessage":5}`)
	var report struct {
		Pairs []struct {
			Expected, Actual string
			Differences      []struct{ Severity, Operation, Field, Do string }
			NotCompared      []string
		}
	}
	got := runAt(t, nil, "", "diff", file, "--format", "json")
	if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil || len(report.Pairs) != 2 {
		t.Fatalf("%v: %s", err, got.Stdout)
	}
	if d := report.Pairs[1].Differences; report.Pairs[1].Expected != "fake" || len(d) != 1 || d[0].Severity != "breaking" || d[0].Field != "/EnglishMessage" || len(report.Pairs[1].NotCompared) == 0 {
		t.Errorf("the comparison with the fake is %+v", report.Pairs[1])
	}
	got = runAt(t, nil, "", "diff", file, "--format", "junit", "--against", "fake")
	if !strings.Contains(got.Stdout, `<testsuites tests="3" failures="1" skipped="0">`) || got.Status != 1 {
		t.Errorf("status %d, JUnit:\n%s", got.Status, got.Stdout)
	}
}

func TestDiffUsage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, want string
		args       []string
	}{
		{"three paths", "fakecme diff: there are 3 paths; give one, or an old and a new one", []string{"a", "b", "c"}},
		{"against", `fakecme diff: --against: "live" is neither contract nor fake`, []string{"--against", "live"}},
		{"severity", `fakecme diff: --fail-on: "bad" is no severity; there are breaking, risky and cosmetic`, []string{"--fail-on", "bad"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, outcome{Status: 2, Stderr: tt.want + "\n"}, runAt(t, nil, "", append([]string{"diff"}, tt.args...)...))
		})
	}
	got := runAt(t, nil, "", "diff", "nowhere")
	if got.Status != 2 || !strings.Contains(got.Stderr, "nowhere") {
		t.Errorf("a path that is not there: %+v", got)
	}
}

// A login that was recorded from the fake, in either dialect, does not differ from the fake.
func TestDiffOfTheFakeItself(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"original", "current"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, err := option.ParseDialect(dialect)
			if err != nil {
				t.Fatal(err)
			}
			srv := fake.Start(t, fake.Config{Dialect: d})
			recorder := &recordings.Recorder{Transport: srv.Transport()}
			now, own := time.Now(), fake.DefaultTenant()
			signature := cmesign.Sign(own.SecretKey, cmesign.Params{
				SecretID: own.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(time.Minute), Random: 1,
				Platform: own.Platform, Action: "Login", UserID: "user-1",
			})
			answer, err := (&http.Client{Transport: recorder}).Get("https://open.cme.qcloud.com/?signature=" + url.QueryEscape(signature))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			file := filepath.Join(t.TempDir(), "login.har")
			if err := recorder.WriteFile(file); err != nil {
				t.Fatal(err)
			}
			got := runAt(t, nil, "", "diff", file, "--fail-on", "cosmetic")
			if want := file + ", compared with fake: no difference in 1 calls\n"; got.Status != 0 || !strings.Contains(got.Stdout, want) {
				t.Errorf("%+v", got)
			}
		})
	}
}
