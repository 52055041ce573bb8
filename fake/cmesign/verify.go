package cmesign

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// DefaultSkew is how far ahead the clock of a signer may be (assumed: the client API documents no such rule, and the vendor's
// server API allows 5 minutes).
const DefaultSkew = 5 * time.Minute

// Key is a pair of credentials that a server knows. A Key without a secret opens nothing.
type Key struct {
	SecretID  string
	SecretKey string
	Platforms []string // the platforms it may be used for; an empty list means any
}

// Verifier verifies and explains signatures. It holds all that is known about keys, time and the endpoint.
type Verifier struct {
	// Lookup finds a key. Without it every secretId is unknown.
	Lookup func(secretID string) (Key, bool)
	// Others are keys of this server. Explain looks there for the key that made a signature, and hides their secrets. It
	// may iterate more than once. It may be nil.
	Others iter.Seq[Key]
	// Hide takes secrets out of a text that a diagnosis shows, for a server that has more of them than Others. It may be
	// nil.
	Hide func(text string) string
	// Now is the time of the server.
	Now time.Time
	// Action is the action that the endpoint demands, such as "Login". Empty means any documented action.
	Action string
	// Skew is how far ahead of Now currentTimeStamp may be. Zero means DefaultSkew. With a negative Skew it must not be ahead
	// at all.
	Skew time.Duration
}

// Claims are the parameters of a valid signature.
type Claims struct {
	Params
	// Undocumented are the names of parameters that no document has; see [Signature.Undocumented].
	Undocumented []string
}

// Verify checks a signature, as it is after decoding the query once. The error is a *Failure.
//
// The format, the seven required parameters with their types, and the actions are documented. The following rules are assumed,
// because no document has any:
//   - a signature is valid until the end of the second expireTime;
//   - currentTimeStamp may be ahead by Skew, counted in whole seconds;
//   - a signature is rejected if expireTime is before currentTimeStamp, if a parameter is empty or given twice, or if a time is
//     after the year 5137 (such a time is in milliseconds);
//   - undocumented parameters are allowed, and so is any validity.
func (v Verifier) Verify(signature string) (Claims, error) {
	found := v.judge(signature)
	if found.failure != nil {
		return Claims{}, found.failure
	}
	return Claims{found.params, found.sig.Undocumented()}, nil
}

// verdict holds all that the judge found out about a signature, up to the failure.
type verdict struct {
	text      string    // the signature as received
	raw       []byte    // the decoded signature; nil when it is not base64
	sig       Signature // its parts
	key       Key       // the key that it names
	authentic bool      // the HMAC is right, so that the failure is one of the text
	params    Params    // the parameters, if all have their types
	failure   *Failure  // nil when the signature is valid
}

// judge decides for Verify and for Explain.
func (v Verifier) judge(text string) (found verdict) {
	found.text = text
	if found.raw, found.failure = decode(text); found.failure != nil {
		return found
	}
	if found.sig, found.failure = parseRaw(found.raw); found.failure != nil {
		return found
	}
	if found.key, found.failure = v.findKey(found.sig); found.failure != nil {
		return found
	}
	if !found.sig.madeWith(found.key.SecretKey, found.sig.Original) {
		found.failure = &Failure{Code: codeWrongMAC}
		return found
	}
	found.authentic = true
	found.params, found.failure = v.judgeText(found.sig, found.key)
	return found
}

// findKey returns the key that a text names.
func (v Verifier) findKey(sig Signature) (Key, *Failure) {
	if failure := present(sig, nameSecretID); failure != nil {
		return Key{}, failure
	}
	if key, ok := v.lookup(sig.SecretID()); ok {
		return key, nil
	}
	return Key{}, &Failure{Code: codeUnknownSecretID, Parameter: nameSecretID}
}

// textAndKey reads a signed text and finds the key that it names.
func (v Verifier) textAndKey(text string) (Signature, Key, bool) {
	sig := parseText(text)
	key, failure := v.findKey(sig)
	return sig, key, failure == nil
}

// maker finds another key of this server that made the HMAC.
func (v Verifier) maker(sig Signature) (Key, bool) {
	for key := range v.others {
		if key.SecretID != sig.SecretID() && sig.madeWith(key.SecretKey, sig.Original) {
			return key, true
		}
	}
	return Key{}, false
}

// others iterates over Others without the keys that have no secret.
func (v Verifier) others(yield func(Key) bool) {
	if v.Others == nil {
		return
	}
	for key := range v.Others {
		if key.SecretKey != "" && !yield(key) {
			return
		}
	}
}

func (v Verifier) lookup(secretID string) (Key, bool) {
	if v.Lookup == nil {
		return Key{}, false
	}
	key, ok := v.Lookup(secretID)
	return key, ok && key.SecretKey != ""
}

// skewSeconds returns the allowed skew in whole seconds, the unit of the timestamps.
func (v Verifier) skewSeconds() int64 {
	switch {
	case v.Skew < 0:
		return 0
	case v.Skew == 0:
		return int64(DefaultSkew / time.Second)
	}
	return int64(v.Skew / time.Second)
}

// mayUse reports whether the key may be used for a platform.
func (k Key) mayUse(platform string) bool {
	return len(k.Platforms) == 0 || slices.Contains(k.Platforms, platform)
}

// endOfSeconds is the first number that is not accepted as Unix seconds: it is in the year 5138. As milliseconds it is in the
// year 1973, so that the milliseconds of today are always noticed.
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
	seen := map[string]bool{}
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

// flaw finds the first byte of "name=value" that no URL encoder writes, and its code. That values must be URL-encoded is
// documented. A byte is allowed if one of the encoders in the official samples writes it.
func flaw(text string) (at int, code string) {
	separated := false
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '%':
			if i+2 >= len(text) || !isHexDigit(text[i+1]) || !isHexDigit(text[i+2]) {
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

// read converts the parameters to their types.
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

// readInteger reads an unsigned number in digits. tooLarge is the code for a number of more bits.
func readInteger(sig Signature, name string, bits int, tooLarge string) (uint64, *Failure) {
	value := sig.Get(name)
	if strings.Trim(value, "0123456789") != "" {
		return 0, &Failure{Code: codeNotInteger, Parameter: name}
	}
	n, err := strconv.ParseUint(value, 10, bits)
	if err != nil { // the value has only digits, so it is too large
		return 0, &Failure{Code: tooLarge, Parameter: name}
	}
	return n, nil
}

// inTime compares whole seconds, so that a signature is valid until the end of its last second.
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
