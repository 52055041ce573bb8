package webpaas

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// index finds materials and classes without a scan of all of them. Its lists of materials run from the oldest to the
// newest, so that new media is appended; responses read the lists backwards.
type index struct {
	entries  map[string]*entry // by material id
	byOwner  map[Entity][]*entry
	byPlace  map[place][]*entry
	children map[place][]int64 // see tree.byParent
	names    map[named]int64   // see tree.byName
	files    map[string]int    // number of materials and finished uploads by VodFileId
}

// entry holds the parts of a material that searches look at. An entry is replaced, never changed.
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

func newIndex(materials map[string]Material) index {
	x := index{
		entries:  make(map[string]*entry, len(materials)),
		byOwner:  map[Entity][]*entry{},
		byPlace:  map[place][]*entry{},
		children: map[place][]int64{},
		names:    map[named]int64{},
		files:    map[string]int{},
	}
	for id, m := range materials {
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
	return x
}

// byAge compares by age, the oldest first. Of one second, the smaller id is the older because ids are counted.
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
	set(&x.names, named{in, c.Name}, c.ID)
}

func (x *index) removeClass(c Class) {
	in := place{c.Owner, c.ParentID}
	at, found := slices.BinarySearch(x.children[in], c.ID)
	if found {
		keepOrDelete(x.children, in, slices.Delete(x.children[in], at, at+1))
		delete(x.names, named{in, c.Name})
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

// keepOrDelete stores a list, or deletes the key of an empty one, so that an index that grew and shrank equals a new
// one.
func keepOrDelete[K comparable, V any](m map[K][]V, key K, list []V) {
	if len(list) == 0 {
		delete(m, key)
		return
	}
	m[key] = list
}

// maxText is the documented number of characters of a searched text.
const maxText = 15

// mediaFilter is the filter that both searches take. A material must meet every condition.
type mediaFilter struct {
	MaterialTypes   []string
	Text            string
	Resolutions     []string
	DurationRange   *struct{ LowerBound, UpperBound *int64 }
	CreateTimeRange *struct{ StartTime, EndTime string }
	PresetTagIDs    []string `json:"PresetTagIds"`
	Sort            *sortBy
	paging
}

// query is a checked mediaFilter.
type query struct {
	mediaFilter
	text     string // folded
	tags     []string
	from, to time.Time // zero without a bound
}

// query checks a filter, including the rules that a contract cannot express.
func (f mediaFilter) query(tags []string) (query, error) {
	q := query{mediaFilter: f, text: fold(f.Text), tags: tags}
	if characters(f.Text) > maxText {
		return q, badValue("Text", "send at most 15 characters", "it has %d characters", characters(f.Text))
	}
	if err := f.Sort.validate(byCreateTime); err != nil {
		return q, err
	}
	if d := f.DurationRange; d != nil && d.LowerBound != nil && d.UpperBound != nil && *d.LowerBound > *d.UpperBound {
		return q, badValue("DurationRange", "swap the bounds", "LowerBound %d is above UpperBound %d", *d.LowerBound, *d.UpperBound)
	}
	if r := f.CreateTimeRange; r != nil {
		var err error
		if q.from, err = bound(r.StartTime); err != nil {
			return q, err
		}
		if q.to, err = bound(r.EndTime); err != nil {
			return q, err
		}
		if !q.from.IsZero() && !q.to.IsZero() && q.from.After(q.to) {
			return q, errStartAfterEnd.Because("webpaas.time-range", "swap StartTime and EndTime",
				"StartTime %s is after EndTime %s", r.StartTime, r.EndTime)
		}
	}
	return q, nil
}

// bound returns a bound of a range. The documents say "ISO date format" only: a date without time is the first moment of
// that day in UTC (assumed).
func bound(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t, err = time.Parse(time.DateOnly, text)
	}
	if err != nil {
		return t, badValue("CreateTimeRange", "send times like 2020-12-14T09:05:08Z, or dates like 2020-12-14", "%q is no time and no date of ISO 8601", text)
	}
	return t, nil
}

// matches selects from candidates, which are oldest first. The response is ordered by score if the query has a text
// (documented), otherwise by Sort, newest first by default. Entries of one score are newest first (assumed).
func (q query) matches(candidates []*entry) matches {
	candidates = q.inTime(candidates)
	ascends := q.text == "" && q.Sort.ascends()
	if q.admitsAll() {
		return matches{candidates, ascends}
	}
	var byScore [exactMatch + 1][]*entry // newest last
	for _, e := range candidates {
		if score := e.score(q.text); score > noMatch && q.admits(e) {
			byScore[score] = append(byScore[score], e)
		}
	}
	return matches{slices.Concat(byScore[:]...), ascends}
}

// matches holds entries in the order of the response, or in the reverse order unless ascends is set.
type matches struct {
	entries []*entry
	ascends bool
}

// at returns the i-th entry of the response.
func (m matches) at(i int) *entry {
	if m.ascends {
		return m.entries[i]
	}
	return m.entries[len(m.entries)-1-i]
}

// admitsAll reports whether the query has no condition but times.
func (q query) admitsAll() bool {
	return q.text == "" && len(q.MaterialTypes)+len(q.Resolutions)+len(q.tags)+len(q.PresetTagIDs) == 0 && q.DurationRange == nil
}

// inTime returns the candidates within the range of times, bounds included (assumed).
func (q query) inTime(candidates []*entry) []*entry {
	after := func(e *entry, t time.Time) int { return e.created.Compare(t) }
	if !q.to.IsZero() {
		end, _ := slices.BinarySearchFunc(candidates, q.to.Add(1), after)
		candidates = candidates[:end]
	}
	if !q.from.IsZero() {
		start, _ := slices.BinarySearchFunc(candidates, q.from, after)
		candidates = candidates[start:]
	}
	return candidates
}

// admits reports whether an entry meets all conditions but text and time. An entry must have every tag of the query
// (assumed).
func (q query) admits(e *entry) bool {
	if len(q.MaterialTypes) > 0 && !slices.Contains(q.MaterialTypes, e.kind) {
		return false
	}
	if len(q.Resolutions) > 0 && !slices.Contains(q.Resolutions, e.resolution) {
		return false
	}
	if d := q.DurationRange; d != nil {
		if e.duration == 0 || d.LowerBound != nil && e.duration < float64(*d.LowerBound) ||
			d.UpperBound != nil && e.duration > float64(*d.UpperBound) {
			return false
		}
	}
	return hasAll(e.tags, q.tags) && hasAll(e.presetTags, q.PresetTagIDs)
}

// Scores of a text in a name or a description. The documents mention a score and do not define it; all of this is
// assumed.
const (
	noMatch = iota
	containsMatch
	prefixMatch
	exactMatch
)

// score returns the better one of the scores of name and description. An empty text matches every entry.
func (e *entry) score(text string) int {
	if text == "" {
		return containsMatch
	}
	return max(scoreOf(e.name, text), scoreOf(e.description, text))
}

func scoreOf(candidate, text string) int {
	switch {
	case candidate == text:
		return exactMatch
	case strings.HasPrefix(candidate, text):
		return prefixMatch
	case strings.Contains(candidate, text):
		return containsMatch
	default:
		return noMatch
	}
}
