package webpaas

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Documented limits of the two queries.
const (
	projectsLimit      = 50 // no maximum is stated
	maxProjectIDs      = 20
	maxProjectsName    = 30 // characters, of Project.DescribeProjects
	maxProjectSearched = 15 // characters, of Project.SearchProject
)

type describeProjectsRequest struct {
	ProjectIDs  textOrList `json:"ProjectIds"`
	CategorySet []string
	Category    string
	Name        string
	Sort        *sortBy
	paging
}

// textOrList is a list, or a text that stands for a list of one; the empty text for none. The table gives
// ProjectIds the type String and describes an array.
type textOrList []string

func (l *textOrList) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) != nil {
		return json.Unmarshal(text, (*[]string)(l))
	}
	if one != "" {
		*l = textOrList{one}
	}
	return nil
}

// projectInfo is ProjectInfo, and without Description, FusionData and Version ProjectBasicInfo. The
// examples have neither Description nor CoverSource: they are there when they are set.
type projectInfo struct {
	ProjectID   string `json:"ProjectId"`
	Owner       wireEntity
	Category    any // a text in the examples, a list of texts in the tables
	Name        string
	Description string `json:",omitempty"`
	WHRatio     string
	CoverURL    string `json:"CoverUrl"`
	CoverSource string `json:",omitempty"`
	FusionData  string `json:",omitempty"`
	Version     int64  `json:",omitempty"`
	CreateTime  string
	UpdateTime  string
}

func basicProject(c *op.Call, p Project) projectInfo {
	category := p.Category
	if category == categoryStreamConnect && c.Dialect.StreamConnectName == dialect.StreamConnet {
		category = string(dialect.StreamConnet)
	}
	info := projectInfo{
		ProjectID: p.ID, Owner: p.Owner.wire(), Category: category, Name: p.Name, WHRatio: p.WHRatio,
		CoverURL: p.CoverURL, CoverSource: p.CoverSource,
		CreateTime: wireTime(p.CreateTime), UpdateTime: wireTime(p.UpdateTime),
	}
	if c.Dialect.CategoryShape == dialect.CategoryList {
		info.Category = []string{category}
	}
	return info
}

type describeProjectsResponse struct {
	TotalCount     int
	ProjectInfoSet []projectInfo
}

// describeProjects returns the projects that the caller may see and that fit all that is asked for. Name
// is the whole name (assumed: this page does not call it fuzzy, that of SearchProject does). That none
// fits is rejected (documented).
func describeProjects(c *op.Call, st *State, req describeProjectsRequest) (describeProjectsResponse, error) {
	if err := req.validate(c.Dialect); err != nil {
		return describeProjectsResponse{}, err
	}
	found, visible := st.findProjects(c, req.admits)
	if len(found) == 0 {
		return describeProjectsResponse{}, errNotFound.Because("webpaas.projects-none",
			"ask for less, use a ticket of somebody who may see the project, or seed one",
			"user %q may see %d projects, and none fits", c.User, visible)
	}
	if req.Sort.ascends() {
		slices.Reverse(found)
	}
	from, to, err := req.page(len(found), projectsLimit, 0)
	if err != nil {
		return describeProjectsResponse{}, err
	}
	ans := describeProjectsResponse{TotalCount: len(found), ProjectInfoSet: []projectInfo{}}
	for _, p := range found[from:to] {
		info := basicProject(c, p)
		info.Description, info.FusionData, info.Version = p.Description, p.FusionData, p.Version
		ans.ProjectInfoSet = append(ans.ProjectInfoSet, info)
	}
	return ans, nil
}

// findProjects returns what the caller may see of what fits, newest first (assumed), and how many
// projects the caller may see at all.
func (s *State) findProjects(c *op.Call, fits func(Project) bool) (found []Project, visible int) {
	for _, p := range s.Projects {
		if !s.projectRights(c.User, p).has(toRead) {
			continue
		}
		visible++
		if fits(p) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b Project) int { return newerFirst(a.CreateTime, b.CreateTime, a.ID, b.ID) })
	return found, visible
}

func (r describeProjectsRequest) validate(d dialect.Dialect) error {
	switch n := characters(r.Name); {
	case len(r.ProjectIDs) > maxProjectIDs:
		return badValue("ProjectIds", "send at most 20 ids", "there are %d", len(r.ProjectIDs))
	case n > maxProjectsName:
		return badValue("Name", "send at most 30 characters", "it has %d characters", n)
	case r.Category != "" && d.ProjectCategory == dialect.CategorySet:
		return badValue("Category", "send CategorySet, or use a dialect whose ProjectCategory is Category",
			"this dialect follows the pages that have CategorySet")
	case len(r.CategorySet) > 0 && d.ProjectCategory == dialect.Category:
		return badValue("CategorySet", "send Category, or use a dialect whose ProjectCategory is CategorySet",
			"this dialect follows the page that has Category")
	case r.Category != "" && !slices.Contains(ProjectCategories(), r.Category):
		return badValue("Category", "see the values of the operation", "it is %q", r.Category)
	}
	return cmp.Or(knownCategories(r.CategorySet, ProjectCategories()), r.Sort.validate(byCreateTime))
}

// admits says whether all that is asked for holds.
func (r describeProjectsRequest) admits(p Project) bool {
	return anyOrOneOf(r.ProjectIDs, p.ID) && anyOrOneOf(r.CategorySet, p.Category) &&
		(r.Category == "" || r.Category == p.Category) && (r.Name == "" || r.Name == p.Name)
}

// anyOrOneOf says whether a filter lets a value through: an empty one lets all.
func anyOrOneOf(filter []string, value string) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}

func knownCategories(set, known []string) error {
	for _, category := range set {
		if !slices.Contains(known, category) {
			return badValue("CategorySet", "see the values of the operation", "%q is none of %q", category, known)
		}
	}
	return nil
}

type searchProjectRequest struct {
	CategorySet []string
	Name        string
	Sort        *sortBy
	paging
}

type searchProjectResponse struct {
	TotalCount          int
	ProjectBasicInfoSet []projectInfo
}

// searchedCategories are those that the page of Project.SearchProject lists: fewer than
// Project.DescribeProjects.
func searchedCategories() []string { return ProjectCategories()[:3] }

// searchProject finds projects by a part of their name, in any case of letters. With a Name the better
// match comes first and Sort has no effect: the page says so of "Text", and Name is the only text
// there is (assumed). That none fits is an empty list: this page shows no error for it.
func searchProject(c *op.Call, st *State, req searchProjectRequest) (searchProjectResponse, error) {
	if len(req.CategorySet) == 0 && req.Name == "" {
		return searchProjectResponse{}, errNothingToSearch.Because("webpaas.nothing-to-search",
			"send one of them, not empty", "the request has neither CategorySet nor Name")
	}
	if n := characters(req.Name); n > maxProjectSearched {
		return searchProjectResponse{}, badValue("Name", "send at most 15 characters", "it has %d characters", n)
	}
	if err := cmp.Or(knownCategories(req.CategorySet, searchedCategories()), req.Sort.validate(byCreateTime)); err != nil {
		return searchProjectResponse{}, err
	}
	found := st.searchProjects(c, req)
	from, to, err := req.page(len(found), projectsLimit, 0)
	if err != nil {
		return searchProjectResponse{}, err
	}
	ans := searchProjectResponse{TotalCount: len(found), ProjectBasicInfoSet: []projectInfo{}}
	for _, p := range found[from:to] {
		ans.ProjectBasicInfoSet = append(ans.ProjectBasicInfoSet, basicProject(c, p))
	}
	return ans, nil
}

// searchProjects returns what fits, in the order of the response.
func (s *State) searchProjects(c *op.Call, req searchProjectRequest) []Project {
	text := fold(req.Name)
	score := func(p Project) int { return scoreOf(fold(p.Name), text) }
	found, _ := s.findProjects(c, func(p Project) bool {
		return anyOrOneOf(req.CategorySet, p.Category) && (text == "" || score(p) > noMatch)
	})
	switch {
	case text != "":
		slices.SortStableFunc(found, func(a, b Project) int { return cmp.Compare(score(b), score(a)) })
	case req.Sort.ascends():
		slices.Reverse(found)
	}
	return found
}
