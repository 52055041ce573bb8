package task_test

import (
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/task"
	"github.com/fakecme/fakecme/fake/internal/golden"
)

// statusOf polls tasks of user_01.
func statusOf(t *testing.T, st *h5ds.State, at time.Time, ids ...string) string {
	t.Helper()
	c := h5dstest.Call(h5dstest.WtoneID)
	c.Now = at
	return h5dstest.On(t, st, c).Data("User.App.Tasks.Status", h5dstest.JSON(t, map[string][]string{"ids": ids}))
}

func TestCallbacks(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	const to = "http://localhost:8000/api/callback"
	for _, task := range []task.RenderTask{
		{ID: "10", Callback: to, Plan: settings.Plan{After: time.Minute}},
		{ID: "9", Callback: to, Plan: settings.Plan{After: time.Minute, Fail: &settings.Failure{At: 50}}},
		{ID: "8", Callback: to + "/2", Run: settings.Run{Started: h5dstest.Now.Add(time.Second)}},
		{ID: "7"},
		{ID: "6", Callback: to, Called: true},
	} {
		task.Owner, task.JSONURL, task.StorageURL = "user_01", "/p.json", "/videos/"+task.ID+".mp4"
		h5dstest.Put(t, st, task)
	}
	due := func(at time.Time) (bodies []string) {
		for _, c := range st.Task.DueCallbacks(at) {
			bodies = append(bodies, c.URL+" "+h5dstest.JSON(t, c))
		}
		return bodies
	}
	eight := to + `/2 {"id":"8","status":2,"result":{"progress":100,"storageUrl":"/videos/8.mp4"}}`
	nine := to + ` {"id":"9","status":3,"result":{"progress":50}}`
	ten := to + ` {"id":"10","status":2,"result":{"progress":100,"storageUrl":"/videos/10.mp4"}}`
	h5dstest.Diff(t, "at the start", []string{eight}, due(h5dstest.Now))
	h5dstest.Diff(t, "half a minute later", []string{nine, eight}, due(h5dstest.Now.Add(30*time.Second)))
	h5dstest.Diff(t, "a minute later", []string{nine, ten, eight}, due(h5dstest.Now.Add(time.Minute)))
	st.Task.MarkCalled("9")
	st.Task.MarkCalled("8")
	st.Task.MarkCalled("nobody's")
	h5dstest.Diff(t, "after two were made", []string{ten}, due(h5dstest.Now.Add(time.Minute)))
	next, waits := st.Task.NextCallback()
	h5dstest.Diff(t, "next", h5dstest.Now.Add(time.Minute), next)
	h5dstest.Diff(t, "is there a next", true, waits)
	st.Task.MarkCalled("10")
	h5dstest.Diff(t, "after all were made", []string(nil), due(h5dstest.Now.Add(time.Hour)))
	_, waits = st.Task.NextCallback()
	h5dstest.Diff(t, "is there a next after all", false, waits)
}

func TestPlanOf(t *testing.T) {
	t.Parallel()
	st := &h5ds.State{}
	h5dstest.Diff(t, "render, by default", settings.Plan{After: 30 * time.Second}, st.Plans.Of(settings.RenderJobs))
	plans := map[string]settings.Plan{settings.RenderJobs: {}, settings.BizJobs: {Fail: &settings.Failure{At: 1}}}
	h5dstest.Load(t, st, h5ds.Fixtures{Plans: plans})
	plans[settings.BizJobs].Fail.At = 2
	st.Plans.Of(settings.BizJobs).Fail.At = 3
	h5dstest.Diff(t, "render, at once", settings.Plan{}, st.Plans.Of(settings.RenderJobs))
	h5dstest.Diff(t, "AI, without the changes of others", settings.Plan{Fail: &settings.Failure{At: 1}}, st.Plans.Of(settings.BizJobs))
	h5dstest.Diff(t, "transcription, still by default", settings.Plan{After: 5 * time.Second}, st.Plans.Of(settings.TranscriptionJobs))
}

func TestPutProgress(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	manual := settings.Plan{Manual: true, Fail: &settings.Failure{At: 90}}
	err := st.Load(h5dstest.Call(""), h5ds.Fixtures{
		Renders:        []task.RenderTask{{ID: "1", Owner: "user_01", JSONURL: "/p.json", Plan: manual}, {ID: "2", Owner: "user_01", JSONURL: "/p.json"}},
		Transcriptions: []task.Transcription{{ID: "1", Owner: "user_01", Plan: manual}},
		BizTasks:       []task.BizTask{{ID: "1", Owner: "user_01", Type: "huoshan_image", Plan: manual}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := h5dstest.Call("")
	c.Now = h5dstest.Now.Add(time.Minute)
	for _, test := range []struct {
		percent                    int
		render, transcription, biz string
	}{
		{1, `"status":1,"result":{"progress":1}`, "20000001", `"status":2`},
		{89, `"status":1,"result":{"progress":89}`, "20000001", `"status":2`},
		{90, `"status":3,"result":{"progress":90}`, "55000031", `"status":4`},
		{0, `"status":0,"result":{"progress":0}`, "20000002", `"status":1`},
	} {
		for _, kind := range []string{settings.RenderJobs, settings.TranscriptionJobs, settings.BizJobs} {
			p := task.Progress{Kind: kind, Job: "1", Percent: test.percent}
			got, err := h5ds.Put(st, c, p)
			h5dstest.Diff(t, "error", nil, err)
			h5dstest.Diff(t, "progress", p, got)
		}
		h5dstest.Diff(t, "render", `[{"id":"1",`+test.render+`}]`, statusOf(t, st, h5dstest.Now, "1"))
		h5dstest.Diff(t, "transcription", `{"StatusCode":"`+test.transcription+`","Sentences":[]}`,
			h5dstest.New(t, st, h5dstest.WtoneID).Data("Common.Filetrans.HuoshanInfo", `{"TaskId":"1"}`))
		h5dstest.Diff(t, "AI", `{"id":1,"task_id":"","task_type":"huoshan_image",`+test.biz+`,"params":{},"result":{},"updatedAt":"2025-09-12T08:22:31.116Z"}`,
			h5dstest.New(t, st, h5dstest.WtoneID).Data("Common.BizTasks.Info", `{"id":"1"}`))
	}

	before := h5dstest.JSON(t, st)
	for _, test := range []struct {
		name, want string
		progress   task.Progress
	}{
		{"no kind", `put progress: there is no job "1" of the kind ""`, task.Progress{Job: "1"}},
		{"no job", `put progress: there is no job "9" of the kind "tasks"`, task.Progress{Kind: settings.RenderJobs, Job: "9"}},
		{"not manual", `put progress: the plan of job "2" is not manual; give it such a plan first`, task.Progress{Kind: settings.RenderJobs, Job: "2"}},
		{"below", `put progress: -1 percent of job "1"; allowed are 0 to 100`, task.Progress{Kind: settings.BizJobs, Job: "1", Percent: -1}},
		{"beyond", `put progress: 101 percent of job "1"; allowed are 0 to 100`, task.Progress{Kind: settings.TranscriptionJobs, Job: "1", Percent: 101}},
	} {
		_, err := h5ds.Put(st, c, test.progress)
		if err == nil {
			t.Errorf("%s: it was put", test.name)
			continue
		}
		h5dstest.Diff(t, test.name, test.want, err.Error())
	}
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

func TestPutJobs(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	render := h5dstest.Put(t, st, task.RenderTask{Owner: "user_01", Work: h5dstest.WtoneWork})
	h5dstest.Diff(t, "render", task.RenderTask{
		ID: render.ID, Owner: h5dstest.WtoneID, Work: h5dstest.WtoneWork, FPS: 30, Resolution: "1080P", StorageURL: render.StorageURL,
		JSONURL: "https://cdn.h5ds.com/video/u/" + h5dstest.WtoneID + "/apps/" + h5dstest.WtoneWork + ".json", Run: settings.Run{Started: h5dstest.Now},
	}, render)
	if _, _, ok := st.File(render.StorageURL, h5dstest.Now); !ok {
		t.Errorf("there is no result at %q", render.StorageURL)
	}
	again := h5dstest.Put(t, st, task.RenderTask{ID: render.ID, Owner: "user_01", JSONURL: "/p.json", Plan: settings.Plan{Manual: true}})
	h5dstest.Diff(t, "a replaced render keeps its path", render.StorageURL, again.StorageURL)
	h5dstest.Put(t, st, task.RenderTask{ID: render.ID, Owner: "user_01", JSONURL: "/p.json", StorageURL: "/videos/new.mp4"})
	for at, want := range map[string]bool{render.StorageURL: false, "/videos/new.mp4": true} {
		if _, _, ok := st.File(at, h5dstest.Now); ok != want {
			t.Errorf("after the path changed, %s is there: %t", at, ok)
		}
	}

	said := []task.Sentence{{Text: "a", EndTime: 1}}
	transcription := h5dstest.Put(t, st, task.Transcription{Owner: h5dstest.WtoneID, Sentences: said})
	said[0].Text, transcription.Sentences[0].Text = "b", "c"
	stored, _ := st.Task.Transcriptions.Get(transcription.ID)
	h5dstest.Diff(t, "transcription", task.Transcription{ID: transcription.ID, Owner: h5dstest.WtoneID, Sentences: []task.Sentence{{Text: "a", EndTime: 1}}, Run: settings.Run{Started: h5dstest.Now}}, stored)

	biz := h5dstest.Put(t, st, task.BizTask{Owner: "user_01", Type: "huoshan_video", Params: library.Project(`{ "a": 1 }`)})
	h5dstest.Diff(t, "AI", task.BizTask{ID: "1", Owner: h5dstest.WtoneID, Type: "huoshan_video", Params: library.Project(`{"a":1}`), File: biz.File, Run: settings.Run{Started: h5dstest.Now}}, biz)
	copy(biz.Params, `{"b":2}`)
	storedBiz, _ := st.Task.BizTasks.Get("1")
	h5dstest.Diff(t, "params", `{"a":1}`, string(storedBiz.Params))
	moved := h5dstest.Put(t, st, task.BizTask{ID: "1", Owner: "user_01", Type: "huoshan_video", File: "/videos/biz.mp4"})
	for at, want := range map[string]bool{biz.File: false, moved.File: true} {
		if _, _, ok := st.File(at, h5dstest.Now); ok != want {
			t.Errorf("after the file moved, %s is there: %t", at, ok)
		}
	}
}

// YAML rejects these values before they are loaded.
func TestBadValues(t *testing.T) {
	t.Parallel()
	const both = "plan.polls: it stands beside manual; a job ends in one way"
	plan := settings.Plan{Polls: 1, Manual: true}
	for want, f := range map[string]h5ds.Fixtures{
		`renders[0]: put render task "" of "user_01": ` + both:          {Renders: []task.RenderTask{{Owner: "user_01", Work: h5dstest.WtoneWork, Plan: plan}}},
		`transcriptions[0]: put transcription "" of "user_01": ` + both: {Transcriptions: []task.Transcription{{Owner: "user_01", Plan: plan}}},
		`bizTasks[0]: put biz task "" of "user_01": ` + both:            {BizTasks: []task.BizTask{{Owner: "user_01", Type: "huoshan_image", Plan: plan}}},
		`bizTasks[0]: put biz task "" of "user_01": params: a project is a JSON object; this begins with '['`: {
			BizTasks: []task.BizTask{{Owner: "user_01", Type: "huoshan_image", Params: library.Project(`[]`)}}},
	} {
		h5dstest.BadFixture(t, h5dstest.Everything(t), f, want)
	}
}

func TestRejected(t *testing.T) {
	t.Parallel()
	h5dstest.AllRejected(t)
}

func TestBadFixtures(t *testing.T) {
	t.Parallel()
	h5dstest.BadFixtures(t)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, text := range h5dstest.Scripts(t) {
		golden.Compare(t, name, text)
	}
}
