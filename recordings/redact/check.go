package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/recordings/har"
)

// Check returns an error if an archive, as [har.Write] would write it, holds one of the secrets, each of 4 bytes or more. It
// finds a secret in texts and in names: in plain text, percent-encoded, escaped as JSON, in hexadecimal, as base64 of both
// alphabets and all alignments, and in combinations of these. The error says which secret stands where and how it is
// spelled, without the secret.
func Check(a *har.Archive, secrets ...string) error {
	labels := map[string]string{}
	for i, secret := range secrets {
		label := "secret " + strconv.Itoa(i+1)
		if err := checkSearchable(secret, label); err != nil {
			return fmt.Errorf("check %s: %w", a.Name, err)
		}
		labels[secret] = label
	}
	if err := check(a, labels); err != nil {
		return fmt.Errorf("check %s: %w", a.Name, err)
	}
	return nil
}

// check searches the written archive for secrets. Their labels name them in the error.
func check(a *har.Archive, labels map[string]string) error {
	if len(labels) == 0 {
		return nil
	}
	file, err := har.Marshal(a)
	if err != nil {
		return err
	}
	var x index
	for secret, label := range labels {
		x.add(secret, needle{kind: label})
	}
	x.sort()
	var found error
	eachText(file, func(text string, at func() string) bool {
		if n, within := x.search(text, maxDecodings); n != nil {
			found = fmt.Errorf("%s still stands at %s, %s", n.kind, at(), n.spelling+within)
		}
		return found == nil
	})
	return found
}

// eachText calls f with every text, number and name of a JSON file, and a function that returns where it stands, until f
// returns false. Nothing else of a written archive could hold a secret.
func eachText(file []byte, f func(text string, at func() string) bool) {
	w := textWalk{decoder: json.NewDecoder(bytes.NewReader(file)), f: f}
	w.decoder.UseNumber()
	w.value()
}

type textWalk struct {
	decoder *json.Decoder
	path    []any // names and indices
	f       func(text string, at func() string) bool
}

// value walks through the next value. It returns false as soon as f does.
func (w *textWalk) value() bool {
	token, _ := w.decoder.Token() // the file is JSON
	switch token := token.(type) {
	case string:
		return w.f(token, w.at)
	case json.Number:
		return w.f(token.String(), w.at)
	case json.Delim:
		for i := 0; w.decoder.More(); i++ {
			var step any = i
			if token == '{' {
				name, _ := w.decoder.Token()
				step = name
				if text, _ := name.(string); !w.f(text, func() string { return "a name below " + w.at() }) {
					return false
				}
			}
			w.path = append(w.path, step)
			if !w.value() {
				return false
			}
			w.path = w.path[:len(w.path)-1]
		}
		_, _ = w.decoder.Token() // the closing bracket
	}
	return true
}

// at returns where the walk is: log.entries[3].request.url.
func (w *textWalk) at() string {
	var b strings.Builder
	for i, step := range w.path {
		if index, ok := step.(int); ok {
			fmt.Fprintf(&b, "[%d]", index)
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		fmt.Fprint(&b, step)
	}
	return b.String()
}

// placesOf returns where a secret stands, in the plain text or percent-encoded.
func placesOf(file []byte, value string) []string {
	spelled := urlSpellings(value)
	var places []string
	eachText(file, func(text string, at func() string) bool {
		if slices.ContainsFunc(spelled, func(s string) bool { return containsWord(text, s) }) {
			places = append(places, at())
		}
		return true
	})
	return places
}

// containsWord reports whether a text contains a secret. A secret that may be a common word must not be part of a longer
// word.
func containsWord(text, part string) bool {
	if isDistinct(part) {
		return strings.Contains(text, part)
	}
	return ReplaceWord(text, part, part+"\x00") != text
}
