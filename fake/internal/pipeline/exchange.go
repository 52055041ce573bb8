package pipeline

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/callback"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/replay"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/verdict"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Settings say how calls are judged and answered.
type Settings struct {
	scheme.Settings
	Dialect        dialect.Dialect
	Vary           uint64 // see fake.Config, as for the rest
	SAAS           bool
	OnlyDocumented bool
	MaxBody        int64
	HideWhy        bool
	SelfCheck      bool
}

// Pipeline is what the steps need of the server.
type Pipeline struct {
	Settings
	Registry *tenant.Registry
	// Default is the tenant of calls that name none.
	Default *tenant.Tenant
	Verdict *verdict.Verdict
	// Sites answer calls that are for no operation, the first that claims a call.
	Sites []Site
	// LoginStatus and Replay are nil when nobody is to be asked, or nothing recorded.
	LoginStatus *callback.LoginStatus
	Replay      *replay.Replay
	Renders     *callback.Renders
	// Closing is closed when the server closes: calls that hang on purpose end.
	Closing <-chan struct{}
}

// Site answers calls for something beside operations.
type Site struct {
	Kind   traffic.Kind
	Claims func(host string, r *http.Request) bool
	Serve  func(*Exchange)
}

// Exchange is one call on its way through the steps: the request, the response, and what is known of both.
type Exchange struct {
	*Pipeline
	scheme.Request
	Target
	// Body is that of the request.
	Body body
	// Caller is who makes the call, once that is proved.
	Caller scheme.Identity
	// Response is what goes to the client, once.
	Response Response

	entered   int       // the number of steps that were entered
	next      func()    // walk, made once
	start     time.Time // real time
	preflight bool      // a browser asks whether it may call; no call is made
	fault     fault.Fault
	pending   int64 // the number of the call in the journal when it is there before its end
	outcome   outcome
	source    source
	covers    covers
}

// Target is what a call is for.
type Target struct {
	Service   *service.Service   // nil when no service answers
	Operation *service.Operation // nil when no operation answers
	// Path is the escaped path.
	Path string
	// Kind is set for a call to a site.
	Kind traffic.Kind
}

// OperationID is empty while no operation is known.
func (t Target) OperationID() string {
	if t.Operation == nil {
		return ""
	}
	return t.Operation.ID
}

// outcome is how the call ended.
type outcome struct {
	err       traffic.Envelope // the documented error, as the client reads it before a fault spoils it
	diagnosis *diagnosis.Diagnosis
	findings  []traffic.Finding
	bug       bool // a bug in the fake has been noted
	judged    bool // the steps behind the faults have made the response
}

// source says where the response came from, when there are recordings.
type source struct {
	name      string // "recording" or "fake"
	recording string // the place of the recorded response
	replayed  bool   // the response is not of the fake's making
}

// covers has the documented fields and values in request and response, as contracts numbers them.
type covers struct{ sent, responded []bool }

// Call is what an operation may know of the call.
func (x *Exchange) Call() *op.Call {
	c := x.Tenant.NewCall(x.OperationID())
	if !x.Now.IsZero() {
		c.Now = x.Now
	}
	c.User, c.Session = x.Caller.User, x.Caller.Session
	if x.Caller.Platform != "" {
		c.Tenant.Platform = x.Caller.Platform
	}
	c.VerifySign = x.verifySign
	return c
}

// verifySign judges a signature of CME in the body.
func (x *Exchange) verifySign(signature, action string) (string, *diagnosis.Diagnosis) {
	return scheme.VerifySign(&x.Request, signature, action)
}

// change runs f in a transaction of the tenant's state.
func (x *Exchange) change(f func(c *op.Call, st *state.State) error) error {
	return x.Tenant.Update(func(st *state.State) error {
		c := x.Call()
		c.IDs = &st.IDs
		return f(c, st)
	})
}

// Locate makes the call one of the tenant.
func (x *Exchange) Locate(t *tenant.Tenant) { x.Tenant, x.Located = t, true }

// Home is the tenant of the call if it names none.
func (x *Exchange) Home() *tenant.Tenant { return x.TenantOf(x.Context()) }

// Respond answers in the name of the service.
func (x *Exchange) Respond(status int, body []byte) {
	x.Response = Response{
		Status: status,
		Header: http.Header{"Content-Type": {x.Service.ContentType(x.Dialect)}},
		Body:   body,
	}
}

// Fail answers with the documented error that err is. Any other error is a bug in the fake.
func (x *Exchange) Fail(err error) {
	if failure, ok := op.AsFailure(err); ok {
		if failure.Finding {
			x.Find(failure.Diagnosis)
		}
		x.Reject(http.StatusOK, failure)
		return
	}
	x.Bug("%v", err)
}

// Reject answers with a documented error. The usual status is 200: business errors of all three services come with it
// (vendor-client).
func (x *Exchange) Reject(status int, failure *op.Failure) {
	body, err := traffic.Encode(x.Service.Envelope(x.Call(), nil, failure.Err))
	if err != nil {
		x.Bug("encode error %s: %v", failure.Err.Code, err)
		return
	}
	x.Respond(status, body)
	x.NoteError(failure.Err, &failure.Diagnosis)
}

// NoteError notes the documented error that the response holds, and the diagnosis that explains it.
func (x *Exchange) NoteError(err *op.Error, d *diagnosis.Diagnosis) {
	x.outcome.err, x.outcome.diagnosis = traffic.ReadEnvelope(x.Response.Body), d
	if x.outcome.err.Code == "" { // the body has another form
		x.outcome.err = traffic.Envelope{Code: err.Code, Message: err.Message, EnglishMessage: err.EnglishMessage}
	}
}

// RejectPlain answers in the fake's own name, where no service is known.
func (x *Exchange) RejectPlain(status int, d diagnosis.Diagnosis) {
	x.outcome.diagnosis = &d
	x.Response = Response{
		Status: status,
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		Body:   []byte("fakecme: " + d.String() + "\n"),
	}
}

// RejectUnknown answers a call that no operation documents, and makes a finding of it.
func (x *Exchange) RejectUnknown(status int, d diagnosis.Diagnosis) {
	x.Tenant = x.Home()
	x.Find(d)
	if x.Service == nil {
		x.RejectPlain(status, d)
		return
	}
	x.Reject(status, x.Service.NotFound.With(d))
}

// Bug answers 500 and notes a bug in the fake, which is never mixed with the findings.
func (x *Exchange) Bug(format string, args ...any) {
	x.outcome.bug = true
	text := fmt.Sprintf(format, args...)
	id := x.OperationID()
	if id == "" {
		id = "unknown call"
	}
	x.Verdict.AddBug(fmt.Sprintf("%s: %s", id, text))
	firstLine, _, _ := strings.Cut(text, "\n")
	d := diagnosis.Diagnosis{
		Code:     "fake.bug",
		Sentence: "the fake itself failed: " + firstLine,
		Fix:      "this is a bug in fakecme, not in your client; please report it",
	}
	if x.Service == nil {
		x.RejectPlain(http.StatusInternalServerError, d)
		return
	}
	body, err := traffic.Encode(x.Service.Envelope(x.Default.NewCall(id), nil, x.Service.Broken))
	if err != nil {
		body = []byte("{}")
	}
	x.Respond(http.StatusInternalServerError, body)
	x.NoteError(x.Service.Broken, &d)
}

// Find notes something that the test author should know.
func (x *Exchange) Find(d diagnosis.Diagnosis) {
	x.outcome.findings = append(x.outcome.findings, traffic.Finding{
		Operation: x.OperationID(), Call: x.Method + " " + traffic.Shorten(x.shownURL()), Diagnosis: d,
	})
}

// shownURL is path and query without secrets.
func (x *Exchange) shownURL() string {
	u := x.URL.EscapedPath()
	if x.URL.RawQuery != "" {
		u += "?" + redact.Query(x.URL.RawQuery)
	}
	return u
}

// Findings are those that were found so far and are not forgiven, with the faults that have not fired yet, and the
// recordings that were not used yet if those are findings.
func (p *Pipeline) Findings() []traffic.Finding {
	return p.Verdict.Findings(append(p.Registry.NeverFired(), p.Replay.Findings()...))
}

// Coverage is what a tenant has covered; all tenants for nil, those that were removed included.
func (p *Pipeline) Coverage(t *tenant.Tenant) coverage.Coverage {
	counter := p.Registry.Covered
	if t != nil {
		counter = func() *tenant.Counter { return &t.Coverage }
	}
	covered, err := counter().Coverage(coverage.DialectsOf(p.Dialect))
	if err != nil {
		p.Verdict.AddBug(fmt.Sprintf("coverage: %v", err))
	}
	return covered
}

// TenantOf is the tenant of calls that name none: the one that the user of the proxy chose, unless it was removed since,
// or else the default one.
func (p *Pipeline) TenantOf(ctx context.Context) *tenant.Tenant {
	if t, ok := tenant.Chosen(ctx); ok && p.Registry.Has(t) {
		return t
	}
	return p.Default
}
