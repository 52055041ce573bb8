package op

import "github.com/fakecme/fakecme/fake/dialect"

// Service is one service: its operations and what they have in common.
type Service[S any] struct {
	Name string
	Ops  []Op[S]
	// Errors are those that the operations return.
	Errors *Errors
	// Envelope wraps a response or an error in what all responses of the service share.
	// Exactly one of the two is given; answer is nil for an operation without data.
	Envelope func(c *Call, answer any, failure *Error) any
	// ContentType is the Content-Type of every response.
	ContentType func(dialect.Dialect) string
	// BadRequest is the error of a request that breaks the contract, where the operation
	// has no documented one for that parameter. The parameter may be empty.
	BadRequest func(parameter string) *Error
	// NotFound is the error of a call that no operation answers.
	NotFound *Error
	// Broken is what the service says when it fails by itself.
	Broken *Error
}
