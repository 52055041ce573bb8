package h5ds

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/google/go-cmp/cmp"
)

// now is seven days before the expires_at of the documented example.
var now = time.UnixMilli(1758270091116).Add(-7 * 24 * time.Hour).UTC()

const (
	wtoneID   = "871668385574199296" // userId user_01
	otherID   = "9715"               // userId user_02
	wtoneWork = "837523312766513152"
	otherWork = "960593364739022848"
	wtoneOpen = "s1" // serial
)

func ptr[T any](v T) *T { return &v }

// newCall is a call of nobody yet. Its tokens show what they claim.
func newCall() *op.Call {
	return &op.Call{
		Now: now, IDs: &op.IDs{}, Tenant: op.Tenant{ID: "default", AppID: "fake-appid"},
		Token: func(c op.TokenClaims) (string, error) {
			return fmt.Sprintf("Bearer %s until %d", c.UserID, c.Expire.UnixMilli()), nil
		},
	}
}

// callOf is a call of the user who is logged in as s1.
func callOf(user string) *op.Call {
	c := newCall()
	c.User, c.Session = user, wtoneOpen
	return c
}

func wtone() User {
	return User{
		ID: wtoneID, UserID: "user_01", NickName: "wtone", Mobile: "15888888889", Email: "71999911@qq.com",
		Avatar: "https://example.com/a.png", Gender: ptr(0), Credits: 12.5, VIPLevel: 2, VIPExpire: now.Add(time.Hour),
		CreatedAt: now.Add(-time.Hour), UpdatedAt: now.Add(-time.Hour),
	}
}

// seeded holds two users, one of them logged in, and a work of each.
func seeded(t *testing.T) *State {
	t.Helper()
	st := &State{}
	err := st.Load(newCall(), Fixtures{
		Users: []User{wtone(), {ID: otherID, UserID: "user_02"}},
		Categories: []Category{
			{ID: "4", Owner: "user_02", Type: ProjectCategory, Name: "their folder"},
			{ID: "5", Owner: "user_01", Type: ProjectCategory, Name: "folder"},
			{ID: "837523312766513000", Owner: "user_01", Type: ProjectCategory, Name: "another"},
		},
		Works: []Work{
			{ID: wtoneWork, Owner: "user_01", Name: "mine", Data: Project(`{ "title": "<mine>" }`)},
			{ID: otherWork, Owner: otherID},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	st.Account.Sessions.Put(Session{Serial: wtoneOpen, User: wtoneID, Issued: now, Expires: now.Add(tokenLife)})
	return st
}

// run gives the response as the client gets it, and the error in it, if it is one.
func run(t *testing.T, c *op.Call, st *State, operation, request string) (string, *op.Failure) {
	t.Helper()
	for _, o := range Service.Ops {
		if o.ID != operation {
			continue
		}
		data, err := o.Run(c, st, []byte(request))
		if err == nil {
			return encoded(t, Service.Envelope(c, data, nil)), nil
		}
		failure, ok := op.AsFailure(err)
		if !ok {
			t.Fatalf("%s %s: %v", operation, request, err)
		}
		return encoded(t, Service.Envelope(c, nil, failure.Err)), failure
	}
	t.Fatalf("there is no operation %s", operation)
	return "", nil
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestService(t *testing.T) {
	t.Parallel()
	writes := map[string]bool{}
	for _, o := range Service.Ops {
		writes[o.ID] = o.Writes
	}
	diff(t, "operations, and whether they write", map[string]bool{
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
	diff(t, "name", "h5ds", Service.Name)
	diff(t, "content type", "application/json; charset=utf-8", Service.ContentType(dialect.Current))
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
		{"bad parameter", nil, Service.BadRequest("gender"), `{"code":400,"message":"参数错误: gender","data":null}`},
		{"bad parameter by pointer", nil, Service.BadRequest("/data/title"), `{"code":400,"message":"参数错误: data/title","data":null}`},
		{"bad request", nil, Service.BadRequest(""), `{"code":400,"message":"参数错误","data":null}`},
		{"bad signature", nil, api.ErrBadSignature, `{"code":401,"message":"签名错误","data":null}`},
		{"not found", nil, Service.NotFound, `{"code":404,"message":"数据不存在","data":null}`},
		{"broken", nil, Service.Broken, `{"code":500,"message":"服务器错误","data":null}`},
		{"login expired, seed", nil, api.LoginExpired(dialect.Original), `{"code":1001,"message":"登录失效","data":null}`},
		{"login expired, current", nil, api.LoginExpired(dialect.Current), `{"code":1,"message":"登录失效","data":null}`},
		{"login expired, 1002", nil, api.LoginExpired(dialect.Dialect{LoginExpired: dialect.LoginExpired1002}),
			`{"code":1002,"message":"登录失效","data":null}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "answer", test.want, encoded(t, Service.Envelope(newCall(), test.data, test.failure)))
		})
	}
}

func TestLoginExpiredIsOneVariable(t *testing.T) {
	t.Parallel()
	for _, d := range append(dialect.All(), dialect.Dialect{LoginExpired: dialect.LoginExpired1002}) {
		if !errors.Is(api.LoginExpired(d).Because("code", "fix", "sentence"), api.LoginExpired(d)) {
			t.Errorf("errors.Is does not find the error of dialect %q", d.Name)
		}
	}
}

// TestErrors holds every error of every operation: the response, why, and that the state and
// the count of ids stay as they were.
func TestErrors(t *testing.T) {
	t.Parallel()
	const bad, lost = `{"code":400,"message":"参数错误%s","data":null}`, `{"code":404,"message":"数据不存在","data":null}`
	work := func(fields string) string { return `{"data":{"title":"x"},` + fields + `}` }
	for _, test := range []struct {
		name, operation, request string
		user                     string // wtone, when empty
		want, why                string
	}{
		{"no userId", "Third.Login", `{"nick_name":"x"}`, "", fmt.Sprintf(bad, ": userId"), "login.user-id"},
		{"null userId", "Third.Login", `{"userId":null}`, "", fmt.Sprintf(bad, ": userId"), "login.user-id"},
		{"empty userId", "Third.Login", `{"userId":""}`, "", fmt.Sprintf(bad, ": userId"), "login.user-id"},
		{"blank userId", "Third.Login", `{"userId":"  "}`, "", fmt.Sprintf(bad, ": userId"), "login.user-id"},
		{"userId of another type", "Third.Login", `{"userId":["user_01"]}`, "", fmt.Sprintf(bad, ""), "parameter.type"},
		{"gender too large", "Third.Login", `{"userId":"user_01","gender":3}`, "", fmt.Sprintf(bad, ": gender"), "login.gender"},
		{"gender too small", "Third.Login", `{"userId":"user_01","gender":-1}`, "", fmt.Sprintf(bad, ": gender"), "login.gender"},
		{"gender broken", "Third.Login", `{"userId":"new","gender":"1.5"}`, "", fmt.Sprintf(bad, ": gender"), "login.gender"},
		{"gender huge", "Third.Login", `{"userId":"new","gender":1e300}`, "", fmt.Sprintf(bad, ": gender"), "login.gender"},
		{"gender in words", "Third.Login", `{"userId":"new","gender":"male"}`, "", fmt.Sprintf(bad, ""), "parameter.type"},

		{"user gone", "User.Info", `{}`, "1", `{"code":1001,"message":"登录失效","data":null}`, "session.no-user"},
		{"account gone", "Account.Info", `{}`, "1", `{"code":1001,"message":"登录失效","data":null}`, "session.no-user"},
		{"logout of another's session", "Account.Logout", `{}`, otherID, `{"code":1001,"message":"登录失效","data":null}`, "session.unknown"},

		{"no data", "User.Apps.Create", `{"name":"x"}`, "", fmt.Sprintf(bad, ": data"), "work.data"},
		{"null data", "User.Apps.Create", `{"data":null}`, "", fmt.Sprintf(bad, ": data"), "work.data"},
		{"data a list", "User.Apps.Create", `{"data":[]}`, "", fmt.Sprintf(bad, ": data"), "work.data"},
		{"data a text that is no JSON", "User.Apps.Create", `{"data":"{title"}`, "", fmt.Sprintf(bad, ": data"), "work.data"},
		{"negative width", "User.Apps.Create", work(`"width":-1`), "", fmt.Sprintf(bad, ": width"), "work.size"},
		{"negative height", "User.Apps.Create", work(`"height":"-1"`), "", fmt.Sprintf(bad, ": height"), "work.size"},
		{"negative duration", "User.Apps.Create", work(`"duration":-0.5`), "", fmt.Sprintf(bad, ": duration"), "work.size"},
		{"width not a number", "User.Apps.Create", work(`"width":"NaN"`), "", fmt.Sprintf(bad, ""), "parameter.type"},

		{"no id", "User.Apps.Info", `{}`, "", fmt.Sprintf(bad, ": id"), "work.no-id"},
		{"empty id", "User.Apps.Info", `{"id":""}`, "", fmt.Sprintf(bad, ": id"), "work.no-id"},
		{"unknown id", "User.Apps.Info", `{"id":"1"}`, "", lost, "work.unknown"},
		{"another's work", "User.Apps.Info", `{"id":"` + otherWork + `"}`, "", lost, "work.other-user"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := seeded(t)
			c := callOf(wtoneID)
			if test.user != "" {
				c.User = test.user
			}
			before := encoded(t, st)
			got, failure := run(t, c, st, test.operation, test.request)
			diff(t, "answer", test.want, got)
			diff(t, "state", before, encoded(t, st))
			diff(t, "ids", map[string]int64(nil), c.IDs.Counts)
			if failure == nil {
				t.Fatal("it was not rejected")
			}
			diff(t, "diagnosis", test.why, failure.Diagnosis.Code)
			if failure.Diagnosis.Sentence == "" || failure.Diagnosis.Fix == "" {
				t.Errorf("the diagnosis says too little: %+v", failure.Diagnosis)
			}
		})
	}
}

func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	st := seeded(t)
	c := newCall()
	c.Now = now.Add(time.Second + 123456789*time.Nanosecond)
	for _, request := range []string{`{"userId":"zoe"}`, `{"userId":"user_01"}`, `{"userId":"adam"}`} {
		run(t, c, st, "Third.Login", request)
	}
	c = callOf(wtoneID)
	run(t, c, st, "Account.Logout", `{}`)
	run(t, c, st, "User.Apps.Create", `{"data": {"a" : [1.50, 871668385574199296, "<&\u2028>"]}}`)

	want := encoded(t, st)
	restored := &State{}
	if err := json.Unmarshal([]byte(want), restored); err != nil {
		t.Fatal(err)
	}
	diff(t, "state", want, encoded(t, restored))
	diff(t, "state by value", want, encoded(t, *restored))
	// The restored state is as good as the old one: what the index finds, and new ids.
	for _, state := range []*State{st, restored} {
		c := newCall()
		got, _ := run(t, c, state, "Third.Login", `{"userId":"user_01"}`)
		diff(t, "login", `{"code":0,"message":"success","data":{"user_id":"`+wtoneID+
			`","token":"Bearer 871668385574199296 until 1758270092000","expires_at":1758270091116}}`, got)
	}
	diff(t, "state after a login", encoded(t, st), encoded(t, restored))
}

func TestEmptyState(t *testing.T) {
	t.Parallel()
	diff(t, "new", `{"account":{},"order":{},"library":{},"storage":{},"task":{}}`, encoded(t, State{}))
	var st State
	st.Account.Users.Put(User{ID: "1", UserID: "u"})
	st.Account.Users.Remove("1")
	diff(t, "emptied", `{"account":{},"order":{},"library":{},"storage":{},"task":{}}`, encoded(t, st))
}
