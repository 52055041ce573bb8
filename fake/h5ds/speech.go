package h5ds

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/sample"
)

var speechOps = []op.Op[State]{
	op.Write("Common.Tts.Huoshan", speak),
	op.Write("Common.Tts.HuoshanV3", speakV3),
}

var (
	errText       = badRequest("text")
	errVoice      = badRequest("config/voice_type")
	errSpeaker    = badRequest("config/speaker")
	errSpeed      = badRequest("config/speed_ratio")
	errLoudness   = badRequest("config/loudness_ratio")
	errFormat     = badRequest("config/audio_params/format")
	errSampleRate = badRequest("config/audio_params/sample_rate")
)

// speakRequest is what the vendor's clients send. What they say of the ratios is in their comments.
type speakRequest struct {
	Text   text `json:"text"`
	Config struct {
		VoiceType     text    `json:"voice_type"`
		SpeedRatio    *number `json:"speed_ratio"`
		LoudnessRatio *number `json:"loudness_ratio"`
	} `json:"config"`
}

type speakResponse struct {
	StoragePath string `json:"storage_path"`
}

// speak answers at once, with a second of silence, whatever the text: an MP3, since clients name
// no format (assumed).
func speak(c *op.Call, st *State, req speakRequest) (speakResponse, error) {
	for _, ratio := range []struct {
		sent        *number
		least, most number
		failure     *op.Error
	}{
		{req.Config.SpeedRatio, 0.8, 2, errSpeed}, {req.Config.LoudnessRatio, 0.5, 2, errLoudness},
	} {
		if ratio.sent != nil && (*ratio.sent < ratio.least || *ratio.sent > ratio.most) {
			return speakResponse{}, ratio.failure.Because("speech.ratio", "send a ratio within its bounds, or none",
				"a ratio is %v; allowed are %v to %v", *ratio.sent, ratio.least, ratio.most)
		}
	}
	if req.Config.VoiceType == "" {
		return speakResponse{}, errVoice.Because("speech.voice", "send the name of a voice as config.voice_type", "the voice_type is missing or empty")
	}
	return st.spoken(c, req.Text, "mp3", defaultRate)
}

type speakV3Request struct {
	Text   text `json:"text"`
	Config struct {
		Speaker     text `json:"speaker"`
		AudioParams struct {
			Format     text    `json:"format"`
			SampleRate *number `json:"sample_rate"`
		} `json:"audio_params"`
	} `json:"config"`
}

// speakV3 answers like speak, in the format and the sample rate that the client wants.
func speakV3(c *op.Call, st *State, req speakV3Request) (speakResponse, error) {
	format, rate := cmp.Or(string(req.Config.AudioParams.Format), "mp3"), number(defaultRate)
	if req.Config.AudioParams.SampleRate != nil {
		rate = *req.Config.AudioParams.SampleRate
	}
	switch {
	case req.Config.Speaker == "":
		return speakResponse{}, errSpeaker.Because("speech.voice", "send the name of a voice as config.speaker", "the speaker is missing or empty")
	case format != "mp3" && format != "wav":
		return speakResponse{}, errFormat.Because("speech.format", "send mp3 or wav", "the format is %.20q", format)
	case !slices.Contains(sample.Rates, int(rate)) || number(int(rate)) != rate:
		return speakResponse{}, errSampleRate.Because("speech.rate", "send 24000, as the vendor's clients do, or another usual rate",
			"the sample_rate is %v; the fake has %v", rate, sample.Rates)
	}
	return st.spoken(c, req.Text, format, int(rate))
}

func (st *State) spoken(c *op.Call, words text, format string, rate int) (speakResponse, error) {
	if strings.TrimSpace(string(words)) == "" {
		return speakResponse{}, errText.Because("speech.text", "send what is to be said as text", "the text is missing or empty")
	}
	f := File{
		Path: st.newPath(c, uploadRoot, c.User, "", "."+format), Owner: c.User,
		ContentType: fileTypes["."+format].contentType, Sample: format, Rate: rate,
	}
	st.Files.put(f)
	return speakResponse{StoragePath: f.Path}, nil
}
