package h5dssign

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// number is a timestamp that means a time but is not written in whole milliseconds.
var number = regexp.MustCompile(`^[1-9][0-9]{0,19}(\.[0-9]{1,20})?([eE]\+?[0-9]{1,2})?$`)

// units are told apart by size: each covers the years 2001 to 2286.
var units = []struct {
	name  string
	least float64 // the smallest number of this unit; the largest is ten times as much
	perMs float64
}{
	{"seconds", 1e9, 1e-3},
	{"milliseconds", 1e12, 1},
	{"microseconds", 1e15, 1e3},
	{"nanoseconds", 1e18, 1e6},
}

// explainTimestamp says why the text of the timestamp is not legal.
func (v Verifier) explainTimestamp(h Headers, key Key) diagnosis.Diagnosis {
	unit, ms, ok := numeric(h.Timestamp)
	if !ok || v.holdsCredential(h, h.Timestamp) {
		return explainShape(h.Timestamp)
	}
	if signed, ok := signedNearby(h.Sign, key.Secret, ms); ok {
		return diagnosis.Diagnosis{
			Code:     codeSignedMilliseconds,
			Sentence: fmt.Sprintf("the sign was made over the milliseconds %d, but the header timestamp says %s", signed, h.Timestamp),
			Fix:      "put the milliseconds into one variable, sign it and send it",
		}.Compare(h.Timestamp, strconv.FormatInt(signed, 10))
	}
	d := explainNumber(h.Timestamp, unit).Compare(h.Timestamp, strconv.FormatInt(ms, 10))
	if equal(h.Sign, Sign(key.Secret, h.Timestamp)) {
		d.Sentence += "; the sign agrees with it"
	}
	return d
}

// explainNumber names the way in which a number is not in whole milliseconds.
func explainNumber(timestamp, unit string) diagnosis.Diagnosis {
	switch {
	case strings.ContainsAny(timestamp, "eE"):
		return diagnosis.Diagnosis{
			Code:     codeTimestampFloat,
			Sentence: "the timestamp is written as a floating-point number with an exponent, not as an integer",
			Fix:      "make it an integer before it is signed and sent; in PHP: (int) round(microtime(true) * 1000)",
		}
	case strings.Contains(timestamp, "."):
		return diagnosis.Diagnosis{
			Code:     codeTimestampFraction,
			Sentence: "the timestamp is a decimal fraction in " + unit + ", not an integer in milliseconds",
			Fix:      "convert it to whole milliseconds before it is signed and sent",
		}
	default:
		return diagnosis.Diagnosis{
			Code:     codeTimestampUnit,
			Sentence: "the timestamp is in " + unit + ", not in milliseconds",
			Fix:      "sign and send milliseconds since 1970, 13 digits",
		}
	}
}

// explainShape describes a timestamp without showing it: it may be another header's value.
func explainShape(timestamp string) diagnosis.Diagnosis {
	received := fmt.Sprintf("%d characters", len(timestamp))
	if at := firstNonDigit(timestamp); at >= 0 {
		received += fmt.Sprintf(", number %d is not a digit", at+1)
	}
	return diagnosis.Diagnosis{
		Code:     codeTimestampShape,
		Sentence: "the timestamp is not a time in milliseconds: it has " + received,
		Fix:      "sign and send milliseconds since 1970, 13 digits and nothing else",
		Received: received,
		Expected: "13 digits, the first not 0",
	}
}

// explainClock says how far the timestamp of a well signed call is from the server's clock.
func (v Verifier) explainClock(h Headers, code string) diagnosis.Diagnosis {
	at, _ := milliseconds(h.Timestamp)
	side := "behind"
	if code == codeClockAhead {
		side = "ahead of"
	}
	const layout = "2006-01-02T15:04:05.000Z"
	return diagnosis.Diagnosis{
		Code:     code,
		Sentence: fmt.Sprintf("the timestamp is %s %s this server's clock, more than the %s allowed here", diagnosis.Span(v.Now.Sub(at).Abs()), side, diagnosis.Span(v.window())),
		Fix:      "sign each call when it is sent, and compare the two clocks; the real service does not document how far they may differ",
		Received: at.UTC().Format(layout),
		Expected: v.Now.Add(-v.window()).UTC().Format(layout) + " to " + v.Now.Add(v.window()).UTC().Format(layout),
	}
}

// numeric finds the unit of a number and the time it means, in milliseconds.
func numeric(timestamp string) (unit string, ms int64, ok bool) {
	if !number.MatchString(timestamp) {
		return "", 0, false
	}
	value, _ := strconv.ParseFloat(timestamp, 64) // what the pattern admits is in range
	for _, u := range units {
		if value >= u.least && value < 10*u.least {
			return u.name, int64(value / u.perMs), true
		}
	}
	return "", 0, false
}

// nearby is how far from the timestamp the signed one is looked for, in milliseconds. It
// covers rounding to seconds and a clock that was read twice in one call.
const nearby = 2000

// signedNearby finds the time, ms or the nearest to it, whose sign is the one received.
func signedNearby(sign, secret string, ms int64) (signed int64, ok bool) {
	received, err := hex.DecodeString(sign)
	if err != nil || len(received) != md5.Size {
		return 0, false
	}
	text := make([]byte, 0, 32+len(secret))
	for distance := range int64(nearby + 1) {
		for _, at := range [2]int64{ms + distance, ms - distance} {
			text = append(strconv.AppendInt(text[:0], at, 10), secret...)
			if sum := md5.Sum(text); subtle.ConstantTimeCompare(sum[:], received) == 1 {
				return at, true
			}
		}
	}
	return 0, false
}
