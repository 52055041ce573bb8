package webpaas

import "github.com/fakecme/fakecme/fake/internal/job"

// Plan says how a task comes to its end: in one of four ways, and with Fail not well. The zero Plan
// leaves it open. Its fields:
//
//   - Immediate: it ends at once.
//   - After: it ends when so much of the tenant's time, a [time.Duration], has passed since its start.
//   - Polls: it ends at this poll. The first poll finds it at its start, the one of this number at its
//     end; a poll is a response that shows the task.
//   - Manual: the test moves it and ends it; see [State.SetProgress].
//   - Fail: it fails on its way, whichever that is; at once when no way is given.
//
// Nothing runs meanwhile: how far a task is follows, whenever somebody looks, from its plan and
// the facts written down.
//
// Files, in YAML and JSON, write it so:
//
//	plan: immediate
//	plan: {after: 30s}
//	plan: {polls: 3}
//	plan: manual
//	plan: {after: 30s, fail: {at: 60%, code: 10001}}
type Plan = job.Plan

// Failure is how a task fails: At which progress, 0 to 100 percent, and with which Code, where an
// answer has a place for it. No response of this service shows its Message.
type Failure = job.Failure
