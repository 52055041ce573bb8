// Package h5ds is video.h5ds.com: the login of a third party's users, and the calls of a user with the token of that
// login.
//
// The vendor documents the login and shows two user calls. Everything else comes from the vendor's own clients:
// requests for certain, responses only as far as a client reads them. Behaviour that no source shows is marked assumed.
package h5ds

import (
	"encoding/json"
	"path"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/order"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/h5ds/task"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// State is the h5ds of one tenant.
type State struct {
	Account  account.State     `json:"account"`
	Order    order.State       `json:"order"`
	Library  library.State     `json:"library"`
	Storage  storage.State     `json:"storage"`
	Task     task.State        `json:"task"`
	Settings settings.Settings `json:"settings,omitzero"`
	// Plans are for jobs that calls start, by kind: [RenderJobs], [TranscriptionJobs], [BizJobs], [MaterialJobs].
	Plans settings.Plans `json:"plans,omitempty"`
}

// The parts of the state, each with those parts that its operations use. No two parts use each other.

func (st *State) account() *account.State { return &st.Account }

func (st *State) order() *order.Scope { return &order.Scope{State: &st.Order, Accounts: &st.Account} }

func (st *State) library() *library.Scope {
	return &library.Scope{State: &st.Library, Accounts: &st.Account, Settings: &st.Settings, Plans: st.Plans}
}

func (st *State) storage() *storage.Scope {
	return &storage.Scope{State: &st.Storage, Accounts: &st.Account, Library: &st.Library, Settings: &st.Settings}
}

func (st *State) task() *task.Scope {
	return &task.Scope{
		State: &st.Task, Accounts: &st.Account, Library: &st.Library, Storage: st.storage(), Settings: &st.Settings, Plans: st.Plans,
	}
}

// Service lists the operations of h5ds.
var Service = op.Service[State]{
	Name: "h5ds",
	Ops: slices.Concat(profileOps, saasOps, op.Over(account.Ops, (*State).account), op.Over(order.Ops, (*State).order),
		op.Over(library.Ops, (*State).library), op.Over(storage.Ops, (*State).storage), op.Over(task.Ops, (*State).task),
		op.Over(settings.Ops, func(st *State) *settings.Settings { return &st.Settings })),
	Errors:      &api.Errors,
	Envelope:    envelope,
	ContentType: func(dialect.Dialect) string { return "application/json; charset=utf-8" },
	BadRequest:  api.BadRequest,
	NotFound:    api.ErrNotFound,
	Broken:      api.ErrBroken,
}

// PayOrder pays an order, as a buyer does by scanning its code. An order that is unknown, paid or closed is an error.
func (st *State) PayOrder(c *op.Call, id string) (Order, error) { return st.order().PayOrder(c, id) }

// File returns the file at a path of the storage at a time: an uploaded or generated file, the result of a job that has
// succeeded, or the project of a work or a template. The content must not be changed. A doubled slash in the path
// counts once, because clients join paths so.
func (st *State) File(at string, now time.Time) (content []byte, contentType string, ok bool) {
	at = path.Clean("/" + at)
	if project, there := st.Library.ProjectAt(at); there {
		return project, "application/json", true
	}
	f, there := st.Storage.Files.Get(at)
	if !there || f.Job != "" && !st.Task.Succeeded(f.Kind, f.Job, now) {
		return nil, "", false
	}
	return f.Read()
}

// response is the envelope of every response. The documented samples read only the code and the message of an error. It
// is assumed that an error and an operation without data have data, and that it is null.
type response struct {
	Code    json.Number `json:"code"`
	Message string      `json:"message"`
	Data    any         `json:"data"`
}

func envelope(_ *op.Call, data any, failure *op.Error) any {
	if failure != nil {
		return response{Code: json.Number(failure.Code), Message: failure.Message}
	}
	return response{Code: "0", Message: "success", Data: data}
}
