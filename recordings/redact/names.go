package redact

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// secretName is a name of a header, a parameter, a field or a cookie that carries a secret.
type secretName struct {
	name string // lower case
	kind string // of the placeholder in a recording
	use  use
}

// use says where a name counts. Each name counts in recordings.
type use uint8

const (
	hidden      use = 1 << iota // the value is hidden everywhere: in journals, diagnoses and reports too
	lastWord                    // it also counts as the last word of a longer name: access_token, X-Token
	requestOnly                 // it counts in requests only
)

// secretNames is the one table of names that carry secrets. In a recording, personal data are secrets too.
var secretNames = []secretName{
	{"signature", "signature", hidden | lastWord},
	{"sign", "signature", hidden | lastWord},
	{"verifysign", "signature", hidden},
	{"voduploadsign", "signature", hidden},
	{"storagesignature", "signature", 0},
	{"auth", "ticket", hidden},
	{"authorization", "ticket", hidden},
	{"ticket", "ticket", lastWord},
	{"token", "token", hidden | lastWord},
	{"admintoken", "token", hidden},
	{"jwt", "token", lastWord},
	{"session", "token", 0},
	{"sessionid", "token", 0},
	{"sessionkey", "token", 0},
	{"jsessionid", "token", 0},
	{"phpsessid", "token", 0},
	{"vodsessionkey", "token", 0},
	{"vodverifykey", "token", 0},
	{"uploadcontext", "context", hidden},
	{"cookie", "cookie", hidden | lastWord},
	{"set-cookie", "cookie", hidden},
	{"proxy-authorization", "token", hidden},
	{"secret", "secret", hidden | lastWord},
	{"password", "secret", hidden | lastWord},
	{"old_password", "secret", hidden},
	{"passwd", "secret", lastWord},
	{"pwd", "secret", lastWord},
	{"clientsecret", "secret", 0},
	{"appsecret", "secret", 0},
	{"privatekey", "secret", 0},
	{"secretkey", "credential", hidden},
	{"secretid", "credential", 0},
	{"accesskeyid", "credential", 0},
	{"tmpsecretid", "credential", 0},
	{"tmpsecretkey", "credential", 0},
	{"q-ak", "credential", 0},
	{"apikey", "credential", 0},
	{"apisecret", "secret", 0},
	{"credential", "credential", lastWord},
	{"credentials", "credential", lastWord},
	{"sn", "code", 0},
	{"captchakey", "code", 0},
	{"captchacode", "code", 0},
	{"code", "code", requestOnly}, // in a response it says whether the call succeeded
	{"phonenumber", "phone", 0},
	{"phone", "phone", 0},
	{"tel", "phone", 0},
	{"mobile", "phone", lastWord},
	{"email", "email", lastWord},
	{"mail", "email", lastWord},
}

var (
	secretByName = map[string]*secretName{} // by the name without separators
	longestName  int
)

func init() {
	for i := range secretNames {
		name := strings.NewReplacer("-", "", "_", "").Replace(secretNames[i].name)
		secretByName[name] = &secretNames[i]
		longestName = max(longestName, len(name))
	}
}

// callback is the field that holds an address of the user's own server. It is not secret; values within it may be.
const callback = "callback"

// unreadable is the kind of a value whose name cannot be decoded. It may be a secret, so it counts as one.
const unreadable = "unreadable"

// IsSecret reports whether a value with this name is never shown, whatever the case of the name.
func IsSecret(name string) bool {
	kind := hiddenKind(name)
	return kind != "" && kind != callback
}

// hiddenKind returns the name in the table for a name whose value is hidden, callback for that name, and "" for any other
// name. It allocates nothing.
func hiddenKind[T string | []byte](name T) string {
	var buffer [32]byte
	folded := buffer[:0]
	for _, r := range string(bytes.TrimSpace([]byte(name))) {
		switch { // as encoding/json compares names: two letters beyond ASCII are equal to one within
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r == '\u017f': // long s
			r = 's'
		case r == '\u212a': // the Kelvin sign
			r = 'k'
		case r == '-' || r == '_':
			continue
		}
		if r > '\u007f' || len(folded) == longestName {
			return ""
		}
		folded = append(folded, byte(r))
	}
	if string(folded) == callback {
		return callback
	}
	if known := secretByName[string(folded)]; known != nil && known.use&hidden != 0 {
		return known.name
	}
	return ""
}

// hiddenParameter is hiddenKind for the encoded name of a parameter in a query or a form. Each of the names that brackets
// and dots join counts: user[password] is a password, and so is password[0].
func hiddenParameter(encoded string) string {
	name, err := url.QueryUnescape(encoded)
	if err != nil {
		return unreadable
	}
	found := ""
	for segment := range strings.FieldsFuncSeq(name, joinsNames) {
		switch kind := hiddenKind(segment); kind {
		case "":
		case callback: // a secret name around it counts more
			found = callback
		default:
			return kind
		}
	}
	return found
}

// joinsNames reports whether a character joins two names: user[password], user.password.
func joinsNames(r rune) bool { return r == '[' || r == ']' || r == '.' }

// appID is the kind of the appid of h5ds, a name that is all lower case. The AppId of CME is no secret.
const appID = "appid"

// kindOf returns the kind of the secret that a name stands for in a recording, or "".
func kindOf(name string, inRequest bool) string {
	if name == appID {
		return appID
	}
	words := wordsOf(name)
	if len(words) == 0 {
		return ""
	}
	known := secretByName[strings.Join(words, "")]
	if known == nil || known.use&requestOnly != 0 && !inRequest {
		known = secretByName[words[len(words)-1]]
		if known == nil || known.use&lastWord == 0 {
			return ""
		}
	}
	return known.kind
}

// kindOfMany is kindOf for a name in the plural, such as tokens.
func kindOfMany(name string, inRequest bool) string {
	if one, ok := strings.CutSuffix(name, "s"); ok && len(one) > 2 {
		return kindOf(one, inRequest)
	}
	return ""
}

// nameNames are the names of members that hold the name of a value, and valueNames the last words of those that hold the
// value: {"name": "password", "newValue": …}.
var (
	nameNames  = []string{"name", "key", "field", "param", "parameter", "header", "label", "id", "type", "k", "n"}
	valueNames = []string{"value", "values", "val", "v", "content", "text", "data", "secret", "default", "string", "input", "old", "new", "current", "raw", "plain"}
)

func isNameName(name string) bool { return slices.Contains(nameNames, strings.ToLower(name)) }

func isValueName(name string) bool {
	words := wordsOf(name)
	return len(words) > 0 && slices.Contains(valueNames, words[len(words)-1])
}

// measures are the last words of names whose numbers measure something.
var measures = []string{"size", "bytes", "length", "duration", "time", "timestamp", "total", "count", "offset", "bitrate", "width", "height"}

func isMeasure(name string) bool {
	words := wordsOf(name)
	return len(words) > 0 && slices.Contains(measures, words[len(words)-1])
}

// wordsOf splits a name into its words, in lower case: VodUploadSign, user_id, X-Token.
func wordsOf(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && len(word) > 0 && !unicode.IsUpper(word[len(word)-1]):
			end()
			word = append(word, r)
		default:
			word = append(word, r)
		}
	}
	end()
	return words
}

// harmlessWords are the last words of names whose values may be long and odd without being secret.
var harmlessWords = []string{
	"id", "ids", "name", "url", "urls", "path", "type", "status", "version", "time", "text", "title", "description",
	"code", "message", "content", "platform", "resolution", "data", "definition", "codec", "container", "format", "thumb", "avatar",
}

// isHarmless reports whether a value with this name is no secret even if it looks like a credential.
func isHarmless(name string) bool {
	words := wordsOf(name)
	return len(words) > 0 && slices.Contains(harmlessWords, words[len(words)-1])
}
