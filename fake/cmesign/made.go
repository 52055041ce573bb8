package cmesign

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// keyMistakes are ways to spoil a secret key before signing with it.
var keyMistakes = []struct {
	code  string
	what  string // completes "the HMAC was made with …"
	fix   string
	spoil func(Key) string
}{
	{codeKeyWhitespace, "the secret key followed by a line break", "trim the secret key after reading it from a file",
		func(k Key) string { return k.SecretKey + "\n" }},
	{codeKeyWhitespace, "the secret key followed by a carriage return and a line break", "trim the secret key after reading it from a file",
		func(k Key) string { return k.SecretKey + "\r\n" }},
	{codeKeyWhitespace, "the secret key followed by a carriage return", "trim the secret key after reading it from a file",
		func(k Key) string { return k.SecretKey + "\r" }},
	{codeKeyWhitespace, "the secret key followed by a space", "trim the secret key",
		func(k Key) string { return k.SecretKey + " " }},
	{codeKeyWhitespace, "the secret key preceded by a space", "trim the secret key",
		func(k Key) string { return " " + k.SecretKey }},
	{codeKeyQuoted, "the secret key in double quotes", "take the quotes away where the key is configured",
		func(k Key) string { return `"` + k.SecretKey + `"` }},
	{codeKeyQuoted, "the secret key in single quotes", "take the quotes away where the key is configured",
		func(k Key) string { return "'" + k.SecretKey + "'" }},
	{codeKeyEmpty, "an empty secret key", "look whether the secret key is configured at all",
		func(Key) string { return "" }},
	{codeKeyDecoded, "what base64 decoding makes of the secret key", "use the secret key as it is: its characters are the bytes of the key",
		func(k Key) string { return base64Decoded(k.SecretKey) }},
	{codeKeyDecoded, "what hexadecimal decoding makes of the secret key", "use the secret key as it is: its characters are the bytes of the key",
		func(k Key) string { return hexDecoded(k.SecretKey) }},
	{codeKeyIsSecretID, "the secretId as the secret key", "sign with the secret key; the secretId goes into the text",
		func(k Key) string { return k.SecretID }},
}

// base64Decoded decodes as Node.js does: either alphabet, and everything else is passed over.
func base64Decoded(key string) string {
	var body []byte
	for _, c := range []byte(strings.NewReplacer("-", "+", "_", "/").Replace(key)) {
		if isAlphanumeric(c) || c == '+' || c == '/' {
			body = append(body, c)
		}
	}
	decoded, _ := base64.RawStdEncoding.DecodeString(string(body)) // a lone character at the end is no byte
	return string(decoded)
}

// hexDecoded decodes up to the first character that is no digit, as Node.js does.
func hexDecoded(key string) string {
	decoded, _ := hex.DecodeString(key) // an error comes with what was decoded before it
	return string(decoded)
}

// madeFrom explains an HMAC that is not that of the text received under the key it names.
func (e *explainer) madeFrom(sig Signature, key Key) (diagnosis.Diagnosis, bool) {
	if d, ok := e.otherText(sig, key); ok {
		return d, true
	}
	for _, mistake := range keyMistakes {
		if sig.madeWith(mistake.spoil(key), sig.Original) {
			return diagnosis.Diagnosis{
				Code:     mistake.code,
				Sentence: "the HMAC was made with " + mistake.what,
				Fix:      mistake.fix + e.beneath(sig, key),
			}, true
		}
	}
	if hmac.Equal(sig.MAC[:], sum(sha1.New, sig.Original, key.SecretKey)) {
		return diagnosis.Diagnosis{
			Code:     codeSwapped,
			Sentence: "secret key and text are swapped: the HMAC was made over the secret key, with the text as its key",
			Fix:      "swap the arguments (CryptoJS.HmacSHA1 takes the text first, Python hmac.new the key)" + e.beneath(sig, key),
		}, true
	}
	if maker, ok := e.maker(sig); ok {
		return diagnosis.Diagnosis{
			Code: codeOtherKey,
			Sentence: fmt.Sprintf("the HMAC was made with the secret key of secretId %s, but the text names secretId %s",
				e.quote(maker.SecretID), e.quote(key.SecretID)),
			Fix: "use a secretId and a secret key that belong together",
		}, true
	}
	return diagnosis.Diagnosis{}, false
}

// otherText explains an HMAC over another text than the one received.
func (e *explainer) otherText(sig Signature, key Key) (diagnosis.Diagnosis, bool) {
	if signed := sig.Original + "\n"; sig.madeWith(key.SecretKey, signed) {
		return e.compare(diagnosis.Diagnosis{
			Code:     codeSignedLineBreak,
			Sentence: "the HMAC was made over the text followed by a line break",
			Fix:      "sign the text alone (in a shell printf %s instead of echo)" + e.beneath(sig, key),
		}, sig.Original, signed), true
	}
	for variant := range variants(sig) {
		if sig.madeWith(key.SecretKey, variant.text) {
			d := variant.describe()
			if variant.decoded { // what was signed is no good, what was sent is
				d.Fix = "URL-encode the values first, then sign the very text that is sent" + e.beneath(sig, key)
			} else {
				d.Fix = "build the text once, and send the very text that was signed" + e.beneath(withoutMAC(variant.text), key)
			}
			return e.compare(d, sig.Original, variant.text), true
		}
	}
	return diagnosis.Diagnosis{}, false
}

// maker finds another key of this server whose secret made the HMAC.
func (e *explainer) maker(sig Signature) (Key, bool) {
	for key := range e.others {
		if key.SecretID != sig.SecretID() && sig.madeWith(key.SecretKey, sig.Original) {
			return key, true
		}
	}
	return Key{}, false
}
