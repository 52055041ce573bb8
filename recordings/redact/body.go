package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// CheckReadable returns an error for the Content-Encoding of a request with a compressed body. Its secrets cannot be found.
func CheckReadable(contentEncoding string) error {
	encoding := strings.ToLower(strings.TrimSpace(contentEncoding))
	if encoding == "" || encoding == "identity" {
		return nil
	}
	return fmt.Errorf("the request is compressed as %q, so that its secrets cannot be found", encoding)
}

// The formats of a body: the values of [BodyFormat].
const (
	FormatMultipart = "multipart"
	FormatJSON      = "json"
	FormatForm      = "form"
	FormatText      = "text"
)

// BodyFormat returns the format of a body, "" for an empty one. Except for multipart its bytes decide, because clients and
// servers send wrong content types.
func BodyFormat(contentType, body string) string {
	media, parameters, _ := mime.ParseMediaType(contentType)
	switch {
	case body == "":
		return ""
	case strings.HasPrefix(media, "multipart/") && parameters["boundary"] != "":
		return FormatMultipart
	case jsontext.IsCompound(body):
		return FormatJSON
	case media == "application/x-www-form-urlencoded", formShape().MatchString(body):
		return FormatForm
	}
	return FormatText
}

// maxDepth is how deep bodies and texts may be encoded within one another. What is deeper is not looked at.
const maxDepth = 5

// within calls redact for a text that is encoded within another, unless it is too deep.
func (s *redaction) within(plain string, redact func(string) string) string {
	if s.depth == maxDepth {
		return plain
	}
	s.depth++
	defer func() { s.depth-- }()
	return redact(plain)
}

// body redacts the body of a message. A body that is compressed, or in UTF-16, is written in the same way again if something
// is replaced in it. If secrets may stand where they cannot be found, s.unsafe says why.
func (s *redaction) body(contentType, body string) string {
	if strings.HasPrefix(body, zstdMagic) {
		s.cannot("the body is compressed as zstd")
		return body
	}
	format := packingOf(body)
	if format == nil {
		return s.unpacked(contentType, body)
	}
	plain, err := format.open(body)
	if err != nil {
		s.cannot("the body is " + format.name + " that " + err.Error())
		return body
	}
	changed := s.within(plain, func(plain string) string { return s.body(contentType, plain) })
	if changed == plain {
		return body
	}
	return format.close(changed)
}

// cannot stores why the current body cannot be made safe.
func (s *redaction) cannot(why string) {
	if s.unsafe == nil {
		s.unsafe = errors.New(why + ", so that its secrets cannot be found")
	}
}

// unpacked redacts a body that is not compressed.
func (s *redaction) unpacked(contentType, body string) string {
	_, parameters, _ := mime.ParseMediaType(contentType)
	charset := strings.ToLower(parameters["charset"])
	format := BodyFormat(contentType, body)
	if format == FormatMultipart || strings.HasPrefix(body, "--") && strings.Contains(body, "Content-Disposition:") {
		if changed, ok := s.multipart(contentType, body); ok {
			return changed
		}
		contentType = "" // it is wrong
		format = BodyFormat("", body)
	}
	switch {
	case body == "":
		return ""
	case !isLikeASCII(charset) && !strings.HasPrefix(charset, "utf-16") && !strings.HasPrefix(charset, "utf16") && format == FormatText:
		s.cannot("its charset is " + charset)
		return body
	case strings.HasPrefix(body, "\xff\xfe"), charset == "utf-16le", charset == "utf16le":
		return s.utf16(littleEndian, contentType, body)
	case strings.HasPrefix(body, "\xfe\xff"), strings.HasPrefix(charset, "utf-16"), charset == "utf16":
		return s.utf16(bigEndian, contentType, body)
	case !utf8.ValidString(body) || strings.Contains(body, "\x00"):
		return s.bytes(contentType, body)
	}
	return s.readable(contentType, body)
}

// readable redacts a body that is a text.
func (s *redaction) readable(contentType, body string) string {
	switch BodyFormat(contentType, body) {
	case FormatJSON:
		return s.json(body)
	case FormatForm:
		return s.query(body)
	}
	return s.text(s.lines(body))
}

// utf16 redacts a body in UTF-16.
func (s *redaction) utf16(order byteOrder, contentType, body string) string {
	plain := order.decode(body)
	changed := s.within(plain, func(plain string) string { return s.readable(contentType, plain) })
	if changed == plain {
		return body
	}
	return order.encode(changed)
}

// multipart redacts the parts of a body, each by its name, and what stands before, between and after them.
// It returns false for a body without parts.
func (s *redaction) multipart(contentType, body string) (string, bool) {
	changed, ok := rewriteParts(contentType, []byte(body), func(p part) []byte {
		if p.outside {
			return []byte(s.unnamed("", string(p.value)))
		}
		return []byte(s.text(string(p.head)) + s.part(p))
	})
	return string(changed), ok
}

// part redacts the content of one part.
func (s *redaction) part(p part) string {
	value := string(p.value)
	if kindOf(p.name, s.inRequest) != "" {
		return s.value(p.name, value)
	}
	if p.contentType != "" || packingOf(value) != nil || !utf8.ValidString(value) || strings.Contains(value, "\x00") {
		return s.unnamed(p.contentType, value)
	}
	return s.value(p.name, value)
}

// unnamed redacts a body that may be a file, if nothing says otherwise.
func (s *redaction) unnamed(contentType, body string) string {
	if contentType == "" {
		contentType = fileType
	}
	return s.within(body, func(body string) string { return s.body(contentType, body) })
}

// bytes redacts a body that is not UTF-8: text in another encoding, a file, or text within a file. All secrets are ASCII, so
// the body is searched in UTF-16 of both orders, and byte by byte. Of a file only the runs of ASCII are searched.
func (s *redaction) bytes(contentType, body string) string {
	media, _, _ := mime.ParseMediaType(contentType)
	odd := !utf8.ValidString(body) && hasControls(body) || strings.Count(body, "\x00") > len(body)/8
	if odd && !isKnownFile(body) && !isLikeUTF16(body) && isMeantAsText(media) {
		s.cannot("the body is neither text nor a file of a known kind")
		return body
	}
	if hasWideText(body) {
		for _, order := range []byteOrder{littleEndian, bigEndian} {
			if changed := s.utf16(order, "", body); changed != body {
				body = changed
			}
		}
	}
	if odd {
		return s.runs(body)
	}
	wide := make([]rune, len(body))
	for i := range len(body) {
		wide[i] = rune(body[i])
		if wide[i] == 0 {
			wide[i] = wideZero
		}
	}
	plain := string(wide)
	changed := s.within(plain, func(plain string) string { return s.readable(contentType, plain) })
	if changed == plain {
		return body
	}
	var narrow []byte
	for _, r := range changed {
		switch {
		case r == wideZero:
			narrow = append(narrow, 0)
		case r < 0x100:
			narrow = append(narrow, byte(r))
		default:
			narrow = utf8.AppendRune(narrow, r)
		}
	}
	return string(narrow)
}

// minRun is the length of the shortest text that is looked for in a file.
const minRun = 8

// runs redacts the runs of ASCII in a file, each as a text.
func (s *redaction) runs(body string) string {
	before := s.inFile
	s.inFile = true
	defer func() { s.inFile = before }()
	out := splice{source: []byte(body)}
	for i := 0; i < len(body); i++ {
		end := i
		for end < len(body) && (body[end] >= ' ' && body[end] <= '~' || body[end] == '\t' || body[end] == '\n' || body[end] == '\r') {
			end++
		}
		if end-i >= minRun {
			plain := body[i:end]
			if changed := s.within(plain, func(plain string) string { return s.readable("", plain) }); changed != plain {
				out.replace(i, end, []byte(changed))
			}
		}
		i = end
	}
	return string(out.bytes())
}

// wideZero stands for a zero byte in a text that is made of bytes.
const wideZero = '\U0010fffd'

// layers redacts what is encoded within a text, and writes it in the same way.
func (s *redaction) layers(text string) string {
	if s.depth == maxDepth || len(text) < 8 {
		return text
	}
	if strings.Contains(text, "%") {
		text = percentStretch().ReplaceAllStringFunc(text, s.percentEncoded)
	}
	if strings.Contains(text, `\`) {
		text = jsonStretch().ReplaceAllStringFunc(text, s.escapedJSON)
	}
	if strings.Contains(text, "&") {
		text = htmlStretch().ReplaceAllStringFunc(text, s.escapedHTML)
	}
	return base64Stretch().ReplaceAllStringFunc(text, s.base64)
}

// inner redacts a text that was encoded within another.
func (s *redaction) inner(plain string) string {
	return s.within(plain, func(plain string) string { return s.otherValue("text", plain) })
}

func (s *redaction) percentEncoded(stretch string) string {
	plain := unescapePercent(stretch)
	if !utf8.ValidString(plain) {
		return stretch
	}
	changed := s.inner(plain)
	if changed == plain {
		return stretch
	}
	var b strings.Builder
	for i := range len(changed) { // characters that stood there as they are, stay so
		if c := changed[i]; c != '%' && strings.IndexByte(stretch, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ReplaceAll(url.QueryEscape(string([]byte{c})), "+", "%20"))
		}
	}
	return b.String()
}

func (s *redaction) escapedJSON(stretch string) string {
	plain := unescapeJSON(stretch)
	changed := s.inner(plain)
	if changed == plain {
		return stretch
	}
	quoted := jsontext.Quote(changed)
	return string(quoted[1 : len(quoted)-1])
}

func (s *redaction) escapedHTML(stretch string) string {
	plain := html.UnescapeString(stretch)
	if changed := s.inner(plain); changed != plain {
		return html.EscapeString(changed)
	}
	return stretch
}

// base64 redacts base64 of both alphabets, and hexadecimal, which has the same letters.
func (s *redaction) base64(stretch string) string {
	if plain, err := hex.DecodeString(stretch); err == nil && isWorthReading(plain) {
		if changed := s.opened(string(plain)); changed != string(plain) {
			return hex.EncodeToString([]byte(changed))
		}
	}
	letters := lineBreaks.Replace(strings.TrimRight(stretch, "="))
	for skip := range min(4, len(letters)) { // the letters before the base64 may look like base64
		plain, err := decodeBase64(letters[skip:])
		if err != nil || !isWorthReading([]byte(plain)) {
			continue
		}
		changed := s.opened(plain)
		if changed == plain {
			continue
		}
		encoding := base64.StdEncoding
		if strings.ContainsAny(letters, "-_") {
			encoding = base64.URLEncoding
		}
		if !strings.HasSuffix(stretch, "=") && len(letters[skip:])%4 != 0 {
			encoding = encoding.WithPadding(base64.NoPadding)
		}
		return letters[:skip] + encoding.EncodeToString([]byte(changed))
	}
	return stretch
}

// opened redacts decoded bytes, which may be anything.
func (s *redaction) opened(plain string) string { return s.unnamed("", plain) }

// isWorthReading reports whether decoded bytes may hold a text: they are a text, are compressed, are in UTF-16, or have a run
// of letters as long as a phone number.
func isWorthReading(b []byte) bool {
	switch {
	case len(b) < 9:
		return false
	case utf8.Valid(b) && !hasControls(string(b)), packingOf(string(b)) != nil, bytes.HasPrefix(b, []byte(zstdMagic)):
		return true
	}
	run, wide := 0, 0
	for i, c := range b {
		if c < ' ' || c > '~' {
			run = 0
		} else if run++; run == 11 {
			return true
		}
		if c == 0 && i > 0 && b[i-1] != 0 {
			if wide++; wide == 8 {
				return true
			}
		}
	}
	return false
}
