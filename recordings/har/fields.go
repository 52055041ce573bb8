package har

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// field is a field of a HAR struct as its tag describes it: `har:"name,option,…"`.
type field struct {
	index    int
	name     string
	required bool // written even if it is empty
	unknown  bool // -1 if it is not there
	isTime   bool // empty is written as unknownTime
	sorted   bool // a list in which the order of different names means nothing
}

// structInfo describes a HAR struct to the reader and the writer.
type structInfo struct {
	fields []field // in the order of the specification
	byName map[string]int
	custom int // the index of the field Custom
}

var structInfos sync.Map // of reflect.Type to *structInfo

// structOf describes a struct of a HAR file.
func structOf(t reflect.Type) *structInfo {
	if known, ok := structInfos.Load(t); ok {
		return known.(*structInfo)
	}
	s := &structInfo{byName: map[string]int{}}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "Custom" {
			s.custom = i
		}
		name, options, _ := strings.Cut(f.Tag.Get("har"), ",")
		if name == "-" {
			continue
		}
		has := func(option string) bool { return slices.Contains(strings.Split(options, ","), option) }
		s.byName[name] = len(s.fields)
		s.fields = append(s.fields, field{
			index: i, name: name,
			required: has("required"), unknown: has("unknown"), isTime: has("time"), sorted: has("sorted"),
		})
	}
	structInfos.Store(t, s)
	return s
}

// sortedByName returns a list of HAR structs in the order of their names. Items of one name keep their order, which
// has a meaning.
func sortedByName(list reflect.Value) reflect.Value {
	order := make([]int, list.Len())
	names := make([]string, list.Len())
	for i := range order {
		order[i] = i
		names[i] = strings.ToLower(list.Index(i).FieldByName("Name").String())
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(names[a], names[b]) })
	sorted := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
	for i, from := range order {
		sorted.Index(i).Set(list.Index(from))
	}
	return sorted
}
