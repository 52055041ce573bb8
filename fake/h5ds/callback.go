package h5ds

import (
	"cmp"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/internal/job"
)

// Callback is what the service owes to the address that a task was created with. As JSON it is
// the body to send there: {"id","status","result"}, as User.App.Tasks.Status tells them. Nothing is
// known of what the real server sends (assumed).
type Callback struct {
	URL    string       `json:"-"`
	ID     string       `json:"id"` // of the task
	Status int          `json:"status"`
	Result renderResult `json:"result"`
}

// DueCallbacks lists the callbacks of render tasks that are over and were not called yet, those
// of the oldest task first.
func (st *State) DueCallbacks(now time.Time) []Callback {
	var due []RenderTask
	for task := range st.Renders.All() {
		if task.Callback == "" || task.Called {
			continue
		}
		if state, _ := task.Plan.Progress(task.Run, now); state == job.Done || state == job.Failed {
			due = append(due, task)
		}
	}
	slices.SortFunc(due, func(a, b RenderTask) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	var callbacks []Callback
	for _, task := range due {
		status, result := task.result(now)
		callbacks = append(callbacks, Callback{URL: task.Callback, ID: task.ID, Status: status, Result: result})
	}
	return callbacks
}

// NextCallback is when time alone makes the next callback due, the earliest of those that were
// not called yet; ok is false when there is none.
func (st *State) NextCallback() (at time.Time, ok bool) {
	for task := range st.Renders.All() {
		if task.Callback == "" || task.Called {
			continue
		}
		if end, timed := task.Plan.Ends(task.Run); timed && (!ok || end.Before(at)) {
			at, ok = end, true
		}
	}
	return at, ok
}

// MarkCalled notes that the callback of a task was made; there will not be another.
func (st *State) MarkCalled(id string) {
	if task, there := st.Renders.Get(id); there {
		task.Called = true
		st.Renders.Put(task)
	}
}
