package webpaas

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// mediaWorld has a video and an image of alice, a class 500 of hers, and a class 600 of bob.
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

func TestDeleteMaterial(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, user, request string
		want                outcome
	}{
		{"owner", "alice", `{"MaterialId":"v1"}`, outcome{Body: success}},
		{"granted to write", "dora", `{"MaterialId":"v1"}`, outcome{Body: success}},
		{"granted to read", "erin", `{"MaterialId":"v1"}`, outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}},
		{"stranger", "carol", `{"MaterialId":"v1"}`, outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}},
		{"unknown", "alice", `{"MaterialId":"v9"}`, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}},
		{"beyond uint64", "alice", `{"MaterialId":"38192156030633420589"}`, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := mediaWorld(t)
			checkOutcome(t, tt.want, w.run(tt.user, "Material.DeleteMaterial", tt.request))
			_, left := w.st.Materials["v1"]
			if want := tt.want.Refusal != ""; left != want {
				t.Errorf("v1 is there: %t, want %t", left, want)
			}
		})
	}
}

// checkOutcome compares a whole success, or code and reason of an error.
func checkOutcome(t *testing.T, want, got outcome) {
	t.Helper()
	if want.Body == "" {
		got.Body = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDeleteTakesAlongWhatIsTheMaterialsOwn(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t)
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":30}`)
	w.st.FrameTags = map[string]FrameTags{"v1": {MaterialID: "v1"}, "v2": {MaterialID: "v2"}}
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"v1"}`)
	type left struct{ Grants, Recognitions, FrameTags, Materials int }
	got := left{len(w.st.Grants), len(w.st.Recognitions), len(w.st.FrameTags), len(w.st.Materials)}
	if diff := cmp.Diff(left{0, 0, 1, 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	checkOutcome(t, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"},
		w.run("alice", "Material.DeleteMaterial", `{"MaterialId":"v1"}`))
}

func TestModifyMaterial(t *testing.T) {
	t.Parallel()
	runes := func(n int) string { return strings.Repeat("名", n) }
	tags := func(n, length int) string {
		return `["` + strings.TrimSuffix(strings.Repeat(runes(length)+`","`, n), `","`) + `"]`
	}
	foreign := outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}
	bad := func(p string) outcome { return outcome{Refusal: invalid(p), Why: "webpaas.parameter"} }
	tests := []struct {
		name, user, change string
		want               outcome
		changed            func(*Material) // of v1; none when nil
	}{
		{"name of 90", "alice", `"Name":"` + runes(90) + `"`, outcome{}, func(m *Material) { m.Name = runes(90) }},
		{"name of 91", "alice", `"Name":"` + runes(91) + `"`, bad("Name"), nil},
		{"no name", "alice", `"Name":""`, bad("Name"), nil},
		{"30 tags", "alice", `"Tags":` + tags(30, 1), outcome{}, func(m *Material) { m.Tags = strings.Split(strings.Repeat("名", 30), "") }},
		{"31 tags", "alice", `"Tags":` + tags(31, 1), bad("Tags"), nil},
		{"tag of 15", "alice", `"Tags":` + tags(1, 15), outcome{}, func(m *Material) { m.Tags = []string{runes(15)} }},
		{"tag of 16", "alice", `"Tags":` + tags(1, 16), bad("Tags"), nil},
		{"tags replace", "alice", `"Tags":["new"]`, outcome{}, func(m *Material) { m.Tags = []string{"new"} }},
		{"tags go", "alice", `"Tags":[]`, outcome{}, func(m *Material) { m.Tags = []string{} }},
		{"preset tags replace", "alice", `"PresetTagIds":["q","r"]`, outcome{}, func(m *Material) { m.PresetTagIDs = []string{"q", "r"} }},
		{"class", "alice", `"ClassId":500`, outcome{}, func(m *Material) { m.ClassID = 500 }},
		{"preset class", "alice", `"ClassId":9`, outcome{}, func(m *Material) { m.ClassID = 9 }},
		{"class of another", "alice", `"ClassId":600`, outcome{Refusal: permissionDeny, Why: "webpaas.class-unknown"}, nil},
		{"unknown class", "alice", `"ClassId":1431,"Name":"x"`, outcome{Refusal: permissionDeny, Why: "webpaas.class-unknown"}, nil},
		{"class without a grant on it", "dora", `"ClassId":500`, outcome{Refusal: permissionDeny, Why: "webpaas.class-foreign"}, nil},
		{"granted to write", "dora", `"Name":"x"`, outcome{}, func(m *Material) { m.Name = "x" }},
		{"granted to read", "erin", `"Name":"x"`, foreign, nil},
		{"right before values", "carol", `"Name":""`, foreign, nil},
		{"all at once", "alice", `"ClassId":500,"Name":"x","Tags":["t"],"PresetTagIds":["q"]`, outcome{}, func(m *Material) {
			m.ClassID, m.Name, m.Tags, m.PresetTagIDs = 500, "x", []string{"t"}, []string{"q"}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := mediaWorld(t)
			want := w.st.Materials["v1"]
			if tt.changed != nil {
				want.UpdateTime = testTime.Truncate(time.Second)
				tt.changed(&want)
			}
			got := w.run(tt.user, "Material.ModifyMaterial", `{"MaterialId":"v1",`+tt.change+`}`)
			checkOutcome(t, tt.want, outcome{Refusal: got.Refusal, Why: got.Why})
			if diff := cmp.Diff(want, w.st.Materials["v1"]); diff != "" {
				t.Errorf("v1 (-want +got):\n%s", diff)
			}
		})
	}
}

func TestModifyNothing(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t)
	before := w.snapshot()
	if got := w.run("alice", "Material.ModifyMaterial", `{"MaterialId":"v1"}`).Body; got != success {
		t.Error(got)
	}
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	checkOutcome(t, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"},
		w.run("alice", "Material.ModifyMaterial", `{"MaterialId":"v9"}`))
}

func listRequest(owner string, class, offset, limit int) string {
	return fmt.Sprintf(`{"Platform":"fake-platform","ClassId":%d,"Owner":%s,"Offset":%d,"Limit":%d}`, class, owner, offset, limit)
}

const aliceJSON = `{"Type":"PERSON","Id":"alice"}`

// manyWorld has n videos of alice in class 500, two of them of each second.
func manyWorld(t *testing.T, n int) *world {
	f := Fixtures{Classes: []Class{{ID: 500, Owner: Person("alice"), Name: "a"}}}
	for i := range n {
		f.Materials = append(f.Materials, Material{
			ID: fmt.Sprintf("m%03d", i), Owner: Person("alice"), ClassID: 500, CreateTime: at(i / 2),
		})
	}
	return newWorld(t).load(f)
}

// newestFirst lists the ids of manyWorld.
func newestFirst(n int) []string {
	ids := make([]string, n)
	for i := range n {
		ids[i] = fmt.Sprintf("m%03d", n-1-i)
	}
	return ids
}

func TestListMediaPages(t *testing.T) {
	t.Parallel()
	w := manyWorld(t, 35)
	all := newestFirst(35)
	tests := []struct {
		name, window string
		want         []string
	}{
		{"default", ``, all[:20]},
		{"limit 0 is the default", `,"Limit":0`, all[:20]},
		{"limit 1", `,"Limit":1`, all[:1]},
		{"limit 30", `,"Limit":30`, all[:30]},
		{"last page", `,"Limit":30,"Offset":30`, all[30:]},
		{"last item", `,"Offset":34`, all[34:]},
		{"at the end", `,"Offset":35`, []string{}},
		{"beyond the end", `,"Offset":9223372036854775807,"Limit":30`, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := w.must("alice", "Material.ListMedia", `{"Platform":"fake-platform","ClassId":500,"Owner":`+aliceJSON+tt.window+`}`)
			if diff := cmp.Diff(tt.want, ids(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(got, `"MaterialTotalCount":35,`) {
				t.Errorf("the total is not 35: %.80s", got)
			}
		})
	}
}

func TestListMediaRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, user, request string
		want                outcome
	}{
		{"limit 31", "alice", listRequest(aliceJSON, 500, 0, 31), outcome{Refusal: limitTooLarge, Why: "webpaas.limit"}},
		{"limit -1", "alice", listRequest(aliceJSON, 500, 0, -1), outcome{Refusal: invalid("Limit"), Why: "webpaas.parameter"}},
		{"offset -1", "alice", listRequest(aliceJSON, 500, -1, 1), outcome{Refusal: invalid("Offset"), Why: "webpaas.parameter"}},
		{"unknown class", "alice", listRequest(aliceJSON, 1431, 0, 1), outcome{Refusal: permissionDeny, Why: "webpaas.class-unknown"}},
		{"above the root", "alice", listRequest(aliceJSON, -1, 0, 1), outcome{Refusal: permissionDeny, Why: "webpaas.class-unknown"}},
		{"no preset", "alice", listRequest(aliceJSON, 6, 0, 1), outcome{Refusal: permissionDeny, Why: "webpaas.class-unknown"}},
		{"class of another owner", "alice", listRequest(aliceJSON, 600, 0, 1), outcome{Refusal: permissionDeny, Why: "webpaas.class-unknown"}},
		{"foreign class", "carol", listRequest(aliceJSON, 500, 0, 1), outcome{Refusal: permissionDeny, Why: "webpaas.class-foreign"}},
		{"foreign root", "carol", listRequest(aliceJSON, 9, 0, 1), outcome{Refusal: permissionDeny, Why: "webpaas.class-foreign"}},
		{"unknown team", "carol", listRequest(`{"Type":"TEAM","Id":"nope"}`, 9, 0, 1), outcome{Refusal: permissionDeny, Why: "webpaas.class-foreign"}},
		{"platform", "alice", `{"Platform":"other","ClassId":500,"Owner":` + aliceJSON + `}`, outcome{Refusal: permissionDeny, Why: "webpaas.platform-foreign"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkOutcome(t, tt.want, mediaWorld(t).run(tt.user, "Material.ListMedia", tt.request))
		})
	}
}

// A user nobody has seen has the root and the presets, and looking at them leaves no trace (run checks it).
func TestListMediaOfANewUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner := `{"Type":"PERSON","Id":"new"}`
	class := func(id int, name string) string {
		return fmt.Sprintf(`{"ClassId":%d,"Name":%q,"ParentClassId":9,"ClassPath":"/个人/%s"}`, id, name, name)
	}
	want := data(`{"ClassInfoSet":[` + strings.Join([]string{
		class(10, "媒资"), class(11, "素材"), class(15, "效果素材"), class(16, "模板"),
		class(17, "成片"), class(18, "收藏"), class(19, "发布通道"),
	}, ",") + `],"MaterialTotalCount":0,"MaterialInfoSet":[]}`)
	if diff := cmp.Diff(want, w.run("new", "Material.ListMedia", listRequest(owner, 9, 0, 20)).Body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Classes of the tables have their owner and platform.
func TestListMediaClassesOfTheTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.dialect.MaterialKeys = dialect.KeysTable
	got := w.must("alice", "Material.ListMedia", listRequest(aliceJSON, 11, 0, 20))
	want := `{"ClassInfoSet":[{"Platform":"fake-platform","Owner":{"Id":"alice","Type":"PERSON"},"ClassId":12,"Name":"视频",` +
		`"ParentClassId":11,"ClassPath":"/个人/素材/视频"},`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want it to begin with %s", got, want)
	}
}

// Every item is on exactly one page, whatever the page sizes.
func TestListMediaPagingProperty(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := random.IntN(70)
		w := manyWorld(t, n)
		got := []string{}
		for len(got) < n {
			limit := 1 + random.IntN(30)
			page := ids(t, w.must("alice", "Material.ListMedia", listRequest(aliceJSON, 500, len(got), limit)))
			if want := min(limit, n-len(got)); len(page) != want {
				t.Fatalf("page at %d of %d with limit %d has %d items, want %d", len(got), n, limit, len(page), want)
			}
			got = append(got, page...)
		}
		if diff := cmp.Diff(newestFirst(n), got); diff != "" {
			t.Fatalf("%s items (-want +got):\n%s", strconv.Itoa(n), diff)
		}
	}
}
