package recordings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"unicode/utf8"
)

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
	some   bool
}

func (m *members) name(name, at string) error {
	if m.some {
		m.buffer.WriteByte(',')
	}
	m.some = true
	if err := encodeText(m.buffer, name, at); err != nil {
		return err
	}
	m.buffer.WriteByte(':')
	return nil
}

// isAbsent says whether a field holds what reading takes for granted when it is not there.
func isAbsent(v reflect.Value, f harField) bool {
	switch {
	case v.Kind() == reflect.Slice:
		return v.Len() == 0
	case f.unknown:
		return v.Float() == -1 // the optional ones are durations
	default:
		return v.IsZero()
	}
}

func encodeField(b *bytes.Buffer, v reflect.Value, f harField, at string) error {
	switch v.Kind() {
	case reflect.Struct:
		return encodeStruct(b, v, at)
	case reflect.Pointer:
		return encodeStruct(b, v.Elem(), at)
	case reflect.Slice:
		return encodeList(b, v, f, at)
	case reflect.String:
		text := v.String()
		if f.moment && text == "" {
			text = noMoment
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

func encodeList(b *bytes.Buffer, v reflect.Value, f harField, at string) error {
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
	value, err := marshal(text)
	if err != nil {
		return wrong(at, "%v", err)
	}
	b.Write(value)
	return nil
}
