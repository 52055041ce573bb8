package cmesign

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"unicode/utf8"
)

// hashes are the hashes with which a client may have made an HMAC. The first is the right one.
var hashes = []struct {
	name string
	make func() hash.Hash
}{
	{"SHA1", sha1.New}, {"SHA256", sha256.New}, {"SHA512", sha512.New}, {"MD5", md5.New},
}

// notations are ways to write an HMAC. The first is the right one.
var notations = []struct {
	name  string
	code  string
	write func(mac []byte) []byte
}{
	{"raw bytes", "", func(mac []byte) []byte { return mac }},
	{"hexadecimal digits", codeHexMAC, func(mac []byte) []byte { return hex.AppendEncode(nil, mac) }},
	{"upper-case hexadecimal digits", codeHexMAC, func(mac []byte) []byte { return bytes.ToUpper(hex.AppendEncode(nil, mac)) }},
	{"base64", codeBase64MAC, func(mac []byte) []byte { return base64.StdEncoding.AppendEncode(nil, mac) }},
}

// plainHashes are texts over which clients compute SHA-1 instead of HMAC-SHA1.
var plainHashes = []struct {
	what string // completes "SHA-1 of …"
	join func(key, text string) string
}{
	{"the secret key followed by the text", func(key, text string) string { return key + text }},
	{"the text followed by the secret key", func(key, text string) string { return text + key }},
	{"secret key, '&' and text", func(key, text string) string { return key + "&" + text }},
	{"text, '&' and secret key", func(key, text string) string { return text + "&" + key }},
	{"the text without any key", func(_, text string) string { return text }},
}

// conversions are the ways in which programs convert the bytes of an HMAC to a string, to append the text to it. Bytes get
// lost in that. The conversions were compared with those of Java 17, Node.js 20 and Python 3.11.
var conversions = []struct {
	what  string
	write func(mac []byte) []byte
}{
	{"each byte became a Latin-1 character, and that UTF-8 (Node.js 'latin1' and 'binary', Java ISO_8859_1, Python latin-1)",
		func(mac []byte) []byte { return eachByte(mac, utf8.AppendRune) }},
	{"bytes that are not UTF-8 became U+FFFD (Node.js digest() + text, Java new String(mac), Python errors='replace')",
		func(mac []byte) []byte { return replaceInvalid(mac, brokenRune, "\uFFFD") }},
	{"bytes that are not UTF-8 became U+FFFD, with one for each surrogate (Java new String(mac))",
		func(mac []byte) []byte { return replaceInvalid(mac, brokenRuneInJava, "\uFFFD") }},
	{"bytes that are not UTF-8 were left out (Python errors='ignore')",
		func(mac []byte) []byte { return replaceInvalid(mac, brokenRune, "") }},
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

// maxString is the length of the longest string: that of pythonLiteral with \x00 for every byte.
const maxString = 4*sha1.Size + len(`b''`)

// layoutHypotheses are about a decoded signature in which HMAC and text are not where they belong.
var layoutHypotheses = []hypothesis{htmlEntities, encodedTwice, otherLayout, plainHash, throughString, withoutHMAC}

func encodedTwice(_ Verifier, found verdict) (explanation, bool) {
	inner := string(found.raw)
	sig, err := Parse(inner)
	if err != nil || !slices.ContainsFunc(sig.parameters, parameter.documented) {
		return explanation{}, false
	}
	return explanation{template: codeBase64Twice, signature: inner}, true
}

// otherLayout tries every hash, notation and side. Only an HMAC that fits is a proof.
func otherLayout(v Verifier, found verdict) (explanation, bool) {
	for h, hashed := range hashes {
		for n, notation := range notations {
			for _, side := range []string{"in front of", "behind"} {
				if h == 0 && n == 0 && side == "in front of" { // the documented layout
					continue
				}
				size := len(notation.write(make([]byte, hashed.make().Size())))
				if len(found.raw) < size {
					continue
				}
				mac, text, code := found.raw[:size], found.raw[size:], notation.code
				switch {
				case side == "behind":
					mac, text, code = found.raw[len(found.raw)-size:], found.raw[:len(found.raw)-size], codeOriginalFirst
				case h != 0:
					code = codeWrongHash
				}
				if !utf8.Valid(text) {
					continue
				}
				sig, key, ok := v.textAndKey(string(text))
				if ok && hmac.Equal(mac, notation.write(sum(hashed.make, key.SecretKey, sig.Original))) {
					x := explained(code, "hash", hashed.name, "notation", notation.name, "side", side)
					x.text, x.key = &sig, key
					return x, true
				}
			}
		}
	}
	return explanation{}, false
}

// plainHash explains a hash without a key in front of the text, in any notation.
func plainHash(v Verifier, found verdict) (explanation, bool) {
	for _, notation := range notations {
		size := len(notation.write(make([]byte, sha1.Size)))
		if len(found.raw) < size {
			continue
		}
		sig, key, ok := v.textAndKey(string(found.raw[size:]))
		if !ok {
			continue
		}
		for _, plain := range plainHashes {
			hashed := sha1.Sum([]byte(plain.join(key.SecretKey, sig.Original)))
			if hmac.Equal(found.raw[:size], notation.write(hashed[:])) {
				x := explained(codePlainHash, "joined", plain.what, "notation", notation.name)
				x.text, x.key = &sig, key
				return x, true
			}
		}
	}
	return explanation{}, false
}

// throughString explains an HMAC that was converted to a string. If a conversion of the right HMAC gives the bytes received,
// that proves it. Otherwise bytes in UTF-8 still show that there was a conversion.
func throughString(v Verifier, found verdict) (explanation, bool) {
	begin := textBegins(found.raw)
	front, text := found.raw[:begin], found.raw[begin:]
	if begin == 0 || !utf8.Valid(text) {
		return explanation{}, false
	}
	if sig, key, ok := v.textAndKey(string(text)); ok {
		mac := sum(sha1.New, key.SecretKey, sig.Original)
		for _, conversion := range conversions {
			if hmac.Equal(front, conversion.write(mac)) {
				x := explained(codeMACThroughString, "bytes", begin, "change", conversion.what)
				x.text, x.key = &sig, key
				return x, true
			}
		}
	}
	if begin == sha1.Size || isASCII(front) || !utf8.Valid(front) {
		return explanation{}, false
	}
	name, _, _ := bytes.Cut(text, []byte("="))
	return explained(codeMACThroughString+"/unknown", "bytes", begin, "name", string(name)), true
}

// withoutHMAC explains a text that begins where the HMAC belongs.
func withoutHMAC(_ Verifier, found verdict) (explanation, bool) {
	if !utf8.Valid(found.raw) {
		return explained(codeMisplacedText + "/first"), beginsAsText(found.raw)
	}
	return explained(codeNoMAC), beginsAsText(found.raw)
}

// textBegins returns the position of the first documented name after the first byte, or zero if there is none.
func textBegins(raw []byte) int {
	for at := 1; at <= min(maxString, len(raw)); at++ {
		if beginsAsText(raw[at:]) {
			return at
		}
	}
	return 0
}

func eachByte(mac []byte, add func([]byte, rune) []byte) []byte {
	var b []byte
	for _, c := range mac {
		b = add(b, rune(c))
	}
	return b
}

// ascii replaces each byte that is not ASCII.
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

// replaceInvalid replaces each sequence that is not UTF-8. The function broken returns the length of such a sequence.
func replaceInvalid(mac []byte, broken func([]byte) int, instead string) []byte {
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

// brokenRune returns the number of bytes at the start of text that a decoder counts as one error according to Unicode: all
// bytes that can begin one character, and at least one byte.
func brokenRune(text []byte) int {
	size := 1
	for size < len(text) && !utf8.FullRune(text[:size+1]) {
		size++
	}
	return size
}

// brokenRuneInJava differs from brokenRune for surrogates: Java counts a complete one as one error.
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

// pythonLiteral writes bytes like the function str of Python 3.
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
