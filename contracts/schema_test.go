package contracts

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// TestRules names the keyword that each fault breaks.
func TestRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, schema, value string
		want                []string
	}{
		{"type", `{"type":"integer"}`, `"20"`, []string{"type"}},
		{"null", `{"type":"string"}`, `null`, []string{"type"}},
		{"fraction", `{"type":"integer"}`, `1.0`, []string{"type"}},
		{"minimum", `{"type":"integer","minimum":0}`, `-1`, []string{"minimum"}},
		{"maximum", `{"type":"integer","maximum":30}`, `31`, []string{"maximum"}},
		{"64 bits", `{"type":"integer","format":"int64"}`, `9223372036854775808`, []string{"format"}},
		{"64-bit float", `{"type":"number"}`, `1e999`, []string{""}},
		{"enum", `{"type":"string","enum":["a"]}`, `"b"`, []string{"enum"}},
		{"not", `{"type":"string","not":{"enum":["a"]}}`, `"a"`, []string{"not"}},
		{"minLength", `{"type":"string","minLength":1}`, `""`, []string{"minLength"}},
		{"maxLength", `{"type":"string","maxLength":1}`, `"ab"`, []string{"maxLength"}},
		{"minItems", `{"type":"array","items":{},"minItems":1}`, `[]`, []string{"minItems"}},
		{"maxItems", `{"type":"array","items":{},"maxItems":1}`, `[1,2]`, []string{"maxItems"}},
		{"pattern", `{"type":"string","pattern":"^b$"}`, `"a"`, []string{"pattern"}},
		{"format", `{"type":"string","format":"date-time"}`, `"a"`, []string{"format"}},
		{"multipleOf", `{"type":"integer","multipleOf":2}`, `3`, []string{"multipleOf"}},
		{"required", `{"type":"object","required":["a"]}`, `{}`, []string{"required"}},
		{"undocumented", `{"type":"object","additionalProperties":false}`, `{"a":1}`, []string{"additionalProperties"}},
		{"no branch of one", `{"oneOf":[{"type":"string"},{"type":"boolean"}]}`, `1`, []string{"oneOf"}},
		{"no branch of any", `{"anyOf":[{"type":"string"},{"type":"boolean"}]}`, `1`, []string{"anyOf"}},
		{"no branch is whole", `{"anyOf":[{"required":["a"]},{"required":["b"]}]}`, `{}`, []string{"anyOf"}},
		{"two branches", `{"oneOf":[{"type":"number"},{"type":"integer"}]}`, `1`, []string{"oneOf"}},
		{"within a branch", `{"oneOf":[{"type":"string","maxLength":1},{"type":"boolean"}]}`, `"ab"`, []string{"maxLength"}},
		{"within all", `{"allOf":[{"required":["a"]},{"properties":{"b":{"type":"string"}}}]}`, `{"b":1}`, []string{"required", "type"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var schema openapi3.Schema
			if err := schema.UnmarshalJSON([]byte(test.schema)); err != nil {
				t.Fatal(err)
			}
			value, _, _ := decodeJSON([]byte(test.value))
			var got []string
			for _, f := range check(&schema, value, true) {
				got = append(got, f.violation(value).Rule)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// Parameters and whole bodies have rules too; what no schema says has none.
func TestRulesOfRequests(t *testing.T) {
	t.Parallel()
	const task = "Task.DescribeTasks"
	tests := []struct {
		name, id, query, body string
		want                  map[string]string // rule by pointer
	}{
		{"maximum", task, "auth=x", `{"Limit":31}`, map[string]string{"/Limit": "maximum"}},
		{"minimum and type", task, "auth=x", `{"Limit":-1,"Offset":"1"}`, map[string]string{"/Limit": "minimum", "/Offset": "type"}},
		{"no parameter", task, "", `{}`, map[string]string{"auth": "required"}},
		{"empty parameter", task, "auth=", `{}`, map[string]string{"auth": "minLength"}},
		{"a parameter twice", task, "auth=x&auth=y", `{}`, map[string]string{"auth": ""}},
		{"no body", "Material.DeleteMaterial", "auth=x", ``, map[string]string{"": "required"}},
		{"no JSON", task, "auth=x", `x`, map[string]string{"": ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, test.id, test.body)
			r.URL.RawQuery = test.query
			got := map[string]string{}
			for _, v := range mustLoad(t, test.id).CheckRequest(test.id, r, []byte(test.body)) {
				got[v.Pointer] = v.Rule
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCheckSchema holds the exact line for every keyword, with schemas made for it.
func TestCheckSchema(t *testing.T) {
	t.Parallel()
	const union = `{"oneOf":[
		{"type":"object","properties":{"kind":{"enum":["a"]},"inner":{"type":"object","properties":{"n":{"type":"integer"},"m":{"type":"integer"}}}}},
		{"type":"object","properties":{"kind":{"enum":["b"]},"inner":{"type":"string"}}}]}`
	tests := []struct {
		name, schema, value string
		want                []string
	}{
		{"null for anything", `{}`, `null`, []string{"body: must be other than null, found null"}},
		{"null allowed", `{"type":"string","nullable":true}`, `null`, nil},
		{"minimum length", `{"type":"string","minLength":2}`, `"媒"`, []string{"body: must have at least 2 characters, found 1 character"}},
		{"minimum items", `{"type":"array","items":{},"minItems":1}`, `[]`, []string{"body: must have at least 1 item, found 0 items"}},
		{"pattern before length", `{"type":"string","minLength":2,"pattern":"^b$"}`, `"a"`, []string{
			"body: must have at least 2 characters, found 1 character"}},
		{"not", `{"type":"string","not":{"enum":["a","b"]}}`, `"a"`, []string{`body: must not be one of "a", "b", found "a"`}},
		{"64 bits", `{"type":"number"}`, `1e999`, []string{"body: must fit a 64-bit float, found 1e999"}},
		{"64 bits, integer", `{"type":"integer"}`, `1e999`, []string{"body: must be an integer, found 1e999"}},
		{"integer without size", `{"type":"integer"}`, `99999999999999999999`, nil},
		{"integer of 64 bits", `{"type":"integer","format":"int64"}`, `-9223372036854775808`, nil},
		{"one less", `{"type":"integer","format":"int64"}`, `-9223372036854775809`, []string{
			"body: must be an integer of 64 bits, found -9223372036854775809"}},
		{"integer within all", `{"allOf":[{"type":"integer"}]}`, `1.0`, []string{
			"body: must be an integer, without fraction and exponent, found 1.0"}},
		{"integers within a list", `{"type":"array","items":{"type":"integer"}}`, `[1,2.0,3,4e0]`, []string{
			"body /1: must be an integer, without fraction and exponent, found 2.0",
			"body /3: must be an integer, without fraction and exponent, found 4e0"}},
		{"number within any", `{"anyOf":[{"type":"integer"},{"type":"number"}]}`, `1.0`, nil},
		{"integer within any", `{"anyOf":[{"type":"integer"},{"type":"string"}]}`, `1.0`, []string{
			"body: must be an integer, without fraction and exponent, found 1.0"}},
		{"part of all", `{"allOf":[{"required":["a"]},{"required":["b"]}]}`, `{"a":1}`, []string{"body /b: is required"}},
		{"two branches fit", `{"oneOf":[{"type":"number"},{"type":"integer"}]}`, `1`, []string{
			"body: fits more than one of its documented shapes, found 1"}},
		{"no branch, same type", `{"oneOf":[{"type":"string"},{"type":"string"},{"type":"array","items":{}}]}`, `1`, []string{
			"body: must be a string or an array, found 1"}},
		{"the closest is not the one with fewest faults", union, `{"kind":"a","inner":{"n":"x","m":"y"}}`, []string{
			`body /inner/m: must be an integer, found "y"`, `body /inner/n: must be an integer, found "x"`}},
		{"the closest is the second", union, `{"kind":"b","inner":{}}`, []string{"body /inner: must be a string, found an object"}},
		{"other format", `{"type":"string","format":"byte"}`, `"!"`, []string{`body: must be of the format byte, found "!"`}},
		{"keyword that no document uses", `{"type":"integer","multipleOf":2}`, `3`, []string{
			"body: must fit the contract: number must be a multiple of 2, found 3"}},
		{"long number", `{"type":"string"}`, strings.Repeat("1", 300), []string{
			"body: must be a string, found " + strings.Repeat("1", 60) + "…"}},
		{"long name", `{"type":"object","additionalProperties":false}`, `{"` + strings.Repeat("媒", 300) + `":1}`, []string{
			"body /" + strings.Repeat("媒", 199) + "…: is not documented"}},
		{"name with control characters", `{"type":"object","additionalProperties":false}`, `{"a\n\u202e'":1}`, []string{
			`body /a\n\u202e': is not documented`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var schema openapi3.Schema
			if err := schema.UnmarshalJSON([]byte(test.schema)); err != nil {
				t.Fatal(err)
			}
			value, violations, readable := decodeJSON([]byte(test.value))
			if !readable {
				t.Fatal(violations)
			}
			for _, f := range check(&schema, value, true) {
				violations = append(violations, f.violation(value))
			}
			if diff := cmp.Diff(test.want, lines(violations)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}
