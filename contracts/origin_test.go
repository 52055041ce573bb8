package contracts

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// rule is one rule of a document that a request or a response can break.
type rule struct{ part, in, pointer, keyword string }

// ruleBook collects the rules of an operation from the text of a document, and what the document says about their origin.
// It shares nothing with the code that it checks.
type ruleBook struct {
	root    map[string]any
	assumed map[rule][]string        // the reasons of x-assumed
	marks   map[rule]map[string]bool // the provenances on the way
	keys    map[string]bool          // the keys of x-assumed that some rule has, by their source
}

func (b *ruleBook) resolve(node map[string]any) map[string]any {
	for node["$ref"] != nil {
		at := any(b.root)
		for _, name := range strings.Split(strings.TrimPrefix(node["$ref"].(string), "#/"), "/") {
			at = at.(map[string]any)[name]
		}
		node = at.(map[string]any)
	}
	return node
}

// above is a schema on the way to a place, and the names from it to the place.
type above struct {
	node map[string]any
	path []string
}

var constraints = []string{"type", "format", "enum", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"}

// schema collects the rules of a schema and of everything below it.
func (b *ruleBook) schema(part, in string, pointer []string, node map[string]any, way []above, marks []string, depth int) {
	node = b.resolve(node)
	if depth > 9 { // a schema that holds itself
		return
	}
	if mark, ok := node["x-provenance"].(string); ok {
		marks = append(slices.Clip(marks), mark)
	}
	way = append(slices.Clip(way), above{node, nil})
	name := Pointer(pointer...)
	if in != InBody {
		name = pointer[0]
	}
	for _, keyword := range constraints {
		if node[keyword] != nil {
			b.add(rule{part, in, name, keyword}, way, marks)
		}
	}
	required, _ := node["required"].([]any)
	for _, property := range required {
		r := rule{part, in, Pointer(extend(pointer, property.(string))...), "required"}
		b.add(r, way, marks)
		for _, a := range way {
			properties, _ := a.node["properties"].(map[string]any)
			if schema, ok := properties[property.(string)].(map[string]any); ok && len(a.path) == 0 {
				b.add(r, nil, b.within(schema)) // that it is required is no surer than that it exists
			}
		}
	}
	for _, union := range []string{"oneOf", "anyOf", "allOf"} {
		branches, _ := node[union].([]any)
		for _, branch := range branches {
			b.schema(part, in, pointer, branch.(map[string]any), way, marks, depth+1)
		}
	}
	below := func(name, key string, node any) {
		var deeper []above
		for _, a := range way {
			deeper = append(deeper, above{a.node, extend(a.path, key)})
		}
		b.schema(part, in, extend(pointer, name), node.(map[string]any), deeper, marks, depth+1)
	}
	properties, _ := node["properties"].(map[string]any)
	for property, node := range properties {
		below(property, property, node)
	}
	if node["items"] != nil {
		below("0", "*", node["items"])
	}
}

// within lists the provenances of a schema and its branches.
func (b *ruleBook) within(node map[string]any) (marks []string) {
	node = b.resolve(node)
	if mark, ok := node["x-provenance"].(string); ok {
		marks = append(marks, mark)
	}
	for _, union := range []string{"oneOf", "anyOf", "allOf"} {
		branches, _ := node[union].([]any)
		for _, branch := range branches {
			marks = append(marks, b.within(branch.(map[string]any))...)
		}
	}
	return marks
}

func (b *ruleBook) add(r rule, way []above, marks []string) {
	if b.marks[r] == nil {
		b.marks[r] = map[string]bool{}
	}
	for _, mark := range marks {
		b.marks[r][mark] = true
	}
	for _, a := range way {
		written, _ := a.node["x-assumed"].(map[string]any)
		key := strings.Join(append(slices.Clip(a.path), r.keyword), "/")
		if reason, ok := written[key].(string); ok {
			b.assumed[r] = append(b.assumed[r], reason)
			b.keys[key+": "+reason] = true
		}
	}
}

// Every rule that a request or a response can break is printed with the origin that the document gives it: assumed, with
// the reason, for the constraints in an x-assumed and for no other; else one of the marks on the way to it.
func TestOriginOfEveryRule(t *testing.T) {
	t.Parallel()
	for _, service := range Names() {
		source, _ := Source(service)
		var root map[string]any
		if err := yaml.Unmarshal(source, &root); err != nil {
			t.Fatal(err)
		}
		document, err := Load(service)
		if err != nil {
			t.Fatal(err)
		}
		keys, rules := map[string]bool{}, 0
		for path, item := range root["paths"].(map[string]any) {
			for method, value := range item.(map[string]any) {
				described, ok := value.(map[string]any)
				if !ok || described["operationId"] == nil {
					t.Fatalf("%s %s is no operation", method, path)
				}
				b := &ruleBook{root: root, assumed: map[rule][]string{}, marks: map[rule]map[string]bool{}, keys: keys}
				b.operation(described)
				for r := range b.marks {
					rules++
					if problem := b.differs(document, described["operationId"].(string), r); problem != "" {
						t.Errorf("%s %s %s %s [%s]: %s", described["operationId"], r.part, r.in, r.pointer, r.keyword, problem)
					}
				}
			}
		}
		if rules < 20 {
			t.Errorf("%s: only %d rules", service, rules)
		}
		for _, key := range assumedKeys(root) {
			if !keys[key] {
				t.Errorf("%s: x-assumed has %q, and there is no such constraint", service, key)
			}
		}
	}
}

func (b *ruleBook) operation(described map[string]any) {
	marks := []string{described["x-provenance"].(string)}
	parameters, _ := described["parameters"].([]any)
	for _, p := range parameters {
		parameter := b.resolve(p.(map[string]any))
		marks := marks
		if mark, ok := parameter["x-provenance"].(string); ok {
			marks = append(slices.Clip(marks), mark)
		}
		b.schema(PartRequest, parameter["in"].(string), []string{parameter["name"].(string)}, parameter["schema"].(map[string]any), nil, marks, 0)
	}
	body := func(part string, holder any) {
		if holder == nil {
			return
		}
		content, _ := b.resolve(holder.(map[string]any))["content"].(map[string]any)
		if json, ok := content[mediaJSON].(map[string]any); ok {
			b.schema(part, InBody, nil, json["schema"].(map[string]any), nil, marks, 0)
		}
	}
	body(PartRequest, described["requestBody"])
	body(PartResponse, described["responses"].(map[string]any)["200"])
}

// differs compares the origin that is printed for a rule with what the document says.
func (b *ruleBook) differs(document *Document, id string, r rule) string {
	header := http.Header{"Content-Type": {mediaJSON}}
	v := Violation{In: r.in, Pointer: r.pointer, Rule: r.keyword}
	var got Origin
	if r.part == PartRequest {
		got = document.RequestOrigin(id, header, v)
	} else {
		got = document.ResponseOrigin(id, http.StatusOK, header, v)
	}
	if reasons := b.assumed[r]; len(reasons) > 0 {
		if got.Provenance != Assumed || !slices.Contains(reasons, got.Source) {
			return fmt.Sprintf("printed %s; x-assumed says %q", got, reasons)
		}
		return ""
	}
	if !b.marks[r][got.Provenance] {
		return fmt.Sprintf("printed %s; the document says %v", got, slices.Sorted(maps.Keys(b.marks[r])))
	}
	return ""
}

// assumedKeys lists all keys of x-assumed with their reasons.
func assumedKeys(node any) (keys []string) {
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			keys = append(keys, assumedKeys(item)...)
		}
	case map[string]any:
		for name, value := range node {
			if written, ok := value.(map[string]any); ok && name == "x-assumed" {
				for key, reason := range written {
					keys = append(keys, key+": "+fmt.Sprint(reason))
				}
				continue
			} else if name == "x-assumed" {
				keys = append(keys, "a text in place of a list: "+fmt.Sprint(value))
			}
			keys = append(keys, assumedKeys(value)...)
		}
	}
	return keys
}

// Rules outside of a body have an origin of their own: the head of each document says that no page shows them.
func TestOriginOutsideOfBodies(t *testing.T) {
	t.Parallel()
	tests := []struct{ id, part, in, contentType, want string }{
		{"Material.ListMedia", PartRequest, InContentType, "text/html", Assumed},
		{"Material.ListMedia", PartRequest, InContentType, "application/json; charset=gbk", Assumed},
		{"Material.ListMedia", PartResponse, InContentType, "text/html", Assumed},
		{"Material.ListMedia", PartResponse, InStatus, mediaJSON, Assumed},
		{"OpenCME.Login", PartResponse, InStatus, mediaJSON, Assumed},
		{"OpenCME.Login", PartResponse, InContentType, "text/html", Assumed},
		{"User.Info", PartResponse, InStatus, mediaJSON, "vendor-client"},
		{"User.Info", PartResponse, InContentType, "text/html", Assumed},
		{"Third.Login", PartRequest, InContentType, "text/html", "vendor-client"},
	}
	for _, tt := range tests {
		o, ok := Lookup(tt.id)
		if !ok {
			t.Fatal(tt.id)
		}
		document, err := Load(o.Service)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Content-Type": {tt.contentType}}
		var got Origin
		if tt.part == PartRequest {
			got = document.RequestOrigin(tt.id, header, Violation{In: tt.in})
		} else {
			got = document.ResponseOrigin(tt.id, http.StatusNotFound, header, Violation{In: tt.in})
		}
		if got.Provenance != tt.want || got.Source == "" || got.Source == o.Source {
			t.Errorf("%s %s %s %s: %s, want %s", tt.id, tt.part, tt.in, strconv.Quote(tt.contentType), got, tt.want)
		}
	}
}

// The body of a request without a Content-Type is read as JSON, and so are its marks.
func TestOriginWithoutContentType(t *testing.T) {
	t.Parallel()
	document, err := Load("webpaas")
	if err != nil {
		t.Fatal(err)
	}
	got := document.RequestOrigin("Material.ListMedia", http.Header{}, Violation{In: InBody, Pointer: "/Limit", Rule: "minimum"})
	if got.Provenance != Assumed {
		t.Errorf("got %s", got)
	}
}
