package h5ds

import (
	"strings"
	"testing"
)

// TestMediaErrors holds the errors of tasks, uploads and media services: the response, why, and that
// the state and the count of ids stay as they were. Those of upload/form stand with its tests.
func TestMediaErrors(t *testing.T) {
	t.Parallel()
	const lost = `{"code":404,"message":"数据不存在","data":null}`
	bad := func(field string) string { return `{"code":400,"message":"参数错误: ` + field + `","data":null}` }
	const create, biz, base64 = "User.App.Tasks.Create", "Common.BizTasks.", "Common.Upload.Base64"
	nested := func(source, id, params string) string {
		return `{"source":"` + source + `","source_id":"` + id + `","params":{` + params + `}}`
	}
	const good = `"fps":30,"resolution":"2K","jsonUrl":"/p.json"`
	speech := func(config string) string { return `{"text":"x","config":{` + config + `}}` }
	for _, test := range []struct{ name, operation, request, want, why string }{
		{"nothing to render", create, `{}`, bad("fps"), "render.parameter"},
		{"no fps", create, `{"resolution":"2K","jsonUrl":"/p.json"}`, bad("fps"), "render.parameter"},
		{"other fps", create, `{"fps":29,"resolution":"2K","jsonUrl":"/p.json"}`, bad("fps"), "render.parameter"},
		{"broken fps", create, `{"fps":"29.97","resolution":"2K","jsonUrl":"/p.json"}`, bad("fps"), "render.parameter"},
		{"fps in words", create, `{"fps":"fast","resolution":"2K","jsonUrl":"/p.json"}`, `{"code":400,"message":"参数错误","data":null}`, "parameter.type"},
		{"no resolution", create, `{"fps":30,"jsonUrl":"/p.json"}`, bad("resolution"), "render.parameter"},
		{"other resolution", create, `{"fps":30,"resolution":"8K","jsonUrl":"/p.json"}`, bad("resolution"), "render.parameter"},
		{"no jsonUrl", create, `{"fps":30,"resolution":"2K"}`, bad("jsonUrl"), "render.parameter"},
		{"jsonUrl that is none", create, `{"fps":30,"resolution":"2K","jsonUrl":"p.json"}`, bad("jsonUrl"), "render.parameter"},
		{"jsonUrl of a file", create, `{"fps":30,"resolution":"2K","jsonUrl":"file:///p.json"}`, bad("jsonUrl"), "render.parameter"},
		{"jsonUrl without a host", create, `{"fps":30,"resolution":"2K","jsonUrl":"https:///p.json"}`, bad("jsonUrl"), "render.parameter"},
		{"another source", create, nested("user_material", wtoneWork, good), bad("source"), "render.source"},
		{"no source_id", create, nested("user_app", "", good), bad("id"), "work.no-id"},
		{"unknown source_id", create, nested("user_app", "1", good), lost, "work.unknown"},
		{"another's work", create, nested("user_app", otherWork, good), lost, "work.other-user"},
		{"no params in params", create, nested("user_app", wtoneWork, ``), bad("fps"), "render.parameter"},
		{"storageUrl outside", create, nested("user_app", wtoneWork, good+`,"storageUrl":"/etc/x.mp4"`), bad("storageUrl"), "render.parameter"},
		{"storageUrl that climbs", create, nested("user_app", wtoneWork, good+`,"storageUrl":"/video/../x.mp4"`), bad("storageUrl"), "render.parameter"},
		{"storageUrl of another's project", create, nested("user_app", wtoneWork, good+`,"storageUrl":"/video/u/`+otherID+`/apps/`+otherWork+`.json"`), bad("storageUrl"), "render.storage-taken"},
		{"storageUrl of one's own project", create, nested("user_app", wtoneWork, good+`,"storageUrl":"/video/u/`+wtoneID+`/apps/`+wtoneWork+`.json"`), bad("storageUrl"), "render.storage-taken"},
		{"storageUrl of another's file", create, nested("user_app", wtoneWork, good+`,"storageUrl":"/videos/theirs.mp4"`), bad("storageUrl"), "render.storage-taken"},
		{"callback that is none", create, nested("user_app", wtoneWork, good+`,"callback":"localhost:8000"`), bad("callback"), "render.parameter"},

		{"status in words", "User.App.Tasks.Page", `{"status":"done"}`, bad("status"), "render.status"},
		{"status too large", "User.App.Tasks.Page", `{"status":"4"}`, bad("status"), "render.status"},
		{"page 0", "User.App.Tasks.Page", `{"page":0}`, bad("page"), "page.number"},
		{"delete nothing", "User.App.Tasks.Delete", `{"id":[]}`, bad("id"), "task.no-ids"},
		{"delete unknown", "User.App.Tasks.Delete", `{"id":["1","99"]}`, lost, "task.unknown"},
		{"delete another's", "User.App.Tasks.Delete", `{"id":["1","3"]}`, lost, "task.other-user"},

		{"no content", base64, `{"name":"a.png"}`, bad("content"), "upload.data-url"},
		{"base64 alone", base64, `{"content":"iVBORw0KGgo=","name":"a.png"}`, bad("content"), "upload.data-url"},
		{"no comma", base64, `{"content":"data:image/png;base64"}`, bad("content"), "upload.data-url"},
		{"not marked as base64", base64, `{"content":"data:image/png,abc"}`, bad("content"), "upload.data-url"},
		{"not base64", base64, `{"content":"data:image/png;base64,iVBORw0KGgo"}`, bad("content"), "upload.data-url"},
		{"empty", base64, `{"content":"data:image/png;base64,"}`, bad("content"), "upload.empty"},
		{"of another type", base64, `{"content":"data:image/webp;base64,AAAA"}`, bad("content"), "upload.type"},
		{"not of its file_type", base64, `{"content":"data:image/png;base64,AAAA","file_type":"video"}`, bad("file_type"), "upload.file-type"},
		{"prefix that climbs", base64, `{"content":"data:image/png;base64,AAAA","prefix_path":"/../x"}`, bad("prefix_path"), "upload.prefix-path"},
		{"prefix without a slash", base64, `{"content":"data:image/png;base64,AAAA","prefix_path":"uploads"}`, bad("prefix_path"), "upload.prefix-path"},
		{"long prefix", base64, `{"content":"data:image/png;base64,AAAA","prefix_path":"/` + strings.Repeat("a", 100) + `"}`, bad("prefix_path"), "upload.prefix-path"},
		{"unprintable name", base64, `{"content":"data:image/png;base64,AAAA","name":"a\n.png","is_original_name":1}`, bad("name"), "upload.name"},
		{"long name", base64, `{"content":"data:image/png;base64,AAAA","name":"` + strings.Repeat("a", 200) + `.png","is_original_name":1}`, bad("name"), "upload.name"},
		{"no JSON", "Common.Upload.Content", `{"content":"{a"}`, bad("content"), "upload.json"},
		{"nothing at all", "Common.Upload.Content", `{}`, bad("content"), "upload.empty"},
		{"null", "Common.Upload.Content", `{"content":null}`, bad("content"), "upload.empty"},
		{"blank", "Common.Upload.Content", `{"content":""}`, bad("content"), "upload.empty"},
		{"prefix of content", "Common.Upload.Content", `{"content":"{}","prefix_path":"/a//b"}`, bad("prefix_path"), "upload.prefix-path"},

		{"no key", "Common.Config.Value", `{}`, bad("key"), "config.no-key"},
		{"unknown key", "Common.Config.Value", `{"key":"x"}`, lost, "config.unknown"},

		{"no text", "Common.Tts.Huoshan", `{"text":" ","config":{"voice_type":"v"}}`, bad("text"), "speech.text"},
		{"no voice", "Common.Tts.Huoshan", speech(``), bad("config/voice_type"), "speech.voice"},
		{"too slow", "Common.Tts.Huoshan", speech(`"voice_type":"v","speed_ratio":0.79`), bad("config/speed_ratio"), "speech.ratio"},
		{"too fast", "Common.Tts.Huoshan", speech(`"voice_type":"v","speed_ratio":2.01`), bad("config/speed_ratio"), "speech.ratio"},
		{"too low", "Common.Tts.Huoshan", speech(`"voice_type":"v","loudness_ratio":0.49`), bad("config/loudness_ratio"), "speech.ratio"},
		{"too loud", "Common.Tts.Huoshan", speech(`"voice_type":"v","loudness_ratio":2.01`), bad("config/loudness_ratio"), "speech.ratio"},
		{"v3: no text", "Common.Tts.HuoshanV3", `{"config":{"speaker":"v"}}`, bad("text"), "speech.text"},
		{"v3: no speaker", "Common.Tts.HuoshanV3", speech(``), bad("config/speaker"), "speech.voice"},
		{"v3: format", "Common.Tts.HuoshanV3", speech(`"speaker":"v","audio_params":{"format":"ogg"}`), bad("config/audio_params/format"), "speech.format"},
		{"v3: rate", "Common.Tts.HuoshanV3", speech(`"speaker":"v","audio_params":{"sample_rate":24001}`), bad("config/audio_params/sample_rate"), "speech.rate"},
		{"v3: broken rate", "Common.Tts.HuoshanV3", speech(`"speaker":"v","audio_params":{"sample_rate":24000.5}`), bad("config/audio_params/sample_rate"), "speech.rate"},

		{"no url", "Common.Filetrans.Huoshan", `{"audio":{}}`, bad("url"), "transcription.url"},
		{"no TaskId", "Common.Filetrans.HuoshanInfo", `{}`, bad("TaskId"), "transcription.no-id"},
		{"unknown TaskId", "Common.Filetrans.HuoshanInfo", `{"TaskId":"99"}`, lost, "transcription.unknown"},
		{"another's TaskId", "Common.Filetrans.HuoshanInfo", `{"TaskId":"3"}`, lost, "transcription.unknown"},

		{"no task_type", biz + "Create", `{"params":{}}`, bad("task_type"), "biz-task.type"},
		{"another task_type", biz + "Create", `{"task_type":"huoshan_music","params":{}}`, bad("task_type"), "biz-task.type"},
		{"no params", biz + "Create", `{"task_type":"huoshan_image"}`, bad("params"), "biz-task.params"},
		{"params a list", biz + "Create", `{"task_type":"huoshan_image","params":[]}`, bad("params"), "biz-task.params"},
		{"size 0", biz + "Page", `{"page_size":0}`, bad("page_size"), "page.size"},
		{"no id", biz + "Info", `{}`, bad("id"), "task.no-id"},
		{"unknown id", biz + "Info", `{"id":"99"}`, lost, "task.unknown"},
		{"another's id", biz + "Info", `{"id":"3"}`, lost, "task.other-user"},
		{"delete no id", biz + "Delete", `{}`, bad("id"), "task.no-ids"},
		{"delete an unknown id", biz + "Delete", `{"id":["1","99"]}`, lost, "task.unknown"},
		{"delete another's id", biz + "Delete", `{"id":[1,3]}`, lost, "task.other-user"},
		{"delete twice", biz + "Delete", `{"id":["1","2"]}`, lost, "task.cancelled"},

		{"no model", "Common.Openai.Completion", `{"messages":[{}]}`, bad("model"), "chat.model"},
		{"no messages", "Common.Openai.Completion", `{"model":"m"}`, bad("messages"), "chat.messages"},
		{"no messages in a stream", "Common.Openai.Stream", `{"model":"m","messages":[]}`, bad("messages"), "chat.messages"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refused(t, media(t), callOf(wtoneID), test.operation, test.request, test.want, test.why)
		})
	}
}

// media is seeded with jobs 1 and 2 of wtone and 3 of the other user, of each kind.
func media(t *testing.T) *State {
	t.Helper()
	st := seeded(t)
	f := Fixtures{Files: []File{{Path: "/videos/theirs.mp4", Owner: "user_02", Sample: "mp4"}}}
	for id, owner := range map[string]string{"1": "user_01", "2": "user_01", "3": "user_02"} {
		f.Renders = append(f.Renders, RenderTask{ID: id, Owner: owner, JSONURL: "/p.json", StorageURL: "/videos/" + id + ".mp4"})
		f.Transcriptions = append(f.Transcriptions, Transcription{ID: id, Owner: owner})
		f.BizTasks = append(f.BizTasks, BizTask{ID: id, Owner: owner, Type: "huoshan_image", File: "/videos/" + id + ".png", Cancelled: id == "2"})
	}
	if err := st.Load(newCall(), f); err != nil {
		t.Fatal(err)
	}
	return st
}

// What tasks, uploads and media keep can be written and read back, and is the same then.
func TestMediaRoundTrip(t *testing.T) {
	t.Parallel()
	st, c := seeded(t), callOf(wtoneID)
	plans := map[string]Plan{RenderJobs: {Polls: 3}, TranscriptionJobs: {Polls: 3}, BizJobs: {Manual: true, Fail: &Failure{At: 5, Code: 6, Message: "m"}}}
	if err := st.Load(newCall(), Fixtures{Plans: plans, Settings: Settings{Reply: "r", Config: map[string]any{"a": 1.5}}}); err != nil {
		t.Fatal(err)
	}
	render := created(t, st, "User.App.Tasks.Create", renderRequestText)
	answered(t, c, st, "User.App.Tasks.Status", `{"ids":["`+render+`"]}`)
	answered(t, c, st, "Common.Filetrans.Huoshan", `{"url":"/a.mp3"}`)
	answered(t, c, st, "Common.BizTasks.Create", `{"task_type":"huoshan_video","params":{"n":1.50}}`)
	answered(t, c, st, "Common.Upload.Base64", `{"content":"data:image/png;base64,iVBORw0KGgo="}`)
	answered(t, c, st, "Common.Tts.HuoshanV3", `{"text":"x","config":{"speaker":"v","audio_params":{"format":"wav","sample_rate":8000}}}`)
	want := encoded(t, st)
	for _, part := range []string{
		`"files":[`, `"renders":[`, `"transcriptions":[`, `"bizTasks":[`, `"plans":{`, `"settings":{`, `"polled":1`, `"content":"iVBORw0KGgo="`,
		`"sample":"wav","rate":8000`, `"params":{"n":1.50}`, `"fail":{"at":"5%","code":6,"message":"m"}`,
	} {
		if !strings.Contains(want, part) {
			t.Errorf("the state has no %s: %s", part, want)
		}
	}
	restored := &State{}
	unmarshal(t, want, restored)
	diff(t, "state", want, encoded(t, restored))
	for operation, request := range map[string]string{
		"User.App.Tasks.Page": `{}`, "Common.BizTasks.Page": `{}`, "Common.Config.Value": `{"key":"a"}`,
		"User.App.Tasks.Status": `{"ids":["` + render + `"]}`,
	} {
		diff(t, operation, answered(t, c, st, operation, request), answered(t, c, restored, operation, request))
	}
}
