package contracts

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write index.json and the golden files anew")

// everyDocument is the names that Load knows.
func everyDocument() []string { return append(indexedDocuments(), admin) }

// indexedDocuments are the documents that index.json is made from.
func indexedDocuments() []string { return append(Names(), callbacks) }

// TestMain writes what is generated before any test reads it. The tests of this process have the old files, which are
// embedded: those of another process run in their place.
func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		changed, err := writeGenerated()
		if err == nil && changed {
			again := exec.Command("go", "test", "-count=1", "-run="+flag.Lookup("test.run").Value.String(), ".", "-update")
			again.Stdout, again.Stderr = os.Stdout, os.Stderr
			if err = again.Run(); err == nil {
				return
			}
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "write the generated files anew:", err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// makeGenerated makes the generated files, by name.
func makeGenerated() (map[string][]byte, error) {
	made, err := makeOperations()
	if err != nil {
		return nil, err
	}
	made["index.json"], err = makeIndex()
	return made, err
}

// readGenerated reads the generated files that there are.
func readGenerated() (map[string][]byte, error) {
	names, err := filepath.Glob(operationsDir + "/*/*.json")
	if err != nil {
		return nil, err
	}
	read := map[string][]byte{}
	for _, name := range append(names, "index.json") {
		if read[filepath.ToSlash(name)], err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return read, nil
}

// writeGenerated writes the generated files, and says whether they were others.
func writeGenerated() (changed bool, err error) {
	is, err := makeGenerated()
	if err != nil {
		return false, err
	}
	was, err := readGenerated()
	if err != nil {
		return false, err
	}
	for name := range was {
		if is[name] == nil {
			changed, err = true, errors.Join(err, os.Remove(name))
		}
	}
	for name, content := range is {
		if !bytes.Equal(was[name], content) {
			changed = true
			err = errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, content, 0o644))
		}
	}
	return changed, err
}

// The generated files fit the documents.
func TestGeneratedFiles(t *testing.T) {
	t.Parallel()
	want, err := makeGenerated()
	if err != nil {
		t.Fatal(err)
	}
	got, err := readGenerated()
	if err != nil {
		t.Fatal(err)
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("%s is of no operation; run go test ./contracts -update", name)
		}
	}
	for name, content := range want {
		if !bytes.Equal(got[name], content) {
			t.Errorf("%s does not fit the documents; run go test ./contracts -update", name)
		}
	}
}

// makeIndex makes the index from the documents.
func makeIndex() ([]byte, error) {
	var all index
	for _, name := range indexedDocuments() {
		doc, err := parse(name)
		if err != nil {
			return nil, err
		}
		entry, err := indexOf(name, doc)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all.Documents = append(all.Documents, entry)
	}
	var made bytes.Buffer
	encoder := json.NewEncoder(&made)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(all)
	return made.Bytes(), err
}

// TestOperations proves that Operations returns what index.json holds, which its readers compare, in order: a service
// after the other, each by ID.
func TestOperations(t *testing.T) {
	t.Parallel()
	var want []Operation
	ids, targets := map[string]bool{}, map[string]bool{}
	for _, service := range Names() {
		entry, ok := readIndex().entry(service)
		if !ok || len(entry.Operations) == 0 {
			t.Fatalf("%s has no operations", service)
		}
		if !slices.IsSortedFunc(entry.Operations, func(a, b Operation) int { return strings.Compare(a.ID, b.ID) }) {
			t.Errorf("the operations of %s are not in the order of their IDs", service)
		}
		for _, o := range entry.Operations {
			o.Service = service
			o.Errors = nil
			want = append(want, o)
			target := service + " " + o.Method + " " + o.Path
			if ids[o.ID] || targets[target] {
				t.Errorf("%s, %s: one of them is there twice", o.ID, target)
			}
			ids[o.ID], targets[target] = true, true
			if byID := "/PaaS/" + strings.ReplaceAll(o.ID, ".", "/"); service == "webpaas" && (o.Method != "POST" || o.Path != byID || o.Security != "cmeTicket") {
				t.Errorf("%s is %s %s with %s", o.ID, o.Method, o.Path, o.Security)
			}
		}
	}
	got := Operations()
	for i := range got {
		got[i].Errors = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	got, ok := Lookup("Material.DeleteMaterial")
	want := Operation{
		ID: "Material.DeleteMaterial", Service: "webpaas", Method: "POST", Path: "/PaaS/Material/DeleteMaterial",
		Summary: "Deletes one media.", Provenance: "documented", Source: "1156/50862", Security: "cmeTicket",
		Errors: []Error{
			{
				Name: "MaterialNotExist", Code: "InvalidParameterValue.MaterialId", Message: "媒体不存在", EnglishMessage: "material not exist",
				When: "there is no such media", Provenance: "documented", Source: "1156/50862",
			},
			{
				Name: "PermissionDeny", Code: "OperationDenied.PermissionDeny", Message: "权限不足", EnglishMessage: "permission denied",
				When: "the user may not change the media", Provenance: "assumed", Source: "the default rights; other operations return it",
			},
			{
				Name: "SessionInvalid", Code: "AuthFailure.SessionInvalid", Message: "登录态失效", EnglishMessage: "session invalid",
				When: "the ticket is missing, unknown, expired or ended", Provenance: "vendor-client", TextProvenance: "assumed",
				Source: "a vendor client and a third party's compare with this code on a sister host; neither shows its texts",
				Common: true,
			},
			{
				Name: "InvalidParameter", WithField: "param {field} invalid", Code: "InvalidParameterValue", Message: "参数值错误", EnglishMessage: "invalid request",
				When:       `the request is wrong in a way without an error of its own`,
				Provenance: "assumed", Source: "code and Message as in 1156/51367, the EnglishMessage is ours", Common: true,
			},
			{
				Name: "InternalError", Code: "InternalError", Message: "服务器内部错误", EnglishMessage: "system error", When: "the service fails",
				Provenance: "assumed", Source: "the error that the page of Team.DescribeTeams shows", Common: true, ByFault: true,
			},
		},
	}
	if !ok {
		t.Error("Material.DeleteMaterial is not found")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operation (-want +got):\n%s", diff)
	}
	if _, ok := Lookup("Callback.UserStatus"); ok {
		t.Error("Callback.UserStatus is found, but it is no operation of a service")
	}
}

// An error that an operation documents itself is not there a second time as a common one.
func TestOwnErrorIsNotCommon(t *testing.T) {
	t.Parallel()
	internal := func(id string) (found []Error) {
		o, ok := Lookup(id)
		if !ok {
			t.Fatalf("there is no operation %s", id)
		}
		for _, r := range o.Errors {
			if r.Code == "InternalError" {
				found = append(found, Error{Code: r.Code, Provenance: r.Provenance, Common: r.Common})
			}
		}
		return found
	}
	want := []Error{{Code: "InternalError", Provenance: "documented"}}
	if diff := cmp.Diff(want, internal("Team.DescribeTeams")); diff != "" {
		t.Errorf("its own (-want +got):\n%s", diff)
	}
	want = []Error{{Code: "InternalError", Provenance: "assumed", Common: true}}
	if diff := cmp.Diff(want, internal("Team.DescribeJoinTeams")); diff != "" {
		t.Errorf("common (-want +got):\n%s", diff)
	}
}

// TestOperationsAreTheCallers proves that a caller's changes do not reach the next caller.
func TestOperationsAreTheCallers(t *testing.T) {
	t.Parallel()
	mine := Operations()
	slices.Reverse(mine)
	if got := Operations()[0].ID; got != "OpenCME.Login" {
		t.Errorf("first operation is %s after another caller reversed its slice", got)
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	for _, name := range everyDocument() {
		want, err := os.ReadFile(name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := Source(name); !ok || !bytes.Equal(got, want) {
			t.Errorf("Source(%q) is not the published document", name)
		}
	}
	if _, ok := Source("index"); ok {
		t.Error("Source knows index")
	}
}
