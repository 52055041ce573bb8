package cmesign

import (
	"bytes"
	"crypto/sha1"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// describe explains the failure that the judge found, without any hypothesis about its cause.
func describe(v Verifier, found verdict) explanation {
	if found.failure == nil {
		return explained(codeValid, "end", moment(found.params.ExpireTime))
	}
	switch found.failure.Code {
	case codeEmpty, codeNoOriginal:
		return explained(found.failure.Code)
	case codeTooLong:
		return explained(codeTooLong, "bytes", len(found.text), "limit", MaxLength)
	case codeNotBase64:
		return notBase64(found.text)
	case codeTooShort:
		return explained(codeTooShort, "bytes", len(found.raw))
	case codeNotUTF8:
		if found.failure.Parameter != "" {
			return explained(codeNotUTF8+"/decoded", "name", quoted(found.failure.Parameter))
		}
		return explained(codeNotUTF8, "at", 1+invalidUTF8(found.raw[sha1.Size:]))
	case codeUnknownSecretID:
		return describeUnknownKey(v, found.sig)
	case codeWrongMAC:
		return describeWrongMAC(found)
	case codeMissingParameter:
		return describeMissing(v, found)
	case codeBadEscape, codeUnescaped:
		return describeFlaw(found.sig)
	case codeNotInteger, codeRandomRange, codeNotSeconds:
		return describeNumber(found)
	case codeNegativeValidity, codeNotYetValid, codeExpired:
		return describeTime(v, found)
	case codeUndocumentedAction, codeWrongAction, codeUnknownPlatform:
		return describeRight(v, found)
	}
	return explained(found.failure.Code, "name", quoted(found.failure.Parameter)) // the parameter is empty, or given twice
}

// invalidUTF8 returns the position of the first byte that is not UTF-8. The text must have one.
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

func describeWrongMAC(found verdict) explanation {
	if x, ok := cutOff(found.sig, "the HMAC does not fit what is left"); ok {
		return x
	}
	x := explained(codeWrongSecret, "named", quoted(found.key.SecretID))
	x.received = found.sig.Original
	return x
}

func describeUnknownKey(v Verifier, sig Signature) explanation {
	id := sig.SecretID()
	for key := range v.others {
		if key.SecretKey == id {
			return explained(codeSecretKeyAsID, "owner", quoted(key.SecretID))
		}
	}
	if _, ok := v.lookup(strings.TrimSpace(id)); ok {
		return explained(codeUnknownSecretID+"/space", "id", quoted(id))
	}
	if maker, ok := v.maker(sig); ok {
		return explained(codeUnknownSecretID+"/maker", "id", quoted(id), "maker", quoted(maker.SecretID))
	}
	if last := sig.parameters[len(sig.parameters)-1]; last.name == nameSecretID { // the cut can be in its value
		if x, ok := cutOff(sig, "no key has the secretId that is left"); ok {
			return x
		}
	}
	return explained(codeUnknownSecretID, "id", quoted(id))
}

// describeFlaw points at the first byte that no URL encoder writes.
func describeFlaw(sig Signature) explanation {
	i := slices.IndexFunc(sig.parameters, func(p parameter) bool {
		_, code := flaw(p.text)
		return code != ""
	})
	p := sig.parameters[i]
	at, code := flaw(p.text)
	_, size := utf8.DecodeRuneInString(p.text[at:])
	return explained(code, "name", quoted(p.name), "at", p.at+at+1, "character", quoted(p.text[at:at+size]))
}

// describeMissing looks for another name, or another place, of a missing parameter.
func describeMissing(v Verifier, found verdict) explanation {
	name := found.failure.Parameter
	if !found.authentic {
		if x, ok := misplaced(found.raw, name); ok {
			return x
		}
		if x, ok := cutOff(found.sig, "without secretId the HMAC cannot be checked"); ok {
			if _, made := v.maker(found.sig); !made {
				return x
			}
		}
	}
	for _, p := range found.sig.parameters {
		if resembles(p.name, name) {
			return explained(codeMisnamedParameter, "name", name, "similar", quoted(p.name))
		}
	}
	return explained(codeMissingParameter, "name", name, "required", strings.Join(required, ", "))
}

// misplaced explains why a parameter is not found: the text begins at another place.
func misplaced(raw []byte, name string) (explanation, bool) {
	if len(bytes.Trim(raw, "0123456789abcdefABCDEF")) == 0 {
		return explained(codeNoOriginal+"/hex", "bytes", len(raw)), true
	}
	at := bytes.Index(raw, []byte(name+"="))
	return explained(codeMisplacedText, "name", name, "at", at+1), at >= 0
}

func describeNumber(found verdict) explanation {
	name := found.failure.Parameter
	value := found.sig.Get(name)
	template := found.failure.Code
	switch {
	case template == codeRandomRange && value == "4294967296":
		template += "/2^32"
	case template == codeNotInteger && name == nameRandom:
		template += "/random"
	}
	return explained(template, "name", name, "value", quoted(value), "unit", inOtherUnit(value))
}

// inOtherUnit says which time a number means that is too large for seconds.
func inOtherUnit(value string) string {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return "and for nanoseconds too"
	}
	for _, unit := range []struct {
		name      string
		perSecond uint64
	}{{"milliseconds", 1e3}, {"microseconds", 1e6}} {
		if seconds := n / unit.perSecond; seconds < endOfSeconds {
			return "as " + unit.name + " it is " + moment(time.Unix(int64(seconds), 0))
		}
	}
	return "as nanoseconds it is " + moment(time.Unix(int64(n/1e9), 0))
}

// sinceThisCentury is the Unix second 10^9, in 2001. An expireTime before it must be a duration.
const sinceThisCentury = 1_000_000_000

func describeTime(v Verifier, found verdict) explanation {
	now, current, expire := v.Now.Unix(), found.params.CurrentTimeStamp.Unix(), found.params.ExpireTime.Unix()
	switch {
	case found.failure.Code == codeNotYetValid:
		return explained(codeNotYetValid, "span", span(current-now), "skew", span(v.skewSeconds()), "now", moment(v.Now))
	case found.failure.Code == codeExpired:
		return explained(codeExpired, "span", span(now-expire), "end", moment(found.params.ExpireTime), "now", moment(v.Now))
	case expire < sinceThisCentury && current >= sinceThisCentury:
		return explained(codeDuration, "value", expire, "year", found.params.ExpireTime.Year(),
			"end", moment(time.Unix(current+expire, 0)), "moment", current+expire)
	}
	return explained(codeNegativeValidity, "span", span(current-expire))
}

func describeRight(v Verifier, found verdict) explanation {
	action := found.sig.Get(nameAction)
	switch {
	case found.failure.Code == codeWrongAction:
		return explained(codeWrongAction, "action", strconv.Quote(action), "demanded", strconv.Quote(v.Action))
	case found.failure.Code == codeUnknownPlatform:
		return explained(codeUnknownPlatform, "id", quoted(found.key.SecretID), "platform", quoted(found.sig.Get(namePlatform)),
			"platforms", quoted(strings.Join(found.key.Platforms, ", ")))
	case action == "CreateUploadMaterial":
		return explained(codeUndocumentedAction + "/demo")
	}
	for _, documented := range []string{actionOpenProject, actionUpload, actionLogin} {
		if resembles(action, documented) {
			return explained(codeUndocumentedAction+"/similar", "action", quoted(action), "similar", documented)
		}
	}
	return explained(codeUndocumentedAction, "action", quoted(action))
}

// resembles reports whether name is probably a mistake for want: in another case, with other separators, with up to two wrong
// letters, or with only a part of it.
func resembles(name, want string) bool {
	const maxLength = 40
	name, want = plain(name), plain(want)
	if len(name) < 4 || len(name) > maxLength {
		return false
	}
	return strings.Contains(want, name) || strings.Contains(name, want) || diagnosis.Distance(name, want) <= 2
}

// plain returns a name in lower case without '_', '-' and '.'.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}

// moment writes a time for people.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// span writes a number of seconds for people. The times of a signature can be further apart than a time.Duration can hold.
func span(seconds int64) string {
	if seconds > math.MaxInt64/int64(time.Second) {
		return "more than " + diagnosis.Span(math.MaxInt64)
	}
	return diagnosis.Span(time.Duration(seconds) * time.Second)
}
