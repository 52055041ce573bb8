package webpaas

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Fixtures is state to begin with: what a file gives the binary, and a test author the fake. Teams,
// grants, projects and tasks cannot be made through the client API at all.
type Fixtures struct {
	Teams     []Team     `json:"teams,omitempty" yaml:"teams"`
	Classes   []Class    `json:"classes,omitempty" yaml:"classes"` // parents before their children
	Materials []Material `json:"materials,omitempty" yaml:"materials"`
	// FrameTags are manual ones; those of a recognition are in Recognitions.
	FrameTags    []FrameTags   `json:"frameTags,omitempty" yaml:"frameTags"`
	Recognitions []Recognition `json:"recognitions,omitempty" yaml:"recognitions"`
	Grants       []Grant       `json:"grants,omitempty" yaml:"grants"`
	Projects     []Project     `json:"projects,omitempty" yaml:"projects"`
	// Plans are for tasks that a call will start and those without a plan of their own, by task type: see
	// [State.SetPlan].
	Plans map[string]Plan `json:"plans,omitempty" yaml:"plans"`
	Tasks []Task          `json:"tasks,omitempty" yaml:"tasks"`
}

// Load adds fixtures to the state, in the order of the fields of [Fixtures]. An entry takes the place of
// one with its id in the state; two of one id in the fixtures are an error. Missing parts are filled as
// PutMaterial and the others do. An error names the entry, the field and what is allowed
// there, beginning with the entry (teams[0]), and leaves the state as it was.
func (s *State) Load(c *op.Call, f Fixtures) error {
	next := s.clone()
	// Materials go around the index, which is made once at the end: a list that is inserted into in any
	// order grows with the square of its length.
	putMaterial := func(m Material) { set(&next.Materials, m.ID, m) }
	for _, load := range []func() error{
		func() error { return loadEach("teams", f.Teams, c, next.completeTeam, next.putTeam, teamID) },
		func() error { return loadEach("classes", f.Classes, c, next.completeClass, next.putClass, classID) },
		func() error {
			return loadEach("materials", f.Materials, c, next.completeMaterial, putMaterial, materialID)
		},
		func() error {
			return loadEach("frameTags", f.FrameTags, c, next.completeFrameTags, next.putFrameTags, frameTagsID)
		},
		func() error {
			return loadEach("recognitions", f.Recognitions, c, next.completeRecognition, next.putRecognition, recognitionID)
		},
		func() error { return loadEach("grants", f.Grants, c, next.completeGrant, next.putGrant, grantID) },
		func() error {
			return loadEach("projects", f.Projects, c, next.completeProject, next.putProject, projectID)
		},
		func() error { return next.loadPlans(f.Plans) },
		func() error { return loadEach("tasks", f.Tasks, c, next.completeTask, next.putTask, taskID) },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	next.index = newIndex(next)
	*s = *next
	return nil
}

// loadEach completes, judges and puts the entries of one section.
func loadEach[T any](
	section string, entries []T, c *op.Call,
	complete func(*op.Call, T) (T, error), put func(T), id func(T) string,
) error {
	seen := make(map[string]int, len(entries))
	for i, entry := range entries {
		done, err := completed(c, entry, complete)
		if err != nil {
			return fmt.Errorf("%s[%d]: %w", section, i, err)
		}
		if first, twice := seen[id(done)]; twice {
			return fmt.Errorf("%s[%d]: id: %s is the one of %s[%d] already", section, i, id(done), section, first)
		}
		seen[id(done)] = i
		put(done)
	}
	return nil
}

func (s *State) loadPlans(plans map[string]Plan) error {
	for _, taskType := range slices.Sorted(maps.Keys(plans)) {
		plan, err := s.completePlan(taskType, plans[taskType])
		if err != nil {
			return fmt.Errorf("plans[%s]: %w", taskType, err)
		}
		s.putPlan(taskType, plan)
	}
	return nil
}

func teamID(t Team) string               { return t.ID }
func classID(c Class) string             { return classText(c.ID) }
func materialID(m Material) string       { return m.ID }
func frameTagsID(t FrameTags) string     { return t.MaterialID }
func recognitionID(r Recognition) string { return r.MaterialID }
func grantID(g Grant) string {
	return fmt.Sprintf("%s to %s on %s %s", g.Authorizer, g.Authorizee, g.Resource.Type, g.Resource.ID)
}
func projectID(p Project) string { return p.ID }
func taskID(t Task) string       { return t.ID }

// PutTeam adds a team, or replaces the one of its id, and returns it as it is kept. Filled when
// missing: ID, Name, times.
func (s *State) PutTeam(c *op.Call, t Team) (Team, error) {
	return putOne("team", c, t, s.completeTeam, s.putTeam)
}

// PutClass adds a class, or replaces the one of its id, and returns it as it is kept. Filled when
// missing: ID, ParentID (the root).
func (s *State) PutClass(c *op.Call, class Class) (Class, error) {
	return putOne("class", c, class, s.completeClass, s.putClass)
}

// PutMaterial adds a material, or replaces the one of its id, and returns it as it is kept. Filled when
// missing: ID, Type (VIDEO), Name, Owner (the user of the call), ClassID (the preset for the
// type), times, status, and facts about the media that depend on the id.
func (s *State) PutMaterial(c *op.Call, m Material) (Material, error) {
	return putOne("material", c, m, s.completeMaterial, s.putMaterial)
}

// PutGrant adds a grant, or replaces the one between the same two on the same resource, and returns
// it as it is kept. Filled when missing: Rights (R), Authorizer (the owner of the resource).
func (s *State) PutGrant(c *op.Call, g Grant) (Grant, error) {
	return putOne("grant", c, g, s.completeGrant, s.putGrant)
}

// PutProject adds a project, or replaces the one of its id, and returns it as it is kept. Filled when
// missing: ID, Name, Owner (the user of the call), Category (Default), WHRatio, FusionData, times.
func (s *State) PutProject(c *op.Call, p Project) (Project, error) {
	return putOne("project", c, p, s.completeProject, s.putProject)
}

// PutTask adds a task, or replaces the one of its id, and returns it as it is kept. Filled when
// missing: ID, Type (TaskProcess with a material alone, else TaskExport), Owner (that of the project or
// material), CreateTime, Plan (that of [State.SetPlan] for its type).
func (s *State) PutTask(c *op.Call, t Task) (Task, error) {
	return putOne("task", c, t, s.completeTask, s.putTask)
}

// putOne decides first and changes last. What is kept shares nothing with what the caller holds.
func putOne[T any](what string, c *op.Call, value T, complete func(*op.Call, T) (T, error), put func(T)) (T, error) {
	done, err := completed(c, value, complete)
	if err != nil {
		var none T
		return none, fmt.Errorf("webpaas: put %s: %w", what, err)
	}
	kept, err := detached(done)
	if err != nil {
		var none T
		return none, fmt.Errorf("webpaas: put %s: %w", what, err)
	}
	put(kept)
	return done, nil
}

// completed works on a copy, so that the caller's value stays as it is.
func completed[T any](c *op.Call, value T, complete func(*op.Call, T) (T, error)) (T, error) {
	own, err := detached(value)
	if err != nil {
		return own, err
	}
	return complete(c, own)
}

// detached copies a value with everything it points to. What JSON cannot hold is an error: it
// could not be kept.
func detached[T any](value T) (own T, err error) {
	text, err := json.Marshal(value)
	if err != nil {
		return own, fmt.Errorf("it cannot be kept as JSON: %w", err)
	}
	return own, json.Unmarshal(text, &own)
}

func (s *State) putTeam(t Team)       { set(&s.Teams, t.ID, t) }
func (s *State) putProject(p Project) { set(&s.Projects, p.ID, p) }
