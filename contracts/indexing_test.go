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
	if entry.Common, err = errorsOf(doc, doc.Extensions); err != nil {
		return entry, fmt.Errorf("root: %w", err)
	}
	if doc.Components != nil {
		for scheme, ref := range doc.Components.SecuritySchemes {
			failures, err := errorsOf(doc, ref.Value.Extensions)
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
	failures, err := errorsOf(doc, described.Extensions)
	if err != nil {
		return Operation{}, err
	}
	o := Operation{ID: described.OperationID, Summary: described.Summary, Errors: failures}
	o.Provenance, _ = described.Extensions["x-provenance"].(string)
	o.Source, _ = described.Extensions["x-source"].(string)
	o.Security, _, o.Anonymous = credential(doc, described)
	return o, nil
}

// errorsOf reads x-errors: a list of names of errors. An item that differs from the error that it names, in when the
// error occurs or in how sure that is, is an object with the name and the differences.
func errorsOf(doc *openapi3.T, extensions map[string]any) ([]Error, error) {
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
		differences, ok := item.(map[string]any)
		if !ok {
			differences = map[string]any{"error": item}
		}
		r, err := errorOf(doc, differences)
		if err != nil {
			return nil, fmt.Errorf("x-errors %d: %w", i, err)
		}
		failures = append(failures, r)
	}
	return failures, nil
}

// errorOf returns the error that an item of x-errors names, with the differences of the item.
func errorOf(doc *openapi3.T, differences map[string]any) (Error, error) {
	name, _ := differences["error"].(string)
	r, err := namedError(doc, name)
	if err != nil {
		return r, err
	}
	targets := map[string]*string{"error": &r.Name, "when": &r.When, "provenance": &r.Provenance, "source": &r.Source}
	for part, value := range differences {
		if part == "cases" {
			if r.Cases, err = casesOf(value); err != nil {
				return r, err
			}
			continue
		}
		target, ok := targets[part]
		if !ok {
			return r, fmt.Errorf("%s is no part of a reference to an error", part)
		}
		if *target, ok = value.(string); !ok || *target == "" {
			return r, fmt.Errorf("%s is not a text", part)
		}
	}
	return r, nil
}

// casesOf reads the cases of an item of x-errors. Each has all four parts.
func casesOf(written any) ([]ErrorCase, error) {
	list, ok := written.([]any)
	if !ok {
		return nil, errors.New("cases is not a list")
	}
	var cases []ErrorCase
	for i, item := range list {
		parts, _ := item.(map[string]any)
		var c ErrorCase
		for part, target := range map[string]*string{
			"diagnosis": &c.Diagnosis, "when": &c.When, "provenance": &c.Provenance, "source": &c.Source,
		} {
			if *target, _ = parts[part].(string); *target == "" {
				return nil, fmt.Errorf("case %d: %s is missing", i, part)
			}
		}
		if len(parts) != 4 {
			return nil, fmt.Errorf("case %d has a part that no case has", i)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// namedError reads an error of the list: the example of that name among the components. Its value is the whole
// response and its summary says when the error occurs.
func namedError(doc *openapi3.T, name string) (Error, error) {
	if doc.Components == nil || doc.Components.Examples[name] == nil {
		return Error{}, fmt.Errorf("there is no example %q among the components", name)
	}
	example := doc.Components.Examples[name].Value
	r := Error{Name: name, When: example.Summary}
	r.Code, r.Message, r.EnglishMessage = responseTexts(example.Value)
	r.ByFault, _ = example.Extensions["x-by-fault"].(bool)
	for mark, target := range map[string]*string{
		"x-provenance": &r.Provenance, "x-text-provenance": &r.TextProvenance, "x-source": &r.Source,
		"x-dialect": &r.Dialect, "x-with-field": &r.WithField, "x-other-code": &r.OtherCode,
	} {
		*target, _ = example.Extensions[mark].(string)
	}
	for _, part := range []struct{ name, value string }{
		{"code", r.Code}, {"message", r.Message}, {"summary", r.When}, {"x-provenance", r.Provenance}, {"x-source", r.Source},
	} {
		if part.value == "" {
			return r, fmt.Errorf("%s: %s is missing", name, part.name)
		}
	}
	return r, nil
}

// responseTexts reads the envelope of an error in the shape of any of the services.
func responseTexts(response any) (code, message, english string) {
	envelope, _ := response.(map[string]any)
	if outer, ok := envelope["Response"].(map[string]any); ok {
		envelope, _ = outer["Error"].(map[string]any)
	}
	text := func(names ...string) string {
		for _, name := range names {
			switch value := envelope[name].(type) {
			case string:
				return value
			case float64: // the codes of h5ds are numbers
				return strconv.FormatFloat(value, 'f', -1, 64)
			}
		}
		return ""
	}
	return text("Code", "code"), text("Message", "message"), text("EnglishMessage")
}
