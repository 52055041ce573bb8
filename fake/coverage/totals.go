package coverage

import (
	"slices"

	"github.com/fakecme/fakecme/contracts"
)

// Totals is how much was exercised, of how much.
type Totals struct {
	Operations   int `json:"operations"`
	OfOperations int `json:"ofOperations"`
	Refusals     int `json:"refusals"`
	OfRefusals   int `json:"ofRefusals"`
	// Fields are those of requests, Values their documented values.
	Fields   int `json:"fields"`
	OfFields int `json:"ofFields"`
	Values   int `json:"values"`
	OfValues int `json:"ofValues"`
	// Answers are the documented values in answers. They are counted where answers are checked: under
	// fake.Start, and with Config.SelfCheck.
	Answers   int `json:"answers"`
	OfAnswers int `json:"ofAnswers"`
}

// The kinds of what is counted, in the order of reports.
const (
	Operations = "operations"
	Refusals   = "refusals"
	Fields     = "fields"
	Values     = "values"
	Answers    = "answers"
)

// Kinds returns the kinds of what is counted.
func Kinds() []string { return []string{Operations, Refusals, Fields, Values, Answers} }

// Of returns how much of a kind was exercised, of how much.
func (t Totals) Of(kind string) (exercised, of int) {
	e, o := t.at(kind)
	return *e, *o
}

func (t *Totals) at(kind string) (exercised, of *int) {
	switch kind {
	case Operations:
		return &t.Operations, &t.OfOperations
	case Refusals:
		return &t.Refusals, &t.OfRefusals
	case Fields:
		return &t.Fields, &t.OfFields
	case Values:
		return &t.Values, &t.OfValues
	default:
		return &t.Answers, &t.OfAnswers
	}
}

// Item is one thing that counts.
type Item struct {
	Kind    string // one of Kinds
	Service string
	// Operation is empty for a common refusal.
	Operation string
	// Name is that of the operation, the code and the text of a refusal, place and name of a field,
	// or these and a value.
	Name    string
	Derived bool
	// ByFault says that only a fault provokes it.
	ByFault bool
	// Idle says that it belongs to an operation that was never called.
	Idle  bool
	Times int
}

// Items returns everything that counts, of the services, or of all when none is named: operation by
// operation, and of each first itself, then its refusals, fields, values and answers.
func (c Coverage) Items(services ...string) []Item {
	var items []Item
	common := map[string]int{} // where in items
	for _, o := range c.Operations {
		if len(services) > 0 && !slices.Contains(services, o.Service) {
			continue
		}
		one := Item{Kind: Operations, Service: o.Service, Operation: o.ID, Idle: o.Calls == 0}
		items = append(items, one.with(Operations, o.ID, o.Provenance, o.Calls))
		for _, r := range o.Refusals {
			if r.Dialect != "" && !slices.Contains(c.Dialects, r.Dialect) {
				continue
			}
			refusal := one.with(Refusals, r.String(), r.Provenance, r.Times)
			refusal.ByFault = r.ByFault
			if r.Common {
				key := o.Service + " " + refusal.Name
				if at, known := common[key]; known {
					items[at].Times += r.Times
					continue
				}
				common[key] = len(items)
				refusal.Operation, refusal.Idle = "", false
			}
			items = append(items, refusal)
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
		if f.In != contracts.InAnswer {
			fields = append(fields, one.with(Fields, name, f.Provenance, f.Times))
		}
		for _, v := range f.Values {
			if f.In == contracts.InAnswer {
				answers = append(answers, one.with(Answers, name+" "+v.Value, f.Provenance, v.Times))
			} else {
				values = append(values, one.with(Values, name+" "+v.Value, f.Provenance, v.Times))
			}
		}
	}
	return slices.Concat(fields, values, answers)
}

func (i Item) with(kind, name, provenance string, times int) Item {
	i.Kind, i.Name, i.Derived, i.Times = kind, name, provenance == "derived", times
	return i
}

// String is code and text: that in English where there is one.
func (r Refusal) String() string {
	text := r.EnglishMessage
	if text == "" {
		text = r.Message
	}
	return r.Code + " (" + text + ")"
}

// Sum counts the services, or all when none is named: what a source knows, and what is derived.
func (c Coverage) Sum(services ...string) (exercised, derived Totals) {
	for _, i := range c.Items(services...) {
		totals := &exercised
		if i.Derived {
			totals = &derived
		}
		done, of := totals.at(i.Kind)
		*of++
		if i.Times > 0 {
			*done++
		}
	}
	return exercised, derived
}

func (c *Coverage) total() { c.Exercised, c.Derived = c.Sum() }
