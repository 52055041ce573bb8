package h5ds_test

import (
	"encoding/json"
	"errors"
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
		{"answer", map[string]int{"a": 1}, nil, `{"code":0,"message":"success","data":{"a":1}}`},
		{"answer without data", nil, nil, `{"code":0,"message":"success","data":null}`},
		{"bad parameter", nil, h5ds.Service.BadRequest("gender"), `{"code":400,"message":"参数错误: gender","data":null}`},
		{"bad parameter by pointer", nil, h5ds.Service.BadRequest("/data/title"), `{"code":400,"message":"参数错误: data/title","data":null}`},
		{"bad request", nil, h5ds.Service.BadRequest(""), `{"code":400,"message":"参数错误","data":null}`},
		{"bad signature", nil, api.ErrBadSignature, `{"code":401,"message":"签名错误","data":null}`},
		{"not found", nil, h5ds.Service.NotFound, `{"code":404,"message":"数据不存在","data":null}`},
		{"broken", nil, h5ds.Service.Broken, `{"code":500,"message":"服务器错误","data":null}`},
		{"login expired, seed", nil, h5ds.LoginExpired(dialect.Original), `{"code":1001,"message":"登录失效","data":null}`},
		{"login expired, current", nil, h5ds.LoginExpired(dialect.Current), `{"code":1,"message":"登录失效","data":null}`},
		{"login expired, 1002", nil, h5ds.LoginExpired(dialect.Dialect{LoginExpired: dialect.LoginExpired1002}),
			`{"code":1002,"message":"登录失效","data":null}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "answer", test.want, h5dstest.JSON(t, h5ds.Service.Envelope(h5dstest.Call(""), test.data, test.failure)))
		})
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

func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	c := h5dstest.Call("")
	c.Now = h5dstest.Now.Add(time.Second + 123456789*time.Nanosecond)
	for _, request := range []string{`{"userId":"zoe"}`, `{"userId":"user_01"}`, `{"userId":"adam"}`} {
		h5dstest.On(t, st, c).Response("Third.Login", request)
	}
	c = h5dstest.Call(h5dstest.WtoneID)
	h5dstest.On(t, st, c).Response("Account.Logout", `{}`)
	h5dstest.On(t, st, c).Response("User.Apps.Create", `{"data": {"a" : [1.50, 871668385574199296, "<&\u2028>"]}}`)

	want := h5dstest.JSON(t, st)
	restored := &h5ds.State{}
	if err := json.Unmarshal([]byte(want), restored); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "state", want, h5dstest.JSON(t, restored))
	h5dstest.Diff(t, "state by value", want, h5dstest.JSON(t, *restored))
	// The restored state is as good as the old one: what the index finds, and new ids.
	for _, state := range []*h5ds.State{st, restored} {
		c := h5dstest.Call("")
		got, _ := h5dstest.On(t, state, c).Response("Third.Login", `{"userId":"user_01"}`)
		h5dstest.Diff(t, "login", `{"code":0,"message":"success","data":{"user_id":"`+h5dstest.WtoneID+
			`","token":"Bearer 871668385574199296 until 1758270092000","expires_at":1758270091116}}`, got)
	}
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
