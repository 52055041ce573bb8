package strictyaml_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/strictyaml"
)

type shelf struct {
	Name  string    `yaml:"name"`
	Since time.Time `yaml:"since"`
	Books []book    `yaml:"books"`
}

type book struct {
	Pages int  `yaml:"pages"`
	Read  bool `yaml:"read"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, want string
	}{
		{"good", "name: a\nsince: 2026-01-02T03:04:05Z\nbooks: [{pages: 3, read: true}]\n", ""},
		{"empty", "", ""},
		{"only a comment", "# nothing\n", ""},
		{"unknown field", "name: a\nnmae: b\n", `f.yaml:2: unknown field "nmae"; there are: books, name, since`},
		{"unknown field below", "books:\n- pages: 1\n  size: 2\n", `f.yaml:3: unknown field "size"; there are: pages, read`},
		{"text for a number", "books:\n- pages: many\n", `f.yaml:2: "many" where a whole number belongs`},
		{"text for a list", "books: none\n", `f.yaml:1: "none" where a list belongs`},
		{"list for a text", "name: [a]\n", `f.yaml:1: a list where a text belongs`},
		{"not a time", "name: a\nsince: yesterday\n", `f.yaml:2: "yesterday" where a time such as 2026-01-02T03:04:05Z belongs`},
		{"not YAML", "name: a\n  b: c\n", "f.yaml:2: mapping values are not allowed in this context"},
		{"two documents", "name: a\n---\nname: b\n", "f.yaml:2: a second YAML document begins here; write one document a file"},
		{"two faults", "nmae: b\nbooks: none\n", "f.yaml:1: unknown field \"nmae\"; there are: books, name, since\nf.yaml:2: \"none\" where a list belongs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := strictyaml.Decode("f.yaml", []byte(tt.text), &shelf{}); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	lines := strictyaml.Lines([]byte("# a comment\nfirst: &list\n- a\n-\n  b: 1\nsecond: *list\n"))
	tests := []struct {
		name string
		path []any
		want int
	}{
		{"the document", nil, 2},
		{"a list, from its anchor", []any{"first"}, 2},
		{"a field of an item", []any{"first", 1, "b"}, 5},
		{"below an alias", []any{"second", 1, "b"}, 5},
		{"no such key", []any{"third", 0}, 1},
		{"no such item", []any{"first", 2}, 1},
		{"no list", []any{0}, 1},
		{"no mapping", []any{"first", 0, "b"}, 1},
	}
	for _, test := range tests {
		if got := lines(test.path...); got != test.want {
			t.Errorf("%s: line %d, want %d", test.name, got, test.want)
		}
	}
	for _, text := range []string{"", "a: ["} {
		if got := strictyaml.Lines([]byte(text))("a"); got != 1 {
			t.Errorf("%q: line %d", text, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("name: a\n---\nb: [1, {c: d}]\n")
	f.Add("a: &x [*x]\n")
	f.Fuzz(func(_ *testing.T, text string) {
		_ = strictyaml.Decode("f.yaml", []byte(text), &shelf{}) // must not panic
	})
}
