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

// number is the form of timestamps that are numbers, but need not be whole milliseconds.
var number = regexp.MustCompile(`^[1-9][0-9]{0,19}(\.[0-9]{1,20})?([eE]\+?[0-9]{1,2})?$`)

// units have different sizes: each covers the years 2001 to 2286.
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

// explainTimestamp says why a timestamp is not legal.
func (v Verifier) explainTimestamp(h Headers, key Key) diagnosis.Diagnosis {
	unit, ms, ok := numeric(h.Timestamp)
	if !ok || v.holdsCredential(h, h.Timestamp) {
		return explainShape(h.Timestamp)
	}
	if signed, ok := signedNearby(h.Sign, key.Secret, ms); ok {
		milliseconds := strconv.FormatInt(signed, 10)
		return templates.Fill(codeSignedMilliseconds, "signed", milliseconds, "sent", h.Timestamp).Compare(h.Timestamp, milliseconds)
	}
	code := codeTimestampUnit
	switch {
	case strings.ContainsAny(h.Timestamp, "eE"):
		code = codeTimestampFloat
	case strings.Contains(h.Timestamp, "."):
		code = codeTimestampFraction
	}
	agreement := ""
	if equal(h.Sign, Sign(key.Secret, h.Timestamp)) {
		agreement = "; the sign agrees with it"
	}
	return templates.Fill(code, "unit", unit, "agreement", agreement).Compare(h.Timestamp, strconv.FormatInt(ms, 10))
}

// explainShape describes a timestamp without showing it, because it may be the value of another header.
func explainShape(timestamp string) diagnosis.Diagnosis {
	received := fmt.Sprintf("%d characters", len(timestamp))
	if at := firstNonDigit(timestamp); at >= 0 {
		received += fmt.Sprintf(", number %d is not a digit", at+1)
	}
	d := templates.Fill(codeTimestampShape, "received", received)
	d.Received, d.Expected = received, "13 digits, the first not 0"
	return d
}

// explainClock says how far the timestamp of a well signed call is from the server's clock.
func (v Verifier) explainClock(h Headers, code string) diagnosis.Diagnosis {
	const layout = "2006-01-02T15:04:05.000Z"
	at, _ := milliseconds(h.Timestamp)
	d := templates.Fill(code, "span", diagnosis.Span(v.Now.Sub(at).Abs()), "window", diagnosis.Span(v.window()))
	d.Received = at.UTC().Format(layout)
	d.Expected = v.Now.Add(-v.window()).UTC().Format(layout) + " to " + v.Now.Add(v.window()).UTC().Format(layout)
	return d
}

// numeric returns the unit of a number, and the number in milliseconds.
func numeric(timestamp string) (unit string, ms int64, ok bool) {
	if !number.MatchString(timestamp) {
		return "", 0, false
	}
	value, _ := strconv.ParseFloat(timestamp, 64) // a number of this form is in range
	for _, u := range units {
		if value >= u.least && value < 10*u.least {
			return u.name, int64(value / u.perMs), true
		}
	}
	return "", 0, false
}

// nearby is how far from the timestamp signedNearby looks, in milliseconds. It is enough for rounding to seconds, and for a
// clock that was read twice in a call.
const nearby = 2000

// signedNearby finds the time nearest to ms that has the received sign.
func signedNearby(sign, secret string, ms int64) (signed int64, ok bool) {
	received, err := hex.DecodeString(sign)
	if err != nil || len(received) != md5.Size {
		return 0, false
	}
	var text []byte
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
