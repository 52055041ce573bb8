package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/google/go-cmp/cmp"
)

// binaries is where build puts the binary, for all tests.
var binaries string

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "fakecme-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	_ = os.RemoveAll(binaries)
	os.Exit(status)
}

var buildOnce = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(binaries, "fakecme")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return binary, err
})

// build returns the path of the real binary, which is built once.
func build(t *testing.T) string {
	t.Helper()
	binary, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// process is the real binary, serving.
type binaryProcess struct {
	base   string
	bound  settings.Bound
	stderr *lockedBuffer
	// stop sends a signal and returns what is left behind; Status is -1 when the signal killed it.
	stop func(syscall.Signal) outcome
}

// startProcess starts the binary with these variables alone, and waits for the line with its address.
func startProcess(t *testing.T, env []string, args ...string) *binaryProcess {
	t.Helper()
	p := &binaryProcess{stderr: &lockedBuffer{}}
	cmd := exec.CommandContext(t.Context(), build(t), append(args, "--http", "127.0.0.1:0")...)
	cmd.Env, cmd.Stderr = slices.Concat([]string{"TZ=UTC"}, selfChecked, env), p.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ended bool
	stdout := bufio.NewReader(out)
	first, _ := stdout.ReadString('\n')
	p.stop = func(signal syscall.Signal) outcome {
		ended = true
		if err := cmd.Process.Signal(signal); err != nil {
			t.Errorf("signal %s: %v", signal, err)
		}
		rest, _ := io.ReadAll(stdout)
		_ = cmd.Wait() // the status says it
		noBugs(t, p.stderr.String())
		return outcome{cmd.ProcessState.ExitCode(), first + string(rest), p.stderr.String()}
	}
	t.Cleanup(func() {
		if !ended {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	p.base = baseOf(t, first, p.stderr)
	if err := json.Unmarshal([]byte(first), &p.bound); err != nil {
		t.Fatal(err)
	}
	return p
}

// runBinary runs the binary to its end.
func runBinary(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), build(t), args...)
	cmd.Env = append([]string{"TZ=UTC"}, env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("fakecme %s: %v", strings.Join(args, " "), err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

// post makes a call of webpaas and returns its Data.
func post(t *testing.T, base, operation, ticket string, body any) map[string]any {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	address := base + "/PaaS/" + operation + "?auth=" + url.QueryEscape(ticket)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, _ := do(t, request)
	var envelope struct {
		Code string
		Data map[string]any
	}
	if err := json.Unmarshal([]byte(answer), &envelope); err != nil || envelope.Code != "Success" {
		t.Fatalf("%s: %s", operation, answer)
	}
	return envelope.Data
}

// listed are the names of all media below a class of a user, as ListMedia gives them class by class.
func listed(t *testing.T, base, ticket string, class float64) []string {
	t.Helper()
	data := post(t, base, "Material/ListMedia", ticket, map[string]any{
		"Platform": "plain-platform", "ClassId": class, "Owner": map[string]any{"Type": "PERSON", "Id": "fake-user"},
	})
	names := []string{}
	for _, m := range data["MaterialInfoSet"].([]any) {
		names = append(names, m.(map[string]any)["BasicInfo"].(map[string]any)["Name"].(string))
	}
	for _, c := range data["ClassInfoSet"].([]any) {
		names = append(names, listed(t, base, ticket, c.(map[string]any)["ClassId"].(float64))...)
	}
	return names
}

// The binary as its users have it: configured, signed for, called, rejecting, and stopped.
func TestBinary(t *testing.T) {
	t.Parallel()
	fixtures, err := filepath.Abs("testdata/fixtures.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config := writeFile(t, "config.yaml", `
tenants:
  - id: plain
    cme: {secretId: plain-id, secretKey: s3cr3t-key-1, platform: plain-platform, appId: 1200000007}
    h5ds: {appid: plain-appid, secret: s3cr3t-h5ds-1}
  - id: other
    cme: {secretId: other-id, secretKey: s3cr3t-key-2}
`)
	p := startProcess(t, []string{"FAKECME_CONFIG=" + config, "FAKECME_DIALECT=original"}, "serve", "--self-check", "--fixtures", fixtures)

	key := []string{"FAKECME_SECRET_ID=plain-id", "FAKECME_SECRET_KEY=s3cr3t-key-1", "FAKECME_PLATFORM=plain-platform"}
	signature := runBinary(t, key, "sign", "cme")
	body, _ := get(t, p.base+"/?signature="+url.QueryEscape(signature))
	var login struct {
		Code string
		Data struct{ Platform, UserId, Authorization string }
	}
	if err := json.Unmarshal([]byte(body), &login); err != nil || login.Code != "Success" || login.Data.Platform != "plain-platform" {
		t.Fatalf("Login: %s", body)
	}
	ticket := login.Data.Authorization
	const root = 9 // the class that everything of a user is below
	if diff := cmp.Diff([]string{"opening.mp4"}, listed(t, p.base, ticket, root)); diff != "" {
		t.Errorf("media of fake-user (-want +got):\n%s", diff)
	}
	described := post(t, p.base, "Material/DescribeMaterials", ticket, map[string]any{"MaterialIds": []string{"38192156030633420589"}})
	if set, _ := described["MaterialInfoSet"].([]any); len(set) != 1 {
		t.Errorf("DescribeMaterials: %v", described)
	}

	wrong := runBinary(t, append(key, "FAKECME_SECRET_KEY=s3cr3t-key-2"), "sign", "cme", "--url", "--base", p.base)
	body, header := get(t, wrong)
	if want := `{"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}`; body != want {
		t.Errorf("wrong signature: got %s, want %s", body, want)
	}
	if why := header.Get("X-Fakecme-Why"); !strings.HasPrefix(why, "cme.other-key: ") {
		t.Errorf("X-Fakecme-Why: got %q", why)
	}
	curl := runBinary(t, []string{"FAKECME_APPID=plain-appid", "FAKECME_SECRET=s3cr3t-h5ds-1"}, "sign", "h5ds")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.base+"/api/v1/third/login", strings.NewReader(`{"userId":"fake-user"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for line := range strings.Lines(curl) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		request.Header.Set(name, value)
	}
	if body, _ := do(t, request); !strings.HasPrefix(body, `{"code":0,`) {
		t.Errorf("third/login: %s", body)
	}

	got := p.stop(syscall.SIGTERM)
	if want := `{"http":"` + strings.TrimPrefix(p.base, "http://") + "\"}\n"; got.Status != 0 || got.Stdout != want {
		t.Errorf("got status %d and stdout %q, want 0 and %q", got.Status, got.Stdout, want)
	}
	wantOperations := []string{
		"OpenCME.Login): 200", "Material.DescribeMaterials): 200", "OpenCME.Login): 200 SignatureVerifyFail; cme.other-key", "Third.Login): 200",
	}
	if diff := cmp.Diff(wantOperations, operationsIn(t, got.Stderr, "Material.ListMedia")); diff != "" {
		t.Errorf("log but for ListMedia (-want +got):\n%s\n%s", diff, got.Stderr)
	}
	if strings.Contains(got.Stderr+got.Stdout, "s3cr3t") || strings.Contains(got.Stderr, ticket) || strings.Contains(got.Stderr, signature[:40]) {
		t.Errorf("the output shows a secret:\n%s", got.Stderr)
	}
}

// operationsIn are the operation, status, error and code of each call in a log, but for one operation. Below the
// welcome there is nothing but calls.
func operationsIn(t *testing.T, log, but string) []string {
	t.Helper()
	const welcome = 6
	form := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3} \[plain\] \S+ \S+ \((.*)$`)
	var operations []string
	for _, line := range strings.Split(strings.TrimSuffix(log, "\n"), "\n")[welcome:] {
		m := form.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("this line is not about a call: %s", line)
			continue
		}
		operation, _, _ := strings.Cut(m[1], ": the ")
		if !strings.HasPrefix(operation, but) {
			operations = append(operations, operation)
		}
	}
	return operations
}

func TestBinaryStops(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := startProcess(t, []string{"FAKECME_LOG=none"})
			get(t, p.base+"/_fakecme/health") // its connection stays open
			wantOutcome(t, outcome{0, `{"http":"` + strings.TrimPrefix(p.base, "http://") + "\"}\n", ""}, p.stop(signal))
		})
	}
}

// The status of a failure is that of the process.
func TestBinaryFails(t *testing.T) {
	t.Parallel()
	for status, args := range map[int][]string{2: {"serve", "--dialect", "x"}, 1: {"explain", "x"}} {
		cmd := exec.CommandContext(t.Context(), build(t), args...)
		cmd.Env = []string{"TZ=UTC"}
		_ = cmd.Run() // the status says it
		if got := cmd.ProcessState.ExitCode(); got != status {
			t.Errorf("fakecme %s: got status %d, want %d", strings.Join(args, " "), got, status)
		}
	}
}
