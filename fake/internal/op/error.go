package op

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Errors are the errors that the code of a service names. The contract has their texts, and Fill brings both together.
type Errors struct {
	named []*Error
	texts map[string]errorTexts // nil before Fill
}

type errorTexts struct{ code, message, english, withField string }

// Error is a documented error. Each is one package variable of its service.
type Error struct {
	// Name is that of the error in the contract's list; empty for an error of another origin, such as a fault.
	Name           string
	Code           string // "OperationDenied.PermissionDeny", or a number as text: "1001"
	Message        string
	EnglishMessage string // empty for services that have none

	list  *Errors
	field string // that the response names as wrong; see Of
	code  string // instead of the contract's; see WithCode
}

// New returns the error of a name. It is for package variables: it has no texts before Fill.
func (l *Errors) New(name string) *Error {
	e := &Error{Name: name, list: l}
	l.named = append(l.named, e)
	return e
}

// Of returns the error as it is where the response names the field that is wrong. Without a field it is e itself.
func (e *Error) Of(field string) *Error {
	if field == "" {
		return e
	}
	return e.list.variant(&Error{Name: e.Name, list: e.list, field: field, code: e.code})
}

// WithCode returns the error under another code, for a dialect that the contract does not list.
func (e *Error) WithCode(code string) *Error {
	return e.list.variant(&Error{Name: e.Name, list: e.list, field: e.field, code: code})
}

// variant fills an error now, or together with the others.
func (l *Errors) variant(e *Error) *Error {
	if l.texts == nil {
		l.named = append(l.named, e)
	} else {
		e.fill(l.texts[e.Name])
	}
	return e
}

// fill sets the texts. The name of a field stands in the last of them.
func (e *Error) fill(t errorTexts) {
	e.Code, e.Message, e.EnglishMessage = cmp.Or(e.code, t.code), t.message, t.english
	last := &e.Message
	if e.EnglishMessage != "" {
		last = &e.EnglishMessage
	}
	if e.field != "" {
		*last = strings.ReplaceAll(t.withField, "{field}", e.field)
	}
}

// Names returns the names that the code uses, each once and in order.
func (l *Errors) Names() []string {
	var names []string
	for _, e := range l.named {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Listed is an error of the contract's list.
type Listed interface {
	// Texts returns what a response with the error has. The last text stands for the one before it where the response
	// names a field, in the place of "{field}"; it is empty for an error that names none.
	Texts() (name, code, message, english, withField string)
}

// Fill gives the errors the texts of the contract's list. It says which of them the contract does not list. A process
// calls it once for each service, before any operation runs.
func Fill[L Listed](l *Errors, list []L) error {
	texts := map[string]errorTexts{}
	for _, listed := range list {
		name, code, message, english, withField := listed.Texts()
		texts[name] = errorTexts{code, message, english, withField}
	}
	for _, e := range l.named {
		t, ok := texts[e.Name]
		if !ok {
			return fmt.Errorf("the code names the error %s, which the contract does not list", e.Name)
		}
		if e.field != "" && t.withField == "" {
			return fmt.Errorf("the code names the field %s in the error %s, for which the contract has no text with a field", e.field, e.Name)
		}
		e.fill(t)
	}
	l.texts = texts
	return nil
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

// Because joins an error with the diagnosis that explains it. The documented response stays as it is.
func (e *Error) Because(code, fix, format string, args ...any) *Failure {
	return &Failure{Err: e, Diagnosis: diagnosis.Diagnosis{
		Code: code, Sentence: fmt.Sprintf(format, args...), Fix: fix,
	}}
}

// With joins an error with a ready diagnosis.
func (e *Error) With(d diagnosis.Diagnosis) *Failure { return &Failure{Err: e, Diagnosis: d} }

// Failure is a documented error and its explanation.
type Failure struct {
	Err       *Error
	Diagnosis diagnosis.Diagnosis
	// Finding says that the test author should know, whatever the client makes of the error.
	Finding bool
}

func (r *Failure) Error() string { return r.Err.Error() }

// Unwrap gives the documented error, so that errors.Is finds the package variable.
func (r *Failure) Unwrap() error { return r.Err }

// AsFailure returns what err documents, and false when it is a bug in the fake.
func AsFailure(err error) (*Failure, bool) {
	var failure *Failure
	if errors.As(err, &failure) {
		return failure, true
	}
	var documented *Error
	if errors.As(err, &documented) {
		return &Failure{Err: documented, Diagnosis: diagnosis.Diagnosis{
			Code: documented.Code, Sentence: documented.Message,
		}}, true
	}
	return nil, false
}
