// Package h5ds is video.h5ds.com: the login of a third party's users, and what a user may do
// with the token of that login.
//
// The vendor documents the login and shows two user calls. Everything else is read from the
// vendor's own clients, which tell requests for certain and responses only as far as they read
// them. What neither tells is marked assumed where it stands.
package h5ds

import (
	"encoding/json"
	"slices"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// State is what a tenant's h5ds remembers.
type State struct {
	// Users have an owner each; see [User]. A state is that of one appid, so two applications never
	// share a user (assumed).
	Users table.Table[User] `json:"users,omitzero"`
	// Sessions and Works belong to the platform id of a user.
	Sessions table.Table[Session] `json:"sessions,omitzero"`
	Works    table.Table[Work]    `json:"works,omitzero"`

	// Files are by path; the vendor's belong to [VendorFiles]. Jobs belong to the platform id of a user.
	Files          table.Table[File]          `json:"files,omitzero"`
	Renders        table.Table[RenderTask]    `json:"renders,omitzero"`
	Transcriptions table.Table[Transcription] `json:"transcriptions,omitzero"`
	BizTasks       table.Table[BizTask]       `json:"bizTasks,omitzero"`
	// Plans are for jobs that a call will start, by kind: [RenderJobs], [TranscriptionJobs], [BizJobs], [MaterialJobs].
	Plans    map[string]Plan `json:"plans,omitempty"`
	Settings Settings        `json:"settings,omitzero"`

	Categories table.Table[Category] `json:"categories,omitzero"`
	// Materials are those of the users and, without an owner, those of the system.
	Materials          table.Table[Material]         `json:"materials,omitzero"`
	MaterialJobs       table.Table[MaterialJob]      `json:"materialJobs,omitzero"`
	ProjectMaterials   table.Table[ProjectMaterial]  `json:"projectMaterials,omitzero"`
	Collects           table.Table[Collect]          `json:"collects,omitzero"`
	TypeItems          table.Table[TypeItem]         `json:"typeItems,omitzero"`
	Templates          table.Table[Template]         `json:"templates,omitzero"`
	TemplateCategories table.Table[TemplateCategory] `json:"templateCategories,omitzero"`

	// Binds, Signs, Messages, Credits, CreditLogs and Orders belong to the platform id of a user too.
	Binds      table.Table[Bind]      `json:"binds,omitzero"`
	Signs      table.Table[Sign]      `json:"signs,omitzero"`
	Messages   table.Table[Message]   `json:"messages,omitzero"`
	Credits    table.Table[Credit]    `json:"credits,omitzero"`
	CreditLogs table.Table[CreditLog] `json:"creditLogs,omitzero"`
	Orders     table.Table[Order]     `json:"orders,omitzero"`
	// Captchas and QRs may be nobody's, Codes belong to a mobile number or an e-mail address, and
	// packages are everybody's.
	Captchas       table.Table[Captcha]       `json:"captchas,omitzero"`
	QRs            table.Table[QR]            `json:"qrs,omitzero"`
	Codes          table.Table[Code]          `json:"codes,omitzero"`
	CreditPackages table.Table[CreditPackage] `json:"creditPackages,omitzero"`
	VIPPackages    table.Table[VIPPackage]    `json:"vipPackages,omitzero"`
	// PayPlan is that of the orders to come.
	PayPlan PayPlan `json:"payPlan,omitzero"`
}

// Service lists the operations of h5ds.
var Service = op.Service[State]{
	Name: "h5ds",
	Ops: slices.Concat(loginOps, accountOps, workOps, categoryOps, materialOps, projectMaterialOps, systemOps,
		collectOps, templateOps, openOps,
		renderOps, uploadOps, settingsOps, speechOps, transcriptionOps, bizTaskOps, chatOps,
		signInOps, captchaOps, codeOps, bindOps, passwordOps, qrOps, userSignOps,
		messageOps, creditOps, packageOps, orderOps, saasOps),
	Errors:      &api.Errors,
	Envelope:    envelope,
	ContentType: func(dialect.Dialect) string { return "application/json; charset=utf-8" },
	BadRequest:  api.BadRequest,
	NotFound:    api.ErrNotFound,
	Broken:      api.ErrBroken,
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
