package journal

// Entries are numbered in the order they were added, from 1 on. Clear does not begin anew.

// AddNumbered is Add for an entry that carries its number: number puts it in. It returns the entry with it.
func (j *Journal[T]) AddNumbered(entry T, bytes int64, number func(entry *T, n int64)) T {
	j.mu.Lock()
	defer j.mu.Unlock()
	number(&entry, j.added+1)
	j.addLocked(entry, bytes)
	return entry
}

// After returns the entries that came after the one of that number, oldest first, the number of
// the newest, and that of the oldest there still is: one more than the newest when there is none.
// The channel is closed at the next change.
func (j *Journal[T]) After(number int64) (entries []*T, newest, oldest int64, changed <-chan struct{}) {
	v := j.since(number)
	return v.entries, v.newest, v.oldest, v.changed
}

// At returns the entry of that number, and false when there is none, or none any more.
func (j *Journal[T]) At(number int64) (entry T, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := number - (j.added - int64(len(j.entries)) + 1)
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
