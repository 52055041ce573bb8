package dialect_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// rowOf is a row of the table in the README. Columns: field, readings, current, source.
var rowOf = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.+) \\| (.+) \\| (.+) \\|$")

// known finds the readings of a field, without the first, in an error of Check.
var known = regexp.MustCompile(`be one of \[(.*)\]$`)

// Each field of Dialect has a row in the README, in the order of the fields, with all readings, the reading of current and a
// source.
func TestReadmeTable(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "\n## Dialects\n")
	if !found {
		t.Fatal("the README has no section Dialects")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	rows := rowOf.FindAllStringSubmatch(section, -1)
	var names []string
	for _, row := range rows {
		names = append(names, row[1])
	}
	fields := reflect.TypeFor[dialect.Dialect]()
	var want []string
	for i := range fields.NumField() {
		if name := fields.Field(i).Name; name != "Name" {
			want = append(want, name)
		}
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Fatalf("the fields of Dialect and the rows of the README (-fields +rows):\n%s", diff)
	}
	for _, row := range rows {
		name, readings, current, source := row[1], row[2], row[3], row[4]
		value := reflect.ValueOf(dialect.Current).FieldByName(name).String()
		wantCurrent := "as `original`"
		if value != "" {
			wantCurrent = "`" + value + "`"
		}
		if current != wantCurrent {
			t.Errorf("%s: the README says %s of current, which has %s", name, current, wantCurrent)
		}
		for _, reading := range readingsOf(t, name) {
			if !strings.Contains(readings, "`"+reading+"`") {
				t.Errorf("%s: the README does not name the reading %q: %s", name, reading, readings)
			}
		}
		if len(source) < 10 {
			t.Errorf("%s: no source: %q", name, source)
		}
	}
}

// readingsOf returns the values that Check knows, without the empty one.
func readingsOf(t *testing.T, name string) []string {
	t.Helper()
	var d dialect.Dialect
	reflect.ValueOf(&d).Elem().FieldByName(name).SetString("no such reading")
	err := d.Check()
	if err == nil {
		t.Fatalf("%s: Check knows every reading", name)
	}
	m := known.FindStringSubmatch(err.Error())
	if m == nil {
		t.Fatalf("%s: %v", name, err)
	}
	var all []string
	for _, quoted := range regexp.MustCompile(`"[^"]*"`).FindAllString(m[1], -1) {
		all = append(all, strings.Trim(quoted, `"`))
	}
	if len(all) == 0 {
		t.Fatalf("%s: no readings in %v", name, err)
	}
	return all
}
