package webpaas

import (
	"math"
	"strconv"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// The structures of responses. Their keys stand in the order of the documented examples; a key that only
// one dialect has is left out in the other.

// materialInfo is MaterialInfo: whole in Material.DescribeMaterials, the basic part and the status
// alone in lists (documented examples).
type materialInfo struct {
	BasicInfo                        *basicInfo `json:",omitempty"` // examples of lists
	MaterialBasicInfo                *basicInfo `json:",omitempty"` // table
	MediaInfo                        *mediaInfo `json:",omitempty"`
	MaterialStatus                   materialStatus
	LinkMaterial                     *linkMaterial     `json:",omitempty"`
	AudioMaterial                    *playable         `json:",omitempty"`
	VideoMaterial                    *playable         `json:",omitempty"`
	ImageMaterial                    *imageMaterial    `json:",omitempty"`
	StickerMaterial                  *imageMaterial    `json:",omitempty"`
	SubtitleMaterial                 *effectMaterial   `json:",omitempty"`
	TransitionMaterial               *effectMaterial   `json:",omitempty"`
	FilterMaterial                   *effectMaterial   `json:",omitempty"`
	TextMaterial                     *effectMaterial   `json:",omitempty"`
	TextImageMaterial                *effectMaterial   `json:",omitempty"`
	StyleMaterial                    *effectMaterial   `json:",omitempty"`
	VideoEditTemplateMaterial        *templateMaterial `json:",omitempty"`
	ThirdPartyPublishChannelMaterial *channelMaterial  `json:",omitempty"`
}

type basicInfo struct {
	MaterialID   string `json:"MaterialId"`
	MaterialType string
	Name         string
	CreateTime   string
	UpdateTime   string
	ClassPath    string
	TagInfoSet   []presetTag `json:",omitempty"` // in no example
	TagSet       []string
	PreviewURL   string `json:"PreviewUrl"`
	MediaURL     any    `json:"MediaUrl"` // text in the examples, a list of texts in the table
	Owner        wireEntity
}

// presetTag says what is known of a preset tag. Its Name and ParentId, which the table lists, are
// the platform's and in no document.
type presetTag struct {
	Type string
	ID   string `json:"Id"`
}

type materialStatus struct{ TranscodeStatus string }

type mediaInfo struct {
	Width     int64
	Height    int64
	Size      int64
	Duration  float64
	MediaType string
}

// classInfo is ClassInfo. The example has neither Platform nor Owner, the table both.
type classInfo struct {
	Platform      string      `json:",omitempty"`
	Owner         *wireEntity `json:",omitempty"`
	ClassID       int64       `json:"ClassId"`
	Name          string
	ParentClassID int64 `json:"ParentClassId"`
	ClassPath     string
}

// failedMaterial is FailedMaterialInfo.
type failedMaterial struct {
	MaterialID string `json:"MaterialId"`
	ErrorInfo  tfError
}

type tfError struct {
	Code           string
	Message        string
	EnglishMessage string
}

// wireTime is an ISO time in whole seconds of UTC, as in every example of media.
func wireTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// listed is a material as lists have it.
func (s *State) listed(c *op.Call, m Material) materialInfo {
	info := materialInfo{MaterialStatus: materialStatus{m.TranscodeStatus}}
	if c.Dialect.MaterialKeys == dialect.KeysTable {
		info.MaterialBasicInfo = s.basic(c, m)
	} else {
		info.BasicInfo = s.basic(c, m)
	}
	return info
}

func (s *State) basic(c *op.Call, m Material) *basicInfo {
	info := &basicInfo{
		MaterialID: m.ID, MaterialType: m.Type, Name: m.Name,
		CreateTime: wireTime(m.CreateTime), UpdateTime: wireTime(m.UpdateTime),
		ClassPath: s.classPath(m.Owner, m.ClassID),
		TagSet:    notNil(m.Tags), PreviewURL: coverURL(c, m), MediaURL: mediaURL(c, m),
		Owner: m.Owner.wire(),
	}
	for _, id := range m.PresetTagIDs {
		info.TagInfoSet = append(info.TagInfoSet, presetTag{Type: "Preset", ID: id})
	}
	if c.Dialect.MaterialKeys == dialect.KeysTable {
		info.MediaURL = []string{mediaURL(c, m)}
	}
	return info
}

// classInfo is a class as answers have it. MaterialKeys decides here too between example and table.
func (s *State) classInfo(c *op.Call, class Class) classInfo {
	info := classInfo{
		ClassID: class.ID, Name: class.Name, ParentClassID: class.ParentID,
		ClassPath: s.classPath(class.Owner, class.ID),
	}
	if c.Dialect.MaterialKeys == dialect.KeysTable {
		owner := class.Owner.wire()
		info.Platform, info.Owner = c.Tenant.Platform, &owner
	}
	return info
}

func failed(id string, failure *op.Error) failedMaterial {
	return failedMaterial{MaterialID: id, ErrorInfo: tfError{failure.Code, failure.Message, failure.EnglishMessage}}
}

// notNil turns no list into an empty one: lists of responses are [], never null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// classRef is a class id of a request: a number (example) or text (table of SearchScope).
type classRef int64

// noClassRef stands for a text that is no number.
const noClassRef classRef = math.MinInt64

// UnmarshalJSON never fails: what to answer to a bad id is for the operation to say.
func (r *classRef) UnmarshalJSON(data []byte) error {
	text := string(data)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	*r = noClassRef
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		*r = classRef(id)
	}
	return nil
}
