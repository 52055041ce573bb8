package job

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestProgressByTime(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	after := func(d time.Duration) Plan { return Plan{After: Duration(d)} }
	failing := func(d time.Duration, at int) Plan { return Plan{After: Duration(d), Fail: &Failure{At: at, Code: 7}} }
	tests := []struct {
		name    string
		plan    Plan
		elapsed time.Duration
		state   State
		percent int
	}{
		{"at once", Plan{}, 0, Done, 100},
		{"at once, clock set back", Plan{}, -time.Hour, Done, 100},
		{"start", after(time.Minute), 0, Waiting, 0},
		{"clock set back", after(time.Minute), -time.Hour, Waiting, 0},
		{"not one percent yet", after(time.Minute), 599 * time.Millisecond, Waiting, 0},
		{"one percent", after(time.Minute), 600 * time.Millisecond, Running, 1},
		{"half", after(time.Minute), 30 * time.Second, Running, 50},
		{"nearly", after(time.Minute), time.Minute - 1, Running, 99},
		{"end", after(time.Minute), time.Minute, Done, 100},
		{"long after", after(time.Minute), year, Done, 100},
		{"half of a century", after(100 * year), 50 * year, Running, 50},
		{"before failing", failing(time.Minute, 50), 29 * time.Second, Running, 48},
		{"failing", failing(time.Minute, 50), 30 * time.Second, Failed, 50},
		{"failed", failing(time.Minute, 50), time.Hour, Failed, 50},
		{"failing at the end", failing(time.Minute, 100), time.Minute - 1, Running, 99},
		{"failed at the end", failing(time.Minute, 100), time.Minute, Failed, 100},
		{"failing at the start", failing(time.Minute, 0), 0, Failed, 0},
		{"failing at once", failing(0, 40), 0, Failed, 40},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			state, percent := tt.plan.Progress(Run{Started: start}, start.Add(tt.elapsed))
			if state != tt.state || percent != tt.percent {
				t.Errorf("got %v %d, want %v %d", state, percent, tt.state, tt.percent)
			}
		})
	}
}

// A plan of so many polls: each row is one poll.
func TestProgressByPolls(t *testing.T) {
	t.Parallel()
	fail := &Failure{At: 50}
	tests := []struct {
		name string
		plan Plan
		want []string
	}{
		{"none", Plan{}, []string{"2 100 false", "2 100 false"}},
		{"one", Plan{Polls: 1}, []string{"0 0 true", "1 50 true", "2 100 false", "2 100 false"}},
		{"three", Plan{Polls: 3}, []string{"0 0 true", "1 25 true", "1 50 true", "1 75 true", "2 100 false"}},
		{"failing", Plan{Polls: 3, Fail: fail}, []string{"0 0 true", "1 25 true", "3 50 false", "3 50 false"}},
		{"by time", Plan{After: Duration(time.Minute)}, []string{"0 0 false", "0 0 false"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := Run{Started: start}
			var got []string
			for range tt.want {
				state, percent := tt.plan.Progress(r, start)
				got = append(got, fmt.Sprint(int(state), percent, tt.plan.Poll(&r, start)))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("polls (-want +got):\n%s", diff)
			}
			if counted := r.Polled > 0; counted != r.Changed.Equal(start) {
				t.Errorf("%d polls counted, and the last change was at %v", r.Polled, r.Changed)
			}
		})
	}
}

func TestProgressByHand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		fail    *Failure
		set     int
		state   State
		percent int
	}{
		{"nothing set", nil, 0, Waiting, 0},
		{"below", nil, -5, Waiting, 0},
		{"half", nil, 50, Running, 50},
		{"end", nil, 100, Done, 100},
		{"beyond", nil, 101, Done, 100},
		{"failing", &Failure{At: 60}, 59, Running, 59},
		{"failed", &Failure{At: 60}, 60, Failed, 60},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan, r := Plan{Manual: true, Fail: tt.fail}, Run{Started: start, Percent: tt.set}
			state, percent := plan.Progress(r, start.Add(time.Hour))
			if state != tt.state || percent != tt.percent {
				t.Errorf("got %v %d, want %v %d", state, percent, tt.state, tt.percent)
			}
			if plan.Poll(&r, start) {
				t.Error("a poll counted")
			}
		})
	}
}

func TestUpdated(t *testing.T) {
	t.Parallel()
	minute := Duration(time.Minute)
	tests := []struct {
		name          string
		plan          Plan
		run           Run
		elapsed, want time.Duration
	}{
		{"at once", Plan{}, Run{}, time.Hour, 0},
		{"running", Plan{After: minute}, Run{}, 30 * time.Second, 0},
		{"done", Plan{After: minute}, Run{}, time.Hour, time.Minute},
		{"failed", Plan{After: minute, Fail: &Failure{At: 50}}, Run{}, time.Hour, 30 * time.Second},
		{"polled", Plan{Polls: 2}, Run{Changed: start.Add(7)}, time.Hour, 7},
		{"set", Plan{Manual: true}, Run{Percent: 100, Changed: start.Add(8)}, time.Hour, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.run.Started = start
			if got := tt.plan.Updated(tt.run, start.Add(tt.elapsed)); !got.Equal(start.Add(tt.want)) {
				t.Errorf("got %v after the start, want %v", got.Sub(start), tt.want)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const both = "after, polls and manual: a job comes to its end in one way; give one of them"
	tests := []struct {
		name string
		plan Plan
		want string
	}{
		{"at once", Plan{}, "<nil>"},
		{"after", Plan{After: 1, Fail: &Failure{At: 100}}, "<nil>"},
		{"polls", Plan{Polls: 1, Fail: &Failure{}}, "<nil>"},
		{"manual", Plan{Manual: true}, "<nil>"},
		{"after and polls", Plan{After: 1, Polls: 1}, both},
		{"after and manual", Plan{After: 1, Manual: true}, both},
		{"polls and manual", Plan{Polls: 1, Manual: true}, both},
		{"negative after", Plan{After: Duration(-time.Second)}, "after: -1s; it cannot be negative"},
		{"negative polls", Plan{Polls: -1}, "polls: -1; it cannot be negative"},
		{"fail below", Plan{Fail: &Failure{At: -1}}, "fail.at: -1; allowed are 0 to 100 percent"},
		{"fail beyond", Plan{Fail: &Failure{At: 101}}, "fail.at: 101; allowed are 0 to 100 percent"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(tt.plan.Validate()); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestPlanIsWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, json, yaml string
		plan             Plan
	}{
		{"at once", `{}`, "{}", Plan{}},
		{"after", `{"after":"1m30s"}`, "after: 1m30s", Plan{After: Duration(90 * time.Second)}},
		{"polls", `{"polls":3}`, "polls: 3", Plan{Polls: 3}},
		{"manual", `{"manual":true}`, "manual: true", Plan{Manual: true}},
		{"fail", `{"fail":{"at":40,"code":7,"message":"m"}}`, "fail:\n    at: 40\n    code: 7\n    message: m",
			Plan{Fail: &Failure{At: 40, Code: 7, Message: "m"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			asJSON, err := json.Marshal(tt.plan)
			if err != nil || string(asJSON) != tt.json {
				t.Errorf("wrote %s, %v; want %s", asJSON, err, tt.json)
			}
			asYAML, err := yaml.Marshal(tt.plan)
			if err != nil || string(asYAML) != tt.yaml+"\n" {
				t.Errorf("wrote %s, %v; want %s", asYAML, err, tt.yaml)
			}
			var fromJSON, fromYAML Plan
			if err := json.Unmarshal([]byte(tt.json), &fromJSON); err != nil {
				t.Error(err)
			}
			if err := yaml.Unmarshal([]byte(tt.yaml), &fromYAML); err != nil {
				t.Error(err)
			}
			for form, got := range map[string]Plan{"JSON": fromJSON, "YAML": fromYAML} {
				if diff := cmp.Diff(tt.plan, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", form, diff)
				}
			}
		})
	}
	if err := json.Unmarshal([]byte(`{"after":"soon"}`), new(Plan)); err == nil {
		t.Error(`"soon" is no duration`)
	}
}

func TestApart(t *testing.T) {
	t.Parallel()
	plan := Plan{Fail: &Failure{At: 1}}
	copied := plan.Apart()
	plan.Fail.At = 2
	if copied.Fail.At != 1 {
		t.Error("the copy changed with the plan")
	}
	if got := (Plan{Polls: 1}).Apart(); got != (Plan{Polls: 1}) {
		t.Errorf("got %+v", got)
	}
}

// Ends is the first moment at which Progress says that a run is over.
func TestEnds(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name string
		plan Plan
		want time.Duration
		ok   bool
	}{
		{"at once", Plan{}, 0, true},
		{"after a while", Plan{After: Duration(30 * time.Second)}, 30 * time.Second, true},
		{"fails on its way", Plan{After: Duration(30 * time.Second), Fail: &Failure{At: 50}}, 15 * time.Second, true},
		{"by polls", Plan{Polls: 3}, 0, false},
		{"by hand", Plan{Manual: true}, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			run := Run{Started: start}
			at, ok := tt.plan.Ends(run)
			if ok != tt.ok || ok && !at.Equal(start.Add(tt.want)) {
				t.Fatalf("ends at %v, %t", at, ok)
			}
			if !ok {
				return
			}
			if state, _ := tt.plan.Progress(run, at); !state.Over() {
				t.Errorf("not over at its end: %v", state)
			}
			if state, _ := tt.plan.Progress(run, at.Add(-time.Second)); tt.want > 0 && state.Over() {
				t.Errorf("over a second before its end: %v", state)
			}
		})
	}
}
