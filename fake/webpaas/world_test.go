package webpaas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// world is a tenant for calls of operations. Each call also checks the rules of all operations; see run.
type world struct {
	t       *testing.T
	st      *State
	ids     op.IDs
	now     time.Time
	dialect dialect.Dialect
	verify  func(signature, action string) (string, *diagnosis.Diagnosis)
}

var testTime = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

func newWorld(t *testing.T) *world {
	return &world{
		t: t, st: &State{}, now: testTime,
		verify: func(signature, action string) (string, *diagnosis.Diagnosis) {
			if signature != "good" || action != "Upload" {
				return "", &diagnosis.Diagnosis{Code: "cme.hmac", Sentence: "it does not verify"}
			}
			return "alice", nil
		},
	}
}

func (w *world) as(user string) *op.Call {
	return &op.Call{
		Now: w.now, User: user, Dialect: w.dialect, Seed: 1, IDs: &w.ids, VerifySign: w.verify,
		Tenant: op.Tenant{ID: "default", Platform: "fake-platform", CMEAppID: 1200000001},
	}
}

// load adds fixtures to the world.
func (w *world) load(f Fixtures) *world {
	w.t.Helper()
	if err := w.st.Load(w.as(""), f); err != nil {
		w.t.Fatal(err)
	}
	return w
}

// outcome is the result of a call.
type outcome struct {
	// Error is the name of the documented error, InvalidParameter with its parameter; empty for a success.
	Error string
	// Why is the code of the diagnosis.
	Why string
	// Body is the whole response.
	Body string
}

// run calls an operation and checks the rules of all operations: an error or a Read changes nothing, and a Write updates
// the index and replaces values, which another state may share.
func (w *world) run(user, operation, request string) outcome {
	w.t.Helper()
	i := slices.IndexFunc(Service.Ops, func(o op.Op[State]) bool { return o.ID == operation })
	if i < 0 {
		w.t.Fatalf("no operation %s", operation)
	}
	c, before, shared := w.as(user), w.snapshot(), w.st.clone()
	values := encode(w.t, shared)
	c.Operation = operation
	data, err := Service.Ops[i].Run(c, w.st, []byte(request))
	var failure *op.Error
	var out outcome
	if err != nil {
		r, ok := op.AsFailure(err)
		if !ok {
			w.t.Fatalf("%s %s: a bug in the fake: %v", operation, request, err)
		}
		failure = r.Err
		out.Error, out.Why = errorName(r.Err), r.Diagnosis.Code
	}
	if err != nil || !Service.Ops[i].Writes {
		if after := w.snapshot(); before != after {
			w.t.Errorf("%s %s: rejected or a Read, and changed the state (-before +after):\n%s", operation, request, cmp.Diff(before, after))
		}
	}
	if encode(w.t, shared) != values {
		w.t.Errorf("%s %s: a value in the state was changed in place", operation, request)
	}
	w.checkIndex()
	out.Body = encode(w.t, Service.Envelope(c, data, failure))
	return out
}

// data returns the Data of a success, or "ok" if it has none.
func (o outcome) data() string {
	_, data, ok := strings.Cut(strings.TrimSuffix(o.Body, "}"), `,"Data":`)
	if !ok {
		return "ok"
	}
	return data
}

// must is run for a call that must succeed. It returns its Data.
func (w *world) must(user, operation, request string) string {
	w.t.Helper()
	out := w.run(user, operation, request)
	if out.Error != "" {
		w.t.Fatalf("%s %s: rejected: %s (%s)", operation, request, out.Error, out.Why)
	}
	var envelope struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(out.Body), &envelope); err != nil {
		w.t.Fatal(err)
	}
	return string(envelope.Data)
}

func (w *world) snapshot() string { return encode(w.t, struct{ State, IDs any }{w.st, w.ids}) }

// checkIndex compares the index with a new one.
func (w *world) checkIndex() {
	w.t.Helper()
	fresh := w.st.clone()
	want, got := indexText(&fresh.index), indexText(&w.st.index)
	if encode(w.t, want) != encode(w.t, got) { // far quicker than cmp.Diff
		w.t.Errorf("index (-made new +grown):\n%s", cmp.Diff(want, got))
	}
}

// indexText returns the content of an index without pointers.
func indexText(x *index) map[string]any {
	ids := func(list []*entry) []string {
		var ids []string
		for _, e := range list {
			ids = append(ids, e.id+"@"+e.created.String())
		}
		return ids
	}
	text := map[string]any{}
	for id, e := range x.entries {
		text["entry "+id] = []any{e.name, e.description, e.kind, e.resolution, e.duration, e.tags, e.presetTags, e.place.Class}
	}
	for owner, list := range x.byOwner {
		text["owner "+owner.String()] = ids(list)
	}
	for p, list := range x.byPlace {
		text["place "+p.Owner.String()+classText(p.Class)] = ids(list)
	}
	for id, n := range x.files {
		text["file "+id] = n
	}
	for p, list := range x.children {
		text["children "+p.Owner.String()+classText(p.Class)] = list
	}
	return text
}

// encode writes JSON as the fake does.
func encode(t testing.TB, value any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// errorName returns the name of a documented error, with the parameter of an InvalidParameter.
func errorName(e *op.Error) string {
	if e.Name != errParameter.Name {
		return e.Name
	}
	return e.Name + "(" + strings.TrimSuffix(strings.TrimPrefix(e.EnglishMessage, "param "), " invalid") + ")"
}

// success is the whole response of an operation without data.
const success = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`

// ids returns the MaterialIds of a response.
func ids(t *testing.T, data string) []string {
	t.Helper()
	var resp struct {
		MaterialInfoSet []struct {
			BasicInfo struct {
				MaterialID string `json:"MaterialId"`
			}
		}
	}
	if err := json.Unmarshal([]byte(data), &resp); err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, m := range resp.MaterialInfoSet {
		ids = append(ids, m.BasicInfo.MaterialID)
	}
	return ids
}

// at returns a time some seconds after a fixed one.
func at(seconds int) time.Time {
	return time.Date(2020, 12, 14, 9, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
}

// The ids and addresses of the documented examples. The masked digits are zeros.

const (
	exampleID    = "38192156030633420589"
	exampleOwner = "ce4cdaf6-6039-486b-8f09-a5df23000000"
	exampleMedia = "https://cme.vod2.myqcloud.com/1810000000/b64e98afvodcq1810000000/9be0dda85285890811308550195/ixbEocVHT1oA.mp4?t=5fdf14b4&whref=yunjian.qq.com&sign=ce15ca0558bebe775974e28217280000"
	exampleCover = "https://cme.vod2.myqcloud.com/1810000000/8d388657vodtranscq1810000000/9be0dda85285890811308550195/coverBySnapshot/coverBySnapshot_10_0.jpg"
)

const ownerJSON = `{"Type":"PERSON","Id":"` + exampleOwner + `"}`

// data is the whole response of an operation with data.
func data(text string) string {
	return `{"Code":"Success","Message":"成功","EnglishMessage":"success","Data":` + text + `}`
}

// checkOutcome compares outcomes. It ignores the body if want has none.
func checkOutcome(t *testing.T, want, got outcome) {
	t.Helper()
	if want.Body == "" {
		got.Body = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func listRequest(owner string, class, offset, limit int) string {
	return fmt.Sprintf(`{"Platform":"fake-platform","ClassId":%d,"Owner":%s,"Offset":%d,"Limit":%d}`, class, owner, offset, limit)
}

const aliceJSON = `{"Type":"PERSON","Id":"alice"}`

// errorText returns the name of a documented error.
func errorText(t *testing.T, err error) string {
	t.Helper()
	r, ok := op.AsFailure(err)
	if !ok {
		t.Fatalf("a bug in the fake: %v", err)
	}
	return errorName(r.Err)
}

// verifyFor verifies the signature "good" of a user.
func verifyFor(user string) func(string, string) (string, *diagnosis.Diagnosis) {
	return func(signature, action string) (string, *diagnosis.Diagnosis) {
		if signature == "good" && action == "Upload" {
			return user, nil
		}
		return "", &diagnosis.Diagnosis{Code: "cme.hmac", Sentence: "it does not verify"}
	}
}

func scopeJSON(owner, rest string) string {
	return `{"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"` + owner + `"}` + rest + `}`
}

// people returns the users of most tests. Team t has an owner, an admin and a member. alice owns media and has granted
// nothing; carol owns nothing.
func people() Fixtures {
	return Fixtures{
		Teams: []Team{{ID: "t", Members: []Member{
			{User: "olga", Role: RoleOwner}, {User: "adam", Role: RoleAdmin}, {User: "mia", Role: RoleMember},
		}}},
	}
}

// classWorld has these classes of alice: 501 in 500, the empty 502, 510 with a video, and 520 to 529, each in the one
// before and the last on level 10. bob owns 600 and team t owns 700. dora may write to 500 and below, and has all other
// rights on 502; erin may read 500.
func classWorld(t *testing.T) *world {
	alice := Person("alice")
	f := people()
	f.Classes = []Class{
		{ID: 500, Owner: alice, Name: "a"}, {ID: 501, Owner: alice, ParentID: 500, Name: "b"},
		{ID: 502, Owner: alice, Name: "c"}, {ID: 510, Owner: alice, Name: "d"},
		{ID: 520, Owner: alice, Name: "deep"},
		{ID: 600, Owner: Person("bob"), Name: "a"}, {ID: 700, Owner: Entity{OwnerTeam, "t"}, Name: "a"},
	}
	for id := int64(521); id <= 529; id++ {
		f.Classes = append(f.Classes, Class{ID: id, Owner: alice, ParentID: id - 1, Name: "deep"})
	}
	f.Materials = []Material{{ID: "v", Owner: alice, ClassID: 510}}
	f.Grants = []Grant{
		{Authorizee: Person("dora"), Resource: Resource{ResourceClass, "500"}, Rights: "W"},
		{Authorizee: Person("dora"), Resource: Resource{ResourceClass, "502"}, Rights: "RXC"},
		{Authorizee: Person("erin"), Resource: Resource{ResourceClass, "500"}, Rights: "R"},
	}
	return newWorld(t).load(f)
}

// describeWorld has three materials of alice that were created and changed in different orders, and one of bob.
func describeWorld(t *testing.T) *world {
	return newWorld(t).load(Fixtures{Materials: []Material{
		{ID: "a", Owner: Person("alice"), CreateTime: at(1), UpdateTime: at(9)},
		{ID: "b", Owner: Person("alice"), CreateTime: at(2), UpdateTime: at(7)},
		{ID: "c", Owner: Person("alice"), CreateTime: at(3), UpdateTime: at(8)},
		{ID: "x", Owner: Person("bob")},
	}})
}

// editorWorld has a project of alice with 25 media, of which one is deleted, and two other media, of which she may read
// one.
func editorWorld(t *testing.T) *world {
	t.Helper()
	f := Fixtures{Projects: []Project{{ID: "p", Name: "one", Owner: Person("alice")}}}
	for i := range 25 {
		id := fmt.Sprintf("m%02d", i)
		f.Materials = append(f.Materials, Material{ID: id, Type: "VIDEO", Name: id, Owner: Person("alice"), Media: Media{Duration: 1.5}})
		f.Projects[0].MaterialIDs = append(f.Projects[0].MaterialIDs, id)
	}
	f.Materials = append(f.Materials, Material{ID: "loose", Type: "AUDIO", Name: "loose", Owner: Person("alice")}, Material{ID: "foreign", Type: "VIDEO", Name: "foreign", Owner: Person("bob")})
	w := newWorld(t).load(f)
	delete(w.st.Materials, "m01")
	return w
}

func exampleWorld(t *testing.T) *world {
	day := time.Date(2020, 12, 14, 9, 5, 8, 0, time.UTC)
	return newWorld(t).load(Fixtures{
		Teams:   []Team{{ID: "tid_daf6", Members: []Member{{User: "x", Role: RoleOwner}}}},
		Classes: []Class{{ID: 1430, Owner: Person(exampleOwner), ParentID: 9, Name: "视频"}},
		Materials: []Material{{
			ID: exampleID, Name: "脱口秀", Owner: Person(exampleOwner), ClassID: 1430, CreateTime: day,
			Tags: []string{"综艺", "脱口秀"}, MediaURL: exampleMedia, CoverURL: exampleCover,
			Media: Media{
				Width: 1980, Height: 1080, Size: 167287626, Duration: 1873.50202,
				VideoBitrate: 615845, Fps: 30, AudioBitrate: 95999,
			},
		}},
		Grants: []Grant{{
			Authorizer: Person(exampleOwner), Authorizee: Entity{OwnerTeam, "tid_daf6"},
			Resource: Resource{ResourceMaterial, exampleID},
		}},
	})
}

// tagWorld has two manual and two recognised frame tags on v1 of alice, a manual one on her v2, and none on v3 of bob.
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

// mediaWorld has a video v1, an image v2 and a class 500 of alice, and a video v3 and a class 600 of bob.
func mediaWorld(t *testing.T) *world {
	f := people()
	f.Classes = []Class{
		{ID: 500, Owner: Person("alice"), Name: "a"}, {ID: 600, Owner: Person("bob"), Name: "b"},
	}
	f.Materials = []Material{
		{ID: "v1", Owner: Person("alice"), Name: "one", CreateTime: at(1), Tags: []string{"old"}, PresetTagIDs: []string{"p"}},
		{ID: "v2", Owner: Person("alice"), Name: "two", CreateTime: at(2), Type: "IMAGE"},
		{ID: "v3", Owner: Person("bob"), Name: "three", CreateTime: at(3)},
	}
	f.Grants = []Grant{
		{Authorizee: Person("dora"), Resource: Resource{ResourceMaterial, "v1"}, Rights: "RW"},
		{Authorizee: Person("erin"), Resource: Resource{ResourceMaterial, "v1"}, Rights: "R"},
	}
	return newWorld(t).load(f)
}

// manyWorld has n videos of alice in class 500, two from each second.
func manyWorld(t *testing.T, n int) *world {
	f := Fixtures{Classes: []Class{{ID: 500, Owner: Person("alice"), Name: "a"}}}
	for i := range n {
		f.Materials = append(f.Materials, Material{
			ID: fmt.Sprintf("m%03d", i), Owner: Person("alice"), ClassID: 500, CreateTime: at(i / 2),
		})
	}
	return newWorld(t).load(f)
}

// newestFirst returns the ids of manyWorld, the newest first.
func newestFirst(n int) []string {
	ids := make([]string, n)
	for i := range n {
		ids[i] = fmt.Sprintf("m%03d", n-1-i)
	}
	return ids
}

// projectRightsWorld has a project and a task of alice (p), the same of team t (q), and a material of the user.
func projectRightsWorld(t *testing.T, user string) *world {
	f := people()
	f.Materials = []Material{{ID: "own", Owner: Person(user)}}
	f.Projects = []Project{{ID: "p", Owner: Person("alice"), Name: "of p"}, {ID: "q", Owner: Entity{OwnerTeam, "t"}, Name: "of q"}}
	f.Tasks = []Task{{ID: "x of p", ProjectID: "p"}, {ID: "x of q", ProjectID: "q"}}
	return newWorld(t).load(f)
}

// exampleProjects has the projects of the documented examples.
func exampleProjects(t *testing.T) *world {
	owner := Person(exampleEditor)
	day := time.Date(2020, 11, 23, 8, 26, 58, 0, time.UTC)
	return newWorld(t).load(Fixtures{
		Materials: []Material{{ID: "5fd9b3c392b3ce00018a0949", Owner: owner}, {ID: "5fd9b3bf92b3ce00018a0945", Owner: owner}},
		Projects: []Project{
			{
				ID: exampleProject2, Name: "招生通0821", Owner: owner, CoverURL: exampleProjectCover, FusionData: exampleTracks,
				Version: 1608449142, CreateTime: day, UpdateTime: time.Date(2020, 12, 20, 7, 25, 42, 0, time.UTC),
			},
			{
				ID: exampleProject, Owner: owner, CreateTime: day.Add(-time.Hour),
				MaterialIDs: []string{"5fd9b3c392b3ce00018a0949", "5fd9b3bf92b3ce00018a0945"},
			},
		},
	})
}

// projectWorld has a project of alice with two media and a deleted one, and a project of team t. alice may use b of bob,
// but not his c.
func projectWorld(t *testing.T) *world {
	alice, bob := Person("alice"), Person("bob")
	f := people()
	f.Materials = []Material{
		{ID: "m1", Owner: alice}, {ID: "m2", Owner: alice}, {ID: "m3", Owner: alice}, {ID: "b", Owner: bob}, {ID: "c", Owner: bob},
		{ID: "gone", Owner: alice},
	}
	f.Grants = []Grant{
		{Authorizee: alice, Resource: Resource{ResourceMaterial, "b"}, Rights: "X"},
		{Authorizee: alice, Resource: Resource{ResourceMaterial, "c"}, Rights: "RC"},
	}
	f.Projects = []Project{
		{ID: "p", Owner: alice, Name: "片头", CreateTime: at(0), MaterialIDs: []string{"m2", "gone", "m1"}},
		{ID: "q", Owner: Entity{OwnerTeam, "t"}, CreateTime: at(1)},
	}
	w := newWorld(t).load(f)
	w.st.deleteMaterial("gone")
	return w
}

// libraryWorld has five projects of alice, p1 to p5 by age and each of another category, one of bob and one of team t.
func libraryWorld(t *testing.T) *world {
	f := people()
	for i, category := range ProjectCategories() {
		f.Projects = append(f.Projects, Project{
			ID: fmt.Sprint("p", i+1), Owner: Person("alice"), Category: category, CreateTime: at(i + 1),
			Name: []string{"Opening", "My opening", "opening", "片头", strings.Repeat("名", 31)}[i],
		})
	}
	f.Projects = append(f.Projects,
		Project{ID: "b", Owner: Person("bob"), CreateTime: at(9), Name: "opening"},
		Project{ID: "t", Owner: Entity{OwnerTeam, "t"}, CreateTime: at(8), Name: "opening of the team"})
	return newWorld(t).load(f)
}

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

// rightsWorld has a material of alice and one of team t, each in a class in another class. There is a user for each right
// on the material, on its class and on the class above. The class of the material contains an empty class.
func rightsWorld(t *testing.T) *world {
	alice, team := Person("alice"), Entity{OwnerTeam, "t"}
	f := people()
	f.Classes = []Class{
		{ID: 500, Owner: alice, Name: "a"}, {ID: 501, Owner: alice, ParentID: 500, Name: "b"}, {ID: 502, Owner: alice, ParentID: 501, Name: "c"},
		{ID: 700, Owner: team, Name: "a"}, {ID: 701, Owner: team, ParentID: 700, Name: "b"}, {ID: 702, Owner: team, ParentID: 701, Name: "c"},
	}
	f.Materials = []Material{
		{ID: "500m", Owner: alice, ClassID: 501}, {ID: "700m", Owner: team, ClassID: 701},
	}
	f.FrameTags = []FrameTags{
		{MaterialID: "500m", Items: []FrameTag{{ID: "i"}}}, {MaterialID: "700m", Items: []FrameTag{{ID: "i"}}},
	}
	f.Tasks = []Task{{MaterialID: "500m"}, {MaterialID: "700m"}}
	for _, base := range []string{"500", "700"} {
		authorizer := map[string]Entity{"500": alice, "700": team}[base]
		for _, r := range "RXCW" {
			for on, resource := range map[string]Resource{
				"m": {ResourceMaterial, base + "m"}, "c": {ResourceClass, base[:2] + "1"}, "p": {ResourceClass, base},
			} {
				f.Grants = append(f.Grants, Grant{
					Authorizer: authorizer, Authorizee: Person(base + on + string(r)), Resource: resource, Rights: Rights(r),
				})
			}
		}
	}
	return newWorld(t).load(f)
}

// searchWorld has materials of alice in a tree 500 > 501 > 502, in other classes, and one of bob.
func searchWorld(t *testing.T) *world {
	alice := Person("alice")
	class := func(id, parent int64) Class {
		return Class{ID: id, Owner: alice, ParentID: parent, Name: classText(id)}
	}
	return newWorld(t).load(Fixtures{
		Classes: []Class{class(500, 9), class(501, 500), class(502, 501)},
		Materials: []Material{
			{ID: "film", Owner: alice, ClassID: 500, CreateTime: at(10), Name: "Summer Film", Description: "by the sea",
				Tags: []string{"a", "b"}, PresetTagIDs: []string{"p1", "p2"},
				Media: Media{Width: 1920, Height: 1080, Duration: 60}},
			{ID: "sea", Owner: alice, ClassID: 501, CreateTime: at(20), Name: "SEA", Tags: []string{"b"},
				PresetTagIDs: []string{"p1"}, Media: Media{Width: 640, Height: 360, Duration: 10.5}},
			{ID: "seaside", Owner: alice, ClassID: 502, CreateTime: at(30), Name: "seaside", Type: "IMAGE",
				Media: Media{Width: 4000, Height: 3000}},
			{ID: "song", Owner: alice, ClassID: 12, CreateTime: at(40), Name: "夏天的海", Type: "AUDIO", Media: Media{Duration: 61}},
			{ID: "star", Owner: alice, CreateTime: at(50), Name: "star", Type: "STICKER", Media: Media{Width: 100, Height: 100}},
			{ID: "bobs", Owner: Person("bob"), CreateTime: at(45), Name: "sea of bob"},
		},
		Grants: []Grant{{Authorizer: Person("bob"), Authorizee: alice, Resource: Resource{ResourceClass, "9"}}},
	})
}

// sharedWorld has grants of alice: bob may read a class with another one in it and two materials, and use a third one;
// team t may read a material.
func sharedWorld(t *testing.T) *world {
	alice, bob := Person("alice"), Person("bob")
	f := people()
	f.Classes = []Class{{ID: 500, Owner: alice, Name: "a"}, {ID: 501, Owner: alice, ParentID: 500, Name: "b"}}
	f.Materials = []Material{
		{ID: "m1", Owner: alice, ClassID: 500, CreateTime: at(1), Name: "one"},
		{ID: "m2", Owner: alice, ClassID: 501, CreateTime: at(2), Name: "two", Tags: []string{"x"}},
		{ID: "m3", Owner: alice, CreateTime: at(3), Name: "three", Type: "AUDIO"},
		{ID: "m4", Owner: alice, CreateTime: at(4), Name: "to use only"},
		{ID: "m5", Owner: alice, CreateTime: at(5), Name: "of the team"},
		{ID: "m6", Owner: alice, CreateTime: at(6), Name: "of nobody else"},
	}
	f.Grants = []Grant{
		{Authorizee: bob, Authorizer: alice, Resource: Resource{ResourceClass, "500"}},
		{Authorizee: bob, Resource: Resource{ResourceMaterial, "m1"}, Rights: "RW"}, // twice, over class 500
		{Authorizee: bob, Resource: Resource{ResourceMaterial, "m3"}, Rights: "XR"},
		{Authorizee: bob, Resource: Resource{ResourceMaterial, "m4"}, Rights: "X"},
		{Authorizee: Entity{OwnerTeam, "t"}, Resource: Resource{ResourceMaterial, "m5"}, Rights: "R"},
		{Authorizee: Person("dora"), Resource: Resource{ResourceMaterial, "m4"}, Rights: "XCW"},
	}
	return newWorld(t).load(f)
}

// wholeWorld has an entry in every part of the state.
func wholeWorld(t *testing.T) *world {
	alice := Person("alice")
	f := people()
	f.Classes = []Class{{ID: 500, Owner: alice, Name: "类"}, {Owner: alice, Name: "made", ParentID: 500}}
	for _, kind := range MaterialTypes() {
		m := Material{ID: kind, Type: kind, Owner: alice, Tags: []string{"<a>&"}, CreateTime: at(1)}
		if kind == typeLink {
			m.Link = &Link{Resource: Resource{ResourceMaterial, "VIDEO"}}
		}
		f.Materials = append(f.Materials, m)
	}
	f.Grants = []Grant{{Authorizee: Entity{OwnerTeam, "t"}, Resource: Resource{ResourceClass, "500"}, Rights: "RX"}}
	f.Projects = []Project{{
		ID: "p", Owner: alice, Category: "Switcher", MaterialIDs: []string{"VIDEO"},
		Switcher: &SwitcherSettings{StopTime: at(5), Width: 1}, StreamConnect: &StreamSettings{},
	}}
	f.Tasks = []Task{
		{ID: "export", ProjectID: "p", CreateTime: testTime, Plan: Plan{After: time.Second, Fail: &Failure{At: 3}}},
		{ID: "process", MaterialID: "VIDEO"},
		{ID: "polled", ProjectID: "p", Plan: Plan{Polls: 3}, Polled: 1},
		{ID: "moved", ProjectID: "p", Plan: Plan{Manual: true, Fail: &Failure{At: 60}}, Percent: 40},
	}
	f.Plans = map[string]Plan{TaskProcess: {After: time.Minute}}
	f.FrameTags = []FrameTags{{MaterialID: "VIDEO", Items: []FrameTag{{ID: "i", Start: 1.25, End: 5.2, Tags: []string{"x"}}}}}
	f.Recognitions = []Recognition{{
		MaterialID: "VIDEO", PageSize: 2,
		Faces: &Found[Face]{Items: []Face{{Name: "a", Segments: []Segment{{End: 1, Area: Area{1, 2, 3, 4}}}}}}, Objects: &Found[Object]{},
		Subtitles: &Found[Subtitle]{Items: []Subtitle{{Text: "a"}}}, FrameTags: &Found[FrameTag]{Items: []FrameTag{{ID: "r"}}},
	}}
	w := newWorld(t).load(f)
	w.must("alice", "Material.ModifyMaterialFrameTag", `{"MaterialId":"VIDEO","ItemId":"r","Tags":["y"],"Version":"`+w.st.Recognitions["VIDEO"].FrameTags.Version+`"}`)
	w.st.Uploads = map[string]Upload{"u": {Context: "u", Owner: alice, CreateTime: at(6)}}
	return w
}

// taskWorld has four tasks of alice, x1 to x4 by age: a successful and a failed export, a successful process task and one
// that runs. Team t has an export, and bob a process task that alice started.
func taskWorld(t *testing.T) *world {
	alice := Person("alice")
	f := people()
	f.Materials = []Material{{ID: "m", Owner: alice}, {ID: "n", Owner: alice}, {ID: "b", Owner: Person("bob")}}
	f.Projects = []Project{{ID: "p", Owner: alice, Name: "Opening"}, {ID: "q", Owner: Entity{OwnerTeam, "t"}, Name: "Opening of the team"}}
	f.Tasks = []Task{
		{ID: "x1", ProjectID: "p", CreateTime: at(1)},
		{ID: "x2", ProjectID: "p", CreateTime: at(2), Plan: Plan{Fail: &Failure{At: 40}}},
		{ID: "x3", MaterialID: "m", CreateTime: at(3)},
		{ID: "x4", MaterialID: "n", CreateTime: testTime.Add(-time.Second), Plan: Plan{After: 4 * time.Second}},
		{ID: "team", ProjectID: "q"},
		{ID: "started", MaterialID: "b", User: "alice", CreateTime: at(9)},
	}
	return newWorld(t).load(f)
}

// exampleTeams has the teams of the documented examples; user is Admin of the first. Two pages have different numbers of
// its members.
func exampleTeams(t *testing.T, members int64) *world {
	day := func(d, h, m, s int) time.Time { return time.Date(2020, 12, d, h, m, s, 0, time.UTC) }
	return newWorld(t).load(Fixtures{Teams: []Team{
		{
			ID: exampleTeam, Name: "腾讯云团队", MemberCount: members, CreateTime: day(23, 8, 18, 12), UpdateTime: day(23, 10, 20, 12),
			Members: []Member{{"boss", RoleOwner}, {"user", RoleAdmin}},
		},
		{
			ID: exampleTeam2, Name: "视频云团队", MemberCount: 500, CreateTime: day(25, 9, 9, 12), UpdateTime: day(25, 11, 15, 12),
			Members: []Member{{"boss", RoleOwner}},
		},
	}})
}

// manyTeams has the teams t00 to t30 by age. mia is a member of all but t30.
func manyTeams(t *testing.T) *world {
	var f Fixtures
	for i := range 31 {
		team := Team{ID: fmt.Sprintf("t%02d", i), CreateTime: at(i / 2), Members: []Member{{"olga", RoleOwner}, {"mia", RoleMember}}}
		if i == 30 {
			team.Members = team.Members[:1]
		}
		f.Teams = append(f.Teams, team)
	}
	return newWorld(t).load(f)
}
