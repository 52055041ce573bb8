package contracts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// mostLevels is how deep JSON may nest. No documented body nests a tenth as deep; a deeper one is
// an attack or a mistake, and must not cost stack or time.
const mostLevels = 100

// decodeJSON reads a body as encoding/json does, but keeps the digits of numbers and reports what
// encoding/json overlooks. If the body is not readable, one violation says why. If it is, the
// violations are the fields that are given more than once; the last one counts.
func decodeJSON(body []byte) (value any, violations []Violation, readable bool) {
	if bytes.HasPrefix(body, []byte("\ufeff")) {
		return nil, unreadable("must be JSON without a byte order mark"), false
	}
	if !utf8.Valid(body) {
		return nil, unreadable(fmt.Sprintf("must be UTF-8, which byte %d is not", firstInvalid(body))), false
	}
	r := reader{decoder: json.NewDecoder(bytes.NewReader(body))}
	r.decoder.UseNumber()
	value, err := r.value()
	if err != nil {
		return nil, unreadable(r.explain(err)), false
	}
	end := r.decoder.InputOffset()
	if _, err := r.decoder.Token(); err != io.EOF {
		return nil, unreadable(fmt.Sprintf("must end after its JSON, at byte %d", end)), false
	}
	return value, r.duplicates, true
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

var errTooDeep = errors.New("nests too deep")

// reader builds a value from the tokens of a decoder.
type reader struct {
	decoder    *json.Decoder
	path       []step // where the next value stands
	duplicates []Violation
}

// step is one level of a path: a key, or an index where key is empty and the level is a list.
type step struct {
	key   string
	index int
	list  bool
}

func (r *reader) explain(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errTooDeep):
		return fmt.Sprintf("must nest at most %d levels deep", mostLevels)
	case errors.As(err, &syntax):
		return fmt.Sprintf("must be JSON: %v, at byte %d", syntax, syntax.Offset)
	default: // io.EOF or io.ErrUnexpectedEOF
		return "must be JSON: it ends too early"
	}
}

func (r *reader) value() (any, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	delimiter, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if len(r.path) == mostLevels {
		return nil, errTooDeep
	}
	var nested any
	if delimiter == '{' {
		nested, err = r.object()
	} else {
		nested, err = r.list()
	}
	if err != nil {
		return nil, err
	}
	_, err = r.decoder.Token() // the closing bracket
	return nested, err
}

func (r *reader) object() (map[string]any, error) {
	object := map[string]any{}
	level := len(r.path)
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string) // the decoder accepts nothing else
		r.path = append(r.path, step{key: key})
		if _, twice := object[key]; twice {
			r.duplicates = append(r.duplicates, duplicate(r.keys()))
		}
		if object[key], err = r.value(); err != nil {
			return nil, err
		}
		r.path = r.path[:level]
	}
	return object, nil
}

func (r *reader) list() ([]any, error) {
	list := []any{}
	level := len(r.path)
	for r.decoder.More() {
		r.path = append(r.path, step{index: len(list), list: true})
		value, err := r.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		r.path = r.path[:level]
	}
	return list, nil
}

// keys writes the path as the keys of a JSON pointer.
func (r *reader) keys() []string {
	keys := make([]string, 0, len(r.path))
	for _, s := range r.path {
		if s.list {
			s.key = strconv.Itoa(s.index)
		}
		keys = append(keys, s.key)
	}
	return keys
}
