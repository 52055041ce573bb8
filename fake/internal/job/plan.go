package job

import (
	"fmt"
	"strings"
	"time"
)

// Plan says how a job ends: in one of four ways, successfully or with a failure. The zero Plan names no way; a job with
// it ends at once.
type Plan struct {
	// Immediate ends the job at once.
	Immediate bool
	// After ends the job when this duration of the tenant's time has passed since its start.
	After time.Duration
	// Polls ends the job at the poll with this number. A poll is a response that shows the job; the first one shows it
	// at its start.
	Polls int
	// Manual lets the test move the job and end it.
	Manual bool
	// Fail lets the job fail before its end; at once if no way is given.
	Fail *Failure
}

// Failure says when and why a job fails.
type Failure struct {
	// At is the progress, 0 to 100 percent, at which the job fails.
	At int
	// Code and Message are the reason in the responses that have a place for them.
	Code    int64
	Message string
}

// ways lists the ways that the plan names.
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

// Validate returns an error, which begins with the field, for a plan that contradicts itself.
func (p Plan) Validate() error {
	ways := p.ways()
	switch {
	case len(ways) > 1:
		return fmt.Errorf("%s: it stands beside %s; a job ends in one way", ways[0], strings.Join(ways[1:], " and "))
	case p.After < 0:
		return fmt.Errorf("after: %s; it cannot be negative", p.After)
	case p.Polls < 0:
		return fmt.Errorf("polls: %d; write a whole number from 1", p.Polls)
	case p.Fail != nil && (p.Fail.At < 0 || p.Fail.At > 100):
		return fmt.Errorf("fail.at: %d%%; allowed are 0%% to 100%%", p.Fail.At)
	}
	return nil
}

// Clone returns a deep copy.
func (p Plan) Clone() Plan {
	if p.Fail != nil {
		fail := *p.Fail
		p.Fail = &fail
	}
	return p
}
