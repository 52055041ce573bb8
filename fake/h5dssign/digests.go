package h5dssign

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
)

// digest is a function that a client may have used.
type digest struct {
	name string
	sum  func(secret, text string) []byte
	flaw flaw
}

// digests are in the order in which they are tried. The first is the right one.
var digests = []digest{
	{name: "MD5", sum: md5Sum},
	{"MD5 of the hex MD5", md5OfHex, flaw{template: codeMD5Twice}},
	{"MD5 of the raw MD5", md5OfRaw, flaw{template: codeMD5Twice}},
	{"SHA-1", plain(sha1.New), flaw{codeDigest, "SHA-1"}},
	{"SHA-256", plain(sha256.New), flaw{codeDigest, "SHA-256"}},
	{"SHA-512", plain(sha512.New), flaw{codeDigest, "SHA-512"}},
	{"HMAC-MD5", keyed(md5.New), flaw{codeHMAC, "HMAC-MD5"}},
	{"HMAC-SHA-1", keyed(sha1.New), flaw{codeHMAC, "HMAC-SHA-1"}},
	{"HMAC-SHA-256", keyed(sha256.New), flaw{codeHMAC, "HMAC-SHA-256"}},
	{"no digest", noDigest, flaw{template: codeNotHashed}},
}

func md5Sum(_, text string) []byte {
	sum := md5.Sum([]byte(text))
	return sum[:]
}

func md5OfHex(secret, text string) []byte {
	return md5Sum(secret, hex.EncodeToString(md5Sum(secret, text)))
}

func md5OfRaw(secret, text string) []byte {
	return md5Sum(secret, string(md5Sum(secret, text)))
}

func noDigest(_, text string) []byte { return []byte(text) }

// plain hashes the text.
func plain(newHash func() hash.Hash) func(secret, text string) []byte {
	return func(_, text string) []byte {
		h := newHash()
		h.Write([]byte(text))
		return h.Sum(nil)
	}
}

// keyed makes a message authentication code of the text, with the secret as its key.
func keyed(newHash func() hash.Hash) func(secret, text string) []byte {
	return func(secret, text string) []byte {
		h := hmac.New(newHash, []byte(secret))
		h.Write([]byte(text))
		return h.Sum(nil)
	}
}
