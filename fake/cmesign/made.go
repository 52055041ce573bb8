package cmesign

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// macHypotheses are about an HMAC of another text than the one received, or with another key than the one named.
var macHypotheses = []hypothesis{signedLineBreak, otherText, otherSpelling, swapped, otherKey}

func signedLineBreak(_ Verifier, found verdict) (explanation, bool) {
	signed := found.sig.Original + "\n"
	return explanation{
		template: codeSignedLineBreak, received: found.sig.Original, expected: signed, text: &found.sig, key: found.key,
	}, found.sig.madeWith(found.key.SecretKey, signed)
}

// fromHTML undoes what a browser or a template makes of the text. A browser shows &currentTimeStamp as ¤tTimeStamp.
var fromHTML = strings.NewReplacer("&amp;", "&", "¤tTimeStamp", "&currentTimeStamp", "%C2%A4tTimeStamp", "&currentTimeStamp")

// htmlEntities looks at the whole signature again, because an entity can hide where secretId ends.
func htmlEntities(v Verifier, found verdict) (explanation, bool) {
	original := found.sig.Original
	unescaped := fromHTML.Replace(original)
	if unescaped == original {
		return explanation{}, false
	}
	signature := base64.StdEncoding.EncodeToString(append(found.sig.MAC[:], unescaped...))
	if beneath := v.judge(signature); !beneath.authentic && beneath.failure != nil {
		return explanation{}, false
	}
	return explanation{template: codeHTMLEntity, received: original, expected: unescaped, signature: signature}, true
}

// otherText finds the parameters in another order, or written by another encoder.
func otherText(_ Verifier, found verdict) (explanation, bool) {
	for variant := range variants(found.sig) {
		if found.sig.madeWith(found.key.SecretKey, variant.text) {
			signed := parseText(variant.text)
			x := variant.explain()
			x.received, x.expected, x.text, x.key = found.sig.Original, variant.text, &signed, found.key
			if variant.decoded { // the text sent is right, not the text signed
				x.text = &found.sig
			}
			return x, true
		}
	}
	return explanation{}, false
}

// spellings are ways in which a secret key gets changed before a client signs with it.
var spellings = []struct {
	template string
	change   func(Key) string
}{
	{codeKeyWhitespace + "/lf", func(k Key) string { return k.SecretKey + "\n" }},
	{codeKeyWhitespace + "/crlf", func(k Key) string { return k.SecretKey + "\r\n" }},
	{codeKeyWhitespace + "/cr", func(k Key) string { return k.SecretKey + "\r" }},
	{codeKeyWhitespace + "/behind", func(k Key) string { return k.SecretKey + " " }},
	{codeKeyWhitespace + "/before", func(k Key) string { return " " + k.SecretKey }},
	{codeKeyQuoted + "/double", func(k Key) string { return `"` + k.SecretKey + `"` }},
	{codeKeyQuoted + "/single", func(k Key) string { return "'" + k.SecretKey + "'" }},
	{codeKeyEmpty, func(Key) string { return "" }},
	{codeKeyWord + "/undefined", func(Key) string { return "undefined" }},
	{codeKeyWord + "/null", func(Key) string { return "null" }},
	{codeKeyWord + "/none", func(Key) string { return "None" }},
	{codeKeyWord + "/nil", func(Key) string { return "nil" }},
	{codeKeyDecoded + "/base64", func(k Key) string { return base64Decoded(k.SecretKey) }},
	{codeKeyDecoded + "/hex", func(k Key) string { return hexDecoded(k.SecretKey) }},
	{codeKeyIsSecretID, func(k Key) string { return k.SecretID }},
}

func otherSpelling(_ Verifier, found verdict) (explanation, bool) {
	for _, spelling := range spellings {
		if found.sig.madeWith(spelling.change(found.key), found.sig.Original) {
			return explanation{template: spelling.template, text: &found.sig, key: found.key}, true
		}
	}
	return explanation{}, false
}

// base64Decoded decodes like Node.js: it accepts either alphabet, and ignores everything else.
func base64Decoded(key string) string {
	var body []byte
	for _, c := range []byte(strings.NewReplacer("-", "+", "_", "/").Replace(key)) {
		if isAlphanumeric(c) || c == '+' || c == '/' {
			body = append(body, c)
		}
	}
	decoded, _ := base64.RawStdEncoding.DecodeString(string(body)) // a single character at the end makes no byte
	return string(decoded)
}

// hexDecoded decodes like Node.js: up to the first character that is not a digit.
func hexDecoded(key string) string {
	decoded, _ := hex.DecodeString(key) // an error comes with what was decoded before it
	return string(decoded)
}

func swapped(_ Verifier, found verdict) (explanation, bool) {
	return explanation{template: codeSwapped, text: &found.sig, key: found.key},
		hmac.Equal(found.sig.MAC[:], sum(sha1.New, found.sig.Original, found.key.SecretKey))
}

func otherKey(v Verifier, found verdict) (explanation, bool) {
	maker, ok := v.maker(found.sig)
	return explained(codeOtherKey, "maker", quoted(maker.SecretID), "named", quoted(found.key.SecretID)), ok
}
