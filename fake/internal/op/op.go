// Package op holds how an operation of a service is written: as a pure function
// from a call, the tenant's state and a typed request to a typed answer or a
// documented error.
//
// An operation never sees HTTP, a lock, the real clock or randomness. It decides
// first and changes the state last, so that a rejected call changes nothing.
package op

import (
	"encoding/json"
	"fmt"
	"maps"
)

// Op is one operation over the state S of its service.
type Op[S any] struct {
	// ID is the operationId of the contract; method and path stand only there.
	ID string
	// Writes says whether the operation may change the state.
	Writes bool
	// rejects holds the documented errors for single bad parameters.
	failures map[fault]*Error

	run func(*Call, *S, []byte) (any, error)
}

// fault is one way in which a request can break the contract.
type fault struct {
	pointer string // JSON pointer of the parameter
	rule    string // keyword of its schema
}

// Read declares an operation that only looks at the state.
func Read[S, Req, Ans any](id string, f func(*Call, *S, Req) (Ans, error)) Op[S] {
	return Op[S]{ID: id, run: typed(f)}
}

// Write declares an operation that may change the state.
func Write[S, Req, Ans any](id string, f func(*Call, *S, Req) (Ans, error)) Op[S] {
	return Op[S]{ID: id, Writes: true, run: typed(f)}
}

// Reject names the documented error for a request whose parameter at pointer ("/Limit") breaks
// a rule of the contract: the keyword of its schema ("maximum"). Other parameters, and this one
// where it breaks another rule, get the service's general error.
func (o Op[S]) Fails(pointer, rule string, failure *Error) Op[S] {
	refuses := maps.Clone(o.failures)
	if refuses == nil {
		refuses = map[fault]*Error{}
	}
	refuses[fault{pointer, rule}] = failure
	o.failures = refuses
	return o
}

// RefusalOf returns the documented error of a parameter at pointer that breaks the rule, if there is one.
func (o Op[S]) ErrorOf(pointer, rule string) (*Error, bool) {
	e, ok := o.failures[fault{pointer, rule}]
	return e, ok
}

// Run decodes the request and calls the operation. An error that is not an [*Error] or a
// [*Error] is a bug in the fake.
func (o Op[S]) Run(c *Call, state *S, request []byte) (any, error) {
	return o.run(c, state, request)
}

// None is the request or the response of an operation that has none.
type None struct{}

func typed[S, Req, Ans any](f func(*Call, *S, Req) (Ans, error)) func(*Call, *S, []byte) (any, error) {
	return func(c *Call, state *S, request []byte) (any, error) {
		var req Req
		if len(request) > 0 {
			if err := json.Unmarshal(request, &req); err != nil {
				return nil, fmt.Errorf("decode request: %w", err)
			}
		}
		ans, err := f(c, state, req)
		if err != nil {
			return nil, err
		}
		if _, none := any(ans).(None); none {
			return nil, nil
		}
		return ans, nil
	}
}

// Over returns operations over a part of a service's state as operations over the whole.
func Over[S, Part any](ops []Op[Part], part func(*S) *Part) []Op[S] {
	over := make([]Op[S], len(ops))
	for i, o := range ops {
		over[i] = Op[S]{ID: o.ID, Writes: o.Writes, failures: o.failures, run: func(c *Call, state *S, request []byte) (any, error) {
			return o.run(c, part(state), request)
		}}
	}
	return over
}
