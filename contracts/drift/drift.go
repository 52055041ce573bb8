// Package drift says in what two accounts of the same services differ: the contract documents, the
// recordings of a service, and the fake.
//
// Recordings and the fake are compared by the shape of their answers, field by field: what is there,
// of which type, written in which form. Values are not compared, since no two systems have the same
// ids, and so no state has to be the same. Answers are compared within a group: one operation with
// one outcome, such as Material.DeleteMaterial with OperationDenied.PermissionDeny.
package drift

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity is what a difference does to a client.
type Severity string

const (
	Breaking Severity = "breaking" // a client that reads the response as expected fails
	Risky    Severity = "risky"    // a client may fail, if it is strict or lists what it knows
	Cosmetic Severity = "cosmetic" // no client should notice
)

// Severities are all of them, the worst first.
func Severities() []Severity { return []Severity{Breaking, Risky, Cosmetic} }

// AtLeast says whether s is as bad as other, or worse.
func (s Severity) AtLeast(other Severity) bool {
	return slices.Index(Severities(), s) <= slices.Index(Severities(), other)
}

// Difference is one thing in which two sides differ.
type Difference struct {
	Severity Severity `json:"severity"`
	// Expected and Actual name the two sides: "contract", "fake", or the name of the recordings.
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	// Operation is empty for a call that no operation answers.
	Operation string `json:"operation,omitempty"`
	// Outcome is the code of the response: "Success", "0", an error's; "status 502" without one.
	Outcome string `json:"outcome,omitempty"`
	// Field is a JSON pointer into the response in which [] stands for every item of a list, or what
	// else differs: "status", "content type", "message", "request".
	Field string `json:"field,omitempty"`
	// What says how the actual side differs from the expected one, in one line.
	What string `json:"what"`
	// Do says what to do about it.
	Do string `json:"do"`
	// Where is the first call of the actual side that shows it, Times how many do.
	Where string `json:"where,omitempty"`
	Times int    `json:"times,omitempty"`
}

// String is the difference in one line, without what to do.
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
