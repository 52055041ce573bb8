// Package jsontext reads and writes JSON as text, where encoding/json would decode too much, copy too much, or escape
// what need not be escaped.
package jsontext

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Marshal is json.Marshal without escapes for the sake of HTML.
func Marshal(value any) (json.RawMessage, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Quote writes a string as JSON, without escapes for the sake of HTML.
func Quote(text string) []byte {
	quoted, err := Marshal(text)
	if err != nil {
		panic("quote a string: " + err.Error()) // encoding a string cannot fail
	}
	return quoted
}

// Unquote decodes a JSON string.
func Unquote(quoted []byte) (text string, err error) {
	if len(quoted) >= 2 && bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	err = json.Unmarshal(quoted, &text)
	return text, err
}

// IsCompound reports whether a text is an object or an array, perhaps after a byte order mark.
func IsCompound(text string) bool {
	text = strings.TrimPrefix(text, "\ufeff")
	start := strings.TrimLeft(text, " \t\r\n")
	return start != "" && (start[0] == '{' || start[0] == '[') && json.Valid([]byte(text))
}

// SkipSpace returns the position of the first byte from at on that is no white space.
func SkipSpace(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
		at++
	}
	return at
}

// SkipValue returns where the value ends that begins at the given position: a string, a whole array or object, or
// anything else up to a byte that can follow a value. A value that nothing ends goes on to the end of the text.
func SkipValue(text []byte, at int) int {
	if at == len(text) {
		return at
	}
	switch text[at] {
	case '"', '\'': // apostrophes are not JSON, and clients write them
		return SkipString(text, at)
	case '{', '[':
		return skipCompound(text, at)
	}
	for at < len(text) && strings.IndexByte(",]} \n\t\r", text[at]) < 0 {
		at++
	}
	return at
}

func skipCompound(text []byte, at int) int {
	for depth := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			at = SkipString(text, at) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return len(text)
}

// SkipString returns where the string ends that begins with the quotation mark at the given position.
func SkipString(text []byte, at int) int {
	mark := text[at]
	for at++; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case mark:
			return at + 1
		}
	}
	return len(text)
}

// EachMember calls f with the members of an object, until f fails. The object is valid JSON.
func EachMember(object json.RawMessage, f func(name string, value json.RawMessage) error) error {
	for at := SkipSpace(object, 0) + 1; ; {
		at = SkipSpace(object, at)
		if object[at] == '}' {
			return nil
		}
		end := SkipValue(object, at)
		name, err := Unquote(object[at:end])
		if err != nil {
			return err
		}
		at = SkipSpace(object, SkipSpace(object, end)+1) // the colon
		end = SkipValue(object, at)
		if err := f(name, object[at:end]); err != nil {
			return err
		}
		at = skipComma(object, end)
	}
}

// EachItem calls f with the items of an array, until f fails. The array is valid JSON.
func EachItem(array json.RawMessage, f func(item json.RawMessage) error) error {
	for at := SkipSpace(array, 0) + 1; ; {
		at = SkipSpace(array, at)
		if array[at] == ']' {
			return nil
		}
		end := SkipValue(array, at)
		if err := f(array[at:end]); err != nil {
			return err
		}
		at = skipComma(array, end)
	}
}

func skipComma(text []byte, at int) int {
	at = SkipSpace(text, at)
	if text[at] == ',' {
		at++
	}
	return at
}

// EscapedUnit decodes the escape \uXXXX at the beginning of a text, one unit of UTF-16.
func EscapedUnit(text string) (unit uint64, ok bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	unit, err := strconv.ParseUint(text[2:6], 16, 16)
	return unit, err == nil
}
