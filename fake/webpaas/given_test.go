package webpaas

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// What is left out is filled: by values that depend on the material, the kind and the place alone.
func TestGivenDefaults(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "v1"}}})
	given := Recognition{
		MaterialID: "v1", PageSize: 3,
		Faces:     &Found[Face]{Items: []Face{{Name: "a"}, {ID: "7", Name: "b", Type: "UserDefine"}}},
		Subtitles: &Found[Subtitle]{Items: []Subtitle{{Start: 2, End: 3, Text: "later"}, {Start: 1, End: 2, Text: "sooner"}}},
		Texts:     &Found[Text]{Version: "mine", Items: []Text{{Start: 2, End: 3}, {Start: 1, End: 2}}},
		Objects:   &Found[Object]{Items: []Object{{Name: "b"}, {Name: "a"}}},
		FrameTags: &Found[FrameTag]{Items: []FrameTag{{Start: 2, End: 3}, {Start: 1, End: 2}}},
	}
	got, err := w.st.PutRecognition(w.as("alice"), given)
	if err != nil {
		t.Fatal(err)
	}
	c := w.as("alice")
	id := func(k kind, place int) string { return madeID(c, "v1", k, "given", place) }
	version := func(k kind) string { return madeID(c, "v1", k, "given") }
	want := Recognition{
		MaterialID: "v1", PageSize: 3, TaskIDs: []string{"x"},
		Faces:     &Found[Face]{version(kindFace), []Face{{ID: id(kindFace, 0), Name: "a", Type: "Default"}, {ID: "7", Name: "b", Type: "UserDefine"}}},
		Subtitles: &Found[Subtitle]{version(kindSubtitle), []Subtitle{{id(kindSubtitle, 1), 1, 2, "sooner"}, {id(kindSubtitle, 0), 2, 3, "later"}}},
		Texts:     &Found[Text]{"mine", []Text{{ID: id(kindText, 1), Start: 1, End: 2}, {ID: id(kindText, 0), Start: 2, End: 3}}},
		Objects:   &Found[Object]{version(kindObject), []Object{{ID: id(kindObject, 0), Name: "b"}, {ID: id(kindObject, 1), Name: "a"}}},
		FrameTags: &Found[FrameTag]{version(kindFrameTag), []FrameTag{{ID: id(kindFrameTag, 1), Start: 1, End: 2}, {ID: id(kindFrameTag, 0), Start: 2, End: 3}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recognition (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(got, w.st.Recognitions["v1"]); diff != "" {
		t.Errorf("kept (-returned +kept):\n%s", diff)
	}
	for k := range map[kind]bool{kindFace: true, kindSubtitle: true, kindText: true, kindObject: true, kindFrameTag: true} {
		if !itemForm.MatchString(id(k, 0)) || !itemForm.MatchString(version(k)) {
			t.Errorf("%s: ids %s and %s", k, id(k, 0), version(k))
		}
	}

	tags, err := w.st.PutFrameTags(c, FrameTags{MaterialID: "v1", Items: []FrameTag{{Start: 2, End: 2}, {ID: "m", Start: 1, End: 9}}})
	wantTags := FrameTags{MaterialID: "v1", Items: []FrameTag{{ID: "m", Start: 1, End: 9}, {ID: madeID(c, "v1", kindFrameTag, "manual", 0), Start: 2, End: 2}}}
	if diff := cmp.Diff(wantTags, tags); diff != "" || err != nil {
		t.Errorf("frame tags %v (-want +got):\n%s", err, diff)
	}
	if wantTags.Items[1].ID == id(kindFrameTag, 0) {
		t.Error("a manual and a recognised frame tag have one id")
	}
}

// Answers have [] where nothing was given, never null.
func TestGivenNothing(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{Recognitions: []Recognition{{
		MaterialID: "v1",
		Faces:      &Found[Face]{Version: "v", Items: []Face{{ID: "1", Name: "a"}}}, Subtitles: &Found[Subtitle]{Version: "v"},
		Texts:   &Found[Text]{Version: "v", Items: []Text{{ID: "1"}}},
		Objects: &Found[Object]{Version: "v", Items: []Object{{ID: "1", Name: "a"}}}, FrameTags: &Found[FrameTag]{Version: "v", Items: []FrameTag{{ID: "1"}}},
	}}})
	for operation, want := range map[string]string{
		"Material.DescribeMaterialFrameTag": `"FrameTagSet":[{"ItemId":"1","StartTimeOffset":0,"EndTimeOffset":0,"Tags":[]}]`,
		"Material.DescribeFaceInMaterial":   `/face/face_1.jpg","SegmentSet":[]}`,
		"Material.DescribeMaterialSubtitle": `"SubtitleSet":[]`,
		"Material.DescribeTextInMaterial":   `"SegmentSet":[]}`,
		"Material.DescribeObjectInMaterial": `"SegmentItemSet":[]}`,
	} {
		got := w.must("alice", operation, `{"MaterialId":"v1"`+resultReads[operation].rest+`}`)
		if !strings.Contains(got, want) || strings.Contains(got, "null") {
			t.Errorf("%s: got %s, want %s", operation, got, want)
		}
	}
}

// Putting again replaces what was given, and keeps what clients and tasks did.
func TestPutResultsAgain(t *testing.T) {
	t.Parallel()
	w := tagWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "v1"}}})
	c := w.as("alice")
	removeTask(c, w.st, w.st.Tasks["x"])
	w.must("alice", "Material.DeleteMaterialFrameTag", `{"MaterialId":"v1"}`)
	kept := *w.st.FrameTags["v1"].Recognised
	again, err := w.st.PutRecognition(c, Recognition{MaterialID: "v1", Faces: &Found[Face]{}})
	if err != nil || again.FrameTags != nil || again.Faces == nil || len(again.TaskIDs) != 1 || len(again.DeletedTasks) != 1 {
		t.Errorf("recognition %+v, %v", again, err)
	}
	if w.st.FrameTags["v1"].Recognised == nil {
		t.Error("a recognition without frame tags undid their deletion")
	}
	tags, err := w.st.PutFrameTags(c, FrameTags{MaterialID: "v1", Items: []FrameTag{{ID: "new"}}})
	if err != nil || len(tags.Items) != 1 || tags.Recognised == nil || !cmp.Equal(*tags.Recognised, kept) {
		t.Errorf("frame tags %+v, %v", tags, err)
	}
	// Frame tags that are given anew are there, whatever was deleted before; manual ones stay.
	if _, err := w.st.PutRecognition(c, Recognition{MaterialID: "v1", FrameTags: &Found[FrameTag]{Items: []FrameTag{{ID: "again", Start: 1, End: 1}}}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]tagLine{{"new", []string{}}, {"again", []string{}}}, w.tags("alice", "v1")); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestGivenErrors(t *testing.T) {
	t.Parallel()
	recognition := func(r Recognition) Fixtures {
		r.MaterialID = "v1"
		return Fixtures{Recognitions: []Recognition{r}}
	}
	faces := func(f ...Face) Fixtures { return recognition(Recognition{Faces: &Found[Face]{Items: f}}) }
	segment := func(s Segment) Fixtures { return faces(Face{}, Face{Segments: []Segment{{}, s}}) }
	manual := func(tags ...FrameTag) Fixtures {
		return Fixtures{FrameTags: []FrameTags{{MaterialID: "v1", Items: tags}}}
	}
	tests := []struct {
		name     string
		fixtures Fixtures
		want     string // empty where nothing is wrong
	}{
		{"nothing", recognition(Recognition{}), ""},
		{"no material", Fixtures{Recognitions: []Recognition{{MaterialID: "v9"}}}, `recognitions[0]: materialId: there is no material "v9"; put it first`},
		{"twice", Fixtures{Recognitions: []Recognition{{MaterialID: "v1"}, {MaterialID: "v1"}}}, `recognitions[1]: id: v1 is the one of recognitions[0] already`},
		{"page", recognition(Recognition{PageSize: -1}), `recognitions[0]: pageSize: -1; it cannot be negative`},
		{"face type", faces(Face{}, Face{Type: "Custom"}), `recognitions[0]: faces.items[1].type: "Custom"; allowed are Default, UserDefine`},
		{"one face twice", faces(Face{ID: "1"}, Face{ID: "2"}, Face{ID: "1"}), `recognitions[0]: faces.items[2].id: "1" is the one of items[0] already`},
		{"a moment", segment(Segment{Start: 1, End: 1, Confidence: 100}), ""},
		{"segment backwards", segment(Segment{Start: 2, End: 1}), `recognitions[0]: faces.items[1].segments[1].start: 2; it is after the end, 1`},
		{"segment before", segment(Segment{Start: -1, End: 1}), `recognitions[0]: faces.items[1].segments[1].start: -1; it cannot be negative`},
		{"confidence above", segment(Segment{Confidence: 100.1}), `recognitions[0]: faces.items[1].segments[1].confidence: 100.1; allowed are 0 to 100`},
		{"confidence below", segment(Segment{Confidence: -0.1}), `recognitions[0]: faces.items[1].segments[1].confidence: -0.1; allowed are 0 to 100`},
		{"object", recognition(Recognition{Objects: &Found[Object]{Items: []Object{{Segments: []Segment{{Start: 2}}}}}}), `recognitions[0]: objects.items[0].segments[0].start: 2; it is after the end, 0`},
		{"subtitle", recognition(Recognition{Subtitles: &Found[Subtitle]{Items: []Subtitle{{Start: 2}}}}), `recognitions[0]: subtitles.items[0].start: 2; it is after the end, 0`},
		{"text", recognition(Recognition{Texts: &Found[Text]{Items: []Text{{Start: 2}}}}), `recognitions[0]: texts.items[0].start: 2; it is after the end, 0`},
		{"recognised frame tag", recognition(Recognition{FrameTags: &Found[FrameTag]{Items: []FrameTag{{Start: 2}}}}), `recognitions[0]: frameTags.items[0].start: 2; it is after the end, 0`},
		{"recognised as manual", recognition(Recognition{FrameTags: &Found[FrameTag]{Version: "manual"}}), `recognitions[0]: frameTags.version: "manual" is for tags that no recognition made; put FrameTags`},
		{"manual", manual(FrameTag{Start: 1, End: 1}), ""},
		{"manual frame tag", manual(FrameTag{Start: 2}), `frameTags[0]: items[0].start: 2; it is after the end, 0`},
		{"one frame tag twice", manual(FrameTag{ID: "1"}, FrameTag{ID: "1"}), `frameTags[0]: items[1].id: "1" is the one of items[0] already`},
		{"frame tags of no material", Fixtures{FrameTags: []FrameTags{{MaterialID: "v9"}}}, `frameTags[0]: materialId: there is no material "v9"; put it first`},
		{"frame tags twice", Fixtures{FrameTags: []FrameTags{{MaterialID: "v1"}, {MaterialID: "v1"}}}, `frameTags[1]: id: v1 is the one of frameTags[0] already`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := mediaWorld(t)
			before := encode(t, w.st)
			err := w.st.Load(w.as(""), tt.fixtures)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if diff := cmp.Diff(before, encode(t, w.st)); diff != "" {
				t.Errorf("a failed Load changed the state (-before +after):\n%s", diff)
			}
		})
	}
}

func TestResultsInYAML(t *testing.T) {
	t.Parallel()
	const text = `
frameTags:
  - materialId: v1
    items: [{start: 1, end: 2.5, tags: [游戏]}]
recognitions:
  - materialId: v1
    afterTask: true
    pageSize: 2
    faces:
      version: f
      items: [{name: 王晓雨, type: UserDefine, segments: [{start: 1, end: 2, area: [100, 120, 130, 140], confidence: 96.7}]}]
    subtitles: {items: [{start: 1, end: 2, text: 大家好}]}
    texts: {items: [{start: 1, end: 2, lines: [{text: 广告, area: [1, 2, 3, 4]}]}]}
    objects: {items: [{name: 汽车}]}
    frameTags: {items: [{start: 3, end: 4, tags: [x]}]}
tasks:
  - {materialId: v1}
`
	var f Fixtures
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		t.Fatal(err)
	}
	w := mediaWorld(t).load(f)
	for operation, want := range map[string]string{
		"Material.DescribeMaterialFrameTag": `"StartTimeOffset":1,"EndTimeOffset":2.5,"Tags":["游戏"]}`,
		"Material.DescribeFaceInMaterial":   `"Name":"王晓雨","Type":"UserDefine","FaceUrl"`,
		"Material.DescribeMaterialSubtitle": `"StartTimeOffset":1,"EndTimeOffset":2,"Text":"大家好"}],"LastTimeOffset":-1}`,
		"Material.DescribeTextInMaterial":   `"SegmentSet":[{"Text":"广告","AreaCoordSet":[1,2,3,4]}]`,
		"Material.DescribeObjectInMaterial": `"Name":"汽车","SegmentItemSet":[]}`,
	} {
		if got := w.must("alice", operation, `{"MaterialId":"v1"`+resultReads[operation].rest+`}`); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", operation, got, want)
		}
	}
}
