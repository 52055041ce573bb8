package webpaas

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTaskProgress(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	after := func(d time.Duration) Plan { return Plan{After: Duration(d)} }
	failing := func(d time.Duration, at int) Plan { return Plan{After: Duration(d), Fail: &Failure{At: at, Code: 7}} }
	tests := []struct {
		name    string
		plan    Plan
		elapsed time.Duration
		status  string
		percent int
	}{
		{"at once", Plan{}, 0, TaskSuccess, 100},
		{"at once, clock set back", Plan{}, -time.Hour, TaskSuccess, 100},
		{"start", after(time.Minute), 0, TaskProcessing, 0},
		{"clock set back", after(time.Minute), -time.Hour, TaskProcessing, 0},
		{"half", after(time.Minute), 30 * time.Second, TaskProcessing, 50},
		{"nearly", after(time.Minute), time.Minute - 1, TaskProcessing, 99},
		{"nearly a century", after(100 * year), 100*year - 1, TaskProcessing, 99},
		{"end", after(time.Minute), time.Minute, TaskSuccess, 100},
		{"long after", after(time.Minute), year, TaskSuccess, 100},
		{"half of a century", after(100 * year), 50 * year, TaskProcessing, 50},
		{"before failing", failing(time.Minute, 50), 29 * time.Second, TaskProcessing, 48},
		{"failing", failing(time.Minute, 50), 30 * time.Second, TaskFail, 50},
		{"failed", failing(time.Minute, 50), time.Hour, TaskFail, 50},
		{"failing at the end", failing(time.Minute, 100), time.Minute - 1, TaskProcessing, 99},
		{"failed at the end", failing(time.Minute, 100), time.Minute, TaskFail, 100},
		{"failing at the start", failing(time.Minute, 0), 0, TaskFail, 0},
		{"failing at once", failing(0, 40), 0, TaskFail, 40},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			task := Task{CreateTime: testTime, Plan: tt.plan}
			status, percent := task.Progress(testTime.Add(tt.elapsed))
			if status != tt.status || percent != tt.percent {
				t.Errorf("got %s %d, want %s %d", status, percent, tt.status, tt.percent)
			}
		})
	}
}

func TestDurationText(t *testing.T) {
	t.Parallel()
	var p Plan
	if err := json.Unmarshal([]byte(`{"after":"1m30s"}`), &p); err != nil || p.After != Duration(90*time.Second) {
		t.Errorf("read %v, %v", p, err)
	}
	if got := encode(t, p); got != `{"after":"1m30s"}` {
		t.Errorf("wrote %s", got)
	}
	if err := json.Unmarshal([]byte(`{"after":"soon"}`), &p); err == nil {
		t.Error(`"soon" is no duration`)
	}
	if got := encode(t, Plan{}); got != `{}` {
		t.Errorf("wrote %s for the zero plan", got)
	}
}
