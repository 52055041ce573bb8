package cmesign

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// cutOff explains a text that stops where a known order goes on. That alone proves no cut, so the
// sentence gives the facts, and doubt is what is known of the HMAC.
func (e *explainer) cutOff(sig Signature, doubt string) (diagnosis.Diagnosis, bool) {
	missing := missingAtEnd(sig.parameters)
	if len(missing) == 0 {
		return diagnosis.Diagnosis{}, false
	}
	are := fmt.Sprintf("%d required parameters are", len(missing))
	if len(missing) == 1 {
		are = "1 required parameter is"
	}
	return diagnosis.Diagnosis{
		Code: codeCutOff,
		Sentence: fmt.Sprintf("the text ends after %s; %s missing (%s); %s, as when the end was cut off",
			e.quote(sig.parameters[len(sig.parameters)-1].text), are, strings.Join(missing, ", "), doubt),
		Fix: "the signature was probably cut off at its end: find what shortens it (cut, head, a column, a terminal) and send all of it; " +
			"if it is whole, put what is missing into the text before signing",
		Received: e.shown(sig.Original),
	}, true
}

// missingAtEnd returns the required parameters that list lacks, when in a known order all of them
// come after those it has. The last one may be cut in the middle of its name.
func missingAtEnd(list []parameter) []string {
	if len(list) == 0 || len(list) > len(documentedNames) {
		return nil
	}
	whole, next := list, []string{""}
	if last := list[len(list)-1]; !strings.Contains(last.text, "=") {
		whole, next = list[:len(list)-1], begunBy(last.text)
	}
	if len(whole) == 0 || slices.ContainsFunc(whole, func(p parameter) bool { return !p.documented() }) {
		return nil
	}
	missing := slices.DeleteFunc(slices.Clone(required), func(name string) bool {
		return slices.ContainsFunc(whole, func(p parameter) bool { return p.name == name })
	})
	if !slices.ContainsFunc(next, func(name string) bool { return beginsAnOrder(whole, name, missing) }) {
		return nil
	}
	return missing
}

// begunBy are the documented names that begin with half.
func begunBy(half string) []string {
	return slices.DeleteFunc(slices.Clone(documentedNames), func(name string) bool { return !strings.HasPrefix(name, half) })
}

// beginsAnOrder reports whether a known order has the parameters of whole, then the one named next
// unless that is empty, then the missing ones.
func beginsAnOrder(whole []parameter, next string, missing []string) bool {
	full := slices.Clone(whole)
	if next != "" {
		full = append(full, parameter{name: next})
	}
	begin := slices.Clone(full)
	for _, name := range missing { // next can be among them: it then stands twice, side by side
		full = append(full, parameter{name: name})
	}
	return slices.ContainsFunc(orders[1:], func(o order) bool { // the first is no order
		sorted := slices.Clone(full)
		slices.SortStableFunc(sorted, o.less(sorted))
		return slices.EqualFunc(begin, sorted[:len(begin)], func(a, b parameter) bool { return a.name == b.name })
	})
}
