package cmesign_test

import (
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// paddingRows are base64 texts with something wrong at their end.
var paddingRows = []row{
	{
		name:      "padding missing",
		signature: strings.TrimRight(sign(textWith()), "="),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-padding",
			Sentence: "the base64 text ends without the padding '=' that it needs at byte 208",
			Fix:      padded + nothingElse,
		},
	},
	{
		name:      "end cut off",
		signature: strings.TrimRight(sign(textWith()), "=")[:150],
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "platform="; 2 required parameters are missing (action, userId)` + doesNotFit,
			Fix:      sendAll,
			Received: before(textWith(), "fake-platform"),
		},
	},
	{
		name:      "padding missing and trailing bits",
		signature: strings.TrimRight(trailingBits(sign(textWith())), "="),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-padding",
			Sentence: "the base64 text ends without the padding '=' that it needs at byte 208",
			Fix:      padded + "; then it is still rejected with cme.trailing-bits: the last base64 character, at byte 207, has bits set that belong to no byte",
		},
	},
	{
		name:      "trailing bits",
		signature: "AB==",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.trailing-bits",
			Sentence: "the last base64 character, at byte 2, has bits set that belong to no byte",
			Fix:      "send the text as the encoder made it; then it is still rejected with cme.too-short: the signature decodes to 1 bytes, fewer than the 20 of the HMAC",
		},
	},
	{
		name:      "trailing bits of a valid one",
		signature: trailingBits(sign(textWith())),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.trailing-bits",
			Sentence: "the last base64 character, at byte 207, has bits set that belong to no byte",
			Fix:      "send the text as the encoder made it" + nothingElse,
		},
	},
	{
		name:      "lone character behind a whole signature",
		signature: sign(textWith("userId", "user+%7E1~")) + "A",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.base64-length",
			Sentence: "the base64 text ends with a lone character at byte 209, which makes no byte",
			Fix:      "look whether a part of the signature was cut off or copied twice" + nothingElse,
		},
	},
	{
		name:      "lone character behind what is no signature",
		signature: "AAAAA",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.base64-length",
			Sentence: "5 base64 characters and 0 times the padding '=' are not a complete base64 text",
			Fix:      "look whether a part of the signature was cut off or copied twice",
		},
	},
	{
		name:      "too much padding",
		signature: sign(textWith()) + "=",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.base64-length",
			Sentence: "207 base64 characters and 2 times the padding '=' are not a complete base64 text",
			Fix:      "look whether a part of the signature was cut off or copied twice",
		},
	},
}
