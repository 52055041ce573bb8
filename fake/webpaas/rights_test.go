package webpaas

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rightsWorld has a material of alice and one of team t, each in a class below a class, and one grantee
// for every single right on the material, on its class, and on the class above. In the class of the
// material is an empty one.
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

// rightsUsers is everybody in rightsWorld.
func rightsUsers() []string {
	users := []string{"alice", "olga", "adam", "mia", "carol"}
	for _, base := range []string{"500", "700"} {
		for _, on := range "mcp" {
			for _, r := range "RXCW" {
				users = append(users, base+string(on)+string(r))
			}
		}
	}
	return users
}

// rightsRequests are calls in rightsWorld, by operation. The base is 500 or 700, the class the one of the
// material; USER stands for the user, who has an upload "u" into the class.
var rightsRequests = map[string]func(base, class, owner string) string{
	"Material.DeleteMaterial":    func(b, _, _ string) string { return `{"MaterialId":"` + b + `m"}` },
	"Material.ModifyMaterial":    func(b, _, _ string) string { return `{"MaterialId":"` + b + `m","Name":"x"}` },
	"Material.DescribeMaterials": func(b, _, _ string) string { return `{"MaterialIds":["` + b + `m"]}` },
	"Material.ProcessMaterial":   func(b, _, _ string) string { return `{"MaterialId":"` + b + `m"}` },
	"Material.AddMaterialFrameTag": func(b, _, _ string) string {
		return `{"MaterialId":"` + b + `m",` + wholeRange + `,"Tags":["x"],"Version":"manual"}`
	},
	"Material.ModifyMaterialFrameTag": func(b, _, _ string) string {
		return `{"MaterialId":"` + b + `m","ItemId":"i","Tags":["x"],"Version":"manual"}`
	},
	"Material.DeleteMaterialFrameTag":   func(b, _, _ string) string { return `{"MaterialId":"` + b + `m"}` },
	"Material.DescribeMaterialFrameTag": func(b, _, _ string) string { return `{"MaterialId":"` + b + `m",` + wholeRange + `}` },
	"Material.DescribeFaceInMaterial":   func(b, _, _ string) string { return `{"MaterialId":"` + b + `m"}` },
	"Material.DescribeMaterialSubtitle": func(b, _, _ string) string { return `{"MaterialId":"` + b + `m",` + wholeRange + `}` },
	"Material.DescribeTextInMaterial":   func(b, _, _ string) string { return `{"MaterialId":"` + b + `m",` + wholeRange + `}` },
	"Material.DescribeObjectInMaterial": func(b, _, _ string) string { return `{"MaterialId":"` + b + `m"}` },
	"Material.ListMedia": func(_, class, owner string) string {
		return `{"Platform":"fake-platform","ClassId":` + class + `,"Owner":` + owner + `}`
	},
	"Material.SearchMaterial": func(_, class, owner string) string {
		return `{"SearchScopes":[{"Platform":"fake-platform","ClassId":` + class + `,"Owner":` + owner + `}]}`
	},
	"Material.SearchSharedMaterial": func(_, _, owner string) string {
		return `{"Authorizer":` + owner + `,"Authorizee":{"Type":"PERSON","Id":"USER"}}`
	},
	"Material.CreateClass": func(_, class, owner string) string {
		return `{"ParentClassId":` + class + `,"Name":"n","Owner":` + owner + `}`
	},
	"Material.DeleteClass": func(b, _, _ string) string { return `{"ClassId":` + b[:2] + `2}` },
	"Material.DescribeClass": func(_, class, owner string) string {
		return `{"Platform":"fake-platform","BaseClassId":` + class + `,"Owner":` + owner + `}`
	},
	"Material.ModifyClass": func(_, class, owner string) string {
		return `{"ClassId":` + class + `,"Name":"n","Owner":` + owner + `}`
	},
	"Material.CreateUploadMaterial": func(_, class, owner string) string {
		return `{"ClassId":` + class + `,"MaterialType":"VIDEO","Name":"n","Owner":` + owner + `}`
	},
	"Material.FinishUploadMaterial": func(_, _, _ string) string {
		return `{"UploadContext":"u","VodFileId":"5285890811566343555"}`
	},
}

// rightsRun makes the call of an operation as a user.
func rightsRun(t *testing.T, user, operation, base string) outcome {
	t.Helper()
	w := rightsWorld(t)
	class := map[string]Class{"500": w.st.Classes[501], "700": w.st.Classes[701]}[base]
	w.st.putUpload(Upload{
		Context: "u", User: user, Owner: class.Owner, ClassID: class.ID, Type: typeVideo, Name: "n", CreateTime: w.now,
	})
	body := rightsRequests[operation](base, classText(class.ID), encode(t, class.Owner.wire()))
	out := w.run(user, operation, strings.ReplaceAll(body, "USER", user))
	if out.Refusal != "" && out.Refusal != permissionDeny {
		t.Errorf("%s as %s: rejected with %s", operation, user, out.Refusal)
	}
	return out
}

// TestRights tries each operation as everybody. "all" and so on name who may; everybody else is rejected.
func TestRights(t *testing.T) {
	t.Parallel()
	write := []string{
		"Material.DeleteMaterial", "Material.ModifyMaterial", "Material.ProcessMaterial",
		"Material.AddMaterialFrameTag", "Material.ModifyMaterialFrameTag", "Material.DeleteMaterialFrameTag",
	}
	read := []string{
		"Material.DescribeMaterials", "Material.DescribeMaterialFrameTag", "Material.DescribeFaceInMaterial",
		"Material.DescribeMaterialSubtitle", "Material.DescribeTextInMaterial", "Material.DescribeObjectInMaterial",
	}
	class := []string{"Material.ListMedia", "Material.SearchMaterial", "Material.DescribeClass"}
	change := []string{
		"Material.CreateClass", "Material.DeleteClass", "Material.ModifyClass",
		"Material.CreateUploadMaterial", "Material.FinishUploadMaterial",
	}
	may := map[string]map[string]bool{} // operation and owner to users
	allow := func(operations []string, base string, users ...string) {
		for _, o := range operations {
			if may[o+base] == nil {
				may[o+base] = map[string]bool{}
			}
			for _, u := range users {
				may[o+base][u] = true
			}
		}
	}
	for base, owners := range map[string][]string{"500": {"alice"}, "700": {"olga", "adam"}} {
		allow(write, base, append(owners, base+"mW", base+"cW", base+"pW")...)
		allow(read, base, append(owners, base+"mR", base+"cR", base+"pR")...)
		allow(class, base, append(owners, base+"cR", base+"pR")...)
		allow(change, base, append(owners, base+"cW", base+"pW")...)
		allow([]string{"Material.SearchSharedMaterial"}, base, base+"mR", base+"cR", base+"pR")
	}
	allow(append(read, class...), "700", "mia") // a Member reads
	for operation := range rightsRequests {
		for _, base := range []string{"500", "700"} {
			t.Run(operation+" of "+base, func(t *testing.T) {
				t.Parallel()
				want, got := map[string]bool{}, map[string]bool{}
				for _, user := range rightsUsers() {
					want[user], got[user] = may[operation+base][user], rightsRun(t, user, operation, base).Refusal == ""
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("who may (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// Grants are not transitive, add up, hold for teams as long as one is in them, and for presets of their
// authorizer alone.
func TestGrants(t *testing.T) {
	t.Parallel()
	alice, bob := Person("alice"), Person("bob")
	f := people()
	f.Materials = []Material{{ID: "a", Owner: alice}, {ID: "b", Owner: bob}}
	f.Grants = []Grant{
		{Authorizee: Person("dora"), Resource: Resource{ResourceMaterial, "a"}, Rights: "C"},
		{Authorizee: Person("dora"), Authorizer: alice, Resource: Resource{ResourceClass, "12"}, Rights: "XR"},
		{Authorizee: Entity{OwnerTeam, "t"}, Resource: Resource{ResourceMaterial, "a"}, Rights: "W"},
	}
	w := newWorld(t).load(f)
	tests := []struct {
		name, user, material string
		want                 Rights
	}{
		{"of material and class together", "dora", "a", "RXC"},
		{"on the same preset of another owner", "dora", "b", ""},
		{"as a member of the team", "mia", "a", "W"},
		{"not in the team", "carol", "a", ""},
		{"owner", "alice", "a", "RXCW"},
		{"nobody", "", "a", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := w.st.materialRights(tt.user, w.st.Materials[tt.material]); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestRightsSet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		a, b     Rights
		has      bool // a has b
		together Rights
	}{
		{"same", "R", "R", true, "R"}, {"none in none", "", "", true, ""}, {"none in some", "R", "", true, "R"},
		{"more than there is", "R", "RW", false, "RW"}, {"in any order", "WCXR", "RW", true, "RXCW"},
		{"write is not read", "W", "R", false, "RW"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.a.has(tt.b); got != tt.has {
				t.Errorf("%q has %q: %t", tt.a, tt.b, got)
			}
			if got := tt.a.and(tt.b); got != tt.together {
				t.Errorf("%q and %q: %q, want %q", tt.a, tt.b, got, tt.together)
			}
		})
	}
}

// Nobody is not the person without a name, and a team of that name is not either.
func TestNobodyIsNoOwner(t *testing.T) {
	t.Parallel()
	st := &State{}
	if st.isOrIn("", Person("")) || st.isOrIn("", Entity{OwnerTeam, ""}) {
		t.Error("nobody is somebody")
	}
	if got := st.defaultRights("", Person("")); got != "" {
		t.Errorf("nobody has rights %s", got)
	}
	if !st.isOrIn("bob", Person("bob")) || st.isOrIn("bob", Entity{OwnerTeam, "bob"}) {
		t.Error("bob is himself and no team")
	}
}
