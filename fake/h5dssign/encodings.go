package h5dssign

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// encoding is how a client may have written the digest.
type encoding struct {
	name string
	// match reports whether the sign is this digest in this encoding. It may accept more, if an earlier encoding accepts
	// that too.
	match func(sign spelling, sum []byte, digits string) bool
	flaw  flaw
}

// encodings are in the order in which they are tried. The first is the right one.
var encodings = []encoding{
	{name: "lower-case hex", match: isHex},
	{"upper-case hex", isUpperHex, flaw{template: codeSignCase + "/upper"}},
	{"hex in mixed case", isMixedHex, flaw{template: codeSignCase + "/mixed"}},
	{"hex with other characters", isDecoratedHex, flaw{template: codeSignDecorated}},
	{"hex without some zeros", isHexWithoutZeros, flaw{template: codeSignZeros}},
	{"the middle 16 hex digits", isMiddleHex, flaw{template: codeSignShort}},
	{"base64", isBase64, flaw{template: codeSignBase64}},
	{"raw bytes", isRaw, flaw{template: codeSignRaw}},
}

// spelling is a sign in the forms in which it is compared.
type spelling struct {
	text     string // as received
	lower    string // in lower case
	bare     string // in lower case, without the characters that tools add to hex digits
	standard string // in the standard alphabet of base64, without padding
}

var (
	decoration  = strings.NewReplacer("0x", "", "-", "", ":", "", " ", "", `"`, "", "'", "")
	urlAlphabet = strings.NewReplacer("-", "+", "_", "/")
)

func spell(sign string) spelling {
	lower := strings.ToLower(sign)
	return spelling{sign, lower, decoration.Replace(lower), urlAlphabet.Replace(strings.TrimRight(sign, "="))}
}

// written finds the encoding in which the sign is the digest sum.
func written(sign spelling, sum []byte) (encoding int, ok bool) {
	digits := hex.EncodeToString(sum)
	for e, encoding := range encodings {
		if encoding.match(sign, sum, digits) {
			return e, true
		}
	}
	return 0, false
}

func isHex(sign spelling, _ []byte, digits string) bool { return equal(sign.text, digits) }

func isUpperHex(sign spelling, _ []byte, digits string) bool {
	return equal(sign.lower, digits) && sign.text == strings.ToUpper(sign.text)
}

func isMixedHex(sign spelling, _ []byte, digits string) bool { return equal(sign.lower, digits) }

func isDecoratedHex(sign spelling, _ []byte, digits string) bool { return equal(sign.bare, digits) }

// isHexWithoutZeros knows two mistakes: the leading zeros are lost, or the leading zero of each byte.
func isHexWithoutZeros(sign spelling, sum []byte, digits string) bool {
	if len(sign.lower) >= len(digits) { // nothing is lost; saves time
		return false
	}
	var bytewise []byte
	for _, b := range sum {
		bytewise = strconv.AppendUint(bytewise, uint64(b), 16)
	}
	return equal(sign.lower, strings.TrimLeft(digits, "0")) || equal(sign.lower, string(bytewise))
}

// isMiddleHex knows the "16-bit MD5" of many Chinese tools.
func isMiddleHex(sign spelling, sum []byte, digits string) bool {
	return len(sum) == 16 && equal(sign.lower, digits[8:24])
}

// isBase64 accepts either alphabet, padded or not, of the digest or of its hex form.
func isBase64(sign spelling, sum []byte, digits string) bool {
	return isBase64Of(sign, sum) || isBase64Of(sign, []byte(digits))
}

func isBase64Of(sign spelling, data []byte) bool {
	encoding := base64.RawStdEncoding
	return len(sign.standard) == encoding.EncodedLen(len(data)) && equal(sign.standard, encoding.EncodeToString(data))
}

func isRaw(sign spelling, sum []byte, _ string) bool { return equal(sign.text, string(sum)) }
