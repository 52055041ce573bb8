package h5ds

import "time"

// passing is what is good for a while, and of no use after.
type passing interface {
	owned
	// expires is when it is good no more.
	expires() time.Time
}

const (
	// fewPassing things of one kind need no sweep.
	fewPassing = 1024
	// remembered is how long a thing that has expired is still known: meanwhile a response or a
	// diagnosis can tell that it has.
	remembered = 24 * time.Hour
)

// isForgotten says that a thing expired so long ago that no response may depend on it: whether it is
// still on its shelf depends on how many others there are.
func isForgotten(thing passing, now time.Time) bool { return now.Sub(thing.expires()) > remembered }

// keep adds a new thing, and drops the forgotten ones when the number of things has reached a power
// of two: a look at all of them is too dear for every call.
func keep[T passing](s *shelf[T], thing T, now time.Time) {
	s.put(thing)
	if n := len(s.byID); n < fewPassing || n&(n-1) != 0 {
		return
	}
	s.drop(func(t T) bool { return isForgotten(t, now) })
}
