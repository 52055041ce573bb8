// Package check judges the parts of your own server that the products of the vendors depend on: the callback
// that h5ds asks whether a user is logged in (LoginStatus), and an endpoint that hands out CME signatures or h5ds
// tokens to your clients (Signer).
//
// It calls the address that it is given, and nothing else. Each requirement is a Rule with a
// stable id, a sentence that must hold, and the reason. No report holds a secret, a signature or a
// token.
package check

import (
	"fmt"
	"strings"
)

// Rule is one requirement of a server.
type Rule struct {
	// ID is stable: "login-status.unknown-user".
	ID string `json:"id"`
	// Sentence says what must hold.
	Sentence string `json:"sentence"`
	// Reason says why, and how that is known.
	Reason string `json:"reason"`
}

// Verdict says whether a server keeps a rule.
type Verdict string

const (
	Kept     Verdict = "kept"
	Broken   Verdict = "broken"
	Unjudged Verdict = "could not be judged" // something that the rule needs failed or is missing
	LeftOut  Verdict = "left out"            // the check was not asked to judge it
)

// Result is a rule and its verdict.
type Result struct {
	Rule
	Verdict Verdict `json:"verdict"`
	// Found says in one line what was found. For a rule that was left out or could not be judged, it says why.
	Found string `json:"found,omitempty"`
}

// String returns the result in one line.
func (r Result) String() string {
	if r.Found == "" {
		return fmt.Sprintf("%s: %s: %s", r.Verdict, r.ID, r.Sentence)
	}
	return fmt.Sprintf("%s: %s: %s: %s", r.Verdict, r.ID, r.Sentence, r.Found)
}

// Report has one result for each rule, in the order of the rules.
type Report struct {
	Target  string   `json:"target"`
	Results []Result `json:"results"`
}

// Of returns the results with one of the verdicts.
func (r Report) Of(verdicts ...Verdict) []Result {
	var some []Result
	for _, result := range r.Results {
		for _, v := range verdicts {
			if result.Verdict == v {
				some = append(some, result)
			}
		}
	}
	return some
}

// TB is what Judge needs of a *testing.T.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Judge fails the test for each rule that is broken, and for each that could not be judged: a rule
// that was not judged must not pass for a kept one.
func (r Report) Judge(tb TB) {
	tb.Helper()
	for _, result := range r.Of(Broken, Unjudged) {
		tb.Errorf("%s (%s)", result, result.Reason)
	}
}

// rule is a Rule and the function that judges a server of type S by it.
type rule[S any] struct {
	Rule
	judge func(S) (Verdict, string)
}

// run judges a server by all rules. The first one says whether there is anything to judge: if it is not
// kept, the others could not be judged.
func run[S any](target string, server S, rules []rule[S]) Report {
	report := Report{Target: target, Results: make([]Result, 0, len(rules))}
	for i, r := range rules {
		result := Result{Rule: r.Rule}
		if i > 0 && report.Results[0].Verdict != Kept {
			result.Verdict, result.Found = Unjudged, "see "+rules[0].ID
		} else {
			result.Verdict, result.Found = r.judge(server)
			result.Found = strings.Join(strings.Fields(result.Found), " ")
		}
		report.Results = append(report.Results, result)
	}
	return report
}

func rulesOf[S any](rules []rule[S]) []Rule {
	list := make([]Rule, len(rules))
	for i, r := range rules {
		list[i] = r.Rule
	}
	return list
}

func broken(format string, args ...any) (Verdict, string) {
	return Broken, fmt.Sprintf(format, args...)
}

func unjudged(format string, args ...any) (Verdict, string) {
	return Unjudged, fmt.Sprintf(format, args...)
}

func leftOut(format string, args ...any) (Verdict, string) {
	return LeftOut, fmt.Sprintf(format, args...)
}

func kept() (Verdict, string) { return Kept, "" }
