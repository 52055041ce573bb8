package recordings

import (
	"bytes"
	"encoding/json"
	"strings"
)

// These functions take JSON apart that is known to be JSON. They copy nothing, and look at each byte
// once a level: encoding/json would check every level of a file again.

// eachMember calls f with the members of an object, until f fails.
func eachMember(object json.RawMessage, f func(name string, value json.RawMessage) error) error {
	for at := skipSpace(object, 0) + 1; ; {
		at = skipSpace(object, at)
		if object[at] == '}' {
			return nil
		}
		end := skipValue(object, at)
		name, err := unquote(object[at:end])
		if err != nil {
			return err
		}
		at = skipSpace(object, skipSpace(object, end)+1) // the colon
		end = skipValue(object, at)
		if err := f(name, object[at:end]); err != nil {
			return err
		}
		at = skipComma(object, end)
	}
}

// eachItem calls f with the items of a list, until f fails.
func eachItem(list json.RawMessage, f func(item json.RawMessage) error) error {
	for at := skipSpace(list, 0) + 1; ; {
		at = skipSpace(list, at)
		if list[at] == ']' {
			return nil
		}
		end := skipValue(list, at)
		if err := f(list[at:end]); err != nil {
			return err
		}
		at = skipComma(list, end)
	}
}

func skipSpace(text []byte, at int) int {
	for text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r' {
		at++
	}
	return at
}

func skipComma(text []byte, at int) int {
	at = skipSpace(text, at)
	if text[at] == ',' {
		at++
	}
	return at
}

// skipValue returns where the value ends that begins at the given position.
func skipValue(text []byte, at int) int {
	switch text[at] {
	case '"':
		return skipString(text, at)
	case '{', '[':
		for level := 0; ; at++ {
			switch text[at] {
			case '"':
				at = skipString(text, at) - 1
			case '{', '[':
				level++
			case '}', ']':
				if level--; level == 0 {
					return at + 1
				}
			}
		}
	default: // a number, true, false, null
		for at < len(text) && strings.IndexByte(",]} \n\t\r", text[at]) < 0 {
			at++
		}
		return at
	}
}

func skipString(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// unquote decodes a string.
func unquote(quoted json.RawMessage) (text string, err error) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	err = json.Unmarshal(quoted, &text)
	return text, err
}
