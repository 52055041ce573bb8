package drift

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
)

// Compare returns the differences between the responses of actual and those of expected. Groups that only one of
// them has are not compared; the second result has a line for each.
func Compare(expected, actual *Side) (differences []Difference, notCompared []string) {
	operations := map[string]bool{}
	for g := range expected.groups {
		operations[g.operation] = true
	}
	for _, g := range sorted(expected, actual) {
		e, a := expected.groups[g], actual.groups[g]
		switch {
		case e == nil && operations[g.operation] && !succeeded(g.outcome):
			differences = append(differences, Difference{
				Severity: Risky, Expected: expected.Name, Actual: actual.Name, Operation: g.operation, Outcome: g.outcome,
				What: fmt.Sprintf("%s has this error, %s never has", actual.Name, expected.Name),
				Do:   "see that your client can handle this code", Where: a.where, Times: a.calls,
			})
		case e == nil:
			notCompared = append(notCompared, fmt.Sprintf("%s %s: only in %s", g.operation, g.outcome, actual.Name))
		case a == nil:
			notCompared = append(notCompared, fmt.Sprintf("%s %s: only in %s", g.operation, g.outcome, expected.Name))
		default:
			c := comparison{group: g, expected: expected, actual: actual, e: e, a: a}
			c.run()
			differences = append(differences, c.found...)
		}
	}
	Sort(differences)
	return differences, notCompared
}

// comparison compares one group.
type comparison struct {
	group
	expected, actual *Side
	e, a             *shape
	found            []Difference
}

func (c *comparison) add(severity Severity, field, where string, times int, format string, args ...any) {
	c.found = append(c.found, Difference{
		Severity: severity, Expected: c.expected.Name, Actual: c.actual.Name, Operation: c.operation, Outcome: c.outcome,
		Field: field, What: fmt.Sprintf(format, args...), Do: c.advice(severity), Where: where, Times: times,
	})
}

// advice says what to do, depending on the sides.
func (c *comparison) advice(severity Severity) string {
	switch {
	case severity == Cosmetic:
		return "nothing, unless your client is strict about it"
	case c.expected.IsFake || c.actual.IsFake:
		return "the fake differs from the service here: do not rely on a passing test; use a recording instead (--replay)"
	}
	return "the service has changed: see how your client handles it, then replace the old recording"
}

func (c *comparison) run() {
	if !overlap(c.e.statuses, c.a.statuses) {
		c.add(Breaking, "status", c.a.where, c.a.calls, "%s, expected %s", list(c.a.statuses), list(c.e.statuses))
	}
	if !overlap(c.e.media, c.a.media) {
		c.add(Risky, "content type", c.a.where, c.a.calls, "%s, expected %s", list(c.a.media), list(c.e.media))
	}
	if len(c.e.messages) > 0 && len(c.a.messages) > 0 && !overlap(c.e.messages, c.a.messages) {
		c.add(Cosmetic, "message", c.a.where, c.a.calls, "%s, expected %s", list(c.a.messages), list(c.e.messages))
	}
	pointers := maps.Clone(c.e.fields)
	maps.Copy(pointers, c.a.fields)
	for _, pointer := range slices.Sorted(maps.Keys(pointers)) {
		c.field(pointer)
	}
}

// overlap says whether two sets have something in common.
func overlap(a, b map[string]int) bool {
	for k := range a {
		if b[k] > 0 {
			return true
		}
	}
	return false
}

func (c *comparison) field(pointer string) {
	e, a := c.e.fields[pointer], c.a.fields[pointer]
	switch item := strings.HasSuffix(pointer, "/[]"); {
	case e == nil && !item && c.e.objectsAt(parent(pointer)) > 0:
		c.add(Cosmetic, pointer, a.where, a.times, "is there (%s), and not expected", list(a.kinds))
	case a == nil && !item && c.a.objectsAt(parent(pointer)) > 0:
		if c.e.always(pointer) {
			c.add(Breaking, pointer, c.a.where, c.a.objectsAt(parent(pointer)), "is missing, expected %s", list(e.kinds))
		} else if !c.expected.IsFake { // a recording need not show all that the suite provokes
			c.add(Cosmetic, pointer, c.a.where, c.a.objectsAt(parent(pointer)), "is never there, expected now and then")
		}
	case e == nil || a == nil: // the difference of its parent is reported, or the list is empty
	default:
		if missing := c.a.objectsAt(parent(pointer)) - a.times; !item && c.e.always(pointer) && !c.a.always(pointer) {
			c.add(Risky, pointer, c.a.where, missing, "is missing now and then, expected always")
		}
		c.kinds(pointer, e, a)
		c.forms(pointer, e, a)
	}
}

// kinds compares types. Integers are numbers; null is a type of its own.
func (c *comparison) kinds(pointer string, e, a *field) {
	for _, kind := range slices.Sorted(maps.Keys(a.kinds)) {
		switch {
		case len(e.kinds) == 0: // only placeholders
		case e.kinds[kind] > 0, kind == "integer" && e.kinds["number"] > 0:
		case len(e.kinds) == 1 && e.kinds["null"] > 0: // all that is known of it is that it can be null
			c.add(Cosmetic, pointer, a.where, a.kinds[kind], "is %s, expected null", article(kind))
		case kind == "number" && e.kinds["integer"] > 0:
			c.fraction(pointer, e, a)
		case kind == "null":
			c.add(Risky, pointer, a.where, a.kinds[kind], "is %s, expected %s", article(kind), list(e.kinds))
		default:
			c.add(Breaking, pointer, a.where, a.kinds[kind], "is %s, expected %s", article(kind), list(e.kinds))
		}
	}
}

// fraction judges a number with a fraction or an exponent where integers are expected. It is of the same opinion as the
// contract: a place that is documented as a number may have any.
func (c *comparison) fraction(pointer string, e, a *field) {
	severity := Risky // no documented type: a client may read it as either
	switch documentedNumber(c.operation, pointer) {
	case "number":
		return
	case "integer":
		severity = Breaking
	}
	c.add(severity, pointer, a.where, a.kinds["number"], "is a number, expected %s", list(e.kinds))
}

// documentedNumber returns the documented type of a number in a response to the operation.
func documentedNumber(operation, pointer string) string {
	o, _ := contracts.Lookup(operation)
	document, err := contracts.Load(o.Service)
	if err != nil {
		panic("drift: " + err.Error()) // the documents are embedded: the build is broken
	}
	return document.NumberType(operation, pointer)
}

func article(kind string) string {
	switch kind {
	case "null":
		return kind
	case "integer", "object":
		return "an " + kind
	}
	return "a " + kind
}

// forms compares the forms of strings, where each side has one form.
func (c *comparison) forms(pointer string, e, a *field) {
	want, got := e.onlyForm(), a.onlyForm()
	if want == "" || got == "" || want == got {
		return
	}
	severity := Cosmetic
	if isTime(want) || isTime(got) || want == "an address" || got == "an address" {
		severity = Risky
	}
	c.add(severity, pointer, a.where, a.times, "is written as %s, expected %s", got, want)
}
