// Package job derives how far a job is, one that runs for a while: whenever somebody looks, from
// facts that were written down and the tenant's time. Nothing runs meanwhile.
package job

import "time"

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
		return min(99, int(100*(float64(r.Polled)/float64(p.Polls-1))))
	case p.Polls > 0 || p.After == 0 || elapsed >= p.After:
		return 100
	case elapsed <= 0: // the clock was set back
		return 0
	default:
		return min(99, int(100*(float64(elapsed)/float64(p.After))))
	}
}

// Ends is when time alone brings a run to its end; ok is false when it takes polls or somebody's hand.
func (p Plan) Ends(r Run) (at time.Time, ok bool) {
	if p.Manual || p.Polls > 0 {
		return time.Time{}, false
	}
	percent := 100
	if p.Fail != nil {
		percent = p.Fail.At
	}
	return r.Started.Add(time.Duration(float64(p.After) * float64(percent) / 100)), true
}

// Poll counts one poll of a run, if the plan counts them and the run is not over, and says
// whether it did. The answer shows what Progress says before the poll is counted: of a plan with N
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
	state, percent := p.Progress(r, now)
	if state.Over() && p.After > 0 {
		return r.Started.Add(time.Duration(float64(p.After) * float64(percent) / 100))
	}
	if r.Changed.IsZero() {
		return r.Started
	}
	return r.Changed
}
