package fake

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// misbehave lets a fault fire: instead of what lies further in, or after it.
func misbehave(x *exchange, next func()) {
	f, fire, met := x.tenant.faults.next(x.operationID())
	if !met {
		next()
		return
	}
	x.fault = f
	switch f.Kind {
	case fault.KindError:
		x.refuse((&op.Error{Code: f.Code, Message: f.Message, EnglishMessage: f.EnglishMessage}).With(x.onPurpose()))
	case fault.KindStatus:
		x.refusePlain(f.Status, x.onPurpose())
		if f.RetryAfter > 0 {
			x.answer.header.Set("Retry-After", fmt.Sprint(int(time.Duration(f.RetryAfter).Round(time.Second).Seconds())))
		}
	case fault.KindDrop, fault.KindReset:
		x.noResponse()
	case fault.KindHang:
		x.wait(nil)
		x.noResponse()
	case fault.KindDelay:
		x.delay(f.Pause(fire), next)
	default:
		next()
		x.spoil(f)
	}
}

// onPurpose is the diagnosis of a call that a fault fired.
func (x *exchange) onPurpose() diagnosis.Diagnosis {
	return diagnosis.Diagnosis{
		Code:     "fault." + string(x.fault.Kind),
		Sentence: fmt.Sprintf("a fault was injected on purpose: %s", x.fault),
		Fix:      "nothing is wrong with the call",
	}
}

// noResponse closes the connection instead of answering.
func (x *exchange) noResponse() {
	d := x.onPurpose()
	x.diagnosis, x.answer = &d, answer{}
}

// wait returns false when the client left, or the server closes, before the time is up. Without a
// channel only these end it.
func (x *exchange) wait(enough <-chan time.Time) bool {
	select {
	case <-enough:
		return true
	case <-x.r.Context().Done():
	case <-x.srv.closing:
	}
	return false
}

func (x *exchange) delay(d time.Duration, next func()) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	if !x.wait(timer.C) {
		x.noResponse()
		return
	}
	next()
}

// spoil changes a response that is there.
func (x *exchange) spoil(f fault.Fault) {
	switch f.Kind {
	case fault.KindLoseResponse:
		x.noResponse()
	case fault.KindTruncate:
		if f.Bytes >= len(x.answer.body) {
			x.find(diagnosis.Diagnosis{
				Code:     "fault.no-effect",
				Sentence: fmt.Sprintf("the response has %d bytes, so truncating it to %d cuts nothing", len(x.answer.body), f.Bytes),
				Fix:      "truncate to fewer bytes",
			})
		}
		x.answer.length = len(x.answer.body)
		x.answer.body = x.answer.body[:min(f.Bytes, len(x.answer.body))]
	case fault.KindGarbage:
		x.answer.body = make([]byte, len(x.answer.body)) // a recording may hold the old one
		for i := range x.answer.body {
			x.answer.body[i] = byte(i*151 + 0x80) // neither UTF-8 nor JSON
		}
	case fault.KindContentType:
		x.answer.header.Set("Content-Type", f.ContentType)
	case fault.KindDrip:
		x.answer.pause = time.Duration(f.Wait)
	}
}

// writeTo sends the response, broken off where a fault wants it so.
func (a answer) writeTo(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	// The response to a HEAD says how long the file is, not how long the response.
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified && header.Get("Content-Length") == "" {
		header.Set("Content-Length", fmt.Sprint(max(len(a.body), a.length)))
	}
	w.WriteHeader(a.status)
	if a.pause > 0 {
		a.drip(w, r)
		return
	}
	_, _ = w.Write(a.body) // a client that left is not the fake's business
	if a.length > len(a.body) {
		flush(w)
		panic(http.ErrAbortHandler) // so that the client notices
	}
}

// drip sends a byte at a time.
func (a answer) drip(w http.ResponseWriter, r *http.Request) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range a.body {
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
		if _, err := w.Write(a.body[i : i+1]); err != nil {
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
