package cmesign

import (
	"crypto/hmac"
	"crypto/sha1"
	"fmt"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// plainHashes are texts over which SHA-1 is taken by those who take it for HMAC-SHA1.
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

// plainHash explains a hash without HMAC in front of the text, in any notation.
func (e *explainer) plainHash(raw []byte) (diagnosis.Diagnosis, bool) {
	for _, notation := range notations {
		size := len(notation.write(make([]byte, sha1.Size)))
		if len(raw) < size {
			continue
		}
		sig := withoutMAC(string(raw[size:]))
		key, failure := e.findKey(sig)
		if failure != nil {
			continue
		}
		for _, plain := range plainHashes {
			sum := sha1.Sum([]byte(plain.join(key.SecretKey, sig.Original)))
			if !hmac.Equal(raw[:size], notation.write(sum[:])) {
				continue
			}
			e.hide(key)
			return diagnosis.Diagnosis{
				Code: codePlainHash,
				Sentence: fmt.Sprintf("in front of the text stands SHA-1 of %s as %s, not HMAC-SHA1 as 20 raw bytes",
					plain.what, notation.name),
				Fix: "use HMAC-SHA1 with the secret key as its key (Node.js crypto.createHmac, Java Mac \"HmacSHA1\", Python hmac.new, PHP hash_hmac), as raw bytes" +
					e.beneath(sig, key),
			}, true
		}
	}
	return diagnosis.Diagnosis{}, false
}
