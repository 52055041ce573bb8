package webpaas

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Material is a media file, or an effect, template, link or channel that is stored like media.
//
// Put fills in ID, Type (VIDEO), Name, Owner (the user of the call), ClassID (the preset for the type), VodFileID, the
// times, TranscodeStatus (NORMAL), and facts about the media that depend on the id alone.
type Material struct {
	// ID is any text; an id that the fake makes has 20 digits.
	ID string `json:"id" yaml:"id"`
	// Type is one of [MaterialTypes].
	Type string `json:"type" yaml:"type"`
	// Name has at most 90 characters; several media of a class may share it.
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description,omitempty" yaml:"description"`
	Owner       Entity `json:"owner" yaml:"owner"`
	// ClassID is a class of the owner.
	ClassID int64 `json:"classId" yaml:"classId"`
	// Tags are at most 30 custom tags of at most 15 characters.
	Tags []string `json:"tags,omitempty" yaml:"tags"`
	// PresetTagIDs are ids of the platform's own tags, which no document lists.
	PresetTagIDs []string `json:"presetTagIds,omitempty" yaml:"presetTagIds"`
	// CreateTime and UpdateTime are kept in whole seconds of UTC, as responses show them.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	UpdateTime time.Time `json:"updateTime" yaml:"updateTime"`
	// TranscodeStatus is NORMAL, ABNORMAL or PROCESSING.
	TranscodeStatus string `json:"transcodeStatus" yaml:"transcodeStatus"`
	// VodFileID is the id of the file, a part of its addresses.
	VodFileID string `json:"vodFileId" yaml:"vodFileId"`
	// MediaURL and CoverURL replace the addresses that the fake makes.
	MediaURL string `json:"mediaUrl,omitempty" yaml:"mediaUrl"`
	CoverURL string `json:"coverUrl,omitempty" yaml:"coverUrl"`
	// Media holds the measurements; width and height are zero without a picture, and so on.
	Media Media `json:"media,omitzero" yaml:"media"`
	// Attribute is the attribute of an effect: SUBTITLE, TRANSITION, FILTER, TEXT, TEXT_IMAGE, STYLE.
	Attribute string `json:"attribute,omitempty" yaml:"attribute"`
	// Link is the target of a LINK.
	Link *Link `json:"link,omitempty" yaml:"link"`
	// Template is the content of a VIDEO_EDIT_TEMPLATE.
	Template *Template `json:"template,omitempty" yaml:"template"`
	// Channel is the content of a THIRD_PARTY_PUBLISH_CHANNEL.
	Channel *Channel `json:"channel,omitempty" yaml:"channel"`
}

// Media holds the measurements of a media file.
type Media struct {
	Width        int64   `json:"width,omitempty" yaml:"width"`               // pixels
	Height       int64   `json:"height,omitempty" yaml:"height"`             // pixels
	Size         int64   `json:"size,omitempty" yaml:"size"`                 // bytes
	Duration     float64 `json:"duration,omitempty" yaml:"duration"`         // seconds
	Rotate       int64   `json:"rotate,omitempty" yaml:"rotate"`             // degrees
	Container    string  `json:"container,omitempty" yaml:"container"`       // "mov,mp4,m4a,3gp,3g2,mj2"
	VideoCodec   string  `json:"videoCodec,omitempty" yaml:"videoCodec"`     // "h264"
	VideoBitrate int64   `json:"videoBitrate,omitempty" yaml:"videoBitrate"` // bit/s
	Fps          int64   `json:"fps,omitempty" yaml:"fps"`                   // frames a second
	AudioCodec   string  `json:"audioCodec,omitempty" yaml:"audioCodec"`     // "aac"
	AudioBitrate int64   `json:"audioBitrate,omitempty" yaml:"audioBitrate"` // bit/s
	SamplingRate int64   `json:"samplingRate,omitempty" yaml:"samplingRate"` // Hz
}

// Link is the target of a material of type LINK. A link cannot lead to a link (documented).
type Link struct {
	// Resource is a material or a class.
	Resource Resource `json:"resource" yaml:"resource"`
	// Owner of a linked class. The default is the owner of the link.
	Owner Entity `json:"owner,omitzero" yaml:"owner"`
}

// Template is the content of a VIDEO_EDIT_TEMPLATE.
type Template struct {
	AspectRatio string `json:"aspectRatio" yaml:"aspectRatio"` // 16:9 or 9:16
	FusionData  string `json:"fusionData" yaml:"fusionData"`   // track data, JSON as text
}

// Channel is the content of a THIRD_PARTY_PUBLISH_CHANNEL.
type Channel struct {
	Platform  string    `json:"platform" yaml:"platform"` // OM, WB or KS
	OpenID    string    `json:"openId" yaml:"openId"`
	ValidTime time.Time `json:"validTime" yaml:"validTime"`
}

// Upload is an upload that Material.CreateUploadMaterial began.
type Upload struct {
	// Context is the UploadContext, opaque to clients.
	Context string `json:"context"`
	// User is the caller who began it.
	User    string `json:"user"`
	Owner   Entity `json:"owner"`
	ClassID int64  `json:"classId"`
	// Type is the MaterialType of the file.
	Type       string    `json:"type"`
	Name       string    `json:"name"`
	Tags       []string  `json:"tags,omitempty"`
	CreateTime time.Time `json:"createTime"`
	// MaterialID and VodFileID are empty until the upload is finished.
	MaterialID string `json:"materialId,omitempty"`
	VodFileID  string `json:"vodFileId,omitempty"`
}

// Limits of a material's name and tags (documented for Material.ModifyMaterial).
const (
	maxName   = 90 // characters
	maxTags   = 30
	maxTagLen = 15 // characters
)

// Types of a [Material] that need their own treatment.
const (
	typeVideo       = "VIDEO"
	typeAudio       = "AUDIO"
	typeImage       = "IMAGE"
	typeSticker     = "STICKER"
	typeEffectVideo = "EFFECT_VIDEO"
	typeLink        = "LINK"
	typeTemplate    = "VIDEO_EDIT_TEMPLATE"
	typeChannel     = "THIRD_PARTY_PUBLISH_CHANNEL"
)

// MaterialTypes lists the types of a [Material]: the documented values of MaterialType.
func MaterialTypes() []string {
	return []string{
		typeVideo, typeAudio, typeImage, typeSticker, "SUBTITLE", "TRANSITION", "FILTER", "TEXT", "TEXT_IMAGE",
		typeLink, typeEffectVideo, "STYLE", "WATERMARK", "SWITCHER_LAYOUT", "SWITCHER_EFFECT_TEXT",
		typeChannel, typeTemplate,
	}
}

func (m Material) hasVideo() bool { return m.Type == typeVideo || m.Type == typeEffectVideo }
func (m Material) isImage() bool  { return m.Type == typeImage || m.Type == typeSticker }
func (m Material) isAudio() bool  { return m.Type == typeAudio }

// resolution returns the documented class of a picture's size, or "" without a picture. The bounds of the classes are
// assumed; the example has FHD for 1980x1080.
func (m Material) resolution() string {
	if !m.hasVideo() && !m.isImage() {
		return ""
	}
	switch shorter := min(m.Media.Width, m.Media.Height); {
	case shorter < 480:
		return "LD"
	case shorter < 720:
		return "SD"
	case shorter < 1080:
		return "HD"
	case shorter < 1440:
		return "FHD"
	case shorter < 2160:
		return "2K"
	default:
		return "4K"
	}
}

// defaultClass returns the preset for a type of material (assumed).
func defaultClass(materialType string) int64 {
	switch materialType {
	case typeVideo:
		return classVideo
	case typeAudio:
		return classAudio
	case typeImage:
		return classImage
	case typeTemplate:
		return classTemplates
	case typeChannel:
		return classChannels
	case typeLink:
		return classMediaLibrary
	default:
		return classEffects
	}
}

// measured returns Media with made-up values for missing ones. The values fit each other and depend only on the id and
// the type of the material.
func (m Material) measured(c *op.Call) Media {
	media := m.Media
	if m.hasVideo() || m.isAudio() || m.isImage() {
		f := c.Faker("material " + m.ID)
		made := Media{
			Duration:     math.Round(f.Float64Range(5, 600)*1000) / 1000,
			VideoBitrate: int64(f.IntRange(400_000, 4_000_000)),
			Fps:          []int64{24, 25, 30, 60}[f.IntRange(0, 3)],
			AudioBitrate: []int64{96_000, 128_000, 192_000}[f.IntRange(0, 2)],
		}
		size := [][2]int64{{1280, 720}, {1920, 1080}, {720, 1280}, {3840, 2160}}[f.IntRange(0, 3)]
		made.Width, made.Height = size[0], size[1]
		m.fillMedia(&media, made)
	}
	return media
}

// fillMedia copies the missing values that the type of material has.
func (m Material) fillMedia(media *Media, made Media) {
	if m.hasVideo() || m.isImage() {
		fill(&media.Width, made.Width)
		fill(&media.Height, made.Height)
	}
	if m.isImage() {
		fill(&media.Size, media.Width*media.Height/8)
		return
	}
	fill(&media.Duration, made.Duration)
	fill(&media.AudioBitrate, made.AudioBitrate)
	fill(&media.SamplingRate, 44_100)
	if m.isAudio() {
		fill(&media.AudioCodec, "mp3")
		fill(&media.Container, "mp3")
	} else {
		fill(&media.AudioCodec, "aac")
		fill(&media.VideoCodec, "h264")
		fill(&media.VideoBitrate, made.VideoBitrate)
		fill(&media.Fps, made.Fps)
		fill(&media.Container, "mov,mp4,m4a,3gp,3g2,mj2")
	}
	fill(&media.Size, int64(media.Duration*float64(media.VideoBitrate+media.AudioBitrate)/8))
}

// checkName returns an error for a text that cannot be the name of a material. That a name cannot be empty is assumed.
func checkName(name string) error {
	if n := characters(name); n == 0 || n > maxName {
		return fmt.Errorf("it has %d characters; 1 to %d are allowed", n, maxName)
	}
	return nil
}

// checkTags returns an error for texts that cannot be the tags of a material.
func checkTags(tags []string) error {
	if len(tags) > maxTags {
		return fmt.Errorf("there are %d; at most %d are allowed", len(tags), maxTags)
	}
	for _, tag := range tags {
		if n := characters(tag); n > maxTagLen {
			return fmt.Errorf("%q has %d characters; at most %d are allowed", tag, n, maxTagLen)
		}
	}
	return nil
}

// uniqueTags returns each tag once, in the order of its first place. The tags of one media do not repeat (documented);
// that a repeated one in a request is dropped, and is no error, is assumed.
func uniqueTags(tags []string) []string {
	unique := tags[:0:0]
	for _, tag := range tags {
		if !slices.Contains(unique, tag) {
			unique = append(unique, tag)
		}
	}
	return unique
}

func (m Media) validate() error {
	for _, f := range []struct {
		name  string
		value int64
	}{
		{"width", m.Width}, {"height", m.Height}, {"size", m.Size},
		{"videoBitrate", m.VideoBitrate}, {"fps", m.Fps}, {"audioBitrate", m.AudioBitrate}, {"samplingRate", m.SamplingRate},
	} {
		if f.value < 0 {
			return fmt.Errorf("%s: %d; it cannot be negative", f.name, f.value)
		}
	}
	if m.Duration < 0 {
		return fmt.Errorf("duration: %g; it cannot be negative", m.Duration)
	}
	return nil
}

func extension(m Material) string {
	switch {
	case m.hasVideo():
		return ".mp4"
	case m.isAudio():
		return ".mp3"
	case m.Type == typeSticker:
		return ".png"
	case m.isImage():
		return ".jpg"
	default:
		return ".json"
	}
}
