package fake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strconv"
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
func try(t *testing.T, srv *fake.Server, ticket, material string) (httpResponse, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", srv.URL+"/PaaS/Material/DeleteMaterial?auth="+ticket,
		strings.NewReader(`{"MaterialId":"`+material+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return httpResponse{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return httpResponse{Status: response.StatusCode, Header: response.Header, Body: string(body)}, err
}

const deleted = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`

// Each kind of fault fires once, as it should, and leaves the next call whole. Whether the
// operation happened shows in the second call: deleted twice, or for the first time.
func TestFaults(t *testing.T) {
	t.Parallel()
	gone := `{"Code":"InvalidParameterValue.MaterialId","Message":"媒体不存在","EnglishMessage":"material not exist"}`
	const internal = `{"Code":"InternalError","Message":"服务器内部错误","EnglishMessage":"system error"}`
	tests := []struct {
		name     string
		fault    fault.Fault
		want     string // status, body and error, as the client has them
		header   [2]string
		err      error
		happened bool
		status   int // in the journal
	}{
		{"error", fault.Error("InternalError"), "200 " + internal, [2]string{"X-Fakecme-Why", "fault.error"}, nil, false, 200},
		{"status", fault.Status(429, 2*time.Second), "429 ", [2]string{"Retry-After", "2"}, nil, false, 429},
		{"status with Retry-After rounded up", fault.Status(429, 1600*time.Millisecond), "429 ", [2]string{"Retry-After", "2"}, nil, false, 429},
		{"status with Retry-After rounded down", fault.Status(429, 1400*time.Millisecond), "429 ", [2]string{"Retry-After", "1"}, nil, false, 429},
		{"status with Retry-After under half a second", fault.Status(429, time.Millisecond), "429 ", [2]string{"Retry-After", "1"}, nil, false, 429},
		{"status without Retry-After", fault.Status(503, 0), "503 ", [2]string{"Retry-After", ""}, nil, false, 503},
		{"drop", fault.Drop(), "0 ", [2]string{}, io.EOF, false, 0},
		{"lose response", fault.LoseResponse(), "0 ", [2]string{}, io.EOF, true, 0},
		{"reset", fault.Reset(), "0 ", [2]string{}, syscall.ECONNRESET, false, 0},
		{"truncate", fault.Truncate(10), "200 " + deleted[:10], [2]string{}, io.ErrUnexpectedEOF, true, 200},
		{"garbage", fault.Garbage(), "200 garbage", [2]string{"Content-Length", strconv.Itoa(len(deleted))}, nil, true, 200},
		{"content type", fault.ContentType("text/html"), "200 " + deleted, [2]string{"Content-Type", "text/html"}, nil, true, 200},
		{"delay", fault.Delay(time.Millisecond).WithJitter(time.Millisecond), "200 " + deleted, [2]string{}, nil, true, 200},
		{"drip", fault.Drip(time.Microsecond), "200 " + deleted, [2]string{}, nil, true, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, ticket, material := libraryOfOne(t)
			srv.Inject("Material.DeleteMaterial", tt.fault)
			g, err := try(t, srv, ticket, material)
			body := g.Body
			if tt.name == "garbage" && len(body) == len(deleted) && !strings.Contains(body, "Code") {
				body = "garbage"
			}
			status, _, _ := strings.Cut(tt.want, " ")
			if got := fmt.Sprint(g.Status, " ", body); got != tt.want && (tt.status < 400 || !strings.HasPrefix(got, status)) || !errors.Is(err, tt.err) {
				t.Errorf("got %s, %v; want %s, %v", got, err, tt.want, tt.err)
			}
			if name := tt.header[0]; name != "" {
				if value, _, _ := strings.Cut(g.Header.Get(name), ":"); value != tt.header[1] {
					t.Errorf("%s: %q, want %q", name, value, tt.header[1])
				}
			}
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

// hang sends a call that is not answered. It returns once the request is on its way; the client's error comes over the
// channel.
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
		response, err := client.Do(r)
		if err == nil {
			response.Body.Close()
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

// A call that hangs does not hold up Close.
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
	if response := exchange(t, srv, ""); response.Body != `{"Code":"Busy","Message":"忙","EnglishMessage":"busy"}` {
		t.Errorf("response %s", response.Body)
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

// A fault of a service fires at any of its operations, with the texts of the one that is called, and at no other service.
func TestFaultOfAService(t *testing.T) {
	t.Parallel()
	srv := started(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	admin(t, srv, "POST", "faults", `{"operation":"webpaas.*","kind":"error","code":"InternalError","times":2}`, nil)
	thirdLogin(t, srv, srv.Tenant, "user_01")
	for _, path := range []string{"Material/ListMedia", "Project/DescribeProjects"} {
		if got := paas(t, srv, path, ticket, "{}"); !strings.Contains(got.Body, `"Message":"服务器内部错误","EnglishMessage":"system error"`) {
			t.Errorf("%s: %s", path, got.Body)
		}
	}
	if got := paas(t, srv, "Material/ListMedia", ticket, listMine); !strings.Contains(got.Body, `"Success"`) {
		t.Errorf("after two times: %s", got.Body)
	}
	srv.Inject("h5ds.*", fault.Status(503, 0))
	if got := h5dsLogin(t, srv, srv.Tenant, `{"userId":"user_01"}`, "Content-Type", "application/json"); got.Status != 503 {
		t.Errorf("h5ds: %d", got.Status)
	}
	for name, wrong := range map[string]string{
		`{"operation":"webpaas.*","kind":"error","code":"InvalidParameterValue.MaterialId"}`: "documents no error InvalidParameterValue.MaterialId",
		`{"operation":"paas.*","kind":"drop"}`:                                               "there are: ",
	} {
		if got := admin(t, srv, "POST", "faults", name, nil); got.Status != 400 || !strings.Contains(got.Body, wrong) {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
	admin(t, srv, "POST", "faults", `{"operation":"webpaas.*","kind":"error","code":"InvalidParameterValue.MaterialId","forced":true}`, nil)
	if got := paas(t, srv, "Project/DescribeProjects", ticket, "{}"); !strings.Contains(got.Body, "InvalidParameterValue.MaterialId") {
		t.Errorf("forced: %s", got.Body)
	}
}
