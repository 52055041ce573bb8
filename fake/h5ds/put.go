package h5ds

import (
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Value is a type that [Put] stores.
type Value interface {
	User | Message |
		Credit | CreditLog | CreditPackage | VIPPackage |
		Category | Work | TypeItem | Material | TemplateCategory | Template |
		File |
		RenderTask | Transcription | BizTask | Progress
}

// Put stores a value in the state, in place of one with the same id, and returns it with what was left out filled in. A
// value that the service cannot have, such as one without its owner, is an error. The state does not share memory with
// the value.
func Put[V Value](st *State, c *op.Call, value V) (V, error) {
	var stored any
	var err error
	switch v := any(value).(type) {
	case User:
		stored, err = st.account().PutUser(c, v)
	case Message:
		stored, err = st.account().PutMessage(c, v)
	case Credit:
		stored, err = st.order().PutCredit(c, v)
	case CreditLog:
		stored, err = st.order().PutCreditLog(c, v)
	case CreditPackage:
		stored, err = st.order().PutCreditPackage(c, v)
	case VIPPackage:
		stored, err = st.order().PutVIPPackage(c, v)
	case Category:
		stored, err = st.library().PutCategory(c, v)
	case Work:
		stored, err = st.library().PutWork(c, v)
	case TypeItem:
		stored, err = st.library().PutTypeItem(c, v)
	case Material:
		stored, err = st.library().PutMaterial(c, v)
	case TemplateCategory:
		stored, err = st.library().PutTemplateCategory(c, v)
	case Template:
		stored, err = st.library().PutTemplate(c, v)
	case File:
		stored, err = st.storage().PutFile(c, v)
	case RenderTask:
		stored, err = st.task().PutRenderTask(c, v)
	case Transcription:
		stored, err = st.task().PutTranscription(c, v)
	case BizTask:
		stored, err = st.task().PutBizTask(c, v)
	case Progress:
		stored, err = st.task().PutProgress(c, v)
	}
	if err != nil {
		var none V
		return none, err
	}
	return stored.(V), nil
}
