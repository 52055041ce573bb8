package cmesign

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxLength is the length of the longest signature that is read, in bytes. A real one has a few hundred. A longer one than
// MaxLength is rejected unread (assumed).
const MaxLength = 64 << 10

// strictBase64 rejects bits that belong to no byte, so that a signature has only one spelling (assumed: every standard
// encoder writes zeros there).
var strictBase64 = base64.StdEncoding.Strict()

// Signature holds the parts of a signature. They are not verified.
type Signature struct {
	MAC      [sha1.Size]byte
	Original string // the signed text, byte for byte as received

	parameters []parameter
}

// parameter is one parameter of the signed text.
type parameter struct {
	name, value string // URL-decoded; as received when they cannot be decoded
	text        string // "name=value" as received
	at          int    // where text begins in the original, counted from 0
}

// Parse reads a signature without verifying it: base64 of the 20 bytes of the HMAC and a text in UTF-8 of at least one byte.
// The argument is the value of the query parameter, URL-decoded once. The error is a *Failure.
func Parse(signature string) (Signature, error) {
	raw, failure := decode(signature)
	if failure != nil {
		return Signature{}, failure
	}
	sig, failure := parseRaw(raw)
	if failure != nil {
		return Signature{}, failure
	}
	return sig, nil
}

// Get returns the URL-decoded value of a parameter. It is the first value if the parameter is given twice, and "" if it is
// absent.
func (s Signature) Get(name string) string {
	p, _ := s.find(name)
	return p.value
}

// SecretID returns the id of the key that the signature claims to be made with.
func (s Signature) SecretID() string { return s.Get(nameSecretID) }

// Undocumented returns the names of the parameters that no document has, in their order. They are allowed, but often they are
// the rest of a value that was not URL-encoded before it was signed.
func (s Signature) Undocumented() []string {
	var names []string
	for _, p := range s.parameters {
		if p.text != "" && !p.documented() {
			names = append(names, p.name)
		}
	}
	return names
}

func (s Signature) find(name string) (parameter, bool) {
	for _, p := range s.parameters {
		if p.name == name {
			return p, true
		}
	}
	return parameter{}, false
}

// madeWith reports whether the HMAC is that of text under key, in constant time.
func (s Signature) madeWith(key, text string) bool {
	return hmac.Equal(s.MAC[:], sum(sha1.New, key, text))
}

func decode(text string) ([]byte, *Failure) {
	switch {
	case text == "":
		return nil, &Failure{Code: codeEmpty}
	case len(text) > MaxLength:
		return nil, &Failure{Code: codeTooLong}
	case strings.ContainsAny(text, "\r\n"): // the decoder would skip them
		return nil, &Failure{Code: codeNotBase64}
	}
	raw, err := strictBase64.DecodeString(text)
	if err != nil {
		return nil, &Failure{Code: codeNotBase64}
	}
	return raw, nil
}

func parseRaw(raw []byte) (Signature, *Failure) {
	switch {
	case len(raw) < sha1.Size:
		return Signature{}, &Failure{Code: codeTooShort}
	case len(raw) == sha1.Size:
		return Signature{}, &Failure{Code: codeNoOriginal}
	case !utf8.Valid(raw[sha1.Size:]):
		return Signature{}, &Failure{Code: codeNotUTF8}
	}
	sig := parseText(string(raw[sha1.Size:]))
	sig.MAC = [sha1.Size]byte(raw[:sha1.Size])
	return sig, nil
}

// parseText reads a signed text that has no HMAC in front of it.
func parseText(original string) Signature {
	return Signature{Original: original, parameters: parameters(original)}
}

// parameters splits a text. It accepts everything; the judge checks the parts.
func parameters(original string) []parameter {
	list := make([]parameter, 0, len(required)+1)
	at := 0
	for text := range strings.SplitSeq(original, "&") {
		if text != "" {
			name, value, _ := strings.Cut(text, "=")
			list = append(list, parameter{name: unescape(name), value: unescape(value), text: text, at: at})
		}
		at += len(text) + len("&")
	}
	return list
}

func unescape(text string) string {
	decoded, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	return decoded
}

// documented reports whether a document has the name.
func (p parameter) documented() bool {
	return slices.Contains(documentedNames, p.name)
}

// beginsAsText reports whether raw begins with the name of a documented parameter and '='. Of 2^55 HMACs one begins so by
// chance.
func beginsAsText(raw []byte) bool {
	name, _, found := bytes.Cut(raw, []byte("="))
	return found && parameter{name: string(name)}.documented()
}

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
