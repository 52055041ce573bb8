package fake_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
)

// BenchmarkStart measures the start of a fake, once the contracts are loaded.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		srv := started(b, fake.Config{SelfCheck: true}) // as fake.Start does
		srv.Close()
	}
}

const firstStartVariable = "FAKECME_BENCH_FIRST_START"

// BenchmarkFirstStart measures the first start in a process, in processes of its own.
func BenchmarkFirstStart(b *testing.B) {
	var total time.Duration
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run", "^TestFirstStart$")
		cmd.Env = append(os.Environ(), firstStartVariable+"=1")
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		_, text, _ := strings.Cut(string(out), "first start: ")
		text, _, _ = strings.Cut(text, " ")
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		total += time.Duration(n)
	}
	b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/start")
}

// TestFirstStart is the other half of BenchmarkFirstStart: a fake starts, and answers a login.
func TestFirstStart(t *testing.T) {
	begin := time.Now()
	srv := fake.Start(t, fake.Config{})
	took := time.Since(begin)
	if os.Getenv(firstStartVariable) != "" {
		_, _ = os.Stdout.WriteString("first start: " + strconv.FormatInt(took.Nanoseconds(), 10) + " ns\n")
		return
	}
	if response := exchange(t, srv, loginSignature(srv.Tenant, "user_01")); response.why() != "" {
		t.Error(response.Header.Get("X-Fakecme-Why"))
	}
}

// BenchmarkWorkPage shows that a list costs the same however many works other users have.
func BenchmarkWorkPage(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			works := []h5ds.Work{{Owner: "user_01"}}
			for range n {
				works = append(works, h5ds.Work{Owner: "user_02", Data: h5ds.Project(`{}`)})
			}
			srv := started(b, fake.Config{Fixtures: fake.Fixtures{H5DS: h5ds.Fixtures{
				Users: []h5ds.User{{UserID: "user_01"}, {UserID: "user_02"}}, Works: works,
			}}})
			defer srv.Close()
			token := thirdLogin(b, srv, srv.Tenant, "user_01")
			for b.Loop() {
				ask(b, srv, token, "GET /user/apps/page", "")
			}
		})
	}
}
