package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
)

func TestStatusErrors(t *testing.T) {
	t.Parallel()
	const fix = "this is not an address; write one such as http://127.0.0.1:8080/userStatus\n"
	bad := writeFile(t, ".env", "A=1\nhost.saas=ftp://s3cr3t@x\n")
	missing := filepath.Join(t.TempDir(), "none")
	for _, tt := range []struct {
		name string
		env  environment
		args []string
		want string
	}{
		{"flag", nil, []string{"--h5ds-status-url", "//s3cr3t"}, "serve: --h5ds-status-url: " + fix},
		{"variable", environment{"FAKECME_H5DS_STATUS_URL": "s3cr3t"}, nil, "serve: FAKECME_H5DS_STATUS_URL: " + fix},
		{"env file", nil, []string{"--env-file", bad}, bad + ":2: host.saas: " + fix},
		{"env file, though a flag wins", nil, []string{"--env-file", bad, "--h5ds-status-url", "http://127.0.0.1:1"}, bad + ":2: host.saas: " + fix},
		{"no env file", nil, []string{"--env-file", missing}, "serve: --env-file: open " + missing + ": no such file or directory; check the path\n"},
		{"time-out", nil, []string{"--h5ds-status-timeout", "0s"},
			"serve: --h5ds-status-timeout: 0s is not more than 0; leave it out for the default, or write 1ns for next to nothing\n"},
	} {
		got := runAt(t, tt.env, "", append([]string{"serve", "--http", "127.0.0.1:0"}, tt.args...)...)
		got.Stderr = strings.TrimPrefix(got.Stderr, "fakecme ")
		wantOutcome(t, outcome{Status: command.StatusUsage, Stderr: tt.want}, got)
	}
}

// serve asks the server of a .env file, says so, and shows both calls.
func TestServeAsksForTheLogin(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	status.Store(1)
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"status":%d}`, status.Load())
	}))
	t.Cleanup(own.Close)
	file := writeFile(t, ".env", "host.saas="+own.URL+"/userStatus?key=s3cr3t\r\n")
	r := startServe(t, "--env-file", file, "--h5ds-saas")
	token := h5dsToken(t, r.base)
	for _, want := range []string{`{"code":0,`, `{"code":1001,`} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.base+"/api/v1/account/info", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", token)
		if body, _ := do(t, request); !strings.HasPrefix(body, want) {
			t.Errorf("%s, want %s", body, want)
		}
		status.Store(0)
	}
	got := r.stop()
	if strings.Contains(got.Stderr, "s3cr3t") {
		t.Errorf("stderr shows a secret:\n%s", got.Stderr)
	}
	for _, line := range []string{
		"at each call, users of h5ds must be logged in at " + own.URL + "/userStatus too\n",
		"[default] GET " + strings.TrimPrefix(own.URL, "http://") + "/userStatus?key=<key:",
		"&userID=user_01 (Callback.UserStatus): 200\n",
		"(Account.Info): 200 1001; callback.logged-out: your server says that the user is logged out; ",
	} {
		if !strings.Contains(got.Stderr, line) {
			t.Errorf("stderr lacks %q:\n%s", line, got.Stderr)
		}
	}
}

// h5dsToken logs a user in, with the headers that sign prints.
func h5dsToken(t *testing.T, base string) string {
	t.Helper()
	signed := run0(t, "sign", "h5ds", "--at", time.Now().UTC().Format(time.RFC3339))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/v1/third/login", strings.NewReader(`{"userId":"user_01"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for line := range strings.SplitSeq(strings.TrimSpace(signed), "\n") {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	body, _ := do(t, request)
	_, rest, _ := strings.Cut(body, `"token":"`)
	token, _, found := strings.Cut(rest, `"`)
	if !found {
		t.Fatalf("login: %s", body)
	}
	return token
}

func run0(t *testing.T, args ...string) string {
	t.Helper()
	got := runAt(t, nil, "", args...)
	if got.Status != 0 {
		t.Fatalf("%v: %+v", args, got)
	}
	return got.Stdout
}
