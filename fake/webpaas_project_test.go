package fake_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/webpaas"
)

var day = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// projectServer has a project p of user_01, a switcher s of the same, and two media.
func projectServer(t testing.TB, d fake.Dialect) (srv *fake.Server, ticket string) {
	t.Helper()
	owner := webpaas.Person("user_01")
	srv = fake.Start(t, fake.Config{Dialect: d, Fixtures: fake.Fixtures{WebPaaS: webpaas.Fixtures{
		Materials: []webpaas.Material{{ID: "m1", Owner: owner}, {ID: "m2", Owner: owner}},
		Projects: []webpaas.Project{
			{ID: "p", Name: "opening", Owner: owner, CreateTime: day, MaterialIDs: []string{"m1"}},
			{ID: "s", Name: "live", Owner: owner, CreateTime: day.Add(time.Hour), Category: "StreamConnect", Description: "d", CoverSource: "USER"},
		},
	}}})
	srv.Clock.Freeze(day.Add(24 * time.Hour))
	return srv, login(t, srv, srv.Tenant, "user_01")
}

// A client works on a project from the first call to the last; what it changes, it finds.
func TestProjectsThroughTheDoor(t *testing.T) {
	t.Parallel()
	const done = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	noProject := `{"Code":"InvalidParameterValue.ProjectId","Message":"项目不存在","EnglishMessage":"project not exist"}`
	srv, ticket := projectServer(t, dialect.Original)
	tests := []struct{ name, path, request, want, why string }{
		{"find", "SearchProject", `{"Name":"OPEN"}`, `"ProjectBasicInfoSet":[{"ProjectId":"p",`, ""},
		{"attach", "AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["m2","m1"]}`, done, ""},
		{"attached", "DescribeProjectMaterials", `{"ProjectId":"p"}`, `"Data":{"MaterialIdSet":["m1","m2"]}}`, ""},
		{"detach", "DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":["m1"]}`, done, ""},
		{"detached", "DescribeProjectMaterials", `{"ProjectId":"p"}`, `"Data":{"MaterialIdSet":["m2"]}}`, ""},
		{"change", "ModifyProject", `{"ProjectId":"p","Name":"after","Description":"new","CoverUrl":"u","CoverSource":"DEFAULT","WHRatio":"9:16"}`, done, ""},
		{"changed", "DescribeProjects", `{"ProjectIds":"p"}`, `"Data":{"TotalCount":1,"ProjectInfoSet":[{"ProjectId":"p","Owner":{"Id":"user_01","Type":"PERSON"},` +
			`"Category":"Default","Name":"after","Description":"new","WHRatio":"9:16","CoverUrl":"u","CoverSource":"DEFAULT","FusionData":"[]","Version":1767323045,` +
			`"CreateTime":"2026-01-02T03:04:05Z","UpdateTime":"2026-01-03T03:04:05Z"}]}}`, ""},
		{"settings", "ModifyProject", `{"ProjectId":"s","StreamConnectInfo":{"StopTime":"2026-01-04T00:00:00Z"}}`, done, ""},
		{"settings of another category", "ModifyProject", `{"ProjectId":"p","SwitcherInfo":{"PgmOutputConfig":{"Fps":25}}}`, `"param SwitcherInfo invalid"}`, "webpaas.parameter"},
		{"nothing to search by", "SearchProject", `{"Limit":1}`, `"param lack of CategorySet or Name"}`, "webpaas.nothing-to-search"},
		{"nothing found", "SearchProject", `{"Name":"x"}`, `"Data":{"TotalCount":0,"ProjectBasicInfoSet":[]}}`, ""},
		{"none fits", "DescribeProjects", `{"CategorySet":["Live"],"Limit":1}`, `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found"}`, "webpaas.projects-none"},
		{"delete", "DeleteProject", `{"ProjectId":"p"}`, done, ""},
		{"delete again", "DeleteProject", `{"ProjectId":"p"}`, noProject, "webpaas.project-unknown"},
		{"change what is gone", "ModifyProject", `{"ProjectId":"p","Name":"n"}`, noProject, "webpaas.project-unknown"},
		{"attach to what is gone", "AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["m1"]}`, noProject, "webpaas.project-unknown"},
		{"detach from what is gone", "DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":["m1"]}`, noProject, "webpaas.project-unknown"},
		{"attached to what is gone", "DescribeProjectMaterials", `{"ProjectId":"p"}`,
			`{"Code":"OperationDenied.PermissionDeny","Message":"权限不足","EnglishMessage":"permission denied"}`, "webpaas.project-unknown"},
	}
	for _, tt := range tests {
		answer := paas(t, srv, "Project/"+tt.path, ticket, tt.request)
		if !strings.Contains(answer.Body, tt.want) || answer.why() != tt.why {
			t.Errorf("%s: got %s (%s)\nwant %s (%s)", tt.name, answer.Body, answer.Header.Get("X-Fakecme-Why"), tt.want, tt.why)
		}
	}
	if findings := srv.Findings(); len(findings) != 0 {
		t.Errorf("findings: %v", findings)
	}
}

// Each reading keeps the contract: the server checks its own responses.
func TestProjectDialects(t *testing.T) {
	t.Parallel()
	table := fake.Dialect{CategoryShape: dialect.CategoryList, StreamConnectName: dialect.StreamConnet}
	const text, list = `"Category":"StreamConnect",`, `"Category":["StreamConnet"],`
	refused := `param Category invalid`
	tests := []struct {
		name, path, request string
		dialect             fake.Dialect
		want                string
	}{
		{"describe, examples", "DescribeProjects", `{"CategorySet":["StreamConnect"]}`, dialect.Original, text},
		{"describe, newest pages", "DescribeProjects", `{"Category":"StreamConnect"}`, dialect.Current, text},
		{"describe, tables", "DescribeProjects", `{"CategorySet":["StreamConnect"]}`, table, list},
		{"search, examples", "SearchProject", `{"Name":"live"}`, dialect.Original, text},
		{"search, newest pages", "SearchProject", `{"Name":"live"}`, dialect.Current, text},
		{"search, tables", "SearchProject", `{"Name":"live"}`, table, list},
		{"ids as a list", "DescribeProjects", `{"ProjectIds":["s"]}`, dialect.Original, text},
		{"id as a text", "DescribeProjects", `{"ProjectIds":"s"}`, dialect.Current, text},
		{"the newest pages' filter in seed", "DescribeProjects", `{"Category":"StreamConnect"}`, dialect.Original, refused},
		{"seed's filter in the newest pages", "DescribeProjects", `{"CategorySet":["StreamConnect"]}`, dialect.Current, `param CategorySet invalid`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, ticket := projectServer(t, tt.dialect)
			answer := paas(t, srv, "Project/"+tt.path, ticket, tt.request)
			if !strings.Contains(answer.Body, tt.want) {
				t.Errorf("got %s (%s)\nwant %s", answer.Body, answer.Header.Get("X-Fakecme-Why"), tt.want)
			}
			if findings := srv.Findings(); len(findings) != 0 {
				t.Errorf("findings: %v", findings)
			}
		})
	}
}

// What breaks the contract is rejected and found: both sides of each documented limit.
func TestProjectFindings(t *testing.T) {
	t.Parallel()
	srv, ticket := projectServer(t, dialect.Original)
	srv.Forgive("Project.AddMaterialToProject", "Project.DeleteMaterialFromProject", "Project.ModifyProject", "Project.DescribeProjects", "Project.SearchProject")
	many := func(n int, what string) string { return strings.TrimSuffix(strings.Repeat(what+",", n), ",") }
	name := func(n int) string { return strings.Repeat("名", n) }
	tests := []struct{ path, request, want string }{ // no want: no finding
		{"AddMaterialToProject", `{"ProjectId":"p","MaterialIds":[` + many(10, `"m1"`) + `]}`, ""},
		{"AddMaterialToProject", `{"ProjectId":"p","MaterialIds":[` + many(11, `"m1"`) + `]}`, "param MaterialIds invalid"},
		{"AddMaterialToProject", `{"ProjectId":"p"}`, "param MaterialIds invalid"},
		{"DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":[` + many(10, `"x"`) + `]}`, ""},
		{"DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":[` + many(11, `"x"`) + `]}`, "param MaterialIds invalid"},
		{"ModifyProject", `{"ProjectId":"p","Name":"` + name(20) + `"}`, ""},
		{"ModifyProject", `{"ProjectId":"p","Name":"` + name(21) + `"}`, "param Name invalid"},
		{"ModifyProject", `{"ProjectId":"p","WHRatio":"4:3"}`, "param WHRatio invalid"},
		{"ModifyProject", `{"ProjectId":"p","CoverSource":"user"}`, "param CoverSource invalid"},
		{"ModifyProject", `{"ProjectId":"s","StreamConnectInfo":{"StopTime":"tomorrow"}}`, "param StreamConnectInfo invalid"},
		{"DescribeProjects", `{"ProjectIds":[` + many(20, `"p"`) + `]}`, ""},
		{"DescribeProjects", `{"ProjectIds":[` + many(21, `"p"`) + `]}`, "param ProjectIds invalid"},
		{"DescribeProjects", `{"ProjectIds":7}`, "param ProjectIds invalid"},
		{"DescribeProjects", `{"Name":"` + name(30) + `"}`, ""},
		{"DescribeProjects", `{"Name":"` + name(31) + `"}`, "param Name invalid"},
		{"DescribeProjects", `{"CategorySet":["StreamConnet"]}`, "param CategorySet invalid"},
		{"DescribeProjects", `{"CategorySet":"Live"}`, "param CategorySet invalid"},
		{"DescribeProjects", `{"Sort":{"Field":"Name"}}`, "param Sort invalid"},
		{"SearchProject", `{"Name":"` + name(15) + `"}`, ""},
		{"SearchProject", `{"Name":"` + name(16) + `"}`, "param Name invalid"},
		{"SearchProject", `{"CategorySet":["VideoSegmentation"]}`, ""},
		{"SearchProject", `{"CategorySet":["Switcher"]}`, "param CategorySet invalid"},
	}
	for _, tt := range tests {
		answer := paas(t, srv, "Project/"+tt.path, ticket, tt.request)
		calls := srv.Calls("Project." + tt.path)
		found := calls[len(calls)-1].Findings
		if len(found) > 0 != (tt.want != "") || tt.want != "" && !strings.Contains(answer.Body, `"`+tt.want+`"`) {
			t.Errorf("%s %s: got %s, findings %v, want %q", tt.path, tt.request, answer.Body, found, tt.want)
		}
	}
}
