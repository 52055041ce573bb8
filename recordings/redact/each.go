package redact

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/recordings/har"
)

// Redact returns a redacted copy of the archive. If a secret cannot be replaced, the error says where it stands, and there
// is no copy.
func (r Redactor) Redact(a *har.Archive) (*har.Archive, error) {
	redacted, unsafe, err := r.RedactEach(a)
	switch {
	case err != nil:
		return nil, err
	case len(unsafe) > 0:
		return nil, fmt.Errorf("redact %s: %w", a.Name, unsafe[0].Err)
	}
	return redacted, nil
}

// Unsafe is an entry that cannot be redacted.
type Unsafe struct {
	Index int   // of the entry, from 0
	Err   error // why, and where: log.entries[3].request.url
}

// Reason says why the entry is unsafe, with the place within the entry only: request.url.
func (u Unsafe) Reason() string {
	return strings.ReplaceAll(u.Err.Error(), fmt.Sprintf("log.entries[%d].", u.Index), "")
}

// unsafeAt returns an entry that an archive of its own was made of, at its real place.
func unsafeAt(index int, err error) Unsafe {
	return Unsafe{index, errors.New(strings.ReplaceAll(err.Error(), "log.entries[0]", fmt.Sprintf("log.entries[%d]", index)))}
}

// RedactEach is [Redactor.Redact] for an archive whose entries need not all become safe. It leaves out those that cannot be
// redacted and lists them. Their secrets are looked for in the other entries too.
func (r Redactor) RedactEach(a *har.Archive) (redacted *har.Archive, unsafe []Unsafe, err error) {
	places := make([]int, len(a.Log.Entries)) // of the entries that are left
	for i := range places {
		places[i] = i
	}
	s, err := newRedaction(r, a)
	if err != nil {
		var writable *har.Archive
		writable, places, unsafe = writableEntries(a)
		s, err = newRedaction(r, writable)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("redact %s: %w", a.Name, err)
	}
	leaveOut := func(broken []Unsafe) {
		for _, u := range slices.Backward(broken) {
			unsafe = append(unsafe, unsafeAt(places[u.Index], u.Err))
			s.copy.Log.Entries = slices.Delete(s.copy.Log.Entries, u.Index, u.Index+1)
			places = slices.Delete(places, u.Index, u.Index+1)
		}
	}
	s.log()
	leaveOut(s.entries())
	// All secrets are known now. Replace them also where no name and no shape shows that they are secret.
	s.learnSecrets()
	s.log()
	leaveOut(s.entries())
	stillStanding, err := s.unsafeEntries()
	if err != nil {
		return nil, nil, fmt.Errorf("redact %s: %w", a.Name, err)
	}
	leaveOut(stillStanding)
	slices.SortFunc(unsafe, func(a, b Unsafe) int { return a.Index - b.Index })
	return s.copy, unsafe, nil
}

// writableEntries returns a copy of an archive with the entries that can be written, with their places in it, and the others.
func writableEntries(a *har.Archive) (writable *har.Archive, places []int, unsafe []Unsafe) {
	bare := *a
	bare.Log.Entries = nil
	for i, e := range a.Log.Entries {
		file, err := har.Marshal(har.NewArchive("", e))
		if err == nil {
			_, err = har.Unmarshal(file)
		}
		if err != nil {
			unsafe = append(unsafe, unsafeAt(i, err))
			continue
		}
		bare.Log.Entries, places = append(bare.Log.Entries, e), append(places, i)
	}
	return &bare, places, unsafe
}

// entries redacts the entries, and lists those that it cannot redact, as if each were the first.
func (s *redaction) entries() (unsafe []Unsafe) {
	for i := range s.copy.Log.Entries {
		if err := s.entry(&s.copy.Log.Entries[i]); err != nil {
			unsafe = append(unsafe, Unsafe{i, fmt.Errorf("log.entries[0].%w", err)})
		}
	}
	return unsafe
}

// unsafeEntries lists the redacted entries in which a secret stands, as if each were the first. The error says where one stands
// beside the entries.
func (s *redaction) unsafeEntries() (unsafe []Unsafe, err error) {
	found := map[string]string{}
	for value, placeholder := range s.placeholders {
		if isDistinct(value) {
			found[value] = "what is now " + placeholder
		}
	}
	for i, secret := range s.rules.Secrets {
		found[secret] = "secret " + strconv.Itoa(i+1)
	}
	all := s.copy.Log.Entries
	checkPart := func(from, to int) error {
		part := *s.copy
		part.Log.Entries = all[from:to]
		return check(&part, found)
	}
	if checkPart(0, len(all)) == nil {
		return nil, nil
	}
	if err := checkPart(0, 0); err != nil {
		return nil, err
	}
	// A search is costly because of its index, so halves are searched, and halves of these.
	var search func(from, to int)
	search = func(from, to int) {
		err := checkPart(from, to)
		switch middle := (from + to) / 2; {
		case err == nil:
		case to-from == 1:
			unsafe = append(unsafe, Unsafe{from, err})
		default:
			search(from, middle)
			search(middle, to)
		}
	}
	search(0, len(all))
	return unsafe, nil
}

// Secret is a place in an archive where a secret stands.
type Secret struct {
	At   string // such as log.entries[3].request.url
	Kind string // ticket, token, phone, …
}

// Find returns the secrets that [Redactor.Redact] would replace. It returns an error for an archive that cannot be read, and
// for a known secret that cannot be replaced.
func (r Redactor) Find(a *har.Archive) ([]Secret, error) {
	s, err := newRedaction(r, a)
	if err != nil {
		return nil, fmt.Errorf("look for secrets in %s: %w", a.Name, err)
	}
	s.log()
	if unsafe := s.entries(); len(unsafe) > 0 {
		return nil, fmt.Errorf("look for secrets in %s: %w", a.Name, unsafeAt(unsafe[0].Index, unsafe[0].Err).Err)
	}
	file, err := har.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("look for secrets in %s: %w", a.Name, err)
	}
	var found []Secret
	for _, value := range slices.Sorted(maps.Keys(s.placeholders)) {
		kind, _, _ := strings.Cut(strings.Trim(s.placeholders[value], "<>"), "-")
		places := placesOf(file, value)
		if len(places) == 0 { // within an encoded text
			places = []string{"log"}
		}
		for _, at := range places {
			found = append(found, Secret{At: at, Kind: kind})
		}
	}
	for _, secret := range r.Secrets {
		places := placesOf(file, secret)
		for _, at := range places {
			found = append(found, Secret{At: at, Kind: "secret"})
		}
		if err := Check(a, secret); err != nil && len(places) == 0 {
			return found, fmt.Errorf("look for secrets: %w", err)
		}
	}
	slices.SortStableFunc(found, func(a, b Secret) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Kind, b.Kind)) })
	return slices.Compact(found), nil
}
