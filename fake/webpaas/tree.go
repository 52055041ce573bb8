package webpaas

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Class is a folder of media. Every owner has a tree of them.
type Class struct {
	// ID is unique in the tenant; below 100 are the root and the presets of every owner.
	ID int64 `json:"id" yaml:"id"`
	// Owner of the tree it stands in.
	Owner Entity `json:"owner" yaml:"owner"`
	// ParentID is the class it stands in: of the same owner, 9 for the root.
	ParentID int64 `json:"parentId" yaml:"parentId"`
	// Name is unique among the classes of its parent, presets included.
	Name string `json:"name" yaml:"name"`
}

// RootClassID is the root of every owner. That it has one id for all owners is assumed: the documents
// and a client of the sister host, with different users, both have 9 for /个人.
const RootClassID = 9

// aboveRoot is the ParentClassId of a root (documented example).
const aboveRoot = -1

// MaxClassLevels is how deep a tree may be (documented); that the root counts is assumed.
const MaxClassLevels = 10

const (
	firstFreeClassID = 100
	firstMadeClassID = 12514 // the one of the documented example
)

// Ids of the presets; assumed.
const (
	classMediaLibrary int64 = 10 + iota
	classAssets
	classVideo
	classAudio
	classImage
	classEffects
	classTemplates
	classExports
	classFavorites
	classChannels
)

// presets are the classes that nobody can change or delete. Their names are documented as server paths
// (/媒资, /素材/视频, …, "基础媒资管理"); that they stand below the client's root /个人 is assumed,
// because the documented first level of a person is /个人 alone. /个人/视频 itself cannot be one:
// the documented example of Material.ModifyClass gives that name to a class of the user.
var presets = []Class{
	{ID: RootClassID, ParentID: aboveRoot},
	{ID: classMediaLibrary, ParentID: RootClassID, Name: "媒资"},
	{ID: classAssets, ParentID: RootClassID, Name: "素材"},
	{ID: classVideo, ParentID: classAssets, Name: "视频"},
	{ID: classAudio, ParentID: classAssets, Name: "音频"},
	{ID: classImage, ParentID: classAssets, Name: "图片"},
	{ID: classEffects, ParentID: RootClassID, Name: "效果素材"},
	{ID: classTemplates, ParentID: RootClassID, Name: "模板"},
	{ID: classExports, ParentID: RootClassID, Name: "成片"},
	{ID: classFavorites, ParentID: RootClassID, Name: "收藏"},
	{ID: classChannels, ParentID: RootClassID, Name: "发布通道"},
}

// isPreset says whether a class can neither be changed nor deleted.
func isPreset(id int64) bool { return id < firstFreeClassID }

// class returns a class of the owner. Roots and presets are there for every owner that ever was
// or will be, so that looking at a new one changes nothing.
func (s *State) class(owner Entity, id int64) (Class, bool) {
	if isPreset(id) {
		i := slices.IndexFunc(presets, func(p Class) bool { return p.ID == id })
		if i < 0 {
			return Class{}, false
		}
		return presetOf(owner, presets[i]), true
	}
	c, ok := s.Classes[id]
	return c, ok && c.Owner == owner
}

func presetOf(owner Entity, preset Class) Class {
	preset.Owner = owner
	if preset.ID == RootClassID {
		preset.Name = "个人"
		if owner.Type == OwnerTeam {
			preset.Name = "团队" // assumed
		}
	}
	return preset
}

// children returns the classes of the owner directly in a class, by id. Above the root there is the root.
func (s *State) children(owner Entity, id int64) []Class {
	var classes []Class
	for _, p := range presets {
		if p.ParentID == id {
			classes = append(classes, presetOf(owner, p))
		}
	}
	for _, child := range s.index.children[place{owner, id}] {
		classes = append(classes, s.Classes[child])
	}
	return classes
}

// subtree returns the ids of a class and all below it, parents first.
func (s *State) subtree(owner Entity, id int64) []int64 {
	ids := []int64{id}
	for i := 0; i < len(ids); i++ {
		for _, child := range s.children(owner, ids[i]) {
			ids = append(ids, child.ID)
		}
	}
	return ids
}

// lineage returns the classes from the root down to the one named, or none if that is unknown.
func (s *State) lineage(owner Entity, id int64) []Class {
	var line []Class
	for len(line) <= MaxClassLevels { // what mayPlace allows ends at the root before that
		c, ok := s.class(owner, id)
		if !ok {
			return nil
		}
		line = append(line, c)
		if c.ParentID == aboveRoot {
			slices.Reverse(line)
			return line
		}
		id = c.ParentID
	}
	return nil
}

// classPath is the ClassPath of a class: "/个人/视频".
func (s *State) classPath(owner Entity, id int64) string {
	var path strings.Builder
	for _, c := range s.lineage(owner, id) {
		path.WriteString("/" + c.Name)
	}
	return path.String()
}

// isEmpty says whether a class has neither media nor classes in it.
func (s *State) isEmpty(c Class) bool {
	return len(s.children(c.Owner, c.ID)) == 0 && len(s.index.byPlace[place{c.Owner, c.ID}]) == 0
}

// Why a class may not stand where it should; see mayPlace.
var (
	errClassPreset  = errors.New("the root and the presets (ids below 100) cannot be changed")
	errClassName    = errors.New(`a class needs a name without "/"`)
	errClassParent  = errors.New("the parent is not a class of this owner")
	errClassCycle   = errors.New("a class cannot stand below itself")
	errClassSibling = errors.New("the parent has a class of that name already")
	errClassDepth   = errors.New("a tree has at most 10 levels")
)

// mayPlace says whether a class, new or changed, may be put as it is. It is for operations
// and fixtures alike. A new class may have no id yet.
func (s *State) mayPlace(c Class) error {
	if c.ID != 0 && isPreset(c.ID) {
		return errClassPreset
	}
	if c.Name == "" || strings.Contains(c.Name, "/") {
		return errClassName
	}
	above := s.lineage(c.Owner, c.ParentID)
	if len(above) == 0 {
		return errClassParent
	}
	if slices.ContainsFunc(above, func(a Class) bool { return a.ID == c.ID }) {
		return errClassCycle
	}
	for _, sibling := range s.children(c.Owner, c.ParentID) {
		if sibling.Name == c.Name && sibling.ID != c.ID {
			return errClassSibling
		}
	}
	if len(above)+s.levels(c) > MaxClassLevels {
		return errClassDepth
	}
	return nil
}

// levels counts the levels of a class and what stands below it; one for a new class.
func (s *State) levels(c Class) int {
	deepest := 0
	for _, child := range s.children(c.Owner, c.ID) {
		deepest = max(deepest, s.levels(child))
	}
	return deepest + 1
}

// classText is a class id as a Resource has it.
func classText(id int64) string { return strconv.FormatInt(id, 10) }

// newClassID counts past ids that fixtures have taken.
func (s *State) newClassID(c *op.Call) int64 {
	for {
		id := c.NewNumber("class", firstMadeClassID)
		if _, taken := s.Classes[id]; !taken {
			return id
		}
	}
}

func (s *State) completeClass(c *op.Call, class Class) (Class, error) {
	var err error
	if class.Owner, err = s.owner(c, class.Owner); err != nil {
		return class, err
	}
	fill(&class.ParentID, RootClassID)
	if class.ID == 0 {
		class.ID = s.newClassID(c)
	}
	if old, ok := s.Classes[class.ID]; ok && old.Owner != class.Owner {
		return class, fmt.Errorf("id: %d is a class of %s already; class ids are unique", class.ID, old.Owner)
	}
	if err := s.mayPlace(class); err != nil {
		return class, fmt.Errorf("%s: %w", placementField(err), err)
	}
	return class, nil
}

// placementField is the field that an error of mayPlace is about.
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
