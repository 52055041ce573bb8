package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
)

// schema is a JSON Schema, or a part of one.
type schema = map[string]any

// FixturesSchema returns the JSON Schema (draft 2020-12) of a fixtures file, so that an editor completes and checks it.
// It is assumed from [Fixtures], and is as strict as an editor can be: what one entry says of another, such as an owner
// who is not there, only loading finds out. It takes no value as text that YAML reads as a number or as nothing: write
// an id of digits in quotes.
func FixturesSchema() []byte {
	w := schemaWriter{defs: schema{}}
	root := w.object(reflect.TypeFor[Fixtures]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "fakecme fixtures"
	root["description"] = "The state that every tenant of fakecme begins with. Write ids of digits in quotes."
	root["$defs"] = w.defs
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil { // every part of it is a map, a list or a text
		panic(fmt.Sprintf("fake: write the schema of fixtures: %v", err))
	}
	return append(text, '\n')
}

// schemaWriter collects the named types that it comes across.
type schemaWriter struct{ defs schema }

// of is the schema of a Go type as YAML reads it. A kind that no fixture has is a mistake in the fake.
func (w schemaWriter) of(t reflect.Type) schema {
	switch known, byHand := schemaOfTypes[t]; {
	case byHand:
		return w.define(t, func() schema { return known })
	case t.Kind() == reflect.Pointer:
		return w.of(t.Elem())
	case t.Kind() == reflect.Struct:
		return w.define(t, func() schema { return w.object(t) })
	}
	switch t.Kind() {
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return schema{"type": "integer"}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.Slice:
		return schema{"type": "array", "items": w.of(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": w.of(t.Elem())}
	case reflect.Interface:
		return schema{}
	}
	panic(fmt.Sprintf("fake: the schema of fixtures has no form for %s", t))
}

// define writes the schema of a type down once, and refers to it.
func (w schemaWriter) define(t reflect.Type, make func() schema) schema {
	name := schemaName(t)
	if _, there := w.defs[name]; !there {
		w.defs[name] = nil // ends the recursion of a type that holds itself
		w.defs[name] = make()
	}
	return schema{"$ref": "#/$defs/" + name}
}

var typeArgument = regexp.MustCompile(`\[.*\.(\w+)\]`)

// schemaName is package and name of a type: webpaas.Material, webpaas.FoundFace.
func schemaName(t reflect.Type) string { return typeArgument.ReplaceAllString(t.String(), "$1") }

// object is the schema of a struct, by its YAML tags.
func (w schemaWriter) object(t reflect.Type) schema {
	properties := schema{}
	w.fields(t, properties)
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	maps.Copy(s, schemaOfFields[schemaName(t)])
	return s
}

// fields adds those of embedded structs too, where YAML has them.
func (w schemaWriter) fields(t reflect.Type, properties schema) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case name == "-" || !f.IsExported():
			continue
		case strings.Contains(options, "inline"):
			w.fields(f.Type, properties)
			continue
		case name == "":
			name = strings.ToLower(f.Name)
		}
		field := w.of(f.Type)
		maps.Copy(field, schemaOfFields[schemaName(t)+"."+name])
		properties[name] = field
	}
}
