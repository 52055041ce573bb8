package fake

import (
	"fmt"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// Value is a type that [Put] stores. These are the things that clients of the real services find there because the
// console or the server API made them.
type Value interface {
	webpaas.Class | webpaas.FrameTags | webpaas.Grant | webpaas.Material | webpaas.Project | webpaas.Recognition |
		webpaas.Task | webpaas.Team |
		h5ds.BizTask | h5ds.Category | h5ds.Credit | h5ds.CreditLog | h5ds.CreditPackage | h5ds.File | h5ds.Material |
		h5ds.Message | h5ds.Progress | h5ds.RenderTask | h5ds.Template | h5ds.TemplateCategory | h5ds.Transcription |
		h5ds.TypeItem | h5ds.User | h5ds.VIPPackage | h5ds.Work
}

// Target is a [Tenant], or a [Server] for its default tenant.
type Target interface{ target() *Tenant }

func (t *Tenant) target() *Tenant { return t }
func (w WebPaaS) target() *Tenant { return w.tenant }
func (h H5DS) target() *Tenant    { return h.tenant }

// Put stores a value in the state of a tenant, in place of one with the same id, and returns it with what was left out
// filled in. A value that cannot be put is a mistake in the test: it ends the test, or panics where there is none.
func Put[V Value](into Target, value V) V {
	t := into.target()
	t.server.tb.Helper()
	var stored V
	err := t.tenant.Change(func(c *op.Call, st *state.State) (err error) {
		stored, err = state.Put(st, c, value)
		return err
	})
	if err != nil {
		t.server.fail("put %T: %v", value, err)
	}
	return stored
}

// WebPaaS controls how the tasks of a tenant end in web-paas-api.
type WebPaaS struct{ tenant *Tenant }

// WebPaaS returns the WebPaaS of this tenant.
func (t *Tenant) WebPaaS() WebPaaS { return WebPaaS{t} }

// SetPlan plans the tasks of a type, [webpaas.TaskProcess] or [webpaas.TaskExport]: those that calls start from now on,
// and those that are put without a plan of their own. With the zero plan, tasks end at once.
func (w WebPaaS) SetPlan(taskType string, plan webpaas.Plan) {
	w.change(func(st *webpaas.State, _ time.Time) error { return st.SetPlan(taskType, plan) })
}

// SetProgress moves a task with the plan Manual to 0 to 100 percent, forward or back. At 100 it has succeeded, at the
// percentage of the plan's Fail it has failed; then it cannot be moved any more.
func (w WebPaaS) SetProgress(taskID string, percent int) {
	w.change(func(st *webpaas.State, now time.Time) error { return st.SetProgress(now, taskID, percent) })
}

// FinishTask ends a task with the plan Manual with success.
func (w WebPaaS) FinishTask(taskID string) {
	w.change(func(st *webpaas.State, now time.Time) error { return st.FinishTask(now, taskID) })
}

// FailTask ends a task with the plan Manual with a failure. No documented response of webpaas shows the code.
func (w WebPaaS) FailTask(taskID string, code int64) {
	w.change(func(st *webpaas.State, now time.Time) error { return st.FailTask(now, taskID, code) })
}

func (w WebPaaS) change(how func(st *webpaas.State, now time.Time) error) {
	w.tenant.change(func(c *op.Call, st *state.State) error { return how(&st.WebPaaS, c.Now) })
}

// H5DS plays the people behind a tenant of h5ds: it reads text messages, scans QR codes and pays orders.
type H5DS struct{ tenant *Tenant }

// H5DS returns the H5DS of this tenant.
func (t *Tenant) H5DS() H5DS { return H5DS{t} }

// PlanOrders plans the orders to come: whether they are paid at once, how long the grant takes, whether it fails.
func (h H5DS) PlanOrders(p h5ds.PayPlan) {
	h.change(func(st *h5ds.State, _ *op.Call) error { return st.Order.PlanOrders(p) })
}

// PayOrder pays an order that waits for its payment, as a buyer does by scanning its code. An order that cannot be paid
// ends the test.
func (h H5DS) PayOrder(id string) {
	h.change(func(st *h5ds.State, c *op.Call) error {
		_, err := st.PayOrder(c, id)
		return err
	})
}

// ApproveQR scans the QR code sn, which a call such as Account.Login.Wqr has returned. For a login, who is a name of the
// user: platform id, userId, login name, mobile number or e-mail address. For a binding, who is a name of your choice for
// the WeChat account. A code that cannot be approved ends the test.
func (h H5DS) ApproveQR(sn, who string) {
	h.change(func(st *h5ds.State, c *op.Call) error { return st.Account.ApproveQR(c, sn, who) })
}

// Codes returns the codes for a mobile number or an e-mail address, the newest first. The fake sends no messages; a test
// reads the codes here.
func (h H5DS) Codes(to string) (codes []h5ds.Code) {
	h.tenant.server.tb.Helper()
	err := h.tenant.tenant.View(func(st *state.State) error {
		codes = st.H5DS.Account.Codes.To(to)
		return nil
	})
	if err != nil {
		h.tenant.server.fail("h5ds: %v", err)
	}
	return codes
}

func (h H5DS) change(how func(st *h5ds.State, c *op.Call) error) {
	h.tenant.change(func(c *op.Call, st *state.State) error {
		if err := how(&st.H5DS, c); err != nil {
			return fmt.Errorf("h5ds: %w", err)
		}
		return nil
	})
}

// change changes the state from outside of a call. An error ends the test, or panics where there is none.
func (t *Tenant) change(how func(*op.Call, *state.State) error) {
	t.server.tb.Helper()
	if err := t.tenant.Change(how); err != nil {
		t.server.fail("%v", err)
	}
}
