package task

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/sample"
)

var speechOps = []op.Op[Scope]{
	op.Write("Common.Tts.Huoshan", speak),
	op.Write("Common.Tts.HuoshanV3", speakV3),
}

var (
	errText       = api.BadRequest("text")
	errVoice      = api.BadRequest("config/voice_type")
	errSpeaker    = api.BadRequest("config/speaker")
	errSpeed      = api.BadRequest("config/speed_ratio")
	errLoudness   = api.BadRequest("config/loudness_ratio")
	errFormat     = api.BadRequest("config/audio_params/format")
	errSampleRate = api.BadRequest("config/audio_params/sample_rate")
)

// speakRequest has the fields that the vendor's clients send. The bounds of the ratios are in their comments.
type speakRequest struct {
	Text   api.Text `json:"text"`
	Config struct {
		VoiceType     api.Text    `json:"voice_type"`
		SpeedRatio    *api.Number `json:"speed_ratio"`
		LoudnessRatio *api.Number `json:"loudness_ratio"`
	} `json:"config"`
}

type speakResponse struct {
	StoragePath string `json:"storage_path"`
}

// speak returns a second of silence at once. It is an MP3, because clients send no format (assumed).
func speak(c *op.Call, st *Scope, req speakRequest) (speakResponse, error) {
	for _, ratio := range []struct {
		sent     *api.Number
		min, max api.Number
		failure  *op.Error
	}{
		{req.Config.SpeedRatio, 0.8, 2, errSpeed}, {req.Config.LoudnessRatio, 0.5, 2, errLoudness},
	} {
		if ratio.sent != nil && (*ratio.sent < ratio.min || *ratio.sent > ratio.max) {
			return speakResponse{}, ratio.failure.Because("speech.ratio", "send a ratio within its bounds, or none",
				"a ratio is %v; allowed are %v to %v", *ratio.sent, ratio.min, ratio.max)
		}
	}
	if req.Config.VoiceType == "" {
		return speakResponse{}, errVoice.Because("speech.voice", "send the name of a voice as config.voice_type", "the voice_type is missing or empty")
	}
	return st.spoken(c, req.Text, "mp3", storage.DefaultRate)
}

type speakV3Request struct {
	Text   api.Text `json:"text"`
	Config struct {
		Speaker     api.Text `json:"speaker"`
		AudioParams struct {
			Format     api.Text    `json:"format"`
			SampleRate *api.Number `json:"sample_rate"`
		} `json:"audio_params"`
	} `json:"config"`
}

// speakV3 is like speak, with a format and a sample rate.
func speakV3(c *op.Call, st *Scope, req speakV3Request) (speakResponse, error) {
	format, rate := cmp.Or(string(req.Config.AudioParams.Format), "mp3"), api.Number(storage.DefaultRate)
	if req.Config.AudioParams.SampleRate != nil {
		rate = *req.Config.AudioParams.SampleRate
	}
	switch {
	case req.Config.Speaker == "":
		return speakResponse{}, errSpeaker.Because("speech.voice", "send the name of a voice as config.speaker", "the speaker is missing or empty")
	case format != "mp3" && format != "wav":
		return speakResponse{}, errFormat.Because("speech.format", "send mp3 or wav", "the format is %.20q", format)
	case !slices.Contains(sample.Rates, int(rate)) || api.Number(int(rate)) != rate:
		return speakResponse{}, errSampleRate.Because("speech.rate", "send 24000, as the vendor's clients do, or another usual rate",
			"the sample_rate is %v; the fake has %v", rate, sample.Rates)
	}
	return st.spoken(c, req.Text, format, int(rate))
}

func (st *Scope) spoken(c *op.Call, words api.Text, format string, rate int) (speakResponse, error) {
	if strings.TrimSpace(string(words)) == "" {
		return speakResponse{}, errText.Because("speech.text", "send what is to be said as text", "the text is missing or empty")
	}
	at := st.Storage.Files.NewPath(c, storage.UploadRoot, c.User, "", "."+format)
	st.Storage.Files.PutSample(at, c.User, format, rate, "", "")
	return speakResponse{StoragePath: at}, nil
}
