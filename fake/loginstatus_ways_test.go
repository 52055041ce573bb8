package fake_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/dialect"
)

// A function of the test's own: by the same rules, and in the journal too.
func TestLoginStatusFunction(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		f    func(context.Context, string) (bool, error)
		why  string
		says string
	}{
		{"in", func(context.Context, string) (bool, error) { return true, nil }, "", ""},
		{"out", func(context.Context, string) (bool, error) { return false, nil }, "callback.logged-out", "logged out"},
		{"error", func(context.Context, string) (bool, error) { return true, errors.New("no database") }, "callback.error", "no database"},
		{"panic", func(context.Context, string) (bool, error) { panic("at once") }, "callback.error", "panicked: at once"},
		{"ends its goroutine", func(context.Context, string) (bool, error) { runtime.Goexit(); return true, nil }, "callback.error", "did not return"},
		{"waits for the context", func(ctx context.Context, _ string) (bool, error) { <-ctx.Done(); return false, ctx.Err() }, "callback.timeout", "in time"},
		{"never returns", func(context.Context, string) (bool, error) { <-t.Context().Done(); return true, nil }, "callback.timeout", "in time"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			timeout := time.Minute
			if tt.why == "callback.timeout" {
				timeout = 50 * time.Millisecond
			}
			srv := fake.Start(t, fake.Config{LoginStatus: tt.f, LoginStatusTimeout: timeout})
			answer := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"))
			if answer.why() != tt.why || !strings.Contains(answer.Header.Get("X-Fakecme-Why"), tt.says) {
				t.Errorf("why %q, want %s: %s", answer.Header.Get("X-Fakecme-Why"), tt.why, tt.says)
			}
			c := srv.Calls("Callback.UserStatus")
			if len(c) != 1 || c[0].Host != "Config.LoginStatus" || c[0].URL != "?userID=user_01" || len(c[0].Findings) != 0 {
				t.Errorf("journal: %+v", c)
			}
		})
	}
}

// Each question has a connection of its own: on one that is reused, Go's client asks a second time
// when the server has just closed it, and the server would be asked more often than the journal says.
func TestLoginStatusConnections(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	server := httptest.NewUnstartedServer(says(`{"status":1}`))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	srv := fake.Start(t, fake.Config{LoginStatusURL: server.URL})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	for range 3 {
		info(t, srv, token)
	}
	if opened.Load() != 3 {
		t.Errorf("%d connections for 3 questions", opened.Load())
	}
}

// The cache keeps answers, by the tenant's clock; never a failure, never another user's.
func TestLoginStatusCache(t *testing.T) {
	t.Parallel()
	var asked, answer atomic.Int64
	answer.Store(1)
	address := thirdParty(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if answer.Load() < 0 {
			w.WriteHeader(500)
		}
		says(fmt.Sprintf(`{"status":%d}`, answer.Load()))(w, r)
	})
	srv := fake.Start(t, fake.Config{LoginStatusURL: address, LoginStatusCache: time.Minute})
	srv.Forgive("Callback.UserStatus")
	srv.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	one, two := thirdLogin(t, srv, srv.Tenant, "one"), thirdLogin(t, srv, srv.Tenant, "two")
	step := func(name, token, wantWhy string, wantAsked int64) {
		t.Helper()
		before := asked.Load()
		if why := info(t, srv, token).why(); why != wantWhy || asked.Load()-before != wantAsked {
			t.Errorf("%s: why %q, asked %d times; want %q and %d", name, why, asked.Load()-before, wantWhy, wantAsked)
		}
	}
	step("first", one, "", 1)
	answer.Store(0)
	step("kept", one, "", 0)
	step("another user", two, "callback.logged-out", 1)
	answer.Store(1)
	step("logged out is kept too", two, "callback.logged-out", 0)
	srv.Clock.Advance(time.Minute - 1)
	step("kept until the end", one, "", 0)
	srv.Clock.Advance(1)
	answer.Store(-1)
	step("over", one, "callback.status-code", 1)
	step("a failure is not kept", one, "callback.status-code", 1)
	answer.Store(1)
	step("well again", one, "", 1)
	srv.Clock.Advance(-time.Second)
	step("the clock was set back", one, "", 1)
	if n := len(srv.Calls("Callback.UserStatus")); int64(n) != asked.Load() {
		t.Errorf("%d callbacks in the journal, %d were made", n, asked.Load())
	}
}

// Many users of many tenants at once, each asked about by its own userId.
func TestLoginStatusConcurrently(t *testing.T) {
	t.Parallel()
	address := thirdParty(t, func(w http.ResponseWriter, r *http.Request) {
		status := 0
		if strings.HasPrefix(r.URL.Query().Get("userID"), "in-") {
			status = 1
		}
		says(fmt.Sprintf(`{"status":%d}`, status))(w, r)
	})
	for _, life := range []time.Duration{0, time.Hour} {
		srv := fake.Start(t, fake.Config{LoginStatusURL: address, LoginStatusCache: life})
		other, err := srv.NewTenant(fake.Credentials{})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 40 {
			tenant := []*fake.Tenant{srv.Tenant, other}[i%2]
			name := []string{"in-", "out-"}[i/2%2] + fmt.Sprint(i/4)
			wg.Go(func() {
				token := thirdLogin(t, srv, tenant, name)
				for range 3 {
					want := map[bool]string{true: "", false: "callback.logged-out"}[strings.HasPrefix(name, "in-")]
					if why := info(t, srv, token).why(); why != want {
						t.Errorf("%s of %s: %q, want %q", name, tenant.ID, why, want)
					}
				}
			})
		}
		wg.Wait()
		if n := len(srv.Calls("Callback.UserStatus")) + len(other.Calls("Callback.UserStatus")); life == 0 && n != 120 || n > 120 || n < 40 {
			t.Errorf("%d callbacks in the journals", n)
		}
	}
}

// Without a callback nobody is asked; a logout at the third party shows at the next call.
func TestLoginStatusLogout(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	if answer := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01")); answer.why() != "" || len(srv.Calls("Callback.UserStatus")) != 0 {
		t.Errorf("without a callback: %s", answer.Body)
	}
	var loggedIn atomic.Bool
	loggedIn.Store(true)
	srv = fake.Start(t, fake.Config{Dialect: dialect.Current, LoginStatus: func(context.Context, string) (bool, error) { return loggedIn.Load(), nil }})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	for _, want := range []string{"", "callback.logged-out", ""} {
		if why := info(t, srv, token).why(); why != want {
			t.Errorf("why %q, want %q", why, want)
		}
		loggedIn.Store(!loggedIn.Load())
	}
}

func TestLoginStatusConfig(t *testing.T) {
	t.Parallel()
	const noAddress = "fake: config: LoginStatusURL is not an address such as http://127.0.0.1:8080/userStatus"
	f := func(context.Context, string) (bool, error) { return true, nil }
	for _, tt := range []struct {
		name   string
		config fake.Config
		want   string
	}{
		{"both", fake.Config{LoginStatus: f, LoginStatusURL: "http://127.0.0.1/"}, "fake: config: LoginStatus and LoginStatusURL are both given; give one of them"},
		{"no scheme", fake.Config{LoginStatusURL: "127.0.0.1:8080/s3cr3t"}, noAddress},
		{"another scheme", fake.Config{LoginStatusURL: "ftp://127.0.0.1/"}, noAddress},
		{"no host", fake.Config{LoginStatusURL: "http:///x"}, noAddress},
		{"not parsed", fake.Config{LoginStatusURL: "http://a b/"}, noAddress},
		{"fragment", fake.Config{LoginStatusURL: "http://127.0.0.1/#x"}, "fake: config: LoginStatusURL has a fragment (#…), which no request carries; leave it out"},
		{"userID", fake.Config{LoginStatusURL: "http://127.0.0.1/?a=b&userID="}, "fake: config: LoginStatusURL has a userID already; leave it out, the fake adds it"},
		{"time-out", fake.Config{LoginStatusTimeout: -1}, "fake: config: LoginStatusTimeout is negative (-1); leave it zero for the default"},
		{"cache", fake.Config{LoginStatusCache: -1}, "fake: config: LoginStatusCache is negative (-1); leave it zero for the default"},
	} {
		_, err := fake.New(tt.config)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
	for _, good := range []string{"http://127.0.0.1:8080", "https://user:pass@example.com/a?b=c", "http://[::1]:1/x"} {
		if _, err := fake.New(fake.Config{LoginStatusURL: good}); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}
