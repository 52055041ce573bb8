package cmesign_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

const useHMAC = "use HMAC-SHA1 with the secret key as its key (Node.js crypto.createHmac, Java Mac \"HmacSHA1\", Python hmac.new, PHP hash_hmac), as raw bytes"

// plainRows have a hash in front of the text that is no HMAC.
var plainRows = []row{
	{
		name:      "SHA-1 of key and text",
		signature: put(plainSHA1(secretKey+textWith()), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.plain-hash",
			Sentence: "in front of the text stands SHA-1 of the secret key followed by the text as raw bytes, not HMAC-SHA1 as 20 raw bytes",
			Fix:      useHMAC + nothingElse,
		},
	},
	{
		name:      "SHA-1 of text and key, in hexadecimal digits",
		signature: put(hexOf(plainSHA1(textWith()+secretKey)), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.plain-hash",
			Sentence: "in front of the text stands SHA-1 of the text followed by the secret key as hexadecimal digits, not HMAC-SHA1 as 20 raw bytes",
			Fix:      useHMAC + nothingElse,
		},
	},
	{
		name:      "SHA-1 of key, '&' and text, in upper-case hexadecimal digits",
		signature: put(bytes.ToUpper(hexOf(plainSHA1(secretKey+"&"+textWith()))), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.plain-hash",
			Sentence: "in front of the text stands SHA-1 of secret key, '&' and text as upper-case hexadecimal digits, not HMAC-SHA1 as 20 raw bytes",
			Fix:      useHMAC + nothingElse,
		},
	},
	{
		name:      "SHA-1 of text, '&' and key, in base64",
		signature: put([]byte(base64.StdEncoding.EncodeToString(plainSHA1(textWith()+"&"+secretKey))), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.plain-hash",
			Sentence: "in front of the text stands SHA-1 of text, '&' and secret key as base64, not HMAC-SHA1 as 20 raw bytes",
			Fix:      useHMAC + nothingElse,
		},
	},
	{
		name:      "SHA-1 of the text, expired",
		signature: put(plainSHA1(expired), expired),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.plain-hash",
			Sentence: "in front of the text stands SHA-1 of the text without any key as raw bytes, not HMAC-SHA1 as 20 raw bytes",
			Fix:      useHMAC + thenExpired,
		},
	},
	{
		name:      "SHA-1 of an unknown key and text",
		signature: put(plainSHA1("unknown"+textWith()), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-secret",
			Sentence: `the HMAC was not made with the secret key of secretId "fake-secret-id" over this text, nor in another way that was tried`,
			Fix:      "check the secret key, and that the signed text was byte for byte the received one",
			Received: textWith(),
		},
	},
	{
		name:      "SHA-1 of the secret key of another tenant and text",
		signature: put(plainSHA1("other/secret key~1"+textWith()), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-secret",
			Sentence: `the HMAC was not made with the secret key of secretId "fake-secret-id" over this text, nor in another way that was tried`,
			Fix:      "check the secret key, and that the signed text was byte for byte the received one",
			Received: textWith(),
		},
	},
}

func plainSHA1(text string) []byte {
	sum := sha1.Sum([]byte(text))
	return sum[:]
}
