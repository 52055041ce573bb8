package op

import (
	"errors"
	"fmt"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Error is a documented refusal. Each is one package variable of its service.
type Error struct {
	Code           string // "OperationDenied.PermissionDeny", or a number as text: "1001"
	Message        string
	EnglishMessage string // empty for services that have none
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

// Because joins a refusal with the diagnosis that explains it. The documented answer stays as it is.
func (e *Error) Because(code, fix, format string, args ...any) *Refusal {
	return &Refusal{Err: e, Diagnosis: diagnosis.Diagnosis{
		Code: code, Sentence: fmt.Sprintf(format, args...), Fix: fix,
	}}
}

// With joins a refusal with a ready diagnosis.
func (e *Error) With(d diagnosis.Diagnosis) *Refusal { return &Refusal{Err: e, Diagnosis: d} }

// Refusal is a documented refusal and its explanation.
type Refusal struct {
	Err       *Error
	Diagnosis diagnosis.Diagnosis
}

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap gives the documented refusal, so that errors.Is finds the package variable.
func (r *Refusal) Unwrap() error { return r.Err }

// AsRefusal returns what err documents, and false when it is a bug in the fake.
func AsRefusal(err error) (*Refusal, bool) {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal, true
	}
	var documented *Error
	if errors.As(err, &documented) {
		return &Refusal{Err: documented, Diagnosis: diagnosis.Diagnosis{
			Code: documented.Code, Sentence: documented.Message,
		}}, true
	}
	return nil, false
}
