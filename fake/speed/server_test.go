//go:build unix

// Package speed_test measures what a call costs: the processor time of the server, as a ratio to a handler that does nothing
// but read the request and send the same bytes. The server is a process of its own with one processor, so that the client
// is not counted. Nothing here is judged: see make bench.
package speed_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// serverVariable makes the test binary the server. Its value is the number of tenants.
const serverVariable = "FAKECME_SPEED_TENANTS"

func TestMain(m *testing.M) {
	if tenants := os.Getenv(serverVariable); tenants != "" {
		var n int
		if _, err := fmt.Sscan(tenants, &n); err != nil {
			panic(err)
		}
		serve(n)
		return
	}
	os.Exit(m.Run())
}

// addresses is the first line that the server writes.
type addresses struct {
	Bare, Plain, Checked string // Checked checks its own responses, as fake.Start does
	Material             string // an id
}

// spent is what is written after an empty line: what the process has used so far.
type spent struct {
	Processor time.Duration
	Allocs    uint64
	Heap      uint64 // bytes alive
}

// serve runs the servers until standard input ends. A line of base64 is what the bare handler sends from now on, an empty
// one asks what was spent, and "heap" asks the same after a collection of garbage.
func serve(tenants int) {
	runtime.GOMAXPROCS(1)
	var response atomic.Pointer[[]byte]
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(*response.Load())
	}))
	defer bare.Close()
	plain, checked := listening(fake.Config{}), listening(fake.Config{SelfCheck: true})
	var material string
	for _, srv := range []*fake.Server{plain, checked} {
		defer srv.Close()
		material = fake.Put(srv, webpaas.Material{
			Type: "VIDEO", Name: "脱口秀", Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"},
		}).ID
		for range tenants - 1 {
			if _, err := srv.NewTenant(fake.Credentials{}); err != nil {
				panic(err)
			}
		}
	}
	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(addresses{bare.URL, plain.URL, checked.URL, material})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		switch line := lines.Text(); line {
		case "heap":
			runtime.GC()
			runtime.GC()
			_ = out.Encode(used())
		case "":
			_ = out.Encode(used())
		default:
			body, err := base64.StdEncoding.DecodeString(line)
			if err != nil {
				panic(err)
			}
			response.Store(&body)
			_ = out.Encode("")
		}
	}
}

func listening(config fake.Config) *fake.Server {
	srv, err := fake.New(config)
	if err == nil {
		err = srv.Listen("127.0.0.1:0")
	}
	if err != nil {
		panic(err)
	}
	return srv
}

// used is what this process has used.
func used() spent {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}, {Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(samples)
	return spent{
		time.Duration(u.Utime.Nano() + u.Stime.Nano()), samples[0].Value.Uint64(), samples[1].Value.Uint64(),
	}
}

// server is the other process.
type server struct {
	addresses
	in  io.Writer
	out *json.Decoder
}

// startServer starts a server with so many tenants, which ends with the benchmark.
func startServer(tb testing.TB, tenants int) *server {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), serverVariable+"="+fmt.Sprint(tenants))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	s := &server{in: in, out: json.NewDecoder(out)}
	s.read(tb, &s.addresses)
	return s
}

func (s *server) ask(tb testing.TB, line string, into any) {
	tb.Helper()
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		tb.Fatal(err)
	}
	s.read(tb, into)
}

func (s *server) read(tb testing.TB, into any) {
	tb.Helper()
	if err := s.out.Decode(into); err != nil {
		tb.Fatal(err)
	}
}

// used is what the server has used.
func (s *server) used(tb testing.TB) (u spent) {
	s.ask(tb, "", &u)
	return u
}

// say makes the bare handler send a body.
func (s *server) say(tb testing.TB, body []byte) {
	var nothing string
	s.ask(tb, base64.StdEncoding.EncodeToString(body), &nothing)
}

// request is a request that can be sent often.
type request struct {
	method, path, body string
	header             http.Header
}

// send sends the request to an address and returns the response.
func (r request) send(tb testing.TB, client *http.Client, address string) (*http.Response, []byte) {
	tb.Helper()
	sent, err := http.NewRequestWithContext(tb.Context(), r.method, address+r.path, strings.NewReader(r.body))
	if err != nil {
		tb.Fatal(err)
	}
	for name, values := range r.header {
		sent.Header[name] = values
	}
	response, err := client.Do(sent)
	if err != nil {
		tb.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return response, body
}
