package contracts

import (
	"encoding/json"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Sample returns a request for the operation as one JSON object, for a person to begin with: what the
// contract requires, or when it requires nothing, everything it has on the first level. Parameters of
// path and query are texts in it. The values only have the right types; it is empty for an unknown operation.
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
			for name, value := range fields {
				object[name] = value
			}
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
	for _, branches := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if len(branches) > 0 {
			return sampleOf(branches[0], depth+1)
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
			for name, value := range fields {
				object[name] = value
			}
		}
	}
	for _, name := range schema.Required {
		object[name] = sampleOf(schema.Properties[name], depth+1)
	}
	if len(schema.Required) == 0 && depth == 0 {
		for name, property := range schema.Properties {
			object[name] = sampleOf(property, depth+1)
		}
	}
	return object
}
