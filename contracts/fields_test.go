package contracts

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func fieldLines(fields []Field) []string {
	var lines []string
	for _, f := range fields {
		line := f.In + " " + f.Pointer + " " + f.Provenance
		if f.Values != nil {
			line += " " + strings.Join(f.Values, ",")
		}
		lines = append(lines, line)
	}
	return lines
}

// presentLines names what was present, by the order that ReadRequest promises.
func presentLines(fields []Field, present []bool) []string {
	var lines []string
	for _, f := range fields {
		if present[0] {
			lines = append(lines, f.In+" "+f.Pointer)
		}
		for i, v := range f.Values {
			if present[1+i] {
				lines = append(lines, f.In+" "+f.Pointer+" "+v)
			}
		}
		present = present[1+len(f.Values):]
	}
	if len(present) != 0 {
		lines = append(lines, fmt.Sprintf("%d too many", len(present)))
	}
	return lines
}

func TestFields(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, id string
		want     []string
	}{
		{"a body, and values in responses", "Material.DescribeClass", []string{
			"body /BaseClassId documented",
			"body /FirstLevel documented",
			"body /Owner documented",
			"body /Owner/Id documented",
			`body /Owner/Type documented "PERSON","TEAM"`,
			"body /Platform documented",
			`response /Data/ClassInfoSet/[]/Owner/Type documented "PERSON","TEAM"`,
			`response /Data/PathInfoSet/[]/Owner/Type documented "PERSON","TEAM"`,
		}},
		{"headers without the credential, and numbers", "Third.Login", []string{
			"header appid documented",
			"header timestamp documented",
			"body /avatar documented",
			"body /email documented",
			"body /gender documented 0,1,2",
			"body /mobile documented",
			"body /nick_name documented",
			"body /userId documented",
		}},
		{"a credential only", "OpenCME.Login", nil},
		{"nothing of the name", "Material.Delete", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			service := "webpaas"
			if o, ok := Lookup(test.id); ok {
				service = o.Service
			}
			d, err := Load(service)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, fieldLines(d.Fields(test.id))); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFieldsOfSchemas reads what no document has yet, or has in large pieces only.
func TestFieldsOfSchemas(t *testing.T) {
	t.Parallel()
	const source = `{
		"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
		"paths": {"/{id}": {"post": {"operationId": "O", "x-provenance": "vendor-client",
			"parameters": [
				{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
				{"name": "n", "in": "query", "x-provenance": "assumed", "schema": {"type": "integer", "enum": [1, 2]}}],
			"requestBody": {"content": {
				"multipart/form-data": {"schema": {"type": "object", "properties": {"file": {"type": "string"}}}},
				"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}},
			"responses": {"200": {"description": "d", "content": {"application/json": {"schema": {
				"type": "object", "properties": {"one": {"enum": ["only"]}, "two": {"type": "array", "items": {"enum": ["a", "b"]}}}}}}}}}}},
		"components": {"schemas": {"Node": {"type": "object", "properties": {
			"a/b": {"type": "string"},
			"kinds": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}},
			"inner": {"$ref": "#/components/schemas/Node"},
			"union": {"oneOf": [
				{"type": "object", "properties": {"sure": {"type": "string", "x-provenance": "assumed"}}},
				{"type": "object", "properties": {"sure": {"type": "string", "x-provenance": "example"}}}]}}}}}}`
	parsed, err := openapi3.NewLoader().LoadFromData([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDocument("d", parsed)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"query n assumed 1,2",
		"body /a~1b vendor-client",
		"body /inner vendor-client",
		`body /kinds vendor-client "x","y"`,
		"body /union vendor-client",
		"body /union/sure example",
		`response /two vendor-client "a","b"`,
	}
	if diff := cmp.Diff(want, fieldLines(d.Fields("O"))); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	r, err := http.NewRequest(http.MethodPost, "/7?n=2&other=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, contentType, body string
		want                    []string
	}{
		{"items, and a list within", "application/json", `{"a/b":"","kinds":["y","z"],"inner":{"kinds":["x"]}}`,
			[]string{"query n", "query n 2", "body /a~1b", "body /inner", "body /kinds", `body /kinds "y"`}},
		{"of the wrong kind", "application/json", `{"kinds":{"x":1},"union":[{"sure":""}]}`, []string{"query n", "query n 2", "body /kinds", "body /union"}},
		{"not readable", "application/json", `{"kinds":`, []string{"query n", "query n 2"}},
		{"multipart", "multipart/form-data; boundary=b", "--b--", []string{"query n", "query n 2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			asked := r.Clone(t.Context())
			asked.Header = http.Header{"Content-Type": {test.contentType}}
			violations, present := d.ReadRequest("O", asked, []byte(test.body))
			if diff := cmp.Diff(test.want, presentLines(d.Fields("O"), present)); diff != "" {
				t.Errorf("present (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(d.CheckRequest("O", asked, []byte(test.body)), violations); diff != "" {
				t.Errorf("violations, with CheckRequest and ReadRequest (-want +got):\n%s", diff)
			}
		})
	}
	header := http.Header{"Content-Type": {"application/json"}}
	violations, present := d.ReadResponse("O", 200, header, []byte(`{"one":"only","two":["b"]}`))
	if diff := cmp.Diff([]string{"response /two", `response /two "b"`}, presentLines(d.Fields("O"), present)); diff != "" || violations != nil {
		t.Errorf("%v, present by the response (-want +got):\n%s", violations, diff)
	}
	for name, read := range map[string]func() ([]Violation, []bool){
		"request":  func() ([]Violation, []bool) { return d.ReadRequest("P", r, nil) },
		"response": func() ([]Violation, []bool) { return d.ReadResponse("P", 200, header, nil) },
	} {
		if violations, present := read(); len(violations) != 1 || present != nil {
			t.Errorf("%s of an unknown operation: %v, %v", name, violations, present)
		}
	}
}

// TestFieldsOfForms proves that a form counts as its JSON would.
func TestFieldsOfForms(t *testing.T) {
	t.Parallel()
	d, err := Load("h5ds")
	if err != nil {
		t.Fatal(err)
	}
	const id = "User.App.Tasks.Create"
	r := newRequest(t, id, "")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	violations, present := d.ReadRequest(id, r, []byte("fps=30&jsonUrl=u&resolution=2K"))
	want := []string{"body /fps", `body /fps "30"`, "body /jsonUrl", "body /resolution", `body /resolution "2K"`}
	if diff := cmp.Diff(want, presentLines(d.Fields(id), present)); diff != "" {
		t.Errorf("%v; present (-want +got):\n%s", violations, diff)
	}
}

// TestFieldsAreRepeatable proves that the numbers do not depend on the order of maps, and that the file of an operation has
// all that the whole document says of it.
func TestFieldsAreRepeatable(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		d, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parse(name)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := newDocument(name, parsed)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.operations) != len(whole.operations) {
			t.Errorf("%s: %d operations of %d", name, len(d.operations), len(whole.operations))
		}
		for id := range d.operations {
			if diff := cmp.Diff(whole.Fields(id), d.Fields(id)); diff != "" {
				t.Errorf("%s (-in the document +in its file):\n%s", id, diff)
			}
		}
	}
}
