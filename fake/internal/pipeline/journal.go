package pipeline

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/observe"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/redact"
)

// WhyHeader carries the diagnosis of an error in one line of ASCII.
const WhyHeader = "X-Fakecme-Why"

// body is the body of a request.
type body struct {
	Bytes []byte

	tooLarge bool
	err      error    // why it could not be read to its end
	unknown  []string // JSON pointers of what no document knows: the operation does not get it
}

// keepJournal reads the request to its end, lets the other steps answer it, and keeps both before the first byte of the
// response goes out: a client that has its response finds the call in the journal.
func keepJournal(x *Exchange, next func()) {
	readBody(x)
	next()
	if x.preflight {
		return
	}
	if x.Tenant == nil {
		x.Tenant = x.Home()
	}
	if x.Now.IsZero() { // no operation, so no tenant was looked for
		x.Now = x.Tenant.Clock.Now()
	}
	observeFinished(x)
	if x.outcome.diagnosis != nil && !x.HideWhy && x.Response.Header != nil {
		x.Response.Header.Set(WhyHeader, x.Tenant.HideSecrets(x.outcome.diagnosis).Header())
	}
	x.Tenant.Keep(record(x))
}

// observeFinished lets the observers look at the finished exchange.
func observeFinished(x *Exchange) {
	finished := observe.Exchange{
		Request: x.Request.Request, Body: x.Body.Bytes, Operation: x.Operation,
		Tenant: x.Tenant, Caller: x.Caller, Now: x.Now,
		Status: x.Response.Status, ResponseBody: x.Response.Body,
		Error: x.outcome.err, Diagnosis: x.outcome.diagnosis, Fault: x.fault.Kind,
		Bug: x.outcome.bug, Judged: x.outcome.judged, Recorded: x.source.replayed,
		Sent: x.covers.sent, Responded: x.covers.responded,
	}
	defer func() { // the response is made: an observer that fails does not change it
		if cause := recover(); cause != nil {
			x.Verdict.AddBug(fmt.Sprintf("%s: observers: panic: %v\n%s", x.OperationID(), cause, debug.Stack()))
		}
	}()
	observe.Count(finished)
	found, err := observe.Find(finished, x.OnlyDocumented)
	if err != nil {
		x.Verdict.AddBug(fmt.Sprintf("%s: observers: %v", x.OperationID(), err))
	}
	for _, d := range found {
		x.Find(d)
	}
}

// readBody reads at most the limit and one byte more.
func readBody(x *Exchange) {
	if x.Request.Body == nil { // a request made by hand, without a client
		return
	}
	b := &x.Body
	b.Bytes, b.err = io.ReadAll(io.LimitReader(x.Request.Body, x.MaxBody+1))
	if int64(len(b.Bytes)) > x.MaxBody {
		b.Bytes, b.tooLarge = b.Bytes[:x.MaxBody], true
	}
}

// limitBody rejects a request whose body is too large or did not arrive whole.
func limitBody(x *Exchange, next func()) {
	switch b := x.Body; {
	case b.tooLarge:
		d := diagnosis.Diagnosis{
			Code:     "call.body-too-large",
			Sentence: fmt.Sprintf("the request body is larger than %d bytes", x.MaxBody),
			Fix:      "send less, or raise the limit (Config.MaxBody, --max-body)",
		}
		x.Find(d)
		x.Reject(http.StatusRequestEntityTooLarge, x.Service.BadRequest("").With(d))
		x.Response.Header.Set("Connection", "close") // the rest of the body is not worth reading
	case b.err != nil:
		d := diagnosis.Diagnosis{
			Code:     "call.cut-off",
			Sentence: fmt.Sprintf("the request ended after %d bytes of its body: %v", len(b.Bytes), b.err),
			Fix:      "the client left, or was too slow; nothing was changed",
		}
		x.outcome.diagnosis = &d
		if errors.Is(b.err, os.ErrDeadlineExceeded) {
			x.Reject(http.StatusRequestTimeout, x.Service.BadRequest("").With(d))
		}
	default:
		next()
	}
}

// record is what the journal keeps of the exchange.
func record(x *Exchange) traffic.Call {
	c := traffic.Call{
		Number: x.pending, Time: x.Now, Took: time.Since(x.start), Tenant: x.Tenant.ID,
		Operation: x.OperationID(), Kind: x.Kind, User: x.Caller.User, Claimed: claimed(x),
		Method: x.Method, Host: x.Host, URL: x.shownURL(),
		RequestHeader:  redact.Header(x.Header),
		RequestBody:    shownBody(x),
		Status:         x.Response.Status,
		ResponseHeader: redact.Header(x.Response.Header),
		ResponseBody:   shownResponse(x),
		Fault:          x.fault.Kind,
		Source:         x.source.name, Recording: x.source.recording,
		Error: x.outcome.err.Code, Diagnosis: x.outcome.diagnosis, Findings: x.outcome.findings,
	}
	if x.Service != nil {
		c.Service = x.Service.Name
	}
	return c
}

// keepPending keeps a call that is about to wait, so that it can be seen before it ends.
func keepPending(x *Exchange) { x.pending = x.Tenant.KeepPending(record(x)) }

// maxClaim is the length of a user's name that is worth keeping: anybody can send a longer one.
const maxClaim = 200

// claimed is the user that a call names whose credential was not verified.
func claimed(x *Exchange) string {
	if x.Operation == nil || x.Caller.User != "" {
		return ""
	}
	s, ok := scheme.Named(x.Operation.Security)
	if !ok {
		return ""
	}
	if user := s.User(&x.Request); len(user) <= maxClaim {
		return user
	}
	return ""
}

// shownBody is the body of the request without secrets. Files in it keep their bytes.
func shownBody(x *Exchange) []byte {
	contentType := x.Header.Get("Content-Type")
	if contracts.HasPrefixFold(contentType, "multipart/") {
		return redact.Multipart(contentType, x.Body.Bytes)
	}
	return redact.Body(x.Body.Bytes)
}

// shownResponse is the body of the response without secrets. A stored file is no secret of the service's, and the pages
// and scripts of the fake have none; they keep their bytes.
func shownResponse(x *Exchange) []byte {
	switch {
	case x.Kind == traffic.File, x.Kind == traffic.HandOff, x.Kind == traffic.WebSDK && x.Method != http.MethodPost:
		return x.Response.Body
	}
	return redact.Body(x.Response.Body)
}
