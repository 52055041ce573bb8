package fake

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// formText is an encoded form: pairs of names and values, the first with a name.
var formText = regexp.MustCompile(`^[A-Za-z0-9_.%+\[\]-]+=[^{}\s"]*$`)

// nearMiss says more of a body that is in the wrong form, which many HTTP libraries write unasked; of anything else d.
func (x *exchange) nearMiss(v contracts.Violation, d diagnosis.Diagnosis) diagnosis.Diagnosis {
	contentType := x.r.Header.Get("Content-Type")
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	labelled := v.Reason == "must be application/json" && (media == "application/x-www-form-urlencoded" || media == "multipart/form-data")
	body := bytes.TrimSpace(x.body)
	isForm := len(body) < 1<<20 && formText.Match(body)
	switch {
	case v.In == contracts.InContentType && labelled && bytes.HasPrefix(body, []byte("{")):
		d.Code = "call.json-as-form"
		d.Sentence = fmt.Sprintf("the body is JSON, but the Content-Type says %s", media)
		d.Fix = "send Content-Type: application/json; curl -d, and other clients, send that of a form unless they are told"
	case v.In == contracts.InContentType && labelled:
		d.Code = "call.body-as-form"
		d.Sentence = fmt.Sprintf("the body was sent as a form (%s), and %s takes JSON", media, x.operationID())
		d.Fix = "write the fields as one JSON object, and send Content-Type: application/json"
	case v.In == contracts.InBody && v.Pointer == "" && media == "application/json" && isForm:
		d.Code = "call.body-as-form"
		d.Sentence = fmt.Sprintf("the body is a form, but the Content-Type says JSON, which %s takes", x.operationID())
		d.Fix = "write the fields as one JSON object: JSON.stringify, json.Marshal, json.dumps"
	}
	return d
}

// credentialPlaces are where the credentials belong, by the name of the contract's security scheme.
var credentialPlaces = map[string]struct {
	what    string
	missing string   // the diagnosis of a call without it
	names   []string // what clients call it, in any case, its own name first
	belongs string
}{
	"cmeSignature": {"signature", "cme.empty", []string{"signature"}, "the query parameter signature"},
	"cmeTicket":    {"ticket", "ticket.missing", []string{"auth", "ticket"}, "the query parameter auth"},
	"h5dsToken":    {"token", "token.missing", []string{"authorization", "auth", "token"}, "the header Authorization"},
	"h5dsSign":     {"sign", "h5ds.missing-header", []string{"sign"}, "a header, with appid and timestamp"},
}

// misplaced says more of a credential that is missing in its place and stands in another; of anything else
// it returns the error itself.
func (x *exchange) misplaced(scheme string, failure *op.Failure) *op.Failure {
	place := credentialPlaces[scheme]
	if failure.Diagnosis.Code != place.missing {
		return failure
	}
	found := func(kind, name string) *op.Failure {
		return failure.Err.Because("call.credential-misplaced", "send it as "+place.belongs, "the %s is the %s %s", place.what, kind, name)
	}
	isIt := func(name string) bool {
		return slices.ContainsFunc(place.names, func(n string) bool { return strings.EqualFold(n, name) })
	}
	for pair := range strings.SplitSeq(x.r.URL.RawQuery, "&") {
		if name, value, _ := strings.Cut(pair, "="); value != "" && isIt(name) {
			return found("query parameter", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.r.Header)) {
		if isIt(name) && x.r.Header.Get(name) != "" {
			return found("header", name)
		}
	}
	return failure
}
