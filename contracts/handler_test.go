package contracts_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/fakecme/fakecme/contracts"
)

// A connection that is taken over, and a handler that panics, are left alone.
func TestHandlerLeavesAlone(t *testing.T) {
	t.Parallel()
	const path = "/PaaS/Material/DeleteMaterial"
	var found findings
	taken := contracts.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
		_ = conn.Close()
	}), found.add)
	panics := contracts.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), found.add)
	for name, handler := range map[string]http.Handler{"taken": taken, "panics": panics} {
		srv := httptest.NewServer(handler)
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", path)
		response, _ := io.ReadAll(conn)
		if got, want := string(response), map[string]string{"taken": "HTTP/1.1 204 No Content\r\n\r\n"}[name]; got != want {
			t.Errorf("%s: %q", name, got)
		}
		_ = conn.Close()
		srv.Close()
	}
	if lines := found.all(); len(lines) != 0 {
		t.Errorf("reported: %q", lines)
	}
}

// Many at once, through both; go test -race looks on.
func TestTrafficAtOnce(t *testing.T) {
	t.Parallel()
	var found findings
	srv := httptest.NewServer(contracts.Handler(text("application/json", done), found.add))
	t.Cleanup(srv.Close)
	client := &http.Client{Transport: contracts.RoundTripper(nil, found.add)}
	t.Cleanup(client.CloseIdleConnections)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			x := exchange{body: []string{`{"MaterialId":"1"}`, `{"MaterialId":1}`}[i%2]}
			if response := x.send(t, client, srv.URL); response != done {
				t.Errorf("response %s", response)
			}
		})
	}
	wg.Wait()
	srv.Close()
	if lines := found.all(); len(lines) != 40 {
		t.Errorf("%d lines, want 20 of each side", len(lines))
	}
}
