package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/recordings"
)

// startRun runs a command that listens, in this process, until stop or the end of the test.
func startRun(t *testing.T, env environment, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	r := &running{stderr: &lockedBuffer{}}
	var status int
	done := make(chan struct{})
	go func() {
		defer close(done)
		status = runWith(ctx, append(slices.Clone(args), "--http", "127.0.0.1:0"), env.list(), nil, in, r.stderr)
		_ = in.Close()
	}()
	stdout := bufio.NewReader(out)
	first, _ := stdout.ReadString('\n')
	r.base = baseOf(t, first, r.stderr)
	if err := json.Unmarshal([]byte(first), &r.bound); err != nil {
		t.Fatal(err)
	}
	r.stop = sync.OnceValue(func() outcome {
		cancel()
		rest, _ := io.ReadAll(stdout)
		<-done
		return outcome{status, first + string(rest), r.stderr.String()}
	})
	t.Cleanup(func() { r.stop() })
	return r
}

// visit is a client of all three services at one address, with real signatures. It notes every response, and
// everything in it and in its requests that nobody may keep.
type visit struct {
	t       *testing.T
	base    string       // "" for the real host names
	client  *http.Client // nil for the default one
	answers []string
	secrets []string
}

// realBase is where a client with the real host names sends a call.
func realBase(path string) string {
	switch {
	case strings.HasPrefix(path, "/PaaS/"):
		return "https://web-paas-api.cme.qcloud.com"
	case strings.HasPrefix(path, "/api/"):
		return "https://video.h5ds.com"
	}
	return "https://open.cme.qcloud.com"
}

func (v *visit) call(method, path, body string, header http.Header) string {
	v.t.Helper()
	base, client := v.base, v.client
	if base == "" {
		base = realBase(path)
	}
	if client == nil {
		client = http.DefaultClient
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header = header.Clone()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", "session=c00kie-of-the-client")
	answer, _ := doAs(v.t, client, r)
	found := regexp.MustCompile(`tf_[0-9a-f]{25}|eyJ[\w-]+\.[\w-]+\.[\w-]+`).FindAllString(answer, -1)
	v.secrets = append(v.secrets, found...)
	plain := regexp.MustCompile(`tf_[0-9a-f]{25}|eyJ[\w-]+\.[\w-]+\.[\w-]+|"expires_at":\d+|sign=[\w%-]+`).ReplaceAllString(answer, "…")
	v.answers = append(v.answers, plain)
	return answer
}

func (v *visit) run() []string {
	v.t.Helper()
	key, now := fake.DefaultTenant(), time.Now()
	signature := cmesign.Sign(key.SecretKey, cmesign.Params{
		SecretID: key.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(time.Minute), Random: 7, Platform: key.Platform, Action: "Login", UserID: "fake-user",
	})
	decoded, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		v.t.Fatal(err)
	}
	v.secrets = append(v.secrets, signature, hex.EncodeToString(decoded[:20]), key.SecretKey, key.SecretID, key.Secret, "c00kie-of-the-client", "13800000000", "who@example.org")
	login := v.call("GET", "/?signature="+url.QueryEscape(signature), "", http.Header{})
	ticket := "?auth=" + regexp.MustCompile(`tf_[0-9a-f]{25}|$`).FindString(login)
	v.call("POST", "/PaaS/Material/DescribeMaterials"+ticket, `{"MaterialIds":["38192156030633420589"]}`, http.Header{})
	v.call("POST", "/PaaS/Material/DeleteMaterial"+ticket, `{"MaterialId":"38192156030633420589"}`, http.Header{})
	v.call("POST", "/PaaS/Material/DescribeMaterials"+ticket, `{"MaterialIds":["38192156030633420589"]}`, http.Header{})
	signed := http.Header{}
	h5dssign.New(h5dssign.Key{AppID: key.AppID, Secret: key.Secret}, now).Set(signed)
	v.secrets = append(v.secrets, signed.Get("Sign"))
	third := v.call("POST", "/api/v1/third/login", `{"userId":"fake-user","mobile":"13800000000","email":"who@example.org"}`, signed)
	token := http.Header{"Authorization": {regexp.MustCompile(`Bearer [^"]+|$`).FindString(third)}}
	v.call("GET", "/api/v1/user/info", "", token)
	return v.answers
}

// A session is recorded against the fake, what nobody may keep is nowhere in the file, and the session is
// answered the same from the recording, by new signatures.
func TestRecordAndReplay(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "recorded")
	upstream := startServe(t, "--fixtures", "testdata/fixtures.yaml")
	recording := startRun(t, environment{"MORE": "token-of-nobody"}, "record", "--out", out, "--scenario", "session",
		"--upstream", upstream.base, "--secret-env", "MORE")
	live := &visit{t: t, base: recording.base}
	want := live.run()
	file := filepath.Join(out, "session.har")
	early, err := os.ReadFile(file) // before it stops: a crash would have lost nothing
	if err != nil {
		t.Fatal(err)
	}
	got := recording.stop()
	if got.Status != 0 || !strings.Contains(got.Stderr, "recorded 6 calls in "+file+"; replaced: 1 cookie, 1 email, 1 phone, 1 ticket, 1 token, ") {
		t.Errorf("record: %+v", got)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(early), string(written)); diff != "" {
		t.Errorf("the file before and after the end (-before +after):\n%s", diff)
	}
	for _, secret := range live.secrets {
		wantNoTrace(t, string(written)+got.Stderr, secret)
	}
	if leftover, err := filepath.Glob(filepath.Join(out, ".*")); err != nil || len(leftover) > 0 {
		t.Errorf("left over: %q %v", leftover, err)
	}

	replay := startRun(t, nil, "replay", out, "--must-use", "--expire", "1d")
	if diff := cmp.Diff(want, (&visit{t: t, base: replay.base}).run()); diff != "" {
		t.Errorf("answers (-live +replayed):\n%s", diff)
	}
	if got := replay.stop(); got.Status != 0 || strings.Contains(got.Stderr, "unused") || !strings.Contains(got.Stderr, "recorded: "+file+": log.entries[5]") {
		t.Errorf("replay: %+v", got)
	}
	if got := runAt(t, nil, "", "recordings", "lint", out); got != (outcome{Stdout: "1 recording, 0 faults\n"}) {
		t.Errorf("lint: %+v", got)
	}
}

// wantNoTrace looks for a secret as it is and in the encodings in which secrets travel.
func wantNoTrace(t *testing.T, text, secret string) {
	t.Helper()
	if len(secret) < 8 {
		t.Fatalf("%q is no secret to look for", secret)
	}
	for name, form := range map[string]string{
		"as it is": secret, "percent-encoded": url.QueryEscape(secret), "as base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
		"as base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(secret)), "in hexadecimal": hex.EncodeToString([]byte(secret)),
	} {
		if strings.Contains(text, form) {
			t.Errorf("%s is there %s", secret, name)
		}
	}
}

// What cannot be made safe is not written, and the exit status says so; what was written before stays.
func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	upstream := startServe(t)
	out := t.TempDir()
	recording := startRun(t, environment{"TEAM": "s3cr3t-of-the-team"}, "record", "--out", out, "--scenario", "x", "--upstream-webpaas", upstream.base, "--secret-env", "TEAM")
	v := &visit{t: t, base: recording.base}
	v.call("POST", "/PaaS/Material/DeleteMaterial?auth=x", `{"MaterialId":"1"}`, http.Header{})
	before, err := os.ReadFile(filepath.Join(out, "x.har"))
	if err != nil {
		t.Fatal(err)
	}
	hidden := base64.StdEncoding.EncodeToString([]byte("it is s3cr3t-of-the-team, you know"))
	v.call("POST", "/PaaS/Material/DeleteMaterial?auth=x", `{"MaterialId":"`+hidden+`"}`, http.Header{})
	if got := v.call("GET", "/api/v1/user/info", "", http.Header{}); !strings.Contains(got, "there is no upstream for h5ds") {
		t.Errorf("without an upstream: %s", got)
	}
	got := recording.stop()
	for _, want := range []string{"not written: ", "log.entries[1].request.postData.text", "fakecme record: " + filepath.Join(out, "x.har") + " was not written: "} {
		if !strings.Contains(got.Stderr, want) {
			t.Errorf("stderr has no %q: %s", want, got.Stderr)
		}
	}
	wantNoTrace(t, got.Stderr, "s3cr3t-of-the-team")
	after, err := os.ReadFile(filepath.Join(out, "x.har"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(before), string(after)); diff != "" || got.Status != 1 {
		t.Errorf("status %d; the file (-before +after):\n%s", got.Status, diff)
	}
}

// An upstream that does not answer is a clear error, and no entry.
func TestRecordWithoutResponse(t *testing.T) {
	t.Parallel()
	gone := startServe(t)
	gone.stop()
	out := t.TempDir()
	recording := startRun(t, nil, "record", "--out", out, "--upstream", gone.base)
	v := &visit{t: t, base: recording.base}
	if got := v.call("POST", "/PaaS/a?auth=tf_0123456789abcdef000000001", "{}", http.Header{}); !strings.Contains(got, `{"error":"fakecme record: the upstream gave no response, so nothing was recorded: `) {
		t.Errorf("got %s", got)
	}
	got := recording.stop()
	for _, want := range []string{"not recorded: POST https://web-paas-api.cme.qcloud.com/PaaS/a: no response came: ", "fakecme record: nothing was recorded, so nothing was written\n"} {
		if !strings.Contains(got.Stderr, want) {
			t.Errorf("stderr has no %q: %s", want, got.Stderr)
		}
	}
	wantNoTrace(t, got.Stderr, "tf_0123456789abcdef000000001")
	if files, err := os.ReadDir(out); err != nil || len(files) > 0 || got.Status != 1 {
		t.Errorf("status %d, files %v %v", got.Status, files, err)
	}
}

func TestRecordUsage(t *testing.T) {
	t.Parallel()
	out := exampleFolder(t, false)
	file := filepath.Join(out, "session.har")
	config := writeFile(t, "config.yaml", "tenants:\n  - id: a\n    cme: {secretKey: ab}\n")
	for _, tt := range []struct{ name, args, want string }{
		{"no upstream", "--out " + out, "where to? name an --upstream: the address of a fake or a gateway, or live for the real services"},
		{"no folder", "--upstream http://127.0.0.1:1", "--out: the folder for the recording is missing"},
		{"a real host", "--out x --upstream https://video.h5ds.com", "--upstream: video.h5ds.com is the real service; to record that, write live"},
		{"a real host of its own", "--out x --upstream-h5ds http://WWW.h5ds.com:80", "--upstream-h5ds: WWW.h5ds.com is the real service; to record that, write live"},
		{"no address", "--out x --upstream here", `--upstream: "here" is not a base address; write one such as http://127.0.0.1:11560, or live for the real service`},
		{"there already", "--upstream http://127.0.0.1:1 --scenario session --out " + out, "there is a " + file + " already; choose another --scenario, or write --replace"},
		{"a path for a name", "--out x --scenario ../y", `--scenario: "../y" is not a name for a file; write up to 100 letters, digits, dots, dashes and underlines`},
		{"no such variable", "--out x --upstream live --secret-env TEAM", "--secret-env: the variable TEAM is not set"},
		{"a short secret", "--out x --upstream live --secret-env SHORT", "--secret-env: the secret in SHORT has fewer than 4 bytes, which cannot be searched for"},
		{"a short secret of a tenant", "--out x --upstream live --config " + config, "a secret has fewer than 4 bytes, which cannot be searched for"},
		{"live without secrets", "--out x --upstream live", "--upstream live: name your secrets, in FAKECME_SECRET_KEY, FAKECME_SECRET or --secret-env, so that the recording can be searched for them"},
		{"one of them live", "--out x --upstream http://127.0.0.1:1 --upstream-h5ds live", "--upstream live: name your secrets, in FAKECME_SECRET_KEY, FAKECME_SECRET or --secret-env, so that the recording can be searched for them"},
		{"an empty name", "--out x --secret-env a,", `--secret-env: "a," has an empty name; write names with commas between them`},
		{"no entries", "--out x --max-entries 0", `--max-entries: "0" is not a number of 1 or more`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, environment{"SHORT": "abc"}, "", append([]string{"record", "--http", "127.0.0.1:0"}, strings.Fields(tt.args)...)...)
			wantOutcome(t, outcome{2, "", "fakecme record: " + tt.want + "\n"}, got)
		})
	}
}

// The default name is the time of the start; the secrets of a configuration count.
func TestNewScenario(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "a", "b")
	got, err := newRecordingFile(nil, out, "", testTime, false)
	if want := filepath.Join(out, "2026-01-02T03-04-05Z.har"); err != nil || got != want {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
	if err := recordings.WriteFile(got, recordings.NewArchive("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := newRecordingFile(nil, out, "", testTime, true); err != nil {
		t.Errorf("--replace: %v", err)
	}
	p := &command.Environment{}
	s := secretFlags{config: "testdata/config.yaml", key: fake.Credentials{Secret: "my-secret"}}
	secrets, err := s.all(nil, p)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"fake-secret", "fake-secret-id-team-a", "fake-secret-key", "fake-secret-key-team-a", "fake-secret-team-a", "my-secret"}
	if diff := cmp.Diff(want, secrets); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}
