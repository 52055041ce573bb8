package webpaas

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/brianvoe/gofakeit/v6"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Found holds the results of one kind. An empty list of items means that nothing was found.
type Found[T any] struct {
	// Version is 24 hex digits when the fake makes it.
	Version string `json:"version" yaml:"version"`
	Items   []T    `json:"items" yaml:"items"`
}

// Face is a recognised person.
type Face struct {
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
	// Type is the library with the person: Default or UserDefine (documented).
	Type string `json:"type" yaml:"type"`
	// URL replaces the address that the fake makes.
	URL      string    `json:"url,omitempty" yaml:"url"`
	Segments []Segment `json:"segments,omitempty" yaml:"segments"`
}

// Object is a recognised thing.
type Object struct {
	ID       string    `json:"id" yaml:"id"`
	Name     string    `json:"name" yaml:"name"`
	Segments []Segment `json:"segments,omitempty" yaml:"segments"`
}

// Segment is a range of time in which a face or an object was recognised.
type Segment struct {
	// Start and End are seconds from the material's beginning.
	Start float64 `json:"start" yaml:"start"`
	End   float64 `json:"end" yaml:"end"`
	Area  Area    `json:"area" yaml:"area"`
	// Confidence is 0 to 100.
	Confidence float64 `json:"confidence" yaml:"confidence"`
}

// Area is x1, y1, x2, y2 in pixels: the upper left and the lower right corner (documented). The order is not checked,
// because a documented example has y2 above y1.
type Area [4]int64

// Subtitle is speech in a range of time.
type Subtitle struct {
	ID string `json:"id" yaml:"id"`
	// Start and End are seconds from the material's beginning.
	Start float64 `json:"start" yaml:"start"`
	End   float64 `json:"end" yaml:"end"`
	Text  string  `json:"text" yaml:"text"`
}

// Text is text on the screen in a range of time.
type Text struct {
	ID string `json:"id" yaml:"id"`
	// Start and End are seconds from the material's beginning.
	Start float64    `json:"start" yaml:"start"`
	End   float64    `json:"end" yaml:"end"`
	Lines []TextLine `json:"lines,omitempty" yaml:"lines"`
}

// TextLine is a line of a [Text].
type TextLine struct {
	Text string `json:"text" yaml:"text"`
	Area Area   `json:"area" yaml:"area"`
}

// FrameTag is a range of a material with labels.
type FrameTag struct {
	// ID is 24 hex digits when the fake makes it.
	ID string `json:"id" yaml:"id"`
	// Start and End are seconds from the material's beginning.
	Start float64  `json:"start" yaml:"start"`
	End   float64  `json:"end" yaml:"end"`
	Tags  []string `json:"tags" yaml:"tags"`
}

// Definitions of a process task (documented).
const (
	definitionAll      = 20 // frame tags, subtitles, text, objects, persons
	definitionSubtitle = 30 // subtitles only
)

// kind is a kind of result of a recognition, named as in the documented errors.
type kind string

const (
	kindFrameTag kind = "frameTag"
	kindFace     kind = "face"
	kindSubtitle kind = "asr"
	kindText     kind = "ocr"
	kindObject   kind = "object"
)

// none returns the documented error for a material without results of the kind.
func (k kind) none() *op.Error {
	return map[kind]*op.Error{
		kindFrameTag: errNoFrameTag, kindFace: errNoFace, kindSubtitle: errNoSubtitle,
		kindText: errNoText, kindObject: errNoObject,
	}[k]
}

// isFoundBy reports whether a process task with the definition looks for the kind (documented).
func (k kind) isFoundBy(definition int64) bool {
	return definition == definitionAll || definition == definitionSubtitle && k == kindSubtitle
}

// Libraries of faces (documented).
const (
	faceDefault     = "Default"
	faceUserDefined = "UserDefine"
)

// completeFound completes the Version and the items of a kind, unless found is nil.
func completeFound[T any](
	c *op.Call, material string, k kind, found *Found[T], field string, complete func(item *T, id string) (string, error),
) error {
	if found == nil {
		return nil
	}
	fill(&found.Version, madeID(c, material, k, "given"))
	if err := completeItems(c, found.Items, complete, material, k, "given"); err != nil {
		return fmt.Errorf("%s.%w", field, err)
	}
	return nil
}

// completeItems completes the items of a list. The id of an item depends only on its place.
func completeItems[T any](c *op.Call, items []T, complete func(item *T, id string) (string, error), of ...any) error {
	places := map[string]int{}
	for i := range items {
		id, err := complete(&items[i], madeID(c, append(slices.Clip(of), i)...))
		if err != nil {
			return fmt.Errorf("items[%d].%w", i, err)
		}
		if first, twice := places[id]; twice {
			return fmt.Errorf("items[%d].id: %q is the one of items[%d] already", i, id, first)
		}
		places[id] = i
	}
	return nil
}

// The methods named complete fill in the missing parts of an item and return its id. An error begins with the field.

func (f *Face) complete(id string) (string, error) {
	fill(&f.ID, id)
	fill(&f.Type, faceDefault)
	return f.ID, cmp.Or(oneOf("type", f.Type, faceDefault, faceUserDefined), checkSegments(f.Segments))
}

func (o *Object) complete(id string) (string, error) {
	fill(&o.ID, id)
	return o.ID, checkSegments(o.Segments)
}

func (s *Subtitle) complete(id string) (string, error) {
	fill(&s.ID, id)
	return s.ID, checkRange(s.Start, s.End)
}

func (t *Text) complete(id string) (string, error) {
	fill(&t.ID, id)
	return t.ID, checkRange(t.Start, t.End)
}

func (t *FrameTag) complete(id string) (string, error) {
	fill(&t.ID, id)
	return t.ID, checkRange(t.Start, t.End)
}

func checkSegments(segments []Segment) error {
	for i, s := range segments {
		if err := checkRange(s.Start, s.End); err != nil {
			return fmt.Errorf("segments[%d].%w", i, err)
		}
		if s.Confidence < 0 || s.Confidence > 100 {
			return fmt.Errorf("segments[%d].confidence: %g; allowed are 0 to 100", i, s.Confidence)
		}
	}
	return nil
}

// checkRange returns an error for an impossible range of time.
func checkRange(start, end float64) error {
	switch {
	case start < 0:
		return fmt.Errorf("start: %g; it cannot be negative", start)
	case start > end:
		return fmt.Errorf("start: %g; it is after the end, %g", start, end)
	}
	return nil
}

func sortByStart[T timed](found *Found[T]) {
	if found != nil {
		slices.SortStableFunc(found.Items, func(a, b T) int { return cmp.Compare(a.begins(), b.begins()) })
	}
}

// inOrder returns a new list of all frame tags, ordered by start. Frame tags with the same start keep their order.
func inOrder(tags []FrameTag, more ...FrameTag) []FrameTag {
	all := slices.Concat(tags, more)
	slices.SortStableFunc(all, func(a, b FrameTag) int { return cmp.Compare(a.Start, b.Start) })
	return all
}

// offsets is StartTimeOffset and EndTimeOffset of a request, in seconds from the beginning of the material.
type offsets struct{ StartTimeOffset, EndTimeOffset float64 }

// validate rejects a range that ends before it starts. This is documented for Material.AddMaterialFrameTag and assumed
// for the others. A range may have no length (assumed).
func (r offsets) validate() error {
	switch {
	case r.StartTimeOffset < 0:
		return badValue("StartTimeOffset", "send 0 or more", "it is %g", r.StartTimeOffset)
	case r.StartTimeOffset > r.EndTimeOffset:
		return errStartAfterEnd.Because("webpaas.time-range", "swap StartTimeOffset and EndTimeOffset",
			"StartTimeOffset %g is after EndTimeOffset %g", r.StartTimeOffset, r.EndTimeOffset)
	}
	return nil
}

// defaultPageSize is the number of items in a response that is read by time, unless a [Recognition] has another one. No
// document states it; this is the default of the searches (assumed).
const defaultPageSize = 50

// lastOffset is the LastTimeOffset of the last response (documented).
const lastOffset = -1

// timed is an item of a response that is read by time.
type timed interface{ begins() float64 }

// read returns the items that begin within the range, bounds included, and the LastTimeOffset: the begin of the first
// item that is left out, or -1. A client that continues from there gets each item once; for this reason items that begin
// at the same time are never separated.
//
// Both documented examples with another page agree: their LastTimeOffset, 5.0, is the end of the last item in one and
// after it in the other. That the begin of an item decides is assumed.
func read[T timed](items []T, r offsets, page int) (some []T, last float64) {
	if page == 0 {
		page = defaultPageSize
	}
	some = []T{}
	for _, item := range items { // in the order of their beginning
		switch at := item.begins(); {
		case at < r.StartTimeOffset:
		case at > r.EndTimeOffset:
			return some, lastOffset
		case len(some) >= page && at > some[len(some)-1].begins():
			return some, at
		default:
			some = append(some, item)
		}
	}
	return some, lastOffset
}

func (t FrameTag) begins() float64 { return t.Start }
func (s Subtitle) begins() float64 { return s.Start }
func (t Text) begins() float64     { return t.Start }

// Made-up results are assumed. Their content depends only on seed, material and kind; their ids also depend on the
// Version. Half of the texts are Chinese, half are English. A material without a picture or without a length has no
// results that need one.

// madeID returns 24 hex digits that begin as in the documented examples. They depend only on seed and parts.
func madeID(c *op.Call, parts ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %q", c.Seed, parts))
	return "5fd97767" + hex.EncodeToString(sum[:8])
}

// itemID returns an id for an item of a made-up Version. The ids differ in the last digits, as in the examples.
func itemID(version string, place int) string { return fmt.Sprintf("%s%06x", version[:18], place+1) }

func faker(c *op.Call, m Material, k kind) *gofakeit.Faker {
	return c.Faker("recognition " + string(k) + " " + m.ID)
}

func madeSubtitles(c *op.Call, m Material, version string) []Subtitle {
	f := faker(c, m, kindSubtitle)
	var made []Subtitle
	for i, s := range timeRanges(f, m.Media.Duration, 4) {
		made = append(made, Subtitle{itemID(version, i), s.start, s.end, f.RandomString(sentences)})
	}
	return made
}

func madeTexts(c *op.Call, m Material, version string) []Text {
	f := faker(c, m, kindText)
	var made []Text
	for i, s := range pictureRanges(f, m, 10) {
		t := Text{ID: itemID(version, i), Start: s.start, End: s.end}
		for range f.IntRange(1, 2) {
			t.Lines = append(t.Lines, TextLine{f.RandomString(signs), area(f, m)})
		}
		made = append(made, t)
	}
	return made
}

func madeFrameTags(c *op.Call, m Material, version string) []FrameTag {
	f := faker(c, m, kindFrameTag)
	var made []FrameTag
	for i, s := range pictureRanges(f, m, 8) {
		made = append(made, FrameTag{itemID(version, i), s.start, s.end, choose(f, themes, f.IntRange(1, 3))})
	}
	return made
}

func madeFaces(c *op.Call, m Material, _ string) []Face {
	f := faker(c, m, kindFace)
	var made []Face
	first := f.IntRange(10_000, 90_000)
	for i, segments := range appearances(f, m, f.IntRange(1, 4)) {
		name := f.RandomString(surnames) + f.RandomString(givenNames)
		if f.Bool() {
			name = f.Name()
		}
		made = append(made, Face{
			ID: strconv.Itoa(first + i), Name: name, Type: f.RandomString(faceTypes), Segments: segments,
		})
	}
	return made
}

func madeObjects(c *op.Call, m Material, version string) []Object {
	f := faker(c, m, kindObject)
	names := choose(f, things, f.IntRange(2, 5))
	var made []Object
	for i, segments := range appearances(f, m, len(names)) {
		made = append(made, Object{itemID(version, i), names[i], segments})
	}
	return made
}

// appearances distributes ranges of the material over count faces or objects, at least one to each. There are fewer
// faces or objects if there are fewer ranges.
func appearances(f *gofakeit.Faker, m Material, count int) [][]Segment {
	ranges := pictureRanges(f, m, 6)
	segments := make([][]Segment, min(count, len(ranges)))
	for i, s := range ranges {
		confidence := math.Round(f.Float64Range(80, 100)*10) / 10
		to := i
		if i >= len(segments) {
			to = f.IntRange(0, len(segments)-1)
		}
		segments[to] = append(segments[to], Segment{s.start, s.end, area(f, m), confidence})
	}
	return segments
}

// span is a range of time in seconds.
type span struct{ start, end float64 }

// maxRanges bounds the number of results of a very long material.
const maxRanges = 300

// timeRanges returns ranges of the length that do not overlap, about one in every so many seconds, in whole
// milliseconds.
func timeRanges(f *gofakeit.Faker, length, every float64) []span {
	if length <= 0 {
		return nil
	}
	every = min(max(every, length/maxRanges), length)
	made := make([]span, int(length/every))
	for i := range made {
		start := float64(i)*every + f.Float64Range(0, every/4)
		end := start + f.Float64Range(every/4, every/2)
		made[i] = span{milliseconds(start), milliseconds(end)}
	}
	return made
}

func milliseconds(seconds float64) float64 { return math.Round(seconds*1000) / 1000 }

// pictureRanges returns ranges of a material that has a picture.
func pictureRanges(f *gofakeit.Faker, m Material, every float64) []span {
	if m.Media.Width < 1 || m.Media.Height < 1 {
		return nil
	}
	return timeRanges(f, m.Media.Duration, every)
}

// area returns a part of the picture.
func area(f *gofakeit.Faker, m Material) Area {
	w, h := int(m.Media.Width), int(m.Media.Height)
	x, y := f.IntRange(0, w-1), f.IntRange(0, h-1)
	return Area{int64(x), int64(y), int64(f.IntRange(x+1, w)), int64(f.IntRange(y+1, h))}
}

// choose returns count different texts.
func choose(f *gofakeit.Faker, from []string, count int) []string {
	shuffled := slices.Clone(from)
	f.ShuffleStrings(shuffled)
	return shuffled[:count]
}

// faceURL returns the address of a picture of a face.
func faceURL(c *op.Call, m Material, f Face) string {
	if f.URL != "" {
		return f.URL
	}
	return filesOf(c, &m).output("face/face_" + f.ID + ".jpg")
}

var (
	sentences = []string{
		"大家好，我们开始吧", "今天的天气很好", "请看这里", "这个镜头再拍一遍", "接下来是下一位", "谢谢大家的支持",
		"我们下周再见", "这是今年的新计划", "先从第一步说起", "你觉得怎么样", "时间过得真快", "现在回到演播室",
		"Hello everyone, let's begin.", "What a fine day it is.", "Please look over here.", "One more take, please.",
		"And now for our next guest.", "Thank you for watching.", "See you next week.", "How time flies!",
		"This is the plan for this year.", "Let's start with the first step.", "What do you think?", "Back to the studio.",
	}
	signs = []string{
		"开幕", "第一章", "特别节目", "新品上市", "敬请期待", "完",
		"LIVE", "Chapter One", "SALE 50%", "Welcome", "To be continued", "The End",
	}
	themes = []string{
		"游戏", "体育", "美食", "新闻", "音乐", "风景", "game", "sports", "food", "news", "music", "landscape",
	}
	things = []string{
		"汽车", "桌子", "手机", "树", "杯子", "书", "car", "chair", "laptop", "bicycle", "dog", "window",
	}
	surnames   = []string{"王", "李", "张", "陈", "林", "周", "吴", "许"}
	givenNames = []string{"晓雨", "子涵", "思远", "佳宁", "一凡", "若曦", "明轩", "安琪"}
	faceTypes  = []string{faceDefault, faceUserDefined}
)
