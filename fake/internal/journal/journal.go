// Package journal keeps the last calls, bounded by count and by bytes.
package journal

import (
	"context"
	"sync"
)

// Journal keeps entries in the order in which they ended, the newest last. When it is full
// the oldest go, and are counted.
type Journal[T any] struct {
	maxCount int
	maxBytes int64

	mu      sync.Mutex // guards everything below
	entries []sized[T]
	bytes   int64
	dropped int64
	added   int64         // ever: the number of the newest entry
	changed chan struct{} // closed, and replaced, at each change
}

type sized[T any] struct {
	entry T
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
	j.entries = append(j.entries, sized[T]{entry, bytes})
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
func (j *Journal[T]) Select(match func(T) bool) []T {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.selectLocked(match)
}

func (j *Journal[T]) selectLocked(match func(T) bool) []T {
	var found []T
	for _, e := range j.entries {
		if match(e.entry) {
			found = append(found, e.entry)
		}
	}
	return found
}

// Await returns as soon as n entries match, with all that match, or with those there are when
// the context ends, and its error.
func (j *Journal[T]) Await(ctx context.Context, n int, match func(T) bool) ([]T, error) {
	for {
		j.mu.Lock()
		found, changed := j.selectLocked(match), j.changed
		j.mu.Unlock()
		if len(found) >= n {
			return found, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found, ctx.Err()
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
