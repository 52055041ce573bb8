// Package webpaas is web-paas-api.cme.qcloud.com: media, classes, teams, projects and tasks of
// the CME client API.
//
// Facts come from the client API documents (product folder "70-客户端 API"). What they leave open
// is built as a careful vendor would and marked "assumed".
package webpaas

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Service lists the operations of webpaas. Each class of operations has a file with its own table.
var Service = op.Service[State]{
	Name: "webpaas",
	Ops: slices.Concat(
		mediaOps,
		searchOps,
		processOps,
		classOps,
		uploadOps,
		frameTagOps,
		resultOps,
		teamOps,
		projectOps,
		taskOps,
	),
	Errors:      &errs,
	Envelope:    envelope,
	ContentType: func(d dialect.Dialect) string { return d.CMEContentType.String() },
	BadRequest:  badRequest,
	NotFound:    errNotFound,
	Broken:      errInternal,
}

// answer is the envelope of every response, its keys in the order of the examples. An operation
// without data, and every error, has no key Data (all documented examples agree).
type answer struct {
	Code           string
	Message        string
	EnglishMessage string
	Data           any `json:",omitempty"`
}

func envelope(_ *op.Call, data any, failure *op.Error) any {
	if failure != nil {
		return answer{Code: failure.Code, Message: failure.Message, EnglishMessage: failure.EnglishMessage}
	}
	return answer{Code: "Success", Message: "成功", EnglishMessage: "success", Data: data}
}

// badRequest is the error of a request with a wrong parameter, given by its name or its JSON pointer.
func badRequest(parameter string) *op.Error {
	return errParameter.Of(strings.TrimPrefix(parameter, "/"))
}

// badValue is badRequest with its explanation.
func badValue(parameter, fix, format string, args ...any) error {
	return badRequest(parameter).Because("webpaas.parameter", fix, "%s: %s", parameter, fmt.Sprintf(format, args...))
}
