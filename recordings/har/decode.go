package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// maxDepth is how deep a file may nest. HAR needs eight levels, custom fields a few more.
const maxDepth = 200

// Read reads a HAR file of any producer. The name is for messages.
//
// It reads what developer tools and proxies write: a byte order mark, sizes and durations that are
// null, -1 or not there, lists that are not there, fields that HAR does not define. An error says
// what is wrong and where: the byte (counted from 1) where the file stops being JSON, or the field,
// such as log.entries[3].response.status; entries are counted from 0.
func Read(name string, r io.Reader) (*Archive, error) {
	a, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	a.Name = name
	return a, nil
}

// Unmarshal reads a HAR file as [Read] does. Its errors do not name the file.
func Unmarshal(source []byte) (*Archive, error) { return read(bytes.NewReader(source)) }

func read(r io.Reader) (*Archive, error) {
	var entries []Entry
	a, err := readEach(r, func(e Entry) error {
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Log.Entries = entries
	return a, nil
}

// checkEntry checks the fields that every entry must have.
func checkEntry(e *Entry, at string) error {
	switch {
	case e.Request.Method == "":
		return wrong(at+".request.method", "is missing")
	case e.Request.URL == "":
		return wrong(at+".request.url", "is missing")
	}
	return nil
}

// checkVersion returns an error unless HAR of a version can be read. The specification says that files without a version are
// of version 1.1.
func checkVersion(raw json.RawMessage) error {
	var version string
	if json.Unmarshal(raw, &version) == nil && version != "" && !strings.HasPrefix(version, "1.") {
		return fmt.Errorf("is HAR of version %q; versions 1.1 to 1.3 can be read", version)
	}
	return nil
}

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
	v.SetZero() // a field may be given twice; the last one counts
	setUnknown(v)
	var text json.RawMessage
	err := jsontext.EachMember(raw, func(name string, value json.RawMessage) error {
		if name == "text" && kindOf(value) != "null" {
			text = value
		}
		return decodeMember(v, name, value, at)
	})
	restoreBytes(v, text)
	return err
}

// decodeMember reads a member of an object into its field of a HAR struct.
func decodeMember(v reflect.Value, name string, value json.RawMessage, at string) error {
	s := structOf(v.Type())
	i, ok := s.byName[name]
	switch {
	case !ok:
		return decodeCustom(v.Field(s.custom), name, value, at)
	case kindOf(value) == "null":
		return nil
	}
	return decodeField(v.Field(s.fields[i].index), s.fields[i], value, join(at, name))
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

// setUnknown sets numbers to -1 that are -1 unless the file says otherwise, in v and in the structs within it.
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

func decodeField(v reflect.Value, f field, raw json.RawMessage, at string) error {
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

func decodeList(v reflect.Value, f field, raw json.RawMessage, at string) error {
	if kindOf(raw) != "an array" {
		return wrong(at, "must be an array, not %s", kindOf(raw))
	}
	list := reflect.Zero(v.Type()) // an empty list and none are the same
	err := jsontext.EachItem(raw, func(item json.RawMessage) error {
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
func decodeText(v reflect.Value, f field, raw json.RawMessage, at string) error {
	text := string(raw)
	switch kindOf(raw) {
	case "a number":
	case "a string":
		var err error
		if text, err = jsontext.Unquote(raw); err != nil {
			return wrong(at, "%v", err)
		}
	default:
		return wrong(at, "must be a string, not %s", kindOf(raw))
	}
	if f.isTime && text == unknownTime {
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
