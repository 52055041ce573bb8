package recordings

import (
	"fmt"
	"regexp"
	"strconv"
)

// writtenPlaceholder is a placeholder as it stands in a file: in text, or escaped in a URL.
var writtenPlaceholder = regexp.MustCompile(`(<|%3C)([a-z]+)-([0-9]+)(>|%3E)`)

// distinct returns the archives with placeholders that no two of them share. The first keeps its own.
func distinct(archives []*Archive) ([]*Archive, error) {
	if len(archives) < 2 {
		return archives, nil
	}
	last := map[string]int{} // the highest number of each kind so far
	all := make([]*Archive, len(archives))
	for i, a := range archives {
		file, err := format(a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		highest, shared := highestPlaceholders(file), false
		for kind := range highest {
			shared = shared || last[kind] > 0
		}
		all[i] = a
		if shared {
			if all[i], err = parse(renumbered(file, last)); err != nil {
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
	for _, m := range writtenPlaceholder.FindAllSubmatch(file, -1) {
		if n, err := strconv.Atoi(string(m[3])); err == nil && n < 1<<30 {
			highest[string(m[2])] = max(highest[string(m[2])], n)
		}
	}
	return highest
}

// renumbered adds to the number of each placeholder.
func renumbered(file []byte, by map[string]int) []byte {
	return writtenPlaceholder.ReplaceAllFunc(file, func(found []byte) []byte {
		m := writtenPlaceholder.FindSubmatch(found)
		n, err := strconv.Atoi(string(m[3]))
		if err != nil || n >= 1<<30 {
			return found
		}
		return fmt.Appendf(nil, "%s%s-%d%s", m[1], m[2], n+by[string(m[2])], m[4])
	})
}
