package cmesign

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// damage is a change of a base64 text on its way.
type damage struct {
	code    string
	certain bool // the text itself proves it; any other damage is proved only if the repaired text is a signature
	atEnd   bool // a cut can cause it, so a text that is cut off is explained by the cut
	// find returns the first position of the damage, counted from 0, and the text without it. A text without such damage
	// comes back as it is.
	find func(text string) (at int, repaired string)
}

// damages are in the order in which they are repaired: the last change of a text comes first.
var damages = []damage{
	{code: codeWrapped, find: wrapped},
	{code: codeTextUnencoded, find: textUnencoded},
	{code: codePercentEncoded, find: percentEncoded},
	{code: codeLineBreaks, find: lineBreaks},
	{code: codeSurroundingSpace, find: surroundingSpace},
	{code: codePlusAsSpace, find: plusAsSpace},
	{code: codeURLAlphabet, find: urlAlphabet},
	{code: codeEncodedApart, find: encodedApart},
	{code: codeBase64Length, atEnd: true, find: loneCharacter},
	{code: codeMissingPadding, certain: true, atEnd: true, find: missingPadding},
	{code: codeTrailingBits, certain: true, atEnd: true, find: trailingBits},
}

// notBase64 explains a text that cannot be repaired.
func notBase64(text string) explanation {
	body := strings.TrimRight(text, "=")
	at := firstIllegal(body)
	if at < 0 {
		return explained(codeBase64Length+"/padding", "characters", len(body), "padding", len(text)-len(body))
	}
	_, size := utf8.DecodeRuneInString(body[at:])
	return explained(codeNotBase64, "character", quoted(body[at:at+size]), "at", at+1)
}

// wrapped finds Python's b'…', quotes, and the '?' of a query around the text.
func wrapped(text string) (int, string) {
	for _, around := range [][2]string{{"b'", "'"}, {`b"`, `"`}, {`"`, `"`}, {"'", "'"}, {"?signature=", ""}, {"?", ""}} {
		rest, begins := strings.CutPrefix(text, around[0])
		if inner, ends := strings.CutSuffix(rest, around[1]); begins && ends {
			return 0, inner
		}
	}
	return 0, text
}

// textUnencoded finds the base64 text of an HMAC, which is 28 bytes long, in front of a text that is not encoded.
func textUnencoded(text string) (int, string) {
	const length = 28
	if strings.IndexByte(text, '=') != length-1 {
		return 0, text
	}
	mac, err := strictBase64.DecodeString(text[:length])
	if err != nil {
		return 0, text
	}
	return length, base64.StdEncoding.EncodeToString(append(mac, text[length:]...))
}

func percentEncoded(text string) (int, string) {
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return 0, text
	}
	return strings.IndexByte(text, '%'), decoded
}

func lineBreaks(text string) (int, string) {
	return strings.IndexAny(text, "\r\n"), strings.NewReplacer("\r", "", "\n", "").Replace(text)
}

// surroundingSpace must not remove a space that was the first '+' of an HMAC. The length of the rest shows the difference.
func surroundingSpace(text string) (int, string) {
	trimmed := strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	if len(trimmed)%4 != 0 {
		return 0, text
	}
	if strings.HasPrefix(text, trimmed) {
		return len(trimmed), trimmed
	}
	return 0, trimmed
}

func plusAsSpace(text string) (int, string) {
	return strings.IndexByte(text, ' '), strings.ReplaceAll(text, " ", "+")
}

func urlAlphabet(text string) (int, string) {
	return strings.IndexAny(text, "-_"), strings.NewReplacer("-", "+", "_", "/").Replace(text)
}

func encodedApart(text string) (int, string) {
	end := strings.IndexByte(text, '=') + 1
	if end == 0 {
		return 0, text
	}
	for end < len(text) && text[end] == '=' {
		end++
	}
	mac, err := strictBase64.DecodeString(text[:end])
	if err != nil {
		return 0, text
	}
	original, err := strictBase64.DecodeString(text[end:])
	if err != nil {
		return 0, text
	}
	return end - 1, base64.StdEncoding.EncodeToString(append(mac, original...))
}

// loneCharacter finds the first character of four at the end, after a cut. Its six bits make no byte.
func loneCharacter(text string) (int, string) {
	if len(text)%4 != 1 || strings.HasSuffix(text, "=") {
		return 0, text
	}
	return len(text) - 1, text[:len(text)-1]
}

func missingPadding(text string) (int, string) {
	body := strings.TrimRight(text, "=")
	if firstIllegal(body) >= 0 {
		return 0, text
	}
	repaired := body + map[int]string{2: "==", 3: "="}[len(body)%4]
	if !strings.HasPrefix(repaired, text) { // there is too much
		return 0, text
	}
	return len(text), repaired
}

func trailingBits(text string) (int, string) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return 0, text
	}
	return len(strings.TrimRight(text, "=")) - 1, base64.StdEncoding.EncodeToString(raw)
}

// firstIllegal returns the position of the first byte outside the standard alphabet, or -1.
func firstIllegal(text string) int {
	return strings.IndexFunc(text, func(r rune) bool {
		return r > 'z' || !isAlphanumeric(byte(r)) && r != '+' && r != '/'
	})
}
