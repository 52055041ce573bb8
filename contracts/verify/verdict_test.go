package verify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// A real service may differ where no document says how it is: that is a note. What is documented is broken all the same.
func TestVerifyNotes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path, run, old, new string
		verdict                   string
		want, assumed             []string
	}{
		{"assumed error", "/PaaS/Material/ListMedia", "webpaas/media-list-of-too-many", "Limit greate than max", "too many", verify.VerdictKept,
			[]string{`note        webpaas/media-list-of-too-many: step 2 Material.ListMedia: the error must say "Limit greate than max", found "too many" (assumed, the error that the page of Team.DescribeJoinTeams shows, misspelling included)`},
			[]string{`broken      webpaas/media-list-of-too-many: step 2 Material.ListMedia: the error must say "Limit greate than max", found "too many" (assumed, the error that the page of Team.DescribeJoinTeams shows, misspelling included)`}},
		{"assumed errors, one after the other", "/api/v1/user/apps/page", "h5ds/page-zero", `"code":400`, `"code":422`, verify.VerdictKept,
			[]string{`note        h5ds/page-zero: step 1 User.Apps.Page: the response must be the error 400, found 422 (assumed, no code but those of an ended login is known)`},
			[]string{`broken      h5ds/page-zero: step 1 User.Apps.Page: the response must be the error 400, found 422 (assumed, no code but those of an ended login is known)`}},
		{"undocumented field", "/PaaS/Material/DescribeClass", "webpaas/class-tree", `"Code"`, `"RequestId":"1","Code"`, verify.VerdictKept,
			[]string{
				`note        webpaas/class-tree: step 1 Material.DescribeClass: body /RequestId: is not documented (documented, 1156/51365)`,
				`note        webpaas/class-tree: step 2 Material.DescribeClass: body /RequestId: is not documented (documented, 1156/51365)`},
			[]string{`broken      webpaas/class-tree: step 1 Material.DescribeClass: body /RequestId: is not documented (documented, 1156/51365)`}},
		{"assumed success in the middle", "/PaaS/Material/FinishUploadMaterial", "webpaas/media-life", `.+`,
			`{"Code":"InvalidParameterValue.VodFileId","Message":"非法媒体文件","EnglishMessage":"invalid vod file id"}`, verify.VerdictNotJudged,
			[]string{
				`not judged  webpaas/media-life: step 4 Material.FinishUploadMaterial: the response differs from an expectation that no document backs, and later steps depend on it`,
				`note        webpaas/media-life: step 4 Material.FinishUploadMaterial: the response must be a success, found "InvalidParameterValue.VodFileId" (assumed)`},
			[]string{`broken      webpaas/media-life: step 4 Material.FinishUploadMaterial: the response must be a success, found "InvalidParameterValue.VodFileId" (assumed)`}},
		{"documented error", "/PaaS/Task/DeleteTask", "webpaas/task-that-nobody-has", "resource not found", "no", verify.VerdictBroken,
			[]string{`broken      webpaas/task-that-nobody-has: step 1 Task.DeleteTask: the error must say "resource not found", found "no" (documented, 1156/51420)`},
			[]string{`broken      webpaas/task-that-nobody-has: step 1 Task.DeleteTask: the error must say "resource not found", found "no" (documented, 1156/51420)`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, assumed := range []bool{false, true} {
				url := startBroken(t, test.path, in(test.old, test.new))
				report, got := verified(t, verify.Target{URL: url, Assumed: assumed, Run: regexp.MustCompile(test.run + "$")})
				want, verdict := test.want, test.verdict
				if assumed {
					want, verdict = test.assumed, verify.VerdictBroken
				}
				if diff := cmp.Diff(want, got); diff != "" || report.Verdict() != verdict {
					t.Errorf("assumed %t: %s (-want +got):\n%s", assumed, report.Verdict(), diff)
				}
			}
		})
	}
}

// A dialect that is named is the only one that is right.
func TestVerifyDialect(t *testing.T) {
	t.Parallel()
	srv := startDemo(t, fake.Config{})
	for dialect, want := range map[string]int{"": 0, "original": 0, "current": 2} { // the error, and the envelope
		report, _ := verified(t, verify.Target{URL: srv.URL, Dialect: dialect, Run: regexp.MustCompile("opencme/login-(with-a-wrong-key|in)")})
		if got := report.Count(verify.VerdictBroken); got != want {
			t.Errorf("%q: %d broken, want %d\n%s", dialect, got, want, report)
		}
	}
}

// No report holds a credential, even if the provider says it in every text.
func TestReportsHoldNoSecret(t *testing.T) {
	t.Parallel()
	const key, secret = "key-that-is-secret", "secret-that-is-secret"
	fakes := startDemo(t, fake.Config{Tenants: []fake.Credentials{{ID: "secrets", SecretKey: key, Secret: secret}}})
	var mu sync.Mutex
	seen := map[string]bool{key: true, secret: true}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, s := range []string{r.URL.Query().Get("signature"), r.URL.Query().Get("auth"), r.Header.Get("Authorization"), r.Header.Get("sign")} {
			if s == "" {
				continue
			}
			mu.Lock()
			seen[s] = true
			mu.Unlock()
			if r.URL.Path != "/" && r.URL.Path != "/api/v1/third/login" {
				w.Header().Set("Content-Type", "application/json")
				text, _ := json.Marshal(map[string]any{"Code": s, "Message": s, "EnglishMessage": s, "code": s, "message": s, "data": s, s: s})
				_, _ = w.Write(text)
				return
			}
		}
		fakes.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	for _, assumed := range []bool{true, false} {
		report, _ := verified(t, verify.Target{URL: srv.URL, SecretKey: key, Secret: secret, Assumed: assumed})
		if report.Verdict() != verify.VerdictBroken {
			t.Fatal(report)
		}
		text, _ := json.Marshal(report)
		for s := range seen {
			if strings.Contains(string(text), s) || strings.Contains(report.String(), s) {
				t.Errorf("assumed %t: the report shows %q", assumed, s)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d secrets were sent", len(seen))
	}
}

// recorder is a test that is watched.
type recorder struct {
	ctx          context.Context
	errors, logs []string
}

func (r *recorder) Helper()                    {}
func (r *recorder) Context() context.Context   { return r.ctx }
func (r *recorder) Logf(f string, args ...any) { r.logs = append(r.logs, fmt.Sprintf(f, args...)) }
func (r *recorder) Errorf(f string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(f, args...))
}

// Verify fails a test for what is broken, and for what was not judged; notes are logged.
func TestVerifyInATest(t *testing.T) {
	t.Parallel()
	demo, bare := startDemo(t, fake.Config{}), startBare(t)
	tests := []struct {
		name         string
		target       verify.Target
		errors, logs []string
	}{
		{"kept", verify.Target{URL: demo.URL, Timeout: patient, Run: regexp.MustCompile("webpaas/teams$")}, nil, nil},
		{"not judged", verify.Target{URL: bare.URL, Timeout: patient, Run: regexp.MustCompile("webpaas/teams$")},
			[]string{"not judged  webpaas/teams: step 1 Team.DescribeJoinTeams: it needs a team that the user belongs to"}, nil},
		{"broken", verify.Target{URL: demo.URL, Timeout: patient, Dialect: "current", Run: regexp.MustCompile("login-with-a-wrong-key")},
			[]string{`broken      opencme/login-with-a-wrong-key: step 1 OpenCME.Login: the response must be the error InvalidParameterValue.Platform, found "SignatureVerifyFail" (documented, 1156/50898 of 2025-06-11, the only failure that it shows)`}, nil},
		{"a note", verify.Target{URL: demo.URL, Timeout: patient, Dialect: "current", Run: regexp.MustCompile("h5ds/user-info-with-an-unknown-token")}, nil,
			[]string{`note        h5ds/user-info-with-an-unknown-token: step 1 User.Info: the response must be the error 1, found 1001 (assumed, C3 ends the session at this code; the text is what it then shows)`}},
		{"nothing", verify.Target{URL: demo.URL, Timeout: patient, Run: regexp.MustCompile("^$")}, []string{"verify: nothing ran: no scenario fits what was asked for"}, nil},
		{"no target", verify.Target{}, []string{"verify: there is no address; give the URL of a target"}, nil},
	}
	for _, test := range tests {
		watched := &recorder{ctx: t.Context()}
		verify.Test(watched, test.target)
		if diff := cmp.Diff(test.errors, watched.errors) + cmp.Diff(test.logs, watched.logs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// startBare listens as a fake that has nothing.
func startBare(t *testing.T) *fake.Server {
	t.Helper()
	srv, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}

// Against a fake that has nothing, nothing is broken; what needs something is not judged, and nothing else is.
func TestVerifyBareFake(t *testing.T) {
	t.Parallel()
	report, _ := verified(t, verify.Target{URL: startBare(t).URL, Assumed: true, Does: verify.DoesDestroy})
	for _, o := range report.Outcomes {
		if o.Verdict == verify.VerdictBroken || o.Verdict == verify.VerdictNotJudged && !strings.Contains(o.Why, ": it needs ") {
			t.Errorf("%v", o.Lines())
		}
	}
	if report.Count(verify.VerdictKept) < 80 || report.Verdict() != verify.VerdictNotJudged {
		t.Errorf("%s", report)
	}
}
