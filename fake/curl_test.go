package fake_test

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/traffic"
)

// shell returns how a command is run as a person would paste it.
func shell(t *testing.T) func(command string) string {
	t.Helper()
	for _, tool := range []string{"bash", "curl", "base64"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("FAKECME_TEST_ALL") != "" {
				t.Fatal(err)
			}
			t.Skipf("left out: %s is missing", tool)
		}
	}
	return func(command string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "bash", "-c", command).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
}

// The command of each call, pasted into a shell, succeeds: also when the credential of the call was wrong, and long after its
// ticket and token expired.
func TestCurl(t *testing.T) {
	t.Parallel()
	paste := shell(t)
	srv := fake.Start(t, fake.Config{})
	const api, h5ds = "https://web-paas-api.cme.qcloud.com/PaaS/", "https://video.h5ds.com/api/v1/"
	const isJSON = "application/json"
	ticket, token := login(t, srv, srv.Tenant, "user_01"), thirdLogin(t, srv, srv.Tenant, "user_01")
	searchMine := "{\"SearchScopes\":[{\"Platform\":\"fake-platform\",\n\"Owner\":{\"Type\":\"PERSON\",\"Id\":\"user_01\"}}],\"Text\":\"'媒$A`x`!\\\\\\\"\"}"
	create := `{"Owner":{"Type":"PERSON","Id":"user_01"},"ClassId":9,"MaterialType":"VIDEO","Name":"a.mp4","VerifySign":"` + uploadSignature(srv.Tenant, "user_01") + `"}`
	file, fileType := multipartBody(t, part{"file", "a.png", "image/png", binary})
	wrong := loginParams(srv.Tenant, "user_02")
	_, context := applyUpload(t, srv, ticket, "")
	ticketNow := func() string { return login(t, srv, srv.Tenant, "user_01") }
	tests := []struct {
		name string
		send func() httpResponse
		user string // whose the pasted call is; that of the application for a login with headers
		note string
	}{
		{"login", func() httpResponse { return exchange(t, srv, loginSignature(srv.Tenant, "user_01")) }, "user_01", ""},
		{"login with a wrong key", func() httpResponse { return exchange(t, srv, cmesign.Sign("another key", wrong)) }, "user_02", "cme.wrong-secret"},
		{"login with no signature", func() httpResponse { return exchange(t, srv, "") }, "fake-user", "named no user"},
		{"at the fake's own address", func() httpResponse {
			return do(t, http.DefaultClient, "GET", srv.URL+"/?signature="+url.QueryEscape(loginSignature(srv.Tenant, "u")), "")
		}, "u", ""},
		{"ticket", func() httpResponse { return paas(t, srv, "Material/SearchMaterial", ticket, searchMine) }, "user_01", ""},
		{"ticket in the header", func() httpResponse {
			return do(t, srv.Client(), "POST", api+"Material/SearchMaterial", searchMine, "Content-Type", isJSON, "Authorization", ticket)
		}, "user_01", "ticket.in-header"},
		{"ticket of nobody", func() httpResponse {
			return paas(t, srv, "Material/ListMedia", "x", `{"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"fake-user"},"ClassId":9}`)
		}, "fake-user", "ticket.malformed"},
		{"fired by a fault", func() httpResponse {
			srv.Inject("Material.ListMedia", fault.Error("InternalError"))
			return paas(t, srv, "Material/ListMedia", ticketNow(), listMine)
		}, "user_01", "a fault was injected on the call on purpose (error)"},
		{"a signature in the body", func() httpResponse { return paas(t, srv, "Material/CreateUploadMaterial", ticket, create) }, "user_01", ""},
		{"headers", func() httpResponse {
			return h5dsLogin(t, srv, srv.Tenant, `{"userId":"it's me"}`, "Content-Type", isJSON)
		}, "", ""},
		{"headers of long ago", func() httpResponse {
			return do(t, srv.Client(), "POST", h5ds+"third/login", `{"userId":"u"}`, "Content-Type", isJSON, "appid", srv.Tenant.AppID, "timestamp", "1600000000000", "sign", "x")
		}, "", "h5ds."},
		{"token", func() httpResponse {
			return do(t, srv.Client(), "GET", h5ds+"user/apps/page?page=1", "", "Authorization", token)
		}, "?", ""},
		{"doubled slashes", func() httpResponse { return do(t, srv.Client(), "GET", h5ds+"/user//info", "", "Authorization", token) }, "?", ""},
		{"a form", func() httpResponse {
			return h5dsLogin(t, srv, srv.Tenant, "userId=%E5%AA%92'", "Content-Type", "application/x-www-form-urlencoded")
		}, "", ""},
		{"no token", func() httpResponse { return do(t, srv.Client(), "GET", h5ds+"user/info", "") }, "?", "token.missing"},
		{"bytes", func() httpResponse {
			return do(t, srv.Client(), "POST", h5ds+"common/upload/form", file, "Authorization", token, "Content-Type", fileType)
		}, "?", ""},
	}
	for _, tt := range tests {
		tt.send()
		sent := last(srv)
		srv.Clock.Advance(40 * 24 * time.Hour) // whatever was good then is not any more
		command, err := srv.Tenant.Curl(sent)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		out := paste(command)
		again := last(srv)
		if again.Number == sent.Number || again.Error != "" || again.Diagnosis != nil || again.Operation != sent.Operation || again.Status != 200 {
			t.Errorf("%s: %s\ncame back as %s: %s", tt.name, command, again, out)
		}
		if again.User != tt.user && tt.user != "?" || tt.user == "?" && again.User == "" {
			t.Errorf("%s: the user is %q, want %q", tt.name, again.User, tt.user)
		}
		hidden := tt.name == "a signature in the body"
		if diff := cmp.Diff(string(sent.RequestBody), string(again.RequestBody)); diff != "" && !hidden {
			t.Errorf("%s: body (-sent +pasted):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff([]string{sent.Method, sent.Host, sent.RequestHeader.Get("Content-Type")}, []string{again.Method, again.Host, again.RequestHeader.Get("Content-Type")}); diff != "" {
			t.Errorf("%s: (-sent +pasted):\n%s", tt.name, diff)
		}
		if !strings.Contains(command, tt.note) {
			t.Errorf("%s: no word of %q in %s", tt.name, tt.note, command)
		}
	}
	srv.Clock.Real()
	finishUpload(t, srv, ticket, context, "5285890811566343555")
	command, err := srv.Tenant.Curl(last(srv))
	if err != nil || !strings.Contains(command, context) {
		t.Errorf("an upload's context is not made anew: %v %s", err, command)
	}
}

// A command names the secrets that the journal hides and nobody can make anew. Where there is no command, the error says why.
func TestCurlErrors(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{MaxBody: 1 << 10})
	srv.Forgive("", "Account.Login")
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/info", "")
	tests := []struct {
		name   string
		tenant *fake.Tenant
		call   fake.Call
		want   string
	}{
		{"another tenant's", other, last(srv), `curl: the call is of tenant "default", not of tenant "other"; ask that one`},
		{"no user", srv.Tenant, last(srv), "curl: the application has no user whose token it could be; log one in with third/login"},
		{"a callback", srv.Tenant, fake.Call{Tenant: "default", Kind: traffic.Callback}, "curl: the fake made the call itself, to your own server"},
	}
	for _, tt := range tests {
		if _, err := tt.tenant.Curl(tt.call); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/account/login", `{"account":"a","password":"secret"}`,
		"Content-Type", "application/json", "Cookie", "a=b")
	command, err := srv.Tenant.Curl(last(srv))
	if err != nil || !strings.HasPrefix(command, "# the header Cookie is left out: the journal does not keep its secret\n# put the secret that <password:") ||
		strings.Contains(command, "Cookie:") {
		t.Errorf("%v: %s", err, command)
	}
	srv.Forgive("Third.Login")
	h5dsLogin(t, srv, srv.Tenant, strings.Repeat("x", 1<<10+1), "Content-Type", "application/json")
	command, err = srv.Tenant.Curl(last(srv))
	if err != nil || !strings.HasPrefix(command, "# the journal has only the first 1024 bytes of the body (call.body-too-large)\n") {
		t.Errorf("%v: %.200s", err, command)
	}
	memory := fake.Start(t, fake.Config{InMemory: true})
	if _, err := memory.Tenant.Curl(fake.Call{}); err == nil || !strings.HasPrefix(err.Error(), "curl: the server listens in memory only") {
		t.Errorf("in memory: %v", err)
	}
}

func TestAdminCurl(t *testing.T) {
	t.Parallel()
	paste := shell(t)
	srv := fake.Start(t, fake.Config{})
	exchange(t, srv, cmesign.Sign("another key", loginParams(srv.Tenant, "user_01")))
	response := admin(t, srv, "GET", "journal/1/curl", "", nil)
	if out := paste(response.Body); !strings.HasPrefix(out, `{"Code":"Success"`) {
		t.Errorf("%s\nanswers %s", response.Body, out)
	}
	if got := response.Header.Get("Content-Type") + " " + response.Header.Get("Cache-Control"); got != "text/x-shellscript; charset=utf-8 no-store" {
		t.Errorf("headers: %s", got)
	}
}
