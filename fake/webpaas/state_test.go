package webpaas

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// wholeWorld has something of everything.
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

func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	w := wholeWorld(t)
	before := encode(t, w.st)
	restored := &State{Teams: map[string]Team{"old": {}}}
	if err := json.Unmarshal([]byte(before), restored); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, encode(t, restored)); diff != "" {
		t.Errorf("bytes (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(w.st, restored, cmpopts.IgnoreUnexported(State{})); diff != "" {
		t.Errorf("values (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(indexText(&w.st.index), indexText(&restored.index)); diff != "" {
		t.Errorf("index (-before +after):\n%s", diff)
	}
	// Goes on where it stopped.
	w.st = restored
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"VIDEO"}`)
}

func TestStateUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	st := &State{Teams: map[string]Team{"t": {}}}
	if err := json.Unmarshal([]byte(`{"materials":[]}`), st); err == nil {
		t.Error("a list is no map of materials")
	}
	if len(st.Teams) != 1 {
		t.Error("a failed read changed the state")
	}
}

func TestEmptyState(t *testing.T) {
	t.Parallel()
	if got := encode(t, &State{}); got != "{}" {
		t.Errorf("got %s", got)
	}
}

// Any number of readers share the state.
func TestReadersAtOnce(t *testing.T) {
	t.Parallel()
	w := wholeWorld(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			c := w.as("user " + strconv.Itoa(i%3))
			c.User = []string{"alice", "mia", "new"}[i%3]
			for _, operation := range Service.Ops {
				if !operation.Writes {
					_, _ = operation.Run(c, w.st, []byte(`{"Platform":"fake-platform","ClassId":9,"Owner":`+aliceJSON+
						`,"MaterialId":"VIDEO","StartTimeOffset":0,"EndTimeOffset":100,"MaterialIds":["LINK","VIDEO"],"SearchScopes":[`+scopeJSON("alice", `,"ClassId":500`)+`],"Text":"v",
						"Authorizer":`+aliceJSON+`,"Authorizee":{"Type":"TEAM","Id":"t"},
						"TeamIds":["t"],"ProjectId":"p","Name":"project p"}`))
				}
			}
		})
	}
	all.Wait()
}

// The index that grows call by call is the one that would be made new.
func TestIndexGrows(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	w := newWorld(t)
	for _, id := range []int64{500, 501, 502} {
		if _, err := w.st.PutClass(w.as("alice"), Class{ID: id, Name: classText(id)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 400 {
		id := strconv.Itoa(random.IntN(30))
		if random.IntN(3) == 0 {
			w.st.deleteMaterial(id)
		} else {
			m := Material{ID: id, Type: []string{"AUDIO", "IMAGE"}[random.IntN(2)], Name: "n" + id, CreateTime: at(random.IntN(10)), ClassID: 500 + random.Int64N(3)}
			if random.IntN(4) == 0 {
				m.Owner = Person("bob")
				m.ClassID = 0
			}
			if _, err := w.st.PutMaterial(w.as("alice"), m); err != nil {
				t.Fatal(err)
			}
		}
		w.checkIndex()
	}
	if _, err := w.st.PutClass(w.as("alice"), Class{ID: 502, Name: "moved", ParentID: 501}); err != nil {
		t.Fatal(err)
	}
	w.checkIndex()
	w.st.deleteClass(502)
	w.checkIndex()
}

// Of one second, the id counted later is the newer, also where ids grow by a digit.
func TestOrderWithinASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"10", "9", "11", "8"} {
		if _, err := w.st.PutMaterial(w.as("alice"), Material{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	got := w.must("alice", "Material.SearchMaterial", `{"SearchScopes":[`+scopeJSON("alice", "")+`]}`)
	if diff := cmp.Diff([]string{"11", "10", "9", "8"}, ids(t, got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Grants on a class go with it, others stay.
func TestDeleteClass(t *testing.T) {
	t.Parallel()
	alice, bob := Person("alice"), Person("bob")
	kept := Grant{Authorizer: alice, Authorizee: bob, Resource: Resource{ResourceClass, "9"}, Rights: "R"}
	w := newWorld(t).load(Fixtures{
		Classes: []Class{{ID: 500, Owner: alice, Name: "a"}},
		Grants:  []Grant{{Authorizee: bob, Resource: Resource{ResourceClass, "500"}}, kept},
	})
	w.st.deleteClass(9) // a preset is not in the state, so this is nothing
	w.st.deleteClass(500)
	if _, ok := w.st.tree(alice).class(500); ok {
		t.Error("the class is there")
	}
	if diff := cmp.Diff([]Grant{kept}, w.st.Grants); diff != "" {
		t.Errorf("grants (-want +got):\n%s", diff)
	}
	w.checkIndex()
}

func TestClassTree(t *testing.T) {
	t.Parallel()
	alice := Person("alice")
	w := newWorld(t).load(Fixtures{
		Teams: people().Teams,
		Classes: []Class{
			{ID: 500, Owner: alice, Name: "a"}, {ID: 501, Owner: alice, ParentID: 500, Name: "b"},
			{ID: 502, Owner: alice, ParentID: 12, Name: "c"}, {ID: 600, Owner: Person("bob"), Name: "a"},
		},
		Materials: []Material{{ID: "m", Owner: alice, ClassID: 502}},
	})
	paths := []struct {
		name  string
		owner Entity
		id    int64
		want  string
	}{
		{"root", alice, 9, "/个人"}, {"root of a team", Entity{OwnerTeam, "t"}, 9, "/团队"},
		{"preset", alice, 12, "/个人/素材/视频"}, {"made", alice, 501, "/个人/a/b"}, {"below a preset", alice, 502, "/个人/素材/视频/c"},
		{"of another", alice, 600, ""}, {"unknown", alice, 999, ""}, {"no preset", alice, 6, ""}, {"above the root", alice, -1, ""},
	}
	for _, tt := range paths {
		t.Run("path of "+tt.name, func(t *testing.T) {
			if got := w.st.tree(tt.owner).path(tt.id); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if diff := cmp.Diff([]int64{9, 10, 11, 15, 16, 17, 18, 19, 500, 12, 13, 14, 501, 502}, w.st.tree(alice).subtree(9)); diff != "" {
		t.Errorf("subtree (-want +got):\n%s", diff)
	}
	above := w.st.tree(alice).children(aboveRoot)
	if diff := cmp.Diff([]Class{{ID: 9, Owner: alice, ParentID: -1, Name: "个人"}}, above); diff != "" {
		t.Errorf("first level (-want +got):\n%s", diff)
	}
}

func TestMayPlace(t *testing.T) {
	t.Parallel()
	alice := Person("alice")
	deep := []Class{{ID: 500, Owner: alice, Name: "level 2"}}
	for id := int64(501); id <= 508; id++ { // 508 is on level 10, the root being level 1
		deep = append(deep, Class{ID: id, Owner: alice, ParentID: id - 1, Name: "x"})
	}
	deep = append(deep, Class{ID: 600, Owner: alice, Name: "two levels"}, Class{ID: 601, Owner: alice, ParentID: 600, Name: "x"})
	w := newWorld(t).load(Fixtures{Classes: deep})
	tests := []struct {
		name  string
		class Class
		want  error
	}{
		{"new", Class{ID: 700, ParentID: 9, Name: "n"}, nil},
		{"on level 10", Class{ID: 700, ParentID: 507, Name: "n"}, nil},
		{"on level 11", Class{ID: 700, ParentID: 508, Name: "n"}, errClassDepth},
		{"two levels to 10", Class{ID: 600, ParentID: 506, Name: "n"}, nil},
		{"two levels to 11", Class{ID: 600, ParentID: 507, Name: "n"}, errClassDepth},
		{"renamed", Class{ID: 500, ParentID: 9, Name: "n"}, nil},
		{"unchanged", Class{ID: 500, ParentID: 9, Name: "level 2"}, nil},
		{"name of a sibling", Class{ID: 600, ParentID: 9, Name: "level 2"}, errClassSibling},
		{"name of a preset", Class{ID: 600, ParentID: 9, Name: "素材"}, errClassSibling},
		{"same name elsewhere", Class{ID: 700, ParentID: 600, Name: "level 2"}, nil},
		{"below itself", Class{ID: 500, ParentID: 503, Name: "n"}, errClassCycle},
		{"in itself", Class{ID: 500, ParentID: 500, Name: "n"}, errClassCycle},
		{"unknown parent", Class{ID: 700, ParentID: 999, Name: "n"}, errClassParent},
		{"beside the root", Class{ID: 700, ParentID: -1, Name: "n"}, errClassParent},
		{"preset", Class{ID: 12, ParentID: 9, Name: "n"}, errClassPreset},
		{"root", Class{ID: 9, ParentID: -1, Name: "n"}, errClassPreset},
		{"no name", Class{ID: 700, ParentID: 9}, errClassName},
		{"path as a name", Class{ID: 700, ParentID: 9, Name: "a/b"}, errClassName},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.class.Owner = alice
			if got := w.st.tree(alice).mayPlace(tt.class); !errors.Is(got, tt.want) || (got == nil) != (tt.want == nil) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// A class in another's tree is the other's, whatever its id.
func TestClassesHaveOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{Classes: []Class{{ID: 500, Owner: Person("alice"), Name: "a"}}})
	if _, ok := w.st.tree(Person("bob")).class(500); ok {
		t.Error("bob has the class of alice")
	}
	_, err := w.st.PutClass(w.as("bob"), Class{ID: 500, Name: "b"})
	if err == nil || !strings.Contains(err.Error(), `id: 500 is a class of PERSON "alice" already`) {
		t.Errorf("got %v", err)
	}
}
