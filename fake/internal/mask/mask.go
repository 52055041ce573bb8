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
	"regexp"
	"strings"
)

// secretParameters are query and form parameters, lower case.
var secretParameters = map[string]bool{
	"signature": true, "auth": true, "token": true, "sign": true, "password": true, "old_password": true,
	"secret": true, "secretkey": true, "verifysign": true, "admintoken": true,
}

// secretHeaders are in canonical form.
var secretHeaders = []string{
	"Authorization", "Sign", "Cookie", "Set-Cookie", "Proxy-Authorization", "Secret", "Secretkey",
}

// secretFields are JSON keys whose string values are secrets.
var secretFields = regexp.MustCompile(
	`(?i)"(Authorization|VerifySign|VodUploadSign|UploadContext|signature|auth|token|sign|password|old_password|secret|secretKey)"(\s*:\s*)"((?:[^"\\]|\\.)*)"`)

// anyField is a cheap test that spares most bodies the regular expression.
var anyField = regexp.MustCompile(`(?i)auth|sign|token|passw|secret|context`)

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
		if found && value != "" && secretParameters[strings.ToLower(name)] {
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
	return masked
}

// Body masks the secret fields of a JSON or form body. What it looks like decides, since
// clients send wrong content types. What it returns may be b itself.
func Body(b []byte) []byte {
	if !anyField.Match(b) {
		return b
	}
	if start := bytes.TrimLeft(b, "\ufeff \t\r\n"); len(start) > 0 && start[0] != '{' && start[0] != '[' {
		return []byte(Query(string(b)))
	}
	return secretFields.ReplaceAllFunc(b, func(match []byte) []byte {
		part := secretFields.FindSubmatch(match)
		if len(part[3]) == 0 {
			return match
		}
		var out bytes.Buffer
		out.WriteByte('"')
		out.Write(part[1])
		out.WriteByte('"')
		out.Write(part[2])
		out.WriteString(`"` + Placeholder(string(part[1]), string(part[3])) + `"`)
		return out.Bytes()
	})
}
