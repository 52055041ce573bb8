package drift

import (
	"cmp"
	"maps"
	"slices"
)

// CompareNearest compares actual with several accounts of the same service, such as the dialects of the fake:
// each call with the account that it differs from least. The dialect of a recording need not be known, and a field that is
// missing in one dialect excuses no call of the other. The second result is that of [Compare].
func CompareNearest(expected []*Side, actual *Side) (differences []Difference, notCompared []string) {
	parts := make([]*Side, len(expected))
	for i := range parts {
		parts[i] = &Side{Name: actual.Name, IsFake: actual.IsFake, groups: map[group]*shape{}}
	}
	for _, c := range actual.calls {
		parts[nearest(expected, actual.sideOf(c))].add(c.Call, c.where)
	}
	for i, part := range parts {
		some, _ := Compare(expected[i], part)
		differences = append(differences, some...)
	}
	Sort(differences)
	return differences, onlyInOne(expected, actual)
}

// sideOf returns a side of one call.
func (s *Side) sideOf(c call) *Side {
	one := &Side{Name: s.Name, IsFake: s.IsFake, groups: map[group]*shape{}}
	one.add(c.Call, c.where)
	return one
}

// nearest returns the index of the account that differs least, the first of several. Breaking differences weigh most. An account
// that the call cannot be compared with comes last.
func nearest(expected []*Side, one *Side) int {
	var least []int
	best := 0
	for i, e := range expected {
		differences, _ := Compare(e, one)
		weight := make([]int, 1+len(Severities()))
		for _, d := range differences {
			weight[1+slices.Index(Severities(), d.Severity)]++
		}
		for g := range one.groups {
			if e.groups[g] == nil && len(differences) == 0 {
				weight[0]++
			}
		}
		if least == nil || slices.Compare(weight, least) < 0 {
			best, least = i, weight
		}
	}
	return best
}

// onlyInOne returns a line for each group that only one of the two has, where that is no difference.
func onlyInOne(expected []*Side, actual *Side) (lines []string) {
	all := &Side{groups: map[group]*shape{}}
	for _, e := range expected {
		all.Name = cmp.Or(all.Name, e.Name)
		maps.Copy(all.groups, e.groups)
	}
	_, lines = Compare(all, actual)
	return lines
}
