package redact

import (
	"bytes"
	"net/url"
	"strings"
)

// secrets are names of parameters, fields and headers, lower case, whose values are secrets.
// Its twin is secretNames in contracts/internal/excerpt; TestSecretNames on both sides holds the names.
var secrets = map[string]bool{
	"signature": true, "auth": true, "authorization": true, "token": true, "admintoken": true, "sign": true,
	"verifysign": true, "voduploadsign": true, "uploadcontext": true,
	"password": true, "old_password": true, "secret": true, "secretkey": true,
}

const longestName = len("voduploadsign")

// secretHeaders are the headers, lower case, that hold secrets without being in secrets.
var secretHeaders = map[string]bool{"cookie": true, "set-cookie": true, "proxy-authorization": true}

// callback is the field, lower case, that holds an address of the user's own server.
const callback = "callback"

// unreadable is the kind of a value whose name cannot be decoded. It may be a secret, so it counts as one.
const unreadable = "unreadable"

// kindOf says what kind of secret the value under a decoded name is: one of secrets, callback, or
// "" for no secret. It allocates only for a kind that it finds.
func kindOf(name []byte) string {
	var folded [longestName]byte
	n := 0
	for _, r := range string(bytes.TrimSpace(name)) {
		switch { // as encoding/json compares names: two letters beyond ASCII fold into it
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r == '\u017f': // long s
			r = 's'
		case r == '\u212a': // sign of kelvin
			r = 'k'
		}
		if r > '\u007f' || n == len(folded) {
			return ""
		}
		folded[n] = byte(r)
		n++
	}
	if secrets[string(folded[:n])] || string(folded[:n]) == callback {
		return string(folded[:n])
	}
	return ""
}

// kindOfParameter is kindOf for the encoded name of a query or a form. Each of the names that
// brackets and dots join counts: user[password] is a password, and so is password[0].
func kindOfParameter(encoded string) string {
	name, err := url.QueryUnescape(encoded)
	if err != nil {
		return unreadable
	}
	found := ""
	joined := func(r rune) bool { return r == '[' || r == ']' || r == '.' }
	for segment := range strings.FieldsFuncSeq(name, joined) {
		switch kind := kindOf([]byte(segment)); kind {
		case "":
		case callback: // unless it is within a secret
			found = callback
		default:
			return kind
		}
	}
	return found
}
