package contracts

import (
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
	"github.com/getkin/kin-openapi/openapi3"
)

// Media types of documented bodies. A response of the type text/plain is JSON all the same.
const (
	mediaJSON      = "application/json"
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"
)

// opaque are the media types of bodies that are not checked: files, and multipart bodies, whose parts clients name as they like.
var opaque = []string{mediaMultipart, "application/yaml", "application/x-pem-file", "text/event-stream", "text/html", "text/x-shellscript"}

// maxExplained is the size in bytes up to which all faults of a body are collected. That costs much more than
// reading the body, so only the first fault of a larger body is described.
const maxExplained = 256 << 10

func (o *operation) checkRequestBody(header http.Header, body []byte, see func(any)) []Violation {
	switch {
	case o.body == nil && len(body) == 0:
		return nil
	case o.body == nil:
		return []Violation{{In: InBody, Reason: notDocumented, Found: fmt.Sprintf("%d bytes", len(body)), Unknown: true}}
	case len(body) == 0 && o.bodyRequired:
		return []Violation{{In: InBody, Rule: ruleRequired, Reason: required}}
	case len(body) == 0:
		return nil
	}
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return []Violation{{In: InEncoding, Reason: "must be left out: send the body as it is, not compressed", Found: excerpt.Printable(encoding)}}
	}
	return checkContent(o.body, o.typed(header), body, see)
}

// typed returns the header of a request with the Content-Type that its body is read as. The first document prints requests
// without any header (documented): such a body is JSON.
func (o *operation) typed(header http.Header) http.Header {
	if header.Get("Content-Type") == "" && o.body[mediaJSON] != nil {
		return http.Header{"Content-Type": {mediaJSON}}
	}
	return header
}

// checkResponse checks the response. Once the body is read, see is called with its value, unless it is nil.
func (o *operation) checkResponse(status int, h http.Header, body []byte, see func(value any)) []Violation {
	documented, ok := o.responses[status]
	if !ok {
		var codes []string
		for _, code := range slices.Sorted(maps.Keys(o.responses)) {
			codes = append(codes, fmt.Sprint(code))
		}
		return []Violation{{In: InStatus, Reason: "must be " + strings.Join(codes, " or "), Found: fmt.Sprint(status)}}
	}
	if len(body) == 0 {
		return []Violation{{In: InBody, Reason: required}}
	}
	return bounded(checkContent(documented, h, body, see))
}

// checkContent compares a body that is not empty with the documented content. Unless see is nil, it is called with the
// value of the body, whether or not it fits.
func checkContent(c openapi3.Content, header http.Header, body []byte, see func(value any)) []Violation {
	schema, media, violation := choose(c, header.Get("Content-Type"))
	if violation != nil {
		return []Violation{*violation}
	}
	var value any
	var violations []Violation
	var readable bool
	switch {
	case slices.Contains(opaque, media):
		return nil
	case media == mediaForm:
		value, violations, readable = parseForm(schema, body)
	default:
		value, violations, readable = parseJSON(body)
	}
	if !readable {
		return violations
	}
	if see != nil {
		see(value)
	}
	for _, f := range check(schema, value, len(body) <= maxExplained) {
		violations = append(violations, f.violation(value))
	}
	return violations
}

// choose returns the schema for a content type, and the media type without parameters.
func choose(c openapi3.Content, contentType string) (*openapi3.Schema, string, *Violation) {
	documented := strings.Join(slices.Sorted(maps.Keys(c)), " or ")
	if contentType == "" {
		return nil, "", &Violation{In: InContentType, Reason: "is required: " + documented}
	}
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	described := c[media]
	if described == nil {
		return nil, media, &Violation{In: InContentType, Reason: "must be " + documented, Found: excerpt.Printable(contentType)}
	}
	_, parameters, err := mime.ParseMediaType(contentType)
	if charset := parameters["charset"]; err == nil && charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, media, &Violation{In: InContentType, Reason: "must have the charset utf-8", Found: excerpt.Printable(contentType)}
	}
	if media == mediaMultipart && (err != nil || parameters["boundary"] == "") {
		return nil, media, &Violation{In: InContentType, Reason: "must have a boundary", Found: excerpt.Printable(contentType)}
	}
	return described.Schema.Value, media, nil
}
