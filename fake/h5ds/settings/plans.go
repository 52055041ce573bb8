package settings

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
	// Plan says how a job comes to its end: in one of four ways, and with Fail not well. The zero
	// Plan ends it at once. Its fields:
	//
	//   - Immediate: it ends at once.
	//   - After: it ends when so much of the tenant's time, a [time.Duration], has passed since its start.
	//   - Polls: it ends at this poll. The first poll finds it at its start, the one of this number
	//     at its end. A poll is a response of the calls that clients poll with: User.App.Tasks.Status,
	//     Common.Filetrans.HuoshanInfo, Common.BizTasks.Status, User.Materials.Status.
	//   - Manual: the test moves it and ends it; see [State.PutProgress].
	//   - Fail: it fails on its way, whichever that is; at once when no way is given.
	//
	// Files, in YAML and JSON, write it so:
	//
	//	plan: immediate
	//	plan: {after: 30s}
	//	plan: {polls: 3}
	//	plan: manual
	//	plan: {after: 30s, fail: {at: 60%, code: 10001, message: 违规}}
	Plan = job.Plan
	// Failure is how a job fails: At which progress, 0 to 100 percent, and with which Code and
	// Message, where the responses of the job have a place for them.
	Failure = job.Failure
	// Run holds the facts of a job under way: when it Started, how many polls have found it under way
	// (Polled), the Percent that a test has set, and when the last of the two Changed. A seed may
	// leave it out: the job then starts at once.
	Run = job.Run
)

// Kinds of jobs, as the paths of the API name them.
const (
	RenderJobs        = "tasks"        // /user/app/tasks
	TranscriptionJobs = "filetrans"    // /common/filetrans
	BizJobs           = "bizTasks"     // /common/bizTasks
	MaterialJobs      = "materialJobs" // /common/materialJobs, and the conversion of a new video
)

// defaultPlans are for jobs that a call starts, where State.Plans has none. How long the real
// ones take is not known for any (assumed).
var defaultPlans = map[string]Plan{
	RenderJobs:        {After: 30 * time.Second},
	TranscriptionJobs: {After: 5 * time.Second},
	BizJobs:           {After: 30 * time.Second},
	MaterialJobs:      {After: 5 * time.Second},
}

// Plans are for jobs that a call starts, by kind.
type Plans map[string]Plan

// of is the plan of a new job of the kind.
func (p Plans) Of(kind string) Plan {
	plan, given := p[kind]
	if !given {
		plan = defaultPlans[kind]
	}
	return plan.Clone()
}

// Load takes plans for jobs to come. It rejects a kind that no call starts, and a plan that contradicts itself.
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

// begun completes the run of a seeded job.
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
