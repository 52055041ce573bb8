package contracts

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
	"github.com/getkin/kin-openapi/openapi3"
)

// checkRequest checks the request. Once the body is read, see is called with its value, unless it is nil.
func (o *operation) checkRequest(r *http.Request, body []byte, see func(value any)) []Violation {
	violations := o.checkTarget(r)
	violations = append(violations, o.checkQuery(r.URL.RawQuery)...)
	violations = append(violations, o.checkHeader(r.Header)...)
	violations = append(violations, o.checkRequestBody(r.Header, body, see)...)
	return bounded(violations)
}

// checkTarget compares method and path. Clients send doubled slashes, and an empty path for "/";
// servers accept both.
func (o *operation) checkTarget(r *http.Request) []Violation {
	var violations []Violation
	if r.Method != o.method {
		violations = append(violations, Violation{In: InMethod, Reason: "must be " + o.method, Found: excerpt.Printable(r.Method)})
	}
	at := SingleSlashes(r.URL.Path)
	values, fits := pathValues(o.path, at)
	if o.path != "" && !fits {
		return append(violations, Violation{In: InPath, Reason: "must be " + o.path, Found: excerpt.Printable(at)})
	}
	for _, p := range o.in[InPath] {
		violations = append(violations, checkParameterValue(p, values[p.Name])...)
	}
	return violations
}

// checkQuery compares the query with the parameters and the credential.
func (o *operation) checkQuery(raw string) []Violation {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return []Violation{{In: InQuery, Reason: "must be percent-encoded name=value pairs"}}
	}
	var violations []Violation
	known := 0
	for _, p := range o.in[InQuery] {
		given, sent := values[p.Name]
		if sent {
			known++
		}
		violations = append(violations, checkParameter(p, given)...)
	}
	if known == len(values) {
		return violations
	}
	for _, p := range o.in[InQuery] {
		delete(values, p.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		violations = append(violations, Violation{In: InQuery, Pointer: name, Reason: notDocumented, Unknown: true})
	}
	return violations
}

// checkHeader compares the headers with the parameters and the credential. Other headers are not
// looked at.
func (o *operation) checkHeader(header http.Header) []Violation {
	var violations []Violation
	for _, p := range o.in[InHeader] {
		violations = append(violations, checkParameter(p, header.Values(p.Name))...)
	}
	return violations
}

func checkParameter(p *openapi3.Parameter, values []string) []Violation {
	switch len(values) {
	case 0:
		if !p.Required {
			return nil
		}
		return []Violation{{In: p.In, Pointer: p.Name, Rule: ruleRequired, Reason: required}}
	case 1:
		return checkParameterValue(p, values[0])
	default:
		return []Violation{{In: p.In, Pointer: p.Name, Reason: "must be given once", Found: fmt.Sprintf("%d of it", len(values))}}
	}
}

func checkParameterValue(p *openapi3.Parameter, text string) []Violation {
	var violations []Violation
	for _, f := range check(p.Schema.Value, scalar(p.Schema.Value, text), true) {
		v := Violation{In: p.In, Pointer: p.Name, Rule: f.rule, Reason: f.reason}
		// Headers are easily mixed up, so that a sign may stand in place of a time. A number is no secret.
		if isNumber(text) && !excerpt.IsSecret([]string{p.Name}) {
			v.Found = excerpt.Number(text)
		}
		violations = append(violations, v)
	}
	return violations
}
