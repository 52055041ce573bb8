//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
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
	ended := make(chan string, 1)
	go func() {
		var stdout bytes.Buffer
		status, stderr := runHere([]string{"env", "--wait", "10m", "--data", data, "--url", front.Addr().String(), "--proxy", through}, nil, &stdout)
		ended <- fmt.Sprint(status, stderr, &stdout)
		_ = front.Close() // the test does not wait for what env will not ask
	}()
	asked := func() net.Conn {
		t.Helper()
		conn, err := front.Accept()
		if err != nil {
			t.Fatalf("env has not asked again: %s", <-ended)
		}
		return conn
	}
	_ = asked().Close() // there is no fake
	fake := serveHere(t, "serve", "--proxy", "127.0.0.1:0").bound.HTTP
	forward(t, asked(), fake) // there is no proxy
	again := asked()
	listen()
	forward(t, again, fake)
	if got := <-ended; !strings.HasPrefix(got, "0export HTTPS_PROXY='http://"+through+"'\n") {
		t.Errorf("got %s", got)
	}
}

// env stops waiting when it is told to end.
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
