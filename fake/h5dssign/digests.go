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

// digest is what a client may have put the text through.
type digest struct {
	name string
	sum  func(secret, text string) []byte
	flaw flaw
}

// digests, the right one first.
var digests = []digest{
	{name: "MD5", sum: md5Sum},
	{"MD5 of the hex MD5", md5OfHex, md5Twice},
	{"MD5 of the raw MD5", md5OfRaw, md5Twice},
	{"SHA-1", plain(sha1.New), otherHash("SHA-1")},
	{"SHA-256", plain(sha256.New), otherHash("SHA-256")},
	{"SHA-512", plain(sha512.New), otherHash("SHA-512")},
	{"HMAC-MD5", keyed(md5.New), otherMAC("HMAC-MD5")},
	{"HMAC-SHA-1", keyed(sha1.New), otherMAC("HMAC-SHA-1")},
	{"HMAC-SHA-256", keyed(sha256.New), otherMAC("HMAC-SHA-256")},
	{"no digest", noDigest, flaw{
		codeNotHashed,
		"the sign is a text to be signed, not the MD5 of one",
		"send the MD5 of timestamp followed by secret; the secret itself must never be sent",
	}},
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

var md5Twice = flaw{
	codeMD5Twice,
	"the sign went through MD5 twice",
	"use MD5 once, over timestamp followed by secret",
}

func otherHash(name string) flaw {
	return flaw{
		codeDigest,
		"the sign was made with " + name + " instead of MD5",
		"use MD5 over timestamp followed by secret",
	}
}

func otherMAC(name string) flaw {
	return flaw{
		codeHMAC,
		"the sign was made with " + name + ", keyed with the secret, instead of plain MD5",
		"use MD5 over timestamp followed by secret",
	}
}
