package webpaas

import (
	"encoding/json"
	"maps"
	"slices"
)

// State is what a tenant's webpaas remembers. Users are not in it: any userId is a user without
// registration, with a class tree of its own (documented, "账号").
//
// encoding/json writes and reads it back byte for byte. Three rules keep that, and many readers
// at once, safe:
//   - Materials, Classes and Uploads change only through putMaterial, deleteMaterial, putClass,
//     deleteClass and putUpload, which keep the index right.
//   - A value in a map is replaced, never changed in place, slices inside it included.
//   - A Read operation changes nothing, the index included.
type State struct {
	// Classes by id: those made by clients and fixtures. Roots and presets are computed; see class.
	Classes map[int64]Class `json:"classes,omitempty"`
	// Materials by id.
	Materials map[string]Material `json:"materials,omitempty"`
	// FrameTags by material id.
	FrameTags map[string]FrameTags `json:"frameTags,omitempty"`
	// Recognitions by material id.
	Recognitions map[string]Recognition `json:"recognitions,omitempty"`
	// Uploads by upload context.
	Uploads map[string]Upload `json:"uploads,omitempty"`
	// Teams by id.
	Teams map[string]Team `json:"teams,omitempty"`
	// Grants in the order they were made; one for each authorizee and resource.
	Grants []Grant `json:"grants,omitempty"`
	// Projects by id.
	Projects map[string]Project `json:"projects,omitempty"`
	// Tasks by id.
	Tasks map[string]Task `json:"tasks,omitempty"`
	// Plans of tasks that a call starts, by task type; see SetPlan.
	Plans map[string]Plan `json:"plans,omitempty"`

	index index // assumed from Classes, Materials and Uploads
}

// UnmarshalJSON replaces the state and rebuilds what is assumed from it.
func (s *State) UnmarshalJSON(data []byte) error {
	type plain State // has no methods, so that this is not called again
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*s = State(p)
	s.index = newIndex(s)
	return nil
}

// clone shares the values of the maps, which are never changed in place, and nothing else.
func (s *State) clone() *State {
	n := &State{
		Classes:      maps.Clone(s.Classes),
		Materials:    maps.Clone(s.Materials),
		FrameTags:    maps.Clone(s.FrameTags),
		Recognitions: maps.Clone(s.Recognitions),
		Uploads:      maps.Clone(s.Uploads),
		Teams:        maps.Clone(s.Teams),
		Grants:       slices.Clone(s.Grants),
		Projects:     maps.Clone(s.Projects),
		Tasks:        maps.Clone(s.Tasks),
		Plans:        maps.Clone(s.Plans),
	}
	n.index = newIndex(n)
	return n
}

func (s *State) putMaterial(m Material) {
	s.index.removeMaterial(m.ID)
	set(&s.Materials, m.ID, m)
	s.index.addMaterial(m)
}

// deleteMaterial takes along what belongs to the material alone. Projects keep its id; whoever
// reads them skips ids of materials that are gone.
func (s *State) deleteMaterial(id string) {
	s.index.removeMaterial(id)
	delete(s.Materials, id)
	delete(s.FrameTags, id)
	delete(s.Recognitions, id)
	s.revoke(Resource{Type: ResourceMaterial, ID: id})
}

func (s *State) putClass(c Class) {
	if old, ok := s.Classes[c.ID]; ok {
		s.index.removeClass(old)
	}
	set(&s.Classes, c.ID, c)
	s.index.addClass(c)
}

// deleteClass is only for a class that is empty; see isEmpty.
func (s *State) deleteClass(id int64) {
	c, ok := s.Classes[id]
	if !ok {
		return
	}
	s.index.removeClass(c)
	delete(s.Classes, id)
	s.revoke(Resource{Type: ResourceClass, ID: classText(id)})
}

func (s *State) putUpload(u Upload) {
	s.index.removeFile(s.Uploads[u.Context].VodFileID)
	set(&s.Uploads, u.Context, u)
	s.index.addFile(u.VodFileID)
}

// set puts a value into a map that may not be there yet.
func set[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}
