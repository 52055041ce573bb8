package fake

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// checkRequest holds the client to the contract. What breaks it is a finding and is rejected,
// except for two kinds: an undocumented field is a finding only, since real services ignore
// it; a parameter that breaks a rule with a documented error of its own is rejected with that,
// and is no finding, since the service documents what happens.
func checkRequest(x *exchange, next func()) {
	document, err := contracts.Load(x.service.name)
	if err != nil {
		x.bug("load contract: %v", err)
		return
	}
	var failure *op.Failure
	violations, sent := document.ReadRequest(x.operationID(), x.r, x.body)
	for _, v := range violations {
		d := diagnosis.Diagnosis{
			Code:     "contract." + v.In,
			Sentence: "the request breaks the contract: " + v.String(),
			Fix:      "see " + x.operationID() + " in the contract document " + x.service.name + ".yaml",
		}
		d = x.nearMiss(v, d)
		if v.Unknown {
			d.Code = "contract.unknown-field"
			x.find(d)
			x.ignore(v)
			continue
		}
		if documented, ok := x.operation.errorOf(v.Pointer, v.Rule); ok {
			failure = documented.With(d)
			break
		}
		x.find(d)
		if failure == nil {
			failure = x.service.badRequest(parameterOf(v.Pointer)).With(d)
		}
	}
	if failure != nil {
		x.refuse(failure)
		return
	}
	x.held.sent = sent // not before: a request that breaks the contract covers nothing of it
	next()
}

// ignore notes what the operation is not to get: of a GET, parameters of the query, of other
// calls, fields of the body.
func (x *exchange) ignore(v contracts.Violation) {
	switch get := x.r.Method == http.MethodGet; {
	case get && v.In == contracts.InQuery:
		x.unknown = append(x.unknown, "/"+escapePointer.Replace(v.Pointer))
	case !get && v.In == contracts.InBody:
		x.unknown = append(x.unknown, v.Pointer)
	}
}

// parameterOf is the name of the parameter that a JSON pointer leads to: its first part.
func parameterOf(pointer string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	return name
}

// checkResponse holds the fake to the contract. A fault on purpose never comes this far in.
func checkResponse(x *exchange, next func()) {
	next()
	if !x.srv.config.SelfCheck || x.answer.status == 0 || x.failed || x.replayed {
		return
	}
	document, err := contracts.Load(x.service.name)
	if err != nil {
		x.bug("load contract: %v", err)
		return
	}
	violations, told := document.ReadResponse(x.operationID(), x.answer.status, x.answer.header, x.answer.body)
	x.held.answered = told
	if len(violations) > 0 {
		var lines []string
		for _, v := range violations {
			lines = append(lines, v.String())
		}
		x.srv.addBug(fmt.Sprintf("%s: the fake's response breaks the contract: %s", x.operationID(), strings.Join(lines, "; ")))
	}
}
