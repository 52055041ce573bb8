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

// Media types that bodies are documented with. A response that says text/plain is JSON all the same.
const (
	mediaJSON      = "application/json"
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"
)

// opaque are the media types of bodies that nobody looks into: files, and parts that are for
// whoever reads them; see the package comment.
var opaque = []string{mediaMultipart, "application/yaml", "application/x-pem-file", "text/event-stream", "text/html", "text/x-shellscript"}

// mostExplained is the size in bytes up to which all faults of a body are looked for. Collecting them
// costs many times what reading does, so a larger body is described by its first fault.
const mostExplained = 256 << 10

// ruleRequired is the Violation.Rule of what is missing, in a schema or as a parameter or a body.
const ruleRequired = "required"

// Reasons that stand in more than one place.
const (
	required      = "is required"
	notDocumented = "is not documented"
)

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
	default:
		return o.body.check(header, body, see)
	}
}

// CheckResponse says how a response to the operation breaks the contract: status, content type, body.
// No violations means that it keeps it. The body is as the server meant it, without compression.
func (d *Document) CheckResponse(id string, status int, h http.Header, body []byte) []Violation {
	o, unknown := d.operation(id)
	if unknown != nil {
		return unknown
	}
	return o.checkResponse(status, h, body, nil)
}

func (o *operation) checkResponse(status int, h http.Header, body []byte, see func(value any)) []Violation {
	documented, ok := o.answers[status]
	if !ok {
		var codes []string
		for _, code := range slices.Sorted(maps.Keys(o.answers)) {
			codes = append(codes, fmt.Sprint(code))
		}
		return []Violation{{In: InStatus, Reason: "must be " + strings.Join(codes, " or "), Found: fmt.Sprint(status)}}
	}
	if len(body) == 0 {
		return []Violation{{In: InBody, Reason: required}}
	}
	return bounded(documented.check(h, body, see))
}

// check compares a body that is not empty with the documented content. Whoever wants to see the
// value gets it, whether or not it fits.
func (c content) check(header http.Header, body []byte, see func(value any)) []Violation {
	schema, media, fault := c.choose(header.Get("Content-Type"))
	if fault != nil {
		return []Violation{*fault}
	}
	var value any
	var violations []Violation
	var readable bool
	switch {
	case slices.Contains(opaque, media):
		return nil
	case media == mediaForm:
		value, violations, readable = decodeForm(schema, body)
	default:
		value, violations, readable = decodeJSON(body)
	}
	if !readable {
		return violations
	}
	if see != nil {
		see(value)
	}
	for _, f := range check(schema, value, len(body) <= mostExplained) {
		violations = append(violations, f.violation(value))
	}
	return violations
}

// choose returns the schema for a content type, and the media type without parameters.
func (c content) choose(contentType string) (*openapi3.Schema, string, *Violation) {
	documented := strings.Join(slices.Sorted(maps.Keys(c)), " or ")
	if contentType == "" {
		return nil, "", &Violation{In: InContentType, Reason: "is required: " + documented}
	}
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	schema := c[media]
	if schema == nil {
		return nil, media, &Violation{In: InContentType, Reason: "must be " + documented, Found: excerpt.Printable(contentType)}
	}
	_, parameters, err := mime.ParseMediaType(contentType)
	if charset := parameters["charset"]; err == nil && charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, media, &Violation{In: InContentType, Reason: "must have the charset utf-8", Found: excerpt.Printable(contentType)}
	}
	if media == mediaMultipart && (err != nil || parameters["boundary"] == "") {
		return nil, media, &Violation{In: InContentType, Reason: "must have a boundary", Found: excerpt.Printable(contentType)}
	}
	return schema, media, nil
}

func unreadable(reason string) []Violation {
	return []Violation{{In: InBody, Reason: reason}}
}

func duplicate(path []string) Violation {
	return Violation{In: InBody, Pointer: Pointer(path...), Reason: "is given more than once"}
}
