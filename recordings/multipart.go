package recordings

import (
	"mime"
	"strings"
	"unicode/utf8"
)

func isMultipart(contentType string) bool {
	media, parameters, _ := mime.ParseMediaType(contentType)
	return strings.HasPrefix(media, "multipart/") && parameters["boundary"] != ""
}

// multipart makes the parts of a body safe, each by its name. The bytes between them stay.
func (s *redaction) multipart(contentType, body string) string {
	_, parameters, _ := mime.ParseMediaType(contentType)
	delimiter := "--" + parameters["boundary"]
	parts := strings.Split(body, delimiter)
	for i, part := range parts {
		head, content, ok := strings.Cut(part, "\r\n\r\n")
		if !ok {
			continue // before the first part or after the last one
		}
		value, trimmed := strings.CutSuffix(content, "\r\n")
		value = s.part(head, value)
		if trimmed {
			value += "\r\n"
		}
		parts[i] = s.text(head) + "\r\n\r\n" + value
	}
	return strings.Join(parts, delimiter)
}

// part makes the content of one part safe.
func (s *redaction) part(head, value string) string {
	name, contentType := "", ""
	for line := range strings.SplitSeq(head, "\r\n") {
		field, rest, _ := strings.Cut(line, ":")
		switch {
		case strings.EqualFold(field, "Content-Disposition"):
			_, parameters, _ := mime.ParseMediaType(strings.TrimSpace(rest))
			name = parameters["name"]
		case strings.EqualFold(field, "Content-Type"):
			contentType = strings.TrimSpace(rest)
		}
	}
	switch {
	case kindOfName(name, s.inRequest) != "":
		return s.named(name, value)
	case !utf8.ValidString(value):
		return s.foreign(contentType, value)
	case contentType != "":
		return s.body(contentType, value)
	default:
		return s.named(name, value)
	}
}
