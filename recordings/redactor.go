package recordings

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Redactor makes archives safe to keep. What is known to be harmless stays, what is known or looks to
// be secret or personal is replaced: signatures, tickets, tokens, cookies, passwords, storage
// credentials, phone numbers, e-mail addresses, in URLs, headers, JSON at any depth, and forms.
//
// A placeholder, such as <ticket-1>, keeps equality within one archive: the same ticket, the same
// placeholder, wherever it stands. Headers and custom fields that are not known are dropped, and so is what
// speaks of the recording machine only: addresses, connections, caches. The zero Redactor is ready.
type Redactor struct {
	// Secrets are known secrets, of 4 bytes or more. They are replaced in every text, and an archive
	// that holds one all the same, in whatever encoding, is rejected.
	Secrets []string
	// Headers are the names of headers to keep, beside those that are known to be harmless.
	Headers []string
	// Names are the names of parameters and fields whose values stay even if they look like a
	// credential. Values of names that stand for secrets, such as token, are replaced all the same.
	Names []string
}

// Redact returns a copy of the archive that is safe to keep. The error says that it is not, and where
// a secret still stands; then there is no copy.
func (r Redactor) Redact(a *Archive) (*Archive, error) {
	s, err := newRedaction(r, a)
	if err != nil {
		return nil, fmt.Errorf("redact %s: %w", a.Name, err)
	}
	if err := s.archive(); err != nil {
		return nil, fmt.Errorf("redact %s: %w", a.Name, err)
	}
	// Now that all secrets are known, replace them outside of the places where secrets stand too.
	s.learn()
	if err := s.archive(); err != nil {
		return nil, fmt.Errorf("redact %s: %w", a.Name, err)
	}
	found := map[string]string{}
	for value, placeholder := range s.placeholders {
		if isDistinct(value) {
			found[value] = "what is now " + placeholder
		}
	}
	for i, secret := range r.Secrets {
		found[secret] = "secret " + strconv.Itoa(i+1)
	}
	if err := prove(s.copy, found); err != nil {
		return nil, fmt.Errorf("redact %s: %w", a.Name, err)
	}
	return s.copy, nil
}

// redaction is the state of making one archive safe.
type redaction struct {
	rules        Redactor
	copy         *Archive
	placeholders map[string]string // by the value that each replaces
	counts       map[string]int    // placeholders of each kind so far
	signed       map[string]string // what the signatures of the entry at hand say, by placeholder
	inRequest    bool              // whether what is at hand is of a request
	known        *strings.Replacer // of all secrets; nil as long as they are being found

	// blind is the way in which requests are compared: every secret becomes the same, and seen lists
	// them in their order.
	blind bool
	seen  []string
}

func newRedaction(r Redactor, a *Archive) (*redaction, error) {
	for i, secret := range r.Secrets {
		if err := checkSecret(secret, "secret "+strconv.Itoa(i+1)); err != nil {
			return nil, err
		}
	}
	file, err := format(a)
	if err != nil {
		return nil, err
	}
	s := &redaction{rules: r, placeholders: map[string]string{}, counts: map[string]int{}}
	if s.copy, err = parse(file); err != nil {
		return nil, err
	}
	s.copy.Name = a.Name
	// The archive may have been redacted before. Its placeholders stay, new ones get other numbers.
	for _, m := range numberedPlaceholder.FindAllSubmatch(file, -1) {
		n, err := strconv.Atoi(string(m[2]))
		if err == nil && n < 1<<30 {
			s.counts[string(m[1])] = max(s.counts[string(m[1])], n)
		}
	}
	return s, nil
}

var (
	numberedPlaceholder = regexp.MustCompile(`<([a-z]+)-([0-9]+)>`)
	anyPlaceholder      = regexp.MustCompile(`^<[a-zA-Z]+(-[0-9]+)?>$`)
)

// blindPlaceholder takes the place of every secret when requests are compared.
const blindPlaceholder = "<*>"

// placeholder returns what takes the place of a value. A placeholder stays as it is.
func (s *redaction) placeholder(kind, value string) string {
	if s.blind && value != "" {
		if kind != "signature" { // a client makes a new one for every call
			s.seen = append(s.seen, value)
		}
		return blindPlaceholder
	}
	if value == "" || anyPlaceholder.MatchString(value) {
		return value
	}
	if known, ok := s.placeholders[value]; ok {
		return known
	}
	s.counts[kind]++
	p := fmt.Sprintf("<%s-%d>", kind, s.counts[kind])
	s.placeholders[value] = p
	return p
}

func (s *redaction) archive() error {
	a := s.copy
	a.Custom, a.Log.Custom, a.Log.Creator.Custom = nil, nil, nil
	a.Log.Comment = s.text(a.Log.Comment)
	if a.Log.Browser != nil {
		a.Log.Browser.Custom = nil
	}
	for i := range a.Log.Pages {
		p := &a.Log.Pages[i]
		p.Title, p.Comment = s.text(p.Title), s.text(p.Comment)
		p.Custom, p.PageTimings.Custom = nil, nil
	}
	for i := range a.Log.Entries {
		if err := s.entry(&a.Log.Entries[i]); err != nil {
			return fmt.Errorf("log.entries[%d].%w", i, err)
		}
	}
	return nil
}

// learn makes the secrets found so far known to text: those that cannot be a common word, and
// those that the user named.
func (s *redaction) learn() {
	for _, secret := range s.rules.Secrets {
		s.placeholder("secret", secret)
	}
	known := slices.DeleteFunc(slices.Collect(maps.Keys(s.placeholders)), func(value string) bool {
		return !isDistinct(value) && !slices.Contains(s.rules.Secrets, value)
	})
	// The longest first: one secret may be the beginning of another.
	slices.SortFunc(known, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	var pairs []string
	for _, value := range known {
		for _, spelled := range []string{value, url.QueryEscape(value), url.PathEscape(value), url.QueryEscape(url.QueryEscape(value))} {
			pairs = append(pairs, spelled, s.placeholders[value])
		}
	}
	s.known = strings.NewReplacer(pairs...)
}

// isDistinct says whether a secret can be told from text wherever it stands: a password may be a
// word that is used elsewhere.
func isDistinct(value string) bool {
	return len(value) >= 8 && strings.ContainsAny(value, "0123456789@")
}
