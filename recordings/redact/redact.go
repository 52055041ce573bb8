// Package redact replaces secrets by placeholders before anything is kept or printed.
//
// A placeholder names the kind of secret and a short digest, so that two equal secrets can
// still be seen to be equal: <auth:1f2e3d4c>.
package redact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// Placeholder stands for a secret.
func Placeholder(kind, secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "<" + strings.ToLower(kind) + ":" + hex.EncodeToString(sum[:4]) + ">"
}

// Query masks the secret parameters of a raw query or an encoded form, however their names are
// encoded. Everything else keeps its bytes.
func Query(raw string) string {
	if raw == "" {
		return raw
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		pairs[i] = parameter(pair)
	}
	return strings.Join(pairs, "&")
}

// parameter masks one name=value. Some readers part pairs by semicolons as well, so each name
// after one is looked at too; a secret goes on to the end, for it may hold semicolons itself.
func parameter(pair string) string {
	for begin := 0; begin < len(pair); {
		end := len(pair)
		if semicolon := strings.IndexByte(pair[begin:], ';'); semicolon >= 0 {
			end = begin + semicolon
		}
		if name, _, found := strings.Cut(pair[begin:end], "="); found {
			kind, from := kindOfParameter(name), begin+len(name)+1
			if kind != "" && from < len(pair) {
				return pair[:from] + parameterValue(kind, pair[from:])
			}
		}
		begin = end + 1
	}
	return parameterJSON(pair)
}

// parameterJSON masks the secret fields of a value that is JSON.
func parameterJSON(pair string) string {
	name, encoded, _ := strings.Cut(pair, "=")
	value, err := url.QueryUnescape(encoded)
	if err != nil || value == "" || !looksLikeJSON([]byte(value)) {
		return pair
	}
	if shown := string(fields([]byte(value))); shown != value {
		return name + "=" + url.QueryEscape(shown)
	}
	return pair
}

func parameterValue(kind, encoded string) string {
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
	masked := h.Clone()
	for name, values := range masked {
		lower := strings.ToLower(name)
		kind := kindOf([]byte(name))
		if secretHeaders[lower] || kind != "" && kind != callback {
			hide(lower, values)
		}
	}
	for i, address := range masked["Referer"] { // of a page that has a secret in its address
		if before, query, found := strings.Cut(address, "?"); found {
			masked["Referer"][i] = before + "?" + Query(query)
		}
	}
	return masked
}

func hide(kind string, values []string) {
	for i, value := range values {
		if value != "" {
			values[i] = Placeholder(kind, value)
		}
	}
}

// Body masks the secret fields of a JSON or form body. What it looks like decides, since
// clients send wrong content types. What it returns may be b itself.
func Body(b []byte) []byte {
	if looksLikeJSON(b) {
		return fields(b)
	}
	var inner string
	if json.Unmarshal(b, &inner) == nil && inner != "" { // a body that was encoded twice
		if shown := string(Body([]byte(inner))); shown != inner {
			return quoted(shown)
		}
		return b
	}
	return []byte(Query(string(b)))
}

// looksLikeJSON says that the first byte begins an object or an array, or that there is none.
func looksLikeJSON(b []byte) bool {
	start := bytes.TrimLeft(b, "\ufeff \t\r\n")
	return len(start) == 0 || start[0] == '{' || start[0] == '['
}
