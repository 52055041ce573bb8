package verify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/internal/excerpt"
)

// givenValues are the values that every scenario has: two users, the platform, and two values that are new in each run, for
// names that do not exist yet: run is a text, digits a number of 12 digits. ${sign:Upload} is a CME signature of the user for that
// action.
var givenValues = []string{"user", "other", "platform", "run", "digits"}

var placeholder = regexp.MustCompile(`\$\{([^}]+)\}`)

// fill replaces ${names} in all texts of a value. A text that consists of one ${name} becomes the value itself, with its type.
func fill(template any, of func(name string) (any, error)) (any, error) {
	switch template := template.(type) {
	case string:
		return fillText(template, of)
	case map[string]any:
		filled := make(map[string]any, len(template))
		for key, value := range template {
			v, err := fill(value, of)
			if err != nil {
				return nil, err
			}
			filled[key] = v
		}
		return filled, nil
	case map[string][]any:
		filled := make(map[string]any, len(template))
		for key, values := range template {
			filled[key] = values
		}
		return fill(filled, of)
	case []any:
		filled := make([]any, len(template))
		for i, value := range template {
			v, err := fill(value, of)
			if err != nil {
				return nil, err
			}
			filled[i] = v
		}
		return filled, nil
	default:
		return template, nil
	}
}

func fillText(text string, of func(name string) (any, error)) (any, error) {
	if m := placeholder.FindStringSubmatch(text); m != nil && m[0] == text {
		return of(m[1])
	}
	var failed error
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		v, err := of(found[2 : len(found)-1])
		if err != nil {
			failed = err
		}
		return plainText(v)
	})
	return filled, failed
}

func toAny(texts map[string]string) map[string]any {
	all := make(map[string]any, len(texts))
	for k, v := range texts {
		all[k] = v
	}
	return all
}

// plainText returns a value as a query has it: a text without quotes, anything else as JSON.
func plainText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	written, _ := json.Marshal(v) // from JSON or YAML
	return string(written)
}

// sameValue compares a value of a scenario with one of a response, as JSON.
func sameValue(want, got any) bool {
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	return string(a) == string(b)
}

// find returns the first value that one of the pointers, divided by " or ", leads to. * is any item of a list, and ** any number
// of names and items.
func find(root any, pointers string) (any, bool) {
	if all := findAll(root, pointers); len(all) > 0 {
		return all[0], true
	}
	return nil, false
}

func findAll(root any, pointers string) []any {
	for one := range strings.SplitSeq(pointers, " or ") {
		if found := follow(root, contracts.SplitPointer(one)); len(found) > 0 {
			return found
		}
	}
	return nil
}

func follow(at any, path []string) []any {
	if len(path) == 0 {
		return []any{at}
	}
	if path[0] == "**" {
		return anywhere(at, path[1:])
	}
	var found []any
	switch at := at.(type) {
	case map[string]any:
		if below, ok := at[path[0]]; ok {
			found = follow(below, path[1:])
		}
	case []any:
		if path[0] == "*" {
			for _, below := range at {
				found = append(found, follow(below, path[1:])...)
			}
		} else if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(at) {
			found = follow(at[i], path[1:])
		}
	}
	return found
}

// anywhere follows a path from a value and from each value below it.
func anywhere(at any, path []string) []any {
	found := follow(at, path)
	switch at := at.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(at)) {
			found = append(found, anywhere(at[name], path)...)
		}
	case []any:
		for _, below := range at {
			found = append(found, anywhere(below, path)...)
		}
	}
	return found
}

// compareValues orders times, numbers and texts. Values of other kinds have no order, and are all the same.
func compareValues(a, b any) int {
	if a, ok := a.(string); ok {
		b, _ := b.(string)
		at, err := time.Parse(time.RFC3339, a)
		bt, other := time.Parse(time.RFC3339, b)
		if err == nil && other == nil {
			return at.Compare(bt)
		}
		return cmp.Compare(a, b)
	}
	x, _ := strconv.ParseFloat(plainText(a), 64)
	y, _ := strconv.ParseFloat(plainText(b), 64)
	return cmp.Compare(x, y)
}

// mentions says whether the value is at, or anywhere below it.
func mentions(at, value any) bool {
	switch inside := at.(type) {
	case map[string]any:
		for _, below := range inside {
			if mentions(below, value) {
				return true
			}
		}
	case []any:
		if slices.ContainsFunc(inside, func(below any) bool { return mentions(below, value) }) {
			return true
		}
	}
	return sameValue(value, at)
}

// described shows a value of a scenario in a line.
func described(value any) string { return fmt.Sprint(excerpt.Value(nil, normal(value))) }

// normal gives a value of YAML the types that JSON has.
func normal(value any) any {
	written, _ := json.Marshal(value)
	v, _ := contracts.DecodeJSON(written)
	return v
}
