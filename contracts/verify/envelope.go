package verify

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/internal/excerpt"
	"github.com/fakecme/fakecme/fake/traffic"
)

// success is the code of a response that is no error.
func success(o contracts.Operation) string {
	if o.Service == "h5ds" {
		return "0"
	}
	return "Success"
}

// successText is a text of the envelope of a success.
type successText struct {
	of     string // the service or the operation
	at     string
	text   string
	origin contracts.Origin
}

// successTexts are the texts of a success. Those of an operation come before those of its service.
var successTexts = []successText{
	{"opencme", "/Message", "成功", contracts.Origin{Provenance: "documented", Source: "1156/50898, older version"}},
	{"opencme", "/EnglishMessage", "OK", contracts.Origin{Provenance: "documented", Source: "1156/50898, older version"}},
	{"webpaas", "/Message", "成功", contracts.Origin{Provenance: "documented", Source: "1156/50898, and each page with an example"}},
	{"webpaas", "/EnglishMessage", "success", contracts.Origin{Provenance: "documented", Source: "1156/50898, and each page with an example"}},
	{"Third.Login", "/message", "success", contracts.Origin{Provenance: "documented", Source: "S1"}},
	{"h5ds", "/message", "success", contracts.Origin{Provenance: contracts.Assumed, Source: "S1 shows it for Third.Login"}},
}

// textsOf returns the texts of a success of the operation, each place once.
func textsOf(o contracts.Operation) []successText {
	var found []successText
	for _, t := range successTexts {
		known := slices.ContainsFunc(found, func(other successText) bool { return other.at == t.at })
		if (t.of == o.ID || t.of == o.Service) && !known {
			found = append(found, t)
		}
	}
	return found
}

// echoes are the places of a response that repeat a parameter of the query, by service and parameter.
var echoes = map[string]map[string]string{"h5ds": {"page": "/data/current_page", "page_size": "/data/page_size"}}

// codeOf returns the code of a response. The newest shape of the ticket has none, and counts as a success.
func codeOf(o contracts.Operation, got response) string {
	code := traffic.ReadEnvelope(got.body).Code
	if code == "" {
		value, _ := contracts.DecodeJSON(got.body)
		if _, ticket := find(value, "/Response/Authorization"); ticket {
			return success(o)
		}
	}
	return code
}

// shownCode shows a code in a line. A documented one is no secret, however long.
func shownCode(o contracts.Operation, code string) string {
	known := func(o contracts.Operation) bool {
		return slices.ContainsFunc(o.Errors, func(e contracts.Error) bool { return e.Code == code })
	}
	switch {
	case code == "":
		return "none"
	case o.Service == "h5ds" && isNumber(code): // the codes of h5ds are numbers
		return excerpt.Number(code)
	case slices.ContainsFunc(contracts.Operations(), known), len(code) <= maxCode && codeForm.MatchString(code):
		return strconv.Quote(code)
	}
	return excerpt.String(code)
}

// codeForm is the form of the codes of CME: words of letters, divided by dots. No ticket and no token has it.
var codeForm = regexp.MustCompile(`^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)*$`)

const maxCode = 100

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// shownText shows a text of an error in a line.
func shownText(text string) string {
	if text == "" {
		return "nothing"
	}
	return excerpt.String(text)
}
