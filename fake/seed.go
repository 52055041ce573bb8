package fake

import (
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// WebPaaS seeds the web-paas-api side of a tenant: things that clients of the real service
// find there, because the console or the server API made them.
type WebPaaS struct{ tenant *Tenant }

// H5DS seeds the h5ds side of a tenant.
type H5DS struct{ tenant *Tenant }

// WebPaaS seeds the default tenant.
func (s *Server) WebPaaS() WebPaaS { return s.Tenant.WebPaaS() }

// H5DS seeds the default tenant.
func (s *Server) H5DS() H5DS { return s.Tenant.H5DS() }

// WebPaaS seeds this tenant.
func (t *Tenant) WebPaaS() WebPaaS { return WebPaaS{t} }

// H5DS seeds this tenant.
func (t *Tenant) H5DS() H5DS { return H5DS{t} }

// put changes a tenant's state from outside of a call. A value that cannot be put is a
// mistake in the test: it ends the test, or panics where there is none.
func put[V any](t *Tenant, value V, into func(*state, *op.Call, V) (V, error)) V {
	t.server.tb.Helper()
	var stored V
	err := t.server.store.Update(t.key(), func(st *state) (err error) {
		c := t.server.newCall(t, "")
		c.IDs = &st.IDs
		stored, err = into(st, c, value)
		return err
	})
	if err != nil {
		t.server.fail("put %T: %v", value, err)
	}
	return stored
}

// seeder is how a service's state takes a value.
type seeder[S, V any] func(st *S, c *op.Call, v V) (V, error)

func putWebPaaS[V any](w WebPaaS, v V, into seeder[webpaas.State, V]) V {
	w.tenant.server.tb.Helper()
	return put(w.tenant, v, func(st *state, c *op.Call, v V) (V, error) { return into(&st.WebPaaS, c, v) })
}

func putH5DS[V any](h H5DS, v V, into seeder[h5ds.State, V]) V {
	h.tenant.server.tb.Helper()
	v = put(h.tenant, v, func(st *state, c *op.Call, v V) (V, error) { return into(&st.H5DS, c, v) })
	h.tenant.callBack() // a job may have come to its end
	return v
}

// Each Put stores a value, in place of one with the same id, and returns it with what was
// left out filled in.

// PutMaterial stores a material.
func (w WebPaaS) PutMaterial(m webpaas.Material) webpaas.Material {
	w.tenant.server.tb.Helper()
	return putWebPaaS(w, m, (*webpaas.State).PutMaterial)
}

// PutRecognition stores what is recognised in a material: faces, subtitles, texts, objects, frame tags.
func (w WebPaaS) PutRecognition(r webpaas.Recognition) webpaas.Recognition {
	return putWebPaaS(w, r, (*webpaas.State).PutRecognition)
}

// PutFrameTags stores the manual frame tags of a material.
func (w WebPaaS) PutFrameTags(t webpaas.FrameTags) webpaas.FrameTags {
	return putWebPaaS(w, t, (*webpaas.State).PutFrameTags)
}

// PutClass stores a class: a folder of materials.
func (w WebPaaS) PutClass(c webpaas.Class) webpaas.Class {
	w.tenant.server.tb.Helper()
	return putWebPaaS(w, c, (*webpaas.State).PutClass)
}

// PutTeam stores a team with its members.
func (w WebPaaS) PutTeam(t webpaas.Team) webpaas.Team {
	w.tenant.server.tb.Helper()
	return putWebPaaS(w, t, (*webpaas.State).PutTeam)
}

// PutGrant lets one entity use what another owns.
func (w WebPaaS) PutGrant(g webpaas.Grant) webpaas.Grant {
	w.tenant.server.tb.Helper()
	return putWebPaaS(w, g, (*webpaas.State).PutGrant)
}

// PutProject stores a project.
func (w WebPaaS) PutProject(p webpaas.Project) webpaas.Project {
	w.tenant.server.tb.Helper()
	return putWebPaaS(w, p, (*webpaas.State).PutProject)
}

// PutTask stores a task.
func (w WebPaaS) PutTask(t webpaas.Task) webpaas.Task {
	w.tenant.server.tb.Helper()
	return putWebPaaS(w, t, (*webpaas.State).PutTask)
}

// SetPlan says how tasks of a type, [webpaas.TaskProcess] or [webpaas.TaskExport], come to their end: those
// that a call starts from now on, and those put without a plan of their own. The zero plan takes it
// back: they end at once.
func (w WebPaaS) SetPlan(taskType string, plan webpaas.Plan) {
	w.change(func(st *webpaas.State, _ time.Time) error { return st.SetPlan(taskType, plan) })
}

// SetProgress moves a task with the plan Manual to 0 to 100 percent, forward or back. At 100 it has
// succeeded, at the percentage of the plan's Fail it has failed, and cannot be moved any more.
func (w WebPaaS) SetProgress(taskID string, percent int) {
	w.change(func(st *webpaas.State, now time.Time) error { return st.SetProgress(now, taskID, percent) })
}

// FinishTask ends a task with the plan Manual with success.
func (w WebPaaS) FinishTask(taskID string) {
	w.change(func(st *webpaas.State, now time.Time) error { return st.FinishTask(now, taskID) })
}

// FailTask ends a task with the plan Manual where it is, with a failure. No documented response of
// webpaas shows the code.
func (w WebPaaS) FailTask(taskID string, code int64) {
	w.change(func(st *webpaas.State, now time.Time) error { return st.FailTask(now, taskID, code) })
}

// change is put for what has no value to store.
func (w WebPaaS) change(how func(st *webpaas.State, now time.Time) error) {
	t := w.tenant
	t.server.tb.Helper()
	err := t.server.store.Update(t.key(), func(st *state) error { return how(&st.WebPaaS, t.Clock.Now()) })
	if err != nil {
		t.server.fail("%v", err)
	}
}

// PutUser stores a user.
func (h H5DS) PutUser(u h5ds.User) h5ds.User {
	h.tenant.server.tb.Helper()
	return putH5DS(h, u, (*h5ds.State).PutUser)
}

// PutCategory stores a category of a user.
func (h H5DS) PutCategory(c h5ds.Category) h5ds.Category {
	h.tenant.server.tb.Helper()
	return putH5DS(h, c, (*h5ds.State).PutCategory)
}

// PutMaterial stores a material: of a user, or of the system when it has no owner.
func (h H5DS) PutMaterial(m h5ds.Material) h5ds.Material {
	h.tenant.server.tb.Helper()
	return putH5DS(h, m, (*h5ds.State).PutMaterial)
}

// PutTypeItem stores a category of materials of the system.
func (h H5DS) PutTypeItem(i h5ds.TypeItem) h5ds.TypeItem {
	h.tenant.server.tb.Helper()
	return putH5DS(h, i, (*h5ds.State).PutTypeItem)
}

// PutTemplate stores a template.
func (h H5DS) PutTemplate(t h5ds.Template) h5ds.Template {
	h.tenant.server.tb.Helper()
	return putH5DS(h, t, (*h5ds.State).PutTemplate)
}

// PutTemplateCategory stores a category of templates.
func (h H5DS) PutTemplateCategory(t h5ds.TemplateCategory) h5ds.TemplateCategory {
	h.tenant.server.tb.Helper()
	return putH5DS(h, t, (*h5ds.State).PutTemplateCategory)
}

// PutWork stores a work.
func (h H5DS) PutWork(w h5ds.Work) h5ds.Work {
	h.tenant.server.tb.Helper()
	return putH5DS(h, w, (*h5ds.State).PutWork)
}

// PutFile stores a file in the storage.
func (h H5DS) PutFile(f h5ds.File) h5ds.File {
	h.tenant.server.tb.Helper()
	return putH5DS(h, f, (*h5ds.State).PutFile)
}

// PutRenderTask stores a render task.
func (h H5DS) PutRenderTask(t h5ds.RenderTask) h5ds.RenderTask {
	h.tenant.server.tb.Helper()
	return putH5DS(h, t, (*h5ds.State).PutRenderTask)
}

// PutTranscription stores a transcription.
func (h H5DS) PutTranscription(t h5ds.Transcription) h5ds.Transcription {
	h.tenant.server.tb.Helper()
	return putH5DS(h, t, (*h5ds.State).PutTranscription)
}

// PutBizTask stores a task of the AI services.
func (h H5DS) PutBizTask(t h5ds.BizTask) h5ds.BizTask {
	h.tenant.server.tb.Helper()
	return putH5DS(h, t, (*h5ds.State).PutBizTask)
}

// PutProgress sets how far a job is whose plan is manual.
func (h H5DS) PutProgress(p h5ds.Progress) h5ds.Progress {
	h.tenant.server.tb.Helper()
	return putH5DS(h, p, (*h5ds.State).PutProgress)
}
