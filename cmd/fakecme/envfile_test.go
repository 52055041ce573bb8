package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseEnvFile(t *testing.T) {
	t.Parallel()
	const address = "http://192.168.31.46:8080/api/v1/test/saas/userStatus"
	const noAddress = "error: f:1: host.saas: this is not an address; write one such as http://127.0.0.1:8080/userStatus"
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"the vendor's, commented out", "#【saas用户登录状态校验配置】\n# host.saas=" + address + "\n", ""},
		{"the vendor's", "#【saas用户登录状态校验配置】\nhost.saas=" + address + "\n", address},
		{"commented out without a blank", "#host.saas=" + address, ""},
		{"line ends of Windows", "A=1\r\nhost.saas=" + address + "\r\nB=2\r\n", address},
		{"byte order mark", "\ufeffhost.saas=" + address, address},
		{"spaces", "  host.saas \t=  " + address + "  ", address},
		{"double quotes", `host.saas="` + address + `"`, address},
		{"single quotes", `host.saas=' ` + address + ` ' # comment`, address},
		{"back quotes", "host.saas=`" + address + "`", address},
		{"export", "export host.saas=" + address, address},
		{"comment behind", "host.saas=" + address + " # local", address},
		{"query", "host.saas=" + address + "?a=b&c=d", address + "?a=b&c=d"},
		{"last one", "host.saas=http://127.0.0.1:1\nhost.saas=" + address, address},
		{"last one is empty", "host.saas=" + address + "\nhost.saas=\n", ""},
		{"empty value", "host.saas=", ""},
		{"empty quotes", `host.saas=""`, ""},
		{"only a comment", "host.saas=# " + address, ""},
		{"other names", "host.saas2=x\nmy.host.saas=x\nHOST.SAAS=x\nhost=saas\n", ""},
		{"no value", "host.saas\n", ""},
		{"other lines may be anything", "=\n\x00\n\"\nsecret='s3cr3t\nhost.saas=" + address, address},

		{"no address", "host.saas=s3cr3t", noAddress},
		{"no scheme", "host.saas=127.0.0.1:8080", noAddress},
		{"another scheme", "host.saas=redis://:s3cr3t@127.0.0.1", noAddress},
		{"its line", "A=1\n\n# x\nhost.saas=s3cr3t", strings.Replace(noAddress, ":1:", ":4:", 1)},
		{"an earlier line is wrong too", "host.saas=s3cr3t\nhost.saas=" + address, noAddress},
		{"open quote", `host.saas="` + address, `error: f:1: host.saas: the quote " is not closed`},
		{"more behind the quote", `host.saas="` + address + `" s3cr3t`, "error: f:1: host.saas: something stands behind the closing quote"},
		{"fragment", `host.saas="http://127.0.0.1/#x"`, "error: f:1: host.saas: no request carries the part behind #; leave it out"},
		{"userID", "host.saas=http://127.0.0.1/?userID=", "error: f:1: host.saas: the address has a userID already; leave it out, fakecme adds it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := parsed(parseEnvFile("f", tt.text))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("address (-want +got):\n%s", diff)
			}
			if strings.Contains(got, "s3cr3t") {
				t.Errorf("it shows a secret: %s", got)
			}
		})
	}
}

func FuzzParseEnvFile(f *testing.F) {
	f.Add("# host.saas=http://127.0.0.1\r\nhost.saas = 'http://127.0.0.1:8080/x?a=b' # c\n")
	f.Add("\ufeffexport host.saas=\"")
	f.Fuzz(func(t *testing.T, text string) {
		address, err := parseEnvFile("f", text)
		if err == nil && address != "" {
			if _, err := parseStatusURL(address); err != nil {
				t.Errorf("it returns %q: %v", address, err)
			}
		}
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("the error has no place: %v", err)
		}
	})
}

// A flag wins over a variable, that over the configuration file, and all over the .env file.
func TestEnvFilePrecedence(t *testing.T) {
	t.Parallel()
	env := writeFile(t, ".env", "host.saas=http://127.0.0.1:1/env\n")
	config := writeFile(t, "config.yaml", "h5ds-status-url: http://127.0.0.1:1/config\n")
	relative := filepath.Join(filepath.Dir(env), "config.yaml")
	if err := os.WriteFile(relative, []byte("env-file: .env\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		env  environment
		args []string
		want string
	}{
		{"nothing", nil, nil, ""},
		{"env file", nil, []string{"--env-file", env}, "http://127.0.0.1:1/env"},
		{"env file beside the configuration", nil, []string{"--config", relative}, "http://127.0.0.1:1/env"},
		{"configuration", nil, []string{"--env-file", env, "--config", config}, "http://127.0.0.1:1/config"},
		{"variable", environment{"FAKECME_H5DS_STATUS_URL": "http://127.0.0.1:1/variable"}, []string{"--env-file", env, "--config", config}, "http://127.0.0.1:1/variable"},
		{"flag", environment{"FAKECME_H5DS_STATUS_URL": "http://127.0.0.1:1/variable"}, []string{"--env-file", env, "--h5ds-status-url", "http://127.0.0.1:1/flag"}, "http://127.0.0.1:1/flag"},
	} {
		s, problem := readSettings(t, tt.env, tt.args...)
		if s.statusURL != tt.want || problem != "" {
			t.Errorf("%s: %q %s, want %q", tt.name, s.statusURL, problem, tt.want)
		}
	}
}

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
		wantOutcome(t, outcome{Status: statusUsage, Stderr: tt.want}, got)
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
