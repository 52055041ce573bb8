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

// judge is the verifier of these tests: two keys, and an endpoint that demands Login.
func judge() cmesign.Verifier {
	return cmesign.Verifier{Lookup: lookup(keys...), Others: slices.Values(keys), Now: now, Action: "Login"}
}

// textWith is the text of a valid signature, with the values of some parameters replaced:
// name, value, name, value. A value goes in as it is.
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

// expired is a text whose last second was the one before now.
var expired = textWith("currentTimeStamp", "1599990000", "expireTime", "1599999999")

func sign(text string) string { return cmesign.SignOriginal(secretKey, text) }

// from is a signature with the HMAC of one text and another text behind it.
func from(key, signed, sent string) string { return put(mac(sha1.New, key, signed), sent) }

// put is a signature of two parts.
func put(first []byte, second string) string {
	return base64.StdEncoding.EncodeToString(slices.Concat(first, []byte(second)))
}

func mac(h func() hash.Hash, key, text string) []byte {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func hexOf(raw []byte) []byte { return hex.AppendEncode(nil, raw) }

// latin1 is what a program makes of bytes that it takes for Latin-1 characters and writes as UTF-8.
func latin1(raw []byte) []byte {
	var text []byte
	for _, c := range raw {
		text = utf8.AppendRune(text, rune(c))
	}
	return text
}

// sorted is a text with its parameters in alphabetical order.
func sorted(text string) string {
	return strings.Join(slices.Sorted(strings.SplitSeq(text, "&")), "&")
}

// many is a text with more parameters than are put into other orders.
func many() string {
	text := textWith()
	for i := range 60 {
		text += fmt.Sprintf("&x%02d=", i)
	}
	return text
}

// withPlus is a text whose signature has a '+', but not in front; withTwoPluses one that has two;
// withLeadingPlus one that has a '+' in front.
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

// lines breaks a text as an encoder for mail does.
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

// escaped is a text URL-encoded some times.
func escaped(text string, times int) string {
	for range times {
		text = url.QueryEscape(text)
	}
	return text
}

// unsigned is the signature of a text by an unknown key.
func unsigned(text string) string { return from("unknown", text, text) }

// cut is the signature of a text without what begins with rest; the HMAC is that of the whole.
func cut(text, rest string) string {
	return put(mac(sha1.New, secretKey, text), before(text, rest))
}

// before is the part of a text before rest, which must be in it.
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
