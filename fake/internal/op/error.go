package op

import (
	"errors"
	"fmt"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Error is a documented error. Each is one package variable of its service.
type Error struct {
	Code           string // "OperationDenied.PermissionDeny", or a number as text: "1001"
	Message        string
	EnglishMessage string // empty for services that have none
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

// Error is a documented error and its explanation.
type Failure struct {
	Err       *Error
	Diagnosis diagnosis.Diagnosis
}

func (r *Failure) Error() string { return r.Err.Error() }

// Unwrap gives the documented error, so that errors.Is finds the package variable.
func (r *Failure) Unwrap() error { return r.Err }

// AsError returns what err documents, and false when it is a bug in the fake.
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
