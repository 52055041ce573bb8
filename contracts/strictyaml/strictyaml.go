// Package strictyaml reads YAML files that people write: an unknown field is an error, and every
// error begins with file:line.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decode reads one YAML document into the struct that into points to. An empty document leaves
// it as it is.
func Decode(file string, data []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	err := decoder.Decode(into)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return explain(file, withLine(err, data), into)
	}
	var rest yaml.Node
	if err := decoder.Decode(&rest); err == nil {
		return fmt.Errorf("%s:%d: a second YAML document begins here; write one document a file", file, rest.Line)
	} else if !errors.Is(err, io.EOF) {
		return explain(file, err, into)
	}
	return nil
}

// Lines returns a function that gives the line of what stands at a path of mapping keys and list indices, such as
// "scenarios", 0, "name". It is 1 for a path that leads nowhere. The data has been decoded before.
func Lines(data []byte) func(path ...any) int {
	var document yaml.Node
	if yaml.Unmarshal(data, &document) != nil || len(document.Content) == 0 {
		return func(...any) int { return 1 }
	}
	return func(path ...any) int {
		n, line := document.Content[0], document.Content[0].Line
		for _, key := range path {
			if n, line = below(n, key); n == nil {
				return 1
			}
		}
		return line
	}
}

// below returns the node under a key of a mapping, or at an index of a list, or nil. The line is that of the key or the item.
func below(n *yaml.Node, key any) (node *yaml.Node, line int) {
	n = resolve(n)
	switch key := key.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && key >= 0 && key < len(n.Content) {
			return n.Content[key], n.Content[key].Line
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1], n.Content[i].Line
			}
		}
	}
	return nil, 0
}

var (
	lineOf       = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type (\S+)$`)
	wrongType    = regexp.MustCompile("^cannot unmarshal !!(\\w+) (?:`(.*)` )?into (.+)$")
	notATime     = regexp.MustCompile(`^parsing time (".*") as ".*": .*$`)
)

// withLine gives the error of a type that parses itself, such as a time, the line of its text.
func withLine(err error, data []byte) error {
	m := notATime.FindStringSubmatch(err.Error())
	var document yaml.Node
	if m == nil || yaml.Unmarshal(data, &document) != nil {
		return err
	}
	if n := scalar(&document, m[1]); n != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	return err
}

// scalar finds the first scalar whose quoted text is the one given. Aliases are not followed.
func scalar(n *yaml.Node, quoted string) *yaml.Node {
	if n.Kind == yaml.ScalarNode && strconv.Quote(n.Value) == quoted {
		return n
	}
	for _, below := range n.Content {
		if found := scalar(below, quoted); found != nil {
			return found
		}
	}
	return nil
}

func explain(file string, err error, into any) error {
	var typeError *yaml.TypeError
	if !errors.As(err, &typeError) {
		return errors.New(line(file, err.Error(), into))
	}
	lines := make([]string, len(typeError.Errors))
	for i, text := range typeError.Errors {
		lines[i] = line(file, text, into)
	}
	return errors.New(strings.Join(lines, "\n"))
}

// line turns one message of the library into file:line and words without Go's types.
func line(file, text string, into any) string {
	number, what := "1", strings.TrimPrefix(text, "yaml: ")
	if m := lineOf.FindStringSubmatch(text); m != nil {
		number, what = m[1], m[2]
	}
	if m := unknownField.FindStringSubmatch(what); m != nil {
		what = fmt.Sprintf("unknown field %q", m[1])
		if known := fieldsOf(reflect.TypeOf(into), m[2], map[reflect.Type]bool{}); len(known) > 0 {
			what += "; there are: " + strings.Join(known, ", ")
		}
	}
	if m := wrongType.FindStringSubmatch(what); m != nil {
		what = fmt.Sprintf("%s where %s belongs", found(m[1], m[2]), expected(m[3]))
	}
	if m := notATime.FindStringSubmatch(what); m != nil {
		what = fmt.Sprintf("%s where %s belongs", m[1], expected("time.Time"))
	}
	return fmt.Sprintf("%s:%s: %s", file, number, what)
}

func found(tag, value string) string {
	if value != "" {
		return fmt.Sprintf("%q", value)
	}
	return map[string]string{"map": "a mapping", "seq": "a list", "str": "a text", "null": "nothing"}[tag]
}

func expected(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "uint"):
		return "a whole number"
	case strings.HasPrefix(goType, "float"):
		return "a number"
	case goType == "bool":
		return "true or false"
	case goType == "string":
		return "a text"
	case goType == "time.Time":
		return "a time such as 2026-01-02T03:04:05Z"
	case goType == "time.Duration":
		return "a duration such as 30s"
	default:
		return "a mapping"
	}
}

// fieldsOf finds the struct type of that name below t and lists its YAML fields.
func fieldsOf(t reflect.Type, name string, seen map[reflect.Type]bool) []string {
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	var fields []string
	for i := range t.NumField() {
		f := t.Field(i)
		if key, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); key != "" && key != "-" {
			fields = append(fields, key)
		}
		if below := fieldsOf(f.Type, name, seen); below != nil && t.String() != name {
			return below
		}
	}
	if t.String() != name {
		return nil
	}
	slices.Sort(fields)
	return fields
}
