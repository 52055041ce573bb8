package redact

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

var formShape = regexp.MustCompile(`^[\w.\-\[\]%]+=[^\s<>{}]*$`)

var scheme = regexp.MustCompile(`^(?i:(?:Bearer|Basic|Digest|Token)\s+)+`)

var (
	credentialShape = regexp.MustCompile(`^[A-Za-z0-9_\-+/=.~*]{20,}$`)
	timeShape       = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[0-9:.+Z-]*$`)
)

// looksLikeCredential reports whether a value has the length and the letters of a credential.
func looksLikeCredential(value string) bool {
	return credentialShape.MatchString(value) && !strings.HasPrefix(value, "/") && !timeShape.MatchString(value) &&
		strings.ContainsAny(value, "0123456789") && strings.IndexFunc(value, isLatin) >= 0
}

var (
	longHex    = regexp.MustCompile(`^(?:[0-9a-f]{32,}|[0-9A-F]{32,})$`)
	longLetter = regexp.MustCompile(`^[A-Za-z0-9]{32,}$`)
)

// isLongKey reports whether a segment of a path, or the name of a member, is long enough to be the key of a session. Names of
// files have an extension, and identifiers of the usual form have hyphens.
func isLongKey(text string) bool {
	if len(text) < 32 || !strings.ContainsAny(text, "0123456789") {
		return false
	}
	mixed := strings.ContainsFunc(text, unicode.IsUpper) && strings.ContainsFunc(text, unicode.IsLower)
	return longHex.MatchString(text) && strings.IndexFunc(text, isLatin) >= 0 || mixed && longLetter.MatchString(text)
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

var urlInText = regexp.MustCompile(`\b[A-Za-z][A-Za-z0-9+.\-]*://[^\s"'<>\\]+`)

// secretShapes are secrets that can be recognized by their looks, wherever they stand. All texts of a shape contain the
// mark; looking for the mark first makes this fast.
var secretShapes = []struct {
	kind, mark string
	shape      *regexp.Regexp
}{
	{"credential", "-----BEGIN ", regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)`)},
	{"token", "eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)},
	{"ticket", "tf_", regexp.MustCompile(`\btf_[A-Za-z0-9]{16,}`)},
	{"credential", "AKID", regexp.MustCompile(`\bAKID[A-Za-z0-9]{13,}`)},
	{"email", "@", regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)},
}

var (
	// pictureName matches names of pictures that look like an e-mail address: logo@2x.png.
	pictureName = regexp.MustCompile(`@\dx\.`)
	// longEmail matches addresses that do not stand in a file by chance.
	longEmail = regexp.MustCompile(`[A-Za-z0-9._%+-]{3,}@[A-Za-z0-9-]{3,}\.`)
	bearer    = regexp.MustCompile(`\b[Bb]earer\s+[A-Za-z0-9_\-.=+/~]{8,}`)
	basic     = regexp.MustCompile(`\bBasic\s+[A-Za-z0-9+/]{8,}={0,2}`)
	// phone matches mobile numbers of China, with blanks or hyphens at the usual two places or without any.
	phone      = regexp.MustCompile(`(?:(?:\+|00)?86[- ]?)?(?:1[3-9]\d{9}|1[3-9]\d[-\x{2010}-\x{2013} \x{a0}]\d{4}[-\x{2010}-\x{2013} \x{a0}]\d{4})`)
	wholePhone = regexp.MustCompile(`^(?:86)?1[3-9]\d{9}$`)
	longText   = regexp.MustCompile(`[A-Za-z0-9+/_-]{60,}={0,2}`)
)

// isInNumber reports whether digits are a part of a decimal number, such as 0.13800138000.
func isInNumber(text string, begin, end int) bool {
	isDigit := func(at int) bool { return at >= 0 && at < len(text) && text[at] >= '0' && text[at] <= '9' }
	return begin > 0 && text[begin-1] == '.' && isDigit(begin-2) || end < len(text) && text[end] == '.' && isDigit(end+1)
}

var urlScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)

// SignedParameters returns the parameters that a CME signature signs and that do not change from call to call, sorted, as a
// query. A signature is the base64 of 20 bytes of HMAC-SHA1 and of the text that is signed. SignedParameters returns false
// for any other text.
func SignedParameters(signature string) (query string, ok bool) {
	decoded, err := decodeBase64(base64Padding.Replace(signature))
	if err != nil || len(decoded) < 20 {
		return "", false
	}
	text := decoded[20:]
	if !strings.Contains(text, "secretId=") && !strings.Contains(text, "currentTimeStamp=") {
		return "", false
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return "", true
	}
	for _, name := range []string{"secretId", "currentTimeStamp", "expireTime", "random"} {
		values.Del(name)
	}
	return values.Encode(), true
}

var base64Padding = strings.NewReplacer("=", "", "\n", "", "\r", "", " ", "")

// pairShape is a way to write a name and its value in running text. Its groups are what stands before the value, the name, and
// the value.
type pairShape struct {
	mark  string // stands in every such text
	shape *regexp.Regexp
}

var pairShapes = []pairShape{
	// JSON that is broken or stands within something else, JavaScript, XML attributes: "a": "b", a: 'b', a="b".
	{`"`, regexp.MustCompile(`("((?:[^"\\]|\\.){1,60})"\s*:\s*")((?:[^"\\]|\\.)+)`)},
	{`"`, regexp.MustCompile(`(\b([A-Za-z_][\w.\-]{0,59})\s*[:=]\s*")((?:[^"\\]|\\.)+)`)},
	{`'`, regexp.MustCompile(`(\b([A-Za-z_][\w.\-]{0,59})'?\s*[:=]\s*')((?:[^'\\]|\\.)+)`)},
	// A number as the value.
	{`:`, regexp.MustCompile(`("([^"\\]{1,60})"\s*:\s*)(-?\d[\d.]*)`)},
	// An element of XML.
	{`</`, regexp.MustCompile(`(<(?:[\w.\-]+:)?([A-Za-z_][\w.\-]{0,59})(?:\s[^<>]*)?>)([^<>]+)`)},
	// a=b.
	{`=`, regexp.MustCompile(`(\b([A-Za-z_][\w.\-\[\]]{2,59})=)([^\s&;,"'<>{}()\\|]+)`)},
}

// line matches a line with a name and its value, as headers and YAML are written.
var line = regexp.MustCompile(`(?m)(^[ \t>-]*([A-Za-z][\w\-]{0,59})[ \t]*:[ \t]+)(\S[^\r\n]*)$`)

// The stretches of a text in which another text may be encoded.
var (
	percentStretch = regexp.MustCompile(`[^\s"'<>\\]*%[0-9A-Fa-f]{2}[^\s"'<>\\]*`)
	jsonStretch    = regexp.MustCompile(`(?s)(?:[^"\\]|\\.)*\\["/u\\](?:[^"\\]|\\.)*`)
	htmlStretch    = regexp.MustCompile(`[^<>]*&(?:#\w{2,6}|quot|apos|amp|lt|gt);[^<>]*`)
	base64Stretch  = regexp.MustCompile(`(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9+/_-]{14,}={0,2}`)
)
