package har

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// ReadEach reads a HAR file as [Read] does, but calls f with one entry after the other, so that the entries need not be in
// memory together. It stops when f fails. The archive that it returns has no entries.
func ReadEach(name string, r io.Reader, f func(Entry) error) (*Archive, error) {
	a, err := readEach(r, f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	a.Name = name
	return a, nil
}

// stream reads a HAR file member by member.
type stream struct {
	text    *checkedReader
	skipped int64 // bytes before those that the decoder gets
	decoder *json.Decoder
	archive *Archive
	entry   func(Entry) error
	hasLog  bool
	entries string // the kind of log.entries: "nothing" if there is no such member
}

func readEach(r io.Reader, f func(Entry) error) (*Archive, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	text := &checkedReader{source: buffered}
	isObject, err := text.begin()
	if err != nil {
		return nil, err
	}
	s := &stream{text: text, decoder: json.NewDecoder(text), archive: new(Archive), entry: f, entries: "nothing"}
	s.skipped = text.read
	setUnknown(reflect.ValueOf(s.archive).Elem())
	if !isObject {
		value, err := s.value()
		if err == nil {
			err = s.end()
		}
		if err == nil {
			err = fmt.Errorf("is JSON but not HAR: it is %s, not an object with a log", kindOf(value))
		}
		return nil, err
	}
	if err := s.file(); err != nil {
		return nil, err
	}
	return s.archive, s.end()
}

// file reads the outer object, whose bracket is the next token.
func (s *stream) file() error {
	if _, err := s.token(); err != nil {
		return err
	}
	err := s.members(reflect.ValueOf(s.archive).Elem(), "", "log", s.log)
	switch {
	case err != nil:
		return err
	case !s.hasLog:
		return errors.New("is JSON but not HAR: log must be an object, not nothing")
	case s.entries != "an array":
		return fmt.Errorf("is JSON but not HAR: log.entries must be an array, not %s", s.entries)
	}
	return nil
}

func (s *stream) log() error {
	if s.hasLog {
		return wrong("log", "stands twice")
	}
	s.hasLog = true
	token, err := s.token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return fmt.Errorf("is JSON but not HAR: log must be an object, not %s", kindOfToken(token))
	}
	return s.members(reflect.ValueOf(&s.archive.Log).Elem(), "log", "entries", s.list)
}

// list reads log.entries.
func (s *stream) list() error {
	if s.entries != "nothing" {
		return wrong("log.entries", "stands twice")
	}
	token, err := s.token()
	if err != nil {
		return err
	}
	s.entries = kindOfToken(token)
	if token != json.Delim('[') {
		return fmt.Errorf("is JSON but not HAR: log.entries must be an array, not %s", s.entries)
	}
	for i := 0; s.decoder.More(); i++ {
		value, err := s.value()
		if err != nil {
			return err
		}
		var e Entry
		at := fmt.Sprintf("log.entries[%d]", i)
		if err := decodeStruct(reflect.ValueOf(&e).Elem(), value, at); err != nil {
			return err
		}
		if err := checkEntry(&e, at); err != nil {
			return err
		}
		if err := s.entry(e); err != nil {
			return err
		}
	}
	_, err = s.token()
	return err
}

// members reads the members of an object into a HAR struct, except for one, and the bracket after them.
func (s *stream) members(v reflect.Value, at, except string, read func() error) error {
	for s.decoder.More() {
		name, err := s.token()
		if err != nil {
			return err
		}
		if name == except {
			if err := read(); err != nil {
				return err
			}
			continue
		}
		value, err := s.value()
		if err != nil {
			return err
		}
		if err := decodeMember(v, name.(string), value, at); err != nil { // the names of an object are strings
			return err
		}
		if at == "log" && name == "version" {
			if err := checkVersion(value); err != nil {
				return err
			}
		}
	}
	_, err := s.token()
	return err
}

func (s *stream) token() (json.Token, error) {
	token, err := s.decoder.Token()
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return nil, s.notJSON(syntax, 1)
	}
	return token, s.broken(err)
}

// value reads the next value as it stands.
func (s *stream) value() (value json.RawMessage, err error) {
	err = s.decoder.Decode(&value)
	syntax := (*json.SyntaxError)(nil)
	switch {
	case !errors.As(err, &syntax):
		return value, s.broken(err)
	case strings.HasPrefix(syntax.Error(), "expected "): // something before the value
		return nil, s.notJSON(syntax, 1)
	}
	rest, _ := io.ReadAll(s.decoder.Buffered()) // from the beginning of the value on; it is in memory
	_ = errors.As(json.Unmarshal(rest, &value), &syntax)
	return nil, s.notJSON(syntax, syntax.Offset)
}

// notJSON is the error of a wrong byte, counted from where the decoder is.
func (s *stream) notJSON(syntax *json.SyntaxError, after int64) error {
	return fmt.Errorf("is not JSON: %v, at byte %d", syntax, s.skipped+s.decoder.InputOffset()+after)
}

// broken says where a file ends too early.
func (s *stream) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("ends in the middle, after byte %d", s.text.read)
	}
	return err
}

// end returns an error if something follows the outer value.
func (s *stream) end() error {
	rest := bufio.NewReader(io.MultiReader(s.decoder.Buffered(), s.text))
	for at := s.skipped + s.decoder.InputOffset(); ; at++ {
		c, err := rest.ReadByte()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case !strings.ContainsRune(" \t\r\n", rune(c)):
			return fmt.Errorf("is not JSON: invalid character %q after top-level value, at byte %d", rune(c), at+1)
		}
	}
}

// kindOfToken names the kind of the value that a token begins, as kindOf does.
func kindOfToken(token json.Token) string {
	if delim, ok := token.(json.Delim); ok {
		return kindOf(json.RawMessage(delim.String()))
	}
	text, _ := json.Marshal(token) // a string, a number, a boolean or null
	return kindOf(text)
}

// checkedReader passes on a text that is UTF-8 and does not nest too deep, and counts its bytes.
type checkedReader struct {
	source   *bufio.Reader
	read     int64 // bytes so far
	partial  []byte
	level    int
	inString bool
	escaped  bool
	err      error
}

// begin skips a byte order mark and white space. It reports whether an object follows.
func (r *checkedReader) begin() (isObject bool, err error) {
	first, err := r.source.Peek(3)
	if err != nil && err != io.EOF {
		return false, err
	}
	switch {
	case bytes.HasPrefix(first, []byte("\xff\xfe")), bytes.HasPrefix(first, []byte("\xfe\xff")):
		return false, errors.New("is UTF-16; HAR files are UTF-8")
	case string(first) == "\ufeff":
		n, _ := r.source.Discard(len(first)) // they have been read
		r.read += int64(n)
	}
	for {
		c, err := r.source.ReadByte()
		switch {
		case err == io.EOF:
			return false, errors.New("is empty")
		case err != nil:
			return false, err
		case !strings.ContainsRune(" \t\r\n", rune(c)):
			return c == '{', r.source.UnreadByte()
		}
		r.read++
	}
}

// Read returns the bytes before a fault first.
func (r *checkedReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.source.Read(p)
	r.err = err
	for i, c := range p[:n] {
		if fault := r.check(c); fault != nil {
			r.err = fault
			return i, nil
		}
		r.read++
	}
	if err == io.EOF && len(r.partial) > 0 {
		r.err = r.notUTF8()
	}
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// check returns an error if the next byte makes the text one that is not read.
func (r *checkedReader) check(c byte) error {
	if c >= utf8.RuneSelf || len(r.partial) > 0 {
		r.partial = append(r.partial, c)
		if !utf8.FullRune(r.partial) {
			return nil
		}
		if decoded, size := utf8.DecodeRune(r.partial); decoded == utf8.RuneError && size == 1 {
			r.partial = r.partial[:len(r.partial)-1]
			return r.notUTF8()
		}
		r.partial = r.partial[:0]
		return nil
	}
	switch {
	case r.escaped:
		r.escaped = false
	case r.inString && c == '\\':
		r.escaped = true
	case c == '"':
		r.inString = !r.inString
	case r.inString:
	case c == '{' || c == '[':
		if r.level++; r.level > maxDepth {
			return fmt.Errorf("nests more than %d levels deep at byte %d", maxDepth, r.read+1)
		}
	case c == '}' || c == ']':
		r.level--
	}
	return nil
}

// notUTF8 is the error of a rune of which some bytes have been read.
func (r *checkedReader) notUTF8() error {
	return fmt.Errorf("is not UTF-8 at byte %d", r.read+1-int64(len(r.partial)))
}
