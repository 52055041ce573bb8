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
	"github.com/fakecme/fakecme/fake"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	srv, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	well := httptest.NewServer(srv)
	t.Cleanup(well.Close)
	_, port, err := net.SplitHostPort(well.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	answer := func(status int, body string) string {
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(other.Close)
		return other.URL
	}
	cutOff := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
	}))
	t.Cleanup(cutOff.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	_ = l.Close()

	html, ill, starting := answer(200, "<html>"), answer(503, `{"status":"ok"}`), answer(200, `{"status":"starting"}`)
	for _, tt := range []struct {
		name string
		env  environment
		args []string
		want outcome
	}{
		{"well", nil, []string{"--url", well.URL}, outcome{}},
		{"well, slash at the end", nil, []string{"--url", well.URL + "/"}, outcome{}},
		{"well, host and port", nil, []string{"--url", "127.0.0.1:" + port}, outcome{}},
		{"well, every interface", environment{"FAKECME_URL": ":" + port}, nil, outcome{}},
		{"well, by variable", environment{"FAKECME_URL": well.URL, "FAKECME_HTTP": nobody}, nil, outcome{}},
		{"well, as serve listens", environment{"FAKECME_HTTP": "0.0.0.0:" + port}, nil, outcome{}},
		{"well, as serve listens on every interface", environment{"FAKECME_HTTP": ":" + port}, nil, outcome{}},
		{"flag over variable", environment{"FAKECME_URL": "http://" + nobody}, []string{"--url", well.URL}, outcome{}},
		{"nobody", environment{"FAKECME_HTTP": nobody}, nil, outcome{1, "",
			"fakecme healthcheck: http://" + nobody + " is not well: dial tcp " + nobody + ": connect: connection refused; does fakecme serve run there?\n"}},
		{"other server", nil, []string{"--url", html}, outcome{1, "",
			"fakecme healthcheck: " + html + " is not well: the response is not that of fakecme; another server listens there\n"}},
		{"other status", nil, []string{"--url", ill}, outcome{1, "", "fakecme healthcheck: " + ill + " is not well: it answers 503 Service Unavailable\n"}},
		{"not ok", nil, []string{"--url", starting}, outcome{1, "",
			"fakecme healthcheck: " + starting + " is not well: the response is not that of fakecme; another server listens there\n"}},
		{"cut off", nil, []string{"--url", cutOff.URL}, outcome{1, "",
			"fakecme healthcheck: " + cutOff.URL + " is not well: read the response: unexpected EOF\n"}},
		{"free port", environment{"FAKECME_HTTP": "127.0.0.1:0"}, nil, outcome{2, "",
			"fakecme healthcheck: FAKECME_HTTP: port 0 takes a free port, and does not say which; give --url\n"}},
		{"bad variable", environment{"FAKECME_HTTP": "11560"}, nil, outcome{2, "",
			"fakecme healthcheck: FAKECME_HTTP: \"11560\" is not an address; write host:port, such as 127.0.0.1:11560, or :11560 for every interface\n"}},
		{"bad flag", nil, []string{"--url", "127.0.0.1"}, outcome{2, "",
			"fakecme healthcheck: --url: \"127.0.0.1\" is no address of a fake; write one such as http://127.0.0.1:11560, or host:port\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, tt.want, runAt(t, tt.env, "", append([]string{"healthcheck"}, tt.args...)...))
		})
	}
}

func TestOwnAddressByDefault(t *testing.T) {
	t.Parallel()
	p := &command.Environment{}
	got, err := ownAddress(newHealthcheckCommand(p), p)
	if want := "http://127.0.0.1:11560"; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// The listener accepts and never answers.
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
