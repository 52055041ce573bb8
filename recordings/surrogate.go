package recordings

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// mendBody repairs a body in which mitmproxy has hidden bytes that are not UTF-8: as the low
// surrogates U+DC80 to U+DCFF, which are no characters and which encoding/json therefore replaces.
func mendBody(v reflect.Value, raw json.RawMessage) {
	switch part := v.Addr().Interface().(type) {
	case *Content:
		if body, ok := hiddenBytes(raw); ok {
			size := part.Size // as the producer counts
			part.setBody(body)
			part.Size = size
		}
	case *PostData:
		if body, ok := hiddenBytes(raw); ok {
			part.setBody(body)
		}
	}
}

// hiddenBytes decodes a JSON string that has bytes hidden in it. It says false if it has none.
func hiddenBytes(raw json.RawMessage) (body []byte, ok bool) {
	if !strings.HasPrefix(string(raw), `"`) || !strings.Contains(strings.ToLower(string(raw)), `\udc`) {
		return nil, false
	}
	text, done := string(raw[1:len(raw)-1]), 0
	for i := 0; i < len(text); {
		unit, escaped := escapedUnit(text[i:])
		switch {
		case !escaped && text[i] == '\\':
			i += 2
		case !escaped:
			i++
		case unit >= 0xd800 && unit < 0xdc00 && startsLow(text[i+6:]):
			i += 12 // a pair is one character
		case unit >= 0xdc80 && unit <= 0xdcff:
			body = append(body, unescape(text[done:i])...)
			body = append(body, byte(unit))
			i += 6
			done, ok = i, true
		default:
			i += 6
		}
	}
	return append(body, unescape(text[done:])...), ok
}

// escapedUnit decodes the escape \uXXXX at the beginning of the text.
func escapedUnit(text string) (uint64, bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	unit, err := strconv.ParseUint(text[2:6], 16, 16)
	return unit, err == nil
}

func startsLow(text string) bool {
	unit, ok := escapedUnit(text)
	return ok && unit >= 0xdc00 && unit < 0xe000
}

// unescape decodes a part of a JSON string.
func unescape(part string) (text string) {
	_ = json.Unmarshal([]byte(`"`+part+`"`), &text) // it is part of JSON that has been checked
	return text
}
