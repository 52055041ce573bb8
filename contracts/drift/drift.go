// Package drift finds the differences between two accounts of the same services: the contract documents, the
// recordings of a service, and the fake.
//
// Recordings and the fake are compared by the shape of their responses, field by field: presence, type, and the form of texts.
// Values are not compared, since no two systems have the same ids; so the two need not have the same state. Responses are
// compared within a group: one operation with one outcome, such as Material.DeleteMaterial with OperationDenied.PermissionDeny.
package drift

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says what a difference does to a client.
type Severity string

const (
	Breaking Severity = "breaking" // a client that reads the response as expected fails
	Risky    Severity = "risky"    // a client may fail, if it is strict or lists what it knows
	Cosmetic Severity = "cosmetic" // no client should notice
)

// Severities returns all severities, the worst first.
func Severities() []Severity { return []Severity{Breaking, Risky, Cosmetic} }

// AtLeast says whether s is as bad as other or worse.
func (s Severity) AtLeast(other Severity) bool {
	return slices.Index(Severities(), s) <= slices.Index(Severities(), other)
}

// Difference is one difference between two sides.
type Difference struct {
	Severity Severity `json:"severity"`
	// Expected and Actual name the two sides: "contract", "fake", or the name of the recordings.
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	// Operation is empty for a call of no operation.
	Operation string `json:"operation,omitempty"`
	// Outcome is the code of the response: "Success", "0", or that of an error. It is "status 502" for a response without a code.
	Outcome string `json:"outcome,omitempty"`
	// Field is a JSON pointer into the response, in which [] stands for every item of a list. It is "status", "content type",
	// "message" or "request…" for a difference elsewhere.
	Field string `json:"field,omitempty"`
	// What describes in one line how the actual side differs from the expected one.
	What string `json:"what"`
	// Do says what to do about it.
	Do string `json:"do"`
	// Where is the first call of the actual side that shows the difference, Times the number of such calls.
	Where string `json:"where,omitempty"`
	Times int    `json:"times,omitempty"`
}

// String returns the difference in one line, without Do.
func (d Difference) String() string {
	line := string(d.Severity) + ":"
	for _, part := range []string{d.Operation, d.Outcome, d.Field} {
		if part != "" {
			line += " " + part
		}
	}
	line += ": " + d.What
	if d.Where != "" {
		line += fmt.Sprintf(" (%s", d.Where)
		if d.Times > 1 {
			line += fmt.Sprintf(", and %d more", d.Times-1)
		}
		line += ")"
	}
	return line
}

// Sort orders differences: the worst first, then by sides, operation, outcome and field.
func Sort(all []Difference) {
	slices.SortStableFunc(all, func(a, b Difference) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Severities(), a.Severity), slices.Index(Severities(), b.Severity)),
			cmp.Compare(a.Expected, b.Expected), cmp.Compare(a.Actual, b.Actual),
			cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Outcome, b.Outcome),
			cmp.Compare(a.Field, b.Field), cmp.Compare(a.What, b.What),
		)
	})
}
