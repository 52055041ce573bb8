package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Changes lists the differences of two objects of decoded JSON: a line "+ PATH JSON" for each value that is new or another
// one, and a line "- PATH" for each that is missing.
func Changes(tb testing.TB, before, after map[string]any) []string {
	tb.Helper()
	return changes(tb, "", before, after)
}

func changes(tb testing.TB, path string, before, after map[string]any) []string {
	tb.Helper()
	var lines []string
	keys := map[string]any{}
	maps.Copy(keys, before)
	maps.Copy(keys, after)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		old, was := before[key]
		value, is := after[key]
		oldObject, _ := old.(map[string]any)
		object, isObject := value.(map[string]any)
		switch {
		case cmp.Equal(old, value) && was == is:
		case isObject && (oldObject != nil || path == ""):
			lines = append(lines, changes(tb, path+key+".", oldObject, object)...)
		case !is && path == "" && oldObject != nil:
			lines = append(lines, changes(tb, path+key+".", oldObject, nil)...)
		case !is:
			lines = append(lines, "- "+path+key)
		default:
			lines = append(lines, fmt.Sprintf("+ %s%s %s", path, key, encode(tb, value)))
		}
	}
	return lines
}

func encode(tb testing.TB, v any) string {
	tb.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
