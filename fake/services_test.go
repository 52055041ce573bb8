package fake_test

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// The operations are tested in the packages of the services, and over HTTP by the scenario suite in each preset. Here are
// tests that need a server, and that no scenario can say.

// otherReadings are the dialects that differ from the original in one field: one for each constant of the package dialect.
func otherReadings(t *testing.T) map[string]fake.Dialect {
	t.Helper()
	source, err := os.ReadFile("dialect/dialect.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]fake.Dialect{}
	for _, constant := range regexp.MustCompile(`(?m)^\t\w+ +\w+ += "(.+?)"`).FindAllSubmatch(source, -1) {
		value, used := string(constant[1]), false
		for i := range reflect.TypeFor[fake.Dialect]().NumField() {
			field := reflect.TypeFor[fake.Dialect]().Field(i)
			var d fake.Dialect
			reflect.ValueOf(&d).Elem().Field(i).SetString(value)
			if field.Name != "Name" && d.Check() == nil {
				all[field.Name+" "+value], used = d, true
			}
		}
		if !used {
			t.Errorf("no field of a dialect can be %q", value)
		}
	}
	if len(all) < 20 {
		t.Fatalf("only %d readings: %v", len(all), all)
	}
	return all
}

// Every reading of every contradiction keeps the contract in every operation.
func TestEachReadingKeepsTheContract(t *testing.T) {
	t.Parallel()
	for name, d := range otherReadings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := unjudged(t, fake.Config{Dialect: d, Fixtures: fixtures.Demo(), SAAS: true})
			report, err := verify.Target{URL: srv.URL, Assumed: true, Does: verify.DoesDestroy, Timeout: time.Hour}.Verify(t.Context())
			if err != nil || report.Verdict() != verify.VerdictKept || report.Count(verify.VerdictKept) < 100 {
				t.Errorf("%v\n%s", err, report)
			}
		})
	}
}

// The calls of the vendor's clients keep the contract, and come back as HTTP 200 with the envelope, be it with an error of
// what is not there. They call every operation but the login, the upload of a file and those of no client of the vendor's.
func TestVendorCallsAreAnswered(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{}) // judges findings and bugs at the end
	srv.Forgive("warning.old-shape")    // one of the clients is old
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	calls, err := os.ReadFile("testdata/vendorcalls.txt") // below /api/v1, in every form in which they send them
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.TrimSpace(string(calls))) {
		parts := append(strings.SplitN(strings.TrimSpace(line), " ", 3), "")
		response := ask(t, srv, token, parts[0]+" "+parts[1], parts[2])
		why := response.why()
		if response.Status != 200 || !strings.HasPrefix(response.Body, `{"code":`) || strings.HasPrefix(why, "call.") || strings.HasPrefix(why, "contract.") ||
			strings.HasPrefix(why, "token.") || why == "session.logged-out" && !strings.Contains(line, "logout") {
			t.Errorf("%s: %d %.200s (%s)", line, response.Status, response.Body, response.Header.Get("X-Fakecme-Why"))
		}
	}
	var missing []string
	for _, o := range contracts.Operations() {
		if o.Service == "h5ds" && len(srv.Calls(o.ID)) == 0 {
			missing = append(missing, o.ID)
		}
	}
	if diff := cmp.Diff([]string{"Common.Upload.Form", "Fakecme.Saas.Users", "Fakecme.Saas.Works"}, missing); diff != "" {
		t.Errorf("operations that are not called (-want +got):\n%s", diff)
	}
}

// A request over a documented limit is a finding, is rejected with the documented error and changes nothing; one at the
// limit is no finding.
func TestLimitsOfRequests(t *testing.T) {
	t.Parallel()
	owner := webpaas.Person("user_01")
	srv := fake.Start(t, fake.Config{Fixtures: fake.Fixtures{WebPaaS: webpaas.Fixtures{
		Materials: []webpaas.Material{{ID: "m1", Owner: owner}},
		Projects:  []webpaas.Project{{ID: "p", Owner: owner}, {ID: "s", Owner: owner, Category: "StreamConnect"}},
	}}})
	for _, o := range contracts.Operations() {
		srv.Forgive(o.ID)
	}
	ticket, token := login(t, srv, srv.Tenant, "user_01"), thirdLogin(t, srv, srv.Tenant, "user_01")
	many := func(n int, item string) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	name := func(n int) string { return strings.Repeat("名", n) }
	tests := []struct {
		call, body, want string // the parameter that is named, or the whole text; nothing: the request is fine
	}{
		{"Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":[` + many(10, `"m1"`) + `]}`, ""},
		{"Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":[` + many(11, `"m1"`) + `]}`, "MaterialIds"},
		{"Project.AddMaterialToProject", `{"ProjectId":"p"}`, "MaterialIds"},
		{"Project.DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":[` + many(10, `"x"`) + `]}`, ""},
		{"Project.DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":[` + many(11, `"x"`) + `]}`, "MaterialIds"},
		{"Project.ModifyProject", `{"ProjectId":"p","Name":"` + name(20) + `"}`, ""},
		{"Project.ModifyProject", `{"ProjectId":"p","Name":"` + name(21) + `"}`, "Name"},
		{"Project.ModifyProject", `{"ProjectId":"p","WHRatio":"4:3"}`, "WHRatio"},
		{"Project.ModifyProject", `{"ProjectId":"p","CoverSource":"user"}`, "CoverSource"},
		{"Project.ModifyProject", `{"ProjectId":"s","StreamConnectInfo":{"StopTime":"2026-01-04T00:00:00Z"}}`, ""},
		{"Project.ModifyProject", `{"ProjectId":"s","StreamConnectInfo":{"StopTime":"tomorrow"}}`, "StreamConnectInfo"},
		{"Project.DescribeProjects", `{"ProjectIds":[` + many(20, `"p"`) + `]}`, ""},
		{"Project.DescribeProjects", `{"ProjectIds":[` + many(21, `"p"`) + `]}`, "ProjectIds"},
		{"Project.DescribeProjects", `{"ProjectIds":"s"}`, ""},
		{"Project.DescribeProjects", `{"ProjectIds":7}`, "ProjectIds"},
		{"Project.DescribeProjects", `{"Name":"` + name(30) + `"}`, ""},
		{"Project.DescribeProjects", `{"Name":"` + name(31) + `"}`, "Name"},
		{"Project.DescribeProjects", `{"CategorySet":["StreamConnet"]}`, "CategorySet"},
		{"Project.DescribeProjects", `{"CategorySet":"Live"}`, "CategorySet"},
		{"Project.DescribeProjects", `{"Sort":{"Field":"Name"}}`, "Sort"},
		{"Project.SearchProject", `{"Name":"` + name(15) + `"}`, ""},
		{"Project.SearchProject", `{"Name":"` + name(16) + `"}`, "Name"},
		{"Project.SearchProject", `{"CategorySet":["VideoSegmentation"]}`, ""},
		{"Project.SearchProject", `{"CategorySet":["Switcher"]}`, "CategorySet"},
		{"Material.CreateClass", `{"ParentClassId":9,"Owner":{"Id":"user_01","Type":"PERSON"}}`, "Name"},
		{"Material.DeleteClass", `{}`, "ClassId"},
		{"Material.DescribeClass", `{"Platform":"fake-platform"}`, "Owner"},
		{"Material.ModifyClass", `{"ClassId":9}`, "Owner"},
		{"Material.DescribeTextInMaterial", `{"MaterialId":"m1","StartTimeOffset":-1,"EndTimeOffset":5.2}`, "StartTimeOffset"},
		{"Material.DescribeMaterialSubtitle", `{"MaterialId":"m1","EndTimeOffset":5.2}`, "StartTimeOffset"},
		{"Material.CreateUploadMaterial", `{"ClassId":9,"MaterialType":"VIDEO","Name":"a","Owner":{"Id":"user_01","Type":"PERSON"},` +
			`"UploadSummaryKey":"da39a3ee5e6b4b0d3255bfef95601890afd80709","TagSet":["综艺"],"PreProcessDefinitionSet":[40]}`, ""},
		{"Task.DescribeTasks", `{"StatusSet":["FAILED"]}`, "StatusSet"},
		{"Task.DescribeTasks", `{"TaskIds":"x"}`, "TaskIds"},
		{"Task.DescribeTasks", `{"Sort":{"Order":"Asc"}}`, "Sort"},
		{"Task.DescribeTasks", `{"Offset":-1}`, "Offset"},
		{"Task.DescribeTasks", `{"Limit":-1}`, "Limit"},
		{"Task.DescribeTasks", `{"Limit":"20"}`, "Limit"},
		{"Task.DescribeTasks", `{"Limit":null}`, "Limit"},
		{"Task.DescribeTasks", `{"Limit":30}`, ""},
		{"Task.DeleteTask", `{}`, "TaskId"},
		{"Team.DescribeTeams", `{"TeamIds":"cmetid_1"}`, "TeamIds"},
		{"Team.DescribeTeams", `{"TeamIds":["x"],"Offset":"1"}`, "Offset"},
		{"Team.DescribeJoinTeams", `{"Offset":-1}`, "Offset"},
		{"GET /user/apps/page?page=0", "", "page"},
		{"GET /user/apps/page?page=one", "", "page"},
		{"GET /user/apps/page?page_size=1000", "", "page_size"},
		{"GET /user/apps/page?category_id=root", "", "category_id"},
		{"POST /user/apps/update", `{"id":837523312766513152,"name":"x"}`, "id"},
		{"POST /user/apps/move", `{"ids":[],"category_id":"0"}`, "ids"},
		{"POST /user/apps/move", `{"ids":"1","category_id":"0"}`, "ids"},
		{"POST /user/categories/create", `{"type":"folder","name":"x"}`, "type"},
		{"POST /user/materials/create", `{"name":"x","urls":{"thumb":"/t.png"}}`, "urls"},
		{"GET /open/templates/abc", "", "templateId"},
	}
	for _, tt := range tests {
		before := snapshot(t, srv)
		var response httpResponse
		var want string
		if class, action, isCME := strings.Cut(tt.call, "."); isCME {
			response = paas(t, srv, class+"/"+action, ticket, tt.body)
			want = `{"Code":"InvalidParameterValue","Message":"参数值错误","EnglishMessage":"param ` + tt.want + ` invalid"}`
		} else {
			response = ask(t, srv, token, tt.call, tt.body)
			want = `{"code":400,"message":"参数错误: ` + tt.want + `","data":null}`
		}
		findings := last(srv).Findings
		if (len(findings) == 1) != (tt.want != "") || tt.want != "" && (response.Body != want || response.Status != 200) {
			t.Errorf("%s %s: %d %s, findings %v; want %q", tt.call, tt.body, response.Status, response.Body, findings, tt.want)
		}
		if tt.want != "" && snapshot(t, srv) != before {
			t.Errorf("%s %s: rejected, and changed the state", tt.call, tt.body)
		}
	}
	for call, body := range map[string]string{"Task/DescribeTasks": `{"Limit":31}`, "Team/DescribeJoinTeams": `{"Limit":50,"Offset":0}`} {
		response := paas(t, srv, call, ticket, body)
		if !strings.Contains(response.Body, `"Code":"InvalidParameterValue.Limit"`) || response.why() != "contract.body" || len(last(srv).Findings) != 0 {
			t.Errorf("%s: an error that the document has is no finding: %s %v", call, response.Body, last(srv).Findings)
		}
	}
}

func snapshot(t *testing.T, srv *fake.Server) string {
	t.Helper()
	text, err := srv.Tenant.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Everything that a test can put is found by the next call of a client.
func TestPutIsFound(t *testing.T) {
	t.Parallel()
	owner := webpaas.Person("user_01")
	const users = "user_01"
	urls := h5ds.URLs{URL: "/video/uploads/x.png"}
	tests := []struct {
		name             string
		put              func(s *fake.Server) (id string)
		call, body, want string // ID stands for the id
	}{
		{"class", func(s *fake.Server) string { return fmt.Sprint(fake.Put(s, webpaas.Class{Owner: owner, Name: "c"}).ID) }, "Material.ModifyClass", `{"ClassId":ID,"Owner":{"Id":"user_01","Type":"PERSON"},"Name":"d"}`, `"Success"`},
		{"material", func(s *fake.Server) string { return fake.Put(s, webpaas.Material{Owner: owner, Name: "clip"}).ID }, "Material.DescribeMaterials", `{"MaterialIds":["ID"]}`, `"clip"`},
		{"frame tags", func(s *fake.Server) string {
			return fake.Put(s, webpaas.FrameTags{MaterialID: fake.Put(s, webpaas.Material{Owner: owner}).ID,
				Items: []webpaas.FrameTag{{Start: 1, End: 2, Tags: []string{"游戏"}}}}).MaterialID
		}, "Material.DescribeMaterialFrameTag", `{"MaterialId":"ID","StartTimeOffset":0,"EndTimeOffset":9}`, `"游戏"`},
		{"recognition", func(s *fake.Server) string {
			return fake.Put(s, webpaas.Recognition{MaterialID: fake.Put(s, webpaas.Material{Owner: owner}).ID,
				Faces: &webpaas.Found[webpaas.Face]{Items: []webpaas.Face{{Name: "王晓雨"}}}}).MaterialID
		}, "Material.DescribeFaceInMaterial", `{"MaterialId":"ID"}`, `"王晓雨"`},
		{"grant", func(s *fake.Server) string {
			id := fake.Put(s, webpaas.Material{Owner: webpaas.Person("user_02"), Name: "shared"}).ID
			fake.Put(s, webpaas.Grant{Authorizee: owner, Resource: webpaas.Resource{Type: webpaas.ResourceMaterial, ID: id}})
			return id
		}, "Material.DescribeMaterials", `{"MaterialIds":["ID"]}`, `"shared"`},
		{"project", func(s *fake.Server) string { return fake.Put(s, webpaas.Project{Owner: owner, Name: "film"}).ID }, "Project.DescribeProjects", `{"ProjectIds":["ID"]}`, `"film"`},
		{"team", func(s *fake.Server) string {
			return fake.Put(s, webpaas.Team{Name: "crew", Members: []webpaas.Member{{User: users, Role: "Owner"}}}).ID
		}, "Team.DescribeTeams", `{"TeamIds":["ID"]}`, `"crew"`},
		{"task", func(s *fake.Server) string { return task(s, webpaas.Plan{}) }, "Task.DescribeTasks", `{"TaskIds":["ID"]}`, `"Status":"SUCCESS"`},
		{"task of a plan", func(s *fake.Server) string {
			s.WebPaaS().SetPlan(webpaas.TaskProcess, webpaas.Plan{Fail: &webpaas.Failure{At: 5}})
			return task(s, webpaas.Plan{})
		}, "Task.DescribeTasks", `{"TaskIds":["ID"]}`, `"Status":"FAIL","Progress":5`},
		{"task that is moved", func(s *fake.Server) string {
			id := task(s, webpaas.Plan{Manual: true})
			s.WebPaaS().SetProgress(id, 70)
			return id
		}, "Task.DescribeTasks", `{"TaskIds":["ID"]}`, `"Status":"PROCESSING","Progress":70`},
		{"task that is finished", func(s *fake.Server) string {
			id := task(s, webpaas.Plan{Manual: true})
			s.WebPaaS().FinishTask(id)
			return id
		}, "Task.DescribeTasks", `{"TaskIds":["ID"]}`, `"Status":"SUCCESS","Progress":100`},
		{"task that fails", func(s *fake.Server) string {
			id := task(s, webpaas.Plan{Manual: true})
			s.WebPaaS().SetProgress(id, 40)
			s.WebPaaS().FailTask(id, 10001)
			return id
		}, "Task.DescribeTasks", `{"TaskIds":["ID"]}`, `"Status":"FAIL","Progress":40`},

		{"user", func(s *fake.Server) string { return fake.Put(s, h5ds.User{UserID: users, NickName: "wtone"}).ID }, "GET /user/info", "", `"wtone"`},
		{"work", func(s *fake.Server) string { return fake.Put(s, h5ds.Work{Owner: users}).ID }, "GET /user/apps/page", "", `"ID"`},
		{"category", func(s *fake.Server) string {
			return fake.Put(s, h5ds.Category{Owner: users, Type: h5ds.MaterialCategory, Name: "media"}).ID
		}, "GET /user/categories/page", "", `"ID"`},
		{"type item", func(s *fake.Server) string { return fake.Put(s, h5ds.TypeItem{TypeID: "312", Name: "nature"}).ID }, "GET /common/type-items/page?type_id=312", "", `"ID"`},
		{"material of a user", func(s *fake.Server) string {
			return fake.Put(s, h5ds.Material{Owner: users, URLs: urls, Attrs: h5ds.Attrs{"width": 200}}).ID
		}, "GET /user/materials/page", "", `"ID"`},
		{"material of the system", func(s *fake.Server) string { return fake.Put(s, h5ds.Material{URLs: urls}).ID }, "GET /materials/page", "", `"ID"`},
		{"template", func(s *fake.Server) string {
			category := fake.Put(s, h5ds.TemplateCategory{Name: "weddings"})
			return fake.Put(s, h5ds.Template{Name: "poster", CategoryID: category.ID}).ID
		}, "GET /open/templates/ID", "", `"poster"`},
		{"message", func(s *fake.Server) string { return fake.Put(s, h5ds.Message{Owner: users, Title: "维护"}).ID }, "GET /user/messages/info?id=ID", "", `"维护"`},
		{"credit", func(s *fake.Server) string { return fake.Put(s, h5ds.Credit{Owner: users, Credits: 5}).ID }, "GET /user/credits/page", "", `"total":1`},
		{"credit log", func(s *fake.Server) string {
			return fake.Put(s, h5ds.CreditLog{Owner: users, Type: "reward", Credits: 5, Balance: 5}).ID
		}, "GET /user/credit-logs/page", "", `"total":1`},
		{"credit package", func(s *fake.Server) string {
			return fake.Put(s, h5ds.CreditPackage{Name: "一百", Price: 10, Credits: 100}).ID
		}, "GET /user/credit-packages/list", "", `"ID"`},
		{"VIP package", func(s *fake.Server) string {
			return fake.Put(s, h5ds.VIPPackage{Name: "月", CurrentPrice: 29, VIPLevel: 2}).ID
		}, "GET /user/vip-packages/list", "", `"ID"`},
		{"render task", func(s *fake.Server) string {
			id := fake.Put(s, h5ds.RenderTask{Owner: users, JSONURL: "/p.json", Plan: h5ds.Plan{Manual: true}}).ID
			fake.Put(s, h5ds.Progress{Kind: h5ds.RenderJobs, Job: id, Percent: 7})
			return id
		}, "POST /user/app/tasks/status", `{"ids":["ID"]}`, `"status":1,"result":{"progress":7}`},
		{"transcription", func(s *fake.Server) string {
			return fake.Put(s, h5ds.Transcription{Owner: users, Sentences: []h5ds.Sentence{{Text: "你好", EndTime: 900}}}).ID
		}, "GET /common/filetrans/huoshan_info?TaskId=ID", "", `"你好"`},
		{"AI task", func(s *fake.Server) string {
			return fake.Put(s, h5ds.BizTask{Owner: users, Type: "huoshan_image", Plan: h5ds.Plan{Fail: &h5ds.Failure{Message: "违规"}}}).ID
		}, "GET /common/bizTasks/info?id=ID", "", `"违规"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{})
			token := thirdLogin(t, srv, srv.Tenant, "user_01") // what is put needs its owner
			id := tt.put(srv)
			call, body, want := strings.ReplaceAll(tt.call, "ID", id), strings.ReplaceAll(tt.body, "ID", id), strings.ReplaceAll(tt.want, "ID", id)
			var response httpResponse
			if class, action, isCME := strings.Cut(tt.call, "."); isCME {
				response = paas(t, srv, class+"/"+action, login(t, srv, srv.Tenant, "user_01"), body)
			} else {
				response = ask(t, srv, token, call, body)
			}
			if !strings.Contains(response.Body, want) {
				t.Errorf("%s %s: %s, want %s (%s)", call, body, response.Body, want, response.why())
			}
		})
	}
}

// task puts a task that recognises a new video of user_01.
func task(s *fake.Server, plan webpaas.Plan) string {
	return fake.Put(s, webpaas.Task{MaterialID: fake.Put(s, webpaas.Material{Owner: webpaas.Person("user_01")}).ID, Plan: plan}).ID
}

// A test does what a person does outside of the API: it reads codes, scans, and pays.
func TestDoneByHand(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	h := srv.H5DS()
	h.PlanOrders(h5ds.PayPlan{Granting: h5ds.Duration(time.Minute)})
	order := field(t, ask(t, srv, token, "POST /user/credit-orders/create", `{"package_id":"310000000000000001"}`), "id")
	h.PayOrder(order)
	srv.Clock.Advance(time.Minute)
	if got := field(t, ask(t, srv, token, "GET /user/credit-orders/status?id="+order, ""), "status"); got != "2" {
		t.Errorf("a paid order has the status %s", got)
	}
	ask(t, srv, token, "POST /account/mail/bind-email", `{"email":"a@example.com"}`)
	ask(t, srv, token, "POST /account/bind-email", `{"email":"a@example.com","code":"`+h.Codes("a@example.com")[0].Code+`"}`)
	sn := field(t, ask(t, srv, token, "GET /account/bind-weixin/wqr", ""), "sn")
	h.ApproveQR(sn, "wx-a")
	ask(t, srv, token, "GET /account/bind-weixin/wset?sn="+sn, "")
	if got := ask(t, srv, token, "GET /account/binds", "").Body; !strings.Contains(got, `["email","wechat"]`) {
		t.Errorf("bound are %s", got)
	}
}

// Of many clients that make a class of one name, one gets it.
func TestOneClassOfAName(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	team := fake.Put(srv, webpaas.Team{Members: []webpaas.Member{{User: "olga", Role: "Owner"}, {User: "adam", Role: "Admin"}}})
	var made atomic.Int64
	var wg sync.WaitGroup
	for i := range 20 {
		ticket := login(t, srv, srv.Tenant, []string{"olga", "adam"}[i%2])
		wg.Go(func() {
			response := paas(t, srv, "Material/CreateClass", ticket, fmt.Sprintf(`{"ParentClassId":9,"Name":"same","Owner":{"Type":"TEAM","Id":%q}}`, team.ID))
			if strings.Contains(response.Body, `"Data":{"ClassId":`) {
				made.Add(1)
			} else if response.why() != "webpaas.class-exists" {
				t.Errorf("rejected with %s: %s", response.why(), response.Body)
			}
		})
	}
	wg.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("%d classes were made", n)
	}
}

// VerifySign is a CME signature with the action Upload: nothing else is taken for one.
func TestUploadSignatures(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Dialect: fake.Dialect{UploadSign: dialect.UploadSignRequired}})
	ticket := login(t, srv, srv.Tenant, "user_01")
	demo := loginParams(srv.Tenant, "user_01")
	demo.Action = "CreateUploadMaterial"
	for _, tt := range []struct{ name, sign, why string }{
		{"none", "", "webpaas.verify-sign-missing"},
		{"the documented example", "jMGDoS3N7l+kmdsuh5o6B9MXVuxjdXJyZW50VGltZVN0YW1wPxxxxx", "cme."},
		{"of the login", loginSignature(srv.Tenant, "user_01"), "cme.wrong-action"},
		{"of the vendor's demo", signWith(srv.Tenant, demo), "cme.undocumented-action"},
		{"of another user", uploadSignature(srv.Tenant, "user_02"), "webpaas.verify-sign-user"},
		{"good", uploadSignature(srv.Tenant, "user_01"), ""},
	} {
		response, context := applyUpload(t, srv, ticket, `,"VerifySign":"`+tt.sign+`"`)
		rejected := strings.HasPrefix(response.Body, `{"Code":"SignatureVerifyFail",`)
		if good := tt.why == ""; good == rejected || good != (context != "") || !strings.HasPrefix(response.why(), tt.why) {
			t.Errorf("%s: %s (%s), want %s", tt.name, response.Body, response.why(), tt.why)
		}
	}
}

// Files come back as they were uploaded, in each of the client's ways, at every address of the storage; and the
// journal has them byte for byte.
func TestUploadedFiles(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	send := func(parts ...part) httpResponse {
		body, contentType := multipartBody(t, parts...)
		return do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/common/upload/form", body, "Authorization", token, "Content-Type", contentType)
	}
	for _, tt := range []struct {
		name                 string
		response             httpResponse
		contentType, content string
	}{
		{"file", send(part{"file", "film.mp4", "video/mp4", binary}), "video/mp4", binary},
		{"files[0], beside a text", send(part{name: "app_id", content: "1"}, part{"files[0]", "a.png", "image/png", binary}), "image/png", binary},
		{"its own name", send(part{"我的.mp3", "我的.mp3", "audio/mpeg", binary}), "audio/mpeg", binary},
		{"content", ask(t, srv, token, "POST /common/upload/content", `{"content":"{\"a\":1}"}`), "application/json", `{"a":1}`},
	} {
		path := field(t, tt.response, "storage_path")
		for _, address := range []string{page + path, page + "/" + path + "?t=1", "https://video.h5ds.com" + path, srv.URL + path, field(t, tt.response, "url")} {
			file := do(t, srv.Client(), "GET", address, "")
			if file.Status != 200 || file.Body != tt.content || file.Header.Get("Content-Type") != tt.contentType {
				t.Errorf("%s: GET %s: %d, %q, %d bytes", tt.name, address, file.Status, file.Header.Get("Content-Type"), len(file.Body))
			}
		}
	}
	for _, c := range srv.Calls("") {
		if c.Kind != traffic.File || c.Service != "h5ds" || len(c.ResponseBody) == 0 || c.ResponseBody[0] == 0x89 && string(c.ResponseBody) != binary {
			t.Errorf("the journal has %s with %q", c, c.ResponseBody)
		}
	}
	if first := srv.Calls("Common.Upload.Form")[0]; !strings.Contains(string(first.RequestBody), binary) {
		t.Errorf("the journal has %q", first.RequestBody)
	}
}

// The calls for a whole application are signed by headers, and answer for that application alone.
func TestSAASCalls(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{SAAS: true})
	other := newTenant(t, srv, fake.Credentials{})
	fake.Put(srv, h5ds.User{UserID: "user_01", VIPLevel: 1})
	fake.Put(srv, h5ds.Work{Owner: "user_01", Name: "mine"})
	for path, want := range map[string]string{"users?keyword=&page=1&page_size=10": `"total":1`, "works": `"userId":"user_01"`} {
		if response := saas(t, srv, srv.Tenant, path); !strings.Contains(response.Body, want) {
			t.Errorf("%s: %s (%s)", path, response.Body, response.Header.Get("X-Fakecme-Why"))
		}
	}
	if response := saas(t, srv, other, "users"); !strings.Contains(response.Body, `"total":0`) {
		t.Errorf("another application sees %s", response.Body)
	}
	wrong := fake.Tenant{Credentials: srv.Tenant.Credentials, Clock: srv.Clock}
	wrong.Secret = "another secret"
	if response := saas(t, srv, &wrong, "users"); response.why() != "h5ds.wrong-secret" {
		t.Errorf("with a wrong secret: %s", response.Body)
	}
}

// Off, they are like any path that nobody documents, but the diagnosis is one of their own.
func TestSAASOff(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	unknown := saas(t, srv, srv.Tenant, "elsewhere")
	for _, path := range []string{"users", "works"} {
		response := saas(t, srv, srv.Tenant, path)
		if response.why() != "call.saas-off" || response.Body != unknown.Body || response.Status != unknown.Status || len(last(srv).Findings) != 1 {
			t.Errorf("%s: %d %s (%s), findings %v; an unknown path gets %d %s", path, response.Status, response.Body, response.why(), last(srv).Findings, unknown.Status, unknown.Body)
		}
	}
}

// A mistake of the test's author ends the test, with a sentence.
func TestMistakesOfATest(t *testing.T) {
	t.Parallel()
	start := func(tb *testTB) *fake.Server {
		return fake.Start(tb, fake.Config{Fixtures: fake.Fixtures{WebPaaS: webpaas.Fixtures{
			Materials: []webpaas.Material{{ID: "m", Owner: webpaas.Person("user_01")}}, Tasks: []webpaas.Task{{ID: "x", MaterialID: "m"}},
		}}})
	}
	for _, tt := range []struct {
		name string
		do   func(srv *fake.Server)
		want string
	}{
		{"type of a plan", func(srv *fake.Server) { srv.WebPaaS().SetPlan("EXPORT", webpaas.Plan{}) },
			`fake: webpaas: set plan of "EXPORT": task type: "EXPORT"; allowed are VIDEO_EDIT_PROJECT_EXPORT, MATERIAL_PROCESS`},
		{"plan of two ways", func(srv *fake.Server) {
			srv.WebPaaS().SetPlan(webpaas.TaskProcess, webpaas.Plan{Polls: 1, Manual: true})
		},
			`fake: webpaas: set plan of "MATERIAL_PROCESS": polls: it stands beside manual; a job ends in one way`},
		{"no task to finish", func(srv *fake.Server) { srv.WebPaaS().FinishTask("y") }, `fake: webpaas: finish task: there is no task "y"`},
		{"no task to fail", func(srv *fake.Server) { srv.WebPaaS().FailTask("y", 1) }, `fake: webpaas: fail task: there is no task "y"`},
		{"task that is not moved by hand", func(srv *fake.Server) { srv.WebPaaS().SetProgress("x", 1) },
			"fake: webpaas: set progress: task x is not moved by hand; give it, or its type MATERIAL_PROCESS, the plan manual"},
		{"no order", func(srv *fake.Server) { srv.H5DS().PayOrder("1") }, `fake: h5ds: pay order "1": there is no such order`},
		{"no QR code", func(srv *fake.Server) { srv.H5DS().ApproveQR("1", "x") }, `fake: h5ds: approve QR "1": there is no such sn`},
		{"plan of orders", func(srv *fake.Server) { srv.H5DS().PlanOrders(h5ds.PayPlan{Granting: -1}) }, `fake: h5ds: plan orders: granting: -1ns; it cannot be negative`},
		{"inject: unknown operation", func(srv *fake.Server) { srv.Inject("Material.ListMedias", fault.Drop()) }, `fake: inject: no operation is called "Material.ListMedias"; did you mean "Material.ListMedia"?`},
		{"inject: call of the fake itself", func(srv *fake.Server) { srv.Inject("Callback.RenderDone", fault.Drop()) },
			"fake: inject: Callback.RenderDone is a call of the fake to your own server; faults fire at the calls of clients"},
		{"inject: undocumented code", func(srv *fake.Server) { srv.Inject("OpenCME.Login", fault.Error("Nope")) },
			`fake: inject: OpenCME.Login documents no error Nope; there are: SignatureVerifyFail, InternalError; to use it all the same: Force ("forced": true)`},
		{"inject: undocumented text", func(srv *fake.Server) { srv.Inject("OpenCME.Login", fault.Error("InternalError").Text("", "No Text")) },
			`fake: inject: OpenCME.Login documents no error InternalError with the text "No Text"; there are: SignatureVerifyFail, InternalError; to use it all the same: Force ("forced": true)`},
		{"inject: code of another dialect", func(srv *fake.Server) { srv.Inject("OpenCME.Login", fault.Error("InvalidParameterValue.Platform")) },
			`fake: inject: OpenCME.Login documents no error InvalidParameterValue.Platform; there are: SignatureVerifyFail, InternalError; to use it all the same: Force ("forced": true)`},
		{"inject: bad fault", func(srv *fake.Server) { srv.Inject("OpenCME.Login", fault.Status(200, 0)) }, "fake: inject: fault status: 200; allowed are 400 to 599"},
		{"name of an operation", func(srv *fake.Server) { srv.Calls("Material.ListMedias") }, `fake: no operation is called "Material.ListMedias"; did you mean "Material.ListMedia"?`},
		{"name of a warning", func(srv *fake.Server) { srv.Forgive("warning.poling") }, `fake: no warning is called "warning.poling"; there are: warning.ticket-per-call, warning.polling, warning.upload-finished-twice, warning.secret-sent, warning.old-shape, warning.no-content-type`},
	} {
		if diff := cmp.Diff([]string{tt.want}, runTest(func(tb *testTB) { tt.do(start(tb)) })); diff != "" {
			t.Errorf("%s: reported (-want +got):\n%s", tt.name, diff)
		}
	}
	srv := newServer(t, fake.Config{})
	defer func() { // without a test it is a panic
		if r := fmt.Sprint(recover()); !strings.HasPrefix(r, `fake: webpaas: set plan of "": `) {
			t.Errorf("panic: %s", r)
		}
	}()
	srv.WebPaaS().SetPlan("", webpaas.Plan{})
}

// A mistake in a file of fixtures is named by its line.
func TestFixtureMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"webpaas:\n  material: []\n": `f.yaml:2: unknown field "material"; there are: `,
		"webpaas:\n  recognitions:\n  - materialId: x\n    faces:\n      item: []\n": `f.yaml:5: unknown field "item"; there are: items, version`,
		"webpaas:\n  tasks:\n  - {plan: soon}\n":                                     `f.yaml:3: plan: "soon"; write immediate, manual, {after: 30s} or {polls: 3}`,
		"webpaas:\n  tasks:\n  - {plan: {after: 30}}\n":                              `f.yaml:3: plan.after: 30; write a duration such as 90s or 1m30s`,
		"webpaas:\n  tasks:\n  - {plan: {poll: 3}}\n":                                `f.yaml:3: plan.poll: unknown field; there are: after, fail, immediate, manual, polls`,
		"webpaas:\n  tasks:\n  - plan:\n      fail: {at: 160%}\n":                    `f.yaml:4: plan.fail.at: 160%; allowed are 0% to 100%`,
		"webpaas:\n  tasks:\n  - {plan: {polls: 3, polls: 4}}\n":                     `f.yaml:3: mapping key "polls" already defined at line 3`,
		"webpaas:\n  plans:\n    MATERIAL_PROCESS:\n      after: soon\n":             `f.yaml:4: plan.after: soon; write a duration such as 90s or 1m30s`,
	} {
		if _, err := fixtures.Parse("f.yaml", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := fixtures.Read("no such file"); err == nil {
		t.Error("a file that is not there was read")
	}
}
