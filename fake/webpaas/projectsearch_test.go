package webpaas

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// libraryWorld has five projects of alice, p1 the oldest and each of another category, one of bob and one
// of team t.
func libraryWorld(t *testing.T) *world {
	f := people()
	for i, category := range ProjectCategories() {
		f.Projects = append(f.Projects, Project{
			ID: fmt.Sprint("p", i+1), Owner: Person("alice"), Category: category, CreateTime: at(i + 1),
			Name: []string{"Opening", "My opening", "opening", "片头", strings.Repeat("名", 31)}[i],
		})
	}
	f.Projects = append(f.Projects,
		Project{ID: "b", Owner: Person("bob"), CreateTime: at(9), Name: "opening"},
		Project{ID: "t", Owner: Entity{OwnerTeam, "t"}, CreateTime: at(8), Name: "opening of the team"})
	return newWorld(t).load(f)
}

// projectIDs returns TotalCount and the ids in a response, in its order.
func projectIDs(t *testing.T, body string) string {
	t.Helper()
	var answer struct {
		Data struct {
			TotalCount                          int
			ProjectInfoSet, ProjectBasicInfoSet []struct {
				ProjectID string `json:"ProjectId"`
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	ids := fmt.Sprint(answer.Data.TotalCount, ":")
	for _, p := range append(answer.Data.ProjectInfoSet, answer.Data.ProjectBasicInfoSet...) {
		ids += " " + p.ProjectID
	}
	return ids
}

func TestDescribeProjects(t *testing.T) {
	t.Parallel()
	set, one := dialect.CategorySet, dialect.Category
	refused := func(parameter string) outcome { return outcome{Refusal: invalid(parameter), Why: "webpaas.parameter"} }
	none := outcome{Refusal: resourceMissing, Why: "webpaas.projects-none"}
	twenty := strings.Repeat(`"p1",`, 19) + `"p2"`
	tests := []struct {
		name, user, request string
		category            dialect.ProjectCategory
		want                string
		refused             outcome
	}{
		{"all", "alice", `{}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"of a person", "bob", `{}`, set, "1: b", outcome{}},
		{"of a team", "mia", `{}`, set, "1: t", outcome{}},
		{"of nobody", "carol", `{}`, set, "", none},
		{"of somebody else", "carol", `{"ProjectIds":["p1"]}`, set, "", none},

		{"id", "alice", `{"ProjectIds":["p2"]}`, set, "1: p2", outcome{}},
		{"ids", "alice", `{"ProjectIds":["p2","p3","x","b"]}`, set, "2: p3 p2", outcome{}},
		{"id as a text", "alice", `{"ProjectIds":"p2"}`, set, "1: p2", outcome{}},
		{"no id as a text", "alice", `{"ProjectIds":""}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"no ids", "alice", `{"ProjectIds":[]}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"unknown id", "alice", `{"ProjectIds":["x"]}`, set, "", none},
		{"unknown id as a text", "alice", `{"ProjectIds":"x"}`, set, "", none},
		{"twenty ids", "alice", `{"ProjectIds":[` + twenty + `]}`, set, "2: p2 p1", outcome{}},
		{"twenty-one ids", "alice", `{"ProjectIds":["p1",` + twenty + `]}`, set, "", refused("ProjectIds")},

		{"category", "alice", `{"CategorySet":["Live"]}`, set, "1: p2", outcome{}},
		{"categories", "alice", `{"CategorySet":["StreamConnect","Switcher","VideoSegmentation"]}`, set, "3: p5 p4 p3", outcome{}},
		{"no categories", "alice", `{"CategorySet":[]}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"unknown category", "alice", `{"CategorySet":["Live","StreamConnet"]}`, set, "", refused("CategorySet")},
		{"category that nothing is of", "bob", `{"CategorySet":["Live"]}`, set, "", none},
		{"one category", "alice", `{"Category":"Live"}`, one, "1: p2", outcome{}},
		{"no one category", "alice", `{"Category":""}`, one, "5: p5 p4 p3 p2 p1", outcome{}},
		{"one unknown category", "alice", `{"Category":"StreamConnet"}`, one, "", refused("Category")},
		{"one category that nothing is of", "bob", `{"Category":"Live"}`, one, "", none},
		{"filter of the other dialect", "alice", `{"Category":"Live"}`, set, "", refused("Category")},
		{"filter of the first dialect", "alice", `{"CategorySet":["Live"]}`, one, "", refused("CategorySet")},
		{"empty filter of the other dialect", "alice", `{"Category":"","CategorySet":["Live"]}`, set, "1: p2", outcome{}},

		{"name", "alice", `{"Name":"opening"}`, set, "1: p3", outcome{}},
		{"part of a name", "alice", `{"Name":"open"}`, set, "", none},
		{"no name", "alice", `{"Name":""}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"name of thirty", "alice", `{"Name":"` + strings.Repeat("名", 30) + `"}`, set, "", none},
		{"name of thirty-one", "alice", `{"Name":"` + strings.Repeat("名", 31) + `"}`, set, "", refused("Name")},
		{"all together", "alice", `{"ProjectIds":["p1","p3"],"CategorySet":["Default","Live"],"Name":"Opening"}`, set, "1: p1", outcome{}},
		{"all but the name", "alice", `{"ProjectIds":["p1","p3"],"CategorySet":["Default","Live"],"Name":"opening"}`, set, "", none},

		{"oldest first", "alice", `{"Sort":{"Field":"CreateTime","Order":"Asc"}}`, set, "5: p1 p2 p3 p4 p5", outcome{}},
		{"newest first", "alice", `{"Sort":{"Field":"CreateTime","Order":"Desc"}}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"newest first by default", "alice", `{"Sort":{"Field":"CreateTime"}}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"by another field", "alice", `{"Sort":{"Field":"Name"}}`, set, "", refused("Sort")},
		{"in another order", "alice", `{"Sort":{"Field":"CreateTime","Order":"asc"}}`, set, "", refused("Sort")},

		{"page", "alice", `{"Limit":2,"Offset":1}`, set, "5: p4 p3", outcome{}},
		{"sorted page", "alice", `{"Limit":2,"Offset":1,"Sort":{"Field":"CreateTime","Order":"Asc"}}`, set, "5: p2 p3", outcome{}},
		{"beyond the end", "alice", `{"Offset":5}`, set, "5:", outcome{}},
		{"large page", "alice", `{"Limit":1000}`, set, "5: p5 p4 p3 p2 p1", outcome{}},
		{"negative page", "alice", `{"Limit":-1}`, set, "", refused("Limit")},
		{"negative offset", "alice", `{"Offset":-1}`, set, "", refused("Offset")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := libraryWorld(t)
			w.dialect.ProjectCategory = tt.category
			got := w.run(tt.user, "Project.DescribeProjects", tt.request)
			checkOutcome(t, tt.refused, outcome{Refusal: got.Refusal, Why: got.Why})
			if ids := projectIDs(t, got.Body); tt.refused == (outcome{}) && ids != tt.want {
				t.Errorf("got %s, want %s", ids, tt.want)
			}
		})
	}
}

func TestSearchProject(t *testing.T) {
	t.Parallel()
	refused := func(parameter string) outcome { return outcome{Refusal: invalid(parameter), Why: "webpaas.parameter"} }
	nothing := outcome{Refusal: nothingToSearch, Why: "webpaas.nothing-to-search"}
	oldest := `"Sort":{"Field":"CreateTime","Order":"Asc"}`
	tests := []struct {
		name, user, request, want string
		refused                   outcome
	}{
		{"category", "alice", `{"CategorySet":["Live"]}`, "1: p2", outcome{}},
		{"categories", "alice", `{"CategorySet":["Live","Default","VideoSegmentation"]}`, "3: p3 p2 p1", outcome{}},
		{"category of the other page", "alice", `{"CategorySet":["Switcher"]}`, "", refused("CategorySet")},
		{"nothing", "alice", `{}`, "", nothing},
		{"nothing but empty ones", "alice", `{"CategorySet":[],"Name":""}`, "", nothing},
		{"nothing but a sort", "alice", `{` + oldest + `}`, "", nothing},

		{"name, the better match first", "alice", `{"Name":"opening"}`, "3: p3 p1 p2", outcome{}},
		{"part of a name", "alice", `{"Name":"PEN"}`, "3: p3 p2 p1", outcome{}},
		{"beginning of a name", "alice", `{"Name":"open"}`, "3: p3 p1 p2", outcome{}},
		{"name that nothing has", "alice", `{"Name":"x"}`, "0:", outcome{}},
		{"name of fifteen", "alice", `{"Name":"` + strings.Repeat("名", 15) + `"}`, "1: p5", outcome{}},
		{"name of sixteen", "alice", `{"Name":"` + strings.Repeat("名", 16) + `"}`, "", refused("Name")},
		{"name and category", "alice", `{"Name":"opening","CategorySet":["Live","Default"]}`, "2: p1 p2", outcome{}},

		{"oldest first", "alice", `{"CategorySet":["Live","Default"],` + oldest + `}`, "2: p1 p2", outcome{}},
		{"sort without effect", "alice", `{"Name":"opening",` + oldest + `}`, "3: p3 p1 p2", outcome{}},
		{"by another field", "alice", `{"Name":"opening","Sort":{"Field":"UpdateTime"}}`, "", refused("Sort")},

		{"page", "alice", `{"Name":"opening","Limit":1,"Offset":1}`, "3: p1", outcome{}},
		{"beyond the end", "alice", `{"Name":"opening","Offset":3}`, "3:", outcome{}},
		{"negative page", "alice", `{"Name":"opening","Limit":-1}`, "", refused("Limit")},
		{"negative offset", "alice", `{"Name":"opening","Offset":-1}`, "", refused("Offset")},

		{"of a person", "bob", `{"Name":"opening"}`, "1: b", outcome{}},
		{"owner of the team", "olga", `{"Name":"opening"}`, "1: t", outcome{}},
		{"admin of the team", "adam", `{"Name":"opening"}`, "1: t", outcome{}},
		{"member of the team", "mia", `{"Name":"opening"}`, "1: t", outcome{}},
		{"of nobody", "carol", `{"Name":"opening"}`, "0:", outcome{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := libraryWorld(t).run(tt.user, "Project.SearchProject", tt.request)
			checkOutcome(t, tt.refused, outcome{Refusal: got.Refusal, Why: got.Why})
			if ids := projectIDs(t, got.Body); tt.refused == (outcome{}) && ids != tt.want {
				t.Errorf("got %s, want %s", ids, tt.want)
			}
		})
	}
}

func TestProjectPages(t *testing.T) {
	t.Parallel()
	var f Fixtures
	for i := range 51 {
		f.Projects = append(f.Projects, Project{ID: fmt.Sprintf("p%02d", i), Owner: Person("alice")})
	}
	w := newWorld(t).load(f)
	for operation, request := range map[string]string{"Project.DescribeProjects": `{}`, "Project.SearchProject": `{"CategorySet":["Default"]}`} {
		got := projectIDs(t, w.run("alice", operation, request).Body)
		if want := "51: p00 p01"; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " p49") {
			t.Errorf("%s: got %s, want %s … p49", operation, got, want)
		}
	}
}

// The readings of a project in responses, and its parts that are there only when they are set.
func TestProjectInfo(t *testing.T) {
	t.Parallel()
	whole := Project{
		ID: "p", Name: "n", Owner: Person("alice"), Category: "StreamConnect", Description: "d", WHRatio: "9:16", CoverURL: "u", CoverSource: "USER",
		FusionData: `["<&"]`, Version: 3, CreateTime: at(0), UpdateTime: at(1),
	}
	info := func(category, source string) string {
		return `{"ProjectId":"p","Owner":{"Id":"alice","Type":"PERSON"},"Category":` + category + `,"Name":"n","Description":"d","WHRatio":"9:16","CoverUrl":"u",` +
			source + `"FusionData":"[\"<&\"]","Version":3,"CreateTime":"2020-12-14T09:00:00Z","UpdateTime":"2020-12-14T09:00:01Z"}`
	}
	basic := func(text string) string {
		text = strings.Replace(text, `"Description":"d",`, "", 1)
		return strings.Replace(text, `"FusionData":"[\"<&\"]","Version":3,`, "", 1)
	}
	const user = `"CoverSource":"USER",`
	list, misspelt := dialect.CategoryList, dialect.StreamConnet
	tests := []struct {
		name     string
		category string
		dialect  dialect.Dialect
		want     string
	}{
		{"examples", "StreamConnect", dialect.Dialect{}, info(`"StreamConnect"`, user)},
		{"list", "StreamConnect", dialect.Dialect{CategoryShape: list}, info(`["StreamConnect"]`, user)},
		{"misspelt", "StreamConnect", dialect.Dialect{StreamConnectName: misspelt}, info(`"StreamConnet"`, user)},
		{"misspelt list", "StreamConnect", dialect.Dialect{CategoryShape: list, StreamConnectName: misspelt}, info(`["StreamConnet"]`, user)},
		{"another category", "Switcher", dialect.Dialect{StreamConnectName: misspelt}, info(`"Switcher"`, user)},
		{"another list", "Switcher", dialect.Dialect{CategoryShape: list}, info(`["Switcher"]`, user)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := whole
			p.Category = tt.category
			w := newWorld(t).load(Fixtures{Projects: []Project{p}})
			w.dialect = tt.dialect
			if diff := cmp.Diff(`{"TotalCount":1,"ProjectInfoSet":[`+tt.want+`]}`, w.must("alice", "Project.DescribeProjects", `{}`)); diff != "" {
				t.Errorf("describe (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(`{"TotalCount":1,"ProjectBasicInfoSet":[`+basic(tt.want)+`]}`, w.must("alice", "Project.SearchProject", `{"Name":"n"}`)); diff != "" {
				t.Errorf("search (-want +got):\n%s", diff)
			}
		})
	}
	// The documented examples have neither Description nor CoverSource.
	p := whole
	p.Description, p.CoverSource = "", ""
	w := newWorld(t).load(Fixtures{Projects: []Project{p}})
	want := strings.Replace(info(`"StreamConnect"`, ""), `"Description":"d",`, "", 1)
	if diff := cmp.Diff(`{"TotalCount":1,"ProjectInfoSet":[`+want+`]}`, w.must("alice", "Project.DescribeProjects", `{}`)); diff != "" {
		t.Errorf("without description and source (-want +got):\n%s", diff)
	}
}
