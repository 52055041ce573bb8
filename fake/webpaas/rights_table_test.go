package webpaas

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

const rightsHead = `Who may call what on the media, classes and uploads of an owner: yes, or - for OperationDenied.PermissionDeny.
Made by the tests of this package; see TestRights for the same rule by rule, and with -update for a new one.

The last twelve columns are users with one grant each: the right R (browse), X (use), C (copy) or W (modify), on the
material (m), on the class that it is in (c), or on the class above that (p).
`

// rightsTables are the columns of testdata/rights.txt, by whose media they are about.
var rightsTables = []struct {
	title, base string
	who         []string // as in the table
	users       []string
}{
	{"Media of a person", "500", []string{"owner", "stranger"}, []string{"alice", "carol"}},
	{"Media of a team", "700", []string{"Owner", "Admin", "Member", "stranger"}, []string{"olga", "adam", "mia", "carol"}},
}

// The rights of everybody as a table for people. That it is right is for TestRights to say; this shows
// each change of it.
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
				if rightsRun(t, user, operation, table.base).Refusal != "" {
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
	const golden = "testdata/rights.txt"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("rights changed; if that is meant, run: go test ./fake/webpaas -run RightsTable -update (-want +got):\n%s", diff)
	}
}
