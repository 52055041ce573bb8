package verify

import (
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
	case slices.ContainsFunc(contracts.Operations(), known):
		return strconv.Quote(code)
	}
	return excerpt.String(code)
}

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
