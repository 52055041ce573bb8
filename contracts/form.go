package contracts

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxBrackets is how many levels deep the name of a form field may lead. The brackets of a deeper name
// are a part of the name.
const maxBrackets = 10

// Form reads an encoded form as one object of texts. Brackets in names lead to fields of objects
// and elements of lists, as jQuery writes them: params[fps]=30 is {"params":{"fps":"30"}}, and
// ids[]=1&ids[]=2 is {"ids":["1","2"]}. If a field is given more than once, the last one counts;
// twice has the paths of such fields. The error says that the form is not percent-encoded.
func Form(encoded string) (object map[string]any, twice [][]string, err error) {
	fields, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, nil, fmt.Errorf("read form: %w", err)
	}
	object = make(map[string]any, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		path, list := formPath(name)
		if values := fields[name]; !insert(object, path, list, values) || !list && len(values) > 1 {
			twice = append(twice, path)
		}
	}
	return object, twice, nil
}

// formPath splits "a[b][]" into its path, and says whether that leads to a list.
func formPath(name string) (path []string, list bool) {
	first, rest, bracketed := strings.Cut(name, "[")
	if !bracketed || first == "" || !strings.HasSuffix(rest, "]") {
		return []string{name}, false
	}
	path = append(path, first)
	for _, key := range strings.Split(strings.TrimSuffix(rest, "]"), "][") {
		if list || strings.ContainsAny(key, "[]") || len(path) > maxBrackets {
			return []string{name}, false
		}
		if list = key == ""; !list {
			path = append(path, key)
		}
	}
	return path, list
}

// insert puts the values at the path. It returns false if the form contradicts itself: there is a value of another kind, or
// another field, already.
func insert(object map[string]any, path []string, list bool, values []string) bool {
	for _, key := range path[:len(path)-1] {
		if object[key] == nil {
			object[key] = map[string]any{}
		}
		inner, ok := object[key].(map[string]any)
		if !ok {
			return false
		}
		object = inner
	}
	last := path[len(path)-1]
	if _, taken := object[last]; taken {
		return false
	}
	if !list {
		object[last] = values[len(values)-1]
		return true
	}
	elements := make([]any, len(values))
	for i, v := range values {
		elements[i] = v
	}
	object[last] = elements
	return true
}

// parseForm reads a form as the object that the schema describes, with the results of parseJSON.
func parseForm(schema *openapi3.Schema, body []byte) (value any, violations []Violation, readable bool) {
	object, twice, err := Form(string(body))
	if err != nil {
		return nil, unreadable("must be percent-encoded name=value pairs"), false
	}
	for _, path := range twice {
		violations = append(violations, duplicate(path))
	}
	return typed(schema, object), violations, true
}

// typed turns texts into numbers where the schema has numbers.
func typed(schema *openapi3.Schema, value any) any {
	switch value := value.(type) {
	case string:
		return scalar(schema, value)
	case map[string]any:
		for name, inner := range value {
			if property := schema.Properties[name]; property != nil {
				value[name] = typed(property.Value, inner)
			}
		}
	case []any:
		for i := range value {
			if schema.Items != nil {
				value[i] = typed(schema.Items.Value, value[i])
			}
		}
	}
	return value
}

// scalar returns the value of a text in a query, a header or a form: a number, if the schema has one there and the text
// is one.
func scalar(schema *openapi3.Schema, text string) any {
	if (schema.Type.Is("integer") || schema.Type.Is("number")) && isNumber(text) {
		return json.Number(text)
	}
	return text
}

// isNumber says whether text is a JSON number.
func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789+-.eE") == "" && json.Valid([]byte(text))
}
