//go:build unix

package main

import (
	"context"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
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

// forward answers a connection as the server at the address does, to the end.
func forward(t *testing.T, near net.Conn, address string) {
	t.Helper()
	far, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(far, near) }()
	_, _ = io.Copy(near, far)
	_ = far.Close()
	_ = near.Close()
}

// The fake is started while env waits, and its proxy listens only after that.
func TestEnvWaits(t *testing.T) {
	t.Parallel()
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	through, listen := bound(t)
	data := t.TempDir()
	ended := make(chan outcome, 1)
	go func() {
		ended <- runAt(t, nil, "", "env", "--wait", "10m", "--data", data, "--url", front.Addr().String(), "--proxy", through)
		_ = front.Close() // the test does not wait for what env will not ask
	}()
	asked := func() net.Conn {
		t.Helper()
		conn, err := front.Accept()
		if err != nil {
			t.Fatalf("env has not asked again: %+v", <-ended)
		}
		return conn
	}
	_ = asked().Close() // there is no fake
	fake := startServing(t, nil)
	forward(t, asked(), fake.HTTP) // there is no proxy
	again := asked()
	listen()
	forward(t, again, fake.HTTP)
	got := <-ended
	if got.Status != 0 || got.Stderr != "" || !strings.Contains(got.Stdout, "export HTTPS_PROXY='http://"+through+"'\n") {
		t.Errorf("got %+v", got)
	}
}

// When env fails, so does the shell that evaluates what it prints.
func TestEnvFailsEval(t *testing.T) {
	t.Parallel()
	nobody, _ := bound(t)
	absent := []string{"env", "--wait", "1ms", "--data", filepath.Join(t.TempDir(), "data"), "--url", nobody}
	for _, tt := range []struct {
		name   string
		env    environment
		args   []string
		status int
		want   string
	}{
		{"sh", nil, absent, 1, "false\n"},
		{"fish", nil, append(absent, "--shell", "fish"), 1, "false\n"},
		{"powershell", nil, append(absent, "--shell", "powershell"), 1, "throw 'fakecme env failed'\n"},
		{"json", nil, append(absent, "--shell", "json"), 1, ""},
		{"unknown flag", nil, []string{"env", "--nothing"}, 2, "false\n"},
		{"argument", nil, []string{"env", "sh"}, 2, "false\n"},
		{"bad variable", environment{"FAKECME_PROXY": "x"}, []string{"env"}, 2, "false\n"},
		{"negative", nil, []string{"env", "--wait", "-1s"}, 2, "false\n"},
		{"another command", nil, []string{"healthcheck", "--url", nobody}, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, tt.env, "", tt.args...)
			if got.Status != tt.status || got.Stdout != tt.want || got.Stderr == "" {
				t.Errorf("got %+v, want status %d and %q", got, tt.status, tt.want)
			}
		})
	}
	needTool(t, "sh")
	for script, want := range map[string]string{`set -e; eval "$1"; echo on`: "", `eval "$1" && echo on; echo end`: "end\n"} {
		out, _ := exec.CommandContext(t.Context(), "sh", "-c", script, "sh", runAt(t, nil, "", absent...).Stdout).Output()
		if string(out) != want {
			t.Errorf("%s: got %q, want %q", script, out, want)
		}
	}
}

// env stops waiting when it is told to end.
func TestEnvWaitEnds(t *testing.T) {
	t.Parallel()
	nobody, _ := bound(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr strings.Builder
	status := runWith(ctx, []string{"env", "--wait", "24h", "--data", t.TempDir(), "--url", nobody}, nil, nil, &stdout, &stderr)
	if status != 1 || stdout.String() != "false\n" {
		t.Errorf("got %d %q %q", status, stdout.String(), stderr.String())
	}
}
