package task

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var bizTaskOps = []op.Op[Scope]{
	op.Write("Common.BizTasks.Create", createBizTask),
	op.Read("Common.BizTasks.Page", bizTaskPage),
	op.Read("Common.BizTasks.Info", bizTaskInfo),
	op.Write("Common.BizTasks.Status", bizTaskStatus), // a poll may count
	op.Write("Common.BizTasks.Delete", deleteBizTasks),
}

// BizTask makes an image or a video from texts and images.
type BizTask struct {
	// ID is a small number, unlike all other ids: a vendor client shows a response with 47. It is a new one when it is
	// left out.
	ID string `json:"id" yaml:"id,omitempty"`
	// Owner is the platform id of a user. A test may give another name of the user, such as the userId.
	Owner string `json:"owner" yaml:"owner"`
	// Type is huoshan_video, huoshan_cv_video or huoshan_image.
	Type string `json:"task_type" yaml:"task_type"`
	// Params is one JSON object.
	Params library.Project `json:"params,omitempty" yaml:"params,omitempty"`
	// File is the storage path of the result; a new one when it is left out.
	File string `json:"file,omitempty" yaml:"file,omitempty"`
	// Cancelled is a deleted task: no page has it, but responses still have its status (assumed).
	Cancelled    bool          `json:"cancelled,omitempty" yaml:"cancelled,omitempty"`
	DeletedAt    time.Time     `json:"deletedAt,omitzero" yaml:"deletedAt,omitempty"`
	Plan         settings.Plan `json:"plan,omitzero" yaml:"plan,omitempty"`
	settings.Run `yaml:",inline"`
}

func (t BizTask) RowKey() (id, owner string) { return t.ID, t.Owner }

// bizTypes are the types of tasks with the sample of their result.
var bizTypes = map[string]string{"huoshan_video": "mp4", "huoshan_cv_video": "mp4", "huoshan_image": "png"}

// bizCancelled is the status of a deleted task. No response has 0, not queued yet: a task is queued when it is created
// (assumed).
const bizCancelled = 5

var bizStates = map[job.State]int{job.Waiting: 1, job.Running: 2, job.Done: 3, job.Failed: 4}

// bizTaskRow has the fields that the vendor's newest client reads. All responses have the same row, because the client
// replaces the rows of a page by those of a status.
type bizTaskRow struct {
	ID json.Number `json:"id"`
	// TaskID is the id of another service. Clients use it as a key if it is not empty. It is empty for images, as a
	// client shows. It is assumed that it is the id for other types.
	TaskID    string          `json:"task_id"`
	TaskType  string          `json:"task_type"`
	Status    int             `json:"status"`
	Params    library.Project `json:"params"`
	Result    bizResult       `json:"result"`
	UpdatedAt api.Stamp       `json:"updatedAt"`
	// ErrorMsg is for a task that has failed or is cancelled.
	ErrorMsg string `json:"error_msg,omitempty"`
}

type bizResult struct {
	URL string `json:"url,omitempty"`
}

func (t BizTask) row(now time.Time) bizTaskRow {
	state, _ := t.Plan.Progress(t.Run, now)
	row := bizTaskRow{
		ID: json.Number(t.ID), TaskType: t.Type, Status: bizStates[state], Params: t.Params,
		UpdatedAt: api.Stamp(t.Plan.Updated(t.Run, now)),
	}
	if bizTypes[t.Type] == "mp4" {
		row.TaskID = t.ID
	}
	switch {
	case t.Cancelled:
		row.Status, row.UpdatedAt = bizCancelled, api.Stamp(t.DeletedAt)
	case state == job.Done:
		row.Result.URL = t.File
	case state == job.Failed:
		row.ErrorMsg = t.Plan.Fail.Message
	}
	return row
}

var (
	errTaskType = api.BadRequest("task_type")
	errParams   = api.BadRequest("params")
)

type createBizTaskRequest struct {
	TaskType api.Text        `json:"task_type"`
	Params   json.RawMessage `json:"params"`
}

func createBizTask(c *op.Call, st *Scope, req createBizTaskRequest) (bizTaskRow, error) {
	task := BizTask{Owner: c.User, Type: string(req.TaskType), Plan: st.Plans.Of(settings.BizJobs), Run: settings.Run{Started: c.Now}}
	if bizTypes[task.Type] == "" {
		return bizTaskRow{}, errTaskType.Because("biz-task.type", "send huoshan_video, huoshan_cv_video or huoshan_image",
			"there is no task_type %.40q", req.TaskType)
	}
	var err error
	if task.Params, err = library.ReadProject(req.Params); err != nil {
		return bizTaskRow{}, errParams.Because("biz-task.params", "send the parameters of the model, a JSON object, as params",
			"the params are no JSON object")
	}
	task.ID = st.newBizTaskID(c)
	return st.putBizTask(c, task).row(c.Now), nil
}

// newBizTaskID returns the next number that is not the id of a task.
func (st *Scope) newBizTaskID(c *op.Call) string {
	for {
		id := strconv.FormatInt(c.NewNumber("bizTask", 1), 10)
		if _, taken := st.BizTasks.Get(id); !taken {
			return id
		}
	}
}

// putBizTask adds a task, and its result to the storage.
func (st *Scope) putBizTask(c *op.Call, task BizTask) BizTask {
	kind := bizTypes[task.Type]
	if task.File == "" {
		task.File = st.Storage.Files.NewPath(c, storage.UploadRoot, task.Owner, "", "."+kind)
	}
	if old, there := st.BizTasks.Get(task.ID); there {
		st.Storage.Files.RemoveResult(old.File, settings.BizJobs, old.ID)
	}
	st.BizTasks.Put(task)
	st.Storage.Files.PutSample(task.File, task.Owner, kind, 0, settings.BizJobs, task.ID)
	return task
}

func bizTaskPage(c *op.Call, st *Scope, req api.PageRequest) (api.Page[bizTaskRow], error) {
	there := api.Filter(st.BizTasks.Of(c.User), func(t BizTask) bool { return !t.Cancelled })
	return api.PageOf(req, there, func(t BizTask) bizTaskRow { return t.row(c.Now) })
}

type bizTaskInfoRequest struct {
	ID api.Text `json:"id"`
}

func bizTaskInfo(c *op.Call, st *Scope, req bizTaskInfoRequest) (bizTaskRow, error) {
	task, err := table.Own(c, &st.BizTasks, "task", string(req.ID))
	if err != nil {
		return bizTaskRow{}, err
	}
	return task.row(c.Now), nil
}

// bizTaskStatus is a poll. Unknown tasks, and those of another user, are left out (assumed).
func bizTaskStatus(c *op.Call, st *Scope, req idsRequest) ([]bizTaskRow, error) {
	rows := []bizTaskRow{}
	count := func(t *BizTask) bool { return !t.Cancelled && t.Plan.Poll(&t.Run, c.Now) }
	for task := range polled(c, &st.BizTasks, req.IDs, count) {
		rows = append(rows, task.row(c.Now))
	}
	return rows, nil
}

// deleteBizTasks cancels tasks.
func deleteBizTasks(c *op.Call, st *Scope, req deleteRequest) (api.Done, error) {
	tasks, err := table.AllOwn(c, &st.BizTasks, "task", req.ID, api.ErrID)
	if err != nil {
		return false, err
	}
	for _, task := range tasks {
		if task.Cancelled {
			return false, api.ErrNotFound.Because("task.cancelled", "send an id that Common.BizTasks.Page lists", "the task %s is deleted already", task.ID)
		}
	}
	for _, task := range tasks {
		task.Cancelled, task.DeletedAt = true, c.Now
		st.BizTasks.Put(task)
	}
	return true, nil
}

// isBizID reports whether an id is an integer in JSON.
func isBizID(id string) bool {
	return id != "" && strings.Trim(id, "0123456789") == "" && (id == "0" || id[0] != '0') && len(id) <= 15
}
