package webpaas

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"
)

// projectRightsWorld has a project and a task of alice (p, x) and of team t (q, y), and a media of everybody's own.
func projectRightsWorld(t *testing.T, user string) *world {
	f := people()
	f.Materials = []Material{{ID: "own", Owner: Person(user)}}
	f.Projects = []Project{{ID: "p", Owner: Person("alice"), Name: "of p"}, {ID: "q", Owner: Entity{OwnerTeam, "t"}, Name: "of q"}}
	f.Tasks = []Task{{ID: "x of p", ProjectID: "p"}, {ID: "x of q", ProjectID: "q"}}
	return newWorld(t).load(f)
}

// projectRightsRequests are calls in that world; PROJECT stands for p or q.
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

// Who may call what on teams, projects and tasks: yes, - for OperationDenied.PermissionDeny, or none for what is
// not shown. Documented are that only its user opens a project of a person, and the error of
// DescribeProjectMaterials; the rest is assumed.
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
				case out.Refusal == permissionDeny:
					cells = append(cells, "-")
				case out.Refusal == resourceMissing, strings.Contains(out.Body, `"TotalCount":0,`):
					cells = append(cells, "none")
				case out.Refusal == "":
					cells = append(cells, "yes")
				default:
					t.Errorf("%s as %s: rejected with %s", operation, user, out.Refusal)
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
