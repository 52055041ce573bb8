// Package webpaas fakes web-paas-api.cme.qcloud.com: media, classes, teams, projects and tasks of the CME client API.
//
// The facts come from the client API documents (product folder "70-客户端 API"). Behaviour that the documents leave
// open follows a careful vendor and is marked "assumed".
package webpaas

import (
	"slices"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Service lists the operations of webpaas. The file of each class of operations has their table.
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

// response is the envelope of every response, with its keys in the order of the examples. Neither an error nor the
// response of an operation without data has the key Data (all documented examples agree).
type response struct {
	Code           string
	Message        string
	EnglishMessage string
	Data           any `json:",omitempty"`
}

func envelope(_ *op.Call, data any, failure *op.Error) any {
	if failure != nil {
		return response{Code: failure.Code, Message: failure.Message, EnglishMessage: failure.EnglishMessage}
	}
	return response{Code: "Success", Message: "成功", EnglishMessage: "success", Data: data}
}
