// Package job derives how far a job is, one that runs for a while: whenever somebody looks, from
// facts that were written down and the tenant's time. Nothing runs meanwhile.
package job

import (
	"errors"
	"fmt"
	"time"
)

// Plan says how a job comes to its end. The zero Plan ends with success at once. Of After, Polls
// and Manual there is at most one.
type Plan struct {
	// After is how much of the tenant's time passes between start and end.
	After Duration `json:"after,omitzero" yaml:"after,omitempty"`
	// Polls is how many polls find the job still running. The next one finds it at its end.
	Polls int `json:"polls,omitempty" yaml:"polls,omitempty"`
	// Manual leaves it to the test's author to set the progress.
	Manual bool `json:"manual,omitempty" yaml:"manual,omitempty"`
	// Fail lets the job fail on its way.
	Fail *Failure `json:"fail,omitempty" yaml:"fail,omitempty"`
}

// Failure is how a job fails.
type Failure struct {
	// At is the progress, 0 to 100 percent, at which it stops.
	At int `json:"at" yaml:"at"`
	// Code and Message say why, where the answers of the job have a place for them.
	Code    int64  `json:"code,omitempty" yaml:"code,omitempty"`
	Message string `json:"message,omitempty" yaml:"message,omitempty"`
}

// Duration is written "1m30s" in JSON and YAML.
type Duration time.Duration

// MarshalText writes the duration as [time.Duration.String] does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("duration: %w; write it like 90s or 1m30s", err)
	}
	*d = Duration(parsed)
	return nil
}

// Validate says what is wrong with a plan, by its field.
func (p Plan) Validate() error {
	ways := 0
	for _, given := range []bool{p.After != 0, p.Polls != 0, p.Manual} {
		if given {
			ways++
		}
	}
	switch {
	case ways > 1:
		return errors.New("after, polls and manual: a job comes to its end in one way; give one of them")
	case p.After < 0:
		return fmt.Errorf("after: %s; it cannot be negative", time.Duration(p.After))
	case p.Polls < 0:
		return fmt.Errorf("polls: %d; it cannot be negative", p.Polls)
	case p.Fail != nil && (p.Fail.At < 0 || p.Fail.At > 100):
		return fmt.Errorf("fail.at: %d; allowed are 0 to 100 percent", p.Fail.At)
	}
	return nil
}

// Apart returns a copy that shares nothing with p: one plan may stand in many jobs.
func (p Plan) Apart() Plan {
	if p.Fail != nil {
		fail := *p.Fail
		p.Fail = &fail
	}
	return p
}

// Run is one run of a plan: the facts that its progress follows from.
type Run struct {
	Started time.Time `json:"started,omitzero" yaml:"started,omitempty"`
	// Polled is how many polls there have been. Only a plan with Polls counts them.
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
	after := time.Duration(p.After)
	elapsed := now.Sub(r.Started)
	switch {
	case p.Manual:
		return min(max(r.Percent, 0), 100)
	case p.Polls > 0:
		return min(100, int(100*(float64(r.Polled)/float64(p.Polls+1))))
	case after == 0 || elapsed >= after:
		return 100
	case elapsed <= 0: // the clock was set back
		return 0
	default:
		return min(99, int(100*(float64(elapsed)/float64(after))))
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
// whether it did.
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
