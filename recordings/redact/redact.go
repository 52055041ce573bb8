// Package redact finds secrets in traffic and replaces them by placeholders, before anything is stored or printed.
//
// A secret is found by the name of its header, parameter, field or cookie ([Header], [Query], [Body], [Multipart]), or by
// its value ([Secrets]). [Placeholder] names the kind of a secret and a short digest, so that two equal secrets can still
// be seen to be equal: <auth:1f2e3d4c>.
//
// A [Redactor] makes a recording safe to share. It replaces personal data too, and everything that looks like a
// credential. Its placeholders are numbered: <ticket-1>.
package redact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// Placeholder returns the text that stands for a secret of the given kind.
func Placeholder(kind, secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "<" + strings.ToLower(kind) + ":" + hex.EncodeToString(sum[:4]) + ">"
}

// Query hides the secret parameters of a raw query or an encoded form, however their names are encoded. Everything else
// keeps its bytes.
func Query(raw string) string {
	if raw == "" {
		return raw
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		pairs[i] = hideParameter(pair)
	}
	return strings.Join(pairs, "&")
}

// hideParameter hides the value of one name=value. Some servers separate pairs by semicolons too, so each name after a
// semicolon counts. A secret may itself have semicolons, so everything after its name is hidden.
func hideParameter(pair string) string {
	for begin := 0; begin < len(pair); {
		end := len(pair)
		if semicolon := strings.IndexByte(pair[begin:], ';'); semicolon >= 0 {
			end = begin + semicolon
		}
		if name, _, found := strings.Cut(pair[begin:end], "="); found {
			kind, from := hiddenParameter(name), begin+len(name)+1
			if kind != "" && from < len(pair) {
				return pair[:from] + hiddenParameterValue(kind, pair[from:])
			}
		}
		begin = end + 1
	}
	return hideFieldsOfParameter(pair)
}

// hideFieldsOfParameter hides the secret fields of a value that is JSON.
func hideFieldsOfParameter(pair string) string {
	name, encoded, _ := strings.Cut(pair, "=")
	value, err := url.QueryUnescape(encoded)
	if err != nil || value == "" || !beginsLikeJSON([]byte(value)) {
		return pair
	}
	if shown := string(hideFields([]byte(value))); shown != value {
		return name + "=" + url.QueryEscape(shown)
	}
	return pair
}

// hiddenParameterValue returns what is shown instead of an encoded value.
func hiddenParameterValue(kind, encoded string) string {
	if kind != callback {
		return Placeholder(kind, encoded)
	}
	address, err := url.QueryUnescape(encoded)
	if err != nil {
		return Placeholder(kind, encoded)
	}
	if shown := Address(address); shown != address {
		return url.QueryEscape(shown)
	}
	return encoded
}

// Header returns a copy of h without its secrets.
func Header(h http.Header) http.Header {
	hidden := h.Clone()
	for name, values := range hidden {
		if !IsSecret(name) {
			continue
		}
		for i, value := range values {
			if value != "" {
				values[i] = Placeholder(name, value)
			}
		}
	}
	for i, address := range hidden["Referer"] { // of a page that has a secret in its address
		if before, query, found := strings.Cut(address, "?"); found {
			hidden["Referer"][i] = before + "?" + Query(query)
		}
	}
	return hidden
}

// Body hides the secret fields of a JSON or form body. Its bytes decide which it is, because clients send wrong content
// types. The result may be b itself.
func Body(b []byte) []byte {
	if beginsLikeJSON(b) {
		return hideFields(b)
	}
	var inner string
	if json.Unmarshal(b, &inner) == nil && inner != "" { // a body that was encoded twice
		if shown := string(Body([]byte(inner))); shown != inner {
			return jsontext.Quote(shown)
		}
		return b
	}
	return []byte(Query(string(b)))
}

// beginsLikeJSON reports whether the first byte begins an object or an array, or there is no byte.
func beginsLikeJSON(b []byte) bool {
	start := bytes.TrimLeft(b, "\ufeff \t\r\n")
	return len(start) == 0 || start[0] == '{' || start[0] == '['
}
