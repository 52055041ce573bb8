// Package mask replaces secrets by placeholders before anything is kept or printed.
//
// A placeholder names the kind of secret and a short digest, so that two equal secrets can
// still be seen to be equal: <auth:1f2e3d4c>.
package mask

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// secrets are names of parameters and JSON fields, lower case, whose values are secrets.
var secrets = map[string]bool{
	"signature": true, "auth": true, "authorization": true, "token": true, "admintoken": true, "sign": true,
	"verifysign": true, "voduploadsign": true, "uploadcontext": true,
	"password": true, "old_password": true, "secret": true, "secretkey": true,
}

const longestName = len("voduploadsign")

func isSecret(name []byte) bool {
	return len(name) <= longestName && secrets[string(bytes.ToLower(name))]
}

// secretHeaders are in canonical form.
var secretHeaders = []string{
	"Authorization", "Sign", "Cookie", "Set-Cookie", "Proxy-Authorization", "Secret", "Secretkey",
}

// Placeholder stands for a secret.
func Placeholder(kind, secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "<" + strings.ToLower(kind) + ":" + hex.EncodeToString(sum[:4]) + ">"
}

// Query masks the secret parameters of a raw query. Everything else keeps its bytes.
func Query(raw string) string {
	if raw == "" {
		return raw
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		if found && value != "" && isSecret([]byte(name)) {
			pairs[i] = name + "=" + Placeholder(name, value)
		}
	}
	return strings.Join(pairs, "&")
}

// Header returns a copy of h without its secrets.
func Header(h http.Header) http.Header {
	masked := h.Clone()
	for _, name := range secretHeaders {
		for i, value := range masked[name] {
			if value != "" {
				masked[name][i] = Placeholder(name, value)
			}
		}
	}
	for i, address := range masked["Referer"] { // of a page that has a secret in its address
		if before, query, found := strings.Cut(address, "?"); found {
			masked["Referer"][i] = before + "?" + Query(query)
		}
	}
	return masked
}

// Body masks the secret fields of a JSON or form body. What it looks like decides, since
// clients send wrong content types. What it returns may be b itself.
func Body(b []byte) []byte {
	if start := bytes.TrimLeft(b, "\ufeff \t\r\n"); len(start) > 0 && start[0] != '{' && start[0] != '[' {
		return []byte(Query(string(b)))
	}
	return fields(b)
}

// fields masks the values of secret JSON fields, strings and numbers, in one pass, whatever else is broken.
func fields(b []byte) []byte {
	var out []byte // nil until something is masked
	kept := 0      // how much of b is in out
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		name, end := text(b, i)
		colon := space(b, end)
		if colon == len(b) || b[colon] != ':' {
			i = end - 1
			continue
		}
		i = colon
		begin := space(b, colon+1)
		if begin == len(b) || !isSecret(name) {
			continue
		}
		value, end := scalar(b, begin)
		if len(value) > 0 {
			out = append(out, b[kept:begin]...)
			out = append(out, '"')
			out = append(out, Placeholder(string(name), string(value))...)
			out = append(out, '"')
			kept = end
		}
		i = end - 1
	}
	if out == nil {
		return b
	}
	return append(out, b[kept:]...)
}

// scalar is text for a string, and the digits for a number. Of anything else it returns nothing.
func scalar(b []byte, i int) (value []byte, rest int) {
	if b[i] == '"' {
		return text(b, i)
	}
	end := i
	for end < len(b) && bytes.IndexByte([]byte("+-.0123456789eE"), b[end]) >= 0 {
		end++
	}
	return b[i:end], max(end, i+1)
}

// text returns what stands between the quote at i and the next one, and where the rest begins.
func text(b []byte, i int) (inside []byte, rest int) {
	for j := i + 1; j < len(b); j++ {
		switch b[j] {
		case '\\':
			j++
		case '"':
			return b[i+1 : j], j + 1
		}
	}
	return b[i+1:], len(b)
}

// space returns where the next byte that is no white space is.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}
