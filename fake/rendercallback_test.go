package fake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/traffic"
)

// listener is a server of the user's own that passes on the bodies of its calls.
func listener(t *testing.T, status int) (address string, received chan string) {
	t.Helper()
	received = make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		document, err := contracts.Load("callbacks")
		if err != nil {
			t.Error(err)
			return
		}
		r.URL.Path = "/"
		for _, v := range document.CheckRequest("Callback.RenderDone", r, body) {
			t.Errorf("the callback breaks the contract: %s", v)
		}
		received <- string(body)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/api/callback", received
}

// render starts a render task with a callback and returns its id.
func render(t *testing.T, srv *fake.Server, token, callback string) string {
	t.Helper()
	work := fake.Put(srv, h5ds.Work{Owner: "user_01", Name: "clip"})
	response := ask(t, srv, token, "POST /user/app/tasks/create",
		`{"source":"user_app","source_id":"`+work.ID+`","params":{"fps":30,"resolution":"720P","jsonUrl":"https://video.h5ds.com/video/9715/apps/728527253573935104.json","callback":"`+callback+`"}}`)
	return field(t, response, "id")
}

// Callbacks that fall due go out during Advance, in the order of their tasks, once each, and are
// in the journal.
func TestRenderCallbacks(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Time{})
	address, received := listener(t, 200)
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	first := render(t, srv, token, address)
	srv.Clock.Advance(time.Second)
	second := render(t, srv, token, address)
	srv.Clock.Advance(time.Second)
	if len(received) != 0 {
		t.Errorf("called before the end: %s", <-received)
	}
	srv.Clock.Advance(time.Hour)
	if len(received) != 2 {
		t.Fatalf("%d callbacks when Advance had returned, want 2", len(received))
	}
	for _, id := range []string{first, second} {
		var got struct {
			ID     string
			Status int
			Result struct {
				Progress   int
				StorageURL string
			}
		}
		if err := json.Unmarshal([]byte(<-received), &got); err != nil || got.ID != id || got.Status != 2 || got.Result.Progress != 100 || got.Result.StorageURL == "" {
			t.Errorf("received %+v, %v; want %s", got, err, id)
		}
	}
	srv.Clock.Advance(time.Hour)
	if len(received) != 0 {
		t.Error("called twice")
	}
	calls := srv.Calls("Callback.RenderDone")
	if len(calls) != 2 || calls[0].Kind != traffic.Callback || calls[0].Status != 200 || calls[0].Method != "POST" || !strings.HasSuffix(calls[0].URL, "/api/callback") {
		t.Errorf("journal: %v", calls)
	}
}

// While the clock runs, callbacks come by themselves.
func TestRenderCallbackComesByItself(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	address, received := listener(t, 200)
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	srv.Clock.Freeze(time.Time{})
	id := render(t, srv, token, address)
	srv.Clock.Advance(30*time.Second - time.Millisecond)
	srv.Clock.Unfreeze()
	if got := <-received; !strings.Contains(got, id) {
		t.Errorf("received %s", got)
	}
}

// A callback that fails is not made again, and the journal says why it failed.
func TestRenderCallbackFails(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Time{})
	rejecting, _ := listener(t, 500)
	gone := httptest.NewServer(nil)
	gone.Close()
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	for _, address := range []string{rejecting, gone.URL} {
		render(t, srv, token, address)
		srv.Clock.Advance(time.Hour)
	}
	var got []string
	for _, c := range srv.Calls("Callback.RenderDone") {
		got = append(got, c.Diagnosis.Code)
	}
	if diff := cmp.Diff([]string{"callback.status-code", "callback.refused"}, got); diff != "" {
		t.Errorf("diagnoses (-want +got):\n%s", diff)
	}
}

// A callback to another host is not made, unless the host is allowed: a test that keeps the address of production does
// not reach it. So it is with the question whether a user is logged in.
func TestCallbackHosts(t *testing.T) {
	t.Parallel()
	address, told := listener(t, 200)
	elsewhere := strings.Replace(address, "127.0.0.1", "saas.example.invalid", 1)
	srv := fake.Start(t, fake.Config{LoginStatusURL: "http://saas.example.invalid/userStatus"})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	if answer := ask(t, srv, token, "GET /account/info", ""); answer.why() != "callback.not-allowed" {
		t.Errorf("the question was asked: %s (%s)", answer.Body, answer.Header.Get("X-Fakecme-Why"))
	}
	asked := srv.Calls("Callback.UserStatus")
	if len(asked) != 1 || asked[0].Status != 0 || len(asked[0].Findings) != 1 || asked[0].Findings[0].Severity != traffic.Error {
		t.Errorf("the journal has %+v", asked)
	}
	srv.Forgive("Callback.UserStatus")

	srv = fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Time{})
	render(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"), elsewhere)
	srv.Clock.Advance(time.Hour)
	calls := srv.Calls("Callback.RenderDone")
	if len(told) != 0 || len(calls) != 1 || calls[0].Status != 0 || len(calls[0].Findings) != 1 || !strings.Contains(calls[0].Findings[0].Diagnosis.Fix, "--callback-allow") {
		t.Errorf("%d callbacks, and the journal has %+v", len(told), calls)
	}
	if found := srv.Findings(); len(found) != 1 || found[0].Diagnosis.Code != "callback.not-allowed" {
		t.Errorf("findings: %v", found)
	}
	srv.Forgive("Callback.RenderDone")

	// An allowed name is called, and here nothing answers.
	srv = fake.Start(t, fake.Config{CallbackHosts: []string{"saas.example.invalid"}})
	srv.Clock.Freeze(time.Time{})
	render(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"), elsewhere)
	srv.Clock.Advance(time.Hour)
	if calls := srv.Calls("Callback.RenderDone"); len(calls) != 1 || calls[0].Diagnosis == nil || calls[0].Diagnosis.Code == "callback.not-allowed" {
		t.Errorf("an allowed host: %+v", calls)
	}
	if _, err := fake.New(fake.Config{CallbackHosts: []string{"https://app"}}); err == nil {
		t.Error("an address was taken as a host")
	}
}
