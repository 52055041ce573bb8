package webpaas

import (
	"math"
	"strconv"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// The structures of responses have their keys in the order of the documented examples. A key of only one dialect is
// omitted in the other.

// materialInfo is MaterialInfo. It is complete in Material.DescribeMaterials; lists have only the basic part and the
// status (documented examples).
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

// presetTag lacks Name and ParentId of the table, because no document lists the preset tags of the platform.
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

// classInfo is ClassInfo. The table has Platform and Owner, the example has neither.
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

// listedMaterial returns a material as lists show it.
func listedMaterial(c *op.Call, st *State, m Material) materialInfo {
	info := materialInfo{MaterialStatus: materialStatus{m.TranscodeStatus}}
	if c.Dialect.MaterialKeys == dialect.KeysTable {
		info.MaterialBasicInfo = basicMaterial(c, st, m)
	} else {
		info.BasicInfo = basicMaterial(c, st, m)
	}
	return info
}

func basicMaterial(c *op.Call, st *State, m Material) *basicInfo {
	files := filesOf(c, &m)
	info := &basicInfo{
		MaterialID: m.ID, MaterialType: m.Type, Name: m.Name,
		CreateTime: wireTime(m.CreateTime), UpdateTime: wireTime(m.UpdateTime),
		ClassPath: st.tree(m.Owner).path(m.ClassID),
		TagSet:    notNil(m.Tags), PreviewURL: files.cover(), MediaURL: files.media(),
		Owner: m.Owner.wire(),
	}
	for _, id := range m.PresetTagIDs {
		info.TagInfoSet = append(info.TagInfoSet, presetTag{Type: "Preset", ID: id})
	}
	if c.Dialect.MaterialKeys == dialect.KeysTable {
		info.MediaURL = []string{files.media()}
	}
	return info
}

// classInfoOf returns a class as responses show it. MaterialKeys selects the keys of the example or of the table.
func classInfoOf(c *op.Call, st *State, class Class) classInfo {
	info := classInfo{
		ClassID: class.ID, Name: class.Name, ParentClassID: class.ParentID,
		ClassPath: st.tree(class.Owner).path(class.ID),
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

// playable is VideoMaterial or AudioMaterial, which have the same keys.
type playable struct {
	MetaData        metaData
	ImageSpriteInfo *imageSprite `json:",omitempty"`
	MaterialURL     string       `json:"MaterialUrl"`
	CoverURL        string       `json:"CoverUrl"`
	Resolution      string       `json:",omitempty"` // in the example only
	OriginalURL     string       `json:"OriginalUrl"`
}

// metaData is MediaMetaData. Example and table have different names for the streams.
type metaData struct {
	AudioStreamInfoSet []audioStream `json:",omitempty"` // example
	AudioStreamSet     []audioStream `json:",omitempty"` // table
	VideoStreamInfoSet []videoStream `json:",omitempty"` // example
	VideoStreamSet     []videoStream `json:",omitempty"` // table
	Bitrate            int64
	Container          string
	Duration           float64
	Width              int64
	Height             int64
	Size               int64
	Rotate             any // a number in the example, text in the table
}

type audioStream struct {
	Bitrate      int64
	Codec        string
	SamplingRate int64
}

type videoStream struct {
	Bitrate int64
	Codec   string
	Fps     int64
	Width   int64
	Height  int64
}

type imageSprite struct {
	Height      int64
	Width       int64
	TotalCount  int64
	WebVttURL   string   `json:"WebVttUrl"`
	ImageURLSet []string `json:"ImageUrlSet"`
}

type imageMaterial struct {
	Width       int64
	Height      int64
	Size        int64
	MaterialURL string `json:"MaterialUrl"`
	OriginalURL string `json:"OriginalUrl"`
	Resolution  string
}

type effectMaterial struct {
	Attribute   string
	CoverURL    string `json:"CoverUrl"`
	MaterialURL string `json:"MaterialUrl"`
}

type templateMaterial struct {
	AspectRatio string
	FusionData  string
}

type channelMaterial struct {
	ThirdPartyPublish string
	OpenID            string `json:"OpenId"`
	ValidTime         string
}

type linkMaterial struct {
	LinkType         string
	LinkStatus       string
	LinkMaterialInfo *materialInfo `json:",omitempty"`
	LinkClassInfo    *classInfo    `json:",omitempty"`
}

// The documented states of a link, "NOT FOUND" with its blank.
const (
	linkNormal    = "NORMAL"
	linkNotFound  = "NOT FOUND"
	linkForbidden = "FORBIDDEN"
)

// describedMaterial returns a material as Material.DescribeMaterials shows it.
func describedMaterial(c *op.Call, st *State, m Material, sprite bool) materialInfo {
	info := listedMaterial(c, st, m)
	switch {
	case m.hasVideo():
		info.MediaInfo = m.mediaInfo(typeVideo)
		info.VideoMaterial = m.playable(c)
		if sprite {
			info.VideoMaterial.ImageSpriteInfo = sprites(c, m)
		}
	case m.isAudio():
		info.MediaInfo = m.mediaInfo(typeAudio)
		info.AudioMaterial = m.playable(c)
	case m.Type == typeImage:
		info.MediaInfo = m.mediaInfo(typeImage)
		info.ImageMaterial = m.image(c)
	case m.Type == typeSticker:
		info.MediaInfo = m.mediaInfo(typeImage)
		info.StickerMaterial = m.image(c)
	case m.Link != nil:
		info.LinkMaterial = linkInfo(c, st, m)
	case m.Template != nil:
		info.VideoEditTemplateMaterial = &templateMaterial{m.Template.AspectRatio, m.Template.FusionData}
	case m.Channel != nil:
		info.ThirdPartyPublishChannelMaterial = &channelMaterial{
			m.Channel.Platform, m.Channel.OpenID, wireTime(m.Channel.ValidTime),
		}
	default:
		info.setEffect(c, m)
	}
	return info
}

// setEffect sets the part for the type of the effect. The table has no part for WATERMARK, SWITCHER_LAYOUT and
// SWITCHER_EFFECT_TEXT.
func (info *materialInfo) setEffect(c *op.Call, m Material) {
	parts := map[string]**effectMaterial{
		"SUBTITLE": &info.SubtitleMaterial, "TRANSITION": &info.TransitionMaterial, "FILTER": &info.FilterMaterial,
		"TEXT": &info.TextMaterial, "TEXT_IMAGE": &info.TextImageMaterial, "STYLE": &info.StyleMaterial,
	}
	if part, ok := parts[m.Type]; ok {
		files := filesOf(c, &m)
		*part = &effectMaterial{Attribute: m.Attribute, CoverURL: files.cover(), MaterialURL: files.media()}
	}
}

func (m Material) mediaInfo(mediaType string) *mediaInfo {
	return &mediaInfo{
		Width: m.Media.Width, Height: m.Media.Height, Size: m.Media.Size, Duration: m.Media.Duration, MediaType: mediaType,
	}
}

func (m Material) playable(c *op.Call) *playable {
	files := filesOf(c, &m)
	p := &playable{
		MetaData: m.metaData(c), MaterialURL: files.media(), CoverURL: files.cover(), OriginalURL: files.original(),
	}
	if c.Dialect.MaterialKeys != dialect.KeysTable {
		p.Resolution = m.resolution()
	}
	return p
}

func (m Material) metaData(c *op.Call) metaData {
	media := m.Media
	audio := []audioStream{{Bitrate: media.AudioBitrate, Codec: media.AudioCodec, SamplingRate: media.SamplingRate}}
	var video []videoStream
	if m.hasVideo() {
		video = []videoStream{{media.VideoBitrate, media.VideoCodec, media.Fps, media.Width, media.Height}}
	}
	data := metaData{
		Bitrate: media.VideoBitrate + media.AudioBitrate, Container: media.Container, Duration: media.Duration,
		Width: media.Width, Height: media.Height, Size: media.Size,
	}
	if c.Dialect.MaterialKeys == dialect.KeysTable {
		data.AudioStreamSet, data.VideoStreamSet, data.Rotate = audio, video, strconv.FormatInt(media.Rotate, 10)
	} else {
		data.AudioStreamInfoSet, data.VideoStreamInfoSet, data.Rotate = audio, video, media.Rotate
	}
	return data
}

func (m Material) image(c *op.Call) *imageMaterial {
	files := filesOf(c, &m)
	return &imageMaterial{
		Width: m.Media.Width, Height: m.Media.Height, Size: m.Media.Size,
		MaterialURL: files.media(), OriginalURL: files.original(), Resolution: m.resolution(),
	}
}

// sprites describes small pictures of the video, one a second. Size and number follow the example, which has 1874
// pictures of 142x80 for 1873.5 s in two files. That a file holds up to 1000 pictures is assumed.
func sprites(c *op.Call, m Material) *imageSprite {
	const perFile = 1000
	files, count := filesOf(c, &m), int64(math.Ceil(m.Media.Duration))
	const name = "imageSprite/imageSprite_20056"
	sprite := &imageSprite{Height: 80, Width: 142, TotalCount: count, WebVttURL: files.output(name + ".vtt"), ImageURLSet: []string{}}
	for file := int64(0); file*perFile < count; file++ {
		sprite.ImageURLSet = append(sprite.ImageURLSet, files.output(name+"_"+strconv.FormatInt(file, 10)+".jpg"))
	}
	return sprite
}

// linkInfo returns the target of a link if the caller may read it. The meaning of each status is inferred from its name.
func linkInfo(c *op.Call, st *State, m Material) *linkMaterial {
	to := m.Link.Resource
	info := &linkMaterial{LinkType: to.Type, LinkStatus: linkNotFound}
	if to.Type == ResourceMaterial {
		target, ok := st.Materials[to.ID]
		switch {
		case !ok || target.Type == typeLink:
		case !st.materialRights(c.User, target).has(toRead):
			info.LinkStatus = linkForbidden
		default:
			described := describedMaterial(c, st, target, false)
			info.LinkStatus, info.LinkMaterialInfo = linkNormal, &described
		}
		return info
	}
	id, _ := strconv.ParseInt(to.ID, 10, 64)
	class, ok := st.tree(m.Link.Owner).class(id)
	switch {
	case !ok:
	case !st.classRights(c.User, m.Link.Owner, id).has(toRead):
		info.LinkStatus = linkForbidden
	default:
		described := classInfoOf(c, st, class)
		info.LinkStatus, info.LinkClassInfo = linkNormal, &described
	}
	return info
}
