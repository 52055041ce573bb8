package verify_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// lists are the operations whose parameters choose, sort and divide what they return.
var lists = regexp.MustCompile(`(Describe\w+|List\w+|Search\w+|\.Page|\.Tree|Open\.Templates)$`)

// optionalParameters returns the parameters of an operation that may be left out, in its query and at the top of its body.
func optionalParameters(t *testing.T, id string) []string {
	t.Helper()
	o, _ := contracts.Lookup(id)
	source, _ := contracts.Source(o.Service)
	document, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		t.Fatal(err)
	}
	item := document.Paths.Value(o.Path)
	operation := item.GetOperation(o.Method)
	names := map[string]bool{}
	for _, p := range slices.Concat(item.Parameters, operation.Parameters) {
		if p.Value.In == "query" && (!p.Value.Required || p.Value.Name == "page") {
			names[p.Value.Name] = true
		}
	}
	if operation.RequestBody != nil {
		for _, media := range operation.RequestBody.Value.Content {
			for name := range media.Schema.Value.Properties {
				if !slices.Contains(media.Schema.Value.Required, name) {
					names[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// without takes a parameter out of the query and the body of a request. Without a page, it is the first.
func without(r *http.Request, name string) {
	query := r.URL.Query()
	if query.Has(name) {
		query.Del(name)
		if name == "page" {
			query.Set(name, "1")
		}
		r.URL.RawQuery = query.Encode()
	}
	body, _ := io.ReadAll(r.Body)
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) == nil && object[name] != nil {
		delete(object, name)
		body, _ = json.Marshal(object)
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// notSeen are parameters that a provider may ignore without a scenario that shows it, with the reason.
var notSeen = map[string]string{
	"Common.BizTasks.Page page_size":               oneThing,
	"Common.TypeItems.Page page_size":              oneThing,
	"Common.TypeItems.Page type_id":                "without it the fake returns nothing, as if it had no types",
	"Material.DescribeMaterialFrameTag OnlyManual": "what is recognised in a file is not known",
	"Material.DescribeMaterials FilterInfo":        "what is recognised in a file is not known",
	"Material.DescribeMaterials Sort":              "in one reading the response has one material, so that there is nothing to sort",
	"Material.SearchMaterial Resolutions":          "the resolution of a file that is made up is not known",
	"Material.SearchSharedMaterial Limit":          shared,
	"Material.SearchSharedMaterial MaterialTypes":  shared,
	"Material.SearchSharedMaterial Resolutions":    shared,
	"Material.SearchSharedMaterial Sort":           shared,
	"Materials.Page convert_status":                unknownMeaning,
	"Materials.Page page_size":                     oneThing,
	"Open.Templates color_id":                      unknownMeaning,
	"Open.Templates industry_id":                   unknownMeaning,
	"Open.Templates order_column":                  unknownMeaning,
	"Open.Templates page_size":                     oneThing,
	"Open.Templates price_type":                    unknownMeaning,
	"Open.Templates type":                          unknownMeaning,
	"Project.DescribeProjects Category":            projects,
	"Project.DescribeProjects CategorySet":         projects,
	"Project.DescribeProjects Limit":               projects,
	"Project.DescribeProjects Sort":                projects,
	"Project.SearchProject Limit":                  projects,
	"Project.SearchProject Sort":                   projects,
	"Task.DescribeTasks Sort":                      "tasks that are made in the same second have no order",
	"Team.DescribeTeams Offset":                    "only the dialect current has it",
	"Template.Categories.Tree page_size":           oneThing,
	"Templates.Page page_size":                     oneThing,
	"Templates.Page type":                          unknownMeaning,
	"User.App.Tasks.Page status":                   "the state in which a task is changes by itself",
	"User.CreditLogs.Page keyword":                 credits,
	"User.CreditLogs.Page page_size":               credits,
	"User.CreditLogs.Page total":                   "it has no effect",
	"User.CreditLogs.Page type":                    credits,
	"User.Credits.Page keyword":                    credits,
	"User.Credits.Page page_size":                  credits,
	"User.Credits.Page source_type":                credits,
	"User.Credits.Page status":                     credits,
	"User.Credits.Page total":                      "it has no effect",
	"User.Messages.Page type_id":                   unknownMeaning,
}

const (
	oneThing       = "it takes two things, and no call of a client makes one"
	shared         = "no call of a client shares media, and those that are shared are not known"
	projects       = "no call of a client makes a project, and those that there are are not known"
	credits        = "no call of a client gives credits"
	unknownMeaning = "no source says what it chooses"
)

// A provider that ignores a parameter by which lists are chosen, sorted or divided does not pass.
func TestVerifySeesEachIgnoredParameter(t *testing.T) {
	t.Parallel()
	var unseen []string
	all := 0
	for _, o := range contracts.Operations() {
		if !lists.MatchString(o.ID) {
			continue
		}
		for _, name := range optionalParameters(t, o.ID) {
			all++
			srv := startDemo(t, fake.Config{})
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == o.Method && r.URL.Path == o.Path {
					without(r, name)
				}
				srv.ServeHTTP(w, r)
			}))
			report, _ := verified(t, verify.Target{URL: proxy.URL, Assumed: true, Does: verify.DoesDestroy, Run: regexp.MustCompile(verify.ScenariosOf(o.ID))})
			proxy.Close()
			if report.Verdict() != verify.VerdictBroken {
				unseen = append(unseen, o.ID+" "+name)
			}
		}
	}
	if all < 50 {
		t.Errorf("only %d parameters", all)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(notSeen)), slices.Sorted(slices.Values(unseen))); diff != "" {
		t.Errorf("parameters that may be ignored (-listed +found):\n%s", diff)
	}
}
