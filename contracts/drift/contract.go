package drift

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/lint"
)

// AgainstContract returns the differences between the calls of a side and the contract documents. The mistakes of a rejected
// request are no drift, and are left out.
func AgainstContract(s *Side) []Difference {
	found := map[string]*Difference{}
	var order []string
	for _, c := range s.calls {
		for _, d := range s.judge(c) {
			key := d.Operation + "\x00" + d.Outcome + "\x00" + d.Field + "\x00" + d.What
			if known := found[key]; known != nil {
				known.Times++
				continue
			}
			d.Expected, d.Actual, d.Where, d.Times = "contract", s.Name, c.where, 1
			d.Do = contractAdvice(d.Severity, s.IsFake)
			found[key] = &d
			order = append(order, key)
		}
	}
	differences := []Difference{}
	for _, key := range order {
		differences = append(differences, *found[key])
	}
	Sort(differences)
	return differences
}

func contractAdvice(severity Severity, isFake bool) string {
	switch {
	case isFake:
		return "report it: the fake breaks its own contract"
	case severity == Cosmetic:
		return "nothing, unless your client is strict about it"
	}
	return "the service differs from its documents here: see how your client handles it, and report it, so that the contract document is corrected"
}

// judge compares one call with the contract.
func (s *Side) judge(c call) (all []Difference) {
	if c.operation == "" {
		return []Difference{{Severity: Risky, Field: "request", What: fmt.Sprintf("the contract has no operation %s %s", c.Method, c.URL.Path)}}
	}
	operation, _ := contracts.Lookup(c.operation)
	request, response, err := lint.Violations(c.Call, operation)
	if err != nil {
		panic("drift: " + err.Error()) // the documents are embedded: the build is broken
	}
	add := func(part string, v contracts.Violation) {
		d := Difference{Severity: severityOf(part, v), Operation: c.operation, Outcome: c.outcome, Field: fieldOf(part, v), What: whatOf(v)}
		if !slices.ContainsFunc(all, func(o Difference) bool { return o.Field == d.Field && o.What == d.What }) {
			all = append(all, d)
		}
	}
	if succeeded(c.outcome) {
		for _, v := range request {
			add(contracts.PartRequest, v)
		}
	}
	for _, v := range response {
		add(contracts.PartResponse, v)
	}
	return append(all, c.documented(operation)...)
}

// documented compares an error and its texts with those of the contract.
func (c call) documented(operation contracts.Operation) []Difference {
	if succeeded(c.outcome) {
		return nil
	}
	var texts []string
	for _, r := range operation.Errors {
		if r.Code != c.outcome {
			continue
		}
		text := r.Message
		if r.EnglishMessage != "" {
			text += " / " + r.EnglishMessage
		}
		texts = append(texts, text)
	}
	found := messageOf(traffic.ReadEnvelope(c.ResponseBody))
	d := Difference{Operation: c.operation, Outcome: c.outcome}
	switch {
	case len(texts) == 0:
		d.Severity, d.Field, d.What = Risky, "code", "the contract does not list this error of the operation"
	case found == "" || slices.ContainsFunc(texts, func(t string) bool { return t == found || strings.HasPrefix(found, t+": ") }):
		return nil
	default:
		d.Severity, d.Field, d.What = Cosmetic, "message", fmt.Sprintf("%q, documented %q", found, texts[0])
	}
	return []Difference{d}
}

// severityOf judges what a broken rule does to a client. A forbidden request that the service accepted
// breaks no client.
func severityOf(part string, v contracts.Violation) Severity {
	switch {
	case v.Unknown:
		return Cosmetic
	case part == contracts.PartRequest, v.In == contracts.InContentType:
		return Risky
	case v.In == contracts.InStatus:
		return Breaking
	}
	switch v.Rule {
	case "", "required", "type", "oneOf", "anyOf", "allOf", "nullable":
		return Breaking
	}
	return Risky // a value the contract does not list, a number out of its range
}

var indices = regexp.MustCompile(`/\d+(/|$)`)

// fieldOf is the place of a violation, with [] for the items of lists.
func fieldOf(part string, v contracts.Violation) string {
	place := v.In
	if v.In == contracts.InBody {
		place = v.Pointer
		for indices.MatchString(place) {
			place = indices.ReplaceAllString(place, "/[]$1")
		}
	} else if v.Pointer != "" {
		place += " " + v.Pointer
	}
	if part == contracts.PartRequest {
		return "request " + place
	}
	return place
}

func whatOf(v contracts.Violation) string {
	if v.Found != "" && v.Rule == "enum" {
		return v.Reason + ", found " + v.Found
	}
	return v.Reason
}
