package verify_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
)

// provider is a fake behind something that breaks it.
type provider struct {
	fake  *fake.Server
	first map[string]*httptest.ResponseRecorder // answers by path, for repeats
}

// ask returns the response of the fake.
func (p *provider) ask(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.fake.ServeHTTP(w, r)
	return w
}

func send(w http.ResponseWriter, response *httptest.ResponseRecorder, body string) {
	maps.Copy(w.Header(), response.Header())
	w.Header().Del("Content-Length") // the body may be another
	w.WriteHeader(response.Code)
	_, _ = io.WriteString(w, body)
}

// startBroken serves a fake, broken at a path.
func startBroken(t *testing.T, path string, breaks breakage) string {
	t.Helper()
	p := &provider{fake: startDemo(t, fake.Config{}), first: map[string]*httptest.ResponseRecorder{}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if breaks != nil && r.URL.Path == path {
			breaks(p, w, r)
			return
		}
		p.fake.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// verified runs the suite against a target, and returns the report with its lines. Something must have run.
func verified(t *testing.T, target verify.Target) (verify.Report, []string) {
	t.Helper()
	target.Timeout = patient
	report, err := target.Verify(t.Context())
	if err != nil || len(report.Outcomes) == 0 {
		t.Fatalf("%d outcomes, %v", len(report.Outcomes), err)
	}
	var lines []string
	for _, o := range report.Outcomes {
		lines = append(lines, o.Lines()...)
	}
	return report, lines
}

// breakage is a way to break the response of the fake at a path.
type breakage func(p *provider, w http.ResponseWriter, r *http.Request)

// in replaces a part of the body.
func in(old, new string) breakage {
	return func(p *provider, w http.ResponseWriter, r *http.Request) {
		response := p.ask(r)
		body := regexp.MustCompile(old).ReplaceAllString(response.Body.String(), new)
		if body == response.Body.String() {
			body = "nothing to break: " + body
		}
		send(w, response, body)
	}
}

// inRequest replaces a part of the body that the fake gets.
func inRequest(old, new string) breakage {
	return func(p *provider, w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		body = regexp.MustCompile(old).ReplaceAll(body, []byte(new))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		response := p.ask(r)
		send(w, response, response.Body.String())
	}
}

// says responds with this body and does nothing.
func says(contentType, body string) breakage {
	return func(_ *provider, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

// repeats responds as the first time.
func repeats(p *provider, w http.ResponseWriter, r *http.Request) {
	if p.first[r.URL.Path] == nil {
		p.first[r.URL.Path] = p.ask(r)
	}
	send(w, p.first[r.URL.Path], p.first[r.URL.Path].Body.String())
}

func status(code int) breakage {
	return func(p *provider, w http.ResponseWriter, r *http.Request) {
		response := p.ask(r)
		response.Code = code
		send(w, response, response.Body.String())
	}
}

func typed(contentType string) breakage {
	return func(p *provider, w http.ResponseWriter, r *http.Request) {
		response := p.ask(r)
		response.Header().Set("Content-Type", contentType)
		send(w, response, response.Body.String())
	}
}

func drops(*provider, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// hanging is a way to the fake without a network, on which the calls of one path wait for ever.
type hanging struct {
	fake *fake.Server
	path string
}

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == h.path {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	response := httptest.NewRecorder()
	h.fake.ServeHTTP(response, r)
	return response.Result(), nil
}

// A call that hangs says nothing about the contract: it is not judged. A service that hangs again and again is not waited for.
func TestVerifyDoesNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, err := fake.New(fake.Config{Fixtures: fixtures.Demo()})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		target := verify.Target{
			URL: "http://fake", Run: regexp.MustCompile("webpaas/(class-tree|class-of|ticket-unknown|teams$)|opencme/login$"),
			Client: &http.Client{Transport: hanging{srv, classes}},
		}
		report, err := target.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range report.Outcomes {
			got = append(got, o.Verdict+" "+o.Scenario+" "+o.Why)
		}
		want := []string{
			"kept login ",
			"not judged class-tree step 1 Material.DescribeClass: no response within 10s",
			"not judged class-of-another-user step 1 Material.DescribeClass: no response within 10s",
			"not judged ticket-unknown the service did not respond before",
			"not judged teams the service did not respond before",
		}
		if diff := cmp.Diff(want, got); diff != "" || report.Verdict() != verify.VerdictNotJudged {
			t.Errorf("%s (-want +got):\n%s", report.Verdict(), diff)
		}
		if waited := time.Since(begin); waited != 20*time.Second {
			t.Errorf("waited for %s", waited)
		}
	})
}

func cuts(p *provider, w http.ResponseWriter, r *http.Request) {
	response := p.ask(r)
	w.Header().Set("Content-Type", response.Header().Get("Content-Type"))
	w.Header().Set("Content-Length", "1000000")
	_, _ = w.Write(response.Body.Bytes())
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func redirects(_ *provider, w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/elsewhere", http.StatusFound)
}

const (
	done     = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	isJSON   = "application/json"
	classes  = "/PaaS/Material/DescribeClass"
	removes  = "/PaaS/Material/DeleteMaterial"
	tasks    = "/PaaS/Task/DescribeTasks"
	apps     = "/api/v1/user/apps/page"
	userInfo = "/api/v1/user/info"
	search   = "/PaaS/Material/SearchMaterial"
	renders  = "/api/v1/user/app/tasks/page"
)

// Every kind of breakage is seen, and reported in one line.
func TestVerifySeesEachBreakage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path, run string
		breaks          breakage
		want            []string
	}{
		{"nothing", "", "webpaas/class-tree", nil, nil},
		{"wrong code", removes, "webpaas/media-that-nobody-has", in(`InvalidParameterValue.MaterialId`, "OperationDenied.PermissionDeny"), []string{
			`broken      webpaas/media-that-nobody-has: step 1 Material.DeleteMaterial: the response must be the error InvalidParameterValue.MaterialId, found "OperationDenied.PermissionDeny" (documented, 1156/50862)`}},
		{"undocumented code", removes, "webpaas/media-that-nobody-has", in(`InvalidParameterValue.MaterialId`, "NotFound"), []string{
			`broken      webpaas/media-that-nobody-has: step 1 Material.DeleteMaterial: the response must be the error InvalidParameterValue.MaterialId, found "NotFound" (documented, 1156/50862)`}},
		{"wrong text", removes, "webpaas/media-that-nobody-has", in(`material not exist`, "no such material"), []string{
			`broken      webpaas/media-that-nobody-has: step 1 Material.DeleteMaterial: the error must say "material not exist", found "no such material" (documented, 1156/50862)`}},
		{"ignores an error", removes, "webpaas/media-that-nobody-has", says(isJSON, done), []string{
			`broken      webpaas/media-that-nobody-has: step 1 Material.DeleteMaterial: the response must be the error InvalidParameterValue.MaterialId, found "Success" (documented, 1156/50862)`}},
		{"rejects what is right", classes, "webpaas/class-tree", says(isJSON, `{"Code":"InternalError","Message":"m","EnglishMessage":"e"}`), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: the response must be a success, found "InternalError" (documented, 1156/51365)`}},
		{"missing field", classes, "webpaas/class-tree", in(`"EnglishMessage":"success",`, ``), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body /EnglishMessage: is required (documented, 1156/51365)`}},
		{"wrong type", classes, "webpaas/class-tree", in(`"ClassId":(\d+)`, `"ClassId":"$1"`), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body /Data/ClassInfoSet/0/ClassId: must be an integer, found "9" (documented, 1156/51365)`}},
		{"null for a list", classes, "webpaas/class-tree", in(`"ClassInfoSet":\[.*\]`, `"ClassInfoSet":null`), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body /Data/ClassInfoSet: must be an array, found null (documented, 1156/51365)`}},
		{"another value of an enum", tasks, "webpaas/task-life", in(`"Status":"[A-Z]+"`, `"Status":"WAITING"`), []string{
			`broken      webpaas/task-life: step 6 Task.DescribeTasks: body /Data/TaskInfoSet/0/Status: must be one of "PROCESSING", "SUCCESS", "FAIL", found "WAITING" (documented, 1156/51421)`}},
		{"undocumented field", classes, "webpaas/class-tree", in(`"Code"`, `"RequestId":"1","Code"`), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body /RequestId: is not documented (documented, 1156/51365)`}},
		{"field twice", classes, "webpaas/class-tree", in(`"Code"`, `"Code":"Success","Code"`), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body /Code: is given more than once (documented, 1156/51365)`}},
		{"wrong status", classes, "webpaas/class-tree", status(500), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: status: must be 200, found 500 (assumed, no page shows one; a client of a sister host takes any status but 200 for a broken connection)`}},
		{"wrong content type", classes, "webpaas/class-tree", typed("text/html"), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: content-type: must be application/json or text/plain, found text/html (assumed, no page names a Content-Type or a charset; a client of a sister host takes JSON as application/json or text/plain)`}},
		{"wrong charset", classes, "webpaas/class-tree", typed("application/json; charset=gbk"), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: content-type: must have the charset utf-8, found application/json; charset=gbk (assumed, no page names a Content-Type or a charset; a client of a sister host takes JSON as application/json or text/plain)`}},
		{"a page", classes, "webpaas/class-tree", says("text/html; charset=utf-8", "<html>down</html>"), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: content-type: must be application/json or text/plain, found text/html; charset=utf-8 (assumed, no page names a Content-Type or a charset; a client of a sister host takes JSON as application/json or text/plain)`}},
		{"a page called JSON", classes, "webpaas/class-tree", says(isJSON, "<html>down</html>"), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body: must be JSON: invalid character '<' looking for beginning of value, at byte 1 (documented, 1156/51365)`}},
		{"JSON cut", classes, "webpaas/class-tree", says(isJSON, `{"Code":`), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body: must be JSON: it ends too early (documented, 1156/51365)`}},
		{"empty body", classes, "webpaas/class-tree", says(isJSON, ""), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: body: is required (documented, 1156/51365)`}},
		{"redirect", classes, "webpaas/class-tree", redirects, []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: status: must be 200, found 302 (assumed, no page shows one; a client of a sister host takes any status but 200 for a broken connection)`}},
		{"accepts a wrong signature", "/", "opencme/login-with-a-wrong-key|opencme/login$", repeats, []string{
			`broken      opencme/login-with-a-wrong-key: step 1 OpenCME.Login: the response must be the error SignatureVerifyFail or InvalidParameterValue.Platform, found "Success" (documented, 1156/50898, older version)`}},
		{"gives the ticket of another user", "/", "opencme/login$", in(`"UserId":"[^"]*"`, `"UserId":"somebody"`), []string{
			`broken      opencme/login: step 1 OpenCME.Login: /Data/UserId or /Response/TfUid must be "fake-user", found "somebody" (documented, 1156/50898, both versions)`}},
		{"needs no token", userInfo, "h5ds/user-info$|h5ds/user-info-without", repeats, []string{
			`broken      h5ds/user-info-without-a-token: step 1 User.Info: the response must be the error 1001 or 1, found 0 (assumed, C1 and C4 end the session at this code, C4 at 1002 too; the text is what they then show)`}},
		{"does not log out", "/api/v1/account/logout", "h5ds/logout$", says(isJSON, `{"code":0,"message":"success","data":true}`), []string{
			`broken      h5ds/logout: step 3 User.Info: the response must be the error 1001 or 1, found 0 (assumed, C1 and C4 end the session at this code, C4 at 1002 too; the text is what they then show)`}},
		{"forgets what was made", apps, "h5ds/works$|h5ds/work-of|h5ds/render$|h5ds/work-life", repeats, []string{
			`broken      h5ds/works: step 2 User.Apps.Page: /data/page_size must be the page_size of the request, 10, found 20 (vendor-client, C3, C4)`,
			`broken      h5ds/work-life: step 2 User.Apps.Page: /data/data/0/id must be "W", found "3001" (vendor-client, C3, C4)`,
			`broken      h5ds/work-of-another-user: step 3 User.Apps.Page: /data/page_size must be the page_size of the request, 100, found 20 (vendor-client, C3, C4)`}},
		{"unknown code, long", removes, "webpaas/media-that-nobody-has", in(`InvalidParameterValue.MaterialId`, "ResourceUnavailable.MaterialIsDeletedAlready"), []string{
			`broken      webpaas/media-that-nobody-has: step 1 Material.DeleteMaterial: the response must be the error InvalidParameterValue.MaterialId, found "ResourceUnavailable.MaterialIsDeletedAlready" (documented, 1156/50862)`}},
		{"text of success", classes, "webpaas/class-tree", in(`"成功"`, `"OK"`), []string{
			`broken      webpaas/class-tree: step 1 Material.DescribeClass: /Message must be "成功", found "OK" (documented, 1156/50898, and each page with an example)`}},
		{"English text of success", "/", "opencme/login$", in(`"OK"`, `"success"`), []string{
			`broken      opencme/login: step 1 OpenCME.Login: /EnglishMessage must be "OK", found "success" (documented, 1156/50898, older version)`}},
		{"text of success in h5ds", "/api/v1/third/login", "h5ds/login$", in(`"success"`, `"ok"`), []string{
			`broken      h5ds/login: step 1 Third.Login: /message must be "success", found "ok" (documented, S1)`}},
		{"wrong order", search, "webpaas/(media-list|faces|subtitles)$", inRequest(`"Asc"`, `"Desc"`), []string{
			`broken      webpaas/faces: step 1 Material.SearchMaterial: /Data/MaterialInfoSet/*/**/CreateTime must be ascending, and is not (documented, 1156/51354)`,
			`broken      webpaas/subtitles: step 1 Material.SearchMaterial: /Data/MaterialInfoSet/*/**/CreateTime must be ascending, and is not (documented, 1156/51354)`}},
		{"scale of progress", renders, "h5ds/render-over", in(`"progress":100`, `"progress":1`), []string{
			`broken      h5ds/render-over: step 1 User.App.Tasks.Page: each /data/data/*/result/progress must be 100, found 1 (vendor-client, C3)`}},
		{"scale of states", renders, "h5ds/render-over", in(`"status":2`, `"status":3`), []string{
			`broken      h5ds/render-over: step 1 User.App.Tasks.Page: each /data/data/*/status must be 2, found 3 (vendor-client, C3)`}},
		{"login that updates nothing", "/api/v1/third/login", "h5ds/login-that-updates", inRequest(`"nick_name":"[^"]*",?`, ""), []string{
			`broken      h5ds/login-that-updates: step 2 Account.Info: /data/nick_name must be "one R", found "" (vendor-client, C1, C3, C4)`}},
		{"account of somebody else", "/api/v1/account/info", "h5ds/login$", in(`"id":"\d+"`, `"id":"1002"`), []string{
			`broken      h5ds/login: step 4 Account.Info: /data/id must be "1001", found "1002" (assumed)`}},
		{"does not delete", "/PaaS/Material/DeleteClass", "webpaas/class-life", says(isJSON, done), []string{
			`broken      webpaas/class-life: step 8 Material.DescribeClass: 12515 must not stand in the response (documented, 1156/51365)`}},
		{"drops the connection", classes, "webpaas/class-tree", drops, []string{
			`not judged  webpaas/class-tree: step 1 Material.DescribeClass: no response: EOF`}},
		{"cuts the connection", classes, "webpaas/class-tree", cuts, []string{
			`not judged  webpaas/class-tree: step 1 Material.DescribeClass: no response: unexpected EOF`}},
		{"rejects the credentials", "/", "webpaas/class-tree", says(isJSON, `{"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}`), []string{
			`not judged  webpaas/class-tree: step 1 Material.DescribeClass: the credentials were rejected with "SignatureVerifyFail": are they right?`}},
		{"has nothing", "/PaaS/Project/DescribeProjects", "webpaas/projects", in(`"ProjectInfoSet":.*`, `"ProjectInfoSet":[]}}`), []string{
			`not judged  webpaas/projects: step 1 Project.DescribeProjects: it needs a project of the user`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, got := verified(t, verify.Target{URL: startBroken(t, test.path, test.breaks), Assumed: true, Run: regexp.MustCompile(test.run)})
			for i, line := range got {
				line = regexp.MustCompile(`"\d{15,}"`).ReplaceAllString(line, `"W"`)
				got[i] = regexp.MustCompile(`one [0-9a-f]{8}`).ReplaceAllString(line, "one R")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}
