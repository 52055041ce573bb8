package fake_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/traffic"
)

// The page is at the root of the hosts of h5ds, and of any other address with a token; opencme
// keeps the rest.
func TestHandOffPlace(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("", "OpenCME.Login")
	signature := url.QueryEscape(loginSignature(srv.Tenant, "user_01"))
	for _, tt := range []struct {
		method, address string
		page            bool
		operation       string
	}{
		{"GET", "https://video.h5ds.com", true, ""},
		{"GET", "https://video.h5ds.com/", true, ""},
		{"HEAD", "https://video.h5ds.com/", true, ""},
		{"GET", "https://www.h5ds.com?token=Bearer%20x", true, ""},
		{"GET", "https://video.h5ds.com/?token=Bearer%20x&language=en", true, ""},
		{"GET", srv.URL + "/?token=Bearer%20x", true, ""},
		{"GET", srv.URL + "?token=", true, ""},
		{"GET", srv.URL + "/", false, "OpenCME.Login"},
		{"GET", srv.URL + "/?signature=" + signature, false, "OpenCME.Login"},
		{"GET", srv.URL + "/?token=Bearer%20x&signature=" + signature, false, "OpenCME.Login"},
		{"GET", "https://open.cme.qcloud.com/?token=Bearer%20x", false, "OpenCME.Login"},
		{"GET", "https://video.h5ds.com/?signature=" + signature, false, ""},
		{"POST", "https://video.h5ds.com/?token=Bearer%20x", false, ""},
		{"GET", "https://video.h5ds.com/index.html?token=Bearer%20x", false, ""},
	} {
		before := len(srv.Calls())
		response := do(t, srv.Client(), tt.method, tt.address, "")
		page := response.Status == 200 && response.Header.Get("Content-Type") == "text/html; charset=utf-8"
		if page != tt.page || page && tt.method == "GET" && !strings.Contains(response.Body, "stand-in by fakecme") {
			t.Errorf("%s %s: page %t, want %t: %d %.80s", tt.method, tt.address, page, tt.page, response.Status, response.Body)
		}
		c := srv.Calls()[before]
		if (c.Kind == traffic.HandOff) != tt.page || c.Operation != tt.operation || tt.page && (c.Service != "h5ds" || len(c.Findings) > 0 || !strings.Contains(c.String(), "(hand-off page)")) {
			t.Errorf("%s %s: journal: %s %v", tt.method, tt.address, c, c.Findings)
		}
	}
}

// The token is nowhere in the journal; the call is in that of its tenant.
func TestHandOffJournal(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{})
	token := thirdLogin(t, srv, other, "user_01")
	jwt := strings.TrimPrefix(token, "Bearer ")
	address := "https://video.h5ds.com/?token=" + url.PathEscape(token)
	response := do(t, srv.Client(), "GET", address, "", "Referer", address)
	if response.Header.Get("Referrer-Policy") != "no-referrer" || response.Header.Get("Cache-Control") != "no-store" || strings.Contains(response.Body, jwt) {
		t.Errorf("headers %v", response.Header)
	}
	// A page of the user's own that calls on, with the token still in its address.
	do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/account/info", "", "Authorization", token, "Referer", "http://localhost:3000/edit?a=b&token="+jwt)
	calls := other.Calls()
	if len(calls) != 3 || calls[1].Kind != traffic.HandOff || len(srv.Calls()) != 0 {
		t.Fatalf("journals: %v, %v", calls, srv.Calls())
	}
	kept, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(kept), jwt) || strings.Contains(string(kept), jwt[len(jwt)-40:]) {
		t.Error("the token stands in the journal")
	}
	if got := calls[2].RequestHeader.Get("Referer"); !strings.HasPrefix(got, "http://localhost:3000/edit?a=b&token=<token:") {
		t.Errorf("Referer: %s", got)
	}
}

// The page works offline: it names no other host, and its policy lets it reach none.
func TestHandOffIsSelfContained(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	response := do(t, srv.Client(), "GET", "https://video.h5ds.com/", "")
	for _, match := range regexp.MustCompile(`(?:src|href|url)\s*[=(]\s*["']?([^"')> ]*)`).FindAllStringSubmatch(response.Body, -1) {
		if match[1] != "data:," {
			t.Errorf("the page fetches %s", match[1])
		}
	}
	policy := response.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy: %s", policy)
	}
	for _, element := range []string{"script", "style"} {
		inside := regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(response.Body, -1)
		if len(inside) != 1 {
			t.Fatalf("%d elements %s", len(inside), element)
		}
		sum := sha256.Sum256([]byte(inside[0][1]))
		if hash := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(policy, element+"-src 'sha256-"+hash+"'") {
			t.Errorf("the policy does not allow the page's own %s: %s", element, policy)
		}
	}
	for _, part := range []string{`name="viewport"`, "prefers-color-scheme: dark", `lang="zh"`, `lang="en"`} {
		if !strings.Contains(response.Body, part) {
			t.Errorf("the page has no %s", part)
		}
	}
}

// The script of the page, run by Node.js, takes the token out of the address and shows whose it is.
func TestHandOffScript(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("FAKECME_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip("left out: node is not installed")
	}
	type request struct{ URL, Authorization string }
	type view struct {
		Address *string
		Fetched *request
		Lang    string
		Shown   string
		Facts   []string
	}
	srv := fake.Start(t, fake.Config{})
	page := do(t, srv.Client(), "GET", "https://video.h5ds.com/", "").Body
	script := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindStringSubmatch(page)[1]
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	in := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/account/info", "", "Authorization", token)
	out := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/account/info", "", "Authorization", "Bearer x")
	address := func(s string) *string { return &s }
	called := func(authorization string) *request { return &request{"/api/v1/account/info", authorization} }
	for _, tt := range []struct {
		name, search string
		response     map[string]string
		want         view
		part         string // of the last fact
	}{
		{"no query", "", nil, view{Shown: "none"}, ""},
		{"no token", "?language=en", nil, view{Shown: "none"}, ""},
		{"empty token", "?token=", nil, view{Address: address("/#top"), Shown: "none"}, ""},
		{"logged in", "?token=" + url.PathEscape(token), map[string]string{"body": in.Body}, view{Address: address("/#top"), Fetched: called(token), Shown: "good"}, "-"},
		{"other parameters stay", "?a=b&token=Bearer%20x&c", map[string]string{"body": in.Body}, view{Address: address("/?a=b&c#top"), Fetched: called("Bearer x"), Shown: "good"}, "-"},
		{"rejected", "?token=Bearer%20x", map[string]string{"body": out.Body, "why": out.Header.Get("X-Fakecme-Why")},
			view{Address: address("/#top"), Fetched: called("Bearer x"), Shown: "bad"}, "token.malformed: "},
		{"a plus is no blank", "?token=Bearer+x", map[string]string{"body": out.Body}, view{Address: address("/#top"), Fetched: called("Bearer+x"), Shown: "bad"}, "登录失效"},
		{"only decodeURI", "?token=Bearer%20x%2Fy", map[string]string{"body": out.Body}, view{Address: address("/#top"), Fetched: called("Bearer x%2Fy"), Shown: "bad"}, "登录失效"},
		{"cannot be decoded", "?token=%E4%BA", nil, view{Address: address("/#top"), Shown: "bad"}, "decodeURI: "},
		{"no header can carry it", "?token=%E4%BA%91", nil, view{Address: address("/#top"), Shown: "bad"}, "Authorization: "},
		{"nobody answers", "?token=x", map[string]string{"broken": "gone"}, view{Address: address("/#top"), Fetched: called("x"), Shown: "bad"}, "TypeError: gone"},
		{"no JSON", "?token=x", map[string]string{"body": "<html>"}, view{Address: address("/#top"), Fetched: called("x"), Shown: "bad"}, "HTTP 200: <html>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			response, err := json.Marshal(tt.response)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "node", "testdata/handoff.js", tt.search, string(response))
			cmd.Stdin, cmd.Stderr = strings.NewReader(script), &bytes.Buffer{}
			printed, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, cmd.Stderr)
			}
			var got view
			if err := json.Unmarshal(printed, &got); err != nil {
				t.Fatalf("%v: %s", err, printed)
			}
			last := ""
			if len(got.Facts) > 0 {
				last = got.Facts[len(got.Facts)-1]
			}
			if !strings.HasPrefix(last, tt.part) || tt.part == "" && last != "" {
				t.Errorf("last fact %q, want %q", last, tt.part)
			}
			got.Facts = nil
			tt.want.Lang = "en"
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("seen (-want +got):\n%s", diff)
			}
		})
	}
}
