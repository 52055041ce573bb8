package webpaas

import (
	"encoding/json"
	"maps"
	"slices"
)

// State is the webpaas state of a tenant. It has no users: every userId is a user without registration, with a class
// tree of its own (documented, "账号").
//
// encoding/json writes and reads a state back byte for byte. These rules keep that, and concurrent reads, safe:
//   - Materials, Classes and Uploads change only through the put and delete methods, which update the index.
//   - A value in a map is replaced, never changed in place. This includes the slices inside of it.
//   - A Read operation changes nothing, not even the index.
type State struct {
	// Classes by id: those that clients and fixtures made. The root and the presets are not stored; see tree.class.
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
	// Grants in the order of their creation, at most one between two entities on one resource.
	Grants []Grant `json:"grants,omitempty"`
	// Projects by id.
	Projects map[string]Project `json:"projects,omitempty"`
	// Tasks by id.
	Tasks map[string]Task `json:"tasks,omitempty"`
	// Plans by task type for tasks that a call starts; see SetPlan.
	Plans map[string]Plan `json:"plans,omitempty"`

	index index // derived from Classes, Materials and Uploads
}

// UnmarshalJSON replaces the state and rebuilds the index.
func (st *State) UnmarshalJSON(data []byte) error {
	type plain State // has no methods, so that Unmarshal does not call this one again
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*st = State(p)
	st.reindex()
	return nil
}

// clone returns a copy that shares only the values of the maps, which are never changed in place.
func (st *State) clone() *State {
	n := &State{
		Classes:      maps.Clone(st.Classes),
		Materials:    maps.Clone(st.Materials),
		FrameTags:    maps.Clone(st.FrameTags),
		Recognitions: maps.Clone(st.Recognitions),
		Uploads:      maps.Clone(st.Uploads),
		Teams:        maps.Clone(st.Teams),
		Grants:       slices.Clone(st.Grants),
		Projects:     maps.Clone(st.Projects),
		Tasks:        maps.Clone(st.Tasks),
		Plans:        maps.Clone(st.Plans),
	}
	n.reindex()
	return n
}

// reindex builds the index anew.
func (st *State) reindex() {
	st.index = newIndex(st.Materials)
	for _, c := range st.Classes {
		st.index.addClass(c)
	}
	for _, u := range st.Uploads {
		st.index.addFile(u.VodFileID)
	}
}

// tree returns the class tree of an owner.
func (st *State) tree(owner Entity) tree {
	return tree{owner, st.Classes, st.index.children, st.index.names}
}

func (st *State) putMaterial(m Material) {
	m.Tags = uniqueTags(m.Tags)
	st.index.removeMaterial(m.ID)
	set(&st.Materials, m.ID, m)
	st.index.addMaterial(m)
}

// deleteMaterial also deletes the frame tags, recognition and grants of the material. Projects keep its id; operations
// skip the ids of deleted materials.
func (st *State) deleteMaterial(id string) {
	st.index.removeMaterial(id)
	delete(st.Materials, id)
	delete(st.FrameTags, id)
	delete(st.Recognitions, id)
	st.revoke(Resource{Type: ResourceMaterial, ID: id})
}

func (st *State) putClass(c Class) {
	if old, ok := st.Classes[c.ID]; ok {
		st.index.removeClass(old)
	}
	set(&st.Classes, c.ID, c)
	st.index.addClass(c)
}

// deleteClass deletes a class, which must be empty.
func (st *State) deleteClass(id int64) {
	c, ok := st.Classes[id]
	if !ok {
		return
	}
	st.index.removeClass(c)
	delete(st.Classes, id)
	st.revoke(Resource{Type: ResourceClass, ID: classText(id)})
}

func (st *State) putUpload(u Upload) {
	st.index.removeFile(st.Uploads[u.Context].VodFileID)
	set(&st.Uploads, u.Context, u)
	st.index.addFile(u.VodFileID)
}

// revoke deletes all grants on a deleted resource. Ids of materials, and of classes that can be deleted, are unique in
// the tenant.
func (st *State) revoke(deleted Resource) {
	st.Grants = slices.DeleteFunc(st.Grants, func(g Grant) bool { return g.Resource == deleted })
}
