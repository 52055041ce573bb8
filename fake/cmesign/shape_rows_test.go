package cmesign_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// shapeRows are signatures that are damaged as base64 texts.
var shapeRows = []row{
	{
		name:      "valid",
		signature: sign(textWith()),
		want: diagnosis.Diagnosis{
			Code:     "cme.valid",
			Sentence: "the signature is valid until 2020-09-13T12:31:40Z",
		},
	},
	{
		name:      "empty",
		signature: "",
		failure:   "cme.empty",
		want: diagnosis.Diagnosis{
			Code:     "cme.empty",
			Sentence: "the signature is empty or missing",
			Fix:      howTo,
		},
	},
	{
		name:      "too long",
		signature: strings.Repeat("A", 1<<20),
		failure:   "cme.too-long",
		want: diagnosis.Diagnosis{
			Code:     "cme.too-long",
			Sentence: "the signature has 1048576 bytes, more than the 65536 that are read",
			Fix:      howTo,
		},
	},
	{
		name:      "not base64",
		signature: "c2lnbmF0dXJlŁ",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: "Ł" stands at byte 13`,
			Fix:      howTo,
		},
	},
	{
		name:      "not base64, with a space",
		signature: "not a signature",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: " " stands at byte 4`,
			Fix:      howTo,
		},
	},
	{
		name:      "not base64, with a line break inside",
		signature: "ab\n!",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: "\n" stands at byte 3`,
			Fix:      howTo,
		},
	},
	{
		name:      "percent-encoded twice",
		signature: url.QueryEscape(sign(textWith())),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.percent-encoded",
			Sentence: "the signature is still URL-encoded after one decoding, at byte 24",
			Fix:      onceOnly + nothingElse,
		},
	},
	{
		name:      "percent-encoded three times",
		signature: escaped(sign(textWith()), 2),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.percent-encoded",
			Sentence: "the signature is still URL-encoded after one decoding, at byte 24",
			Fix:      onceOnly + "; then it is still rejected with cme.percent-encoded: the signature is still URL-encoded after one decoding, at byte 24",
		},
	},
	{
		name:      "percent-encoded as often as is undone",
		signature: escaped(sign(textWith()), 5),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.percent-encoded",
			Sentence: "the signature is still URL-encoded after one decoding, at byte 24",
			Fix:      onceOnly + "; then it is still rejected with cme.percent-encoded: the signature is still URL-encoded after one decoding, at byte 24",
		},
	},
	{
		name:      "percent-encoded more often than is undone",
		signature: escaped(sign(textWith()), 6),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: "%" stands at byte 24`,
			Fix:      howTo,
		},
	},
	{
		name:      "lines of 76 characters",
		signature: lines(sign(textWith()), "\n"),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.line-breaks",
			Sentence: "the base64 text has a line break at byte 77",
			Fix:      noLines + nothingElse,
		},
	},
	{
		name:      "lines of 76 characters, expired",
		signature: lines(sign(textWith("currentTimeStamp", "1599990000", "expireTime", "1599999999")), "\r\n"),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.line-breaks",
			Sentence: "the base64 text has a line break at byte 77",
			Fix:      noLines + thenExpired,
		},
	},
	{
		name:      "line break at the end",
		signature: sign(textWith()) + "\n",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.line-breaks",
			Sentence: "the base64 text has a line break at byte 209",
			Fix:      noLines + nothingElse,
		},
	},
	{
		name:      "carriage return in the middle",
		signature: sign(textWith())[:76] + "\r" + sign(textWith())[76:],
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.line-breaks",
			Sentence: "the base64 text has a line break at byte 77",
			Fix:      noLines + nothingElse,
		},
	},
	{
		name:      "space before",
		signature: " " + sign(textWith()),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.surrounding-space",
			Sentence: "there is white space around the base64 text, first at byte 1",
			Fix:      "trim it before sending" + nothingElse,
		},
	},
	{
		name:      "spaces after",
		signature: sign(textWith()) + " \t",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.surrounding-space",
			Sentence: "there is white space around the base64 text, first at byte 209",
			Fix:      "trim it before sending" + nothingElse,
		},
	},
	{
		name:      "plus arrived as space",
		signature: strings.ReplaceAll(sign(withPlus()), "+", " "),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.plus-as-space",
			Sentence: "there is a space at byte 9 of the base64 text, as a '+' arrives when the query is not URL-encoded",
			Fix:      encodeOnce + nothingElse,
		},
	},
	{
		name:      "first plus arrived as space",
		signature: strings.ReplaceAll(sign(withLeadingPlus()), "+", " "),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.plus-as-space",
			Sentence: "there is a space at byte 1 of the base64 text, as a '+' arrives when the query is not URL-encoded",
			Fix:      encodeOnce + nothingElse,
		},
	},
	{
		name:      "last plus arrived as space",
		signature: strings.TrimRight(sign(textWith("userId", "user+%7E1~")), "+") + " ",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.plus-as-space",
			Sentence: "there is a space at byte 208 of the base64 text, as a '+' arrives when the query is not URL-encoded",
			Fix:      encodeOnce + nothingElse,
		},
	},
	{
		name:      "plus arrived as space, expired",
		signature: strings.ReplaceAll(sign(withPlus("currentTimeStamp", "1599990000", "expireTime", "1599999999")), "+", " "),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.plus-as-space",
			Sentence: "there is a space at byte 12 of the base64 text, as a '+' arrives when the query is not URL-encoded",
			Fix:      encodeOnce + thenExpired,
		},
	},
	{
		name:      "URL alphabet",
		signature: strings.NewReplacer("+", "-", "/", "_").Replace(sign(withPlus())),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.url-alphabet",
			Sentence: "a character of the URL alphabet of base64 stands at byte 9",
			Fix:      standard + nothingElse,
		},
	},
	{
		name:      "URL alphabet in part",
		signature: strings.Replace(sign(withTwoPluses()), "+", "-", 1),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.url-alphabet",
			Sentence: "a character of the URL alphabet of base64 stands at byte 9",
			Fix:      standard + nothingElse,
		},
	},
	{
		name:      "URL alphabet without padding",
		signature: strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(sign(withPlus())), "="),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.url-alphabet",
			Sentence: "a character of the URL alphabet of base64 stands at byte 9",
			Fix:      standard + "; then it is still rejected with cme.missing-padding: the base64 text ends without the padding '=' that it needs at byte 208",
		},
	},
	{
		name:      "HMAC and text encoded apart",
		signature: base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith())) + base64.StdEncoding.EncodeToString([]byte(textWith())),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.encoded-apart",
			Sentence: "two base64 texts stand one after the other: the first ends at byte 28",
			Fix:      "put the 20 raw bytes of the HMAC in front of the text first, and encode both at once" + nothingElse,
		},
	},
	{
		name:      "padding in the middle",
		signature: "AA==" + sign(textWith())[1:],
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: "=" stands at byte 3`,
			Fix:      howTo,
		},
	},
	{
		name:      "white space, nothing inside",
		signature: " AAAA",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: " " stands at byte 1`,
			Fix:      howTo,
		},
	},
	{
		name:      "four damages",
		signature: url.QueryEscape(url.QueryEscape(lines(strings.TrimRight(strings.ReplaceAll(sign(withPlus()), "+", "-"), "="), "\n"))),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.percent-encoded",
			Sentence: "the signature is still URL-encoded after one decoding, at byte 77",
			Fix:      onceOnly + "; then it is still rejected with cme.percent-encoded: the signature is still URL-encoded after one decoding, at byte 77",
		},
	},
	{
		name:      "spaces in what decodes to no parameters",
		signature: strings.ReplaceAll(put(bytes.Repeat([]byte{0xfb}, 20), "hello"), "+", " "),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: " " stands at byte 1`,
			Fix:      howTo,
		},
	},
	{
		name:      "damages upon nothing",
		signature: url.QueryEscape(lines("AAA", "\n")),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: "%" stands at byte 4`,
			Fix:      howTo,
		},
	},
	{
		name:      "a '%' that encodes nothing",
		signature: "50%off",
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-base64",
			Sentence: `the signature is not base64: "%" stands at byte 3`,
			Fix:      howTo,
		},
	},
}
