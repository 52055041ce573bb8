package webpaas

import (
	"errors"

	"github.com/fakecme/fakecme/fake/internal/op"
)

var classOps = []op.Op[State]{
	op.Write("Material.CreateClass", createClass),
	op.Write("Material.DeleteClass", deleteClass),
	op.Read("Material.DescribeClass", describeClass),
	op.Write("Material.ModifyClass", modifyClass),
}

type createClassRequest struct {
	ParentClassID classRef `json:"ParentClassId"`
	Name          string
	Owner         wireEntity
}

type createClassResponse struct {
	ClassID int64 `json:"ClassId"`
}

// createClass makes a class below one that the caller may write to. Presets take classes too: the documents
// only say that they themselves cannot be changed.
func createClass(c *op.Call, st *State, req createClassRequest) (createClassResponse, error) {
	parent, err := st.openClass(c, req.Owner.entity(), int64(req.ParentClassID), toWrite)
	if err != nil {
		return createClassResponse{}, err
	}
	class := Class{Owner: parent.Owner, ParentID: parent.ID, Name: req.Name}
	if err := st.mayPlace(class); err != nil {
		return createClassResponse{}, placementError(err, class)
	}
	class.ID = st.newClassID(c)
	st.putClass(class)
	return createClassResponse{class.ID}, nil
}

// The Owner of the published page of 2023-01-09, which no older version has, may be left out.
type deleteClassRequest struct {
	Owner   *wireEntity
	ClassID classRef `json:"ClassId"`
}

// deleteClass takes a class with nothing in it. Ids of classes that can go are unique in the tenant, so
// that the id alone says whose the class is.
func deleteClass(c *op.Call, st *State, req deleteClassRequest) (op.None, error) {
	id, owner := int64(req.ClassID), Person(c.User)
	if class, ok := st.Classes[id]; ok {
		owner = class.Owner
	}
	if req.Owner != nil {
		owner = req.Owner.entity()
	}
	class, err := st.changeableClass(c, owner, id)
	if err != nil {
		return op.None{}, err
	}
	if !st.isEmpty(class) {
		return op.None{}, errClassNotEmpty.Because("webpaas.class-not-empty",
			"delete what is in it first, or move it to another class",
			"class %d holds %d media and %d classes", id,
			len(st.index.byPlace[place{class.Owner, id}]), len(st.children(class.Owner, id)))
	}
	st.deleteClass(id)
	return op.None{}, nil
}

type describeClassRequest struct {
	Platform    string
	Owner       wireEntity
	BaseClassID *classRef `json:"BaseClassId"`
	FirstLevel  bool
}

type describeClassResponse struct {
	PathInfoSet  []classInfo `json:",omitempty"`
	ClassInfoSet []classInfo
}

// describeClass lists what is below a class, parents before their children: the class itself is in the path
// alone. Without a class it lists from the root on, which the documented example shows to be in the
// list. That FirstLevel is false by default, and the order, are assumed.
func describeClass(c *op.Call, st *State, req describeClassRequest) (describeClassResponse, error) {
	if err := ownPlatform(c, req.Platform); err != nil {
		return describeClassResponse{}, err
	}
	base, opened := int64(aboveRoot), int64(RootClassID)
	if req.BaseClassID != nil && *req.BaseClassID != aboveRoot {
		base = int64(*req.BaseClassID)
		opened = base
	}
	class, err := st.openClass(c, req.Owner.entity(), opened, toRead)
	if err != nil {
		return describeClassResponse{}, err
	}
	ans := describeClassResponse{ClassInfoSet: []classInfo{}}
	for _, above := range st.lineage(class.Owner, base) { // none without a class
		ans.PathInfoSet = append(ans.PathInfoSet, st.classInfo(c, above))
	}
	for _, below := range st.belowClass(class.Owner, base, req.FirstLevel) {
		ans.ClassInfoSet = append(ans.ClassInfoSet, st.classInfo(c, below))
	}
	return ans, nil
}

// belowClass returns the classes in a class, or all below it.
func (s *State) belowClass(owner Entity, id int64, firstLevel bool) []Class {
	if firstLevel {
		return s.children(owner, id)
	}
	var classes []Class
	for _, id := range s.subtree(owner, id)[1:] {
		class, _ := s.class(owner, id)
		classes = append(classes, class)
	}
	return classes
}

// A part that is absent stays as it is.
type modifyClassRequest struct {
	ClassID       classRef `json:"ClassId"`
	Owner         wireEntity
	Name          *string
	ParentClassID *classRef `json:"ParentClassId"`
}

// modifyClass renames a class and moves it, with all below it. A class that stays where it is needs no
// right on its parent. To change nothing succeeds (both assumed).
func modifyClass(c *op.Call, st *State, req modifyClassRequest) (op.None, error) {
	class, err := st.changeableClass(c, req.Owner.entity(), int64(req.ClassID))
	if err != nil {
		return op.None{}, err
	}
	if req.Name != nil {
		class.Name = *req.Name
	}
	if to := req.ParentClassID; to != nil && int64(*to) != class.ParentID {
		parent, err := st.openClass(c, class.Owner, int64(*to), toWrite)
		if err != nil {
			return op.None{}, err
		}
		class.ParentID = parent.ID
	}
	if err := st.mayPlace(class); err != nil {
		return op.None{}, placementError(err, class)
	}
	st.putClass(class)
	return op.None{}, nil
}

// changeableClass returns a class that the caller may change or delete. Nobody may change a preset: so that is
// rejected as a missing right (assumed).
func (s *State) changeableClass(c *op.Call, owner Entity, id int64) (Class, error) {
	class, err := s.openClass(c, owner, id, toWrite)
	if err == nil && isPreset(id) {
		err = errPermissionDeny.Because("webpaas.class-preset", "change a class that was made by a client or a fixture",
			"class %d (%s) is there for every owner; nobody can change or delete it", id, class.Name)
	}
	return class, err
}

// placementError is what clients hear of an error of mayPlace. Other errors than these would be a bug: that
// the parent is there is known by then, and that the class is no preset.
func placementError(err error, class Class) error {
	switch {
	case errors.Is(err, errClassName):
		return badValue("Name", `send a name that is not empty and has no "/"`, "%v", err)
	case errors.Is(err, errClassCycle):
		return badValue("ParentClassId", "choose a class outside of the one that is moved", "%v", err)
	case errors.Is(err, errClassSibling):
		return errClassExist.Because("webpaas.class-exists", "choose another Name",
			"class %d has a class named %q already", class.ParentID, class.Name)
	case errors.Is(err, errClassDepth):
		return errClassTooDeep.Because("webpaas.class-depth", "choose a parent nearer to the root", "%v", err)
	default:
		return err
	}
}
