package webpaas

import (
	"errors"
	"fmt"
	"slices"
	"time"

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
	// Plan says how it comes to its end.
	Plan Plan `json:"plan,omitzero" yaml:"plan"`
}

// Types of a [Task].
const (
	TaskExport  = "VIDEO_EDIT_PROJECT_EXPORT" // documented example
	TaskProcess = "MATERIAL_PROCESS"          // derived: no document lists the values
)

// States of a [Task], documented for TaskInfo.Status.
const (
	TaskProcessing = "PROCESSING"
	TaskSuccess    = "SUCCESS"
	TaskFail       = "FAIL"
)

// Plan says how a task comes to its end. The zero Plan ends with success at once.
type Plan struct {
	// After is how much of the tenant's time passes between start and end.
	After Duration `json:"after,omitzero" yaml:"after"`
	// Fail lets the task fail on its way.
	Fail *Failure `json:"fail,omitempty" yaml:"fail"`
}

// Failure is how a task fails.
type Failure struct {
	// At is the progress, 0 to 100 percent, at which it stops.
	At int `json:"at" yaml:"at"`
	// Code is the ErrCode of the task.
	Code int64 `json:"code" yaml:"code"`
}

// Duration is written "1m30s" in JSON and YAML.
type Duration time.Duration

// MarshalText writes the duration as [time.Duration.String] does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("duration: %w; write it like 90s or 1m30s", err)
	}
	*d = Duration(parsed)
	return nil
}

// putTask makes a process task known as one of its material's.
func (s *State) putTask(t Task) {
	set(&s.Tasks, t.ID, t)
	known := s.Recognitions[t.MaterialID]
	if t.Type == TaskProcess && !slices.Contains(known.TaskIDs, t.ID) {
		known.TaskIDs = append(slices.Clone(known.TaskIDs), t.ID)
		set(&s.Recognitions, t.MaterialID, known)
	}
}

// Progress returns the task's state and percentage at a time.
func (t Task) Progress(now time.Time) (status string, percent int) {
	percent = t.reached(now)
	switch f := t.Plan.Fail; {
	case f != nil && percent >= f.At:
		return TaskFail, f.At
	case percent >= 100:
		return TaskSuccess, 100
	default:
		return TaskProcessing, percent
	}
}

// reached is the percentage that nothing but the Plan bounds. Every way to come to the end is one
// case here, and reads facts only. A plan that counts polls will read a count in the Task: the
// operation that answers a poll then has to be a Write, since it raises the count. A plan for
// manual work will read a percentage in the Task that the test's author sets.
func (t Task) reached(now time.Time) int {
	after := time.Duration(t.Plan.After)
	elapsed := now.Sub(t.CreateTime)
	switch {
	case after == 0 || elapsed >= after:
		return 100
	case elapsed <= 0: // the clock was set back
		return 0
	default:
		return min(99, int(100*(float64(elapsed)/float64(after))))
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
	if err := t.Plan.validate(); err != nil {
		return t, fmt.Errorf("plan.%w", err)
	}
	return t, nil
}

func (p Plan) validate() error {
	switch {
	case p.After < 0:
		return fmt.Errorf("after: %s; it cannot be negative", time.Duration(p.After))
	case p.Fail != nil && (p.Fail.At < 0 || p.Fail.At > 100):
		return fmt.Errorf("fail.at: %d; allowed are 0 to 100 percent", p.Fail.At)
	}
	return nil
}
