package job

import (
	"fmt"
	"strings"
	"time"
)

// Plan says how a job comes to its end: in one of four ways, and with Fail not well. The zero Plan
// names none; a job that follows it ends at once.
type Plan struct {
	// Immediate ends the job at once.
	Immediate bool
	// After ends the job when so much of the tenant's time has passed since its start.
	After time.Duration
	// Polls ends the job at this poll: the first poll finds it at its start, the one of this number
	// at its end. A poll is a response that shows the job.
	Polls int
	// Manual leaves it to the test to move the job and to end it.
	Manual bool
	// Fail lets the job fail on its way, whichever that is; at once when no way is given.
	Fail *Failure
}

// Failure is how a job fails.
type Failure struct {
	// At is the progress, 0 to 100 percent, at which it stops.
	At int
	// Code and Message say why, where the responses of the job have a place for them.
	Code    int64
	Message string
}

// ways lists the ways to the end that are given.
func (p Plan) ways() []string {
	var ways []string
	for _, way := range []struct {
		name  string
		given bool
	}{{"immediate", p.Immediate}, {"after", p.After != 0}, {"polls", p.Polls != 0}, {"manual", p.Manual}} {
		if way.given {
			ways = append(ways, way.name)
		}
	}
	return ways
}

// Validate says what is wrong with a plan, beginning with the field.
func (p Plan) Validate() error {
	ways := p.ways()
	switch {
	case len(ways) > 1:
		return fmt.Errorf("%s: it stands beside %s; a job comes to its end in one way", ways[0], strings.Join(ways[1:], " and "))
	case p.After < 0:
		return fmt.Errorf("after: %s; it cannot be negative", p.After)
	case p.Polls < 0:
		return fmt.Errorf("polls: %d; write a whole number from 1", p.Polls)
	case p.Fail != nil && (p.Fail.At < 0 || p.Fail.At > 100):
		return fmt.Errorf("fail.at: %d%%; allowed are 0%% to 100%%", p.Fail.At)
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
