package cmesign

import (
	"iter"
	"slices"
	"time"
)

// DefaultSkew is how far ahead a signer's clock may be. The client API documents no
// such rule; the vendor's server API allows 5 minutes (assumed).
const DefaultSkew = 5 * time.Minute

// Key is a pair of credentials that a server knows. A Key without a secret opens nothing.
type Key struct {
	SecretID  string
	SecretKey string
	Platforms []string // the platforms it may speak for; none listed means any
}

// Verifier holds what the judge knows.
type Verifier struct {
	// Lookup finds a key. Without it every secretId is unknown.
	Lookup func(secretID string) (Key, bool)
	// Others are all keys of this server, for the question "whose secret made this?". Only
	// Explain reads them, more than once. They may be nil.
	Others iter.Seq[Key]
	// Now is the time of the judgement.
	Now time.Time
	// Action is what the endpoint demands, such as "Login". Empty accepts any documented action.
	Action string
	// Skew is how far ahead of Now currentTimeStamp may be. Zero means DefaultSkew, less than zero none.
	Skew time.Duration
}

// Claims are what a valid signature says.
type Claims struct {
	Params
}

// Failure says by a stable code why a signature is rejected. Explain says more, often with a
// finer code.
type Failure struct {
	Code      string // such as "cme.expired"
	Parameter string // the parameter at fault; empty when it is no single one
}

func (f *Failure) Error() string {
	if f.Parameter == "" {
		return "check signature: " + f.Code
	}
	return "check signature: " + f.Code + ": " + f.Parameter
}

// Verify checks a signature, as it is after decoding the query once. The error is a *Failure.
//
// Documented are the format, the seven required parameters with their types, and the actions.
// Assumed, because no document says, are:
//   - a signature is valid up to and including the second expireTime, and not from expireTime+1 on;
//   - currentTimeStamp may be Skew ahead, counted in whole seconds;
//   - expireTime before currentTimeStamp, a parameter given twice, an empty one, and a moment from
//     the year 5138 on (milliseconds, in truth) are rejected;
//   - other parameters than the documented ones are allowed, and any validity, however long.
func (v Verifier) Verify(signature string) (Claims, error) {
	found := v.judge(signature)
	if found.failure != nil {
		return Claims{}, found.failure
	}
	return Claims{Params: found.params}, nil
}

// verdict is how far a signature came before the judge, and what stopped it.
type verdict struct {
	text      string    // the signature as received
	raw       []byte    // the decoded signature; nil when it is not base64
	sig       Signature // taken apart
	key       Key       // the key that it names
	authentic bool      // the HMAC is right: what follows is about a believed text
	params    Params    // the parameters, once all have their type
	failure   *Failure  // nil when the signature is valid
}

// judge is the only place that decides. Verify and Explain differ in what they say about it.
func (v Verifier) judge(text string) (found verdict) {
	found.text = text
	if found.raw, found.failure = decode(text); found.failure != nil {
		return found
	}
	if found.sig, found.failure = takeApart(found.raw); found.failure != nil {
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

func (v Verifier) findKey(sig Signature) (Key, *Failure) {
	if failure := present(sig, nameSecretID); failure != nil {
		return Key{}, failure
	}
	if key, ok := v.lookup(sig.SecretID()); ok {
		return key, nil
	}
	return Key{}, &Failure{Code: codeUnknownSecretID, Parameter: nameSecretID}
}

func (v Verifier) lookup(secretID string) (Key, bool) {
	if v.Lookup == nil {
		return Key{}, false
	}
	key, ok := v.Lookup(secretID)
	return key, ok && key.SecretKey != ""
}

// skewSeconds is the allowance in whole seconds; the timestamps have no finer unit.
func (v Verifier) skewSeconds() int64 {
	switch {
	case v.Skew < 0:
		return 0
	case v.Skew == 0:
		return int64(DefaultSkew / time.Second)
	}
	return int64(v.Skew / time.Second)
}

// mayUse reports whether the key speaks for a platform.
func (k Key) mayUse(platform string) bool {
	return len(k.Platforms) == 0 || slices.Contains(k.Platforms, platform)
}
