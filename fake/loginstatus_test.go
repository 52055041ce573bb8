package fake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/golden"
	"github.com/fakecme/fakecme/fake/traffic"
)

// thirdParty is a server of the user's own.
func thirdParty(t *testing.T, response http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(response)
	t.Cleanup(server.Close)
	return server.URL + "/userStatus"
}

// says responds with a body.
func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// hangUp closes the connection in the middle of a response.
func hangUp(t *testing.T, begin string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(connection, begin)
		_ = connection.Close()
	}
}

// info calls Account.Info with a token.
func info(t *testing.T, srv *fake.Server, token string) httpResponse {
	t.Helper()
	return do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/account/info", "", "Authorization", token)
}

// Only {"status":1} is believed. Everything else is a login that expired, with its own reason; the same in each dialect, and
// for a function of the test's own.
func TestLoginStatus(t *testing.T) {
	t.Parallel()
	redirect := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere?session=s3cr3t", http.StatusFound)
	}
	statusOnly := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			if code != 204 {
				_, _ = io.WriteString(w, `{"status":1}`)
			}
		}
	}
	type function = func(ctx context.Context, userID string) (bool, error)
	tests := []struct {
		name     string
		response any // an http.HandlerFunc, or a function
	}{
		{"logged in", says(`{"status":1}`)},
		{"logged in, with white space", says("\r\n { \"status\" :\t1 }\n")},
		{"logged out", says(`{"status":0}`)},
		{"logged in, as another type of text", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `{"status":1}`)
		}},
		{"logged in, and more", says(`{"status":1,"user":"u"}`)},
		{"2", says(`{"status":2}`)},
		{"-1", says(`{"status":-1}`)},
		{"1.0", says(`{"status":1.0}`)},
		{"1e0", says(`{"status":1e0}`)},
		{"true", says(`{"status":true}`)},
		{"text", says(`{"status":"1"}`)},
		{"null", says(`{"status":null}`)},
		{"list", says(`{"status":[1]}`)},
		{"no status", says(`{}`)},
		{"in an envelope", says(`{"code":0,"message":"success","data":{"status":1}}`)},
		{"upper case", says(`{"Status":1}`)},
		{"bare number", says(`1`)},
		{"bare list", says(`[{"status":1}]`)},
		{"nothing", says(``)},
		{"page", says(`<html>1</html>`)},
		{"two objects", says(`{"status":1}{"status":1}`)},
		{"JSON that is cut off", says(`{"status":1`)},
		{"byte order mark", says("\ufeff{\"status\":1}")},
		{"500", statusOnly(500)},
		{"404", statusOnly(404)},
		{"204", statusOnly(204)},
		{"redirect", redirect},
		{"just small enough", says(`{"status":1}` + strings.Repeat(" ", 64<<10-12))},
		{"too large", says(`{"status":1}` + strings.Repeat(" ", 64<<10-11))},
		{"far too large", says(`{"status":1}` + strings.Repeat(" ", 1<<20))},
		{"closed at once", hangUp(t, "")},
		{"closed in the middle", hangUp(t, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"sta")},
		{"no HTTP", hangUp(t, "SSH-2.0-OpenSSH\r\n\r\n")},
		{"in pieces", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for _, piece := range `{"status":1}` {
				_, _ = io.WriteString(w, string(piece))
				w.(http.Flusher).Flush()
			}
		}},
		{"hangs at once", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{"hangs in the middle of the response", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"sta`)
			w.(http.Flusher).Flush()
			<-r.Context().Done() // until the fake gives up
		}},
		{"function: in", function(func(context.Context, string) (bool, error) { return true, nil })},
		{"function: out", function(func(context.Context, string) (bool, error) { return false, nil })},
		{"function: error", function(func(context.Context, string) (bool, error) { return true, errors.New("no database") })},
		{"function: panic", function(func(context.Context, string) (bool, error) { panic("at once") })},
		{"function: ends its goroutine", function(func(context.Context, string) (bool, error) { runtime.Goexit(); return true, nil })},
		{"function: hangs, and waits for the context", function(func(ctx context.Context, _ string) (bool, error) { <-ctx.Done(); return false, ctx.Err() })},
		{"function: hangs for ever", function(func(context.Context, string) (bool, error) { <-t.Context().Done(); return true, nil })},
	}
	for _, d := range fake.Dialects() {
		var table strings.Builder
		for _, tt := range tests {
			config := fake.Config{Dialect: d, LoginStatusTimeout: time.Hour}
			if strings.Contains(tt.name, "hangs") {
				config.LoginStatusTimeout = 50 * time.Millisecond
			}
			switch f := tt.response.(type) {
			case function:
				config.LoginStatus = f
			case func(http.ResponseWriter, *http.Request):
				config.LoginStatusURL = thirdParty(t, f)
			case http.HandlerFunc:
				config.LoginStatusURL = thirdParty(t, f)
			}
			srv := fake.Start(t, config)
			srv.Forgive("Callback.UserStatus")
			response := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"))
			why := response.Header.Get("X-Fakecme-Why")
			want := `{"code":0,`
			if why != "" {
				want = `{"code":` + d.LoginExpired.Code() + `,"message":"登录失效","data":null}`
			}
			if !strings.HasPrefix(response.Body, want) || response.Status != 200 {
				t.Errorf("%s: %d %s, want %s", tt.name, response.Status, response.Body, want)
			}
			calls := srv.Calls("Callback.UserStatus")
			if len(calls) != 1 || config.LoginStatus != nil && (calls[0].Host != "Config.LoginStatus" || calls[0].URL != "?userID=user_01" || len(calls[0].Findings) != 0) {
				t.Fatalf("%s: callbacks: %v", tt.name, calls)
			}
			if strings.Contains(calls[0].String()+why, "s3cr3t") {
				t.Errorf("%s: a secret is shown: %s, %s", tt.name, calls[0], why)
			}
			if why == "" {
				why = "logged in"
			}
			fmt.Fprintf(&table, "%s\n\t%s\n", tt.name, port.ReplaceAllString(why, "…"))
			for _, f := range calls[0].Findings {
				fmt.Fprintf(&table, "\tfinding: %s: %s\n", f.Diagnosis.Code, f.Diagnosis.Sentence)
			}
		}
		golden.Compare(t, "loginstatus.txt", table.String())
	}
}

// port is what differs from run to run, and from one release of Go to another.
var port = regexp.MustCompile(`127\.0\.0\.1:\d+|net/http: .*"SSH[^;]*`)

// The fake asks once for each call of a user of the third party, and the question stands in the journal before the call.
func TestLoginStatusIsAsked(t *testing.T) {
	t.Parallel()
	var asked []string
	var mu sync.Mutex
	address := thirdParty(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Method+" "+r.URL.Path+" "+r.URL.RawQuery+" "+r.Header.Get("Accept"))
		mu.Unlock()
		says(`{"status":1}`)(w, r)
	})
	srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Hour, LoginStatusURL: address + "?realm=a%20b&key=s3cr3t"})
	fake.Put(srv, h5ds.User{Username: "alice", Password: "correct horse 1"})
	token := thirdLogin(t, srv, srv.Tenant, "user 01&/云+")
	ask(t, srv, token, "GET /account/info", "")
	ask(t, srv, token, "GET /user/messages/page", "")
	if response := info(t, srv, "Bearer x.y.z"); response.why() == "" {
		t.Error("a bad token is good")
	}
	key := field(t, ask(t, srv, "", "GET /account/captcha", ""), "captcha_key")
	own := ask(t, srv, "", "POST /account/login", `{"account":"alice","password":"correct horse 1","captchaKey":"`+key+`","captchaCode":"`+h5ds.CaptchaText(key)+`"}`)
	ask(t, srv, field(t, own, "token"), "GET /account/info", "")

	const question = "GET /userStatus realm=a%20b&key=s3cr3t&userID=user%2001%26%2F%E4%BA%91%2B application/json"
	if diff := cmp.Diff([]string{question, question}, asked); diff != "" {
		t.Errorf("asked, once for each call of the third party's user (-want +got):\n%s", diff)
	}
	var order []string
	for _, c := range srv.Calls() {
		order = append(order, fmt.Sprint(c.Operation, " ", c.Kind == traffic.Callback))
	}
	want := []string{"Third.Login false", "Callback.UserStatus true", "Account.Info false", "Callback.UserStatus true", "User.Messages.Page false",
		"Account.Info false", "Account.Captcha false", "Account.Login false", "Account.Info false"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	c := srv.Calls("Callback.UserStatus")[0]
	if c.Status != 200 || string(c.ResponseBody) != `{"status":1}` || c.Service != "callbacks" || c.Tenant != "default" || c.User == "" || c.Took <= 0 ||
		!strings.HasPrefix(address, "http://"+c.Host) || strings.Contains(c.URL, "s3cr3t") || strings.Contains(c.URL, "a%20b") || !strings.HasPrefix(c.URL, "/userStatus?realm=<realm:") || !strings.HasSuffix(c.URL, "&userID=user%2001%26%2F%E4%BA%91%2B") {
		t.Errorf("callback: %+v", c)
	}
}

// A question that takes long holds up no other user.
func TestLoginStatusHoldsNoLock(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Hour, LoginStatus: func(ctx context.Context, userID string) (bool, error) {
		if userID == "slow" {
			close(arrived)
			<-release
		}
		return true, nil
	}})
	slow, fast := thirdLogin(t, srv, srv.Tenant, "slow"), thirdLogin(t, srv, srv.Tenant, "fast")
	ended := make(chan httpResponse)
	go func() { ended <- info(t, srv, slow) }()
	<-arrived
	if response := info(t, srv, fast); response.why() != "" {
		t.Errorf("a read: %s", response.Body)
	}
	if response := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/account/logout", "", "Authorization", fast); response.why() != "" {
		t.Errorf("a write: %s", response.Body)
	}
	fake.Put(srv, h5ds.User{UserID: "other"})
	close(release)
	if response := <-ended; response.why() != "" {
		t.Errorf("the slow one: %s", response.Body)
	}
}

func TestLoginStatusNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	for url, want := range map[string]string{
		"http://" + address + "/userStatus": "callback.refused",
		"http://nosuch.invalid/userStatus":  "callback.unreachable",
	} {
		srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Hour, LoginStatusURL: url, CallbackHosts: []string{"nosuch.invalid"}})
		response := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"))
		if response.why() != want {
			t.Errorf("%s: %s, want %s", url, response.Header.Get("X-Fakecme-Why"), want)
		}
		if c := srv.Calls("Callback.UserStatus"); len(c) != 1 || c[0].Status != 0 || c[0].Diagnosis == nil {
			t.Errorf("%s: journal: %v", url, c)
		}
	}
}

// A client that leaves ends the question; that is no fault of the third party's server.
func TestLoginStatusClientLeaves(t *testing.T) {
	t.Parallel()
	arrived, left := make(chan struct{}), make(chan struct{})
	address := thirdParty(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(left)
	})
	srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Hour, LoginStatusURL: address})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/api/v1/account/info", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	go func() { <-arrived; cancel() }()
	if response, err := srv.Client().Do(r); err == nil {
		response.Body.Close()
		t.Error("the client got a response")
	}
	<-left
	calls, err := srv.Await(t.Context(), "Callback.UserStatus", 1)
	if err != nil || calls[0].Diagnosis == nil || calls[0].Diagnosis.Code != "callback.client-left" {
		t.Errorf("%v, %v", calls, err)
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
	srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Hour, LoginStatusURL: server.URL})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	for range 3 {
		info(t, srv, token)
	}
	if opened.Load() != 3 {
		t.Errorf("%d connections for 3 questions", opened.Load())
	}
}

// The cache keeps responses, by the tenant's clock; never a failure, never another user's.
func TestLoginStatusCache(t *testing.T) {
	t.Parallel()
	var asked, response atomic.Int64
	response.Store(1)
	address := thirdParty(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if response.Load() < 0 {
			w.WriteHeader(500)
		}
		says(fmt.Sprintf(`{"status":%d}`, response.Load()))(w, r)
	})
	srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Hour, LoginStatusURL: address, LoginStatusCache: time.Minute})
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
	response.Store(0)
	step("kept", one, "", 0)
	step("another user", two, "callback.logged-out", 1)
	response.Store(1)
	step("logged out is kept too", two, "callback.logged-out", 0)
	srv.Clock.Advance(time.Minute - 1)
	step("kept until the end", one, "", 0)
	srv.Clock.Advance(1)
	response.Store(-1)
	step("over", one, "callback.status-code", 1)
	step("a failure is not kept", one, "callback.status-code", 1)
	response.Store(1)
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
		srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Hour, LoginStatusURL: address, LoginStatusCache: life})
		other := newTenant(t, srv, fake.Credentials{})
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
	if response := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01")); response.why() != "" || len(srv.Calls("Callback.UserStatus")) != 0 {
		t.Errorf("without a callback: %s", response.Body)
	}
	var loggedIn atomic.Bool
	loggedIn.Store(true)
	srv = fake.Start(t, fake.Config{Dialect: dialect.Current, LoginStatusTimeout: time.Hour, LoginStatus: func(context.Context, string) (bool, error) { return loggedIn.Load(), nil }})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	for _, want := range []string{"", "callback.logged-out", ""} {
		if why := info(t, srv, token).why(); why != want {
			t.Errorf("why %q, want %q", why, want)
		}
		loggedIn.Store(!loggedIn.Load())
	}
}
