package h5dssign

import (
	"crypto/subtle"
	"iter"
	"strconv"
	"strings"
	"time"
)

// DefaultWindow is how far a timestamp may be from the server's clock, before or after it.
// It is assumed: the vendor documents neither a window nor that there is one.
const DefaultWindow = 5 * time.Minute

// Verifier holds what the judge knows.
type Verifier struct {
	// Lookup finds the key of an appid. Without it every appid is unknown.
	Lookup func(appid string) (Key, bool)
	// Others are all keys of this server, for the question "whose secret made this?". Only
	// Explain reads them, more than once. They may be nil.
	Others iter.Seq[Key]
	// Now is the time of the judgement.
	Now time.Time
	// Window is how far the timestamp may be from Now, either way; exactly that far is
	// still good. Zero means DefaultWindow, less than zero none.
	Window time.Duration
}

// Failure says by a stable code why a call is rejected. Explain says more, often with a finer
// code.
type Failure struct {
	Code   string // such as "h5ds.unknown-appid"
	Header string // the header at fault: "appid", "sign" or "timestamp"
}

func (f *Failure) Error() string {
	return "check signature: " + f.Code + ": " + f.Header
}

// Verify returns the key that signed the call. The error is a *Failure.
//
// Documented are the three headers, and how the sign is made. Assumed, because no document
// says, are:
//   - a header may be there only once;
//   - a timestamp is 13 digits and the first is not 0: each millisecond from 2001 to 2286;
//   - it may be Window away from Now;
//   - upper-case hex is rejected;
//   - the same headers are good for any number of calls, whatever their path and body.
func (v Verifier) Verify(h Headers) (Key, error) {
	key, failure := v.judge(h)
	if failure != nil {
		return Key{}, failure
	}
	return key, nil
}

// judge is the only place that decides. Verify and Explain differ in what they say about it.
// The key is the one that the appid names, once there is one.
func (v Verifier) judge(h Headers) (Key, *Failure) {
	if failure := h.judge(); failure != nil {
		return Key{}, failure
	}
	key, ok := v.lookup(h.AppID)
	if !ok {
		return Key{}, &Failure{codeUnknownAppID, "appid"}
	}
	at, ok := milliseconds(h.Timestamp)
	if !ok {
		return key, &Failure{codeTimestampShape, "timestamp"}
	}
	if !equal(h.Sign, Sign(key.Secret, h.Timestamp)) {
		return key, &Failure{codeWrongSign, "sign"}
	}
	switch distance := v.Now.Sub(at); {
	case distance > v.window():
		return key, &Failure{codeClockBehind, "timestamp"}
	case distance < -v.window():
		return key, &Failure{codeClockAhead, "timestamp"}
	}
	return key, nil
}

// judge finds a header that is not there exactly once with a value. Explain names them all.
func (h *Headers) judge() *Failure {
	for _, kind := range []struct {
		code  string
		holds func(field) bool
	}{
		{codeMissingHeader, h.missing},
		{codeEmptyHeader, h.empty},
		{codeDuplicateHeader, h.repeated},
	} {
		if names := h.having(kind.holds); len(names) > 0 {
			return &Failure{kind.code, names[0]}
		}
	}
	return nil
}

func (v Verifier) lookup(appid string) (Key, bool) {
	if v.Lookup == nil {
		return Key{}, false
	}
	key, ok := v.Lookup(appid)
	return key, ok && key.Secret != ""
}

func (v Verifier) window() time.Duration {
	if v.Window == 0 {
		return DefaultWindow
	}
	return max(v.Window, 0)
}

// milliseconds reads a timestamp in its legal form.
func milliseconds(timestamp string) (time.Time, bool) {
	if len(timestamp) != 13 || timestamp[0] == '0' || firstNonDigit(timestamp) >= 0 {
		return time.Time{}, false
	}
	ms, _ := strconv.ParseInt(timestamp, 10, 64) // 13 digits always fit
	return time.UnixMilli(ms), true
}

// firstNonDigit returns the index of the first character that is no ASCII digit, or -1.
func firstNonDigit(text string) int {
	return strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// equal compares in a time that does not depend on where the texts differ. Length is no
// secret, and looking at it first spares a copy of a long text.
func equal(a, b string) bool {
	return len(a) == len(b) && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
