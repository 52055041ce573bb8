package contracts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxLevels is how deep JSON may nest. Documented bodies nest less than a tenth as deep. A deeper body is
// an attack or a mistake, and must not cost stack or time.
const maxLevels = 100

// parseJSON reads a body as encoding/json does, but keeps the digits of numbers and reports mistakes that
// encoding/json overlooks. If the body is not readable, one violation says why. Otherwise the
// violations are the fields that are given more than once, of which the last one counts.
func parseJSON(body []byte) (value any, violations []Violation, readable bool) {
	if bytes.HasPrefix(body, []byte("\ufeff")) {
		return nil, unreadable("must be JSON without a byte order mark"), false
	}
	if !utf8.Valid(body) {
		return nil, unreadable(fmt.Sprintf("must be UTF-8, which byte %d is not", firstInvalid(body))), false
	}
	depth, names := scan(body)
	if depth > maxLevels {
		return nil, unreadable(fmt.Sprintf("must nest at most %d levels deep", maxLevels)), false
	}
	decoder := newDecoder(body)
	if err := decoder.Decode(&value); err != nil {
		return nil, unreadable(explainSyntax(err)), false
	}
	end := decoder.InputOffset()
	if _, err := decoder.Token(); err != io.EOF {
		return nil, unreadable(fmt.Sprintf("must end after its JSON, at byte %d", end)), false
	}
	if names != countNames(value) {
		violations = duplicates(body)
	}
	if at := halfPair(body); at > 0 {
		violations = append(violations, Violation{In: InBody, Rule: ruleUnicode,
			Reason: fmt.Sprintf("must have no escape of half a surrogate pair, as at byte %d", at), Found: string(body[at-1 : at+5])})
	}
	return value, violations, true
}

func newDecoder(body []byte) *json.Decoder {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	return decoder
}

func explainSyntax(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("must be JSON: %v, at byte %d", syntax, syntax.Offset)
	}
	return "must be JSON: it ends too early" // io.EOF or io.ErrUnexpectedEOF
}

// scan counts the levels of nesting and the names of fields in what may be JSON.
func scan(body []byte) (depth, names int) {
	level, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++ // the next byte is escaped
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			level++
			depth = max(depth, level)
		case c == '}' || c == ']':
			level--
		case c == ':':
			names++
		}
	}
	return depth, names
}

// countNames counts the names of fields in a decoded value. There are fewer than in the text if some are
// given twice.
func countNames(value any) int {
	n := 0
	switch value := value.(type) {
	case map[string]any:
		n = len(value)
		for _, v := range value {
			n += countNames(v)
		}
	case []any:
		for _, v := range value {
			n += countNames(v)
		}
	}
	return n
}

// halfPair returns the position, counted from 1, of the first escape such as \ud800 that is not one of a pair; 0 when there
// is none. The body must be JSON. encoding/json reads such an escape as U+FFFD without a word.
func halfPair(body []byte) int {
	escape := func(at int) rune { // of the escape that begins there
		if at+6 > len(body) || body[at] != '\\' || body[at+1] != 'u' {
			return 0
		}
		code, err := strconv.ParseUint(string(body[at+2:at+6]), 16, 16)
		if err != nil {
			return 0
		}
		return rune(code)
	}
	for at := 0; ; {
		next := bytes.IndexByte(body[at:], '\\')
		if next < 0 {
			return 0
		}
		at += next
		switch first := escape(at); {
		case !utf16.IsSurrogate(first):
			at += 2 // the next byte is escaped
		case utf16.DecodeRune(first, escape(at+6)) == utf8.RuneError:
			return at + 1
		default:
			at += 12
		}
	}
}

// firstInvalid returns the position, counted from 1, of the first byte that is not UTF-8.
func firstInvalid(body []byte) int {
	for at := 0; at < len(body); {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size == 1 {
			return at + 1
		}
		at += size
	}
	return 0
}

// duplicates finds the fields that are given more than once. The body must be JSON. It reads
// token by token, which is slow, and is called only for a body with duplicates.
func duplicates(body []byte) []Violation {
	r := reader{decoder: newDecoder(body)}
	r.value()
	return r.found
}

// reader reads the tokens of JSON and notes duplicates.
type reader struct {
	decoder *json.Decoder
	path    []string // where the next value stands
	found   []Violation
}

func (r *reader) value() {
	token, _ := r.decoder.Token()
	switch token {
	case json.Delim('{'):
		r.object()
	case json.Delim('['):
		r.list()
	default:
		return
	}
	r.decoder.Token() // the closing bracket
}

func (r *reader) object() {
	seen := map[any]bool{}
	for r.decoder.More() {
		name, _ := r.decoder.Token()
		r.path = append(r.path, fmt.Sprint(name))
		if seen[name] {
			r.found = append(r.found, duplicate(r.path))
		}
		seen[name] = true
		r.value()
		r.path = r.path[:len(r.path)-1]
	}
}

func (r *reader) list() {
	for i := 0; r.decoder.More(); i++ {
		r.path = append(r.path, strconv.Itoa(i))
		r.value()
		r.path = r.path[:len(r.path)-1]
	}
}
