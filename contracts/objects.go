package contracts

import (
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// Object is an object of a response whose fields the document lists. Objects of free form, such as what a
// client has stored, are none.
type Object struct {
	// Pointer leads to it: a JSON pointer (RFC 6901), "" for the whole response.
	Pointer string
	// Lists are the names of lists that may stand there, empty too, and that do not, in their order.
	Lists []string
}

// Objects returns the objects of a JSON response to the operation that the document describes, outermost first. An
// answer that breaks the contract, or that is no JSON, may have none.
func (d *Document) Objects(id string, status int, body []byte) []Object {
	o, unknown := d.operation(id)
	if unknown != nil {
		return nil
	}
	value, _, readable := decodeJSON(body)
	schema := o.answers[status][mediaJSON]
	if schema == nil || !readable {
		return nil
	}
	found := map[string][]string{}
	var order []string
	walkObjects(schema, value, nil, func(at string, lists []string) {
		if _, again := found[at]; !again {
			order = append(order, at)
		}
		found[at] = append(found[at], lists...)
	})
	var objects []Object
	for _, at := range order {
		slices.Sort(found[at])
		objects = append(objects, Object{at, slices.Compact(found[at])})
	}
	return objects
}

func walkObjects(schema *openapi3.Schema, value any, path []string, each func(at string, lists []string)) {
	for _, part := range schema.AllOf {
		walkObjects(part.Value, value, path, each)
	}
	for _, branches := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		meant := slices.IndexFunc(branches, func(b *openapi3.SchemaRef) bool { return fits(b.Value, value) })
		if meant >= 0 {
			walkObjects(branches[meant].Value, value, path, each)
		}
	}
	switch value := value.(type) {
	case map[string]any:
		if len(schema.Properties) == 0 {
			return
		}
		each(Pointer(path...), missingLists(schema, value))
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if property := schema.Properties[name]; property != nil {
				walkObjects(property.Value, value[name], append(slices.Clip(path), name), each)
			}
		}
	case []any:
		for i, item := range value {
			if schema.Items != nil {
				walkObjects(schema.Items.Value, item, append(slices.Clip(path), strconv.Itoa(i)), each)
			}
		}
	}
}

func missingLists(schema *openapi3.Schema, object map[string]any) []string {
	var lists []string
	for name, property := range schema.Properties {
		_, there := object[name]
		if p := property.Value; !there && p.Type.Is("array") && p.MinItems == 0 {
			lists = append(lists, name)
		}
	}
	return lists
}
