// Package traffic holds what the journal of a fake keeps: calls, their bodies and the findings about them. It has
// values only.
package traffic

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
)

// Kind says what a call was for, where that is no operation that a client calls.
type Kind string

// The kinds of calls. The empty kind is that of a call to an operation, or to none that is known.
const (
	File     Kind = "file"     // a file of the storage of h5ds
	HandOff  Kind = "hand-off" // the hand-off page of h5ds
	WebSDK   Kind = "web-sdk"  // the stand-in for the Web SDK: a script, the page of its editor, or a call of that page
	Callback Kind = "callback" // made by the fake, to the user's own server; the operation is of callbacks.yaml
)

// Call is one request and its response, as the journal keeps them. Secrets are replaced by placeholders; equal
// secrets have equal placeholders.
type Call struct {
	// Number counts the calls of the tenant from 1 on. No two calls share one, even after the journal was emptied.
	Number int64 `json:"number"`
	// Time is the tenant's time at which the call began.
	Time time.Time `json:"time"`
	// Took is the real time that the fake needed.
	Took time.Duration `json:"took"`
	// Tenant is the id of the tenant in whose journal the call is.
	Tenant string `json:"tenant"`
	// Service and Operation are empty when no service or no operation responds to such a call.
	Service   string `json:"service,omitempty"`
	Operation string `json:"operation,omitempty"`
	// Kind says what the call was for, if not for an operation of a service.
	Kind Kind `json:"kind,omitempty"`
	// User is who made the call, as its credential proves.
	User string `json:"user,omitempty"`
	// Claimed is the user that a call named whose credential was rejected, or not checked because of a fault. It is
	// empty when the call named none.
	Claimed string `json:"claimed,omitempty"`

	Method        string      `json:"method"`
	Host          string      `json:"host"`
	URL           string      `json:"url"` // path and query
	RequestHeader http.Header `json:"requestHeader,omitempty"`
	RequestBody   Body        `json:"requestBody,omitempty"`

	// Pending says that the call is under way: a fault lets it wait. What it has come to is not known yet. The finished
	// call takes its place, under the same number.
	Pending bool `json:"pending,omitempty"`
	// Status is zero when the client got no response.
	Status         int         `json:"status"`
	ResponseHeader http.Header `json:"responseHeader,omitempty"`
	ResponseBody   Body        `json:"responseBody,omitempty"`

	// Source says where the response came from, when there are recordings: "recording" or "fake". Recording is the
	// place of the recorded response: "session.har: log.entries[3]".
	Source    string `json:"source,omitempty"`
	Recording string `json:"recording,omitempty"`

	// Error is the code of the documented error in the response; empty for success.
	Error string `json:"error,omitempty"`
	// Fault is the kind of the fault that fired; empty when none did.
	Fault fault.Kind `json:"fault,omitempty"`
	// Diagnosis says why the call was rejected.
	Diagnosis *diagnosis.Diagnosis `json:"diagnosis,omitempty"`
	// Findings are what a test author should know about the call.
	Findings []Finding `json:"findings,omitempty"`
}

// String is the call in one line, for logs and failure texts.
func (c Call) String() string {
	outcome := fmt.Sprint(c.Status)
	switch {
	case c.Pending:
		outcome = "under way"
	case c.Status == 0:
		outcome = "no response"
	case c.Error != "":
		outcome += " " + c.Error
	}
	line := fmt.Sprintf("%s %s%s (%s): %s", c.Method, c.Host, Shorten(c.URL), c.name(), outcome)
	if c.Recording != "" {
		line += "; recorded: " + c.Recording
	}
	if c.Diagnosis != nil {
		line += "; " + c.Diagnosis.String()
	}
	return line
}

// name says what the call was for.
func (c Call) name() string {
	switch {
	case c.Operation != "":
		return c.Operation
	case c.Kind == File:
		return "stored file"
	case c.Kind == HandOff:
		return "hand-off page"
	case c.Kind == WebSDK:
		return "web sdk"
	}
	return unknownCall
}

const unknownCall = "unknown call"

// Size is about how many bytes the call takes in memory.
func (c Call) Size() int64 {
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

// Short is the call without headers, bodies and the compared texts of its diagnosis, all of which can be large.
func (c Call) Short() Call {
	c.RequestHeader, c.RequestBody, c.ResponseHeader, c.ResponseBody = nil, nil, nil, nil
	if c.Diagnosis != nil {
		d := *c.Diagnosis
		d.Received, d.Expected = "", ""
		c.Diagnosis = &d
	}
	return c
}

// Body is the body of a request or a response. In JSON it is a text, or {"base64":…} when it is not UTF-8.
type Body []byte

// MarshalJSON writes a text, or an object with the bytes in base64.
func (b Body) MarshalJSON() ([]byte, error) {
	if utf8.Valid(b) {
		return Encode(string(b))
	}
	return json.Marshal(map[string]string{"base64": base64.StdEncoding.EncodeToString(b)})
}

// Shorten keeps a text that a client sent readable: it is cut at 120 bytes.
func Shorten(s string) string {
	const limit = 120
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
