package drift

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/redact"
)

// shape describes the responses of a group.
type shape struct {
	where    string // the first call
	calls    int
	statuses map[string]int
	media    map[string]int
	messages map[string]int    // of an error
	fields   map[string]*field // by pointer; "" is the whole response
}

// field is one place in the responses.
type field struct {
	where   string // the first call that has the field
	times   int
	objects int            // how often it was an object, which could have had a field below
	kinds   map[string]int // JSON types; a number without fraction and exponent is an "integer"
	forms   map[string]int // the forms of its strings
}

func newShape(where string) *shape {
	return &shape{where: where, statuses: map[string]int{}, media: map[string]int{}, messages: map[string]int{}, fields: map[string]*field{}}
}

func (s *shape) read(value any, where string) { s.at("", value, where) }

func (s *shape) at(pointer string, value any, where string) {
	f := s.fields[pointer]
	if f == nil {
		f = &field{where: where, kinds: map[string]int{}, forms: map[string]int{}}
		s.fields[pointer] = f
	}
	f.times++
	switch v := value.(type) {
	case map[string]any:
		f.kinds["object"]++
		f.objects++
		for name, inner := range v {
			s.at(pointer+contracts.Pointer(name), inner, where)
		}
	case []any:
		f.kinds["list"]++
		for _, item := range v {
			s.at(pointer+"/[]", item, where)
		}
	case string:
		if redact.IsPlaceholder(v) { // the value that it replaces is unknown
			return
		}
		f.kinds["string"]++
		f.forms[formOf(v)]++
	case json.Number:
		f.kinds[numberKind(v)]++
	case bool:
		f.kinds["boolean"]++
	default:
		f.kinds["null"]++
	}
}

// numberKind goes by how the number is written, as the contract does: 3.0 and 3e0 are no integers, and a client that
// reads into an integer type fails on them.
func numberKind(n json.Number) string {
	if strings.ContainsAny(n.String(), ".eE") {
		return "number"
	}
	return "integer"
}

// parent returns the pointer to the object or list that holds a field.
func parent(pointer string) string { return pointer[:max(0, strings.LastIndexByte(pointer, '/'))] }

// always says whether each object that could have the field has it. It is false for items of lists.
func (s *shape) always(pointer string) bool {
	f := s.fields[pointer]
	return f != nil && (pointer == "" || !strings.HasSuffix(pointer, "/[]") && f.times == s.objectsAt(parent(pointer)))
}

// objectsAt returns how often a place was an object, which could have had a field.
func (s *shape) objectsAt(pointer string) int {
	if f := s.fields[pointer]; f != nil {
		return f.objects
	}
	return 0
}

// The forms in which strings are written, the special ones first.
const (
	formEmpty = "empty"
	formText  = "text"
)

var forms = []struct {
	name string
	like *regexp.Regexp
}{
	{"a UUID", regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)},
	{"a time like 2006-01-02T15:04:05Z", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)},
	{"a time like 2006-01-02 15:04:05", regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)},
	{"a date like 2006-01-02", regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)},
	{"an address", regexp.MustCompile(`^https?://`)},
	{"a path", regexp.MustCompile(`^/`)},
	{"digits", regexp.MustCompile(`^\d+$`)},
	{"hexadecimal digits", regexp.MustCompile(`^[0-9a-f]{16,}$`)},
}

func formOf(text string) string {
	if text == "" {
		return formEmpty
	}
	for _, f := range forms {
		if f.like.MatchString(text) {
			return f.name
		}
	}
	return formText
}

// isTime says whether a form is one of a time or a date.
func isTime(form string) bool {
	return strings.HasPrefix(form, "a time") || strings.HasPrefix(form, "a date")
}

// onlyForm returns the form of the field's strings. It is empty if there are several, or if one is any text.
func (f *field) onlyForm() string {
	known := maps.Clone(f.forms)
	delete(known, formEmpty)
	if known[formText] > 0 {
		return ""
	}
	if len(known) != 1 {
		return ""
	}
	for form := range known {
		return form
	}
	return ""
}

// list joins the names in a set: "integer or null".
func list(set map[string]int) string {
	names := slices.Sorted(maps.Keys(set))
	for i, name := range names {
		if name == "" {
			names[i] = "none"
		}
	}
	return strings.Join(names, " or ")
}
