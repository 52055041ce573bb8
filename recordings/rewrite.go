package recordings

import (
	"bytes"
	"encoding/json"
	"strings"
)

// looksLikeJSON says whether text is an object or a list as JSON.
func looksLikeJSON(text string) bool {
	text = strings.TrimPrefix(text, "\ufeff")
	start := strings.TrimLeft(text, " \t\r\n")
	return start != "" && (start[0] == '{' || start[0] == '[') && json.Valid([]byte(text))
}

// rewriter changes the texts and numbers of JSON and leaves every other byte as it is.
type rewriter struct {
	// name changes the name of a field.
	name func(name string) string
	// value changes a text or a number that stands below the given names, outermost first; the items
	// of a list stand below the name of the list. The result is a text. It says false to leave the
	// value as it is.
	value func(names []string, value string, isText bool) (string, bool)

	source  []byte
	decoder *json.Decoder
	names   []string
	out     bytes.Buffer
	copied  int // how much of the source is in out
	read    int // where the last token ended
}

// rewrite returns the changed JSON. The source is known to be JSON.
func (w *rewriter) rewrite(source string) string {
	mark := len(source) - len(strings.TrimPrefix(source, "\ufeff"))
	w.source = []byte(source[mark:])
	w.decoder = json.NewDecoder(bytes.NewReader(w.source))
	w.decoder.UseNumber()
	w.next()
	w.out.Write(w.source[w.copied:])
	return source[:mark] + w.out.String()
}

// token returns the next token and where it begins.
func (w *rewriter) token() (token json.Token, begin int) {
	begin = w.read
	for begin < len(w.source) && strings.IndexByte(" \t\r\n,:", w.source[begin]) >= 0 {
		begin++
	}
	token, _ = w.decoder.Token()
	w.read = int(w.decoder.InputOffset())
	return token, begin
}

// next rewrites one value.
func (w *rewriter) next() {
	token, begin := w.token()
	switch token := token.(type) {
	case json.Delim:
		for w.decoder.More() {
			if token == '[' {
				w.next()
				continue
			}
			name, at := w.token()
			text, _ := name.(string)
			if changed := w.name(text); changed != text {
				w.put(at, changed)
			}
			w.names = append(w.names, text)
			w.next()
			w.names = w.names[:len(w.names)-1]
		}
		w.token() // the closing bracket
	case string:
		if changed, ok := w.value(w.names, token, true); ok {
			w.put(begin, changed)
		}
	case json.Number:
		if changed, ok := w.value(w.names, token.String(), false); ok {
			w.put(begin, changed)
		}
	}
}

// put writes a text in place of the token that begins at the given position and has just been read.
func (w *rewriter) put(begin int, text string) {
	quoted, err := marshal(text)
	if err != nil {
		panic("recordings: quote a text: " + err.Error()) // a string has no way to fail
	}
	w.out.Write(w.source[w.copied:begin])
	w.out.Write(quoted)
	w.copied = w.read
}
