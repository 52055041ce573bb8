package fake

import (
	"reflect"
	"strings"
	"testing"
)

// An entry of the table that names no field describes nothing.
func TestSchemaTableNamesFields(t *testing.T) {
	t.Parallel()
	w := schemaWriter{defs: schema{}}
	root := w.object(reflect.TypeFor[Fixtures]())
	w.defs["fake.Fixtures"] = root
	for name := range schemaOfFields {
		typeName, field := name, ""
		if parts := strings.Split(name, "."); len(parts) == 3 {
			typeName, field = parts[0]+"."+parts[1], parts[2]
		}
		def, _ := w.defs[typeName].(schema)
		properties, _ := def["properties"].(schema)
		if _, there := properties[field]; properties == nil || field != "" && !there {
			t.Errorf("%s: the fixtures have no such type or field", name)
		}
	}
}

// What the table requires is there.
func TestSchemaRequiresFields(t *testing.T) {
	t.Parallel()
	w := schemaWriter{defs: schema{}}
	w.object(reflect.TypeFor[Fixtures]())
	for name, def := range w.defs {
		def := def.(schema)
		required, _ := def["required"].([]string)
		properties, _ := def["properties"].(schema)
		for _, field := range required {
			if _, there := properties[field]; !there && properties != nil {
				t.Errorf("%s: requires %s, which it does not have", name, field)
			}
		}
	}
}
