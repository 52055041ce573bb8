package cmesign

import "github.com/fakecme/fakecme/fake/diagnosis"

// explanation is a diagnosis before its template is filled. The secrets in its values are not hidden yet.
type explanation struct {
	template string // the key of its template
	values   []any  // pairs of a name in the template and its value; the client chose those of type quoted

	received, expected string // the texts to compare; without expected, received is only shown

	// The signature without the mistake, or the text and the key that signed it. The fix ends with what is still wrong
	// then.
	signature string
	text      *Signature
	key       Key
}

// quoted is a value that the client chose. A diagnosis shows it in quotes, without secret keys, and cuts a long one.
type quoted string

func explained(template string, values ...any) explanation {
	return explanation{template: template, values: values}
}

// hypothesis is a mistake that a client may have made. It computes what the client sends then, and explains the signature if
// that is what was received.
type hypothesis func(v Verifier, found verdict) (explanation, bool)

// Parts of several templates.
const (
	howTo      = "a signature is base64 of the 20 raw bytes of HMAC-SHA1(secretKey, text) followed by the text"
	inFront    = "put the 20 raw bytes of HMAC-SHA1 in front of the text"
	rawBytes   = "use the raw bytes of the HMAC (Node.js digest() without an argument, PHP hash_hmac with true at the end, Python digest())"
	otherSHA   = "the HMAC is HMAC-{hash} as {notation} {side} the text, not HMAC-SHA1 as 20 raw bytes in front of it"
	joinBytes  = "concatenate bytes, not strings (Node.js Buffer.concat, Java ByteArrayOutputStream or ByteBuffer, Python hmac.digest() + text.encode())"
	lostPart   = "check whether a part of the signature was cut off or copied twice"
	signedText = "build the text once, and send the very text that was signed"
	trimKey    = "trim the secret key after reading it from a file"
	noQuotes   = "remove the quotes where the key is configured"
	keyAsItIs  = "use the secret key as it is: its characters are the bytes of the key"
	actionUses = "Login is for the exchange of the ticket, Upload for the VerifySign of an upload, OpenProject for the iframe editor"
)

// templates holds all sentences and fixes of this package.
var templates = diagnosis.Templates{
	codeValid: {"the signature is valid until {end}", ""},

	// The shape of the signature.
	codeEmpty:                {"the signature is empty or missing", howTo},
	codeTooLong:              {"the signature has {bytes} bytes, more than the {limit} that are read", howTo},
	codeNotBase64:            {"the signature is not base64: {character} stands at byte {at}", howTo},
	codeTooShort:             {"the signature decodes to {bytes} bytes, fewer than the 20 of the HMAC", howTo},
	codeNoOriginal:           {"the signature decodes to 20 bytes: the signed text is missing after the HMAC", howTo},
	codeNoOriginal + "/hex":  {"the signature decodes to {bytes} hexadecimal digits and nothing else: the signed text is missing", howTo},
	codeNotUTF8:              {"the text behind the first 20 decoded bytes is not UTF-8 at its byte {at}", howTo},
	codeNotUTF8 + "/decoded": {"the parameter {name} is not UTF-8 after URL decoding", "URL-encode the UTF-8 bytes of the value, not those of another character set"},

	// What happened to the base64 text on its way.
	codePercentEncoded: {"the signature is still URL-encoded after one decoding, at byte {at}",
		"URL-encode it once: most HTTP clients do it themselves for query values"},
	codeLineBreaks: {"the base64 text has a line break at byte {at}",
		"use an encoder that does not break lines (Java Base64.getEncoder, Python b64encode, openssl base64 -A)"},
	codeSurroundingSpace: {"there is white space, or a character without width, around the base64 text, first at byte {at}", "trim it before sending"},
	codeWrapped: {"there are characters around the base64 text that belong to a program, such as b'…', quotes or a '?', first at byte {at}",
		"send the base64 text alone (Python .decode() makes a text of bytes; JSON and shells add quotes)"},
	codeTextUnencoded: {"only the HMAC is base64: the text begins at byte {at} as it is",
		"put the 20 raw bytes of the HMAC in front of the text first, and encode both at once"},
	codePlusAsSpace: {"there is a space at byte {at} of the base64 text, as a '+' arrives when the query is not URL-encoded",
		"URL-encode the signature once (encodeURIComponent, url.QueryEscape, urllib.parse.quote_plus), so that '+' goes as %2B"},
	codeURLAlphabet: {"a character of the URL alphabet of base64 stands at byte {at}",
		"use the standard alphabet with '+' and '/' (Java getEncoder, Go base64.StdEncoding, Python b64encode)"},
	codeEncodedApart: {"two base64 texts stand one after the other: the first ends at byte {at}",
		"put the 20 raw bytes of the HMAC in front of the text first, and encode both at once"},
	codeBase64Length:              {"the base64 text ends with a single character at byte {at}, which does not make a byte", lostPart},
	codeBase64Length + "/padding": {"{characters} base64 characters and {padding} times the padding '=' are not a complete base64 text", lostPart},
	codeMissingPadding: {"the base64 text ends without the padding '=' that it needs at byte {at}",
		"use an encoder with padding (Go base64.StdEncoding, not RawStdEncoding), and check whether the end was cut off"},
	codeTrailingBits: {"the last base64 character, at byte {at}, has bits set that belong to no byte", "send the text as the encoder made it"},
	codeCutOff: {"the text ends after {last}; {are} missing ({missing}); {doubt}, as if the end was cut off",
		"the signature was probably cut off at its end: find what shortens it (cut, head, a column, a terminal) and send all of it; " +
			"if it is whole, put what is missing into the text before signing"},

	// HMAC and text are put together in another way.
	codeBase64Twice:   {"the signature is base64 of a base64 text: it was encoded twice", "encode HMAC and text together, once"},
	codeNoMAC:         {"the signature decodes to the text alone: no HMAC stands in front of it", howTo},
	codeHexMAC:        {otherSHA, rawBytes},
	codeBase64MAC:     {otherSHA, rawBytes},
	codeWrongHash:     {otherSHA, inFront},
	codeOriginalFirst: {otherSHA, inFront},
	codePlainHash: {"the bytes in front of the text are SHA-1 of {joined} as {notation}, not HMAC-SHA1 as 20 raw bytes",
		"use HMAC-SHA1 with the secret key as its key (Node.js crypto.createHmac, Java Mac \"HmacSHA1\", Python hmac.new, PHP hash_hmac), as raw bytes"},
	codeMACThroughString: {"the HMAC was converted to a string before the text was appended, and arrived as {bytes} bytes: {change}", joinBytes},
	codeMACThroughString + "/unknown": {"the {bytes} bytes in front of \"{name}=\" are UTF-8 with characters beyond ASCII, not the 20 raw bytes of an HMAC",
		joinBytes + "; then check secretId and secret key, because no known way makes these bytes"},
	codeMisplacedText: {"\"{name}=\" stands at byte {at} of the decoded signature, but no parameter begins there when the text is read from byte 21 on",
		"put exactly the 20 raw bytes of HMAC-SHA1 in front of the text (40 bytes are hexadecimal digits, 32 are SHA-256)"},
	codeMisplacedText + "/first": {"the text begins at byte 1 of the decoded signature, where the HMAC belongs", howTo},

	// The HMAC was made over another text.
	codeSignedLineBreak: {"the HMAC was made over the text followed by a line break", "sign the text alone (in a shell printf %s instead of echo)"},
	codeSignedUnencoded: {"the HMAC was made over the text{order} before its values were URL-encoded",
		"URL-encode the values first, then sign the very text that is sent"},
	codeReEncoded:                {"the values are not encoded as when they were signed: the HMAC fits the text{encoding}", signedText},
	codeReEncoded + "/ampersand": {"the text has an '&' too many: the HMAC fits the text without it", signedText},
	codeReOrdered:                {"the parameters are not in the order in which they were signed: the HMAC fits the text{order}{encoding}", signedText},

	codeHTMLEntity: {"the text went through HTML: the HMAC fits it without the entities (&amp; for '&', and &curren in &currentTimeStamp)",
		"do not put the text or the query into HTML before sending; unescape it where it is read from a page"},

	// The HMAC was made with another key.
	codeKeyWhitespace + "/lf":     {"the HMAC was made with the secret key followed by a line break", trimKey},
	codeKeyWhitespace + "/crlf":   {"the HMAC was made with the secret key followed by a carriage return and a line break", trimKey},
	codeKeyWhitespace + "/cr":     {"the HMAC was made with the secret key followed by a carriage return", trimKey},
	codeKeyWhitespace + "/behind": {"the HMAC was made with the secret key followed by a space", "trim the secret key"},
	codeKeyWhitespace + "/before": {"the HMAC was made with the secret key preceded by a space", "trim the secret key"},
	codeKeyQuoted + "/double":     {"the HMAC was made with the secret key in double quotes", noQuotes},
	codeKeyQuoted + "/single":     {"the HMAC was made with the secret key in single quotes", noQuotes},
	codeKeyEmpty:                  {"the HMAC was made with an empty secret key", "check that the secret key is configured"},
	codeKeyWord + "/undefined":    {"the HMAC was made with the word undefined as the secret key", "check that the secret key is configured"},
	codeKeyWord + "/null":         {"the HMAC was made with the word null as the secret key", "check that the secret key is configured"},
	codeKeyWord + "/none":         {"the HMAC was made with the word None as the secret key", "check that the secret key is configured"},
	codeKeyWord + "/nil":          {"the HMAC was made with the word nil as the secret key", "check that the secret key is configured"},
	codeKeyDecoded + "/base64":    {"the HMAC was made with the secret key decoded from base64", keyAsItIs},
	codeKeyDecoded + "/hex":       {"the HMAC was made with the secret key decoded from hexadecimal digits", keyAsItIs},
	codeKeyIsSecretID:             {"the HMAC was made with the secretId as the secret key", "sign with the secret key; the secretId goes into the text"},
	codeSwapped: {"secret key and text are swapped: the HMAC was made over the secret key, with the text as its key",
		"swap the arguments (CryptoJS.HmacSHA1 takes the text first, Python hmac.new the key)"},
	codeOtherKey: {"the HMAC was made with the secret key of secretId {maker}, but the text names secretId {named}",
		"use a secretId and a secret key that belong together"},
	codeWrongSecret: {"the HMAC is not that of this text and the secret key of secretId {named}, and no known mistake explains it",
		"check the secret key, and that the client signed exactly the received text"},

	// The secretId.
	codeUnknownSecretID:            {"no key has the secretId {id}", "use the secretId that belongs to the secret key"},
	codeUnknownSecretID + "/space": {"no key has the secretId {id}", "remove the white space around the secretId"},
	codeUnknownSecretID + "/maker": {"no key has the secretId {id}", "send the secretId {maker}: the HMAC was made with its secret key"},
	codeSecretKeyAsID: {"the parameter secretId holds the secret key of secretId {owner}",
		"send the secretId there; the secret key must never be sent"},

	// The parameters.
	codeBadEscape: {"the parameter {name} has a '%' without two hexadecimal digits, at byte {at} of the text",
		"URL-encode the value: '%' itself becomes %25"},
	codeUnescaped:          {"the parameter {name} is not URL-encoded: {character} stands at byte {at} of the text", "URL-encode every value before signing"},
	codeDuplicateParameter: {"the parameter {name} is given twice", "send every parameter once"},
	codeMissingParameter:   {"the parameter \"{name}\" is missing", "put it into the text before signing; required are {required}"},
	codeMisnamedParameter: {"the parameter \"{name}\" is missing, but there is one named {similar}",
		"if you mean that one, its name must be exactly \"{name}\""},
	codeEmptyParameter: {"the parameter {name} is empty", "give it a value before signing"},

	// Numbers and times.
	codeNotInteger:             {"{name} is {value}, not whole Unix seconds in decimal digits", "send whole Unix seconds, digits only"},
	codeNotInteger + "/random": {"random is {value}, not an unsigned integer in decimal digits", "send an unsigned 32-bit integer, digits only"},
	codeRandomRange:            {"random is {value}, more than 4294967295, the largest unsigned 32-bit integer", "send an unsigned 32-bit integer"},
	codeRandomRange + "/2^32": {"random is 4294967296, one more than the largest unsigned 32-bit integer",
		"use Math.floor: the official Node.js sample makes it with Math.round(Math.random()*2^32), which can reach 2^32"},
	codeNotSeconds: {"{name} is {value}, too large for seconds, {unit}",
		"send whole Unix seconds (Math.floor(Date.now() / 1000), System.currentTimeMillis() / 1000)"},
	codeNegativeValidity: {"expireTime is {span} before currentTimeStamp", "expireTime is currentTimeStamp plus the validity, both in Unix seconds"},
	codeDuration: {"expireTime is {value}, a moment in {year}: as a validity it would end at {end}",
		"expireTime is a moment, currentTimeStamp plus the validity: send {moment}"},
	codeNotYetValid: {"currentTimeStamp is {span} ahead of the clock here, more than the {skew} allowed",
		"set the clock of the machine that signs, or take the one here back if a test moved it; here it is {now}"},
	codeExpired: {"the signature expired {span} ago: expireTime is {end}, and here it is {now}",
		"sign again; if it was just signed, set the clock of the machine that signs, or take the one here back if a test moved it"},

	// Actions and platforms.
	codeUndocumentedAction:              {"the action {action} is not documented", actionUses},
	codeUndocumentedAction + "/similar": {"the action {action} is not documented", "did you mean \"{similar}\"? " + actionUses},
	codeUndocumentedAction + "/demo": {"the action \"CreateUploadMaterial\" is not documented: the vendor's old Node.js demo uses it for uploads",
		"sign uploads with the action \"Upload\""},
	codeWrongAction:     {"the action is {action}, but this call demands {demanded}", actionUses},
	codeUnknownPlatform: {"secretId {id} has no platform {platform}", "its platforms: {platforms}"},
}
