// Package journal keeps the last calls, bounded by count and by bytes.
package journal

import (
	"context"
	"slices"
	"sync"
)

// Journal keeps entries in the order in which they ended, the newest last. When it is full
// the oldest go, and are counted.
type Journal[T any] struct {
	maxCount int
	maxBytes int64

	mu      sync.Mutex // guards everything below; nobody looks at an entry under it, since there may be many readers
	entries []sized[T]
	bytes   int64
	dropped int64
	added   int64         // ever: the number of the newest entry
	changed chan struct{} // closed, and replaced, at each change
}

type sized[T any] struct {
	entry *T // never changed
	bytes int64
}

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
	v := j.since(after)
	var m matched[T]
	m.add(v, match)
	return m.page(v, limit)
}

// view is what stands in the journal after some number.
type view[T any] struct {
	entries                 []*T
	first                   int64 // the number of the first of them
	oldest, newest, dropped int64
	changed                 <-chan struct{}
}

// since copies references only: that is all the time for which a reader holds up calls.
func (j *Journal[T]) since(number int64) view[T] {
	j.mu.Lock()
	defer j.mu.Unlock()
	v := view[T]{oldest: j.added - int64(len(j.entries)) + 1, newest: j.added, dropped: j.dropped, changed: j.changed}
	rest := j.entries[max(0, min(int64(len(j.entries)), number-v.oldest+1)):]
	v.first = v.newest - int64(len(rest)) + 1
	v.entries = make([]*T, len(rest))
	for i, e := range rest {
		v.entries[i] = e.entry
	}
	return v
}

// matched are the entries that have matched so far, and their numbers.
type matched[T any] struct {
	entries []*T
	numbers []int64
}

// add looks at the entries of a view, and lets go of those that the journal has no more.
func (m *matched[T]) add(v view[T], match func(T) bool) {
	gone, _ := slices.BinarySearch(m.numbers, v.oldest)
	m.entries, m.numbers = slices.Delete(m.entries, 0, gone), slices.Delete(m.numbers, 0, gone)
	for i, e := range v.entries {
		if match(*e) {
			m.entries, m.numbers = append(m.entries, e), append(m.numbers, v.first+int64(i))
		}
	}
}

func (m *matched[T]) page(v view[T], limit int) Page[T] {
	p := Page[T]{Entries: m.entries, Total: len(m.entries), Next: v.newest, Dropped: v.dropped}
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

// AwaitPage is Page as soon as n entries match, or when the context ends, with its error. Each entry is looked at once.
func (j *Journal[T]) AwaitPage(ctx context.Context, n int, after int64, limit int, match func(T) bool) (Page[T], error) {
	var m matched[T]
	for seen := after; ; {
		v := j.since(seen)
		m.add(v, match)
		if len(m.entries) >= n {
			return m.page(v, limit), nil
		}
		seen = max(seen, v.newest)
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
	j.entries, j.bytes, j.dropped = nil, 0, 0
	close(j.changed)
	j.changed = make(chan struct{})
}
