package settings

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// A job takes some time: it renders, transcribes or paints. Its progress is computed at every call from its plan, its
// run and the tenant's time.
type (
	// Plan is the way in which a job ends. The zero Plan ends it at once. Its fields, of which the first four exclude
	// each other:
	//
	//   - Immediate: the job ends at once.
	//   - After: the job ends after this part of the tenant's time, a [time.Duration].
	//   - Polls: the job ends at the poll with this number. The first poll finds it at its start. A poll is one of the
	//     calls User.App.Tasks.Status, Common.Filetrans.HuoshanInfo, Common.BizTasks.Status and User.Materials.Status.
	//   - Manual: a test sets the progress and ends the job.
	//   - Fail: the job fails on its way; at once without any of the other fields.
	//
	// In YAML and JSON:
	//
	//	plan: immediate
	//	plan: {after: 30s}
	//	plan: {polls: 3}
	//	plan: manual
	//	plan: {after: 30s, fail: {at: 60%, code: 10001, message: 违规}}
	Plan = job.Plan
	// Failure is the failure of a job: its progress At the failure, 0 to 100 percent, and the Code and the Message,
	// which not all responses of jobs have.
	Failure = job.Failure
	// Run is the state of a job: the time when it Started, the number of polls that found it running (Polled), the
	// Percent that a test has set, and the time when one of the two Changed. A job without a Run starts when it is put.
	Run = job.Run
)

// Kinds of jobs, with the names of the paths of the API.
const (
	RenderJobs        = "tasks"        // /user/app/tasks
	TranscriptionJobs = "filetrans"    // /common/filetrans
	BizJobs           = "bizTasks"     // /common/bizTasks
	MaterialJobs      = "materialJobs" // /common/materialJobs, and the conversion of a new video
)

// defaultPlans are the plans of the kinds that have none. They are assumed: no source says how long a job takes.
var defaultPlans = map[string]Plan{
	RenderJobs:        {After: 30 * time.Second},
	TranscriptionJobs: {After: 5 * time.Second},
	BizJobs:           {After: 30 * time.Second},
	MaterialJobs:      {After: 5 * time.Second},
}

// Plans are the plans of the jobs that calls start, by kind.
type Plans map[string]Plan

// Of returns the plan of a new job of a kind.
func (p Plans) Of(kind string) Plan {
	plan, given := p[kind]
	if !given {
		plan = defaultPlans[kind]
	}
	return plan.Clone()
}

// Load adds plans. A kind that no call starts, and a plan that contradicts itself, are errors.
func (p *Plans) Load(plans Plans) error {
	for _, kind := range slices.Sorted(maps.Keys(plans)) {
		if _, known := defaultPlans[kind]; !known {
			return fmt.Errorf("plans[%s]: no call starts a job of this kind; there are %s, %s, %s and %s",
				kind, RenderJobs, TranscriptionJobs, BizJobs, MaterialJobs)
		}
		if err := plans[kind].Validate(); err != nil {
			return fmt.Errorf("plans[%s]: %w", kind, err)
		}
		if *p == nil {
			*p = Plans{}
		}
		(*p)[kind] = plans[kind].Clone()
	}
	return nil
}

// Begin completes the plan and the run of a job that is put.
func Begin(c *op.Call, plan Plan, run Run) (Plan, Run, error) {
	if err := plan.Validate(); err != nil {
		return plan, run, fmt.Errorf("plan.%w", err)
	}
	if run.Percent < 0 || run.Percent > 100 || run.Polled < 0 {
		return plan, run, fmt.Errorf("the percent %d is not between 0 and 100, or polled %d is negative", run.Percent, run.Polled)
	}
	if run.Started.IsZero() {
		run.Started = c.Now
	}
	return plan.Clone(), run, nil
}
