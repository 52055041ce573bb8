package h5ds

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"
)

func unmarshal(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

func TestPlanOf(t *testing.T) {
	t.Parallel()
	st := &State{}
	diff(t, "render, by default", Plan{After: 30 * time.Second}, st.Plans.of(RenderJobs))
	plans := map[string]Plan{RenderJobs: {}, BizJobs: {Fail: &Failure{At: 1}}}
	if err := st.Load(newCall(), Fixtures{Plans: plans}); err != nil {
		t.Fatal(err)
	}
	plans[BizJobs].Fail.At = 2
	st.Plans.of(BizJobs).Fail.At = 3
	diff(t, "render, at once", Plan{}, st.Plans.of(RenderJobs))
	diff(t, "AI, apart from what others have", Plan{Fail: &Failure{At: 1}}, st.Plans.of(BizJobs))
	diff(t, "transcription, still by default", Plan{After: 5 * time.Second}, st.Plans.of(TranscriptionJobs))
}

func TestPutProgress(t *testing.T) {
	t.Parallel()
	st := seeded(t)
	manual := Plan{Manual: true, Fail: &Failure{At: 90}}
	err := st.Load(newCall(), Fixtures{
		Renders:        []RenderTask{{ID: "1", Owner: "user_01", JSONURL: "/p.json", Plan: manual}, {ID: "2", Owner: "user_01", JSONURL: "/p.json"}},
		Transcriptions: []Transcription{{ID: "1", Owner: "user_01", Plan: manual}},
		BizTasks:       []BizTask{{ID: "1", Owner: "user_01", Type: "huoshan_image", Plan: manual}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := newCall()
	c.Now = later(time.Minute)
	for _, test := range []struct {
		percent                    int
		render, transcription, biz string
	}{
		{1, `"status":1,"result":{"progress":1}`, "20000001", `"status":2`},
		{89, `"status":1,"result":{"progress":89}`, "20000001", `"status":2`},
		{90, `"status":3,"result":{"progress":90}`, "55000031", `"status":4`},
		{0, `"status":0,"result":{"progress":0}`, "20000002", `"status":1`},
	} {
		for _, kind := range []string{RenderJobs, TranscriptionJobs, BizJobs} {
			p := Progress{Kind: kind, Job: "1", Percent: test.percent}
			got, err := st.PutProgress(c, p)
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "progress", p, got)
		}
		diff(t, "render", `[{"id":"1",`+test.render+`}]`, statusOf(t, st, now, "1"))
		diff(t, "transcription", `{"StatusCode":"`+test.transcription+`","Sentences":[]}`,
			answered(t, callOf(wtoneID), st, "Common.Filetrans.HuoshanInfo", `{"TaskId":"1"}`))
		task, _ := st.Task.BizTasks.Get("1")
		diff(t, "AI", `{"id":1,"task_id":"","task_type":"huoshan_image",`+test.biz+`,"params":{},"result":{},"updatedAt":"2025-09-12T08:22:31.116Z"}`,
			encoded(t, task.row(now)))
	}

	before := encoded(t, st)
	for _, test := range []struct {
		name, want string
		progress   Progress
	}{
		{"no kind", `put progress: there is no job "1" of the kind ""`, Progress{Job: "1"}},
		{"no job", `put progress: there is no job "9" of the kind "tasks"`, Progress{Kind: RenderJobs, Job: "9"}},
		{"not manual", `put progress: the plan of job "2" is not manual; give it such a plan first`, Progress{Kind: RenderJobs, Job: "2"}},
		{"below", `put progress: -1 percent of job "1"; allowed are 0 to 100`, Progress{Kind: BizJobs, Job: "1", Percent: -1}},
		{"beyond", `put progress: 101 percent of job "1"; allowed are 0 to 100`, Progress{Kind: TranscriptionJobs, Job: "1", Percent: 101}},
	} {
		_, err := st.PutProgress(c, test.progress)
		if err == nil {
			t.Errorf("%s: it was put", test.name)
			continue
		}
		diff(t, test.name, test.want, err.Error())
	}
	diff(t, "state", before, encoded(t, st))
}

func TestJobSeeds(t *testing.T) {
	t.Parallel()
	st, c := seeded(t), newCall()
	render, err := st.PutRenderTask(c, RenderTask{Owner: "user_01", Work: wtoneWork})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "render", RenderTask{
		ID: render.ID, Owner: wtoneID, Work: wtoneWork, FPS: 30, Resolution: "1080P", StorageURL: render.StorageURL,
		JSONURL: "https://cdn.h5ds.com/video/u/" + wtoneID + "/apps/" + wtoneWork + ".json", Run: Run{Started: now},
	}, render)
	if _, _, ok := st.File(render.StorageURL, now); !ok {
		t.Errorf("there is no result at %q", render.StorageURL)
	}
	again, err := st.PutRenderTask(c, RenderTask{ID: render.ID, Owner: "user_01", JSONURL: "/p.json", Plan: Plan{Manual: true}})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "a replaced render keeps its path", render.StorageURL, again.StorageURL)
	if _, err = st.PutRenderTask(c, RenderTask{ID: render.ID, Owner: "user_01", JSONURL: "/p.json", StorageURL: "/videos/new.mp4"}); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{render.StorageURL: false, "/videos/new.mp4": true} {
		if _, _, ok := st.File(at, now); ok != want {
			t.Errorf("after the path changed, %s is there: %t", at, ok)
		}
	}

	said := []Sentence{{Text: "a", EndTime: 1}}
	transcription, err := st.PutTranscription(c, Transcription{Owner: wtoneID, Sentences: said})
	if err != nil {
		t.Fatal(err)
	}
	said[0].Text, transcription.Sentences[0].Text = "b", "c"
	kept, _ := st.Task.Transcriptions.Get(transcription.ID)
	diff(t, "transcription", Transcription{ID: transcription.ID, Owner: wtoneID, Sentences: []Sentence{{Text: "a", EndTime: 1}}, Run: Run{Started: now}}, kept)

	biz, err := st.PutBizTask(c, BizTask{Owner: "user_01", Type: "huoshan_video", Params: Project(`{ "a": 1 }`)})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "AI", BizTask{ID: "1", Owner: wtoneID, Type: "huoshan_video", Params: Project(`{"a":1}`), File: biz.File, Run: Run{Started: now}}, biz)
	copy(biz.Params, `{"b":2}`)
	keptBiz, _ := st.Task.BizTasks.Get("1")
	diff(t, "params", `{"a":1}`, string(keptBiz.Params))
	moved, err := st.PutBizTask(c, BizTask{ID: "1", Owner: "user_01", Type: "huoshan_video", File: "/videos/biz.mp4"})
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{biz.File: false, moved.File: true} {
		if _, _, ok := st.File(at, now); ok != want {
			t.Errorf("after the file moved, %s is there: %t", at, ok)
		}
	}
}

func TestJobOriginalErrors(t *testing.T) {
	t.Parallel()
	const noOwner = "there is no such owner; put the user first"
	const both = "plan.polls: it stands beside manual; a job ends in one way"
	twoWays := Plan{Polls: 1, Manual: true}
	for _, test := range []struct {
		name, want string
		fixtures   Fixtures
	}{
		{"render: owner", `renders[0]: put render task "" of "x": ` + noOwner, Fixtures{Renders: []RenderTask{{Owner: "x"}}}},
		{"render: id", `renders[0]: put render task "a" of "user_01": the id "a" is not decimal digits; leave it out for a new one`,
			Fixtures{Renders: []RenderTask{{ID: "a", Owner: "user_01"}}}},
		{"render: another's id", `renders[0]: put render task "3" of "user_01": the id is that of a job of user 9715`,
			Fixtures{Renders: []RenderTask{{ID: "3", Owner: "user_01"}}}},
		{"render: an id twice", `renders[1]: id "5" stands at renders[0] already`,
			Fixtures{Renders: []RenderTask{{ID: "5", Owner: "user_01", JSONURL: "/p.json"}, {ID: "5", Owner: "user_01", JSONURL: "/p.json"}}}},
		{"render: nothing", `renders[0]: put render task "" of "user_01": it names neither a source_id nor a jsonUrl`,
			Fixtures{Renders: []RenderTask{{Owner: "user_01"}}}},
		{"render: work", `renders[0]: put render task "" of "user_01": the owner has no work "960593364739022848"; put it first`,
			Fixtures{Renders: []RenderTask{{Owner: "user_01", Work: otherWork}}}},
		{"render: fps", `renders[0]: put render task "" of "user_01": the fps are none of 24, 25, 30, 50 and 60`,
			Fixtures{Renders: []RenderTask{{Owner: "user_01", Work: wtoneWork, FPS: 1}}}},
		{"render: path", `renders[0]: put render task "" of "user_01": storageUrl: the path is that of a project, or of another owner's file`,
			Fixtures{Renders: []RenderTask{{Owner: "user_01", Work: wtoneWork, StorageURL: "/videos/theirs.mp4"}}}},
		{"render: plan", `renders[0]: put render task "" of "user_01": ` + both,
			Fixtures{Renders: []RenderTask{{Owner: "user_01", Work: wtoneWork, Plan: twoWays}}}},
		{"render: run", `renders[0]: put render task "" of "user_01": the percent 101 is not between 0 and 100, or polled 0 is negative`,
			Fixtures{Renders: []RenderTask{{Owner: "user_01", Work: wtoneWork, Run: Run{Percent: 101}}}}},

		{"transcription: owner", `transcriptions[0]: put transcription "" of "x": ` + noOwner, Fixtures{Transcriptions: []Transcription{{Owner: "x"}}}},
		{"transcription: another's id", `transcriptions[0]: put transcription "3" of "user_01": the id is that of a job of user 9715`,
			Fixtures{Transcriptions: []Transcription{{ID: "3", Owner: "user_01"}}}},
		{"transcription: plan", `transcriptions[0]: put transcription "" of "user_01": ` + both,
			Fixtures{Transcriptions: []Transcription{{Owner: "user_01", Plan: twoWays}}}},

		{"AI: owner", `bizTasks[0]: put biz task "" of "x": ` + noOwner, Fixtures{BizTasks: []BizTask{{Owner: "x"}}}},
		{"AI: id", `bizTasks[0]: put biz task "007" of "user_01": the id "007" is not a number of at most 15 digits`,
			Fixtures{BizTasks: []BizTask{{ID: "007", Owner: "user_01"}}}},
		{"AI: long id", `bizTasks[0]: put biz task "1234567890123456" of "user_01": the id "1234567890123456" is not a number of at most 15 digits`,
			Fixtures{BizTasks: []BizTask{{ID: "1234567890123456", Owner: "user_01"}}}},
		{"AI: another's id", `bizTasks[0]: put biz task "3" of "user_01": the id is that of a job of user 9715`,
			Fixtures{BizTasks: []BizTask{{ID: "3", Owner: "user_01"}}}},
		{"AI: type", `bizTasks[0]: put biz task "" of "user_01": there is no task_type ""; there are huoshan_video, huoshan_cv_video and huoshan_image`,
			Fixtures{BizTasks: []BizTask{{Owner: "user_01"}}}},
		{"AI: path", `bizTasks[0]: put biz task "" of "user_01": the file "/a.png" is no storage path`,
			Fixtures{BizTasks: []BizTask{{Owner: "user_01", Type: "huoshan_image", File: "/a.png"}}}},
		{"AI: another's file", `bizTasks[0]: put biz task "" of "user_01": file: the path is that of a project, or of another owner's file`,
			Fixtures{BizTasks: []BizTask{{Owner: "user_01", Type: "huoshan_image", File: "/videos/theirs.mp4"}}}},
		{"AI: params", `bizTasks[0]: put biz task "" of "user_01": params: a project is a JSON object; this begins with '['`,
			Fixtures{BizTasks: []BizTask{{Owner: "user_01", Type: "huoshan_image", Params: Project("[]")}}}},
		{"AI: plan", `bizTasks[0]: put biz task "" of "user_01": ` + both,
			Fixtures{BizTasks: []BizTask{{Owner: "user_01", Type: "huoshan_image", Plan: twoWays}}}},

		{"plan of no kind", `plans[render]: no call starts a job of this kind; there are tasks, filetrans, bizTasks and materialJobs`,
			Fixtures{Plans: map[string]Plan{"render": {}}}},
		{"plan", `plans[tasks]: fail.at: 101%; allowed are 0% to 100%`,
			Fixtures{Plans: map[string]Plan{RenderJobs: {Fail: &Failure{At: 101}}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := media(t).Load(newCall(), test.fixtures)
			if err == nil {
				t.Fatal("it was loaded")
			}
			diff(t, "error", test.want, err.Error())
		})
	}
}

func TestJobsRead(t *testing.T) {
	t.Parallel()
	const asYAML = `
plans:
  tasks: {polls: 3}
  bizTasks: {after: 1m30s, fail: {at: 40, code: 7, message: m}}
  filetrans: manual
renders:
  - {id: "1", owner: user_01, source_id: "5", fps: 24, resolution: 4k, jsonUrl: /p.json, storageUrl: /videos/1.mp4, callback: "http://a/b",
     plan: {after: 1h}, started: 2025-09-12T08:21:31.116Z, percent: 3}
transcriptions:
  - {owner: user_01, url: /a.mp3, sentences: [{text: a, start_time: 1, end_time: 2}], plan: {polls: 1}, polled: 1}
bizTasks:
  - {id: "47", owner: user_01, task_type: huoshan_image, params: {a: 1}, file: /videos/2.png}
`
	want := Fixtures{
		Plans: map[string]Plan{
			RenderJobs: {Polls: 3}, TranscriptionJobs: {Manual: true},
			BizJobs: {After: 90 * time.Second, Fail: &Failure{At: 40, Code: 7, Message: "m"}},
		},
		Renders: []RenderTask{{
			ID: "1", Owner: "user_01", Work: "5", FPS: 24, Resolution: "4k", JSONURL: "/p.json", StorageURL: "/videos/1.mp4",
			Callback: "http://a/b", Plan: Plan{After: time.Hour}, Run: Run{Started: now, Percent: 3},
		}},
		Transcriptions: []Transcription{{
			Owner: "user_01", URL: "/a.mp3", Sentences: []Sentence{{Text: "a", StartTime: 1, EndTime: 2}}, Plan: Plan{Polls: 1}, Run: Run{Polled: 1},
		}},
		BizTasks: []BizTask{{ID: "47", Owner: "user_01", Type: "huoshan_image", Params: Project(`{"a":1}`), File: "/videos/2.png"}},
	}
	var fromYAML, fromJSON Fixtures
	if err := yaml.Unmarshal([]byte(asYAML), &fromYAML); err != nil {
		t.Fatal(err)
	}
	unmarshal(t, encoded(t, want), &fromJSON)
	for form, got := range map[string]Fixtures{"YAML": fromYAML, "JSON": fromJSON} {
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s (-want +got):\n%s", form, d)
		}
	}
}
