package fake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// process starts the recognition of a video and returns the id of the task.
func process(t testing.TB, srv *fake.Server, ticket, material string) string {
	t.Helper()
	answer := paas(t, srv, "Material/ProcessMaterial", ticket, `{"MaterialId":"`+material+`","Definition":20}`)
	var started struct {
		Data struct {
			TaskID string `json:"TaskId"`
		}
	}
	if err := json.Unmarshal([]byte(answer.Body), &started); err != nil || started.Data.TaskID == "" {
		t.Fatalf("process: %v: %s (%s)", err, answer.Body, answer.Header.Get("X-Fakecme-Why"))
	}
	return started.Data.TaskID
}

// progress asks once how far a task is: "SUCCESS 100".
func progress(t testing.TB, srv *fake.Server, ticket, task string) string {
	t.Helper()
	answer := paas(t, srv, "Task/DescribeTasks", ticket, `{"TaskIds":["`+task+`"]}`)
	var asked struct {
		Data struct {
			TaskInfoSet []struct {
				Status   string
				Progress int
			}
		}
	}
	if err := json.Unmarshal([]byte(answer.Body), &asked); err != nil || len(asked.Data.TaskInfoSet) != 1 {
		t.Fatalf("describe tasks: %v: %s (%s)", err, answer.Body, answer.Header.Get("X-Fakecme-Why"))
	}
	info := asked.Data.TaskInfoSet[0]
	return fmt.Sprintf("%s %d", info.Status, info.Progress)
}

// video is a fake with one video of user_01, and a ticket of that user. Its clock stands still.
func video(t testing.TB, config fake.Config) (srv *fake.Server, ticket string) {
	t.Helper()
	config.Fixtures.WebPaaS.Materials = []webpaas.Material{{ID: "38192156030633420589", Owner: webpaas.Person("user_01")}}
	srv = fake.Start(t, config)
	srv.Clock.Freeze(time.Time{})
	return srv, login(t, srv, srv.Tenant, "user_01")
}

const videoID = "38192156030633420589"

// A client that polls sees the task run, and end, by the plan of its type.
func TestPlans(t *testing.T) {
	t.Parallel()
	late := func(srv *fake.Server, _ string) { srv.Clock.Advance(10 * time.Second) }
	nothing := func(*fake.Server, string) {}
	tests := []struct {
		name    string
		plan    webpaas.Plan
		between func(srv *fake.Server, task string)
		want    []string
	}{
		{"none", webpaas.Plan{}, nothing, []string{"SUCCESS 100"}},
		{"at once", webpaas.Plan{Immediate: true}, nothing, []string{"SUCCESS 100"}},
		{"by time", webpaas.Plan{After: 30 * time.Second}, late, []string{"PROCESSING 0", "PROCESSING 33", "PROCESSING 66", "SUCCESS 100", "SUCCESS 100"}},
		{"by time that stands", webpaas.Plan{After: 30 * time.Second}, nothing, []string{"PROCESSING 0", "PROCESSING 0"}},
		{"failing by time", webpaas.Plan{After: 30 * time.Second, Fail: &webpaas.Failure{At: 60, Code: 10001}}, late, []string{"PROCESSING 0", "PROCESSING 33", "FAIL 60", "FAIL 60"}},
		{"by polls", webpaas.Plan{Polls: 3}, nothing, []string{"PROCESSING 0", "PROCESSING 50", "SUCCESS 100", "SUCCESS 100"}},
		{"failing by polls", webpaas.Plan{Polls: 4, Fail: &webpaas.Failure{At: 60}}, nothing, []string{"PROCESSING 0", "PROCESSING 33", "FAIL 60"}},
		{"failing at once", webpaas.Plan{Fail: &webpaas.Failure{At: 5}}, nothing, []string{"FAIL 5"}},
		{"by hand", webpaas.Plan{Manual: true}, late, []string{"PROCESSING 0", "PROCESSING 0"}},
		{"finished by hand", webpaas.Plan{Manual: true}, func(srv *fake.Server, task string) { srv.WebPaaS().FinishTask(task) }, []string{"PROCESSING 0", "SUCCESS 100"}},
		{"failed by hand", webpaas.Plan{Manual: true}, func(srv *fake.Server, task string) {
			srv.WebPaaS().SetProgress(task, 40)
			srv.WebPaaS().FailTask(task, 10001)
		}, []string{"PROCESSING 0", "FAIL 40"}},
		{"moved by hand", webpaas.Plan{Manual: true}, func(srv *fake.Server, task string) { srv.WebPaaS().SetProgress(task, 70) }, []string{"PROCESSING 0", "PROCESSING 70", "PROCESSING 70"}},
		{"moved to the end", webpaas.Plan{Manual: true}, func(srv *fake.Server, task string) { srv.WebPaaS().SetProgress(task, 100) }, []string{"PROCESSING 0", "SUCCESS 100"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, ticket := video(t, fake.Config{})
			srv.WebPaaS().SetPlan(webpaas.TaskProcess, tt.plan)
			task := process(t, srv, ticket, videoID)
			srv.WebPaaS().SetPlan(webpaas.TaskProcess, webpaas.Plan{Polls: 99}) // for later tasks only
			var got []string
			for i := range tt.want {
				if i > 0 {
					tt.between(srv, task)
				}
				got = append(got, progress(t, srv, ticket, task))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("polls (-want +got):\n%s", diff)
			}
		})
	}
}

// Each tenant has plans of its own.
func TestPlansOfTenants(t *testing.T) {
	t.Parallel()
	srv, ticket := video(t, fake.Config{})
	other, err := srv.NewTenant(fake.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	other.WebPaaS().SetPlan(webpaas.TaskProcess, webpaas.Plan{Manual: true})
	task := process(t, srv, ticket, videoID)
	if got := progress(t, srv, ticket, task); got != "SUCCESS 100" {
		t.Errorf("default tenant: %s", got)
	}
	ticket = login(t, srv, other, "user_01")
	task = process(t, srv, ticket, videoID)
	if got := progress(t, srv, ticket, task); got != "PROCESSING 0" {
		t.Errorf("other tenant: %s", got)
	}
	other.WebPaaS().FinishTask(task)
	if got := progress(t, srv, ticket, task); got != "SUCCESS 100" {
		t.Errorf("other tenant, finished: %s", got)
	}
}

// A put task follows its own plan, or that of its type.
func TestPlanOfAPutTask(t *testing.T) {
	t.Parallel()
	srv, ticket := video(t, fake.Config{})
	project := srv.WebPaaS().PutProject(webpaas.Project{Owner: webpaas.Person("user_01")})
	srv.WebPaaS().SetPlan(webpaas.TaskExport, webpaas.Plan{After: time.Minute})
	tests := []struct {
		name string
		plan webpaas.Plan
		want string
	}{
		{"of its type", webpaas.Plan{}, "PROCESSING 50"},
		{"its own", webpaas.Plan{After: 2 * time.Minute}, "PROCESSING 25"},
		{"its own, at once", webpaas.Plan{Immediate: true}, "SUCCESS 100"},
	}
	for _, tt := range tests {
		task := srv.WebPaaS().PutTask(webpaas.Task{ProjectID: project.ID, Plan: tt.plan, CreateTime: srv.Clock.Now().Add(-30 * time.Second)})
		if got := progress(t, srv, ticket, task.ID); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A mistake in a plan ends the test, with a sentence.
func TestPlanMistakes(t *testing.T) {
	t.Parallel()
	const fixed = "fake: webpaas: set progress: task x is not moved by hand; give it, or its type MATERIAL_PROCESS, the plan manual"
	tests := []struct {
		name string
		do   func(w fake.WebPaaS)
		want string
	}{
		{"type", func(w fake.WebPaaS) { w.SetPlan("EXPORT", webpaas.Plan{}) },
			`fake: webpaas: set plan of "EXPORT": task type: "EXPORT"; allowed are VIDEO_EDIT_PROJECT_EXPORT, MATERIAL_PROCESS`},
		{"two ways", func(w fake.WebPaaS) { w.SetPlan(webpaas.TaskProcess, webpaas.Plan{Polls: 1, Manual: true}) },
			`fake: webpaas: set plan of "MATERIAL_PROCESS": polls: it stands beside manual; a job comes to its end in one way`},
		{"task", func(w fake.WebPaaS) { w.FinishTask("y") }, `fake: webpaas: finish task: there is no task "y"`},
		{"failing task", func(w fake.WebPaaS) { w.FailTask("y", 1) }, `fake: webpaas: fail task: there is no task "y"`},
		{"not by hand", func(w fake.WebPaaS) { w.SetProgress("x", 1) }, fixed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runTest(func(tb *testTB) {
				srv := fake.Start(tb, fake.Config{Fixtures: fake.Fixtures{WebPaaS: webpaas.Fixtures{
					Materials: []webpaas.Material{{ID: "m", Owner: webpaas.Person("user_01")}},
					Tasks:     []webpaas.Task{{ID: "x", MaterialID: "m"}},
				}}})
				tt.do(srv.WebPaaS())
			})
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
		})
	}
}

// Without a test a mistake is a panic, and the state stays.
func TestPlanMistakeWithoutATest(t *testing.T) {
	t.Parallel()
	srv, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if r := fmt.Sprint(recover()); !strings.HasPrefix(r, `fake: webpaas: set plan of "": `) {
			t.Errorf("panic: %s", r)
		}
	}()
	srv.WebPaaS().SetPlan("", webpaas.Plan{})
}

const plansYAML = `webpaas:
  materials:
    - {id: m, owner: {type: PERSON, id: user_01}}
  projects:
    - {id: p, owner: {type: PERSON, id: user_01}}
  tasks:
    - {id: a, projectId: p, plan: immediate}
    - {id: b, projectId: p, plan: {after: 30s}}
    - {id: c, projectId: p, plan: {polls: 3}}
    - {id: d, projectId: p, plan: manual, percent: 12}
    - {id: e, projectId: p, plan: {fail: {at: 60%, code: 10001}}}
    - {id: f, projectId: p}
    - {id: g, materialId: m}
  plans:
    VIDEO_EDIT_PROJECT_EXPORT: manual
    MATERIAL_PROCESS:
      after: 30s
      fail: {at: 0%, code: 10001}
`

func TestPlansInFixtures(t *testing.T) {
	t.Parallel()
	fixtures, err := fake.ParseFixtures("fixtures.yaml", []byte(plansYAML))
	if err != nil {
		t.Fatal(err)
	}
	srv := fake.Start(t, fake.Config{Fixtures: fixtures})
	srv.Clock.Freeze(time.Time{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	want := map[string]string{
		"a": "SUCCESS 100", "c": "PROCESSING 0", "d": "PROCESSING 12", "e": "FAIL 60", "f": "PROCESSING 0", "g": "FAIL 0",
	}
	got := map[string]string{}
	for id := range want {
		got[id] = progress(t, srv, ticket, id)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
	if got := progress(t, srv, ticket, "b"); !strings.HasPrefix(got, "PROCESSING ") {
		t.Errorf("b: %s", got)
	}
	srv.Clock.Advance(30 * time.Second)
	if got := progress(t, srv, ticket, "b"); got != "SUCCESS 100" {
		t.Errorf("b after its time: %s", got)
	}
}

// A mistake in a file is named by line.
func TestPlanMistakesInFixtures(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, from, to, want string }{
		{"word", "plan: immediate", "plan: soon", `f.yaml:7: plan: "soon"; write immediate, manual, {after: 30s} or {polls: 3}`},
		{"time", "{after: 30s}", "{after: 30}", `f.yaml:8: plan.after: 30; write a duration such as 90s or 1m30s`},
		{"field", "{polls: 3}", "{poll: 3}", `f.yaml:9: plan.poll: unknown field; there are: after, fail, immediate, manual, polls`},
		{"failure", "at: 60%", "at: 160%", `f.yaml:11: plan.fail.at: 160%; allowed are 0% to 100%`},
		{"plan of a type", "      after: 30s", "      after: soon", `f.yaml:17: plan.after: soon; write a duration such as 90s or 1m30s`},
		{"a field twice", "{polls: 3}", "{polls: 3, polls: 4}", `f.yaml:9: mapping key "polls" already defined at line 9`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(plansYAML, tt.from, tt.to, 1)
			if text == plansYAML {
				t.Fatal("nothing is broken")
			}
			_, err := fake.ParseFixtures("f.yaml", []byte(text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// A task can be deleted while it runs, and what is not there is not found.
func TestTasksThroughTheDoor(t *testing.T) {
	t.Parallel()
	srv, ticket := video(t, fake.Config{})
	srv.WebPaaS().SetPlan(webpaas.TaskProcess, webpaas.Plan{Manual: true})
	task := process(t, srv, ticket, videoID)
	stranger := login(t, srv, srv.Tenant, "user_02")
	tests := []struct{ name, path, ticket, request, want, why string }{
		{"a stranger sees none", "Task/DescribeTasks", stranger, `{}`, `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found"}`, "webpaas.tasks-none"},
		{"too many", "Task/DescribeTasks", ticket, `{"Limit":31}`, `{"Code":"InvalidParameterValue.Limit","Message":"参数错误，Limit 参数值超过限制","EnglishMessage":"Limit greate than max"}`, "contract.body"},
		{"a stranger may not delete", "Task/DeleteTask", stranger, `{"TaskId":"` + task + `"}`, `{"Code":"OperationDenied.PermissionDeny","Message":"权限不足","EnglishMessage":"permission denied"}`, "webpaas.task-foreign"},
		{"delete", "Task/DeleteTask", ticket, `{"TaskId":"` + task + `"}`, `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`, ""},
		{"delete again", "Task/DeleteTask", ticket, `{"TaskId":"` + task + `"}`, `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found"}`, "webpaas.task-unknown"},
		{"it is gone", "Task/DescribeTasks", ticket, `{"TaskIds":["` + task + `"]}`, `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found"}`, "webpaas.tasks-none"},
	}
	for _, tt := range tests {
		answer := paas(t, srv, tt.path, tt.ticket, tt.request)
		if strings.TrimSpace(answer.Body) != tt.want || answer.why() != tt.why {
			t.Errorf("%s: got %s (%s), want %s (%s)", tt.name, answer.Body, answer.why(), tt.want, tt.why)
		}
	}
	if findings := srv.Findings(); len(findings) != 0 {
		t.Errorf("findings: %v", findings)
	}
}

// What a task has found stays found when the task goes; a task that still runs takes its results along.
func TestDeletedTaskAndItsResults(t *testing.T) {
	t.Parallel()
	for plan, want := range map[webpaas.Plan]string{
		{Immediate: true}: `{"Code":"Success",`,
		{Manual: true}:    `{"Code":"ResourceNotFound",`,
	} {
		srv, ticket := video(t, fake.Config{})
		srv.WebPaaS().SetPlan(webpaas.TaskProcess, plan)
		paas(t, srv, "Task/DeleteTask", ticket, `{"TaskId":"`+process(t, srv, ticket, videoID)+`"}`)
		answer := paas(t, srv, "Material/DescribeObjectInMaterial", ticket, `{"MaterialId":"`+videoID+`"}`)
		if !strings.HasPrefix(answer.Body, want) {
			t.Errorf("%+v: got %s, want %s", plan, answer.Body, want)
		}
	}
}

// What breaks the contract is rejected and found; each line is a finding.
func TestTaskFindings(t *testing.T) {
	t.Parallel()
	srv, ticket := video(t, fake.Config{})
	srv.Forgive("Task.DescribeTasks", "Task.DeleteTask")
	tests := []struct{ path, request, want string }{
		{"Task/DescribeTasks", `{"StatusSet":["FAILED"]}`, "param StatusSet invalid"},
		{"Task/DescribeTasks", `{"TaskIds":"x"}`, "param TaskIds invalid"},
		{"Task/DescribeTasks", `{"Sort":{"Order":"Asc"}}`, "param Sort invalid"},
		{"Task/DescribeTasks", `{"Offset":-1}`, "param Offset invalid"},
		{"Task/DescribeTasks", `{"Limit":-1}`, "param Limit invalid"},
		{"Task/DescribeTasks", `{"Limit":"20"}`, "param Limit invalid"},
		{"Task/DescribeTasks", `{"Limit":null}`, "param Limit invalid"},
		{"Task/DeleteTask", `{}`, "param TaskId invalid"},
	}
	for _, tt := range tests {
		answer := paas(t, srv, tt.path, ticket, tt.request)
		calls := srv.Calls(strings.Replace(tt.path, "/", ".", 1))
		if found := calls[len(calls)-1].Findings; len(found) != 1 || !strings.Contains(answer.Body, `"`+tt.want+`"`) {
			t.Errorf("%s %s: got %s, findings %v", tt.path, tt.request, answer.Body, found)
		}
	}
}
