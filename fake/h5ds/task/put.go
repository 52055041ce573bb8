package task

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// PutRenderTask adds a render task, or replaces the one with the same id and owner. It returns the task with all
// defaults: 30 fps, 1080P, started now, done at once, with a new path for the result. An unknown owner or work, an id
// that is another owner's or not decimal digits, parameters that the API does not have, and a plan that contradicts
// itself are errors.
func (st *Scope) PutRenderTask(c *op.Call, t RenderTask) (RenderTask, error) {
	full, err := st.completeRender(c, t)
	if err != nil {
		return RenderTask{}, fmt.Errorf("put render task %q of %q: %w", t.ID, t.Owner, err)
	}
	if full.ID == "" {
		full.ID = st.Renders.NewID(c)
	}
	return st.putRender(c, full), nil
}

func (st *Scope) completeRender(c *op.Call, t RenderTask) (RenderTask, error) {
	old, taken := st.Renders.Get(t.ID)
	owner, err := st.jobOwner(t.ID, t.Owner, old.Owner, taken)
	if err != nil {
		return t, err
	}
	work, there := st.Library.Works.Get(t.Work)
	if t.Work != "" && (!there || work.Owner != owner) {
		return t, fmt.Errorf("the owner has no work %q; put it first", t.Work)
	}
	t.Owner = owner
	t.FPS, t.Resolution = cmp.Or(t.FPS, 30), cmp.Or(t.Resolution, "1080P")
	switch {
	case t.JSONURL == "" && there:
		t.JSONURL = "https://" + storage.FileHost + work.ProjectPath()
	case t.JSONURL == "":
		return t, errors.New("it names neither a source_id nor a jsonUrl")
	}
	if failure, reason := t.fault(); failure != nil {
		return t, errors.New(reason)
	}
	if !st.Storage.FreeFor(t.Owner, t.StorageURL) {
		return t, fmt.Errorf("storageUrl: %w", storage.ErrTaken)
	}
	if taken {
		t.StorageURL = cmp.Or(t.StorageURL, old.StorageURL)
	}
	t.Plan, t.Run, err = settings.Begin(c, t.Plan, t.Run)
	return t, err
}

// jobOwner returns the platform id of a job's owner. An id that another owner's job has is an error.
func (st *Scope) jobOwner(id, name, old string, taken bool) (string, error) {
	owner, there := st.Accounts.Who(name)
	switch {
	case !there:
		return "", errors.New("there is no such owner; put the user first")
	case !table.IsID(id):
		return "", fmt.Errorf("the id %q is not decimal digits; leave it out for a new one", id)
	case taken && old != owner.ID:
		return "", fmt.Errorf("the id is that of a job of user %s", old)
	}
	return owner.ID, nil
}

// PutTranscription adds a transcription, or replaces the one with the same id and owner. It returns it with all
// defaults: started now, done at once. The errors are those of PutRenderTask.
func (st *Scope) PutTranscription(c *op.Call, t Transcription) (Transcription, error) {
	old, taken := st.Transcriptions.Get(t.ID)
	owner, err := st.jobOwner(t.ID, t.Owner, old.Owner, taken)
	if err == nil {
		t.Plan, t.Run, err = settings.Begin(c, t.Plan, t.Run)
	}
	if err != nil {
		return Transcription{}, fmt.Errorf("put transcription %q of %q: %w", t.ID, t.Owner, err)
	}
	t.Owner, t.Sentences = owner, append([]Sentence(nil), t.Sentences...)
	if t.ID == "" {
		t.ID = st.Transcriptions.NewID(c)
	}
	st.Transcriptions.Put(t)
	t.Sentences = append([]Sentence(nil), t.Sentences...) // the state shares no memory with the caller
	return t, nil
}

// PutBizTask adds a task, or replaces the one with the same id and owner. It returns it with all defaults: no
// parameters, started now, done at once, with a new path for the result. The errors are those of PutRenderTask, and an
// id of more than 15 digits, because the API has a number here.
func (st *Scope) PutBizTask(c *op.Call, t BizTask) (BizTask, error) {
	full, err := st.completeBizTask(c, t)
	if err != nil {
		return BizTask{}, fmt.Errorf("put biz task %q of %q: %w", t.ID, t.Owner, err)
	}
	if full.ID == "" {
		full.ID = st.newBizTaskID(c)
	}
	full = st.putBizTask(c, full)
	full.Params = append(library.Project(nil), full.Params...) // the state shares no memory with the caller
	return full, nil
}

func (st *Scope) completeBizTask(c *op.Call, t BizTask) (BizTask, error) {
	old, taken := st.BizTasks.Get(t.ID)
	owner, err := st.jobOwner(t.ID, t.Owner, old.Owner, taken)
	if err != nil {
		return t, err
	}
	switch {
	case t.ID != "" && !isBizID(t.ID):
		return t, fmt.Errorf("the id %q is not a number of at most 15 digits", t.ID)
	case bizTypes[t.Type] == "":
		return t, fmt.Errorf("there is no task_type %q; there are huoshan_video, huoshan_cv_video and huoshan_image", t.Type)
	case t.File != "" && !storage.IsPath(t.File):
		return t, fmt.Errorf("the file %q is no storage path", t.File)
	case !st.Storage.FreeFor(owner, t.File):
		return t, fmt.Errorf("file: %w", storage.ErrTaken)
	}
	t.Owner = owner
	if taken {
		t.File = cmp.Or(t.File, old.File)
	}
	if len(t.Params) == 0 {
		t.Params = library.Project("{}")
	}
	if t.Params, err = library.ReadProject(t.Params); err != nil {
		return t, fmt.Errorf("params: %w", err)
	}
	t.Plan, t.Run, err = settings.Begin(c, t.Plan, t.Run)
	return t, err
}
