package recordings

import (
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"
)

// readable says whether a header of a request says that nobody can read its body: what a client has compressed.
func readable(header, value string) error {
	encoding := strings.ToLower(strings.TrimSpace(value))
	if !strings.EqualFold(header, "Content-Encoding") || encoding == "" || encoding == "identity" {
		return nil
	}
	return fmt.Errorf("the request is compressed as %q, so that nobody can see what is in it", encoding)
}

// foreign makes text safe that is no UTF-8, such as GBK: byte by byte, since all that is looked for is ASCII. A picture stays as
// it is; the proof looks into it.
func (s *redaction) foreign(contentType, body string) string {
	if !isText(contentType) && !looksLikeJSON(body) && !isForm(contentType, body) {
		return body
	}
	wide := make([]rune, len(body))
	for i := range len(body) {
		wide[i] = rune(body[i])
	}
	var narrow []byte
	for _, r := range s.body(contentType, string(wide)) {
		if r < 0x100 {
			narrow = append(narrow, byte(r))
		} else {
			narrow = utf8.AppendRune(narrow, r)
		}
	}
	return string(narrow)
}

// isText says whether a content type is that of text.
func isText(contentType string) bool {
	media, _, _ := mime.ParseMediaType(contentType)
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml") || strings.HasSuffix(media, "javascript")
}

// pair is a name and its text in what was meant to be JSON: cut off, with a comma too many, or within something else.
var pair = regexp.MustCompile(`("([^"\\]{1,60})"\s*:\s*")((?:[^"\\]|\\.)+)`)

// pairs replaces the texts of such pairs whose name stands for a secret.
func (s *redaction) pairs(body string) string {
	return pair.ReplaceAllStringFunc(body, func(found string) string {
		m := pair.FindStringSubmatch(found)
		if kind := kindOfName(m[2], s.inRequest); kind != "" {
			return m[1] + s.credential(kind, m[3])
		}
		return found
	})
}
