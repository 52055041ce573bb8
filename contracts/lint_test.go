package contracts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// keywords are what the documents may use of JSON Schema. A keyword is in this list when the
// explanation of a violation knows it, or when it constrains nothing.
var keywords = []string{
	"$ref", "type", "format", "enum", "not", "nullable", "description", "example",
	"properties", "required", "additionalProperties", "items", "oneOf", "anyOf", "allOf",
	"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern",
	"x-provenance", "x-source", "x-assumed", "x-dialect",
	"x-go-name", "x-enum-varnames", // names for generated code
}

// TestSchemas holds the rules of the documents: known keywords only, objects closed or openly free,
// a source beside each provenance, "not" with an enum only, every component used.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for _, name := range everyDocument() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, _ := Source(name)
			var root map[string]any
			if err := yaml.Unmarshal(source, &root); err != nil {
				t.Fatal(err)
			}
			l := lint{root: root, refs: map[string]bool{}}
			l.walk(root, "#")
			components, _ := root["components"].(map[string]any)
			for kind, holders := range components {
				for component := range holders.(map[string]any) {
					if at := "#/components/" + kind + "/" + component; kind != "securitySchemes" && !l.refs[at] {
						l.complain(at, "is never used")
					}
				}
			}
			if diff := cmp.Diff([]string(nil), l.complaints); diff != "" {
				t.Errorf("complaints (-want +got):\n%s", diff)
			}
			if l.schemas == 0 {
				t.Error("no schema was looked at")
			}
		})
	}
}

// undescribed are properties that no source describes, or whose name says all: the rest of an envelope.
var undescribed = []string{"Data", "Response", "Attribute", "PreProcessDefinitionSet"}

// TestPropertiesAreDescribed holds for the services whose pages describe every property.
func TestPropertiesAreDescribed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"opencme", "webpaas"} {
		doc, err := parse(name)
		if err != nil {
			t.Fatal(err)
		}
		var look func(at string, s *openapi3.Schema)
		look = func(at string, s *openapi3.Schema) {
			for property, below := range s.Properties {
				if at := at + "." + property; !slices.Contains(undescribed, property) && !described(below.Value) {
					t.Errorf("%s has no description", at)
				}
				if below.Ref == "" {
					look(at+"."+property, below.Value)
				}
			}
			for _, branch := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
				if branch.Ref == "" {
					look(at, branch.Value)
				}
			}
			if s.Items != nil && s.Items.Ref == "" {
				look(at+"[]", s.Items.Value)
			}
		}
		for component, s := range doc.Components.Schemas {
			look(name+" "+component, s.Value)
		}
	}
}

func described(s *openapi3.Schema) bool {
	return s.Description != "" || slices.ContainsFunc(s.AllOf, func(part *openapi3.SchemaRef) bool { return described(part.Value) })
}

type lint struct {
	root       map[string]any
	refs       map[string]bool
	schemas    int
	complaints []string
}

func (l *lint) complain(at, what string) { l.complaints = append(l.complaints, at+": "+what) }

func (l *lint) walk(node any, at string) {
	switch node := node.(type) {
	case []any:
		for i, item := range node {
			l.walk(item, fmt.Sprintf("%s/%d", at, i))
		}
	case map[string]any:
		l.marks(node, at)
		parent := at[strings.LastIndex(at, "/")+1:]
		grandparent := strings.TrimSuffix(at, "/"+parent)
		grandparent = grandparent[strings.LastIndex(grandparent, "/")+1:]
		inList := slices.Contains([]string{"oneOf", "anyOf", "allOf", "properties", "schemas"}, grandparent)
		if inList || parent == "schema" || parent == "items" && grandparent != "properties" || parent == "not" {
			l.schema(node, at)
		}
		for key, value := range node {
			l.walk(value, at+"/"+strings.ReplaceAll(key, "/", "~1"))
		}
	}
}

func (l *lint) marks(node map[string]any, at string) {
	if p, ok := node["x-provenance"]; ok {
		if s, _ := p.(string); !slices.Contains(provenances, s) {
			l.complain(at, fmt.Sprintf("provenance %v", p))
		}
		if node["x-source"] == nil {
			l.complain(at, "provenance without source")
		}
	}
	if ref, ok := node["$ref"].(string); ok {
		l.refs[ref] = true
		if len(node) > 1 {
			l.complain(at, "has something beside $ref, which OpenAPI 3.0 ignores")
		}
		if !l.resolves(ref) {
			l.complain(at, "leads nowhere: "+ref)
		}
	}
}

func (l *lint) resolves(ref string) bool {
	path, ok := strings.CutPrefix(ref, "#/")
	var node any = l.root
	for _, key := range strings.Split(path, "/") {
		object, _ := node.(map[string]any)
		node = object[key]
	}
	return ok && node != nil
}

func (l *lint) schema(node map[string]any, at string) {
	l.schemas++
	for key := range node {
		if !slices.Contains(keywords, key) {
			l.complain(at, "unknown keyword "+key)
		}
	}
	if _, closed := node["additionalProperties"].(bool); node["type"] == "object" && !closed {
		l.complain(at, "says neither that it is closed nor that it is free")
	}
	if format, ok := node["format"].(string); ok && !slices.Contains([]string{"date-time", "date", "int64"}, format) {
		l.complain(at, "format "+format+", which checking does not bring along")
	}
	if not, ok := node["not"].(map[string]any); ok && (len(not) != 1 || not["enum"] == nil) {
		l.complain(at, "not without enum")
	}
	if properties, ok := node["properties"].(map[string]any); ok {
		required, _ := node["required"].([]any)
		for _, name := range required {
			if properties[name.(string)] == nil {
				l.complain(at, fmt.Sprintf("requires %v, which it does not have", name))
			}
		}
	}
}

// TestLintComplains proves that each rule of TestSchemas can fail.
func TestLintComplains(t *testing.T) {
	t.Parallel()
	broken := `
schema:
  type: object
  required: [b]
  multipleOf: 3
  x-provenance: guessed
  not: {type: string}
  format: uuid
  properties:
    a: {$ref: '#/nowhere', description: ignored}
`
	var root map[string]any
	if err := yaml.Unmarshal([]byte(broken), &root); err != nil {
		t.Fatal(err)
	}
	l := lint{root: root, refs: map[string]bool{}}
	l.walk(root, "#")
	slices.Sort(l.complaints)
	want := []string{
		"#/schema/properties/a: has something beside $ref, which OpenAPI 3.0 ignores",
		"#/schema/properties/a: leads nowhere: #/nowhere",
		"#/schema: format uuid, which checking does not bring along",
		"#/schema: not without enum",
		"#/schema: provenance guessed",
		"#/schema: provenance without source",
		"#/schema: requires b, which it does not have",
		"#/schema: says neither that it is closed nor that it is free",
		"#/schema: unknown keyword multipleOf",
	}
	if diff := cmp.Diff(want, l.complaints); diff != "" {
		t.Errorf("complaints (-want +got):\n%s", diff)
	}
}
