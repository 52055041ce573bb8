package cmesign_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"net/url"
	"strings"
)

// mistakes are signatures, most of which a client got wrong. The file testdata/diagnoses.txt holds the diagnosis of each.
var mistakes = []struct{ name, signature string }{
	// The base64 text is damaged.
	{"valid", sign(textWith())},
	{"empty", ""},
	{"too long", strings.Repeat("A", 1<<20)},
	{"not base64", "c2lnbmF0dXJlŁ"},
	{"not base64 at the first character", "!AA"},
	{"not base64, with a space", "not a signature"},
	{"not base64, with a line break inside", "ab\n!"},
	{"percent-encoded twice", url.QueryEscape(sign(textWith()))},
	{"percent-encoded three times", escaped(sign(textWith()), 2)},
	{"percent-encoded as often as is undone", escaped(sign(textWith()), 5)},
	{"percent-encoded more often than is undone", escaped(sign(textWith()), 6)},
	{"lines of 76 characters", lines(sign(textWith()), "\n")},
	{"lines of 76 characters, expired", lines(sign(textWith("currentTimeStamp", "1599990000", "expireTime", "1599999999")), "\r\n")},
	{"line break at the end", sign(textWith()) + "\n"},
	{"carriage return in the middle", sign(textWith())[:76] + "\r" + sign(textWith())[76:]},
	{"space before", " " + sign(textWith())},
	{"spaces after", sign(textWith()) + " \t"},
	{"no-break space after", sign(textWith()) + "\u00a0"},
	{"zero-width space after", sign(textWith()) + "\u200b"},
	{"byte order mark before", "\ufeff" + sign(textWith())},
	{"Python bytes", "b'" + sign(textWith()) + "'"},
	{"Python bytes in double quotes", `b"` + sign(textWith()) + `"`},
	{"in double quotes, expired", `"` + sign(expired) + `"`},
	{"in single quotes", "'" + sign(textWith()) + "'"},
	{"quote before only", `"` + sign(textWith())},
	{"question mark before", "?" + sign(textWith())},
	{"parameter before", "?signature=" + sign(textWith())},
	{"HMAC in base64, text as it is", base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith())) + textWith()},
	{"HMAC in base64, text as it is, cut at the first ampersand", base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith())) + "secretId=fake-secret-id"},
	{"28 characters that are not base64, text as it is", strings.Repeat("!", 27) + "=" + textWith()},
	{"plus arrived as space", strings.ReplaceAll(sign(withPlus()), "+", " ")},
	{"first plus arrived as space", strings.ReplaceAll(sign(withLeadingPlus()), "+", " ")},
	{"last plus arrived as space", strings.TrimRight(sign(textWith("userId", "user+%7E1~")), "+") + " "},
	{"plus arrived as space, expired", strings.ReplaceAll(sign(withPlus("currentTimeStamp", "1599990000", "expireTime", "1599999999")), "+", " ")},
	{"URL alphabet", strings.NewReplacer("+", "-", "/", "_").Replace(sign(withPlus()))},
	{"URL alphabet in part", strings.Replace(sign(withTwoPluses()), "+", "-", 1)},
	{"URL alphabet without padding", strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(sign(withPlus())), "=")},
	{"HMAC and text encoded apart", base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith())) + base64.StdEncoding.EncodeToString([]byte(textWith()))},
	{"MD5 and text encoded apart", base64.StdEncoding.EncodeToString(mac(md5.New, secretKey, textWith())) + base64.StdEncoding.EncodeToString([]byte(textWith()))},
	{"padding in the middle", "AA==" + sign(textWith())[1:]},
	{"white space, nothing inside", " AAAA"},
	{"four damages", url.QueryEscape(url.QueryEscape(lines(strings.TrimRight(strings.ReplaceAll(sign(withPlus()), "+", "-"), "="), "\n")))},
	{"spaces in what decodes to no parameters", strings.ReplaceAll(put(bytes.Repeat([]byte{0xfb}, 20), "hello"), "+", " ")},
	{"damages upon nothing", url.QueryEscape(lines("AAA", "\n"))},
	{"a '%' that encodes nothing", "50%off"},

	// The base64 text is wrong at its end.
	{"padding missing", strings.TrimRight(sign(textWith()), "=")},
	{"end cut off", strings.TrimRight(sign(textWith()), "=")[:150]},
	{"padding missing and trailing bits", strings.TrimRight(trailingBits(sign(textWith())), "=")},
	{"trailing bits", "AB=="},
	{"trailing bits of a valid one", trailingBits(sign(textWith()))},
	{"lone character behind a whole signature", sign(textWith("userId", "user+%7E1~")) + "A"},
	{"lone character behind what is no signature", "AAAAA"},
	{"too much padding", sign(textWith()) + "="},

	// The text ends too early, or seems to.
	{"cut in a name", sign(textWith())[:100]},
	{"cut in a value", sign(textWith())[:120]},
	{"cut before the last parameter", cut(textWith(), "&userId=")},
	{"cut behind an '&'", cut(textWith(), "userId=")},
	{"cut behind a name", cut(textWith(), "=7")},
	{"cut in the order of the Python sample", cut(pythonOrder, "erId=")},
	{"cut in alphabetical order, secretId with it", cut(goOrder, "jectId=")},
	{"cut in alphabetical order, behind secretId", cut(goOrder, "&userId=")},
	{"cut in the value of secretId", cut(textWith(), "ret-id&")},
	{"cut in base64 with a lone character", sign(textWith())[:101]},
	{"cut in base64 with bits left", sign(textWith())[:102]},
	{"cut off, and URL-encoded twice", strings.ReplaceAll(sign(withPlus())[:100], "+", "%2B")},
	{"cut off with a lone character, and URL-encoded twice", strings.ReplaceAll(sign(withPlus())[:101], "+", "%2B")},
	{"cut in the first name", cut(goOrder, "ion=Login")},
	{"last parameter missing, but signed", sign(before(textWith(), "&userId="))},
	{"secretId and userId missing at the end, but signed with a known key", sign(before(goOrder, "&secretId="))},
	{"unknown secretId that is whole, end cut off", cut(textWith("secretId", "nobody"), "&random=")},
	{"unknown secretId alone, but signed with a known key", sign("secretId=nobody")},
	{"unknown secretId at the end, nothing missing", from("unknown", "", secretIDLast)},
	{"missing in the middle", unsigned(strings.Replace(textWith(), "random=7&", "", 1))},
	{"cut behind an undocumented name", unsigned("secretId=fake-secret-id&currentTimeStamp=1600000000&exq")},
	{"cut behind an undocumented parameter", unsigned("secretId=fake-secret-id&currentTimeStamp=1600000000&exp=1")},
	{"cut in a name that is not the next", unsigned("secretId=fake-secret-id&currentTimeStamp=1600000000&us")},
	{"cut in the last value", unsigned(strings.TrimSuffix(textWith(), "%7E1"))},
	{"cut in an optional name", unsigned(textWith() + "&openPro")},
	{"as many parameters as there are names", unsigned(strings.Repeat("secretId=fake-secret-id&", 8) + "currentTimeStamp=1600000000")},
	{"more parameters than there are names", unsigned(strings.Repeat("secretId=fake-secret-id&", 9) + "currentTimeStamp=1600000000")},

	// HMAC and text are put together in another way, or one of them is missing.
	{"too short", base64.StdEncoding.EncodeToString([]byte("nineteen bytes long"))},
	{"HMAC alone", base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith()))},
	{"hexadecimal HMAC alone", base64.StdEncoding.EncodeToString(hexOf(mac(sha1.New, secretKey, textWith())))},
	{"text not in UTF-8", sign(textWith("userId", "\xd3\xc3\xbb\xa7"))},
	{"text not in UTF-8 behind U+FFFD", sign(textWith("userId", "\uFFFD\xd3"))},
	{"base64 twice", base64.StdEncoding.EncodeToString([]byte(sign(textWith())))},
	{"base64 twice, another action", base64.StdEncoding.EncodeToString([]byte(sign(textWith("action", "Upload"))))},
	{"base64 twice of something else", put(nil, put(mac(sha1.New, secretKey, "hello"), "hello"))},
	{"text alone", base64.StdEncoding.EncodeToString([]byte(textWith()))},
	{"hexadecimal HMAC", put(hexOf(mac(sha1.New, secretKey, textWith())), textWith())},
	{"upper-case hexadecimal HMAC, expired", put(bytes.ToUpper(hexOf(mac(sha1.New, secretKey, expired))), expired)},
	{"base64 HMAC", put([]byte(base64.StdEncoding.EncodeToString(mac(sha1.New, secretKey, textWith()))), textWith())},
	{"SHA-256", put(mac(sha256.New, secretKey, textWith()), textWith())},
	{"SHA-512 in hexadecimal digits", put(hexOf(mac(sha512.New, secretKey, textWith())), textWith())},
	{"MD5", put(mac(md5.New, secretKey, textWith()), textWith())},
	{"text before HMAC", put([]byte(textWith()), string(mac(sha1.New, secretKey, textWith())))},
	{"text before SHA-256 in hexadecimal digits", put([]byte(textWith()), string(hexOf(mac(sha256.New, secretKey, textWith()))))},
	{"text before HMAC of an unknown key", put([]byte(textWith()), string(mac(sha1.New, "unknown", textWith())))},
	{"hexadecimal HMAC of an unknown key", put(hexOf(mac(sha1.New, "unknown", textWith())), textWith())},

	// A hash that is no HMAC stands in front of the text.
	{"SHA-1 of key and text", put(plainSHA1(secretKey+textWith()), textWith())},
	{"SHA-1 of text and key, in hexadecimal digits", put(hexOf(plainSHA1(textWith()+secretKey)), textWith())},
	{"SHA-1 of key, '&' and text, in upper-case hexadecimal digits", put(bytes.ToUpper(hexOf(plainSHA1(secretKey+"&"+textWith()))), textWith())},
	{"SHA-1 of text, '&' and key, in base64", put([]byte(base64.StdEncoding.EncodeToString(plainSHA1(textWith()+"&"+secretKey))), textWith())},
	{"SHA-1 of the text, expired", put(plainSHA1(expired), expired)},
	{"SHA-1 of an unknown key and text", put(plainSHA1("unknown"+textWith()), textWith())},
	{"SHA-1 of the secret key of another tenant and text", put(plainSHA1("other/secret key~1"+textWith()), textWith())},

	// Strings were joined where bytes belong. The literal signatures come from the languages in the names.
	{"Node.js hmac.digest('latin1') + text", "D8OZZ8KdNiDDmwweJcKkw6MzwqfDkMKOScOnwqXCjHNlY3JldElkPWZha2Utc2VjcmV0LWlkJmN1cnJlbnRUaW1lU3RhbXA9MTYw" +
		"MDAwMDAwMCZleHBpcmVUaW1lPTE2MDAwMDAzMDAmcmFuZG9tPTEmcGxhdGZvcm09ZmFrZS1wbGF0Zm9ybSZhY3Rpb249TG9naW4m" +
		"dXNlcklkPXVzZXJfMDE="},
	{"Node.js hmac.digest() + text", "D++/vWfvv702IO+/vQweJe+/ve+/vTPvv73QjknnpYxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2" +
		"MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2lu" +
		"JnVzZXJJZD11c2VyXzAx"},
	{"Java new String(mac, UTF_8) + text", "D++/vWfvv702IO+/vQweJe+/ve+/vTPvv73QjknnpYxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2" +
		"MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2lu" +
		"JnVzZXJJZD11c2VyXzAx"},
	{"Java new String(mac) + text, with a surrogate", "77+9VEjvv70cQSnvv73vv73vv70777+977+977+9O2jvv71zZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1w" +
		"PTE2MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0yNzQmcGxhdGZvcm09ZmFrZS1wbGF0Zm9ybSZhY3Rpb249" +
		"TG9naW4mdXNlcklkPXVzZXJfMDE="},
	{"Python mac.decode('utf-8', 'ignore') + text", "D2c2IAweJTPQjknnpYxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhwaXJlVGlt" +
		"ZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2VyXzAx"},
	{"Java new String(mac, US_ASCII) + text", "D++/vWfvv702IO+/vQweJe+/ve+/vTPvv73vv73vv71J77+977+977+9c2VjcmV0SWQ9ZmFrZS1zZWNyZXQtaWQmY3VycmVudFRp" +
		"bWVTdGFtcD0xNjAwMDAwMDAwJmV4cGlyZVRpbWU9MTYwMDAwMDMwMCZyYW5kb209MSZwbGF0Zm9ybT1mYWtlLXBsYXRmb3JtJmFj" +
		"dGlvbj1Mb2dpbiZ1c2VySWQ9dXNlcl8wMQ=="},
	{"Java (new String(mac, US_ASCII) + text).getBytes(US_ASCII)", "Dz9nPzYgPwweJT8/Mz8/P0k/Pz9zZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhw" +
		"aXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2Vy" +
		"XzAx"},
	{"Python mac.decode('ascii', 'ignore') + text", "D2c2IAweJTNJc2VjcmV0SWQ9ZmFrZS1zZWNyZXQtaWQmY3VycmVudFRpbWVTdGFtcD0xNjAwMDAwMDAwJmV4cGlyZVRpbWU9MTYw" +
		"MDAwMDMwMCZyYW5kb209MSZwbGF0Zm9ybT1mYWtlLXBsYXRmb3JtJmFjdGlvbj1Mb2dpbiZ1c2VySWQ9dXNlcl8wMQ=="},
	{"Node.js hmac.digest('ascii') + text", "D1lnHTYgWwweJSRjMydQDklnJQxzZWNyZXRJZD1mYWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhw" +
		"aXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBsYXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2Vy" +
		"XzAx"},
	{"Python str(mac) + text", "YidceDBmXHhkOWdceDlkNiBceGRiXHgwY1x4MWUlXHhhNFx4ZTMzXHhhN1x4ZDBceDhlSVx4ZTdceGE1XHg4YydzZWNyZXRJZD1m" +
		"YWtlLXNlY3JldC1pZCZjdXJyZW50VGltZVN0YW1wPTE2MDAwMDAwMDAmZXhwaXJlVGltZT0xNjAwMDAwMzAwJnJhbmRvbT0xJnBs" +
		"YXRmb3JtPWZha2UtcGxhdGZvcm0mYWN0aW9uPUxvZ2luJnVzZXJJZD11c2VyXzAx"},
	{"string, expired", put(latin1(mac(sha1.New, secretKey, expired)), expired)},
	{"string, action first", put(latin1(mac(sha1.New, secretKey, sorted(textWith()))), sorted(textWith()))},
	{"string of an unknown key", put(latin1(mac(sha1.New, "unknown", textWith())), textWith())},
	{"string of an unknown secretId", put([]byte(strings.Repeat("\uFFFD", 12)), sorted(textWith("secretId", "nobody")))},
	{"string of 20 bytes", put([]byte(strings.Repeat("é", 10)), textWith())},
	{"longest string", put([]byte(strings.Repeat("é", 41)+"e"), textWith())},
	{"string longer than the longest", put([]byte(strings.Repeat("é", 42)), textWith())},
	{"bytes that are no string", put(mac(sha256.New, "unknown", textWith()), textWith())},
	{"string in front of a text not in UTF-8", put(latin1(mac(sha1.New, secretKey, textWith("userId", "\xd3"))), textWith("userId", "\xd3"))},

	// The HMAC was made over another text than the one sent.
	{"space encoded in another way", from(secretKey, textWith("userId", "user%20~1"), textWith("userId", "user+~1"))},
	{"reserved characters of Node.js", from(secretKey, textWith("userId", "a%20~*'()!"), textWith("userId", "a+%7E%2A%27%28%29%21"))},
	{"reserved characters of Java", from(secretKey, textWith("userId", "a+%7E*%27"), textWith("userId", "a%20~%2A%27"))},
	{"decoded after signing", from(secretKey, textWith("userId", "%E7%94%A8"), textWith("userId", "用"))},
	{"%20 put for + before signing", from(secretKey, textWith("userId", "user%20%7E1"), textWith())},
	{"+ put for %20 before signing", from(secretKey, textWith("userId", "user+!1"), textWith("userId", "user%20!1"))},
	{"an '&' too many", from(secretKey, textWith(), textWith()+"&")},
	{"sorted before sending", from(secretKey, textWith(), sorted(textWith()))},
	{"sorted before signing", from(secretKey, sorted(textWith()), textWith())},
	{"other order and other encoding", from(secretKey, sorted(textWith("userId", "user+~1")), textWith("userId", "user%20%7E1"))},
	{"order of a Java HashMap", from(secretKey, javaOrder, sorted(javaOrder))},
	{"order of a large Java HashMap", from(secretKey, longJavaOrder, sorted(longJavaOrder))},
	{"other order, expired", from(secretKey, sorted(expired), expired)},
	{"signed before encoding", from(secretKey, textWith("userId", "user ~1"), textWith())},
	{"signed before encoding and sorting", from(secretKey, sorted(textWith("userId", "user ~1")), textWith())},
	{"signed with a line break", from(secretKey, textWith()+"\n", textWith())},

	// The HMAC was made with another key than the one named, or the text names no key.
	{"key with line break", from(secretKey+"\n", textWith(), textWith())},
	{"key with carriage return", from(secretKey+"\r\n", textWith(), textWith())},
	{"key with lone carriage return", from(secretKey+"\r", textWith(), textWith())},
	{"key with space after", from(secretKey+" ", textWith(), textWith())},
	{"key with space before", from(" "+secretKey, textWith(), textWith())},
	{"key in double quotes", from(`"`+secretKey+`"`, textWith(), textWith())},
	{"key in single quotes, expired", from("'"+secretKey+"'", expired, expired)},
	{"text with &amp;", from(secretKey, textWith(), strings.ReplaceAll(textWith(), "&", "&amp;"))},
	{"text with &amp;, wrong secret", from("wrong", textWith(), strings.ReplaceAll(textWith(), "&", "&amp;"))},
	{"text with the currency sign", from(secretKey, textWith(), strings.ReplaceAll(textWith(), "&curren", "¤"))},
	{"key undefined", from("undefined", textWith(), textWith())},
	{"key null", from("null", textWith(), textWith())},
	{"key None, expired", from("None", expired, expired)},
	{"key nil", from("nil", textWith(), textWith())},
	{"empty key", from("", textWith(), textWith())},
	{"key decoded from base64", from("\x7d\xa9\x1e\xfa\xc7\x9c\xad\xeb\x7e\x91\xec", textWith(), textWith())},                                        // by Node.js
	{"key with other characters decoded from base64, expired", from("\xa2\xd8\x5e\xaf\xfb\x1e\x72\xb7\xad\x91\xec\xb5", otherExpired, otherExpired)}, // by Node.js
	{"key decoded from hexadecimal digits", from("\xfa", textWith(), textWith())},                                                                    // by Node.js
	{"secretId as key", from("fake-secret-id", textWith(), textWith())},
	{"key and text swapped", from(textWith(), secretKey, textWith())},
	{"key of another tenant", from("other/secret key~1", textWith(), textWith())},
	{"wrong secret", from("wrong", textWith(), textWith())},
	{"as many parameters as are put in order", from(secretKey, sorted(many(64)), many(64))},
	{"more parameters than are put in order", from(secretKey, sorted(many(65)), many(65))},
	{"unknown secretId", from("wrong", textWith("secretId", "nobody"), textWith("secretId", "nobody"))},
	{"unknown secretId, known secret", sign(textWith("secretId", "nobody"))},
	{"secretId with white space", sign(textWith("secretId", "fake-secret-id%0A"))},
	{"secret key as secretId", sign(textWith("secretId", secretKey))},
	{"secret key among the values, wrong secret", from("wrong", textWith("userId", "other%2Fsecret+key~1"), textWith("userId", "other%2Fsecret+key~1"))},

	// The HMAC is right, but the parameters are not well formed.
	{"escape without digits", sign(textWith("userId", "100%"))},
	{"escape with one digit", sign(textWith("userId", "100%4"))},
	{"escape with a byte before the digits", sign(textWith("userId", "%/0"))},
	{"escape with a byte after the digits", sign(textWith("userId", "%:0"))},
	{"escape with a byte before the capitals", sign(textWith("userId", "%@0"))},
	{"escape with a capital after F", sign(textWith("userId", "%G0"))},
	{"escape with a byte before the letters", sign(textWith("userId", "%`0"))},
	{"escape with a letter after f", sign(textWith("userId", "%g0"))},
	{"escape with a second letter after f", sign(textWith("userId", "%0g"))},
	{"escapes with the first and the last digit of each kind", sign(textWith("userId", "%c3%af%C3%AF%09%39"))},
	{"byte that is not encoded", sign(textWith("userId", "a+b@example.com"))},
	{"character that is not encoded", sign(textWith("userId", "用户"))},
	{"second of two namesakes is not encoded", sign(textWith() + "&x=1&x=a/b")},
	{"value not in UTF-8", sign(textWith("userId", "%D3%C3"))},
	{"duplicate", sign(textWith() + "&userId=user_02")},
	{"nameless duplicate", sign(textWith() + "&=1&=2")},
	{"missing", sign(strings.Replace(textWith(), "random=7&", "", 1))},
	{"missing secretId", sign(strings.Replace(textWith(), "secretId=fake-secret-id&", "", 1))},
	{"name in wrong case", sign(strings.Replace(textWith(), "userId=", "userID=", 1))},
	{"secretId in wrong case", sign(strings.Replace(textWith(), "secretId=", "secretID=", 1))},
	{"timestamp in wrong case", sign(strings.Replace(textWith(), "currentTimeStamp=", "currentTimestamp=", 1))},
	{"name with a typing error", sign(strings.Replace(textWith(), "platform=", "platfrom=", 1))},
	{"name with three typing errors", sign(strings.Replace(textWith(), "platform=", "plotfurn=", 1))},
	{"name with something before it", sign(strings.Replace(textWith(), "random=", "myVeryOwnRandom=", 1))},
	{"name as the end of another name", sign(strings.Replace(textWith(), "random=", "myrandom=", 1))},
	{"name cut short", sign(strings.Replace(textWith(), "currentTimeStamp=", "timestamp=", 1))},
	{"name in capitals", sign(strings.Replace(textWith(), "platform=", "PLAT_FORM=", 1))},
	{"name cut to four characters", sign(strings.Replace(textWith(), "random=", "rand=", 1))},
	{"name cut to three characters", sign(strings.Replace(textWith(), "random=", "ran=", 1))},
	{"name of 40 characters", sign(strings.Replace(textWith(), "random=", "random"+strings.Repeat("x", 34)+"=", 1))},
	{"name of 41 characters", sign(strings.Replace(textWith(), "random=", "random"+strings.Repeat("x", 35)+"=", 1))},
	{"name unlike any other", sign(strings.Replace(textWith(), "platform=", "app=", 1))},
	{"name too short to be like another", sign(strings.Replace(textWith(), "userId=", "id=", 1))},
	{"name too long to be like another", sign(strings.Replace(textWith(), "userId=", strings.Repeat("userId", 7)+"=", 1))},
	{"empty parameter", sign(textWith("userId", ""))},
	{"empty secretId", sign(textWith("secretId", ""))},

	// The HMAC is right, but a value is rejected.
	{"time that is no integer", sign(textWith("currentTimeStamp", "1.6E%2B9"))},
	{"negative time", sign(textWith("expireTime", "-1"))},
	{"random that is no integer", sign(textWith("random", "0.25"))},
	{"random of Math.round", sign(textWith("random", "4294967296"))},
	{"random too large", sign(textWith("random", "99999999999999999999999"))},
	{"currentTimeStamp in milliseconds", sign(textWith("currentTimeStamp", "1600000000000"))},
	{"expireTime in milliseconds", sign(textWith("expireTime", "1600000300000"))},
	{"expireTime in microseconds", sign(textWith("expireTime", "1600000300000000"))},
	{"expireTime in the last milliseconds", sign(textWith("expireTime", "99999999999999"))},
	{"expireTime in the first microseconds", sign(textWith("expireTime", "100000000000000"))},
	{"expireTime in nanoseconds", sign(textWith("expireTime", "1600000300000000000"))},
	{"expireTime beyond all units", sign(textWith("expireTime", "160000030000000000000"))},
	{"negative validity", sign(textWith("expireTime", "1599999999"))},
	{"duration", sign(textWith("expireTime", "300"))},
	{"duration of a year", sign(textWith("expireTime", "31536000"))},
	{"longest duration", sign(textWith("expireTime", "999999999"))},
	{"first expireTime that is no duration", sign(textWith("expireTime", "1000000000"))},
	{"duration from the first time of this century", sign(textWith("currentTimeStamp", "1000000000", "expireTime", "300"))},
	{"duration from before this century", sign(textWith("currentTimeStamp", "999999999", "expireTime", "300"))},
	{"negative validity of long ago", sign(textWith("currentTimeStamp", "500", "expireTime", "300"))},
	{"not yet valid", sign(textWith("currentTimeStamp", "1600000600", "expireTime", "1600000900"))},
	{"not yet valid for the longest span", sign(textWith("currentTimeStamp", "10823372036", "expireTime", "10823372336"))},
	{"not yet valid for longer than that", sign(textWith("currentTimeStamp", "10823372037", "expireTime", "10823372337"))},
	{"expired by a second", sign(textWith("currentTimeStamp", "1599990000", "expireTime", "1599999999"))},
	{"expired by a second less than two days", sign(textWith("currentTimeStamp", "1599820000", "expireTime", "1599827201"))},
	{"expired by two days", sign(textWith("currentTimeStamp", "1599820000", "expireTime", "1599827200"))},
	{"not valid for days", sign(textWith("currentTimeStamp", "1600300000", "expireTime", "1600300300"))},
	{"expired by years", sign(textWith("currentTimeStamp", "1500000000", "expireTime", "1500000300"))},
	{"action of the old demo", sign(textWith("action", "CreateUploadMaterial"))},
	{"action in wrong case", sign(textWith("action", "login"))},
	{"undocumented action", sign(textWith("action", "Preview"))},
	{"wrong action", sign(textWith("action", "OpenProject"))},
	{"unknown platform", sign(textWith("platform", "fake-platfrom"))},
	{"secret key as platform", sign(textWith("platform", secretKey))},
}

const (
	pythonOrder  = "secretId=fake-secret-id&currentTimeStamp=1600000000&expireTime=1600000300&random=7&platform=fake-platform&userId=u&action=Login"
	goOrder      = "action=Login&currentTimeStamp=1600000000&expireTime=1600000300&openProject.projectId=p&platform=fake-platform&random=7&secretId=fake-secret-id&userId=u"
	secretIDLast = "currentTimeStamp=1600000000&expireTime=1600000300&random=7&platform=fake-platform&action=Login&userId=u&secretId=nobody"

	// Orders printed by java.util.HashMap (OpenJDK), below and above the number of keys at which the map grows.
	javaOrder = "random=7&expireTime=1600000300&x0=&secretId=fake-secret-id&action=Login&x1=&currentTimeStamp=1600000000" +
		"&x2=&x3=&x4=&userId=u&platform=fake-platform"
	longJavaOrder = "%E7%94%A8%E6%88%B7=&secretId=fake-secret-id&userId=u&platform=fake-platform&random=7&expireTime=1600000300" +
		"&x0=&action=Login&x1=&currentTimeStamp=1600000000&x2=&x3=&x4="
)

var otherExpired = textWith("secretId", "other-secret-id", "currentTimeStamp", "1599990000", "expireTime", "1599999999")
