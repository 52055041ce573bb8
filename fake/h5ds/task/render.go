package task

import (
	"cmp"
	"iter"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var renderOps = []op.Op[Scope]{
	op.Write("User.App.Tasks.Create", createRender),
	op.Write("User.App.Tasks.Status", renderStatus), // a poll may count
	op.Read("User.App.Tasks.Page", renderPage),
	op.Write("User.App.Tasks.Delete", deleteRenders),
}

// RenderTask makes a video from a work.
type RenderTask struct {
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id,omitempty"`
	// Owner is the platform id of a user. A test may give another name of the user, such as the userId.
	Owner string `json:"owner" yaml:"owner"`
	// Work is the id of the work; empty for a task that has only a file.
	Work string `json:"source_id,omitempty" yaml:"source_id,omitempty"`
	// FPS is 24, 25, 30, 50 or 60.
	FPS int `json:"fps" yaml:"fps,omitempty"`
	// Resolution is 480P, 720P, 1080P, 2K or 4K. One client writes 4k.
	Resolution string `json:"resolution" yaml:"resolution,omitempty"`
	// JSONURL is the address or the path of the project. The fake does not read it.
	JSONURL string `json:"jsonUrl,omitempty" yaml:"jsonUrl,omitempty"`
	// StorageURL is the storage path of the result; a new one when it is left out.
	StorageURL string `json:"storageUrl,omitempty" yaml:"storageUrl,omitempty"`
	// Callback is the address that is called once when the task has ended; see [State.DueCallbacks].
	Callback     string        `json:"callback,omitempty" yaml:"callback,omitempty"`
	Called       bool          `json:"called,omitempty" yaml:"called,omitempty"`
	Plan         settings.Plan `json:"plan,omitzero" yaml:"plan,omitempty"`
	settings.Run `yaml:",inline"`
}

func (t RenderTask) RowKey() (id, owner string) { return t.ID, t.Owner }

// renderStates are the vendor's numbers (vendor-client): 0 waiting, 1 processing, 2 success, 3 failed.
var renderStates = map[job.State]int{job.Waiting: 0, job.Running: 1, job.Done: 2, job.Failed: 3}

// renderResult is the result of a task: its progress, and the path of the video when it has succeeded. Clients read it
// in every state.
type renderResult struct {
	Progress   int    `json:"progress"` // percent (assumed)
	StorageURL string `json:"storageUrl,omitempty"`
}

func (t RenderTask) result(now time.Time) (status int, result renderResult) {
	state, percent := t.Plan.Progress(t.Run, now)
	result.Progress = percent
	if state == job.Done {
		result.StorageURL = t.StorageURL
	}
	return renderStates[state], result
}

var (
	errFPS        = api.BadRequest("fps")
	errResolution = api.BadRequest("resolution")
	errJSONURL    = api.BadRequest("jsonUrl")
	errStorageURL = api.BadRequest("storageUrl")
	errCallback   = api.BadRequest("callback")
	errStatus     = api.BadRequest("status")
)

// renderParams are documented, except the last two, which are in a comment of a vendor client.
type renderParams struct {
	FPS        *api.Number `json:"fps"`
	Resolution api.Text    `json:"resolution"`
	JSONURL    api.Text    `json:"jsonUrl"`
	StorageURL api.Text    `json:"storageUrl"`
	Callback   api.Text    `json:"callback"`
}

// createRenderRequest comes in two forms: flat (documented), or with the parameters in params
// (vendor-client).
type createRenderRequest struct {
	renderParams
	Source   api.Text      `json:"source"`
	SourceID api.Text      `json:"source_id"`
	Params   *renderParams `json:"params"`
}

type createRenderResponse struct {
	ID string `json:"id"`
}

func createRender(c *op.Call, st *Scope, req createRenderRequest) (createRenderResponse, error) {
	task := RenderTask{Owner: c.User, Plan: st.Plans.Of(settings.RenderJobs), Run: settings.Run{Started: c.Now}}
	params := req.renderParams
	if req.Params != nil {
		params = *req.Params
		if req.Source != "user_app" {
			return createRenderResponse{}, api.ErrSource.Because("render.source", "send user_app as source, and the id of a work as source_id",
				"the source is %.40q", req.Source)
		}
		work, err := st.Library.WorkOf(c, string(req.SourceID))
		if err != nil {
			return createRenderResponse{}, err
		}
		task.Work = work.ID
	}
	if err := params.fill(&task); err != nil {
		return createRenderResponse{}, err
	}
	if !st.Storage.FreeFor(c.User, task.StorageURL) {
		return createRenderResponse{}, errStorageURL.Because("render.storage-taken", "send another storageUrl, or none",
			"the storage path %.80q is that of a project, or of somebody else's file", task.StorageURL)
	}
	task.ID = st.Renders.NewID(c)
	st.putRender(c, task)
	return createRenderResponse{ID: task.ID}, nil
}

// fill copies the parameters into the task, or rejects them.
func (p renderParams) fill(task *RenderTask) error {
	task.Resolution, task.JSONURL = string(p.Resolution), string(p.JSONURL)
	task.StorageURL, task.Callback = string(p.StorageURL), string(p.Callback)
	if p.FPS != nil && float64(int(*p.FPS)) == float64(*p.FPS) {
		task.FPS = int(*p.FPS)
	}
	failure, reason := task.fault()
	if failure == nil {
		return nil
	}
	return failure.Because("render.parameter", "see User.App.Tasks.Create in the contract for what is allowed", "%s", reason)
}

// fault returns the error of a parameter that the API does not have, and its reason.
func (t RenderTask) fault() (*op.Error, string) {
	switch {
	case !slices.Contains([]int{24, 25, 30, 50, 60}, t.FPS):
		return errFPS, "the fps are none of 24, 25, 30, 50 and 60"
	case !slices.Contains([]string{"480P", "720P", "1080P", "2K", "4K", "4k"}, t.Resolution):
		return errResolution, "the resolution is none of 480P, 720P, 1080P, 2K and 4K"
	case !isAddress(t.JSONURL) && !strings.HasPrefix(t.JSONURL, "/"):
		return errJSONURL, "the jsonUrl is no address of a project" // a path is accepted too (assumed)
	case t.StorageURL != "" && !storage.IsPath(t.StorageURL):
		return errStorageURL, `the storageUrl is no storage path such as "/videos/1/output.mp4"`
	case t.Callback != "" && !isAddress(t.Callback):
		return errCallback, "the callback is no address that begins with http:// or https://"
	}
	return nil, ""
}

func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// putRender adds a task, and its result to the storage.
func (st *Scope) putRender(c *op.Call, task RenderTask) RenderTask {
	if task.StorageURL == "" {
		task.StorageURL = st.Storage.Files.NewPath(c, storage.UploadRoot, task.Owner, "", ".mp4")
	}
	if old, there := st.Renders.Get(task.ID); there {
		st.Storage.Files.RemoveResult(old.StorageURL, settings.RenderJobs, old.ID)
	}
	st.Renders.Put(task)
	st.Storage.Files.PutSample(task.StorageURL, task.Owner, "mp4", 0, settings.RenderJobs, task.ID)
	return task
}

type idsRequest struct {
	IDs api.Texts `json:"ids"`
}

type renderStatusRow struct {
	ID     string       `json:"id"`
	Status int          `json:"status"`
	Result renderResult `json:"result"`
}

// renderStatus is a poll. Unknown tasks, and those of another user, are left out (assumed).
func renderStatus(c *op.Call, st *Scope, req idsRequest) ([]renderStatusRow, error) {
	rows := []renderStatusRow{}
	for task := range polled(c, &st.Renders, req.IDs, func(t *RenderTask) bool { return t.Plan.Poll(&t.Run, c.Now) }) {
		status, result := task.result(c.Now)
		rows = append(rows, renderStatusRow{ID: task.ID, Status: status, Result: result})
	}
	return rows, nil
}

// polled returns the caller's jobs with the ids, each once, in the order of the ids. It counts the poll of each job,
// but returns the job as it was before.
func polled[T table.Row](c *op.Call, jobs *table.Table[T], ids []string, count func(*T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for i, id := range ids {
			one, there := jobs.Get(id)
			if !there || slices.Contains(ids[:i], id) {
				continue
			}
			if _, owner := one.RowKey(); owner != c.User {
				continue
			}
			shown := one
			if count(&one) {
				jobs.Put(one)
			}
			if !yield(shown) {
				return
			}
		}
	}
}

type renderPageRequest struct {
	api.PageRequest
	Status api.Text `json:"status"` // empty for all
}

// renderRow has the fields of a task that the vendor's newest client reads.
type renderRow struct {
	ID        string       `json:"id"`
	Status    int          `json:"status"`
	UpdatedAt api.Stamp    `json:"updatedAt"`
	Params    renderedAs   `json:"params"`
	UserApp   renderedWork `json:"user_app"`
	Result    renderResult `json:"result"`
}

type renderedAs struct {
	FPS        int    `json:"fps"`
	Resolution string `json:"resolution"`
	JSONURL    string `json:"jsonUrl"`
}

type renderedWork struct {
	Name     string  `json:"name"`
	Thumb    string  `json:"thumb"`
	Duration float64 `json:"duration"`
}

func renderPage(c *op.Call, st *Scope, req renderPageRequest) (api.Page[renderRow], error) {
	if status, err := strconv.Atoi(string(req.Status)); req.Status != "" && (err != nil || status < 0 || status > 3) {
		return api.Page[renderRow]{}, errStatus.Because("render.status", "send 0, 1, 2 or 3, or nothing for all", "the status is %.40q", req.Status)
	}
	wanted := api.Filter(st.Renders.Of(c.User), func(t RenderTask) bool {
		status, _ := t.result(c.Now)
		return api.Matches(req.Status, strconv.Itoa(status))
	})
	return api.PageOf(req.PageRequest, wanted, func(t RenderTask) renderRow { return st.renderRow(t, c.Now) })
}

// renderRow describes a task. The fields of the work are the present ones, and empty for an unknown work (assumed).
func (st *Scope) renderRow(t RenderTask, now time.Time) renderRow {
	row := renderRow{
		ID: t.ID, UpdatedAt: api.Stamp(t.Plan.Updated(t.Run, now)),
		Params: renderedAs{FPS: t.FPS, Resolution: t.Resolution, JSONURL: t.JSONURL},
	}
	row.Status, row.Result = t.result(now)
	work, there := st.Library.Works.Get(t.Work)
	if !there {
		work, there = st.Library.WorkAt(pathOf(t.JSONURL))
	}
	if there && work.Owner == t.Owner {
		row.UserApp = renderedWork{Name: work.Name, Thumb: work.Thumb, Duration: work.Duration}
	}
	return row
}

// pathOf returns the path of an address or of a path, and an empty text for anything else.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return path.Clean("/" + u.Path)
}

type deleteRequest struct {
	ID api.Texts `json:"id"`
}

// deleteRenders deletes tasks with their results.
func deleteRenders(c *op.Call, st *Scope, req deleteRequest) (api.Done, error) {
	tasks, err := table.AllOwn(c, &st.Renders, "task", req.ID, api.ErrID)
	if err != nil {
		return false, err
	}
	for _, task := range tasks {
		st.Storage.Files.RemoveResult(task.StorageURL, settings.RenderJobs, task.ID)
		st.Renders.Remove(task.ID)
	}
	return true, nil
}

// Callback is a call to the address of a render task. Its JSON is the body, with the id, the status and the result of
// User.App.Tasks.Status. The body of the real server is unknown (assumed).
type Callback struct {
	URL    string       `json:"-"`
	ID     string       `json:"id"` // of the task
	Status int          `json:"status"`
	Result renderResult `json:"result"`
}

// DueCallbacks returns the callbacks that were not made yet of render tasks that have ended, those of the oldest task
// first.
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

// NextCallback returns the earliest time at which a callback becomes due without a call; ok is false when there is
// none.
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

// MarkCalled marks the callback of a task as made.
func (st *State) MarkCalled(id string) {
	if task, there := st.Renders.Get(id); there {
		task.Called = true
		st.Renders.Put(task)
	}
}
