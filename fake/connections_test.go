package fake_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
)

// raw sends bytes that no HTTP library would send, and returns the first line of the response.
func raw(t *testing.T, srv *fake.Server, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	response, err := io.ReadAll(conn)
	if err != nil && len(response) == 0 {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(response), "\r\n")
	return line
}

func TestRawBadInput(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	tests := []struct{ name, text, want string }{
		{"odd escapes in the path", "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"odd escapes in the query", "GET /?signature=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK"},
		{"not HTTP", "hello\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"a host of the vendors' that is not played", "GET /?signature=x HTTP/1.1\r\nHost: api.vs.tencent.com\r\nConnection: close\r\n\r\n", "HTTP/1.1 421 Misdirected Request"},
		{"any other host: the path decides", "GET /?signature=x HTTP/1.1\r\nHost: fake.test:80\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK"},
		{"the real host with a port and in capitals", "GET /?signature=x HTTP/1.1\r\nHost: OPEN.cme.qcloud.com:443\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK"},
	}
	for _, tt := range tests {
		if line := raw(t, srv, tt.text); line != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, line, tt.want)
		}
	}
	if response := exchange(t, srv, loginSignature(srv.Tenant, "user_01")); response.why() != "" {
		t.Errorf("the next call is rejected: %s", response.Header.Get("X-Fakecme-Why"))
	}
}

// A client that leaves in the middle of its request is in the journal, and changes nothing.
func TestClientGone(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /PaaS/Material/DeleteMaterial?auth=%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", ticket)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := srv.Await(t.Context(), "Material.DeleteMaterial", 1); err != nil {
		t.Fatal(err)
	}
	last := srv.Calls("Material.DeleteMaterial")[0]
	if last.Status != 0 || last.Diagnosis == nil || last.Diagnosis.Code != "call.cut-off" {
		t.Errorf("the journal says %s", last)
	}
	if response := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`); response.why() != "" {
		t.Errorf("the next call is rejected: %s", response.Header.Get("X-Fakecme-Why"))
	}
}

// Slow clients do not hold a connection for ever, and large headers reach the fake.
func TestListenerLimits(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	server := srv.HTTPServer()
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.IdleTimeout <= 0 || server.ReadTimeout > 2*time.Minute {
		t.Errorf("time-outs: %v %v %v", server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout)
	}
	if server.MaxHeaderBytes < 2<<20 {
		t.Errorf("at most %d bytes of headers: a signature of 1 MiB would not be explained", server.MaxHeaderBytes)
	}
}

// A client with a time-out of 10 s that waits 30 s before it tries again finishes at once in a bubble of testing/synctest:
// the fake runs in the bubble too.
func TestPatientClientInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true})
		srv.Inject("OpenCME.Login", fault.Hang().Times(2))
		begin := time.Now()
		tries := 0
		for ; ; tries++ {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			r, err := http.NewRequestWithContext(ctx, "GET",
				"https://open.cme.qcloud.com?signature="+url.QueryEscape(loginSignature(srv.Tenant, "user_01")), nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := srv.Client().Do(r)
			if err == nil {
				response.Body.Close()
				cancel()
				break
			}
			cancel()
			time.Sleep(30 * time.Second) // of the bubble: it takes no time
		}
		if took := time.Since(begin); tries != 2 || took < 80*time.Second {
			t.Errorf("%d failures in %s of the bubble's time, want 2 in 80 s", tries, took)
		}
		if calls := srv.Calls("OpenCME.Login"); len(calls) != 3 || !strings.Contains(string(calls[2].ResponseBody), "Success") {
			t.Errorf("calls: %v", calls)
		}
	})
}

// In a bubble tickets expire while a test sleeps.
func TestTicketExpiresInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true})
		ticket := login(t, srv, srv.Tenant, "user_01")
		time.Sleep(24*time.Hour - time.Second)
		if why := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`).why(); why != "" {
			t.Errorf("a second before: %s", why)
		}
		time.Sleep(time.Second)
		if why := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`).why(); why != "ticket.expired" {
			t.Errorf("a day later: %q", why)
		}
	})
}
