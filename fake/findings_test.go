package fake_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// shortened takes the sentences out of what a test reports.
func shortened(line string) string {
	line = regexp.MustCompile(`((?:call|contract|warning)\.[a-z-]+): .* (\(POST )`).ReplaceAllString(line, "$1: … $2")
	line = regexp.MustCompile(`(cme\.[a-z-]+): .*`).ReplaceAllString(line, "$1: …")
	return regexp.MustCompile(`%3C|<auth:[0-9a-f]{8}>`).ReplaceAllString(line, "<auth>")
}

func TestJudgedAtTheEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		body func(tb *testTB)
		want []string
	}{
		{"nothing to report", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			login(t, srv, srv.Tenant, "user_01")
		}, nil},
		{"a documented error is no finding", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			exchange(t, srv, "bad")
		}, nil},
		{"unknown call", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			paas(t, srv, "Material/ListMedias", "x", "{}")
		}, []string{
			"finding: unknown call: call.unknown-operation: … (POST /PaaS/Material/ListMedias?auth=<auth>); to break the contract on purpose: srv.Forgive(\"\")",
		}},
		{"the same twice is one line", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			ticket := login(t, srv, srv.Tenant, "user_01")
			for range 2 {
				paas(t, srv, "Material/DeleteMaterial", ticket, "{}")
			}
		}, []string{
			"finding: Material.DeleteMaterial: contract.body: … (POST /PaaS/Material/DeleteMaterial?auth=<auth>), 2 times; " +
				"to break the contract on purpose: srv.Forgive(\"Material.DeleteMaterial\")",
		}},
		{"forgiven", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			srv.Forgive("Material.DeleteMaterial")
			paas(t, srv, "Material/DeleteMaterial", login(t, srv, srv.Tenant, "user_01"), "{}")
		}, nil},
		{"a failed test gets the rejected calls", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			exchange(t, srv, "")
			tb.Errorf("the test failed")
		}, []string{
			"the test failed",
			"log: rejected: GET open.cme.qcloud.com/?signature= (OpenCME.Login): 200 SignatureVerifyFail; cme.empty: …",
		}},
		{"a warning", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			h5dsLogin(t, srv, srv.Tenant, `{"userId":"fake-secret-key"}`, "Content-Type", "application/json")
		}, []string{
			"finding: Third.Login: warning.secret-sent: … (POST /api/v1/third/login); to break the contract on purpose: srv.Forgive(\"warning.secret-sent\")",
		}},
		{"a warning that is forgiven", func(tb *testTB) {
			srv := fake.Start(tb, fake.Config{})
			srv.Forgive("warning.secret-sent")
			h5dsLogin(t, srv, srv.Tenant, `{"userId":"fake-secret-key"}`, "Content-Type", "application/json")
		}, nil},
		{"bad configuration", func(tb *testTB) {
			fake.Start(tb, fake.Config{MaxBody: -1})
		}, []string{"fake: config: MaxBody is negative (-1); leave it zero for the default"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runTest(tt.body)
			for i := range got {
				got[i] = shortened(got[i])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("reported (-want +got):\n%s", diff)
			}
		})
	}
}

// A field that no document knows is a finding, but real services ignore it: the call goes on
// without it, even when it differs from a documented one in its case only.
func TestUndocumentedField(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("Material.ModifyMaterial")
	video := fake.Put(srv, webpaas.Material{
		Type: "VIDEO", Name: "before", Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"},
	})
	ticket := login(t, srv, srv.Tenant, "user_01")
	response := paas(t, srv, "Material/ModifyMaterial", ticket, `{"MaterialId":"`+video.ID+`","name":"after","Tags":["new"]}`)
	if response.why() != "" {
		t.Errorf("rejected: %s", response.Header.Get("X-Fakecme-Why"))
	}
	if body := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["`+video.ID+`"]}`).Body; !strings.Contains(body, `"Name":"before"`) || !strings.Contains(body, `"TagSet":["new"]`) {
		t.Errorf("the material is %s", body)
	}
	calls := srv.Calls("Material.ModifyMaterial")
	if f := calls[0].Findings; len(f) != 1 || f[0].Diagnosis.Code != "contract.unknown-field" || !strings.Contains(f[0].Diagnosis.Sentence, "/name") {
		t.Errorf("findings: %v", f)
	}
}

// The same holds for queries and forms: an undocumented name is ignored, whatever it resembles.
func TestUndocumentedParameter(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("User.Apps.Page", "Third.Login")
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	page := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/apps/page?PAGE=2", "", "Authorization", token)
	if !strings.Contains(page.Body, `"current_page":1,`) {
		t.Errorf("PAGE was taken for page: %s", page.Body)
	}
	h5dsLogin(t, srv, srv.Tenant, "userId=user_01&NICK_NAME=other", "Content-Type", "application/x-www-form-urlencoded")
	if info := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/info", "", "Authorization", token); strings.Contains(info.Body, "other") {
		t.Errorf("NICK_NAME was taken for nick_name: %s", info.Body)
	}
	for _, id := range []string{"User.Apps.Page", "Third.Login"} {
		calls := srv.Calls(id)
		if f := calls[len(calls)-1].Findings; len(f) != 1 || f[0].Diagnosis.Code != "contract.unknown-field" {
			t.Errorf("%s: findings %v", id, f)
		}
	}
}

// The findings of one tenant leave room for the first of another, and forgiven ones take none.
func TestFindingsAreBounded(t *testing.T) {
	t.Parallel()
	const bound = 1000
	lines := runTest(func(tb *testTB) {
		srv := fake.Start(tb, fake.Config{})
		quiet := newTenant(t, srv, fake.Credentials{ID: "quiet"})
		send := func(tenant *fake.Tenant, unknown int) {
			for from := 0; from < unknown; from += 40 { // more of one call are not told apart
				body := `{"userId":"user_01"`
				for i := from; i < min(from+40, unknown); i++ {
					body += fmt.Sprintf(`,"f%d":1`, i)
				}
				h5dsLogin(t, srv, tenant, body+"}", "Content-Type", "application/json")
			}
		}
		admin(t, srv, "POST", "forgiven", `{"names":["Third.Login"]}`, nil)
		send(srv.Tenant, 2*bound)
		admin(t, srv, "DELETE", "forgiven", "", nil)
		send(srv.Tenant, bound+7)
		send(quiet, 3)
		kept := map[string]int{}
		for _, f := range srv.Findings() {
			kept[f.Tenant]++
		}
		if diff := cmp.Diff(map[string]int{srv.Tenant.ID: bound, "quiet": 1}, kept); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
		if got := admin(t, srv, "GET", "findings?fail=true", "", nil); got.Status != 409 || !strings.HasSuffix(got.Body, `,"dropped":9}`+"\n") {
			t.Errorf("admin: %d …%s", got.Status, got.Body[max(0, len(got.Body)-100):])
		}
	})
	if last := lines[len(lines)-1]; last != "finding: 9 more findings were dropped" {
		t.Errorf("reported at the end: %s", last)
	}
}

// No reset and no removal of a tenant takes a finding away, and a fault that never fired becomes one. Forgiven findings stay
// forgiven.
func TestFindingsOutliveTheirTenant(t *testing.T) {
	t.Parallel()
	for _, end := range []struct{ name, method, path string }{
		{"reset", "POST", "reset?tenant=other"}, {"removed", "DELETE", "tenants/other"},
	} {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{})
			other := newTenant(t, srv, fake.Credentials{ID: "other"})
			ticket := login(t, srv, other, "user_01")
			paas(t, srv, "Material/DeleteMaterial", ticket, "{}")
			paas(t, srv, "Material/DeleteClass", ticket, "{}")
			other.Inject("Material.ListMedia", fault.Drop())
			admin(t, srv, "POST", "forgiven?tenant=other", `{"names":["Material.DeleteClass"]}`, nil)
			admin(t, srv, end.method, end.path, "", nil)
			var got []string
			for _, f := range srv.Findings() {
				got = append(got, f.Tenant+" "+f.Operation+" "+f.Diagnosis.Code)
			}
			want := []string{"other Material.DeleteMaterial contract.body", "other Material.ListMedia fault.never-fired"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			admin(t, srv, "DELETE", "findings", "", nil) // this test is done with them
		})
	}
}

// The last step of a CI job fails for findings, and when no client has reached the fake.
func TestFindingsFail(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ask := func(want string) {
		t.Helper()
		response := admin(t, srv, "GET", "findings?fail=true", "", nil)
		if got := fmt.Sprint(response.Status, " ", strings.TrimSpace(response.Body)); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	ask(`409 {"findings":[],"bugs":[],"calls":0,"dropped":0}`)
	ticket := login(t, srv, srv.Tenant, "user_01")
	ask(`200 {"findings":[],"bugs":[],"calls":1,"dropped":0}`)
	paas(t, srv, "Material/DeleteMaterial", ticket, "{}")
	ask(`409 {"findings":[{"operation":"Material.DeleteMaterial"`)
	srv.Forgive("Material.DeleteMaterial")
	ask(`200 {"findings":[],"bugs":[],"calls":2,"dropped":0}`)
}

// withTwoTenants is a fake with a default tenant and one more, each with a finding of an operation and of a warning.
func withTwoTenants(t *testing.T) (srv *fake.Server, sendAllBadly func()) {
	t.Helper()
	srv = unjudged(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	sendAllBadly = func() {
		t.Helper()
		for _, tenant := range []*fake.Tenant{srv.Tenant, other} {
			h5dsLogin(t, srv, tenant, `{"userId":"`+tenant.Secret+`","colour":"red"}`, "Content-Type", "application/json")
		}
	}
	sendAllBadly()
	return srv, sendAllBadly
}

// found lists tenant and code of each finding of GET findings.
func found(t *testing.T, srv *fake.Server, query string) string {
	t.Helper()
	var reported struct{ Findings []fake.Finding }
	admin(t, srv, "GET", "findings"+query, "", &reported)
	var lines []string
	for _, f := range reported.Findings {
		lines = append(lines, f.Tenant+" "+f.Diagnosis.Code)
	}
	return strings.Join(lines, ", ")
}

const (
	ofDefault = "default contract.unknown-field, default warning.secret-sent"
	ofOther   = "other contract.unknown-field, other warning.secret-sent"
)

// A test in any language forgives as one in Go does, for its own tenant or for all, before or after.
func TestForgiveOverHTTP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query, names string
		want               string // the findings left
	}{
		{"nothing", "", `[]`, ofDefault + ", " + ofOther},
		{"a warning of all", "", `["warning.secret-sent"]`, "default contract.unknown-field, other contract.unknown-field"},
		{"an operation of all", "", `["Third.Login"]`, ""},
		{"a warning of one", "?tenant=other", `["warning.secret-sent"]`, ofDefault + ", other contract.unknown-field"},
		{"an operation of one", "?tenant=default", `["Third.Login"]`, ofOther},
		{"something else", "", `["","Material.ListMedia","warning.polling"]`, ofDefault + ", " + ofOther},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, sendAllBadly := withTwoTenants(t)
			for _, when := range []string{"before", "after"} {
				response := admin(t, srv, "POST", "forgiven"+tt.query, `{"names":`+tt.names+`}`, nil)
				if response.Status != 200 || response.Body != `{"names":`+tt.names+"}\n" {
					t.Errorf("%d %s", response.Status, response.Body)
				}
				if got := found(t, srv, ""); got != tt.want {
					t.Errorf("what came %s: %s, want %s", when, got, tt.want)
				}
				sendAllBadly()
			}
			if response := admin(t, srv, "GET", "forgiven"+tt.query, "", nil); response.Body != `{"names":`+tt.names+"}\n" {
				t.Errorf("forgiven is %s", response.Body)
			}
			admin(t, srv, "DELETE", "forgiven"+tt.query, "", nil)
			sendAllBadly()
			if got := strings.Count(found(t, srv, ""), ","); got != 3 {
				t.Errorf("after nothing is forgiven any more: %s", found(t, srv, ""))
			}
		})
	}
}

// DELETE findings drops what GET findings lists: of all tenants, or of one.
func TestDropFindings(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{"": "", "?tenant=default": ofOther, "?tenant=other": ofDefault} {
		srv, _ := withTwoTenants(t)
		if got := found(t, srv, "?tenant=other"); got != ofOther {
			t.Errorf("the other tenant's findings: %s", got)
		}
		admin(t, srv, "DELETE", "findings"+query, "", nil)
		if diff := cmp.Diff(want, found(t, srv, "")); diff != "" {
			t.Errorf("DELETE findings%s left (-want +got):\n%s", query, diff)
		}
	}
}
