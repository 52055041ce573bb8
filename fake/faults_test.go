package fake_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// libraryOfOne is a fake with one material that user_01 can delete.
func libraryOfOne(t *testing.T) (srv *fake.Server, ticket, material string) {
	t.Helper()
	srv = fake.Start(t, fake.Config{})
	m := fake.Put(srv, webpaas.Material{
		Type: "VIDEO", Name: "clip", Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"},
	})
	return srv, login(t, srv, srv.Tenant, "user_01"), m.ID
}

// try sends a deletion on a connection of its own, and returns the response as far as it came.
func try(t *testing.T, srv *fake.Server, ticket, material string) (got, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+"/PaaS/Material/DeleteMaterial?auth="+ticket,
		strings.NewReader(`{"MaterialId":"`+material+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		return got{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return got{Status: answer.StatusCode, Header: answer.Header, Body: string(body)}, err
}

const deleted = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`

// Each kind of fault fires once, as it should, and leaves the next call whole. Whether the
// operation happened shows in the second call: deleted twice, or for the first time.
func TestFaults(t *testing.T) {
	t.Parallel()
	gone := `{"Code":"InvalidParameterValue.MaterialId","Message":"媒体不存在","EnglishMessage":"material not exist"}`
	tests := []struct {
		name     string
		fault    fault.Fault
		check    func(t *testing.T, g got, err error)
		happened bool
		status   int // in the journal
	}{
		{"error", fault.Error("InternalError"), func(t *testing.T, g got, err error) {
			if g.Body != `{"Code":"InternalError","Message":"服务器内部错误","EnglishMessage":"system error"}` || g.Status != 200 || g.why() != "fault.error" {
				t.Errorf("%d %s %v", g.Status, g.Body, err)
			}
		}, false, 200},
		{"status", fault.Status(429, 2*time.Second), func(t *testing.T, g got, err error) {
			if g.Status != 429 || g.Header.Get("Retry-After") != "2" {
				t.Errorf("%d %v %v", g.Status, g.Header, err)
			}
		}, false, 429},
		{"status without Retry-After", fault.Status(503, 0), func(t *testing.T, g got, err error) {
			if g.Status != 503 || g.Header.Get("Retry-After") != "" {
				t.Errorf("%d %v %v", g.Status, g.Header, err)
			}
		}, false, 503},
		{"drop", fault.Drop(), func(t *testing.T, _ got, err error) {
			if !errors.Is(err, io.EOF) {
				t.Errorf("error %v, want EOF", err)
			}
		}, false, 0},
		{"lose answer", fault.LoseResponse(), func(t *testing.T, _ got, err error) {
			if !errors.Is(err, io.EOF) {
				t.Errorf("error %v, want EOF", err)
			}
		}, true, 0},
		{"reset", fault.Reset(), func(t *testing.T, _ got, err error) {
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("error %v, want a reset", err)
			}
		}, false, 0},
		{"truncate", fault.Truncate(10), func(t *testing.T, g got, err error) {
			if g.Body != deleted[:10] || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%q, %v", g.Body, err)
			}
		}, true, 200},
		{"garbage", fault.Garbage(), func(t *testing.T, g got, err error) {
			if g.Status != 200 || len(g.Body) != len(deleted) || strings.Contains(g.Body, "Code") || err != nil {
				t.Errorf("%d %q %v", g.Status, g.Body, err)
			}
		}, true, 200},
		{"content type", fault.ContentType("text/html"), func(t *testing.T, g got, err error) {
			if g.Header.Get("Content-Type") != "text/html" || g.Body != deleted || err != nil {
				t.Errorf("%v %s %v", g.Header, g.Body, err)
			}
		}, true, 200},
		{"delay", fault.Delay(time.Millisecond).WithJitter(time.Millisecond), func(t *testing.T, g got, err error) {
			if g.Body != deleted || err != nil {
				t.Errorf("%s %v", g.Body, err)
			}
		}, true, 200},
		{"drip", fault.Drip(time.Microsecond), func(t *testing.T, g got, err error) {
			if g.Body != deleted || err != nil {
				t.Errorf("%s %v", g.Body, err)
			}
		}, true, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, ticket, material := libraryOfOne(t)
			srv.Inject("Material.DeleteMaterial", tt.fault)
			g, err := try(t, srv, ticket, material)
			tt.check(t, g, err)
			want := deleted
			if tt.happened {
				want = gone
			}
			if second, err := try(t, srv, ticket, material); second.Body != want || err != nil {
				t.Errorf("the second call: %s %v, want %s", second.Body, err, want)
			}
			calls := srv.Calls("Material.DeleteMaterial")
			if len(calls) != 2 || calls[0].Status != tt.status || calls[0].Fault != tt.fault.Kind || calls[1].Fault != "" {
				t.Errorf("journal: %v", calls)
			}
		})
	}
}

// hang sends a call that is not answered. It returns once the request is on its way; what the
// client gets in the end comes over the channel.
func hang(ctx context.Context, t *testing.T, address string) <-chan error {
	t.Helper()
	sent := make(chan struct{})
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) },
	})
	r, err := http.NewRequestWithContext(ctx, "POST", address, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Do(r)
		if err == nil {
			answer.Body.Close()
		}
		done <- err
	}()
	<-sent
	return done
}

// A call that hangs ends when the client leaves, and is in the journal.
func TestHang(t *testing.T) {
	t.Parallel()
	srv, ticket, _ := libraryOfOne(t)
	srv.Inject("Material.ListMedia", fault.Hang())
	ctx, leave := context.WithCancel(t.Context())
	done := hang(ctx, t, srv.URL+"/PaaS/Material/ListMedia?auth="+ticket)
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	calls, err := srv.Await(t.Context(), "Material.ListMedia", 1)
	if err != nil || calls[0].Fault != fault.KindHang || calls[0].Status != 0 {
		t.Errorf("journal: %v, %v", calls, err)
	}
}

// Whoever hangs when the fake is closed does not hold up the end.
func TestHangEndsWithTheServer(t *testing.T) {
	t.Parallel()
	srv, ticket, _ := libraryOfOne(t)
	srv.Inject("Material.ListMedia", fault.Hang())
	done := hang(t.Context(), t, srv.URL+"/PaaS/Material/ListMedia?auth="+ticket)
	srv.Forgive("Material.ListMedia") // the call may still be on its way when the end comes
	srv.Close()
	if err := <-done; err == nil {
		t.Error("a call that hangs was answered")
	}
}

// A forced code is answered as it was given, in the envelope of the service.
func TestForcedError(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Inject("OpenCME.Login", fault.Error("Busy").Text("忙", "busy").Force())
	if answer := exchange(t, srv, ""); answer.Body != `{"Code":"Busy","Message":"忙","EnglishMessage":"busy"}` {
		t.Errorf("answer %s", answer.Body)
	}
}

// A fault that never fired is a finding, with the place where it was injected.
func TestFaultThatNeverFires(t *testing.T) {
	t.Parallel()
	got := runTest(func(tb *testTB) {
		srv := fake.Start(tb, fake.Config{})
		srv.Inject("OpenCME.Login", fault.Drop().Skip(1))
		exchange(t, srv, "")
	})
	want := []string{`finding: OpenCME.Login: fault.never-fired: … (faults_test.go:LINE); to break the contract on purpose: srv.Forgive("OpenCME.Login")`}
	for i := range got {
		got[i] = regexp.MustCompile(`(fault\.never-fired): .* \(faults_test\.go:\d+`).ReplaceAllString(got[i], "$1: … (faults_test.go:LINE")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
}

// Faults are a tenant's own, and only those of the operation.
func TestFaultsAreApart(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other, err := srv.NewTenant(fake.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	other.Inject("OpenCME.Login", fault.Error("InternalError"))
	if why := exchange(t, srv, loginSignature(srv.Tenant, "user_01")).why(); why != "" {
		t.Errorf("the default tenant: %s", why)
	}
	if why := exchange(t, srv, loginSignature(other, "user_01")).why(); why != "fault.error" {
		t.Errorf("the other tenant: %q", why)
	}
}
