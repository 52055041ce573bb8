package table

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// owned is what a shelf can keep. The id of a thing is its own; neither ever changes.
type Row interface {
	RowKey() (id, owner string)
}

// shelf keeps the things of one kind by id and, in the order they came, by owner: finding one,
// and the newest few of one owner, costs the same however many there are. Its JSON is the
// list of the things. The zero value is an empty shelf.
type Table[T Row] struct {
	byID    map[string]T
	byOwner map[string][]string // ids, oldest first
}

// get finds a thing, whoever owns it.
func (s *Table[T]) Get(id string) (T, bool) {
	thing, ok := s.byID[id]
	return thing, ok
}

// of gives what the owner has, newest first. The shelf must not change meanwhile.
func (s *Table[T]) Of(owner string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range slices.Backward(s.byOwner[owner]) {
			if !yield(s.byID[id]) {
				return
			}
		}
	}
}

// len says how many things there are.
func (s *Table[T]) Len() int { return len(s.byID) }

// all gives all things, in no order.
func (s *Table[T]) All() iter.Seq[T] { return maps.Values(s.byID) }

// owners gives the owners, sorted.
func (s *Table[T]) Owners() []string { return slices.Sorted(maps.Keys(s.byOwner)) }

// count says how many things the owner has.
func (s *Table[T]) Count(owner string) int { return len(s.byOwner[owner]) }

// put adds a thing, or replaces the one of the same id, which keeps its place.
func (s *Table[T]) Put(thing T) {
	if s.byID == nil {
		s.byID, s.byOwner = map[string]T{}, map[string][]string{}
	}
	id, owner := thing.RowKey()
	if _, there := s.byID[id]; !there {
		s.byOwner[owner] = append(s.byOwner[owner], id)
	}
	s.byID[id] = thing
}

// remove takes a thing away. It is no mistake when there is none.
func (s *Table[T]) Remove(id string) {
	thing, ok := s.byID[id]
	if !ok {
		return
	}
	_, owner := thing.RowKey()
	delete(s.byID, id)
	ids := s.byOwner[owner]
	if len(ids) == 1 {
		delete(s.byOwner, owner)
		return
	}
	at := slices.Index(ids, id)
	s.byOwner[owner] = slices.Delete(ids, at, at+1)
}

// drop takes away all things that the caller does not want, at the cost of one look at each.
func (s *Table[T]) RemoveFunc(unwanted func(T) bool) {
	for owner, ids := range s.byOwner {
		ids = slices.DeleteFunc(ids, func(id string) bool {
			gone := unwanted(s.byID[id])
			if gone {
				delete(s.byID, id)
			}
			return gone
		})
		s.byOwner[owner] = ids
		if len(ids) == 0 {
			delete(s.byOwner, owner)
		}
	}
}

// newID returns an id that nothing on the shelf has. A seeded id may well be one that the
// counter reaches: it was copied from an earlier run on the same frozen clock.
func (s *Table[T]) NewID(c *op.Call) string {
	for {
		id := c.NewID(op.Snowflake)
		if _, taken := s.byID[id]; !taken {
			return id
		}
	}
}

// IsZero leaves an empty shelf out of the JSON.
func (s Table[T]) IsZero() bool { return len(s.byID) == 0 }

// MarshalJSON writes the things by owner, those of one owner oldest first.
func (s Table[T]) MarshalJSON() ([]byte, error) {
	things := make([]T, 0, len(s.byID))
	for _, owner := range slices.Sorted(maps.Keys(s.byOwner)) {
		for _, id := range s.byOwner[owner] {
			things = append(things, s.byID[id])
		}
	}
	return json.Marshal(things)
}

// UnmarshalJSON puts the listed things in place of those that were there.
func (s *Table[T]) UnmarshalJSON(text []byte) error {
	var things []T
	if err := json.Unmarshal(text, &things); err != nil {
		return err
	}
	var read Table[T]
	for i, thing := range things {
		id, owner := thing.RowKey()
		if id == "" || owner == "" {
			return fmt.Errorf("read state: %T number %d has no id or no owner", thing, i)
		}
		if _, twice := read.byID[id]; twice {
			return fmt.Errorf("read state: there are two %T with the id %q", thing, id)
		}
		read.Put(thing)
	}
	*s = read
	return nil
}

// oldestFirst gives what the owner has in the order it came.
func (s *Table[T]) OldestFirst(owner string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range s.byOwner[owner] {
			if !yield(s.byID[id]) {
				return
			}
		}
	}
}

// newestFirst gives all things of a shelf by their ids, which grow with time; a seed may have a
// shorter one, and comes last.
func (s *Table[T]) NewestFirst() iter.Seq[T] {
	ids := slices.SortedFunc(maps.Keys(s.byID), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(b, a)
	})
	return func(yield func(T) bool) {
		for _, id := range ids {
			if !yield(s.byID[id]) {
				return
			}
		}
	}
}

// passing is what is good for a while, and of no use after.
type Expiring interface {
	Row
	// expires is when it is good no more.
	Expiry() time.Time
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
func IsForgotten(thing Expiring, now time.Time) bool { return now.Sub(thing.Expiry()) > remembered }

// keep adds a new thing, and drops the forgotten ones when the number of things has reached a power
// of two: a look at all of them is too dear for every call.
func PutExpiring[T Expiring](s *Table[T], thing T, now time.Time) {
	s.Put(thing)
	if n := len(s.byID); n < fewPassing || n&(n-1) != 0 {
		return
	}
	s.RemoveFunc(func(t T) bool { return IsForgotten(t, now) })
}

// system owns what all users see. No user has this id: those are decimal digits.
const System = "system"

// mine finds a thing of the caller; what is its name in a diagnosis. Somebody else's is
// answered like one that is not there (assumed); only the diagnosis tells them apart.
func Own[T Row](c *op.Call, s *Table[T], what, id string) (T, error) {
	var none T
	if id == "" {
		return none, api.ErrID.Because(what+".no-id", "send the id of the "+what, "the id of the %s is missing or empty", what)
	}
	thing, there := s.Get(id)
	if !there {
		return none, api.ErrNotFound.Because(what+".unknown", "make the "+what+" first, or seed it", "there is no %s %q", what, id)
	}
	if _, owner := thing.RowKey(); owner != c.User {
		return none, api.ErrNotFound.Because(what+".other-user", "use the token of the user who has the "+what,
			"the %s %q belongs to user %s, and the token to user %s", what, id, owner, c.User)
	}
	return thing, nil
}

// allMine finds things of the caller: all of them, or none at all (assumed). The error is
// that of the parameter with the ids.
func AllOwn[T Row](c *op.Call, s *Table[T], what string, ids api.Texts, failure *op.Error) ([]T, error) {
	if len(ids) == 0 {
		return nil, failure.Because(what+".no-ids", "send a list of at least one id", "there is no id of a %s", what)
	}
	things := make([]T, 0, len(ids))
	for _, id := range ids {
		thing, err := Own(c, s, what, id)
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	return things, nil
}
