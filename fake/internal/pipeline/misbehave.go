package pipeline

import (
	"fmt"
	"net/http"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// misbehave lets a fault fire: instead of what lies further in, or after it.
func misbehave(x *Exchange, next func()) {
	judge := func() {
		x.outcome.judged = true
		next()
	}
	f, fired, fires := x.Tenant.Faults.Next(x.Operation.Operation)
	if !fires {
		judge()
		return
	}
	x.fault = f
	switch f.Kind {
	case fault.KindError:
		x.Reject(http.StatusOK, (&op.Error{Code: f.Code, Message: f.Message, EnglishMessage: f.EnglishMessage}).With(onPurpose(x)))
	case fault.KindStatus:
		x.RejectPlain(f.Status, onPurpose(x))
		if f.RetryAfter > 0 {
			x.Response.Header.Set("Retry-After", fmt.Sprint(max(1, int(time.Duration(f.RetryAfter).Round(time.Second).Seconds()))))
		}
	case fault.KindDrop, fault.KindReset:
		noResponse(x)
	case fault.KindHang:
		wait(x, nil)
		noResponse(x)
	case fault.KindDelay:
		delay(x, f.Pause(fired), judge)
	default:
		judge()
		spoil(x, f)
	}
}

// onPurpose is the diagnosis of a call at which a fault fired.
func onPurpose(x *Exchange) diagnosis.Diagnosis {
	return diagnosis.Diagnosis{
		Code:     "fault." + string(x.fault.Kind),
		Sentence: fmt.Sprintf("a fault was injected on purpose: %s", x.fault),
		Fix:      "nothing is wrong with the call",
	}
}

// noResponse closes the connection instead of a response.
func noResponse(x *Exchange) {
	d := onPurpose(x)
	x.outcome.diagnosis, x.Response = &d, Response{reset: x.fault.Kind == fault.KindReset}
}

// wait keeps the call as pending, and returns false when the client left, or the server closes, before the time is up. Without a channel only these
// end it.
func wait(x *Exchange, enough <-chan time.Time) bool {
	keepPending(x)
	select {
	case <-enough:
		return true
	case <-x.Context().Done():
	case <-x.Closing:
	}
	return false
}

func delay(x *Exchange, d time.Duration, next func()) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	if !wait(x, timer.C) {
		noResponse(x)
		return
	}
	next()
}

// spoil changes a response that is there.
func spoil(x *Exchange, f fault.Fault) {
	r := &x.Response
	switch f.Kind {
	case fault.KindLoseResponse:
		noResponse(x)
	case fault.KindTruncate:
		if f.Bytes >= len(r.Body) {
			x.Find(diagnosis.Diagnosis{
				Code:     "fault.no-effect",
				Sentence: fmt.Sprintf("the response has %d bytes, so truncating it to %d cuts nothing", len(r.Body), f.Bytes),
				Fix:      "truncate to fewer bytes",
			})
		}
		r.length = len(r.Body)
		r.Body = r.Body[:min(f.Bytes, len(r.Body))]
	case fault.KindGarbage:
		r.Body = make([]byte, len(r.Body)) // a recording may hold the old one
		for i := range r.Body {
			r.Body[i] = byte(i*151 + 0x80) // neither UTF-8 nor JSON
		}
	case fault.KindContentType:
		r.Header.Set("Content-Type", f.ContentType)
	case fault.KindDrip:
		r.pause = time.Duration(f.Wait)
	}
}
