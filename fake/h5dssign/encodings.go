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
	// match reports whether the sign is this digest in this encoding. It need not reject
	// what an encoding before it accepts.
	match func(sign spelling, sum []byte, digits string) bool
	flaw  flaw
}

// encodings, the right one first.
var encodings = []encoding{
	{name: "lower-case hex", match: isHex},
	{"upper-case hex", isUpperHex, wrongCase("upper-case hex digits")},
	{"hex in mixed case", isMixedHex, wrongCase("hex digits in mixed case")},
	{"hex with other characters", isDecoratedHex, flaw{
		codeSignDecorated,
		"the sign is hex with other characters between or around the digits",
		"send the 32 hex digits alone; in C#, BitConverter puts a dash after each byte",
	}},
	{"hex without some zeros", isHexWithoutZeros, flaw{
		codeSignZeros,
		"the sign has lost zeros of its hex form",
		"write each byte as two digits (%02x); BigInteger.toString(16) and Integer.toHexString drop leading zeros, so only some signs fail",
	}},
	{"the middle 16 hex digits", isMiddleHex, flaw{
		codeSignShort,
		"the sign is the 16-digit form of the MD5, its digits 9 to 24",
		"send all 32 hex digits",
	}},
	{"base64", isBase64, flaw{
		codeSignBase64,
		"the sign is written in base64, not in hex",
		"write the MD5 as 32 lower-case hex digits",
	}},
	{"raw bytes", isRaw, flaw{
		codeSignRaw,
		"the sign is sent as raw bytes, not in hex",
		"write the MD5 as 32 lower-case hex digits",
	}},
}

func wrongCase(written string) flaw {
	return flaw{
		codeSignCase,
		"the sign is written in " + written + ", not in lower-case ones",
		"write the MD5 as 32 lower-case hex digits",
	}
}

// spelling is a sign as it was received, and made fit for comparing.
type spelling struct {
	text     string // as received
	lower    string // in lower case
	bare     string // in lower case, without what tools put between or around hex digits
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

// isHexWithoutZeros knows two ways: all leading zeros gone, or the leading zero of each byte.
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
