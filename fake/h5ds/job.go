package h5ds

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// A job runs for a while: it renders, transcribes or paints. How far it is follows, whenever
// somebody looks, from its plan, its run and the tenant's time.
type (
	// Plan says how a job comes to its end: at once when it is zero, After a while, after so many
	// Polls, or when the author of a test says so (Manual); and whether it fails on its way.
	Plan = job.Plan
	// Failure is how a job fails: at which percentage, with which code and message.
	Failure = job.Failure
	// Run holds the facts of a job under way. A seed may leave it out: the job then starts at once.
	Run = job.Run
	// Duration is written "1m30s" in JSON and YAML.
	Duration = job.Duration
)

// Kinds of jobs, as the paths of the API name them.
const (
	RenderJobs        = "tasks"        // /user/app/tasks
	TranscriptionJobs = "filetrans"    // /common/filetrans
	BizJobs           = "bizTasks"     // /common/bizTasks
	MaterialJobs      = "materialJobs" // /common/materialJobs, and the conversion of a new video
)

// defaultPlans are for jobs that a call starts, where State.Plans has none. How long the real
// ones take is not known for any (derived).
var defaultPlans = map[string]Plan{
	RenderJobs:        {After: Duration(30 * time.Second)},
	TranscriptionJobs: {After: Duration(5 * time.Second)},
	BizJobs:           {After: Duration(30 * time.Second)},
	MaterialJobs:      {After: Duration(5 * time.Second)},
}

// planOf is the plan of a new job of the kind.
func (st *State) planOf(kind string) Plan {
	plan, given := st.Plans[kind]
	if !given {
		plan = defaultPlans[kind]
	}
	return plan.Apart()
}

// loadPlans takes the plans for jobs to come.
func (st *State) loadPlans(plans map[string]Plan) error {
	for _, kind := range slices.Sorted(maps.Keys(plans)) {
		if _, known := defaultPlans[kind]; !known {
			return fmt.Errorf("load h5ds plans: no call starts a job of the kind %q; there are %s, %s, %s and %s",
				kind, RenderJobs, TranscriptionJobs, BizJobs, MaterialJobs)
		}
		if err := plans[kind].Validate(); err != nil {
			return fmt.Errorf("load h5ds plans: %s: %w", kind, err)
		}
		if st.Plans == nil {
			st.Plans = map[string]Plan{}
		}
		st.Plans[kind] = plans[kind].Apart()
	}
	return nil
}

// begun completes the run of a seeded job.
func begun(c *op.Call, plan Plan, run Run) (Plan, Run, error) {
	if err := plan.Validate(); err != nil {
		return plan, run, fmt.Errorf("plan.%w", err)
	}
	if run.Percent < 0 || run.Percent > 100 || run.Polled < 0 {
		return plan, run, fmt.Errorf("the percent %d is not between 0 and 100, or polled %d is negative", run.Percent, run.Polled)
	}
	if run.Started.IsZero() {
		run.Started = c.Now
	}
	return plan.Apart(), run, nil
}

// Progress is how far the author of a test has let a job come whose plan is manual.
type Progress struct {
	// Kind is RenderJobs, TranscriptionJobs, BizJobs or MaterialJobs.
	Kind string
	// Job is the id of the job, as the call that started it answered; that of the material for
	// MaterialJobs.
	Job string
	// Percent is 0 to 100. At 100 the job is done; at the percentage of its Failure it fails.
	Percent int
}

// PutProgress sets how far a job is. It refuses a job that is not there, and one whose plan is
// not manual: that one's progress is told by something else.
func (st *State) PutProgress(c *op.Call, p Progress) (Progress, error) {
	var plan *Plan
	var run *Run
	put := func() {}
	switch p.Kind {
	case RenderJobs:
		if task, there := st.Renders.get(p.Job); there {
			plan, run, put = &task.Plan, &task.Run, func() { st.Renders.put(task) }
		}
	case TranscriptionJobs:
		if task, there := st.Transcriptions.get(p.Job); there {
			plan, run, put = &task.Plan, &task.Run, func() { st.Transcriptions.put(task) }
		}
	case BizJobs:
		if task, there := st.BizTasks.get(p.Job); there {
			plan, run, put = &task.Plan, &task.Run, func() { st.BizTasks.put(task) }
		}
	case MaterialJobs:
		if jobs := st.materialJobsOf(p.Job); len(jobs) > 0 {
			plan, run = &jobs[0].Plan, &jobs[0].Run
			put = func() {
				for _, j := range jobs {
					j.Run = *run
					st.MaterialJobs.put(j)
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
