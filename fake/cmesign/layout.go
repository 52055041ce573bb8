package cmesign

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// hashes are those that an HMAC may have been made with; the first is the right one.
var hashes = []struct {
	name string
	make func() hash.Hash
}{
	{"SHA1", sha1.New}, {"SHA256", sha256.New}, {"SHA512", sha512.New}, {"MD5", md5.New},
}

// notations are ways to write an HMAC; the first is the right one.
var notations = []struct {
	name  string
	code  string
	write func(mac []byte) []byte
}{
	{"raw bytes", "", func(mac []byte) []byte { return mac }},
	{"hexadecimal digits", codeHexMAC, func(mac []byte) []byte { return hex.AppendEncode(nil, mac) }},
	{"upper-case hexadecimal digits", codeHexMAC, func(mac []byte) []byte { return bytes.ToUpper(hex.AppendEncode(nil, mac)) }},
	{"base64", codeBase64MAC, func(mac []byte) []byte { return base64.StdEncoding.AppendEncode(nil, mac) }},
}

// putTogether explains a decoded signature in which HMAC and text are not where they belong.
func (e *explainer) putTogether(raw []byte, repairs int) (diagnosis.Diagnosis, bool) {
	if d, ok := e.encodedTwice(raw, repairs); ok {
		return d, true
	}
	for _, explain := range []func([]byte) (diagnosis.Diagnosis, bool){e.otherLayout, e.plainHash, e.throughString} {
		if d, ok := explain(raw); ok {
			return d, true
		}
	}
	if !beginsAsText(raw) {
		return diagnosis.Diagnosis{}, false
	}
	d := diagnosis.Diagnosis{
		Code:     codeNoMAC,
		Sentence: "the signature decodes to the text alone: no HMAC stands in front of it",
		Fix:      howTo,
	}
	if !utf8.Valid(raw) {
		d.Code, d.Sentence = codeMisplacedText, "the text begins at byte 1 of the decoded signature, where the HMAC belongs"
	}
	return d, true
}

func (e *explainer) encodedTwice(raw []byte, repairs int) (diagnosis.Diagnosis, bool) {
	inner := string(raw)
	sig, err := Parse(inner)
	if err != nil || !slices.ContainsFunc(sig.parameters, parameter.documented) {
		return diagnosis.Diagnosis{}, false
	}
	beneath, _ := e.explain(inner, repairs)
	return diagnosis.Diagnosis{
		Code:     codeBase64Twice,
		Sentence: "the signature is base64 of a base64 text: it was encoded twice",
		Fix:      "encode HMAC and text together, once" + remainder(beneath),
	}, true
}

// otherLayout tries every hash, notation and side. Only an HMAC that fits is a proof.
func (e *explainer) otherLayout(raw []byte) (diagnosis.Diagnosis, bool) {
	for h := range hashes {
		for n := range notations {
			size := len(notations[n].write(make([]byte, hashes[h].make().Size())))
			if len(raw) < size {
				continue
			}
			front := h != 0 || n != 0 // the documented layout is not another one
			if front && e.fits(raw[:size], raw[size:], h, n) {
				return e.describeLayout(raw[size:], h, n, "in front of"), true
			}
			if e.fits(raw[len(raw)-size:], raw[:len(raw)-size], h, n) {
				return e.describeLayout(raw[:len(raw)-size], h, n, "behind"), true
			}
		}
	}
	return diagnosis.Diagnosis{}, false
}

// fits reports whether mac is the HMAC of text, by the key that text names.
func (e *explainer) fits(mac, text []byte, h, n int) bool {
	if !utf8.Valid(text) {
		return false
	}
	sig := withoutMAC(string(text))
	key, failure := e.findKey(sig)
	return failure == nil && hmac.Equal(mac, notations[n].write(sum(hashes[h].make, key.SecretKey, sig.Original)))
}

func (e *explainer) describeLayout(text []byte, h, n int, side string) diagnosis.Diagnosis {
	sig := withoutMAC(string(text))
	key, _ := e.findKey(sig)
	e.hide(key)
	d := diagnosis.Diagnosis{
		Sentence: fmt.Sprintf("the HMAC is HMAC-%s as %s %s the text, not HMAC-SHA1 as 20 raw bytes in front of it",
			hashes[h].name, notations[n].name, side),
	}
	switch {
	case side == "behind":
		d.Code, d.Fix = codeOriginalFirst, "put the 20 raw bytes of HMAC-SHA1 in front of the text"
	case h != 0:
		d.Code, d.Fix = codeWrongHash, "put the 20 raw bytes of HMAC-SHA1 in front of the text"
	default:
		d.Code, d.Fix = notations[n].code, "use the raw bytes of the HMAC (Node.js digest() without an argument, PHP hash_hmac with true at the end, Python digest())"
	}
	d.Fix += e.beneath(sig, key)
	return d
}

// documented reports whether the name is one of the documentation.
func (p parameter) documented() bool {
	return slices.Contains(documentedNames, p.name)
}

// beginsAsText reports whether raw begins with the name of a documented parameter and '='. The
// bytes of an HMAC do so by chance once in 2^55.
func beginsAsText(raw []byte) bool {
	name, _, found := bytes.Cut(raw, []byte("="))
	return found && parameter{name: string(name)}.documented()
}
