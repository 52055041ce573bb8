package main

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// The binary keeps the contract, in each dialect, and says so by its exit status.
func TestVerifyBinary(t *testing.T) {
	t.Parallel()
	for _, d := range fake.Dialects() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			p := startProcess(t, nil, "--demo", "--h5ds-saas", "--dialect", d.Name)
			got := runAt(t, nil, "", "verify", "--target", p.base, "--assumed", "--dialect", d.Name, "--destroy")
			summary, isSummary := strings.CutSuffix(got.Stdout, " kept, 0 broken, 0 not judged, 0 left out\n")
			if got.Status != 0 || got.Stderr != "" || !isSummary || strings.Contains(summary, "\n") {
				t.Errorf("%+v", got)
			}
			p.stop(syscall.SIGTERM)
		})
	}
}

// What the README shows works when pasted.
func TestReadmeVerify(t *testing.T) {
	t.Parallel()
	blocks := readmeBlocks(t, "Does a provider keep the contract?")
	const program, address = "go run ./cmd/fakecme ", "http://127.0.0.1:11560"
	if len(blocks) < 3 || blocks[2].language != "text" {
		t.Fatalf("the section begins with other blocks: %q", blocks)
	}
	args := func(b block) []string {
		line, isProgram := strings.CutPrefix(strings.TrimSpace(b.text), program)
		if !isProgram {
			t.Fatalf("%q does not run the program", b.text)
		}
		return strings.Fields(line)
	}
	p := startProcess(t, nil, args(blocks[0])...)
	var verify []string
	for _, arg := range args(blocks[1]) {
		verify = append(verify, strings.Replace(arg, address, p.base, 1))
	}
	got := runAt(t, nil, "", verify...)
	if got.Status != 0 || !strings.Contains(got.Stdout, strings.TrimSuffix(blocks[2].text, "\n")) || !strings.Contains(strings.Join(verify, " "), p.base) {
		t.Errorf("%+v", got)
	}
}

// elsewhere is a server that answers all calls so.
func elsewhere(t *testing.T, body string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestVerifyExitStatus(t *testing.T) {
	t.Parallel()
	down := httptest.NewServer(nil)
	down.Close()
	tests := []struct {
		name string
		args []string
		want outcome
	}{
		{"broken wins over not judged", []string{"--target", elsewhere(t, "{}"), "--run", "opencme/login$|webpaas/(class-tree|ticket-)"}, outcome{1,
			"broken      opencme/login: step 1 OpenCME.Login: body /Response: is required (documented, 1156/50898, older version)\n" +
				"not judged  webpaas/class-tree: step 1 Material.DescribeClass: OpenCME.Login gives no credential: status 200, code none; are yours right?\n" +
				"broken      webpaas/ticket-missing: step 1 Material.DescribeClass: body /Code: is required (documented, 1156/51365)\n" +
				"broken      webpaas/ticket-unknown: step 1 Material.DescribeClass: body /Code: is required (documented, 1156/51365)\n" +
				"0 kept, 3 broken, 1 not judged, 0 left out\n", ""}},
		{"credentials rejected", []string{"--target", elsewhere(t, `{"code":401,"message":"签名错误","data":null}`), "--run", "h5ds/user-info$"}, outcome{3,
			"not judged  h5ds/user-info: step 1 User.Info: the credentials were rejected with 401: are they right?\n" +
				"0 kept, 0 broken, 1 not judged, 0 left out\n", ""}},
		{"live without credentials", []string{"--target", "live", "--run", "class-tree|user-info$"}, outcome{3,
			"not judged  webpaas/class-tree: there are no credentials: secretId, secretKey and platform of CME\n" +
				"not judged  h5ds/user-info: there are no credentials: appid and secret of h5ds\n" +
				"0 kept, 0 broken, 2 not judged, 0 left out\n", ""}},
		{"webpaas alone", []string{"--webpaas-url", "http://127.0.0.1:1", "--run", "class-tree"}, outcome{3,
			"not judged  webpaas/class-tree: there is no address of opencme, which gives out the tickets\n" +
				"0 kept, 0 broken, 1 not judged, 0 left out\n", ""}},
		{"nothing fits", []string{"--run", "^nothing"}, outcome{3, "0 kept, 0 broken, 0 not judged, 0 left out\nnothing ran: no scenario fits what was asked for\n", ""}},
		{"only what is left out", []string{"--read-only", "--run", "class-life"}, outcome{3,
			"left out    webpaas: class-life: its level is write, and only read was asked for\n0 kept, 0 broken, 0 not judged, 1 left out\nnothing ran: no scenario fits what was asked for\n", ""}},
		{"service", []string{"--service", "webpass"}, outcome{2, "", `fakecme verify: --service: there is no service "webpass"; did you mean webpaas?` + "\n"}},
		{"pattern", []string{"--run", "("}, outcome{2, "", `fakecme verify: --run: "(" is no regular expression; write one such as webpaas/class` + "\n"}},
		{"form", []string{"--format", "xml"}, outcome{2, "", `fakecme verify: --format: there is no form "xml"; there are: text, json, junit` + "\n"}},
		{"levels", []string{"--read-only", "--destroy"}, outcome{2, "", "fakecme verify: --read-only and --destroy contradict each other\n"}},
		{"one user", []string{"--user", "a", "--other-user", "a"}, outcome{2, "", "fakecme verify: user and other user are the same; give two\n"}},
		{"insecure live", []string{"--target", "live", "--insecure"}, outcome{2, "", "fakecme verify: --insecure: the live services have good certificates; leave it out\n"}},
		{"authority", []string{"--ca", "testdata/fixtures.yaml"}, outcome{2, "", "fakecme verify: --ca: testdata/fixtures.yaml has no certificate in PEM\n"}},
		{"out", []string{"--out", "no/such/dir/report.xml"}, outcome{2, "", "fakecme verify: --out: open no/such/dir/report.xml: no such file or directory\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, test.want, runAt(t, nil, "", append([]string{"verify"}, test.args...)...))
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		t.Parallel()
		got := runAt(t, nil, "", "verify", "--target", down.URL)
		if got.Status != 3 || !strings.Contains(got.Stdout, "connection refused") || !strings.Contains(got.Stdout, "\n0 kept, 0 broken,") || strings.Count(got.Stdout, "\n") > 10 {
			t.Errorf("%+v", got)
		}
	})
}

// The reports for machines hold the same verdicts, and a file is written beside the text.
func TestVerifyReports(t *testing.T) {
	t.Parallel()
	target := elsewhere(t, `{"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}`)
	args := []string{"verify", "--target", target, "--run", "opencme/login$|login-with-a-wrong-key|class-(tree|life)", "--read-only"}
	// Who rejects every signature cannot be told from who was given the wrong key: that is not judged.
	const refused = `the credentials were rejected with "SignatureVerifyFail": are they right?`
	const left = "its level is write, and only read was asked for"

	got := runAt(t, nil, "", append(args, "--format", "json")...)
	var report struct {
		Verdict string `json:"verdict"`
		verify.Report
	}
	if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil {
		t.Fatal(err)
	}
	want := []verify.Outcome{
		{Service: "opencme", Scenario: "login", Verdict: "not judged", Why: "step 1 OpenCME.Login: " + refused},
		{Service: "opencme", Scenario: "login-with-a-wrong-key", Verdict: "kept"},
		{Service: "webpaas", Scenario: "class-tree", Verdict: "not judged", Why: "step 1 Material.DescribeClass: " + refused},
		{Service: "webpaas", Scenario: "class-life", Verdict: "left out", Why: left},
	}
	if diff := cmp.Diff(want, report.Outcomes); diff != "" || report.Verdict != "not judged" || got.Status != 3 {
		t.Errorf("status %d, verdict %s (-want +got):\n%s", got.Status, report.Verdict, diff)
	}

	file := filepath.Join(t.TempDir(), "report.xml")
	got = runAt(t, nil, "", append(args, "--format", "junit", "--out", file)...)
	xml, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`<testsuites tests="4" failures="0" skipped="3">`, `<testcase classname="opencme" name="login-with-a-wrong-key"></testcase>`,
		`<skipped message="left out: its level is write, and only read was asked for"></skipped>`, `<skipped message="not judged: step 1 Material.DescribeClass`} {
		if !strings.Contains(string(xml), part) {
			t.Errorf("the report lacks %s:\n%s", part, xml)
		}
	}
	if got.Status != 3 || !strings.HasSuffix(got.Stdout, "1 kept, 0 broken, 2 not judged, 1 left out\n") {
		t.Errorf("%+v", got)
	}
}

// HTTPS needs a certificate that is trusted: by the system, by --ca, or not at all.
func TestVerifyHTTPS(t *testing.T) {
	t.Parallel()
	handler, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(handler)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args   []string
		status int
		says   string
	}{
		{nil, 3, "no response: tls: failed to verify certificate"},
		{[]string{"--ca", ca}, 0, "1 kept"},
		{[]string{"--insecure"}, 0, "1 kept"},
	} {
		got := runAt(t, nil, "", append([]string{"verify", "--target", srv.URL, "--run", "webpaas/class-tree"}, test.args...)...)
		if got.Status != test.status || !strings.Contains(got.Stdout, test.says) {
			t.Errorf("%v: %+v", test.args, got)
		}
	}
}
