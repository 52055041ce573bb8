package main

import (
	"fmt"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// verdict is the response of explain. Its JSON form is the diagnosis and "valid".
type verdict struct {
	Valid bool `json:"valid"`
	diagnosis.Diagnosis
}

// String is the verdict for people, in a few lines.
func (v verdict) String() string {
	d := v.Diagnosis
	if v.Valid {
		return fmt.Sprintf("valid: %s (%s)\n", oneLine(d.Sentence), d.Code)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "rejected: %s (%s)\n", oneLine(d.Sentence), d.Code)
	line := func(label, text string) {
		if text != "" {
			b.WriteString(label + ": " + oneLine(text) + "\n")
		}
	}
	line("fix", d.Fix)
	if d.DiffersAt == 0 {
		line("received", d.Received)
		line("expected", d.Expected)
		return b.String()
	}
	from, to := window(d.DiffersAt)
	before := len("received: ") + len(lead(from)) + len(columns(d.Received[from:d.DiffersAt-1]))
	fmt.Fprintf(&b, "received: %s\nexpected: %s\n%s^ byte %d", part(d.Received, from, to), part(d.Expected, from, to),
		strings.Repeat(" ", before), d.DiffersAt)
	if from > 0 || to < max(len(d.Received), len(d.Expected)) {
		b.WriteString("; --json prints the whole texts")
	}
	return b.String() + "\n"
}

// window is the part of both texts that is shown for a first difference at byte number at, counted from 1. It is the
// same for both, so that they stand one under the other, and fits most terminals.
func window(at int) (from, to int) {
	const before, after = 50, 40
	return max(0, at-1-before), at + after
}

// part is text[from:to], with dots for what is cut.
func part(text string, from, to int) string {
	shown := lead(from) + columns(text[from:min(to, len(text))])
	if to < len(text) {
		shown += "..."
	}
	return shown
}

func lead(from int) string {
	if from > 0 {
		return "..."
	}
	return ""
}

// columns writes a byte of printable ASCII in one column and any other in four.
func columns(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' {
			fmt.Fprintf(&b, `\x%02x`, c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
