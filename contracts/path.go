package contracts

import "strings"

// PathValues returns what stands in path in place of the {names} of the operation's own, by
// name, and whether path is one of the operation's at all. Values come as they stand: a path that
// is still encoded gives encoded ones.
func (o Operation) PathValues(path string) (values map[string]string, ok bool) {
	return pathValues(o.Path, path)
}

func pathValues(documented, path string) (map[string]string, bool) {
	names, parts := strings.Split(documented, "/"), strings.Split(path, "/")
	if len(names) != len(parts) {
		return nil, false
	}
	values := map[string]string{}
	for i, name := range names {
		name, isName := strings.CutPrefix(name, "{")
		switch {
		case isName && parts[i] != "":
			values[strings.TrimSuffix(name, "}")] = parts[i]
		case name != parts[i]:
			return nil, false
		}
	}
	return values, true
}
