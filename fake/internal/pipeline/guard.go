package pipeline

import (
	"errors"
	"net/http"
	"runtime/debug"
)

// guard turns a panic into a response and a bug in the fake.
func guard(x *Exchange, next func()) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		x.Bug("panic: %v\n%s", cause, debug.Stack())
	}()
	next()
}
