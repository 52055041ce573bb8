package contracts

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
)

// The values of Finding.Part.
const (
	PartRequest  = "request"
	PartResponse = "response"
)

// maxJudged is how much of a body is kept for judging, in bytes. A longer body is not judged.
const maxJudged = 1 << 20

// Finding is one fault in the traffic with a service, or one part of it that was not judged. It never holds a secret.
type Finding struct {
	// Operation is empty for a call of no documented operation.
	Operation string `json:"operation,omitempty"`
	// Service is one of Names.
	Service string `json:"service"`
	// Part is PartRequest or PartResponse.
	Part string `json:"part"`
	Violation
	Origin
	// NotJudged says that this is no fault: this part of the traffic was not judged, and Reason says why.
	NotJudged bool `json:"notJudged,omitempty"`
}

// String returns the finding in one line: "Material.DeleteMaterial request: body /MaterialId: must be a string, found 5
// (documented, 1156/50862)".
func (f Finding) String() string {
	of := f.Operation
	if of == "" {
		of = f.Service
	}
	if f.NotJudged {
		return fmt.Sprintf("%s %s: not judged: it %s", of, f.Part, f.Reason)
	}
	return f.After(fmt.Sprintf("%s %s: %s", of, f.Part, f.Violation))
}

// judge compares one call with the contract.
type judge struct {
	match    Match
	request  *http.Request
	document *Document
	secrets  excerpt.Secrets
	report   func(Finding)
}

// newJudge returns the judge of a call, or nil if the call is for none of the services. It keeps a copy of r.
func newJudge(r *http.Request, report func(Finding)) *judge {
	match := MatchRequest(r)
	if match.Service == "" || r.Method == http.MethodOptions { // a browser's question before the call
		return nil
	}
	document, err := Load(match.Service)
	if err != nil {
		panic("contracts: " + err.Error()) // the documents are embedded: the build is broken
	}
	j := &judge{match: match, document: document, secrets: excerpt.Secrets{}, report: report}
	j.secrets.AddFrom(r)
	u := *r.URL
	j.request = &http.Request{Method: r.Method, URL: &u, Host: r.Host, Header: r.Header.Clone()}
	return j
}

// judgeRequest reports what is wrong with the request.
func (j *judge) judgeRequest(body bodyCopy) {
	if !j.match.Found() {
		j.violation(PartRequest, j.unknown(), Origin{})
		return
	}
	text, ok := j.text(PartRequest, j.request.Header, body)
	if !ok {
		return
	}
	for _, v := range j.document.CheckRequest(j.match.Operation.ID, j.request, text) {
		j.violation(PartRequest, v, j.document.RequestOrigin(j.match.Operation.ID, j.request.Header, v))
	}
}

// unknown says why no operation documents the call.
func (j *judge) unknown() Violation {
	path := excerpt.Printable(SingleSlashes(j.request.URL.Path))
	if len(j.match.Methods) == 0 {
		return Violation{In: InPath, Reason: "must be that of an operation of " + j.match.Service, Found: path}
	}
	return Violation{In: InMethod, Reason: "must be " + strings.Join(j.match.Methods, " or ") + " at " + path, Found: excerpt.Printable(j.request.Method)}
}

// judgeResponse reports what is wrong with the response. The response to an undocumented call cannot be judged.
func (j *judge) judgeResponse(status int, header http.Header, body bodyCopy) {
	if !j.match.Found() {
		return
	}
	text, ok := j.text(PartResponse, header, body)
	if !ok {
		return
	}
	for _, v := range j.document.CheckResponse(j.match.Operation.ID, status, header, text) {
		j.violation(PartResponse, v, j.document.ResponseOrigin(j.match.Operation.ID, status, header, v))
	}
}

func (j *judge) violation(part string, v Violation, from Origin) {
	v.Pointer, v.Found = j.secrets.Hide(v.Pointer), j.secrets.Hide(v.Found)
	j.report(Finding{Operation: j.match.Operation.ID, Service: j.match.Service, Part: part, Violation: v, Origin: from})
}

func (j *judge) notJudged(part, why string) {
	j.report(Finding{Operation: j.match.Operation.ID, Service: j.match.Service, Part: part, NotJudged: true, Violation: Violation{In: InBody, Reason: why}})
}

// text returns the body, that of a response without its compression. If it cannot be judged, that is reported.
func (j *judge) text(part string, header http.Header, body bodyCopy) ([]byte, bool) {
	switch encoding := header.Get("Content-Encoding"); {
	case body.size > maxJudged:
		j.notJudged(part, fmt.Sprintf("is larger than %d bytes", maxJudged))
	case !body.complete():
		j.notJudged(part, "did not pass to its end")
	case part == PartRequest: // compressed or not: the contract says what of it is wrong
		return body.bytes, true
	case encoding == "gzip":
		text, why := gunzip(body.bytes)
		if why == "" {
			return text, true
		}
		j.notJudged(part, why)
	case encoding != "" && encoding != "identity":
		j.notJudged(part, "is encoded as "+excerpt.Printable(encoding))
	default:
		return body.bytes, true
	}
	return nil, false
}

func gunzip(packed []byte) (text []byte, why string) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(r, maxJudged+1))
	}
	switch {
	case err != nil:
		return nil, "says that it is gzip and is not"
	case len(text) > maxJudged:
		return nil, fmt.Sprintf("is larger than %d bytes", maxJudged)
	}
	return text, ""
}

// bodyCopy is the beginning of a body that passed by.
type bodyCopy struct {
	bytes  []byte
	size   int64 // of all that passed
	length int64 // as announced; 0 or less when it is not
	whole  bool  // its end was seen
}

// complete says whether all of the body passed. A client that reads JSON often stops where the value ends, and never sees the end.
func (b *bodyCopy) complete() bool {
	return b.whole || b.length > 0 && b.size == b.length || json.Valid(b.bytes)
}

func (b *bodyCopy) add(p []byte) {
	b.size += int64(len(p))
	if room := maxJudged - len(b.bytes); room > 0 {
		b.bytes = append(b.bytes, p[:min(room, len(p))]...)
	}
}
