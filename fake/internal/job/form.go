package job

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

// forms is the end of every error about the form of a plan.
const forms = "write immediate, manual, {after: 30s} or {polls: 3}, and beside it fail: {at: 60%, code: 10001} to let it fail"

// planFields is the form of a plan in files that is not a single word.
type planFields struct {
	Immediate bool           `json:"immediate,omitempty" yaml:"immediate,omitempty"`
	After     string         `json:"after,omitempty" yaml:"after,omitempty"`
	Polls     int            `json:"polls,omitempty" yaml:"polls,omitempty"`
	Manual    bool           `json:"manual,omitempty" yaml:"manual,omitempty"`
	Fail      *failureFields `json:"fail,omitempty" yaml:"fail,omitempty"`
}

type failureFields struct {
	At      string `json:"at" yaml:"at"`
	Code    int64  `json:"code,omitempty" yaml:"code,omitempty"`
	Message string `json:"message,omitempty" yaml:"message,omitempty"`
}

// form returns the value that is encoded for a plan: nil, a word, or fields.
func (p Plan) form() any {
	switch p {
	case Plan{}:
		return nil
	case Plan{Immediate: true}, Plan{Manual: true}:
		return p.ways()[0]
	}
	w := planFields{Immediate: p.Immediate, Polls: p.Polls, Manual: p.Manual}
	if p.After != 0 {
		w.After = p.After.String()
	}
	if f := p.Fail; f != nil {
		w.Fail = &failureFields{fmt.Sprintf("%d%%", f.At), f.Code, f.Message}
	}
	return w
}

// MarshalJSON writes the shortest form, and null for the zero Plan.
func (p Plan) MarshalJSON() ([]byte, error) { return json.Marshal(p.form()) }

// MarshalYAML writes the same forms as MarshalJSON.
func (p Plan) MarshalYAML() (any, error) { return p.form(), nil }

// UnmarshalJSON reads every documented form. It ignores null.
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

// planOf converts the decoded JSON or YAML of a plan. Errors begin with the field.
func planOf(value any) (Plan, error) {
	var p Plan
	var err error
	switch value := value.(type) {
	case string:
		err = p.setWord(value)
	case map[string]any:
		err = p.setFields(value)
	default:
		err = fmt.Errorf("plan: %v; %s", value, forms)
	}
	if err != nil {
		return Plan{}, err
	}
	if err := p.Validate(); err != nil {
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
		return fmt.Errorf("plan: %q; %s", word, forms)
	}
	return nil
}

func (p *Plan) setFields(fields map[string]any) error {
	if len(fields) == 0 {
		return errors.New("plan: it is empty; " + forms)
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
		case "message":
			if f.Message, ok = value.(string); !ok {
				return fmt.Errorf("plan.fail.message: %v; write a text", value)
			}
		default:
			return fmt.Errorf("plan.fail.%s: unknown field; there are: at, code, message", name)
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
