package strictyaml_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/strictyaml"
)

// readShelf reads a mapping with a name and a list of books, each with a title.
func readShelf(text string) (read []string, err error) {
	r := strictyaml.NewReader("f", func(word string, known []string) string { return "there are: " + strings.Join(known, ", ") })
	r.Mapping(r.Document([]byte(text)), []string{"name", "books"}, func(name string, n *strictyaml.Node) {
		if name == "name" {
			read = append(read, r.Text(name, n))
			return
		}
		for _, book := range r.List(name, n, "begin each book with a dash") {
			if !r.Mapping(book, []string{"title"}, func(name string, n *strictyaml.Node) { read = append(read, r.Text(name, n)) }) {
				r.Fault(book, "no book")
			}
		}
	})
	return read, r.Err()
}

func TestReader(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "[]"},
		{"only a comment", "# nothing\n", "[]"},
		{"nothing", "~\n", "[]"},
		{"values keep their text", "name: 007\nbooks: [{title: 1e3}, {title: ' s '}]\n", "[007 1e3  s ]"},
		{"alias", "name: &n a\nbooks: [{title: *n}]\n", "[a a]"},

		{"unknown name", "name: a\nnmae: s3cr3t\n", `f:2: there is no setting "nmae" here; there are: name, books`},
		{"name that may be a secret", "secretKey:s3cr3t: x\n", "f:1: there is no setting of this name here; there are: name, books"},
		{"twice", "name: a\nbooks: []\nname: b\n", "f:3: name stands in line 1 already; give it once"},
		{"list for a value", "name: [a]\n", "f:1: name: a list where one value belongs"},
		{"mapping for a value", "name: {}\n", "f:1: name: a mapping where one value belongs"},
		{"forgotten value", "name:\nbooks: []\n", "f:1: name: the value is empty; leave out the line for the default"},
		{"empty value", "name: ''\n", "f:1: name: the value is empty; leave out the line for the default"},
		{"list for the document", "- name\n", "f:1: a list where a mapping with name, books belongs"},
		{"text for the document", "name\n", "f:1: one value where a mapping with name, books belongs"},
		{"list for a name", "? [a]\n: b\n", "f:1: a list where a name belongs; there are: name, books"},
		{"mapping for a list", "books: {title: a}\n", "f:1: books: a mapping where a list belongs; begin each book with a dash"},
		{"nothing for a list", "books:\n", "f:1: books: nothing where a list belongs; begin each book with a dash"},
		{"text for a mapping", "books: [s3cr3t]\n", "f:1: one value where a mapping with title belongs\nf:1: no book"},
		{"nothing for a mapping", "books:\n-\n", "f:2: nothing where a mapping with title belongs\nf:2: no book"},

		{"not YAML", "name: 1\n  books: x\n", "f:2: this is not YAML: mapping values are not allowed in this context"},
		{"not text", "\x00", "f:1: this is not YAML: control characters are not allowed"},
		{"second document", "name: 1\n---\nname: 2\n", "f:2: a second YAML document begins here; write one document a file"},
		{"second document that is not YAML", "name: 1\n---\n[\n", "f:3: this is not YAML: did not find expected node content"},
		{"no such anchor", "books:\n- title: *s3cr3t\n", "f:1: this is not YAML: an alias of an anchor that is not there; quote a text that begins with *"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			read, err := readShelf(tt.text)
			got := fmt.Sprint(read)
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
