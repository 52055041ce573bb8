package cmesign

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"fmt"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// stringings are what becomes of bytes that are put before a text by joining strings. They were
// compared with Java 17, Node.js 20 and Python 3.11.
var stringings = []struct {
	what  string
	write func(mac []byte) []byte
}{
	{"each byte became a Latin-1 character, and that UTF-8 (Node.js 'latin1' and 'binary', Java ISO_8859_1, Python latin-1)",
		func(mac []byte) []byte { return eachByte(mac, utf8.AppendRune) }},
	{"what is not UTF-8 became U+FFFD (Node.js digest() + text, Java new String(mac), Python errors='replace')",
		func(mac []byte) []byte { return lossy(mac, brokenRune, "\uFFFD") }},
	{"what is not UTF-8 became U+FFFD, with one for each surrogate (Java new String(mac))",
		func(mac []byte) []byte { return lossy(mac, brokenRuneInJava, "\uFFFD") }},
	{"what is not UTF-8 was left out (Python errors='ignore')",
		func(mac []byte) []byte { return lossy(mac, brokenRune, "") }},
	{"each byte that is not ASCII became U+FFFD (Java US_ASCII, Python ascii with errors='replace')",
		func(mac []byte) []byte { return ascii(mac, "\uFFFD") }},
	{"each byte that is not ASCII became '?' (Java US_ASCII, as the default charset too)",
		func(mac []byte) []byte { return ascii(mac, "?") }},
	{"each byte that is not ASCII was left out (Python ascii with errors='ignore')",
		func(mac []byte) []byte { return ascii(mac, "") }},
	{"each byte lost its highest bit (Node.js 'ascii')",
		func(mac []byte) []byte {
			return eachByte(mac, func(b []byte, r rune) []byte { return append(b, byte(r)&0x7f) })
		}},
	{"Python wrote them as b'…' (str(mac) + text)", pythonLiteral},
}

// longestString is that of pythonLiteral with \x00 for every byte.
const longestString = 4*sha1.Size + len(`b''`)

const joinBytes = "concatenate bytes, not strings (Node.js Buffer.concat, Java ByteArrayOutputStream or ByteBuffer, Python hmac.digest() + text.encode())"

// throughString explains an HMAC that was a string for a while. Only the right HMAC after the same
// loss proves how it was lost; without one, bytes that are UTF-8 still show that it was.
func (e *explainer) throughString(raw []byte) (diagnosis.Diagnosis, bool) {
	begin := textBegins(raw)
	front, text := raw[:begin], raw[begin:]
	if begin == 0 || !utf8.Valid(text) {
		return diagnosis.Diagnosis{}, false
	}
	if d, ok := e.stringFits(front, string(text)); ok {
		return d, true
	}
	if begin == sha1.Size || isASCII(front) || !utf8.Valid(front) {
		return diagnosis.Diagnosis{}, false
	}
	name, _, _ := bytes.Cut(text, []byte("="))
	return diagnosis.Diagnosis{
		Code: codeMACThroughString,
		Sentence: fmt.Sprintf("the %d bytes in front of \"%s=\" are UTF-8 with characters beyond ASCII, not the 20 raw bytes of an HMAC",
			begin, name),
		Fix: joinBytes + "; then check secretId and secret key, for how these bytes were made could not be found",
	}, true
}

// textBegins is where a documented name stands behind some bytes; zero when there is none.
func textBegins(raw []byte) int {
	for at := 1; at <= min(longestString, len(raw)); at++ {
		if beginsAsText(raw[at:]) {
			return at
		}
	}
	return 0
}

func (e *explainer) stringFits(front []byte, text string) (diagnosis.Diagnosis, bool) {
	sig := withoutMAC(text)
	key, failure := e.findKey(sig)
	if failure != nil {
		return diagnosis.Diagnosis{}, false
	}
	mac := sum(sha1.New, key.SecretKey, text)
	for _, stringing := range stringings {
		if hmac.Equal(front, stringing.write(mac)) {
			e.hide(key)
			return diagnosis.Diagnosis{
				Code: codeMACThroughString,
				Sentence: fmt.Sprintf("the HMAC was made a string before the text was put behind it, and arrived as %d bytes: %s",
					len(front), stringing.what),
				Fix: joinBytes + e.beneath(sig, key),
			}, true
		}
	}
	return diagnosis.Diagnosis{}, false
}

func eachByte(mac []byte, add func([]byte, rune) []byte) []byte {
	var b []byte
	for _, c := range mac {
		b = add(b, rune(c))
	}
	return b
}

// ascii writes instead for what is not ASCII.
func ascii(mac []byte, instead string) []byte {
	return eachByte(mac, func(b []byte, r rune) []byte {
		if r < utf8.RuneSelf {
			return append(b, byte(r))
		}
		return append(b, instead...)
	})
}

func isASCII(text []byte) bool {
	return bytes.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// lossy writes instead for every run of bytes that broken finds.
func lossy(mac []byte, broken func([]byte) int, instead string) []byte {
	var b []byte
	for len(mac) > 0 {
		r, size := utf8.DecodeRune(mac)
		if r != utf8.RuneError || size > 1 {
			b = append(b, mac[:size]...)
		} else {
			b, size = append(b, instead...), broken(mac)
		}
		mac = mac[size:]
	}
	return b
}

// brokenRune is the number of bytes at the start of text that are one error to a decoder that
// follows Unicode: all that could have become one character, and at least one byte.
func brokenRune(text []byte) int {
	size := 1
	for size < len(text) && !utf8.FullRune(text[:size+1]) {
		size++
	}
	return size
}

// brokenRuneInJava differs for surrogates: Java notices them only when they are complete.
func brokenRuneInJava(text []byte) int {
	continues := func(i int) bool { return i < len(text) && text[i]&0xC0 == 0x80 }
	switch {
	case text[0] != 0xED || !continues(1):
		return brokenRune(text)
	case !continues(2):
		return 2
	}
	return 3
}

// pythonLiteral writes bytes as str of Python 3 does.
func pythonLiteral(mac []byte) []byte {
	quote := byte('\'')
	if bytes.IndexByte(mac, '\'') >= 0 && bytes.IndexByte(mac, '"') < 0 {
		quote = '"'
	}
	b := []byte{'b', quote}
	for _, c := range mac {
		switch {
		case c == quote || c == '\\':
			b = append(b, '\\', c)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c < ' ' || c > '~':
			b = fmt.Appendf(b, `\x%02x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, quote)
}
