package cmesign_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// layoutRows put HMAC and text together in another way, or lack one of them.
var layoutRows = []row{
	{
		name:      "too short",
		signature: base64.StdEncoding.EncodeToString([]byte("nineteen bytes long")),
		failure:   "cme.too-short",
		want: diagnosis.Diagnosis{
			Code:     "cme.too-short",
			Sentence: "the signature decodes to 19 bytes, fewer than the 20 of the HMAC",
			Fix:      howTo,
		},
	},
	{
		name:      "HMAC alone",
		signature: base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith())),
		failure:   "cme.no-original",
		want: diagnosis.Diagnosis{
			Code:     "cme.no-original",
			Sentence: "the signature decodes to 20 bytes: the signed text is missing after the HMAC",
			Fix:      howTo,
		},
	},
	{
		name:      "hexadecimal HMAC alone",
		signature: base64.StdEncoding.EncodeToString(hexOf(mac(sha1.New, secretKey, textWith()))),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.no-original",
			Sentence: "the signature decodes to 40 hexadecimal digits and nothing else: the signed text is missing",
			Fix:      howTo,
		},
	},
	{
		name:      "text not in UTF-8",
		signature: sign(textWith("userId", "\xd3\xc3\xbb\xa7")),
		failure:   "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-utf8",
			Sentence: "what follows the first 20 decoded bytes is not UTF-8 at its byte 127",
			Fix:      howTo,
		},
	},
	{
		name:      "base64 twice",
		signature: base64.StdEncoding.EncodeToString([]byte(sign(textWith()))),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.base64-twice",
			Sentence: "the signature is base64 of a base64 text: it was encoded twice",
			Fix:      "encode HMAC and text together, once" + nothingElse,
		},
	},
	{
		name:      "base64 twice, another action",
		signature: base64.StdEncoding.EncodeToString([]byte(sign(textWith("action", "Upload")))),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.base64-twice",
			Sentence: "the signature is base64 of a base64 text: it was encoded twice",
			Fix:      `encode HMAC and text together, once; then it is still rejected with cme.wrong-action: the action is "Upload", but this call demands "Login"`,
		},
	},
	{
		name:      "base64 twice of something else",
		signature: put(nil, put(mac(sha1.New, secretKey, "hello"), "hello")),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "secretId" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "text alone",
		signature: base64.StdEncoding.EncodeToString([]byte(textWith())),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.no-mac",
			Sentence: "the signature decodes to the text alone: no HMAC stands in front of it",
			Fix:      howTo,
		},
	},
	{
		name:      "hexadecimal HMAC",
		signature: put(hexOf(mac(sha1.New, secretKey, textWith())), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.hex-mac",
			Sentence: "the HMAC is HMAC-SHA1 as hexadecimal digits in front of the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      rawBytes + nothingElse,
		},
	},
	{
		name:      "upper-case hexadecimal HMAC, expired",
		signature: put(bytes.ToUpper(hexOf(mac(sha1.New, secretKey, expired))), expired),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.hex-mac",
			Sentence: "the HMAC is HMAC-SHA1 as upper-case hexadecimal digits in front of the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      rawBytes + thenExpired,
		},
	},
	{
		name:      "base64 HMAC",
		signature: put([]byte(base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith()))), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.base64-mac",
			Sentence: "the HMAC is HMAC-SHA1 as base64 in front of the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      rawBytes + nothingElse,
		},
	},
	{
		name:      "SHA-256",
		signature: put(mac(sha256.New, secretKey, textWith()), textWith()),
		failure:   "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-hash",
			Sentence: "the HMAC is HMAC-SHA256 as raw bytes in front of the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      inFront + nothingElse,
		},
	},
	{
		name:      "SHA-512 in hexadecimal digits",
		signature: put(hexOf(mac(sha512.New, secretKey, textWith())), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-hash",
			Sentence: "the HMAC is HMAC-SHA512 as hexadecimal digits in front of the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      inFront + nothingElse,
		},
	},
	{
		name:      "MD5",
		signature: put(mac(md5.New, secretKey, textWith()), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-hash",
			Sentence: "the HMAC is HMAC-MD5 as raw bytes in front of the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      inFront + nothingElse,
		},
	},
	{
		name:      "text before HMAC",
		signature: put([]byte(textWith()), string(mac(sha1.New, secretKey, textWith()))),
		failure:   "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.original-first",
			Sentence: "the HMAC is HMAC-SHA1 as raw bytes behind the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      inFront + nothingElse,
		},
	},
	{
		name:      "text before SHA-256 in hexadecimal digits",
		signature: put([]byte(textWith()), string(hexOf(mac(sha256.New, secretKey, textWith())))),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.original-first",
			Sentence: "the HMAC is HMAC-SHA256 as hexadecimal digits behind the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			Fix:      inFront + nothingElse,
		},
	},
	{
		name:      "text before HMAC of an unknown key",
		signature: put([]byte(textWith()), string(mac(sha1.New, "unknown", textWith()))),
		failure:   "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.misplaced-text",
			Sentence: "the text begins at byte 1 of the decoded signature, where the HMAC belongs",
			Fix:      howTo,
		},
	},
	{
		name:      "hexadecimal HMAC of an unknown key",
		signature: put(hexOf(mac(sha1.New, "unknown", textWith())), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.misplaced-text",
			Sentence: `"secretId=" stands at byte 41 of the decoded signature, but no parameter begins there when the text is read from byte 21 on`,
			Fix:      "put exactly the 20 raw bytes of HMAC-SHA1 in front of the text (40 bytes are hexadecimal digits, 32 are SHA-256)",
		},
	},
}
