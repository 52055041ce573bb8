package fake_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// covered lists what was covered, a line each.
func covered(c fake.Coverage) []string {
	lines := []string{}
	for _, i := range c.Items() {
		if i.Times > 0 {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s: %d", i.Operation, i.Name, i.Times)))
		}
	}
	return lines
}

// A request covers its fields unless it breaks the contract, a fault fires before it, or its ticket is not good.
func TestCoverage(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("Material.CreateClass", "Material.ListMedia")
	const owner = `"Owner":{"Type":"PERSON","Id":"user_01"},"Name":"clips"`
	ticket := login(t, srv, srv.Tenant, "user_01")
	paas(t, srv, "Material/CreateClass", ticket, `{`+owner+`,"ParentClassId":0}`)
	paas(t, srv, "Material/CreateClass", ticket, `{`+owner+`,"ParentClassId":"0"}`)
	paas(t, srv, "Material/CreateClass", "wrong", `{`+owner+`,"Unheard":"of"}`)
	video := fake.Put(srv, webpaas.Material{Type: "VIDEO", Name: "clip", Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"}})
	paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["`+video.ID+`"],"Sort":{"Field":"CreateTime","Order":"Asc"}}`)
	srv.Inject("Team.DescribeTeams", fault.Error("InternalError"))
	paas(t, srv, "Team/DescribeTeams", ticket, `{"TeamIds":["x"]}`)
	exchange(t, srv, "bad")
	want := []string{
		"OpenCME.Login OpenCME.Login: 2",
		"OpenCME.Login SignatureVerifyFail (Signature Verify Fail): 1",
		"AuthFailure.SessionInvalid (session invalid): 1",
		"InvalidParameterValue (invalid request): 1",
		"Material.CreateClass Material.CreateClass: 3",
		"Material.CreateClass OperationDenied.PermissionDeny (permission denied): 1",
		"Material.CreateClass body /Name: 1",
		"Material.CreateClass body /Owner: 1",
		"Material.CreateClass body /Owner/Id: 1",
		"Material.CreateClass body /Owner/Type: 1",
		"Material.CreateClass body /ParentClassId: 1",
		`Material.CreateClass body /Owner/Type "PERSON": 1`,
		"Material.DescribeMaterials Material.DescribeMaterials: 1",
		"Material.DescribeMaterials body /MaterialIds: 1",
		"Material.DescribeMaterials body /Sort: 1",
		"Material.DescribeMaterials body /Sort/Field: 1",
		"Material.DescribeMaterials body /Sort/Order: 1",
		`Material.DescribeMaterials body /Sort/Field "CreateTime": 1`,
		`Material.DescribeMaterials body /Sort/Order "Asc": 1`,
		`Material.DescribeMaterials response /Data/MaterialInfoSet/[]/BasicInfo/MaterialType "VIDEO": 1`,
		`Material.DescribeMaterials response /Data/MaterialInfoSet/[]/BasicInfo/Owner/Type "PERSON": 1`,
		`Material.DescribeMaterials response /Data/MaterialInfoSet/[]/MaterialStatus/TranscodeStatus "NORMAL": 1`,
		`Material.DescribeMaterials response /Data/MaterialInfoSet/[]/MediaInfo/MediaType "VIDEO": 1`,
		`Material.DescribeMaterials response /Data/MaterialInfoSet/[]/VideoMaterial/Resolution "HD": 1`,
		"Team.DescribeTeams Team.DescribeTeams: 1",
		"Team.DescribeTeams InternalError (system error): 1",
	}
	if diff := cmp.Diff(want, covered(srv.Coverage())); diff != "" {
		t.Errorf("covered (-want +got):\n%s", diff)
	}
	var c fake.Coverage
	admin(t, srv, "GET", "coverage", "", &c)
	if diff := cmp.Diff(srv.Coverage(), c); diff != "" {
		t.Errorf("over HTTP (-want +got):\n%s", diff)
	}
	if c := c.Covered; c.Operations != 4 || c.Errors != 4 || c.Fields != 9 {
		t.Errorf("covered: %+v", c)
	}
}

// Coverage outlives a reset and the end of a tenant; only DELETE coverage forgets it.
func TestCoverageStays(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	logins := func(query string) int {
		t.Helper()
		var c fake.Coverage
		admin(t, srv, "GET", "coverage"+query, "", &c)
		return c.Operations[0].Calls // OpenCME.Login
	}
	login(t, srv, srv.Tenant, "user_01")
	login(t, srv, other, "user_01")
	login(t, srv, other, "user_02")
	admin(t, srv, "POST", "reset?tenant=other", "", nil)
	if all, one, two := logins(""), logins("?tenant=default"), logins("?tenant=other"); all != 3 || one != 1 || two != 2 {
		t.Errorf("after a reset: %d of all, %d and %d", all, one, two)
	}
	if n := other.Coverage().Covered.Operations; n != 1 {
		t.Errorf("the other tenant: %d operations", n)
	}
	srv.RemoveTenant(other)
	srv.RemoveTenant(other) // a second time changes nothing
	if n := logins(""); n != 3 {
		t.Errorf("after the tenant is gone: %d", n)
	}
	admin(t, srv, "DELETE", "coverage?tenant=default", "", nil)
	if n := logins(""); n != 2 {
		t.Errorf("after that of the default tenant is forgotten: %d", n)
	}
	login(t, srv, srv.Tenant, "user_01")
	admin(t, srv, "DELETE", "coverage", "", nil)
	if got := covered(srv.Coverage()); len(got) != 0 {
		t.Errorf("after all is forgotten: %v", got)
	}
	login(t, srv, srv.Tenant, "user_01")
	if n := logins(""); n != 1 {
		t.Errorf("counted anew: %d", n)
	}
	if response := admin(t, srv, "DELETE", "coverage?tenant=other", "", nil); response.Status != http.StatusNotFound {
		t.Errorf("of a tenant that is gone: %d", response.Status)
	}
}

// Each server writes a file of its own when it closes, once, with what was covered and nothing else.
func TestCoverageFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "here")
	for range 2 {
		srv := newServer(t, fake.Config{CoverageDir: dir})
		if err := srv.CoverageError(); err == nil {
			t.Error("written before the end")
		}
		if err := srv.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		login(t, srv, srv.Tenant, "user_01")
		srv.Close()
		srv.Close()
		if err := srv.CoverageError(); err != nil {
			t.Error(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("files: %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":1,"dialects":["original"],"operations":[{"operation":"OpenCME.Login","service":"opencme",` +
		`"provenance":"documented","calls":1,"errors":[],"fields":[]}]}` + "\n"
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	c, n, err := coverage.Read(dir)
	if err != nil || n.Ended != 2 || len(n.Unfinished) != 0 || c.Operations[0].Calls != 2 {
		t.Errorf("%+v, %v", n, err)
	}
}

// The environment variable is enough, also in a bubble of synctest; a test whose coverage is lost fails.
func TestCoverageVariable(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("FAKECME_COVERAGE_DIR", dir)
	t.Run("test", func(t *testing.T) {
		srv := fake.Start(t, fake.Config{})
		login(t, srv, srv.Tenant, "user_01")
	})
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true})
		login(t, srv, srv.Tenant, "user_01")
	})
	c, files, err := coverage.Read(dir)
	if err != nil || files.Ended != 2 || len(files.Unfinished) != 0 || c.Operations[0].Calls != 2 {
		t.Errorf("%+v, %v", files, err)
	}
	t.Setenv("FAKECME_COVERAGE_DIR", "relative")
	const want = `fake: config: FAKECME_COVERAGE_DIR is "relative"; give an absolute path: go test runs each package in a directory of its own`
	if _, err := fake.New(fake.Config{}); err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := fake.New(fake.Config{CoverageDir: file}); err == nil || !strings.HasPrefix(err.Error(), "fake: config: CoverageDir: mkdir "+file) {
		t.Errorf("a file for a directory: %v", err)
	}
}

func TestCoverageLost(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "gone")
	lines := runTest(func(tb *testTB) {
		fake.Start(tb, fake.Config{CoverageDir: dir, InMemory: true})
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "write coverage: open "+dir) {
		t.Errorf("reported: %q", lines)
	}
}

// A server that has not closed is told apart from one that was not called; a start that failed leaves nothing.
func TestCoverageOfAServerThatDidNotClose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	twice := []fake.Credentials{fake.DefaultTenant(), fake.DefaultTenant()}
	if _, err := fake.New(fake.Config{CoverageDir: dir, Tenants: twice}); err == nil {
		t.Fatal("two tenants of one id")
	}
	newServer(t, fake.Config{CoverageDir: dir}).Close()
	open := newServer(t, fake.Config{CoverageDir: dir})
	_, runs, err := coverage.Read(dir)
	if err != nil || runs.Ended != 1 || len(runs.Unfinished) != 1 || runs.Unfinished[0].Process != os.Getpid() {
		t.Errorf("%+v, %v", runs, err)
	}
	open.Close()
	if _, runs, err = coverage.Read(dir); err != nil || runs.Ended != 2 || len(runs.Unfinished) != 0 {
		t.Errorf("after the end: %+v, %v", runs, err)
	}
}

// The error that the client reads is the one that counts, in each dialect, and also when its text
// names a parameter or a fault spoils it.
func TestCoverageOfErrors(t *testing.T) {
	t.Parallel()
	badSignature := func(t *testing.T, srv *fake.Server) { exchange(t, srv, "bad") }
	badToken := func(t *testing.T, srv *fake.Server) {
		do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/info", "", "Authorization", "Bearer x")
	}
	tests := []struct {
		name    string
		dialect fake.Dialect
		call    func(t *testing.T, srv *fake.Server)
		want    string
	}{
		{"signature, original", fake.Original(), badSignature, "OpenCME.Login SignatureVerifyFail (Signature Verify Fail): 1"},
		{"signature, current", fake.Current(), badSignature, "OpenCME.Login InvalidParameterValue.Platform (platform not exist): 1"},
		{"spoiled by a fault", fake.Original(), func(t *testing.T, srv *fake.Server) {
			srv.Inject("OpenCME.Login", fault.Garbage())
			badSignature(t, srv)
		}, "OpenCME.Login SignatureVerifyFail (Signature Verify Fail): 1"},
		{"login expired, original", fake.Original(), badToken, "1001 (登录失效): 1"},
		{"login expired, current", fake.Current(), badToken, "1 (登录失效): 1"},
		{"with the name of a parameter", fake.Original(), func(t *testing.T, srv *fake.Server) {
			srv.Forgive("Account.Sms.Login")
			do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/account/sms/login", `{"mobile":7}`, "Content-Type", "application/json")
		}, "Account.Sms.Login 400 (参数错误): 1"},
		{"documented by nobody", fake.Original(), func(t *testing.T, srv *fake.Server) {
			srv.Inject("OpenCME.Login", fault.Error("Busy").Text("忙", "busy").Force())
			badSignature(t, srv)
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{Dialect: tt.dialect})
			tt.call(t, srv)
			var got []string
			for _, i := range srv.Coverage().Items() {
				if i.Kind == coverage.Errors && i.Times > 0 {
					got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s: %d", i.Operation, i.Name, i.Times)))
				}
			}
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("errors: %q, want %q", got, tt.want)
			}
		})
	}
}

// A fake that does not check its responses covers requests, and no responses.
func TestCoverageWithoutSelfCheck(t *testing.T) {
	t.Parallel()
	srv := started(t, fake.Config{})
	t.Cleanup(srv.Close)
	thirdLogin(t, srv, srv.Tenant, "user_01")
	token := thirdLogin(t, srv, srv.Tenant, "user_02")
	do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/materials/page?page=1&per_page=1", "", "Authorization", token)
	got := srv.Coverage().Covered
	if got.Operations != 2 || got.Fields < 3 || got.Responses != 0 {
		t.Errorf("covered: %+v", got)
	}
}

// Fields and values that no document knows do not make the coverage grow.
func TestCoverageIsBounded(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("Material.CreateClass")
	ticket := login(t, srv, srv.Tenant, "user_01")
	send := func(i int) {
		paas(t, srv, "Material/CreateClass", ticket, fmt.Sprintf(`{"a%d":1,"a%d":2,"Owner":{"Type":"T%d"}}`, i, i, i))
	}
	send(0)
	before := len(fmt.Sprint(srv.Coverage()))
	for i := range 20 {
		send(i + 1)
	}
	if after := len(fmt.Sprint(srv.Coverage())); after-before > 20 {
		t.Errorf("%d bytes more", after-before)
	}
	if got := covered(srv.Coverage()); slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, "/") }) {
		t.Errorf("covered: %q", got)
	}
}
