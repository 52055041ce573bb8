package webpaas

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

const (
	projectNotExist = "InvalidParameterValue.ProjectId|项目不存在|project not exist"
	resourceMissing = "ResourceNotFound|资源不存在|resource not found"
	nothingToSearch = "InvalidParameterValue|参数值错误|param lack of CategorySet or Name"
)

const (
	exampleProject  = "cmepid_5fcf2205b868170001de21eb"
	exampleProject2 = "cmepid_5fbb72524e70c2000192d4ed"
	exampleEditor   = "ce4cdaf6-6039-486b-8f09-a5df23dbe6c9"
	exampleTracks   = `[{"id":"adaaada6-efb6-428c-ae6f-b857aaf0f138","type":"video","order":0,"items":[{"id":"90c8f037-4826-467e-ab52-884f4728b3de",` +
		`"start_time":0,"duration":95120,"type":"video","section":{"from":0,"to":95120},"asset_id":"5eb62431580361000131369c","filter_asset_id":"",` +
		`"width":954,"height":540,"position":{"x":480,"y":270},"operations":[{"type":"image_rotate","params":{"angle":0}}]}]}]`
	exampleProjectCover = "https://cme.vod2.myqcloud.com/1810000003/8d388657vodtranscq1810000003/5fdf8be75285890810291911580/coverBySnapshot/coverBySnapshot_10_0.jpg"
)

// exampleProjects has the projects of the documented examples, and an older one besides.
func exampleProjects(t *testing.T) *world {
	owner := Person(exampleEditor)
	day := time.Date(2020, 11, 23, 8, 26, 58, 0, time.UTC)
	return newWorld(t).load(Fixtures{
		Materials: []Material{{ID: "5fd9b3c392b3ce00018a0949", Owner: owner}, {ID: "5fd9b3bf92b3ce00018a0945", Owner: owner}},
		Projects: []Project{
			{
				ID: exampleProject2, Name: "招生通0821", Owner: owner, CoverURL: exampleProjectCover, FusionData: exampleTracks,
				Version: 1608449142, CreateTime: day, UpdateTime: time.Date(2020, 12, 20, 7, 25, 42, 0, time.UTC),
			},
			{
				ID: exampleProject, Owner: owner, CreateTime: day.Add(-time.Hour),
				MaterialIDs: []string{"5fd9b3c392b3ce00018a0949", "5fd9b3bf92b3ce00018a0945"},
			},
		},
	})
}

func TestProjectExamples(t *testing.T) {
	t.Parallel()
	seed, category := dialect.Dialect{}, dialect.Dialect{ProjectCategory: dialect.Category}
	materials := func(project string) string {
		return `{"ProjectId":"` + project + `","MaterialIds":["5fd9b3c392b3ce00018a0949"]}`
	}
	id := func(project string) string { return `{"ProjectId":"` + project + `"}` }
	basic := `"ProjectId":"` + exampleProject2 + `","Owner":{"Id":"` + exampleEditor + `","Type":"PERSON"},"Category":"Default",` +
		`"Name":"招生通0821","WHRatio":"16:9","CoverUrl":"` + exampleProjectCover + `"`
	times := `"CreateTime":"2020-11-23T08:26:58Z","UpdateTime":"2020-12-20T07:25:42Z"`
	whole := data(`{"TotalCount":2,"ProjectInfoSet":[{` + basic + `,"FusionData":` + encode(t, exampleTracks) + `,"Version":1608449142,` + times + `}]}`)
	noProject := `{"Code":"InvalidParameterValue.ProjectId","Message":"项目不存在","EnglishMessage":"project not exist"}`
	notFound := `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found"}`
	unknown := strings.TrimSuffix(exampleProject, "b") + "a"
	rename := `{"ProjectId":"` + exampleProject2 + `","Name":"修改项目名称"}`
	tests := []struct {
		name, operation, request string
		dialect                  dialect.Dialect
		want                     string
	}{
		{"attach", "Project.AddMaterialToProject", materials(exampleProject), seed, success},
		{"attach fails", "Project.AddMaterialToProject", materials(unknown), seed, noProject},
		{"detach", "Project.DeleteMaterialFromProject", materials(exampleProject), seed, success},
		{"detach fails", "Project.DeleteMaterialFromProject", materials(unknown), seed, noProject},
		{"attached", "Project.DescribeProjectMaterials", id(exampleProject), seed, data(`{"MaterialIdSet":["5fd9b3c392b3ce00018a0949","5fd9b3bf92b3ce00018a0945"]}`)},
		{"attached fails", "Project.DescribeProjectMaterials", id(exampleProject + "a"), seed, denied},
		{"delete", "Project.DeleteProject", id(exampleProject), seed, success},
		{"delete fails", "Project.DeleteProject", id(unknown), seed, noProject},
		{"rename", "Project.ModifyProject", rename, seed, success},
		{"rename fails", "Project.ModifyProject", strings.Replace(rename, "4ed", "4ede", 1), seed, noProject},
		{"describe, repository", "Project.DescribeProjects", `{"CategorySet":["Default"],"Limit":1}`, seed, whole},
		{"describe, published page", "Project.DescribeProjects", `{"Category":"Default","Limit":1}`, category, whole},
		{"describe fails", "Project.DescribeProjects", `{"CategorySet":["Live"],"Limit":1}`, seed, notFound},
		{"search", "Project.SearchProject", `{"CategorySet":["Default"],"Limit":1}`, seed, data(`{"TotalCount":2,"ProjectBasicInfoSet":[{` + basic + `,` + times + `}]}`)},
		{"search fails", "Project.SearchProject", `{"Limit":1}`, seed, `{"Code":"InvalidParameterValue","Message":"参数值错误","EnglishMessage":"param lack of CategorySet or Name"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := exampleProjects(t)
			w.dialect = tt.dialect
			if diff := cmp.Diff(tt.want, w.run(exampleEditor, tt.operation, tt.request).Body); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// projectWorld has a project of alice with two media, one that is gone, and one of team t; bob's media b is
// granted to alice to use, his media c is not.
func projectWorld(t *testing.T) *world {
	alice, bob := Person("alice"), Person("bob")
	f := people()
	f.Materials = []Material{
		{ID: "m1", Owner: alice}, {ID: "m2", Owner: alice}, {ID: "m3", Owner: alice}, {ID: "b", Owner: bob}, {ID: "c", Owner: bob},
		{ID: "gone", Owner: alice},
	}
	f.Grants = []Grant{
		{Authorizee: alice, Resource: Resource{ResourceMaterial, "b"}, Rights: "X"},
		{Authorizee: alice, Resource: Resource{ResourceMaterial, "c"}, Rights: "RC"},
	}
	f.Projects = []Project{
		{ID: "p", Owner: alice, Name: "片头", CreateTime: at(0), MaterialIDs: []string{"m2", "gone", "m1"}},
		{ID: "q", Owner: Entity{OwnerTeam, "t"}, CreateTime: at(1)},
	}
	w := newWorld(t).load(f)
	w.st.deleteMaterial("gone")
	return w
}

func TestProjectMaterials(t *testing.T) {
	t.Parallel()
	ids := func(n int) string { return strings.TrimSuffix(strings.Repeat(`"m3",`, n), ",") }
	const add, remove = "Project.AddMaterialToProject", "Project.DeleteMaterialFromProject"
	before := "m2 gone m1"
	tests := []struct {
		name, operation, ids string
		refused              outcome
		want                 string // attached
	}{
		{"attach", add, `"m3"`, outcome{}, "m2 gone m1 m3"},
		{"attach twice", add, `"m3","m3"`, outcome{}, "m2 gone m1 m3"},
		{"attach what is attached", add, `"m1"`, outcome{}, before},
		{"attach what may be used", add, `"b","m3"`, outcome{}, "m2 gone m1 b m3"},
		{"attach ten", add, ids(10), outcome{}, "m2 gone m1 m3"},
		{"attach eleven", add, ids(11), outcome{Refusal: invalid("MaterialIds"), Why: "webpaas.parameter"}, before},
		{"attach none", add, ``, outcome{Refusal: invalid("MaterialIds"), Why: "webpaas.parameter"}, before},
		{"attach what may only be read and copied", add, `"m3","c"`, outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}, before},
		{"attach what is not there", add, `"m3","x"`, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}, before},
		{"attach again what is gone", add, `"gone"`, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}, before},

		{"detach", remove, `"m1"`, outcome{}, "m2 gone"},
		{"detach what is gone", remove, `"gone"`, outcome{}, "m2 m1"},
		{"detach all", remove, `"m1","m2","gone"`, outcome{}, ""},
		{"detach what is not attached", remove, `"m3","x"`, outcome{}, before},
		{"detach ten", remove, ids(9) + `,"m2"`, outcome{}, "gone m1"},
		{"detach eleven", remove, ids(11), outcome{Refusal: invalid("MaterialIds"), Why: "webpaas.parameter"}, before},
		{"detach none", remove, ``, outcome{Refusal: invalid("MaterialIds"), Why: "webpaas.parameter"}, before},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := projectWorld(t)
			got := w.run("alice", tt.operation, `{"ProjectId":"p","MaterialIds":[`+tt.ids+`]}`)
			checkOutcome(t, tt.refused, outcome{Refusal: got.Refusal, Why: got.Why})
			p := w.st.Projects["p"]
			if attached := strings.Join(p.MaterialIDs, " "); attached != tt.want {
				t.Errorf("attached %s, want %s", attached, tt.want)
			}
			if changed := tt.want != before; p.UpdateTime.Equal(wholeSecond(testTime)) != changed {
				t.Errorf("UpdateTime is %v, changed %t", p.UpdateTime, changed)
			}
			if p.Version != at(0).Unix() {
				t.Errorf("Version is %d, want that of the tracks", p.Version)
			}
		})
	}
}

// What is gone is not shown, and detaching leaves what another call was given alone.
func TestDescribeProjectMaterials(t *testing.T) {
	t.Parallel()
	w := projectWorld(t)
	shown := w.st.Projects["p"].MaterialIDs
	w.must("alice", "Project.DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":["m2"]}`)
	w.must("alice", "Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["b"]}`)
	if diff := cmp.Diff([]string{"m2", "gone", "m1"}, shown); diff != "" {
		t.Errorf("a value in the state was changed in place (-before +after):\n%s", diff)
	}
	if got := w.must("alice", "Project.DescribeProjectMaterials", `{"ProjectId":"p"}`); got != `{"MaterialIdSet":["m1","b"]}` {
		t.Errorf("got %s", got)
	}
	if got := w.must("olga", "Project.DescribeProjectMaterials", `{"ProjectId":"q"}`); got != `{"MaterialIdSet":[]}` {
		t.Errorf("got %s", got)
	}
	for _, tt := range []struct{ user, project, why string }{
		{"alice", "x", "webpaas.project-unknown"}, {"carol", "p", "webpaas.project-foreign"},
	} {
		got := w.run(tt.user, "Project.DescribeProjectMaterials", `{"ProjectId":"`+tt.project+`"}`)
		checkOutcome(t, outcome{Refusal: permissionDeny, Why: tt.why}, outcome{Refusal: got.Refusal, Why: got.Why})
	}
}

// Two copies of a state share their values: what one attaches never reaches the other.
func TestAttachToCopies(t *testing.T) {
	t.Parallel()
	w := projectWorld(t)
	w.must("alice", "Project.DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":["m2"]}`)
	w.must("alice", "Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["m2"]}`)
	other := *w
	other.st = w.st.clone()
	w.must("alice", "Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["m3"]}`)
	other.must("alice", "Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["b"]}`)
	want := map[string]string{"one": `{"MaterialIdSet":["m1","m2","m3"]}`, "other": `{"MaterialIdSet":["m1","m2","b"]}`}
	got := map[string]string{
		"one":   w.must("alice", "Project.DescribeProjectMaterials", `{"ProjectId":"p"}`),
		"other": other.must("alice", "Project.DescribeProjectMaterials", `{"ProjectId":"p"}`),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attached (-want +got):\n%s", diff)
	}
}

// The media and the tasks of a project stay when it goes.
func TestDeleteProject(t *testing.T) {
	t.Parallel()
	w := projectWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", ProjectID: "p"}}})
	w.must("alice", "Project.DeleteProject", `{"ProjectId":"p"}`)
	if _, ok := w.st.Projects["p"]; ok || len(w.st.Projects) != 1 {
		t.Errorf("projects: %v", w.st.Projects)
	}
	if len(w.st.Tasks) != 1 || len(w.st.Materials) != 5 {
		t.Errorf("%d tasks and %d materials, want 1 and 5", len(w.st.Tasks), len(w.st.Materials))
	}
	got := w.run("alice", "Project.DeleteProject", `{"ProjectId":"p"}`)
	checkOutcome(t, outcome{Refusal: projectNotExist, Why: "webpaas.project-unknown"}, outcome{Refusal: got.Refusal, Why: got.Why})
}
