package redact

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/recordings/har"
)

// A Redactor writes <ticket-1>. The documented examples have <ticket>.
var (
	numberedPlaceholder = pattern(`<([a-z]+)-([0-9]+)>`)
	anyPlaceholder      = pattern(`^<[a-zA-Z]+(-[0-9]+)?>$`)
)

// IsPlaceholder reports whether a text is a placeholder of a recording, such as <ticket-1>, perhaps with a scheme before it.
func IsPlaceholder(text string) bool {
	return anyPlaceholder().MatchString(scheme().ReplaceAllString(text, ""))
}

// Placeholders returns the numbered placeholders in a text, each once, in their order.
func Placeholders(text string) []string {
	var all []string
	for _, found := range numberedPlaceholder().FindAllString(text, -1) {
		if !slices.Contains(all, found) {
			all = append(all, found)
		}
	}
	return all
}

// ReplacePlaceholders replaces each numbered placeholder in a text by the text that replace returns, "" to leave it. InURL
// says that the placeholder is percent-encoded.
func ReplacePlaceholders(text string, replace func(placeholder string, inURL bool) string) string {
	return placeholderInFile().ReplaceAllStringFunc(text, func(found string) string {
		m := placeholderInFile().FindStringSubmatch(found)
		return cmp.Or(replace("<"+m[2]+"-"+m[3]+">", m[1] != "<"), found)
	})
}

// placeholderInFile matches a placeholder in a file: in text, or escaped in a URL.
var placeholderInFile = pattern(`(<|%3C)([a-z]+)-([0-9]+)(>|%3E)`)

// Renumber returns the archives with placeholders that no two archives share. An archive without a shared placeholder is
// returned as it is.
func Renumber(archives []*har.Archive) ([]*har.Archive, error) {
	if len(archives) < 2 {
		return archives, nil
	}
	last := map[string]int{} // the highest number of each kind so far
	all := make([]*har.Archive, len(archives))
	for i, a := range archives {
		file, err := har.Marshal(a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		highest, shared := highestPlaceholders(file), false
		for kind := range highest {
			shared = shared || last[kind] > 0
		}
		all[i] = a
		if shared {
			if all[i], err = har.Unmarshal(renumbered(file, last)); err != nil {
				return nil, fmt.Errorf("%s: %w", a.Name, err)
			}
			all[i].Name = a.Name
		}
		for kind, n := range highest {
			last[kind] += n
		}
	}
	return all, nil
}

func highestPlaceholders(file []byte) map[string]int {
	highest := map[string]int{}
	for _, m := range placeholderInFile().FindAllSubmatch(file, -1) {
		if n, err := strconv.Atoi(string(m[3])); err == nil && n < 1<<30 {
			highest[string(m[2])] = max(highest[string(m[2])], n)
		}
	}
	return highest
}

// renumbered returns the file with an increased number in each placeholder.
func renumbered(file []byte, by map[string]int) []byte {
	return placeholderInFile().ReplaceAllFunc(file, func(found []byte) []byte {
		m := placeholderInFile().FindSubmatch(found)
		n, err := strconv.Atoi(string(m[3]))
		if err != nil || n >= 1<<30 {
			return found
		}
		return fmt.Appendf(nil, "%s%s-%d%s", m[1], m[2], n+by[string(m[2])], m[4])
	})
}

// CountPlaceholders returns how many different placeholders of each kind stand in an archive.
func CountPlaceholders(a *har.Archive) (map[string]int, error) {
	file, err := har.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("placeholders of %s: %w", a.Name, err)
	}
	seen := map[string]map[string]bool{}
	for _, m := range placeholderInFile().FindAllSubmatch(file, -1) {
		kind, number := string(m[2]), string(m[3])
		if seen[kind] == nil {
			seen[kind] = map[string]bool{}
		}
		seen[kind][number] = true
	}
	counts := map[string]int{}
	for _, kind := range slices.Sorted(maps.Keys(seen)) {
		counts[kind] = len(seen[kind])
	}
	return counts, nil
}

// isDistinct reports whether a secret can be recognized in any text. Other secrets, such as a password, may be common
// words.
func isDistinct(value string) bool {
	return len(value) >= 8 && strings.ContainsAny(value, "0123456789@")
}

// urlSpellings returns the spellings of a secret in URLs.
func urlSpellings(secret string) []string {
	once := url.QueryEscape(secret)
	return []string{secret, once, url.PathEscape(secret), url.QueryEscape(once)}
}

// ReplaceWord replaces a text where it is not part of a longer word or number.
func ReplaceWord(text, word, replacement string) string {
	var b strings.Builder
	done := 0
	for {
		at := strings.Index(text[done:], word)
		if at < 0 {
			return b.String() + text[done:]
		}
		at += done
		end := at + len(word)
		b.WriteString(text[done:at])
		if at > 0 && isWordByte(text[at-1]) || end < len(text) && isWordByte(text[end]) {
			b.WriteString(word)
		} else {
			b.WriteString(replacement)
		}
		done = end
	}
}

func isWordByte(c byte) bool { return c >= '0' && c <= '9' || isLatin(rune(c)) || c == '_' }
