package main

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/cmesign"
)

// Made with another tool: HMAC-SHA1 and base64 of the text that testdata/sign-verbose.txt shows.
const (
	loginSignature = "JmZWwWvvm43yK/YM87Rdj7veYhZzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE3NjczMjMwNDUmZXhwaXJlVGltZT0xNzY3MzIzMzQ1JnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD1mYWtlLXVzZXI="
	loginEscaped   = "JmZWwWvvm43yK%2FYM87Rdj7veYhZzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE3NjczMjMwNDUmZXhwaXJlVGltZT0xNzY3MzIzMzQ1JnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD1mYWtlLXVzZXI%3D"
	openSignature  = "xFgPDHo9ZFzYfqBZ4FRHm1S3p2BzZWNyZXRJZD1pZCUyQjEmY3VycmVudFRpbWVTdGFtcD0xNzY3MzIzMDQ1JmV4cGlyZVRpbWU9MTc2NzMyMjk4NSZyYW5kb209NDI5NDk2NzI5NSZwbGF0Zm9ybT1wK3EmYWN0aW9uPU9wZW5Qcm9qZWN0JnVzZXJJZD0lRTUlQkMlQTAmb3BlblByb2plY3QucHJvamVjdElkPXByag=="
	signNow        = "e015242432d9355b608937e81e4ce849" // MD5 of 1767323045000fake-secret
)

func TestSignCME(t *testing.T) {
	t.Parallel()
	note := "fakecme sign cme: note: the fake rejects this: "
	for _, tt := range []struct {
		name string
		env  environment
		args []string
		want outcome
	}{
		{"now", nil, []string{"--random", "1"}, outcome{Stdout: loginSignature + "\n"}},
		{"at Unix time", nil, []string{"--random", "1", "--at", "1767323045"}, outcome{Stdout: loginSignature + "\n"}},
		{"at RFC 3339", nil, []string{"--random", "1", "--at", "2026-01-02T04:04:05+01:00"}, outcome{Stdout: loginSignature + "\n"}},
		{"url", nil, []string{"--random=1", "--url"}, outcome{Stdout: "http://127.0.0.1:11560/?signature=" + loginEscaped + "\n"}},
		{"url of this machine", nil, []string{"--random=1", "--url", "--base", "http://127.0.0.1:11560/"},
			outcome{Stdout: "http://127.0.0.1:11560/?signature=" + loginEscaped + "\n"}},
		{"base by variable changes no signature", environment{"FAKECME_BASE": "http://127.0.0.1:1"}, []string{"--random=1"},
			outcome{Stdout: loginSignature + "\n"}},
		{"everything, by variables",
			environment{
				"FAKECME_SECRET_ID": "id+1", "FAKECME_SECRET_KEY": "k", "FAKECME_PLATFORM": "p q", "FAKECME_USER": "张",
				"FAKECME_ACTION": "OpenProject", "FAKECME_PROJECT": "prj", "FAKECME_VALIDITY": "-1m",
				"FAKECME_AT": "2026-01-02T03:04:05Z", "FAKECME_RANDOM": "4294967295",
			}, nil,
			outcome{0, openSignature + "\n", note + "cme.negative-validity: WHY"}},
		{"secret by variable, the rest by flags", environment{"FAKECME_SECRET_KEY": "k"},
			[]string{"--secret-id", "id+1", "--platform", "p q", "--user", "张", "--action", "OpenProject", "--project", "prj", "--validity", "-1m", "--random", "4294967295"},
			outcome{0, openSignature + "\n", note + "cme.negative-validity: WHY"}},
		{"action that is not documented", nil, []string{"--action", "Preview", "--url"}, outcome{0, "*", note + "cme.undocumented-action: WHY"}},
		{"no user", nil, []string{"--user", ""}, outcome{0, "*", note + "cme.empty-parameter: WHY"}},
		{"too long to be read back", nil, []string{"--verbose", "--user", strings.Repeat("u", cmesign.MaxLength)},
			outcome{2, "", note + "cme.too-long: WHY"}},

		{"base alone", nil, []string{"--base", "http://127.0.0.1:1"},
			outcome{2, "", "fakecme sign cme: --base: it says where the address begins, and goes with --url or --verbose\n"}},
		{"url and verbose", nil, []string{"--url", "--verbose"},
			outcome{2, "", "fakecme sign cme: --url: --verbose prints the address too; leave out one of them\n"}},
		{"random out of range", nil, []string{"--random", "4294967296"},
			outcome{2, "", "fakecme sign cme: --random: \"4294967296\" is not an unsigned 32-bit number; write 0 to 4294967295\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, tt.env, "", append([]string{"sign", "cme"}, tt.args...)...)
			if strings.HasPrefix(tt.want.Stdout, "*") {
				got.Stdout = "*"
			}
			if before, ok := strings.CutSuffix(tt.want.Stderr, "WHY"); ok && strings.HasPrefix(got.Stderr, before) {
				got.Stderr = tt.want.Stderr
			}
			wantOutcome(t, tt.want, got)
		})
	}
}

func TestSignCMEVerbose(t *testing.T) {
	t.Parallel()
	args := []string{"sign", "cme", "--verbose", "--random", "1", "--user", "a b&张\n", "--project", "p", "--secret-key", "s3cr3t"}
	got := runAt(t, nil, "", args...)
	wantOutcome(t, outcome{Stdout: got.Stdout}, got)
	golden(t, "sign-verbose.txt", got.Stdout)
	if strings.Contains(got.Stdout, "s3cr3t") {
		t.Error("the secretKey is shown")
	}
}

// Without --random there is another number each time.
func TestSignCMERandom(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	const times = 20
	for range times {
		signature := strings.TrimSpace(runAt(t, nil, "", "sign", "cme").Stdout)
		parsed, err := cmesign.Parse(signature)
		if err != nil {
			t.Fatal(err)
		}
		seen[parsed.Get("random")] = true
	}
	// Two of 20 are equal by chance once in 20 million runs; 19 different ones are chance enough.
	if len(seen) < times-1 {
		t.Errorf("%d signatures have %d random numbers of %d", times, len(seen), uint32(math.MaxUint32))
	}
}

func TestSignH5DS(t *testing.T) {
	t.Parallel()
	headers := "appid: fake-appid\nsign: " + signNow + "\ntimestamp: 1767323045000\n"
	const sample = "appid: fake-appid\nsign: 6ac80f95b37338f411fd7d55b3b739a5\ntimestamp: 1758270091116\n"
	curl := func(base, appid, data string) string {
		return "curl -sS " + base + "/api/v1/third/login -H 'appid: " + appid + "' -H 'sign: " + signNow +
			"' -H 'timestamp: 1767323045000' -H 'content-type: application/json' -d '" + data + "'\n"
	}
	for _, tt := range []struct {
		name string
		env  environment
		args []string
		want outcome
	}{
		{"now", nil, nil, outcome{Stdout: headers}},
		{"at milliseconds", nil, []string{"--at", "1758270091116"}, outcome{Stdout: sample}},
		{"at RFC 3339", nil, []string{"--at", "2025-09-19T08:21:31.116Z"}, outcome{Stdout: sample}},
		{"by variables", environment{"FAKECME_APPID": "a", "FAKECME_SECRET": "fake-secret"}, nil,
			outcome{Stdout: strings.Replace(headers, "fake-appid", "a", 1)}},
		{"curl", nil, []string{"--curl"}, outcome{Stdout: curl("http://127.0.0.1:11560", "fake-appid", `{"userId":"fake-user"}`)}},
		{"curl, all of it", nil, []string{"--curl", "--user", "it's 1", "--base", "http://127.0.0.1:1", "--appid", "a'b", "--secret", "fake-secret"},
			outcome{Stdout: curl("http://127.0.0.1:1", `a'\''b`, `{"userId":"it'\''s 1"}`)}},
		{"no secret", nil, []string{"--secret", "", "--at", "1758270091116"}, outcome{0,
			"appid: fake-appid\nsign: d0f49fa800945abb0d20d026a0454cf2\ntimestamp: 1758270091116\n",
			"fakecme sign h5ds: note: the fake rejects this: h5ds.WHY"}},
		{"user alone", nil, []string{"--user", "u"}, outcome{2, "", "fakecme sign h5ds: --user: it goes with --curl\n"}},
		{"base alone", nil, []string{"--base", "http://127.0.0.1:1"}, outcome{2, "", "fakecme sign h5ds: --base: it goes with --curl\n"}},
		{"line break", nil, []string{"--appid", "a\nsign: x"}, outcome{2, "",
			"fakecme sign h5ds: the appid has a line break or a zero byte, which no header can carry\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, tt.env, "", append([]string{"sign", "h5ds"}, tt.args...)...)
			if before, ok := strings.CutSuffix(tt.want.Stderr, "WHY"); ok && strings.HasPrefix(got.Stderr, before) {
				got.Stderr = tt.want.Stderr
			}
			wantOutcome(t, tt.want, got)
		})
	}
}

// The escaped signature is what a server decodes to the signature.
func TestSignedAddressDecodes(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(strings.TrimSpace(runAt(t, nil, "", "sign", "cme", "--url", "--random", "1").Stdout))
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Query().Get("signature"); got != loginSignature {
		t.Errorf("got %q, want %q", got, loginSignature)
	}
}
