package contracts

import (
	"fmt"
	"strings"
)

// The values of Outcome.Verdict, the weightiest first.
const (
	VerdictBroken    = "broken"     // an answer breaks the contract
	VerdictNotJudged = "not judged" // no answer, no credentials, or something that must be there is not
	VerdictKept      = "kept"
	VerdictLeftOut   = "left out" // not run, as asked
)

// Report is what came of a verification.
type Report struct {
	Outcomes []Outcome `json:"scenarios"`
}

// Outcome is what came of one scenario.
type Outcome struct {
	Service  string `json:"service"`
	Scenario string `json:"scenario"`
	// Verdict is one of the Verdict constants.
	Verdict string `json:"verdict"`
	// Faults are the lines of a broken one, Why the line of one that was not judged or left out.
	Faults []string `json:"faults,omitempty"`
	Why    string   `json:"why,omitempty"`
	// Notes are answers that differ from what no document promises.
	Notes []string `json:"notes,omitempty"`
}

// Verdict is that of the whole: broken wins over what could not be judged, and nothing is kept where nothing was judged.
func (r Report) Verdict() string {
	switch {
	case r.Count(VerdictBroken) > 0:
		return VerdictBroken
	case r.Count(VerdictNotJudged) > 0 || r.Count(VerdictKept) == 0:
		return VerdictNotJudged
	}
	return VerdictKept
}

// Count is the number of scenarios with a verdict.
func (r Report) Count(verdict string) int {
	n := 0
	for _, o := range r.Outcomes {
		if o.Verdict == verdict {
			n++
		}
	}
	return n
}

// String is the report in lines for people: what is wrong, what was not judged, the notes, and a summary.
func (r Report) String() string {
	var b strings.Builder
	for _, o := range r.Outcomes {
		for _, line := range o.Lines() {
			fmt.Fprintln(&b, line)
		}
	}
	fmt.Fprintf(&b, "%d kept, %d broken, %d not judged, %d left out\n", r.Count(VerdictKept), r.Count(VerdictBroken),
		r.Count(VerdictNotJudged), r.Count(VerdictLeftOut))
	if len(r.Outcomes) == r.Count(VerdictLeftOut) {
		fmt.Fprintln(&b, "nothing ran: no scenario fits what was asked for")
	}
	return b.String()
}

// Lines are those of the outcome that say something: none for a scenario that is kept without a note.
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
