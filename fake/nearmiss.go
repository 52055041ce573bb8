package fake

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
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
