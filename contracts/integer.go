package contracts

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// checkIntegers looks again at the integers of a value that the validator accepts. The validator
// compares floats: it takes 1430.0 and 1e3 for integers, and 2^63 for an integer of 64 bits. In
// OpenAPI 3.0.3 an integer is "a JSON number without a fraction or exponent part", and a server
// that reads into an integer type rejects all three.
func checkIntegers(schema *openapi3.Schema, value any, path []string) []fault {
	if !hasOddNumber(value) {
		return nil
	}
	return integersOf(schema, value, path)
}

// hasOddNumber says whether there is a number that only a float may be: the rare case, and the only
// one in which the schema must be walked a second time.
func hasOddNumber(value any) bool {
	switch value := value.(type) {
	case json.Number:
		return isOdd(value)
	case []any:
		return slices.ContainsFunc(value, hasOddNumber)
	case map[string]any:
		for _, v := range value {
			if hasOddNumber(v) {
				return true
			}
		}
	}
	return false
}

// isOdd says whether a number is integral but not written as an integer of 64 bits.
func isOdd(n json.Number) bool {
	if _, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return false
	}
	f, err := n.Float64()
	return err == nil && math.Trunc(f) == f
}

func integersOf(schema *openapi3.Schema, value any, path []string) []fault {
	var faults []fault
	for _, part := range schema.AllOf {
		faults = append(faults, integersOf(part.Value, value, path)...)
	}
	faults = append(faults, integersOfUnion(schema.OneOf, value, path)...)
	faults = append(faults, integersOfUnion(schema.AnyOf, value, path)...)
	switch value := value.(type) {
	case json.Number:
		if schema.Type.Is("integer") && isOdd(value) {
			faults = append(faults, oddInteger(schema, value, path)...)
		}
	case []any:
		for i, item := range value {
			if schema.Items != nil {
				faults = append(faults, integersOf(schema.Items.Value, item, extend(path, strconv.Itoa(i)))...)
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if property := schema.Properties[key]; property != nil {
				faults = append(faults, integersOf(property.Value, value[key], extend(path, key))...)
			}
		}
	}
	return faults
}

func oddInteger(schema *openapi3.Schema, n json.Number, path []string) []fault {
	switch {
	case strings.ContainsAny(string(n), ".eE"):
		return []fault{{path: path, rule: "type", reason: "must be an integer, without fraction and exponent"}}
	case schema.Format == "int64":
		return []fault{{path: path, rule: "format", reason: "must be " + formatName(schema.Format)}}
	default:
		return nil
	}
}

// integersOfUnion finds nothing if one of the branches that accept the value finds nothing.
func integersOfUnion(branches openapi3.SchemaRefs, value any, path []string) []fault {
	var faults []fault
	for _, branch := range branches {
		if !fits(branch.Value, value) {
			continue
		}
		found := integersOf(branch.Value, value, path)
		if len(found) == 0 {
			return nil
		}
		if faults == nil {
			faults = found
		}
	}
	return faults
}

// extend returns a longer path that shares nothing with another one.
func extend(path []string, key string) []string {
	return append(slices.Clip(path), key)
}
