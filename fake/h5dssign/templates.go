package h5dssign

import "github.com/fakecme/fakecme/fake/diagnosis"

// goodShape is the result of shapeOf for every sign in the legal form.
const goodShape = "32 lower-case hex digits"

// flaw is what is wrong with one step of a recipe: the key of a template, and the value in that, if it has one. The right
// steps have no flaw.
type flaw struct{ template, value string }

// Parts of several templates.
const (
	rightOrder  = "sign the timestamp followed by the secret"
	oneVariable = "put the milliseconds into one variable, sign it and send it"
	useMD5      = "use MD5 over timestamp followed by secret"
	oneClock    = "read the clock once, and use that one value for the sign and for the header"
	trimSecret  = "trim the secret where it is read; in a shell, echo adds a line feed and printf does not"
	lowerHex    = "write the MD5 as 32 lower-case hex digits"
	twoClocks   = "sign each call when it is sent, and compare the two clocks; the real service does not document how far they may differ"
)

// templates holds all sentences and fixes of this package.
var templates = diagnosis.Templates{
	codeValid: {"the signature is valid", ""},

	// The headers.
	codeMissingHeader: {"missing header: {names}",
		"send appid, sign and timestamp; curl, also in PHP, leaves out a header with an empty value"},
	codeEmptyHeader: {"header without a value: {names}",
		"give each header its value; the vendor's samples come with an empty appid and an empty secret to fill in"},
	codeDuplicateHeader: {"header sent more than once: {names}",
		"send each header once; look for a default header or an interceptor that adds it again"},

	// The appid.
	codeUnknownAppID: {"the appid {appid} is unknown here", "send the appid of an application that this server knows, or add this one to the server"},
	codeAppIDIsSecret: {"the header appid holds the secret of appid {owner}",
		"send the appid, and keep the secret out of every header"},
	codeOtherKey: {"the sign was made with the secret of appid {owner}, but the header appid says {appid}",
		"use the appid and the secret of the same application"},

	// The timestamp.
	codeTimestampShape: {"the timestamp is not a time in milliseconds: it has {received}",
		"sign and send milliseconds since 1970, 13 digits and nothing else"},
	codeTimestampUnit: {"the timestamp is in {unit}, not in milliseconds{agreement}", "sign and send milliseconds since 1970, 13 digits"},
	codeTimestampFloat: {"the timestamp is written as a floating-point number with an exponent, not as an integer{agreement}",
		"make it an integer before it is signed and sent; in PHP: (int) round(microtime(true) * 1000)"},
	codeTimestampFraction: {"the timestamp is a decimal fraction in {unit}, not an integer in milliseconds{agreement}",
		"convert it to whole milliseconds before it is signed and sent"},
	codeSignedMilliseconds: {"the sign was made over the milliseconds {signed}, but the header timestamp says {sent}", oneVariable},
	codeClockBehind:        {"the timestamp is {span} behind this server's clock, more than the {window} allowed here", twoClocks},
	codeClockAhead:         {"the timestamp is {span} ahead of this server's clock, more than the {window} allowed here", twoClocks},

	// What was signed.
	codeSecretFirst:               {"the secret was signed before the timestamp, not after it", rightOrder},
	codeTimestampUnsigned:         {"the secret was signed without the timestamp", rightOrder},
	codeSeparator:                 {"there is a {value} between timestamp and secret in the signed text", "join timestamp and secret with nothing between them"},
	codeSecretEmpty:               {"the timestamp was signed without the secret", "set the secret; the vendor's samples come with an empty one"},
	codeSecretEmpty + "/word":     {"the word {value} was signed in place of the secret", "set the secret; the variable that should hold it has no value"},
	codeSecretExtra + "/lf":       {"the secret was signed with a line feed after it", trimSecret},
	codeSecretExtra + "/crlf":     {"the secret was signed with a Windows line break after it", trimSecret},
	codeSecretExtra + "/cr":       {"the secret was signed with a carriage return after it", trimSecret},
	codeSecretExtra + "/space":    {"the secret was signed with a space after it", trimSecret},
	codeSecretExtra + "/tab":      {"the secret was signed with a tab after it", trimSecret},
	codeSecretExtra + "/double":   {"the secret was signed with double quotes around it", trimSecret},
	codeSecretExtra + "/single":   {"the secret was signed with single quotes around it", trimSecret},
	codeSecretExtra + "/bom":      {"the secret was signed with a byte order mark before it", trimSecret},
	codeAppIDIncluded:             {"the appid is part of the signed text", "sign timestamp and secret only; the appid goes into its header"},
	codeAppIDAsSecret:             {"the appid was signed in place of the secret", rightOrder},
	codeSignedSeconds:             {"the timestamp was signed in seconds and sent in milliseconds", oneVariable},
	codeSignedRounded:             {"the timestamp was rounded to whole seconds in the signed text, but not in the header", oneVariable},
	codeSignedOtherTime + "/late": {"the sign was made over a time {span} after the one in the header timestamp", oneClock},
	codeSignedOtherTime:           {"the sign was made over a time {span} before the one in the header timestamp", oneClock},

	// The digest.
	codeDigest:    {"the sign was made with {value} instead of MD5", useMD5},
	codeHMAC:      {"the sign was made with {value}, keyed with the secret, instead of plain MD5", useMD5},
	codeMD5Twice:  {"the sign went through MD5 twice", "use MD5 once, over timestamp followed by secret"},
	codeNotHashed: {"the sign is a text to be signed, not the MD5 of one", "send the MD5 of timestamp followed by secret; the secret itself must never be sent"},

	// The form of the sign.
	codeSignCase + "/upper": {"the sign is written in upper-case hex digits, not in lower-case ones", lowerHex},
	codeSignCase + "/mixed": {"the sign is written in hex digits in mixed case, not in lower-case ones", lowerHex},
	codeSignDecorated: {"the sign is hex with other characters between or around the digits",
		"send the 32 hex digits alone; in C#, BitConverter puts a dash after each byte"},
	codeSignZeros: {"the sign lacks zeros of its hex form",
		"write each byte as two digits (%02x); BigInteger.toString(16) and Integer.toHexString drop leading zeros, so only some signs fail"},
	codeSignShort:  {"the sign is the 16-digit form of the MD5, its digits 9 to 24", "send all 32 hex digits"},
	codeSignBase64: {"the sign is written in base64, not in hex", lowerHex},
	codeSignRaw:    {"the sign is sent as raw bytes, not in hex", lowerHex},

	// Nothing fits.
	codeSignShape: {"the sign cannot be an MD5 in hex: it has {shape} instead of " + goodShape, "send the MD5 of timestamp followed by secret as " + goodShape},
	codeWrongSecret: {"no known mistake explains the sign, so it was most likely made with a secret that is not the one of appid {appid}",
		"compare the secret with the application's, and sign the very text that is sent as timestamp"},
}
