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
	"github.com/fakecme/fakecme/fake/internal/op"
)

// State is what a tenant's h5ds remembers.
type State struct {
	// Users have an owner each; see [User]. A state is that of one appid, so two applications never
	// share a user (assumed).
	Users shelf[User] `json:"users,omitzero"`
	// Sessions and Works belong to the platform id of a user.
	Sessions shelf[Session] `json:"sessions,omitzero"`
	Works    shelf[Work]    `json:"works,omitzero"`

	// Files are by path; the vendor's belong to [VendorFiles]. Jobs belong to the platform id of a user.
	Files          shelf[File]          `json:"files,omitzero"`
	Renders        shelf[RenderTask]    `json:"renders,omitzero"`
	Transcriptions shelf[Transcription] `json:"transcriptions,omitzero"`
	BizTasks       shelf[BizTask]       `json:"bizTasks,omitzero"`
	// Plans are for jobs that a call will start, by kind: [RenderJobs], [TranscriptionJobs], [BizJobs], [MaterialJobs].
	Plans    map[string]Plan `json:"plans,omitempty"`
	Settings Settings        `json:"settings,omitzero"`

	Categories shelf[Category] `json:"categories,omitzero"`
	// Materials are those of the users and, without an owner, those of the system.
	Materials          shelf[Material]         `json:"materials,omitzero"`
	MaterialJobs       shelf[MaterialJob]      `json:"materialJobs,omitzero"`
	ProjectMaterials   shelf[ProjectMaterial]  `json:"projectMaterials,omitzero"`
	Collects           shelf[Collect]          `json:"collects,omitzero"`
	TypeItems          shelf[TypeItem]         `json:"typeItems,omitzero"`
	Templates          shelf[Template]         `json:"templates,omitzero"`
	TemplateCategories shelf[TemplateCategory] `json:"templateCategories,omitzero"`

	// Binds, Signs, Messages, Credits, CreditLogs and Orders belong to the platform id of a user too.
	Binds      shelf[Bind]      `json:"binds,omitzero"`
	Signs      shelf[Sign]      `json:"signs,omitzero"`
	Messages   shelf[Message]   `json:"messages,omitzero"`
	Credits    shelf[Credit]    `json:"credits,omitzero"`
	CreditLogs shelf[CreditLog] `json:"creditLogs,omitzero"`
	Orders     shelf[Order]     `json:"orders,omitzero"`
	// Captchas and QRs may be nobody's, Codes belong to a mobile number or an e-mail address, and
	// packages are everybody's.
	Captchas       shelf[Captcha]       `json:"captchas,omitzero"`
	QRs            shelf[QR]            `json:"qrs,omitzero"`
	Codes          shelf[Code]          `json:"codes,omitzero"`
	CreditPackages shelf[CreditPackage] `json:"creditPackages,omitzero"`
	VIPPackages    shelf[VIPPackage]    `json:"vipPackages,omitzero"`
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
	Errors:      &errs,
	Envelope:    envelope,
	ContentType: func(dialect.Dialect) string { return "application/json; charset=utf-8" },
	BadRequest:  badRequest,
	NotFound:    errNotFound,
	Broken:      errBroken,
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
