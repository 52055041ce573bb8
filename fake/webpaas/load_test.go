package webpaas

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
