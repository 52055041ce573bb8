package fake

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// without returns a request, as JSON, without the fields that the pointers lead to. Real services
// ignore fields they do not know; encoding/json would take "tags" for "Tags". What is no JSON
// comes back as it is.
func without(body []byte, pointers []string) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var root any
	if decoder.Decode(&root) != nil {
		return body
	}
	for _, p := range pointers {
		remove(root, strings.Split(strings.TrimPrefix(p, "/"), "/"))
	}
	cleaned, err := encode(root)
	if err != nil {
		return body
	}
	return cleaned
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

var unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")

func remove(node any, path []string) {
	name := unescapePointer.Replace(path[0])
	switch v := node.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(v, name)
			return
		}
		remove(v[name], path[1:])
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(v) && len(path) > 1 {
			remove(v[i], path[1:])
		}
	}
}
