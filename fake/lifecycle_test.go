package fake_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Close ends calls that hang, also where the fake is the handler of another server.
func TestCloseWithoutListen(t *testing.T) {
	t.Parallel()
	srv := newServer(t, fake.Config{})
	server := httptest.NewServer(srv)
	defer server.Close()
	srv.Inject("OpenCME.Login", fault.Hang())
	done := hang(t.Context(), t, server.URL+"/?signature=x") // a POST is a call of no operation
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		response, err := http.Get(server.URL + "/?signature=x")
		if err == nil {
			response.Body.Close()
		}
		ended <- err
	}()
	var wg sync.WaitGroup
	for range 4 { // at once, and twice
		wg.Go(srv.Close)
	}
	wg.Wait()
	if err := <-ended; err == nil {
		t.Error("a call that hangs was answered")
	}
}

// A handler is often called without a client, and then a request may have no body at all.
func TestRequestWithoutBody(t *testing.T) {
	t.Parallel()
	srv := newServer(t, fake.Config{})
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://open.cme.qcloud.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, r)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "SignatureVerifyFail") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if _, err := fake.New(fake.Config{MaxBody: math.MaxInt64}); err == nil {
		t.Error("a limit was taken that no number can be over")
	}
}

// The handler of a callback, and OnCall, may move the clock; callbacks that fall due then go out too, in their order.
func TestClockMovesDuringCallback(t *testing.T) {
	t.Parallel()
	received := make(chan string, 10)
	var srv *fake.Server
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		srv.Clock.Advance(time.Hour)
		received <- r.URL.Path
	}))
	t.Cleanup(server.Close)
	srv = fake.Start(t, fake.Config{OnCall: func(c fake.Call) {
		if c.Kind == traffic.Callback {
			once.Do(func() { srv.Clock.Advance(time.Minute) })
		}
	}})
	srv.Clock.Freeze(time.Time{})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	render(t, srv, token, server.URL+"/first")
	srv.Clock.Advance(20 * time.Second)
	render(t, srv, token, server.URL+"/second")
	srv.Clock.Advance(15 * time.Second) // the first is due, and its handler makes the second due
	if first, second := <-received, <-received; first != "/first" || second != "/second" {
		t.Errorf("called %s, then %s", first, second)
	}
}

// A tenant that was removed does not reach the tenant that got its id.
func TestStaleTenant(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	old := newTenant(t, srv, fake.Credentials{ID: "a"})
	srv.RemoveTenant(old)
	if err := old.Reset(); err == nil {
		t.Error("a removed tenant was reset")
	}
	successor := newTenant(t, srv, fake.Credentials{ID: "a"})
	admin(t, srv, "POST", "forgiven?tenant=a", `{"names":["warning.polling"]}`, nil)
	srv.RemoveTenant(old)
	var forgiven struct{ Names []string }
	if admin(t, srv, "GET", "forgiven?tenant=a", "", &forgiven); len(forgiven.Names) != 1 {
		t.Errorf("the successor is forgiven %q", forgiven.Names)
	}
	if why := exchange(t, srv, loginSignature(successor, "user_01")).why(); why != "" {
		t.Errorf("the successor: %s", why)
	}
	if _, err := successor.Snapshot(); err != nil {
		t.Error(err)
	}
}

// The time of a call is the time at which it came in.
func TestCallTime(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	const delay = 20 * time.Millisecond
	srv.Inject("OpenCME.Login", fault.Delay(delay))
	begin := time.Now()
	exchange(t, srv, loginSignature(srv.Tenant, "user_01"))
	end := time.Now()
	c := srv.Calls("OpenCME.Login")[0]
	if c.Took < delay || c.Time.Before(begin) || c.Time.Add(delay).After(end) {
		t.Errorf("the call came in %s after the client began, took %s, and the client was done after %s", c.Time.Sub(begin), c.Took, end.Sub(begin))
	}
}

// The size of a journal includes the headers.
func TestJournalCountsHeaders(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{JournalBytes: 100 << 10})
	for range 10 {
		do(t, srv.Client(), "GET", "https://open.cme.qcloud.com/", "", "X-Large", strings.Repeat("x", 50<<10))
	}
	if n := len(srv.Calls()); n > 2 {
		t.Errorf("%d calls of 50 KiB are in a journal of 100 KiB", n)
	}
}

// A fault that changes nothing is a finding.
func TestTruncateThatCutsNothing(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("OpenCME.Login")
	srv.Inject("OpenCME.Login", fault.Truncate(1<<20))
	exchange(t, srv, "x")
	if f := srv.Calls("OpenCME.Login")[0].Findings; len(f) != 1 || f[0].Diagnosis.Code != "fault.no-effect" {
		t.Errorf("findings: %v", f)
	}
}

// A panic of Config.OnCall is reported among the bugs, and the client gets its response.
func TestOnCallPanics(t *testing.T) {
	t.Parallel()
	srv := started(t, fake.Config{OnCall: func(fake.Call) { panic("on purpose") }})
	t.Cleanup(srv.Close)
	if response := exchange(t, srv, "x"); response.Status != 200 {
		t.Errorf("%d", response.Status)
	}
	if bugs := srv.Bugs(); len(bugs) != 1 || bugs[0] != "Config.OnCall panicked: on purpose" {
		t.Errorf("bugs: %q", bugs)
	}
}

// A client that waits for calls over the admin API does not hold up the end. In a bubble the wait takes made-up time.
func TestCloseWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true})
		begin, ended := time.Now(), make(chan struct{})
		go func() {
			defer close(ended)
			if response, err := srv.Client().Get("https://open.cme.qcloud.com/_fakecme/journal?wait=60s"); err == nil {
				response.Body.Close()
			}
		}()
		synctest.Wait()
		srv.Close()
		<-ended
		if took := time.Since(begin); took >= time.Minute {
			t.Errorf("the wait went on after the end, for %s", took)
		}
	})
}
