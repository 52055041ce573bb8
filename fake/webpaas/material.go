package webpaas

import (
	"fmt"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Material is one media, or an effect, template, link or channel that is kept like media.
type Material struct {
	// ID is 20 digits when the fake makes it; any text may be one.
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
	// CreateTime and UpdateTime are kept in whole seconds of UTC, as the wire has them.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	UpdateTime time.Time `json:"updateTime" yaml:"updateTime"`
	// TranscodeStatus is NORMAL, ABNORMAL or PROCESSING.
	TranscodeStatus string `json:"transcodeStatus" yaml:"transcodeStatus"`
	// VodFileID is the id of the file, a part of its addresses.
	VodFileID string `json:"vodFileId" yaml:"vodFileId"`
	// MediaURL and CoverURL are given out in place of addresses of the documented form.
	MediaURL string `json:"mediaUrl,omitempty" yaml:"mediaUrl"`
	CoverURL string `json:"coverUrl,omitempty" yaml:"coverUrl"`
	// Media is what was measured; of a kind without a picture or a length it is zero there.
	Media Media `json:"media,omitzero" yaml:"media"`
	// Attribute is the attribute of an effect: SUBTITLE, TRANSITION, FILTER, TEXT, TEXT_IMAGE, STYLE.
	Attribute string `json:"attribute,omitempty" yaml:"attribute"`
	// Link is where a LINK leads; of that type only.
	Link *Link `json:"link,omitempty" yaml:"link"`
	// Template is the content of a VIDEO_EDIT_TEMPLATE.
	Template *Template `json:"template,omitempty" yaml:"template"`
	// Channel is the content of a THIRD_PARTY_PUBLISH_CHANNEL.
	Channel *Channel `json:"channel,omitempty" yaml:"channel"`
}

// Media is what was measured of a media file.
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

// Link is where a material of type LINK leads. A link cannot lead to a link (documented).
type Link struct {
	// Resource is the material or the class.
	Resource Resource `json:"resource" yaml:"resource"`
	// Owner of a linked class; the owner of the link when empty.
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

// Limits of a material's texts, in characters (documented for Material.ModifyMaterial).
const (
	maxName   = 90
	maxTags   = 30
	maxTagLen = 15
)

// Types of a [Material] that the fake treats in a way of their own.
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

// MaterialTypes lists what a [Material] can be: the documented values of MaterialType.
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

// resolution is the documented class of a picture's size, empty without a picture. Where one class
// ends and the next begins is assumed; the example has FHD for 1980x1080.
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

// usualClass is the preset for a type of material; assumed.
func usualClass(materialType string) int64 {
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

// measured fills what is missing in Media with made-up facts that fit each other and depend
// on the material's id and type alone.
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
		m.complete(&media, made)
	}
	return media
}

// complete takes from made what the type of material has and media lacks.
func (m Material) complete(media *Media, made Media) {
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

// checkName says why a text cannot be the name of a material. That it cannot be empty is assumed.
func checkName(name string) error {
	if n := characters(name); n == 0 || n > maxName {
		return fmt.Errorf("it has %d characters; 1 to %d are allowed", n, maxName)
	}
	return nil
}

// checkTags says why texts cannot be the tags of a material.
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

// characters counts as the documents do: one for each character, not byte.
func characters(text string) int { return utf8.RuneCountInString(text) }

// fill gives a field a value if it has none.
func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// hasAll says whether have holds every text of want.
func hasAll(have, want []string) bool {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}
