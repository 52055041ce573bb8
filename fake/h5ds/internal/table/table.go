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

// Row is a row of a table. Its id is unique in the table. Neither the id nor the owner changes.
type Row interface {
	RowKey() (id, owner string)
}

// Table holds rows by id and, in the order in which they were added, by owner. Finding a row, or the newest rows of an
// owner, costs the same for a table of any size. Its JSON is the list of the rows. The zero value is an empty table.
type Table[T Row] struct {
	byID    map[string]T
	byOwner map[string][]string // ids, oldest first
}

// Get returns the row with an id.
func (t *Table[T]) Get(id string) (T, bool) {
	row, ok := t.byID[id]
	return row, ok
}

// Of returns the rows of an owner, the newest first. The table must not change during the iteration.
func (t *Table[T]) Of(owner string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range slices.Backward(t.byOwner[owner]) {
			if !yield(t.byID[id]) {
				return
			}
		}
	}
}

// Len returns the number of rows.
func (t *Table[T]) Len() int { return len(t.byID) }

// All returns all rows, in no order.
func (t *Table[T]) All() iter.Seq[T] { return maps.Values(t.byID) }

// Owners returns the owners, sorted.
func (t *Table[T]) Owners() []string { return slices.Sorted(maps.Keys(t.byOwner)) }

// Count returns the number of rows of an owner.
func (t *Table[T]) Count(owner string) int { return len(t.byOwner[owner]) }

// Put adds a row, or replaces the row with the same id, which keeps its place.
func (t *Table[T]) Put(row T) {
	if t.byID == nil {
		t.byID, t.byOwner = map[string]T{}, map[string][]string{}
	}
	id, owner := row.RowKey()
	if _, there := t.byID[id]; !there {
		t.byOwner[owner] = append(t.byOwner[owner], id)
	}
	t.byID[id] = row
}

// Remove removes the row with an id, if there is one.
func (t *Table[T]) Remove(id string) {
	row, ok := t.byID[id]
	if !ok {
		return
	}
	_, owner := row.RowKey()
	delete(t.byID, id)
	ids := t.byOwner[owner]
	if len(ids) == 1 {
		delete(t.byOwner, owner)
		return
	}
	at := slices.Index(ids, id)
	t.byOwner[owner] = slices.Delete(ids, at, at+1)
}

// RemoveFunc removes the rows for which unwanted is true.
func (t *Table[T]) RemoveFunc(unwanted func(T) bool) {
	for owner, ids := range t.byOwner {
		ids = slices.DeleteFunc(ids, func(id string) bool {
			gone := unwanted(t.byID[id])
			if gone {
				delete(t.byID, id)
			}
			return gone
		})
		t.byOwner[owner] = ids
		if len(ids) == 0 {
			delete(t.byOwner, owner)
		}
	}
}

// NewID returns an id that no row has. The next id of the counter may be taken: a test may put an id that it copied
// from an earlier run with the same frozen clock.
func (t *Table[T]) NewID(c *op.Call) string {
	for {
		id := c.NewID(op.Snowflake)
		if _, taken := t.byID[id]; !taken {
			return id
		}
	}
}

// IsZero leaves an empty table out of the JSON.
func (t Table[T]) IsZero() bool { return len(t.byID) == 0 }

// MarshalJSON writes the rows by owner, those of one owner oldest first.
func (t Table[T]) MarshalJSON() ([]byte, error) {
	rows := make([]T, 0, len(t.byID))
	for _, owner := range slices.Sorted(maps.Keys(t.byOwner)) {
		for _, id := range t.byOwner[owner] {
			rows = append(rows, t.byID[id])
		}
	}
	return json.Marshal(rows)
}

// UnmarshalJSON replaces the rows by those of a list.
func (t *Table[T]) UnmarshalJSON(text []byte) error {
	var rows []T
	if err := json.Unmarshal(text, &rows); err != nil {
		return err
	}
	var read Table[T]
	for i, row := range rows {
		id, owner := row.RowKey()
		if id == "" || owner == "" {
			return fmt.Errorf("read state: %T number %d has no id or no owner", row, i)
		}
		if _, twice := read.byID[id]; twice {
			return fmt.Errorf("read state: there are two %T with the id %q", row, id)
		}
		read.Put(row)
	}
	*t = read
	return nil
}

// OldestFirst returns the rows of an owner in the order in which they were added.
func (t *Table[T]) OldestFirst(owner string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, id := range t.byOwner[owner] {
			if !yield(t.byID[id]) {
				return
			}
		}
	}
}

// NewestFirst returns all rows by their ids, which grow with time. A shorter id, which only a test puts, comes last.
func (t *Table[T]) NewestFirst() iter.Seq[T] {
	ids := slices.SortedFunc(maps.Keys(t.byID), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(b, a)
	})
	return func(yield func(T) bool) {
		for _, id := range ids {
			if !yield(t.byID[id]) {
				return
			}
		}
	}
}

// Expiring is a row that is of no use after its expiry.
type Expiring interface {
	Row
	// Expiry is the first moment at which the row is of no use.
	Expiry() time.Time
}

const (
	// minSwept is the size of a table below which no row is removed.
	minSwept = 1024
	// remembered is how long an expired row is kept, so that a response or a diagnosis can say that it has expired.
	remembered = 24 * time.Hour
)

// IsForgotten reports whether a row expired so long ago that no response may depend on it. The table may still have it,
// because rows are removed only now and then.
func IsForgotten(row Expiring, now time.Time) bool { return now.Sub(row.Expiry()) > remembered }

// PutExpiring adds a row. It removes the forgotten rows when the number of rows has become a power of two, because a
// look at every row costs too much for every call.
func PutExpiring[T Expiring](t *Table[T], row T, now time.Time) {
	t.Put(row)
	if n := len(t.byID); n < minSwept || n&(n-1) != 0 {
		return
	}
	t.RemoveFunc(func(row T) bool { return IsForgotten(row, now) })
}

// System is the owner of rows that all users see. It is no user's id: those are decimal digits.
const System = "system"

// Own returns a row of the caller; what is its name in a diagnosis. The error for a row of another user is that for an
// unknown one (assumed). Only the diagnosis differs.
func Own[T Row](c *op.Call, t *Table[T], what, id string) (T, error) {
	var none T
	if id == "" {
		return none, api.ErrID.Because(what+".no-id", "send the id of the "+what, "the id of the %s is missing or empty", what)
	}
	row, there := t.Get(id)
	if !there {
		return none, api.ErrNotFound.Because(what+".unknown", "create the "+what+" first, or put it into the fixtures", "there is no %s %q", what, id)
	}
	if _, owner := row.RowKey(); owner != c.User {
		return none, api.ErrNotFound.Because(what+".other-user", "use the token of the user who has the "+what,
			"the %s %q belongs to user %s, and the token to user %s", what, id, owner, c.User)
	}
	return row, nil
}

// AllOwn returns rows of the caller: all of them, or an error (assumed). The failure is that of the parameter with the
// ids.
func AllOwn[T Row](c *op.Call, t *Table[T], what string, ids api.Texts, failure *op.Error) ([]T, error) {
	if len(ids) == 0 {
		return nil, failure.Because(what+".no-ids", "send a list of at least one id", "there is no id of a %s", what)
	}
	rows := make([]T, 0, len(ids))
	for _, id := range ids {
		row, err := Own(c, t, what, id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
