package h5dssign

import (
	"cmp"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// recipe is one way to make a sign: the digest of a text, written in an encoding. The three numbers are indices into texts,
// digests and encodings. The zero recipe is the right one.
type recipe struct{ text, digest, encoding int }

// explainRecipe looks for the recipe that made the sign. Each table starts with its right step, so that a sign with only one
// mistake is found as such.
func explainRecipe(h Headers, key Key) (diagnosis.Diagnosis, bool) {
	sign, fill := spell(h.Sign), filler(h.Timestamp, key.AppID, key.Secret)
	for t, text := range texts {
		signed := fill.Replace(text.pattern)
		for d, digest := range digests {
			if e, ok := written(sign, digest.sum(key.Secret, signed)); ok {
				return recipe{t, d, e}.explain(h.Timestamp), true
			}
		}
	}
	return diagnosis.Diagnosis{}, false
}

// explain names the flaw of the recipe. Of several flaws it names the most basic one; Received and Expected show them all.
func (r recipe) explain(timestamp string) diagnosis.Diagnosis {
	f := cmp.Or(digests[r.digest].flaw, texts[r.text].flaw, encodings[r.encoding].flaw)
	return templates.Fill(f.template, "value", f.value).Compare(r.show(timestamp), recipe{}.show(timestamp))
}

// show writes the recipe in words, with <secret> for the secret and <appid> for the appid.
func (r recipe) show(timestamp string) string {
	text := filler(timestamp, "<appid>", "<secret>").Replace(texts[r.text].pattern)
	return fmt.Sprintf("%s of %q as %s", digests[r.digest].name, text, encodings[r.encoding].name)
}

// filler fills the patterns of texts. {seconds} is the timestamp in whole seconds, {next} one more.
func filler(timestamp, appid, secret string) *strings.Replacer {
	ms, _ := strconv.ParseInt(timestamp, 10, 64)
	return strings.NewReplacer(
		"{timestamp}", timestamp,
		"{seconds}", strconv.FormatInt(ms/1000, 10),
		"{next}", strconv.FormatInt(ms/1000+1, 10),
		"{appid}", appid,
		"{secret}", secret)
}

// text is a text that a client may have signed.
type text struct {
	pattern string
	flaw    flaw
}

// texts are in the order in which they are tried. The first is the right one.
var texts = slices.Concat(
	[]text{
		{pattern: "{timestamp}{secret}"},
		{"{secret}{timestamp}", flaw{template: codeSecretFirst}},
		{"{secret}", flaw{template: codeTimestampUnsigned}},
	},
	separatorTexts(), secretTexts(), appidTexts,
	[]text{ // the timestamp is coarser than the one sent
		{"{seconds}{secret}", flaw{template: codeSignedSeconds}},
		{"{next}{secret}", flaw{template: codeSignedSeconds}},
		{"{seconds}000{secret}", flaw{template: codeSignedRounded}},
		{"{next}000{secret}", flaw{template: codeSignedRounded}},
	},
)

// separatorTexts have a character between the two parts.
func separatorTexts() []text {
	var list []text
	for _, separator := range []string{"+", "&", ":", ";", ",", ".", "_", "-", "|", "/", "#", "=", " ", "\t", "\n"} {
		f := flaw{codeSeparator, strconv.Quote(separator)}
		list = append(list, text{"{timestamp}" + separator + "{secret}", f}, text{"{secret}" + separator + "{timestamp}", f})
	}
	return list
}

// secretTexts have no secret, or one with something around it.
func secretTexts() []text {
	list := []text{{"{timestamp}", flaw{template: codeSecretEmpty}}}
	for _, word := range []string{"undefined", "null", "None", "nil"} {
		list = append(list, text{"{timestamp}" + word, flaw{codeSecretEmpty + "/word", strconv.Quote(word)}})
	}
	return append(list,
		text{"{timestamp}{secret}\n", flaw{template: codeSecretExtra + "/lf"}},
		text{"{timestamp}{secret}\r\n", flaw{template: codeSecretExtra + "/crlf"}},
		text{"{timestamp}{secret}\r", flaw{template: codeSecretExtra + "/cr"}},
		text{"{timestamp}{secret} ", flaw{template: codeSecretExtra + "/space"}},
		text{"{timestamp}{secret}\t", flaw{template: codeSecretExtra + "/tab"}},
		text{`{timestamp}"{secret}"`, flaw{template: codeSecretExtra + "/double"}},
		text{"{timestamp}'{secret}'", flaw{template: codeSecretExtra + "/single"}},
		text{"{timestamp}\ufeff{secret}", flaw{template: codeSecretExtra + "/bom"}},
	)
}

// appidTexts have the appid in them.
var appidTexts = []text{
	{"{appid}{timestamp}{secret}", flaw{template: codeAppIDIncluded}},
	{"{timestamp}{appid}{secret}", flaw{template: codeAppIDIncluded}},
	{"{timestamp}{secret}{appid}", flaw{template: codeAppIDIncluded}},
	{"{appid}{secret}{timestamp}", flaw{template: codeAppIDIncluded}},
	{"{secret}{appid}{timestamp}", flaw{template: codeAppIDIncluded}},
	{"{secret}{timestamp}{appid}", flaw{template: codeAppIDIncluded}},
	{"{timestamp}{appid}", flaw{template: codeAppIDAsSecret}},
	{"{appid}{timestamp}", flaw{template: codeAppIDAsSecret}},
}

// digest is a function that a client may have used.
type digest struct {
	name string
	sum  func(secret, text string) []byte
	flaw flaw
}

// digests are in the order in which they are tried. The first is the right one.
var digests = []digest{
	{name: "MD5", sum: md5Sum},
	{"MD5 of the hex MD5", md5OfHex, flaw{template: codeMD5Twice}},
	{"MD5 of the raw MD5", md5OfRaw, flaw{template: codeMD5Twice}},
	{"SHA-1", plain(sha1.New), flaw{codeDigest, "SHA-1"}},
	{"SHA-256", plain(sha256.New), flaw{codeDigest, "SHA-256"}},
	{"SHA-512", plain(sha512.New), flaw{codeDigest, "SHA-512"}},
	{"HMAC-MD5", keyed(md5.New), flaw{codeHMAC, "HMAC-MD5"}},
	{"HMAC-SHA-1", keyed(sha1.New), flaw{codeHMAC, "HMAC-SHA-1"}},
	{"HMAC-SHA-256", keyed(sha256.New), flaw{codeHMAC, "HMAC-SHA-256"}},
	{"no digest", noDigest, flaw{template: codeNotHashed}},
}

func md5Sum(_, text string) []byte {
	sum := md5.Sum([]byte(text))
	return sum[:]
}

func md5OfHex(secret, text string) []byte {
	return md5Sum(secret, hex.EncodeToString(md5Sum(secret, text)))
}

func md5OfRaw(secret, text string) []byte {
	return md5Sum(secret, string(md5Sum(secret, text)))
}

func noDigest(_, text string) []byte { return []byte(text) }

// plain hashes the text.
func plain(newHash func() hash.Hash) func(secret, text string) []byte {
	return func(_, text string) []byte {
		h := newHash()
		h.Write([]byte(text))
		return h.Sum(nil)
	}
}

// keyed makes a message authentication code of the text, with the secret as its key.
func keyed(newHash func() hash.Hash) func(secret, text string) []byte {
	return func(secret, text string) []byte {
		h := hmac.New(newHash, []byte(secret))
		h.Write([]byte(text))
		return h.Sum(nil)
	}
}

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
