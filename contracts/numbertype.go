package contracts

import "github.com/getkin/kin-openapi/openapi3"

// NumberType returns the documented type of a number at a place in the responses to an operation: "integer", "number", or
// "" if no number is documented there. If shapes of a union differ, it is "number". The place is a JSON pointer in which []
// stands for every item of a list.
func (d *Document) NumberType(id, pointer string) string {
	o, ok := d.operation(id)
	if !ok {
		return ""
	}
	documented := ""
	for _, content := range o.responses {
		for _, media := range content {
			documented = widerNumber(documented, numberTypeAt(media.Schema.Value, SplitPointer(pointer)))
		}
	}
	return documented
}

func numberTypeAt(schema *openapi3.Schema, path []string) string {
	documented := ""
	if len(path) == 0 {
		for _, t := range []string{openapi3.TypeInteger, openapi3.TypeNumber} {
			if schema.Type.Is(t) {
				documented = t
			}
		}
	}
	eachBelow(schema, func(relation relation, name string, below *openapi3.Schema) {
		switch {
		case relation == relationBranch:
			documented = widerNumber(documented, numberTypeAt(below, path))
		case len(path) > 0 && (relation == relationProperty && name == path[0] || relation == relationItems && path[0] == "[]"):
			documented = widerNumber(documented, numberTypeAt(below, path[1:]))
		}
	})
	return documented
}

// widerNumber returns the type that takes the numbers of both; "" takes none.
func widerNumber(a, b string) string {
	if a == openapi3.TypeNumber || b == "" {
		return a
	}
	return b
}
