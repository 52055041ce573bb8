package contracts

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Sample returns a request for the operation as one JSON object, for a person to begin with: what the
// contract requires, or when it requires nothing, everything it has on the first level. Parameters of
// path and query are texts in it. It keeps the contract, but the values mean nothing; it is empty for an unknown operation.
func (d *Document) Sample(id string) json.RawMessage {
	object := map[string]any{}
	o, ok := d.operations[id]
	if !ok {
		return json.RawMessage("{}")
	}
	for _, p := range o.parameters {
		if p.In == openapi3.ParameterInPath || p.In == openapi3.ParameterInQuery && (o.credential == nil || p.Name != o.credential.Name) {
			object[p.Name] = sampleOf(p.Schema, 0)
		}
	}
	for _, media := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"} {
		schema, ok := o.body[media]
		if !ok {
			continue
		}
		if fields, ok := sampleOf(&openapi3.SchemaRef{Value: schema}, 0).(map[string]any); ok {
			maps.Copy(object, fields)
		}
		break
	}
	text, err := json.Marshal(object)
	if err != nil { // it holds maps, lists, texts and numbers only
		return json.RawMessage("{}")
	}
	return text
}

// deepest bounds a schema that holds itself.
const deepest = 6

func sampleOf(ref *openapi3.SchemaRef, depth int) any {
	if ref == nil || ref.Value == nil || depth > deepest {
		return nil
	}
	schema := ref.Value
	if len(schema.Properties) == 0 { // it only joins others
		for _, branches := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf, schema.AllOf} {
			if len(branches) > 0 {
				return sampleOf(branches[0], depth+1)
			}
		}
	}
	switch {
	case schema.Example != nil:
		return schema.Example
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type.Is("array"):
		return []any{sampleOf(schema.Items, depth+1)}
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		if schema.Min != nil {
			return *schema.Min
		}
		return 0
	case schema.Type.Is("boolean"):
		return false
	case schema.Type.Is("string"):
		return strings.Repeat("x", int(schema.MinLength))
	}
	return sampleObject(schema, depth)
}

func sampleObject(schema *openapi3.Schema, depth int) map[string]any {
	object := map[string]any{}
	for _, part := range schema.AllOf {
		if fields, ok := sampleOf(part, depth+1).(map[string]any); ok {
			maps.Copy(object, fields)
		}
	}
	required := schema.Required
	for _, branches := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} { // "this or that is required"
		if len(branches) > 0 {
			required = slices.Concat(required, branches[0].Value.Required)
		}
	}
	if len(required) == 0 && depth == 0 {
		required = slices.Collect(maps.Keys(schema.Properties))
	}
	for _, name := range required {
		if property, ok := schema.Properties[name]; ok {
			object[name] = sampleOf(property, depth+1)
		}
	}
	return object
}
