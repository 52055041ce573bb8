package task_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/task"
	"github.com/fakecme/fakecme/fake/internal/sample"
	"github.com/google/go-cmp/cmp"
)

// created runs an operation that makes something, and gives the id in its response.
func created(t *testing.T, st *h5ds.State, operation, request string) string {
	t.Helper()
	var got struct{ ID json.Number }
	h5dstest.New(t, st, h5dstest.WtoneID).Read(operation, request, &got)
	return got.ID.String()
}

func TestCreateRender(t *testing.T) {
	t.Parallel()
	nested := func(params string) string {
		return `{"source":"user_app","source_id":"` + h5dstest.WtoneWork + `","params":{` + params + `}}`
	}
	const file = "https://video.h5ds.com/video/9715/apps/728527253573935104.json"
	flat := task.RenderTask{Owner: h5dstest.WtoneID, FPS: 30, Resolution: "720P", JSONURL: file, Plan: settings.Plan{After: 30 * time.Second}, Run: settings.Run{Started: h5dstest.Now}}
	with := func(change func(*task.RenderTask)) task.RenderTask {
		task := flat
		change(&task)
		return task
	}
	for _, test := range []struct {
		name, request string
		want          task.RenderTask
	}{
		{"flat, as a form sends it", `{"fps":"30","resolution":"720P","jsonUrl":"` + file + `"}`, flat},
		{"flat, as JSON", `{"fps":30,"resolution":"720P","jsonUrl":"` + file + `"}`, flat},
		{"nested", nested(`"fps":60,"resolution":"4k","jsonUrl":"` + file + `"`), with(func(task *task.RenderTask) {
			task.Work, task.FPS, task.Resolution = h5dstest.WtoneWork, 60, "4k"
		})},
		{"nested, as a form sends it", nested(`"fps":"24","resolution":"4K","jsonUrl":"` + file + `"`), with(func(task *task.RenderTask) {
			task.Work, task.FPS, task.Resolution = h5dstest.WtoneWork, 24, "4K"
		})},
		{"every parameter", nested(`"fps":25,"resolution":"2K","jsonUrl":"/video/u/1/apps/2.json",
			"storageUrl":"/videos/1/output.mp4","callback":"http://localhost:8000/api/callback"`), with(func(task *task.RenderTask) {
			task.Work, task.FPS, task.Resolution, task.JSONURL = h5dstest.WtoneWork, 25, "2K", "/video/u/1/apps/2.json"
			task.StorageURL, task.Callback = "/videos/1/output.mp4", "http://localhost:8000/api/callback"
		})},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			id := created(t, st, "User.App.Tasks.Create", test.request)
			got, _ := st.Task.Renders.Get(id)
			test.want.ID = id
			if test.want.StorageURL == "" {
				if !strings.HasPrefix(got.StorageURL, "/video/uploads/"+h5dstest.WtoneID+"/20250912/") || !strings.HasSuffix(got.StorageURL, ".mp4") {
					t.Errorf("the result goes to %s", got.StorageURL)
				}
				test.want.StorageURL = got.StorageURL
			}
			h5dstest.Diff(t, "task", test.want, got)
		})
	}
}

// statusOf polls the tasks of wtone.
func statusOf(t *testing.T, st *h5ds.State, at time.Time, ids ...string) string {
	t.Helper()
	c := h5dstest.Call(h5dstest.WtoneID)
	c.Now = at
	return h5dstest.On(t, st, c).Data("User.App.Tasks.Status", h5dstest.JSON(t, map[string][]string{"ids": ids}))
}

const renderRequestText = `{"fps":30,"resolution":"1080P","jsonUrl":"https://cdn.h5ds.com/p.json"}`

func TestRenderByTime(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	id := created(t, st, "User.App.Tasks.Create", renderRequestText)
	task, _ := st.Task.Renders.Get(id)
	row := func(rest string) string { return `[{"id":"` + id + `",` + rest + `}]` }
	for _, test := range []struct {
		name  string
		after time.Duration
		want  string
		there bool
	}{
		{"begun", 0, row(`"status":0,"result":{"progress":0}`), false},
		{"half", 15 * time.Second, row(`"status":1,"result":{"progress":50}`), false},
		{"nearly", 30*time.Second - 1, row(`"status":1,"result":{"progress":99}`), false},
		{"done", 30 * time.Second, row(`"status":2,"result":{"progress":100,"storageUrl":"` + task.StorageURL + `"}`), true},
	} {
		before := h5dstest.JSON(t, st)
		h5dstest.Diff(t, test.name, test.want, statusOf(t, st, h5dstest.Now.Add(test.after), id))
		h5dstest.Diff(t, test.name+": state", before, h5dstest.JSON(t, st))
		content, contentType, ok := st.File(task.StorageURL, h5dstest.Now.Add(test.after))
		if ok != test.there {
			t.Errorf("%s: the result is there: %t", test.name, ok)
		}
		if ok && (contentType != "video/mp4" || !cmp.Equal(content, sample.Video())) {
			t.Errorf("%s: the result is %d bytes of %s", test.name, len(content), contentType)
		}
	}
}

func TestRenderPlans(t *testing.T) {
	t.Parallel()
	states := func(st *h5ds.State, id string, polls int) (got []string) {
		for range polls {
			var rows []struct {
				Status int
				Result struct{ Progress int }
			}
			if err := json.Unmarshal([]byte(statusOf(t, st, h5dstest.Now, id)), &rows); err != nil {
				t.Fatal(err)
			}
			got = append(got, h5dstest.JSON(t, []int{rows[0].Status, rows[0].Result.Progress}))
		}
		return got
	}
	for _, test := range []struct {
		name string
		plan settings.Plan
		want []string
	}{
		{"at once", settings.Plan{}, []string{"[2,100]", "[2,100]"}},
		{"at once, in words", settings.Plan{Immediate: true}, []string{"[2,100]", "[2,100]"}},
		{"one poll", settings.Plan{Polls: 1}, []string{"[2,100]", "[2,100]"}},
		{"polls", settings.Plan{Polls: 3}, []string{"[0,0]", "[1,50]", "[2,100]", "[2,100]"}},
		{"polls, failing", settings.Plan{Polls: 4, Fail: &settings.Failure{At: 40}}, []string{"[0,0]", "[1,33]", "[3,40]", "[3,40]"}},
		{"manual", settings.Plan{Manual: true}, []string{"[0,0]", "[0,0]"}},
		{"failing at once", settings.Plan{Fail: &settings.Failure{At: 0}}, []string{"[3,0]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			h5dstest.Load(t, st, h5ds.Fixtures{Plans: map[string]settings.Plan{settings.RenderJobs: test.plan}})
			id := created(t, st, "User.App.Tasks.Create", renderRequestText)
			h5dstest.Diff(t, "status and progress", test.want, states(st, id, len(test.want)))
		})
	}
}

// A failed task has a result, and no file.
func TestFailedRender(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	task := h5dstest.Put(t, st, task.RenderTask{Owner: "user_01", JSONURL: "/p.json", Plan: settings.Plan{Fail: &settings.Failure{At: 40, Message: "m"}}})
	h5dstest.Diff(t, "status", `[{"id":"`+task.ID+`","status":3,"result":{"progress":40}}]`, statusOf(t, st, h5dstest.Now, task.ID))
	if _, _, ok := st.File(task.StorageURL, h5dstest.Now); ok {
		t.Error("there is a file")
	}
}

func TestRenderStatusOfSeveral(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	for id, owner := range map[string]string{"1": "user_01", "2": "user_01", "3": "user_02"} {
		h5dstest.Put(t, st, task.RenderTask{ID: id, Owner: owner, JSONURL: "/p.json", StorageURL: "/videos/" + id + ".mp4"})
	}
	row := func(id string) string {
		return `{"id":"` + id + `","status":2,"result":{"progress":100,"storageUrl":"/videos/` + id + `.mp4"}}`
	}
	for _, test := range []struct {
		name string
		ids  []string
		want string
	}{
		{"in the order asked", []string{"2", "1"}, "[" + row("2") + "," + row("1") + "]"},
		{"once each", []string{"1", "1"}, "[" + row("1") + "]"},
		{"another's and nobody's", []string{"3", "4", "1"}, "[" + row("1") + "]"},
		{"none", []string{}, "[]"},
	} {
		h5dstest.Diff(t, test.name, test.want, statusOf(t, st, h5dstest.Now, test.ids...))
	}
	h5dstest.Diff(t, "one id that is no list", "["+row("1")+"]", h5dstest.New(t, st, h5dstest.WtoneID).Data("User.App.Tasks.Status", `{"ids":"1"}`))
}

func TestRenderPage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	for _, task := range []task.RenderTask{
		{ID: "1", Owner: "user_01", Work: h5dstest.WtoneWork, FPS: 24, Resolution: "4K", StorageURL: "/videos/1.mp4", Run: settings.Run{Started: h5dstest.Now.Add(-time.Hour)}},
		{ID: "2", Owner: "user_01", JSONURL: "/p.json", Plan: settings.Plan{Fail: &settings.Failure{At: 10}}},
		{ID: "3", Owner: "user_02", JSONURL: "/p.json"},
		{ID: "4", Owner: "user_01", JSONURL: "https://video.h5ds.com//video/u/" + h5dstest.WtoneID + "/apps/" + h5dstest.WtoneWork + ".json", Plan: settings.Plan{Manual: true}},
		{ID: "5", Owner: "user_01", JSONURL: "/video/u/" + h5dstest.OtherID + "/apps/" + h5dstest.OtherWork + ".json", Plan: settings.Plan{Manual: true}, Run: settings.Run{Percent: 5}},
	} {
		h5dstest.Put(t, st, task)
	}
	for _, test := range []struct{ name, request, want string }{
		{"no query at all", `{}`, "5 4 2 1 of 4"},
		{"all", `{"page":"1","page_size":"20","status":""}`, "5 4 2 1 of 4"},
		{"waiting", `{"status":"0"}`, "4 of 1"},
		{"processing", `{"status":"1"}`, "5 of 1"},
		{"done", `{"status":"2"}`, "1 of 1"},
		{"failed", `{"status":"3"}`, "2 of 1"},
		{"second page", `{"page":"2","page_size":"3"}`, "1 of 4"},
	} {
		h5dstest.Diff(t, test.name, test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.App.Tasks.Page", test.request))
	}
	page := h5dstest.New(t, st, h5dstest.WtoneID).Data("User.App.Tasks.Page", `{}`)
	for name, want := range map[string]string{
		"a row": `{"id":"1","status":2,"updatedAt":"2025-09-12T07:21:31.116Z","params":{"fps":24,"resolution":"4K",` +
			`"jsonUrl":"https://cdn.h5ds.com/video/u/871668385574199296/apps/837523312766513152.json"},` +
			`"user_app":{"name":"mine","thumb":"","duration":0},"result":{"progress":100,"storageUrl":"/videos/1.mp4"}}`,
		"a row without a work":      `"id":"2","status":3,"updatedAt":"2025-09-12T08:21:31.116Z","params":{"fps":30,"resolution":"1080P","jsonUrl":"/p.json"},"user_app":{"name":"","thumb":"","duration":0},"result":{"progress":10}`,
		"a work by its address":     `"id":"4","status":0,"updatedAt":"2025-09-12T08:21:31.116Z","params":{"fps":30,"resolution":"1080P","jsonUrl":"https://video.h5ds.com//video/u/871668385574199296/apps/837523312766513152.json"},"user_app":{"name":"mine"`,
		"nothing of another's work": `"jsonUrl":"/video/u/9715/apps/960593364739022848.json"},"user_app":{"name":"","thumb":"","duration":0},"result":{"progress":5}`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s: %s is not in %s", name, want, page)
		}
	}
}

func TestDeleteRenders(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	for _, id := range []string{"1", "2", "3"} {
		h5dstest.Put(t, st, task.RenderTask{ID: id, Owner: "user_01", JSONURL: "/p.json", StorageURL: "/videos/" + id + ".mp4"})
	}
	h5dstest.Diff(t, "answer", "true", h5dstest.New(t, st, h5dstest.WtoneID).Data("User.App.Tasks.Delete", `{"id":["1","2","1"]}`))
	h5dstest.Diff(t, "left", "3 of 1", h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.App.Tasks.Page", `{}`))
	for at, want := range map[string]bool{"/videos/1.mp4": false, "/videos/2.mp4": false, "/videos/3.mp4": true} {
		if _, _, ok := st.File(at, h5dstest.Now); ok != want {
			t.Errorf("%s is there: %t", at, ok)
		}
	}
}

// A result goes away with its task, and only with that.
func TestRenderResultsOfOnePath(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	request := func(at string) string {
		return `{"source":"user_app","source_id":"` + h5dstest.WtoneWork + `","params":{"fps":30,"resolution":"2K","jsonUrl":"/p.json","storageUrl":"` + at + `"}}`
	}
	// Of two tasks with one path the last has it, and only that one takes it away.
	first, second := created(t, st, "User.App.Tasks.Create", request("/videos/1.mp4")), created(t, st, "User.App.Tasks.Create", request("/videos/1.mp4"))
	h5dstest.New(t, st, h5dstest.WtoneID).Data("User.App.Tasks.Delete", `{"id":["`+first+`"]}`)
	if _, _, ok := st.File("/videos/1.mp4", h5dstest.Now.Add(time.Hour)); !ok {
		t.Error("the result of the second task is gone with the first")
	}
	h5dstest.New(t, st, h5dstest.WtoneID).Data("User.App.Tasks.Delete", `{"id":["`+second+`"]}`)
	if _, _, ok := st.File("/videos/1.mp4", h5dstest.Now.Add(time.Hour)); ok {
		t.Error("the result is there without its task")
	}
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
	st.Task.MarkCalled("10")
	h5dstest.Diff(t, "after all were made", []string(nil), due(h5dstest.Now.Add(time.Hour)))
}
