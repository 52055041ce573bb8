package contracts

import (
	"fmt"
	"strings"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
)

// Where a violation is found: the values of Violation.In.
const (
	InOperation   = "operation" // the document has no operation of that name
	InMethod      = "method"
	InPath        = "path"
	InQuery       = "query"
	InHeader      = "header"
	InContentType = "content-type"
	InBody        = "body"
	InStatus      = "status"
)

// Violation is one way in which a request or a response breaks the contract.
type Violation struct {
	// In is one of the In constants.
	In string `json:"in"`
	// Pointer says which part: a JSON pointer (RFC 6901) in a body, "" for the whole of it; the name
	// of the parameter in a query or a header.
	Pointer string `json:"pointer,omitempty"`
	// Rule is the keyword of the JSON schema that is broken: "maximum", "type", "required", "enum".
	// Empty where no keyword says it: a wrong method, a body that cannot be read.
	Rule string `json:"rule,omitempty"`
	// Reason is English, one line, and goes on from the pointer: "must be a string".
	Reason string `json:"reason"`
	// Found is what stands there instead, one short line: a number with all its digits, a quoted
	// string, "an object", "95 characters". Empty where nothing stands there, and where a secret does.
	Found string `json:"found,omitempty"`
	// Unknown says that something is there that the document does not have. A tolerant server
	// overlooks it.
	Unknown bool `json:"unknown,omitempty"`
}

// String is the violation in one line: "body /MaterialId: must be a string, found 38192156030633420589".
func (v Violation) String() string {
	var line strings.Builder
	line.WriteString(v.In)
	if v.Pointer != "" {
		line.WriteByte(' ')
		line.WriteString(excerpt.Printable(v.Pointer))
	}
	line.WriteString(": ")
	line.WriteString(v.Reason)
	if v.Found != "" {
		line.WriteString(", found ")
		line.WriteString(v.Found)
	}
	return line.String()
}

// maxViolations bounds what one check returns. A client that sends a list of a million wrong
// items has made one mistake, not a million.
const maxViolations = 50

// bounded cuts the list to maxViolations and says how many are left out.
func bounded(all []Violation) []Violation {
	if len(all) <= maxViolations {
		return all
	}
	rest := len(all) - maxViolations
	return append(all[:maxViolations:maxViolations], Violation{
		In:     InBody,
		Reason: fmt.Sprintf("has %d more faults", rest),
	})
}

// ruleRequired is the Violation.Rule of what is missing, in a schema or as a parameter or a body.
const ruleRequired = "required"

// Reasons that stand in more than one place.
const (
	required      = "is required"
	notDocumented = "is not documented"
)

func unreadable(reason string) []Violation {
	return []Violation{{In: InBody, Reason: reason}}
}

func duplicate(path []string) Violation {
	return Violation{In: InBody, Pointer: Pointer(path...), Reason: "is given more than once"}
}
