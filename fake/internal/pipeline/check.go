package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/traffic"
)

// checkRequest rejects a request that breaks the contract.
func checkRequest(x *Exchange, next func()) {
	failure, err := judgeRequest(x)
	switch {
	case err != nil:
		x.Bug("%v", err)
	case failure != nil:
		x.Reject(http.StatusOK, failure)
	default:
		next()
	}
}

// judgeRequest holds the client to the contract, and returns the error that the operation responds with; nil when it
// does not break it. What breaks the contract is a finding, except for two kinds: an undocumented field is a finding
// only, since real services ignore it; a parameter that breaks a rule with a documented error of its own is rejected with
// that, and is no finding, since the service documents what happens.
func judgeRequest(x *Exchange) (*op.Failure, error) {
	document, err := contracts.Load(x.Service.Name)
	if err != nil {
		return nil, fmt.Errorf("load contract: %w", err)
	}
	var failure *op.Failure
	violations, sent := document.ReadRequest(x.OperationID(), x.Request.Request, x.Body.Bytes)
	for _, v := range violations {
		d := nearMiss(x, v, diagnosis.Diagnosis{
			Code:     "contract." + v.In,
			Sentence: "the request breaks the contract: " + v.String(),
			Fix:      "see " + x.OperationID() + " in the contract document " + x.Service.Name + ".yaml",
		})
		if v.Unknown {
			d.Code = "contract.unknown-field"
			x.Find(d)
			ignore(x, v)
			continue
		}
		if documented, ok := x.Operation.ErrorOf(v.Pointer, v.Rule); ok {
			failure = documented.With(d)
			break
		}
		x.Find(d)
		if failure == nil {
			failure = x.Service.BadRequest(parameterOf(v.Pointer)).With(d)
		}
	}
	if failure == nil { // a request that breaks the contract covers nothing of it
		x.covers.sent = sent
	}
	return failure, nil
}

// ignore notes what the operation is not to get: of a GET, parameters of the query, of other calls, fields of the body.
func ignore(x *Exchange, v contracts.Violation) {
	switch get := x.Method == http.MethodGet; {
	case get && v.In == contracts.InQuery:
		x.Body.unknown = append(x.Body.unknown, contracts.Pointer(v.Pointer))
	case !get && v.In == contracts.InBody:
		x.Body.unknown = append(x.Body.unknown, v.Pointer)
	}
}

// parameterOf is the name of the parameter that a JSON pointer leads to: its first part.
func parameterOf(pointer string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	return name
}

// checkResponse holds the fake to the contract. The response that a fault spoils never comes this far in.
func checkResponse(x *Exchange, next func()) {
	next()
	if !x.SelfCheck || x.Response.Status == 0 || x.outcome.bug || x.source.replayed {
		return
	}
	document, err := contracts.Load(x.Service.Name)
	if err != nil {
		x.Bug("load contract: %v", err)
		return
	}
	violations, responded := document.ReadResponse(x.OperationID(), x.Response.Status, x.Response.Header, x.Response.Body)
	x.covers.responded = responded
	if len(violations) > 0 {
		var lines []string
		for _, v := range violations {
			lines = append(lines, v.String())
		}
		x.Verdict.AddBug(fmt.Sprintf("%s: the fake's response breaks the contract: %s", x.OperationID(), strings.Join(lines, "; ")))
	}
}

// formText is an encoded form: pairs of names and values, the first with a name.
var formText = regexp.MustCompile(`^[A-Za-z0-9_.%+\[\]-]+=[^{}\s"]*$`)

// nearMiss says more of a body that is in the wrong form, which many HTTP libraries write unasked; of anything else d.
func nearMiss(x *Exchange, v contracts.Violation, d diagnosis.Diagnosis) diagnosis.Diagnosis {
	contentType := x.Header.Get("Content-Type")
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	labelled := v.Reason == "must be application/json" && (media == "application/x-www-form-urlencoded" || media == "multipart/form-data")
	body := bytes.TrimSpace(x.Body.Bytes)
	isForm := len(body) < 1<<20 && formText.Match(body)
	switch {
	case v.In == contracts.InContentType && labelled && bytes.HasPrefix(body, []byte("{")):
		d.Code = "call.json-as-form"
		d.Sentence = fmt.Sprintf("the body is JSON, but the Content-Type says %s", media)
		d.Fix = "send Content-Type: application/json; curl -d, and other clients, send that of a form unless they are told"
	case v.In == contracts.InContentType && labelled:
		d.Code = "call.body-as-form"
		d.Sentence = fmt.Sprintf("the body was sent as a form (%s), and %s takes JSON", media, x.OperationID())
		d.Fix = "write the fields as one JSON object, and send Content-Type: application/json"
	case v.In == contracts.InBody && v.Pointer == "" && media == "application/json" && isForm:
		d.Code = "call.body-as-form"
		d.Sentence = fmt.Sprintf("the body is a form, but the Content-Type says JSON, which %s takes", x.OperationID())
		d.Fix = "write the fields as one JSON object: JSON.stringify, json.Marshal, json.dumps"
	}
	return d
}

// without returns a request, as JSON, without the fields that the pointers lead to. Real services
// ignore fields they do not know; encoding/json would take "tags" for "Tags". What is no JSON
// comes back as it is.
func without(body []byte, pointers []string) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var root any
	if decoder.Decode(&root) != nil {
		return body
	}
	for _, p := range pointers {
		remove(root, contracts.SplitPointer(p))
	}
	cleaned, err := traffic.Encode(root)
	if err != nil {
		return body
	}
	return cleaned
}

func remove(node any, path []string) {
	name := path[0]
	switch v := node.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(v, name)
			return
		}
		remove(v[name], path[1:])
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(v) && len(path) > 1 {
			remove(v[i], path[1:])
		}
	}
}
