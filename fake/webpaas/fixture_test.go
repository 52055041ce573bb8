package webpaas

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

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
		{"tag", material(Material{Tags: []string{strings.Repeat("名", 16)}}), `has 16 characters; at most 15 are allowed`},
		{"status", material(Material{TranscodeStatus: "OK"}), `materials[1]: transcodeStatus: "OK"; allowed are NORMAL, ABNORMAL, PROCESSING`},
		{"size", material(Material{Media: Media{Size: -1}}), `materials[1]: media.size: -1; it cannot be negative`},
		{"duration", material(Material{Media: Media{Duration: -0.5}}), `materials[1]: media.duration: -0.5; it cannot be negative`},
		{"no number", material(Material{Media: Media{Duration: math.NaN()}}), `materials[1]: it cannot be kept as JSON`},
		{"material twice", material(Material{ID: "ok"}), `materials[1]: id: ok is the one of materials[0] already`},
		{"link without target", material(Material{Type: typeLink}), `materials[1]: link: a material of type LINK has one, and no other`},
		{"video with link", material(Material{Link: &Link{Resource: onM}}), `materials[1]: link: a material of type LINK has one, and no other`},
		{"video with template", material(Material{Template: &Template{}}), `materials[1]: template: only a material of type VIDEO_EDIT_TEMPLATE has one`},
		{"video with channel", material(Material{Channel: &Channel{}}), `materials[1]: channel: only a material of type THIRD_PARTY_PUBLISH_CHANNEL has one`},
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
		{"fail below", task(Task{MaterialID: "m", Plan: Plan{Fail: &Failure{At: -1}}}), `tasks[0]: plan.fail.at: -1; allowed are 0 to 100 percent`},
		{"fail above", task(Task{MaterialID: "m", Plan: Plan{Fail: &Failure{At: 101}}}), `tasks[0]: plan.fail.at: 101; allowed are 0 to 100 percent`},

		{"plan of an export", Fixtures{Plans: map[string]Plan{TaskExport: {}}}, `plans: "VIDEO_EDIT_PROJECT_EXPORT": no call starts a task of that type; the one is MATERIAL_PROCESS`},
		{"plan", Fixtures{Plans: map[string]Plan{TaskProcess: {After: -1}}}, `plans: MATERIAL_PROCESS: after: -1ns; it cannot be negative`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).load(Fixtures{Classes: []Class{{ID: 400, Owner: Person("zoe"), Name: "z"}}})
			before := encode(t, w.st)
			err := w.st.Load(w.as(""), tt.fixtures)
			if err == nil || !strings.HasPrefix(err.Error(), "webpaas: load fixtures: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if diff := cmp.Diff(before, encode(t, w.st)); diff != "" {
				t.Errorf("a failed Load changed the state (-before +after):\n%s", diff)
			}
			w.checkIndex()
		})
	}
}

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
		ID: "p", Name: "project p", Owner: alice, Category: "Default", WHRatio: "16:9", CoverSource: "DEFAULT",
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
		if got := w.st.classPath(Person("alice"), usualClass(kind)); got != path {
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
	checkOutcome(t, outcome{Refusal: permissionDeny, Why: "webpaas.share-none"}, w.run("dora", "Material.SearchSharedMaterial",
		`{"Authorizer":`+aliceJSON+`,"Authorizee":{"Type":"PERSON","Id":"dora"}}`))
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
		{"material", func() error { _, err := w.st.PutMaterial(w.as(""), Material{}); return err }, `webpaas: put material: owner.id: it is empty`},
		{"class", func() error { _, err := w.st.PutClass(w.as("alice"), Class{}); return err }, `webpaas: put class: name: `},
		{"team", func() error { _, err := w.st.PutTeam(w.as(""), Team{}); return err }, `webpaas: put team: members: `},
		{"grant", func() error { _, err := w.st.PutGrant(w.as(""), Grant{}); return err }, `webpaas: put grant: authorizee.type: `},
		{"project", func() error { _, err := w.st.PutProject(w.as(""), Project{}); return err }, `webpaas: put project: owner.id: `},
		{"task", func() error { _, err := w.st.PutTask(w.as(""), Task{}); return err }, `webpaas: put task: projectId: `},
		{"task of another material", func() error { _, err := w.st.PutTask(w.as(""), Task{ID: "x", MaterialID: "v2"}); return err },
			`webpaas: put task: materialId: task x works on "v1"; give another task its own id`},
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
		}, `webpaas: put material: link.resource.id: l is a link; a link cannot lead to a link`},
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
  - {id: x, projectId: p, plan: {after: 1m30s, fail: {at: 40, code: 7}}}
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
		"2020-12-14T09:05:08Z", 1873.50202, "RX", Plan{After: Duration(90 * time.Second), Fail: &Failure{At: 40, Code: 7}},
		Plan{After: Duration(90 * time.Second)}, []string{"38192156030633420589"}, 1000,
	}
	got := facts{
		wireTime(m.CreateTime), m.Media.Duration, w.st.Grants[0].Rights, w.st.Tasks["x"].Plan, w.st.Plans[TaskProcess],
		w.st.Projects["p"].MaterialIDs, w.st.Teams["t"].MemberCount,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
