package webpaas

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// A value without anything optional becomes whole.
func TestDefaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := testTime.Truncate(time.Second)
	alice := Person("alice")
	c := w.as("alice")
	m, err := w.st.PutMaterial(c, Material{})
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
	class, err := w.st.PutClass(c, Class{Name: "n"})
	if diff := cmp.Diff(Class{ID: 12514, Owner: alice, ParentID: 9, Name: "n"}, class); err != nil || diff != "" {
		t.Errorf("class %v (-want +got):\n%s", err, diff)
	}
	p, err := w.st.PutProject(c, Project{ID: "p"})
	wantProject := Project{
		ID: "p", Name: "project p", Owner: alice, Category: "Default", WHRatio: "16:9",
		FusionData: "[]", Version: now.Unix(), CreateTime: now, UpdateTime: now,
	}
	if diff := cmp.Diff(wantProject, p); err != nil || diff != "" {
		t.Errorf("project %v (-want +got):\n%s", err, diff)
	}
	g, err := w.st.PutGrant(c, Grant{Authorizee: Person("bob"), Resource: Resource{ResourceMaterial, m.ID}})
	wantGrant := Grant{Authorizer: alice, Authorizee: Person("bob"), Resource: Resource{ResourceMaterial, m.ID}, Rights: "R"}
	if diff := cmp.Diff(wantGrant, g); err != nil || diff != "" {
		t.Errorf("grant %v (-want +got):\n%s", err, diff)
	}
	export, err := w.st.PutTask(c, Task{ID: "e", ProjectID: "p"})
	if diff := cmp.Diff(Task{ID: "e", Type: TaskExport, Owner: alice, ProjectID: "p", CreateTime: testTime}, export); err != nil || diff != "" {
		t.Errorf("export %v (-want +got):\n%s", err, diff)
	}
	process, err := w.st.PutTask(c, Task{ID: "x", MaterialID: m.ID})
	if diff := cmp.Diff(Task{ID: "x", Type: TaskProcess, Owner: alice, MaterialID: m.ID, Definition: 20, CreateTime: testTime}, process); err != nil || diff != "" {
		t.Errorf("process %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"x"}, w.st.Recognitions[m.ID].TaskIDs); diff != "" {
		t.Errorf("recognitions (-want +got):\n%s", diff)
	}
	team, err := w.st.PutTeam(c, Team{Members: []Member{{"alice", RoleOwner}}})
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

// Made-up facts fit the type, each other, and what was given; they depend on the id alone.
func TestMadeUpMedia(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := func(m Material) Media {
		t.Helper()
		m.Owner = Person("alice")
		m, err := w.st.PutMaterial(w.as(""), m)
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

// What is kept shares nothing with what the caller gave or got.
func TestPutKeepsItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	given := Material{ID: "m", Owner: Person("alice"), Tags: []string{"a"}}
	got, err := w.st.PutMaterial(w.as(""), given)
	if err != nil {
		t.Fatal(err)
	}
	given.Tags[0], got.Tags[0] = "b", "c"
	if diff := cmp.Diff([]string{"a"}, w.st.Materials["m"].Tags); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	f := Fixtures{Plans: map[string]Plan{TaskProcess: {Fail: &Failure{At: 1}}}, Materials: []Material{{ID: "n", Owner: Person("alice"), Tags: []string{"a"}}}}
	w.load(f)
	f.Plans[TaskProcess].Fail.At, f.Materials[0].Tags[0] = 2, "b"
	if w.st.Plans[TaskProcess].Fail.At != 1 || w.st.Materials["n"].Tags[0] != "a" {
		t.Error("Load keeps what the caller holds")
	}
}

func TestPutReplaces(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t)
	c := w.as("")
	if _, err := w.st.PutGrant(c, Grant{Authorizee: Person("dora"), Resource: Resource{ResourceMaterial, "v1"}, Rights: "C"}); err != nil {
		t.Fatal(err)
	}
	if got := w.st.materialRights("dora", w.st.Materials["v1"]); got != "C" || len(w.st.Grants) != 2 {
		t.Errorf("rights %s of %d grants, want C of 2", got, len(w.st.Grants))
	}
	if _, err := w.st.PutMaterial(c, Material{ID: "v1", Owner: Person("bob"), Name: "taken"}); err != nil {
		t.Fatal(err)
	}
	w.checkIndex()
	// The grant was alice's to give, and the material is no longer hers.
	if got := w.st.materialRights("dora", w.st.Materials["v1"]); got != "" {
		t.Errorf("rights %s on a material of another owner", got)
	}
	checkOutcome(t, outcome{Refusal: permissionDeny, Why: "webpaas.share-none"}, w.run("erin", "Material.SearchSharedMaterial",
		`{"Authorizer":`+aliceJSON+`,"Authorizee":{"Type":"PERSON","Id":"erin"}}`))
}

func TestPutErrors(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t)
	if _, err := w.st.PutTask(w.as(""), Task{ID: "x", MaterialID: "v1"}); err != nil {
		t.Fatal(err)
	}
	before := encode(t, w.st)
	for _, tt := range []struct {
		name string
		put  func() error
		want string
	}{
		{"material", func() error { _, err := w.st.PutMaterial(w.as(""), Material{}); return err }, `webpaas: put Material: owner.id: it is empty`},
		{"class", func() error { _, err := w.st.PutClass(w.as("alice"), Class{}); return err }, `webpaas: put Class: name: `},
		{"team", func() error { _, err := w.st.PutTeam(w.as(""), Team{}); return err }, `webpaas: put Team: members: `},
		{"grant", func() error { _, err := w.st.PutGrant(w.as(""), Grant{}); return err }, `webpaas: put Grant: authorizee.type: `},
		{"project", func() error { _, err := w.st.PutProject(w.as(""), Project{}); return err }, `webpaas: put Project: owner.id: `},
		{"task", func() error { _, err := w.st.PutTask(w.as(""), Task{}); return err }, `webpaas: put Task: projectId: `},
		{"task of another material", func() error { _, err := w.st.PutTask(w.as(""), Task{ID: "x", MaterialID: "v2"}); return err },
			`webpaas: put Task: materialId: task x works on "v1"; give another task its own id`},
		{"link to a link", func() error {
			link := Material{ID: "l", Type: typeLink, Owner: Person("alice"), Link: &Link{Resource: Resource{ResourceMaterial, "v1"}}}
			own := *w
			own.st = w.st.clone()
			if _, err := own.st.PutMaterial(w.as(""), link); err != nil {
				return err
			}
			link.ID, link.Link.Resource.ID = "l2", "l"
			_, err := own.st.PutMaterial(w.as(""), link)
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

// Counted ids leave out those that fixtures took.
func TestIDsAreNotReused(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{
		Classes:   []Class{{ID: 12514, Owner: Person("alice"), Name: "taken"}},
		Materials: []Material{{ID: "38192156030600000001", Owner: Person("alice")}},
	})
	m, err := w.st.PutMaterial(w.as("alice"), Material{})
	if err != nil || m.ID != "38192156030600000002" {
		t.Errorf("material %s, %v", m.ID, err)
	}
	class, err := w.st.PutClass(w.as("alice"), Class{Name: "n"})
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
