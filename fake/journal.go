package fake

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// whyHeader carries the diagnosis of an error in one line of ASCII.
const whyHeader = "X-Fakecme-Why"

// keepJournal reads the request to its end, lets the other steps answer it, and keeps both
// before the first byte of the response goes out: a client that has its response finds the call
// in the journal.
func keepJournal(x *exchange, next func()) {
	x.readBody()
	next()
	if x.preflight { // a browser's question, no call
		return
	}
	if x.tenant == nil {
		x.tenant = x.home()
	}
	if x.diagnosis != nil && !x.srv.config.HideWhy && x.answer.header != nil {
		x.answer.header.Set(whyHeader, hideDiagnosis(x.tenant.knownSecrets(), x.diagnosis).Header())
	}
	x.tenant.covered.add(x)
	x.srv.keep(x.tenant, x.record())
}

// keep puts a call into the tenant's journal, and tells who wants to know.
func (s *Server) keep(t *Tenant, call Call) {
	call = t.hide(call)
	call = t.journal.AddNumbered(call, call.size(), func(c *Call, n int64) { c.Number = n })
	s.addFindings(t.ID, call.Findings)
	if call.Service != "" && !call.Callback {
		s.came.Add(1)
	}
	if s.config.OnCall == nil {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			s.addBug(fmt.Sprintf("Config.OnCall panicked: %v", cause))
		}
	}()
	s.config.OnCall(call)
}

// readBody reads at most the limit and one byte more.
func (x *exchange) readBody() {
	limit := x.srv.config.MaxBody
	if x.r.Body == nil { // a request made by hand, without a client
		return
	}
	x.body, x.gone = io.ReadAll(io.LimitReader(x.r.Body, limit+1))
	if int64(len(x.body)) > limit {
		x.body, x.tooLarge = x.body[:limit], true
	}
}

// limitBody rejects a request whose body is too large or did not arrive whole.
func limitBody(x *exchange, next func()) {
	switch {
	case x.tooLarge:
		d := diagnosis.Diagnosis{
			Code:     "call.body-too-large",
			Sentence: fmt.Sprintf("the request body is larger than %d bytes", x.srv.config.MaxBody),
			Fix:      "send less, or raise the limit (Config.MaxBody, --max-body)",
		}
		x.find(d)
		x.refuseStatus(http.StatusRequestEntityTooLarge, x.service.badRequest("").With(d))
		x.answer.header.Set("Connection", "close") // the rest of the body is not worth reading
	case x.gone != nil:
		d := diagnosis.Diagnosis{
			Code:     "call.cut-off",
			Sentence: fmt.Sprintf("the request ended after %d bytes of its body: %v", len(x.body), x.gone),
			Fix:      "the client left, or was too slow; nothing was changed",
		}
		x.diagnosis = &d
		if errors.Is(x.gone, os.ErrDeadlineExceeded) {
			x.refuseStatus(http.StatusRequestTimeout, x.service.badRequest("").With(d))
		}
	default:
		next()
	}
}

// guard turns a panic into a response and a bug in the fake.
func guard(x *exchange, next func()) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		x.bug("panic: %v\n%s", cause, debug.Stack())
	}()
	next()
}

// bug answers 500 and notes a bug in the fake, which is never mixed with the findings.
func (x *exchange) bug(format string, args ...any) {
	x.failed = true
	text := fmt.Sprintf(format, args...)
	id := x.operationID()
	if id == "" {
		id = "unknown call"
	}
	x.srv.addBug(fmt.Sprintf("%s: %s", id, text))
	d := diagnosis.Diagnosis{
		Code:     "fake.bug",
		Sentence: "the fake itself failed: " + firstLine(text),
		Fix:      "this is a bug in fakecme, not in your client; please report it",
	}
	if x.service == nil {
		x.refusePlain(http.StatusInternalServerError, d)
		return
	}
	body, err := encode(x.service.envelope(x.srv.newCall(x.srv.Tenant, id), nil, x.service.broken))
	if err != nil {
		body = []byte("{}")
	}
	x.failure, x.diagnosis = shownError(x.service.broken, body), &d
	x.reply(http.StatusInternalServerError, body)
}

func firstLine(s string) string {
	for i := range len(s) {
		if s[i] == '\n' {
			return s[:i]
		}
	}
	return s
}
