package cmesign

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// damage is something that happens to a base64 text on its way.
type damage struct {
	code     string
	sentence string // with one verb for the position, counted from 1
	fix      string
	certain  bool // it is a fact in itself; else only a text that is a signature without the damage proves it
	atEnd    bool // it is what a cut leaves at the end: a text that proves to be cut off has it from there
	// find returns the first position of the damage, counted from 0, and the text without it;
	// a negative position when there is none.
	find func(text string) (at int, repaired string)
}

// damages are ordered so that what was done last to a text is undone first.
var damages = []damage{
	{codePercentEncoded, "the signature is still URL-encoded after one decoding, at byte %d",
		"URL-encode it once: most HTTP clients do it themselves for query values", false, false, percentEncoded},
	{codeLineBreaks, "the base64 text has a line break at byte %d",
		"use an encoder that does not break lines (Java Base64.getEncoder, Python b64encode, openssl base64 -A)", false, false, lineBreaks},
	{codeSurroundingSpace, "there is white space around the base64 text, first at byte %d",
		"trim it before sending", false, false, surroundingSpace},
	{codePlusAsSpace, "there is a space at byte %d of the base64 text, as a '+' arrives when the query is not URL-encoded",
		"URL-encode the signature once (encodeURIComponent, url.QueryEscape, urllib.parse.quote_plus), so that '+' goes as %2B", false, false, plusAsSpace},
	{codeURLAlphabet, "a character of the URL alphabet of base64 stands at byte %d",
		"use the standard alphabet with '+' and '/' (Java getEncoder, Go base64.StdEncoding, Python b64encode)", false, false, urlAlphabet},
	{codeEncodedApart, "two base64 texts stand one after the other: the first ends at byte %d",
		"put the 20 raw bytes of the HMAC in front of the text first, and encode both at once", false, false, encodedApart},
	{codeBase64Length, "the base64 text ends with a lone character at byte %d, which makes no byte",
		"look whether a part of the signature was cut off or copied twice", false, true, loneCharacter},
	{codeMissingPadding, "the base64 text ends without the padding '=' that it needs at byte %d",
		"use an encoder with padding (Go base64.StdEncoding, not RawStdEncoding), and look whether the end was cut off", true, true, missingPadding},
	{codeTrailingBits, "the last base64 character, at byte %d, has bits set that belong to no byte",
		"send the text as the encoder made it", true, true, trailingBits},
}

// onItsWay explains a text that is not base64. Like explain, it reports
// whether the damage is proved.
func (e *explainer) onItsWay(text string, repairs int) (d diagnosis.Diagnosis, whole, ok bool) {
	for _, damage := range damages {
		at, repaired := damage.find(text)
		if at < 0 {
			continue
		}
		if beneath, whole := e.explain(repaired, repairs); whole || damage.certain {
			if damage.atEnd && beneath.Code == codeCutOff {
				return beneath, whole, true
			}
			return diagnosis.Diagnosis{
				Code:     damage.code,
				Sentence: fmt.Sprintf(damage.sentence, at+1),
				Fix:      damage.fix + remainder(beneath),
			}, whole, true
		}
	}
	return diagnosis.Diagnosis{}, false, false
}

// describeNotBase64 is for a text that no repair makes a signature.
func (e *explainer) describeNotBase64(text string) diagnosis.Diagnosis {
	body := strings.TrimRight(text, "=")
	at := firstIllegal(body)
	if at < 0 {
		return diagnosis.Diagnosis{
			Code: codeBase64Length,
			Sentence: fmt.Sprintf("%d base64 characters and %d times the padding '=' are not a complete base64 text",
				len(body), len(text)-len(body)),
			Fix: "look whether a part of the signature was cut off or copied twice",
		}
	}
	_, size := utf8.DecodeRuneInString(body[at:])
	return diagnosis.Diagnosis{
		Code:     codeNotBase64,
		Sentence: fmt.Sprintf("the signature is not base64: %s stands at byte %d", e.quote(body[at:at+size]), at+1),
		Fix:      howTo,
	}
}

func percentEncoded(text string) (int, string) {
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return -1, ""
	}
	return strings.IndexByte(text, '%'), decoded
}

func lineBreaks(text string) (int, string) {
	return strings.IndexAny(text, "\r\n"), strings.NewReplacer("\r", "", "\n", "").Replace(text)
}

// surroundingSpace must not take the first '+' of an HMAC, which arrives as a space too, for
// white space: the length of what remains tells them apart.
func surroundingSpace(text string) (int, string) {
	trimmed := strings.Trim(text, " \t")
	if trimmed == text || len(trimmed)%4 != 0 {
		return -1, ""
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
		return -1, ""
	}
	for end < len(text) && text[end] == '=' {
		end++
	}
	mac, err := strictBase64.DecodeString(text[:end])
	if err != nil {
		return -1, ""
	}
	original, err := strictBase64.DecodeString(text[end:])
	if err != nil {
		return -1, ""
	}
	return end - 1, base64.StdEncoding.EncodeToString(append(mac, original...))
}

// loneCharacter is the first of four that a cut left: its six bits are no byte.
func loneCharacter(text string) (int, string) {
	if len(text)%4 != 1 || firstIllegal(text) >= 0 {
		return -1, ""
	}
	return len(text) - 1, text[:len(text)-1]
}

func missingPadding(text string) (int, string) {
	body := strings.TrimRight(text, "=")
	if firstIllegal(body) >= 0 {
		return -1, ""
	}
	needed := map[int]string{2: "==", 3: "="}[len(body)%4]
	if len(text)-len(body) >= len(needed) {
		return -1, ""
	}
	return len(text), body + needed
}

func trailingBits(text string) (int, string) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return -1, ""
	}
	return len(strings.TrimRight(text, "=")) - 1, base64.StdEncoding.EncodeToString(raw)
}

// firstIllegal is the position of the first byte outside the standard alphabet, or -1.
func firstIllegal(text string) int {
	return strings.IndexFunc(text, func(r rune) bool {
		return r > 'z' || !isAlphanumeric(byte(r)) && r != '+' && r != '/'
	})
}
