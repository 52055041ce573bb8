package fake

import (
	"reflect"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// schemaOfTypes are the types that read themselves.
var schemaOfTypes = map[reflect.Type]schema{
	reflect.TypeFor[time.Time](): {
		"type": "string", "description": "A time such as 2026-01-02T03:04:05Z.",
		"pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}))?$`,
	},
	reflect.TypeFor[h5ds.Duration](): durationSchema,
	reflect.TypeFor[webpaas.Plan](): {
		"description": "How a job comes to its end: immediate, manual, {after: 30s} or {polls: 3}, and beside it " +
			"fail: {at: 60%, code: 10001} to let it fail.",
		"anyOf": []schema{
			{"enum": []string{"immediate", "manual"}},
			{"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 2, "properties": schema{
				"immediate": schema{"const": true}, "manual": schema{"const": true},
				"after": durationSchema, "polls": schema{"type": "integer", "minimum": 1},
				"fail": failureSchema,
			}},
		},
	},
	reflect.TypeFor[h5ds.Project](): {
		"description": "A mapping, or a text that holds a JSON object and keeps its numbers and the order of its keys.",
		"type":        []string{"object", "string"},
	},
	reflect.TypeFor[h5ds.Content](): {"type": "string", "description": "Text, or base64 behind !!binary."},
	reflect.TypeFor[webpaas.Area](): {
		"type": "array", "items": schema{"type": "integer"}, "minItems": 4, "maxItems": 4,
		"description": "x1, y1, x2, y2 in pixels: the upper left corner and the lower right one.",
	},
	reflect.TypeFor[webpaas.Rights](): {
		"type": "string", "pattern": "^[RXCW]*$", "description": "Letters of R, X, C, W; R when it is left out.",
	},
	reflect.TypeFor[h5ds.Unit](): {"enum": []string{"day", "month", "year"}},
}

var (
	durationSchema = schema{
		"type": "string", "description": "A duration such as 90s or 1m30s.",
		"pattern": `^([0-9]+([.][0-9]+)?(ns|us|µs|ms|s|m|h))+$`,
	}
	failureSchema = schema{
		"type": "object", "additionalProperties": false, "required": []string{"at"}, "properties": schema{
			"at": schema{"description": "The progress at which it stops, such as 60%.", "anyOf": []schema{
				{"type": "string", "pattern": "^(100|[1-9]?[0-9])%$"}, {"type": "integer", "minimum": 0, "maximum": 100},
			}},
			"code":    schema{"type": "integer"},
			"message": schema{"type": "string"},
		},
	}
)

// schemaOfFields is what the Go types do not say: of a type by its name, of a field by type.field. A field is required
// or bound here only when loading rejects it otherwise; but an empty text, which loading takes for none, is no value of a
// list.
var schemaOfFields = map[string]schema{
	"fake.Fixtures.webpaas":     {"description": "The library of web-paas-api.cme.qcloud.com."},
	"fake.Fixtures.h5ds":        {"description": "Users, works and materials of video.h5ds.com."},
	"webpaas.Fixtures.classes":  {"description": "Folders of materials, parents before their children."},
	"webpaas.Fixtures.grants":   {"description": "Who may use what another owns."},
	"webpaas.Fixtures.tasks":    {"description": "Exports and recognitions, running or over."},
	"webpaas.Fixtures.plans":    {"description": "How the tasks that a call starts come to their end.", "propertyNames": schema{"enum": taskTypes}},
	"webpaas.Fixtures.projects": {"description": "Projects: no client can make one."},

	"webpaas.Team":                     require("members"),
	"webpaas.Team.members":             {"minItems": 1, "description": "Exactly one of them is the Owner."},
	"webpaas.Member":                   require("user", "role"),
	"webpaas.Member.role":              oneOf(webpaas.RoleOwner, webpaas.RoleAdmin, webpaas.RoleMember),
	"webpaas.Entity":                   require("id"),
	"webpaas.Entity.type":              oneOf(webpaas.OwnerPerson, webpaas.OwnerTeam),
	"webpaas.Entity.id":                {"minLength": 1, "description": "The userId of a person, the id of a team."},
	"webpaas.Resource":                 require("type", "id"),
	"webpaas.Resource.type":            oneOf(webpaas.ResourceMaterial, webpaas.ResourceClass),
	"webpaas.Class":                    require("owner", "name"),
	"webpaas.Class.parentId":           {"description": "The class it stands in; 9, the root, when it is left out."},
	"webpaas.Material":                 require("owner"),
	"webpaas.Material.type":            oneOf(webpaas.MaterialTypes()...),
	"webpaas.Material.name":            {"maxLength": 90},
	"webpaas.Material.tags":            {"maxItems": 30, "items": schema{"type": "string", "maxLength": 15}},
	"webpaas.Material.transcodeStatus": oneOf("NORMAL", "ABNORMAL", "PROCESSING"),
	"webpaas.Material.link":            {"description": "Where a LINK leads; of that type only."},
	"webpaas.Template.aspectRatio":     oneOf("16:9", "9:16"),
	"webpaas.Channel.platform":         oneOf("OM", "WB", "KS"),
	"webpaas.Media.width":              amount("pixels"),
	"webpaas.Media.height":             amount("pixels"),
	"webpaas.Media.size":               amount("bytes"),
	"webpaas.Media.duration":           amount("seconds"),
	"webpaas.Media.fps":                amount("frames a second"),
	"webpaas.Media.videoBitrate":       amount("bit/s"),
	"webpaas.Media.audioBitrate":       amount("bit/s"),
	"webpaas.Media.samplingRate":       amount("Hz"),
	"webpaas.FrameTags":                require("materialId"),
	"webpaas.Recognition":              require("materialId"),
	"webpaas.Recognition.pageSize":     amount("items of a response that is read by time; 50 when zero"),
	"webpaas.Recognition.afterTask":    {"description": "Hides it until a process task that finds it has succeeded."},
	"webpaas.Face.type":                oneOf("Default", "UserDefine"),
	"webpaas.Segment.confidence":       {"minimum": 0, "maximum": 100},
	"webpaas.Grant":                    require("authorizee", "resource"),
	"webpaas.Project":                  require("owner"),
	"webpaas.Project.category":         oneOf(webpaas.ProjectCategories()...),
	"webpaas.Project.whRatio":          oneOf("16:9", "9:16"),
	"webpaas.Project.coverSource":      oneOf("USER", "DEFAULT"),
	"webpaas.Project.fusionData":       {"description": "The tracks: JSON as text."},
	"webpaas.Task.type":                oneOf(taskTypes...),
	"webpaas.Task.percent":             {"minimum": 0, "maximum": 100, "description": "Only with the plan manual."},
	"webpaas.Task.definition":          {"description": "Of a MATERIAL_PROCESS: 20 for all recognitions, 30 for subtitles."},

	"h5ds.Fixtures.demo":  {"description": "Adds made-up type items, materials of the system and templates."},
	"h5ds.Fixtures.plans": {"propertyNames": oneOf(h5ds.RenderJobs, h5ds.TranscriptionJobs, h5ds.BizJobs, h5ds.MaterialJobs)},

	"h5ds.User.id":                 digits,
	"h5ds.User.userId":             {"description": "The id at the third party, for third/login."},
	"h5ds.User.password":           {"description": "In clear; it is kept hashed."},
	"h5ds.User.gender":             {"enum": []int{0, 1, 2}, "description": "0 female, 1 male, 2 other."},
	"h5ds.User.vip_level":          {"enum": []int{0, 1, 2}, "description": "0 none, 1 VIP, 2 SVIP."},
	"h5ds.User.credits":            {"minimum": 0},
	"h5ds.Work":                    require("owner"),
	"h5ds.Work.id":                 digits,
	"h5ds.Work.owner":              owner,
	"h5ds.Message":                 require("owner"),
	"h5ds.Message.id":              digits,
	"h5ds.Message.owner":           owner,
	"h5ds.Message.type_id":         {"enum": []int{31, 32, 33}, "description": "31 private, 32 platform, 33 activity."},
	"h5ds.Credit":                  require("owner"),
	"h5ds.Credit.owner":            owner,
	"h5ds.CreditLog":               require("owner", "type"),
	"h5ds.CreditLog.owner":         owner,
	"h5ds.CreditPackage":           require("name"),
	"h5ds.VIPPackage":              require("name"),
	"h5ds.Category":                require("owner", "type", "name"),
	"h5ds.Category.owner":          owner,
	"h5ds.Category.type":           oneOf(h5ds.ProjectCategory, h5ds.MaterialCategory, h5ds.UserMaterialCategory),
	"h5ds.Material":                require("urls"),
	"h5ds.Material.id":             digits,
	"h5ds.Material.owner":          {"description": "A userId or a platform id; of the system, for all users, when it is left out."},
	"h5ds.Material.convert_status": {"enum": []int{-1, 0, 1, 2, 3}, "description": "-1 none, 0 waiting, 1 running, 2 done, 3 failed."},
	"h5ds.URLs":                    require("url"),
	"h5ds.TypeItem":                require("type_id", "name"),
	"h5ds.TypeItem.type_id":        {"description": "The type of system materials, such as \"314\" for videos."},
	"h5ds.TemplateCategory":        require("name"),
	"h5ds.File":                    require("path"),
	"h5ds.File.sample":             {"enum": []string{"mp4", "png", "mp3", "wav"}, "description": "A file of a second that the fake makes, in place of content."},
	"h5ds.RenderTask":              require("owner"),
	"h5ds.RenderTask.owner":        owner,
	"h5ds.Transcription":           require("owner"),
	"h5ds.Transcription.owner":     owner,
	"h5ds.BizTask":                 require("owner", "task_type"),
	"h5ds.BizTask.owner":           owner,
	"h5ds.BizTask.task_type":       oneOf("huoshan_video", "huoshan_cv_video", "huoshan_image"),
}

var (
	taskTypes = []string{webpaas.TaskExport, webpaas.TaskProcess}
	digits    = schema{"pattern": "^[0-9]*$", "description": "Decimal digits; a new id when it is left out."}
	owner     = schema{"description": "The userId of a user, or the platform id."}
)

func require(fields ...string) schema { return schema{"required": fields} }
func oneOf(values ...string) schema   { return schema{"enum": values} }
func amount(unit string) schema       { return schema{"minimum": 0, "description": unit} }
