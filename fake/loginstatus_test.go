package fake_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/traffic"
)

// thirdParty is a server of the user's own.
func thirdParty(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL + "/userStatus"
}

// says answers with a body.
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

// info asks who the user of the token is.
func info(t *testing.T, srv *fake.Server, token string) got {
	t.Helper()
	return do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/account/info", "", "Authorization", token)
}

// Only {"status":1} is believed. Everything else is a login that expired, with its own reason.
func TestLoginStatus(t *testing.T) {
	t.Parallel()
	const bare = "it must be"
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
	for _, tt := range []struct {
		name    string
		answer  http.HandlerFunc
		why     string // empty: logged in
		says    string // part of the reason
		finding string // code of the finding; empty for none
	}{
		{"logged in", says(`{"status":1}`), "", "", ""},
		{"logged in, with white space", says("\r\n { \"status\" :\t1 }\n"), "", "", ""},
		{"logged out", says(`{"status":0}`), "callback.logged-out", "says that the user is logged out", ""},
		{"logged in, as another type of text", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `{"status":1}`)
		}, "", "", "contract.content-type"},
		{"logged in, and more", says(`{"status":1,"user":"u"}`), "", "", "contract.body"},

		{"2", says(`{"status":2}`), "callback.wrong-value", "the status is 2; " + bare, "contract.body"},
		{"-1", says(`{"status":-1}`), "callback.wrong-value", "the status is -1; " + bare, "contract.body"},
		{"1.0", says(`{"status":1.0}`), "callback.wrong-type", "the status is written 1.0; it must be the whole number", "contract.body"},
		{"1e0", says(`{"status":1e0}`), "callback.wrong-type", "the status is written 1e0; ", "contract.body"},
		{"true", says(`{"status":true}`), "callback.wrong-type", "the status is true; " + bare, "contract.body"},
		{"text", says(`{"status":"1"}`), "callback.wrong-type", `the status is "1"; ` + bare, "contract.body"},
		{"null", says(`{"status":null}`), "callback.wrong-type", "the status is null; " + bare, "contract.body"},
		{"list", says(`{"status":[1]}`), "callback.wrong-type", "the status is [1]; " + bare, "contract.body"},
		{"no status", says(`{}`), "callback.no-status", "has no field status;", "contract.body"},
		{"in an envelope", says(`{"code":0,"message":"success","data":{"status":1}}`), "callback.no-status", "it stands within data", "contract.body"},
		{"upper case", says(`{"Status":1}`), "callback.no-status", "Status is another name", "contract.body"},
		{"bare number", says(`1`), "callback.no-status", "has no field status;", "contract.body"},
		{"bare list", says(`[{"status":1}]`), "callback.no-status", "has no field status;", "contract.body"},
		{"nothing", says(``), "callback.not-json", "is not JSON", "contract.body"},
		{"page", says(`<html>1</html>`), "callback.not-json", "is not JSON", "contract.body"},
		{"two objects", says(`{"status":1}{"status":1}`), "callback.not-json", "is not JSON", "contract.body"},
		{"cut off", says(`{"status":1`), "callback.not-json", "is not JSON", "contract.body"},
		{"byte order mark", says("\ufeff{\"status\":1}"), "callback.not-json", "is not JSON", "contract.body"},

		{"500", statusOnly(500), "callback.status-code", "answered with status 500", "contract.status"},
		{"404", statusOnly(404), "callback.status-code", "answered with status 404", "contract.status"},
		{"204", statusOnly(204), "callback.status-code", "answered with status 204", "contract.status"},
		{"redirect", redirect, "callback.redirect", "redirects, with status 302", "contract.status"},
		{"just small enough", says(`{"status":1}` + strings.Repeat(" ", 64<<10-12)), "", "", ""},
		{"too large", says(`{"status":1}` + strings.Repeat(" ", 64<<10-11)), "callback.too-large", "larger than 65536 bytes", ""},
		{"far too large", says(`{"status":1}` + strings.Repeat(" ", 1<<20)), "callback.too-large", "larger than 65536 bytes", ""},
		{"closed at once", hangUp(t, ""), "callback.cut-off", "closed the connection", ""},
		{"closed in the middle", hangUp(t, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"sta"), "callback.cut-off", "closed the connection", ""},
		{"no HTTP", hangUp(t, "SSH-2.0-OpenSSH\r\n\r\n"), "callback.unreachable", "cannot be asked: ", ""},
	} {
		for _, d := range fake.Dialects() {
			t.Run(tt.name+" "+d.Name, func(t *testing.T) {
				t.Parallel()
				srv := fake.Start(t, fake.Config{Dialect: d, LoginStatusURL: thirdParty(t, tt.answer)})
				srv.Forgive("Callback.UserStatus")
				answer := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"))
				if answer.why() != tt.why || !strings.Contains(answer.Header.Get("X-Fakecme-Why"), tt.says) {
					t.Errorf("why %q, want %s: %s", answer.Header.Get("X-Fakecme-Why"), tt.why, tt.says)
				}
				want := `{"code":0,`
				if tt.why != "" {
					want = `{"code":` + d.LoginExpired.Code() + `,"message":"登录失效","data":null}`
				}
				if !strings.HasPrefix(answer.Body, want) || answer.Status != 200 {
					t.Errorf("%d %s, want %s", answer.Status, answer.Body, want)
				}
				calls := srv.Calls("Callback.UserStatus")
				if len(calls) != 1 {
					t.Fatalf("%d callbacks", len(calls))
				}
				found := ""
				for _, f := range calls[0].Findings {
					found = f.Diagnosis.Code
				}
				if found != tt.finding {
					t.Errorf("finding %q, want %q: %v", found, tt.finding, calls[0].Findings)
				}
				if text := calls[0].String() + answer.Header.Get("X-Fakecme-Why"); strings.Contains(text, "s3cr3t") {
					t.Errorf("a secret is shown: %s", text)
				}
			})
		}
	}
}

// The question, and how it stands in the journal: before the call that made it necessary.
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
	srv := fake.Start(t, fake.Config{LoginStatusURL: address + "?realm=a%20b&key=s3cr3t"})
	fake.Put(srv, h5ds.User{Username: "alice", Password: "correct horse 1"})
	token := thirdLogin(t, srv, srv.Tenant, "user 01&/云+")
	ask(t, srv, token, "GET /account/info", "")
	ask(t, srv, token, "GET /user/messages/page", "")
	if answer := info(t, srv, "Bearer x.y.z"); answer.why() == "" {
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

// A hanging server costs the time-out and no more; nothing is locked meanwhile.
func TestLoginStatusHangs(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]string{"at once": "", "in the middle of the response": `{"sta`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := thirdParty(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, begin)
				if begin != "" {
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done() // until the fake gives up
			})
			srv := fake.Start(t, fake.Config{LoginStatusURL: address, LoginStatusTimeout: 50 * time.Millisecond})
			answer := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"))
			if answer.why() != "callback.timeout" {
				t.Errorf("why: %s", answer.Header.Get("X-Fakecme-Why"))
			}
		})
	}
}

// While one user's server thinks, all others go on.
func TestLoginStatusHoldsNoLock(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	srv := fake.Start(t, fake.Config{LoginStatusTimeout: time.Minute, LoginStatus: func(ctx context.Context, userID string) (bool, error) {
		if userID == "slow" {
			close(arrived)
			<-release
		}
		return true, nil
	}})
	slow, fast := thirdLogin(t, srv, srv.Tenant, "slow"), thirdLogin(t, srv, srv.Tenant, "fast")
	ended := make(chan got)
	go func() { ended <- info(t, srv, slow) }()
	<-arrived
	if answer := info(t, srv, fast); answer.why() != "" {
		t.Errorf("a read: %s", answer.Body)
	}
	if answer := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/account/logout", "", "Authorization", fast); answer.why() != "" {
		t.Errorf("a write: %s", answer.Body)
	}
	fake.Put(srv, h5ds.User{UserID: "other"})
	close(release)
	if answer := <-ended; answer.why() != "" {
		t.Errorf("the slow one: %s", answer.Body)
	}
}

// A response in pieces is a response.
func TestLoginStatusInPieces(t *testing.T) {
	t.Parallel()
	address := thirdParty(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for _, piece := range `{"status":1}` {
			_, _ = io.WriteString(w, string(piece))
			w.(http.Flusher).Flush()
			runtime.Gosched()
		}
	})
	srv := fake.Start(t, fake.Config{LoginStatusURL: address, LoginStatusTimeout: time.Minute})
	if answer := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01")); answer.why() != "" {
		t.Errorf("why: %s", answer.Header.Get("X-Fakecme-Why"))
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
		srv := fake.Start(t, fake.Config{LoginStatusURL: url, LoginStatusTimeout: time.Minute})
		answer := info(t, srv, thirdLogin(t, srv, srv.Tenant, "user_01"))
		if answer.why() != want {
			t.Errorf("%s: %s, want %s", url, answer.Header.Get("X-Fakecme-Why"), want)
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
	srv := fake.Start(t, fake.Config{LoginStatusURL: address, LoginStatusTimeout: time.Minute})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/api/v1/account/info", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	go func() { <-arrived; cancel() }()
	if answer, err := srv.Client().Do(r); err == nil {
		answer.Body.Close()
		t.Error("the client got a response")
	}
	<-left
	calls, err := srv.Await(t.Context(), "Callback.UserStatus", 1)
	if err != nil || calls[0].Diagnosis == nil || calls[0].Diagnosis.Code != "callback.client-left" {
		t.Errorf("%v, %v", calls, err)
	}
}
