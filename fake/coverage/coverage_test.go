package coverage_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/dialect"
)

// some is what a small test leaves behind.
func some() coverage.Coverage {
	return coverage.Coverage{Version: coverage.Version, Dialects: []string{"original"}, Operations: []coverage.Operation{{
		ID: "Material.CreateClass", Calls: 2,
		Errors: []coverage.Error{
			{Code: "OperationDenied.PermissionDeny", Message: "权限不足", EnglishMessage: "permission denied", Times: 1},
			{Code: "AuthFailure.SessionInvalid", Message: "登录态失效", EnglishMessage: "session invalid", Times: 1},
		},
		Fields: []coverage.Field{{In: "body", Pointer: "/Owner/Type", Times: 2, Values: []coverage.Value{{`"TEAM"`, 1}}}},
	}}}
}

// of counts what there is of a service, and what of it is assumed: of an error that all operations have, one.
func of(c coverage.Coverage, service string) (known, assumed coverage.Totals) {
	totals := map[bool]*coverage.Totals{false: &known, true: &assumed}
	common := map[string]bool{}
	for _, o := range c.Operations {
		if o.Service != service {
			continue
		}
		totals[o.Provenance == contracts.Assumed].OfOperations++
		for _, e := range o.Errors {
			if !e.Common || !common[e.String()] {
				totals[e.Provenance == contracts.Assumed].OfErrors++
			}
			common[e.String()] = common[e.String()] || e.Common
		}
		for _, f := range o.Fields {
			t := totals[f.Provenance == contracts.Assumed]
			if f.In == contracts.InResponse {
				t.OfResponses += len(f.Values)
				continue
			}
			t.OfFields++
			t.OfValues += len(f.Values)
		}
	}
	return known, assumed
}

// write is a whole run.
func write(dir string, c coverage.Coverage) error {
	run, err := coverage.Begin(dir)
	if err != nil {
		return err
	}
	return run.End(c)
}

// Files of any number of processes add up, whoever writes at the same time.
func TestFilesAddUp(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a [b] *") // no pattern
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	const writers = 50
	var together sync.WaitGroup
	for range writers {
		together.Go(func() {
			if err := write(dir, some()); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if err := os.WriteFile(filepath.Join(dir, ".coverage-x.tmp"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, files, err := coverage.Read(dir)
	if err != nil || files.Ended != writers {
		t.Fatalf("%+v: %v", files, err)
	}
	covered, assumed := c.Sum("webpaas")
	want, ofAssumed := of(c, "webpaas")
	want.Operations, want.Errors, want.Fields, want.Values = 1, 2, 1, 1
	if diff := cmp.Diff(want, covered); diff != "" {
		t.Errorf("covered (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ofAssumed, assumed); diff != "" || assumed.OfErrors < 40 {
		t.Errorf("assumed (-want +got):\n%s", diff)
	}
	whole, wholeAssumed := c.Sum()
	if c.Covered != whole || c.Assumed != wholeAssumed || whole.OfOperations <= covered.OfOperations {
		t.Errorf("totals %+v and %+v, want %+v and %+v", c.Covered, c.Assumed, whole, wholeAssumed)
	}
	var lines []string
	for _, i := range c.Items() {
		if i.Times > 0 {
			lines = append(lines, fmt.Sprintf("%s %q %s: %d", i.Kind, i.Operation, i.Name, i.Times))
		}
	}
	wantLines := []string{
		`errors "" AuthFailure.SessionInvalid (session invalid): 50`,
		`operations "Material.CreateClass" Material.CreateClass: 100`,
		`errors "Material.CreateClass" OperationDenied.PermissionDeny (permission denied): 50`,
		`fields "Material.CreateClass" body /Owner/Type: 100`,
		`values "Material.CreateClass" body /Owner/Type "TEAM": 50`,
	}
	if diff := cmp.Diff(wantLines, lines); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

// What cannot be added is an error with the name of the file; nothing at all is one too.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const again = "; remove it, and run the tests with this fakecme"
	tests := []struct{ name, text, want string }{
		{"nothing", "", "FILE: this is no coverage of fakecme" + again},
		{"not JSON", "<html>", "FILE: this is no coverage of fakecme" + again},
		{"something else", `{"calls":1}`, "FILE: this is no coverage of fakecme" + again},
		{"a later version", `{"version":2,"more":1}`, "FILE: it has version 2, and this fakecme reads version 1" + again},
		{"a field too many", `{"version":1,"more":1}`, `FILE: json: unknown field "more"` + again},
		{"an operation too many", `{"version":1,"operations":[{"operation":"X"}]}`, `FILE: another fakecme wrote it: there is no operation "X"` + again},
		{"an error too many", `{"version":1,"operations":[{"operation":"OpenCME.Login","errors":[{"code":"X","times":1}]}]}`,
			`FILE: another fakecme wrote it: OpenCME.Login: there is no error X "" 1 times` + again},
		{"a parameter too many", `{"version":1,"operations":[{"operation":"OpenCME.Login","fields":[{"in":"query","field":"x","times":1}]}]}`,
			`FILE: another fakecme wrote it: OpenCME.Login: there is no field query x 1 times` + again},
		{"a value too many", `{"version":1,"operations":[{"operation":"Third.Login","fields":[{"in":"body","field":"/gender","times":1,"values":[{"value":"9","times":1}]}]}]}`,
			`FILE: another fakecme wrote it: Third.Login: field body /gender has no value 9 1 times` + again},
		{"less than nothing", `{"version":1,"operations":[{"operation":"OpenCME.Login","calls":-1}]}`, `FILE: another fakecme wrote it: OpenCME.Login: -1 calls` + again},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := write(dir, some()); err != nil { // beside a good one
				t.Fatal(err)
			}
			file := filepath.Join(dir, "coverage-1.json")
			if err := os.WriteFile(file, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, _, err := coverage.Read(dir)
			if want := "read coverage: " + strings.Replace(test.want, "FILE", file, 1); err == nil || err.Error() != want {
				t.Errorf("error is %v, want %s", err, want)
			}
			if _, err := coverage.Parse([]byte(test.text)); err == nil {
				t.Error("Parse takes it")
			}
		})
	}
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "other.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(empty, "missing")
	for dir, want := range map[string]string{
		empty:   "read coverage: " + empty + " holds no coverage-*.json: no fake has ended that was started with FAKECME_COVERAGE_DIR=" + empty,
		missing: "read coverage: open " + missing + ": no such file or directory; run the tests with FAKECME_COVERAGE_DIR=" + missing + " first",
	} {
		if _, _, err := coverage.Read(dir); err == nil || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
	if err := write(missing, some()); err == nil || !strings.HasPrefix(err.Error(), "write coverage: open "+missing) {
		t.Errorf("write to where nothing is: %v", err)
	}
}

// The whole form goes out and in unchanged.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	c, err := coverage.Documented("original")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Add(some()); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := coverage.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, got); diff != "" {
		t.Errorf("coverage (-out +in):\n%s", diff)
	}
}

// Only the errors of the dialects that were served count.
func TestDialectsCount(t *testing.T) {
	t.Parallel()
	changed := dialect.Original
	changed.LoginExpired = dialect.Current.LoginExpired
	tests := []struct {
		name     string
		dialect  dialect.Dialect
		dialects []string
		failures int // of opencme, assumed ones included
	}{
		{"original", dialect.Original, []string{"original"}, 2},
		{"current", dialect.Current, []string{"current"}, 2},
		{"between the two", changed, []string{"original", "current"}, 3}, // both say InternalError (system error),
	}
	for _, test := range tests {
		dialects := coverage.DialectsOf(test.dialect)
		c, err := coverage.Documented(dialects...)
		if err != nil {
			t.Fatal(err)
		}
		covered, assumed := c.Sum("opencme")
		if diff := cmp.Diff(test.dialects, dialects); diff != "" || covered.OfErrors+assumed.OfErrors != test.failures {
			t.Errorf("%s: %d and %d errors, want %d together; dialects (-want +got):\n%s",
				test.name, covered.OfErrors, assumed.OfErrors, test.failures, diff)
		}
	}
}

// Every kind can be asked for, and what only a fault provokes says so.
func TestItems(t *testing.T) {
	t.Parallel()
	c, err := coverage.Documented("original")
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	var byFault []string
	for _, i := range c.Items("webpaas") {
		counts[i.Kind]++
		if i.ByFault {
			byFault = append(byFault, i.Operation+" "+i.Name)
		}
	}
	covered, assumed := c.Sum("webpaas")
	for _, kind := range coverage.Kinds() {
		_, of := covered.Of(kind)
		_, ofAssumed := assumed.Of(kind)
		if of == 0 || of+ofAssumed != counts[kind] {
			t.Errorf("%s: %d and %d, of %d", kind, of, ofAssumed, counts[kind])
		}
	}
	if diff := cmp.Diff([]string{" InternalError (system error)", "Team.DescribeTeams InternalError (system error)"}, byFault); diff != "" {
		t.Errorf("by a fault only (-want +got):\n%s", diff)
	}
	if len(c.Operations) != len(contracts.Operations()) {
		t.Errorf("%d operations, want %d", len(c.Operations), len(contracts.Operations()))
	}
}
