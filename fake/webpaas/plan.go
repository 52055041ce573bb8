package webpaas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Plan says how a job comes to its end: in one of four ways, and with Fail not well. The zero Plan
// leaves it open. Nothing runs meanwhile: how far a job is follows, whenever somebody looks, from
// its plan and the facts written down.
//
// Files write it so:
//
//	plan: immediate
//	plan: {after: 30s}
//	plan: {polls: 3}
//	plan: manual
//	plan: {after: 30s, fail: {at: 60%, code: 10001}}
type Plan struct {
	// Immediate ends the job at once.
	Immediate bool
	// After ends the job when so much of the tenant's time has passed since its start.
	After time.Duration
	// Polls ends the job at this poll: the first poll finds it at its start, the one of this number
	// at its end. A poll is an answer that shows the job.
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
	// Code says why, where an answer has a place for it.
	Code int64
}

// planForms end every error about the form of a plan.
const planForms = "write immediate, manual, {after: 30s} or {polls: 3}, and beside it fail: {at: 60%, code: 10001} to let it fail"

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

// validate says what is wrong with a plan, beginning with the field.
func (p Plan) validate() error {
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

// job is what was written down of a job that follows a plan.
type job struct {
	plan    Plan
	started time.Time
	polled  int // polls so far; only a plan with Polls counts them
	percent int // where the test has set a job with the plan Manual
}

// progress is the percentage at a time, and whether the job failed there. A job that did not is
// over at 100.
func (j job) progress(now time.Time) (percent int, failed bool) {
	percent = j.reached(now)
	if f := j.plan.Fail; f != nil && percent >= f.At {
		return f.At, true
	}
	return percent, false
}

// reached is the percentage that no failure bounds. Every way to the end is one case.
func (j job) reached(now time.Time) int {
	after, elapsed, polls := j.plan.After, now.Sub(j.started), j.plan.Polls
	switch {
	case j.plan.Manual:
		return j.percent
	case polls > 0 && j.polled < polls-1:
		return int(100 * (float64(j.polled) / float64(polls-1)))
	case polls > 0 || elapsed >= after || after == 0:
		return 100
	case elapsed <= 0: // the clock was set back
		return 0
	default:
		return min(99, int(100*(float64(elapsed)/float64(after))))
	}
}

// MarshalJSON writes one of the documented forms, and null for the zero Plan.
func (p Plan) MarshalJSON() ([]byte, error) {
	switch {
	case p == Plan{}:
		return []byte("null"), nil
	case p == Plan{Immediate: true}, p == Plan{Manual: true}:
		return json.Marshal(p.ways()[0])
	}
	type failure struct {
		At   string `json:"at"`
		Code int64  `json:"code,omitempty"`
	}
	long := struct {
		Immediate bool     `json:"immediate,omitempty"`
		After     string   `json:"after,omitempty"`
		Polls     int      `json:"polls,omitempty"`
		Manual    bool     `json:"manual,omitempty"`
		Fail      *failure `json:"fail,omitempty"`
	}{Immediate: p.Immediate, Polls: p.Polls, Manual: p.Manual}
	if p.After != 0 {
		long.After = p.After.String()
	}
	if p.Fail != nil {
		long.Fail = &failure{fmt.Sprintf("%d%%", p.Fail.At), p.Fail.Code}
	}
	return json.Marshal(long)
}

// UnmarshalJSON reads every documented form. Null leaves the plan as it is.
func (p *Plan) UnmarshalJSON(text []byte) error {
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	read, err := planOf(value)
	if err != nil {
		return err
	}
	*p = read
	return nil
}

// UnmarshalYAML reads every documented form. Errors begin with the line.
func (p *Plan) UnmarshalYAML(node *yaml.Node) error {
	var value any
	if err := node.Decode(&value); err != nil {
		return err
	}
	read, err := planOf(value)
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	*p = read
	return nil
}

// planOf reads what a JSON or YAML decoder made of a plan. Errors begin with the field.
func planOf(value any) (Plan, error) {
	var p Plan
	var err error
	switch value := value.(type) {
	case string:
		err = p.setWord(value)
	case map[string]any:
		err = p.setFields(value)
	default:
		err = fmt.Errorf("plan: %v; %s", value, planForms)
	}
	if err != nil {
		return Plan{}, err
	}
	if err := p.validate(); err != nil {
		return Plan{}, fmt.Errorf("plan.%w", err)
	}
	return p, nil
}

func (p *Plan) setWord(word string) error {
	switch word {
	case "immediate":
		p.Immediate = true
	case "manual":
		p.Manual = true
	default:
		return fmt.Errorf("plan: %q; %s", word, planForms)
	}
	return nil
}

func (p *Plan) setFields(fields map[string]any) error {
	if len(fields) == 0 {
		return errors.New("plan: it is empty; " + planForms)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := p.setField(name, fields[name]); err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) setField(name string, value any) error {
	switch name {
	case "immediate", "manual":
		if value != true {
			return fmt.Errorf("plan.%s: %v; write true, or leave it out", name, value)
		}
		return p.setWord(name)
	case "after":
		text, _ := value.(string)
		after, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("plan.after: %v; write a duration such as 90s or 1m30s", value)
		}
		p.After, p.Immediate = after, p.Immediate || after == 0
	case "polls":
		polls, ok := whole(value)
		if !ok || polls < 1 {
			return fmt.Errorf("plan.polls: %v; write a whole number from 1", value)
		}
		p.Polls = int(polls)
	case "fail":
		fields, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("plan.fail: %v; write it like {at: 60%%, code: 10001}", value)
		}
		p.Fail = &Failure{}
		return p.Fail.setFields(fields)
	default:
		return fmt.Errorf("plan.%s: unknown field; there are: after, fail, immediate, manual, polls", name)
	}
	return nil
}

func (f *Failure) setFields(fields map[string]any) error {
	if _, ok := fields["at"]; !ok {
		return errors.New("plan.fail.at: it is missing; write it like 60%")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value, ok := fields[name], false
		switch name {
		case "at":
			if f.At, ok = percentage(value); !ok {
				return fmt.Errorf("plan.fail.at: %v; write it like 60%%", value)
			}
		case "code":
			if f.Code, ok = whole(value); !ok {
				return fmt.Errorf("plan.fail.code: %v; write a whole number", value)
			}
		default:
			return fmt.Errorf("plan.fail.%s: unknown field; there are: at, code", name)
		}
	}
	return nil
}

// percentage reads 60% and the plain 60.
func percentage(value any) (int, bool) {
	if text, ok := value.(string); ok {
		n, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
		return n, err == nil && strings.HasSuffix(text, "%")
	}
	n, ok := whole(value)
	return int(n), ok
}

// whole reads a whole number: an int from YAML, a float from JSON.
func whole(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case float64:
		return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	default:
		return 0, false
	}
}
