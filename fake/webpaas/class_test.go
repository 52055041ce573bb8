package webpaas

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Errors of classes as outcome.Error has them.
const (
	classExist    = "InvalidParameterValue.ClassExist|分类已存在|class already exists"
	classNotEmpty = "InvalidParameterValue.ClassNotEmpty|分类不为空|class not empty"
	classTooDeep  = "LimitExceeded|分类层级超过限制|class level exceeds limit"
)

const (
	bobJSON  = `{"Type":"PERSON","Id":"bob"}`
	teamJSON = `{"Type":"TEAM","Id":"t"}`
)

// classWorld has of alice 500 > 501, the empty 502 and 510 with a video, and 520 to 528, of which the last is on
// level 10. Class 600 is of bob, 700 of team t. dora may write to 500 and below, and do all else with
// 502; erin may read 500.
func classWorld(t *testing.T) *world {
	alice := Person("alice")
	f := people()
	f.Classes = []Class{
		{ID: 500, Owner: alice, Name: "a"}, {ID: 501, Owner: alice, ParentID: 500, Name: "b"},
		{ID: 502, Owner: alice, Name: "c"}, {ID: 510, Owner: alice, Name: "d"},
		{ID: 520, Owner: alice, Name: "deep"},
		{ID: 600, Owner: Person("bob"), Name: "a"}, {ID: 700, Owner: Entity{OwnerTeam, "t"}, Name: "a"},
	}
	for id := int64(521); id <= 528; id++ {
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

func classUnknown() outcome { return outcome{Refusal: permissionDeny, Why: "webpaas.class-unknown"} }
func classForeign() outcome { return outcome{Refusal: permissionDeny, Why: "webpaas.class-foreign"} }
func classPreset() outcome  { return outcome{Refusal: permissionDeny, Why: "webpaas.class-preset"} }
func classTwin() outcome    { return outcome{Refusal: classExist, Why: "webpaas.class-exists"} }
func classDeep() outcome    { return outcome{Refusal: classTooDeep, Why: "webpaas.class-depth"} }
func badParameter(name string) outcome {
	return outcome{Refusal: invalid(name), Why: "webpaas.parameter"}
}

// withoutBody leaves what a table says of a success and of an error.
func withoutBody(o outcome) outcome { return outcome{Refusal: o.Refusal, Why: o.Why} }

func TestClassExamples(t *testing.T) {
	t.Parallel()
	const (
		owner = `"Owner":{"Id":"5fd977677a23b40001ca3aff","Type":"PERSON"}`
		other = `"Owner":{"Id":"5fd977677a23b40001ca3a0f","Type":"PERSON"}`
		user  = "5fd977677a23b40001ca3aff"
	)
	tests := []struct {
		name, operation, request, want string
	}{
		{"create", "Material.CreateClass", `{"ParentClassId":9,` + owner + `,"Name":"我的视频"}`, data(`{"ClassId":12514}`)},
		{"create fails", "Material.CreateClass", `{"ParentClassId":1209,` + other + `,"Name":"我的视频"}`, denied},
		{"delete", "Material.DeleteClass", `{"ClassId":12514}`, success},
		{"delete fails", "Material.DeleteClass", `{"ClassId":12515}`, denied},
		{"delete with owner", "Material.DeleteClass", `{` + owner + `,"ClassId":12514}`, success},
		{"delete with owner fails", "Material.DeleteClass", `{` + owner + `,"ClassId":12515}`, denied},
		{"describe", "Material.DescribeClass", `{"Platform":"fake-platform",` + owner + `,"FirstLevel":true}`,
			data(`{"ClassInfoSet":[{"ClassId":9,"Name":"个人","ParentClassId":-1,"ClassPath":"/个人"}]}`)},
		{"describe fails", "Material.DescribeClass", `{"BaseClassId":6,"Platform":"fake-platform",` + owner + `,"FirstLevel":true}`, denied},
		{"modify", "Material.ModifyClass", `{"ClassId":12514,"ParentClassId":9,` + owner + `,"Name":"视频"}`, success},
		{"modify fails", "Material.ModifyClass", `{"ClassId":12515,"ParentClassId":9,` + owner + `,"Name":"视频"}`, denied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if tt.operation != "Material.CreateClass" && tt.operation != "Material.DescribeClass" {
				w.must(user, "Material.CreateClass", `{"ParentClassId":9,`+owner+`,"Name":"我的视频"}`)
			}
			if diff := cmp.Diff(tt.want, w.run(user, tt.operation, tt.request).Body); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCreateClass(t *testing.T) {
	t.Parallel()
	ok := outcome{Body: data(`{"ClassId":12514}`)}
	tests := []struct {
		name, user, owner string
		parent            int64
		class             string
		want              outcome
	}{
		{"below the root", "alice", aliceJSON, 9, "n", ok},
		{"below a preset", "alice", aliceJSON, 12, "n", ok},
		{"below a class", "alice", aliceJSON, 501, "n", ok},
		{"of a new user", "new", `{"Type":"PERSON","Id":"new"}`, 9, "n", ok},
		{"by the owner of a team", "olga", teamJSON, 700, "n", ok},
		{"by an admin of a team", "adam", teamJSON, 9, "n", ok},
		{"by a member of a team", "mia", teamJSON, 9, "n", classForeign()},
		{"granted to write", "dora", aliceJSON, 501, "n", ok},
		{"granted to write elsewhere", "dora", aliceJSON, 502, "n", classForeign()},
		{"granted to read", "erin", aliceJSON, 500, "n", classForeign()},
		{"by a stranger", "carol", aliceJSON, 9, "n", classForeign()},
		{"above the root", "alice", aliceJSON, -1, "n", classUnknown()},
		{"below no preset", "alice", aliceJSON, 6, "n", classUnknown()},
		{"below an unknown class", "alice", aliceJSON, 1209, "n", classUnknown()},
		{"below a class of another", "alice", aliceJSON, 600, "n", classUnknown()},
		{"of an unknown team", "alice", `{"Type":"TEAM","Id":"no"}`, 9, "n", classForeign()},
		{"name of a sibling", "alice", aliceJSON, 9, "a", classTwin()},
		{"name of a preset", "alice", aliceJSON, 9, "素材", classTwin()},
		{"name in another class", "alice", aliceJSON, 502, "a", ok},
		{"name in other letters", "alice", aliceJSON, 9, "A", ok},
		{"on level 10", "alice", aliceJSON, 527, "n", ok},
		{"on level 11", "alice", aliceJSON, 528, "n", classDeep()},
		{"no name", "alice", aliceJSON, 9, "", badParameter("Name")},
		{"a path as a name", "alice", aliceJSON, 9, "a/b", badParameter("Name")},
		{"right before name", "carol", aliceJSON, 9, "", classForeign()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := classWorld(t)
			before := len(w.st.Classes)
			got := w.run(tt.user, "Material.CreateClass", fmt.Sprintf(`{"ParentClassId":%d,"Name":%q,"Owner":%s}`, tt.parent, tt.class, tt.owner))
			checkOutcome(t, tt.want, got)
			if made := len(w.st.Classes) - before; (made == 1) != (tt.want.Refusal == "") {
				t.Errorf("%d classes were made", made)
			}
			if made, ok := w.st.Classes[12514]; ok && (made.ParentID != tt.parent || made.Name != tt.class || encode(t, made.Owner.wire()) != canonical(t, tt.owner)) {
				t.Errorf("made %+v", made)
			}
		})
	}
}

// canonical writes an Owner as answers do.
func canonical(t *testing.T, owner string) string {
	t.Helper()
	var e wireEntity
	if err := json.Unmarshal([]byte(owner), &e); err != nil {
		t.Fatal(err)
	}
	return encode(t, e)
}

// Ids are counted past those that fixtures took, and never used again.
func TestClassIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{Classes: []Class{{ID: 12515, Owner: Person("bob"), Name: "a"}}})
	create := func(name string) string {
		return w.must("alice", "Material.CreateClass", `{"ParentClassId":9,"Name":"`+name+`","Owner":`+aliceJSON+`}`)
	}
	got := []string{create("a"), create("b")}
	w.must("alice", "Material.DeleteClass", `{"ClassId":12516}`)
	got = append(got, create("b"))
	want := []string{`{"ClassId":12514}`, `{"ClassId":12516}`, `{"ClassId":12517}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDeleteClassOperation(t *testing.T) {
	t.Parallel()
	full := outcome{Refusal: classNotEmpty, Why: "webpaas.class-not-empty"}
	tests := []struct {
		name, user, owner string // no Owner is sent when it is empty
		id                int64
		want              outcome
	}{
		{"empty", "alice", aliceJSON, 502, outcome{Body: success}},
		{"empty, without owner", "alice", "", 502, outcome{Body: success}},
		{"with a class in it", "alice", aliceJSON, 500, full},
		{"with media in it", "alice", "", 510, full},
		{"the lowest", "alice", "", 528, outcome{Body: success}},
		{"of a team, without owner", "olga", "", 700, outcome{Body: success}},
		{"of a team, by an admin", "adam", teamJSON, 700, outcome{Body: success}},
		{"of a team, by a member", "mia", teamJSON, 700, classForeign()},
		{"granted to write", "dora", "", 501, outcome{Body: success}},
		{"granted to read", "erin", aliceJSON, 501, classForeign()},
		{"a stranger", "carol", "", 502, classForeign()},
		{"right before emptiness", "carol", "", 500, classForeign()},
		{"the wrong owner", "alice", bobJSON, 502, classUnknown()},
		{"of another owner", "alice", aliceJSON, 600, classUnknown()},
		{"unknown", "alice", aliceJSON, 12515, classUnknown()},
		{"unknown, without owner", "alice", "", 12515, classUnknown()},
		{"the root", "alice", aliceJSON, 9, classPreset()},
		{"a preset, empty", "alice", "", 10, classPreset()},
		{"a preset of another", "alice", bobJSON, 10, classForeign()},
		{"no preset", "alice", "", 6, classUnknown()},
		{"above the root", "alice", "", -1, classUnknown()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := classWorld(t)
			_, before := w.st.Classes[tt.id]
			request := fmt.Sprintf(`{"ClassId":%d}`, tt.id)
			if tt.owner != "" {
				request = fmt.Sprintf(`{"Owner":%s,"ClassId":%d}`, tt.owner, tt.id)
			}
			checkOutcome(t, tt.want, w.run(tt.user, "Material.DeleteClass", request))
			if _, after := w.st.Classes[tt.id]; after != (before && tt.want.Refusal != "") {
				t.Errorf("the class is there: %t", after)
			}
		})
	}
}

func TestModifyClass(t *testing.T) {
	t.Parallel()
	alice := Person("alice")
	tests := []struct {
		name, user, owner string
		id                int64
		change            string // after ClassId and Owner
		want              outcome
		changed           Class // zero: as it was
	}{
		{"rename", "alice", aliceJSON, 501, `,"Name":"n"`, outcome{}, Class{501, alice, 500, "n"}},
		{"move", "alice", aliceJSON, 501, `,"ParentClassId":502`, outcome{}, Class{501, alice, 502, "b"}},
		{"move into a preset", "alice", aliceJSON, 501, `,"ParentClassId":12`, outcome{}, Class{501, alice, 12, "b"}},
		{"both", "alice", aliceJSON, 501, `,"Name":"n","ParentClassId":9`, outcome{}, Class{501, alice, 9, "n"}},
		{"a new name where the old one is taken", "alice", aliceJSON, 502, `,"Name":"n","ParentClassId":500`, outcome{}, Class{502, alice, 500, "n"}},
		{"nothing", "alice", aliceJSON, 501, ``, outcome{}, Class{}},
		{"what it is already", "alice", aliceJSON, 501, `,"Name":"b","ParentClassId":500`, outcome{}, Class{}},
		{"nothing of a preset", "alice", aliceJSON, 11, ``, classPreset(), Class{}},
		{"rename the root", "alice", aliceJSON, 9, `,"Name":"n"`, classPreset(), Class{}},
		{"rename a preset", "alice", aliceJSON, 12, `,"Name":"n"`, classPreset(), Class{}},
		{"name of a sibling", "alice", aliceJSON, 502, `,"Name":"a"`, classTwin(), Class{}},
		{"name of a preset", "alice", aliceJSON, 502, `,"Name":"成片"`, classTwin(), Class{}},
		{"to where the name is taken", "alice", aliceJSON, 521, `,"ParentClassId":9`, classTwin(), Class{}},
		{"no name", "alice", aliceJSON, 502, `,"Name":""`, badParameter("Name"), Class{}},
		{"a path as a name", "alice", aliceJSON, 502, `,"Name":"/"`, badParameter("Name"), Class{}},
		{"into itself", "alice", aliceJSON, 520, `,"ParentClassId":520`, badParameter("ParentClassId"), Class{}},
		{"below itself", "alice", aliceJSON, 520, `,"ParentClassId":528`, badParameter("ParentClassId"), Class{}},
		{"two levels to level 10", "alice", aliceJSON, 500, `,"ParentClassId":526`, outcome{}, Class{500, alice, 526, "a"}},
		{"two levels to level 11", "alice", aliceJSON, 500, `,"ParentClassId":527`, classDeep(), Class{}},
		{"above the root", "alice", aliceJSON, 501, `,"ParentClassId":-1`, classUnknown(), Class{}},
		{"into an unknown class", "alice", aliceJSON, 501, `,"ParentClassId":1209`, classUnknown(), Class{}},
		{"into a class of another", "alice", aliceJSON, 501, `,"ParentClassId":600`, classUnknown(), Class{}},
		{"of another owner", "alice", bobJSON, 501, `,"Name":"n"`, classUnknown(), Class{}},
		{"unknown", "alice", aliceJSON, 12515, `,"Name":"n"`, classUnknown(), Class{}},
		{"a stranger", "carol", aliceJSON, 501, `,"Name":"n"`, classForeign(), Class{}},
		{"granted to read", "erin", aliceJSON, 501, `,"Name":"n"`, classForeign(), Class{}},
		{"granted to write", "dora", aliceJSON, 501, `,"Name":"n"`, outcome{}, Class{501, alice, 500, "n"}},
		{"granted to write, parent said", "dora", aliceJSON, 500, `,"Name":"n","ParentClassId":9`, outcome{}, Class{500, alice, 9, "n"}},
		{"granted all but to write there", "dora", aliceJSON, 501, `,"ParentClassId":502`, classForeign(), Class{}},
		{"granted to write, but not there", "dora", aliceJSON, 501, `,"ParentClassId":9`, classForeign(), Class{}},
		{"a member", "mia", teamJSON, 700, `,"Name":"n"`, classForeign(), Class{}},
		{"an admin", "adam", teamJSON, 700, `,"Name":"n"`, outcome{}, Class{700, Entity{OwnerTeam, "t"}, 9, "n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := classWorld(t)
			want := map[int64]Class{}
			for id, class := range w.st.Classes {
				want[id] = class
			}
			if tt.changed != (Class{}) {
				want[tt.id] = tt.changed
			}
			got := w.run(tt.user, "Material.ModifyClass", fmt.Sprintf(`{"ClassId":%d,"Owner":%s%s}`, tt.id, tt.owner, tt.change))
			checkOutcome(t, tt.want, withoutBody(got))
			if tt.want.Refusal == "" && got.Body != success {
				t.Errorf("answer %s", got.Body)
			}
			if diff := cmp.Diff(want, w.st.Classes); diff != "" {
				t.Errorf("classes (-want +got):\n%s", diff)
			}
		})
	}
}

// What stands in a class moves with it, and is called by its new path.
func TestMoveTakesAlong(t *testing.T) {
	t.Parallel()
	w := classWorld(t)
	w.must("alice", "Material.ModifyMaterial", `{"MaterialId":"v","ClassId":501}`)
	w.must("alice", "Material.ModifyClass", `{"ClassId":500,"Owner":`+aliceJSON+`,"Name":"new","ParentClassId":502}`)
	got := w.must("alice", "Material.ListMedia", listRequest(aliceJSON, 501, 0, 20))
	if !strings.Contains(got, `"MaterialId":"v"`) || !strings.Contains(got, `"ClassPath":"/个人/c/new/b"`) {
		t.Errorf("got %s", got)
	}
	w.must("dora", "Material.ModifyMaterial", `{"MaterialId":"v","Name":"still granted"}`)
}
