package webpaas

import (
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var taskOps = []op.Op[State]{
	op.Write("Task.DescribeTasks", describeTasks).Fails("/Limit", "maximum", errLimit), // counts polls
	op.Write("Task.DeleteTask", deleteTask),
}

// tasksMaxLimit is documented for Task.DescribeTasks. That it is the default too is assumed: the page
// states none.
const tasksMaxLimit = 30

type describeTasksRequest struct {
	ProjectName string
	ProjectID   string   `json:"ProjectId"`
	MaterialID  string   `json:"MaterialId"`
	TaskIDs     []string `json:"TaskIds"`
	TaskTypeSet []string
	StatusSet   []string
	Sort        *sortBy
	paging
}

type describeTasksResponse struct {
	TotalCount  int
	TaskInfoSet []taskInfo
}

// taskInfo is TaskInfo. TaskType is in the example alone.
type taskInfo struct {
	TaskID     string `json:"TaskId"`
	TaskType   string `json:",omitempty"`
	Status     string
	Progress   int
	CreateTime string
}

// describeTasks returns the tasks that the caller may see and that fit all that is asked for; all of them
// when nothing is (assumed). Each task that the response shows was polled once. That none fits is
// rejected (documented), and no poll.
func describeTasks(c *op.Call, st *State, req describeTasksRequest) (describeTasksResponse, error) {
	if err := req.validate(); err != nil {
		return describeTasksResponse{}, err
	}
	selected := st.selectTasks(c, req)
	found := slices.DeleteFunc(slices.Clone(selected), func(t Task) bool {
		status, _ := t.Progress(c.Now)
		return !anyOrOneOf(req.StatusSet, status)
	})
	if len(found) == 0 {
		return describeTasksResponse{}, noTasks(c, selected)
	}
	if req.Sort.ascends() {
		slices.Reverse(found)
	}
	from, to, err := req.page(len(found), tasksMaxLimit, tasksMaxLimit)
	if err != nil {
		return describeTasksResponse{}, err
	}
	ans := describeTasksResponse{TotalCount: len(found), TaskInfoSet: []taskInfo{}}
	for _, t := range found[from:to] {
		ans.TaskInfoSet = append(ans.TaskInfoSet, t.wire(c))
		st.countPoll(c.Now, t)
	}
	return ans, nil
}

func (r describeTasksRequest) validate() error {
	for _, status := range r.StatusSet {
		if err := oneOf("Status", status, TaskProcessing, TaskSuccess, TaskFail); err != nil {
			return badValue("StatusSet", "send the values of TaskInfo.Status", "%v", err)
		}
	}
	return r.Sort.validate(byCreateTime)
}

// selectTasks returns what fits but for its status, newest first (assumed). ProjectName is the whole name of
// a project that is there (assumed).
func (s *State) selectTasks(c *op.Call, r describeTasksRequest) []Task {
	var tasks []Task
	for _, t := range s.Tasks {
		if s.taskRights(c.User, t).has(toRead) &&
			anyOrOneOf(r.TaskIDs, t.ID) && anyOrOneOf(r.TaskTypeSet, t.Type) &&
			(r.ProjectID == "" || r.ProjectID == t.ProjectID) &&
			(r.MaterialID == "" || r.MaterialID == t.MaterialID) &&
			(r.ProjectName == "" || r.ProjectName == s.Projects[t.ProjectID].Name) {
			tasks = append(tasks, t)
		}
	}
	slices.SortFunc(tasks, func(a, b Task) int { return newerFirst(a.CreateTime, b.CreateTime, a.ID, b.ID) })
	return tasks
}

// noTasks explains that none fits, and warns of a task that only polls could bring to the status asked for.
func noTasks(c *op.Call, selected []Task) error {
	fix := "ask for less, use a ticket of somebody who may see the task, or seed one"
	if slices.ContainsFunc(selected, func(t Task) bool { return t.Plan.Polls > 0 }) {
		fix = "leave StatusSet out: a plan of polls counts only answers that show the task"
	}
	return errNotFound.Because("webpaas.tasks-none", fix,
		"none of the tasks that user %q may see fits; but for the status, %d would", c.User, len(selected))
}

func (t Task) wire(c *op.Call) taskInfo {
	status, percent := t.Progress(c.Now)
	info := taskInfo{TaskID: t.ID, Status: status, Progress: percent, CreateTime: wireMillis(t.CreateTime)}
	if c.Dialect.TaskType == dialect.Present {
		info.TaskType = t.Type
	}
	return info
}

// wireMillis is an ISO time in milliseconds of UTC, as in the example of tasks alone.
func wireMillis(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// countPoll notes that a response shows a task, if its plan counts polls and has not come to its end.
func (s *State) countPoll(now time.Time, t Task) {
	if run := t.run(); t.Plan.Poll(&run, now) {
		t.Polled = run.Polled
		set(&s.Tasks, t.ID, t)
	}
}

// taskRights are a user's rights on a task: those on what its owner has, and all on what the user
// started (assumed).
func (s *State) taskRights(user string, t Task) Rights {
	if user != "" && t.User == user {
		return allRights
	}
	return s.defaultRights(user, t.Owner)
}

type deleteTaskRequest struct {
	TaskID string `json:"TaskId"`
}

// deleteTask takes a task in any state (assumed).
func deleteTask(c *op.Call, st *State, req deleteTaskRequest) (op.None, error) {
	t, ok := st.Tasks[req.TaskID]
	if !ok {
		return op.None{}, errNotFound.Because("webpaas.task-unknown",
			"take a TaskId from Task.DescribeTasks or Material.ProcessMaterial, or seed the task",
			"there is no task %q", req.TaskID)
	}
	if has := st.taskRights(c.User, t); !has.has(toWrite) {
		return op.None{}, errPermissionDeny.Because("webpaas.task-foreign",
			"use a ticket of who started it or owns what it works on, or seed a team role that gives the right",
			"user %q needs the right %s on task %s of %s and has %s", c.User, toWrite, t.ID, t.Owner, has)
	}
	st.deleteTask(c, t)
	return op.None{}, nil
}
