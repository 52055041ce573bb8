package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// Write writes an archive as a HAR file that shows well in a diff: it is indented, escapes no more than it must, and is
// the same for equal archives. [Read] returns an equal archive. The error names the field that cannot be written.
func Write(w io.Writer, a *Archive) error {
	file, err := Marshal(a)
	if err != nil {
		return fmt.Errorf("write %s: %w", a.Name, err)
	}
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("write %s: %w", a.Name, err)
	}
	return nil
}

// Marshal returns the bytes that [Write] writes. Its errors do not name the file.
func Marshal(a *Archive) ([]byte, error) {
	var compact, b bytes.Buffer
	if err := encodeStruct(&compact, reflect.ValueOf(a).Elem(), ""); err != nil {
		return nil, err
	}
	if err := json.Indent(&b, compact.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// encodeStruct writes a HAR struct as compact JSON: its fields in the order of the specification,
// then the custom ones in the order of their names.
func encodeStruct(b *bytes.Buffer, v reflect.Value, at string) error {
	s := structOf(v.Type())
	w := members{buffer: b}
	b.WriteByte('{')
	for _, f := range s.fields {
		field := v.Field(f.index)
		if !f.required && isAbsent(field, f) {
			continue
		}
		if err := w.name(f.name, at); err != nil {
			return err
		}
		if err := encodeField(b, field, f, join(at, f.name)); err != nil {
			return err
		}
	}
	custom := v.Field(s.custom).Interface().(Custom)
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		if _, ok := s.byName[name]; ok {
			return wrong(join(at, name), "is no custom field")
		}
		value, err := canonical(custom[name])
		if err != nil {
			return wrong(join(at, name), "%v", err)
		}
		if err := w.name(name, at); err != nil {
			return err
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return nil
}

// members writes the names of an object's members and the commas between them.
type members struct {
	buffer *bytes.Buffer
	any    bool
}

func (m *members) name(name, at string) error {
	if m.any {
		m.buffer.WriteByte(',')
	}
	m.any = true
	if err := encodeText(m.buffer, name, at); err != nil {
		return err
	}
	m.buffer.WriteByte(':')
	return nil
}

// isAbsent reports whether a field holds the value that the reader assumes when the field is absent.
func isAbsent(v reflect.Value, f field) bool {
	switch {
	case v.Kind() == reflect.Slice:
		return v.Len() == 0
	case f.unknown:
		return v.Float() == -1 // the optional ones are durations
	default:
		return v.IsZero()
	}
}

func encodeField(b *bytes.Buffer, v reflect.Value, f field, at string) error {
	switch v.Kind() {
	case reflect.Struct:
		return encodeStruct(b, v, at)
	case reflect.Pointer:
		return encodeStruct(b, v.Elem(), at)
	case reflect.Slice:
		return encodeList(b, v, f, at)
	case reflect.String:
		text := v.String()
		if f.isTime && text == "" {
			text = unknownTime
		}
		return encodeText(b, text, at)
	default:
		value, err := json.Marshal(v.Interface())
		if err != nil {
			return wrong(at, "%v", err) // not a number, or infinite
		}
		b.Write(value)
		return nil
	}
}

func encodeList(b *bytes.Buffer, v reflect.Value, f field, at string) error {
	if f.sorted {
		v = sortedByName(v)
	}
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := encodeStruct(b, v.Index(i), fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func encodeText(b *bytes.Buffer, text, at string) error {
	if !utf8.ValidString(text) {
		return wrong(at, "is not UTF-8; a body that is not can be kept as base64")
	}
	value, err := jsontext.Marshal(text)
	if err != nil {
		return wrong(at, "%v", err)
	}
	b.Write(value)
	return nil
}

// canonical writes a JSON value in one way: compact, with sorted members, without needless escapes, and with the digits
// of the numbers as they are.
func canonical(raw json.RawMessage) (json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return jsontext.Marshal(value)
}
