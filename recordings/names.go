package recordings

import (
	"slices"
	"strings"
	"unicode"
)

// secretNames are the names of parameters, fields and headers whose values nobody may keep, in lower
// case and without separators, and the kind of placeholder that takes their place.
var secretNames = map[string]string{
	"auth": "ticket", "authorization": "ticket",
	"uploadcontext": "context", "storagesignature": "signature", "sn": "code",
	"captchakey": "code", "captchacode": "code", "clientsecret": "secret",
	"jwt": "token", "session": "token", "sessionid": "token", "sessionkey": "token", "vodsessionkey": "token", "vodverifykey": "token",
	"secretid": "credential", "secretkey": "credential", "accesskeyid": "credential", "tmpsecretid": "credential", "tmpsecretkey": "credential",
	"qak": "credential", "apikey": "credential", "appsecret": "secret", "oldpassword": "secret", "privatekey": "secret",
	"phonenumber": "phone", "tel": "phone", "phone": "phone",
}

// secretWords are the last words of such names: verifySign, access_token, X-Token.
var secretWords = map[string]string{
	"signature": "signature", "sign": "signature", "ticket": "ticket", "token": "token", "jwt": "token",
	"secret": "secret", "password": "secret", "passwd": "secret", "pwd": "secret",
	"cookie": "cookie", "credential": "credential", "credentials": "credential",
	"mobile": "phone", "email": "email", "mail": "email",
}

// requestSecrets are secrets of requests only. In a response, code is what became of the call.
var requestSecrets = map[string]string{"code": "code"}

// kindOfName returns the kind of secret that a name stands for, or "" for none.
func kindOfName(name string, inRequest bool) string {
	words := wordsOf(name)
	if len(words) == 0 {
		return ""
	}
	joined := strings.Join(words, "")
	if kind, ok := secretNames[joined]; ok {
		return kind
	}
	if kind, ok := requestSecrets[joined]; ok && inRequest {
		return kind
	}
	return secretWords[words[len(words)-1]]
}

// wordsOf splits a name where its author saw words, in lower case: VodUploadSign, user_id, X-Token.
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

// isHarmless says that the values of a name need not be looked at for what they look like.
func isHarmless(name string) bool {
	words := wordsOf(name)
	return len(words) > 0 && slices.Contains(harmlessWords, words[len(words)-1])
}

// keptHeaders are the headers, in lower case, that are kept. Others are dropped, unless their name
// stands for a secret, which is replaced.
var keptHeaders = []string{
	":authority", ":method", ":path", ":scheme", ":status",
	"accept", "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods",
	"access-control-allow-origin", "access-control-expose-headers", "access-control-max-age",
	"access-control-request-headers", "access-control-request-method", "allow", "appid", "cache-control", "content-disposition",
	"content-encoding", "content-type", "host", "location", "origin", "pragma", "referer", "retry-after", "timestamp", "vary",
	"www-authenticate", "x-cme-environment", "x-request-id",
}

// keptCustom are the custom fields that are kept: ours, and those that say where or how a body is kept.
var keptCustom = []string{exampleField, signedField, bodyEncoding, "encoding", "_file", "_sha1"}
