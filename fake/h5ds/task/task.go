package task

import (
	"fmt"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// State is the jobs of the users.
type State struct {
	// Jobs belong to the platform id of a user.
	Renders        table.Table[RenderTask]    `json:"renders,omitzero"`
	Transcriptions table.Table[Transcription] `json:"transcriptions,omitzero"`
	BizTasks       table.Table[BizTask]       `json:"bizTasks,omitzero"`
}

// Scope is the state with the parts that its operations use.
type Scope struct {
	*State
	Accounts *account.State
	Library  *library.State
	Storage  *storage.Scope
	Settings *settings.Settings
	Plans    settings.Plans
}

// Ops are the operations of jobs, speech and chat.
var Ops = slices.Concat(renderOps, transcriptionOps, bizTaskOps, speechOps, chatOps)

// Succeeded reports whether a job has succeeded at a time.
func (st *State) Succeeded(kind, id string, now time.Time) bool {
	var state job.State
	switch kind {
	case settings.RenderJobs:
		task, there := st.Renders.Get(id)
		if !there {
			return false
		}
		state, _ = task.Plan.Progress(task.Run, now)
	case settings.BizJobs:
		task, there := st.BizTasks.Get(id)
		if !there || task.Cancelled {
			return false
		}
		state, _ = task.Plan.Progress(task.Run, now)
	default:
		return true
	}
	return state == job.Done
}

// Progress is the progress of a job with the plan Manual.
type Progress struct {
	// Kind is RenderJobs, TranscriptionJobs, BizJobs or MaterialJobs.
	Kind string
	// Job is the id of the job, which the call that started it returned; for MaterialJobs it is the id of the material.
	Job string
	// Percent is 0 to 100. At 100 the job is done; at the percentage of its Failure it fails.
	Percent int
}

// PutProgress sets the progress of a job. An unknown job, and one whose plan is not manual, are errors.
func (st *Scope) PutProgress(c *op.Call, p Progress) (Progress, error) {
	var plan *settings.Plan
	var run *settings.Run
	put := func() {}
	switch p.Kind {
	case settings.RenderJobs:
		if task, there := st.Renders.Get(p.Job); there {
			plan, run, put = &task.Plan, &task.Run, func() { st.Renders.Put(task) }
		}
	case settings.TranscriptionJobs:
		if task, there := st.Transcriptions.Get(p.Job); there {
			plan, run, put = &task.Plan, &task.Run, func() { st.Transcriptions.Put(task) }
		}
	case settings.BizJobs:
		if task, there := st.BizTasks.Get(p.Job); there {
			plan, run, put = &task.Plan, &task.Run, func() { st.BizTasks.Put(task) }
		}
	case settings.MaterialJobs:
		if jobs := st.Library.MaterialJobs.About(p.Job); len(jobs) > 0 {
			plan, run = &jobs[0].Plan, &jobs[0].Run
			put = func() {
				for _, j := range jobs {
					j.Run = *run
					st.Library.MaterialJobs.Put(j)
				}
			}
		}
	}
	switch {
	case plan == nil:
		return Progress{}, fmt.Errorf("put progress: there is no job %q of the kind %q", p.Job, p.Kind)
	case !plan.Manual:
		return Progress{}, fmt.Errorf("put progress: the plan of job %q is not manual; give it such a plan first", p.Job)
	case p.Percent < 0 || p.Percent > 100:
		return Progress{}, fmt.Errorf("put progress: %d percent of job %q; allowed are 0 to 100", p.Percent, p.Job)
	}
	run.Percent, run.Changed = p.Percent, c.Now
	put()
	return p, nil
}
