package webpaas

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

const (
	exampleTask        = "1400293698-tfusion-e8476f5ba4e3f98d691bf415cfa978bdt0"
	exampleTaskProject = "cmepid_5fe012588b19a9000188815c"
)

func TestTaskExamples(t *testing.T) {
	t.Parallel()
	notFound := `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found"}`
	byID := `{"TaskIds":["` + exampleTask + `"]}`
	one := func(taskType string) string {
		return data(`{"TotalCount":1,"TaskInfoSet":[{"TaskId":"` + exampleTask + `",` + taskType + `"Status":"SUCCESS","Progress":100,"CreateTime":"2019-12-13T03:23:26.048Z"}]}`)
	}
	example, table := dialect.Dialect{}, dialect.Dialect{TaskType: dialect.Absent}
	tests := []struct {
		name, operation, request string
		dialect                  dialect.Dialect
		want                     string
	}{
		{"describe", "Task.DescribeTasks", byID, example, one(`"TaskType":"VIDEO_EDIT_PROJECT_EXPORT",`)},
		{"describe, table", "Task.DescribeTasks", byID, table, one(``)},
		{"describe fails", "Task.DescribeTasks", `{"ProjectId":"` + exampleTaskProject + `"}`, example, notFound},
		{"delete", "Task.DeleteTask", `{"TaskId":"` + exampleTask + `"}`, example, success},
		{"delete fails", "Task.DeleteTask", `{"TaskId":"` + strings.Replace(exampleTask, "dt0", "d0", 1) + `"}`, example, notFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := exampleProjects(t).load(Fixtures{
				Projects: []Project{{ID: exampleTaskProject, Owner: Person(exampleEditor)}},
				Tasks:    []Task{{ID: exampleTask, ProjectID: exampleProject, CreateTime: time.Date(2019, 12, 13, 3, 23, 26, 48_000_000, time.UTC)}},
			})
			w.dialect = tt.dialect
			if diff := cmp.Diff(tt.want, w.run(exampleEditor, tt.operation, tt.request).Body); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// taskWorld has tasks of alice, x1 the oldest: two exports and two process tasks, one of each succeeded,
// one export failed; an export of team t; and a process task of bob's that alice started.
func taskWorld(t *testing.T) *world {
	alice := Person("alice")
	f := people()
	f.Materials = []Material{{ID: "m", Owner: alice}, {ID: "n", Owner: alice}, {ID: "b", Owner: Person("bob")}}
	f.Projects = []Project{{ID: "p", Owner: alice, Name: "Opening"}, {ID: "q", Owner: Entity{OwnerTeam, "t"}, Name: "Opening of the team"}}
	f.Tasks = []Task{
		{ID: "x1", ProjectID: "p", CreateTime: at(1)},
		{ID: "x2", ProjectID: "p", CreateTime: at(2), Plan: Plan{Fail: &Failure{At: 40}}},
		{ID: "x3", MaterialID: "m", CreateTime: at(3)},
		{ID: "x4", MaterialID: "n", CreateTime: testTime.Add(-time.Second), Plan: Plan{After: 4 * time.Second}},
		{ID: "team", ProjectID: "q"},
		{ID: "started", MaterialID: "b", User: "alice", CreateTime: at(9)},
	}
	return newWorld(t).load(f)
}

// taskLines returns TotalCount and what is said of each task in a response, in its order.
func taskLines(t *testing.T, body string) string {
	t.Helper()
	var answer struct {
		Data struct {
			TotalCount  int
			TaskInfoSet []taskInfo
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(answer.Data.TotalCount, ":")
	for _, i := range answer.Data.TaskInfoSet {
		text += fmt.Sprintf(" %s %s %d,", i.TaskID, i.Status, i.Progress)
	}
	return strings.TrimSuffix(text, ",")
}

func TestDescribeTasks(t *testing.T) {
	t.Parallel()
	const x1, x2, x3, x4 = "x1 SUCCESS 100", "x2 FAIL 40", "x3 SUCCESS 100", "x4 PROCESSING 25"
	const started, team = "started SUCCESS 100", "team SUCCESS 100"
	list := func(total int, tasks ...string) string {
		return strings.TrimSuffix(fmt.Sprintf("%d: %s", total, strings.Join(tasks, ", ")), " ")
	}
	refused := func(parameter string) outcome { return outcome{Refusal: invalid(parameter), Why: "webpaas.parameter"} }
	none := outcome{Refusal: resourceMissing, Why: "webpaas.tasks-none"}
	all := list(5, x4, started, x3, x2, x1)
	tests := []struct {
		name, user, request, want string
		refused                   outcome
	}{
		{"all", "alice", `{}`, all, outcome{}},
		{"of the owner of the media", "bob", `{}`, list(1, started), outcome{}},
		{"of the team's owner", "olga", `{}`, list(1, team), outcome{}},
		{"of the team's admin", "adam", `{}`, list(1, team), outcome{}},
		{"of the team's member", "mia", `{}`, list(1, team), outcome{}},
		{"of nobody", "carol", `{}`, "", none},
		{"of somebody else", "carol", `{"TaskIds":["x1"]}`, "", none},

		{"ids", "alice", `{"TaskIds":["x1","x3","x","team"]}`, list(2, x3, x1), outcome{}},
		{"no ids", "alice", `{"TaskIds":[]}`, all, outcome{}},
		{"unknown id", "alice", `{"TaskIds":["x"]}`, "", none},
		{"project", "alice", `{"ProjectId":"p"}`, list(2, x2, x1), outcome{}},
		{"project of others", "alice", `{"ProjectId":"q"}`, "", none},
		{"name of the project", "alice", `{"ProjectName":"Opening"}`, list(2, x2, x1), outcome{}},
		{"part of the name", "alice", `{"ProjectName":"Open"}`, "", none},
		{"media", "alice", `{"MaterialId":"m"}`, list(1, x3), outcome{}},
		{"unknown media", "alice", `{"MaterialId":"x"}`, "", none},
		{"empty texts", "alice", `{"ProjectId":"","ProjectName":"","MaterialId":""}`, all, outcome{}},
		{"type", "alice", `{"TaskTypeSet":["MATERIAL_PROCESS"]}`, list(3, x4, started, x3), outcome{}},
		{"types", "alice", `{"TaskTypeSet":["MATERIAL_PROCESS","VIDEO_EDIT_PROJECT_EXPORT"]}`, all, outcome{}},
		{"unknown type", "alice", `{"TaskTypeSet":["EXPORT"]}`, "", none},
		{"status", "alice", `{"StatusSet":["FAIL"]}`, list(1, x2), outcome{}},
		{"statuses", "alice", `{"StatusSet":["FAIL","PROCESSING"]}`, list(2, x4, x2), outcome{}},
		{"status that none has", "alice", `{"ProjectId":"p","StatusSet":["PROCESSING"]}`, "", none},
		{"unknown status", "alice", `{"StatusSet":["FAILED"]}`, "", refused("StatusSet")},
		{"all together", "alice", `{"ProjectName":"Opening","ProjectId":"p","TaskIds":["x1","x2"],"TaskTypeSet":["VIDEO_EDIT_PROJECT_EXPORT"],"StatusSet":["SUCCESS"]}`, list(1, x1), outcome{}},
		{"media and project", "alice", `{"ProjectId":"p","MaterialId":"m"}`, "", none},

		{"oldest first", "alice", `{"TaskIds":["x1","x2"],"Sort":{"Field":"CreateTime","Order":"Asc"}}`, list(2, x1, x2), outcome{}},
		{"newest first", "alice", `{"TaskIds":["x1","x2"],"Sort":{"Field":"CreateTime"}}`, list(2, x2, x1), outcome{}},
		{"by another field", "alice", `{"Sort":{"Field":"Status"}}`, "", refused("Sort")},
		{"page", "alice", `{"Limit":2,"Offset":1}`, list(5, started, x3), outcome{}},
		{"zero limit", "alice", `{"Limit":0}`, all, outcome{}},
		{"largest page", "alice", `{"Limit":30}`, all, outcome{}},
		{"page too large", "alice", `{"Limit":31}`, "", outcome{Refusal: limitTooLarge, Why: "webpaas.limit"}},
		{"negative page", "alice", `{"Limit":-1}`, "", refused("Limit")},
		{"negative offset", "alice", `{"Offset":-1}`, "", refused("Offset")},
		{"beyond the end", "alice", `{"Offset":5}`, list(5), outcome{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := taskWorld(t).run(tt.user, "Task.DescribeTasks", tt.request)
			checkOutcome(t, tt.refused, outcome{Refusal: got.Refusal, Why: got.Why})
			if lines := taskLines(t, got.Body); tt.refused == (outcome{}) && lines != tt.want {
				t.Errorf("got %s\nwant %s", lines, tt.want)
			}
		})
	}
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

// Time alone brings a task to its end, and the time set back brings it back.
func TestTaskByTime(t *testing.T) {
	t.Parallel()
	w := taskWorld(t)
	for _, tt := range []struct {
		elapsed time.Duration
		want    string
	}{
		{0, "1: x4 PROCESSING 0"}, {time.Second, "1: x4 PROCESSING 25"}, {4*time.Second - 1, "1: x4 PROCESSING 99"},
		{4 * time.Second, "1: x4 SUCCESS 100"}, {2 * time.Second, "1: x4 PROCESSING 50"},
	} {
		w.now = testTime.Add(tt.elapsed - time.Second)
		before := w.snapshot()
		if got := taskLines(t, w.run("alice", "Task.DescribeTasks", `{"TaskIds":["x4"]}`).Body); got != tt.want {
			t.Errorf("after %v: got %s, want %s", tt.elapsed, got, tt.want)
		}
		if diff := cmp.Diff(before, w.snapshot()); diff != "" {
			t.Errorf("looking at it changed the state (-before +after):\n%s", diff)
		}
	}
}

// A poll is a response that shows the task: no other task's, no rejected one, no page without it.
func TestTaskByPolls(t *testing.T) {
	t.Parallel()
	start := func() *world {
		return newWorld(t).load(Fixtures{
			Projects: []Project{{ID: "p", Owner: Person("alice")}},
			Tasks: []Task{
				{ID: "x", ProjectID: "p", CreateTime: at(1), Plan: Plan{Polls: 3}},
				{ID: "y", ProjectID: "p", CreateTime: at(2), Plan: Plan{Polls: 2, Fail: &Failure{At: 60}}},
			},
		})
	}
	const x, both = `{"TaskIds":["x"]}`, `{"ProjectId":"p"}`
	none := "refused"
	tests := []struct {
		name  string
		calls [][2]string // request and what it gets
	}{
		{"to the end", [][2]string{{x, "1: x PROCESSING 0"}, {x, "1: x PROCESSING 50"}, {x, "1: x SUCCESS 100"}, {x, "1: x SUCCESS 100"}}},
		{"each its own", [][2]string{
			{x, "1: x PROCESSING 0"}, {both, "2: y PROCESSING 0, x PROCESSING 50"}, {both, "2: y FAIL 60, x SUCCESS 100"}, {both, "2: y FAIL 60, x SUCCESS 100"},
		}},
		{"not on the page", [][2]string{
			{`{"Limit":1}`, "2: y PROCESSING 0"}, {`{"Limit":1}`, "2: y FAIL 60"}, {`{"Limit":1,"Offset":1}`, "2: x PROCESSING 0"},
			{`{"Limit":1,"Offset":1}`, "2: x PROCESSING 50"}, {`{"Offset":2}`, "2:"}, {x, "1: x SUCCESS 100"},
		}},
		{"until it is not running any more", [][2]string{
			{`{"TaskIds":["x"],"StatusSet":["PROCESSING"]}`, "1: x PROCESSING 0"}, {`{"TaskIds":["x"],"StatusSet":["PROCESSING"]}`, "1: x PROCESSING 50"},
			{`{"TaskIds":["x"],"StatusSet":["PROCESSING"]}`, none}, {`{"TaskIds":["x"],"StatusSet":["SUCCESS"]}`, "1: x SUCCESS 100"},
		}},
		{"hidden by its status", [][2]string{
			{`{"TaskIds":["x"],"StatusSet":["SUCCESS"]}`, none}, {`{"TaskIds":["x"],"StatusSet":["SUCCESS"]}`, none},
			{`{"TaskIds":["x"],"StatusSet":["SUCCESS"]}`, none}, {x, "1: x PROCESSING 0"},
		}},
		{"refused", [][2]string{{`{"TaskIds":["x"],"Limit":31}`, none}, {`{"TaskIds":["x"],"Limit":31}`, none}, {x, "1: x PROCESSING 0"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := start()
			for i, call := range tt.calls {
				out := w.run("alice", "Task.DescribeTasks", call[0])
				got := taskLines(t, out.Body)
				if out.Refusal != "" {
					got = none
				}
				if got != call[1] {
					t.Errorf("call %d, %s: got %s, want %s", i+1, call[0], got, call[1])
				}
			}
		})
	}
	w := start()
	for range 9 {
		w.must("alice", "Task.DescribeTasks", x)
	}
	if polled := w.st.Tasks["x"].Polled; polled != 2 {
		t.Errorf("%d polls found it under way, want 2", polled)
	}
}

// The explanation warns of a plan that would never come to its end.
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

// TestDeleteTask tries to delete each kind of task as everybody.
func TestDeleteTask(t *testing.T) {
	t.Parallel()
	may := map[string]string{"x1": "alice", "x4": "alice", "team": "olga adam", "started": "alice bob"}
	users := []string{"alice", "bob", "olga", "adam", "mia", "carol"}
	for id, want := range may {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, user := range users {
				w := taskWorld(t)
				out := w.run(user, "Task.DeleteTask", `{"TaskId":"`+id+`"}`)
				_, there := w.st.Tasks[id]
				switch {
				case out.Refusal == "" && !there && len(w.st.Tasks) == 5:
					got = append(got, user)
				case out.Refusal != permissionDeny || out.Why != "webpaas.task-foreign":
					t.Errorf("%s: %s (%s), task there: %t", user, out.Refusal, out.Why, there)
				}
			}
			if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
				t.Errorf("who may (-want +got):\n%s", diff)
			}
		})
	}
	w := taskWorld(t)
	w.must("alice", "Task.DeleteTask", `{"TaskId":"x1"}`)
	for _, id := range []string{"x1", "", "x"} {
		got := w.run("alice", "Task.DeleteTask", `{"TaskId":"`+id+`"}`)
		checkOutcome(t, outcome{Refusal: resourceMissing, Why: "webpaas.task-unknown"}, outcome{Refusal: got.Refusal, Why: got.Why})
	}
}

// Nobody without a name has started the tasks that nobody started.
func TestTaskOfNobody(t *testing.T) {
	t.Parallel()
	w := taskWorld(t)
	if got := taskRights(w.st, "", w.st.Tasks["x1"]); got != "" {
		t.Errorf("nobody has rights %s", got)
	}
}
