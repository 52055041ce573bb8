package journal

import "slices"

// Entries are numbered in the order they were added, from 1 on. Clear does not begin anew.

// AddNumbered is Add for an entry that carries its number: number puts it in. It returns the entry with it.
func (j *Journal[T]) AddNumbered(entry T, bytes int64, number func(entry *T, n int64)) T {
	j.mu.Lock()
	defer j.mu.Unlock()
	number(&entry, j.added+1)
	j.addLocked(entry, bytes)
	return entry
}

// Replace puts an entry in the place of the one of that number. When that is no longer there, or the number is zero, it is
// AddNumbered: what has happened is not lost. An entry is replaced once.
func (j *Journal[T]) Replace(old int64, entry T, bytes int64, number func(entry *T, n int64)) T {
	j.mu.Lock()
	defer j.mu.Unlock()
	at := old - j.oldestLocked()
	if old == 0 || at < 0 || at >= int64(len(j.entries)) {
		number(&entry, j.added+1)
		j.addLocked(entry, bytes)
		return entry
	}
	number(&entry, old)
	j.bytes += bytes - j.entries[at].bytes
	j.entries[at] = sized[T]{&entry, bytes}
	j.turns++
	if len(j.replaced) >= 2*len(j.entries) { // most of them have been dropped
		j.replaced = slices.DeleteFunc(j.replaced, func(r replaced) bool { return r.number < j.oldestLocked() })
	}
	j.replaced = append(j.replaced, replaced{j.turns, old})
	j.changedLocked()
	return entry
}

// News is what a reader finds behind its cursor.
type News[T any] struct {
	Replaced []*T // entries that were replaced since, of those before the cursor
	Entries  []*T // new ones, oldest first
	End      Cursor
	// Oldest is the number of the oldest entry there still is: one more than the newest when there is none.
	Oldest int64
	// Changed is closed at the next change.
	Changed <-chan struct{}
}

// After returns what came after a cursor.
func (j *Journal[T]) After(c Cursor) News[T] {
	v := j.since(c)
	n := News[T]{Entries: v.entries, End: v.end, Oldest: v.oldest, Changed: v.changed}
	for _, e := range v.again {
		n.Replaced = append(n.Replaced, e.entry)
	}
	return n
}

// End is the cursor of a reader that has seen everything.
func (j *Journal[T]) End() Cursor {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Cursor{j.added, j.turns}
}

// At returns the entry of that number, and false when there is none, or none any more.
func (j *Journal[T]) At(number int64) (entry T, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := number - j.oldestLocked()
	if i < 0 || i >= int64(len(j.entries)) {
		return entry, false
	}
	return *j.entries[i].entry, true
}

// Wake lets everybody who waits for a change look again.
func (j *Journal[T]) Wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.changed)
	j.changed = make(chan struct{})
}
