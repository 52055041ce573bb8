package webpaas

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestTaskProgress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		task Task
		want string
	}{
		{"ended", Task{}, "SUCCESS 100"},
		{"runs by time", Task{Plan: Plan{After: 4 * time.Second}}, "PROCESSING 25"},
		{"failed by time", Task{Plan: Plan{After: 4 * time.Second, Fail: &Failure{At: 20}}}, "FAIL 20"},
		{"failed at the end", Task{Plan: Plan{Fail: &Failure{At: 100}}}, "FAIL 100"},
		{"runs by polls", Task{Plan: Plan{Polls: 3}, Polled: 1}, "PROCESSING 50"},
		{"ended by polls", Task{Plan: Plan{Polls: 3}, Polled: 2}, "SUCCESS 100"},
		{"runs by hand", Task{Plan: Plan{Manual: true}, Percent: 99}, "PROCESSING 99"},
		{"ended by hand", Task{Plan: Plan{Manual: true}, Percent: 100}, "SUCCESS 100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.task.CreateTime = testTime
			status, percent := tt.task.Progress(testTime.Add(time.Second))
			if got := fmt.Sprintf("%s %d", status, percent); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// A task follows its own plan, or else the plan for its type.
func TestPlanOfATask(t *testing.T) {
	t.Parallel()
	hour := Plan{After: time.Hour}
	w := newWorld(t).load(Fixtures{
		Materials: []Material{{ID: "m", Owner: Person("alice")}},
		Projects:  []Project{{ID: "p", Owner: Person("alice")}},
		Plans:     map[string]Plan{TaskProcess: hour},
		Tasks: []Task{
			{ID: "tenant's", MaterialID: "m"},
			{ID: "own", MaterialID: "m", Plan: Plan{Polls: 3}},
			{ID: "at once", MaterialID: "m", Plan: Plan{Immediate: true}},
			{ID: "of another type", ProjectID: "p"},
		},
	})
	want := map[string]Plan{"tenant's": hour, "own": {Polls: 3}, "at once": {Immediate: true}, "of another type": {}}
	got := map[string]Plan{}
	for id, task := range w.st.Tasks {
		got[id] = task.Plan
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
}

func TestSetPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{Plans: map[string]Plan{TaskProcess: {Polls: 2}}})
	given := Plan{After: time.Hour, Fail: &Failure{At: 1}}
	for _, set := range []struct {
		taskType string
		plan     Plan
	}{{TaskExport, given}, {TaskProcess, Plan{}}} {
		if err := w.st.SetPlan(set.taskType, set.plan); err != nil {
			t.Fatal(err)
		}
	}
	given.Fail.At = 2
	if diff := cmp.Diff(map[string]Plan{TaskExport: {After: time.Hour, Fail: &Failure{At: 1}}}, w.st.Plans); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
	before := w.snapshot()
	for _, tt := range []struct {
		name, taskType, want string
		plan                 Plan
	}{
		{"type", "EXPORT", `webpaas: set plan of "EXPORT": task type: "EXPORT"; allowed are VIDEO_EDIT_PROJECT_EXPORT, MATERIAL_PROCESS`, Plan{}},
		{"plan", TaskExport, `webpaas: set plan of "VIDEO_EDIT_PROJECT_EXPORT": polls: -1; write a whole number from 1`, Plan{Polls: -1}},
	} {
		if err := w.st.SetPlan(tt.taskType, tt.plan); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("errors changed the state (-before +after):\n%s", diff)
	}
}

func TestMoveTask(t *testing.T) {
	t.Parallel()
	set := func(percent int) func(*world, string) error {
		return func(w *world, id string) error { return w.st.SetProgress(w.now, id, percent) }
	}
	finish := func(w *world, id string) error { return w.st.FinishTask(w.now, id) }
	fail := func(w *world, id string) error { return w.st.FailTask(w.now, id, 7) }
	manual := Plan{Manual: true}
	failing := Plan{Manual: true, Fail: &Failure{At: 60, Code: 1}}
	tests := []struct {
		name string
		task Task
		move func(*world, string) error
		want string // progress, code of the failure
		err  string
	}{
		{"forward", Task{Plan: manual}, set(40), "PROCESSING 40", ""},
		{"back", Task{Plan: manual, Percent: 40}, set(0), "PROCESSING 0", ""},
		{"to the end", Task{Plan: manual}, set(100), "SUCCESS 100", ""},
		{"to the failure", Task{Plan: failing}, set(60), "FAIL 60 1", ""},
		{"finish", Task{Plan: manual, Percent: 40}, finish, "SUCCESS 100", ""},
		{"finish what was to fail", Task{Plan: failing}, finish, "SUCCESS 100", ""},
		{"fail", Task{Plan: manual, Percent: 40}, fail, "FAIL 40 7", ""},
		{"fail at the start", Task{Plan: manual}, fail, "FAIL 0 7", ""},
		{"fail earlier", Task{Plan: failing, Percent: 40}, fail, "FAIL 40 7", ""},

		{"below", Task{Plan: manual, Percent: 40}, set(-1), "PROCESSING 40", "webpaas: set progress: task x: percent: -1; allowed are 0 to 100"},
		{"beyond", Task{Plan: manual}, set(101), "PROCESSING 0", "webpaas: set progress: task x: percent: 101; allowed are 0 to 100"},
		{"move by time", Task{Plan: Plan{After: time.Hour}}, set(1), "PROCESSING 0",
			"webpaas: set progress: task x is not moved by hand; give it, or its type MATERIAL_PROCESS, the plan manual"},
		{"finish by polls", Task{Plan: Plan{Polls: 2}}, finish, "PROCESSING 0",
			"webpaas: finish task: task x is not moved by hand; give it, or its type MATERIAL_PROCESS, the plan manual"},
		{"fail at once", Task{}, fail, "SUCCESS 100",
			"webpaas: fail task: task x is not moved by hand; give it, or its type MATERIAL_PROCESS, the plan manual"},
		{"move what has ended", Task{Plan: manual, Percent: 100}, set(1), "SUCCESS 100", "webpaas: set progress: task x has ended: SUCCESS at 100%"},
		{"finish what has failed", Task{Plan: failing, Percent: 70}, finish, "FAIL 60 1", "webpaas: finish task: task x has ended: FAIL at 60%"},
		{"fail what has ended", Task{Plan: manual, Percent: 100}, fail, "SUCCESS 100", "webpaas: fail task: task x has ended: SUCCESS at 100%"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.task.ID, tt.task.MaterialID = "x", "m"
			w := newWorld(t).load(Fixtures{Materials: []Material{{ID: "m", Owner: Person("alice")}}, Tasks: []Task{tt.task}})
			var text string
			if err := tt.move(w, "x"); err != nil {
				text = err.Error()
			}
			if text != tt.err {
				t.Errorf("error %q\nwant  %q", text, tt.err)
			}
			task := w.st.Tasks["x"]
			status, percent := task.Progress(w.now)
			got := fmt.Sprint(status, " ", percent)
			if status == TaskFail {
				got += fmt.Sprint(" ", task.Plan.Fail.Code)
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	w := newWorld(t)
	for want, move := range map[string]func(*world, string) error{
		`webpaas: set progress: there is no task "x"`: set(1),
		`webpaas: finish task: there is no task "x"`:  finish,
		`webpaas: fail task: there is no task "x"`:    fail,
	} {
		if err := move(w, "x"); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// taskLines returns the TotalCount and the tasks of a response.
func taskLines(t *testing.T, body string) string {
	t.Helper()
	var resp struct {
		Data struct {
			TotalCount  int
			TaskInfoSet []taskInfo
		}
	}
	if err := json.Unmarshal([]byte(body), &resp); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(resp.Data.TotalCount, ":")
	for _, i := range resp.Data.TaskInfoSet {
		text += fmt.Sprintf(" %s %s %d,", i.TaskID, i.Status, i.Progress)
	}
	return strings.TrimSuffix(text, ",")
}

func TestTaskPage(t *testing.T) {
	t.Parallel()
	f := Fixtures{Projects: []Project{{ID: "p", Owner: Person("alice")}}}
	for i := range 31 {
		f.Tasks = append(f.Tasks, Task{ID: fmt.Sprintf("x%02d", i), ProjectID: "p"})
	}
	got := taskLines(t, newWorld(t).load(f).run("alice", "Task.DescribeTasks", `{}`).Body)
	if !strings.HasPrefix(got, "31: x00 ") || !strings.HasSuffix(got, " x29 SUCCESS 100") {
		t.Errorf("got %s, want 31: x00 … x29", got)
	}
}

// The diagnosis mentions a plan of polls, which would never end without a response that shows the task.
func TestNoTasksExplains(t *testing.T) {
	t.Parallel()
	w := taskWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", ProjectID: "p", Plan: Plan{Polls: 2}}}})
	for request, want := range map[string]string{
		`{"TaskIds":["x"],"StatusSet":["SUCCESS"]}`: `none of the tasks that user "alice" may see matches; without the status, 1 would; ` +
			`leave StatusSet out: a plan of polls counts only responses that show the task`,
		`{"TaskIds":["x4"],"StatusSet":["SUCCESS"]}`: `none of the tasks that user "alice" may see matches; without the status, 1 would; ` +
			`drop a condition, use a ticket of a user who may see the task, or put one first`,
		`{"TaskIds":["y"]}`: `none of the tasks that user "alice" may see matches; without the status, 0 would; ` +
			`drop a condition, use a ticket of a user who may see the task, or put one first`,
	} {
		var req describeTasksRequest
		if err := json.Unmarshal([]byte(request), &req); err != nil {
			t.Fatal(err)
		}
		_, err := describeTasks(w.as("alice"), w.st, req)
		failure, ok := op.AsFailure(err)
		if !ok || failure.Err != errNotFound {
			t.Fatalf("%s: got %v", request, err)
		}
		if got := failure.Diagnosis.String(); got != "webpaas.tasks-none: "+want {
			t.Errorf("%s: got %s\nwant %s", request, got, want)
		}
	}
}

// An empty user has no right on a task that no user started.
func TestTaskOfNobody(t *testing.T) {
	t.Parallel()
	w := taskWorld(t)
	if got := taskRights(w.st, "", w.st.Tasks["x1"]); got != "" {
		t.Errorf("the empty user has rights %s", got)
	}
}
