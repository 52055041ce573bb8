package task_test

import (
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/internal/sample"
)

func TestSpeech(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, operation, request, extension, contentType, content string }{
		{"huoshan", "Common.Tts.Huoshan", `{"text":"你好","config":{"voice_type":"v","speed_ratio":0.8,"loudness_ratio":2,"emotion":"happy"},"options":{}}`,
			".mp3", "audio/mpeg", string(sample.MP3(24000))},
		{"huoshan, least", "Common.Tts.Huoshan", `{"text":"你好","config":{"voice_type":"v"}}`, ".mp3", "audio/mpeg", string(sample.MP3(24000))},
		{"v3, as the client sends it", "Common.Tts.HuoshanV3", `{"version":"v2","emotion":"","text":"你好","config":{"speaker":"v",
			"audio_params":{"format":"mp3","sample_rate":24000},"additions":{"context_texts":[""]}}}`, ".mp3", "audio/mpeg", string(sample.MP3(24000))},
		{"v3, WAV", "Common.Tts.HuoshanV3", `{"text":"你好","config":{"speaker":"v","audio_params":{"format":"wav","sample_rate":16000}}}`,
			".wav", "audio/wav", string(sample.WAV(16000))},
		{"v3, least", "Common.Tts.HuoshanV3", `{"text":"你好","config":{"speaker":"v"}}`, ".mp3", "audio/mpeg", string(sample.MP3(24000))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			var got struct {
				StoragePath string `json:"storage_path"`
			}
			h5dstest.New(t, st, h5dstest.WtoneID).Read(test.operation, test.request, &got)
			if !strings.HasPrefix(got.StoragePath, "/video/uploads/"+h5dstest.WtoneID+"/20250912/") || !strings.HasSuffix(got.StoragePath, test.extension) {
				t.Errorf("storage_path %s", got.StoragePath)
			}
			content, contentType, _ := st.File(got.StoragePath, h5dstest.Now)
			h5dstest.Diff(t, "content type", test.contentType, contentType)
			if string(content) != test.content {
				t.Errorf("%d bytes, want %d", len(content), len(test.content))
			}
		})
	}
}
