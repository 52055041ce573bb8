package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// The stretches of a text in which another text may be encoded.
var (
	percentStretch = regexp.MustCompile(`[^\s"'<>\\]*%[0-9A-Fa-f]{2}[^\s"'<>\\]*`)
	jsonStretch    = regexp.MustCompile(`(?s)(?:[^"\\]|\\.)*\\["/u\\](?:[^"\\]|\\.)*`)
	htmlStretch    = regexp.MustCompile(`[^<>]*&(?:#\w{2,6}|quot|apos|amp|lt|gt);[^<>]*`)
	base64Stretch  = regexp.MustCompile(`(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9+/_-]{14,}={0,2}`)
)

// layers redacts what is encoded within a text, and writes it in the same way.
func (s *redaction) layers(text string) string {
	if s.depth == maxDepth || len(text) < 8 {
		return text
	}
	if strings.Contains(text, "%") {
		text = percentStretch.ReplaceAllStringFunc(text, s.percentEncoded)
	}
	if strings.Contains(text, `\`) {
		text = jsonStretch.ReplaceAllStringFunc(text, s.escapedJSON)
	}
	if strings.Contains(text, "&") {
		text = htmlStretch.ReplaceAllStringFunc(text, s.escapedHTML)
	}
	return base64Stretch.ReplaceAllStringFunc(text, s.base64)
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
