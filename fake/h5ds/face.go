package h5ds

import (
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Each Put stores a value, in place of one with the same id, and returns it with what was left out filled in.

// PutUser stores a User.
func (st *State) PutUser(c *op.Call, v User) (User, error) { return st.account().PutUser(c, v) }

// PutMessage stores a Message.
func (st *State) PutMessage(c *op.Call, v Message) (Message, error) {
	return st.account().PutMessage(c, v)
}

// PutCredit stores a Credit.
func (st *State) PutCredit(c *op.Call, v Credit) (Credit, error) { return st.order().PutCredit(c, v) }

// PutCreditLog stores a CreditLog.
func (st *State) PutCreditLog(c *op.Call, v CreditLog) (CreditLog, error) {
	return st.order().PutCreditLog(c, v)
}

// PutCreditPackage stores a CreditPackage.
func (st *State) PutCreditPackage(c *op.Call, v CreditPackage) (CreditPackage, error) {
	return st.order().PutCreditPackage(c, v)
}

// PutVIPPackage stores a VIPPackage.
func (st *State) PutVIPPackage(c *op.Call, v VIPPackage) (VIPPackage, error) {
	return st.order().PutVIPPackage(c, v)
}

// PutWork stores a Work.
func (st *State) PutWork(c *op.Call, v Work) (Work, error) { return st.library().PutWork(c, v) }

// PutCategory stores a Category.
func (st *State) PutCategory(c *op.Call, v Category) (Category, error) {
	return st.library().PutCategory(c, v)
}

// PutMaterial stores a Material.
func (st *State) PutMaterial(c *op.Call, v Material) (Material, error) {
	return st.library().PutMaterial(c, v)
}

// PutTypeItem stores a TypeItem.
func (st *State) PutTypeItem(c *op.Call, v TypeItem) (TypeItem, error) {
	return st.library().PutTypeItem(c, v)
}

// PutTemplate stores a Template.
func (st *State) PutTemplate(c *op.Call, v Template) (Template, error) {
	return st.library().PutTemplate(c, v)
}

// PutTemplateCategory stores a TemplateCategory.
func (st *State) PutTemplateCategory(c *op.Call, v TemplateCategory) (TemplateCategory, error) {
	return st.library().PutTemplateCategory(c, v)
}

// PutFile stores a File.
func (st *State) PutFile(c *op.Call, v File) (File, error) { return st.storage().PutFile(c, v) }

// PutRenderTask stores a RenderTask.
func (st *State) PutRenderTask(c *op.Call, v RenderTask) (RenderTask, error) {
	return st.task().PutRenderTask(c, v)
}

// PutTranscription stores a Transcription.
func (st *State) PutTranscription(c *op.Call, v Transcription) (Transcription, error) {
	return st.task().PutTranscription(c, v)
}

// PutBizTask stores a BizTask.
func (st *State) PutBizTask(c *op.Call, v BizTask) (BizTask, error) {
	return st.task().PutBizTask(c, v)
}

// PutProgress stores a Progress.
func (st *State) PutProgress(c *op.Call, v Progress) (Progress, error) {
	return st.task().PutProgress(c, v)
}

func (st *State) PlanOrders(p PayPlan) error                    { return st.order().PlanOrders(p) }
func (st *State) PayOrder(c *op.Call, id string) (Order, error) { return st.order().PayOrder(c, id) }
func (st *State) ApproveQR(c *op.Call, sn, who string) error    { return st.Account.ApproveQR(c, sn, who) }
func (st *State) CodesTo(to string) []Code                      { return st.Account.Codes.To(to) }
func (st *State) DueCallbacks(now time.Time) []Callback         { return st.Task.DueCallbacks(now) }
func (st *State) NextCallback() (at time.Time, ok bool)         { return st.Task.NextCallback() }
func (st *State) MarkCalled(id string)                          { st.Task.MarkCalled(id) }
func (st *State) Authenticate(claims op.TokenClaims, now time.Time) *diagnosis.Diagnosis {
	return st.Account.Authenticate(claims, now)
}
func (st *State) ThirdPartyUser(user string) (userID string, third bool) {
	return st.Account.ThirdPartyUser(user)
}
func (st *State) LogIn(c *op.Call, user string) (id, token string, err error) {
	return st.Account.LogIn(c, user)
}
func (st *State) SignIn(c *op.Call, userID string) (token string, expires time.Time, err error) {
	return st.Account.SignIn(c, userID)
}
