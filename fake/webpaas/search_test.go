package webpaas

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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

func scopeJSON(owner, rest string) string {
	return `{"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"` + owner + `"}` + rest + `}`
}

func TestSearchMaterial(t *testing.T) {
	t.Parallel()
	all := scopeJSON("alice", "")
	tests := []struct {
		name, scopes, filter string
		want                 []string
	}{
		{"everything, newest first", all, ``, []string{"star", "song", "seaside", "sea", "film"}},
		{"oldest first", all, `,"Sort":{"Field":"CreateTime","Order":"Asc"}`, []string{"film", "sea", "seaside", "song", "star"}},
		{"newest first, said", all, `,"Sort":{"Field":"CreateTime","Order":"Desc"}`, []string{"star", "song", "seaside", "sea", "film"}},
		{"root by -1", scopeJSON("alice", `,"ClassId":-1`), ``, []string{"star", "song", "seaside", "sea", "film"}},
		{"root by id", scopeJSON("alice", `,"ClassId":9`), ``, []string{"star", "song", "seaside", "sea", "film"}},
		{"only the root's own", scopeJSON("alice", `,"SearchOneDepth":true`), ``, []string{}},
		{"class and below", scopeJSON("alice", `,"ClassId":500`), ``, []string{"seaside", "sea", "film"}},
		{"class as text", scopeJSON("alice", `,"ClassId":"501"`), ``, []string{"seaside", "sea"}},
		{"class alone", scopeJSON("alice", `,"ClassId":500,"SearchOneDepth":true`), ``, []string{"film"}},
		{"one depth, not", scopeJSON("alice", `,"ClassId":501,"SearchOneDepth":false`), ``, []string{"seaside", "sea"}},
		{"two scopes", scopeJSON("alice", `,"ClassId":12`) + "," + scopeJSON("alice", `,"ClassId":502`), ``, []string{"song", "seaside"}},
		{"scopes that overlap", scopeJSON("alice", `,"ClassId":502`) + "," + scopeJSON("alice", `,"ClassId":501`), ``, []string{"seaside", "sea"}},
		{"two owners", scopeJSON("bob", "") + "," + all, ``, []string{"star", "bobs", "song", "seaside", "sea", "film"}},
		{"five scopes", strings.Repeat(all+",", 4) + all, `,"Limit":1`, []string{"star"}},

		{"type", all, `,"MaterialTypes":["AUDIO"]`, []string{"song"}},
		{"types", all, `,"MaterialTypes":["IMAGE","VIDEO"]`, []string{"seaside", "sea", "film"}},
		{"no type named", all, `,"MaterialTypes":[]`, []string{"star", "song", "seaside", "sea", "film"}},
		{"resolution", all, `,"Resolutions":["FHD"]`, []string{"film"}},
		{"resolutions", all, `,"Resolutions":["LD","4K"]`, []string{"star", "seaside", "sea"}},
		{"one tag", all, `,"Tags":["b"]`, []string{"sea", "film"}},
		{"both tags", all, `,"Tags":["b","a"]`, []string{"film"}},
		{"unknown tag", all, `,"Tags":["b","c"]`, []string{}},
		{"preset tags", all, `,"PresetTagIds":["p1"]`, []string{"sea", "film"}},
		{"both preset tags", all, `,"PresetTagIds":["p1","p2"]`, []string{"film"}},

		{"from 60 s", all, `,"DurationRange":{"LowerBound":60}`, []string{"song", "film"}},
		{"up to 60 s", all, `,"DurationRange":{"UpperBound":60}`, []string{"sea", "film"}},
		{"11 s is more", all, `,"DurationRange":{"LowerBound":11,"UpperBound":60}`, []string{"film"}},
		{"exactly 60 s", all, `,"DurationRange":{"LowerBound":60,"UpperBound":60}`, []string{"film"}},
		{"0 s has nothing", all, `,"DurationRange":{"LowerBound":0,"UpperBound":0}`, []string{}},

		{"time, bounds included", all, timeRange(at(20), at(40)), []string{"song", "seaside", "sea"}},
		{"time, a second less", all, timeRange(at(21), at(39)), []string{"seaside"}},
		{"one moment", all, timeRange(at(20), at(20)), []string{"sea"}},
		{"from a time", all, `,"CreateTimeRange":{"StartTime":"` + wireTime(at(40)) + `"}`, []string{"star", "song"}},
		{"to a time", all, `,"CreateTimeRange":{"EndTime":"` + wireTime(at(10)) + `"}`, []string{"film"}},
		{"another zone", all, `,"CreateTimeRange":{"StartTime":"` + at(50).In(time.FixedZone("", 8*3600)).Format(time.RFC3339) + `"}`, []string{"star"}},
		{"no bounds", all, `,"CreateTimeRange":{}`, []string{"star", "song", "seaside", "sea", "film"}},
		{"after all", all, timeRange(at(51), at(60)), []string{}},
		{"before all", all, timeRange(at(0), at(9)), []string{}},

		{"text: exact, prefix, contained", all, `,"Text":"sea"`, []string{"sea", "seaside", "film"}},
		{"text in any case", all, `,"Text":"SEASIDE"`, []string{"seaside"}},
		{"text in Chinese", all, `,"Text":"天的"`, []string{"song"}},
		{"text ignores the order asked for", all, `,"Text":"s","Sort":{"Order":"Asc"}`, []string{"star", "seaside", "sea", "film"}},
		{"text of 15 characters", all, `,"Text":"` + strings.Repeat("海", 15) + `"`, []string{}},
		{"text and more", all, `,"Text":"sea","Tags":["b"],"Resolutions":["FHD"]`, []string{"film"}},
		{"second page", all, `,"Text":"sea","Offset":1,"Limit":1`, []string{"seaside"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := searchWorld(t).must("alice", "Material.SearchMaterial", `{"SearchScopes":[`+tt.scopes+`]`+tt.filter+`}`)
			if diff := cmp.Diff(tt.want, ids(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			paged := strings.Contains(tt.filter, "Limit")
			if total := fmt.Sprintf(`{"TotalCount":%d,`, len(tt.want)); !paged && !strings.HasPrefix(got, total) {
				t.Errorf("got %.40s, want %s", got, total)
			}
		})
	}
}

func timeRange(from, to time.Time) string {
	return fmt.Sprintf(`,"CreateTimeRange":{"StartTime":%q,"EndTime":%q}`, wireTime(from), wireTime(to))
}

func TestSearchMaterialRefuses(t *testing.T) {
	t.Parallel()
	all := scopeJSON("alice", "")
	bad := func(p string) outcome { return outcome{Refusal: invalid(p), Why: "webpaas.parameter"} }
	deny := func(why string) outcome { return outcome{Refusal: permissionDeny, Why: why} }
	tests := []struct {
		name, scopes, filter string
		want                 outcome
	}{
		{"no scope", ``, ``, bad("SearchScopes")},
		{"six scopes", strings.Repeat(all+",", 5) + all, ``, bad("SearchScopes")},
		{"text of 16 characters", all, `,"Text":"` + strings.Repeat("海", 16) + `"`, bad("Text")},
		{"sort by change", all, `,"Sort":{"Field":"UpdateTime"}`, bad("Sort")},
		{"durations swapped", all, `,"DurationRange":{"LowerBound":2,"UpperBound":1}`, bad("DurationRange")},
		{"start after end", all, timeRange(at(2), at(1)), outcome{Refusal: startAfterEnd, Why: "webpaas.time-range"}},
		{"start is no time", all, `,"CreateTimeRange":{"StartTime":"yesterday"}`, bad("CreateTimeRange")},
		{"end is no time", all, `,"CreateTimeRange":{"EndTime":"2020-12-14"}`, bad("CreateTimeRange")},
		{"offset", all, `,"Offset":-1`, bad("Offset")},
		{"limit", all, `,"Limit":-1`, bad("Limit")},
		{"platform", strings.Replace(all, "fake-platform", "other", 1), ``, deny("webpaas.platform-foreign")},
		{"platform of the second", all + "," + strings.Replace(all, "fake-platform", "other", 1), ``, deny("webpaas.platform-foreign")},
		{"foreign owner", scopeJSON("carol", ""), ``, deny("webpaas.class-foreign")},
		{"one foreign scope", all + "," + scopeJSON("carol", ""), ``, deny("webpaas.class-foreign")},
		{"unknown class", scopeJSON("alice", `,"ClassId":1431`), ``, deny("webpaas.class-unknown")},
		{"class that is no number", scopeJSON("alice", `,"ClassId":"x"`), ``, bad("SearchScopes")},
		{"class that is half a number", scopeJSON("alice", `,"ClassId":"500x"`), ``, bad("SearchScopes")},
		{"class zero", scopeJSON("alice", `,"ClassId":0`), ``, deny("webpaas.class-unknown")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := searchWorld(t)
			checkOutcome(t, tt.want, w.run("alice", "Material.SearchMaterial", `{"SearchScopes":[`+tt.scopes+`]`+tt.filter+`}`))
		})
	}
}

func TestSearchLimits(t *testing.T) {
	t.Parallel()
	w := manyWorld(t, 120)
	for _, tt := range []struct {
		name, window string
		want         int
	}{
		{"default", ``, 50}, {"zero", `,"Limit":0`, 50}, {"no maximum", `,"Limit":1000`, 120}, {"rest", `,"Offset":100`, 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := w.must("alice", "Material.SearchMaterial", `{"SearchScopes":[`+scopeJSON("alice", "")+`]`+tt.window+`}`)
			if n := len(ids(t, got)); n != tt.want {
				t.Errorf("%d items, want %d", n, tt.want)
			}
		})
	}
}

// Every item is on exactly one page, whatever the page sizes, the order and the text.
func TestSearchPagingProperty(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		n := random.IntN(70)
		w := manyWorld(t, n)
		filter := []string{``, `,"Text":"video m0"`, `,"Sort":{"Order":"Asc"}`}[random.IntN(3)]
		seen := map[string]int{}
		for got := 0; got < n; {
			limit := 1 + random.IntN(40)
			page := ids(t, w.must("alice", "Material.SearchMaterial", fmt.Sprintf(
				`{"SearchScopes":[%s],"Offset":%d,"Limit":%d%s}`, scopeJSON("alice", ""), got, limit, filter)))
			if want := min(limit, n-got); len(page) != want {
				t.Fatalf("page at %d of %d with limit %d has %d items, want %d", got, n, limit, len(page), want)
			}
			for _, id := range page {
				seen[id]++
			}
			got += len(page)
		}
		want := map[string]int{}
		for _, id := range newestFirst(n) {
			want[id] = 1
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Fatalf("%d items %s (-want +got):\n%s", n, filter, diff)
		}
	}
}

// sharedWorld: alice granted bob a class with one below it, a material, and one to use only; and team t a
// material. carol granted nobody anything.
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

func TestSearchSharedMaterial(t *testing.T) {
	t.Parallel()
	const alice, bob, team = `{"Type":"PERSON","Id":"alice"}`, `{"Type":"PERSON","Id":"bob"}`, `{"Type":"TEAM","Id":"t"}`
	const dora, carol = `{"Type":"PERSON","Id":"dora"}`, `{"Type":"PERSON","Id":"carol"}`
	none := outcome{Refusal: permissionDeny, Why: "webpaas.share-none"}
	foreign := outcome{Refusal: permissionDeny, Why: "webpaas.share-foreign"}
	tests := []struct {
		name, user, from, to, filter string
		want                         outcome
		ids                          []string
	}{
		{"to bob", "bob", alice, bob, ``, outcome{}, []string{"m3", "m2", "m1"}},
		{"to bob, asked by alice", "alice", alice, bob, ``, outcome{}, []string{"m3", "m2", "m1"}},
		{"to bob, asked by carol", "carol", alice, bob, ``, foreign, nil},
		{"to the team, asked by its member", "mia", alice, team, ``, outcome{}, []string{"m5"}},
		{"to the team, asked by bob", "bob", alice, team, ``, foreign, nil},
		{"the other way round", "bob", bob, alice, ``, none, nil},
		{"from carol", "bob", carol, bob, ``, none, nil},
		{"to dora, without R", "dora", alice, dora, ``, none, nil},
		{"type", "bob", alice, bob, `,"MaterialTypes":["AUDIO"]`, outcome{}, []string{"m3"}},
		{"text", "bob", alice, bob, `,"Text":"one"`, outcome{}, []string{"m1"}},
		{"text without a match", "bob", alice, bob, `,"Text":"of nobody"`, outcome{}, []string{}},
		{"tags are not of this operation", "bob", alice, bob, `,"Tags":["x"]`, outcome{}, []string{"m3", "m2", "m1"}},
		{"time", "bob", alice, bob, timeRange(at(2), at(3)), outcome{}, []string{"m3", "m2"}},
		{"ascending", "bob", alice, bob, `,"Sort":{"Order":"Asc"}`, outcome{}, []string{"m1", "m2", "m3"}},
		{"page", "bob", alice, bob, `,"Offset":1,"Limit":1`, outcome{}, []string{"m2"}},
		{"text too long", "bob", alice, bob, `,"Text":"1234567890123456"`, outcome{Refusal: invalid("Text"), Why: "webpaas.parameter"}, nil},
		{"negative offset", "bob", alice, bob, `,"Offset":-1`, outcome{Refusal: invalid("Offset"), Why: "webpaas.parameter"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := sharedWorld(t)
			got := w.run(tt.user, "Material.SearchSharedMaterial", `{"Authorizer":`+tt.from+`,"Authorizee":`+tt.to+tt.filter+`}`)
			checkOutcome(t, tt.want, outcome{Refusal: got.Refusal, Why: got.Why})
			if tt.ids == nil {
				return
			}
			_, data, _ := strings.Cut(strings.TrimSuffix(got.Body, "}"), `"Data":`)
			if diff := cmp.Diff(tt.ids, ids(t, data)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A grant ends with its material, and with the place in a team.
func TestSharesEnd(t *testing.T) {
	t.Parallel()
	w := sharedWorld(t)
	request := `{"Authorizer":{"Type":"PERSON","Id":"alice"},"Authorizee":{"Type":"TEAM","Id":"t"}}`
	none := outcome{Refusal: permissionDeny, Why: "webpaas.share-none"}
	w.must("mia", "Material.SearchSharedMaterial", request)
	if _, err := w.st.PutTeam(w.as(""), Team{ID: "t", Members: []Member{{User: "olga", Role: RoleOwner}}}); err != nil {
		t.Fatal(err)
	}
	checkOutcome(t, outcome{Refusal: permissionDeny, Why: "webpaas.share-foreign"}, w.run("mia", "Material.SearchSharedMaterial", request))
	w.must("olga", "Material.SearchSharedMaterial", request)
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"m5"}`)
	checkOutcome(t, none, w.run("olga", "Material.SearchSharedMaterial", request))
}
