package webpaas

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Class is a folder of media. Every owner has a tree of classes.
//
// Put fills in ID, Owner (the user of the call) and ParentID (the root).
type Class struct {
	// ID is unique in the tenant; below 100 are the root and the presets of every owner.
	ID int64 `json:"id" yaml:"id"`
	// Owner of the tree that the class stands in.
	Owner Entity `json:"owner" yaml:"owner"`
	// ParentID is the class that this class stands in, of the same owner; 9 is the root.
	ParentID int64 `json:"parentId" yaml:"parentId"`
	// Name is unique among the classes of its parent, presets included.
	Name string `json:"name" yaml:"name"`
}

// RootClassID is the root of every owner. One id for all owners is assumed: the documents and a client of the
// sister host, with different users, both have 9 for /个人.
const RootClassID = 9

// aboveRoot is the ParentClassId of a root (documented example).
const aboveRoot = -1

// MaxClassLevels is the number of levels of classes that a root may have below it (documented). The newer page speaks of
// ten levels of sub-classes; that the presets count as such is assumed.
const MaxClassLevels = 10

const (
	firstFreeClassID = 100
	firstMadeClassID = 12514 // documented example
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
	classEffectText
	classEffectTextImage
	classEffectSubtitle
	classEffectSticker
	classEffectTransition
	classEffectMusic
	classEffectFilter
	classEffectSound
	classEffectMotion
	classEffectFrame
	classEffectStyle
)

// presets are the classes that nobody can change or delete. Their names are documented as server paths (/媒资,
// /素材/视频, …, "基础媒资管理"). Their place below the client's root /个人 is assumed, because the documented first
// level of a person is /个人 alone. /个人/视频 itself cannot be a preset: the documented example of
// Material.ModifyClass gives that name to a class of the user.
var presets = []Class{
	{ID: RootClassID, ParentID: aboveRoot},
	{ID: classMediaLibrary, ParentID: RootClassID, Name: "媒资"},
	{ID: classAssets, ParentID: RootClassID, Name: "素材"},
	{ID: classVideo, ParentID: classAssets, Name: "视频"},
	{ID: classAudio, ParentID: classAssets, Name: "音频"},
	{ID: classImage, ParentID: classAssets, Name: "图片"},
	{ID: classEffects, ParentID: RootClassID, Name: "效果素材"},
	{ID: classEffectText, ParentID: classEffects, Name: "文字"},
	{ID: classEffectTextImage, ParentID: classEffects, Name: "图文"},
	{ID: classEffectSubtitle, ParentID: classEffects, Name: "字幕"},
	{ID: classEffectSticker, ParentID: classEffects, Name: "贴图"},
	{ID: classEffectTransition, ParentID: classEffects, Name: "转场"},
	{ID: classEffectMusic, ParentID: classEffects, Name: "背景音乐"},
	{ID: classEffectFilter, ParentID: classEffects, Name: "滤镜"},
	{ID: classEffectSound, ParentID: classEffects, Name: "音效"},
	{ID: classEffectMotion, ParentID: classEffects, Name: "动效"},
	{ID: classEffectFrame, ParentID: classEffects, Name: "边框"},
	{ID: classEffectStyle, ParentID: classEffects, Name: "风格"},
	{ID: classTemplates, ParentID: RootClassID, Name: "模板"},
	{ID: classExports, ParentID: RootClassID, Name: "成片"},
	{ID: classFavorites, ParentID: RootClassID, Name: "收藏"},
	{ID: classChannels, ParentID: RootClassID, Name: "发布通道"},
}

// isPreset reports whether a class id is the root, a preset, or below the ids that clients get.
func isPreset(id int64) bool { return id < firstFreeClassID }

// place is a class of an owner. All owners share the ids of the root and the presets.
type place struct {
	Owner Entity
	Class int64
}

// tree is the class tree of one owner.
type tree struct {
	owner    Entity
	classes  map[int64]Class   // those made by clients and fixtures, of all owners
	byParent map[place][]int64 // their ids by the class they stand in, ascending
	byName   map[named]int64   // their ids
}

// named is a name in a class. Two classes never share it.
type named struct {
	in   place
	name string
}

// class returns a class of the owner. The root and the presets exist for every owner without being stored, so that
// reading the tree of a new owner changes nothing.
func (t tree) class(id int64) (Class, bool) {
	if isPreset(id) {
		i := slices.IndexFunc(presets, func(p Class) bool { return p.ID == id })
		if i < 0 {
			return Class{}, false
		}
		return t.preset(presets[i]), true
	}
	c, ok := t.classes[id]
	return c, ok && c.Owner == t.owner
}

func (t tree) preset(preset Class) Class {
	preset.Owner = t.owner
	if preset.ID == RootClassID {
		preset.Name = "个人"
		if t.owner.Type == OwnerTeam {
			preset.Name = "团队" // assumed
		}
	}
	return preset
}

// children returns the classes directly in a class, by id. The root is the only child of aboveRoot.
func (t tree) children(id int64) []Class {
	var classes []Class
	for _, p := range presets {
		if p.ParentID == id {
			classes = append(classes, t.preset(p))
		}
	}
	for _, child := range t.byParent[place{t.owner, id}] {
		classes = append(classes, t.classes[child])
	}
	return classes
}

// subtree returns the ids of a class and of all classes below it, parents first.
func (t tree) subtree(id int64) []int64 {
	ids := []int64{id}
	for i := 0; i < len(ids); i++ {
		for _, child := range t.children(ids[i]) {
			ids = append(ids, child.ID)
		}
	}
	return ids
}

// lineage returns the classes from the root down to the class, or none if the class is unknown.
func (t tree) lineage(id int64) []Class {
	var line []Class
	for len(line) <= MaxClassLevels+1 { // mayPlace allows no more levels
		c, ok := t.class(id)
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

// path returns the ClassPath of a class: "/个人/视频".
func (t tree) path(id int64) string {
	var path strings.Builder
	for _, c := range t.lineage(id) {
		path.WriteString("/" + c.Name)
	}
	return path.String()
}

// The reasons why mayPlace rejects a class.
var (
	errClassPreset  = errors.New("the root and the presets (ids below 100) cannot be changed")
	errClassName    = errors.New(`a class needs a name without "/"`)
	errClassParent  = errors.New("the parent is not a class of this owner")
	errClassCycle   = errors.New("a class cannot stand below itself")
	errClassSibling = errors.New("the parent has a class of that name already")
	errClassDepth   = errors.New("a tree has at most 10 levels below its root")
)

// mayPlace returns an error if a class, new or changed, may not be stored as it is. A new class may have no id yet.
func (t tree) mayPlace(c Class) error {
	if c.ID != 0 && isPreset(c.ID) {
		return errClassPreset
	}
	if c.Name == "" || strings.Contains(c.Name, "/") {
		return errClassName
	}
	above := t.lineage(c.ParentID)
	if len(above) == 0 {
		return errClassParent
	}
	if slices.ContainsFunc(above, func(a Class) bool { return a.ID == c.ID }) {
		return errClassCycle
	}
	if id, taken := t.byName[named{place{t.owner, c.ParentID}, c.Name}]; taken && id != c.ID ||
		slices.ContainsFunc(presets, func(p Class) bool { return p.ParentID == c.ParentID && p.Name == c.Name }) {
		return errClassSibling
	}
	if len(above)-1+t.levels(c.ID) > MaxClassLevels {
		return errClassDepth
	}
	return nil
}

// levels counts the levels of a class and of everything below it. A new class has one.
func (t tree) levels(id int64) int {
	deepest := 0
	for _, child := range t.children(id) {
		deepest = max(deepest, t.levels(child.ID))
	}
	return deepest + 1
}

// classText returns a class id as text, as a [Resource] has it.
func classText(id int64) string { return strconv.FormatInt(id, 10) }
