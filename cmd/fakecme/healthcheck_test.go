package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
)

func TestOwnAddressByDefault(t *testing.T) {
	t.Parallel()
	p := &command.Environment{}
	got, err := ownAddress(newHealthcheckCommand(p), p)
	if want := "http://127.0.0.1:11560"; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// The listener accepts connections and never responds.
func TestHealthcheckTimesOut(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	err = checkHealth(ctx, "http://"+l.Addr().String())
	if err == nil || !strings.Contains(err.Error(), "no response within 2s") {
		t.Errorf("got %v, want no response within 2s", err)
	}
}

func TestHealthcheckCutOff(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "100") }))
	t.Cleanup(srv.Close)
	if err := checkHealth(t.Context(), srv.URL); err == nil || err.Error() != "read the response: unexpected EOF" {
		t.Errorf("got %v", err)
	}
}
