package check_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/check"
	"github.com/fakecme/fakecme/fake/cmesign"
)

const secretKey = "fake-secret-key/+é"

func params(user string) cmesign.Params {
	now := time.Now()
	return cmesign.Params{
		SecretID: "fake-secret-id", CurrentTimeStamp: now, ExpireTime: now.Add(5 * time.Minute), Random: rand.Uint32(),
		Platform: "fake-platform", Action: "Login", UserID: user,
	}
}

// endpoint hands out what sign makes of the good parameters, for the user of the query or User-1.
func endpoint(sign func(p cmesign.Params) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "session=1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		user := r.URL.Query().Get("user")
		if user == "" {
			user = "User-1"
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(sign(params(user)))
	}
}

func handOut(signature any) any {
	return map[string]any{"data": map[string]any{"signature": signature}}
}

func goodSignature(p cmesign.Params) any { return handOut(cmesign.Sign(secretKey, p)) }

func changed(change func(p *cmesign.Params)) http.HandlerFunc {
	return endpoint(func(p cmesign.Params) any { change(&p); return goodSignature(p) })
}

func cmeServer(address string) check.SignerServer {
	return check.SignerServer{
		URL: address, Header: http.Header{"Cookie": {"session=1"}}, Session: []string{"cookie"}, UserParameter: "user", Timeout: time.Hour,
		CME: &check.CMESigner{Key: cmesign.Key{SecretID: "fake-secret-id", SecretKey: secretKey, Platforms: []string{"fake-platform"}}, UserID: "User-1"},
	}
}

func TestSignerGood(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		handler http.HandlerFunc
		field   string
	}{
		{"the place is found", endpoint(goodSignature), ""},
		{"the place is named", endpoint(goodSignature), "/data/signature"},
		{"a bare JSON text", endpoint(func(p cmesign.Params) any { return cmesign.Sign(secretKey, p) }), ""},
		{"an address", endpoint(func(p cmesign.Params) any {
			return map[string]string{"url": "https://open.cme.qcloud.com/?signature=" + url.QueryEscape(cmesign.Sign(secretKey, p))}
		}), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(test.handler)
			defer srv.Close()
			server := cmeServer(srv.URL)
			server.Field = test.field
			report, err := check.Signer(t.Context(), server)
			if err != nil {
				t.Fatal(err)
			}
			report.Judge(t)
			// It takes the user from a parameter, by design.
			if diff := cmp.Diff(len(check.SignerRules(false))-1, len(report.Of(check.Kept))); diff != "" {
				t.Errorf("rules kept (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSignerBroken(t *testing.T) {
	t.Parallel()
	with := func(name, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			endpoint(goodSignature)(headerWriter{w, name, value}, r)
		}
	}
	beside := func(extra string) http.HandlerFunc {
		return endpoint(func(p cmesign.Params) any {
			return map[string]string{"signature": cmesign.Sign(secretKey, p), "extra": extra}
		})
	}
	original := func(rewrite func(text string) string) http.HandlerFunc {
		return endpoint(func(p cmesign.Params) any { return handOut(cmesign.SignOriginal(secretKey, rewrite(p.Original()))) })
	}
	leaking := func(status int) http.HandlerFunc {
		return withoutSession(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/login")
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(goodSignature(params("User-1")))
		})
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		rule    string
		found   string
	}{
		{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "signer.hands-out", "status 500"},
		{"nothing", endpoint(func(cmesign.Params) any { return map[string]string{} }), "signer.hands-out", "nothing in the response looks like one"},
		{"SHA-256 instead of SHA-1", endpoint(func(p cmesign.Params) any { return handOut(signed(sha256.New, p, false)) }), "signer.valid", "cme.wrong-hash"},
		{"the text before the HMAC", endpoint(func(p cmesign.Params) any { return handOut(signed(sha1.New, p, true)) }), "signer.valid", "cme."},
		{"a field called Sign", endpoint(func(p cmesign.Params) any {
			return map[string]any{"a": "b", "data": map[string]string{"Sign": signed(sha256.New, p, false)}}
		}), "signer.valid", "cme.wrong-hash"},
		{"another key", endpoint(func(p cmesign.Params) any { return handOut(cmesign.Sign("another", p)) }), "signer.valid", "cme.wrong-secret"},
		{"expired", changed(func(p *cmesign.Params) { p.ExpireTime = p.CurrentTimeStamp.Add(-time.Second) }), "signer.valid", "cme."},
		{"another platform", changed(func(p *cmesign.Params) { p.Platform = "other" }), "signer.valid", "cme.unknown-platform"},
		{"another action", changed(func(p *cmesign.Params) { p.Action = "Upload" }), "signer.action", `it is for "Upload", and must be for "Login"`},
		{"another user", changed(func(p *cmesign.Params) { p.UserID = "root" }), "signer.user", `it is for "root", and must be for "User-1"`},
		{"escaped where it is handed out", endpoint(func(p cmesign.Params) any { return handOut(url.QueryEscape(cmesign.Sign(secretKey, p))) }), "signer.escaping", "it again"},
		{"not escaped in an address", endpoint(func(p cmesign.Params) any {
			return map[string]string{"url": "https://open.cme.qcloud.com/?signature=" + withPlus(p)}
		}), "signer.escaping", "'+' that is not escaped"},
		{"not escaped in an address, and seldom a '+'", seldom(func(p cmesign.Params) any {
			return map[string]string{"url": "https://open.cme.qcloud.com/?signature=" + withPlus(p)}
		}, func(p cmesign.Params) any {
			return map[string]string{"url": "https://open.cme.qcloud.com/?signature=" + without(p, "+")}
		}), "signer.escaping", "'+' that is not escaped"},
		{"escaped where it is handed out, and seldom with a character for which that matters", seldom(func(p cmesign.Params) any {
			return handOut(url.QueryEscape(withPlus(p)))
		}, func(p cmesign.Params) any { return handOut(without(p, "+/=")) }), "signer.escaping", "it again"},
		{"an object", endpoint(func(p cmesign.Params) any { return handOut(map[string]any{"signature": cmesign.Sign(secretKey, p)}) }), "signer.hands-out", "the field /data/signature is not a text"},
		{"names are not escaped", original(func(text string) string { text, _ = url.QueryUnescape(text); return text }), "signer.user-names", `for the user "a`},
		{"names lose what is not ASCII", changed(func(p *cmesign.Params) {
			p.UserID = strings.Map(func(r rune) rune {
				if r > 127 {
					return '?'
				}
				return r
			}, p.UserID)
		}), "signer.user-names", `for the user "用户😀" the signed text says the user "???"`},
		{"a year", changed(func(p *cmesign.Params) { p.ExpireTime = p.CurrentTimeStamp.AddDate(1, 0, 0) }), "signer.short-validity", "and at most 1h0m0s are needed"},
		{"a clock that is late", changed(func(p *cmesign.Params) { p.CurrentTimeStamp = p.CurrentTimeStamp.Add(-4 * time.Minute) }), "signer.clock", "which is 4m"},
		{"a clock that runs ahead", changed(func(p *cmesign.Params) { p.CurrentTimeStamp = p.CurrentTimeStamp.Add(4 * time.Hour) }), "signer.clock", "which is 3h59m"},
		{"always the same random", changed(func(p *cmesign.Params) { p.Random = 7 }), "signer.fresh-random", "7 signatures have 1 different values of random"},
		{"the second as random", changed(func(p *cmesign.Params) { p.Random = uint32(time.Now().Unix() / 1000) }), "signer.fresh-random", "different values of random"},
		{"the secret", beside(secretKey), "signer.no-secret", "the field /extra of the response holds it, in plain text"},
		{"the secret as a name", endpoint(func(p cmesign.Params) any {
			return map[string]any{"signature": cmesign.Sign(secretKey, p), "a/b": []any{map[string]any{secretKey: 1}}}
		}), "signer.no-secret", "a name in the field /a~1b/0 of the response holds it, in plain text"},
		{"the secret beside the JSON", func(w http.ResponseWriter, r *http.Request) {
			endpoint(goodSignature)(w, r)
			_, _ = io.WriteString(w, "<!-- "+secretKey+" -->")
		}, "signer.no-secret", "the body of the response holds it, in plain text"},
		{"the secret in base64", beside(base64.StdEncoding.EncodeToString([]byte("key=" + secretKey))), "signer.no-secret", "the field /extra of the response holds it, in base64"},
		{"the secret in hex", beside(fmt.Sprintf("%x", secretKey)), "signer.no-secret", "the field /extra of the response holds it, in hexadecimal"},
		{"the secret in a header", with("X-Debug", url.QueryEscape(secretKey)), "signer.no-secret", "the header X-Debug holds it, percent-encoded"},
		{"public", with("Cache-Control", "public, max-age=60"), "signer.not-cached", `Cache-Control is "public, max-age=60"; respond with no-store`},
		{"for everybody", func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Cookie", "session=1")
			endpoint(goodSignature)(w, r)
		}, "signer.session", "without cookie it hands out one too"},
		{"a redirect to log in, and the signature", leaking(http.StatusFound), "signer.session", "without cookie it hands out one too"},
		{"a status 403, and the signature", leaking(http.StatusForbidden), "signer.session", "without cookie it hands out one too"},
		{"good until tomorrow", withHeaders("Expires", time.Now().Add(24*time.Hour).UTC().Format(http.TimeFormat)), "signer.not-cached", "has Expires"},
		{"as old as a file", withHeaders("Last-Modified", "Thu, 19 Nov 1981 08:52:00 GMT"), "signer.not-cached", "Last-Modified"},
		{"private for a minute", withHeaders("Cache-Control", "private, max-age=60"), "signer.not-cached", "respond with no-store"},
		{"a name breaks it", func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Query().Get("user"), `"`) {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			endpoint(goodSignature)(w, r)
		}, "signer.user-names", "status 500"},
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
			wantBroken(t, report, test.rule, test.found)
			b, _ := json.Marshal(report)
			if strings.Contains(string(b), "fake-secret-key") || strings.Contains(string(b), "session=1") {
				t.Errorf("the report holds a secret: %s", b)
			}
		})
	}
}

// signed is a signature with another hash, or with its parts the other way round.
func signed(hash func() hash.Hash, p cmesign.Params, textFirst bool) string {
	mac := hmac.New(hash, []byte(secretKey))
	_, _ = io.WriteString(mac, p.Original())
	parts := [][]byte{mac.Sum(nil), []byte(p.Original())}
	if textFirst {
		slices.Reverse(parts)
	}
	return base64.StdEncoding.EncodeToString(slices.Concat(parts...))
}

// headerWriter gives a response a header more.
type headerWriter struct {
	http.ResponseWriter
	name, value string
}

func (w headerWriter) Write(b []byte) (int, error) {
	w.Header().Set(w.name, w.value)
	return w.ResponseWriter.Write(b)
}

// seldom hands out the first thing at the 20th request, and the second one at all others.
func seldom(first, second func(p cmesign.Params) any) http.HandlerFunc {
	var requests atomic.Int64
	return endpoint(func(p cmesign.Params) any {
		if requests.Add(1) == 20 {
			return first(p)
		}
		return second(p)
	})
}

// without is a signature that has none of the characters. A name such as "a~b" puts one into every signature whose texts have
// the same lengths, so the random number is tried in all its lengths.
func without(p cmesign.Params, characters string) string {
	for i := 0; ; i++ {
		p.Random = rand.Uint32() >> (i % 32)
		if s := cmesign.Sign(secretKey, p); !strings.ContainsAny(s, characters) {
			return s
		}
	}
}

// withPlus is a signature that has a '+'.
func withPlus(p cmesign.Params) string {
	for {
		if s := cmesign.Sign(secretKey, p); strings.Contains(s, "+") {
			return s
		}
		p.Random++
	}
}

// A response that cannot be told from a login page leaves the rule of the session not judged.
func TestSignerMalformedForEverybody(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"sign":"none"}`)
	}))
	defer srv.Close()
	report, err := check.Signer(t.Context(), cmeServer(srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.ID == "signer.session" && r.Verdict != check.Unjudged {
			t.Errorf("%s, want it not judged", r)
		}
	}
	wantBroken(t, report, "signer.valid", "cme.")
}

func TestSignerLeftOutAndUnjudged(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(changed(func(p *cmesign.Params) { p.UserID = "User-1" }))
	t.Cleanup(srv.Close)
	server := cmeServer(srv.URL)
	server.Session, server.UserParameter = nil, ""
	report, err := check.Signer(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range report.Of(check.LeftOut, check.Unjudged, check.Broken) {
		got = append(got, string(r.Verdict)+": "+r.ID+": "+r.Found)
	}
	want := []string{
		"left out: signer.user-names: the parameter from which the endpoint takes the user is not named",
		"left out: signer.session: the headers of the session are not named",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("not kept (-want +got):\n%s", diff)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	report, err = check.Signer(t.Context(), cmeServer(gone.URL))
	if err != nil || len(report.Of(check.Unjudged)) != len(check.SignerRules(false)) {
		t.Errorf("a server that is gone: %v, %v", report, err)
	}
}

func TestSignerDescription(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(s *check.SignerServer)
		want   string
	}{
		{"nothing to expect", func(s *check.SignerServer) { s.CME = nil }, "check signer: say what it hands out: signatures of CME or tokens of h5ds, one of them"},
		{"no key", func(s *check.SignerServer) { s.CME.Key.SecretKey = "" }, "check signer: the secretId and the secretKey are needed: without them no signature can be verified"},
		{"no user", func(s *check.SignerServer) { s.CME.UserID = "" }, "check signer: the user that the signature must be for is needed: a signature for another user is the worst mistake"},
		{"field", func(s *check.SignerServer) { s.Field = "data" }, `check signer: the field "data" is no JSON pointer; write it like /data/signature`},
		{"session", func(s *check.SignerServer) { s.Session = []string{"Authorization"} }, `check signer: the session header "Authorization" is not among the headers that are sent`},
		{"address", func(s *check.SignerServer) { s.URL = "/x" }, "check signer: this is not an address such as http://127.0.0.1:8080/path"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := cmeServer("http://127.0.0.1:1/")
			test.change(&server)
			_, err := check.Signer(t.Context(), server)
			if got := fmt.Sprint(err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
