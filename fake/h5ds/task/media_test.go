package task_test

import (
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
)

// What tasks, uploads and media keep can be written and read back, and is the same then.
func TestMediaRoundTrip(t *testing.T) {
	t.Parallel()
	st, c := h5dstest.Seeded(t), h5dstest.Call(h5dstest.WtoneID)
	plans := map[string]settings.Plan{settings.RenderJobs: {Polls: 3}, settings.TranscriptionJobs: {Polls: 3}, settings.BizJobs: {Manual: true, Fail: &settings.Failure{At: 5, Code: 6, Message: "m"}}}
	h5dstest.Load(t, st, h5ds.Fixtures{Plans: plans, Settings: settings.Settings{Reply: "r", Config: map[string]any{"a": 1.5}}})
	render := created(t, st, "User.App.Tasks.Create", renderRequestText)
	h5dstest.On(t, st, c).Data("User.App.Tasks.Status", `{"ids":["`+render+`"]}`)
	h5dstest.On(t, st, c).Data("Common.Filetrans.Huoshan", `{"url":"/a.mp3"}`)
	h5dstest.On(t, st, c).Data("Common.BizTasks.Create", `{"task_type":"huoshan_video","params":{"n":1.50}}`)
	h5dstest.On(t, st, c).Data("Common.Upload.Base64", `{"content":"data:image/png;base64,iVBORw0KGgo="}`)
	h5dstest.On(t, st, c).Data("Common.Tts.HuoshanV3", `{"text":"x","config":{"speaker":"v","audio_params":{"format":"wav","sample_rate":8000}}}`)
	want := h5dstest.JSON(t, st)
	for _, part := range []string{
		`"files":[`, `"renders":[`, `"transcriptions":[`, `"bizTasks":[`, `"plans":{`, `"settings":{`, `"polled":1`, `"content":"iVBORw0KGgo="`,
		`"sample":"wav","rate":8000`, `"params":{"n":1.50}`, `"fail":{"at":"5%","code":6,"message":"m"}`,
	} {
		if !strings.Contains(want, part) {
			t.Errorf("the state has no %s: %s", part, want)
		}
	}
	restored := &h5ds.State{}
	h5dstest.FromJSON(t, want, restored)
	h5dstest.Diff(t, "state", want, h5dstest.JSON(t, restored))
	for operation, request := range map[string]string{
		"User.App.Tasks.Page": `{}`, "Common.BizTasks.Page": `{}`, "Common.Config.Value": `{"key":"a"}`,
		"User.App.Tasks.Status": `{"ids":["` + render + `"]}`,
	} {
		h5dstest.Diff(t, operation, h5dstest.On(t, st, c).Data(operation, request), h5dstest.On(t, restored, c).Data(operation, request))
	}
}
