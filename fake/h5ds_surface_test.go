package fake_test

import (
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
)

// vendorCalls are all calls of the vendor's own clients, paths below /api/v1.
const vendorCalls = `
GET /user/info
GET /account/info
POST /account/login
GET /account/captcha
POST /account/sms/register
POST /account/sms/login
POST /account/sms/bind-mobile
POST /account/sms/recover-password
POST /account/mail/register
POST /account/mail/login
POST /account/mail/bind-email
POST /account/bind-mobile
POST /account/bind-email
POST /account/unbind
GET /account/binds
POST /account/update
PUT /account/update
POST /account/register
POST /account/change-password
POST /account/recover-password
GET /account/login/wqr
GET /account/login/wset?sn=1
GET /account/wechat/wqr
GET /account/wechat/wset?sn=1
GET /account/bind-weixin/wqr
GET /account/bind-weixin/wset?sn=1
GET /account/login/provider/qq/user?code=1
GET /open/app-statistics
GET /api/user-sign?stDate=2026-01-02
POST /api/user-sign
POST /user/apps/create
GET /user/apps/info?id=1
POST /user/apps/update
POST /user/apps/delete
GET /user/apps/page
GET /user/apps/count-info
POST /user/apps/publish
POST /user/apps/move
POST /user/apps/copy
POST /user/app/tasks/create
POST /user/app/tasks/status
GET /user/app/tasks/page
POST /user/app/tasks/delete
POST /common/upload/form
POST /common/upload/base64
POST /common/upload/content
GET /common/config/value?key=a
GET /user/materials/page
POST /user/materials/create
POST /user/materials/update
POST /user/materials/delete
POST /user/materials/move
POST /user/materials/status
POST /common/materialJobs/reverse
GET /user/project/materials/page
POST /user/project/materials/delete
POST /user/project/materials/batch
GET /materials/page
GET /templates/page
GET /template/categories/tree
GET /common/type-items/page?type_id=311
GET /common/types/tree
GET /user/categories/page
POST /user/categories/create
POST /user/categories/update
POST /user/categories/delete
GET /user/categories/info?id=1
POST /user/collects/create
POST /user/collects/cancel
GET /user/collects/page
GET /admin/templates/info?id=1
POST /admin/templates/update
GET /open/templates
GET /open/templates/1
POST /common/tts/huoshan
POST /common/tts/huoshan_v3
POST /common/filetrans/huoshan
GET /common/filetrans/huoshan_info?TaskId=1
GET /common//filetrans/huoshan_info?TaskId=1
POST /common/bizTasks/create
GET /common/bizTasks/page
GET /common/bizTasks/info?id=1
POST /common/bizTasks/status
POST /common/bizTasks/delete
POST /common/openai/completion
POST /common/openai/stream
POST /user/messages/count
GET /user/messages/page
GET /user/messages/info?id=1
POST /user/messages/read-all
GET /user/credits/page
GET /user/credit-logs/page
GET /user/credit-packages/list
POST /user/credit-orders/create
GET /user/credit-orders/status?id=1
GET /user/vip-packages/list
POST /user/vip-orders/create
GET /user/vip-orders/status?id=1
GET /account/logout
POST /account/logout
`

// No call of a vendor client is unanswered: each has an operation, and comes back as HTTP 200 with
// the envelope, be it with an error of what this test leaves out.
func TestVendorCallsAreAnswered(t *testing.T) {
	t.Parallel()
	srv, err := fake.New(fake.Config{SelfCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	for line := range strings.Lines(strings.TrimSpace(vendorCalls)) {
		method, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		body, header := "", []string{"Authorization", token}
		if method != "GET" {
			body, header = "{}", append(header, "Content-Type", "application/json;charset=utf-8")
		}
		answer := do(t, srv.Client(), method, "https://video.h5ds.com/api/v1"+path, body, header...)
		if answer.Status != 200 || !strings.HasPrefix(answer.Body, `{"code":`) || strings.HasPrefix(answer.why(), "call.") {
			t.Errorf("%s %s: %d %.200s (%s)", method, path, answer.Status, answer.Body, answer.Header.Get("X-Fakecme-Why"))
		}
	}
	if bugs := srv.Bugs(); bugs != nil {
		t.Errorf("bugs in the fake: %v", bugs)
	}
	calls := srv.Calls()
	for _, c := range calls {
		if c.Operation == "" {
			t.Errorf("no operation answers %s %s", c.Method, c.URL)
		}
	}
}
