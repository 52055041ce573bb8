// Package job computes the progress of a job from stored facts and the tenant's time. Nothing runs in the background.
package job

import (
	"math/bits"
	"time"
)

// Run holds the facts of one run of a plan from which the progress is computed.
type Run struct {
	Started time.Time `json:"started,omitzero" yaml:"started,omitempty"`
	// Polled is the number of polls before the end of the run. Only a plan with Polls counts them.
	Polled int `json:"polled,omitempty" yaml:"polled,omitempty"`
	// Percent is the progress that a test has set. Only a manual plan uses it.
	Percent int `json:"percent,omitempty" yaml:"percent,omitempty"`
	// Changed is the time of the last poll that counted, or of the last change of Percent.
	Changed time.Time `json:"changed,omitzero" yaml:"changed,omitempty"`
}

// State is the state of a job.
type State int

// States of a job. A job is Waiting while its progress is zero.
const (
	Waiting State = iota
	Running
	Done
	Failed
)

// Over reports whether the job has ended.
func (s State) Over() bool { return s >= Done }

// Progress returns the state of a run and its progress in percent at a time.
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

// reached returns the progress in percent without the bound of a failure.
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

// percentOf returns part of whole in percent, rounded down, without overflow. The part must be at least 0 and less than
// the whole.
func percentOf[N ~int | ~int64](part, whole N) int {
	high, low := bits.Mul64(uint64(part), 100)
	percent, _ := bits.Div64(high, low, uint64(whole))
	return int(percent)
}

// percentTakes returns the shortest part of whole for which percentOf returns the percentage or more. The percentage
// must be 0 to 100, and whole at least 0.
func percentTakes(percent int, whole time.Duration) time.Duration {
	high, low := bits.Mul64(uint64(whole), uint64(percent))
	part, rest := bits.Div64(high, low, 100)
	if rest > 0 {
		part++
	}
	return time.Duration(part)
}

// Ends returns the first time at which Progress reports an ended run. It returns false if the run ends by polls or by
// hand.
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

// Poll counts a poll of a run, if the plan counts polls and the run has not ended, and reports whether it did. The
// response to the poll shows the progress before Poll: with a plan of N polls, the N-th response shows the end.
func (p Plan) Poll(r *Run, now time.Time) bool {
	if state, _ := p.Progress(*r, now); p.Polls == 0 || state.Over() {
		return false
	}
	r.Polled++
	r.Changed = now
	return true
}

// Updated returns the time of the last change of a run: its end, a poll, a change of its Percent, or its start.
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
