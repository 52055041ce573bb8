// Package diagnosis explains errors.
//
// The error responses of the vendors say only that something is wrong. A diagnosis says what is wrong and what to do. It never
// changes the documented response. It goes to the journal, to the failure text of a test, to the log of the binary and into
// the header X-Fakecme-Why. It never holds a secret.
package diagnosis

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Diagnosis explains one error.
type Diagnosis struct {
	// Code is stable and short, for programs: "cme.expired".
	Code string `json:"code"`
	// Sentence says what is wrong, in one English sentence without a full stop at its end.
	Sentence string `json:"sentence"`
	// Fix says what to do next.
	Fix string `json:"fix,omitempty"`
	// Received and Expected are the texts to compare, if there are any.
	Received string `json:"received,omitempty"`
	Expected string `json:"expected,omitempty"`
	// DiffersAt is the position of the first byte in which Received and Expected differ, counted from 1. Zero means that
	// there is nothing to compare.
	DiffersAt int `json:"differsAt,omitempty"`
}

// Compare returns d with both texts and the position of the first byte in which they differ.
func (d Diagnosis) Compare(received, expected string) Diagnosis {
	d.Received, d.Expected, d.DiffersAt = received, expected, firstDifference(received, expected)
	return d
}

// String returns the diagnosis in one line: code, sentence, fix, and the two texts if they differ.
func (d Diagnosis) String() string {
	line := d.Code + ": " + d.Sentence
	if d.Fix != "" {
		line += "; " + d.Fix
	}
	if d.DiffersAt > 0 {
		line += fmt.Sprintf(" (received %q, expected %q: the first difference is at byte %d)", d.Received, d.Expected, d.DiffersAt)
	}
	return line
}

// Span writes a duration for people: in whole days from 48 hours on, and below that in whole seconds.
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day {
		return strconv.FormatInt(int64(d/day), 10) + " days"
	}
	return d.Truncate(time.Second).String()
}

// headerLimit is well below the limits of proxies and clients.
const headerLimit = 1000

// Header returns the diagnosis in one line of printable ASCII for an HTTP header. Other characters are Go escape sequences. A
// long line is cut.
func (d Diagnosis) Header() string {
	var escaped strings.Builder
	for _, r := range d.String() { // quotes and backslashes stay: the sentence has escaped what it quotes
		if ' ' <= r && r <= '~' {
			escaped.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		escaped.WriteString(quoted[1 : len(quoted)-1])
	}
	line := escaped.String()
	if len(line) > headerLimit {
		line = line[:headerLimit-3] + "..."
	}
	return line
}

// firstDifference returns the position of the first byte in which a and b differ, counted from 1, or zero if they are equal.
func firstDifference(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i + 1
		}
	}
	if len(a) == len(b) {
		return 0
	}
	return n + 1
}
