package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Node is a part of a document.
type Node = yaml.Node

// Reader reads a file part by part, for files whose values may be secrets: unlike Decode, its errors show no value, nor a
// name that may be a value. It notes every fault and goes on.
type Reader struct {
	file    string
	suggest func(word string, known []string) string
	faults  []string
}

// NewReader returns a reader of a file. The function suggest returns the end of the error for an unknown name, such as
// "did you mean id?".
func NewReader(file string, suggest func(word string, known []string) string) *Reader {
	return &Reader{file: file, suggest: suggest}
}

// Err returns all faults, a line each, or nil.
func (r *Reader) Err() error {
	if len(r.faults) == 0 {
		return nil
	}
	return errors.New(strings.Join(r.faults, "\n"))
}

// Fault notes a fault of a node.
func (r *Reader) Fault(n *Node, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf("%s:%d: %s", r.file, max(n.Line, 1), fmt.Sprintf(format, args...)))
}

var lineOfSyntax = regexp.MustCompile(`^line (\d+): `)

// Document returns the root of the one document in data, or nil when the document is empty.
func (r *Reader) Document(data []byte) *Node {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second Node
	err := decoder.Decode(&first)
	if err == nil {
		if err = decoder.Decode(&second); err == nil {
			r.Fault(&second, "a second YAML document begins here; write one document a file")
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		text := strings.TrimPrefix(err.Error(), "yaml: ")
		at := &Node{}
		if m := lineOfSyntax.FindStringSubmatch(text); m != nil {
			at.Line, _ = strconv.Atoi(m[1])
			text = strings.TrimPrefix(text, m[0])
		}
		if strings.HasPrefix(text, "unknown anchor") { // its name may be a secret that begins with *
			text = "an alias of an anchor that is not there; quote a text that begins with *"
		}
		r.Fault(at, "this is not YAML: %s", strings.Map(printable, text))
	}
	if len(r.faults) > 0 || len(first.Content) == 0 || first.Content[0].Tag == "!!null" {
		return nil
	}
	return first.Content[0]
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}

// Mapping calls each for the names of a mapping that are known, and reports whether n is a mapping. A name that is unknown
// or that stands twice is a fault.
func (r *Reader) Mapping(n *Node, known []string, each func(name string, n *Node)) bool {
	n = resolve(n)
	if n == nil {
		return false
	}
	if n.Kind != yaml.MappingNode {
		r.Fault(n, "%s where a mapping with %s belongs", describe(n), strings.Join(known, ", "))
		return false
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolve(n.Content[i])
		if key.Kind != yaml.ScalarNode {
			r.Fault(key, "%s where a name belongs; %s", describe(key), r.suggest("", known))
			continue
		}
		name := key.Value
		switch before, again := lines[name]; {
		case !slices.Contains(known, name):
			r.Fault(key, "there is no setting %s here; %s", shownName(name), r.suggest(name, known))
		case again:
			r.Fault(key, "%s stands in line %d already; give it once", name, before)
		default:
			lines[name] = key.Line
			each(name, resolve(n.Content[i+1]))
		}
	}
	return true
}

// List returns the items of a list. The fix ends the fault of another node.
func (r *Reader) List(name string, n *Node, fix string) []*Node {
	if n.Kind != yaml.SequenceNode {
		r.Fault(n, "%s: %s where a list belongs; %s", name, describe(n), fix)
		return nil
	}
	return n.Content
}

// Text returns a scalar as it is written. An empty one is a fault: its value was forgotten.
func (r *Reader) Text(name string, n *Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.Fault(n, "%s: %s where one value belongs", name, describe(n))
	case n.Tag == "!!null" || n.Value == "":
		r.Fault(n, "%s: the value is empty; leave out the line for the default", name)
	default:
		return n.Value
	}
	return ""
}

var plainName = regexp.MustCompile(`^[A-Za-z_-]{1,24}$`)

// shownName quotes a name unless it may be a secret, as in "secretKey:abc: ".
func shownName(name string) string {
	if plainName.MatchString(name) {
		return strconv.Quote(name)
	}
	return "of this name"
}

func resolve(n *Node) *Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func describe(n *Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	}
	return "one value"
}
