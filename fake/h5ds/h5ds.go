// Package h5ds is video.h5ds.com: the login of a third party's users, and what a user may do
// with the token of that login.
//
// The vendor documents the login and shows two user calls. Everything else is read from the
// vendor's own clients, which tell requests for certain and responses only as far as they read
// them. What neither tells is marked assumed where it stands.
package h5ds

import (
	"encoding/json"
	"path"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// State is what a tenant's h5ds remembers.
type State struct {
	Account  accountState `json:"account"`
	Order    orderState   `json:"order"`
	Library  libraryState `json:"library"`
	Storage  storageState `json:"storage"`
	Task     taskState    `json:"task"`
	Settings Settings     `json:"settings,omitzero"`
	// Plans are for jobs that a call will start, by kind: [RenderJobs], [TranscriptionJobs], [BizJobs], [MaterialJobs].
	Plans Plans `json:"plans,omitempty"`
}

// The parts of the state, each with what its operations need of the others. No two need each other.

func (st *State) account() *accountState { return &st.Account }

func (st *State) order() *orderScope { return &orderScope{&st.Order, &st.Account} }

func (st *State) library() *libraryScope {
	return &libraryScope{&st.Library, &st.Account, &st.Settings, st.Plans}
}

func (st *State) storage() *storageScope {
	return &storageScope{&st.Storage, &st.Account, &st.Library, &st.Settings}
}

func (st *State) task() *taskScope {
	return &taskScope{&st.Task, &st.Account, &st.Library, st.storage(), &st.Settings, st.Plans}
}

// Service lists the operations of h5ds.
var Service = op.Service[State]{
	Name: "h5ds",
	Ops: slices.Concat(profileOps, saasOps, op.Over(allAccountOps, (*State).account), op.Over(allOrderOps, (*State).order),
		op.Over(allLibraryOps, (*State).library), op.Over(uploadOps, (*State).storage), op.Over(allTaskOps, (*State).task),
		op.Over(settingsOps, func(st *State) *Settings { return &st.Settings })),
	Errors:      &api.Errors,
	Envelope:    envelope,
	ContentType: func(dialect.Dialect) string { return "application/json; charset=utf-8" },
	BadRequest:  api.BadRequest,
	NotFound:    api.ErrNotFound,
	Broken:      api.ErrBroken,
}

// File returns the file that stands at a path of the storage at a time: one that was uploaded or
// made, the result of a job that has succeeded, or the project of a work or a template. The content must not
// be changed. Clients join paths with a slash too many, so doubled ones count once.
func (st *State) File(at string, now time.Time) (content []byte, contentType string, ok bool) {
	at = path.Clean("/" + at)
	if project, there := st.Library.projectAt(at); there {
		return project, "application/json", true
	}
	f, there := st.Storage.Files.Get(at)
	if !there || f.Job != "" && !st.Task.Succeeded(f.Kind, f.Job, now) {
		return nil, "", false
	}
	return f.Read()
}

// answer is the envelope of every response. The documented samples read only code and message
// of an error; that data is there and null, then and where an operation has none, is assumed.
type answer struct {
	Code    json.Number `json:"code"`
	Message string      `json:"message"`
	Data    any         `json:"data"`
}

func envelope(_ *op.Call, data any, failure *op.Error) any {
	if failure != nil {
		return answer{Code: json.Number(failure.Code), Message: failure.Message}
	}
	return answer{Code: "0", Message: "success", Data: data}
}

// ErrBadSignature is the error of a login whose headers appid, sign and timestamp do not verify.
var ErrBadSignature = api.ErrBadSignature

// LoginExpired is the error of a token that is missing, wrong, expired or logged out. The vendor's clients disagree
// about its code, so the dialect chooses.
func LoginExpired(d dialect.Dialect) *op.Error { return api.LoginExpired(d) }
