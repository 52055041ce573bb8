package cmesign_test

import (
	"github.com/fakecme/fakecme/fake/diagnosis"
)

const asItIs = "use the secret key as it is: its characters are the bytes of the key"

var otherExpired = textWith("secretId", "other-secret-id", "currentTimeStamp", "1599990000", "expireTime", "1599999999")

// keyRows have an HMAC by another key than the one named, or name no key.
var keyRows = []row{
	{
		name:      "key with line break",
		signature: from(secretKey+"\n", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-whitespace",
			Sentence: "the HMAC was made with the secret key followed by a line break",
			Fix:      "trim the secret key after reading it from a file" + nothingElse,
		},
	},
	{
		name:      "key with carriage return",
		signature: from(secretKey+"\r\n", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-whitespace",
			Sentence: "the HMAC was made with the secret key followed by a carriage return and a line break",
			Fix:      "trim the secret key after reading it from a file" + nothingElse,
		},
	},
	{
		name:      "key with lone carriage return",
		signature: from(secretKey+"\r", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-whitespace",
			Sentence: "the HMAC was made with the secret key followed by a carriage return",
			Fix:      "trim the secret key after reading it from a file" + nothingElse,
		},
	},
	{
		name:      "key with space after",
		signature: from(secretKey+" ", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-whitespace",
			Sentence: "the HMAC was made with the secret key followed by a space",
			Fix:      "trim the secret key" + nothingElse,
		},
	},
	{
		name:      "key with space before",
		signature: from(" "+secretKey, textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-whitespace",
			Sentence: "the HMAC was made with the secret key preceded by a space",
			Fix:      "trim the secret key" + nothingElse,
		},
	},
	{
		name:      "key in double quotes",
		signature: from(`"`+secretKey+`"`, textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-quoted",
			Sentence: "the HMAC was made with the secret key in double quotes",
			Fix:      "take the quotes away where the key is configured" + nothingElse,
		},
	},
	{
		name:      "key in single quotes, expired",
		signature: from("'"+secretKey+"'", expired, expired),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-quoted",
			Sentence: "the HMAC was made with the secret key in single quotes",
			Fix:      "take the quotes away where the key is configured" + thenExpired,
		},
	},
	{
		name:      "empty key",
		signature: from("", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-empty",
			Sentence: "the HMAC was made with an empty secret key",
			Fix:      "look whether the secret key is configured at all" + nothingElse,
		},
	},
	{
		name:      "key decoded from base64", // by Node.js
		signature: from("\x7d\xa9\x1e\xfa\xc7\x9c\xad\xeb\x7e\x91\xec", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-decoded",
			Sentence: "the HMAC was made with what base64 decoding makes of the secret key",
			Fix:      asItIs + nothingElse,
		},
	},
	{
		name:      "key with other characters decoded from base64, expired", // by Node.js
		signature: from("\xa2\xd8\x5e\xaf\xfb\x1e\x72\xb7\xad\x91\xec\xb5", otherExpired, otherExpired),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-decoded",
			Sentence: "the HMAC was made with what base64 decoding makes of the secret key",
			Fix:      asItIs + thenExpired,
		},
	},
	{
		name:      "key decoded from hexadecimal digits", // by Node.js
		signature: from("\xfa", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-decoded",
			Sentence: "the HMAC was made with what hexadecimal decoding makes of the secret key",
			Fix:      asItIs + nothingElse,
		},
	},
	{
		name:      "secretId as key",
		signature: from("fake-secret-id", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.key-is-secret-id",
			Sentence: "the HMAC was made with the secretId as the secret key",
			Fix:      "sign with the secret key; the secretId goes into the text" + nothingElse,
		},
	},
	{
		name:      "key and text swapped",
		signature: from(textWith(), secretKey, textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.swapped",
			Sentence: "secret key and text are swapped: the HMAC was made over the secret key, with the text as its key",
			Fix:      "swap the arguments (CryptoJS.HmacSHA1 takes the text first, Python hmac.new the key)" + nothingElse,
		},
	},
	{
		name:      "key of another tenant",
		signature: from("other/secret key~1", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.other-key",
			Sentence: `the HMAC was made with the secret key of secretId "other-secret-id", but the text names secretId "fake-secret-id"`,
			Fix:      "use a secretId and a secret key that belong together",
		},
	},
	{
		name:      "wrong secret",
		signature: from("wrong", textWith(), textWith()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-secret",
			Sentence: `the HMAC was not made with the secret key of secretId "fake-secret-id" over this text, nor in another way that was tried`,
			Fix:      "check the secret key, and that the signed text was byte for byte the received one",
			Received: textWith(),
		},
	},
	{
		name:      "more parameters than are put in order",
		signature: from(secretKey, sorted(many()), many()),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-secret",
			Sentence: `the HMAC was not made with the secret key of secretId "fake-secret-id" over this text, nor in another way that was tried`,
			Fix:      "check the secret key, and that the signed text was byte for byte the received one",
			Received: many(),
		},
	},
	{
		name:      "unknown secretId",
		signature: from("wrong", textWith("secretId", "nobody"), textWith("secretId", "nobody")),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-secret-id",
			Sentence: `no key has the secretId "nobody"`,
			Fix:      "use the secretId that belongs to the secret key",
		},
	},
	{
		name:      "unknown secretId, known secret",
		signature: sign(textWith("secretId", "nobody")),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-secret-id",
			Sentence: `no key has the secretId "nobody"`,
			Fix:      `send the secretId "fake-secret-id": the HMAC was made with its secret key`,
		},
	},
	{
		name:      "secretId with white space",
		signature: sign(textWith("secretId", "fake-secret-id%0A")),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-secret-id",
			Sentence: `no key has the secretId "fake-secret-id\n"`,
			Fix:      "take away the white space around the secretId",
		},
	},
	{
		name:      "secret key as secretId",
		signature: sign(textWith("secretId", secretKey)),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.secret-key-as-id",
			Sentence: `the parameter secretId holds the secret key of secretId "fake-secret-id"`,
			Fix:      "send the secretId there; the secret key must never be sent",
		},
	},
	{
		name:      "secret key among the values, wrong secret",
		signature: from("wrong", textWith("userId", "other%2Fsecret+key~1"), textWith("userId", "other%2Fsecret+key~1")),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-secret",
			Sentence: `the HMAC was not made with the secret key of secretId "fake-secret-id" over this text, nor in another way that was tried`,
			Fix:      "check the secret key, and that the signed text was byte for byte the received one",
			Received: textWith("userId", "[secret key]"),
		},
	},
}
