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
	InEncoding    = "content-encoding" // of a request
	InBody        = "body"
	InStatus      = "status"
)

// Violation is one way in which a request or a response breaks the contract.
type Violation struct {
	// In is one of the In constants.
	In string `json:"in"`
	// Pointer is a JSON pointer (RFC 6901) into a body, "" for the whole body, or the name
	// of the parameter in a query or a header.
	Pointer string `json:"pointer,omitempty"`
	// Rule is the keyword of the JSON schema that is broken: "maximum", "type", "required", "enum".
	// It is empty if no keyword is: for a wrong method, or a body that cannot be read.
	Rule string `json:"rule,omitempty"`
	// Reason continues after the pointer, in one line of English: "must be a string".
	Reason string `json:"reason"`
	// Found describes the value in one short line: a number with all its digits, a quoted
	// string, "an object", "95 characters". It is empty if there is no value, or a secret.
	Found string `json:"found,omitempty"`
	// Unknown says that the document does not have this part. A tolerant server overlooks it.
	Unknown bool `json:"unknown,omitempty"`
}

// String returns the violation in one line: "body /MaterialId: must be a string, found 38192156030633420589".
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

// maxViolations bounds the result of one check. A client that sends a list of a million wrong
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

// ruleUnicode is the Violation.Rule of an escape that stands for no character.
const ruleUnicode = "unicode"

// ruleRequired is the Violation.Rule of a missing field, parameter or body.
const ruleRequired = "required"

// Reasons that are used in more than one place.
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
