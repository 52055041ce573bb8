package recordings

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// harField is a field of a HAR struct as its tag describes it: `har:"name,option,…"`.
type harField struct {
	index    int
	name     string
	required bool // written even if it is empty
	unknown  bool // -1 if it is not there
	moment   bool // empty is written as noMoment
	sorted   bool // a list whose order means nothing between different names
}

// harStruct is what reading and writing need to know of a HAR struct.
type harStruct struct {
	fields []harField // in the order of the specification
	byName map[string]int
	custom int // the index of the field Custom
}

var harStructs sync.Map // of reflect.Type to *harStruct

// structOf describes a struct of har.go.
func structOf(t reflect.Type) *harStruct {
	if known, ok := harStructs.Load(t); ok {
		return known.(*harStruct)
	}
	s := &harStruct{byName: map[string]int{}}
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
		s.fields = append(s.fields, harField{
			index: i, name: name,
			required: has("required"), unknown: has("unknown"), moment: has("moment"), sorted: has("sorted"),
		})
	}
	harStructs.Store(t, s)
	return s
}

// sortedByName returns a list of HAR structs in the order of their names. What has the same name
// stays in its order, which has a meaning.
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
