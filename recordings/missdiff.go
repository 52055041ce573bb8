package recordings

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// decoded is a JSON text that is known to be one.
func decoded(text string) (v any) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&v)
	return v
}

// diff describes what is different, each place in a line for the recording and one for the request.
func diff(recorded, requested requestView) string {
	var b strings.Builder
	writeDiff(&b, "", decoded(jsonOf(recorded)), decoded(jsonOf(requested)))
	return b.String()
}

// jsonOf is the text of a value that can be JSON: what was decoded from it, or a requestView.
func jsonOf(value any) string {
	text, _ := marshal(value)
	return string(text)
}

// absent stands for what only the other request has.
type absent struct{}

func (absent) MarshalJSON() ([]byte, error) { return nil, errors.New("there is nothing") }

func writeDiff(b *strings.Builder, place string, recorded, requested any) {
	switch x := recorded.(type) {
	case map[string]any:
		if y, ok := requested.(map[string]any); ok {
			all := maps.Clone(x)
			maps.Copy(all, y)
			for _, name := range slices.Sorted(maps.Keys(all)) {
				writeDiff(b, strings.TrimPrefix(place+"."+name, "."), valueOf(x, name), valueOf(y, name))
			}
			return
		}
	case []any:
		if y, ok := requested.([]any); ok {
			for i := range max(len(x), len(y)) {
				writeDiff(b, fmt.Sprintf("%s[%d]", place, i), itemOf(x, i), itemOf(y, i))
			}
			return
		}
	}
	if jsonOf(recorded) != jsonOf(requested) {
		writeSide(b, "-", place, recorded)
		writeSide(b, "+", place, requested)
	}
}

func writeSide(b *strings.Builder, sign, place string, value any) {
	if value != (absent{}) {
		fmt.Fprintf(b, "%s %s: %s\n", sign, place, jsonOf(value))
	}
}

func valueOf(object map[string]any, name string) any {
	if value, ok := object[name]; ok {
		return value
	}
	return absent{}
}

func itemOf(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return absent{}
}
