package contracts

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// indexOf makes the index of a parsed document: what index.json must hold for it.
func indexOf(name string, doc *openapi3.T) (indexEntry, error) {
	entry := indexEntry{Name: name}
	var err error
	if entry.Refusals, err = errorsOf(doc.Extensions); err != nil {
		return entry, fmt.Errorf("root: %w", err)
	}
	if doc.Components != nil {
		for scheme, ref := range doc.Components.SecuritySchemes {
			failures, err := errorsOf(ref.Value.Extensions)
			if err != nil {
				return entry, fmt.Errorf("security scheme %s: %w", scheme, err)
			}
			if len(failures) == 0 {
				continue
			}
			if entry.Credentials == nil {
				entry.Credentials = map[string][]Error{}
			}
			entry.Credentials[scheme] = failures
		}
	}
	for _, at := range doc.Paths.InMatchingOrder() {
		for method, described := range doc.Paths.Value(at).Operations() {
			o, err := operationOf(doc, described)
			if err != nil {
				return entry, fmt.Errorf("%s %s: %w", method, at, err)
			}
			o.Method, o.Path = method, at
			entry.Operations = append(entry.Operations, o)
		}
	}
	slices.SortFunc(entry.Operations, func(a, b Operation) int { return cmp.Compare(a.ID, b.ID) })
	return entry, nil
}

func operationOf(doc *openapi3.T, described *openapi3.Operation) (Operation, error) {
	failures, err := errorsOf(described.Extensions)
	if err != nil {
		return Operation{}, err
	}
	o := Operation{ID: described.OperationID, Summary: described.Summary, Errors: failures}
	o.Provenance, _ = described.Extensions["x-provenance"].(string)
	o.Source, _ = described.Extensions["x-source"].(string)
	o.Security, _ = credential(doc, described)
	return o, nil
}

// errorsOf reads x-errors. Every part of an error that must be there is there, and nothing else.
func errorsOf(extensions map[string]any) ([]Error, error) {
	written, ok := extensions["x-errors"]
	if !ok {
		return nil, nil
	}
	list, ok := written.([]any)
	if !ok {
		return nil, errors.New("x-errors is not a list")
	}
	var failures []Error
	for i, item := range list {
		fields, _ := item.(map[string]any)
		r, err := errorOf(fields)
		if err != nil {
			return nil, fmt.Errorf("x-errors %d: %w", i, err)
		}
		failures = append(failures, r)
	}
	return failures, nil
}

func errorOf(fields map[string]any) (Error, error) {
	var r Error
	targets := map[string]*string{
		"code": &r.Code, "message": &r.Message, "englishMessage": &r.EnglishMessage, "when": &r.When,
		"provenance": &r.Provenance, "textProvenance": &r.TextProvenance, "source": &r.Source, "dialect": &r.Dialect,
	}
	for name, value := range fields {
		if byFault, ok := value.(bool); ok && name == "byFault" {
			r.ByFault = byFault
			continue
		}
		target, ok := targets[name]
		if !ok {
			return r, fmt.Errorf("%s is no part of an error", name)
		}
		switch value := value.(type) {
		case string:
			*target = value
		case float64: // the codes of h5ds are numbers
			*target = strconv.FormatFloat(value, 'f', -1, 64)
		default:
			return r, fmt.Errorf("%s is neither text nor a number", name)
		}
	}
	for _, name := range []string{"code", "message", "when", "provenance", "source"} {
		if *targets[name] == "" {
			return r, fmt.Errorf("%s is missing", name)
		}
	}
	return r, nil
}
