package redact

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

var formShape = pattern(`^[\w.\-\[\]%]+=[^\s<>{}]*$`)

// pattern returns a regular expression that is compiled when it is first needed: every program with a fake has this package,
// and few redact anything.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

var scheme = pattern(`^(?i:(?:Bearer|Basic|Digest|Token)\s+)+`)

var (
	credentialShape = pattern(`^[A-Za-z0-9_\-+/=.~*]{20,}$`)
	timeShape       = pattern(`^\d{4}-\d\d-\d\dT[0-9:.+Z-]*$`)
)

// looksLikeCredential reports whether a value has the length and the letters of a credential.
func looksLikeCredential(value string) bool {
	return credentialShape().MatchString(value) && !strings.HasPrefix(value, "/") && !timeShape().MatchString(value) &&
		strings.ContainsAny(value, "0123456789") && strings.IndexFunc(value, isLatin) >= 0
}

var (
	longHex    = pattern(`^(?:[0-9a-f]{32,}|[0-9A-F]{32,})$`)
	longLetter = pattern(`^[A-Za-z0-9]{32,}$`)
)

// isLongKey reports whether a segment of a path, or the name of a member, is long enough to be the key of a session. Names of
// files have an extension, and identifiers of the usual form have hyphens.
func isLongKey(text string) bool {
	if len(text) < 32 || !strings.ContainsAny(text, "0123456789") {
		return false
	}
	mixed := strings.ContainsFunc(text, unicode.IsUpper) && strings.ContainsFunc(text, unicode.IsLower)
	return longHex().MatchString(text) && strings.IndexFunc(text, isLatin) >= 0 || mixed && longLetter().MatchString(text)
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

var urlInText = pattern(`\b[A-Za-z][A-Za-z0-9+.\-]*://[^\s"'<>\\]+`)

// secretShapes are secrets that can be recognized by their looks, wherever they stand. All texts of a shape contain the
// mark; looking for the mark first makes this fast.
var secretShapes = []struct {
	kind, mark string
	shape      func() *regexp.Regexp
}{
	{"credential", "-----BEGIN ", pattern(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)`)},
	{"token", "eyJ", pattern(`\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)},
	{"ticket", "tf_", pattern(`\btf_[A-Za-z0-9]{16,}`)},
	{"credential", "AKID", pattern(`\bAKID[A-Za-z0-9]{13,}`)},
	{"email", "@", pattern(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)},
}

var (
	// pictureName matches names of pictures that look like an e-mail address: logo@2x.png.
	pictureName = pattern(`@\dx\.`)
	// longEmail matches addresses that do not stand in a file by chance.
	longEmail = pattern(`[A-Za-z0-9._%+-]{3,}@[A-Za-z0-9-]{3,}\.`)
	bearer    = pattern(`\b[Bb]earer\s+[A-Za-z0-9_\-.=+/~]{8,}`)
	basic     = pattern(`\bBasic\s+[A-Za-z0-9+/]{8,}={0,2}`)
	// phone matches mobile numbers of China, with blanks or hyphens at the usual two places or without any.
	phone      = pattern(`(?:(?:\+|00)?86[- ]?)?(?:1[3-9]\d{9}|1[3-9]\d[-\x{2010}-\x{2013} \x{a0}]\d{4}[-\x{2010}-\x{2013} \x{a0}]\d{4})`)
	wholePhone = pattern(`^(?:86)?1[3-9]\d{9}$`)
	longText   = pattern(`[A-Za-z0-9+/_-]{60,}={0,2}`)
)

// isInNumber reports whether digits are a part of a decimal number, such as 0.13800138000.
func isInNumber(text string, begin, end int) bool {
	isDigit := func(at int) bool { return at >= 0 && at < len(text) && text[at] >= '0' && text[at] <= '9' }
	return begin > 0 && text[begin-1] == '.' && isDigit(begin-2) || end < len(text) && text[end] == '.' && isDigit(end+1)
}

var urlScheme = pattern(`^[A-Za-z][A-Za-z0-9+.-]*$`)

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
	shape func() *regexp.Regexp
}

var pairShapes = []pairShape{
	// JSON that is broken or stands within something else, JavaScript, XML attributes: "a": "b", a: 'b', a="b".
	{`"`, pattern(`("((?:[^"\\]|\\.){1,60})"\s*:\s*")((?:[^"\\]|\\.)+)`)},
	{`"`, pattern(`(\b([A-Za-z_][\w.\-]{0,59})\s*[:=]\s*")((?:[^"\\]|\\.)+)`)},
	{`'`, pattern(`(\b([A-Za-z_][\w.\-]{0,59})'?\s*[:=]\s*')((?:[^'\\]|\\.)+)`)},
	// A number as the value.
	{`:`, pattern(`("([^"\\]{1,60})"\s*:\s*)(-?\d[\d.]*)`)},
	// An element of XML.
	{`</`, pattern(`(<(?:[\w.\-]+:)?([A-Za-z_][\w.\-]{0,59})(?:\s[^<>]*)?>)([^<>]+)`)},
	// a=b.
	{`=`, pattern(`(\b([A-Za-z_][\w.\-\[\]]{2,59})=)([^\s&;,"'<>{}()\\|]+)`)},
}

// line matches a line with a name and its value, as headers and YAML are written.
var line = pattern(`(?m)(^[ \t>-]*([A-Za-z][\w\-]{0,59})[ \t]*:[ \t]+)(\S[^\r\n]*)$`)

// The stretches of a text in which another text may be encoded.
var (
	percentStretch = pattern(`[^\s"'<>\\]*%[0-9A-Fa-f]{2}[^\s"'<>\\]*`)
	jsonStretch    = pattern(`(?s)(?:[^"\\]|\\.)*\\["/u\\](?:[^"\\]|\\.)*`)
	htmlStretch    = pattern(`[^<>]*&(?:#\w{2,6}|quot|apos|amp|lt|gt);[^<>]*`)
	base64Stretch  = pattern(`(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9+/_-]{14,}={0,2}`)
)
