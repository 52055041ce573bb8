package webpaas

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var projectOps = []op.Op[State]{
	op.Write("Project.AddMaterialToProject", addMaterialToProject),
	op.Write("Project.DeleteMaterialFromProject", deleteMaterialFromProject),
	op.Read("Project.DescribeProjectMaterials", describeProjectMaterials),
	op.Write("Project.DeleteProject", deleteProject),
	op.Write("Project.ModifyProject", modifyProject),
	op.Read("Project.DescribeProjects", describeProjects),
	op.Read("Project.SearchProject", searchProject),
}

// Project is the document of the editor. Only the server API makes projects (documented); in the fake, fixtures do.
//
// Put fills in ID, Name, Owner (the user of the call), Category (Default), WHRatio (16:9), FusionData ([]), Version and
// the times.
type Project struct {
	// ID is "cmepid_" and 24 hex digits when the fake makes it.
	ID          string `json:"id" yaml:"id"`
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description,omitempty" yaml:"description"`
	// Owner is the only user who may open the project, or a team (documented).
	Owner Entity `json:"owner" yaml:"owner"`
	// Category is one of [ProjectCategories].
	Category string `json:"category" yaml:"category"`
	// WHRatio is 16:9 or 9:16.
	WHRatio  string `json:"whRatio" yaml:"whRatio"`
	CoverURL string `json:"coverUrl,omitempty" yaml:"coverUrl"`
	// CoverSource is USER or DEFAULT; responses omit an empty one.
	CoverSource string `json:"coverSource,omitempty" yaml:"coverSource"`
	// FusionData are the tracks: JSON as text.
	FusionData string `json:"fusionData" yaml:"fusionData"`
	// Version of the tracks: a Unix time in seconds (documented example).
	Version int64 `json:"version" yaml:"version"`
	// MaterialIDs are the attached media, in the order of their attachment. Some may be deleted.
	MaterialIDs []string `json:"materialIds,omitempty" yaml:"materialIds"`
	// Switcher holds the settings of a Switcher project, StreamConnect those of a StreamConnect project.
	Switcher      *SwitcherSettings `json:"switcher,omitempty" yaml:"switcher"`
	StreamConnect *StreamSettings   `json:"streamConnect,omitempty" yaml:"streamConnect"`
	// CreateTime and UpdateTime are kept in whole seconds of UTC, as responses show them.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	UpdateTime time.Time `json:"updateTime" yaml:"updateTime"`
}

// SwitcherSettings are the settings of a Switcher project that Project.ModifyProject can change.
type SwitcherSettings struct {
	StopTime   time.Time `json:"stopTime,omitzero" yaml:"stopTime"`
	TemplateID int64     `json:"templateId,omitempty" yaml:"templateId"`
	Width      int64     `json:"width,omitempty" yaml:"width"`     // pixels
	Height     int64     `json:"height,omitempty" yaml:"height"`   // pixels
	Fps        int64     `json:"fps,omitempty" yaml:"fps"`         // frames a second
	BitRate    int64     `json:"bitRate,omitempty" yaml:"bitRate"` // bit/s
}

// StreamSettings are the settings of a StreamConnect project that Project.ModifyProject can change.
type StreamSettings struct {
	StopTime time.Time `json:"stopTime,omitzero" yaml:"stopTime"`
}

// Categories with settings of their own.
const (
	categorySwitcher      = "Switcher"
	categoryStreamConnect = "StreamConnect"
)

// ProjectCategories lists the documented categories: editing, live clipping, segmentation, switcher, stream relay.
func ProjectCategories() []string {
	return []string{"Default", "Live", "VideoSegmentation", categorySwitcher, categoryStreamConnect}
}

func (p Project) key() string { return p.ID }

func (p Project) keep(st *State) { set(&st.Projects, p.ID, p) }

func (p Project) complete(c *op.Call, st *State) (Project, error) {
	var err error
	if p.Owner, err = st.owner(c, p.Owner); err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID = unusedID(c, op.ProjectID, st.Projects)
	}
	fill(&p.Name, "project "+strings.TrimPrefix(p.ID, "cmepid_"))
	fill(&p.Category, "Default")
	fill(&p.WHRatio, "16:9")
	fill(&p.FusionData, "[]")
	p.CreateTime, p.UpdateTime = times(c, p.CreateTime, p.UpdateTime)
	fill(&p.Version, p.UpdateTime.Unix())
	if !json.Valid([]byte(p.FusionData)) {
		return p, errors.New("fusionData: it is not JSON")
	}
	for i, id := range p.MaterialIDs {
		if _, ok := st.Materials[id]; !ok {
			return p, fmt.Errorf("materialIds[%d]: there is no material %q; put it first", i, id)
		}
	}
	if s := p.Switcher; s != nil {
		s.StopTime = wholeSecond(s.StopTime)
	}
	if s := p.StreamConnect; s != nil {
		s.StopTime = wholeSecond(s.StopTime)
	}
	return p, cmp.Or(
		oneOf("category", p.Category, ProjectCategories()...),
		oneOf("whRatio", p.WHRatio, projectRatios()...),
		p.validateCoverSource(),
	)
}

// validateCoverSource allows an empty CoverSource, because the projects of the documented examples have none.
func (p Project) validateCoverSource() error {
	if p.CoverSource == "" {
		return nil
	}
	return oneOf("coverSource", p.CoverSource, projectCoverSources()...)
}

// maxProjectMaterials is the documented number of ids that one request may attach or detach.
const maxProjectMaterials = 10

// rightsOnProject returns the rights of a user on a project. That only the owner opens a project of a person is
// documented; that the roles of a team give the same rights on projects as on media is assumed.
func rightsOnProject(st *State, user string, p Project) Rights {
	return st.defaultRights(user, p.Owner)
}

// openProject returns a project on which the caller has the rights.
func openProject(c *op.Call, st *State, id string, rights Rights) (Project, error) {
	p, ok := st.Projects[id]
	if !ok {
		return Project{}, errProjectNotExist.Because("webpaas.project-unknown",
			"take a ProjectId from Project.DescribeProjects or Project.SearchProject, or put the project first",
			"there is no project %q", id)
	}
	if has := rightsOnProject(st, c.User, p); !has.has(rights) {
		return Project{}, errPermissionDeny.Because("webpaas.project-foreign",
			"use a ticket of the owner, or put a team role that gives the right",
			"user %q needs the right %s on project %s of %s and has %s", c.User, rights, id, p.Owner, has)
	}
	return p, nil
}

type projectMaterialsRequest struct {
	ProjectID   string   `json:"ProjectId"`
	MaterialIDs []string `json:"MaterialIds"`
}

func (r projectMaterialsRequest) validate() error {
	if n := len(r.MaterialIDs); n == 0 || n > maxProjectMaterials {
		return badValue("MaterialIds", "send 1 to 10 ids", "there are %d", n)
	}
	return nil
}

// addMaterialToProject attaches media that the caller may use, all of them or none. A material that is attached already
// keeps its place. The page does not mention unknown media: all of this is assumed.
func addMaterialToProject(c *op.Call, st *State, req projectMaterialsRequest) (op.None, error) {
	p, err := openProject(c, st, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	if err := req.validate(); err != nil {
		return op.None{}, err
	}
	attached := slices.Clone(p.MaterialIDs)
	for _, id := range req.MaterialIDs {
		if _, err := st.openMaterial(c, id, toUse); err != nil {
			return op.None{}, err
		}
		if !slices.Contains(attached, id) {
			attached = append(attached, id)
		}
	}
	setMaterials(c, st, p, attached)
	return op.None{}, nil
}

// deleteMaterialFromProject detaches media. It ignores an id that is not attached (assumed).
func deleteMaterialFromProject(c *op.Call, st *State, req projectMaterialsRequest) (op.None, error) {
	p, err := openProject(c, st, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	if err := req.validate(); err != nil {
		return op.None{}, err
	}
	attached := slices.DeleteFunc(slices.Clone(p.MaterialIDs), func(id string) bool {
		return slices.Contains(req.MaterialIDs, id)
	})
	setMaterials(c, st, p, attached)
	return op.None{}, nil
}

// setMaterials sets the media of a project. It does not change UpdateTime if the media stay the same (assumed).
func setMaterials(c *op.Call, st *State, p Project, attached []string) {
	if slices.Equal(p.MaterialIDs, attached) {
		return
	}
	p.MaterialIDs, p.UpdateTime = attached, wholeSecond(c.Now)
	p.keep(st)
}

type projectRequest struct {
	ProjectID string `json:"ProjectId"`
}

type describeProjectMaterialsResponse struct {
	MaterialIDSet []string `json:"MaterialIdSet"`
}

// describeProjectMaterials lists media in the order of their attachment (assumed). Only here the documents have the same
// error for an unknown project as for one that is not accessible.
func describeProjectMaterials(c *op.Call, st *State, req projectRequest) (describeProjectMaterialsResponse, error) {
	p, err := openProject(c, st, req.ProjectID, toRead)
	if failure, ok := op.AsFailure(err); ok {
		return describeProjectMaterialsResponse{}, errPermissionDeny.With(failure.Diagnosis)
	}
	resp := describeProjectMaterialsResponse{MaterialIDSet: []string{}}
	for _, id := range p.MaterialIDs {
		if _, ok := st.Materials[id]; ok {
			resp.MaterialIDSet = append(resp.MaterialIDSet, id)
		}
	}
	return resp, nil
}

// deleteProject does not delete the media and the tasks of the project (assumed).
func deleteProject(c *op.Call, st *State, req projectRequest) (op.None, error) {
	p, err := openProject(c, st, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	delete(st.Projects, p.ID)
	return op.None{}, nil
}

// maxProjectName is the number of characters of a name that Project.ModifyProject accepts. Project.DescribeProjects
// accepts 30 and Project.SearchProject 15 (all documented).
const maxProjectName = 20

// Documented values of parts of a project.
func projectRatios() []string       { return []string{"16:9", "9:16"} }
func projectCoverSources() []string { return []string{"USER", "DEFAULT"} }

// modifyProjectRequest leaves a part unchanged that is absent.
type modifyProjectRequest struct {
	ProjectID         string `json:"ProjectId"`
	Name              *string
	Description       *string
	CoverURL          *string `json:"CoverUrl"`
	CoverSource       *string
	WHRatio           *string
	SwitcherInfo      *switcherInfoForUpdate
	StreamConnectInfo *streamConnectInfoForUpdate
}

type switcherInfoForUpdate struct {
	StopTime        *string
	PgmOutputConfig *struct {
		TemplateID *int64 `json:"TemplateId"`
		Width      *int64
		Height     *int64
		Fps        *int64
		BitRate    *int64
	}
}

type streamConnectInfoForUpdate struct{ StopTime *string }

// modifyProject changes the parts that are present. Version is the version of the tracks and does not change. A request
// that changes nothing succeeds and does not change UpdateTime (both assumed).
func modifyProject(c *op.Call, st *State, req modifyProjectRequest) (op.None, error) {
	p, err := openProject(c, st, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	if err := req.validate(); err != nil {
		return op.None{}, err
	}
	if p.Switcher, err = req.SwitcherInfo.change(p); err != nil {
		return op.None{}, err
	}
	if p.StreamConnect, err = req.StreamConnectInfo.change(p); err != nil {
		return op.None{}, err
	}
	if req == (modifyProjectRequest{ProjectID: req.ProjectID}) {
		return op.None{}, nil
	}
	change(&p.Name, req.Name)
	change(&p.Description, req.Description)
	change(&p.CoverURL, req.CoverURL)
	change(&p.CoverSource, req.CoverSource)
	change(&p.WHRatio, req.WHRatio)
	p.UpdateTime = wholeSecond(c.Now)
	p.keep(st)
	return op.None{}, nil
}

// validate rejects an empty name (assumed).
func (r modifyProjectRequest) validate() error {
	if r.Name != nil {
		if n := characters(*r.Name); n == 0 || n > maxProjectName {
			return badValue("Name", "send 1 to 20 characters, or no Name", "it has %d characters", n)
		}
	}
	if r.CoverSource != nil && !slices.Contains(projectCoverSources(), *r.CoverSource) {
		return badValue("CoverSource", "send USER or DEFAULT", "it is %q", *r.CoverSource)
	}
	if r.WHRatio != nil && !slices.Contains(projectRatios(), *r.WHRatio) {
		return badValue("WHRatio", "send 16:9 or 9:16", "it is %q", *r.WHRatio)
	}
	return nil
}

// change returns the changed settings. Only a project of category Switcher has such settings (assumed: the page calls
// them changes to a switcher project).
func (i *switcherInfoForUpdate) change(p Project) (*SwitcherSettings, error) {
	if i == nil {
		return p.Switcher, nil
	}
	if p.Category != categorySwitcher {
		return nil, badValue("SwitcherInfo", "send it for a project of category Switcher", "project %s is of category %s", p.ID, p.Category)
	}
	var settings SwitcherSettings
	if p.Switcher != nil {
		settings = *p.Switcher
	}
	if err := changeStop(&settings.StopTime, i.StopTime, "SwitcherInfo"); err != nil {
		return nil, err
	}
	if out := i.PgmOutputConfig; out != nil {
		change(&settings.TemplateID, out.TemplateID)
		change(&settings.Width, out.Width)
		change(&settings.Height, out.Height)
		change(&settings.Fps, out.Fps)
		change(&settings.BitRate, out.BitRate)
	}
	return &settings, nil
}

func (i *streamConnectInfoForUpdate) change(p Project) (*StreamSettings, error) {
	if i == nil {
		return p.StreamConnect, nil
	}
	if p.Category != categoryStreamConnect {
		return nil, badValue("StreamConnectInfo", "send it for a project of category StreamConnect", "project %s is of category %s", p.ID, p.Category)
	}
	var settings StreamSettings
	if p.StreamConnect != nil {
		settings = *p.StreamConnect
	}
	if err := changeStop(&settings.StopTime, i.StopTime, "StreamConnectInfo"); err != nil {
		return nil, err
	}
	return &settings, nil
}

func changeStop(stop *time.Time, text *string, parameter string) error {
	if text == nil {
		return nil
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return badValue(parameter, "send a StopTime like 2020-12-14T09:05:08Z", "StopTime %q is not an ISO time", *text)
	}
	*stop = wholeSecond(t)
	return nil
}

// Documented limits of the two queries.
const (
	projectsLimit      = 50 // by default; there is no maximum
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

// projectInfo is ProjectInfo or, without Description, FusionData and Version, ProjectBasicInfo. Description and
// CoverSource are in no example, so that empty ones are omitted.
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

// describeProjects returns the projects that the caller may see and that match every condition. Name is the whole name
// (assumed: only the page of SearchProject calls it fuzzy). It is an error if no project matches (documented).
func describeProjects(c *op.Call, st *State, req describeProjectsRequest) (describeProjectsResponse, error) {
	if err := req.validate(c.Dialect); err != nil {
		return describeProjectsResponse{}, err
	}
	found, visible := findProjects(c, st, req.admits)
	if len(found) == 0 {
		return describeProjectsResponse{}, errNotFound.Because("webpaas.projects-none",
			"drop a condition, use a ticket of a user who may see the project, or put one first",
			"user %q may see %d projects, and none matches", c.User, visible)
	}
	if req.Sort.ascends() {
		slices.Reverse(found)
	}
	from, to, err := req.page(len(found), projectsLimit, 0)
	if err != nil {
		return describeProjectsResponse{}, err
	}
	resp := describeProjectsResponse{TotalCount: len(found), ProjectInfoSet: []projectInfo{}}
	for _, p := range found[from:to] {
		info := basicProject(c, p)
		info.Description, info.FusionData, info.Version = p.Description, p.FusionData, p.Version
		resp.ProjectInfoSet = append(resp.ProjectInfoSet, info)
	}
	return resp, nil
}

// findProjects returns the matching projects that the caller may see, newest first (assumed), and the number of all
// projects that the caller may see.
func findProjects(c *op.Call, st *State, matches func(Project) bool) (found []Project, visible int) {
	for _, p := range st.Projects {
		if !rightsOnProject(st, c.User, p).has(toRead) {
			continue
		}
		visible++
		if matches(p) {
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

// admits reports whether a project meets every condition.
func (r describeProjectsRequest) admits(p Project) bool {
	return emptyOrHas(r.ProjectIDs, p.ID) && emptyOrHas(r.CategorySet, p.Category) &&
		(r.Category == "" || r.Category == p.Category) && (r.Name == "" || r.Name == p.Name)
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

// searchedCategories lists the categories of the page of Project.SearchProject, fewer than those of
// Project.DescribeProjects.
func searchedCategories() []string { return ProjectCategories()[:3] }

// searchProject finds projects by a part of their name and ignores case. With a Name the best match comes first and Sort
// has no effect: the page says so of "Text", and Name is the only text (assumed). The list is empty if no project
// matches, because this page shows no error for it.
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
	found := searchProjects(c, st, req)
	from, to, err := req.page(len(found), projectsLimit, 0)
	if err != nil {
		return searchProjectResponse{}, err
	}
	resp := searchProjectResponse{TotalCount: len(found), ProjectBasicInfoSet: []projectInfo{}}
	for _, p := range found[from:to] {
		resp.ProjectBasicInfoSet = append(resp.ProjectBasicInfoSet, basicProject(c, p))
	}
	return resp, nil
}

// searchProjects returns the matching projects in the order of the response.
func searchProjects(c *op.Call, st *State, req searchProjectRequest) []Project {
	text := fold(req.Name)
	score := func(p Project) int { return scoreOf(fold(p.Name), text) }
	found, _ := findProjects(c, st, func(p Project) bool {
		return emptyOrHas(req.CategorySet, p.Category) && (text == "" || score(p) > noMatch)
	})
	switch {
	case text != "":
		slices.SortStableFunc(found, func(a, b Project) int { return cmp.Compare(score(b), score(a)) })
	case req.Sort.ascends():
		slices.Reverse(found)
	}
	return found
}

// Editing is the content of the editor for a project. Its form is the fake's own, because the protocol of the vendor's
// editor is not documented.
type Editing struct {
	Project   Project           `json:"project"`
	Materials []EditingMaterial `json:"materials"`
}

// EditingMaterial is an item of the editor's list of media.
type EditingMaterial struct {
	ID       string  `json:"id"`
	Type     string  `json:"type"`
	Name     string  `json:"name"`
	Duration float64 `json:"duration,omitempty"` // seconds
	// Attached is set for media of the project and not for others that were requested by id.
	Attached bool `json:"attached"`
}

// editorPage is the number of media that the editor lists if none is named (documented for refreshResources).
const editorPage = 20

// Edit returns a project that the caller may open. The media named in first come first. Deleted media, and media that
// the caller may not read, are left out (assumed).
func (st *State) Edit(c *op.Call, id string, first []string) (Editing, error) {
	p, err := openProject(c, st, id, toRead)
	if err != nil {
		return Editing{}, err
	}
	e := Editing{Project: p, Materials: []EditingMaterial{}}
	for _, m := range slices.Concat(first, p.MaterialIDs) {
		listed := slices.ContainsFunc(e.Materials, func(l EditingMaterial) bool { return l.ID == m })
		if listed || len(e.Materials) == max(editorPage, len(first)) {
			continue
		}
		if found, err := st.openMaterial(c, m, toRead); err == nil {
			e.Materials = append(e.Materials, EditingMaterial{
				ID: found.ID, Type: found.Type, Name: found.Name, Duration: found.measured(c).Duration,
				Attached: slices.Contains(p.MaterialIDs, m),
			})
		}
	}
	return e, nil
}

// SaveTracks replaces the tracks of a project, as the editor does. The version of the tracks is a Unix time, as in the
// documented example; that it changes here is assumed.
func (st *State) SaveTracks(c *op.Call, id, tracks string) error {
	p, err := openProject(c, st, id, toWrite)
	if err != nil {
		return err
	}
	if !json.Valid([]byte(tracks)) {
		return badValue("FusionData", "send JSON", "the tracks are not JSON")
	}
	p.FusionData, p.Version, p.UpdateTime = tracks, c.Now.Unix(), wholeSecond(c.Now)
	p.keep(st)
	return nil
}
