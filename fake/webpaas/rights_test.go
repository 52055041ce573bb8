package webpaas

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/golden"
)

// projectRightsRequests are calls in projectRightsWorld; PROJECT stands for p or q.
var projectRightsRequests = map[string]string{
	"Team.DescribeTeams":                `{"TeamIds":["t"]}`,
	"Team.DescribeJoinTeams":            `{}`,
	"Project.AddMaterialToProject":      `{"ProjectId":"PROJECT","MaterialIds":["own"]}`,
	"Project.DeleteMaterialFromProject": `{"ProjectId":"PROJECT","MaterialIds":["own"]}`,
	"Project.DescribeProjectMaterials":  `{"ProjectId":"PROJECT"}`,
	"Project.DeleteProject":             `{"ProjectId":"PROJECT"}`,
	"Project.ModifyProject":             `{"ProjectId":"PROJECT","Name":"n"}`,
	"Project.DescribeProjects":          `{"ProjectIds":["PROJECT"]}`,
	"Project.SearchProject":             `{"Name":"of PROJECT"}`,
	"Task.DescribeTasks":                `{"ProjectId":"PROJECT"}`,
	"Task.DeleteTask":                   `{"TaskId":"x of PROJECT"}`,
}

// projectRights lists the calls that users may make on teams, projects and tasks: yes, - for PermissionDeny, or none for
// an empty result. Two facts are documented: only its user opens a project of a person, and the error of
// DescribeProjectMaterials. The rest is assumed.
const projectRights = `
of a person                        owner  stranger
Project.AddMaterialToProject       yes    -
Project.DeleteMaterialFromProject  yes    -
Project.DeleteProject              yes    -
Project.DescribeProjectMaterials   yes    -
Project.DescribeProjects           yes    none
Project.ModifyProject              yes    -
Project.SearchProject              yes    none
Task.DeleteTask                    yes    -
Task.DescribeTasks                 yes    none
Team.DescribeJoinTeams             none   none
Team.DescribeTeams                 yes    yes

of a team                          Owner  Admin  Member  stranger
Project.AddMaterialToProject       yes    yes    -       -
Project.DeleteMaterialFromProject  yes    yes    -       -
Project.DeleteProject              yes    yes    -       -
Project.DescribeProjectMaterials   yes    yes    yes     -
Project.DescribeProjects           yes    yes    yes     none
Project.ModifyProject              yes    yes    -       -
Project.SearchProject              yes    yes    yes     none
Task.DeleteTask                    yes    yes    -       -
Task.DescribeTasks                 yes    yes    yes     none
Team.DescribeJoinTeams             yes    yes    yes     none
Team.DescribeTeams                 yes    yes    yes     yes
`

func TestProjectRights(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, table := range []struct{ title, project, who, users string }{
		{"of a person", "p", "owner stranger", "alice carol"},
		{"of a team", "q", "Owner Admin Member stranger", "olga adam mia carol"},
	} {
		got.WriteString("\n")
		w := tabwriter.NewWriter(&got, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, table.title+"\t"+strings.ReplaceAll(table.who, " ", "\t"))
		for _, operation := range slices.Sorted(maps.Keys(projectRightsRequests)) {
			cells := []string{operation}
			for _, user := range strings.Fields(table.users) {
				request := strings.ReplaceAll(projectRightsRequests[operation], "PROJECT", table.project)
				out := projectRightsWorld(t, user).run(user, operation, request)
				switch {
				case out.Error == "PermissionDeny":
					cells = append(cells, "-")
				case out.Error == "ResourceNotFound", strings.Contains(out.Body, `"TotalCount":0,`):
					cells = append(cells, "none")
				case out.Error == "":
					cells = append(cells, "yes")
				default:
					t.Errorf("%s as %s: rejected with %s", operation, user, out.Error)
				}
			}
			fmt.Fprintln(w, strings.Join(cells, "\t"))
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(projectRights, got.String()); diff != "" {
		t.Errorf("rights (-want +got):\n%s", diff)
	}
}

const rightsHead = `Who may call what on the media, classes and uploads of an owner: yes, or - for OperationDenied.PermissionDeny.
TestRightsTable makes this file, and TestRights has the rules behind it.

The last twelve columns are users with one grant each: the right R (browse), X (use), C (copy) or W (modify), on the
material (m), on the class that it is in (c), or on the class above that (p).
`

// rightsTables are the columns of the tables in testdata/rights.txt.
var rightsTables = []struct {
	title, base string
	who         []string // as in the table
	users       []string
}{
	{"Media of a person", "500", []string{"owner", "stranger"}, []string{"alice", "carol"}},
	{"Media of a team", "700", []string{"Owner", "Admin", "Member", "stranger"}, []string{"olga", "adam", "mia", "carol"}},
}

// The golden file shows the rights of all users as a table. TestRights holds the rules behind it.
func TestRightsTable(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	got.WriteString(rightsHead)
	for _, table := range rightsTables {
		who, users := table.who, table.users
		for _, on := range "mcp" {
			for _, r := range "RXCW" {
				who, users = append(who, string(on)+":"+string(r)), append(users, table.base+string(on)+string(r))
			}
		}
		got.WriteString("\n")
		w := tabwriter.NewWriter(&got, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, table.title+"\t"+strings.Join(who, "\t"))
		for _, operation := range slices.Sorted(maps.Keys(rightsRequests)) {
			cells := []string{operation}
			for _, user := range users {
				cell := "yes"
				if rightsRun(t, user, operation, table.base).Error != "" {
					cell = "-"
				}
				cells = append(cells, cell)
			}
			fmt.Fprintln(w, strings.Join(cells, "\t"))
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	golden.Compare(t, "rights.txt", got.String())
}

// rightsUsers returns all users of rightsWorld.
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

// rightsRequests are calls in rightsWorld. The base is 500 or 700 and the class is the one of the material. USER stands
// for the user, who has an upload "u" into the class.
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

// rightsRun calls an operation as a user.
func rightsRun(t *testing.T, user, operation, base string) outcome {
	t.Helper()
	w := rightsWorld(t)
	class := map[string]Class{"500": w.st.Classes[501], "700": w.st.Classes[701]}[base]
	w.st.putUpload(Upload{
		Context: "u", User: user, Owner: class.Owner, ClassID: class.ID, Type: typeVideo, Name: "n", CreateTime: w.now,
	})
	body := rightsRequests[operation](base, classText(class.ID), encode(t, class.Owner.wire()))
	out := w.run(user, operation, strings.ReplaceAll(body, "USER", user))
	if out.Error != "" && out.Error != "PermissionDeny" {
		t.Errorf("%s as %s: rejected with %s", operation, user, out.Error)
	}
	return out
}

// TestRights calls each operation as every user. Users that allow does not name are rejected.
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
					want[user], got[user] = may[operation+base][user], rightsRun(t, user, operation, base).Error == ""
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("who may (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// Grants add up. A grant to a team holds for its members, and one on a preset for the authorizer's preset alone.
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

// An empty user is neither a person nor a member of a team.
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

// The page about media (基础媒资管理) gives each role of a team its rights. No operation of the client API asks for the
// right to use, so that only this test sees it.
func TestRightsOfRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(people())
	team := Entity{OwnerTeam, "t"}
	for _, tt := range []struct {
		user  string
		owner Entity
		want  Rights
	}{
		{"olga", team, "RXCW"}, {"adam", team, "RXCW"}, {"mia", team, "RX"}, {"carol", team, ""},
		{"alice", Person("alice"), "RXCW"}, {"mia", Person("alice"), ""},
	} {
		if got := w.st.defaultRights(tt.user, tt.owner); got != tt.want {
			t.Errorf("%s on the media of %s: %q, want %q", tt.user, tt.owner, got, tt.want)
		}
	}
}
