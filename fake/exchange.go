package fake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// exchange is one call on its way through the steps.
type exchange struct {
	srv   *Server
	r     *http.Request
	start time.Time // real time

	body     []byte
	unknown  []string // JSON pointers of what no document knows: the operation does not get it
	tooLarge bool
	gone     error // why the request could not be read to its end

	service   *service   // nil when no service answers
	operation *operation // nil when no operation answers
	path      string     // as the operation was found
	tenant    *Tenant    // the default tenant when the call claims to be nobody's
	located   bool       // whether the call itself names the tenant

	now       time.Time // the tenant's, when the call had come in: one time for all that judge it
	preflight bool

	claims claims // what authenticate has believed

	answered  string // by what, when there are recordings
	recording string // where the recorded response stands
	replayed  bool   // the response is not of the fake's making
	failed    bool   // a bug in the fake has been noted
	stored    bool   // the response is a file of the storage
	handOff   bool   // the response is the hand-off page
	sdk       bool   // the call is for the Web SDK
	answer    answer

	fault fault.Fault // the one that fired; its Kind is empty when none did
	held  held        // for the coverage

	failure   *op.Error // as the client reads it, before a fault spoils it
	diagnosis *diagnosis.Diagnosis
	findings  []Finding
}

// claims is what a call has proved about itself.
type claims struct {
	user     string
	platform string
	session  string
}

// answer is what goes to the client, once.
type answer struct {
	status int
	header http.Header
	body   []byte
	length int           // the Content-Length to claim; that of the body when zero
	pause  time.Duration // after each byte; none when zero
}

// operationID is empty while no operation is known.
func (x *exchange) operationID() string {
	if x.operation == nil {
		return ""
	}
	return x.operation.contract.ID
}

// call is what the operation may know.
func (x *exchange) call() *op.Call {
	c := x.srv.newCall(x.tenant, x.operationID())
	if !x.now.IsZero() {
		c.Now = x.now
	}
	c.User, c.Session = x.claims.user, x.claims.session
	if x.claims.platform != "" {
		c.Tenant.Platform = x.claims.platform
	}
	return c
}

// reject answers with a documented error. The status is 200: business errors of all three
// services come with it (vendor-client).
func (x *exchange) refuse(failure *op.Failure) { x.refuseStatus(http.StatusOK, failure) }

func (x *exchange) refuseStatus(status int, failure *op.Failure) {
	body, err := encode(x.service.envelope(x.call(), nil, failure.Err))
	if err != nil {
		x.bug("encode error %s: %v", failure.Err.Code, err)
	}
	x.failure, x.diagnosis = shownError(failure.Err, body), &failure.Diagnosis
	x.reply(status, body)
}

// refusePlain answers where no service is known, in the fake's own name.
func (x *exchange) refusePlain(status int, d diagnosis.Diagnosis) {
	x.diagnosis = &d
	x.answer = answer{
		status: status,
		header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		body:   []byte("fakecme: " + d.String() + "\n"),
	}
}

// reply answers in the name of the service.
func (x *exchange) reply(status int, body []byte) {
	x.answer = answer{
		status: status,
		header: http.Header{"Content-Type": {x.service.contentType(x.srv.config.Dialect)}},
		body:   body,
	}
}

// find notes something the test author should know.
func (x *exchange) find(d diagnosis.Diagnosis) {
	x.findings = append(x.findings, Finding{
		Operation: x.operationID(), Call: x.r.Method + " " + shorten(x.shownURL()), Diagnosis: d,
	})
}

// encode writes JSON as the services do: non-ASCII characters unescaped, no newline at the end.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// held are the documented fields and values in a request and its response, as contracts numbers them.
type held struct{ sent, answered []bool }
