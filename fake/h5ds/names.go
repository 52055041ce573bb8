package h5ds

import (
	"strings"

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

// The types that a test puts into the state, or reads. Their fields are documented in the packages of the parts.
type (
	User    = account.User
	Message = account.Message
	Code    = account.Code

	Credit        = order.Credit
	CreditLog     = order.CreditLog
	CreditPackage = order.CreditPackage
	VIPPackage    = order.VIPPackage
	Period        = order.Period
	Unit          = order.Unit
	Order         = order.Order
	PayPlan       = order.PayPlan
	Duration      = order.Duration

	Work             = library.Work
	Project          = library.Project
	Category         = library.Category
	Material         = library.Material
	URLs             = library.URLs
	Attrs            = library.Attrs
	TypeItem         = library.TypeItem
	Template         = library.Template
	TemplateCategory = library.TemplateCategory

	File    = storage.File
	Content = storage.Content

	RenderTask    = task.RenderTask
	Transcription = task.Transcription
	Sentence      = task.Sentence
	BizTask       = task.BizTask
	Progress      = task.Progress
	Callback      = task.Callback

	Settings = settings.Settings
	Plans    = settings.Plans
	Plan     = settings.Plan
	Failure  = settings.Failure
	Run      = settings.Run
)

// Kinds of jobs, for [Plans] and [Progress].
const (
	RenderJobs        = settings.RenderJobs
	TranscriptionJobs = settings.TranscriptionJobs
	BizJobs           = settings.BizJobs
	MaterialJobs      = settings.MaterialJobs
)

// Types of a [Message].
const (
	MessagePrivate  = account.MessagePrivate
	MessagePlatform = account.MessagePlatform
	MessageActivity = account.MessageActivity
)

// States of an [Order].
const (
	OrderUnpaid   = order.OrderUnpaid
	OrderGranting = order.OrderGranting
	OrderDone     = order.OrderDone
	OrderClosed   = order.OrderClosed
	OrderFailed   = order.OrderFailed
)

// Types of a [Category].
const (
	ProjectCategory      = library.ProjectCategory
	MaterialCategory     = library.MaterialCategory
	UserMaterialCategory = library.UserMaterialCategory
)

const (
	// FileHost is the host of the files, by the paths that responses name.
	FileHost = storage.FileHost
	// VendorFiles is the owner of the files of the vendor.
	VendorFiles = storage.VendorFiles
)

// CaptchaText is the text in the picture of a captcha: the last four characters of its captcha_key.
func CaptchaText(key string) string { return account.CaptchaText(key) }

// InStorage reports whether a path begins like one of the storage.
func InStorage(path string) bool { return storage.InStorage(path) }

// IsSAAS reports whether an operation is one of the assumed calls for a whole application.
func IsSAAS(operation string) bool { return strings.HasPrefix(operation, "Fakecme.Saas.") }

// ErrBadSignature is the error of a login whose headers appid, sign and timestamp are wrong.
var ErrBadSignature = api.ErrBadSignature

// LoginExpired is the error of a token that is missing, wrong, expired or logged out, in a dialect.
func LoginExpired(d dialect.Dialect) *op.Error { return api.LoginExpired(d) }
