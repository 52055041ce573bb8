package verify

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/contracts"
)

// success is the code of a response that is none of an error.
func success(o contracts.Operation) any {
	if o.Service == "h5ds" {
		return json.Number("0")
	}
	return "Success"
}

// codeOf is the code of a response. The newest shape of the ticket has none.
func codeOf(o contracts.Operation, value any) any {
	code, ok := find(value, "/Code or /Response/Error/Code or /code")
	if _, ticket := find(value, "/Response/Authorization"); !ok && ticket {
		return success(o)
	}
	return code
}

// describedCode shows a code. A documented one is no secret, however long.
func describedCode(got any) string {
	known := func(o contracts.Operation) bool {
		return slices.ContainsFunc(o.Errors, func(r contracts.Error) bool { return r.Code == got })
	}
	if slices.ContainsFunc(contracts.Operations(), known) {
		return fmt.Sprintf("%q", got)
	}
	return described(got)
}
