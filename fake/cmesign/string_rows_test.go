package cmesign_test

import (
	"crypto/sha1"
	"crypto/sha256"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Parts of the diagnoses of strings.
const (
	wasString = "the HMAC was made a string before the text was put behind it, and arrived as "
	joinBytes = "concatenate bytes, not strings (Node.js Buffer.concat, Java ByteArrayOutputStream or ByteBuffer, Python hmac.digest() + text.encode())"
	notFound  = joinBytes + "; then check secretId and secret key, for how these bytes were made could not be found"
)

// stringRows are made by joining strings where bytes belong. The literal signatures come from the
// languages that the names tell.
var stringRows = []row{
	{
		name: "Node.js hmac.digest('latin1') + text",
		signature: "D8OZZ8KdNiDDmwweJcKkw6MzwqfDkMKOScOnwqXCjHNlY3JldElkPWZha2Utc2VjcmV0LWlkJmN1cnJlbnRUaW1lU3RhbXA9MTYw" +
			"MDAwMDAwMCZleHBpcmVUaW1lPTE2MDAwMDAzMDAmcmFuZG9tPTEmcGxhdGZvcm09ZmFrZS1wbGF0Zm9ybSZhY3Rpb249TG9naW4m" +
			"dXNlcklkPXVzZXJfMDE=",
		failure: "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "31 bytes: each byte became a Latin-1 character, and that UTF-8 (Node.js 'latin1' and 'binary', Java ISO_8859_1, Python latin-1)",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Node.js hmac.digest() + text",
		signature: "D++/vWfvv702IO+/vQweJe+/ve+/vTPvv73QjknnpYxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2" +
			"MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2lu" +
			"JnVzZXJJZD11c2VyXzAx",
		failure: "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "32 bytes: what is not UTF-8 became U+FFFD (Node.js digest() + text, Java new String(mac), Python errors='replace')",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Java new String(mac, UTF_8) + text",
		signature: "D++/vWfvv702IO+/vQweJe+/ve+/vTPvv73QjknnpYxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2" +
			"MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2lu" +
			"JnVzZXJJZD11c2VyXzAx",
		failure: "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "32 bytes: what is not UTF-8 became U+FFFD (Node.js digest() + text, Java new String(mac), Python errors='replace')",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Java new String(mac) + text, with a surrogate",
		signature: "77+9VEjvv70cQSnvv73vv73vv70777+977+977+9O2jvv71zZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1w" +
			"PTE2MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0yNzQmcGxhdGZvcm09ZmFrZS1wbGF0Zm9ybSZhY3Rpb249" +
			"TG9naW4mdXNlcklkPXVzZXJfMDE=",
		failure: "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "35 bytes: what is not UTF-8 became U+FFFD, with one for each surrogate (Java new String(mac))",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Python mac.decode('utf-8', 'ignore') + text",
		signature: "D2c2IAweJTPQjknnpYxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhwaXJlVGlt" +
			"ZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2VyXzAx",
		failure: "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "14 bytes: what is not UTF-8 was left out (Python errors='ignore')",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Java new String(mac, US_ASCII) + text",
		signature: "D++/vWfvv702IO+/vQweJe+/ve+/vTPvv73vv73vv71J77+977+977+9c2VjcmV0SWQ9ZmFrZS1zZWNyZXQtaWQmY3VycmVudFRp" +
			"bWVTdGFtcD0xNjAwMDAwMDAwJmV4cGlyZVRpbWU9MTYwMDAwMDMwMCZyYW5kb209MSZwbGF0Zm9ybT1mYWtlLXBsYXRmb3JtJmFj" +
			"dGlvbj1Mb2dpbiZ1c2VySWQ9dXNlcl8wMQ==",
		failure: "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "42 bytes: each byte that is not ASCII became U+FFFD (Java US_ASCII, Python ascii with errors='replace')",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Java (new String(mac, US_ASCII) + text).getBytes(US_ASCII)",
		signature: "Dz9nPzYgPwweJT8/Mz8/P0k/Pz9zZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhw" +
			"aXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2Vy" +
			"XzAx",
		failure: "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "20 bytes: each byte that is not ASCII became '?' (Java US_ASCII, as the default charset too)",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Python mac.decode('ascii', 'ignore') + text",
		signature: "D2c2IAweJTNJc2VjcmV0SWQ9ZmFrZS1zZWNyZXQtaWQmY3VycmVudFRpbWVTdGFtcD0xNjAwMDAwMDAwJmV4cGlyZVRpbWU9MTYw" +
			"MDAwMDMwMCZyYW5kb209MSZwbGF0Zm9ybT1mYWtlLXBsYXRmb3JtJmFjdGlvbj1Mb2dpbiZ1c2VySWQ9dXNlcl8wMQ==",
		failure: "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "9 bytes: each byte that is not ASCII was left out (Python ascii with errors='ignore')",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Node.js hmac.digest('ascii') + text",
		signature: "D1lnHTYgWwweJSRjMydQDklnJQxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhw" +
			"aXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2Vy" +
			"XzAx",
		failure: "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "20 bytes: each byte lost its highest bit (Node.js 'ascii')",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name: "Python str(mac) + text",
		signature: "YidceDBmXHhkOWdceDlkNiBceGRiXHgwY1x4MWUlXHhhNFx4ZTMzXHhhN1x4ZDBceDhlSVx4ZTdceGE1XHg4YydzZWNyZXRJZD1m" +
			"YWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBs" +
			"YXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2VyXzAx",
		failure: "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "65 bytes: Python wrote them as b'…' (str(mac) + text)",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name:      "string, expired",
		signature: put(latin1(mac(sha1.New, secretKey, expired)), expired),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "27 bytes: each byte became a Latin-1 character, and that UTF-8 (Node.js 'latin1' and 'binary', Java ISO_8859_1, Python latin-1)",
			Fix:      joinBytes + thenExpired,
		},
	},
	{
		name:      "string, action first",
		signature: put(latin1(mac(sha1.New, secretKey, sorted(textWith()))), sorted(textWith())),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: wasString + "27 bytes: each byte became a Latin-1 character, and that UTF-8 (Node.js 'latin1' and 'binary', Java ISO_8859_1, Python latin-1)",
			Fix:      joinBytes + nothingElse,
		},
	},
	{
		name:      "string of an unknown key",
		signature: put(latin1(mac(sha1.New, "unknown", textWith())), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: `the 27 bytes in front of "secretId=" are UTF-8 with characters beyond ASCII, not the 20 raw bytes of an HMAC`,
			Fix:      notFound,
		},
	},
	{
		name:      "string of an unknown secretId",
		signature: put([]byte(strings.Repeat("\uFFFD", 12)), sorted(textWith("secretId", "nobody"))),
		failure:   "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: `the 36 bytes in front of "action=" are UTF-8 with characters beyond ASCII, not the 20 raw bytes of an HMAC`,
			Fix:      notFound,
		},
	},
	{
		name:      "string of 20 bytes",
		signature: put([]byte(strings.Repeat("é", 10)), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-secret",
			Sentence: `the HMAC was not made with the secret key of secretId "fake-secret-id" over this text, nor in another way that was tried`,
			Fix:      "check the secret key, and that the signed text was byte for byte the received one",
			Received: textWith(),
		},
	},
	{
		name:      "longest string",
		signature: put([]byte(strings.Repeat("é", 41)+"e"), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.mac-through-string",
			Sentence: `the 83 bytes in front of "secretId=" are UTF-8 with characters beyond ASCII, not the 20 raw bytes of an HMAC`,
			Fix:      notFound,
		},
	},
	{
		name:      "string longer than the longest",
		signature: put([]byte(strings.Repeat("é", 42)), textWith()),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.misplaced-text",
			Sentence: `"secretId=" stands at byte 85 of the decoded signature, but no parameter begins there when the text is read from byte 21 on`,
			Fix:      "put exactly the 20 raw bytes of HMAC-SHA1 in front of the text (40 bytes are hexadecimal digits, 32 are SHA-256)",
		},
	},
	{
		name:      "bytes that are no string",
		signature: put(mac(sha256.New, "unknown", textWith()), textWith()),
		failure:   "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-utf8",
			Sentence: "what follows the first 20 decoded bytes is not UTF-8 at its byte 2",
			Fix:      howTo,
		},
	},
	{
		name:      "string in front of a text not in UTF-8",
		signature: put(latin1(mac(sha1.New, secretKey, textWith("userId", "\xd3"))), textWith("userId", "\xd3")),
		failure:   "cme.not-utf8",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-utf8",
			Sentence: "what follows the first 20 decoded bytes is not UTF-8 at its byte 1",
			Fix:      howTo,
		},
	},
}
