package webpaas

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Errors of frame tags and recognitions as outcome.Error has them.
const (
	notFound   = "ResourceNotFound|资源不存在|resource not found"
	notCurrent = "InvalidParameterValue|参数值错误|version is not current"
)

func noneOf(index string) string {
	return "ResourceNotFound|资源不存在|resource not found : no " + index + " index"
}

// tagWorld has two manual and two recognised frame tags on v1 of alice, manual ones alone on v2 of hers, and
// none on v3 of bob.
func tagWorld(t *testing.T) *world {
	return mediaWorld(t).load(Fixtures{
		FrameTags: []FrameTags{
			{MaterialID: "v1", Items: []FrameTag{{ID: "m2", Start: 3, End: 5, Tags: []string{"b"}}, {ID: "m1", Start: 1, End: 2, Tags: []string{"a"}}}},
			{MaterialID: "v2", Items: []FrameTag{{ID: "m1", Start: 1, End: 2, Tags: []string{"a"}}}},
		},
		Recognitions: []Recognition{{MaterialID: "v1", FrameTags: &Found[FrameTag]{Version: "ai", Items: []FrameTag{
			{ID: "r1", Start: 2, End: 4, Tags: []string{"r"}}, {ID: "r2", Start: 10, End: 11, Tags: []string{"r"}},
		}}}},
	})
}

// tagLine is a frame tag of a response in short.
type tagLine struct {
	ID   string
	Tags []string
}

// tagsIn returns Version and tags of a response of Material.DescribeMaterialFrameTag.
func tagsIn(t *testing.T, data string) (version string, lines []tagLine, last float64) {
	t.Helper()
	var answer describeFrameTagsResponse
	if err := json.Unmarshal([]byte(data), &answer); err != nil {
		t.Fatal(err)
	}
	for _, item := range answer.FrameTagInfo.FrameTagSet {
		lines = append(lines, tagLine{item.ItemID, item.Tags})
	}
	return answer.FrameTagInfo.Version, lines, answer.FrameTagInfo.LastTimeOffset
}

const wholeRange = `"StartTimeOffset":0,"EndTimeOffset":100`

func (w *world) tags(user, material string) []tagLine {
	w.t.Helper()
	_, lines, _ := tagsIn(w.t, w.must(user, "Material.DescribeMaterialFrameTag", `{"MaterialId":"`+material+`",`+wholeRange+`}`))
	return lines
}

func TestAddFrameTag(t *testing.T) {
	t.Parallel()
	const firstID = "5fd977677a23b40001000001"
	stale := outcome{Refusal: notCurrent, Why: "webpaas.version-stale"}
	foreign := outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}
	added := outcome{Body: data(`{"ItemId":"` + firstID + `"}`)}
	tests := []struct {
		name, user, material, rest string
		want                       outcome
		manual, made               []string // ids afterwards, in order; nil where nothing is kept
	}{
		{"first of a material", "bob", "v3", `"StartTimeOffset":1.25,"EndTimeOffset":5.2,"Tags":["游戏","关羽"],"Version":"manual"`, added, []string{firstID}, nil},
		{"between two", "alice", "v1", `"StartTimeOffset":2.5,"EndTimeOffset":9,"Tags":["x"],"Version":"manual"`, added, []string{"m1", firstID, "m2"}, nil},
		{"of one start", "alice", "v1", `"StartTimeOffset":1,"EndTimeOffset":1.5,"Tags":["x"],"Version":"manual"`, added, []string{"m1", firstID, "m2"}, nil},
		{"recognised", "alice", "v1", `"StartTimeOffset":2,"EndTimeOffset":3,"Tags":["x"],"Version":"ai"`, added, []string{"m1", "m2"}, []string{"r1", firstID, "r2"}},
		{"a moment", "alice", "v2", `"StartTimeOffset":5,"EndTimeOffset":5,"Tags":["x"],"Version":"manual"`, added, []string{"m1", firstID}, nil},
		{"without labels", "alice", "v2", `"StartTimeOffset":5,"EndTimeOffset":6,"Tags":[],"Version":"manual"`, added, []string{"m1", firstID}, nil},
		{"beyond the end", "alice", "v2", `"StartTimeOffset":1e6,"EndTimeOffset":1e7,"Tags":["x"],"Version":"manual"`, added, []string{"m1", firstID}, nil},
		{"granted to write", "dora", "v1", `"StartTimeOffset":9,"EndTimeOffset":9,"Tags":["x"],"Version":"manual"`, added, []string{"m1", "m2", firstID}, nil},
		{"start after end", "alice", "v2", `"StartTimeOffset":8.25,"EndTimeOffset":5.2,"Tags":["x"],"Version":"manual"`, outcome{Refusal: startAfterEnd, Why: "webpaas.time-range"}, []string{"m1"}, nil},
		{"before the beginning", "alice", "v2", `"StartTimeOffset":-1,"EndTimeOffset":5.2,"Tags":["x"],"Version":"manual"`, outcome{Refusal: invalid("StartTimeOffset"), Why: "webpaas.parameter"}, []string{"m1"}, nil},
		{"another version", "alice", "v1", `"StartTimeOffset":1,"EndTimeOffset":2,"Tags":["x"],"Version":"ai0"`, stale, []string{"m1", "m2"}, nil},
		{"no version", "alice", "v1", `"StartTimeOffset":1,"EndTimeOffset":2,"Tags":["x"],"Version":""`, stale, []string{"m1", "m2"}, nil},
		{"no version, none recognised", "alice", "v2", `"StartTimeOffset":1,"EndTimeOffset":2,"Tags":["x"],"Version":""`, stale, []string{"m1"}, nil},
		{"version, none recognised", "alice", "v2", `"StartTimeOffset":1,"EndTimeOffset":2,"Tags":["x"],"Version":"ai"`, stale, []string{"m1"}, nil},
		{"granted to read", "erin", "v1", `"StartTimeOffset":1,"EndTimeOffset":2,"Tags":["x"],"Version":"manual"`, foreign, []string{"m1", "m2"}, nil},
		{"right before times", "carol", "v1", `"StartTimeOffset":2,"EndTimeOffset":1,"Tags":["x"],"Version":"manual"`, foreign, []string{"m1", "m2"}, nil},
		{"unknown", "alice", "v9", `"StartTimeOffset":1,"EndTimeOffset":2,"Tags":["x"],"Version":"manual"`, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := tagWorld(t)
			checkOutcome(t, tt.want, w.run(tt.user, "Material.AddMaterialFrameTag", `{"MaterialId":"`+tt.material+`",`+tt.rest+`}`))
			kept := w.st.FrameTags[tt.material]
			var made []string
			if kept.Recognised != nil {
				made = tagIDs(kept.Recognised.Items)
			}
			if diff := cmp.Diff([][]string{tt.manual, tt.made}, [][]string{tagIDs(kept.Items), made}); diff != "" {
				t.Errorf("manual and recognised (-want +got):\n%s", diff)
			}
		})
	}
}

func tagIDs(tags []FrameTag) []string {
	var ids []string
	for _, t := range tags {
		ids = append(ids, t.ID)
	}
	return ids
}

// A counted id leaves out those that fixtures took, of both kinds.
func TestFrameTagIDsAreNotReused(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		FrameTags: []FrameTags{{MaterialID: "v1", Items: []FrameTag{{ID: "5fd977677a23b40001000001"}}}},
		Recognitions: []Recognition{{MaterialID: "v1", FrameTags: &Found[FrameTag]{
			Items: []FrameTag{{ID: "5fd977677a23b40001000002"}},
		}}},
	})
	got := w.must("alice", "Material.AddMaterialFrameTag", `{"MaterialId":"v1","StartTimeOffset":1,"EndTimeOffset":2,"Tags":["x"],"Version":"manual"}`)
	if want := `{"ItemId":"5fd977677a23b40001000003"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestModifyFrameTag(t *testing.T) {
	t.Parallel()
	stale := outcome{Refusal: notCurrent, Why: "webpaas.version-stale"}
	foreign := outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}
	unknown := outcome{Refusal: notFound, Why: "webpaas.frame-tag-unknown"}
	before := []tagLine{{"m1", []string{"a"}}, {"r1", []string{"r"}}, {"m2", []string{"b"}}, {"r2", []string{"r"}}}
	after := func(i int, labels ...string) []tagLine {
		all := append([]tagLine{}, before...)
		all[i].Tags = append([]string{}, labels...)
		return all
	}
	tests := []struct {
		name, user, item, labels, version string
		want                              outcome
		tags                              []tagLine // of v1 afterwards
	}{
		{"manual", "alice", "m1", `["x","y"]`, "manual", outcome{Body: success}, after(0, "x", "y")},
		{"manual, version of the whole response", "alice", "m2", `["x"]`, "ai", outcome{Body: success}, after(2, "x")},
		{"recognised", "alice", "r2", `["x"]`, "ai", outcome{Body: success}, after(3, "x")},
		{"without labels", "alice", "r1", `[]`, "ai", outcome{Body: success}, after(1)},
		{"granted to write", "dora", "m1", `["x"]`, "manual", outcome{Body: success}, after(0, "x")},
		{"recognised as manual", "alice", "r1", `["x"]`, "manual", stale, before},
		{"another version", "alice", "r1", `["x"]`, "ai0", stale, before},
		{"manual, another version", "alice", "m1", `["x"]`, "ai0", stale, before},
		{"no version", "alice", "m1", `["x"]`, "", stale, before},
		{"version before tag", "alice", "x9", `["x"]`, "ai0", stale, before},
		{"unknown tag", "alice", "x9", `["x"]`, "ai", unknown, before},
		{"unknown manual tag", "alice", "x9", `["x"]`, "manual", unknown, before},
		{"granted to read", "erin", "m1", `["x"]`, "manual", foreign, before},
		{"right before version", "carol", "m1", `["x"]`, "ai0", foreign, before},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := tagWorld(t)
			shared := w.st.clone() // shares the lists, which are replaced and never changed
			manual, made := encode(t, shared.FrameTags), encode(t, shared.Recognitions)
			request := `{"MaterialId":"v1","ItemId":"` + tt.item + `","Tags":` + tt.labels + `,"Version":"` + tt.version + `"}`
			checkOutcome(t, tt.want, w.run(tt.user, "Material.ModifyMaterialFrameTag", request))
			if diff := cmp.Diff(tt.tags, w.tags("alice", "v1")); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
			if manual != encode(t, shared.FrameTags) || made != encode(t, shared.Recognitions) {
				t.Error("a list was changed in place")
			}
		})
	}
}

// The documented error of an id with 21 digits: unknown and somebody else's are rejected alike.
func TestModifyFrameTagOfUnknownMaterial(t *testing.T) {
	t.Parallel()
	const long = exampleID + "0"
	request := `{"MaterialId":"` + long + `","ItemId":"5fd977677a23b40001ca3aff","Tags":["游戏","关羽"],"Version":"manual"}`
	w := exampleWorld(t)
	checkOutcome(t, outcome{Refusal: permissionDeny, Why: "webpaas.material-unknown", Body: denied},
		w.run(exampleOwner, "Material.ModifyMaterialFrameTag", request))
	w.load(Fixtures{Materials: []Material{{ID: long, Owner: Person("bob")}}})
	checkOutcome(t, outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign", Body: denied},
		w.run(exampleOwner, "Material.ModifyMaterialFrameTag", request))
}

func TestDeleteFrameTags(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, user, material string
		want                 outcome
		left                 outcome // of Material.DescribeMaterialFrameTag
	}{
		{"manual and recognised", "alice", "v1", outcome{Body: success}, outcome{Refusal: noneOf("frameTag"), Why: "webpaas.frame-tags-deleted"}},
		{"manual alone", "alice", "v2", outcome{Body: success}, outcome{Refusal: noneOf("frameTag"), Why: "webpaas.not-recognised"}},
		{"none", "bob", "v3", outcome{Body: success}, outcome{Refusal: noneOf("frameTag"), Why: "webpaas.not-recognised"}},
		{"granted to write", "dora", "v1", outcome{Body: success}, outcome{Refusal: noneOf("frameTag"), Why: "webpaas.frame-tags-deleted"}},
		{"granted to read", "erin", "v1", outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}, outcome{}},
		{"stranger", "carol", "v2", outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}, outcome{}},
		{"unknown", "alice", "v9", outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := tagWorld(t)
			checkOutcome(t, tt.want, w.run(tt.user, "Material.DeleteMaterialFrameTag", `{"MaterialId":"`+tt.material+`"}`))
			owner := map[string]string{"v3": "bob"}[tt.material]
			if owner == "" {
				owner = "alice"
			}
			left := w.run(owner, "Material.DescribeMaterialFrameTag", `{"MaterialId":"`+tt.material+`",`+wholeRange+`}`)
			checkOutcome(t, tt.left, outcome{Refusal: left.Refusal, Why: left.Why})
		})
	}
}

// What is deleted leaves nothing behind but the fact that it was, and a second deletion changes nothing.
func TestDeleteFrameTagsKeepsTheFact(t *testing.T) {
	t.Parallel()
	w := tagWorld(t)
	for range 2 {
		w.must("alice", "Material.DeleteMaterialFrameTag", `{"MaterialId":"v1"}`)
		w.must("alice", "Material.DeleteMaterialFrameTag", `{"MaterialId":"v2"}`)
		w.must("bob", "Material.DeleteMaterialFrameTag", `{"MaterialId":"v3"}`)
		want := map[string]FrameTags{"v1": {MaterialID: "v1", Recognised: &RecognisedTags{}}}
		if diff := cmp.Diff(want, w.st.FrameTags); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
	}
	checkOutcome(t, outcome{Refusal: notCurrent, Why: "webpaas.version-stale"},
		w.run("alice", "Material.AddMaterialFrameTag", `{"MaterialId":"v1",`+wholeRange+`,"Tags":["x"],"Version":"ai"}`))
	w.must("alice", "Material.AddMaterialFrameTag", `{"MaterialId":"v1",`+wholeRange+`,"Tags":["x"],"Version":"manual"}`)
	if diff := cmp.Diff([]tagLine{{"5fd977677a23b40001000001", []string{"x"}}}, w.tags("alice", "v1")); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestDescribeFrameTags(t *testing.T) {
	t.Parallel()
	const describe = "Material.DescribeMaterialFrameTag"
	tests := []struct {
		name, material, rest string
		version, first       string // first of the tags
		count                int
		last                 float64
	}{
		{"both kinds", "v1", wholeRange, "ai", "m1", 4, -1},
		{"OnlyManual false", "v1", wholeRange + `,"OnlyManual":false`, "ai", "m1", 4, -1},
		{"OnlyManual", "v1", wholeRange + `,"OnlyManual":true`, "manual", "m1", 2, -1},
		{"manual alone", "v2", wholeRange, "manual", "m1", 1, -1},
		{"manual alone, OnlyManual", "v2", wholeRange + `,"OnlyManual":true`, "manual", "m1", 1, -1},
		{"bounds belong", "v1", `"StartTimeOffset":2,"EndTimeOffset":3`, "ai", "r1", 2, -1},
		{"nothing in the range", "v1", `"StartTimeOffset":50,"EndTimeOffset":100`, "ai", "", 0, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			version, lines, last := tagsIn(t, tagWorld(t).must("alice", describe, `{"MaterialId":"`+tt.material+`",`+tt.rest+`}`))
			first := ""
			if len(lines) > 0 {
				first = lines[0].ID
			}
			type facts struct {
				Version, First string
				Count          int
				Last           float64
			}
			if diff := cmp.Diff(facts{tt.version, tt.first, tt.count, tt.last}, facts{version, first, len(lines), last}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	failures := []struct {
		name, user, material, rest string
		want                       outcome
	}{
		{"none", "bob", "v3", wholeRange, outcome{Refusal: noneOf("frameTag"), Why: "webpaas.not-recognised"}},
		{"none, OnlyManual", "bob", "v3", wholeRange + `,"OnlyManual":true`, outcome{Refusal: noneOf("frameTag"), Why: "webpaas.not-recognised"}},
		{"range the other way round", "alice", "v1", `"StartTimeOffset":2,"EndTimeOffset":1`, outcome{Refusal: startAfterEnd, Why: "webpaas.time-range"}},
		{"range before none", "bob", "v3", `"StartTimeOffset":2,"EndTimeOffset":1`, outcome{Refusal: startAfterEnd, Why: "webpaas.time-range"}},
		{"stranger", "carol", "v1", wholeRange, outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}},
		{"unknown", "alice", "v9", wholeRange, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}},
	}
	for _, tt := range failures {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tagWorld(t).run(tt.user, describe, `{"MaterialId":"`+tt.material+`",`+tt.rest+`}`)
			checkOutcome(t, tt.want, outcome{Refusal: got.Refusal, Why: got.Why})
		})
	}
}

// With tags of a recognition alone, OnlyManual finds none, and that is no error.
func TestOnlyManualOfRecognised(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "v1"}}})
	want := `{"FrameTagInfo":{"Version":"manual","FrameTagSet":[],"LastTimeOffset":-1}}`
	got := w.must("alice", "Material.DescribeMaterialFrameTag", `{"MaterialId":"v1",`+wholeRange+`,"OnlyManual":true}`)
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
