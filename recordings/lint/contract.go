package lint

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// OperationOf returns the documented operation that a call is for.
func OperationOf(c har.Call) (contracts.Operation, bool) {
	m := contracts.MatchRequest(&http.Request{Method: c.Method, URL: c.URL, Host: c.Host})
	return m.Operation, m.Found()
}

// Violations returns how the request and the response of a recorded call break the contract of its operation. A placeholder
// breaks no contract, because the value that it replaced may have kept it. The error is a bug in the embedded contracts.
func Violations(c har.Call, o contracts.Operation) (request, response []contracts.Violation, err error) {
	document, err := contracts.Load(o.Service)
	if err != nil {
		return nil, nil, err
	}
	known := func(violations []contracts.Violation, body []byte) []contracts.Violation {
		return slices.DeleteFunc(violations, func(v contracts.Violation) bool { return isPlaceholder(c, v, body) })
	}
	r := &http.Request{Method: c.Method, URL: c.URL, Header: c.Header}
	request = known(document.CheckRequest(o.ID, r, c.Body), c.Body)
	if c.HasResponse() {
		response = known(document.CheckResponse(o.ID, c.Status, c.ResponseHeader, c.ResponseBody), c.ResponseBody)
	}
	return request, response, nil
}

// isPlaceholder reports whether a violation is about a placeholder.
func isPlaceholder(c har.Call, v contracts.Violation, body []byte) bool {
	switch v.In {
	case contracts.InQuery:
		return redact.IsPlaceholder(c.URL.Query().Get(v.Pointer))
	case contracts.InHeader:
		return redact.IsPlaceholder(c.Header.Get(v.Pointer))
	case contracts.InBody:
		var value any
		_ = json.Unmarshal(body, &value) // in a body that is no JSON, no value is found
		at, _ := contracts.ValueAt(value, contracts.SplitPointer(v.Pointer)...)
		text, ok := at.(string)
		return ok && redact.IsPlaceholder(text)
	}
	return false
}
