package contracts

import (
	"strconv"
	"strings"

	"github.com/go-openapi/jsonpointer"
)

// Pointer writes names of fields and indices of lists as a JSON pointer (RFC 6901). No names at all lead to the whole document: "".
func Pointer(path ...string) string {
	var p strings.Builder
	for _, key := range path {
		p.WriteByte('/')
		p.WriteString(jsonpointer.Escape(key))
	}
	return p.String()
}

// SplitPointer returns the names and indices of a JSON pointer. It is the reverse of Pointer; the slash at the beginning may be missing.
func SplitPointer(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, part := range parts {
		parts[i] = jsonpointer.Unescape(part)
	}
	return parts
}

// DecodeJSON reads JSON into maps, lists, texts and so on, with numbers as json.Number, which keeps their digits. It says false
// if the text does not begin with a JSON value.
func DecodeJSON(text []byte) (value any, ok bool) {
	err := newDecoder(text).Decode(&value)
	return value, err == nil
}

// ValueAt returns the value in a document of maps and lists that the path leads to, and whether there is one.
func ValueAt(document any, path ...string) (value any, ok bool) {
	for _, key := range path {
		switch holder := document.(type) {
		case map[string]any:
			if document, ok = holder[key]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(holder) {
				return nil, false
			}
			document = holder[i]
		default:
			return nil, false
		}
	}
	return document, true
}
