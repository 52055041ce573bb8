package redact

import (
	"regexp"
	"strings"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// pairShape is a way to write a name and its value in running text. Its groups are what stands before the value, the name, and
// the value.
type pairShape struct {
	mark  string // stands in every such text
	shape *regexp.Regexp
}

var pairShapes = []pairShape{
	// JSON that is broken or stands within something else, JavaScript, XML attributes: "a": "b", a: 'b', a="b".
	{`"`, regexp.MustCompile(`("((?:[^"\\]|\\.){1,60})"\s*:\s*")((?:[^"\\]|\\.)+)`)},
	{`"`, regexp.MustCompile(`(\b([A-Za-z_][\w.\-]{0,59})\s*[:=]\s*")((?:[^"\\]|\\.)+)`)},
	{`'`, regexp.MustCompile(`(\b([A-Za-z_][\w.\-]{0,59})'?\s*[:=]\s*')((?:[^'\\]|\\.)+)`)},
	// A number as the value.
	{`:`, regexp.MustCompile(`("([^"\\]{1,60})"\s*:\s*)(-?\d[\d.]*)`)},
	// An element of XML.
	{`</`, regexp.MustCompile(`(<(?:[\w.\-]+:)?([A-Za-z_][\w.\-]{0,59})(?:\s[^<>]*)?>)([^<>]+)`)},
	// a=b.
	{`=`, regexp.MustCompile(`(\b([A-Za-z_][\w.\-\[\]]{2,59})=)([^\s&;,"'<>{}()\\|]+)`)},
}

// pairs replaces the values of secret names in running text.
func (s *redaction) pairs(text string) string {
	for _, p := range pairShapes {
		if strings.Contains(text, p.mark) {
			text = s.pairsOf(p.shape, text)
		}
	}
	return text
}

func (s *redaction) pairsOf(shape *regexp.Regexp, text string) string {
	return shape.ReplaceAllStringFunc(text, func(found string) string {
		m := shape.FindStringSubmatch(found)
		name, err := jsontext.Unquote([]byte(`"` + m[2] + `"`))
		if err != nil {
			name = m[2]
		}
		kind := kindOf(name, s.inRequest)
		if kind == "" || IsPlaceholder(har.UnescapeQuery(m[3])) {
			return found
		}
		return m[1] + s.credential(kind, m[3])
	})
}

// line matches a line with a name and its value, as headers and YAML are written.
var line = regexp.MustCompile(`(?m)(^[ \t>-]*([A-Za-z][\w\-]{0,59})[ \t]*:[ \t]+)(\S[^\r\n]*)$`)

// lines replaces the values of lines with a secret name.
func (s *redaction) lines(text string) string {
	if !strings.Contains(text, ":") {
		return text
	}
	return s.pairsOf(line, text)
}
