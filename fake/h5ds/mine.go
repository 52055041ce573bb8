package h5ds

import (
	"iter"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// system owns what all users see. No user has this id: those are decimal digits.
const system = VendorFiles

// mine finds a thing of the caller; what is its name in a diagnosis. Somebody else's is
// answered like one that is not there (assumed); only the diagnosis tells them apart.
func mine[T owned](c *op.Call, s *shelf[T], what, id string) (T, error) {
	var none T
	if id == "" {
		return none, errID.Because(what+".no-id", "send the id of the "+what, "the id of the %s is missing or empty", what)
	}
	thing, there := s.get(id)
	if !there {
		return none, errNotFound.Because(what+".unknown", "make the "+what+" first, or seed it", "there is no %s %q", what, id)
	}
	if _, owner := thing.key(); owner != c.User {
		return none, errNotFound.Because(what+".other-user", "use the token of the user who has the "+what,
			"the %s %q belongs to user %s, and the token to user %s", what, id, owner, c.User)
	}
	return thing, nil
}

// allMine finds things of the caller: all of them, or none at all (assumed). The error is
// that of the parameter with the ids.
func allMine[T owned](c *op.Call, s *shelf[T], what string, ids texts, failure *op.Error) ([]T, error) {
	if len(ids) == 0 {
		return nil, failure.Because(what+".no-ids", "send a list of at least one id", "there is no id of a %s", what)
	}
	things := make([]T, 0, len(ids))
	for _, id := range ids {
		thing, err := mine(c, s, what, id)
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	return things, nil
}

// only leaves out what keep does not want.
func only[T any](things iter.Seq[T], keep func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for thing := range things {
			if keep(thing) && !yield(thing) {
				return
			}
		}
	}
}

// named says whether a name has the keyword in it, in upper or lower case (assumed). An empty
// keyword is in every name.
func named(name string, keyword text) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(string(keyword)))
}

// isAsked says whether a value is the one that a list is asked for. Clients send an empty text
// for all.
func isAsked(asked text, value string) bool { return asked == "" || string(asked) == value }

// oldestFirst gives what the owner has in the order it came.
func oldestFirst[T owned](s *shelf[T], owner string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range s.byOwner[owner] {
			if !yield(s.byID[id]) {
				return
			}
		}
	}
}
