package verify_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// Wrong credentials say nothing about the provider: what needs them is not judged, the rest is.
func TestVerifyWithWrongCredentials(t *testing.T) {
	t.Parallel()
	srv := startDemo(t, fake.Config{})
	for _, dialect := range []string{"", "original"} {
		report, _ := verified(t, verify.Target{URL: srv.URL, SecretKey: "another-key", Secret: "another-secret", Assumed: true, Dialect: dialect})
		if report.Verdict() != verify.VerdictNotJudged || report.Count(verify.VerdictKept) == 0 {
			t.Fatal(report)
		}
		for _, o := range report.Outcomes {
			if o.Verdict == verify.VerdictBroken || o.Verdict == verify.VerdictNotJudged && !strings.Contains(o.Why, ": the credentials were rejected with ") {
				t.Errorf("%v", o.Lines())
			}
		}
	}
}

// Once the credentials have opened something, an error is the provider's fault. So is one that no document knows.
func TestVerifyRefusedForNoReason(t *testing.T) {
	t.Parallel()
	const failure = `{"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}`
	tests := []struct {
		name, path, run string
		from            int // the number of the call that is rejected first, from 1
		failure         string
		want            []string
	}{
		{"the first login", "/", "opencme/login$", 1, failure,
			[]string{`not judged  opencme/login: step 1 OpenCME.Login: the credentials were rejected with "SignatureVerifyFail": are they right?`}},
		{"a later login", "/", "opencme/login$|opencme/login-in", 2, failure,
			[]string{`broken      opencme/login-in-the-envelope-of-original: step 1 OpenCME.Login: the response must be a success, found "SignatureVerifyFail" (documented, 1156/50898, both versions)`}},
		{"an undocumented code", "/", "opencme/login$", 1, strings.Replace(failure, "SignatureVerifyFail", "InternalError", 1),
			[]string{`broken      opencme/login: step 1 OpenCME.Login: the response must be a success, found "InternalError" (documented, 1156/50898, both versions)`}},
		{"the first login of h5ds", "/api/v1/third/login", "h5ds/login$", 1, `{"code":401,"message":"签名错误","data":null}`,
			[]string{`not judged  h5ds/login: step 1 Third.Login: the credentials were rejected with 401: are they right?`}},
		{"the second login of h5ds", "/api/v1/third/login", "h5ds/login$", 2, `{"code":401,"message":"签名错误","data":null}`,
			[]string{`broken      h5ds/login: step 2 Third.Login: the response must be a success, found 401 (assumed)`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			url := startBroken(t, test.path, func(p *provider, w http.ResponseWriter, r *http.Request) {
				if calls++; calls >= test.from {
					says(isJSON, test.failure)(p, w, r)
					return
				}
				p.fake.ServeHTTP(w, r)
			})
			_, got := verified(t, verify.Target{URL: url, Assumed: true, Dialect: "original", Run: regexp.MustCompile(test.run)})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}
