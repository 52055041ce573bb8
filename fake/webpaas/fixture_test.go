package webpaas

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// Put fills in everything that is missing.
func TestDefaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := testTime.Truncate(time.Second)
	alice := Person("alice")
	c := w.as("alice")
	m, err := Put(w.st, c, Material{})
	if err != nil {
		t.Fatal(err)
	}
	want := Material{
		ID: "38192156030600000001", Type: "VIDEO", Name: "video 38192156030600000001", Owner: alice, ClassID: 12,
		CreateTime: now, UpdateTime: now, TranscodeStatus: "NORMAL", VodFileID: "5285890811000000001", Media: m.Media,
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("material (-want +got):\n%s", diff)
	}
	class, err := Put(w.st, c, Class{Name: "n"})
	if diff := cmp.Diff(Class{ID: 12514, Owner: alice, ParentID: 9, Name: "n"}, class); err != nil || diff != "" {
		t.Errorf("class %v (-want +got):\n%s", err, diff)
	}
	p, err := Put(w.st, c, Project{ID: "p"})
	wantProject := Project{
		ID: "p", Name: "project p", Owner: alice, Category: "Default", WHRatio: "16:9",
		FusionData: "[]", Version: now.Unix(), CreateTime: now, UpdateTime: now,
	}
	if diff := cmp.Diff(wantProject, p); err != nil || diff != "" {
		t.Errorf("project %v (-want +got):\n%s", err, diff)
	}
	g, err := Put(w.st, c, Grant{Authorizee: Person("bob"), Resource: Resource{ResourceMaterial, m.ID}})
	wantGrant := Grant{Authorizer: alice, Authorizee: Person("bob"), Resource: Resource{ResourceMaterial, m.ID}, Rights: "R"}
	if diff := cmp.Diff(wantGrant, g); err != nil || diff != "" {
		t.Errorf("grant %v (-want +got):\n%s", err, diff)
	}
	export, err := Put(w.st, c, Task{ID: "e", ProjectID: "p"})
	if diff := cmp.Diff(Task{ID: "e", Type: TaskExport, Owner: alice, ProjectID: "p", CreateTime: testTime}, export); err != nil || diff != "" {
		t.Errorf("export %v (-want +got):\n%s", err, diff)
	}
	process, err := Put(w.st, c, Task{ID: "x", MaterialID: m.ID})
	if diff := cmp.Diff(Task{ID: "x", Type: TaskProcess, Owner: alice, MaterialID: m.ID, Definition: 20, CreateTime: testTime}, process); err != nil || diff != "" {
		t.Errorf("process %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"x"}, w.st.Recognitions[m.ID].TaskIDs); diff != "" {
		t.Errorf("recognitions (-want +got):\n%s", diff)
	}
	team, err := Put(w.st, c, Team{Members: []Member{{"alice", RoleOwner}}})
	if err != nil || len(team.ID) != len("cmetid_")+33 || team.Name != "team "+team.ID || team.CreateTime != now {
		t.Errorf("team %+v, %v", team, err)
	}
}

func TestUsualClasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := map[string]string{
		"VIDEO": "/个人/素材/视频", "AUDIO": "/个人/素材/音频", "IMAGE": "/个人/素材/图片", "STICKER": "/个人/效果素材",
		"VIDEO_EDIT_TEMPLATE": "/个人/模板", "THIRD_PARTY_PUBLISH_CHANNEL": "/个人/发布通道", "LINK": "/个人/媒资", "FILTER": "/个人/效果素材",
	}
	for kind, path := range want {
		if got := w.st.tree(Person("alice")).path(defaultClass(kind)); got != path {
			t.Errorf("%s goes to %s, want %s", kind, got, path)
		}
	}
}

// Made-up facts fit the type, each other and the given ones. They depend on the id alone.
func TestMadeUpMedia(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := func(m Material) Media {
		t.Helper()
		m.Owner = Person("alice")
		m, err := Put(w.st, w.as(""), m)
		if err != nil {
			t.Fatal(err)
		}
		return m.Media
	}
	video := made(Material{ID: "a"})
	if video != made(Material{ID: "a"}) || video == made(Material{ID: "b"}) {
		t.Error("the facts do not depend on the id alone")
	}
	if want := int64(video.Duration * float64(video.VideoBitrate+video.AudioBitrate) / 8); video.Size != want || video.Width == 0 {
		t.Errorf("facts do not fit: %+v, want size %d", video, want)
	}
	given := made(Material{ID: "a", Media: Media{Duration: 10, Width: 7, Height: 8, Fps: 9}})
	want := video
	want.Duration, want.Width, want.Height, want.Fps = 10, 7, 8, 9
	want.Size = int64(10 * float64(want.VideoBitrate+want.AudioBitrate) / 8)
	if diff := cmp.Diff(want, given); diff != "" {
		t.Errorf("given facts (-want +got):\n%s", diff)
	}
	if audio := made(Material{Type: "AUDIO"}); audio.Width != 0 || audio.VideoBitrate != 0 || audio.Duration == 0 || audio.Container != "mp3" {
		t.Errorf("audio %+v", audio)
	}
	if image := made(Material{Type: "IMAGE"}); image.Width == 0 || image.Size == 0 || image.Duration != 0 || image.Container != "" {
		t.Errorf("image %+v", image)
	}
	if effect := made(Material{Type: "FILTER"}); effect != (Media{}) {
		t.Errorf("effect %+v", effect)
	}
}

// The state shares nothing with the values that the caller passed or received.
func TestPutKeepsItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	given := Material{ID: "m", Owner: Person("alice"), Tags: []string{"a"}}
	got, err := Put(w.st, w.as(""), given)
	if err != nil {
		t.Fatal(err)
	}
	given.Tags[0], got.Tags[0] = "b", "c"
	if diff := cmp.Diff([]string{"a"}, w.st.Materials["m"].Tags); diff != "" {
		t.Errorf("tags in the state (-want +got):\n%s", diff)
	}
	f := Fixtures{Plans: map[string]Plan{TaskProcess: {Fail: &Failure{At: 1}}}, Materials: []Material{{ID: "n", Owner: Person("alice"), Tags: []string{"a"}}}}
	w.load(f)
	f.Plans[TaskProcess].Fail.At, f.Materials[0].Tags[0] = 2, "b"
	if w.st.Plans[TaskProcess].Fail.At != 1 || w.st.Materials["n"].Tags[0] != "a" {
		t.Error("the state shares values with the fixtures")
	}
}

func TestPutReplaces(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t)
	c := w.as("")
	if _, err := Put(w.st, c, Grant{Authorizee: Person("dora"), Resource: Resource{ResourceMaterial, "v1"}, Rights: "C"}); err != nil {
		t.Fatal(err)
	}
	if got := w.st.materialRights("dora", w.st.Materials["v1"]); got != "C" || len(w.st.Grants) != 2 {
		t.Errorf("rights %s of %d grants, want C of 2", got, len(w.st.Grants))
	}
	if _, err := Put(w.st, c, Material{ID: "v1", Owner: Person("bob"), Name: "taken"}); err != nil {
		t.Fatal(err)
	}
	w.checkIndex()
	// The authorizer of the grant no longer owns the material.
	if got := w.st.materialRights("dora", w.st.Materials["v1"]); got != "" {
		t.Errorf("rights %s on a material of another owner", got)
	}
	checkOutcome(t, outcome{Error: "PermissionDeny", Why: "webpaas.share-none"}, w.run("erin", "Material.SearchSharedMaterial",
		`{"Authorizer":`+aliceJSON+`,"Authorizee":{"Type":"PERSON","Id":"erin"}}`))
}

func TestPutErrors(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t)
	if _, err := Put(w.st, w.as(""), Task{ID: "x", MaterialID: "v1"}); err != nil {
		t.Fatal(err)
	}
	before := encode(t, w.st)
	for _, tt := range []struct {
		name string
		put  func() error
		want string
	}{
		{"material", func() error { _, err := Put(w.st, w.as(""), Material{}); return err }, `webpaas: put Material: owner.id: it is empty`},
		{"class", func() error { _, err := Put(w.st, w.as("alice"), Class{}); return err }, `webpaas: put Class: name: `},
		{"team", func() error { _, err := Put(w.st, w.as(""), Team{}); return err }, `webpaas: put Team: members: `},
		{"grant", func() error { _, err := Put(w.st, w.as(""), Grant{}); return err }, `webpaas: put Grant: authorizee.type: `},
		{"project", func() error { _, err := Put(w.st, w.as(""), Project{}); return err }, `webpaas: put Project: owner.id: `},
		{"task", func() error { _, err := Put(w.st, w.as(""), Task{}); return err }, `webpaas: put Task: projectId: `},
		{"task of another material", func() error { _, err := Put(w.st, w.as(""), Task{ID: "x", MaterialID: "v2"}); return err },
			`webpaas: put Task: materialId: task x works on "v1"; give another task its own id`},
		{"link to a link", func() error {
			link := Material{ID: "l", Type: typeLink, Owner: Person("alice"), Link: &Link{Resource: Resource{ResourceMaterial, "v1"}}}
			own := *w
			own.st = w.st.clone()
			if _, err := Put(own.st, w.as(""), link); err != nil {
				return err
			}
			link.ID, link.Link.Resource.ID = "l2", "l"
			_, err := Put(own.st, w.as(""), link)
			return err
		}, `webpaas: put Material: link.resource.id: l is a link; a link cannot lead to a link`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.put(); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if diff := cmp.Diff(before, encode(t, w.st)); diff != "" {
				t.Errorf("changed the state (-before +after):\n%s", diff)
			}
		})
	}
}

// Counted ids skip those of fixtures.
func TestIDsAreNotReused(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{
		Classes:   []Class{{ID: 12514, Owner: Person("alice"), Name: "taken"}},
		Materials: []Material{{ID: "38192156030600000001", Owner: Person("alice")}},
	})
	m, err := Put(w.st, w.as("alice"), Material{})
	if err != nil || m.ID != "38192156030600000002" {
		t.Errorf("material %s, %v", m.ID, err)
	}
	class, err := Put(w.st, w.as("alice"), Class{Name: "n"})
	if err != nil || class.ID != 12515 {
		t.Errorf("class %d, %v", class.ID, err)
	}
}

func TestFixturesInYAML(t *testing.T) {
	t.Parallel()
	const text = `
teams:
  - {id: t, memberCount: 1000, members: [{user: olga, role: Owner}]}
classes:
  - {id: 1430, owner: {type: PERSON, id: alice}, name: 视频}
materials:
  - id: 38192156030633420589
    owner: {type: PERSON, id: alice}
    classId: 1430
    tags: [综艺]
    createTime: 2020-12-14T17:05:08+08:00
    media: {duration: 1873.50202, width: 1980, height: 1080}
grants:
  - {authorizee: {type: TEAM, id: t}, resource: {type: CLASS, id: 1430}, rights: XR}
projects:
  - {id: p, owner: {type: TEAM, id: t}, materialIds: ["38192156030633420589"], fusionData: '[{"id":1}]'}
tasks:
  - {id: x, projectId: p, plan: {after: 1m30s, fail: {at: 40%, code: 7}}}
plans:
  MATERIAL_PROCESS: {after: 90s}
`
	var f Fixtures
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t).load(f)
	m := w.st.Materials["38192156030633420589"]
	type facts struct {
		Created  string
		Duration float64
		Rights   Rights
		Task     Plan
		Process  Plan
		Attached []string
		Count    int64
	}
	want := facts{
		"2020-12-14T09:05:08Z", 1873.50202, "RX", Plan{After: 90 * time.Second, Fail: &Failure{At: 40, Code: 7}},
		Plan{After: 90 * time.Second}, []string{"38192156030633420589"}, 1000,
	}
	got := facts{
		wireTime(m.CreateTime), m.Media.Duration, w.st.Grants[0].Rights, w.st.Tasks["x"].Plan, w.st.Plans[TaskProcess],
		w.st.Projects["p"].MaterialIDs, w.st.Teams["t"].MemberCount,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Missing versions and ids depend on the material, the kind and the place alone.
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
	got, err := Put(w.st, w.as("alice"), given)
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
		t.Errorf("recognition in the state (-returned +kept):\n%s", diff)
	}
	for k := range map[kind]bool{kindFace: true, kindSubtitle: true, kindText: true, kindObject: true, kindFrameTag: true} {
		if !itemForm.MatchString(id(k, 0)) || !itemForm.MatchString(version(k)) {
			t.Errorf("%s: ids %s and %s", k, id(k, 0), version(k))
		}
	}

	tags, err := Put(w.st, c, FrameTags{MaterialID: "v1", Items: []FrameTag{{Start: 2, End: 2}, {ID: "m", Start: 1, End: 9}}})
	wantTags := FrameTags{MaterialID: "v1", Items: []FrameTag{{ID: "m", Start: 1, End: 9}, {ID: madeID(c, "v1", kindFrameTag, "manual", 0), Start: 2, End: 2}}}
	if diff := cmp.Diff(wantTags, tags); diff != "" || err != nil {
		t.Errorf("frame tags %v (-want +got):\n%s", err, diff)
	}
	if wantTags.Items[1].ID == id(kindFrameTag, 0) {
		t.Error("a manual and a recognised frame tag have one id")
	}
}

// Responses have [] for missing lists, never null.
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

// A second Put replaces the first one and keeps the changes of clients and tasks.
func TestPutResultsAgain(t *testing.T) {
	t.Parallel()
	w := tagWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "v1"}}})
	c := w.as("alice")
	removeTask(c, w.st, w.st.Tasks["x"])
	w.must("alice", "Material.DeleteMaterialFrameTag", `{"MaterialId":"v1"}`)
	kept := *w.st.FrameTags["v1"].Recognised
	again, err := Put(w.st, c, Recognition{MaterialID: "v1", Faces: &Found[Face]{}})
	if err != nil || again.FrameTags != nil || again.Faces == nil || len(again.TaskIDs) != 1 || len(again.DeletedTasks) != 1 {
		t.Errorf("recognition %+v, %v", again, err)
	}
	if w.st.FrameTags["v1"].Recognised == nil {
		t.Error("a recognition without frame tags undid their deletion")
	}
	tags, err := Put(w.st, c, FrameTags{MaterialID: "v1", Items: []FrameTag{{ID: "new"}}})
	if err != nil || len(tags.Items) != 1 || tags.Recognised == nil || !cmp.Equal(*tags.Recognised, kept) {
		t.Errorf("frame tags %+v, %v", tags, err)
	}
	// New recognised frame tags replace the deleted ones; manual ones stay.
	if _, err := Put(w.st, c, Recognition{MaterialID: "v1", FrameTags: &Found[FrameTag]{Items: []FrameTag{{ID: "again", Start: 1, End: 1}}}}); err != nil {
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

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	alice := Person("alice")
	team := func(members ...Member) Fixtures { return Fixtures{Teams: []Team{{ID: "t", Members: members}}} }
	material := func(m Material) Fixtures {
		if m.Owner == (Entity{}) {
			m.Owner = alice
		}
		return Fixtures{Materials: []Material{{ID: "ok", Owner: alice}, m}}
	}
	grant := func(g Grant) Fixtures {
		return Fixtures{
			Classes:   []Class{{ID: 500, Owner: alice, Name: "a"}},
			Materials: []Material{{ID: "m", Owner: alice}}, Grants: []Grant{g},
		}
	}
	onM := Resource{ResourceMaterial, "m"}
	project := func(p Project) Fixtures {
		if p.Owner == (Entity{}) {
			p.Owner = alice
		}
		return Fixtures{Projects: []Project{p}}
	}
	task := func(x Task) Fixtures {
		return Fixtures{Materials: []Material{{ID: "m", Owner: alice}, {ID: "n", Owner: alice}}, Projects: []Project{{ID: "p", Owner: alice}}, Tasks: []Task{x}}
	}
	tests := []struct {
		name     string
		fixtures Fixtures
		want     string
	}{
		{"no member", team(), `teams[0]: members: 0 have the role Owner; exactly one must`},
		{"two owners", team(Member{"a", "Owner"}, Member{"b", "Owner"}), `teams[0]: members: 2 have the role Owner; exactly one must`},
		{"role", team(Member{"a", "owner"}), `teams[0]: members[0].role: "owner"; allowed are Owner, Admin, Member`},
		{"member twice", team(Member{"a", "Owner"}, Member{"a", "Admin"}), `teams[0]: members[1].user: "a"; every member needs a userId of its own`},
		{"member without name", team(Member{"", "Owner"}), `teams[0]: members[0].user: ""; every member needs a userId of its own`},
		{"team twice", Fixtures{Teams: []Team{{ID: "t", Members: []Member{{"a", "Owner"}}}, {ID: "t", Members: []Member{{"a", "Owner"}}}}}, `teams[1]: id: t is the one of teams[0] already`},

		{"owner missing", Fixtures{Classes: []Class{{Name: "a"}}}, `classes[0]: owner.id: it is empty; name a user or a team`},
		{"owner type", Fixtures{Classes: []Class{{Name: "a", Owner: Entity{"USER", "a"}}}}, `classes[0]: owner.type: "USER"; allowed are PERSON, TEAM`},
		{"owner team", Fixtures{Classes: []Class{{Name: "a", Owner: Entity{OwnerTeam, "x"}}}}, `classes[0]: owner.id: there is no team "x"; put it first`},
		{"class name", Fixtures{Classes: []Class{{Owner: alice}}}, `classes[0]: name: a class needs a name without "/"`},
		{"class parent", Fixtures{Classes: []Class{{Owner: alice, Name: "a", ParentID: 700}}}, `classes[0]: parentId: the parent is not a class of this owner`},
		{"class exists", Fixtures{Classes: []Class{{Owner: alice, Name: "素材"}}}, `classes[0]: name: the parent has a class of that name already`},
		{"class preset", Fixtures{Classes: []Class{{Owner: alice, Name: "a", ID: 12}}}, `classes[0]: id: the root and the presets (ids below 100) cannot be changed`},
		{"class twice", Fixtures{Classes: []Class{{ID: 500, Owner: alice, Name: "a"}, {ID: 500, Owner: alice, Name: "b"}}}, `classes[1]: id: 500 is the one of classes[0] already`},

		{"type", material(Material{Type: "MOVIE"}), `materials[1]: type: "MOVIE"; allowed are VIDEO, AUDIO, IMAGE, `},
		{"material owner", material(Material{Owner: Entity{ID: "x", Type: "TEAM"}}), `materials[1]: owner.id: there is no team "x"; put it first`},
		{"material class", material(Material{ClassID: 500}), `materials[1]: classId: PERSON "alice" has no class 500; `},
		{"name", material(Material{Name: strings.Repeat("名", 91)}), `materials[1]: name: it has 91 characters; 1 to 90 are allowed`},
		{"tags", material(Material{Tags: make([]string, 31)}), `materials[1]: tags: there are 31; at most 30 are allowed`},
		{"tag", material(Material{Tags: []string{strings.Repeat("名", 16)}}), `materials[1]: tags: "名名名名名名名名名名名名名名名名" has 16 characters; at most 15 are allowed`},
		{"status", material(Material{TranscodeStatus: "OK"}), `materials[1]: transcodeStatus: "OK"; allowed are NORMAL, ABNORMAL, PROCESSING`},
		{"size", material(Material{Media: Media{Size: -1}}), `materials[1]: media.size: -1; it cannot be negative`},
		{"duration", material(Material{Media: Media{Duration: -0.5}}), `materials[1]: media.duration: -0.5; it cannot be negative`},
		{"no number", material(Material{Media: Media{Duration: math.NaN()}}), `materials[1]: it cannot be kept as JSON`},
		{"material twice", material(Material{ID: "ok"}), `materials[1]: id: ok is the one of materials[0] already`},
		{"link without target", material(Material{Type: typeLink}), `materials[1]: link: every material of type LINK must have one, and no other may`},
		{"video with link", material(Material{Link: &Link{Resource: onM}}), `materials[1]: link: every material of type LINK must have one, and no other may`},
		{"video with template", material(Material{Template: &Template{}}), `materials[1]: template: only a material of type VIDEO_EDIT_TEMPLATE may have one`},
		{"video with channel", material(Material{Channel: &Channel{}}), `materials[1]: channel: only a material of type THIRD_PARTY_PUBLISH_CHANNEL may have one`},
		{"link to a project", material(Material{Type: typeLink, Link: &Link{Resource: Resource{"PROJECT", "p"}}}), `materials[1]: link.resource.type: "PROJECT"; allowed are MATERIAL, CLASS`},
		{"link to itself", material(Material{ID: "l", Type: typeLink, Link: &Link{Resource: Resource{ResourceMaterial, "l"}}}), `materials[1]: link.resource.id: l is a link; a link cannot lead to a link`},
		{"link owner", material(Material{Type: typeLink, Link: &Link{Resource: onM, Owner: Entity{OwnerTeam, "x"}}}), `materials[1]: link.owner.id: there is no team "x"; put it first`},
		{"template ratio", material(Material{Type: typeTemplate, Template: &Template{AspectRatio: "4:3"}}), `materials[1]: template.aspectRatio: "4:3"; allowed are 16:9, 9:16`},
		{"channel", material(Material{Type: typeChannel, Channel: &Channel{Platform: "XX"}}), `materials[1]: channel.platform: "XX"; allowed are OM, WB, KS`},

		{"grant rights", grant(Grant{Authorizee: Person("b"), Resource: onM, Rights: "RZ"}), `grants[0]: rights: "RZ"; allowed are letters of R, X, C, W`},
		{"grant to nobody", grant(Grant{Resource: onM}), `grants[0]: authorizee.type: ""; allowed are PERSON, TEAM`},
		{"grant to a team", grant(Grant{Authorizee: Entity{OwnerTeam, "x"}, Resource: onM}), `grants[0]: authorizee.id: there is no team "x"; put it first`},
		{"grant on a project", grant(Grant{Authorizee: Person("b"), Resource: Resource{"PROJECT", "p"}}), `grants[0]: resource.type: "PROJECT"; allowed are MATERIAL, CLASS`},
		{"grant on nothing", grant(Grant{Authorizee: Person("b"), Resource: Resource{ResourceMaterial, "x"}}), `grants[0]: resource.id: there is no material "x"; put it first`},
		{"grant on no class", grant(Grant{Authorizee: Person("b"), Resource: Resource{ResourceClass, "501"}}), `grants[0]: resource.id: there is no class 501; put it first`},
		{"grant on a path", grant(Grant{Authorizee: Person("b"), Resource: Resource{ResourceClass, "/a"}}), `grants[0]: resource.id: "/a"; write the id of a class as plain digits`},
		{"grant on a padded id", grant(Grant{Authorizee: Person("b"), Resource: Resource{ResourceClass, "0500"}}), `grants[0]: resource.id: "0500"; write the id of a class as plain digits`},
		{"grant on whose preset", grant(Grant{Authorizee: Person("b"), Resource: Resource{ResourceClass, "12"}}), `grants[0]: authorizer.type: ""; allowed are PERSON, TEAM (every owner has a class 12)`},
		{"grant on no preset", grant(Grant{Authorizer: alice, Authorizee: Person("b"), Resource: Resource{ResourceClass, "6"}}), `grants[0]: resource.id: there is no class 6; put it first`},
		{"grant of another", grant(Grant{Authorizer: Person("c"), Authorizee: Person("b"), Resource: onM}), `grants[0]: authorizer: PERSON "c"; the resource is of PERSON "alice", and grants are not transitive`},
		{"class grant of another", grant(Grant{Authorizer: Person("c"), Authorizee: Person("b"), Resource: Resource{ResourceClass, "500"}}), `grants[0]: authorizer: PERSON "c"; the resource is of PERSON "alice"`},
		{"grant to oneself", grant(Grant{Authorizee: alice, Resource: onM}), `grants[0]: authorizee: PERSON "alice" is the authorizer; name somebody else`},

		{"project owner", project(Project{Owner: Entity{Type: OwnerTeam, ID: "x"}}), `projects[0]: owner.id: there is no team "x"; put it first`},
		{"category", project(Project{Category: "VIDEO_EDIT"}), `projects[0]: category: "VIDEO_EDIT"; allowed are Default, Live, VideoSegmentation, Switcher, StreamConnect`},
		{"ratio", project(Project{WHRatio: "4:3"}), `projects[0]: whRatio: "4:3"; allowed are 16:9, 9:16`},
		{"cover source", project(Project{CoverSource: "user"}), `projects[0]: coverSource: "user"; allowed are USER, DEFAULT`},
		{"tracks", project(Project{FusionData: "{"}), `projects[0]: fusionData: it is not JSON`},
		{"attached", project(Project{MaterialIDs: []string{"x"}}), `projects[0]: materialIds[0]: there is no material "x"; put it first`},

		{"task on nothing", task(Task{}), `tasks[0]: projectId: a task needs a projectId or a materialId`},
		{"task project", task(Task{ProjectID: "x"}), `tasks[0]: projectId: there is no project "x"; put it first`},
		{"task material", task(Task{MaterialID: "x"}), `tasks[0]: materialId: there is no material "x"; put it first`},
		{"task type", task(Task{ProjectID: "p", Type: "EXPORT"}), `tasks[0]: type: "EXPORT"; allowed are VIDEO_EDIT_PROJECT_EXPORT, MATERIAL_PROCESS`},
		{"process without material", task(Task{ProjectID: "p", Type: TaskProcess}), `tasks[0]: materialId: a task of type MATERIAL_PROCESS needs one`},
		{"definition", task(Task{MaterialID: "m", Definition: 10}), `tasks[0]: definition: 10; allowed are 20 and 30`},
		{"task owner", task(Task{MaterialID: "m", Owner: Entity{OwnerTeam, "x"}}), `tasks[0]: owner.id: there is no team "x"; put it first`},
		{"after", task(Task{MaterialID: "m", Plan: Plan{After: -1}}), `tasks[0]: plan.after: -1ns; it cannot be negative`},
		{"fail below", task(Task{MaterialID: "m", Plan: Plan{Fail: &Failure{At: -1}}}), `tasks[0]: plan.fail.at: -1%; allowed are 0% to 100%`},
		{"fail above", task(Task{MaterialID: "m", Plan: Plan{Fail: &Failure{At: 101}}}), `tasks[0]: plan.fail.at: 101%; allowed are 0% to 100%`},
		{"two ways", task(Task{MaterialID: "m", Plan: Plan{Polls: 1, Manual: true}}), `tasks[0]: plan.polls: it stands beside manual; a job ends in one way`},
		{"polls", task(Task{MaterialID: "m", Plan: Plan{Polls: -1}}), `tasks[0]: plan.polls: -1; write a whole number from 1`},
		{"polled", task(Task{MaterialID: "m", Plan: Plan{Polls: 1}, Polled: -1}), `tasks[0]: polled: -1; it cannot be negative`},
		{"polled without polls", task(Task{MaterialID: "m", Polled: 1}), `tasks[0]: polled: 1; only a task with a plan of polls counts them`},
		{"percent", task(Task{MaterialID: "m", Plan: Plan{Manual: true}, Percent: 101}), `tasks[0]: percent: 101; allowed are 0 to 100`},
		{"percent without manual", task(Task{MaterialID: "m", Percent: 1}), `tasks[0]: percent: 1; only a task with the plan manual is moved by hand`},

		{"plan of no type", Fixtures{Plans: map[string]Plan{"EXPORT": {}}}, `plans[EXPORT]: task type: "EXPORT"; allowed are VIDEO_EDIT_PROJECT_EXPORT, MATERIAL_PROCESS`},
		{"one plan of two", Fixtures{Plans: map[string]Plan{TaskProcess: {Polls: 1}, "X": {}}}, `plans[X]: task type: "X"; allowed are`},
		{"plan", Fixtures{Plans: map[string]Plan{TaskProcess: {After: -1}}}, `plans[MATERIAL_PROCESS]: after: -1ns; it cannot be negative`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).load(Fixtures{
				Classes: []Class{{ID: 400, Owner: Person("zoe"), Name: "z"}},
				Plans:   map[string]Plan{TaskProcess: {After: time.Hour}},
			})
			before := encode(t, w.st)
			err := w.st.Load(w.as(""), tt.fixtures)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if diff := cmp.Diff(before, encode(t, w.st)); diff != "" {
				t.Errorf("a failed Load changed the state (-before +after):\n%s", diff)
			}
			w.checkIndex()
		})
	}
}
