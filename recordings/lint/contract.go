package lint

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings"
)

// OperationOf returns the documented operation that a call is for.
func OperationOf(c recordings.Call) (contracts.Operation, bool) {
	service, ok := c.Service()
	if !ok {
		return contracts.Operation{}, false
	}
	path := c.URL.EscapedPath()
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	if path == "" {
		path = "/"
	}
	all := contracts.Operations()
	exact := slices.IndexFunc(all, func(o contracts.Operation) bool {
		return o.Service == service && o.Method == c.Method && o.Path == path
	})
	if exact >= 0 { // before those with a {name} in the path
		return all[exact], true
	}
	for _, o := range all {
		if _, fits := o.PathValues(path); fits && o.Service == service && o.Method == c.Method {
			return o, true
		}
	}
	return contracts.Operation{}, false
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
		text, ok := valueAt(body, v.Pointer).(string)
		return ok && recordings.IsPlaceholder(text)
	}
	return false
}

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

// valueAt returns what a JSON pointer leads to, nil if nothing.
func valueAt(body []byte, pointer string) any {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return nil
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch node := value.(type) {
		case map[string]any:
			value = node[unescapePointer.Replace(part)]
		case []any:
			var n int
			if _, err := fmt.Sscan(part, &n); err != nil || n < 0 || n >= len(node) {
				return nil
			}
			value = node[n]
		default:
			return nil
		}
	}
	return value
}
