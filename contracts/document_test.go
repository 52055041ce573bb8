package contracts

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

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
	want := `load contract "webpass": there is none; there are admin, callbacks, h5ds, opencme, webpaas`
	if err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// TestBrokenDocuments proves that a document that checking could not use is rejected.
func TestBrokenDocuments(t *testing.T) {
	t.Parallel()
	const whole = `{
		"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "x-errors": [],
		"paths": {"/": {"get": {"operationId": "O", "security": [{"s": []}], "x-errors": ["E", {"error": "E", "when": "rarely"}],
			"responses": {"200": {"description": "d"}}}}},
		"components": {"securitySchemes": {"s": {"type": "apiKey", "in": "query", "name": "n", "x-errors": []}},
			"examples": {"E": {"summary": "always", "value": {"code": 1, "message": "m"}, "x-provenance": "assumed", "x-source": "p"}}}}`
	tests := []struct{ name, from, to, want string }{
		{"whole", "", "", "<nil>"},
		{"scheme", `[{"s": []}]`, `[{"u": []}]`, `O: security scheme "u" is not declared`},
		{"status", `"200"`, `"default"`, `O: status "default" is not a number`},
		{"errors of the root", `"x-errors": [],
		"paths"`, `"x-errors": {}, "paths"`, "root: x-errors is not a list"},
		{"errors of an operation", `["E", {`, `["F", {`, `GET /: x-errors 0: there is no example "F" among the components`},
		{"errors of a scheme", `"n", "x-errors": []`, `"n", "x-errors": [1]`, `security scheme s: x-errors 0: there is no example "" among the components`},
		{"a difference misspelt", `"when": "rarely"`, `"wenn": "rarely"`, "GET /: x-errors 1: wenn is no part of a reference to an error"},
		{"a difference of another type", `"when": "rarely"`, `"when": true`, "GET /: x-errors 1: when is not a text"},
		{"an empty difference", `"when": "rarely"`, `"when": ""`, "GET /: x-errors 1: when is not a text"},
		{"cases that are no list", `"when": "rarely"`, `"cases": 1`, "GET /: x-errors 1: cases is not a list"},
		{"a case without a reason", `"when": "rarely"`, `"cases": [{"diagnosis": "d", "provenance": "assumed", "source": "s"}]`, "GET /: x-errors 1: case 0: when is missing"},
		{"a case with more", `"when": "rarely"`, `"cases": [{"diagnosis": "d", "when": "w", "provenance": "assumed", "source": "s", "x": "y"}]`, "GET /: x-errors 1: case 0 has a part that no case has"},
		{"an error without a code", `"code": 1, `, ``, "GET /: x-errors 0: E: code is missing"},
		{"an error without a message", `"message": "m"`, `"message": true`, "GET /: x-errors 0: E: message is missing"},
		{"an error without a source", `, "x-source": "p"`, ``, "GET /: x-errors 0: E: x-source is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			source := strings.Replace(whole, test.from, test.to, 1)
			if test.from != "" && source == whole {
				t.Fatal("nothing is broken")
			}
			parsed, err := openapi3.NewLoader().LoadFromData([]byte(source))
			if err != nil {
				t.Fatal(err)
			}
			if _, err = indexOf("d", parsed); err == nil {
				_, err = newDocument("d", parsed)
			}
			if got := fmt.Sprint(err); got != test.want {
				t.Errorf("error is %s, want %s", got, test.want)
			}
		})
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
		// TestExamplesKeepTheContract checks the examples; there is one that breaks the contract on purpose.
		if err := doc.Validate(context.Background(), openapi3.DisableExamplesValidation()); err != nil {
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
		for _, r := range o.Errors {
			answer := fmt.Sprint(r.Code, r.Message, r.EnglishMessage, r.Dialect)
			if answers[answer] {
				t.Errorf("%s: error %s is there twice", o.ID, r.Code)
			}
			answers[answer] = true
			if r.Code == "" || r.Message == "" || r.When == "" || r.Source == "" || !slices.Contains(provenances, r.Provenance) {
				t.Errorf("%s: error lacks something: %+v", o.ID, r)
			}
			for _, c := range r.Cases {
				if !slices.Contains(provenances, c.Provenance) || sureness(c.Provenance) <= sureness(r.Provenance) {
					t.Errorf("%s: error %s: the case %q is %s, the error %s", o.ID, r.Code, c.When, c.Provenance, r.Provenance)
				}
			}
			if r.TextProvenance != "" && !slices.Contains(provenances, r.TextProvenance) {
				t.Errorf("%s: error %s: text provenance %q", o.ID, r.Code, r.TextProvenance)
			}
			if r.Dialect != "" && r.Dialect != "original" && r.Dialect != "current" {
				t.Errorf("%s: error %s: dialect %q", o.ID, r.Code, r.Dialect)
			}
			if english := o.Service == "webpaas" || o.Service == "opencme" && r.Dialect == "original"; english != (r.EnglishMessage != "") {
				t.Errorf("%s: error %s: EnglishMessage is %q", o.ID, r.Code, r.EnglishMessage)
			}
		}
	}
	for _, e := range readIndex().Documents {
		for _, o := range e.expand() {
			check(t, o)
		}
	}
}

// TestErrorShapes reads an error from the envelope of each service.
func TestErrorShapes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, response, want string }{
		{"client API", `{"Code": "A.B", "Message": "错", "EnglishMessage": "wrong"}`, "A.B|错|wrong"},
		{"cloud API", `{"Response": {"Error": {"Code": "A.B", "Message": "wrong"}, "RequestId": "1"}}`, "A.B|wrong|"},
		{"h5ds", `{"code": 1001, "message": "错", "data": null}`, "1001|错|"},
		{"nothing", `null`, "||"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var response any
			if err := json.Unmarshal([]byte(tt.response), &response); err != nil {
				t.Fatal(err)
			}
			code, message, english := responseTexts(response)
			if got := code + "|" + message + "|" + english; got != tt.want {
				t.Errorf("texts are %s, want %s", got, tt.want)
			}
		})
	}
}

// TestErrors proves that the list of a service has each error once, and that one name means one response.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, service := range Names() {
		list := map[string]Error{}
		for _, e := range Errors(service) {
			if _, twice := list[e.Name]; twice {
				t.Errorf("%s: %s is there twice", service, e.Name)
			}
			list[e.Name] = e
		}
		for _, o := range Operations() {
			for _, e := range o.Errors {
				if o.Service == service && !e.sameResponse(list[e.Name]) {
					t.Errorf("%s: %s is %+v, in the list %+v", o.ID, e.Name, e, list[e.Name])
				}
			}
		}
	}
	if found := Errors("webpass"); len(found) != 0 {
		t.Errorf("errors of no service: %v", found)
	}
}

// TestCheckingChangesNothing proves that checking does not write to the shared document.
func TestCheckingChangesNothing(t *testing.T) {
	t.Parallel()
	doc, err := parse("webpaas")
	if err != nil {
		t.Fatal(err)
	}
	schema := doc.Components.Schemas["ListMediaResponse"].Value
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
