package contracts

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write index.json anew from the documents")

// everyDocument is the names that Load knows.
func everyDocument() []string { return append(indexedDocuments(), admin) }

// indexedDocuments are the documents that index.json is made from.
func indexedDocuments() []string { return append(Names(), callbacks) }

// TestIndexIsFresh makes the index from the documents and compares it with index.json.
func TestIndexIsFresh(t *testing.T) {
	var all index
	for _, name := range indexedDocuments() {
		doc, err := parse(name)
		if err != nil {
			t.Fatal(err)
		}
		entry, err := indexOf(name, doc)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all.Documents = append(all.Documents, entry)
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("index.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile("index.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("index.json is stale: run go test ./contracts -update (-want +got):\n%s", diff)
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	type line struct{ ID, Service, Method, Path, Security string }
	want := []line{
		{"OpenCME.Login", "opencme", "GET", "/", "cmeSignature"},
		{"Material.AddMaterialFrameTag", "webpaas", "POST", "/PaaS/Material/AddMaterialFrameTag", "cmeTicket"},
		{"Material.CreateClass", "webpaas", "POST", "/PaaS/Material/CreateClass", "cmeTicket"},
		{"Material.CreateUploadMaterial", "webpaas", "POST", "/PaaS/Material/CreateUploadMaterial", "cmeTicket"},
		{"Material.DeleteClass", "webpaas", "POST", "/PaaS/Material/DeleteClass", "cmeTicket"},
		{"Material.DeleteMaterial", "webpaas", "POST", "/PaaS/Material/DeleteMaterial", "cmeTicket"},
		{"Material.DeleteMaterialFrameTag", "webpaas", "POST", "/PaaS/Material/DeleteMaterialFrameTag", "cmeTicket"},
		{"Material.DescribeClass", "webpaas", "POST", "/PaaS/Material/DescribeClass", "cmeTicket"},
		{"Material.DescribeFaceInMaterial", "webpaas", "POST", "/PaaS/Material/DescribeFaceInMaterial", "cmeTicket"},
		{"Material.DescribeMaterialFrameTag", "webpaas", "POST", "/PaaS/Material/DescribeMaterialFrameTag", "cmeTicket"},
		{"Material.DescribeMaterialSubtitle", "webpaas", "POST", "/PaaS/Material/DescribeMaterialSubtitle", "cmeTicket"},
		{"Material.DescribeMaterials", "webpaas", "POST", "/PaaS/Material/DescribeMaterials", "cmeTicket"},
		{"Material.DescribeObjectInMaterial", "webpaas", "POST", "/PaaS/Material/DescribeObjectInMaterial", "cmeTicket"},
		{"Material.DescribeTextInMaterial", "webpaas", "POST", "/PaaS/Material/DescribeTextInMaterial", "cmeTicket"},
		{"Material.FinishUploadMaterial", "webpaas", "POST", "/PaaS/Material/FinishUploadMaterial", "cmeTicket"},
		{"Material.ListMedia", "webpaas", "POST", "/PaaS/Material/ListMedia", "cmeTicket"},
		{"Material.ModifyClass", "webpaas", "POST", "/PaaS/Material/ModifyClass", "cmeTicket"},
		{"Material.ModifyMaterial", "webpaas", "POST", "/PaaS/Material/ModifyMaterial", "cmeTicket"},
		{"Material.ModifyMaterialFrameTag", "webpaas", "POST", "/PaaS/Material/ModifyMaterialFrameTag", "cmeTicket"},
		{"Material.ProcessMaterial", "webpaas", "POST", "/PaaS/Material/ProcessMaterial", "cmeTicket"},
		{"Material.SearchMaterial", "webpaas", "POST", "/PaaS/Material/SearchMaterial", "cmeTicket"},
		{"Material.SearchSharedMaterial", "webpaas", "POST", "/PaaS/Material/SearchSharedMaterial", "cmeTicket"},
		{"Project.AddMaterialToProject", "webpaas", "POST", "/PaaS/Project/AddMaterialToProject", "cmeTicket"},
		{"Project.DeleteMaterialFromProject", "webpaas", "POST", "/PaaS/Project/DeleteMaterialFromProject", "cmeTicket"},
		{"Project.DeleteProject", "webpaas", "POST", "/PaaS/Project/DeleteProject", "cmeTicket"},
		{"Project.DescribeProjectMaterials", "webpaas", "POST", "/PaaS/Project/DescribeProjectMaterials", "cmeTicket"},
		{"Project.DescribeProjects", "webpaas", "POST", "/PaaS/Project/DescribeProjects", "cmeTicket"},
		{"Project.ModifyProject", "webpaas", "POST", "/PaaS/Project/ModifyProject", "cmeTicket"},
		{"Project.SearchProject", "webpaas", "POST", "/PaaS/Project/SearchProject", "cmeTicket"},
		{"Task.DeleteTask", "webpaas", "POST", "/PaaS/Task/DeleteTask", "cmeTicket"},
		{"Task.DescribeTasks", "webpaas", "POST", "/PaaS/Task/DescribeTasks", "cmeTicket"},
		{"Team.DescribeJoinTeams", "webpaas", "POST", "/PaaS/Team/DescribeJoinTeams", "cmeTicket"},
		{"Team.DescribeTeams", "webpaas", "POST", "/PaaS/Team/DescribeTeams", "cmeTicket"},
		{"Account.BindEmail", "h5ds", "POST", "/api/v1/account/bind-email", "h5dsToken"},
		{"Account.BindMobile", "h5ds", "POST", "/api/v1/account/bind-mobile", "h5dsToken"},
		{"Account.BindWeixin.Wqr", "h5ds", "GET", "/api/v1/account/bind-weixin/wqr", "h5dsToken"},
		{"Account.BindWeixin.Wset", "h5ds", "GET", "/api/v1/account/bind-weixin/wset", "h5dsToken"},
		{"Account.Binds", "h5ds", "GET", "/api/v1/account/binds", "h5dsToken"},
		{"Account.Captcha", "h5ds", "GET", "/api/v1/account/captcha", ""},
		{"Account.ChangePassword", "h5ds", "POST", "/api/v1/account/change-password", "h5dsToken"},
		{"Account.Info", "h5ds", "GET", "/api/v1/account/info", "h5dsToken"},
		{"Account.Login", "h5ds", "POST", "/api/v1/account/login", ""},
		{"Account.Login.Provider.Qq.User", "h5ds", "GET", "/api/v1/account/login/provider/qq/user", ""},
		{"Account.Login.Wqr", "h5ds", "GET", "/api/v1/account/login/wqr", ""},
		{"Account.Login.Wset", "h5ds", "GET", "/api/v1/account/login/wset", ""},
		{"Account.Logout", "h5ds", "GET", "/api/v1/account/logout", "h5dsToken"},
		{"Account.LogoutPost", "h5ds", "POST", "/api/v1/account/logout", "h5dsToken"},
		{"Account.Mail.BindEmail", "h5ds", "POST", "/api/v1/account/mail/bind-email", "h5dsToken"},
		{"Account.Mail.Login", "h5ds", "POST", "/api/v1/account/mail/login", ""},
		{"Account.Mail.Register", "h5ds", "POST", "/api/v1/account/mail/register", ""},
		{"Account.RecoverPassword", "h5ds", "POST", "/api/v1/account/recover-password", ""},
		{"Account.Register", "h5ds", "POST", "/api/v1/account/register", ""},
		{"Account.Sms.BindMobile", "h5ds", "POST", "/api/v1/account/sms/bind-mobile", "h5dsToken"},
		{"Account.Sms.Login", "h5ds", "POST", "/api/v1/account/sms/login", ""},
		{"Account.Sms.RecoverPassword", "h5ds", "POST", "/api/v1/account/sms/recover-password", ""},
		{"Account.Sms.Register", "h5ds", "POST", "/api/v1/account/sms/register", ""},
		{"Account.Unbind", "h5ds", "POST", "/api/v1/account/unbind", "h5dsToken"},
		{"Account.Update", "h5ds", "POST", "/api/v1/account/update", "h5dsToken"},
		{"Account.UpdatePut", "h5ds", "PUT", "/api/v1/account/update", "h5dsToken"},
		{"Account.Wechat.Wqr", "h5ds", "GET", "/api/v1/account/wechat/wqr", "h5dsToken"},
		{"Account.Wechat.Wset", "h5ds", "GET", "/api/v1/account/wechat/wset", "h5dsToken"},
		{"Admin.Templates.Info", "h5ds", "GET", "/api/v1/admin/templates/info", "h5dsToken"},
		{"Admin.Templates.Update", "h5ds", "POST", "/api/v1/admin/templates/update", "h5dsToken"},
		{"Api.UserSign", "h5ds", "GET", "/api/v1/api/user-sign", "h5dsToken"},
		{"Api.UserSignPost", "h5ds", "POST", "/api/v1/api/user-sign", "h5dsToken"},
		{"Common.BizTasks.Create", "h5ds", "POST", "/api/v1/common/bizTasks/create", "h5dsToken"},
		{"Common.BizTasks.Delete", "h5ds", "POST", "/api/v1/common/bizTasks/delete", "h5dsToken"},
		{"Common.BizTasks.Info", "h5ds", "GET", "/api/v1/common/bizTasks/info", "h5dsToken"},
		{"Common.BizTasks.Page", "h5ds", "GET", "/api/v1/common/bizTasks/page", "h5dsToken"},
		{"Common.BizTasks.Status", "h5ds", "POST", "/api/v1/common/bizTasks/status", "h5dsToken"},
		{"Common.Config.Value", "h5ds", "GET", "/api/v1/common/config/value", "h5dsToken"},
		{"Common.Filetrans.Huoshan", "h5ds", "POST", "/api/v1/common/filetrans/huoshan", "h5dsToken"},
		{"Common.Filetrans.HuoshanInfo", "h5ds", "GET", "/api/v1/common/filetrans/huoshan_info", "h5dsToken"},
		{"Common.MaterialJobs.Reverse", "h5ds", "POST", "/api/v1/common/materialJobs/reverse", "h5dsToken"},
		{"Common.Openai.Completion", "h5ds", "POST", "/api/v1/common/openai/completion", "h5dsToken"},
		{"Common.Openai.Stream", "h5ds", "POST", "/api/v1/common/openai/stream", "h5dsToken"},
		{"Common.Tts.Huoshan", "h5ds", "POST", "/api/v1/common/tts/huoshan", "h5dsToken"},
		{"Common.Tts.HuoshanV3", "h5ds", "POST", "/api/v1/common/tts/huoshan_v3", "h5dsToken"},
		{"Common.TypeItems.Page", "h5ds", "GET", "/api/v1/common/type-items/page", "h5dsToken"},
		{"Common.Types.Tree", "h5ds", "GET", "/api/v1/common/types/tree", "h5dsToken"},
		{"Common.Upload.Base64", "h5ds", "POST", "/api/v1/common/upload/base64", "h5dsToken"},
		{"Common.Upload.Content", "h5ds", "POST", "/api/v1/common/upload/content", "h5dsToken"},
		{"Common.Upload.Form", "h5ds", "POST", "/api/v1/common/upload/form", "h5dsToken"},
		{"Fakecme.Saas.Users", "h5ds", "GET", "/api/v1/fakecme/saas/users", "h5dsSign"},
		{"Fakecme.Saas.Works", "h5ds", "GET", "/api/v1/fakecme/saas/works", "h5dsSign"},
		{"Materials.Page", "h5ds", "GET", "/api/v1/materials/page", "h5dsToken"},
		{"Open.AppStatistics", "h5ds", "GET", "/api/v1/open/app-statistics", ""},
		{"Open.Templates", "h5ds", "GET", "/api/v1/open/templates", ""},
		{"Open.Templates.TemplateId", "h5ds", "GET", "/api/v1/open/templates/{templateId}", ""},
		{"Template.Categories.Tree", "h5ds", "GET", "/api/v1/template/categories/tree", "h5dsToken"},
		{"Templates.Page", "h5ds", "GET", "/api/v1/templates/page", "h5dsToken"},
		{"Third.Login", "h5ds", "POST", "/api/v1/third/login", "h5dsSign"},
		{"User.App.Tasks.Create", "h5ds", "POST", "/api/v1/user/app/tasks/create", "h5dsToken"},
		{"User.App.Tasks.Delete", "h5ds", "POST", "/api/v1/user/app/tasks/delete", "h5dsToken"},
		{"User.App.Tasks.Page", "h5ds", "GET", "/api/v1/user/app/tasks/page", "h5dsToken"},
		{"User.App.Tasks.Status", "h5ds", "POST", "/api/v1/user/app/tasks/status", "h5dsToken"},
		{"User.Apps.Copy", "h5ds", "POST", "/api/v1/user/apps/copy", "h5dsToken"},
		{"User.Apps.CountInfo", "h5ds", "GET", "/api/v1/user/apps/count-info", "h5dsToken"},
		{"User.Apps.Create", "h5ds", "POST", "/api/v1/user/apps/create", "h5dsToken"},
		{"User.Apps.Delete", "h5ds", "POST", "/api/v1/user/apps/delete", "h5dsToken"},
		{"User.Apps.Info", "h5ds", "GET", "/api/v1/user/apps/info", "h5dsToken"},
		{"User.Apps.Move", "h5ds", "POST", "/api/v1/user/apps/move", "h5dsToken"},
		{"User.Apps.Page", "h5ds", "GET", "/api/v1/user/apps/page", "h5dsToken"},
		{"User.Apps.Publish", "h5ds", "POST", "/api/v1/user/apps/publish", "h5dsToken"},
		{"User.Apps.Update", "h5ds", "POST", "/api/v1/user/apps/update", "h5dsToken"},
		{"User.Categories.Create", "h5ds", "POST", "/api/v1/user/categories/create", "h5dsToken"},
		{"User.Categories.Delete", "h5ds", "POST", "/api/v1/user/categories/delete", "h5dsToken"},
		{"User.Categories.Info", "h5ds", "GET", "/api/v1/user/categories/info", "h5dsToken"},
		{"User.Categories.Page", "h5ds", "GET", "/api/v1/user/categories/page", "h5dsToken"},
		{"User.Categories.Update", "h5ds", "POST", "/api/v1/user/categories/update", "h5dsToken"},
		{"User.Collects.Cancel", "h5ds", "POST", "/api/v1/user/collects/cancel", "h5dsToken"},
		{"User.Collects.Create", "h5ds", "POST", "/api/v1/user/collects/create", "h5dsToken"},
		{"User.Collects.Page", "h5ds", "GET", "/api/v1/user/collects/page", "h5dsToken"},
		{"User.CreditLogs.Page", "h5ds", "GET", "/api/v1/user/credit-logs/page", "h5dsToken"},
		{"User.CreditOrders.Create", "h5ds", "POST", "/api/v1/user/credit-orders/create", "h5dsToken"},
		{"User.CreditOrders.Status", "h5ds", "GET", "/api/v1/user/credit-orders/status", "h5dsToken"},
		{"User.CreditPackages.List", "h5ds", "GET", "/api/v1/user/credit-packages/list", "h5dsToken"},
		{"User.Credits.Page", "h5ds", "GET", "/api/v1/user/credits/page", "h5dsToken"},
		{"User.Info", "h5ds", "GET", "/api/v1/user/info", "h5dsToken"},
		{"User.Materials.Create", "h5ds", "POST", "/api/v1/user/materials/create", "h5dsToken"},
		{"User.Materials.Delete", "h5ds", "POST", "/api/v1/user/materials/delete", "h5dsToken"},
		{"User.Materials.Move", "h5ds", "POST", "/api/v1/user/materials/move", "h5dsToken"},
		{"User.Materials.Page", "h5ds", "GET", "/api/v1/user/materials/page", "h5dsToken"},
		{"User.Materials.Status", "h5ds", "POST", "/api/v1/user/materials/status", "h5dsToken"},
		{"User.Materials.Update", "h5ds", "POST", "/api/v1/user/materials/update", "h5dsToken"},
		{"User.Messages.Count", "h5ds", "POST", "/api/v1/user/messages/count", "h5dsToken"},
		{"User.Messages.Info", "h5ds", "GET", "/api/v1/user/messages/info", "h5dsToken"},
		{"User.Messages.Page", "h5ds", "GET", "/api/v1/user/messages/page", "h5dsToken"},
		{"User.Messages.ReadAll", "h5ds", "POST", "/api/v1/user/messages/read-all", "h5dsToken"},
		{"User.Project.Materials.Batch", "h5ds", "POST", "/api/v1/user/project/materials/batch", "h5dsToken"},
		{"User.Project.Materials.Delete", "h5ds", "POST", "/api/v1/user/project/materials/delete", "h5dsToken"},
		{"User.Project.Materials.Page", "h5ds", "GET", "/api/v1/user/project/materials/page", "h5dsToken"},
		{"User.VipOrders.Create", "h5ds", "POST", "/api/v1/user/vip-orders/create", "h5dsToken"},
		{"User.VipOrders.Status", "h5ds", "GET", "/api/v1/user/vip-orders/status", "h5dsToken"},
		{"User.VipPackages.List", "h5ds", "GET", "/api/v1/user/vip-packages/list", "h5dsToken"},
	}
	var got []line
	for _, o := range Operations() {
		got = append(got, line{o.ID, o.Service, o.Method, o.Path, o.Security})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	got, ok := Lookup("Material.DeleteMaterial")
	want := Operation{
		ID: "Material.DeleteMaterial", Service: "webpaas", Method: "POST", Path: "/PaaS/Material/DeleteMaterial",
		Summary: "Deletes one media.", Provenance: "documented", Source: "1156/50862", Security: "cmeTicket",
		Errors: []Error{
			{
				Code: "InvalidParameterValue.MaterialId", Message: "媒体不存在", EnglishMessage: "material not exist",
				When: "there is no such media", Provenance: "documented", Source: "1156/50862",
			},
			{
				Code: "OperationDenied.PermissionDeny", Message: "权限不足", EnglishMessage: "permission denied",
				When: "the user may not change the media", Provenance: "assumed", Source: "the default rights; other operations answer so",
			},
			{
				Code: "AuthFailure.SessionInvalid", Message: "登录态失效", EnglishMessage: "session invalid",
				When: "the ticket is missing, unknown, expired or ended", Provenance: "vendor-client", TextProvenance: "assumed",
				Source: "a vendor client and a third party's compare with this code on a sister host; neither shows its texts",
				Common: true,
			},
			{
				Code: "InvalidParameterValue", Message: "参数值错误", EnglishMessage: "invalid request",
				When:       `the request is wrong in a way without an error of its own; of a parameter, EnglishMessage is "param Limit invalid"`,
				Provenance: "assumed", Source: "code and Message as in 1156/51367, the EnglishMessage is ours", Common: true,
			},
			{
				Code: "InternalError", Message: "服务器内部错误", EnglishMessage: "system error", When: "the service fails",
				Provenance: "assumed", Source: "the error that the page of Team.DescribeTeams shows", Common: true, ByFault: true,
			},
		},
	}
	if !ok {
		t.Error("Material.DeleteMaterial is not found")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operation (-want +got):\n%s", diff)
	}
	if _, ok := Lookup("Callback.UserStatus"); ok {
		t.Error("Callback.UserStatus is found, but it is no operation of a service")
	}
}

// An error that an operation documents itself is not there a second time as a common one.
func TestOwnErrorIsNotCommon(t *testing.T) {
	t.Parallel()
	internal := func(id string) (found []Error) {
		o, ok := Lookup(id)
		if !ok {
			t.Fatalf("there is no operation %s", id)
		}
		for _, r := range o.Errors {
			if r.Code == "InternalError" {
				found = append(found, Error{Code: r.Code, Provenance: r.Provenance, Common: r.Common})
			}
		}
		return found
	}
	want := []Error{{Code: "InternalError", Provenance: "documented"}}
	if diff := cmp.Diff(want, internal("Team.DescribeTeams")); diff != "" {
		t.Errorf("its own (-want +got):\n%s", diff)
	}
	want = []Error{{Code: "InternalError", Provenance: "assumed", Common: true}}
	if diff := cmp.Diff(want, internal("Team.DescribeJoinTeams")); diff != "" {
		t.Errorf("common (-want +got):\n%s", diff)
	}
}

// TestOperationsAreTheCallers proves that a caller's changes do not reach the next caller.
func TestOperationsAreTheCallers(t *testing.T) {
	t.Parallel()
	mine := Operations()
	slices.Reverse(mine)
	if got := Operations()[0].ID; got != "OpenCME.Login" {
		t.Errorf("first operation is %s after another caller reversed its slice", got)
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	for _, name := range everyDocument() {
		want, err := os.ReadFile(name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := Source(name); !ok || !bytes.Equal(got, want) {
			t.Errorf("Source(%q) is not the published document", name)
		}
	}
	if _, ok := Source("index"); ok {
		t.Error("Source knows index")
	}
}
