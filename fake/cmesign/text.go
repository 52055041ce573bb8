package cmesign

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// endOfSeconds is the first number that is too large for Unix seconds: the year 5138.
// As milliseconds it is the year 1973, so no clock of today is taken for the wrong unit.
const endOfSeconds = 100_000_000_000

// judgeText judges the parameters of a text whose HMAC is right.
func (v Verifier) judgeText(sig Signature, key Key) (Params, *Failure) {
	if failure := wellFormed(sig.parameters); failure != nil {
		return Params{}, failure
	}
	for _, name := range required {
		if failure := present(sig, name); failure != nil {
			return Params{}, failure
		}
	}
	p, failure := read(sig)
	if failure != nil {
		return Params{}, failure
	}
	if failure := v.inTime(p); failure != nil {
		return p, failure
	}
	return p, v.allowed(p, key)
}

// wellFormed checks that every parameter is URL-encoded and given once.
func wellFormed(list []parameter) *Failure {
	seen := make(map[string]bool, len(list))
	for _, p := range list {
		if _, code := flaw(p.text); code != "" {
			return &Failure{Code: code, Parameter: p.name}
		}
		if !utf8.ValidString(p.name) || !utf8.ValidString(p.value) {
			return &Failure{Code: codeNotUTF8, Parameter: p.name}
		}
		if seen[p.name] {
			return &Failure{Code: codeDuplicateParameter, Parameter: p.name}
		}
		seen[p.name] = true
	}
	return nil
}

// flaw finds the first byte of "name=value" that no URL encoder writes, and says why.
// "Values must be URL-encoded" is documented; which bytes stay as they are is the union of
// the encoders in the official samples.
func flaw(text string) (at int, code string) {
	separated := false
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '%':
			if i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2]) {
				return i, codeBadEscape
			}
		case c == '=' && !separated:
			separated = true
		case !isAlphanumeric(c) && strings.IndexByte("-_.~*!'()+", c) < 0:
			return i, codeUnescaped
		}
	}
	return 0, ""
}

func present(sig Signature, name string) *Failure {
	p, ok := sig.find(name)
	switch {
	case !ok:
		return &Failure{Code: codeMissingParameter, Parameter: name}
	case p.value == "":
		return &Failure{Code: codeEmptyParameter, Parameter: name}
	}
	return nil
}

// read gives the parameters their types.
func read(sig Signature) (Params, *Failure) {
	current, failure := readSeconds(sig, nameCurrentTimeStamp)
	if failure != nil {
		return Params{}, failure
	}
	expire, failure := readSeconds(sig, nameExpireTime)
	if failure != nil {
		return Params{}, failure
	}
	random, failure := readInteger(sig, nameRandom, 32, codeRandomRange)
	if failure != nil {
		return Params{}, failure
	}
	return Params{
		SecretID:         sig.SecretID(),
		CurrentTimeStamp: current,
		ExpireTime:       expire,
		Random:           uint32(random),
		Platform:         sig.Get(namePlatform),
		Action:           sig.Get(nameAction),
		UserID:           sig.Get(nameUserID),
		ProjectID:        sig.Get(nameProjectID),
	}, nil
}

func readSeconds(sig Signature, name string) (time.Time, *Failure) {
	seconds, failure := readInteger(sig, name, 64, codeNotSeconds)
	if failure != nil {
		return time.Time{}, failure
	}
	if seconds >= endOfSeconds {
		return time.Time{}, &Failure{Code: codeNotSeconds, Parameter: name}
	}
	return time.Unix(int64(seconds), 0).UTC(), nil
}

// readInteger reads an unsigned number, digits only. tooLarge is the code for more than bits hold.
func readInteger(sig Signature, name string, bits int, tooLarge string) (uint64, *Failure) {
	value := sig.Get(name)
	if strings.Trim(value, "0123456789") != "" {
		return 0, &Failure{Code: codeNotInteger, Parameter: name}
	}
	n, err := strconv.ParseUint(value, 10, bits)
	if err != nil { // digits only, so there are too many of them
		return 0, &Failure{Code: tooLarge, Parameter: name}
	}
	return n, nil
}

// inTime compares whole seconds: a signature lives to the end of its last second.
func (v Verifier) inTime(p Params) *Failure {
	now, current, expire := v.Now.Unix(), p.CurrentTimeStamp.Unix(), p.ExpireTime.Unix()
	switch {
	case expire < current:
		return &Failure{Code: codeNegativeValidity, Parameter: nameExpireTime}
	case current-now > v.skewSeconds():
		return &Failure{Code: codeNotYetValid, Parameter: nameCurrentTimeStamp}
	case now > expire:
		return &Failure{Code: codeExpired, Parameter: nameExpireTime}
	}
	return nil
}

func (v Verifier) allowed(p Params, key Key) *Failure {
	switch p.Action {
	case actionOpenProject, actionUpload, actionLogin:
	default:
		return &Failure{Code: codeUndocumentedAction, Parameter: nameAction}
	}
	if v.Action != "" && p.Action != v.Action {
		return &Failure{Code: codeWrongAction, Parameter: nameAction}
	}
	if !key.mayUse(p.Platform) {
		return &Failure{Code: codeUnknownPlatform, Parameter: namePlatform}
	}
	return nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
