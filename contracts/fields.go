package contracts

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// InResponse is the Field.In of a field of a response. Violations never have it.
const InResponse = "response"

// Field is a documented part of a request, or a part of a response that has one of a few documented values.
type Field struct {
	// In is InQuery, InHeader, InBody or InResponse.
	In string `json:"in"`
	// Pointer is the name of a parameter, or a JSON pointer into a body in which [] stands for
	// every item of a list: "/SearchScopes/[]/Owner/Type".
	Pointer string `json:"field"`
	// Provenance is how sure it is that there is such a field.
	Provenance string `json:"provenance"`
	// Values are the documented values as JSON, those of the items if it is a list. There are none if any
	// value is right.
	Values []string `json:"values,omitempty"`
}

// shapes are the shapes of an operation's requests and responses.
type shapes struct {
	fields []Field
	points int // the number of fields and values
	in     map[string]*shape
}

// shape is one place in a request or a response, with all places below it.
type shape struct {
	field      *Field // nil if this place is not counted
	number     int    // of the field
	values     map[any]int
	properties map[string]*shape
	items      *shape // has the field of its list
}

// shapesOf reads the schemas of an operation.
func shapesOf(o *operation) shapes {
	all := shapes{in: map[string]*shape{InQuery: {}, InHeader: {}, InBody: {}, InResponse: {}}}
	for _, p := range o.parameters {
		if holder := all.in[p.In]; holder != nil {
			provenance := provenanceOf(p.Extensions, o.provenance)
			newBuilder(p.In).read(holder.property(p.Name, p.In, p.Name, provenance), p.Schema.Value, "", provenance)
		}
	}
	for _, media := range slices.Sorted(maps.Keys(o.body)) {
		if media != mediaMultipart {
			newBuilder(InBody).read(all.in[InBody], o.body[media].Schema.Value, "", o.provenance)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(o.responses)) {
		for _, media := range slices.Sorted(maps.Keys(o.responses[status])) {
			newBuilder(InResponse).read(all.in[InResponse], o.responses[status][media].Schema.Value, "", o.provenance)
		}
	}
	for _, where := range []string{InQuery, InHeader, InBody, InResponse} {
		all.number(all.in[where])
	}
	return all
}

func provenanceOf(extensions map[string]any, otherwise string) string {
	if p, ok := extensions["x-provenance"].(string); ok {
		return p
	}
	return otherwise
}

// builder turns the schemas of one body into shapes.
type builder struct {
	in      string
	reading map[*openapi3.Schema]bool // those being read; a schema within itself is not read again
}

func newBuilder(in string) builder { return builder{in, map[*openapi3.Schema]bool{}} }

func (b builder) read(s *shape, schema *openapi3.Schema, at, provenance string) {
	if b.reading[schema] {
		return
	}
	b.reading[schema] = true
	defer delete(b.reading, schema)
	provenance = provenanceOf(schema.Extensions, provenance)
	eachBelow(schema, func(relation relation, name string, below *openapi3.Schema) {
		switch relation {
		case relationBranch:
			b.read(s, below, at, provenance)
		case relationProperty:
			inner := provenanceOf(below.Extensions, provenance)
			pointer := at + Pointer(name)
			b.read(s.property(name, b.in, pointer, inner), below, pointer, inner)
		case relationItems:
			if s.items == nil {
				s.items = &shape{field: s.field}
			}
			b.read(s.items, below, at+"/[]", provenance)
		}
	})
	for _, value := range schema.Enum {
		s.allow(value)
	}
}

// property returns the place below s with the name. If two shapes of a union have it, the surer
// provenance counts.
func (s *shape) property(name, in, pointer, provenance string) *shape {
	if s.properties == nil {
		s.properties = map[string]*shape{}
	}
	known := s.properties[name]
	if known == nil {
		known = &shape{field: &Field{In: in, Pointer: pointer, Provenance: provenance}}
		s.properties[name] = known
	}
	if sureness(provenance) < sureness(known.field.Provenance) {
		known.field.Provenance = provenance
	}
	return known
}

// allow notes a documented value. Its number is not known yet.
func (s *shape) allow(value any) {
	if number, ok := value.(float64); ok {
		value = json.Number(strconv.FormatFloat(number, 'f', -1, 64))
	}
	if s.field == nil || !countable(value) {
		return
	}
	if s.values == nil {
		s.values = map[any]int{}
	}
	text, _ := json.Marshal(value) // a string, a number or a truth value
	if !slices.Contains(s.field.Values, string(text)) {
		s.field.Values = append(s.field.Values, string(text))
	}
	s.values[value] = slices.Index(s.field.Values, string(text)) + 1 // from the field on
}

// countable says whether a value of JSON is one that an enum lists. Others cannot be keys of a map.
func countable(value any) bool {
	switch value.(type) {
	case string, json.Number, bool:
		return true
	}
	return false
}

// number lists the fields of a shape and gives each its place. Of a response, only fields with a choice of values
// count: the fake chooses, and the client must know all values.
func (all *shapes) number(s *shape) {
	for _, name := range slices.Sorted(maps.Keys(s.properties)) {
		p := s.properties[name]
		if f := p.field; f.In == InResponse && len(f.Values) < 2 {
			p.uncount()
		} else {
			p.number = all.points
			all.fields = append(all.fields, *f)
			all.points += 1 + len(f.Values)
		}
		all.number(p)
	}
	if s.items != nil {
		s.items.number = s.number
		all.number(s.items)
	}
}

// uncount removes the field from a place and from the items there.
func (s *shape) uncount() {
	for ; s != nil; s = s.items {
		s.field, s.values = nil, nil
	}
}

// mark notes the fields and values that are present in a value.
func (s *shape) mark(value any, present []bool) {
	if s.field != nil {
		present[s.number] = true
		if countable(value) {
			if offset, ok := s.values[value]; ok {
				present[s.number+offset] = true
			}
		}
	}
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if p := s.properties[name]; p != nil {
				p.mark(inner, present)
			}
		}
	case []any:
		if s.items == nil {
			return
		}
		for _, inner := range value {
			s.items.mark(inner, present)
		}
	}
}

func (all shapes) query(raw string, present []bool) {
	if len(all.in[InQuery].properties) == 0 {
		return
	}
	values, _ := url.ParseQuery(raw) // CheckRequest says what is wrong with it
	for name, p := range all.in[InQuery].properties {
		p.markTexts(values[name], present)
	}
}

func (all shapes) header(header http.Header, present []bool) {
	for name, p := range all.in[InHeader].properties {
		p.markTexts(header.Values(name), present)
	}
}

// markTexts marks a parameter, by its text or by the number that the text may be.
func (s *shape) markTexts(texts []string, present []bool) {
	for _, text := range texts {
		s.mark(text, present)
		s.mark(json.Number(text), present)
	}
}
