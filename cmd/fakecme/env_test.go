//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
)

// bound is a port of 127.0.0.1 that is taken, but at which nobody listens before listen is called.
func bound(t *testing.T) (address string, listen func()) {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(socket)
	t.Cleanup(func() { _ = syscall.Close(socket) })
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	address = net.JoinHostPort("127.0.0.1", strconv.Itoa(name.(*syscall.SockaddrInet4).Port))
	return address, func() {
		if err := syscall.Listen(socket, 1); err != nil {
			t.Fatal(err)
		}
	}
}

// env asks again until the fake has a certificate and its proxy listens.
func TestEnvWaits(t *testing.T) {
	t.Parallel()
	a, err := authority.New(fake.Hosts(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	proxy, listen := bound(t)
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch asked++; asked {
		case 1:
			w.WriteHeader(http.StatusNotFound)
			return
		case 3:
			listen()
		}
		_, _ = w.Write(a.PEM())
	}))
	t.Cleanup(srv.Close)
	var stdout bytes.Buffer
	status, stderr := runHere([]string{"env", "--wait", "10m", "--data", t.TempDir(), "--url", srv.URL, "--proxy", proxy}, nil, &stdout)
	if status != 0 || stderr != "" || asked != 3 || !strings.Contains(stdout.String(), "export HTTPS_PROXY='http://"+proxy+"'\n") {
		t.Errorf("asked %d times: status %d, stdout %s, stderr %s", asked, status, &stdout, stderr)
	}
}

// env stops waiting when its context ends.
func TestEnvWaitEnds(t *testing.T) {
	t.Parallel()
	nobody, _ := bound(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out strings.Builder
	env := &command.Environment{Stdout: &out, Stderr: io.Discard, Now: time.Now}
	status := run(ctx, []string{"env", "--wait", "24h", "--data", t.TempDir(), "--url", nobody}, env)
	if status != 1 || out.String() != "false\n" {
		t.Errorf("status %d, stdout %q", status, &out)
	}
}
