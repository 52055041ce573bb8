package recordings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// fieldError says which field of a HAR file is wrong.
type fieldError struct {
	at     string // log.entries[3].response.status
	reason string
}

func (e *fieldError) Error() string { return e.at + ": " + e.reason }

func wrong(at, format string, args ...any) error {
	return &fieldError{at: at, reason: fmt.Sprintf(format, args...)}
}

// decodeStruct reads an object into a HAR struct. The JSON is known to be valid.
func decodeStruct(v reflect.Value, raw json.RawMessage, at string) error {
	if kindOf(raw) != "an object" {
		return wrong(at, "must be an object, not %s", kindOf(raw))
	}
	s := structOf(v.Type())
	v.SetZero() // a field may be given twice; the last one counts
	setUnknown(v)
	var text json.RawMessage
	err := eachMember(raw, func(name string, value json.RawMessage) error {
		i, ok := s.byName[name]
		if !ok {
			return decodeCustom(v.Field(s.custom), name, value, at)
		}
		if kindOf(value) == "null" {
			return nil
		}
		if name == "text" {
			text = value
		}
		return decodeField(v.Field(s.fields[i].index), s.fields[i], value, join(at, name))
	})
	mendBody(v, text)
	return err
}

// decodeCustom keeps a field that HAR does not define.
func decodeCustom(custom reflect.Value, name string, raw json.RawMessage, at string) error {
	value, err := canonical(raw)
	if err != nil {
		return wrong(join(at, name), "%v", err)
	}
	if custom.IsNil() {
		custom.Set(reflect.ValueOf(Custom{}))
	}
	custom.SetMapIndex(reflect.ValueOf(name), reflect.ValueOf(value))
	return nil
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// setUnknown sets the numbers that are -1 unless the file says otherwise, in v and in what it holds.
func setUnknown(v reflect.Value) {
	for _, f := range structOf(v.Type()).fields {
		switch field := v.Field(f.index); {
		case field.Kind() == reflect.Struct:
			setUnknown(field)
		case f.unknown && field.Kind() == reflect.Int64:
			field.SetInt(-1)
		case f.unknown:
			field.SetFloat(-1)
		}
	}
}

func decodeField(v reflect.Value, f harField, raw json.RawMessage, at string) error {
	switch v.Kind() {
	case reflect.Struct:
		return decodeStruct(v, raw, at)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeStruct(v.Elem(), raw, at)
	case reflect.Slice:
		return decodeList(v, f, raw, at)
	case reflect.String:
		return decodeText(v, f, raw, at)
	case reflect.Bool:
		if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
			return wrong(at, "must be true or false, not %s", kindOf(raw))
		}
		return nil
	default:
		return decodeNumber(v, raw, at)
	}
}

func decodeList(v reflect.Value, f harField, raw json.RawMessage, at string) error {
	if kindOf(raw) != "an array" {
		return wrong(at, "must be an array, not %s", kindOf(raw))
	}
	list := reflect.Zero(v.Type()) // an empty list and none are the same
	err := eachItem(raw, func(item json.RawMessage) error {
		i := list.Len()
		list = reflect.Append(list, reflect.Zero(v.Type().Elem()))
		return decodeStruct(list.Index(i), item, fmt.Sprintf("%s[%d]", at, i))
	})
	if err != nil {
		return err
	}
	if f.sorted && list.Len() > 0 {
		list = sortedByName(list)
	}
	v.Set(list)
	return nil
}

// decodeText reads a text. Some producers write numbers where texts belong.
func decodeText(v reflect.Value, f harField, raw json.RawMessage, at string) error {
	text := string(raw)
	switch kindOf(raw) {
	case "a number":
	case "a string":
		var err error
		if text, err = unquote(raw); err != nil {
			return wrong(at, "%v", err)
		}
	default:
		return wrong(at, "must be a string, not %s", kindOf(raw))
	}
	if f.moment && text == noMoment {
		text = ""
	}
	v.SetString(text)
	return nil
}

func decodeNumber(v reflect.Value, raw json.RawMessage, at string) error {
	if kindOf(raw) != "a number" {
		return wrong(at, "must be a number, not %s", kindOf(raw))
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil && v.Kind() == reflect.Int64 {
		v.SetInt(n)
		return nil
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return wrong(at, "must fit a 64-bit float")
	}
	if v.Kind() == reflect.Float64 {
		v.SetFloat(n)
		return nil
	}
	if n != math.Trunc(n) || math.Abs(n) >= 1<<63 {
		return wrong(at, "must be an integer of 64 bits")
	}
	v.SetInt(int64(n))
	return nil
}

// kindOf names the kind of a JSON value with its article.
func kindOf(raw json.RawMessage) string {
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if len(trimmed) == 0 {
		return "nothing"
	}
	switch trimmed[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

// canonical spells a JSON value in the one way in which it is kept: compact, members of objects
// sorted, nothing escaped that need not be, numbers with the digits they came with.
func canonical(raw json.RawMessage) (json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return marshal(value)
}

// marshal is json.Marshal without escapes for the sake of HTML.
func marshal(value any) (json.RawMessage, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
