package cmesign_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/cmesign"
)

const secretKey = "fake-secret-key"

var (
	now  = unix(1600000000)
	keys = []cmesign.Key{
		{SecretID: "fake-secret-id", SecretKey: secretKey, Platforms: []string{"fake-platform", "fake-platform-2"}},
		{SecretID: "other-secret-id", SecretKey: "other/secret key~1"},
	}
)

// judge returns the verifier of these tests, with two keys, for an endpoint that demands Login.
func judge() cmesign.Verifier {
	return cmesign.Verifier{Lookup: lookup(keys...), Others: slices.Values(keys), Now: now, Action: "Login"}
}

// textWith returns the text of a valid signature with other values of some parameters: name, value, name, value. The values are
// not encoded.
func textWith(pairs ...string) string {
	values := map[string]string{
		"secretId": "fake-secret-id", "currentTimeStamp": "1600000000", "expireTime": "1600000300",
		"random": "7", "platform": "fake-platform", "action": "Login", "userId": "user+%7E1",
	}
	for pair := range slices.Chunk(pairs, 2) {
		values[pair[0]] = pair[1]
	}
	var parts []string
	for _, name := range []string{"secretId", "currentTimeStamp", "expireTime", "random", "platform", "action", "userId"} {
		parts = append(parts, name+"="+values[name])
	}
	return strings.Join(parts, "&")
}

// expired is a text that expired one second before now.
var expired = textWith("currentTimeStamp", "1599990000", "expireTime", "1599999999")

func sign(text string) string { return cmesign.SignOriginal(secretKey, text) }

// from returns a signature with the HMAC of one text and another text behind it.
func from(key, signed, sent string) string { return put(mac(sha1.New, key, signed), sent) }

// put returns a signature of two parts.
func put(first []byte, second string) string {
	return base64.StdEncoding.EncodeToString(slices.Concat(first, []byte(second)))
}

func mac(h func() hash.Hash, key, text string) []byte {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func hexOf(raw []byte) []byte { return hex.AppendEncode(nil, raw) }

// latin1 returns the bytes that a program writes as UTF-8 if it takes raw for Latin-1 characters.
func latin1(raw []byte) []byte {
	var text []byte
	for _, c := range raw {
		text = utf8.AppendRune(text, rune(c))
	}
	return text
}

// sorted returns a text with its parameters in alphabetical order.
func sorted(text string) string {
	return strings.Join(slices.Sorted(strings.SplitSeq(text, "&")), "&")
}

// many returns a text with that many parameters.
func many(parameters int) string {
	text := textWith()
	for i := range parameters - 7 { // those of textWith
		text += fmt.Sprintf("&x%02d=", i)
	}
	return text
}

// withPlus returns a text whose signature has a '+', but not in front. With withTwoPluses it has two, with withLeadingPlus one
// in front.
func withPlus(pairs ...string) string {
	return firstText(pairs, func(signature string) bool { return strings.Index(signature, "+") > 0 })
}

func withTwoPluses() string {
	return firstText(nil, func(signature string) bool { return strings.Count(signature, "+") == 2 })
}

func withLeadingPlus() string {
	return firstText(nil, func(signature string) bool { return strings.HasPrefix(signature, "+") })
}

func firstText(pairs []string, ok func(signature string) bool) string {
	for random := 0; ; random++ {
		if text := textWith(append(slices.Clone(pairs), "random", strconv.Itoa(random))...); ok(sign(text)) {
			return text
		}
	}
}

// lines breaks a text into lines like an encoder for mail.
func lines(text, end string) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(text), 76) {
		b.Write(line)
		b.WriteString(end)
	}
	return b.String()
}

// trailingBits sets a bit of the last character that belongs to no byte.
func trailingBits(signature string) string {
	body := strings.TrimRight(signature, "=")
	if len(body) == len(signature) {
		panic("the signature has no padding")
	}
	return body[:len(body)-1] + string(body[len(body)-1]+1) + signature[len(body):]
}

// escaped returns a text that is URL-encoded several times.
func escaped(text string, times int) string {
	for range times {
		text = url.QueryEscape(text)
	}
	return text
}

// unsigned returns the signature of a text by an unknown key.
func unsigned(text string) string { return from("unknown", text, text) }

// cut returns the signature of a text, without the end that begins with rest. The HMAC is that of the whole text.
func cut(text, rest string) string {
	return put(mac(sha1.New, secretKey, text), before(text, rest))
}

// before returns the part of a text before rest, which must be in it.
func before(text, rest string) string {
	part, _, found := strings.Cut(text, rest)
	if !found {
		panic("no " + rest + " in " + text)
	}
	return part
}

func plainSHA1(text string) []byte {
	sum := sha1.Sum([]byte(text))
	return sum[:]
}
