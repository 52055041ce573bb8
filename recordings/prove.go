package recordings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Prove says whether an archive, as [Write] would write it, is free of the given secrets, each of 4
// bytes or more: as they are, percent-encoded once or more often, as base64 of both alphabets and all
// alignments, in hexadecimal, escaped as JSON, and combinations of these, in texts as in names. The error says which
// secret stands where, and in what form. It does not say what it is.
func Prove(a *Archive, secrets ...string) error {
	labels := map[string]string{}
	for i, secret := range secrets {
		label := "secret " + strconv.Itoa(i+1)
		if err := checkSecret(secret, label); err != nil {
			return fmt.Errorf("prove %s: %w", a.Name, err)
		}
		labels[secret] = label
	}
	if err := prove(a, labels); err != nil {
		return fmt.Errorf("prove %s: %w", a.Name, err)
	}
	return nil
}

// FormIn says in which form a text holds a secret: "as it is", "percent-encoded"; "" when it does not. It looks for
// what [Prove] looks for, and for no secret of fewer than 4 bytes.
func FormIn(text, secret string) string {
	if checkSecret(secret, "") != nil {
		return ""
	}
	_, form := newNeedles(map[string]string{secret: "secret"}).search(text, deepest)
	return form
}

// leastSecret is the length of the shortest secret that can be searched for, in bytes.
const leastSecret = 4

// checkSecret says whether a secret can be searched for. One that is empty was meant to be something.
func checkSecret(secret, label string) error {
	switch {
	case secret == "":
		return fmt.Errorf("%s is empty", label)
	case len(secret) < leastSecret:
		return fmt.Errorf("%s has fewer than %d bytes, which cannot be searched for", label, leastSecret)
	}
	return nil
}

// prove searches the finished bytes for secrets, which have labels to speak of them.
func prove(a *Archive, labels map[string]string) error {
	if len(labels) == 0 {
		return nil
	}
	file, err := format(a)
	if err != nil {
		return err
	}
	index := newNeedles(labels)
	var found error
	eachText(file, func(text string, at func() string) bool {
		if label, form := index.search(text, deepest); label != "" {
			found = fmt.Errorf("%s still stands at %s, %s", label, at(), form)
		}
		return found == nil
	})
	return found
}

// eachText calls f with every text, number and name of a JSON file, and a function that says where
// it stands, until f says false. A file of Write has nothing else that could hold a secret.
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

// value walks through the next value. It says false when f has had enough.
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

// at says where the walk is: log.entries[3].request.url.
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

// needles is everything to search for, by its first four bytes, so that a search costs the same for
// one secret as for a thousand.
type needles struct {
	pairs [1 << 16 / 64]uint64 // which pairs of bytes a needle begins with
	by    map[[leastSecret]byte][]needle
	run   int // the length of the shortest base64 that can hold another encoding of a secret
}

type needle struct {
	bytes, label, form string
}

func newNeedles(labels map[string]string) *needles {
	n := &needles{by: map[[leastSecret]byte][]needle{}, run: math.MaxInt}
	for _, secret := range slices.Sorted(maps.Keys(labels)) {
		n.run = min(n.run, (len(secret)+1)*4/3) // another encoding adds a byte at least
		for _, form := range formsOf(secret) {
			if len(form.bytes) < leastSecret {
				continue
			}
			form.label = labels[secret]
			pair := uint(form.bytes[0])<<8 | uint(form.bytes[1])
			n.pairs[pair/64] |= 1 << (pair % 64)
			key := [leastSecret]byte([]byte(form.bytes[:leastSecret]))
			n.by[key] = append(n.by[key], form)
		}
	}
	return n
}

// search returns the label and the form of the first secret in a text, or "".
func (n *needles) search(text string, depth int) (label, form string) {
	for i := 0; i+leastSecret <= len(text); i++ {
		pair := uint(text[i])<<8 | uint(text[i+1])
		if n.pairs[pair/64]&(1<<(pair%64)) == 0 {
			continue
		}
		for _, needle := range n.by[[leastSecret]byte([]byte(text[i:i+leastSecret]))] {
			if strings.HasPrefix(text[i:], needle.bytes) {
				return needle.label, needle.form
			}
		}
	}
	if depth == 0 {
		return "", ""
	}
	for _, view := range viewsOf(text, n.run) {
		if label, form := n.search(view.text, depth-1); label != "" {
			return label, form + " " + view.within
		}
	}
	return "", ""
}
