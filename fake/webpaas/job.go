package webpaas

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Task is a job that runs for a while: an export or a process task. How far it is follows, whenever
// somebody looks, from what is written here and the tenant's time.
type Task struct {
	// ID is "<appId>-procedurev2-<32 hex>t0" of a process task, "<appId>-tfusion-<32 hex>t0" of an export.
	ID string `json:"id" yaml:"id"`
	// Type is [TaskExport] or [TaskProcess].
	Type string `json:"type" yaml:"type"`
	// Owner is who owns the project or the material it works on.
	Owner Entity `json:"owner" yaml:"owner"`
	// User is who started it; empty for one that no client started.
	User string `json:"user,omitempty" yaml:"user"`
	// ProjectID and MaterialID are what it works on.
	ProjectID  string `json:"projectId,omitempty" yaml:"projectId"`
	MaterialID string `json:"materialId,omitempty" yaml:"materialId"`
	// Definition of a process task: 20 for all recognitions, 30 for subtitles only.
	Definition int64 `json:"definition,omitempty" yaml:"definition"`
	// CreateTime is when it started, kept in milliseconds of UTC as in the documented example.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	// Plan says how it comes to its end: at once when the zero Plan.
	Plan Plan `json:"plan,omitzero" yaml:"plan"`
	// Polled is how many responses of Task.DescribeTasks have shown it under way; only a plan with Polls counts them.
	Polled int `json:"polled,omitempty" yaml:"polled"`
	// Percent, 0 to 100, is how far a test has moved it; only with the plan Manual.
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

// putTask makes a process task known as one of its material's.
func (s *State) putTask(t Task) {
	set(&s.Tasks, t.ID, t)
	known := s.Recognitions[t.MaterialID]
	if t.Type == TaskProcess && !slices.Contains(known.TaskIDs, t.ID) {
		known.MaterialID, known.TaskIDs = t.MaterialID, append(slices.Clone(known.TaskIDs), t.ID)
		set(&s.Recognitions, t.MaterialID, known)
	}
}

// run holds the facts that the task's progress follows from.
func (t Task) run() job.Run {
	return job.Run{Started: t.CreateTime, Polled: t.Polled, Percent: t.Percent}
}

// Progress returns the task's state and percentage at a time.
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

func (s *State) completeTask(c *op.Call, t Task) (Task, error) {
	project, inProject := s.Projects[t.ProjectID]
	m, ofMaterial := s.Materials[t.MaterialID]
	old, replaces := s.Tasks[t.ID]
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
	if err := s.exists("owner", t.Owner); err != nil {
		return t, err
	}
	return s.timedTask(c, t)
}

// timedTask completes what does not depend on what the task works on.
func (s *State) timedTask(c *op.Call, t Task) (Task, error) {
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
		t.ID = unusedID(c, kind, s.Tasks)
	}
	fill(&t.CreateTime, c.Now)
	t.CreateTime = t.CreateTime.UTC().Truncate(time.Millisecond)
	fill(&t.Plan, s.Plans[t.Type])
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

// SetPlan says how tasks of a type come to their end: those that a call starts from now on, and those
// put without a plan of their own. The zero Plan takes it back: they end at once. It is an error if
// the type is none of [TaskExport] and [TaskProcess], or the plan contradicts itself.
func (s *State) SetPlan(taskType string, plan Plan) error {
	own, err := s.completePlan(taskType, plan)
	if err != nil {
		return fmt.Errorf("webpaas: set plan of %q: %w", taskType, err)
	}
	s.putPlan(taskType, own)
	return nil
}

func (s *State) completePlan(taskType string, plan Plan) (Plan, error) {
	if err := oneOf("task type", taskType, TaskExport, TaskProcess); err != nil {
		return plan, err
	}
	if err := plan.Validate(); err != nil {
		return plan, err
	}
	return plan.Apart(), nil
}

func (s *State) putPlan(taskType string, plan Plan) {
	if plan == (Plan{}) {
		delete(s.Plans, taskType)
		return
	}
	set(&s.Plans, taskType, plan)
}

// SetProgress moves a task with the plan Manual to a percentage, forward or back; 100 ends it. It is an error
// if there is no such task, its plan is another, it has ended, or the percentage is not 0 to 100.
func (s *State) SetProgress(now time.Time, taskID string, percent int) error {
	return s.moveTask(now, "set progress", taskID, func(t *Task) { t.Percent = percent })
}

// FinishTask ends a task with the plan Manual with success, also if it was to fail on its way. It is an
// error if there is no such task, its plan is another, or it has ended.
func (s *State) FinishTask(now time.Time, taskID string) error {
	return s.moveTask(now, "finish task", taskID, func(t *Task) { t.Percent, t.Plan.Fail = 100, nil })
}

// FailTask ends a task with the plan Manual where it is, with a failure. It is an error if there is no such
// task, its plan is another, or it has ended.
func (s *State) FailTask(now time.Time, taskID string, code int64) error {
	return s.moveTask(now, "fail task", taskID, func(t *Task) { t.Plan.Fail = &Failure{At: t.Percent, Code: code} })
}

func (s *State) moveTask(now time.Time, what, id string, move func(*Task)) error {
	t, ok := s.Tasks[id]
	if !ok {
		return fmt.Errorf("webpaas: %s: there is no task %q", what, id)
	}
	if !t.Plan.Manual {
		return fmt.Errorf("webpaas: %s: task %s is not moved by hand; give it, or its type %s, the plan manual", what, id, t.Type)
	}
	if status, percent := t.Progress(now); status != TaskProcessing {
		return fmt.Errorf("webpaas: %s: task %s has ended: %s at %d%%", what, id, status, percent)
	}
	move(&t)
	if err := t.validateProgress(); err != nil {
		return fmt.Errorf("webpaas: %s: task %s: %w", what, id, err)
	}
	set(&s.Tasks, id, t)
	return nil
}
