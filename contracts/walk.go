package contracts

import (
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// walk follows a value through its schema. It calls visit for the value and for each value below it, with each schema that
// describes the value: the schema at its place, the parts of an allOf, and the branch of a oneOf or anyOf that choose returns.
// Where visit returns false, nothing below is visited.
func walk(schema *openapi3.Schema, value any, path []string, choose chooser, visit func(schema *openapi3.Schema, value any, path []string) bool) {
	if !visit(schema, value, path) {
		return
	}
	for _, part := range schema.AllOf {
		walk(part.Value, value, path, choose, visit)
	}
	for _, branches := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		if branch := choose(branches, value, path); branch != nil {
			walk(branch, value, path, choose, visit)
		}
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if property := schema.Properties[name]; property != nil {
				walk(property.Value, value[name], extend(path, name), choose, visit)
			}
		}
	case []any:
		for i, item := range value {
			if schema.Items != nil {
				walk(schema.Items.Value, item, extend(path, strconv.Itoa(i)), choose, visit)
			}
		}
	}
}

// chooser returns the branch of a union that describes the value, or nil.
type chooser func(branches openapi3.SchemaRefs, value any, path []string) *openapi3.Schema

// firstFit chooses the first branch that accepts the value.
func firstFit(branches openapi3.SchemaRefs, value any, _ []string) *openapi3.Schema {
	for _, branch := range branches {
		if fits(branch.Value, value) {
			return branch.Value
		}
	}
	return nil
}

// extend returns a longer path that shares nothing with another one.
func extend(path []string, key string) []string {
	return append(slices.Clip(path), key)
}

// relation is how a schema belongs to the one that holds it.
type relation int

const (
	relationBranch   relation = iota // of a oneOf, an anyOf or an allOf: it describes the same value
	relationProperty                 // it describes the field of a name
	relationItems                    // it describes the items of a list
)

// eachBelow calls visit for each schema right below another one, whatever the value: branches first, then
// properties in the order of their names, then items.
func eachBelow(schema *openapi3.Schema, visit func(relation relation, name string, below *openapi3.Schema)) {
	for _, branch := range slices.Concat(schema.OneOf, schema.AnyOf, schema.AllOf) {
		visit(relationBranch, "", branch.Value)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		visit(relationProperty, name, schema.Properties[name].Value)
	}
	if schema.Items != nil {
		visit(relationItems, "", schema.Items.Value)
	}
}
