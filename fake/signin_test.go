package fake_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/dialect"
)

// The responses of the documents, to the byte, with ids and tickets by their form.
func TestTicketResponses(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	tests := []struct {
		name        string
		dialect     fake.Dialect
		key         string
		contentType string
		want        string
		failure     string // in the journal, as the client reads it
	}{
		{"original, good", dialect.Original, "fake-secret-key", "application/json; charset=utf-8",
			`{"Code":"Success","Message":"成功","EnglishMessage":"OK","Data":{"AppId":1200000001,"Platform":"fake-platform","UserId":"user_01","Authorization":"tf_…"}}`, ""},
		{"original, bad", dialect.Original, "another key", "application/json; charset=utf-8",
			`{"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}`, "SignatureVerifyFail"},
		{"current, good", dialect.Current, "fake-secret-key", "text/plain; charset=utf-8",
			`{"Response":{"AppId":1200000001,"Authorization":"tf_…","Platform":"fake-platform","RequestId":"<uuid>","TfUid":"user_01"}}`, ""},
		{"current, bad", dialect.Current, "another key", "text/plain; charset=utf-8",
			`{"Response":{"Error":{"Code":"InvalidParameterValue.Platform","Message":"platform not exist"},"RequestId":"<uuid>"}}`, "InvalidParameterValue.Platform"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{Dialect: tt.dialect})
			response := exchange(t, srv, cmesign.Sign(tt.key, loginParams(srv.Tenant, "user_01")))
			body := uuid.ReplaceAllString(ticketForm.ReplaceAllString(response.Body, "tf_…"), "<uuid>")
			if diff := cmp.Diff(tt.want, body); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if response.Status != 200 || response.Header.Get("Content-Type") != tt.contentType {
				t.Errorf("status %d, content type %q", response.Status, response.Header.Get("Content-Type"))
			}
			if got := last(srv).Error; got != tt.failure {
				t.Errorf("the journal has the error %q, want %q", got, tt.failure)
			}
		})
	}
}

// A signature is good to the second of its expireTime, by the tenant's clock.
func TestSignatureExpires(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	signature := loginSignature(srv.Tenant, "user_01")
	srv.Clock.Advance(5 * time.Minute)
	if why := exchange(t, srv, signature).why(); why != "" {
		t.Errorf("at expireTime: %s", why)
	}
	srv.Clock.Advance(time.Second)
	if why := exchange(t, srv, signature).why(); why != "cme.expired" {
		t.Errorf("a second later: %q", why)
	}
}

// Some mistakes go well by chance. They are findings, so that no test is green by chance.
func TestGoodByChance(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("OpenCME.Login")
	signature := "+"
	for p := loginParams(srv.Tenant, "user_01"); strings.Contains(signature, "+") || !strings.HasSuffix(signature, "="); p.Random++ {
		p.UserID += "x" // until the length needs a padding
		signature = cmesign.Sign(srv.Tenant.SecretKey, p)
	}
	cut := cmesign.SignOriginal(srv.Tenant.SecretKey, strings.Replace(loginParams(srv.Tenant, "USER").Original(), "USER", "a&b=c", 1))
	tests := []struct {
		name, query, want string
	}{
		{"escaped", url.QueryEscape(signature), ""},
		{"not escaped", signature, "cme.unescaped-query"},
		{"userId not escaped", url.QueryEscape(cut), "cme.undocumented-parameter"},
	}
	for i, tt := range tests {
		response := do(t, srv.Client(), "GET", "https://open.cme.qcloud.com/?signature="+tt.query, "")
		if !strings.Contains(response.Body, `"Code":"Success"`) {
			t.Errorf("%s: %s", tt.name, response.Body)
		}
		got := ""
		for _, f := range srv.Calls("OpenCME.Login")[i].Findings {
			got += f.Diagnosis.Code
		}
		if got != tt.want {
			t.Errorf("%s: findings %q, want %q", tt.name, got, tt.want)
		}
	}
}

// How long ago a ticket expired is said in whole seconds, and in days from the second on.
func TestTicketExpiredSince(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(srv.Clock.Now())
	ticket := login(t, srv, srv.Tenant, "user_01")
	expires := srv.Clock.Now().Add(24 * time.Hour)
	for since, want := range map[time.Duration]string{
		1500 * time.Millisecond: "the ticket expired 1s ago", 48*time.Hour - 1: "the ticket expired 47h59m59s ago",
		72 * time.Hour: "the ticket expired 3 days ago",
	} {
		srv.Clock.Freeze(expires.Add(since))
		response := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`)
		if why := response.Header.Get("X-Fakecme-Why"); !strings.HasPrefix(why, "ticket.expired: "+want+"; ") {
			t.Errorf("after %s: got %q, want %q", since, why, want)
		}
	}
}

// A call that is somewhere between two tenants sees one of them only.
func TestTenantsAreApart(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	mine, others := login(t, srv, srv.Tenant, "user_01"), login(t, srv, other, "user_01")
	if mine == others {
		t.Error("two tenants have the same ticket")
	}
	if n, m := len(srv.Tenant.Calls("OpenCME.Login")), len(other.Calls("OpenCME.Login")); n != 1 || m != 1 {
		t.Errorf("logins in the journals: %d and %d", n, m)
	}
	other.Clock.Advance(48 * time.Hour)
	if why := paas(t, srv, "Material/DescribeMaterials", others, `{"MaterialIds":["1"]}`).why(); why != "ticket.expired" {
		t.Errorf("the other's ticket after two days of its own clock: %q", why)
	}
	if why := paas(t, srv, "Material/DescribeMaterials", mine, `{"MaterialIds":["1"]}`).why(); why != "" {
		t.Errorf("mine, on my clock: %q", why)
	}
}

func TestThirdLogin(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	for name, c := range map[string]struct{ body, contentType string }{
		"JSON":              {`{"userId":"user_01","nick_name":"wtone","gender":0}`, "application/json"},
		"JSON, number":      {`{"userId":17,"nick_name":"wtone"}`, "application/json;charset=utf-8"},
		"form":              {"userId=user_01&nick_name=wtone&gender=0", "application/x-www-form-urlencoded; charset=UTF-8"},
		"form, only userId": {"userId=user_02", "application/x-www-form-urlencoded"},
	} {
		response := h5dsLogin(t, srv, srv.Tenant, c.body, "Content-Type", c.contentType)
		var expires int64
		id, token := field(t, response, "user_id"), field(t, response, "token")
		if _, err := fmt.Sscan(regexp.MustCompile(`"expires_at":(\d+)`).FindStringSubmatch(response.Body)[1], &expires); err != nil || expires < time.Now().UnixMilli() ||
			!strings.HasPrefix(response.Body, `{"code":0,"message":"success",`) || !regexp.MustCompile(`^\d{18,19}$`).MatchString(id) || !strings.HasPrefix(token, "Bearer eyJ") {
			t.Errorf("%s: %s (%s)", name, response.Body, response.Header.Get("X-Fakecme-Why"))
		}
		info := do(t, srv.Client(), "GET", "https://video.h5ds.com//api//v1/user/info", "", "Authorization", token) // as the vendor's clients do
		if !strings.Contains(info.Body, id) {
			t.Errorf("%s: user info: %s (%s)", name, info.Body, info.Header.Get("X-Fakecme-Why"))
		}
	}
}

// A call without a credential is of the default tenant, or of the one that the header appid names.
func TestTenantOfALogin(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{})
	const address = "https://video.h5ds.com/api/v1/account/captcha"
	do(t, srv.Client(), "GET", address, "")
	do(t, srv.Client(), "GET", address, "", "appid", "nobody's")
	do(t, srv.Client(), "GET", address, "", "appid", other.AppID)
	if mine, others := len(srv.Calls("Account.Captcha")), len(other.Calls("Account.Captcha")); mine != 2 || others != 1 {
		t.Errorf("%d calls of the default tenant, %d of the other; want 2 and 1", mine, others)
	}
}
