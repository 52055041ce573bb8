package check

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a network without a machine: connections of its clients come out of its listener.
type pipes struct {
	connections chan net.Conn
	closed      context.Context
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.connections <- server
	return client, nil
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed.Done():
		return nil, net.ErrClosed
	}
}

func (pipes) Close() error   { return nil }
func (pipes) Addr() net.Addr { return &net.TCPAddr{} }

// newCheck is a check of a callback that is served without a network.
func newCheck(t *testing.T, handler http.HandlerFunc) *loginStatus {
	t.Helper()
	closed, closeAll := context.WithCancel(t.Context())
	p := pipes{make(chan net.Conn), closed}
	srv := &http.Server{Handler: handler}
	go func() {
		if err := srv.Serve(p); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { closeAll(); _ = srv.Close() })
	c := &loginStatus{ctx: t.Context(), url: &url.URL{Scheme: "http", Host: "callback"}, caller: newCaller(0, nil), stranger: "nobody"}
	c.caller.client.Transport = &http.Transport{DialContext: p.dial, DisableKeepAlives: true}
	return c
}

// A server that is connected and does not respond breaks the rule.
func TestHangingServer(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]string{"hangs": "", "hangs in the middle of the response": `{"status"`} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCheck(t, func(w http.ResponseWriter, r *http.Request) {
					if begin != "" {
						_, _ = io.WriteString(w, begin)
						_ = http.NewResponseController(w).Flush()
					}
					<-r.Context().Done()
				})
				before := time.Now()
				verdict, found := c.responds()
				if verdict != Broken || !strings.Contains(found, "no response within 3s; the user counts as logged out") || time.Since(before) != defaultTimeout {
					t.Errorf("%s after %s: %s", verdict, time.Since(before), found)
				}
			})
		})
	}
}

// The first response may wake the server up: how long it takes counts for nothing. The time of the others counts.
func TestFirstResponseIsNotTimed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCheck(t, func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Second)
			_, _ = w.Write([]byte(`{"status":0}`))
		})
		if verdict, found := c.responds(); verdict != Kept || c.slowest != 0 {
			t.Errorf("%s %s, slowest %s", verdict, found, c.slowest)
		}
		if verdict, found := c.unknownUser(); verdict != Kept || c.slowest != time.Second {
			t.Errorf("%s %s, slowest %s", verdict, found, c.slowest)
		}
	})
}
