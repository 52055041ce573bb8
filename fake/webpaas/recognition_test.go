package webpaas

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestProcessExample(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.dialect.UploadSign = dialect.UploadSignRequired
	w.verify = verifyFor(exampleOwner)
	request := `{"MaterialId":"` + exampleID + `","Definition":20,"VerifySign":"good"}`
	got := w.must(exampleOwner, "Material.ProcessMaterial", request)
	if !taskIDForm.MatchString(got) {
		t.Errorf("Data = %s, want %s", got, taskIDForm)
	}
}

// tagLine is a part of a frame tag in a response.
type tagLine struct {
	ID   string
	Tags []string
}

// tagsIn returns Version and tags of a response of Material.DescribeMaterialFrameTag.
func tagsIn(t *testing.T, data string) (version string, lines []tagLine, last float64) {
	t.Helper()
	var resp describeFrameTagsResponse
	if err := json.Unmarshal([]byte(data), &resp); err != nil {
		t.Fatal(err)
	}
	for _, item := range resp.FrameTagInfo.FrameTagSet {
		lines = append(lines, tagLine{item.ItemID, item.Tags})
	}
	return resp.FrameTagInfo.Version, lines, resp.FrameTagInfo.LastTimeOffset
}

const wholeRange = `"StartTimeOffset":0,"EndTimeOffset":100`

func (w *world) tags(user, material string) []tagLine {
	w.t.Helper()
	_, lines, _ := tagsIn(w.t, w.must(user, "Material.DescribeMaterialFrameTag", `{"MaterialId":"`+material+`",`+wholeRange+`}`))
	return lines
}

func decode(t *testing.T, data string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(data), into); err != nil {
		t.Fatal(err)
	}
}

func diagnosisOf(t *testing.T, err error) diagnosis.Diagnosis {
	t.Helper()
	r, ok := op.AsFailure(err)
	if !ok {
		t.Fatalf("a bug in the fake: %v", err)
	}
	return r.Diagnosis
}

// madeUp holds all made-up results of one material.
type madeUp struct {
	Subtitles []Subtitle
	Texts     []Text
	FrameTags []FrameTag
	Faces     []Face
	Objects   []Object
}

func makeUp(c *op.Call, m Material) madeUp {
	version := func(k kind) string { return madeID(c, m.ID, k) }
	return madeUp{
		madeSubtitles(c, m, version(kindSubtitle)), madeTexts(c, m, version(kindText)), madeFrameTags(c, m, version(kindFrameTag)),
		madeFaces(c, m, version(kindFace)), madeObjects(c, m, version(kindObject)),
	}
}

// The content depends on seed and material alone: not on user, time, number of calls, or tenant.
func TestMadeUpResultsAreRepeatable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	video := Material{ID: "a", Type: typeVideo, Media: Media{Width: 1920, Height: 1080, Duration: 120}}
	first := makeUp(w.as("alice"), video)
	other := w.as("bob")
	other.Now, other.Tenant.ID = testTime.AddDate(1, 0, 0), "other"
	if diff := cmp.Diff(first, makeUp(other, video)); diff != "" {
		t.Errorf("another caller (-first +second):\n%s", diff)
	}
	video.ID = "b"
	if second := makeUp(w.as("alice"), video); cmp.Equal(first.Subtitles[0].Text, second.Subtitles[0].Text) && cmp.Equal(first.Faces, second.Faces) {
		t.Error("two materials have the same results")
	}
	video.ID = "a"
	other.Seed = 2
	if second := makeUp(other, video); cmp.Equal(first, second) {
		t.Error("another seed gives the same results")
	}
	if madeID(w.as("alice"), "a") == madeID(other, "a") {
		t.Error("another seed gives the same id")
	}
}

var itemForm = regexp.MustCompile(`^[0-9a-f]{24}$`)

// fitting checks made-up values against their material.
type fitting struct {
	t    *testing.T
	m    Material
	ids  map[string]bool
	last float64 // where the last stretch of a list began
}

func (f *fitting) id(id string, form bool) {
	f.t.Helper()
	if f.ids[id] || form && !itemForm.MatchString(id) {
		f.t.Errorf("id %s: twice, or not of the documented form", id)
	}
	f.ids[id] = true
}

// list begins a list of ranges.
func (f *fitting) list(count, least, most int) {
	f.t.Helper()
	if f.last = -1; count < least || count > most {
		f.t.Errorf("%d of a list; want %d to %d", count, least, most)
	}
}

func (f *fitting) stretch(start, end float64) {
	f.t.Helper()
	if start < 0 || start <= f.last || end <= start || end > f.m.Media.Duration {
		f.t.Errorf("from %g to %g after %g, of %g", start, end, f.last, f.m.Media.Duration)
	}
	f.last = start
}

func (f *fitting) area(a Area) {
	f.t.Helper()
	if a[0] < 0 || a[2] <= a[0] || a[2] > f.m.Media.Width || a[1] < 0 || a[3] <= a[1] || a[3] > f.m.Media.Height {
		f.t.Errorf("area %v", a)
	}
}

func (f *fitting) segments(list []Segment) {
	f.t.Helper()
	f.list(len(list), 1, maxRanges)
	for _, s := range list {
		f.stretch(s.Start, s.End)
		f.area(s.Area)
		if s.Confidence < 80 || s.Confidence > 100 {
			f.t.Errorf("confidence %g", s.Confidence)
		}
	}
}

// Every made-up value is valid: times are ordered and within the material, areas are within the picture, and ids are
// unique and have the documented form.
func TestMadeUpResultsFit(t *testing.T) {
	t.Parallel()
	c := newWorld(t).as("alice")
	for i, id := range strings.Split("abcdefghijklmnopqrst", "") {
		m := Material{ID: id, Media: Media{Width: 1920, Height: 1080, Duration: float64(100*i) + 33.333}}
		made, f := makeUp(c, m), &fitting{t: t, m: m, ids: map[string]bool{}}
		f.list(len(made.Subtitles), 1, maxRanges)
		for _, s := range made.Subtitles {
			f.id(s.ID, true)
			f.stretch(s.Start, s.End)
		}
		f.list(len(made.Texts), 1, maxRanges)
		for _, s := range made.Texts {
			f.id(s.ID, true)
			f.stretch(s.Start, s.End)
			for _, line := range s.Lines {
				f.area(line.Area)
			}
		}
		f.list(len(made.FrameTags), 1, maxRanges)
		for _, s := range made.FrameTags {
			f.id(s.ID, true)
			f.stretch(s.Start, s.End)
			if n := len(slices.Compact(slices.Sorted(slices.Values(s.Tags)))); n != len(s.Tags) || n < 1 || n > 3 {
				t.Errorf("labels %v", s.Tags)
			}
		}
		f.list(len(made.Faces), 1, 4)
		for _, face := range made.Faces {
			f.id(face.ID, false)
			f.segments(face.Segments)
			if face.Name == "" || !slices.Contains(faceTypes, face.Type) {
				t.Errorf("face %+v", face)
			}
		}
		f.list(len(made.Objects), 2, 5)
		for _, o := range made.Objects {
			f.id(o.ID, true)
			f.segments(o.Segments)
		}
	}
}

// Every material of some length has texts of both languages.
func TestMadeUpTextsAreOfBothLanguages(t *testing.T) {
	t.Parallel()
	c := newWorld(t).as("alice")
	for _, id := range []string{"a", "b", "c"} {
		chinese, english := 0, 0
		for _, s := range madeSubtitles(c, Material{ID: id, Media: Media{Duration: 400}}, madeID(c)) {
			if strings.ContainsFunc(s.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				chinese++
			} else {
				english++
			}
		}
		if chinese < 20 || english < 20 {
			t.Errorf("%s: %d Chinese, %d English of 100", id, chinese, english)
		}
	}
}

func TestWhatCannotBeMadeUp(t *testing.T) {
	t.Parallel()
	type counts struct{ Subtitles, Texts, FrameTags, Faces, Objects int }
	tests := []struct {
		name  string
		media Media
		want  counts // at least; zero means none
	}{
		{"video", Media{Width: 1920, Height: 1080, Duration: 60}, counts{15, 6, 7, 1, 2}},
		{"smallest picture", Media{Width: 1, Height: 1, Duration: 60}, counts{15, 6, 7, 1, 2}},
		{"a moment", Media{Width: 1920, Height: 1080, Duration: 0.5}, counts{1, 1, 1, 1, 1}},
		{"very long", Media{Width: 1920, Height: 1080, Duration: 1e7}, counts{300, 300, 300, 1, 2}},
		{"sound alone", Media{Duration: 60}, counts{Subtitles: 15}},
		{"picture", Media{Width: 1920, Height: 1080}, counts{}},
		{"no width", Media{Height: 1080, Duration: 60}, counts{Subtitles: 15}},
		{"no height", Media{Width: 1920, Duration: 60}, counts{Subtitles: 15}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			made := makeUp(newWorld(t).as("alice"), Material{ID: "a", Media: tt.media})
			got := counts{len(made.Subtitles), len(made.Texts), len(made.FrameTags), min(1, len(made.Faces)), min(2, len(made.Objects))}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The address of a face has the form of other addresses, unless a fixture replaces it.
func TestFaceURL(t *testing.T) {
	t.Parallel()
	c := newWorld(t).as("alice")
	m := Material{ID: "a", VodFileID: "5285890811308550195"}
	form := regexp.MustCompile(`^https://1200000001\.vod2\.myqcloud\.com/8d388657vodtranscq1200000001/[0-9a-f]{8}5285890811308550195/face/face_12410\.jpg$`)
	if got := faceURL(c, m, Face{ID: "12410"}); !form.MatchString(got) {
		t.Errorf("got %s", got)
	}
	if got := faceURL(c, m, Face{ID: "12410", URL: "http://host/path"}); got != "http://host/path" {
		t.Errorf("got %s", got)
	}
}

// spoken returns subtitles with these starts. The id of each is its place in the list.
func spoken(starts ...float64) []Subtitle {
	var list []Subtitle
	for i, start := range starts {
		list = append(list, Subtitle{ID: strconv.Itoa(i), Start: start, End: start + 1})
	}
	return list
}

func idsOf(list []Subtitle) []string {
	ids := []string{}
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestReadByTime(t *testing.T) {
	t.Parallel()
	five := spoken(1, 2, 3, 4, 5)
	tests := []struct {
		name  string
		items []Subtitle
		from  float64
		to    float64
		page  int
		want  []string
		last  float64
	}{
		{"nothing there", nil, 0, 100, 2, []string{}, -1},
		{"all", five, 0, 100, 5, []string{"0", "1", "2", "3", "4"}, -1},
		{"one more than a page", five, 0, 100, 4, []string{"0", "1", "2", "3"}, 5},
		{"goes on where it stopped", five, 5, 100, 4, []string{"4"}, -1},
		{"both bounds belong", five, 2, 4, 9, []string{"1", "2", "3"}, -1},
		{"between two", five, 2.5, 2.75, 9, []string{}, -1},
		{"began before", five, 1.5, 1.75, 9, []string{}, -1},
		{"a moment", five, 3, 3, 9, []string{"2"}, -1},
		{"full page at the end of the range", five, 0, 2, 2, []string{"0", "1"}, -1},
		{"after all", five, 6, 9, 2, []string{}, -1},
		{"together", spoken(1, 2, 2, 2, 3), 0, 9, 2, []string{"0", "1", "2", "3"}, 3},
		{"together at the end", spoken(1, 2, 2), 0, 9, 2, []string{"0", "1", "2"}, -1},
		{"together from the first on", spoken(0, 0, 0, 1), 0, 9, 1, []string{"0", "1", "2"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			some, last := read(tt.items, offsets{tt.from, tt.to}, tt.page)
			if diff := cmp.Diff(tt.want, idsOf(some)); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if last != tt.last {
				t.Errorf("LastTimeOffset %g, want %g", last, tt.last)
			}
		})
	}
}

func TestDefaultPage(t *testing.T) {
	t.Parallel()
	starts := make([]float64, 51)
	for i := range starts {
		starts[i] = float64(i)
	}
	for n, want := range map[int]float64{50: -1, 51: 50} {
		some, last := read(spoken(starts[:n]...), offsets{0, 100}, 0)
		if len(some) != 50 || last != want {
			t.Errorf("of %d: %d items, then %g; want 50, then %g", n, len(some), last, want)
		}
	}
}

// A client that continues from LastTimeOffset gets each item once, with every size of a page.
func TestReadGetsEachOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for round := range 200 {
		starts := make([]float64, random.IntN(20))
		at := 0.0
		for i := range starts {
			at += float64(random.IntN(3)) / 4
			starts[i] = at
		}
		items, page := spoken(starts...), 1+random.IntN(6)
		got := []string{}
		next, reads := 0.0, 0
		for ; next != lastOffset; reads++ {
			var some []Subtitle
			some, next = read(items, offsets{next, 100}, page)
			got = append(got, idsOf(some)...)
			if reads > len(items) {
				t.Fatalf("round %d: no end", round)
			}
		}
		if diff := cmp.Diff(idsOf(items), got); diff != "" {
			t.Errorf("round %d, page %d, starts %v (-want +got):\n%s", round, page, starts, diff)
		}
	}
}

func TestOffsets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		from, to float64
		want     string
	}{
		{"whole", 0, 100, ""}, {"a moment", 5.2, 5.2, ""}, {"at the beginning", 0, 0, ""},
		{"the other way round", 5.21, 5.2, "StartAfterEnd"}, {"end before the beginning", 0, -1, "StartAfterEnd"},
		{"before the beginning", -0.001, 1, "InvalidParameter(StartTimeOffset)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := (offsets{tt.from, tt.to}).validate(); err != nil {
				got = errorText(t, err)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// found lists the kinds of results that v1 has.
func (w *world) found() []string {
	w.t.Helper()
	found := []string{}
	for _, operation := range []string{
		"Material.DescribeMaterialFrameTag", "Material.DescribeFaceInMaterial", "Material.DescribeMaterialSubtitle",
		"Material.DescribeTextInMaterial", "Material.DescribeObjectInMaterial",
	} {
		read := resultReads[operation]
		switch out := w.run("alice", operation, `{"MaterialId":"v1"`+read.rest+`}`); out.Error {
		case "":
			found = append(found, read.index)
		case kind(read.index).none().Name:
		default:
			w.t.Errorf("%s: rejected with %s", operation, out.Error)
		}
	}
	return found
}

var (
	everything = []string{"frameTag", "face", "asr", "ocr", "object"}
	nothing    = []string{}
)

func TestWhatTasksFind(t *testing.T) {
	t.Parallel()
	const minute = time.Minute
	none := &Found[Face]{}
	tests := []struct {
		name  string
		tasks []Task
		given Recognition
		want  []string
	}{
		{"no task", nil, Recognition{}, nothing},
		{"all", []Task{{ID: "x"}}, Recognition{}, everything},
		{"subtitles", []Task{{ID: "x", Definition: 30}}, Recognition{}, []string{"asr"}},
		{"running", []Task{{ID: "x", Plan: Plan{After: minute}}}, Recognition{}, nothing},
		{"failed", []Task{{ID: "x", Plan: Plan{Fail: &Failure{At: 100}}}}, Recognition{}, nothing},
		{"subtitles after all that runs", []Task{{ID: "x", Plan: Plan{After: minute}}, {ID: "y", Definition: 30}}, Recognition{}, []string{"asr"}},
		{"an older one", []Task{{ID: "x"}, {ID: "y", Plan: Plan{After: minute}}}, Recognition{}, everything},
		{"given", nil, Recognition{Faces: none}, []string{"face"}},
		{"given and a task", []Task{{ID: "x", Definition: 30}}, Recognition{Faces: none}, []string{"face", "asr"}},
		{"given for a task", nil, Recognition{Faces: none, AfterTask: true}, nothing},
		{"given for another task", []Task{{ID: "x", Definition: 30}}, Recognition{Faces: none, AfterTask: true}, []string{"asr"}},
		{"given for a task that runs", []Task{{ID: "x", Plan: Plan{After: minute}}}, Recognition{Faces: none, AfterTask: true}, nothing},
		{"given for a task that ended", []Task{{ID: "x"}}, Recognition{Faces: none, AfterTask: true}, everything},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for i := range tt.tasks {
				tt.tasks[i].MaterialID = "v1"
			}
			tt.given.MaterialID = "v1"
			w := mediaWorld(t).load(Fixtures{Tasks: tt.tasks, Recognitions: []Recognition{tt.given}})
			if diff := cmp.Diff(tt.want, w.found()); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

// A task for another material finds nothing here, and results depend on the clock alone.
func TestResultsFollowTheClock(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Materials: []Material{{ID: "other", Owner: Person("alice")}},
		Tasks:     []Task{{ID: "other", MaterialID: "other"}, {ID: "x", MaterialID: "v1", Plan: Plan{After: time.Minute}}},
	})
	for _, step := range []struct {
		at   time.Duration
		want []string
	}{{0, nothing}, {time.Minute - 1, nothing}, {time.Minute, everything}, {0, nothing}} {
		w.now = testTime.Add(step.at)
		if diff := cmp.Diff(step.want, w.found()); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", step.at, diff)
		}
	}
}

// The diagnosis says what is missing and how to get it.
func TestWhyNothingIsRecognised(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Materials: []Material{{ID: "w", Owner: Person("alice")}},
		Tasks:     []Task{{ID: "half", MaterialID: "v1", CreateTime: testTime.Add(-time.Minute), Plan: Plan{After: 2 * time.Minute}}},
	})
	for _, tt := range []struct {
		name, material string
		kind           kind
		sentence, fix  string
	}{
		{"no task", "w", kindFace, "material w has no process task that finds its face index", "call Material.ProcessMaterial with Definition 20 and wait"},
		{"subtitles", "w", kindSubtitle, "material w has no process task that finds its asr index", "call Material.ProcessMaterial with Definition 20 or 30 and wait"},
		{"frame tags", "w", kindFrameTag, "material w has no process task that finds its frameTag index", "add one, or call Material.ProcessMaterial"},
		{"running", "v1", kindObject, "no task has found the object index of material v1: the newest, half, is PROCESSING at 50 percent", "call Material.ProcessMaterial"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := diagnosisOf(t, notRecognised(w.as("alice"), w.st, w.st.Materials[tt.material], tt.kind))
			if d.Sentence != tt.sentence || !strings.HasPrefix(d.Fix, tt.fix) {
				t.Errorf("got %q, %q", d.Sentence, d.Fix)
			}
		})
	}
}

// A new task gives made-up results new ids and a new Version, but the same content.
func TestNewTaskNewVersion(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "v1"}}})
	read := func() (describeSubtitlesResponse, string) {
		var resp describeSubtitlesResponse
		decode(t, w.must("alice", "Material.DescribeMaterialSubtitle", `{"MaterialId":"v1","StartTimeOffset":0,"EndTimeOffset":1e9}`), &resp)
		version := resp.SubtitleInfo.Version
		resp.SubtitleInfo.Version = ""
		return resp, version
	}
	first, version := read()
	if again, v := read(); v != version || !cmp.Equal(first, again) {
		t.Error("two reads differ")
	}
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":30}`)
	second, next := read()
	if next == version || len(version) != 24 || len(next) != 24 {
		t.Errorf("versions %s and %s", version, next)
	}
	for i := range first.SubtitleInfo.SubtitleSet {
		if first.SubtitleInfo.SubtitleSet[i].ItemID == second.SubtitleInfo.SubtitleSet[i].ItemID {
			t.Errorf("item %d kept its id", i)
		}
		first.SubtitleInfo.SubtitleSet[i].ItemID, second.SubtitleInfo.SubtitleSet[i].ItemID = "", ""
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("content (-first +second):\n%s", diff)
	}
}

// A new recognition replaces changed frame tags but not manual ones, and makes the old Version stale.
func TestNewRecognitionReplacesChangedTags(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		FrameTags: []FrameTags{{MaterialID: "v1", Items: []FrameTag{{ID: "m", Tags: []string{"mine"}}}}},
		Tasks:     []Task{{ID: "x", MaterialID: "v1"}},
	})
	read := func() (string, []tagLine) {
		version, lines, _ := tagsIn(t, w.must("alice", "Material.DescribeMaterialFrameTag", `{"MaterialId":"v1","StartTimeOffset":0,"EndTimeOffset":1e9}`))
		return version, lines
	}
	modify := func(version, item string) outcome {
		return w.run("alice", "Material.ModifyMaterialFrameTag", `{"MaterialId":"v1","ItemId":"`+item+`","Tags":["changed"],"Version":"`+version+`"}`)
	}
	version, made := read()
	checkOutcome(t, outcome{Body: success}, modify(version, made[1].ID))
	w.must("alice", "Material.AddMaterialFrameTag", `{"MaterialId":"v1",`+wholeRange+`,"Tags":["added"],"Version":"`+version+`"}`)
	kept, changed := read()
	if kept != version || len(changed) != len(made)+1 {
		t.Errorf("%d tags of %s, then %d of %s", len(made), version, len(changed), kept)
	}
	want := append([]tagLine{made[0], {"5fd977677a23b40001000001", []string{"added"}}, {made[1].ID, []string{"changed"}}}, made[2:]...)
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}

	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":30}`) // finds no frame tags
	if _, same := read(); !cmp.Equal(changed, same) {
		t.Error("a task for subtitles changed frame tags")
	}
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":20}`)
	next, fresh := read()
	if next == version || len(fresh) != len(made) || fresh[0].ID != "m" || !cmp.Equal(fresh[1].Tags, made[1].Tags) {
		t.Errorf("after a new recognition %s of %s: %v", next, version, fresh)
	}
	stale := outcome{Error: "VersionNotCurrent", Why: "webpaas.version-stale"}
	checkOutcome(t, stale, modify(version, fresh[1].ID))
	checkOutcome(t, stale, modify(version, made[1].ID))
	checkOutcome(t, outcome{Error: "ResourceNotFound", Why: "webpaas.frame-tag-unknown"}, modify(next, made[1].ID))
	checkOutcome(t, outcome{Body: success}, modify(next, fresh[1].ID))

	w.must("alice", "Material.DeleteMaterialFrameTag", `{"MaterialId":"v1"}`)
	if diff := cmp.Diff([]string{"face", "asr", "ocr", "object"}, w.found()); diff != "" {
		t.Errorf("after deleting frame tags (-want +got):\n%s", diff)
	}
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1"}`)
	if diff := cmp.Diff(everything, w.found()); diff != "" {
		t.Errorf("after processing once more (-want +got):\n%s", diff)
	}
}

// The results of a successful task stay when it is deleted. A task that is deleted before its success never has results.
func TestResultsOutliveTheirTask(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		task Task
		want []string
	}{
		{"ended", Task{ID: "x", MaterialID: "v1"}, everything},
		{"running", Task{ID: "x", MaterialID: "v1", Plan: Plan{After: time.Minute}}, nothing},
		{"failed", Task{ID: "x", MaterialID: "v1", Plan: Plan{Fail: &Failure{}}}, nothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := mediaWorld(t).load(Fixtures{Tasks: []Task{tt.task}})
			before := w.found()
			w.must("alice", "Task.DeleteTask", `{"TaskId":"x"}`)
			if len(w.st.Tasks) != 0 {
				t.Error("the task is there")
			}
			after := w.found()
			if diff := cmp.Diff([][]string{tt.want, tt.want}, [][]string{before, after}); diff != "" {
				t.Errorf("found before and after (-want +got):\n%s", diff)
			}
			w.now = w.now.Add(time.Hour)
			if diff := cmp.Diff(tt.want, w.found()); diff != "" {
				t.Errorf("found later (-want +got):\n%s", diff)
			}
		})
	}
}

// A task for another material may take the id of a deleted task. Each keeps its own results.
func TestTaskIDTakenAgain(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Materials: []Material{{ID: "w", Owner: Person("alice")}},
		Tasks:     []Task{{ID: "x", MaterialID: "v1"}, {ID: "y", MaterialID: "v1", Plan: Plan{Fail: &Failure{}}}},
	})
	removeTask(w.as("alice"), w.st, w.st.Tasks["x"])
	removeTask(w.as("alice"), w.st, w.st.Tasks["y"])
	w.load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "w", Plan: Plan{After: time.Minute}}, {ID: "y", MaterialID: "w"}}})
	if diff := cmp.Diff(everything, w.found()); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	if got, ok := recognisingTask(w.as("alice"), w.st, w.st.Materials["v1"], kindFace); !ok || got.ID != "x" || got.MaterialID != "v1" {
		t.Errorf("found by %+v", got)
	}
	if got, ok := recognisingTask(w.as("alice"), w.st, w.st.Materials["w"], kindFace); !ok || got.ID != "y" {
		t.Errorf("found in the other material by %+v", got)
	}
}

// removeTask keeps nothing of an export, or of a task whose material is deleted.
func TestDeleteTaskKeepsNothing(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Projects: []Project{{ID: "p", Owner: Person("alice")}},
		Tasks: []Task{
			{ID: "x", MaterialID: "v1"}, {ID: "y", MaterialID: "v2", Plan: Plan{After: time.Minute}}, {ID: "export", ProjectID: "p", MaterialID: "v2"},
		},
	})
	process, export := w.st.Tasks["x"], w.st.Tasks["export"]
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"v1"}`)
	removeTask(w.as("alice"), w.st, process)
	removeTask(w.as("alice"), w.st, export)
	if diff := cmp.Diff(map[string]Recognition{"v2": {MaterialID: "v2", TaskIDs: []string{"y"}}}, w.st.Recognitions); diff != "" || len(w.st.Tasks) != 1 {
		t.Errorf("tasks %v, recognitions (-want +got):\n%s", w.st.Tasks, diff)
	}
}

const exampleItem = "5fd977677a23b40001ca3aff"

// resultReads are the operations that read results, with the part of a request after the MaterialId.
var resultReads = map[string]struct {
	index, rest string
	subtitles   bool // found by a task for subtitles only
}{
	"Material.DescribeMaterialFrameTag": {"frameTag", "," + wholeRange, false},
	"Material.DescribeFaceInMaterial":   {"face", "", false},
	"Material.DescribeMaterialSubtitle": {"asr", "," + wholeRange, true},
	"Material.DescribeTextInMaterial":   {"ocr", "," + wholeRange, false},
	"Material.DescribeObjectInMaterial": {"object", "", false},
}
