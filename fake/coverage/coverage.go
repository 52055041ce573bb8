// Package coverage holds what of the contracts a client has covered: operations, errors, fields and values, of
// those that are documented.
//
// A fake keeps it for each tenant, and with FAKECME_COVERAGE_DIR writes it into a file of its own when it ends, in the
// place of a note that it has begun; [Read] adds the files of any number of processes. What a file leaves out was not covered.
//
// What a source knows (documented, example, vendor-client) is counted apart from what is assumed. An error
// that all operations of a service or of a credential share counts once: a client handles it in one place.
package coverage

import (
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/dialect"
)

// Version is that of the JSON form.
const Version = 1

// Coverage says what was covered, and how often.
type Coverage struct {
	Version int `json:"version"`
	// Dialects are those that were served. What only other dialects answer does not count.
	Dialects []string `json:"dialects"`
	// Covered are the totals of what a source knows, Assumed those of the rest; see [Coverage.Sum].
	Covered    Totals      `json:"covered,omitzero"`
	Assumed    Totals      `json:"assumed,omitzero"`
	Operations []Operation `json:"operations"`
}

// Operation is one operation, and how often it was called.
type Operation struct {
	ID         string  `json:"operation"`
	Service    string  `json:"service"`
	Provenance string  `json:"provenance"`
	Calls      int     `json:"calls"`
	Errors     []Error `json:"errors"`
	Fields     []Field `json:"fields"`
}

// Error is a documented error of an operation, and how often it was answered.
type Error struct {
	Code           string `json:"code"`
	Message        string `json:"message"`
	EnglishMessage string `json:"englishMessage,omitempty"`
	// Dialect is the only dialect that answers so; empty for all.
	Dialect    string `json:"dialect,omitempty"`
	Provenance string `json:"provenance"`
	// Common says that all operations of the service, or of the credential, have it.
	Common bool `json:"common,omitempty"`
	// ByFault says that no request provokes it, only a fault.
	ByFault bool `json:"byFault,omitempty"`
	Times   int  `json:"times"`
}

// Field is a documented part of a request, or of a response when that has one of a few values,
// and in how many calls it was.
type Field struct {
	// In is query, header, body or answer.
	In         string `json:"in"`
	Pointer    string `json:"field"`
	Provenance string `json:"provenance"`
	Times      int    `json:"times"`
	// Values are the documented values, if there is a choice of them.
	Values []Value `json:"values,omitempty"`
}

// Value is a documented value, as JSON, and in how many calls it was.
type Value struct {
	Value string `json:"value"`
	Times int    `json:"times"`
}

// Documented returns all that the contracts document, as not covered by a fake of these dialects. It
// parses the contract documents when nobody has yet. The error is a fault of the build.
func Documented(dialects ...string) (Coverage, error) {
	c := Coverage{Version: Version, Dialects: append([]string{}, dialects...)}
	for _, o := range contracts.Operations() {
		one := Of(o)
		one.Errors = []Error{}
		for i := range o.Errors {
			one.Errors = append(one.Errors, ErrorOf(o, i))
		}
		document, err := contracts.Load(o.Service)
		if err != nil {
			return Coverage{}, fmt.Errorf("coverage: %w", err)
		}
		for _, f := range document.Fields(o.ID) {
			one.Fields = append(one.Fields, fieldOf(f))
		}
		c.Operations = append(c.Operations, one)
	}
	c.total()
	return c, nil
}

// Of is an operation of the contract without errors and fields.
func Of(o contracts.Operation) Operation {
	return Operation{ID: o.ID, Service: o.Service, Provenance: o.Provenance, Errors: []Error{}, Fields: []Field{}}
}

// RefusalOf is the error of that number.
func ErrorOf(o contracts.Operation, number int) Error {
	r := o.Errors[number]
	return Error{
		Code: r.Code, Message: r.Message, EnglishMessage: r.EnglishMessage, Dialect: r.Dialect,
		Provenance: r.Provenance, Common: r.Common, ByFault: r.ByFault,
	}
}

func fieldOf(f contracts.Field) Field {
	one := Field{In: f.In, Pointer: f.Pointer, Provenance: f.Provenance}
	for _, v := range f.Values {
		one.Values = append(one.Values, Value{Value: v})
	}
	return one
}

// Covered are the fields that points, as contracts.Document.ReadRequest counts them, say were there.
func Covered(fields []contracts.Field, points []int) []Field {
	found := []Field{}
	for _, f := range fields {
		if len(points) == 0 {
			break
		}
		if points[0] > 0 {
			one := Field{In: f.In, Pointer: f.Pointer, Provenance: f.Provenance, Times: points[0]}
			for i, v := range f.Values {
				if times := points[1+i]; times > 0 {
					one.Values = append(one.Values, Value{v, times})
				}
			}
			found = append(found, one)
		}
		points = points[1+len(f.Values):]
	}
	return found
}

// Add adds what other says was covered. It rejects what the contracts of this fakecme do not document, and may have added
// a part by then.
func (c *Coverage) Add(other Coverage) error {
	defer c.total()
	return c.add(other)
}

func (c *Coverage) add(other Coverage) error {
	for _, d := range other.Dialects {
		if !slices.Contains(c.Dialects, d) {
			c.Dialects = append(c.Dialects, d)
		}
	}
	slices.Sort(c.Dialects)
	for _, o := range other.Operations {
		i := slices.IndexFunc(c.Operations, func(mine Operation) bool { return mine.ID == o.ID })
		if i < 0 {
			return fmt.Errorf("there is no operation %q", o.ID)
		}
		if err := c.Operations[i].add(o); err != nil {
			return fmt.Errorf("%s: %w", o.ID, err)
		}
	}
	return nil
}

func (o *Operation) add(other Operation) error {
	if other.Calls < 0 {
		return fmt.Errorf("%d calls", other.Calls)
	}
	o.Calls += other.Calls
	for _, r := range other.Errors {
		i := slices.IndexFunc(o.Errors, func(mine Error) bool { return mine.key() == r.key() })
		if i < 0 || r.Times < 0 {
			return fmt.Errorf("there is no error %s %q %d times", r.Code, r.EnglishMessage, r.Times)
		}
		o.Errors[i].Times += r.Times
	}
	for _, f := range other.Fields {
		i := slices.IndexFunc(o.Fields, func(mine Field) bool { return mine.In == f.In && mine.Pointer == f.Pointer })
		if i < 0 || f.Times < 0 {
			return fmt.Errorf("there is no field %s %s %d times", f.In, f.Pointer, f.Times)
		}
		if err := o.Fields[i].add(f); err != nil {
			return err
		}
	}
	return nil
}

func (f *Field) add(other Field) error {
	f.Times += other.Times
	for _, v := range other.Values {
		i := slices.IndexFunc(f.Values, func(mine Value) bool { return mine.Value == v.Value })
		if i < 0 || v.Times < 0 {
			return fmt.Errorf("field %s %s has no value %s %d times", f.In, f.Pointer, v.Value, v.Times)
		}
		f.Values[i].Times += v.Times
	}
	return nil
}

// key is what tells one error of an operation from another.
func (r Error) key() [4]string { return [4]string{r.Code, r.Message, r.EnglishMessage, r.Dialect} }

// DialectsOf names the presets whose errors a fake of the dialect may answer with: the dialect itself if it
// is a preset, else all of them.
func DialectsOf(d dialect.Dialect) []string {
	var all []string
	for _, preset := range dialect.All() {
		if d == preset {
			return []string{preset.Name}
		}
		all = append(all, preset.Name)
	}
	return all
}
