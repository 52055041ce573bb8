package contracts

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Object is an object of a response whose fields the document lists. Objects of free form, such as data that a
// client has stored, are left out.
type Object struct {
	// Pointer is a JSON pointer (RFC 6901) to the object, "" for the whole response.
	Pointer string
	// Lists are the names, sorted, of fields that are missing and that may be an empty list.
	Lists []string
}

func objectsOf(schema *openapi3.Schema, value any) []Object {
	var objects []Object
	byPointer := map[string]int{}
	walk(schema, value, nil, firstFit, func(schema *openapi3.Schema, value any, path []string) bool {
		object, isObject := value.(map[string]any)
		if !isObject || len(schema.Properties) == 0 {
			return true
		}
		at := Pointer(path...)
		i, again := byPointer[at]
		if !again {
			i = len(objects)
			byPointer[at], objects = i, append(objects, Object{Pointer: at})
		}
		objects[i].Lists = append(objects[i].Lists, missingLists(schema, object)...)
		return true
	})
	for i := range objects {
		slices.Sort(objects[i].Lists)
		objects[i].Lists = slices.Compact(objects[i].Lists)
	}
	return objects
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
