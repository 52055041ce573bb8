package fake_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/webpaas"
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

// BenchmarkLogin measures a signed login beside a bare handler that sends the same bytes. As in the binary, the fake's
// own responses are not checked.
func BenchmarkLogin(b *testing.B) {
	srv := started(b, fake.Config{})
	defer srv.Close()
	address := srv.URL + "/?signature=" + url.QueryEscape(loginSignature(srv.Tenant, "user_01"))
	besideBare(b, "GET", address, "")
}

// BenchmarkDescribeMaterials measures a signed, checked and journalled call beside a bare handler that sends the same bytes.
func BenchmarkDescribeMaterials(b *testing.B) {
	srv := started(b, fake.Config{})
	defer srv.Close()
	m := fake.Put(srv, webpaas.Material{
		Type: "VIDEO", Name: "脱口秀", Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"},
	})
	ticket := login(b, srv, srv.Tenant, "user_01")
	besideBare(b, "POST", srv.URL+"/PaaS/Material/DescribeMaterials?auth="+ticket, `{"MaterialIds":["`+m.ID+`"]}`)
}

// besideBare measures the call, and the same call to a handler that does nothing but read and
// send, and reports how many times as long the fake takes.
func besideBare(b *testing.B, method, address, body string) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	first := do(b, client, method, address, body, "Content-Type", "application/json")
	if first.Status != 200 || first.why() != "" {
		b.Fatalf("%d %s (%s)", first.Status, first.Body, first.Header.Get("X-Fakecme-Why"))
	}
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, first.Body)
	}))
	defer bare.Close()
	u, err := url.Parse(address)
	if err != nil {
		b.Fatal(err)
	}
	var yardstick float64
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			do(b, client, method, bare.URL+u.RequestURI(), body, "Content-Type", "application/json")
		}
		yardstick = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	})
	b.Run("fake", func(b *testing.B) {
		for b.Loop() {
			do(b, client, method, address, body, "Content-Type", "application/json")
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/yardstick, "x-bare")
	})
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
