package h5ds

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// owned is what a shelf can keep. The id of a thing is its own; neither ever changes.
type owned interface {
	key() (id, owner string)
}

// shelf keeps the things of one kind by id and, in the order they came, by owner: finding one,
// and the newest few of one owner, costs the same however many there are. Its JSON is the
// list of the things. The zero value is an empty shelf.
type shelf[T owned] struct {
	byID    map[string]T
	byOwner map[string][]string // ids, oldest first
}

// get finds a thing, whoever owns it.
func (s *shelf[T]) get(id string) (T, bool) {
	thing, ok := s.byID[id]
	return thing, ok
}

// of gives what the owner has, newest first. The shelf must not change meanwhile.
func (s *shelf[T]) of(owner string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range slices.Backward(s.byOwner[owner]) {
			if !yield(s.byID[id]) {
				return
			}
		}
	}
}

// count says how many things the owner has.
func (s *shelf[T]) count(owner string) int { return len(s.byOwner[owner]) }

// put adds a thing, or replaces the one of the same id, which keeps its place.
func (s *shelf[T]) put(thing T) {
	if s.byID == nil {
		s.byID, s.byOwner = map[string]T{}, map[string][]string{}
	}
	id, owner := thing.key()
	if _, there := s.byID[id]; !there {
		s.byOwner[owner] = append(s.byOwner[owner], id)
	}
	s.byID[id] = thing
}

// remove takes a thing away. It is no mistake when there is none.
func (s *shelf[T]) remove(id string) {
	thing, ok := s.byID[id]
	if !ok {
		return
	}
	_, owner := thing.key()
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
func (s *shelf[T]) drop(unwanted func(T) bool) {
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
func (s *shelf[T]) newID(c *op.Call) string {
	for {
		id := c.NewID(op.Snowflake)
		if _, taken := s.byID[id]; !taken {
			return id
		}
	}
}

// IsZero leaves an empty shelf out of the JSON.
func (s shelf[T]) IsZero() bool { return len(s.byID) == 0 }

// MarshalJSON writes the things by owner, those of one owner oldest first.
func (s shelf[T]) MarshalJSON() ([]byte, error) {
	things := make([]T, 0, len(s.byID))
	for _, owner := range slices.Sorted(maps.Keys(s.byOwner)) {
		for _, id := range s.byOwner[owner] {
			things = append(things, s.byID[id])
		}
	}
	return json.Marshal(things)
}

// UnmarshalJSON puts the listed things in place of those that were there.
func (s *shelf[T]) UnmarshalJSON(text []byte) error {
	var things []T
	if err := json.Unmarshal(text, &things); err != nil {
		return err
	}
	var read shelf[T]
	for i, thing := range things {
		id, owner := thing.key()
		if id == "" || owner == "" {
			return fmt.Errorf("read state: %T number %d has no id or no owner", thing, i)
		}
		if _, twice := read.byID[id]; twice {
			return fmt.Errorf("read state: there are two %T with the id %q", thing, id)
		}
		read.put(thing)
	}
	*s = read
	return nil
}
