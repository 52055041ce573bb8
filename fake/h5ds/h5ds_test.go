package h5ds_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestService(t *testing.T) {
	t.Parallel()
	writes := map[string]bool{}
	for _, o := range h5ds.Service.Ops {
		writes[o.ID] = o.Writes
	}
	h5dstest.Diff(t, "operations, and whether they write", map[string]bool{
		"Third.Login": true, "User.Info": false, "Account.Info": false, "Account.Logout": true,
		"Account.LogoutPost": true, "User.Apps.Create": true, "User.Apps.Info": false,
		"User.Apps.Page": false, "User.Apps.CountInfo": false, "User.Apps.Update": true, "User.Apps.Delete": true,
		"User.Apps.Publish": true, "User.Apps.Move": true, "User.Apps.Copy": true,
		"User.Categories.Page": false, "User.Categories.Info": false, "User.Categories.Create": true,
		"User.Categories.Update": true, "User.Categories.Delete": true,
		"User.Materials.Page": false, "User.Materials.Create": true, "User.Materials.Update": true,
		"User.Materials.Delete": true, "User.Materials.Move": true, "User.Materials.Status": true,
		"Common.MaterialJobs.Reverse": true, "User.Project.Materials.Page": false,
		"User.Project.Materials.Batch": true, "User.Project.Materials.Delete": true,
		"Materials.Page": false, "Common.TypeItems.Page": false, "Common.Types.Tree": false,
		"User.Collects.Create": true, "User.Collects.Cancel": true, "User.Collects.Page": false,
		"Templates.Page": false, "Template.Categories.Tree": false,
		"Admin.Templates.Info": false, "Admin.Templates.Update": true,
		"Open.Templates": false, "Open.Templates.TemplateId": false,
		"User.App.Tasks.Create": true, "User.App.Tasks.Status": true, "User.App.Tasks.Page": false, "User.App.Tasks.Delete": true,
		"Common.Upload.Form": true, "Common.Upload.Base64": true, "Common.Upload.Content": true, "Common.Config.Value": false,
		"Common.Tts.Huoshan": true, "Common.Tts.HuoshanV3": true,
		"Common.Filetrans.Huoshan": true, "Common.Filetrans.HuoshanInfo": true,
		"Common.BizTasks.Create": true, "Common.BizTasks.Page": false, "Common.BizTasks.Info": false,
		"Common.BizTasks.Status": true, "Common.BizTasks.Delete": true,
		"Common.Openai.Completion": false, "Common.Openai.Stream": false,

		"Fakecme.Saas.Users": false, "Fakecme.Saas.Works": false,
		"Account.BindEmail": true, "Account.BindMobile": true, "Account.BindWeixin.Wqr": true,
		"Account.BindWeixin.Wset": false, "Account.Binds": false, "Account.Captcha": true, "Account.ChangePassword": true,
		"Account.Login": true, "Account.Login.Provider.Qq.User": true, "Account.Login.Wqr": true,
		"Account.Login.Wset": true, "Account.Mail.BindEmail": true, "Account.Mail.Login": true,
		"Account.Mail.Register": true, "Account.RecoverPassword": true, "Account.Register": true,
		"Account.Sms.BindMobile": true, "Account.Sms.Login": true, "Account.Sms.RecoverPassword": true,
		"Account.Sms.Register": true, "Account.Unbind": true, "Account.Update": true, "Account.UpdatePut": true,
		"Account.Wechat.Wqr": true, "Account.Wechat.Wset": false, "Api.UserSign": false, "Api.UserSignPost": true,
		"Open.AppStatistics": false, "User.CreditLogs.Page": false, "User.CreditOrders.Create": true,
		"User.CreditOrders.Status": false, "User.CreditPackages.List": false, "User.Credits.Page": false,
		"User.Messages.Count": false, "User.Messages.Info": true, "User.Messages.Page": false,
		"User.Messages.ReadAll": true, "User.VipOrders.Create": true, "User.VipOrders.Status": false,
		"User.VipPackages.List": false,
	}, writes)
	h5dstest.Diff(t, "name", "h5ds", h5ds.Service.Name)
	h5dstest.Diff(t, "content type", "application/json; charset=utf-8", h5ds.Service.ContentType(dialect.Current))
}

func TestEnvelope(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		data    any
		failure *op.Error
		want    string
	}{
		{"response", map[string]int{"a": 1}, nil, `{"code":0,"message":"success","data":{"a":1}}`},
		{"response without data", nil, nil, `{"code":0,"message":"success","data":null}`},
		{"bad parameter", nil, h5ds.Service.BadRequest("gender"), `{"code":400,"message":"参数错误: gender","data":null}`},
		{"bad parameter by pointer", nil, h5ds.Service.BadRequest("/data/title"), `{"code":400,"message":"参数错误: data/title","data":null}`},
		{"bad request", nil, h5ds.Service.BadRequest(""), `{"code":400,"message":"参数错误","data":null}`},
		{"bad signature", nil, api.ErrBadSignature, `{"code":401,"message":"签名错误","data":null}`},
		{"not found", nil, h5ds.Service.NotFound, `{"code":404,"message":"数据不存在","data":null}`},
		{"broken", nil, h5ds.Service.Broken, `{"code":500,"message":"服务器错误","data":null}`},
		{"login expired, original", nil, h5ds.LoginExpired(dialect.Original), `{"code":1001,"message":"登录失效","data":null}`},
		{"login expired, current", nil, h5ds.LoginExpired(dialect.Current), `{"code":1,"message":"登录失效","data":null}`},
		{"login expired, 1002", nil, h5ds.LoginExpired(dialect.Dialect{LoginExpired: dialect.LoginExpired1002}),
			`{"code":1002,"message":"登录失效","data":null}`},
	} {
		h5dstest.Diff(t, test.name, test.want, h5dstest.JSON(t, h5ds.Service.Envelope(h5dstest.Call(""), test.data, test.failure)))
	}
}

func TestLoginExpiredIsOneVariable(t *testing.T) {
	t.Parallel()
	for _, d := range append(dialect.All(), dialect.Dialect{LoginExpired: dialect.LoginExpired1002}) {
		if !errors.Is(h5ds.LoginExpired(d).Because("code", "fix", "sentence"), h5ds.LoginExpired(d)) {
			t.Errorf("errors.Is does not find the error of dialect %q", d.Name)
		}
	}
}

// A state that is written and read back is the same, and responds alike.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	st := h5dstest.Everything(t)
	h5dstest.Load(t, st, h5ds.Fixtures{
		Plans:    h5ds.Plans{h5ds.RenderJobs: {Polls: 3}, h5ds.BizJobs: {Manual: true, Fail: &h5ds.Failure{At: 5, Code: 6, Message: "m"}}},
		Settings: h5ds.Settings{Reply: "r", Config: map[string]any{"a": 1.5}},
	})
	v := h5dstest.New(t, st, h5dstest.WtoneID)
	var render struct{ ID string }
	v.Read("User.App.Tasks.Create", `{"fps":30,"resolution":"1080P","jsonUrl":"https://cdn.h5ds.com/p.json"}`, &render)
	poll := `{"ids":["` + render.ID + `"]}`
	v.Later(time.Second+123456789*time.Nanosecond).Data("Third.Login", `{"userId":"zoe"}`)
	for operation, request := range map[string]string{
		"User.App.Tasks.Status": poll, "Common.Filetrans.Huoshan": `{"url":"/a.mp3"}`,
		"Common.BizTasks.Create":       `{"task_type":"huoshan_video","params":{"n":1.50}}`,
		"Common.Upload.Base64":         `{"content":"data:image/png;base64,iVBORw0KGgo="}`,
		"Common.Tts.HuoshanV3":         `{"text":"x","config":{"speaker":"v","audio_params":{"format":"wav","sample_rate":8000}}}`,
		"User.Collects.Create":         `{"source_id":"` + h5dstest.Forest + `","type":"video"}`,
		"User.Project.Materials.Batch": `{"project_id":"` + h5dstest.WtoneWork + `","ids":["` + h5dstest.Picture + `"]}`,
		"Common.MaterialJobs.Reverse":  `{"source":"material","source_id":"` + h5dstest.Forest + `"}`,
		"User.Materials.Create":        `{"name":"x","urls":{"url":"/x.mp4"},"attrs":{"n":1.50,"id":871668385574199296}}`,
		"User.Apps.Create":             `{"data": {"a" : [1.50, 871668385574199296, "<&\u2028>"]}}`,
		"User.VipOrders.Create":        `{"package_id":"320000000000000002"}`, "Api.UserSignPost": ``, "Account.Captcha": ``,
		"Account.Wechat.Wqr": ``, "Account.Mail.BindEmail": `{"email":"w@example.com"}`, "Account.Logout": ``,
	} {
		v.Data(operation, request)
	}
	want := h5dstest.JSON(t, st)
	for _, part := range []string{
		`"users":[`, `"sessions":[`, `"binds":[`, `"days":[`, `"captchas":[`, `"qrs":[`, `"codes":[`, `"orders":[`, `"works":[`,
		`"categories":[`, `"materials":[`, `"materialJobs":[`, `"projectMaterials":[`, `"collects":[`, `"typeItems":[`, `"templates":[`,
		`"templateCategories":[`, `"files":[`, `"renders":[`, `"transcriptions":[`, `"bizTasks":[`, `"plans":{`, `"settings":{`,
		`{"id":871668385574199296,"n":1.50}`, `{"a":[1.50,871668385574199296,"\u003c\u0026\u2028\u003e"]}`, `"polled":1`,
		`"content":"iVBORw0KGgo="`, `"sample":"wav","rate":8000`, `"params":{"n":1.50}`, `"fail":{"at":"5%","code":6,"message":"m"}`,
	} {
		if !strings.Contains(want, part) {
			t.Errorf("the state has no %s: %s", part, want)
		}
	}
	restored := &h5ds.State{}
	h5dstest.FromJSON(t, want, restored)
	h5dstest.Diff(t, "state", want, h5dstest.JSON(t, restored))
	h5dstest.Diff(t, "state by value", want, h5dstest.JSON(t, *restored))
	for operation, request := range map[string]string{
		"User.Materials.Page": `{}`, "Materials.Page": `{}`, "User.Collects.Page": `{}`, "User.Categories.Page": `{}`,
		"User.Project.Materials.Page": `{}`, "Common.TypeItems.Page": `{"type_id":"311"}`, "Templates.Page": `{}`,
		"Template.Categories.Tree": `{}`, "User.Materials.Status": `{"ids":["` + h5dstest.Forest + `","` + h5dstest.Film + `"]}`,
		"User.App.Tasks.Page": `{}`, "Common.BizTasks.Page": `{}`, "Common.Config.Value": `{"key":"a"}`, "User.App.Tasks.Status": poll,
	} {
		h5dstest.Diff(t, operation, v.Data(operation, request), h5dstest.New(t, restored, h5dstest.WtoneID).Data(operation, request))
	}
	// The index of the users and new ids are the same too.
	logIn := func(st *h5ds.State) string {
		return h5dstest.New(t, st, "").Data("Third.Login", `{"userId":"user_01"}`)
	}
	h5dstest.Diff(t, "login", logIn(st), logIn(restored))
	h5dstest.Diff(t, "state after a login", h5dstest.JSON(t, st), h5dstest.JSON(t, restored))
}

func TestEmptyState(t *testing.T) {
	t.Parallel()
	h5dstest.Diff(t, "new", `{"account":{},"order":{},"library":{},"storage":{},"task":{}}`, h5dstest.JSON(t, h5ds.State{}))
	var st h5ds.State
	st.Account.Users.Put(account.User{ID: "1", UserID: "u"})
	st.Account.Users.Remove("1")
	h5dstest.Diff(t, "emptied", `{"account":{},"order":{},"library":{},"storage":{},"task":{}}`, h5dstest.JSON(t, st))
}
