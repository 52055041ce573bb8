package fake_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// The script is at its documented hosts and paths, and at the fake's own address; nowhere else.
func TestWebSDKPlaces(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	for _, tt := range []struct{ method, address, version string }{
		{"GET", "https://imgcache.qq.com/qcloud/cme/sdk_v1.js", "1"},
		{"GET", "https://imgcache.qq.com/qcloud/cme/sdk_v1.js?max_age=60", "1"},
		{"GET", "https://vs-cdn.tencent-cloud.com/sdk/cme_v2.0.1.js", "2.0.1"},
		{"GET", "https://vs-cdn.tencent-cloud.com/sdk/cme_v2.1.js", "2.1"},
		{"GET", srv.URL + "/qcloud/cme/sdk_v1.js", "1"},
		{"GET", srv.URL + "/sdk/cme_v2.0.1.js", "2.0.1"},
		{"GET", srv.URL + "/_fakecme/sdk/v1.js", "1"},
		{"GET", srv.URL + "/_fakecme/sdk/v2.js", "2.0.1"},
		{"GET", "https://imgcache.qq.com/_fakecme/sdk/v1.js", "1"},
		{"GET", "https://imgcache.qq.com/sdk/cme_v2.0.1.js", ""},
		{"GET", "https://imgcache.qq.com/", ""},
		{"GET", "https://vs-cdn.tencent-cloud.com/sdk/cme_v9.js", ""},
		{"POST", srv.URL + "/qcloud/cme/sdk_v1.js", ""},
		{"GET", srv.URL + "/_fakecme/sdk/open", ""},
	} {
		before := len(srv.Calls())
		response := do(t, srv.Client(), tt.method, tt.address, "", "Origin", "https://app.test")
		call := srv.Calls()[before]
		served := response.Status == 200 && strings.Contains(response.Body, `{"version":"`+tt.version+`",`) && strings.Contains(response.Body, "stand-in")
		if served != (tt.version != "") || call.Kind != traffic.WebSDK || served == (len(call.Findings) > 0) {
			t.Errorf("%s %s: %d %.60s; journal: %s", tt.method, tt.address, response.Status, response.Body, call)
		}
		if response.Header.Get("Access-Control-Allow-Origin") != "https://app.test" {
			t.Errorf("%s: a page cannot read it: %v", tt.address, response.Header)
		}
		if tt.version == "" && (response.why() != "call.unknown-script" || response.Status != 404) {
			t.Errorf("%s: %d %s", tt.address, response.Status, response.Header.Get("X-Fakecme-Why"))
		}
	}
	for _, address := range []string{"https://open.cme.qcloud.com/qcloud/cme/sdk_v1.js", "https://video.h5ds.com/sdk/cme_v2.0.1.js"} {
		if response := do(t, srv.Client(), "GET", address, ""); response.Status == 200 {
			t.Errorf("%s is served", address)
		}
	}
}

// The editor believes a signature to open a project, and then its own token: for that project and that tenant.
func TestEditorCalls(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{})
	project := fake.Put(srv, webpaas.Project{Name: "one", Owner: webpaas.Person("user_01")})
	ask := func(call string, request map[string]any) httpResponse {
		t.Helper()
		body, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		return do(t, srv.Client(), "POST", srv.URL+"/_fakecme/sdk/"+call, string(body))
	}
	params := loginParams(srv.Tenant, "user_01")
	params.Action, params.ProjectID = "OpenProject", project.ID
	signature := signWith(srv.Tenant, params)
	opened := ask("open", map[string]any{"sign": signature})
	var session struct {
		Token   string
		Editing webpaas.Editing
	}
	if err := json.Unmarshal([]byte(opened.Body), &session); err != nil || session.Editing.Project.ID != project.ID {
		t.Fatalf("open: %v %s", err, opened.Body)
	}
	bare := strings.Replace(params.Original(), "openProject.projectId", "projectId", 1)
	if response := ask("open", map[string]any{"sign": cmesign.SignOriginal(srv.Tenant.SecretKey, bare)}); !strings.Contains(response.Body, `"token"`) {
		t.Errorf("a tutorial's projectId: %s", response.Body)
	}
	h5ds := thirdLogin(t, srv, srv.Tenant, "user_01")
	login := loginSignature(srv.Tenant, "user_01")
	unknown, foreign := params, loginParams(other, "user_01")
	unknown.ProjectID = "cmepid_0"
	foreign.Action, foreign.ProjectID = "OpenProject", project.ID
	for _, tt := range []struct {
		name, call string
		request    map[string]any
		error      float64
		code, why  string
	}{
		{"another action", "open", map[string]any{"sign": login}, 1002, "SignatureVerifyFail", "cme.wrong-action"},
		{"unknown project", "open", map[string]any{"sign": signWith(srv.Tenant, unknown)}, 1002, "InvalidParameterValue.ProjectId", "webpaas.project-unknown"},
		{"another tenant's", "open", map[string]any{"sign": signWith(other, foreign)}, 1002, "InvalidParameterValue.ProjectId", "webpaas.project-unknown"},
		{"no token", "refresh", map[string]any{}, 1001, "AuthFailure.SessionInvalid", "editor.missing"},
		{"a token of h5ds", "refresh", map[string]any{"token": h5ds}, 1001, "AuthFailure.SessionInvalid", "editor.foreign"},
		{"tracks that are no JSON", "save", map[string]any{"token": session.Token, "tracks": "{"}, 1002, "InvalidParameterValue", "webpaas.parameter"},
		{"a Login signature for an upload", "upload", map[string]any{"token": session.Token, "sign": login}, 1002, "SignatureVerifyFail", "cme.wrong-action"},
	} {
		response := ask(tt.call, tt.request)
		var failure map[string]any
		if err := json.Unmarshal([]byte(response.Body), &failure); err != nil {
			t.Fatalf("%s: %v: %s", tt.name, err, response.Body)
		}
		delete(failure, "msg")
		if diff := cmp.Diff(map[string]any{"error": tt.error, "code": tt.code}, failure); diff != "" || response.why() != tt.why {
			t.Errorf("%s: why %s (-want +got):\n%s", tt.name, response.why(), diff)
		}
	}
	srv.Clock.Advance(25 * 60 * 60 * 1e9)
	if response := ask("refresh", map[string]any{"token": session.Token}); response.why() != "editor.expired" {
		t.Errorf("a day later: %s", response.Header.Get("X-Fakecme-Why"))
	}
	kept, err := json.Marshal(srv.Calls())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{session.Token, signature} {
		if strings.Contains(string(kept), secret) {
			t.Errorf("the journal holds %s", secret)
		}
	}
}
