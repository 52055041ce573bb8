// Package job derives how far a job is, one that runs for a while: whenever somebody looks, from
// facts that were written down and the tenant's time. Nothing runs meanwhile.
package job

import (
	"math/bits"
	"time"
)

// Run is one run of a plan: the facts that its progress follows from.
type Run struct {
	Started time.Time `json:"started,omitzero" yaml:"started,omitempty"`
	// Polled is how many polls have found the run under way. Only a plan with Polls counts them.
	Polled int `json:"polled,omitempty" yaml:"polled,omitempty"`
	// Percent is what the test's author has set. Only a manual plan heeds it.
	Percent int `json:"percent,omitempty" yaml:"percent,omitempty"`
	// Changed is the time of the last poll that counted, or of the last change of Percent.
	Changed time.Time `json:"changed,omitzero" yaml:"changed,omitempty"`
}

// State is what a job is doing.
type State int

// States of a job. A job is Waiting while it has done nothing yet.
const (
	Waiting State = iota
	Running
	Done
	Failed
)

// Over says that the state is one at the end.
func (s State) Over() bool { return s >= Done }

// Progress returns the state and the percentage of a run at a time.
func (p Plan) Progress(r Run, now time.Time) (State, int) {
	percent := p.reached(r, now)
	switch f := p.Fail; {
	case f != nil && percent >= f.At:
		return Failed, f.At
	case percent >= 100:
		return Done, 100
	case percent == 0:
		return Waiting, 0
	default:
		return Running, percent
	}
}

// reached is the percentage that no failure bounds. Every way to come to the end is one case.
func (p Plan) reached(r Run, now time.Time) int {
	elapsed := now.Sub(r.Started)
	switch {
	case p.Manual:
		return min(max(r.Percent, 0), 100)
	case p.Polls > 0 && r.Polled < p.Polls-1:
		return percentOf(max(r.Polled, 0), p.Polls-1)
	case p.Polls > 0 || p.After == 0 || elapsed >= p.After:
		return 100
	case elapsed <= 0: // the clock was set back
		return 0
	default:
		return percentOf(elapsed, p.After)
	}
}

// percentOf is part of whole in percent, rounded down: exact, however large both are. The part must
// be at least 0, and less than the whole.
func percentOf[N ~int | ~int64](part, whole N) int {
	high, low := bits.Mul64(uint64(part), 100)
	percent, _ := bits.Div64(high, low, uint64(whole))
	return int(percent)
}

// percentTakes is the shortest part of whole that percentOf calls so many percent or more.
// The percentage must be 0 to 100, and whole at least 0.
func percentTakes(percent int, whole time.Duration) time.Duration {
	high, low := bits.Mul64(uint64(whole), uint64(percent))
	part, rest := bits.Div64(high, low, 100)
	if rest > 0 {
		part++
	}
	return time.Duration(part)
}

// Ends is when time alone brings a run to its end, the first moment at which Progress says that it is
// over; ok is false when it takes polls or somebody's hand.
func (p Plan) Ends(r Run) (at time.Time, ok bool) {
	if p.Manual || p.Polls > 0 {
		return time.Time{}, false
	}
	percent := 100
	if p.Fail != nil {
		percent = min(max(p.Fail.At, 0), 100)
	}
	return r.Started.Add(percentTakes(percent, max(p.After, 0))), true
}

// Poll counts one poll of a run, if the plan counts them and the run is not over, and says
// whether it did. The response shows what Progress says before the poll is counted: of a plan with N
// polls, the N-th finds the run at its end.
func (p Plan) Poll(r *Run, now time.Time) bool {
	if state, _ := p.Progress(*r, now); p.Polls == 0 || state.Over() {
		return false
	}
	r.Polled++
	r.Changed = now
	return true
}

// Updated is when a run last changed by itself: at its end, at a poll, when its Percent was set,
// or else at its start.
func (p Plan) Updated(r Run, now time.Time) time.Time {
	state, _ := p.Progress(r, now)
	if end, timed := p.Ends(r); timed && p.After > 0 && state.Over() {
		return end
	}
	if r.Changed.IsZero() {
		return r.Started
	}
	return r.Changed
}
