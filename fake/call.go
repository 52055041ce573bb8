package fake

import (
	"fmt"
	"net/http"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/mask"
)

// Diagnosis explains an error or a finding: a stable code, a sentence, a fix.
type Diagnosis = diagnosis.Diagnosis

// Call is one request and what became of it, as the journal keeps it. Secrets are replaced
// by placeholders; equal secrets have equal placeholders.
type Call struct {
	// Number counts the calls of the tenant from 1 on. No two calls share one, whatever is dropped.
	Number int64 `json:"number"`
	// Time is the tenant's time at which the call began.
	Time time.Time `json:"time"`
	// Took is the real time that the fake needed.
	Took time.Duration `json:"took"`
	// Tenant is the id of the tenant in whose journal the call is.
	Tenant string `json:"tenant"`
	// Service and Operation are empty when no service or no operation answers such a call.
	Service   string `json:"service,omitempty"`
	Operation string `json:"operation,omitempty"`
	// Stored says that the call was for a file of the storage of h5ds, which is no operation.
	Stored bool `json:"stored,omitempty"`
	// HandOff says that the call was for the hand-off page of h5ds, which is no operation.
	HandOff bool `json:"handOff,omitempty"`
	// SDK says that the call was for the stand-in of the Web SDK: a script, the page of its editor, or a
	// call of that page. It is no operation.
	SDK bool `json:"sdk,omitempty"`
	// Callback says that the fake made the call, to your own server; Operation is the name in the
	// contract document callbacks.yaml.
	Callback bool `json:"callback,omitempty"`
	// User is who the call proved to be from.
	User string `json:"user,omitempty"`
	// Claimed is who a call said it was from whose credential was rejected, or not looked at because of
	// a fault; empty when it did not say.
	Claimed string `json:"claimed,omitempty"`

	Method        string      `json:"method"`
	Host          string      `json:"host"`
	URL           string      `json:"url"` // path and query
	RequestHeader http.Header `json:"requestHeader,omitempty"`
	RequestBody   Body        `json:"requestBody,omitempty"`

	// Status is zero when the client got no response.
	Status         int         `json:"status"`
	ResponseHeader http.Header `json:"responseHeader,omitempty"`
	ResponseBody   Body        `json:"responseBody,omitempty"`

	// Source says what responded, when there are recordings: "recording" or "fake". Recording is where
	// the recorded response stands: "session.har: log.entries[3]".
	Source    string `json:"source,omitempty"`
	Recording string `json:"recording,omitempty"`

	// Error is the code of the documented error response; empty for success.
	Error string `json:"error,omitempty"`
	// Fault is the kind of the fault that fired on purpose; empty when none did.
	Fault fault.Kind `json:"fault,omitempty"`
	// Diagnosis says why the call was rejected.
	Diagnosis *Diagnosis `json:"diagnosis,omitempty"`
	// Findings are what a test author should know about the call.
	Findings []Finding `json:"findings,omitempty"`
}

// String is the call in one line, for logs and failure texts.
func (c Call) String() string {
	outcome := fmt.Sprint(c.Status)
	switch {
	case c.Status == 0:
		outcome = "no response"
	case c.Error != "":
		outcome += " " + c.Error
	}
	name := c.Operation
	switch {
	case c.Stored:
		name = "stored file"
	case c.HandOff:
		name = "hand-off page"
	case c.SDK:
		name = "web sdk"
	case name == "":
		name = "unknown call"
	}
	line := fmt.Sprintf("%s %s%s (%s): %s", c.Method, c.Host, shorten(c.URL), name, outcome)
	if c.Recording != "" {
		line += "; recorded: " + c.Recording
	}
	if c.Diagnosis != nil {
		line += "; " + c.Diagnosis.String()
	}
	return line
}

// size is about what the call takes in memory.
func (c Call) size() int64 {
	const fixed = 1 << 10 // headers and fields
	size := fixed + int64(len(c.RequestBody)+len(c.ResponseBody)+len(c.URL)+len(c.Host))
	for _, h := range []http.Header{c.RequestHeader, c.ResponseHeader} {
		for name, values := range h {
			size += int64(len(name))
			for _, v := range values {
				size += int64(len(v))
			}
		}
	}
	if c.Diagnosis != nil {
		size += int64(len(c.Diagnosis.Sentence) + len(c.Diagnosis.Received) + len(c.Diagnosis.Expected))
	}
	for _, f := range c.Findings {
		size += int64(len(f.Call) + len(f.Diagnosis.Sentence))
	}
	return size
}

// record is what the journal keeps of the exchange.
func (x *exchange) record() Call {
	if x.now.IsZero() { // no operation, so no tenant was looked for
		x.now = x.tenant.Clock.Now()
	}
	c := Call{
		Time: x.now, Took: time.Since(x.start), Tenant: x.tenant.ID,
		Operation: x.operationID(), Stored: x.stored, HandOff: x.handOff, SDK: x.sdk, User: x.claims.user, Claimed: x.claimed(),
		Method: x.r.Method, Host: x.r.Host, URL: x.shownURL(),
		RequestHeader:  mask.Header(x.r.Header),
		RequestBody:    x.shownBody(),
		Status:         x.answer.status,
		ResponseHeader: mask.Header(x.answer.header),
		ResponseBody:   x.shownResponse(),
		Fault:          x.fault.Kind,
		Source:         x.answered, Recording: x.recording,
		Diagnosis: x.diagnosis, Findings: x.findings,
	}
	if x.service != nil {
		c.Service = x.service.name
	}
	if x.failure != nil {
		c.Error = x.failure.Code
	}
	return c
}

// longestClaim is that of a user's name that is worth keeping: anybody can write a longer one.
const longestClaim = 200

// claimed is who a call says it is from that authenticate has not believed.
func (x *exchange) claimed() string {
	if x.operation == nil || x.claims.user != "" {
		return ""
	}
	claim, ok := schemes[x.operation.contract.Security]
	if !ok {
		return ""
	}
	if user := claim.user(x); len(user) <= longestClaim {
		return user
	}
	return ""
}

// shownBody is the body of the request without secrets. Files in it keep their bytes.
func (x *exchange) shownBody() []byte {
	contentType := x.r.Header.Get("Content-Type")
	if hasPrefixFold(contentType, "multipart/") {
		return mask.Multipart(contentType, x.body)
	}
	return mask.Body(x.body)
}

// shownResponse is the body of the response without secrets. A stored file is no secret of the
// service's, and the pages and scripts of the fake have none; they keep their bytes.
func (x *exchange) shownResponse() []byte {
	if x.stored || x.handOff || x.sdk && x.r.Method != http.MethodPost {
		return x.answer.body
	}
	return mask.Body(x.answer.body)
}

// shownURL is path and query without secrets.
func (x *exchange) shownURL() string {
	u := x.r.URL.EscapedPath()
	if x.r.URL.RawQuery != "" {
		u += "?" + mask.Query(x.r.URL.RawQuery)
	}
	return u
}
