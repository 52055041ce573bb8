package redact

import (
	"bytes"
	"encoding/json"
)

// fields masks what stands under the secret names of a JSON text, in one pass, whatever else is
// broken. What was JSON stays JSON.
func fields(b []byte) []byte {
	var out []byte // nil until something is masked
	kept := 0      // how much of b is in out
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		quote := i
		_, end := text(b, i)
		colon := space(b, end)
		if colon == len(b) || b[colon] != ':' {
			i = end - 1
			continue
		}
		i = colon
		begin := space(b, colon+1)
		kind := kindOfField(b[quote:end])
		if begin == len(b) || kind == "" {
			continue
		}
		end = value(b, begin)
		if shown := fieldValue(kind, b[begin:end]); shown != nil {
			out = append(append(out, b[kept:begin]...), shown...)
			kept = end
		}
		i = end - 1
	}
	if out == nil {
		return b
	}
	return append(out, b[kept:]...)
}

// kindOfField is kindOf for a name as JSON writes it, with its quotes.
func kindOfField(raw []byte) string {
	name := raw[1 : len(raw)-1]
	if bytes.IndexByte(name, '\\') < 0 {
		return kindOf(name)
	}
	var decoded string
	if json.Unmarshal(raw, &decoded) != nil {
		return unreadable
	}
	return kindOf([]byte(decoded))
}

// fieldValue is what is shown instead of a raw value, a JSON string, or nil where nothing is to hide.
func fieldValue(kind string, raw []byte) []byte {
	switch string(raw) {
	case "", `""`, "null", "true", "false":
		return nil
	}
	if raw[0] == '"' && kind == callback {
		var address string
		if json.Unmarshal(raw, &address) == nil {
			if shown := Address(address); shown != address {
				return quoted(shown)
			}
			return nil
		}
	}
	if raw[0] == '"' {
		raw, _ = text(raw, 0)
	}
	return []byte(`"` + Placeholder(kind, string(raw)) + `"`)
}

// quoted writes a JSON string that keeps the angle brackets of placeholders readable.
func quoted(s string) []byte {
	var out bytes.Buffer
	plain := json.NewEncoder(&out)
	plain.SetEscapeHTML(false)
	_ = plain.Encode(s) // a string can always be encoded, a buffer always written
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// value returns where the value that begins at i ends: a string, a whole array or object, or
// anything else up to what can follow a value.
func value(b []byte, i int) (end int) {
	switch b[i] {
	case '"', '\'': // apostrophes are no JSON, and hold secrets all the same
		_, end = text(b, i)
		return end
	case '{', '[':
		return compound(b, i)
	}
	for end = i; end < len(b) && bytes.IndexByte([]byte(",]} \t\r\n"), b[end]) < 0; {
		end++
	}
	return end
}

// compound returns where the array or object that begins at i ends, the end of b if nothing closes it.
func compound(b []byte, i int) (end int) {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			_, end := text(b, i)
			i = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// text returns what stands between the quote at i and the next one like it, and where the rest begins.
func text(b []byte, i int) (inside []byte, rest int) {
	for j := i + 1; j < len(b); j++ {
		switch b[j] {
		case '\\':
			j++
		case b[i]:
			return b[i+1 : j], j + 1
		}
	}
	return b[i+1:], len(b)
}

// space returns where the next byte that is no white space is.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}
