package proxy_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Calls to allowed hosts get out. Close ends their connections.
func TestAllowed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %s %q", r.Host, r.URL, r.Header.Get("Proxy-Authorization"))
	}))
	t.Cleanup(other.Close)
	address := strings.TrimPrefix(other.URL, "http://")
	r := start(t, address)
	want := fmt.Sprintf("200 %s /a?b=c%%20d \"\"", address)
	if got := ask(t, r.client(t, "known", false), "GET", other.URL+"/a?b=c%20d", ""); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	read := bufio.NewReader(conn)
	if _, err := io.WriteString(conn, "CONNECT "+address+" HTTP/1.1\r\nHost: x\r\n\r\nGET /tunnel HTTP/1.1\r\nHost: other\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if line, _ := read.ReadString('\n'); line != "HTTP/1.1 200 Connection established\r\n" {
		t.Fatalf("got %q", line)
	}
	_, _ = read.ReadString('\n')
	response, err := http.ReadResponse(read, nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(response.Body); string(body) != `other /tunnel ""` {
		t.Errorf("got %q", body)
	}
	if diff := cmp.Diff([]string{address, address}, r.dialled()); diff != "" {
		t.Errorf("dialled (-want +got):\n%s", diff)
	}
	r.proxy.Close()
	if _, err := read.ReadByte(); err == nil || errors.Is(err, io.ErrNoProgress) {
		t.Errorf("the tunnel is open after Close: %v", err)
	}
}

// Close ends idle connections to allowed hosts, and those that have changed to another protocol.
func TestCloseEndsForwarding(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{}, 2)
	other := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		go func() {
			_, _ = io.Copy(conn, conn)
			_ = conn.Close()
			ended <- struct{}{}
		}()
	}))
	other.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			ended <- struct{}{}
		}
	}
	other.Start()
	t.Cleanup(other.Close)
	r := start(t, strings.TrimPrefix(other.URL, "http://"))
	if got := ask(t, r.client(t, "", false), "GET", other.URL+"/", ""); got != "200 " {
		t.Fatalf("got %q", got)
	}
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, "GET "+other.URL+"/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %v %v", response, err)
	}
	// The first connection was used again, so one more call makes an idle one.
	if got := ask(t, r.client(t, "", false), "GET", other.URL+"/", ""); got != "200 " {
		t.Fatalf("got %q", got)
	}
	r.proxy.Close()
	for range 2 {
		<-ended
	}
}

// The query arrives at an allowed host as the client sent it.
func TestQueryIsKept(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.RawQuery) }))
	t.Cleanup(other.Close)
	r := start(t, strings.TrimPrefix(other.URL, "http://"))
	if got := ask(t, r.client(t, "", false), "GET", other.URL+"/?a;b=%zz", ""); got != "200 a;b=%zz" {
		t.Errorf("got %q", got)
	}
}

func TestAllowedButDown(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	r := start(t, address)
	for _, request := range []string{"CONNECT " + address + " HTTP/1.1\r\nHost: x\r\n\r\n", "GET http://" + address + "/ HTTP/1.1\r\nHost: x\r\n\r\n"} {
		if status, body, _ := r.raw(t, request); status != http.StatusBadGateway || !strings.Contains(body, "the allowed host cannot be reached") {
			t.Errorf("got %d %q", status, body)
		}
	}
}
