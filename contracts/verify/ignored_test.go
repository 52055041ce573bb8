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
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// lists are the operations whose parameters choose, sort and divide what they return.
var lists = regexp.MustCompile(`(Describe\w+|List\w+|Search\w+|\.Page|\.Tree|Open\.Templates)$`)

// pathOf returns a function that says whether a request is one of the operation.
func pathOf(o contracts.Operation) func(*http.Request) bool {
	before, after, _ := strings.Cut(o.Path, "{")
	return func(r *http.Request) bool {
		if after == "" {
			return r.Method == o.Method && r.URL.Path == o.Path
		}
		return r.Method == o.Method && strings.HasPrefix(r.URL.Path, before)
	}
}

// optionalParameters returns the parameters of an operation that may be left out: in its query, and at any depth of its body.
func optionalParameters(t *testing.T, id string) []string {
	t.Helper()
	o, _ := contracts.Lookup(id)
	operation := verify.Described(o)
	names := map[string]bool{}
	for _, p := range operation.Parameters {
		if p.Value.In == "query" && (!p.Value.Required || p.Value.Name == "page") {
			names[p.Value.Name] = true
		}
	}
	var read func(schema *openapi3.Schema, at string)
	read = func(schema *openapi3.Schema, at string) {
		for schema.Items != nil {
			schema = schema.Items.Value
		}
		for name, property := range schema.Properties {
			if !slices.Contains(schema.Required, name) {
				names[at+name] = true
			}
			read(property.Value, at+name+"/")
		}
		for _, part := range schema.AllOf {
			read(part.Value, at)
		}
	}
	if operation.RequestBody != nil {
		for _, media := range operation.RequestBody.Value.Content {
			read(media.Schema.Value, "")
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
	if value, ok := contracts.DecodeJSON(body); ok && drop(value, strings.Split(name, "/")) {
		body, _ = json.Marshal(value)
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// drop takes what is at a path out of a value, in each item of the lists on the way, and says whether there was something.
func drop(value any, path []string) bool {
	dropped := false
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			dropped = drop(item, path) || dropped
		}
	case map[string]any:
		below, there := value[path[0]]
		if len(path) > 1 {
			return drop(below, path[1:])
		}
		delete(value, path[0])
		return there
	}
	return dropped
}

// notSeen are parameters that a provider may ignore without a scenario that shows it, with the reason.
var notSeen = map[string]string{
	"Common.TypeItems.Page type_id":                             "without it the fake returns nothing, as if it had no types",
	"Material.DescribeMaterialFrameTag OnlyManual":              "what is recognised in a file is not known",
	"Material.DescribeMaterials FilterInfo":                     "what is recognised in a file is not known",
	"Material.DescribeMaterials FilterInfo/NeedImageSpriteInfo": "what is recognised in a file is not known",
	"Material.DescribeMaterials Sort/Order":                     inOneReading,
	"Material.SearchSharedMaterial Sort/Order":                  shared,
	"Project.DescribeProjects Sort/Order":                       projects,
	"Material.DescribeMaterials Sort":                           inOneReading,
	"Material.SearchMaterial Resolutions":                       "the resolution of a file that is made up is not known",
	"Material.SearchSharedMaterial Limit":                       shared,
	"Material.SearchSharedMaterial MaterialTypes":               shared,
	"Material.SearchSharedMaterial Resolutions":                 shared,
	"Material.SearchSharedMaterial Sort":                        shared,
	"Materials.Page convert_status":                             unknownMeaning,
	"Open.Templates color_id":                                   unknownMeaning,
	"Open.Templates industry_id":                                unknownMeaning,
	"Open.Templates order_column":                               unknownMeaning,
	"Open.Templates price_type":                                 unknownMeaning,
	"Open.Templates type":                                       unknownMeaning,
	"Project.DescribeProjects Category":                         projects,
	"Project.DescribeProjects CategorySet":                      projects,
	"Project.DescribeProjects Sort":                             projects,
	"Team.DescribeTeams Offset":                                 "only the dialect current has it",
	"Template.Categories.Tree page_size":                        oneThing,
	"Templates.Page type":                                       unknownMeaning,
	"User.CreditLogs.Page keyword":                              credits,
	"User.CreditLogs.Page total":                                "it has no effect",
	"User.CreditLogs.Page type":                                 credits,
	"User.Credits.Page keyword":                                 credits,
	"User.Credits.Page source_type":                             credits,
	"User.Credits.Page status":                                  credits,
	"User.Credits.Page total":                                   "it has no effect",
	"User.Messages.Page type_id":                                unknownMeaning,
}

const (
	inOneReading   = "in one reading the response has one material, so that there is nothing to sort"
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
		srv := startDemo(t, fake.Config{})
		for _, name := range optionalParameters(t, o.ID) {
			all++
			srv := srv
			if strings.HasPrefix(o.ID, "Project.") { // one of the scenarios takes away what the others need
				srv = startDemo(t, fake.Config{})
			}
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == o.Method && r.URL.Path == o.Path {
					without(r, name)
				}
				srv.ServeHTTP(w, r)
			}))
			seen := slices.ContainsFunc(verify.ScenariosWith(o.ID), func(sc verify.Scenario) bool {
				return sc.Run(verify.Target{URL: proxy.URL, Timeout: patient, Assumed: true, Does: verify.DoesDestroy}).Verdict == verify.VerdictBroken
			})
			proxy.Close()
			if !seen {
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
