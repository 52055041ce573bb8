package dialect_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// The zero value of a new field must be the reading of the original documents.
func TestZeroValueIsOriginal(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(dialect.Dialect{Name: "original"}, dialect.Original); diff != "" {
		t.Errorf("original (-want +got):\n%s", diff)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for _, want := range dialect.All() {
		got, err := dialect.Named(want.Name)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("named %s: %v (-want +got):\n%s", want.Name, err, diff)
		}
	}
	_, err := dialect.Named("latest")
	if err == nil || err.Error() != `dialect: no dialect "latest"; there are: original, current` {
		t.Errorf("unknown name: %v", err)
	}
}

// Check knows every field: an unknown value is an error in each.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, d := range dialect.All() {
		if err := d.Check(); err != nil {
			t.Errorf("preset %s: %v", d.Name, err)
		}
	}
	if err := (dialect.Dialect{}).Check(); err != nil {
		t.Errorf("zero value: %v", err)
	}
	fields := reflect.TypeFor[dialect.Dialect]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "Name" {
			continue
		}
		var d dialect.Dialect
		reflect.ValueOf(&d).Elem().Field(i).SetString("7")
		if err := d.Check(); err == nil || !strings.HasPrefix(err.Error(), "dialect: "+name+` is "7"; `) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want := `dialect: the name "current" alone chooses nothing; take the whole preset dialect.Named("current")`
	if err := (dialect.Dialect{Name: "current"}).Check(); err == nil || err.Error() != want {
		t.Errorf("a name alone: %v", err)
	}
	mine := dialect.Current
	mine.LoginExpired = dialect.LoginExpired1002
	if err := mine.Check(); err != nil {
		t.Errorf("a preset with one field changed: %v", err)
	}
}

func TestTextsOfReadings(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		dialect.ContentJSON.String():        "application/json; charset=utf-8",
		dialect.ContentText.String():        "text/plain; charset=utf-8",
		dialect.LoginExpired1001.Code():     "1001",
		dialect.LoginExpired1002.Code():     "1002",
		dialect.Current.LoginExpired.Code(): "1",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
