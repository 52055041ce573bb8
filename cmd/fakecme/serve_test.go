package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
)

// running is a serve in this process.
type running struct {
	base   string         // such as http://127.0.0.1:41234
	bound  settings.Bound // of startRun
	stderr *lockedBuffer
	stop   func() outcome
}

type lockedBuffer struct {
	mu sync.Mutex // guards text
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startServe serves on a free port until stop or the end of the test.
func startServe(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	r := &running{stderr: &lockedBuffer{}}
	var status int
	done := make(chan struct{})
	go func() {
		defer close(done)
		status = runWith(ctx, append([]string{"serve", "--http", "127.0.0.1:0"}, args...), selfChecked, nil, in, r.stderr)
		_ = in.Close()
	}()
	stdout := bufio.NewReader(out)
	first, _ := stdout.ReadString('\n')
	r.base = baseOf(t, first, r.stderr)
	r.stop = sync.OnceValue(func() outcome {
		cancel()
		rest, _ := io.ReadAll(stdout)
		<-done
		return outcome{status, first + string(rest), r.stderr.String()}
	})
	t.Cleanup(func() { noBugs(t, r.stop().Stderr) })
	return r
}

// selfChecked makes a fake check its own responses, those of the admin API included.
var selfChecked = []string{"FAKECME_SELF_CHECK=true"}

func noBugs(t *testing.T, stderr string) {
	t.Helper()
	if strings.Contains(stderr, "bugs in the fake") {
		t.Errorf("the fake found bugs in itself: %s", stderr)
	}
}

// baseOf reads the first line of serve.
func baseOf(t *testing.T, line string, stderr *lockedBuffer) string {
	t.Helper()
	var bound map[string]string
	if err := json.Unmarshal([]byte(line), &bound); err != nil || bound["http"] == "" {
		t.Fatalf("first line of stdout: %q, want {\"http\":…}; stderr: %s", line, stderr)
	}
	return "http://" + bound["http"]
}

// get returns the response to a GET and its header.
func get(t *testing.T, address string) (string, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, request)
}

func do(t *testing.T, request *http.Request) (string, http.Header) {
	t.Helper()
	return doAs(t, http.DefaultClient, request)
}

func doAs(t *testing.T, client *http.Client, request *http.Request) (string, http.Header) {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), response.Header
}

func TestServe(t *testing.T) {
	t.Parallel()
	r := startServe(t)
	get(t, r.base+"/_fakecme/health")
	get(t, r.base+"/?signature=fake-secret-key")
	got := r.stop()
	address := strings.TrimPrefix(r.base, "http://")
	if want := `{"http":"` + address + "\"}\n"; got.Status != 0 || got.Stdout != want {
		t.Errorf("got status %d and stdout %q, want 0 and %q", got.Status, got.Stdout, want)
	}
	want := []string{
		"fakecme " + fake.Version() + " listens on " + r.base + " for opencme, webpaas and h5ds (dialect original)",
		"tenant default, with the documented fake defaults: cme fake-secret-id fake-secret-key, platform fake-platform; h5ds fake-appid fake-secret",
		`try: curl "$(fakecme sign cme --url --base ` + r.base + `)"`,
		"each rejected call is explained below, and in its header X-Fakecme-Why; the dashboard is at " + r.base + "/_fakecme/; Ctrl-C stops",
		"TIME [default] GET " + address + "/?signature=<signature:MASKED> (OpenCME.Login): 200 SignatureVerifyFail; cme.WHY",
		"",
	}
	masked := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d\.\d{3}|<signature:[0-9a-f]{8}>|cme\..*$`).ReplaceAllStringFunc(got.Stderr, func(s string) string {
		switch s[0] {
		case '<':
			return "<signature:MASKED>"
		case 'c':
			if strings.HasPrefix(s, "cme.qcloud") {
				return s
			}
			return "cme.WHY"
		}
		return "TIME"
	})
	if diff := cmp.Diff(want, strings.Split(masked, "\n")); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
}

func TestServeTenants(t *testing.T) {
	t.Parallel()
	config := writeFile(t, "config.yaml", `
no-why: true
tenants:
  - {id: a, cme: {secretId: id a, secretKey: s3cr3t-cme}, h5ds: {secret: s3cr3t-h5ds}}
  - {id: b}
`)
	r := startServe(t, "--config", config)
	body, header := get(t, r.base+"/?signature=x")
	got := r.stop()
	lines := strings.Split(got.Stderr, "\n")
	want := []string{
		"2 tenants from " + config,
		"tenant a (the default tenant): cme secretId id a, platform fake-platform-a; h5ds appid fake-appid-a",
		"tenant b: cme secretId fake-secret-id-b, platform fake-platform-b; h5ds appid fake-appid-b",
		`try, with the secretKey of the default tenant in FAKECME_SECRET_KEY: curl "$(fakecme sign cme --url --base ` + r.base + ` --secret-id 'id a' --platform fake-platform-a)"`,
		"each rejected call is explained below; the dashboard is at " + r.base + "/_fakecme/; Ctrl-C stops",
	}
	if diff := cmp.Diff(want, lines[1:min(6, len(lines))]); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	if !strings.Contains(body, "SignatureVerifyFail") || header.Get("X-Fakecme-Why") != "" {
		t.Errorf("with no-why: got %s and header %q", body, header.Get("X-Fakecme-Why"))
	}
	if strings.Contains(got.Stderr+got.Stdout, "s3cr3t") {
		t.Errorf("a secret of a tenant is shown:\n%s%s", got.Stderr, got.Stdout)
	}
}

func TestNamedTenants(t *testing.T) {
	t.Parallel()
	var twelve []fake.Credentials
	for i := range 12 {
		twelve = append(twelve, fake.Credentials{ID: string(rune('a' + i)), SecretID: "s", SecretKey: "s3cr3t", Platform: "p", AppID: "h", Secret: "s3cr3t"})
	}
	for _, tt := range []struct {
		name, count, last string
		tenants           []fake.Credentials
	}{
		{"one", "1 tenant", "tenant a (the default tenant): cme secretId s, platform p; h5ds appid h", twelve[:1]},
		{"ten", "10 tenants", "tenant j: cme secretId s, platform p; h5ds appid h", twelve[:10]},
		{"eleven", "11 tenants", "and 1 more tenant, which GET /_fakecme/tenants lists", twelve[:11]},
		{"twelve", "12 tenants", "and 2 more tenants, which GET /_fakecme/tenants lists", twelve},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := listTenants(tt.tenants)
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			if want := min(len(tt.tenants), 11); len(lines) != want || lines[len(lines)-1] != tt.last {
				t.Errorf("got %d lines, want %d with the last %q:\n%s", len(lines), want, tt.last, text)
			}
			if got := command.Counted(len(tt.tenants), "tenant"); got != tt.count {
				t.Errorf("got %q, want %q", got, tt.count)
			}
			if strings.Contains(text, "s3cr3t") {
				t.Errorf("a secret is shown:\n%s", text)
			}
		})
	}
}

func TestServeDemo(t *testing.T) {
	t.Parallel()
	r := startServe(t, "--demo")
	state, _ := get(t, r.base+"/_fakecme/state")
	if !strings.Contains(state, "清晨的外滩.mp4") {
		t.Errorf("the state is not that of the demo: %.300s", state)
	}
	if got := r.stop(); !strings.Contains(got.Stderr, "each tenant begins with the made-up library of --demo\n") {
		t.Errorf("stderr: %s", got.Stderr)
	}
	config := startServe(t, "--config", writeFile(t, "config.yaml", "demo: true\n"), "--log", "none")
	if state, _ := get(t, config.base+"/_fakecme/state"); !strings.Contains(state, "清晨的外滩.mp4") {
		t.Errorf("demo: true, but the state is %.300s", state)
	}
}

// Each setting reaches the fake.
func TestServeSettingsReachTheFake(t *testing.T) {
	t.Parallel()
	r := startServe(t, "--dialect", "current", "--log", "none", "--max-body", "10")
	body, _ := get(t, r.base+"/?signature=x")
	if !strings.HasPrefix(body, `{"Response":`) {
		t.Errorf("dialect current: got %s", body)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.base+"/api/v1/third/login", strings.NewReader(`{"userId":"u"}`))
	if err != nil {
		t.Fatal(err)
	}
	if body, header := do(t, request); !strings.Contains(header.Get("X-Fakecme-Why"), "call.body-too-large") {
		t.Errorf("body over --max-body: got %s %v", body, header)
	}
	wantOutcome(t, outcome{0, `{"http":"` + strings.TrimPrefix(r.base, "http://") + "\"}\n", ""}, r.stop())
}

func TestServeJSONLog(t *testing.T) {
	t.Parallel()
	r := startServe(t, "--log", "json")
	get(t, r.base+"/?signature=")
	got := r.stop()
	var line map[string]any
	if err := json.Unmarshal([]byte(got.Stderr), &line); err != nil {
		t.Fatalf("stderr is not one JSON object: %v\n%s", err, got.Stderr)
	}
	diagnosis, _ := line["diagnosis"].(map[string]any)
	if line["operation"] != "OpenCME.Login" || line["level"] != "WARN" || diagnosis["code"] != "cme.empty" {
		t.Errorf("got %v", line)
	}
}

func TestServePortInUse(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	address := l.Addr().String()
	const why = ": the address is in use; stop the program that listens there, or choose another port; port 0 takes a free one\n"
	wantOutcome(t, outcome{1, "", "fakecme serve: --http: cannot listen on " + address + why},
		runAt(t, nil, "", "serve", "--http", address))
	wantOutcome(t, outcome{1, "", "fakecme: FAKECME_HTTP: cannot listen on " + address + why},
		runAt(t, environment{"FAKECME_HTTP": address}, ""))
	config := writeFile(t, "config.yaml", "http: "+address+"\n")
	wantOutcome(t, outcome{1, "", config + ":1: http: cannot listen on " + address + why},
		runAt(t, nil, "", "serve", "--config", config))
}

// 192.0.2.1 is no machine's: it is kept for documents.
func TestServeOtherMachinesAddress(t *testing.T) {
	t.Parallel()
	got := runAt(t, nil, "", "serve", "--http", "192.0.2.1:0")
	want := "fakecme serve: --http: cannot listen on 192.0.2.1:0: bind: cannot assign requested address; choose an address of this machine\n"
	wantOutcome(t, outcome{1, "", want}, got)
}

func TestCannotListenByDefault(t *testing.T) {
	t.Parallel()
	cmd := newServeCommand(&command.Environment{})
	got := settings.CannotListen(cmd, "http", "127.0.0.1:11560", errors.New("no more sockets")).Error()
	want := "serve: cannot listen on 127.0.0.1:11560: no more sockets; choose an address of this machine"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every interface is written as one that a client can use.
func TestWelcomeOnEveryInterface(t *testing.T) {
	t.Parallel()
	srv, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	srv.URL = "http://[::]:11560"
	s := settings.Settings{Dialect: fake.Dialects()[0]}
	lines := strings.Split(welcome(srv, []fake.Credentials{srv.Tenant.Credentials}, &s), "\n")
	want := `try: curl "$(fakecme sign cme --url --base http://127.0.0.1:11560)"`
	if lines[2] != want {
		t.Errorf("got %q, want %q", lines[2], want)
	}
}
