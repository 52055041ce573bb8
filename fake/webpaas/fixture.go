package webpaas

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Fixtures is the state that a test begins with. Teams, grants, projects and tasks cannot be created through the
// client API at all.
type Fixtures struct {
	Teams     []Team     `json:"teams,omitempty" yaml:"teams"`
	Classes   []Class    `json:"classes,omitempty" yaml:"classes"` // parents before their children
	Materials []Material `json:"materials,omitempty" yaml:"materials"`
	// FrameTags are manual ones; those of a recognition are in Recognitions.
	FrameTags    []FrameTags   `json:"frameTags,omitempty" yaml:"frameTags"`
	Recognitions []Recognition `json:"recognitions,omitempty" yaml:"recognitions"`
	Grants       []Grant       `json:"grants,omitempty" yaml:"grants"`
	Projects     []Project     `json:"projects,omitempty" yaml:"projects"`
	// Plans, by task type, are for tasks that a call starts and for tasks without a plan of their own: see
	// [State.SetPlan].
	Plans map[string]Plan `json:"plans,omitempty" yaml:"plans"`
	Tasks []Task          `json:"tasks,omitempty" yaml:"tasks"`
}

// Entry is a value that a test author can put into the state: a [Team], [Class], [Material], [FrameTags],
// [Recognition], [Grant], [Project] or [Task].
type Entry[E any] interface {
	// complete returns the entry with its missing parts filled in. An error begins with the field that is wrong.
	// complete does not change the state, except that ids are counted.
	complete(c *op.Call, st *State) (E, error)
	// keep stores a complete entry, in place of the one with the same key.
	keep(st *State)
	// key identifies an entry among those of its type.
	key() string
}

// Put stores an entry in the state, in place of one with the same id, and returns it with its missing parts filled
// in. The documentation of each type lists the parts that may be missing.
func Put[E Entry[E]](st *State, c *op.Call, entry E) (E, error) {
	var none E
	done, err := completed(c, st, entry)
	if err != nil {
		return none, fmt.Errorf("webpaas: put %s: %w", reflect.TypeFor[E]().Name(), err)
	}
	own, err := detached(done) // the caller may change the entry that Put returns
	if err != nil {
		return none, fmt.Errorf("webpaas: put %s: %w", reflect.TypeFor[E]().Name(), err)
	}
	own.keep(st)
	return done, nil
}

// Load adds fixtures to the state, in the order of the fields of [Fixtures]. An entry replaces the one in the state
// that has the same id; two entries of the fixtures with the same id are an error. Missing parts are filled in as
// [Put] does. An error begins with the entry and the field (teams[0]: members) and leaves the state as it was.
func (st *State) Load(c *op.Call, f Fixtures) error {
	next := st.clone()
	// The index is built once at the end: inserting materials one by one in any order takes quadratic time.
	keepMaterial := func(m Material, st *State) { set(&st.Materials, m.ID, m) }
	err := cmp.Or(
		loadEach(c, next, "teams", f.Teams, Team.keep),
		loadEach(c, next, "classes", f.Classes, Class.keep),
		loadEach(c, next, "materials", f.Materials, keepMaterial),
		loadEach(c, next, "frameTags", f.FrameTags, FrameTags.keep),
		loadEach(c, next, "recognitions", f.Recognitions, Recognition.keep),
		loadEach(c, next, "grants", f.Grants, Grant.keep),
		loadEach(c, next, "projects", f.Projects, Project.keep),
		loadPlans(next, f.Plans),
		loadEach(c, next, "tasks", f.Tasks, Task.keep),
	)
	if err != nil {
		return err
	}
	next.reindex()
	*st = *next
	return nil
}

// loadEach completes and stores the entries of one section.
func loadEach[E Entry[E]](c *op.Call, st *State, section string, entries []E, keep func(E, *State)) error {
	places := make(map[string]int, len(entries))
	for i, entry := range entries {
		done, err := completed(c, st, entry)
		if err != nil {
			return fmt.Errorf("%s[%d]: %w", section, i, err)
		}
		key := done.key()
		if first, twice := places[key]; twice {
			return fmt.Errorf("%s[%d]: id: %s is the one of %s[%d] already", section, i, key, section, first)
		}
		places[key] = i
		keep(done, st)
	}
	return nil
}

func loadPlans(st *State, plans map[string]Plan) error {
	for _, taskType := range slices.Sorted(maps.Keys(plans)) {
		if err := putPlan(st, taskType, plans[taskType]); err != nil {
			return fmt.Errorf("plans[%s]: %w", taskType, err)
		}
	}
	return nil
}

// completed completes a copy of an entry, so that the caller's value stays as it is.
func completed[E Entry[E]](c *op.Call, st *State, entry E) (E, error) {
	own, err := detached(entry)
	if err != nil {
		return own, err
	}
	return own.complete(c, st)
}

// detached returns a deep copy. A value that JSON cannot hold is an error, because the state is written as JSON.
func detached[T any](value T) (own T, err error) {
	text, err := json.Marshal(value)
	if err != nil {
		return own, fmt.Errorf("it cannot be kept as JSON: %w", err)
	}
	return own, json.Unmarshal(text, &own)
}
