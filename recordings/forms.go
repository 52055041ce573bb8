package recordings

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// formsOf returns the forms of a secret that a search must look for. What a view undoes, such as percent
// escapes, is here only where it may be hidden within something that no view undoes: base64 of
// something longer, which has no beginning of its own.
func formsOf(secret string) []needle {
	once := url.QueryEscape(secret)
	quoted, _ := json.Marshal(secret) // a string has no way to fail
	escaped := strings.Trim(string(quoted), `"`)
	texts := []needle{
		{bytes: secret, form: "as it is"},
		{bytes: once, form: "percent-encoded"},
		{bytes: url.PathEscape(secret), form: "percent-encoded"},
		{bytes: url.QueryEscape(once), form: "percent-encoded twice"},
		{bytes: escaped, form: "escaped as JSON"},
		{bytes: strings.ReplaceAll(escaped, "/", `\/`), form: "escaped as JSON"},
	}
	seen := map[string]bool{}
	var forms []needle
	add := func(bytes, form string) {
		if !seen[bytes] {
			seen[bytes] = true
			forms = append(forms, needle{bytes: bytes, form: form})
		}
	}
	for _, t := range texts {
		add(t.bytes, t.form)
		within := strings.TrimPrefix(", "+t.form, ", as it is")
		for offset := range 3 {
			add(base64Core(base64.RawStdEncoding, t.bytes, offset), "as base64"+within)
			add(base64Core(base64.RawURLEncoding, t.bytes, offset), "as base64"+within)
		}
		add(hex.EncodeToString([]byte(t.bytes)), "in hexadecimal"+within)
		add(strings.ToUpper(hex.EncodeToString([]byte(t.bytes))), "in hexadecimal"+within)
	}
	return forms
}

// base64Core returns the letters of base64 that depend on the secret alone if as many bytes as offset
// stand before it, modulo 3, and any after it.
func base64Core(encoding *base64.Encoding, secret string, offset int) string {
	encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", offset) + secret))
	begin := (offset*8 + 5) / 6           // the first letter that has no bit of what is before
	end := (offset + len(secret)) * 8 / 6 // the last letter that has no bit of what is after
	return encoded[begin:end]
}

// deepest is how often one encoding within another is looked through.
const deepest = 4

// view is a text that is hidden in another one.
type view struct {
	text, within string
}

// viewsOf undoes the encodings of a text, one step. What is shorter than run is not tried as base64.
func viewsOf(text string, run int) []view {
	var views []view
	if strings.IndexByte(text, '%') >= 0 {
		if plain := unescapePercent(text); plain != text {
			views = append(views, view{plain, "within percent-encoded text"})
		}
	}
	if strings.IndexByte(text, '\\') >= 0 {
		if plain := unescapeJSON(text); plain != text {
			views = append(views, view{plain, "within JSON"})
		}
	}
	if plain, ok := unzip(text); ok {
		views = append(views, view{plain, "within gzip"})
	}
	if strings.ContainsAny(text, "\r\n") {
		views = append(views, view{lineBreaks.Replace(text), "within broken lines"})
	}
	for begin := 0; begin < len(text); begin++ {
		end := begin
		for end < len(text) && isBase64[text[end]] {
			end++
		}
		// What stands before may look like base64 too.
		for skip := begin; skip < begin+4 && end-skip >= run; skip++ {
			if plain, ok := decodeRun(text[skip:end]); ok {
				views = append(views, view{plain, "within base64"})
			}
		}
		begin = end
	}
	return views
}

// isBase64 tells the letters of both alphabets.
var isBase64 = func() (letters [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_" {
		letters[c] = true
	}
	return letters
}()

// decodeRun decodes letters of either alphabet.
func decodeRun(run string) (string, bool) {
	letters := []byte(run)
	for i, c := range letters {
		switch c {
		case '-':
			letters[i] = '+'
		case '_':
			letters[i] = '/'
		}
	}
	if len(letters)%4 == 1 { // no base64 ends like that
		letters = letters[:len(letters)-1]
	}
	n, err := base64.RawStdEncoding.Decode(letters, letters)
	return string(letters[:n]), err == nil
}

// mostUnzipped bounds what a compressed text may grow to, in bytes.
const mostUnzipped = 64 << 20

func unzip(text string) (plain string, ok bool) {
	if !strings.HasPrefix(text, "\x1f\x8b") {
		return "", false
	}
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		return "", false
	}
	body, _ := io.ReadAll(io.LimitReader(r, mostUnzipped)) // a broken end hides nothing of what is before it
	return string(body), true
}

var lineBreaks = strings.NewReplacer("\r", "", "\n", "")

// unescapePercent undoes the percent escapes that are well formed, and leaves the rest.
func unescapePercent(text string) string {
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if b, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				plain = append(plain, byte(b))
				i += 2
				continue
			}
		}
		plain = append(plain, text[i])
	}
	return string(plain)
}

// unescapeJSON undoes the escapes of JSON that are well formed, and leaves the rest.
func unescapeJSON(text string) string {
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			plain = append(plain, text[i])
			continue
		}
		if unit, ok := escapedUnit(text[i:]); ok {
			r := rune(unit)
			i += 5
			if low, ok := escapedUnit(text[i+1:]); ok && utf16.IsSurrogate(r) {
				r = utf16.DecodeRune(r, rune(low))
				i += 6
			}
			plain = utf8.AppendRune(plain, r)
			continue
		}
		i++
		if at := strings.IndexByte("bfnrt", text[i]); at >= 0 {
			plain = append(plain, "\b\f\n\r\t"[at])
		} else {
			plain = append(plain, text[i])
		}
	}
	return string(plain)
}
