package pipeline

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// Response is what goes to the client. A status of zero closes the connection instead.
type Response struct {
	Status int
	Header http.Header
	Body   []byte

	length int           // the Content-Length to claim; that of the body when zero
	pause  time.Duration // after each byte; none when zero
	reset  bool          // without a status: the client sees the connection reset, not closed
}

// WriteTo sends the response, broken off where a fault wants it so.
func (a Response) WriteTo(w http.ResponseWriter, r *http.Request) {
	if a.Status == 0 {
		hangUp(w, a.reset)
		return
	}
	header := w.Header()
	for name, values := range a.Header {
		header[name] = values
	}
	// The response to a HEAD says how long the file is, not how long the response.
	if a.Status != http.StatusNoContent && a.Status != http.StatusNotModified && header.Get("Content-Length") == "" {
		header["Content-Length"] = []string{strconv.Itoa(max(len(a.Body), a.length))}
	}
	w.WriteHeader(a.Status)
	if a.pause > 0 {
		a.drip(w, r)
		return
	}
	_, _ = w.Write(a.Body) // a client that left is not the fake's business
	if a.length > len(a.Body) {
		flush(w)
		panic(http.ErrAbortHandler) // so that the client notices
	}
}

// drip sends a byte at a time.
func (a Response) drip(w http.ResponseWriter, r *http.Request) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range a.Body {
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
		if _, err := w.Write(a.Body[i : i+1]); err != nil {
			return
		}
		flush(w)
		timer.Reset(a.pause)
	}
}

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// hangUp closes the connection without a response; a reset is seen as such by the client.
func hangUp(w http.ResponseWriter, reset bool) {
	if reset {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn = bare(conn)
			if tcp, ok := conn.(interface{ SetLinger(int) error }); ok {
				_ = tcp.SetLinger(0)
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// bare is the connection below TLS and the proxy: a reset must not be preceded by a polite end of TLS.
func bare(conn net.Conn) net.Conn {
	for {
		below, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = below.NetConn()
	}
}
