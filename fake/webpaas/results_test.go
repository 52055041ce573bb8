package webpaas

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// The documented examples of frame tags and recognitions. Two of them go on at 5.0 after two items: a third begins there.

const exampleItem = "5fd977677a23b40001ca3aff"

func exampleResults(t *testing.T) *world {
	return exampleWorld(t).load(Fixtures{
		FrameTags: []FrameTags{{MaterialID: exampleID, Items: []FrameTag{
			{ID: exampleItem, Start: 1, End: 2, Tags: []string{"游戏"}},
			{ID: "5fd977677a23b40001ca4aff", Start: 3, End: 5, Tags: []string{"游戏"}},
			{Start: 5, End: 9, Tags: []string{"游戏"}},
		}}},
		Recognitions: []Recognition{{
			MaterialID: exampleID, PageSize: 2,
			Faces: &Found[Face]{Version: "5fd977677a23b40001ca3afa", Items: []Face{{
				ID: "12410", Name: "黄晓明", URL: "http://host/path", Segments: []Segment{
					{Start: 1, End: 2, Area: Area{100, 120, 130, 140}, Confidence: 96.7},
					{Start: 10, End: 11, Area: Area{105, 120, 135, 140}, Confidence: 96.7},
				},
			}}},
			Subtitles: &Found[Subtitle]{Version: "5fd977677a23b40001ca3af3", Items: []Subtitle{
				{ID: "5fd977677a23b40001ca3a03", Start: 1, End: 2, Text: "大家好"},
				{ID: "5fd977677a23b40001ca3a04", Start: 2, End: 3, Text: "欢迎收看新闻联播节目"},
				{Start: 5, End: 6, Text: "再见"},
			}},
			Texts: &Found[Text]{Version: "5fd977677a23b40001ca3af3", Items: []Text{
				{ID: "5fd977677a23b40001ca3a03", Start: 1, End: 2, Lines: []TextLine{{"广告", Area{102, 110, 108, 115}}}},
				{ID: "5fd977677a23b40001ca3a04", Start: 2, End: 3, Lines: []TextLine{{"广告", Area{102, 110, 108, 115}}}},
			}},
			Objects: &Found[Object]{Version: exampleItem, Items: []Object{{
				ID: "5fd977677a23b40001ca3a1", Name: "汽车",
				Segments: []Segment{{Start: 1, End: 2, Area: Area{102, 210, 135, 156}, Confidence: 97.6}},
			}}},
		}},
	})
}

func TestDocumentedResults(t *testing.T) {
	t.Parallel()
	const (
		one    = `{"MaterialId":"` + exampleID + `"}`
		ranged = `{"MaterialId":"` + exampleID + `","StartTimeOffset":0.0,"EndTimeOffset":100.0}`
		text   = `"SegmentSet":[{"Text":"广告","AreaCoordSet":[102,110,108,115]}]}`
	)
	add := func(start string) string {
		return `{"MaterialId":"` + exampleID + `","StartTimeOffset":` + start + `,"EndTimeOffset":5.2,"Tags":["游戏","关羽"],"Version":"manual"}`
	}
	modify := `{"MaterialId":"` + exampleID + `","ItemId":"` + exampleItem + `","Tags":["游戏","关羽"],"Version":"manual"}`
	missing := func(index string) string {
		return `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found : no ` + index + ` index"}`
	}
	face := data(`{"FaceInfo":{"Version":"5fd977677a23b40001ca3afa","FaceSet":[{"Id ":"12410","Name":"黄晓明","Type":"Default","FaceUrl":"http://host/path","SegmentSet":[` +
		`{"StartTimeOffset":1,"EndTimeOffset":2,"AreaCoordSet":[100,120,130,140],"Confidence":96.7},` +
		`{"StartTimeOffset":10,"EndTimeOffset":11,"AreaCoordSet":[105,120,135,140],"Confidence":96.7}]}]}}`)
	tests := []struct {
		name      string
		world     func(*testing.T) *world
		operation string
		request   string
		want      string
	}{
		{"add", exampleWorld, "AddMaterialFrameTag", add("1.25"), data(`{"ItemId":"5fd977677a23b40001000001"}`)}, // an id of the form of the example's
		{"add fails", exampleWorld, "AddMaterialFrameTag", add("8.25"), `{"Code":"InvalidParameterValue","Message":"参数值错误","EnglishMessage":"starttime bigger than endtime"}`},
		{"modify", exampleResults, "ModifyMaterialFrameTag", modify, success},
		{"modify fails", exampleResults, "ModifyMaterialFrameTag", strings.Replace(modify, exampleID, exampleID+"0", 1), denied},
		{"delete", exampleResults, "DeleteMaterialFrameTag", one, success},
		{"delete fails", newWorld, "DeleteMaterialFrameTag", one, noMaterial},
		{"frame tags", exampleResults, "DescribeMaterialFrameTag", ranged, data(`{"FrameTagInfo":{"Version":"manual","FrameTagSet":[` +
			`{"ItemId":"` + exampleItem + `","StartTimeOffset":1,"EndTimeOffset":2,"Tags":["游戏"]},` +
			`{"ItemId":"5fd977677a23b40001ca4aff","StartTimeOffset":3,"EndTimeOffset":5,"Tags":["游戏"]}],"LastTimeOffset":5}}`)},
		{"no frame tags", exampleWorld, "DescribeMaterialFrameTag", ranged, missing("frameTag")},
		{"faces", exampleResults, "DescribeFaceInMaterial", one, face},
		{"no faces", exampleWorld, "DescribeFaceInMaterial", one, missing("face")},
		{"subtitles", exampleResults, "DescribeMaterialSubtitle", ranged, data(`{"SubtitleInfo":{"Version":"5fd977677a23b40001ca3af3","SubtitleSet":[` +
			`{"ItemId":"5fd977677a23b40001ca3a03","StartTimeOffset":1,"EndTimeOffset":2,"Text":"大家好"},` +
			`{"ItemId":"5fd977677a23b40001ca3a04","StartTimeOffset":2,"EndTimeOffset":3,"Text":"欢迎收看新闻联播节目"}],"LastTimeOffset":5}}`)},
		{"no subtitles", exampleWorld, "DescribeMaterialSubtitle", ranged, missing("asr")},
		{"texts", exampleResults, "DescribeTextInMaterial", ranged, data(`{"TextInfo":{"Version":"5fd977677a23b40001ca3af3","TextSet":[` +
			`{"ItemId":"5fd977677a23b40001ca3a03","StartTimeOffset":1,"EndTimeOffset":2,` + text + `,` +
			`{"ItemId":"5fd977677a23b40001ca3a04","StartTimeOffset":2,"EndTimeOffset":3,` + text + `],"LastTimeOffset":-1}}`)},
		{"no texts", exampleWorld, "DescribeTextInMaterial", ranged, missing("ocr")},
		{"objects", exampleResults, "DescribeObjectInMaterial", one, data(`{"ObjectInfo":{"Version":"` + exampleItem + `","ObjectSet":[{"ItemId":"5fd977677a23b40001ca3a1","Name":"汽车",` +
			`"SegmentItemSet":[{"StartTimeOffset":1,"EndTimeOffset":2,"Confidence":97.6,"AreaCoordSet":[102,210,135,156]}]}]}}`)},
		{"no objects", exampleWorld, "DescribeObjectInMaterial", one, missing("object")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := tt.world(t)
			w.dialect.FaceIDKey = dialect.FaceIDBlank
			if diff := cmp.Diff(tt.want, w.run(exampleOwner, "Material."+tt.operation, tt.request).Body); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The key of a face's id has a blank in the example and none in the table; never both.
func TestFaceIDKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[dialect.FaceIDKey]string{
		dialect.FaceID: `"FaceSet":[{"Id":"12410","Name"`, dialect.FaceIDBlank: `"FaceSet":[{"Id ":"12410","Name"`,
	} {
		w := exampleResults(t)
		w.dialect.FaceIDKey = key
		got := w.must(exampleOwner, "Material.DescribeFaceInMaterial", `{"MaterialId":"`+exampleID+`"}`)
		if !strings.Contains(got, want) {
			t.Errorf("%q: got %s, want %s", key, got, want)
		}
	}
}

// resultReads are the reads of results, with what goes into a request beside the MaterialId.
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

func TestResultErrors(t *testing.T) {
	t.Parallel()
	refused := func(failure, why string) outcome { return outcome{Refusal: failure, Why: why} }
	for operation, read := range resultReads {
		tests := []struct {
			name, user, material, rest string
			want                       outcome
		}{
			{"granted to read", "erin", "v1", read.rest, refused(noneOf(read.index), "webpaas.not-recognised")},
			{"stranger", "carol", "v1", read.rest, refused(permissionDeny, "webpaas.material-foreign")},
			{"unknown", "alice", "v9", read.rest, refused(materialNotExist, "webpaas.material-unknown")},
		}
		if read.rest != "" {
			tests = append(tests, []struct {
				name, user, material, rest string
				want                       outcome
			}{
				{"range the other way round", "alice", "v1", `,"StartTimeOffset":2,"EndTimeOffset":1.5`, refused(startAfterEnd, "webpaas.time-range")},
				{"range before the beginning", "alice", "v1", `,"StartTimeOffset":-1,"EndTimeOffset":1.5`, refused(invalid("StartTimeOffset"), "webpaas.parameter")},
				{"right before range", "carol", "v1", `,"StartTimeOffset":2,"EndTimeOffset":1.5`, refused(permissionDeny, "webpaas.material-foreign")},
			}...)
		}
		for _, tt := range tests {
			t.Run(operation+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				got := mediaWorld(t).run(tt.user, operation, `{"MaterialId":"`+tt.material+`"`+tt.rest+`}`)
				checkOutcome(t, tt.want, outcome{Refusal: got.Refusal, Why: got.Why})
			})
		}
	}
}
