package job

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestProgressByTime(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	after := func(d time.Duration) Plan { return Plan{After: d} }
	failing := func(d time.Duration, at int) Plan { return Plan{After: d, Fail: &Failure{At: at, Code: 7}} }
	tests := []struct {
		name    string
		plan    Plan
		elapsed time.Duration
		state   State
		percent int
	}{
		{"at once", Plan{}, 0, Done, 100},
		{"at once, clock set back", Plan{}, -time.Hour, Done, 100},
		{"at once, in words", Plan{Immediate: true}, 0, Done, 100},
		{"start", after(time.Minute), 0, Waiting, 0},
		{"clock set back", after(time.Minute), -time.Hour, Waiting, 0},
		{"not one percent yet", after(time.Minute), 599 * time.Millisecond, Waiting, 0},
		{"one percent", after(time.Minute), 600 * time.Millisecond, Running, 1},
		{"half", after(time.Minute), 30 * time.Second, Running, 50},
		{"nearly", after(time.Minute), time.Minute - 1, Running, 99},
		{"end", after(time.Minute), time.Minute, Done, 100},
		{"long after", after(time.Minute), year, Done, 100},
		{"nearly a century", after(100 * year), 100*year - 1, Running, 99},
		{"half of a century", after(100 * year), 50 * year, Running, 50},
		{"before failing", failing(time.Minute, 50), 29 * time.Second, Running, 48},
		{"failing", failing(time.Minute, 50), 30 * time.Second, Failed, 50},
		{"failed", failing(time.Minute, 50), time.Hour, Failed, 50},
		{"failing at the end", failing(time.Minute, 100), time.Minute - 1, Running, 99},
		{"failed at the end", failing(time.Minute, 100), time.Minute, Failed, 100},
		{"failing at the start", failing(time.Minute, 0), 0, Failed, 0},
		{"failing at once", failing(0, 40), 0, Failed, 40},
		{"failing at once, in words", Plan{Immediate: true, Fail: &Failure{At: 40}}, 0, Failed, 40},
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

// Each entry of want is one poll: the state, the progress, and whether the poll counts.
func TestProgressByPolls(t *testing.T) {
	t.Parallel()
	fail := &Failure{At: 50}
	tests := []struct {
		name string
		plan Plan
		want []string
	}{
		{"none", Plan{}, []string{"2 100 false", "2 100 false"}},
		{"one", Plan{Polls: 1}, []string{"2 100 false", "2 100 false"}},
		{"two", Plan{Polls: 2}, []string{"0 0 true", "2 100 false", "2 100 false"}},
		{"three", Plan{Polls: 3}, []string{"0 0 true", "1 50 true", "2 100 false", "2 100 false"}},
		{"four", Plan{Polls: 4}, []string{"0 0 true", "1 33 true", "1 66 true", "2 100 false"}},
		{"failing", Plan{Polls: 4, Fail: fail}, []string{"0 0 true", "1 33 true", "3 50 false", "3 50 false"}},
		{"failing at the start", Plan{Polls: 4, Fail: &Failure{}}, []string{"3 0 false", "3 0 false"}},
		{"by time", Plan{After: time.Minute}, []string{"0 0 false", "0 0 false"}},
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

// The last poll but one finds a running job, even with a huge number of polls.
func TestProgressByVeryManyPolls(t *testing.T) {
	t.Parallel()
	for _, polls := range []int{1 << 40, 1 << 62} {
		if state, percent := (Plan{Polls: polls}).Progress(Run{Polled: polls - 2}, start); state != Running || percent != 99 {
			t.Errorf("the last but one of %d polls finds %v %d, want %v 99", polls, state, percent, Running)
		}
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
	const minute = time.Minute
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
	tests := []struct {
		name string
		plan Plan
		want string
	}{
		{"at once", Plan{}, "<nil>"},
		{"after", Plan{After: 1, Fail: &Failure{At: 100}}, "<nil>"},
		{"polls", Plan{Polls: 1, Fail: &Failure{}}, "<nil>"},
		{"manual", Plan{Manual: true}, "<nil>"},
		{"immediate", Plan{Immediate: true}, "<nil>"},
		{"immediate and after", Plan{Immediate: true, After: 1}, "immediate: it stands beside after; a job ends in one way"},
		{"after and polls", Plan{After: 1, Polls: 1}, "after: it stands beside polls; a job ends in one way"},
		{"after and manual", Plan{After: 1, Manual: true}, "after: it stands beside manual; a job ends in one way"},
		{"polls and manual", Plan{Polls: 1, Manual: true}, "polls: it stands beside manual; a job ends in one way"},
		{"negative after", Plan{After: -time.Second}, "after: -1s; it cannot be negative"},
		{"negative polls", Plan{Polls: -1}, "polls: -1; write a whole number from 1"},
		{"fail below", Plan{Fail: &Failure{At: -1}}, "fail.at: -1%; allowed are 0% to 100%"},
		{"fail beyond", Plan{Fail: &Failure{At: 101}}, "fail.at: 101%; allowed are 0% to 100%"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(tt.plan.Validate()); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestClone(t *testing.T) {
	t.Parallel()
	plan := Plan{Fail: &Failure{At: 1}}
	copied := plan.Clone()
	plan.Fail.At = 2
	if copied.Fail.At != 1 {
		t.Error("the copy changed with the plan")
	}
	if got := (Plan{Polls: 1}).Clone(); got != (Plan{Polls: 1}) {
		t.Errorf("got %+v", got)
	}
}

// Ends returns the first time at which Progress reports an ended run.
func TestEnds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		plan Plan
		want time.Duration
		ok   bool
	}{
		{"at once", Plan{}, 0, true},
		{"after a while", Plan{After: 30 * time.Second}, 30 * time.Second, true},
		{"fails halfway", Plan{After: 30 * time.Second, Fail: &Failure{At: 50}}, 15 * time.Second, true},
		{"by polls", Plan{Polls: 3}, 0, false},
		{"at once, in words", Plan{Immediate: true}, 0, true},
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

// The end is exact for every percentage, even of durations that 100 does not divide.
func TestEndsToTheNanosecond(t *testing.T) {
	t.Parallel()
	const maxDuration = time.Duration(1<<63 - 1)
	for _, after := range []time.Duration{1, 7 * time.Second, 33 * time.Second, 100 * time.Second, time.Hour, 1000 * time.Hour, maxDuration} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			for at := range 101 {
				plan, run := Plan{After: after, Fail: &Failure{At: at}}, Run{Started: start}
				end, ok := plan.Ends(run)
				if state, percent := plan.Progress(run, end); !ok || state != Failed || percent != at {
					t.Errorf("failing at %d%%: %v %d%% at the end, %v after the start", at, state, percent, end.Sub(start))
				}
				if updated := plan.Updated(run, end); !updated.Equal(end) {
					t.Errorf("failing at %d%%: updated %v after the end", at, updated.Sub(end))
				}
				if at == 0 {
					if !end.Equal(start) {
						t.Errorf("failing at 0%%: ends %v after the start", end.Sub(start))
					}
					continue
				}
				if state, percent := plan.Progress(run, end.Add(-1)); state.Over() || percent >= at {
					t.Errorf("failing at %d%%: %v %d%% a nanosecond before the end", at, state, percent)
				}
			}
		})
	}
}

// Each of one hundred steps is one percent, by polls and by seconds.
func TestEveryPercent(t *testing.T) {
	t.Parallel()
	for step := range 100 {
		_, byPolls := Plan{Polls: 101}.Progress(Run{Polled: step}, start)
		_, byTime := Plan{After: 100 * time.Second}.Progress(Run{Started: start}, start.Add(time.Duration(step)*time.Second))
		if byPolls != step || byTime != step {
			t.Errorf("after %d of 100 steps: %d%% by polls, %d%% by time", step, byPolls, byTime)
		}
	}
	// A state that was read from JSON may hold anything.
	if state, percent := (Plan{Polls: 3}).Progress(Run{Polled: -1}, start); state != Waiting || percent != 0 {
		t.Errorf("after -1 polls: %v %d%%", state, percent)
	}
	if end, _ := (Plan{After: time.Minute, Fail: &Failure{At: 150}}).Ends(Run{Started: start}); !end.Equal(start.Add(time.Minute)) {
		t.Errorf("failing at 150%%: ends %v after the start", end.Sub(start))
	}
}
