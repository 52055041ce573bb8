package webpaas

import (
	"errors"
	"fmt"

	"github.com/fakecme/fakecme/fake/dialect"
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

// createClass makes a class in one that the caller may write to. A preset may contain classes: the documents only say
// that presets themselves cannot be changed.
func createClass(c *op.Call, st *State, req createClassRequest) (createClassResponse, error) {
	parent, err := st.openClass(c, req.Owner.entity(), int64(req.ParentClassID), toWrite)
	if err != nil {
		return createClassResponse{}, err
	}
	class := Class{Owner: parent.Owner, ParentID: parent.ID, Name: req.Name}
	if err := st.tree(class.Owner).mayPlace(class); err != nil {
		return createClassResponse{}, placementError(err, class)
	}
	class.ID = newClassID(c, st.Classes)
	st.putClass(class)
	return createClassResponse{class.ID}, nil
}

// deleteClassRequest has an Owner, which the newer page requires and older pages do not list.
type deleteClassRequest struct {
	Owner   *wireEntity
	ClassID classRef `json:"ClassId"`
}

// deleteClass deletes an empty class. Ids of classes that can be deleted are unique in the tenant, so that the id alone
// identifies the owner.
func deleteClass(c *op.Call, st *State, req deleteClassRequest) (op.None, error) {
	if req.Owner == nil && c.Dialect.DeleteClassOwner == dialect.ClassOwnerRequired {
		return op.None{}, badValue("Owner", "send the Owner of the class", "it is missing, and this dialect requires it")
	}
	id, owner := int64(req.ClassID), Person(c.User)
	if class, ok := st.Classes[id]; ok {
		owner = class.Owner
	}
	if req.Owner != nil {
		owner = req.Owner.entity()
	}
	class, err := openChangeable(c, st, owner, id)
	if err != nil {
		return op.None{}, err
	}
	media, classes := len(st.index.byPlace[place{class.Owner, id}]), len(st.tree(class.Owner).children(id))
	if media > 0 || classes > 0 {
		return op.None{}, errClassNotEmpty.Because("webpaas.class-not-empty",
			"delete the media and classes in it first, or move them to another class",
			"class %d holds %d media and %d classes", id, media, classes)
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

// describeClass lists the classes below a class, parents before their children; the class itself is only in the path.
// Without a BaseClassId the list begins with the root, as the documented example shows. The order, and that FirstLevel
// is false by default, are assumed.
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
	resp := describeClassResponse{ClassInfoSet: []classInfo{}}
	for _, above := range st.tree(class.Owner).lineage(base) {
		resp.PathInfoSet = append(resp.PathInfoSet, classInfoOf(c, st, above))
	}
	for _, below := range classesBelow(st, class.Owner, base, req.FirstLevel) {
		resp.ClassInfoSet = append(resp.ClassInfoSet, classInfoOf(c, st, below))
	}
	return resp, nil
}

// classesBelow returns the classes directly in a class, or all classes below it.
func classesBelow(st *State, owner Entity, id int64, firstLevel bool) []Class {
	if firstLevel {
		return st.tree(owner).children(id)
	}
	var classes []Class
	for _, id := range st.tree(owner).subtree(id)[1:] {
		class, _ := st.tree(owner).class(id)
		classes = append(classes, class)
	}
	return classes
}

// modifyClassRequest leaves a part unchanged that is absent.
type modifyClassRequest struct {
	ClassID       classRef `json:"ClassId"`
	Owner         wireEntity
	Name          *string
	ParentClassID *classRef `json:"ParentClassId"`
}

// modifyClass renames a class, or moves it with everything below it. A rename needs no right on the parent. A request
// that changes nothing succeeds (both assumed).
func modifyClass(c *op.Call, st *State, req modifyClassRequest) (op.None, error) {
	class, err := openChangeable(c, st, req.Owner.entity(), int64(req.ClassID))
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
	if err := st.tree(class.Owner).mayPlace(class); err != nil {
		return op.None{}, placementError(err, class)
	}
	st.putClass(class)
	return op.None{}, nil
}

// openChangeable returns a class that the caller may change or delete. A preset is rejected for a missing right
// (assumed).
func openChangeable(c *op.Call, st *State, owner Entity, id int64) (Class, error) {
	class, err := st.openClass(c, owner, id, toWrite)
	if err == nil && isPreset(id) {
		err = errPermissionDeny.Because("webpaas.class-preset", "change a class that was made by a client or a fixture",
			"class %d (%s) is a preset of every owner; nobody can change or delete it", id, class.Name)
	}
	return class, err
}

// placementError returns the documented error for an error of mayPlace. The parent exists and the class is not a preset
// by then, so that any other error is a bug.
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

func (class Class) key() string { return classText(class.ID) }

func (class Class) keep(st *State) { st.putClass(class) }

func (class Class) complete(c *op.Call, st *State) (Class, error) {
	var err error
	if class.Owner, err = st.owner(c, class.Owner); err != nil {
		return class, err
	}
	fill(&class.ParentID, RootClassID)
	if class.ID == 0 {
		class.ID = newClassID(c, st.Classes)
	}
	if old, ok := st.Classes[class.ID]; ok && old.Owner != class.Owner {
		return class, fmt.Errorf("id: %d is a class of %s already; class ids are unique", class.ID, old.Owner)
	}
	if err := st.tree(class.Owner).mayPlace(class); err != nil {
		return class, fmt.Errorf("%s: %w", placementField(err), err)
	}
	return class, nil
}

// placementField returns the field of a fixture that an error of mayPlace is about.
func placementField(err error) string {
	switch {
	case errors.Is(err, errClassPreset):
		return "id"
	case errors.Is(err, errClassName), errors.Is(err, errClassSibling):
		return "name"
	default:
		return "parentId"
	}
}

// newClassID returns the next id that no fixture uses.
func newClassID(c *op.Call, taken map[int64]Class) int64 {
	for {
		id := c.NewNumber("class", firstMadeClassID)
		if _, ok := taken[id]; !ok {
			return id
		}
	}
}
