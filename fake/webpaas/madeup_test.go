package webpaas

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
)

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

// madeUp is everything that is made up of one material.
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

// Content depends on seed and material alone: not on who asks, when, how often, or for which tenant.
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

// fitting checks made-up values against the material that they are of.
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

// Every made-up value is one that the documents allow: times in order within the material, areas within the picture,
// ids of the documented form, no two alike.
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

// A client meets both languages in every material of some length.
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

// The address of a face has the form of the other addresses, unless another one was given.
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
