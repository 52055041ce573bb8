package webpaas

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// place is a class of an owner. Owners share the ids of their roots and presets.
type place struct {
	Owner Entity
	Class int64
}

// index finds materials and classes without looking at all of them. Its lists of materials go
// from the oldest to the newest: new media is then put at the end, and lists are read
// backwards, newest first.
type index struct {
	entries  map[string]*entry // by material id
	byOwner  map[Entity][]*entry
	byPlace  map[place][]*entry
	children map[place][]int64 // ids of the classes made in a class, ascending
	files    map[string]int    // by VodFileId, how many materials and finished uploads have it
}

// entry is what a search must know of a material to judge it. It is never changed, only replaced.
type entry struct {
	id          string
	file        string // VodFileId
	created     time.Time
	place       place
	kind        string // Material.Type
	name        string // folded, for matching
	description string // folded
	resolution  string // empty without a picture
	duration    float64
	tags        []string
	presetTags  []string
}

func newEntry(m Material) *entry {
	return &entry{
		id: m.ID, file: m.VodFileID, created: m.CreateTime, place: place{m.Owner, m.ClassID}, kind: m.Type,
		name: fold(m.Name), description: fold(m.Description),
		resolution: m.resolution(), duration: m.Media.Duration,
		tags: m.Tags, presetTags: m.PresetTagIDs,
	}
}

// fold makes texts that differ only in case equal.
func fold(text string) string { return strings.ToLower(text) }

func newIndex(s *State) index {
	x := index{
		entries:  make(map[string]*entry, len(s.Materials)),
		byOwner:  map[Entity][]*entry{},
		byPlace:  map[place][]*entry{},
		children: map[place][]int64{},
		files:    map[string]int{},
	}
	for id, m := range s.Materials {
		e := newEntry(m)
		x.entries[id] = e
		x.byOwner[m.Owner] = append(x.byOwner[m.Owner], e)
		x.byPlace[e.place] = append(x.byPlace[e.place], e)
		x.addFile(e.file)
	}
	for _, list := range x.byOwner {
		slices.SortFunc(list, byAge)
	}
	for _, list := range x.byPlace {
		slices.SortFunc(list, byAge)
	}
	for _, c := range s.Classes {
		x.addClass(c)
	}
	for _, u := range s.Uploads {
		x.addFile(u.VodFileID)
	}
	return x
}

// byAge puts the older first. Of one second, the smaller id is the older: ids are counted.
func byAge(a, b *entry) int {
	return cmp.Or(a.created.Compare(b.created), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
}

func (x *index) addMaterial(m Material) {
	e := newEntry(m)
	set(&x.entries, m.ID, e)
	set(&x.byOwner, m.Owner, insertEntry(x.byOwner[m.Owner], e))
	set(&x.byPlace, e.place, insertEntry(x.byPlace[e.place], e))
	x.addFile(e.file)
}

func (x *index) removeMaterial(id string) {
	e, ok := x.entries[id]
	if !ok {
		return
	}
	delete(x.entries, id)
	keepOrDelete(x.byOwner, e.place.Owner, removeEntry(x.byOwner[e.place.Owner], e))
	keepOrDelete(x.byPlace, e.place, removeEntry(x.byPlace[e.place], e))
	x.removeFile(e.file)
}

func insertEntry(list []*entry, e *entry) []*entry {
	at, _ := slices.BinarySearchFunc(list, e, byAge)
	return slices.Insert(list, at, e)
}

func removeEntry(list []*entry, e *entry) []*entry {
	at, _ := slices.BinarySearchFunc(list, e, byAge)
	return slices.Delete(list, at, at+1)
}

func (x *index) addClass(c Class) {
	in := place{c.Owner, c.ParentID}
	at, _ := slices.BinarySearch(x.children[in], c.ID)
	set(&x.children, in, slices.Insert(x.children[in], at, c.ID))
}

func (x *index) removeClass(c Class) {
	in := place{c.Owner, c.ParentID}
	at, found := slices.BinarySearch(x.children[in], c.ID)
	if found {
		keepOrDelete(x.children, in, slices.Delete(x.children[in], at, at+1))
	}
}

func (x *index) addFile(id string) {
	if id != "" {
		set(&x.files, id, x.files[id]+1)
	}
}

func (x *index) removeFile(id string) {
	if x.files[id] <= 1 {
		delete(x.files, id)
		return
	}
	x.files[id]--
}

// keepOrDelete stores a list, and no empty one: an index that grew and shrank equals a new one.
func keepOrDelete[K comparable, V any](m map[K][]V, key K, list []V) {
	if len(list) == 0 {
		delete(m, key)
		return
	}
	m[key] = list
}
