package lint

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings"
)

// OperationOf returns the documented operation that a call is for.
func OperationOf(c recordings.Call) (contracts.Operation, bool) {
	service, ok := c.Service()
	if !ok {
		return contracts.Operation{}, false
	}
	m := contracts.MatchPath(service, c.Method, c.URL.EscapedPath())
	return m.Operation, m.Found()
}

// Violations says how a recorded call breaks the contract of its operation: its request, and its
// answer if one came. What a placeholder stands for is not held against it. The error is a fault of
// the build.
func Violations(c recordings.Call, o contracts.Operation) (request, answer []contracts.Violation, err error) {
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
		answer = known(document.CheckResponse(o.ID, c.Status, c.ResponseHeader, c.ResponseBody), c.ResponseBody)
	}
	return request, answer, nil
}

// isPlaceholder says whether a violation is about a placeholder: the value that it replaced kept the
// contract, or nobody knows.
func isPlaceholder(c recordings.Call, v contracts.Violation, body []byte) bool {
	switch v.In {
	case contracts.InQuery:
		return recordings.IsPlaceholder(c.URL.Query().Get(v.Pointer))
	case contracts.InHeader:
		return recordings.IsPlaceholder(c.Header.Get(v.Pointer))
	case contracts.InBody:
		var value any
		_ = json.Unmarshal(body, &value) // of a body that is no JSON, nothing is found
		at, _ := contracts.ValueAt(value, contracts.SplitPointer(v.Pointer)...)
		text, ok := at.(string)
		return ok && recordings.IsPlaceholder(text)
	}
	return false
}
