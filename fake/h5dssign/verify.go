package h5dssign

import (
	"crypto/subtle"
	"iter"
	"strconv"
	"strings"
	"time"
)

// DefaultWindow is how far a timestamp may be from the server's clock, before or after it.
// It is assumed: the vendor does not document any window.
const DefaultWindow = 5 * time.Minute

// Verifier verifies and explains signatures. It holds all that is known about keys and time.
type Verifier struct {
	// Lookup finds the key of an appid. Without it every appid is unknown.
	Lookup func(appid string) (Key, bool)
	// Others are keys of this server. Explain looks there for the key that made a sign, and hides their secrets. It may
	// iterate more than once. It may be nil.
	Others iter.Seq[Key]
	// Hide takes secrets out of a text that a diagnosis shows, for a server that has more of them than Others. It may be
	// nil.
	Hide func(text string) string
	// Now is the time of the server.
	Now time.Time
	// Window is how far the timestamp may be from Now, before or after it. Zero means DefaultWindow. With a negative Window
	// the timestamp must be Now.
	Window time.Duration
}

// Failure says by a stable code why Verify rejects a call. Explain says more, and often has a finer code.
type Failure struct {
	Code   string // such as "h5ds.unknown-appid"
	Header string // the header at fault: "appid", "sign" or "timestamp"
}

func (f *Failure) Error() string {
	return "check signature: " + f.Code + ": " + f.Header
}

// Verify returns the key that signed the call. The error is a *Failure.
//
// The three headers and the way the sign is made are documented. The following rules are assumed, because no document has
// any:
//   - each header must be sent exactly once;
//   - a timestamp has 13 digits, the first of which is not 0: it is a millisecond from 2001 to 2286;
//   - the timestamp may differ from Now by Window;
//   - upper-case hex is rejected;
//   - the same headers are valid for any number of calls, whatever their path and body.
func (v Verifier) Verify(h Headers) (Key, error) {
	key, failure := v.judge(h)
	if failure != nil {
		return Key{}, failure
	}
	return key, nil
}

// judge decides for Verify and for Explain. The key is that of the appid, as soon as it is known.
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

// judge finds the first header that was not sent exactly once with a value.
func (h *Headers) judge() *Failure {
	for _, kind := range []struct {
		code  string
		holds func(field) bool
	}{
		{codeMissingHeader, h.missing},
		{codeEmptyHeader, h.empty},
		{codeDuplicateHeader, h.repeated},
	} {
		for _, f := range h.fields() {
			if kind.holds(f) {
				return &Failure{kind.code, f.name}
			}
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

// milliseconds reads a legal timestamp.
func milliseconds(timestamp string) (time.Time, bool) {
	if len(timestamp) != 13 || timestamp[0] == '0' || firstNonDigit(timestamp) >= 0 {
		return time.Time{}, false
	}
	ms, _ := strconv.ParseInt(timestamp, 10, 64) // 13 digits always fit
	return time.UnixMilli(ms), true
}

// firstNonDigit returns the index of the first character that is not an ASCII digit, or -1.
func firstNonDigit(text string) int {
	return strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// equal compares in a time that does not depend on where the texts differ. The length is not a secret; comparing it first
// avoids a copy of a long text.
func equal(a, b string) bool {
	return len(a) == len(b) && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
