package contracts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// parse reads an embedded document as a whole. It does not validate it: a test does.
func parse(name string) (*openapi3.T, error) {
	source, ok := Source(name)
	if !ok {
		return nil, fmt.Errorf("there is no %s.yaml", name)
	}
	return openapi3.NewLoader().LoadFromData(source)
}

// makeOperations makes the file of each operation: the document with that operation alone, the components that it needs,
// and of both only what checking reads.
func makeOperations() (map[string][]byte, error) {
	made := map[string][]byte{}
	for _, name := range everyDocument() {
		parsed, err := parse(name)
		if err != nil {
			return nil, err
		}
		encoded, err := json.Marshal(parsed)
		if err != nil {
			return nil, err
		}
		var whole map[string]any
		if err := json.Unmarshal(encoded, &whole); err != nil {
			return nil, err
		}
		prune(whole)
		for at, item := range whole["paths"].(map[string]any) {
			for method, described := range item.(map[string]any) {
				operation, ok := described.(map[string]any)
				if id, isOperation := operation["operationId"].(string); ok && isOperation {
					if made[path.Join(operationsDir, name, id+".json")], err = encodeOperation(whole, at, method, operation); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return made, nil
}

func encodeOperation(whole map[string]any, at, method string, operation map[string]any) ([]byte, error) {
	item := map[string]any{method: operation}
	if parameters, ok := whole["paths"].(map[string]any)[at].(map[string]any)["parameters"]; ok {
		item["parameters"] = parameters
	}
	components := map[string]any{}
	addComponents(components, whole, item)
	alone := map[string]any{"paths": map[string]any{at: item}}
	for name, value := range whole {
		if name == "openapi" || name == "info" || name == "security" || name == "x-outside" {
			alone[name] = value
		}
	}
	if schemes, ok := componentsOf(whole)["securitySchemes"]; ok {
		components["securitySchemes"] = schemes
	}
	if len(components) > 0 {
		alone["components"] = components
	}
	var made bytes.Buffer
	encoder := json.NewEncoder(&made)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(alone)
	return made.Bytes(), err
}

func componentsOf(whole map[string]any) map[string]any {
	all, _ := whole["components"].(map[string]any)
	return all
}

// addComponents adds the components to which a part of the document refers, and those to which they refer.
func addComponents(components, whole map[string]any, part any) {
	switch part := part.(type) {
	case map[string]any:
		for name, value := range part {
			ref, isRef := value.(string)
			if name != "$ref" || !isRef {
				addComponents(components, whole, value)
				continue
			}
			names := strings.Split(strings.TrimPrefix(ref, "#/components/"), "/") // kind, name
			kind, _ := components[names[0]].(map[string]any)
			if kind == nil {
				kind = map[string]any{}
				components[names[0]] = kind
			}
			if _, there := kind[names[1]]; !there {
				kind[names[1]] = componentsOf(whole)[names[0]].(map[string]any)[names[1]]
				addComponents(components, whole, kind[names[1]])
			}
		}
	case []any:
		for _, value := range part {
			addComponents(components, whole, value)
		}
	}
}

// prose is what people read, and checking does not.
var prose = []string{
	"description", "summary", "title", "tags", "externalDocs", "examples", "servers",
	"x-errors", "x-enum-varnames", "x-go-name",
}

// named are the keywords whose value has names of the document's choice, and not keywords.
var named = []string{
	"paths", "properties", "content", "responses", "headers", "schemas", "parameters", "requestBodies", "securitySchemes",
}

// prune removes prose from a part of a document, in which names are keywords.
func prune(part any) {
	switch part := part.(type) {
	case map[string]any:
		maps.DeleteFunc(part, func(name string, _ any) bool { return slices.Contains(prose, name) })
		for name, value := range part {
			switch {
			case name == "info", name == "enum", name == "default", name == "example", strings.HasPrefix(name, "x-"):
			case slices.Contains(named, name):
				if inner, ok := value.(map[string]any); ok {
					for _, v := range inner {
						prune(v)
					}
					continue
				}
				prune(value)
			default:
				prune(value)
			}
		}
	case []any:
		for _, value := range part {
			prune(value)
		}
	}
}
