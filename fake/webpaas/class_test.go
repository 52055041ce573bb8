package webpaas

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// deleteClass deletes the grants on the class and no others.
func TestDeleteClass(t *testing.T) {
	t.Parallel()
	alice, bob := Person("alice"), Person("bob")
	other := Grant{Authorizer: alice, Authorizee: bob, Resource: Resource{ResourceClass, "9"}, Rights: "R"}
	w := newWorld(t).load(Fixtures{
		Classes: []Class{{ID: 500, Owner: alice, Name: "a"}},
		Grants:  []Grant{{Authorizee: bob, Resource: Resource{ResourceClass, "500"}}, other},
	})
	w.st.deleteClass(9) // does nothing: a preset is not in the state
	w.st.deleteClass(500)
	if _, ok := w.st.tree(alice).class(500); ok {
		t.Error("the class still exists")
	}
	if diff := cmp.Diff([]Grant{other}, w.st.Grants); diff != "" {
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
	if diff := cmp.Diff([]int64{
		9, 10, 11, 15, 16, 17, 18, 19, 500, 12, 13, 14, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 501, 502,
	}, w.st.tree(alice).subtree(9)); diff != "" {
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
	deep := []Class{{ID: 500, Owner: alice, Name: "level 1"}}
	for id := int64(501); id <= 509; id++ { // 509 is on level 10 below the root
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
		{"on level 10", Class{ID: 700, ParentID: 508, Name: "n"}, nil},
		{"on level 11", Class{ID: 700, ParentID: 509, Name: "n"}, errClassDepth},
		{"two levels to 10", Class{ID: 600, ParentID: 507, Name: "n"}, nil},
		{"two levels to 11", Class{ID: 600, ParentID: 508, Name: "n"}, errClassDepth},
		{"renamed", Class{ID: 500, ParentID: 9, Name: "n"}, nil},
		{"unchanged", Class{ID: 500, ParentID: 9, Name: "level 1"}, nil},
		{"name of a sibling", Class{ID: 600, ParentID: 9, Name: "level 1"}, errClassSibling},
		{"name of a preset", Class{ID: 600, ParentID: 9, Name: "素材"}, errClassSibling},
		{"same name elsewhere", Class{ID: 700, ParentID: 600, Name: "level 1"}, nil},
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

// A class belongs to one owner, and no other can take its id.
func TestClassesHaveOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{Classes: []Class{{ID: 500, Owner: Person("alice"), Name: "a"}}})
	if _, ok := w.st.tree(Person("bob")).class(500); ok {
		t.Error("bob has the class of alice")
	}
	_, err := Put(w.st, w.as("bob"), Class{ID: 500, Name: "b"})
	if err == nil || !strings.Contains(err.Error(), `id: 500 is a class of PERSON "alice" already`) {
		t.Errorf("got %v", err)
	}
}

// walk makes random calls as random users on the trees of three owners.
type walk struct {
	*world
	random *rand.Rand
	owners []Entity
	files  int
	met    map[string]int // successes by operation, errors by the code of their reason
}

func newWalk(t *testing.T, seed uint64) *walk {
	alice, bob := Person("alice"), Person("bob")
	f := people()
	f.Grants = []Grant{
		{Authorizer: alice, Authorizee: Person("dora"), Resource: Resource{ResourceClass, "9"}, Rights: "RW"},
		{Authorizer: bob, Authorizee: Person("dora"), Resource: Resource{ResourceClass, "11"}, Rights: "W"},
	}
	return &walk{
		world: newWorld(t).load(f), random: rand.New(rand.NewPCG(seed, 7)),
		owners: []Entity{alice, bob, {OwnerTeam, "t"}}, met: map[string]int{},
	}
}

func pick[T any](w *walk, from ...T) T { return from[w.random.IntN(len(from))] }

// call makes a call as a user who mostly has the right, and records the outcome.
func (w *walk) call(owner Entity, operation, request string) outcome {
	user := pick(w, owner.ID, owner.ID, owner.ID, "dora", "mia", "carol")
	if owner.Type == OwnerTeam {
		user = pick(w, "olga", "adam", "olga", "mia", "alice")
	}
	out := w.run(user, operation, request)
	if out.Error == "" {
		w.met[operation]++
	}
	w.met[out.Why]++
	return out
}

// somewhere returns a class of the owner, sometimes a preset, sometimes an id of no class.
func (w *walk) somewhere(owner Entity) int64 {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(w.st.Classes)), func(id int64) bool { return w.st.Classes[id].Owner != owner })
	if n := len(ids); n > 0 && w.random.IntN(4) > 0 {
		return ids[n-1-min(w.random.IntN(n), w.random.IntN(n))] // rather a new one
	}
	return pick[int64](w, 9, 9, 9, 9, 10, 11, 12, 12, 19, 20, -1, 99, 99999, 12514)
}

func (w *walk) step() {
	owner := pick(w, w.owners...)
	who := encode(w.t, owner.wire())
	name := pick(w, "a", "b", "c", "d", "e", "f", "素材", "视频", "", "x/y")
	w.now = w.now.Add(time.Duration(w.random.IntN(1500)) * time.Millisecond)
	switch w.random.IntN(10) {
	case 0, 1, 2, 3:
		w.call(owner, "Material.CreateClass", fmt.Sprintf(`{"ParentClassId":%d,"Name":%q,"Owner":%s}`, w.somewhere(owner), name, who))
	case 4:
		w.call(owner, "Material.DeleteClass", pick(w, fmt.Sprintf(`{"ClassId":%d}`, w.somewhere(owner)),
			fmt.Sprintf(`{"ClassId":%d,"Owner":%s}`, w.somewhere(owner), who)))
	case 5, 6:
		w.call(owner, "Material.ModifyClass", fmt.Sprintf(`{"ClassId":%d,"Owner":%s%s%s}`, w.somewhere(owner), who,
			pick(w, "", fmt.Sprintf(`,"Name":%q`, name)), pick(w, "", fmt.Sprintf(`,"ParentClassId":%d`, w.somewhere(owner)))))
	case 7:
		w.upload(owner, who)
	case 8:
		w.call(owner, "Material.ModifyMaterial", fmt.Sprintf(`{"MaterialId":%q,"ClassId":%d}`, w.someMaterial(), w.somewhere(owner)))
	case 9:
		w.call(owner, "Material.DeleteMaterial", fmt.Sprintf(`{"MaterialId":%q}`, w.someMaterial()))
	}
}

func (w *walk) upload(owner Entity, who string) {
	out := w.call(owner, "Material.CreateUploadMaterial",
		fmt.Sprintf(`{"ClassId":%d,"MaterialType":"VIDEO","Name":"n","Owner":%s}`, w.somewhere(owner), who))
	var resp struct{ Data createUploadResponse }
	if err := json.Unmarshal([]byte(out.Body), &resp); err != nil {
		w.t.Fatal(err)
	}
	w.files++
	w.call(owner, "Material.FinishUploadMaterial", finishRequest(resp.Data.UploadContext, strconv.Itoa(w.files)))
}

func (w *walk) someMaterial() string {
	if ids := slices.Sorted(maps.Keys(w.st.Materials)); len(ids) > 0 {
		return pick(w, ids...)
	}
	return "none"
}

// presetNames and presetParents repeat the documents, independently of the code.
var (
	presetParents = map[int64]int64{
		9: -1, 10: 9, 11: 9, 12: 11, 13: 11, 14: 11, 15: 9, 16: 9, 17: 9, 18: 9, 19: 9,
		20: 15, 21: 15, 22: 15, 23: 15, 24: 15, 25: 15, 26: 15, 27: 15, 28: 15, 29: 15, 30: 15,
	}
	presetNames = map[int64]string{
		10: "媒资", 11: "素材", 12: "视频", 13: "音频", 14: "图片", 15: "效果素材", 16: "模板", 17: "成片", 18: "收藏", 19: "发布通道",
		20: "文字", 21: "图文", 22: "字幕", 23: "贴图", 24: "转场", 25: "背景音乐", 26: "滤镜", 27: "音效", 28: "动效", 29: "边框", 30: "风格",
	}
)

// faults lists what is wrong with the trees, without the code under test.
func faults(st *State, owners []Entity) []string {
	var found []string
	for id, class := range st.Classes {
		if class.ID != id || id < 100 {
			found = append(found, fmt.Sprintf("class %d is kept as %d", class.ID, id))
		}
		levels, at := 0, id
		for at >= 100 && levels <= 10 {
			up, ok := st.Classes[at]
			if !ok || up.Owner != class.Owner {
				found = append(found, fmt.Sprintf("class %d stands below %d, which %s does not have", id, at, class.Owner))
				break
			}
			at = up.ParentID
			levels++
		}
		for at != 9 && presetParents[at] != 0 && levels <= 10 {
			at = presetParents[at]
			levels++
		}
		if at != 9 || levels > 10 {
			found = append(found, fmt.Sprintf("class %d is not within ten levels below the root", id))
		}
	}
	for _, owner := range owners {
		type sibling struct {
			parent int64
			name   string
		}
		names := map[sibling]int{}
		for id, name := range presetNames {
			names[sibling{presetParents[id], name}]++
		}
		for _, class := range st.Classes {
			if class.Owner == owner {
				names[sibling{class.ParentID, class.Name}]++
			}
		}
		for s, n := range names {
			if n > 1 || s.name == "" {
				found = append(found, fmt.Sprintf("%d classes %q of %s below %d", n, s.name, owner, s.parent))
			}
		}
	}
	return found
}

// visible checks what the owner sees: every class once, presets as they were, every material on
// exactly one page of its class.
func (w *walk) visible(owner Entity) {
	w.t.Helper()
	user, who := owner.ID, encode(w.t, owner.wire())
	if owner.Type == OwnerTeam {
		user = "mia"
	}
	var tree struct{ ClassInfoSet []classInfo }
	text := w.must(user, "Material.DescribeClass", `{"Platform":"fake-platform","Owner":`+who+`}`)
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		w.t.Fatal(err)
	}
	wantClasses, gotClasses := map[int64]int64{}, map[int64]int64{}
	maps.Copy(wantClasses, presetParents)
	for id, class := range w.st.Classes {
		if class.Owner == owner {
			wantClasses[id] = class.ParentID
		}
	}
	wantMedia, gotMedia := []string{}, []string{}
	for id, m := range w.st.Materials {
		if m.Owner == owner {
			wantMedia = append(wantMedia, id)
		}
	}
	for _, class := range tree.ClassInfoSet {
		gotClasses[class.ClassID] = class.ParentClassID
		if name, preset := presetNames[class.ClassID]; preset && name != class.Name {
			w.t.Errorf("preset %d is called %s", class.ClassID, class.Name)
		}
		gotMedia = append(gotMedia, w.pages(user, who, class.ClassID)...)
	}
	if len(tree.ClassInfoSet) != len(gotClasses) {
		w.t.Errorf("%d classes for %d ids", len(tree.ClassInfoSet), len(gotClasses))
	}
	if diff := cmp.Diff(wantClasses, gotClasses); diff != "" {
		w.t.Errorf("classes of %s (-want +got):\n%s", owner, diff)
	}
	slices.Sort(wantMedia)
	slices.Sort(gotMedia)
	if diff := cmp.Diff(wantMedia, gotMedia); diff != "" {
		w.t.Errorf("media of %s on all pages of all classes (-want +got):\n%s", owner, diff)
	}
}

// pages lists the media of a class by pages of random sizes.
func (w *walk) pages(user, who string, class int64) []string {
	var all []string
	for {
		limit := 1 + w.random.IntN(4)
		page := ids(w.t, w.must(user, "Material.ListMedia", listRequest(who, int(class), len(all), limit)))
		all = append(all, page...)
		if len(page) < limit {
			return all
		}
	}
}

// No sequence of calls of several users breaks a tree.
func TestTreesStayTrees(t *testing.T) {
	t.Parallel()
	met := map[string]int{}
	for seed := range uint64(3) {
		w := newWalk(t, seed)
		for range 500 {
			w.step()
			if found := faults(w.st, w.owners); found != nil {
				t.Fatalf("seed %d: %q", seed, found)
			}
		}
		for _, owner := range w.owners {
			w.visible(owner)
		}
		for what, n := range w.met {
			met[what] += n
		}
	}
	for _, what := range []string{
		"Material.CreateClass", "Material.DeleteClass", "Material.ModifyClass", "Material.CreateUploadMaterial",
		"Material.FinishUploadMaterial", "Material.ModifyMaterial", "Material.DeleteMaterial",
		"webpaas.class-unknown", "webpaas.class-foreign", "webpaas.class-preset", "webpaas.class-exists",
		"webpaas.class-depth", "webpaas.class-not-empty", "webpaas.parameter", "webpaas.upload-foreign",
	} {
		if met[what] == 0 {
			t.Errorf("no walk met %s: %v", what, met)
		}
	}
}

// faults finds each fault.
func TestTreeFaults(t *testing.T) {
	t.Parallel()
	alice, bob := Person("alice"), Person("bob")
	class := func(id, parent int64, name string) Class {
		return Class{ID: id, Owner: alice, ParentID: parent, Name: name}
	}
	chain := []Class{class(500, 9, "a")}
	for id := int64(501); id <= 509; id++ {
		chain = append(chain, class(id, id-1, "a"))
	}
	tests := []struct {
		name    string
		classes []Class
		want    int // faults
	}{
		{"none", chain, 0},
		{"eleven levels", append(slices.Clone(chain), class(510, 509, "a")), 1},
		{"ten levels below a preset", []Class{class(500, 12, "a"), class(501, 500, "a")}, 0},
		{"a circle", []Class{class(500, 501, "a"), class(501, 500, "a")}, 2},
		{"an orphan", []Class{class(500, 499, "a")}, 2},
		{"below a class of another", []Class{{ID: 500, Owner: bob, ParentID: 9, Name: "a"}, class(501, 500, "a")}, 2},
		{"below no preset", []Class{class(500, 99, "a")}, 1},
		{"twins", []Class{class(500, 9, "a"), class(501, 9, "a")}, 1},
		{"the twin of a preset", []Class{class(500, 9, "素材")}, 1},
		{"a preset that was changed", []Class{class(11, 9, "a")}, 1},
		{"no name", []Class{class(500, 9, "")}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st := &State{}
			for _, c := range tt.classes {
				st.putClass(c)
			}
			if got := faults(st, []Entity{alice, bob}); len(got) != tt.want {
				t.Errorf("%d faults, want %d: %q", len(got), tt.want, got)
			}
		})
	}
}
