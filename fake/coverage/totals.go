package coverage

import (
	"slices"

	"github.com/fakecme/fakecme/contracts"
)

// Totals is how much was covered, of how much.
type Totals struct {
	Operations   int `json:"operations"`
	OfOperations int `json:"ofOperations"`
	Errors       int `json:"errors"`
	OfErrors     int `json:"ofErrors"`
	// Fields are those of requests, Values their documented values.
	Fields   int `json:"fields"`
	OfFields int `json:"ofFields"`
	Values   int `json:"values"`
	OfValues int `json:"ofValues"`
	// Answers are the documented values in responses. They are counted where answers are checked: under
	// fake.Start, and with Config.SelfCheck.
	Responses   int `json:"responses"`
	OfResponses int `json:"ofResponses"`
}

// The kinds of what is counted, in the order of reports.
const (
	Operations = "operations"
	Errors     = "errors"
	Fields     = "fields"
	Values     = "values"
	Responses  = "responses"
)

// Kinds returns the kinds of what is counted.
func Kinds() []string { return []string{Operations, Errors, Fields, Values, Responses} }

// Of returns how much of a kind was covered, of how much.
func (t Totals) Of(kind string) (covered, of int) {
	e, o := t.at(kind)
	return *e, *o
}

func (t *Totals) at(kind string) (covered, of *int) {
	switch kind {
	case Operations:
		return &t.Operations, &t.OfOperations
	case Errors:
		return &t.Errors, &t.OfErrors
	case Fields:
		return &t.Fields, &t.OfFields
	case Values:
		return &t.Values, &t.OfValues
	default:
		return &t.Responses, &t.OfResponses
	}
}

// Item is one thing that counts.
type Item struct {
	Kind    string // one of Kinds
	Service string
	// Operation is empty for a common error.
	Operation string
	// Name is that of the operation, the code and the text of an error, place and name of a field,
	// or these and a value.
	Name    string
	Assumed bool
	// ByFault says that only a fault provokes it.
	ByFault bool
	// Idle says that it belongs to an operation that was never called.
	Idle  bool
	Times int
}

// Items returns everything that counts, of the services, or of all when none is named: operation by
// operation, and of each first itself, then its errors, fields, values and responses.
func (c Coverage) Items(services ...string) []Item {
	var items []Item
	common := map[string]int{} // where in items
	for _, o := range c.Operations {
		if len(services) > 0 && !slices.Contains(services, o.Service) {
			continue
		}
		one := Item{Kind: Operations, Service: o.Service, Operation: o.ID, Idle: o.Calls == 0}
		items = append(items, one.with(Operations, o.ID, o.Provenance, o.Calls))
		for _, r := range o.Errors {
			if r.Dialect != "" && !slices.Contains(c.Dialects, r.Dialect) {
				continue
			}
			failure := one.with(Errors, r.String(), r.Provenance, r.Times)
			failure.ByFault = r.ByFault
			if r.Common {
				key := o.Service + " " + failure.Name
				if at, known := common[key]; known {
					items[at].Times += r.Times
					continue
				}
				common[key] = len(items)
				failure.Operation, failure.Idle = "", false
			}
			items = append(items, failure)
		}
		items = append(items, o.parts(one)...)
	}
	return items
}

// parts are the fields and values of an operation.
func (o Operation) parts(one Item) []Item {
	var fields, values, answers []Item
	for _, f := range o.Fields {
		name := f.In + " " + f.Pointer
		if f.In != contracts.InResponse {
			fields = append(fields, one.with(Fields, name, f.Provenance, f.Times))
		}
		for _, v := range f.Values {
			if f.In == contracts.InResponse {
				answers = append(answers, one.with(Responses, name+" "+v.Value, f.Provenance, v.Times))
			} else {
				values = append(values, one.with(Values, name+" "+v.Value, f.Provenance, v.Times))
			}
		}
	}
	return slices.Concat(fields, values, answers)
}

func (i Item) with(kind, name, provenance string, times int) Item {
	i.Kind, i.Name, i.Assumed, i.Times = kind, name, provenance == "assumed", times
	return i
}

// String is code and text: that in English where there is one.
func (r Error) String() string {
	text := r.EnglishMessage
	if text == "" {
		text = r.Message
	}
	return r.Code + " (" + text + ")"
}

// Sum counts the services, or all when none is named: what a source knows, and what is assumed.
func (c Coverage) Sum(services ...string) (covered, assumed Totals) {
	for _, i := range c.Items(services...) {
		totals := &covered
		if i.Assumed {
			totals = &assumed
		}
		done, of := totals.at(i.Kind)
		*of++
		if i.Times > 0 {
			*done++
		}
	}
	return covered, assumed
}

func (c *Coverage) total() { c.Covered, c.Assumed = c.Sum() }
