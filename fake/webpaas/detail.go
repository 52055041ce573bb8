package webpaas

import (
	"math"
	"strconv"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// playable is VideoMaterial and AudioMaterial, which share their keys.
type playable struct {
	MetaData        metaData
	ImageSpriteInfo *imageSprite `json:",omitempty"`
	MaterialURL     string       `json:"MaterialUrl"`
	CoverURL        string       `json:"CoverUrl"`
	Resolution      string       `json:",omitempty"` // in the example only
	OriginalURL     string       `json:"OriginalUrl"`
}

// metaData is MediaMetaData. The example and the table name the streams differently.
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

// described is a material as Material.DescribeMaterials has it.
func (s *State) described(c *op.Call, m Material, sprite bool) materialInfo {
	info := s.listed(c, m)
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
		info.LinkMaterial = s.link(c, m)
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

// setEffect fills the part of the effect's type. Three types of material have none in the table:
// WATERMARK, SWITCHER_LAYOUT and SWITCHER_EFFECT_TEXT.
func (info *materialInfo) setEffect(c *op.Call, m Material) {
	parts := map[string]**effectMaterial{
		"SUBTITLE": &info.SubtitleMaterial, "TRANSITION": &info.TransitionMaterial, "FILTER": &info.FilterMaterial,
		"TEXT": &info.TextMaterial, "TEXT_IMAGE": &info.TextImageMaterial, "STYLE": &info.StyleMaterial,
	}
	if part, ok := parts[m.Type]; ok {
		*part = &effectMaterial{Attribute: m.Attribute, CoverURL: coverURL(c, m), MaterialURL: mediaURL(c, m)}
	}
}

func (m Material) mediaInfo(mediaType string) *mediaInfo {
	return &mediaInfo{
		Width: m.Media.Width, Height: m.Media.Height, Size: m.Media.Size, Duration: m.Media.Duration, MediaType: mediaType,
	}
}

func (m Material) playable(c *op.Call) *playable {
	p := &playable{
		MetaData: m.metaData(c), MaterialURL: mediaURL(c, m), CoverURL: coverURL(c, m), OriginalURL: originalURL(c, m),
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
	return &imageMaterial{
		Width: m.Media.Width, Height: m.Media.Height, Size: m.Media.Size,
		MaterialURL: mediaURL(c, m), OriginalURL: originalURL(c, m), Resolution: m.resolution(),
	}
}

// sprites are small pictures of the video, one a second. Size and number are those of the example: 1874
// pictures of 142x80 for 1873.5 s, in two files; that a file holds up to 1000 is assumed.
func sprites(c *op.Call, m Material) *imageSprite {
	const perFile = 1000
	count := int64(math.Ceil(m.Media.Duration))
	sprite := &imageSprite{Height: 80, Width: 142, TotalCount: count, WebVttURL: spriteURL(c, m, ".vtt"), ImageURLSet: []string{}}
	for file := int64(0); file*perFile < count; file++ {
		sprite.ImageURLSet = append(sprite.ImageURLSet, spriteURL(c, m, "_"+strconv.FormatInt(file, 10)+".jpg"))
	}
	return sprite
}

// link says where a link leads as the caller may see it. Which state means what is assumed from the names.
func (s *State) link(c *op.Call, m Material) *linkMaterial {
	to := m.Link.Resource
	info := &linkMaterial{LinkType: to.Type, LinkStatus: linkNotFound}
	if to.Type == ResourceMaterial {
		target, ok := s.Materials[to.ID]
		switch {
		case !ok || target.Type == typeLink:
		case !s.materialRights(c.User, target).has(toRead):
			info.LinkStatus = linkForbidden
		default:
			described := s.described(c, target, false)
			info.LinkStatus, info.LinkMaterialInfo = linkNormal, &described
		}
		return info
	}
	id, _ := strconv.ParseInt(to.ID, 10, 64)
	class, ok := s.class(m.Link.Owner, id)
	switch {
	case !ok:
	case !s.classRights(c.User, m.Link.Owner, id).has(toRead):
		info.LinkStatus = linkForbidden
	default:
		described := s.classInfo(c, class)
		info.LinkStatus, info.LinkClassInfo = linkNormal, &described
	}
	return info
}
