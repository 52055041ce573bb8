package recordings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// mostLevels is how deep a file may nest. HAR needs eight levels, custom fields a few more.
const mostLevels = 200

// Read reads a HAR file of any producer. The name is for messages.
//
// It reads what developer tools and proxies write: a byte order mark, sizes and durations that are
// null, -1 or not there, lists that are not there, fields that HAR does not define. An error says
// what is wrong and where: the byte (counted from 1) where the file stops being JSON, or the field,
// such as log.entries[3].response.status; entries are counted from 0.
func Read(name string, r io.Reader) (*Archive, error) {
	source, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	a, err := parse(source)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	a.Name = name
	return a, nil
}

func parse(source []byte) (*Archive, error) {
	if bytes.HasPrefix(source, []byte("\xff\xfe")) || bytes.HasPrefix(source, []byte("\xfe\xff")) {
		return nil, errors.New("is UTF-16; HAR files are UTF-8")
	}
	text := bytes.TrimPrefix(source, []byte("\ufeff"))
	if err := checkSyntax(text, len(source)-len(text)); err != nil {
		return nil, err
	}
	if err := checkIsHAR(text); err != nil {
		return nil, err
	}
	a := new(Archive)
	if err := decodeStruct(reflect.ValueOf(a).Elem(), text, ""); err != nil {
		return nil, err
	}
	for i := range a.Log.Entries {
		if err := finish(&a.Log.Entries[i], fmt.Sprintf("log.entries[%d]", i)); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// finish checks what no entry can be without.
func finish(e *Entry, at string) error {
	switch {
	case e.Request.Method == "":
		return wrong(at+".request.method", "is missing")
	case e.Request.URL == "":
		return wrong(at+".request.url", "is missing")
	}
	return nil
}

// checkSyntax says whether the file is JSON of a reasonable depth, and where it stops being that.
// The first byte is at 1 + skipped.
func checkSyntax(source []byte, skipped int) error {
	if at := tooDeep(source); at >= 0 {
		return fmt.Errorf("nests more than %d levels deep at byte %d", mostLevels, at+1+skipped)
	}
	var syntax *json.SyntaxError
	var whole json.RawMessage
	err := json.Unmarshal(source, &whole)
	switch {
	case len(bytes.TrimSpace(source)) == 0:
		return errors.New("is empty")
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end"):
		return fmt.Errorf("ends in the middle, after byte %d", len(source)+skipped)
	case errors.As(err, &syntax):
		return fmt.Errorf("is not JSON: %v, at byte %d", syntax, syntax.Offset+int64(skipped))
	case err != nil:
		return err
	}
	for at := 0; at < len(source); {
		r, size := utf8.DecodeRune(source[at:])
		if r == utf8.RuneError && size == 1 {
			return fmt.Errorf("is not UTF-8 at byte %d", at+1+skipped)
		}
		at += size
	}
	return nil
}

// tooDeep returns the position of the bracket that opens one level too many, or -1.
func tooDeep(source []byte) int {
	level, inString := 0, false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case inString && c == '\\':
			i++ // the next one is escaped
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if level++; level > mostLevels {
				return i
			}
		case c == '}' || c == ']':
			level--
		}
	}
	return -1
}

// checkIsHAR says whether JSON is a HAR file of version 1, by its frame.
func checkIsHAR(source []byte) error {
	if kindOf(source) != "an object" {
		return fmt.Errorf("is JSON but not HAR: it is %s, not an object with a log", kindOf(source))
	}
	log, err := member(source, "log")
	if err != nil {
		return err
	}
	if kindOf(log) != "an object" {
		return fmt.Errorf("is JSON but not HAR: log must be an object, not %s", kindOf(log))
	}
	entries, err := member(log, "entries")
	if err != nil {
		return err
	}
	if kindOf(entries) != "an array" {
		return fmt.Errorf("is JSON but not HAR: log.entries must be an array, not %s", kindOf(entries))
	}
	raw, err := member(log, "version")
	if err != nil {
		return err
	}
	var version string
	// Files without a version are of version 1.1, says the specification.
	if raw != nil && json.Unmarshal(raw, &version) == nil && version != "" && !strings.HasPrefix(version, "1.") {
		return fmt.Errorf("is HAR of version %q; versions 1.1 to 1.3 can be read", version)
	}
	return nil
}

// member returns a member of an object, or nil.
func member(object json.RawMessage, name string) (value json.RawMessage, err error) {
	err = eachMember(object, func(other string, raw json.RawMessage) error {
		if other == name {
			value = raw
		}
		return nil
	})
	return value, err
}

// Write writes an archive as a HAR file that reads well in a diff: indented, nothing escaped that
// need not be, always the same bytes for the same archive. [Read] returns an equal archive.
// The error names the field that cannot be written.
func Write(w io.Writer, a *Archive) error {
	file, err := format(a)
	if err != nil {
		return fmt.Errorf("write %s: %w", a.Name, err)
	}
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("write %s: %w", a.Name, err)
	}
	return nil
}

func format(a *Archive) ([]byte, error) {
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
