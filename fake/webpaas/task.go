package webpaas

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var taskOps = []op.Op[State]{
	op.Write("Task.DescribeTasks", describeTasks).Fails("/Limit", "maximum", errLimit), // counts polls
	op.Write("Task.DeleteTask", deleteTask),
}

var processOps = []op.Op[State]{
	op.Write("Material.ProcessMaterial", processMaterial),
}

// Task is an export or a process task. Its progress is computed from its fields and the tenant's time.
//
// Put fills in ID, Type (TaskProcess with a material alone, otherwise TaskExport), Owner (the owner of the project or
// material), Definition, CreateTime and Plan (the plan for the type; see [State.SetPlan]).
type Task struct {
	// ID is "<appId>-procedurev2-<32 hex>t0" of a process task, "<appId>-tfusion-<32 hex>t0" of an export.
	ID string `json:"id" yaml:"id"`
	// Type is [TaskExport] or [TaskProcess].
	Type string `json:"type" yaml:"type"`
	// Owner owns the project or the material.
	Owner Entity `json:"owner" yaml:"owner"`
	// User started the task; it is empty for a task of a fixture.
	User string `json:"user,omitempty" yaml:"user"`
	// ProjectID or MaterialID names the subject of the task.
	ProjectID  string `json:"projectId,omitempty" yaml:"projectId"`
	MaterialID string `json:"materialId,omitempty" yaml:"materialId"`
	// Definition of a process task: 20 for all recognitions, 30 for subtitles only.
	Definition int64 `json:"definition,omitempty" yaml:"definition"`
	// CreateTime is the time of the start, kept in milliseconds of UTC as in the documented example.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	// Plan says how the task ends. With the zero Plan it ends at once.
	Plan Plan `json:"plan,omitzero" yaml:"plan"`
	// Polled is the number of responses of Task.DescribeTasks that have shown the task before its end. Only a plan with
	// Polls counts them.
	Polled int `json:"polled,omitempty" yaml:"polled"`
	// Percent is the progress, 0 to 100, that a test has set; only with the plan Manual.
	Percent int `json:"percent,omitempty" yaml:"percent"`
}

// Types of a [Task].
const (
	TaskExport  = "VIDEO_EDIT_PROJECT_EXPORT" // documented example
	TaskProcess = "MATERIAL_PROCESS"          // assumed: no document lists the values
)

// States of a [Task], documented for TaskInfo.Status.
const (
	TaskProcessing = "PROCESSING"
	TaskSuccess    = "SUCCESS"
	TaskFail       = "FAIL"
)

// Plan says how a task ends: in one of four ways, successfully or with a Failure. The zero Plan names no way. Its
// fields:
//
//   - Immediate: the task ends at once.
//   - After: the task ends when this [time.Duration] of the tenant's time has passed since its start.
//   - Polls: the task ends at the poll with this number. A poll is a response that shows the task; the first one shows
//     it at its start.
//   - Manual: the test moves the task and ends it; see [State.SetProgress].
//   - Fail: the task fails before its end; at once if no way is given.
//
// Nothing runs in the background: the progress of a task is computed from its plan when it is read.
//
// The forms of a plan in YAML and JSON:
//
//	plan: immediate
//	plan: {after: 30s}
//	plan: {polls: 3}
//	plan: manual
//	plan: {after: 30s, fail: {at: 60%, code: 10001}}
type Plan = job.Plan

// Failure says at which progress, 0 to 100 percent, a task fails, and with which Code. Responses of this service show
// neither Code nor Message.
type Failure = job.Failure

func (t Task) key() string { return t.ID }

// keep adds a process task to the recognition of its material.
func (t Task) keep(st *State) {
	set(&st.Tasks, t.ID, t)
	known := st.Recognitions[t.MaterialID]
	if t.Type == TaskProcess && !slices.Contains(known.TaskIDs, t.ID) {
		known.MaterialID, known.TaskIDs = t.MaterialID, append(slices.Clone(known.TaskIDs), t.ID)
		set(&st.Recognitions, t.MaterialID, known)
	}
}

// run returns the facts from which the progress of the task is computed.
func (t Task) run() job.Run {
	return job.Run{Started: t.CreateTime, Polled: t.Polled, Percent: t.Percent}
}

// Progress returns the status of the task and its progress in percent at a time.
func (t Task) Progress(now time.Time) (status string, percent int) {
	state, percent := t.Plan.Progress(t.run(), now)
	switch state {
	case job.Failed:
		return TaskFail, percent
	case job.Done:
		return TaskSuccess, percent
	default:
		return TaskProcessing, percent
	}
}

func (t Task) complete(c *op.Call, st *State) (Task, error) {
	project, inProject := st.Projects[t.ProjectID]
	m, ofMaterial := st.Materials[t.MaterialID]
	old, replaces := st.Tasks[t.ID]
	switch {
	case t.ProjectID != "" && !inProject:
		return t, fmt.Errorf("projectId: there is no project %q; put it first", t.ProjectID)
	case t.MaterialID != "" && !ofMaterial:
		return t, fmt.Errorf("materialId: there is no material %q; put it first", t.MaterialID)
	case !inProject && !ofMaterial:
		return t, errors.New("projectId: a task needs a projectId or a materialId")
	case replaces && old.MaterialID != t.MaterialID:
		return t, fmt.Errorf("materialId: task %s works on %q; give another task its own id", t.ID, old.MaterialID)
	}
	if inProject {
		fill(&t.Type, TaskExport)
		fill(&t.Owner, project.Owner)
	} else {
		fill(&t.Type, TaskProcess)
		fill(&t.Owner, m.Owner)
	}
	if err := oneOf("type", t.Type, TaskExport, TaskProcess); err != nil {
		return t, err
	}
	if err := st.exists("owner", t.Owner); err != nil {
		return t, err
	}
	return completeRun(c, st, t)
}

// completeRun completes the fields that do not depend on the subject of the task.
func completeRun(c *op.Call, st *State, t Task) (Task, error) {
	kind := op.ExportID
	if t.Type == TaskProcess {
		kind = op.TaskID
		fill(&t.Definition, definitionAll)
		if t.MaterialID == "" {
			return t, fmt.Errorf("materialId: a task of type %s needs one", TaskProcess)
		}
		if t.Definition != definitionAll && t.Definition != definitionSubtitle {
			return t, fmt.Errorf("definition: %d; allowed are %d and %d", t.Definition, definitionAll, definitionSubtitle)
		}
	}
	if t.ID == "" {
		t.ID = unusedID(c, kind, st.Tasks)
	}
	fill(&t.CreateTime, c.Now)
	t.CreateTime = t.CreateTime.UTC().Truncate(time.Millisecond)
	fill(&t.Plan, st.Plans[t.Type])
	return t, t.validateProgress()
}

func (t Task) validateProgress() error {
	if err := t.Plan.Validate(); err != nil {
		return fmt.Errorf("plan.%w", err)
	}
	switch {
	case t.Polled < 0:
		return fmt.Errorf("polled: %d; it cannot be negative", t.Polled)
	case t.Polled > 0 && t.Plan.Polls == 0:
		return fmt.Errorf("polled: %d; only a task with a plan of polls counts them", t.Polled)
	case t.Percent < 0 || t.Percent > 100:
		return fmt.Errorf("percent: %d; allowed are 0 to 100", t.Percent)
	case t.Percent > 0 && !t.Plan.Manual:
		return fmt.Errorf("percent: %d; only a task with the plan manual is moved by hand", t.Percent)
	}
	return nil
}

// SetPlan sets the plan of the tasks of a type that a call starts from now on, and of those that are put without a plan
// of their own. With the zero Plan they end at once. It is an error if the type is neither [TaskExport] nor
// [TaskProcess], or if the plan contradicts itself.
func (st *State) SetPlan(taskType string, plan Plan) error {
	if err := putPlan(st, taskType, plan); err != nil {
		return fmt.Errorf("webpaas: set plan of %q: %w", taskType, err)
	}
	return nil
}

func putPlan(st *State, taskType string, plan Plan) error {
	if err := oneOf("task type", taskType, TaskExport, TaskProcess); err != nil {
		return err
	}
	if err := plan.Validate(); err != nil {
		return err
	}
	if plan == (Plan{}) {
		delete(st.Plans, taskType)
		return nil
	}
	set(&st.Plans, taskType, plan.Clone())
	return nil
}

// SetProgress sets the progress of a task with the plan Manual in percent; 100 ends the task. It is an error if there
// is no such task, if it has another plan or has ended, or if the percentage is not 0 to 100.
func (st *State) SetProgress(now time.Time, taskID string, percent int) error {
	return moveTask(st, now, "set progress", taskID, func(t *Task) { t.Percent = percent })
}

// FinishTask ends a task with the plan Manual successfully, even if its plan has a Failure. It is an error if there is
// no such task, or if it has another plan or has ended.
func (st *State) FinishTask(now time.Time, taskID string) error {
	return moveTask(st, now, "finish task", taskID, func(t *Task) { t.Percent, t.Plan.Fail = 100, nil })
}

// FailTask lets a task with the plan Manual fail at its present progress. It is an error if there is no such task, or if
// it has another plan or has ended.
func (st *State) FailTask(now time.Time, taskID string, code int64) error {
	return moveTask(st, now, "fail task", taskID, func(t *Task) { t.Plan.Fail = &Failure{At: t.Percent, Code: code} })
}

func moveTask(st *State, now time.Time, action, id string, move func(*Task)) error {
	t, ok := st.Tasks[id]
	if !ok {
		return fmt.Errorf("webpaas: %s: there is no task %q", action, id)
	}
	if !t.Plan.Manual {
		return fmt.Errorf("webpaas: %s: task %s is not moved by hand; give it, or its type %s, the plan manual", action, id, t.Type)
	}
	if status, percent := t.Progress(now); status != TaskProcessing {
		return fmt.Errorf("webpaas: %s: task %s has ended: %s at %d%%", action, id, status, percent)
	}
	move(&t)
	if err := t.validateProgress(); err != nil {
		return fmt.Errorf("webpaas: %s: task %s: %w", action, id, err)
	}
	set(&st.Tasks, id, t)
	return nil
}

type processMaterialRequest struct {
	MaterialID string `json:"MaterialId"`
	Definition *int64
	VerifySign string
}

type processMaterialResponse struct {
	TaskID string `json:"TaskId"`
}

// processMaterial starts the recognition of a video. It changes what is known of the material, so it needs the right to
// write (assumed). The task follows the plan for its type in State.Plans.
func processMaterial(c *op.Call, st *State, req processMaterialRequest) (processMaterialResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return processMaterialResponse{}, err
	}
	// Required by the table, but half of the documented examples succeed without it.
	definition := int64(definitionAll)
	if req.Definition != nil {
		definition = *req.Definition
	}
	if definition != definitionAll && definition != definitionSubtitle {
		return processMaterialResponse{}, badValue("Definition", "send 20 or 30", "it is %d", definition)
	}
	if m.Type != typeVideo {
		return processMaterialResponse{}, errNotVideo.Because("webpaas.not-video",
			"process a material of type VIDEO", "material %s is of type %s", m.ID, m.Type)
	}
	if err := checkVerifySign(c, req.VerifySign); err != nil {
		return processMaterialResponse{}, err
	}
	task := Task{
		ID: unusedID(c, op.TaskID, st.Tasks), Type: TaskProcess, Owner: m.Owner, User: c.User,
		MaterialID: m.ID, Definition: definition,
		CreateTime: c.Now.UTC().Truncate(time.Millisecond), Plan: st.Plans[TaskProcess],
	}
	task.keep(st)
	return processMaterialResponse{TaskID: task.ID}, nil
}

// tasksMaxLimit is documented for Task.DescribeTasks. The page states no default; that it is the same is assumed.
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

// taskInfo is TaskInfo. Only the example has TaskType.
type taskInfo struct {
	TaskID     string `json:"TaskId"`
	TaskType   string `json:",omitempty"`
	Status     string
	Progress   int
	CreateTime string
}

// describeTasks returns the tasks that the caller may see and that match every condition; without a condition it returns
// all of them (assumed). A response counts as a poll of each task that it shows. It is an error if no task matches
// (documented).
func describeTasks(c *op.Call, st *State, req describeTasksRequest) (describeTasksResponse, error) {
	if err := req.validate(); err != nil {
		return describeTasksResponse{}, err
	}
	selected := selectTasks(c, st, req)
	found := slices.DeleteFunc(slices.Clone(selected), func(t Task) bool {
		status, _ := t.Progress(c.Now)
		return !emptyOrHas(req.StatusSet, status)
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
	resp := describeTasksResponse{TotalCount: len(found), TaskInfoSet: []taskInfo{}}
	for _, t := range found[from:to] {
		resp.TaskInfoSet = append(resp.TaskInfoSet, t.wire(c))
		countPoll(st, c.Now, t)
	}
	return resp, nil
}

func (r describeTasksRequest) validate() error {
	for _, status := range r.StatusSet {
		if err := oneOf("Status", status, TaskProcessing, TaskSuccess, TaskFail); err != nil {
			return badValue("StatusSet", "send the values of TaskInfo.Status", "%v", err)
		}
	}
	return r.Sort.validate(byCreateTime)
}

// selectTasks returns the tasks that match every condition but the status, newest first (assumed). ProjectName is the
// whole name of a project that exists (assumed).
func selectTasks(c *op.Call, st *State, r describeTasksRequest) []Task {
	var tasks []Task
	for _, t := range st.Tasks {
		if taskRights(st, c.User, t).has(toRead) &&
			emptyOrHas(r.TaskIDs, t.ID) && emptyOrHas(r.TaskTypeSet, t.Type) &&
			(r.ProjectID == "" || r.ProjectID == t.ProjectID) &&
			(r.MaterialID == "" || r.MaterialID == t.MaterialID) &&
			(r.ProjectName == "" || r.ProjectName == st.Projects[t.ProjectID].Name) {
			tasks = append(tasks, t)
		}
	}
	slices.SortFunc(tasks, func(a, b Task) int { return newerFirst(a.CreateTime, b.CreateTime, a.ID, b.ID) })
	return tasks
}

// noTasks returns the error for an empty result. The diagnosis mentions tasks that need polls to reach the status.
func noTasks(c *op.Call, selected []Task) error {
	fix := "drop a condition, use a ticket of a user who may see the task, or put one first"
	if slices.ContainsFunc(selected, func(t Task) bool { return t.Plan.Polls > 0 }) {
		fix = "leave StatusSet out: a plan of polls counts only responses that show the task"
	}
	return errNotFound.Because("webpaas.tasks-none", fix,
		"none of the tasks that user %q may see matches; without the status, %d would", c.User, len(selected))
}

func (t Task) wire(c *op.Call) taskInfo {
	status, percent := t.Progress(c.Now)
	info := taskInfo{TaskID: t.ID, Status: status, Progress: percent, CreateTime: wireMillis(t.CreateTime)}
	if c.Dialect.TaskType == dialect.Present {
		info.TaskType = t.Type
	}
	return info
}

// wireMillis formats a time in milliseconds of UTC, as the example of tasks does.
func wireMillis(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// countPoll counts a poll of a task whose plan counts polls and that has not ended.
func countPoll(st *State, now time.Time, t Task) {
	if run := t.run(); t.Plan.Poll(&run, now) {
		t.Polled = run.Polled
		set(&st.Tasks, t.ID, t)
	}
}

// taskRights returns the rights of a user on a task: all on a task that the user started, otherwise those on everything
// of its owner (assumed).
func taskRights(st *State, user string, t Task) Rights {
	if user != "" && t.User == user {
		return allRights
	}
	return st.defaultRights(user, t.Owner)
}

type deleteTaskRequest struct {
	TaskID string `json:"TaskId"`
}

// deleteTask deletes a task in any state (assumed).
func deleteTask(c *op.Call, st *State, req deleteTaskRequest) (op.None, error) {
	t, ok := st.Tasks[req.TaskID]
	if !ok {
		return op.None{}, errNotFound.Because("webpaas.task-unknown",
			"take a TaskId from Task.DescribeTasks or Material.ProcessMaterial, or put the task first",
			"there is no task %q", req.TaskID)
	}
	if has := taskRights(st, c.User, t); !has.has(toWrite) {
		return op.None{}, errPermissionDeny.Because("webpaas.task-foreign",
			"use a ticket of the user who started it or owns its subject, or put a team role that gives the right",
			"user %q needs the right %s on task %s of %s and has %s", c.User, toWrite, t.ID, t.Owner, has)
	}
	removeTask(c, st, t)
	return op.None{}, nil
}
