package drift_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/drift"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
)

// call is a call of webpaas or h5ds with a response.
func call(path, request, response string) har.Call {
	host, method := "web-paas-api.cme.qcloud.com", http.MethodPost
	query := "auth=<ticket-1>"
	header := http.Header{"Content-Type": {"application/json"}}
	if strings.HasPrefix(path, "/api/") {
		host, query = "video.h5ds.com", ""
		header.Set("Authorization", "Bearer <token-1>")
	}
	return har.Call{
		Method: method, URL: &url.URL{Scheme: "https", Host: host, Path: path, RawQuery: url.PathEscape(query)}, Header: header, Body: []byte(request),
		Status: 200, ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(response),
	}
}

// side is a side of these calls.
func side(t *testing.T, name string, calls ...har.Call) *drift.Side {
	t.Helper()
	var entries []har.Entry
	for _, c := range calls {
		entries = append(entries, c.Entry())
	}
	s, err := drift.NewSide(name, har.NewArchive(name+".har", entries...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lines(differences []drift.Difference) []string {
	var all []string
	for _, d := range differences {
		all = append(all, d.String())
	}
	return all
}

const (
	deleted = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	denied  = `{"Code":"OperationDenied.PermissionDeny","Message":"权限不足","EnglishMessage":"permission denied"}`
)

func described(data string) string {
	return `{"Code":"Success","Message":"成功","EnglishMessage":"success","Data":` + data + `}`
}

func classes(responses ...string) []har.Call {
	var calls []har.Call
	for _, a := range responses {
		calls = append(calls, call("/PaaS/Material/DescribeClass", `{"Platform":"p","Owner":{"Type":"PERSON","Id":"u"}}`, described(a)))
	}
	return calls
}

// duration is a list of one video of that length.
func duration(seconds string) []har.Call {
	return []har.Call{call("/PaaS/Material/DescribeMaterials", `{"MaterialIds":["1"]}`,
		described(`{"MaterialInfoSet":[{"MediaInfo":{"Duration":`+seconds+`}}]}`))}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	const one = `{"ClassInfoSet":[{"ClassId":9,"Name":"a"}]}`
	status := call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, deleted)
	status.Status = 502
	media := call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, deleted)
	media.ResponseHeader = http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	good := call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, deleted)
	tests := []struct {
		name     string
		old, new []har.Call
		want     []string
	}{
		{"the same", classes(one), classes(one), nil},
		{"other values", classes(one), classes(`{"ClassInfoSet":[{"ClassId":12,"Name":"b"},{"ClassId":13,"Name":"c"}]}`), nil},
		{"an empty list says nothing", classes(one), classes(`{"ClassInfoSet":[]}`), nil},
		{"missing", classes(one), classes(`{"ClassInfoSet":[{"ClassId":9}]}`),
			[]string{"breaking: Material.DescribeClass Success /Data/ClassInfoSet/[]/Name: is missing, expected string (new.har entry 0)"}},
		{"missing now and then", classes(one), classes(`{"ClassInfoSet":[{"ClassId":9,"Name":"a"},{"ClassId":10}]}`),
			[]string{"risky: Material.DescribeClass Success /Data/ClassInfoSet/[]/Name: is missing now and then, expected always (new.har entry 0)"}},
		{"was not always there", classes(`{"ClassInfoSet":[{"ClassId":9,"Name":"a"},{"ClassId":10}]}`), classes(`{"ClassInfoSet":[{"ClassId":9}]}`),
			[]string{"cosmetic: Material.DescribeClass Success /Data/ClassInfoSet/[]/Name: is never there, expected now and then (new.har entry 0)"}},
		{"new", classes(one), classes(`{"ClassInfoSet":[{"ClassId":9,"Name":"a","a/b":1}]}`, `{"ClassInfoSet":[{"ClassId":9,"Name":"a","a/b":2}]}`),
			[]string{"cosmetic: Material.DescribeClass Success /Data/ClassInfoSet/[]/a~1b: is there (integer), and not expected (new.har entry 0, and 1 more)"}},
		{"another type", classes(one), classes(`{"ClassInfoSet":[{"ClassId":"9","Name":"a"}]}`),
			[]string{"breaking: Material.DescribeClass Success /Data/ClassInfoSet/[]/ClassId: is a string, expected integer (new.har entry 0)"}},
		{"a list for an object", classes(one), classes(`[]`),
			[]string{"breaking: Material.DescribeClass Success /Data: is a list, expected object (new.har entry 0)"}},
		{"null", classes(one), classes(`{"ClassInfoSet":null}`),
			[]string{"risky: Material.DescribeClass Success /Data/ClassInfoSet: is null, expected list (new.har entry 0)"}},
		{"was null", classes(`{"ClassInfoSet":null}`), classes(one),
			[]string{"cosmetic: Material.DescribeClass Success /Data/ClassInfoSet: is a list, expected null (new.har entry 0)"}},
		{"a fraction", classes(one), classes(`{"ClassInfoSet":[{"ClassId":9.5,"Name":"a"}]}`),
			[]string{"breaking: Material.DescribeClass Success /Data/ClassInfoSet/[]/ClassId: is a number, expected integer (new.har entry 0)"}},
		{"a whole number with a fraction", classes(one), classes(`{"ClassInfoSet":[{"ClassId":9.0,"Name":"a"}]}`),
			[]string{"breaking: Material.DescribeClass Success /Data/ClassInfoSet/[]/ClassId: is a number, expected integer (new.har entry 0)"}},
		{"a whole number with an exponent", classes(one), classes(`{"ClassInfoSet":[{"ClassId":9e0,"Name":"a"}]}`),
			[]string{"breaking: Material.DescribeClass Success /Data/ClassInfoSet/[]/ClassId: is a number, expected integer (new.har entry 0)"}},
		{"a fraction where the contract has a number", duration("12"), duration("12.5"), nil},
		{"a fraction where the contract is silent", classes(`{"T":5}`), classes(`{"T":5.0}`),
			[]string{"risky: Material.DescribeClass Success /Data/T: is a number, expected integer (new.har entry 0)"}},
		{"a whole number where fractions were", classes(`{"ClassInfoSet":[{"ClassId":9.5,"Name":"a"}]}`), classes(one), nil},
		{"another form of times", classes(`{"T":"2026-01-02T03:04:05Z"}`), classes(`{"T":"2026-01-02 03:04:05"}`),
			[]string{"risky: Material.DescribeClass Success /Data/T: is written as a time like 2006-01-02 15:04:05, expected a time like 2006-01-02T15:04:05Z (new.har entry 0)"}},
		{"another form of ids", classes(`{"T":"123456"}`), classes(`{"T":"5fd977677a23b40001ca3a0f"}`),
			[]string{"cosmetic: Material.DescribeClass Success /Data/T: is written as hexadecimal digits, expected digits (new.har entry 0)"}},
		{"text has no form", classes(`{"T":"123456"}`), classes(`{"T":"hello"}`), nil},
		{"a placeholder is anything", classes(`{"T":5}`), classes(`{"T":"<phone-1>"}`), nil},
		{"a placeholder was anything", classes(`{"T":"<phone-1>"}`), classes(`{"T":5}`), nil},
		{"status", []har.Call{good}, []har.Call{status},
			[]string{"breaking: Material.DeleteMaterial Success status: 502, expected 200 (new.har entry 0)"}},
		{"content type", []har.Call{good}, []har.Call{media},
			[]string{"risky: Material.DeleteMaterial Success content type: text/html, expected application/json (new.har entry 0)"}},
		{"the text of an error", []har.Call{call("/PaaS/Material/DeleteClass", `{"ClassId":1}`, denied)},
			[]har.Call{call("/PaaS/Material/DeleteClass", `{"ClassId":1}`, strings.Replace(denied, "权限不足", "没有权限", 1))},
			[]string{"cosmetic: Material.DeleteClass OperationDenied.PermissionDeny message: 没有权限 / permission denied, expected 权限不足 / permission denied (new.har entry 0)"}},
		{"an error of its own", []har.Call{good}, []har.Call{good, call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, denied)},
			[]string{"risky: Material.DeleteMaterial OperationDenied.PermissionDeny: new has this error, old never has (new.har entry 1)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, _ := drift.Compare(side(t, "old", tt.old...), side(t, "new", tt.new...))
			if diff := cmp.Diff(tt.want, lines(got)); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNotCompared(t *testing.T) {
	t.Parallel()
	old := side(t, "old", append(classes(`{}`), call("/PaaS/Material/DeleteClass", `{"ClassId":1}`, denied))...)
	_, got := drift.Compare(old, side(t, "new", append(classes(`{}`), call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, deleted))...))
	want := []string{"Material.DeleteClass OperationDenied.PermissionDeny: only in old", "Material.DeleteMaterial Success: only in new"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("not compared (-want +got):\n%s", diff)
	}
}

func TestAgainstContract(t *testing.T) {
	t.Parallel()
	notFound := call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, `{"Code":"InvalidParameterValue.MaterialId","Message":"媒体不存在","EnglishMessage":"material not exist"}`)
	other := notFound
	other.ResponseBody = []byte(strings.Replace(string(notFound.ResponseBody), "material not exist", "no such material", 1))
	undocumented := notFound
	undocumented.ResponseBody = []byte(strings.Replace(string(notFound.ResponseBody), "InvalidParameterValue.MaterialId", "LimitExceeded.New", 1))
	badRequest := call("/PaaS/Material/DeleteMaterial", `{"MaterialId":5}`, deleted)
	refusedRequest := badRequest
	refusedRequest.ResponseBody = notFound.ResponseBody
	unknown := call("/PaaS/Material/Explode", `{}`, deleted)
	status := call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, deleted)
	status.Status = 500
	media := call("/PaaS/Material/DeleteMaterial", `{"MaterialId":"1"}`, deleted)
	media.ResponseHeader = http.Header{"Content-Type": {"application/xml"}}
	tests := []struct {
		name  string
		calls []har.Call
		want  []string
	}{
		{"kept", classes(`{"ClassInfoSet":[{"ClassId":9,"Name":"个人","ParentClassId":-1,"ClassPath":"/个人"}]}`), nil},
		{"type", classes(`{"ClassInfoSet":[{"ClassId":"9","Name":"个人","ParentClassId":-1,"ClassPath":"/个人"}]}`),
			[]string{"breaking: Material.DescribeClass Success /Data/ClassInfoSet/[]/ClassId: must be an integer (new.har entry 0)"}},
		{"new field", classes(`{"ClassInfoSet":[{"ClassId":9,"Name":"个人","ParentClassId":-1,"ClassPath":"/个人","Colour":"red"}]}`),
			[]string{"cosmetic: Material.DescribeClass Success /Data/ClassInfoSet/[]/Colour: is not documented (new.har entry 0)"}},
		{"error", []har.Call{notFound}, nil},
		{"other text", []har.Call{other},
			[]string{`cosmetic: Material.DeleteMaterial InvalidParameterValue.MaterialId message: "媒体不存在 / no such material", documented "媒体不存在 / material not exist" (new.har entry 0)`}},
		{"undocumented error", []har.Call{undocumented},
			[]string{"risky: Material.DeleteMaterial LimitExceeded.New code: the contract does not list this error of the operation (new.har entry 0)"}},
		{"accepted against the contract", []har.Call{badRequest},
			[]string{"risky: Material.DeleteMaterial Success request /MaterialId: must be a string (new.har entry 0)"}},
		{"rejected as it should", []har.Call{refusedRequest}, nil},
		{"unknown operation", []har.Call{unknown, unknown},
			[]string{"risky: request: the contract has no operation POST /PaaS/Material/Explode (new.har entry 0, and 1 more)"}},
		{"status", []har.Call{status}, []string{"breaking: Material.DeleteMaterial Success status: must be 200 (new.har entry 0)"}},
		{"content type", []har.Call{media}, []string{"risky: Material.DeleteMaterial Success content-type: must be application/json or text/plain (new.har entry 0)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := drift.AgainstContract(side(t, "new", tt.calls...))
			if diff := cmp.Diff(tt.want, lines(got)); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

// The vendors' own examples are the oldest recordings there are: they keep the contract, and the fake
// is like them but for what is listed here, each with its reason.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	examples, err := drift.NewSide("examples", recordings.Documented()...)
	if err != nil {
		t.Fatal(err)
	}
	if got := drift.AgainstContract(examples); len(got) > 0 {
		t.Errorf("the examples differ from the contract: %s", strings.Join(lines(got), "\n"))
	}
	watch := &drift.Watch{}
	for _, d := range fake.Dialects() {
		srv, err := fake.New(fake.Config{Fixtures: fixtures.Demo(), Dialect: d, SAAS: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := srv.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer srv.Close()
		watch.Transport = srv.Transport()
		target := verify.Target{URL: srv.URL, Does: verify.DoesDestroy, Client: &http.Client{Transport: watch}, Timeout: time.Hour}
		if _, err := target.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	all := watch.Side("fake")
	if got := drift.AgainstContract(all); len(got) > 0 {
		t.Errorf("the fake differs from the contract: %s", strings.Join(lines(got), "\n"))
	}
	if all.Calls() < 300 {
		t.Errorf("the fake answered %d calls only", all.Calls())
	}
	differences, _ := drift.Compare(all, examples)
	reasons := map[string]string{
		"Material.DescribeFaceInMaterial Success /Data/FaceInfo/FaceSet/[]/Id": "the example writes the name with a space behind it",
		"Material.DescribeMaterials Success /Data/MaterialInfoSet":             "the example shows one material without its list",
		"Material.DescribeMaterials Success /Data/FailedMaterialInfoSet":       "the same example",
		"Material.FinishUploadMaterial Success /Data":                          "an older example has no Data",
		"OpenCME.Login InvalidParameterValue.Platform content type":            "the documents show no headers; application/json stands in",
		"Team.DescribeTeams InternalError":                                     "no client can provoke it",
	}
	for _, d := range differences {
		if d.Severity == drift.Cosmetic {
			continue
		}
		key := strings.TrimSpace(d.Operation + " " + d.Outcome + " " + d.Field)
		if reasons[key] == "" {
			t.Errorf("unexpected: %s", d)
		}
		delete(reasons, key)
	}
	for key, reason := range reasons {
		t.Errorf("%s is no difference any more (%s)", key, reason)
	}
}

func TestNewSide(t *testing.T) {
	t.Parallel()
	foreign := call("/x", "", "{}")
	foreign.URL.Host, foreign.URL.Path = "example.com", "/"
	_, err := drift.NewSide("old", har.NewArchive("a.har", foreign.Entry()))
	if err == nil || err.Error() != "diff: old has no call of the services with a response" {
		t.Errorf("a side of foreign calls: %v", err)
	}
}

// Watch gives the caller and the server what they would have without it.
func TestWatch(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	watch := &drift.Watch{Transport: srv.Transport()}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://open.cme.qcloud.com/?signature=AAAA", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := watch.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(body), "SignatureVerifyFail") {
		t.Errorf("the response is %s, %v", body, err)
	}
	if got := watch.Side("fake").Calls(); got != 1 {
		t.Errorf("%d calls were kept", got)
	}
}
