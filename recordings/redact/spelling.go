package redact

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// spelling is one way in which a secret may be written.
type spelling struct {
	text string
	name string // such as "percent-encoded"
}

var escapes = []struct {
	name   string
	escape func(string) string
}{
	{"percent-encoded", url.QueryEscape},
	{"percent-encoded", url.PathEscape},
	{"escaped as JSON", func(text string) string {
		escaped, _ := json.Marshal(text) // encoding a string cannot fail
		return string(escaped[1 : len(escaped)-1])
	}},
	{"escaped as JSON", func(text string) string {
		escaped := jsontext.Quote(text)
		return string(escaped[1 : len(escaped)-1])
	}},
	{"escaped as JSON", func(text string) string { // as PHP does
		escaped := jsontext.Quote(text)
		return strings.ReplaceAll(string(escaped[1:len(escaped)-1]), "/", `\/`)
	}},
}

// escapedOnce returns the plain text and its escapes.
func escapedOnce(text string) []spelling {
	all := []spelling{{text, "in plain text"}}
	for _, e := range escapes {
		all = append(all, spelling{e.escape(text), e.name})
	}
	return distinctSpellings(all)
}

// spellings returns everything that a search for a secret must look for: the text as it is, escaped once or twice, and
// the hexadecimal and base64 of these. A text in base64 has three spellings, because it may begin at three places within
// other text.
func spellings(secret string) []spelling {
	all := escapedOnce(secret)
	encoded := append(all, spelling{url.QueryEscape(url.QueryEscape(secret)), "percent-encoded twice"})
	for _, inner := range all[1:] {
		for _, outer := range escapes {
			name := outer.name
			if name == inner.name {
				name += " twice"
			}
			all = append(all, spelling{outer.escape(inner.text), name})
		}
	}
	for _, s := range distinctSpellings(encoded) {
		within := strings.TrimPrefix(", "+s.name, ", in plain text")
		for before := range 3 {
			for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				text := base64Core(alphabet, s.text, before)
				all = append(all, spelling{text, "in base64" + within}, spelling{url.QueryEscape(text), "in base64" + within})
			}
		}
		inHex := hex.EncodeToString([]byte(s.text))
		all = append(all, spelling{inHex, "in hexadecimal" + within}, spelling{strings.ToUpper(inHex), "in hexadecimal" + within})
	}
	return distinctSpellings(all)
}

func distinctSpellings(all []spelling) []spelling {
	var distinct []spelling
	seen := map[string]bool{}
	for _, s := range all {
		if !seen[s.text] {
			seen[s.text] = true
			distinct = append(distinct, s)
		}
	}
	return distinct
}

// base64Core returns the letters of base64 that depend on the text alone if so many bytes stand before it, modulo 3, and
// any bytes after it.
func base64Core(alphabet *base64.Encoding, text string, before int) string {
	encoded := alphabet.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
	begin := (before*8 + 5) / 6         // the first letter without a bit of the bytes before
	end := (before + len(text)) * 8 / 6 // the first letter with a bit of the bytes after
	return encoded[begin:end]
}

// maxDecodings is how often an encoding within another encoding is decoded.
const maxDecodings = 4

// decoding is the decoded text of an encoded one.
type decoding struct {
	text, within string
}

// decodings decodes a text in every way that applies, by one step. Base64 of fewer letters than minBase64 is not decoded.
func decodings(text string, minBase64 int) []decoding {
	var all []decoding
	if strings.IndexByte(text, '%') >= 0 {
		if plain := unescapePercent(text); plain != text {
			all = append(all, decoding{plain, "within percent-encoded text"})
		}
	}
	if strings.IndexByte(text, '\\') >= 0 {
		if plain := unescapeJSON(text); plain != text {
			all = append(all, decoding{plain, "within JSON"})
		}
	}
	if plain, ok := unzip(text); ok {
		all = append(all, decoding{plain, "within gzip"})
	} else if p := packingOf(text); p != nil {
		if plain, err := p.open(text); err == nil {
			all = append(all, decoding{plain, "within " + p.name})
		}
	}
	if hasWideText(text) {
		for _, order := range []byteOrder{littleEndian, bigEndian} {
			all = append(all, decoding{order.decode(text), "within UTF-16"})
		}
	}
	if strings.ContainsAny(text, "\r\n") {
		all = append(all, decoding{lineBreaks.Replace(text), "within broken lines"})
	}
	for begin := 0; begin < len(text); begin++ {
		end := begin
		for end < len(text) && isBase64[text[end]] {
			end++
		}
		// The letters before the base64 may look like base64 too.
		for skip := begin; skip < begin+4 && end-skip >= minBase64; skip++ {
			if plain, err := decodeBase64(text[skip:end]); err == nil {
				all = append(all, decoding{plain, "within base64"})
			}
		}
		begin = end
	}
	return all
}

// isBase64 holds the letters of both alphabets.
var isBase64 = func() (letters [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_" {
		letters[c] = true
	}
	return letters
}()

// decodeBase64 decodes letters of either alphabet.
func decodeBase64(encoded string) (string, error) {
	letters := []byte(encoded)
	for i, c := range letters {
		switch c {
		case '-':
			letters[i] = '+'
		case '_':
			letters[i] = '/'
		}
	}
	if len(letters)%4 == 1 { // base64 never ends so: the last letter belongs to the text after it
		letters = letters[:len(letters)-1]
	}
	n, err := base64.RawStdEncoding.Decode(letters, letters)
	return string(letters[:n]), err
}

func unzip(text string) (plain string, ok bool) {
	if !strings.HasPrefix(text, "\x1f\x8b") {
		return "", false
	}
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		return "", false
	}
	body, _ := io.ReadAll(io.LimitReader(r, maxUnpacked)) // the text before an error counts
	return string(body), true
}

var lineBreaks = strings.NewReplacer("\r", "", "\n", "")

// unescapePercent decodes the percent escapes that are well formed, and leaves the rest.
func unescapePercent(text string) string { return unescapeAfter('%', text) }

// unescapeJSON decodes the escapes of JSON that are well formed, and leaves the rest.
func unescapeJSON(text string) string { return unescapeAfter('\\', text) }

func unescapeAfter(mark byte, text string) string {
	escaped := []byte(text)
	plain := make([]byte, 0, len(escaped))
	for i := 0; i < len(escaped); {
		length := 0
		if escaped[i] == mark {
			plain, length = appendUnescaped(plain, escaped[i:])
		}
		if length == 0 {
			plain, length = append(plain, escaped[i]), 1
		}
		i += length
	}
	return string(plain)
}

// appendUnescaped decodes the escape that a text begins with, and returns its length; zero when there is none.
func appendUnescaped(to, text []byte) (out []byte, length int) {
	if text[0] == '%' {
		return appendHex(to, text, 1)
	}
	if len(text) == 1 {
		return to, 0
	}
	if unit, ok := jsontext.EscapedUnit(string(text[:min(6, len(text))])); ok {
		r, length := rune(unit), 6
		if utf16.IsSurrogate(r) && len(text) >= 12 {
			if low, ok := jsontext.EscapedUnit(string(text[6:12])); ok {
				if pair := utf16.DecodeRune(r, rune(low)); pair != utf8.RuneError { // else the second is an escape of its own
					r, length = pair, 12
				}
			}
		}
		return utf8.AppendRune(to, r), length
	}
	if text[1] == 'x' { // as Go quotes what is no text
		return appendHex(to, text, 2)
	}
	if at := strings.IndexByte("bfnrt", text[1]); at >= 0 {
		return append(to, "\b\f\n\r\t"[at]), 2
	}
	return append(to, text[1]), 2
}

// appendHex decodes the two hexadecimal digits after the beginning of an escape.
func appendHex(to, text []byte, begin int) (out []byte, length int) {
	if len(text) < begin+2 {
		return to, 0
	}
	var b [1]byte
	if _, err := hex.Decode(b[:], text[begin:begin+2]); err != nil {
		return to, 0
	}
	return append(to, b[0]), begin + 2
}
