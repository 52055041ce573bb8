package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

var update = flag.Bool("update", false, "write the golden files anew")

// programs is a directory with this test as the program fakecme, for shells and for tests of signals. Everything else
// runs fakecme in the process of the test.
var programs string

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "fakecme" {
		main()
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	var err error
	if programs, err = os.MkdirTemp("", "fakecme-test-"); err == nil {
		defer func() { _ = os.RemoveAll(programs) }()
		var own string
		if own, err = os.Executable(); err == nil {
			err = os.Symlink(own, program())
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// program is the path of fakecme.
func program() string { return filepath.Join(programs, "fakecme") }

// TestScripts runs the scripts in testdata/script. Beside the commands of testscript they have:
//
//	fakecme [STATUS] [NAME=VALUE...] [<FILE] ARGS...   run fakecme; the status is 0 unless given
//	misuse MESSAGE [NAME=VALUE...] ARGS...             run it; the status is 2, and nothing but the message is printed
//	start NAME [NAME=VALUE...] ARGS...                 run it until end, and set $NAME, $NAME_addr, $NAME_port, $NAME_https, $NAME_proxy
//	log NAME                                           make its stderr so far that of the script
//	end NAME [STATUS]                                  end it; stdout and stderr are those of the run
//	http [-proxy=ADDRESS] [-ca=FILE] [-signed] METHOD URL [BODY] ['HEADER: VALUE'...]
//	                                                   the body goes to stdout, status and header to stderr; -signed is h5ds
//	extract NAME PATTERN                               set $NAME to the first match in stdout, or to its first group
//	server NAME STATUS BODY                            a server at $NAME with one response for all calls, until the next one
//	own NAME FAKE                                      a server of a user of the fake at that address
//	recording FILE [KEY=VALUE...] [-- KEY=VALUE...]    write a recording; -- begins another call
//	visit FILE URL [PROXY CA [-h2]]                    make the calls of a session, and write the secrets in them to FILE
//	traceless SECRETS FILE...                          fail when a secret stands in a file in any encoding
//	verdict CODE [NAME=VALUE...] [<FILE] ARGS...       run fakecme explain, and compare the code of its verdict
//	authority DIR                                      write an authority as a company has one to DIR/ca.pem and ca-key.pem
//	golden FILE [PART...]                              compare stdout, or files, with one of testdata; -update writes it
//
// In a message and in the pattern of README, … stands for any text. $CLOCK is the time of the runs when it is set.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	if *update { // only the scripts that write golden files
		files = slices.DeleteFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && !strings.Contains(string(text), "\ngolden ")
		})
	}
	testscript.Run(t, testscript.Params{
		Files: files, ContinueOnError: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fakecme": scriptRun, "misuse": scriptMisuse, "start": scriptStart, "log": scriptLog, "end": scriptEnd,
			"http": scriptHTTP, "extract": scriptExtract, "server": scriptServer, "own": scriptOwn,
			"recording": scriptRecording, "visit": scriptVisit, "traceless": scriptTraceless,
			"verdict": scriptVerdict, "golden": scriptGolden, "authority": scriptAuthority,
		},
		Condition: func(condition string) (bool, error) {
			tool, is := strings.CutPrefix(condition, "need:")
			if !is {
				return false, fmt.Errorf("unknown condition %s", condition)
			}
			_, err := exec.LookPath(tool)
			if os.Getenv("FAKECME_TEST_ALL") == "" {
				return err == nil, nil
			}
			return true, err
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", programs+string(os.PathListSeparator)+os.Getenv("PATH"))
			env.Setenv("TESTDATA", absolute("testdata"))
			env.Setenv("binary", "\xff") // texts that cannot stand in a script
			env.Setenv("colour", "a\x1b[1m\nb")
			env.Setenv("lines", "a\nsign: x")
			env.Setenv("odd", "a b&张\n")
			env.Values[runsKey{}], env.Values[serversKey{}] = map[string]*backgroundRun{}, map[string]*changingServer{}
			return nil
		},
	})
}

func absolute(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		panic(err)
	}
	return whole
}

// scriptEnvironment takes the variables and the standard input from arguments.
func scriptEnvironment(ts *testscript.TestScript, args []string) (*command.Environment, []string) {
	env := &command.Environment{Variables: []string{"PATH=" + ts.Getenv("PATH")}, Stdin: strings.NewReader(""), Now: time.Now}
	if clock := ts.Getenv("CLOCK"); clock != "" {
		at, err := time.Parse(time.RFC3339, clock)
		ts.Check(err)
		env.Now = func() time.Time { return at }
	}
	for len(args) > 0 {
		if file, is := strings.CutPrefix(args[0], "<"); is {
			env.Stdin = strings.NewReader(ts.ReadFile(file))
		} else if variable.MatchString(args[0]) {
			env.Variables = append([]string{args[0]}, env.Variables...)
		} else {
			break
		}
		args = args[1:]
	}
	return env, args
}

var variable = regexp.MustCompile(`^[A-Z][A-Z0-9_]*=`)

func scriptRun(ts *testscript.TestScript, neg bool, args []string) {
	want := 0
	if status, err := strconv.Atoi(args[0]); err == nil {
		want, args = status, args[1:]
	}
	env, args := scriptEnvironment(ts, args)
	env.Stdout, env.Stderr = ts.Stdout(), ts.Stderr()
	if got := run(context.Background(), args, env); got != want || neg {
		ts.Fatalf("status %d, want %d", got, want)
	}
}

func scriptMisuse(ts *testscript.TestScript, neg bool, args []string) {
	var stdout, stderr bytes.Buffer
	env, rest := scriptEnvironment(ts, args[1:])
	env.Stdout, env.Stderr = &stdout, &stderr
	status := run(context.Background(), rest, env)
	if want := regexp.MustCompile(`^` + strings.ReplaceAll(regexp.QuoteMeta(args[0]), "…", "[^\n]*") + "\n$"); status != 2 || stdout.Len() > 0 || !want.MatchString(stderr.String()) || neg {
		ts.Fatalf("status %d, stdout %q, stderr:\n%swant:\n%s", status, &stdout, &stderr, args[0])
	}
}

// backgroundRun is a run of a command that listens.
type backgroundRun struct {
	bound  settings.Bound
	stderr *lockedBuffer
	end    func() (status int, stdout string)
}

type runsKey struct{}

func runs(ts *testscript.TestScript) map[string]*backgroundRun {
	return ts.Value(runsKey{}).(map[string]*backgroundRun)
}

func scriptStart(ts *testscript.TestScript, _ bool, args []string) {
	name := args[0]
	env, args := scriptEnvironment(ts, append([]string{"FAKECME_SELF_CHECK=true"}, args[1:]...))
	r, err := startRun(env, args)
	ts.Check(err)
	ts.Defer(func() { r.end() })
	runs(ts)[name] = r
	ts.Setenv(name, "http://"+r.bound.HTTP)
	ts.Setenv(name+"_addr", r.bound.HTTP)
	ts.Setenv(name+"_port", r.bound.HTTP[strings.LastIndex(r.bound.HTTP, ":")+1:])
	ts.Setenv(name+"_https", r.bound.HTTPS)
	ts.Setenv(name+"_proxy", r.bound.Proxy)
}

// startRun runs a command that listens until end is called.
func startRun(env *command.Environment, args []string) (*backgroundRun, error) {
	if len(args) > 0 && !slices.Contains(args, "--http") {
		args = append(slices.Clone(args), "--http", "127.0.0.1:0")
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	r := &backgroundRun{stderr: &lockedBuffer{}}
	env.Stdout, env.Stderr = in, r.stderr
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, args, env)
		_ = in.Close()
	}()
	stdout := bufio.NewReader(out)
	first, _ := stdout.ReadString('\n')
	r.end = sync.OnceValues(func() (int, string) {
		cancel()
		rest, _ := io.ReadAll(stdout)
		return <-status, first + string(rest)
	})
	if err := json.Unmarshal([]byte(first), &r.bound); err != nil {
		r.end()
		return nil, fmt.Errorf("first line %q, stderr: %s", first, r.stderr)
	}
	return r, nil
}

func scriptLog(ts *testscript.TestScript, _ bool, args []string) {
	_, _ = io.WriteString(ts.Stderr(), runs(ts)[args[0]].stderr.String())
}

func scriptEnd(ts *testscript.TestScript, _ bool, args []string) {
	want := "0"
	if len(args) > 1 {
		want = args[1]
	}
	r := runs(ts)[args[0]]
	status, stdout := r.end()
	_, _ = io.WriteString(ts.Stdout(), stdout)
	_, _ = io.WriteString(ts.Stderr(), r.stderr.String())
	if strconv.Itoa(status) != want || strings.Contains(r.stderr.String(), "bugs in the fake") {
		ts.Fatalf("status %d, want %s; stderr: %s", status, want, r.stderr)
	}
}

type lockedBuffer struct {
	mu sync.Mutex // guards b
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

// clientOf returns a client that uses a proxy and trusts an authority, where they are not empty.
func clientOf(proxy, ca string, h2 bool) (*http.Client, error) {
	transport := &http.Transport{ForceAttemptHTTP2: h2, DisableKeepAlives: true}
	if proxy != "" {
		transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy})
	}
	if ca != "" {
		text, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(text)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return &http.Client{Transport: transport}, nil
}

func scriptHTTP(ts *testscript.TestScript, neg bool, args []string) {
	var proxy, ca string
	signed := http.Header{}
	for strings.HasPrefix(args[0], "-") {
		switch name, value, _ := strings.Cut(args[0], "="); name {
		case "-proxy":
			proxy = value
		case "-ca":
			ca = ts.MkAbs(value)
		case "-signed":
			d := fake.DefaultTenant()
			h5dssign.New(h5dssign.Key{AppID: d.AppID, Secret: d.Secret}, time.Now()).Set(signed)
		}
		args = args[1:]
	}
	body := ""
	if len(args) > 2 {
		body = args[2]
	}
	request, err := http.NewRequest(args[0], args[1], strings.NewReader(body))
	ts.Check(err)
	request.Header = signed
	request.Header.Set("Content-Type", "application/json")
	for _, header := range args[min(3, len(args)):] {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	client, err := clientOf(proxy, ca, false)
	ts.Check(err)
	response, err := client.Do(request)
	if err != nil {
		_, _ = fmt.Fprintln(ts.Stderr(), err)
		if !neg {
			ts.Fatalf("%v", err)
		}
		return
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = fmt.Fprintln(ts.Stderr(), response.Status)
	_ = response.Header.Write(ts.Stderr())
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
}

func scriptExtract(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("no match of %s", args[1])
	}
	ts.Setenv(args[0], found[len(found)-1])
}

// changingServer is a server whose response can change.
type changingServer struct {
	response atomic.Pointer[[2]string] // status and body
}

func scriptServer(ts *testscript.TestScript, _ bool, args []string) {
	servers := ts.Value(serversKey{}).(map[string]*changingServer)
	s := servers[args[0]]
	if s == nil {
		s = &changingServer{}
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			response := s.response.Load()
			status, _ := strconv.Atoi(response[0])
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, response[1])
		}))
		ts.Defer(srv.Close)
		servers[args[0]] = s
		ts.Setenv(args[0], srv.URL)
	}
	s.response.Store(&[2]string{args[1], args[2]})
}

type serversKey struct{}

func scriptVerdict(ts *testscript.TestScript, neg bool, args []string) {
	var stdout, stderr bytes.Buffer
	env, rest := scriptEnvironment(ts, args[1:])
	env.Stdout, env.Stderr = &stdout, &stderr
	status := run(context.Background(), append([]string{"explain", "--json"}, rest...), env)
	var v verdict
	if err := json.Unmarshal(stdout.Bytes(), &v); err != nil || v.Code != args[0] || v.Valid != (status == 0) || status > 1 || stderr.Len() > 0 || neg {
		ts.Fatalf("status %d, stdout %sstderr %s", status, &stdout, &stderr)
	}
}

func scriptGolden(ts *testscript.TestScript, _ bool, args []string) {
	file, got := filepath.Join(ts.Getenv("TESTDATA"), args[0]), ""
	for _, part := range args[1:] {
		got += "-- " + part + " --\n" + ts.ReadFile(part)
	}
	if len(args) == 1 {
		got = ts.ReadFile("stdout")
	}
	if *update {
		ts.Check(os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	ts.Check(err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		ts.Fatalf("%s differs; if that is meant, run: make golden (-want +got):\n%s", args[0], diff)
	}
}

// exampleCall is a call that keeps the contract, as another program may have written it.
func exampleCall() har.Call {
	address, err := url.Parse("https://web-paas-api.cme.qcloud.com/PaaS/Material/DeleteMaterial?auth=tf_0123456789abcdef000000001")
	if err != nil {
		panic(err)
	}
	return har.Call{
		Method: "POST", URL: address, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"MaterialId":"1"}`),
		Status: 200, ResponseHeader: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		ResponseBody: []byte(`{"Code":"Success","Message":"成功","EnglishMessage":"success"}`), Started: time.Now().Truncate(time.Second),
	}
}

func scriptRecording(ts *testscript.TestScript, _ bool, args []string) {
	entries := []har.Entry{}
	call, redacted := exampleCall(), false
	for _, arg := range append(args[1:], "--") {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "--":
			entries = append(entries, call.Entry())
			call = exampleCall()
		case "host":
			call.URL.Host = value
		case "path":
			call.URL.Path = value
		case "body":
			call.Body = []byte(value)
		case "response":
			call.ResponseBody = []byte(value)
		case "status":
			call.Status, _ = strconv.Atoi(value)
		case "at":
			call.Started, _ = time.Parse(time.RFC3339, value)
		case "redact":
			redacted = true
		default:
			ts.Fatalf("unknown key %s", key)
		}
	}
	file := ts.MkAbs(args[0])
	archive := har.NewArchive(filepath.Base(file), entries...)
	if redacted {
		var err error
		archive, err = redact.Redactor{}.Redact(archive)
		ts.Check(err)
	}
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o755))
	ts.Check(har.WriteFile(file, archive))
}

// scriptAuthority writes an authority without constraints.
func scriptAuthority(ts *testscript.TestScript, _ bool, args []string) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "own"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(60 * 24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, signer.Public(), signer)
	ts.Check(err)
	secret, err := x509.MarshalECPrivateKey(signer)
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	for file, block := range map[string]*pem.Block{"ca.pem": {Type: "CERTIFICATE", Bytes: der}, "ca-key.pem": {Type: "EC PRIVATE KEY", Bytes: secret}} {
		ts.Check(os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600))
	}
}
