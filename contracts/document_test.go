package contracts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

var provenances = []string{"documented", "example", "vendor-client", "derived"}

func TestLoad(t *testing.T) {
	t.Parallel()
	for _, name := range everyDocument() {
		var together sync.WaitGroup
		loaded := make([]*Document, 4)
		for i := range loaded {
			together.Go(func() { loaded[i], _ = Load(name) })
		}
		together.Wait()
		for _, d := range loaded {
			if d == nil || d != loaded[0] {
				t.Errorf("Load(%q) does not return one and the same document", name)
			}
		}
	}
	_, err := Load("webpass")
	want := `load contract "webpass": there is none; there are callbacks, h5ds, opencme, webpaas`
	if err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// TestDocumentsAreValid validates each document once, here, so that loading need not.
func TestDocumentsAreValid(t *testing.T) {
	t.Parallel()
	for _, name := range everyDocument() {
		doc, err := parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := doc.Validate(context.Background()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOperationsAreMarked(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	check := func(t *testing.T, o Operation) {
		if ids[o.ID] {
			t.Errorf("%s is there twice", o.ID)
		}
		ids[o.ID] = true
		if o.Summary == "" || o.Source == "" || !slices.Contains(provenances, o.Provenance) {
			t.Errorf("%s: summary %q, provenance %q, source %q", o.ID, o.Summary, o.Provenance, o.Source)
		}
		answers := map[string]bool{}
		for _, r := range o.Refusals {
			answer := fmt.Sprint(r.Code, r.Message, r.EnglishMessage, r.Dialect)
			if answers[answer] {
				t.Errorf("%s: refusal %s is there twice", o.ID, r.Code)
			}
			answers[answer] = true
			if r.Code == "" || r.Message == "" || r.When == "" || r.Source == "" || !slices.Contains(provenances, r.Provenance) {
				t.Errorf("%s: refusal lacks something: %+v", o.ID, r)
			}
			if r.TextProvenance != "" && !slices.Contains(provenances, r.TextProvenance) {
				t.Errorf("%s: refusal %s: text provenance %q", o.ID, r.Code, r.TextProvenance)
			}
			if r.Dialect != "" && r.Dialect != "seed" && r.Dialect != "current" {
				t.Errorf("%s: refusal %s: dialect %q", o.ID, r.Code, r.Dialect)
			}
			if english := o.Service == "webpaas" || o.Service == "opencme" && r.Dialect == "seed"; english != (r.EnglishMessage != "") {
				t.Errorf("%s: refusal %s: EnglishMessage is %q", o.ID, r.Code, r.EnglishMessage)
			}
		}
	}
	for _, e := range readIndex().Documents {
		for _, o := range e.expand() {
			check(t, o)
		}
	}
}

func TestRefusalOf(t *testing.T) {
	t.Parallel()
	whole := func(change func(map[string]any)) map[string]any {
		fields := map[string]any{"code": 1001.0, "message": "登录失效", "when": "w", "provenance": "derived", "source": "s"}
		change(fields)
		return fields
	}
	tests := []struct {
		name   string
		fields map[string]any
		want   string
	}{
		{"whole", whole(func(map[string]any) {}), ""},
		{"no source", whole(func(f map[string]any) { delete(f, "source") }), "source is missing"},
		{"misspelt", whole(func(f map[string]any) { f["dialekt"] = "seed" }), "dialekt is no part of a refusal"},
		{"wrong type", whole(func(f map[string]any) { f["code"] = true }), "code is neither text nor a number"},
		{"nothing", nil, "code is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, err := refusalOf(test.fields)
			if got := fmt.Sprint(err); err != nil && got != test.want || err == nil && test.want != "" {
				t.Errorf("error is %v, want %q", err, test.want)
			}
			if err == nil && r.Code != "1001" {
				t.Errorf("code is %q", r.Code)
			}
		})
	}
}

// keywords are what the documents may use of JSON Schema. A keyword is in this list when the
// explanation of a violation knows it, or when it constrains nothing.
var keywords = []string{
	"$ref", "type", "format", "enum", "not", "nullable", "description",
	"properties", "required", "additionalProperties", "items", "oneOf", "anyOf", "allOf",
	"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern",
	"x-provenance", "x-source", "x-derived", "x-dialect",
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

// TestCheckingChangesNothing proves that checking does not write to the shared document.
func TestCheckingChangesNothing(t *testing.T) {
	t.Parallel()
	doc, err := parse("webpaas")
	if err != nil {
		t.Fatal(err)
	}
	schema := doc.Components.Schemas["ListMediaAnswer"].Value
	before, err := schema.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	check(schema, map[string]any{"Code": "Success", "Data": map[string]any{"MaterialInfoSet": []any{map[string]any{"Surplus": nil}}}}, true)
	after, err := schema.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(before), string(after)); diff != "" {
		t.Errorf("the schema changed (-before +after):\n%s", diff)
	}
}
