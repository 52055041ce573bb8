package cmesign

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// howTo is the whole format in one line.
const howTo = "a signature is base64 of the 20 raw bytes of HMAC-SHA1(secretKey, text) followed by the text"

// describe puts the judge's own finding into words.
func (e *explainer) describe(found verdict) diagnosis.Diagnosis {
	if found.failure == nil {
		return diagnosis.Diagnosis{
			Code:     codeValid,
			Sentence: "the signature is valid until " + moment(found.params.ExpireTime),
		}
	}
	switch found.failure.Code {
	case codeUnknownSecretID:
		return e.describeUnknownKey(found.sig)
	case codeWrongMAC:
		return e.describeWrongMAC(found)
	case codeNegativeValidity, codeNotYetValid, codeExpired:
		return e.describeTime(found)
	case codeUndocumentedAction, codeWrongAction, codeUnknownPlatform:
		return e.describeRight(found)
	case codeNotInteger, codeRandomRange, codeNotSeconds:
		return e.describeNumber(found)
	}
	if found.authentic || found.failure.Parameter != "" {
		return e.describeParameter(found)
	}
	return e.describeShape(found)
}

func (e *explainer) describeShape(found verdict) diagnosis.Diagnosis {
	d := diagnosis.Diagnosis{Code: found.failure.Code, Fix: howTo}
	switch found.failure.Code {
	case codeEmpty:
		d.Sentence = "the signature is empty or missing"
	case codeTooLong:
		d.Sentence = fmt.Sprintf("the signature has %d bytes, more than the %d that are read", len(found.text), MaxLength)
	case codeNotBase64:
		return e.describeNotBase64(found.text)
	case codeTooShort:
		d.Sentence = fmt.Sprintf("the signature decodes to %d bytes, fewer than the %d of the HMAC", len(found.raw), sha1.Size)
	case codeNoOriginal:
		d.Sentence = "the signature decodes to 20 bytes: the signed text is missing after the HMAC"
	case codeNotUTF8:
		d.Sentence = fmt.Sprintf("what follows the first 20 decoded bytes is not UTF-8 at its byte %d", 1+invalidUTF8(found.raw[sha1.Size:]))
	}
	return d
}

// invalidUTF8 is the position of the first byte that is not UTF-8 in a text that has one.
func invalidUTF8(text []byte) int {
	at := 0
	for {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

func (e *explainer) describeWrongMAC(found verdict) diagnosis.Diagnosis {
	if d, ok := e.cutOff(found.sig, "the HMAC does not fit what is left"); ok {
		return d
	}
	return diagnosis.Diagnosis{
		Code: codeWrongSecret,
		Sentence: fmt.Sprintf("the HMAC was not made with the secret key of secretId %s over this text, nor in another way that was tried",
			e.quote(found.key.SecretID)),
		Fix:      "check the secret key, and that the signed text was byte for byte the received one",
		Received: e.shown(found.sig.Original),
	}
}

func (e *explainer) describeUnknownKey(sig Signature) diagnosis.Diagnosis {
	id := sig.SecretID()
	for key := range e.others {
		if key.SecretKey == id {
			return diagnosis.Diagnosis{
				Code:     codeSecretKeyAsID,
				Sentence: fmt.Sprintf("the parameter secretId holds the secret key of secretId %s", e.quote(key.SecretID)),
				Fix:      "send the secretId there; the secret key must never be sent",
			}
		}
	}
	d := diagnosis.Diagnosis{
		Code:     codeUnknownSecretID,
		Sentence: fmt.Sprintf("no key has the secretId %s", e.quote(id)),
		Fix:      "use the secretId that belongs to the secret key",
	}
	if _, ok := e.lookup(strings.TrimSpace(id)); ok {
		d.Fix = "take away the white space around the secretId"
	} else if maker, ok := e.maker(sig); ok {
		d.Fix = fmt.Sprintf("send the secretId %s: the HMAC was made with its secret key", e.quote(maker.SecretID))
	} else if last := sig.parameters[len(sig.parameters)-1]; last.name == nameSecretID { // a cut can be in its value
		if d, ok := e.cutOff(sig, "no key has the secretId that is left"); ok {
			return d
		}
	}
	return d
}

func (e *explainer) describeParameter(found verdict) diagnosis.Diagnosis {
	d := diagnosis.Diagnosis{Code: found.failure.Code}
	shown := e.quote(found.failure.Parameter)
	switch d.Code {
	case codeMissingParameter:
		return e.describeMissing(found)
	case codeBadEscape, codeUnescaped:
		return e.describeFlaw(found)
	case codeEmptyParameter:
		d.Sentence = fmt.Sprintf("the parameter %s is empty", shown)
		d.Fix = "give it a value before signing"
	case codeDuplicateParameter:
		d.Sentence = fmt.Sprintf("the parameter %s is given twice", shown)
		d.Fix = "send every parameter once"
	case codeNotUTF8:
		d.Sentence = fmt.Sprintf("the parameter %s is not UTF-8 after URL decoding", shown)
		d.Fix = "URL-encode the UTF-8 bytes of the value, not those of another character set"
	}
	return d
}

// describeFlaw points at the first byte that no URL encoder writes.
func (e *explainer) describeFlaw(found verdict) diagnosis.Diagnosis {
	i := slices.IndexFunc(found.sig.parameters, func(p parameter) bool {
		_, code := flaw(p.text)
		return code != ""
	})
	p := found.sig.parameters[i]
	at, code := flaw(p.text)
	if code == codeBadEscape {
		return diagnosis.Diagnosis{
			Code: code,
			Sentence: fmt.Sprintf("in the parameter %s a '%%' without two hexadecimal digits stands at byte %d of the text",
				e.quote(p.name), p.at+at+1),
			Fix: "URL-encode the value: '%' itself becomes %25",
		}
	}
	_, size := utf8.DecodeRuneInString(p.text[at:])
	return diagnosis.Diagnosis{
		Code: code,
		Sentence: fmt.Sprintf("the parameter %s is not URL-encoded: %s stands at byte %d of the text",
			e.quote(p.name), e.quote(p.text[at:at+size]), p.at+at+1),
		Fix: "URL-encode every value before signing",
	}
}

// describeMissing looks for what stands in the place of a missing parameter.
func (e *explainer) describeMissing(found verdict) diagnosis.Diagnosis {
	name := found.failure.Parameter
	if !found.authentic {
		if d, ok := misplaced(found.raw, name); ok {
			return d
		}
		if d, ok := e.cutOff(found.sig, "without secretId the HMAC cannot be checked"); ok {
			if _, made := e.maker(found.sig); !made {
				return d
			}
		}
	}
	for _, p := range found.sig.parameters {
		if resembles(p.name, name) {
			return diagnosis.Diagnosis{
				Code:     codeMisnamedParameter,
				Sentence: fmt.Sprintf("the parameter %q is missing, but there is one named %s", name, e.quote(p.name)),
				Fix:      fmt.Sprintf("if that is the one meant, name it exactly %q", name),
			}
		}
	}
	return diagnosis.Diagnosis{
		Code:     codeMissingParameter,
		Sentence: fmt.Sprintf("the parameter %q is missing", name),
		Fix:      "put it into the text before signing; required are " + strings.Join(required, ", "),
	}
}

// misplaced explains a text in which the parameter is not found because the text begins elsewhere.
func misplaced(raw []byte, name string) (diagnosis.Diagnosis, bool) {
	if len(bytes.Trim(raw, "0123456789abcdefABCDEF")) == 0 {
		return diagnosis.Diagnosis{
			Code:     codeNoOriginal,
			Sentence: fmt.Sprintf("the signature decodes to %d hexadecimal digits and nothing else: the signed text is missing", len(raw)),
			Fix:      howTo,
		}, true
	}
	at := bytes.Index(raw, []byte(name+"="))
	if at < 0 {
		return diagnosis.Diagnosis{}, false
	}
	return diagnosis.Diagnosis{
		Code: codeMisplacedText,
		Sentence: fmt.Sprintf("\"%s=\" stands at byte %d of the decoded signature, but no parameter begins there when the text is read from byte %d on",
			name, at+1, sha1.Size+1),
		Fix: "put exactly the 20 raw bytes of HMAC-SHA1 in front of the text (40 bytes are hexadecimal digits, 32 are SHA-256)",
	}, true
}
