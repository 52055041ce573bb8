package recordings

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Suspect is a place in an archive that is not safe to keep.
type Suspect struct {
	At   string // such as log.entries[3].request.url
	Kind string // of what it looks like: ticket, token, phone, …
}

// Suspects lists what [Redactor.Redact] would still replace: what is known or looks to be secret or personal,
// and is no placeholder. Nil means that it has nothing to do. The error says that a secret stands where it
// cannot be replaced, or what cannot be read.
func (r Redactor) Suspects(a *Archive) ([]Suspect, error) {
	s, err := newRedaction(r, a)
	if err != nil {
		return nil, fmt.Errorf("look for secrets in %s: %w", a.Name, err)
	}
	if err := s.archive(); err != nil {
		return nil, fmt.Errorf("look for secrets in %s: %w", a.Name, err)
	}
	file, err := format(a)
	if err != nil {
		return nil, fmt.Errorf("look for secrets in %s: %w", a.Name, err)
	}
	var found []Suspect
	values := s.placeholders
	for _, secret := range r.Secrets {
		values[secret] = cmp.Or(values[secret], "<secret>")
	}
	for _, value := range slices.Sorted(maps.Keys(values)) {
		kind, _, _ := strings.Cut(strings.Trim(values[value], "<>"), "-")
		for _, at := range placesOf(file, value) {
			found = append(found, Suspect{At: at, Kind: kind})
		}
	}
	for i, secret := range r.Secrets {
		if err := Prove(a, secret); err != nil && !slices.ContainsFunc(found, func(f Suspect) bool { return f.Kind == "secret" }) {
			return found, fmt.Errorf("look for secrets in %s: secret %d: %w", a.Name, i+1, err)
		}
	}
	slices.SortStableFunc(found, func(a, b Suspect) int { return cmp.Compare(a.At, b.At) })
	return slices.Compact(found), nil
}

// placesOf lists where a value stands that has been found somewhere.
func placesOf(file []byte, value string) []string {
	spelled := []string{value, url.QueryEscape(value), url.PathEscape(value)}
	var places []string
	eachText(file, func(text string, at func() string) bool {
		if slices.ContainsFunc(spelled, func(s string) bool { return containsWord(text, s) }) {
			places = append(places, at())
		}
		return true
	})
	if len(places) == 0 { // within something encoded
		places = []string{"log"}
	}
	return places
}

// containsWord says whether a text stands in another one, a short one by itself: a password may be a part of a word.
func containsWord(text, part string) bool {
	if isDistinct(part) {
		return strings.Contains(text, part)
	}
	return replaceWords(text, part, part+"\x00") != text
}

// Formatted says whether a file is one that [Write] would write the same.
func Formatted(a *Archive, source []byte) (bool, error) {
	file, err := format(a)
	if err != nil {
		return false, err
	}
	return bytes.Equal(file, source), nil
}

// IsPlaceholder says whether a text is a placeholder, such as <ticket-1>, with a scheme before it or not.
func IsPlaceholder(text string) bool {
	return anyPlaceholder.MatchString(scheme.ReplaceAllString(text, ""))
}
