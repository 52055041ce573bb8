// Package journal keeps the last calls, bounded by count and by bytes.
package journal

import (
	"context"
	"slices"
	"sync"
)

// Journal keeps entries in the order in which they were added, the newest last. When it is full
// the oldest go, and are counted. An entry may be replaced once by another, such as a call by the same call when it has
// ended.
type Journal[T any] struct {
	maxCount int
	maxBytes int64

	mu       sync.Mutex // guards everything below; nobody looks at an entry under it, since there may be many readers
	entries  []sized[T]
	bytes    int64
	dropped  int64
	added    int64         // ever: the number of the newest entry
	turns    int64         // how often an entry was replaced, ever
	replaced []replaced    // the entries that were replaced, in that order; some of them are no longer there
	changed  chan struct{} // closed, and replaced, at each change
}

type sized[T any] struct {
	entry *T // never changed
	bytes int64
}

// replaced says which entry was replaced in which turn.
type replaced struct{ turn, number int64 }

// New returns an empty journal of at most maxCount entries and maxBytes bytes.
func New[T any](maxCount int, maxBytes int64) *Journal[T] {
	return &Journal[T]{maxCount: maxCount, maxBytes: maxBytes, changed: make(chan struct{})}
}

// Add appends an entry that takes so many bytes. One entry larger than the whole journal is
// kept alone.
func (j *Journal[T]) Add(entry T, bytes int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.addLocked(entry, bytes)
}

func (j *Journal[T]) addLocked(entry T, bytes int64) {
	j.entries = append(j.entries, sized[T]{&entry, bytes})
	j.bytes += bytes
	j.added++
	j.changedLocked()
}

// changedLocked drops what there is no room for, and wakes the readers.
func (j *Journal[T]) changedLocked() {
	drop := 0
	for len(j.entries)-drop > 1 && (len(j.entries)-drop > j.maxCount || j.bytes > j.maxBytes) {
		j.bytes -= j.entries[drop].bytes
		j.entries[drop] = sized[T]{} // let go of what it holds
		drop++
	}
	j.dropped += int64(drop)
	j.entries = j.entries[drop:]
	close(j.changed)
	j.changed = make(chan struct{})
}

// Select returns the entries that match, oldest first.
func (j *Journal[T]) Select(match func(T) bool) []T { return values(j.Page(0, 0, match).Entries) }

// Page is a part of the journal.
type Page[T any] struct {
	Entries []*T // those that match, oldest first; not to be changed
	Total   int  // how many match, with those that the limit left out
	// Next is the number after which the next page begins.
	Next    int64
	Dropped int64 // see [Journal.Dropped]
}

// Page returns the entries after the one of that number that match. A limit above zero leaves the first so many of them,
// one below zero the last.
func (j *Journal[T]) Page(after int64, limit int, match func(T) bool) Page[T] {
	v := j.since(Cursor{Number: after})
	var m matched[T]
	m.add(v, after, match)
	return m.page(v, limit)
}

// Cursor is how far a reader has come.
type Cursor struct {
	Number int64 // of the newest entry that it has seen
	Turn   int64 // of the newest entry that it has seen replaced
}

// view is what stands in the journal behind a cursor.
type view[T any] struct {
	entries         []*T
	first           int64 // the number of the first of them
	again           []numbered[T]
	end             Cursor
	oldest, dropped int64
	changed         <-chan struct{}
}

// numbered is an entry in the place of one that a reader may have seen.
type numbered[T any] struct {
	entry  *T
	number int64
}

// since copies references only: that is all the time for which a reader holds up calls.
func (j *Journal[T]) since(c Cursor) view[T] {
	j.mu.Lock()
	defer j.mu.Unlock()
	v := view[T]{oldest: j.oldestLocked(), end: Cursor{j.added, j.turns}, dropped: j.dropped, changed: j.changed}
	rest := j.entries[max(0, min(int64(len(j.entries)), c.Number-v.oldest+1)):]
	v.first = j.added - int64(len(rest)) + 1
	v.entries = make([]*T, len(rest))
	for i, e := range rest {
		v.entries[i] = e.entry
	}
	for i := len(j.replaced) - 1; i >= 0 && j.replaced[i].turn > c.Turn; i-- {
		if n := j.replaced[i].number; n >= v.oldest && n < v.first {
			v.again = append(v.again, numbered[T]{j.entries[n-v.oldest].entry, n})
		}
	}
	slices.Reverse(v.again)
	return v
}

// oldestLocked is the number of the oldest entry; one more than that of the newest when there is none.
func (j *Journal[T]) oldestLocked() int64 { return j.added - int64(len(j.entries)) + 1 }

// matched are the entries that have matched so far, and their numbers.
type matched[T any] struct {
	entries []*T
	numbers []int64
}

// add looks at the entries of a view after the one of that number, and lets go of those that the journal has no more.
func (m *matched[T]) add(v view[T], after int64, match func(T) bool) {
	gone, _ := slices.BinarySearch(m.numbers, v.oldest)
	m.entries, m.numbers = slices.Delete(m.entries, 0, gone), slices.Delete(m.numbers, 0, gone)
	for _, e := range v.again {
		at, had := slices.BinarySearch(m.numbers, e.number)
		if had {
			m.entries, m.numbers = slices.Delete(m.entries, at, at+1), slices.Delete(m.numbers, at, at+1)
		}
		if e.number > after && match(*e.entry) {
			m.entries, m.numbers = slices.Insert(m.entries, at, e.entry), slices.Insert(m.numbers, at, e.number)
		}
	}
	for i, e := range v.entries {
		if match(*e) {
			m.entries, m.numbers = append(m.entries, e), append(m.numbers, v.first+int64(i))
		}
	}
}

func (m *matched[T]) page(v view[T], limit int) Page[T] {
	p := Page[T]{Entries: m.entries, Total: len(m.entries), Next: v.end.Number, Dropped: v.dropped}
	switch {
	case limit > 0 && limit < p.Total:
		p.Entries, p.Next = p.Entries[:limit], m.numbers[limit-1]
	case limit < 0 && -limit < p.Total:
		p.Entries = p.Entries[p.Total+limit:]
	}
	return p
}

func values[T any](entries []*T) []T {
	var all []T
	for _, e := range entries {
		all = append(all, *e)
	}
	return all
}

// Await returns as soon as n entries match, with all that match, or with those there are when
// the context ends, and its error.
func (j *Journal[T]) Await(ctx context.Context, n int, match func(T) bool) ([]T, error) {
	p, err := j.AwaitPage(ctx, n, 0, 0, match)
	return values(p.Entries), err
}

// AwaitPage is Page as soon as n entries match, or when the context ends, with its error. Each entry is looked at once, and
// once more when it was replaced.
func (j *Journal[T]) AwaitPage(ctx context.Context, n int, after int64, limit int, match func(T) bool) (Page[T], error) {
	var m matched[T]
	for seen := (Cursor{Number: after}); ; {
		v := j.since(seen)
		m.add(v, after, match)
		if len(m.entries) >= n {
			return m.page(v, limit), nil
		}
		seen = Cursor{max(after, v.end.Number), v.end.Turn}
		select {
		case <-v.changed:
		case <-ctx.Done():
			return m.page(v, limit), ctx.Err()
		}
	}
}

// Dropped says how many entries had to go.
func (j *Journal[T]) Dropped() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.dropped
}

// Clear empties the journal; Dropped begins at zero again.
func (j *Journal[T]) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries, j.bytes, j.dropped, j.replaced = nil, 0, 0, nil
	close(j.changed)
	j.changed = make(chan struct{})
}
