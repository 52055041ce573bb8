package contracts

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// sampleRequest makes up a request. See [Document.Sample].
func sampleRequest(o *operation) map[string]any {
	object := map[string]any{}
	for _, p := range o.parameters {
		if p.In == openapi3.ParameterInPath || p.In == openapi3.ParameterInQuery {
			object[p.Name] = sampleOf(p.Schema, 0)
		}
	}
	for _, media := range []string{mediaJSON, mediaForm, mediaMultipart} {
		described, ok := o.body[media]
		if !ok {
			continue
		}
		if fields, ok := sampleOf(described.Schema, 0).(map[string]any); ok {
			maps.Copy(object, fields)
		}
		break
	}
	return object
}

// maxDepth bounds a schema that holds itself.
const maxDepth = 6

func sampleOf(ref *openapi3.SchemaRef, depth int) any {
	if ref == nil || ref.Value == nil || depth > maxDepth {
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
