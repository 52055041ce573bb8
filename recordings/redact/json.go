package redact

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// rewriter changes names and values of JSON, or of a text that was meant to be JSON, and leaves every other byte as it
// is.
type rewriter struct {
	// member returns the JSON that replaces the value of a member, or nil to look into the value. The name is as JSON
	// writes it, with its quotes; rest begins with the value. Nil looks into every value.
	member func(name, rest []byte) (replacement []byte, length int)
	// name returns the new name of a member, and value the new text of a text or a number that stand below the given
	// names, outermost first; the items of an array stand below the name of the array. The value of {"name":"a","value":1}
	// and that of [["a",1]] stand below a. Value returns false to leave it as it is. Either both or none of the two is nil.
	// If they are not nil, the JSON must be valid.
	name  func(names []string, name string) string
	value func(names []string, value string, isText bool) (string, bool)
}

// rewrite returns the changed JSON, or b itself if nothing is changed.
func (w rewriter) rewrite(b []byte) []byte {
	out := splice{source: b}
	var path jsonPath
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			end := jsontext.SkipString(b, i)
			if colon := jsontext.SkipSpace(b, end); colon < len(b) && b[colon] == ':' {
				i = w.rewriteMember(&out, &path, i, end, jsontext.SkipSpace(b, colon+1))
				continue
			}
			w.rewriteValue(&out, path, i, end)
			i = end
		case w.value != nil && (c == '-' || '0' <= c && c <= '9'):
			end := jsontext.SkipValue(b, i)
			w.rewriteValue(&out, path, i, end)
			i = end
		default:
			if w.value != nil {
				path.bracket(b, i)
			}
			i++
		}
	}
	return out.bytes()
}

// rewriteMember rewrites the name between two positions, and the value of the member if the whole value is replaced. It
// returns the position from which to go on.
func (w rewriter) rewriteMember(out *splice, path *jsonPath, begin, end, value int) int {
	if w.name != nil {
		name, _ := jsontext.Unquote(out.source[begin:end])
		if changed := w.name(path.outside(), name); changed != name {
			out.replace(begin, end, jsontext.Quote(changed))
		}
		path.member(name)
	}
	if w.member != nil && value < len(out.source) {
		if replacement, length := w.member(out.source[begin:end], out.source[value:]); replacement != nil {
			out.replace(value, value+length, replacement)
			return value + length
		}
	}
	return value
}

func (w rewriter) rewriteValue(out *splice, path jsonPath, begin, end int) {
	if w.value == nil {
		return
	}
	raw := out.source[begin:end]
	text, isText := string(raw), raw[0] == '"'
	if isText {
		text, _ = jsontext.Unquote(raw)
	}
	if changed, ok := w.value(path.names, text, isText); ok {
		out.replace(begin, end, jsontext.Quote(changed))
	}
}

// jsonPath is the names below which a value stands.
type jsonPath struct {
	names []string
	open  []openBracket
}

// openBracket is an array or an object in which a value stands.
type openBracket struct {
	outside int // how many names there are outside of it
	isArray bool
	called  string // what the object or the pair says its value is called
}

// maxNamed is how deep a value may stand that is called by a member or an item beside it.
const maxNamed = 50

func (p *jsonPath) bracket(b []byte, at int) {
	last := len(p.open) - 1
	switch c := b[at]; {
	case (c == '}' || c == ']') && last >= 0:
		p.names, p.open = p.names[:p.open[last].outside], p.open[:last]
	case c == '{':
		bracket := openBracket{outside: len(p.names)}
		if last < maxNamed {
			bracket.called = calledInObject(b[at:])
		}
		p.open = append(p.open, bracket)
	case c == '[':
		bracket := openBracket{outside: len(p.names), isArray: true}
		if last >= 0 && last < maxNamed && p.open[last].isArray {
			bracket.called = calledInPair(b[at:])
		}
		p.open = append(p.open, bracket)
		if bracket.called != "" {
			p.names = append(p.names, bracket.called)
		}
	}
}

// calledInObject returns what an object says its value is called, if that is a secret: password for {"name":"password"}.
func calledInObject(b []byte) (called string) {
	_ = jsontext.EachMember(b, func(name string, value json.RawMessage) error {
		if called == "" && isNameName(name) && value[0] == '"' {
			if text, err := jsontext.Unquote(value); err == nil && kindOf(text, true) != "" {
				called = text
			}
		}
		return nil
	})
	return called
}

// calledInPair is calledInObject for ["password",…], an array of two texts.
func calledInPair(b []byte) string {
	var items []json.RawMessage
	_ = jsontext.EachItem(b, func(item json.RawMessage) error {
		items = append(items, item)
		return nil
	})
	if len(items) != 2 || items[0][0] != '"' {
		return ""
	}
	if text, err := jsontext.Unquote(items[0]); err == nil && kindOf(text, true) != "" {
		return text
	}
	return ""
}

// outside returns the names below which the members of the innermost object stand.
func (p *jsonPath) outside() []string {
	if last := len(p.open) - 1; last >= 0 {
		return p.names[:p.open[last].outside]
	}
	return nil
}

func (p *jsonPath) member(name string) {
	if last := len(p.open) - 1; last >= 0 && p.open[last].called != "" && isValueName(name) {
		name = p.open[last].called
	}
	p.names = append(p.outside(), name)
}

// splice is a text in which parts are replaced, from its beginning to its end.
type splice struct {
	source []byte
	out    []byte // nil until something is replaced
	copied int    // how much of the source is in out
}

func (s *splice) replace(begin, end int, replacement []byte) {
	s.out = append(append(s.out, s.source[s.copied:begin]...), replacement...)
	s.copied = end
}

// bytes returns the text, the source itself if nothing is replaced.
func (s *splice) bytes() []byte {
	if s.out == nil {
		return s.source
	}
	return append(s.out, s.source[s.copied:]...)
}

// hideFields puts placeholders in place of the values of secret names. JSON stays JSON.
func hideFields(b []byte) []byte {
	return rewriter{member: func(name, rest []byte) ([]byte, int) {
		kind := hiddenField(name)
		if kind == "" {
			return nil, 0
		}
		length := jsontext.SkipValue(rest, 0)
		return hiddenValue(kind, rest[:length]), length
	}}.rewrite(b)
}

// hiddenField is hiddenKind for a name as JSON writes it, with its quotes.
func hiddenField(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return hiddenKind(raw[1 : len(raw)-1])
	}
	var name string
	if json.Unmarshal(raw, &name) != nil {
		return unreadable
	}
	return hiddenKind(name)
}

// hiddenValue returns the JSON string that is shown instead of a value, or nil for a value that need not be hidden.
func hiddenValue(kind string, raw []byte) []byte {
	switch string(raw) {
	case "", `""`, "null", "true", "false":
		return nil
	}
	if raw[0] == '"' && kind == callback {
		var address string
		if json.Unmarshal(raw, &address) == nil {
			if shown := Address(address); shown != address {
				return jsontext.Quote(shown)
			}
			return nil
		}
	}
	text := string(raw)
	if raw[0] == '"' {
		text = strings.TrimSuffix(text[1:], `"`)
	}
	return []byte(`"` + Placeholder(kind, text) + `"`)
}
