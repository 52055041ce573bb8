package verify_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// startLiar starts a provider that never rejects a call: each operation has the response of its first success in the fake.
func startLiar(t *testing.T) string {
	t.Helper()
	honest := startDemo(t, fake.Config{})
	canned := map[string]*httptest.ResponseRecorder{}
	learning := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := httptest.NewRecorder()
		honest.ServeHTTP(a, r)
		body, key := a.Body.String(), r.Method+r.URL.Path
		if canned[key] == nil && (strings.Contains(body, `"Code":"Success"`) || strings.Contains(body, `"code":0`)) {
			canned[key] = a
		}
		send(w, a, body)
	}))
	defer learning.Close()
	if verified(t, verify.Target{URL: learning.URL, Does: verify.DoesDestroy}); len(canned) < 100 {
		t.Fatalf("%d responses", len(canned))
	}
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := canned[r.Method+r.URL.Path]; a != nil {
			send(w, a, a.Body.String())
			return
		}
		w.Header().Set("Content-Type", isJSON)
		if strings.HasPrefix(r.URL.Path, "/api/") {
			_, _ = w.Write([]byte(`{"code":0,"message":"success","data":{}}`))
			return
		}
		_, _ = w.Write([]byte(done))
	}))
	t.Cleanup(liar.Close)
	return liar.URL
}

// A provider that always succeeds with the same responses does not pass: for no service, at no level, with assumed expectations or
// without.
func TestVerifySeesALiar(t *testing.T) {
	t.Parallel()
	url := startLiar(t)
	for _, service := range contracts.Names() {
		for _, does := range []string{verify.DoesRead, verify.DoesDestroy} {
			for _, assumed := range []bool{false, true} {
				report, _ := verified(t, verify.Target{URL: url, Services: []string{service}, Does: does, Assumed: assumed})
				if report.Verdict() != verify.VerdictBroken {
					t.Errorf("%s, does %s, assumed %t: %s", service, does, assumed, report.Verdict())
				}
			}
		}
	}
	// Which code a wrong credential gets may be unknown. That it opens nothing is not.
	report, _ := verified(t, verify.Target{URL: url, Run: regexp.MustCompile(`with-a-wrong-(secret|key)|unknown-(application|id|token)$|without-a-(signature|token)|ticket-unknown|h5ds/login-with-an-old`)})
	var got []string
	for _, o := range report.Outcomes {
		got = append(got, o.Verdict+" "+o.Service+"/"+o.Scenario)
	}
	want := []string{
		"broken opencme/login-with-a-wrong-key", "broken opencme/login-with-an-unknown-id", "broken webpaas/ticket-unknown",
		"broken h5ds/login-with-a-wrong-secret", "broken h5ds/login-of-an-unknown-application",
		"kept h5ds/login-with-an-old-signature", // no document says how old is too old: a note
		"broken h5ds/login-without-a-signature", "broken h5ds/user-info-without-a-token", "broken h5ds/user-info-with-an-unknown-token",
		"left out h5ds/application-lists-with-a-wrong-secret",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
