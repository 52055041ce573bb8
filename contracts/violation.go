package contracts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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
		line.WriteString(printable(v.Pointer))
	}
	line.WriteString(": ")
	line.WriteString(v.Reason)
	if v.Found != "" {
		line.WriteString(", found ")
		line.WriteString(v.Found)
	}
	return line.String()
}

// mostViolations bounds what one check returns. A client that sends a list of a million wrong
// items has made one mistake, not a million.
const mostViolations = 50

// bounded cuts the list to mostViolations and says how many are left out.
func bounded(all []Violation) []Violation {
	if len(all) <= mostViolations {
		return all
	}
	rest := len(all) - mostViolations
	return append(all[:mostViolations:mostViolations], Violation{
		In:     InBody,
		Reason: fmt.Sprintf("has %d more faults", rest),
	})
}

// Limits of what a line shows of the traffic, in characters.
const (
	mostPointer = 200
	mostNumber  = 60
)

// shorten cuts text to most characters, and says so with an ellipsis.
func shorten(text string, most int) string {
	n := 0
	for at := range text {
		if n == most {
			return text[:at] + "…"
		}
		n++
	}
	return text
}

// printable makes text from the traffic safe to print within a line.
func printable(text string) string {
	var line strings.Builder
	for _, r := range shorten(text, mostPointer) {
		if unicode.IsPrint(r) {
			line.WriteRune(r)
		} else {
			line.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return line.String()
}

// secretNames are the fields, parameters and headers whose value is never shown, in lower case.
// Its twin is secrets in recordings/redact/names.go; TestSecretNames on both sides holds the names.
var secretNames = []string{
	"admintoken", "auth", "authorization", "old_password", "password", "secret", "secretkey", "sign",
	"signature", "token", "uploadcontext", "verifysign", "voduploadsign",
}

// isSecret says that what the path leads to may be, or be part of, a secret.
func isSecret(path []string) bool {
	return slices.ContainsFunc(path, func(key string) bool {
		return slices.Contains(secretNames, strings.ToLower(strings.TrimSpace(key)))
	})
}

// secretBeginnings give away a secret that stands in the wrong place.
var secretBeginnings = []string{"Bearer", "tf_", "eyJ"}

// mostString is the length, in characters, up to which a string is shown. Enum values and times are
// shorter; signatures, tickets and tokens that stand in the wrong place are longer.
const mostString = 30

// show describes a value of a body for Violation.Found.
func show(path []string, value any) string {
	if isSecret(path) {
		return ""
	}
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(value)
	case json.Number:
		return shorten(string(value), mostNumber)
	case string:
		return showString(value)
	case []any:
		return "an array"
	default:
		return "an object"
	}
}

func showString(text string) string {
	length := utf8.RuneCountInString(text)
	secret := slices.ContainsFunc(secretBeginnings, func(s string) bool { return strings.HasPrefix(text, s) })
	if secret || length > mostString {
		return fmt.Sprintf("a string of %d characters", length)
	}
	return strconv.Quote(text)
}
