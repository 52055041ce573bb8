package fake_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
)

const (
	isForm = "application/x-www-form-urlencoded; charset=UTF-8"
	page   = "https://cdn.h5ds.com"
)

// enterAs is a visitor who came with the token of a third party's login.
func enterAs(t *testing.T, srv *fake.Server, user string) *visitor {
	t.Helper()
	return &visitor{t: t, srv: srv, token: thirdLogin(t, srv, srv.Tenant, user)}
}

// ids are those of the rows in a list, or in a page.
func ids(t *testing.T, data string) []string {
	t.Helper()
	var list []struct{ ID json.Number }
	if data[0] == '{' {
		var p struct{ Data json.RawMessage }
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			t.Fatal(err)
		}
		data = string(p.Data)
	}
	if err := json.Unmarshal([]byte(data), &list); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	found := []string{}
	for _, row := range list {
		found = append(found, row.ID.String())
	}
	return found
}

// A work is rendered as the vendor's newest client does it: created by JSON, polled each second,
// listed without a query, downloaded, deleted.
func TestRenderOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	v := enterAs(t, srv, "user_01")
	work := field(t, v.post("/user/apps/create", `{"name":"film","data":{"title":"film"}}`), "id")
	id := field(t, v.post("/user/app/tasks/create", `{"source":"user_app","source_id":"`+work+
		`","params":{"fps":30,"resolution":"4k","jsonUrl":"`+page+`/video/u/1/apps/1.json"}}`), "id")
	poll := func() string { return v.post("/user/app/tasks/status", `{"ids":["`+id+`"]}`) }
	if got := poll(); got != `[{"id":"`+id+`","status":0,"result":{"progress":0}}]` {
		t.Errorf("at once: %s", got)
	}
	srv.Clock.Advance(15 * time.Second)
	if got := poll(); got != `[{"id":"`+id+`","status":1,"result":{"progress":50}}]` {
		t.Errorf("after half: %s", got)
	}
	srv.Clock.Advance(15 * time.Second)
	if got := poll(); !strings.HasPrefix(got, `[{"id":"`+id+`","status":2,"result":{"progress":100,"storageUrl":"/video/uploads/`) {
		t.Errorf("at the end: %s", got)
	}
	list := v.get("/user/app/tasks/page")
	if !strings.Contains(list, `"user_app":{"name":"film","thumb":"","duration":0}`) {
		t.Errorf("list: %s", list)
	}
	var rows struct {
		Data []struct{ Result struct{ StorageURL string } }
	}
	if err := json.Unmarshal([]byte(list), &rows); err != nil {
		t.Fatal(err)
	}
	video := do(t, srv.Client(), "GET", page+rows.Data[0].Result.StorageURL+"?t=1767323045000", "")
	if video.Status != 200 || video.Header.Get("Content-Type") != "video/mp4" || !strings.Contains(video.Body[:8], "ftyp") {
		t.Errorf("download: %d, %s", video.Status, video.Header.Get("Content-Type"))
	}
	for query, want := range map[string]int{"?page=1&page_size=20&status=": 1, "?status=2": 1, "?status=3": 0} {
		if got := ids(t, v.get("/user/app/tasks/page"+query)); len(got) != want {
			t.Errorf("%s lists %v", query, got)
		}
	}
	if got := v.post("/user/app/tasks/delete", `{"id":["`+id+`"]}`); got != "true" {
		t.Errorf("delete: %s", got)
	}
	if gone := do(t, srv.Client(), "GET", page+rows.Data[0].Result.StorageURL, ""); gone.Status != 404 {
		t.Errorf("after the task is deleted: %d", gone.Status)
	}
}

// The documented form, as jQuery sends it, and the other one, as jQuery would.
func TestRenderByForm(t *testing.T) {
	t.Parallel()
	plans := map[string]h5ds.Plan{h5ds.RenderJobs: {Polls: 3, Fail: &h5ds.Failure{At: 60}}}
	srv := fake.Start(t, fake.Config{Fixtures: fake.Fixtures{H5DS: h5ds.Fixtures{Plans: plans}}})
	v := enterAs(t, srv, "user_01")
	work := field(t, v.post("/user/apps/create", `{"data":{}}`), "id")
	form := func(path, body string) string {
		t.Helper()
		return v.data(do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1"+path, body, "Authorization", v.token, "Content-Type", isForm))
	}
	first := field(t, form("/user/app/tasks/create", "fps=60&resolution=1080P&jsonUrl=https%3A%2F%2Fvideo.h5ds.com%2Fvideo%2F9715%2Fapps%2F728527253573935104.json"), "id")
	second := field(t, form("/user/app/tasks/create", "source=user_app&source_id="+work+"&params%5Bfps%5D=24&params%5Bresolution%5D=480P&params%5BjsonUrl%5D=%2Fp.json"), "id")
	for _, want := range []string{`"status":0,"result":{"progress":0}`, `"status":1,"result":{"progress":50}`, `"status":3,"result":{"progress":60}`} {
		got := form("/user/app/tasks/status", "ids%5B%5D="+second+"&ids%5B%5D="+first)
		if diff := cmp.Diff(`[{"id":"`+second+`",`+want+`},{"id":"`+first+`",`+want+`}]`, got); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
	}
	if got := ids(t, v.get("/user/app/tasks/page")); !slices.Equal(got, []string{second, first}) {
		t.Errorf("list: %v", got)
	}
	other := enterAs(t, srv, "user_02")
	if got := ids(t, other.get("/user/app/tasks/page")); len(got) != 0 {
		t.Errorf("another user sees %v", got)
	}
}

// Every way in which the vendor's clients upload.
func TestUploadsOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	v := enterAs(t, srv, "user_01")
	send := func(parts ...part) got {
		body, contentType := multipartBody(t, parts...)
		return do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/common/upload/form", body, "Authorization", v.token, "Content-Type", contentType)
	}
	dataURL := "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte(binary))
	for _, tt := range []struct{ name, answer, contentType, content string }{
		{"file", v.data(send(part{"file", "film.mp4", "video/mp4", binary})), "video/mp4", binary},
		{"files[0], beside a text", v.data(send(part{name: "app_id", content: "1"}, part{"files[0]", "a.png", "image/png", binary})), "image/png", binary},
		{"avatar", v.data(send(part{"avatar", "blob", "image/jpeg", binary})), "image/jpeg", binary},
		{"its own name", v.data(send(part{"我的.mp3", "我的.mp3", "audio/mpeg", binary})), "audio/mpeg", binary},
		{"base64, all fields", v.post("/common/upload/base64", `{"content":"`+dataURL+`","name":"t.png","file_type":"image","is_original_name":0,
			"prefix_path":"/uploads","disk":"oss","client":"public"}`), "image/png", binary},
		{"base64, content and name", v.post("/common/upload/base64", `{"content":"data:text/text;base64,WzFd","name":"w.json"}`), "application/json", "[1]"},
		{"base64, content alone", v.post("/common/upload/base64", `{"content":"`+dataURL+`"}`), "image/png", binary},
		{"content", v.post("/common/upload/content", `{"content":"{\"a\":1}","prefix_path":"/uploads","disk":"oss"}`), "application/json", `{"a":1}`},
	} {
		path := field(t, tt.answer, "storage_path")
		for _, address := range []string{page + path, page + "/" + path + "?t=1", "https://video.h5ds.com" + path, srv.URL + path, field(t, tt.answer, "url")} {
			file := do(t, srv.Client(), "GET", address, "")
			if file.Status != 200 || file.Body != tt.content || file.Header.Get("Content-Type") != tt.contentType {
				t.Errorf("%s: GET %s: %d, %q, %d bytes", tt.name, address, file.Status, file.Header.Get("Content-Type"), len(file.Body))
			}
		}
	}
	// What went out is in the journal, byte for byte; so is what came in.
	for _, c := range srv.Calls("") {
		if !c.Stored || c.Service != "h5ds" || len(c.ResponseBody) == 0 || c.ResponseBody[0] == 0x89 && string(c.ResponseBody) != binary {
			t.Errorf("the journal has %s with %q", c, c.ResponseBody)
		}
	}
	if first := srv.Calls("Common.Upload.Form")[0]; !bytes.Contains(first.RequestBody, []byte(binary)) {
		t.Errorf("the journal has %q", first.RequestBody)
	}
}

// What is said, written down, painted and answered, as on the vendor's pages.
func TestMediaServicesOnThePages(t *testing.T) {
	t.Parallel()
	settings := h5ds.Settings{Config: map[string]any{"upload_size": 500}}
	srv := fake.Start(t, fake.Config{Fixtures: fake.Fixtures{H5DS: h5ds.Fixtures{Settings: settings}}})
	srv.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	v := enterAs(t, srv, "user_01")
	for _, tt := range []struct{ path, body, contentType, begins string }{
		{"/common/tts/huoshan", `{"text":"你好","config":{"voice_type":"v","speed_ratio":1.0,"emotion":""},"options":{}}`, "audio/mpeg", "\xff\xf3"},
		{"/common/tts/huoshan_v3", `{"version":"v2","text":"你好","config":{"speaker":"v","audio_params":{"format":"wav","sample_rate":24000},"additions":{"context_texts":[null]}}}`, "audio/wav", "RIFF"},
	} {
		sound := do(t, srv.Client(), "GET", page+field(t, v.post(tt.path, tt.body), "storage_path"), "")
		if sound.Header.Get("Content-Type") != tt.contentType || !strings.HasPrefix(sound.Body, tt.begins) {
			t.Errorf("%s: %d, %s", tt.path, sound.Status, sound.Header.Get("Content-Type"))
		}
	}

	task := field(t, v.post("/common/filetrans/huoshan", `{"audio":{"format":"mp3","codec":"pcm"},"url":"/video/uploads/1.mp3"}`), "TaskId")
	for _, want := range []string{"20000002", "20000001", "20000000"} {
		if got := v.get("/common//filetrans/huoshan_info?TaskId=" + task); !strings.HasPrefix(got, `{"StatusCode":"`+want+`","Sentences":[`) {
			t.Errorf("transcription: %s, want %s", got, want)
		}
		srv.Clock.Advance(2500 * time.Millisecond)
	}

	v.post("/common/bizTasks/create", `{"task_type":"huoshan_image","params":{"model":"doubao-seedream-4-5-251128","prompt":"p","size":"2K","watermark":false}}`)
	v.post("/common/bizTasks/create", `{"task_type":"huoshan_video","params":{"content":[{"type":"text","text":"t"}],"seed":-1}}`)
	newest := ids(t, v.get("/common/bizTasks/page?page=1&page_size=1"))
	srv.Clock.Advance(time.Minute)
	status := v.post("/common/bizTasks/status", `{"ids":["`+newest[0]+`",1]}`)
	if got := ids(t, status); !slices.Equal(got, []string{"2", "1"}) || strings.Count(status, `"status":3`) != 2 {
		t.Errorf("status: %s", status)
	}
	for _, id := range []string{"1", "2"} {
		var info struct{ Result struct{ URL string } }
		if err := json.Unmarshal([]byte(v.get("/common/bizTasks/info?id="+id)), &info); err != nil {
			t.Fatal(err)
		}
		if file := do(t, srv.Client(), "GET", page+info.Result.URL, ""); file.Status != 200 {
			t.Errorf("result %q: %d", info.Result.URL, file.Status)
		}
	}
	v.post("/common/bizTasks/delete", `{"id":1}`)
	v.post("/common/bizTasks/delete", `{"id":["2"]}`)

	for _, path := range []string{"/common/openai/completion", "/common/openai/stream"} {
		answer := v.post(path, `{"provider":"deepseek","model":"deepseek-v4-pro-260425","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}],
			"max_completion_tokens":65535,"reasoning_effort":"medium","thinking":{"type":"disabled"}}`)
		if !strings.HasPrefix(answer, `{"choices":[{"message":{"role":"assistant","content":"`) {
			t.Errorf("%s: %s", path, answer)
		}
	}
	if got := v.get("/common/config/value?key=upload_size"); got != "500" {
		t.Errorf("config: %s", got)
	}
}

// Jobs of seeds, and a job that is moved by hand, through the handle of a test's author.
func TestSeededJobs(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	v := enterAs(t, srv, "user_01")
	handle := srv.H5DS()
	render := handle.PutRenderTask(h5ds.RenderTask{Owner: "user_01", JSONURL: "/p.json", Plan: h5ds.Plan{Manual: true}})
	said := handle.PutTranscription(h5ds.Transcription{Owner: "user_01", Sentences: []h5ds.Sentence{{Text: "你好", EndTime: 900}}})
	biz := handle.PutBizTask(h5ds.BizTask{Owner: "user_01", Type: "huoshan_image", Plan: h5ds.Plan{Fail: &h5ds.Failure{Message: "违规"}}})
	for percent, want := range map[int]string{7: `"status":1,"result":{"progress":7}`, 100: `"status":2,`} {
		handle.PutProgress(h5ds.Progress{Kind: h5ds.RenderJobs, Job: render.ID, Percent: percent})
		if got := v.post("/user/app/tasks/status", `{"ids":["`+render.ID+`"]}`); !strings.Contains(got, want) {
			t.Errorf("at %d percent: %s", percent, got)
		}
	}
	if got := v.get("/common/filetrans/huoshan_info?TaskId=" + said.ID); got != `{"StatusCode":"20000000","Sentences":[{"text":"你好","start_time":0,"end_time":900}]}` {
		t.Errorf("transcription: %s", got)
	}
	if got := v.get("/common/bizTasks/info?id=" + biz.ID); !strings.Contains(got, `"status":4`) || !strings.Contains(got, `"error_msg":"违规"`) {
		t.Errorf("task: %s", got)
	}
}
