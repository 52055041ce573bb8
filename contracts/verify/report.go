package verify

import (
	"fmt"
	"regexp"
	"strings"
)

// The values of Outcome.Verdict, the most serious first.
const (
	VerdictBroken    = "broken"     // a response breaks the contract
	VerdictNotJudged = "not judged" // there is no response, there are no credentials, or a precondition is missing
	VerdictKept      = "kept"
	VerdictLeftOut   = "left out" // not run, as asked
)

// Report is the result of a verification.
type Report struct {
	Outcomes []Outcome `json:"scenarios"`
}

// Outcome is the result of one scenario.
type Outcome struct {
	Service  string `json:"service"`
	Scenario string `json:"scenario"`
	// Verdict is one of the Verdict constants.
	Verdict string `json:"verdict"`
	// Faults are the lines of a broken scenario. Why says why a scenario was not judged or left out.
	Faults []string `json:"faults,omitempty"`
	Why    string   `json:"why,omitempty"`
	// Notes are differences from expectations that no document backs.
	Notes []string `json:"notes,omitempty"`
}

// Verdict returns the verdict on the whole: broken if a scenario is, else not judged if a scenario is or none was kept, else kept.
func (r Report) Verdict() string {
	switch {
	case r.Count(VerdictBroken) > 0:
		return VerdictBroken
	case r.Count(VerdictNotJudged) > 0 || r.Count(VerdictKept) == 0:
		return VerdictNotJudged
	}
	return VerdictKept
}

// Count returns the number of scenarios with a verdict.
func (r Report) Count(verdict string) int {
	n := 0
	for _, o := range r.Outcomes {
		if o.Verdict == verdict {
			n++
		}
	}
	return n
}

// String returns the report in lines for people: faults, scenarios that were not judged, notes, scenarios that were left out, and a
// summary.
// Scenarios of a service that were not judged for the same reason are one line.
func (r Report) String() string {
	var b strings.Builder
	stopped := r.together(VerdictNotJudged)
	for _, o := range r.Outcomes {
		same := stopped[o.reason()]
		switch {
		case o.Verdict != VerdictNotJudged || len(same) == 1:
		case same[0] == o.Scenario:
			fmt.Fprintf(&b, "%-10s  %s: %d scenarios (%s): %s\n", o.Verdict, o.Service, len(same), first(3, same), o.reason().why)
			fallthrough
		default:
			o.Verdict = "" // the line is written; the notes are not
		}
		for _, line := range o.Lines() {
			fmt.Fprintln(&b, line)
		}
	}
	left := r.together(VerdictLeftOut)
	for _, o := range r.Outcomes {
		if same := left[o.reason()]; o.Verdict == VerdictLeftOut && same[0] == o.Scenario {
			fmt.Fprintf(&b, "%-10s  %s: %s: %s\n", o.Verdict, o.Service, strings.Join(same, ", "), o.Why)
		}
	}
	fmt.Fprintf(&b, "%d kept, %d broken, %d not judged, %d left out\n", r.Count(VerdictKept), r.Count(VerdictBroken),
		r.Count(VerdictNotJudged), r.Count(VerdictLeftOut))
	if len(r.Outcomes) == r.Count(VerdictLeftOut) {
		fmt.Fprintln(&b, "nothing ran: no scenario fits what was asked for")
	}
	return b.String()
}

// reason says why scenarios of a service were not judged or left out, without the step.
type reason struct{ service, why string }

var atStep = regexp.MustCompile(`^step \d+ \S+: `)

func (o Outcome) reason() reason { return reason{o.Service, atStep.ReplaceAllString(o.Why, "")} }

// together returns the names of the scenarios with a verdict, by reason, in their order.
func (r Report) together(verdict string) map[reason][]string {
	all := map[reason][]string{}
	for _, o := range r.Outcomes {
		if o.Verdict == verdict {
			all[o.reason()] = append(all[o.reason()], o.Scenario)
		}
	}
	return all
}

// first returns the first n names.
func first(n int, names []string) string {
	if len(names) > n {
		names = append(names[:n:n], "…")
	}
	return strings.Join(names, ", ")
}

// Lines returns the lines of the outcome for people. There are none for a scenario that is kept without a note.
func (o Outcome) Lines() []string {
	var lines []string
	add := func(kind, text string) {
		lines = append(lines, fmt.Sprintf("%-10s  %s/%s: %s", kind, o.Service, o.Scenario, text))
	}
	for _, text := range o.Faults {
		add(VerdictBroken, text)
	}
	if o.Verdict == VerdictNotJudged {
		add(VerdictNotJudged, o.Why)
	}
	for _, text := range o.Notes {
		add("note", text)
	}
	return lines
}
