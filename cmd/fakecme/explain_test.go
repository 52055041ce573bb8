package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/cmesign"
)

// judged is status and code of an explanation, or stderr when there is none.
func judged(t *testing.T, env environment, stdin string, args ...string) string {
	t.Helper()
	got := runAt(t, env, stdin, append([]string{"explain", "--json"}, args...)...)
	if got.Stdout == "" {
		return got.Stderr
	}
	var v verdict
	if err := json.Unmarshal([]byte(got.Stdout), &v); err != nil || got.Stderr != "" {
		t.Fatalf("%v in %+v", err, got)
	}
	if v.Valid != (got.Status == 0) || got.Status > 1 {
		t.Errorf("valid is %t with status %d", v.Valid, got.Status)
	}
	return v.Code
}

// signed is a signature of CME at testTime.
func signed(change func(*cmesign.Params), secretKey string) string {
	p := cmesign.Params{
		SecretID: "fake-secret-id", CurrentTimeStamp: testTime, ExpireTime: testTime.Add(5 * 60e9), Random: 1,
		Platform: "fake-platform", Action: "Login", UserID: "fake-user",
	}
	change(&p)
	return cmesign.Sign(secretKey, p)
}

const sampleHeaders = "appid: fake-appid\nsign: " + signNow + "\ntimestamp: 1767323045000\n"

// The sentences are those of the signature packages; verdict_test.go has the layout.
func TestExplainText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, stdin string
		args        []string
		status      int
		want        string // a regular expression
	}{
		{"valid", "", []string{loginSignature}, 0, `^valid: .*\(cme\.valid\)\n$`},
		{"expired", "", []string{loginSignature, "--at", "2026-01-02T04:04:05Z"}, 1, `^rejected: .*\(cme\.expired\)\nfix: .*\n$`},
		{"differs", "", []string{unencoded(t)}, 1, `^rejected: .*\(cme\.signed-unencoded\)\nfix: .*\n` +
			`received: \.\.\..*&userId=%E5%BC%A0\nexpected: \.\.\..*&userId=\\xe5\\xbc\\xa0\n {63}\^ byte 127; --json prints the whole texts\n$`},
		{"h5ds valid", sampleHeaders, nil, 0, `^valid: .*\(h5ds\.valid\)\n$`},
		{"h5ds differs", strings.Replace(sampleHeaders, signNow, strings.ToUpper(signNow), 1), nil, 1,
			`^rejected: .*\(h5ds\..*\)\nfix: .*\nreceived: .*\nexpected: .*\n *\^ byte \d+\n$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, nil, tt.stdin, append([]string{"explain"}, tt.args...)...)
			wantOutcome(t, outcome{Status: tt.status, Stdout: got.Stdout}, got)
			if !regexp.MustCompile(tt.want).MatchString(got.Stdout) {
				t.Errorf("got\n%s\nwant a match of %s", got.Stdout, tt.want)
			}
		})
	}
}

// unencoded is a signature whose HMAC was made before the userId was URL-encoded.
func unencoded(t *testing.T) string {
	t.Helper()
	const text = "secretId=fake-secret-id&currentTimeStamp=1767323045&expireTime=1767323345&random=1&platform=fake-platform&action=Login&userId="
	raw, sent := cmesign.SignOriginal("fake-secret-key", text+"张"), cmesign.SignOriginal("fake-secret-key", text+"%E5%BC%A0")
	const mac = 28 // the base64 of the first 21 bytes: the HMAC and one byte that both texts share
	return raw[:mac] + sent[mac:]
}

func TestExplainWhatItTakes(t *testing.T) {
	t.Parallel()
	plus := signed(func(p *cmesign.Params) { p.Random = 3 }, "fake-secret-key") // it has a '+', as the test asserts
	if !strings.Contains(plus, "+") {
		t.Fatal("the signature has no '+'")
	}
	for _, tt := range []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{"signature", "", []string{loginSignature}, "cme.valid"},
		{"empty signature", "", []string{""}, "cme.empty"},
		{"signature from stdin", loginSignature + "\n", []string{"-"}, "cme.valid"},
		{"signature from stdin without -", loginSignature + "\r\n", nil, "cme.valid"},
		{"line break within", loginSignature[:76] + "\n" + loginSignature[76:], nil, "cme.line-breaks"},
		{"plus as it is", "", []string{plus}, "cme.valid"},
		{"plus in an address", "", []string{"https://open.cme.qcloud.com/?signature=" + plus}, "cme.plus-as-space"},
		{"address", "", []string{"https://open.cme.qcloud.com/?signature=" + loginEscaped}, "cme.valid"},
		{"address on any host", "", []string{"HTTP://127.0.0.1:1/x?a=b&signature=" + loginEscaped + "&signature=x#signature=y"}, "cme.valid"},
		{"address with a fragment", "", []string{"http://h/?signature=" + loginEscaped + "#top"}, "cme.valid"},
		{"signature in the fragment alone", "", []string{"http://h/#?signature=" + loginEscaped},
			"fakecme explain: the address has no query parameter signature, which is the only one that is explained\n"},
		{"address from stdin", "http://h/?signature=" + loginEscaped + "\n", []string{"-"}, "cme.valid"},
		{"address without scheme", "", []string{"open.cme.qcloud.com?signature=" + loginEscaped}, "cme.valid"},
		{"query alone", "", []string{"a=b&signature=" + loginEscaped}, "cme.valid"},
		{"address escaped twice", "", []string{"http://h/?signature=" + strings.ReplaceAll(loginEscaped, "%", "%25")}, "cme.percent-encoded"},
		{"address that cannot be decoded", "", []string{"http://h/?signature=%zz"}, "cme.not-base64"},
		{"address with an empty signature", "", []string{"http://h/?signature="}, "cme.empty"},
		{"headers", sampleHeaders, []string{"-"}, "h5ds.valid"},
		{"headers as argument", "", []string{sampleHeaders}, "h5ds.valid"},
		{
			"headers among others", "> POST /x HTTP/1.1\r\n> Host: h\r\n> AppID:fake-appid\r\n> SIGN: " + signNow + "\r\n> timestamp:  1767323045000 \r\n> sign-x: 1\r\n",
			nil, "h5ds.valid",
		},
		{"header missing", "appid: fake-appid\n", nil, "h5ds.missing-header"},
		{"headers in flags", "", []string{"--appid", "fake-appid", "--sign", signNow, "--timestamp", "1767323045000"}, "h5ds.valid"},
		{"empty header in flags", "", []string{"--appid", "fake-appid", "--sign", "", "--timestamp", "1767323045000"}, "h5ds.empty-header"},

		{"nothing", "\n", nil, "fakecme explain: standard input: there is nothing; give a signature, an address, or h5ds header lines\n"},
		{"too much", strings.Repeat("A", 1<<20+1), nil, "fakecme explain: standard input: there are more than 1048576 bytes; give one signature\n"},
		{"address without signature", "", []string{"http://h/?sign=x"}, "fakecme explain: the address has no query parameter signature, which is the only one that is explained\n"},
		{"two arguments", "", []string{"a", "b"}, "fakecme explain: there are 2 arguments, but it takes one; put quotes around it\n"},
		{"headers and argument", "", []string{"--sign", "x", "a"}, "fakecme explain: give either the headers in flags or an argument\n"},
		{"sign alone", "", []string{"--sign", "x"}, "fakecme explain: --appid, --sign and --timestamp go together: a call has all three headers\n"},
		{"timestamp alone", "", []string{"--appid", "a", "--timestamp", "1"}, "fakecme explain: --appid, --sign and --timestamp go together: a call has all three headers\n"},
		{"appid left out", "", []string{"--sign", "x", "--timestamp", "1"}, "fakecme explain: --appid, --sign and --timestamp go together: a call has all three headers\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, judged(t, nil, tt.stdin, tt.args...)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExplainKeys(t *testing.T) {
	t.Parallel()
	config := writeFile(t, "config.yaml", `
http: 127.0.0.1:1
fixtures: nowhere.yaml
skew: 1h
h5ds-window: 1h
tenants:
  - {id: a, cme: {secretId: id-a, secretKey: key-a, platform: p}, h5ds: {appid: app-a, secret: secret-a}}
  - {id: b}
`)
	broken := writeFile(t, "config.yaml", "tenants: [{}]\n")
	mine := func(p *cmesign.Params) { p.SecretID, p.Platform = "mine", "anything" }
	ofA := func(p *cmesign.Params) { p.SecretID, p.Platform = "id-a", "p" }
	ofB := func(p *cmesign.Params) { p.SecretID, p.Platform = "fake-secret-id-b", "fake-platform-b" }
	otherPlatform := func(p *cmesign.Params) { p.Platform = "anything" }
	upload := func(p *cmesign.Params) { p.Action = "Upload" }
	byDefault := func(*cmesign.Params) {}
	early := []string{"--at", "2026-01-02T02:30:00Z"}
	headers := func(appid, secret string) []string {
		h := runAt(t, nil, "", "sign", "h5ds", "--appid", appid, "--secret", secret).Stdout
		lines := strings.Split(h, "\n")
		return []string{"--appid", appid, "--sign", strings.TrimPrefix(lines[1], "sign: "), "--timestamp", "1767323045000"}
	}
	for _, tt := range []struct {
		name  string
		env   environment
		stdin string
		args  []string
		want  string
	}{
		{"default tenant", nil, "", []string{signed(byDefault, "fake-secret-key")}, "cme.valid"},
		{"platform of the default tenant", nil, "", []string{signed(otherPlatform, "fake-secret-key")}, "cme.unknown-platform"},
		{"unknown key", nil, "", []string{signed(mine, "k")}, "cme.unknown-secret-id"},
		{"key in flags", nil, "", []string{signed(mine, "k"), "--secret-id", "mine", "--secret-key", "k"}, "cme.valid"},
		{"secret by variable", environment{"FAKECME_SECRET_ID": "mine", "FAKECME_SECRET_KEY": "k"}, "", []string{signed(mine, "k")}, "cme.valid"},
		{"platform in flags", nil, "", []string{signed(mine, "k"), "--secret-id", "mine", "--secret-key", "k", "--platform", "other"}, "cme.unknown-platform"},
		{"wrong secret", nil, "", []string{signed(mine, "k"), "--secret-id", "mine", "--secret-key", "l"}, "cme.wrong-secret"},
		{"default tenant beside the key", nil, "", []string{signed(byDefault, "fake-secret-key"), "--secret-id", "mine", "--secret-key", "k"}, "cme.valid"},
		{"secret of the default tenant for another id", nil, "", []string{signed(byDefault, "k"), "--secret-key", "k"}, "cme.valid"},

		{"tenant", nil, "", []string{signed(ofA, "key-a"), "--config", config}, "cme.valid"},
		{"tenant by variable", environment{"FAKECME_CONFIG": config}, "", []string{signed(ofA, "key-a")}, "cme.valid"},
		{"tenant that is filled in", nil, "", []string{signed(ofB, "fake-secret-key-b"), "--config", config}, "cme.valid"},
		{"default tenant, when others are configured", nil, "", []string{signed(byDefault, "fake-secret-key"), "--config", config}, "cme.unknown-secret-id"},
		{"key beside the tenants", nil, "", []string{signed(mine, "k"), "--config", config, "--secret-id", "mine", "--secret-key", "k"}, "cme.valid"},
		{"broken configuration", nil, "", []string{"x", "--config", broken}, broken + ":1: tenants: a tenant without id; give it one of your choice\n"},

		{"action", nil, "", []string{signed(upload, "fake-secret-key")}, "cme.valid"},
		{"action demanded", nil, "", []string{signed(upload, "fake-secret-key"), "--action", "Login"}, "cme.wrong-action"},
		{"action of an address", nil, "", []string{"http://h/?signature=" + strings.ReplaceAll(signed(upload, "fake-secret-key"), "+", "%2B")}, "cme.wrong-action"},
		{"action of an address, otherwise", nil, "",
			[]string{"http://h/?signature=" + strings.ReplaceAll(signed(upload, "fake-secret-key"), "+", "%2B"), "--action", "Upload"}, "cme.valid"},

		{"too early", nil, "", append(early, signed(ofA, "key-a"), "--secret-id", "id-a", "--secret-key", "key-a"), "cme.not-yet-valid"},
		{"skew of the configuration", nil, "", append(early, signed(ofA, "key-a"), "--config", config), "cme.valid"},
		{"skew in flags", nil, "", append(early, signed(ofA, "key-a"), "--config", config, "--skew", "1m"), "cme.not-yet-valid"},
		{"h5ds too early", nil, "", append(early, headers("fake-appid", "fake-secret")...), "h5ds.clock-ahead"},
		{"window of the configuration", nil, "", append(append(early, "--config", config), headers("app-a", "secret-a")...), "h5ds.valid"},

		{"h5ds default", nil, "", headers("fake-appid", "fake-secret"), "h5ds.valid"},
		{"h5ds unknown", nil, "", headers("mine", "s"), "h5ds.unknown-appid"},
		{"h5ds key in flags", nil, "", append(headers("mine", "s"), "--secret", "s"), "h5ds.valid"},
		{"h5ds key by variables", environment{"FAKECME_APPID": "mine", "FAKECME_SECRET": "s"}, "", headers("mine", "s"), "h5ds.valid"},
		{"h5ds appid by variable", environment{"FAKECME_APPID": "fake-appid"}, "", headers("fake-appid", "fake-secret")[2:], "h5ds.valid"},
		{"h5ds wrong secret", nil, "", append(headers("mine", "s"), "--secret", "t"), "h5ds.wrong-secret"},
		{"h5ds lines and a key", nil, strings.Replace(sampleHeaders, "fake-appid", "mine", 1), []string{"--appid", "mine", "--secret", "fake-secret"}, "h5ds.valid"},
		{"h5ds lines and an appid", nil, strings.Replace(sampleHeaders, "fake-appid", "mine", 1), []string{"--appid", "mine"}, "h5ds.valid"},
		{"h5ds tenant", nil, "", append(headers("app-a", "secret-a"), "--config", config), "h5ds.valid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, judged(t, tt.env, tt.stdin, tt.args...)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// A secret never comes out, however wrong the input.
func TestExplainKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, input := range []string{
		"s3cr3t-key", signed(func(p *cmesign.Params) { p.UserID = "s3cr3t-key" }, "x"), signed(func(p *cmesign.Params) { p.SecretID = "s3cr3t-key" }, "id"),
		"appid: s3cr3t\nsign: s3cr3t\ntimestamp: s3cr3t\n", "appid: id\nsign: 1\ntimestamp: 1767323045000\n",
	} {
		env := environment{"FAKECME_SECRET_ID": "id", "FAKECME_SECRET_KEY": "s3cr3t-key", "FAKECME_APPID": "id", "FAKECME_SECRET": "s3cr3t"}
		got := runAt(t, env, input, "explain")
		if got.Status != 1 || strings.Contains(got.Stdout+got.Stderr, "s3cr3t") {
			t.Errorf("explain %q: got %+v", input, got)
		}
	}
}

func TestExplainBrokenStdin(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	stdin := io.MultiReader(strings.NewReader(loginSignature), iotest.ErrReader(errors.New("gone")))
	status := runWith(t.Context(), []string{"explain"}, nil, stdin, io.Discard, &stderr)
	wantOutcome(t, outcome{2, "", "fakecme explain: standard input: gone\n"}, outcome{status, "", stderr.String()})
}

// The vectors are signatures that encoders of five languages made; all of them verify.
func TestExplainVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../fake/cmesign/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name, SecretKey, Signature string
			Params                     map[string]string
		}
	}
	if err := json.Unmarshal(data, &file); err != nil || len(file.Vectors) < 20 {
		t.Fatalf("%d vectors, %v", len(file.Vectors), err)
	}
	for _, v := range file.Vectors {
		env := environment{
			"FAKECME_SECRET_ID": v.Params["secretId"], "FAKECME_SECRET_KEY": v.SecretKey, "FAKECME_AT": v.Params["currentTimeStamp"],
		}
		if got := judged(t, env, "", v.Signature); got != "cme.valid" {
			t.Errorf("%s: got %s", v.Name, got)
		}
	}
}
