package main

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/recordings"
)

// session is one recording that is being made.
type session struct {
	p        *program
	file     string
	recorder *recordings.Recorder
	diff     *liveDiff // nil when nothing is compared

	mu      sync.Mutex // guards everything below, and what is written to stderr
	calls   int        // that came in
	pending int        // of them, since the file was written
	left    int        // calls that were left out
	broken  error      // why the file could not be written the last time
}

func (s *session) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sayLocked(format, args...)
}

func (s *session) sayLocked(format string, args ...any) {
	_, _ = fmt.Fprintf(s.p.stderr, format+"\n", args...)
}

// skipped says which call is not recorded. Its query, which holds a secret, is not shown.
func (s *session) skipped(c recordings.Call, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left++
	s.sayLocked("not recorded: %s %s://%s%s: %s", oneLine(c.Method), c.URL.Scheme, c.URL.Host, oneLine(c.URL.EscapedPath()), oneLine(cause(why)))
}

// cause is an error without the address of the call in it.
func cause(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

// mostLost is the part of a recording that a crash may lose: one in so many calls.
const mostLost = 20

// kept writes the file when enough calls have come in since the last time.
func (s *session) kept() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.pending++
	if s.pending >= max(1, s.calls/mostLost) {
		s.writeLocked()
	}
}

func (s *session) writeLocked() {
	s.pending = 0
	a, err := s.recorder.Archive(filepath.Base(s.file))
	if err == nil && len(a.Log.Entries) > 0 {
		if err = recordings.WriteFile(s.file, a); s.diff != nil {
			s.diff.tell(s, a)
		}
	}
	if err != nil && (s.broken == nil || s.broken.Error() != err.Error()) {
		s.sayLocked("not written: %s", oneLine(err.Error()))
	}
	s.broken = err
}

// finish writes what is not written yet, and says what there is.
func (s *session) finish(cmd *cobra.Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.recorder.Archive(filepath.Base(s.file))
	switch {
	case err != nil:
		return failed(cmd, "%s was not written: %s", oneLine(s.file), oneLine(err.Error()))
	case len(a.Log.Entries) == 0:
		return failed(cmd, "nothing was recorded, so nothing was written")
	}
	if err := recordings.WriteFile(s.file, a); err != nil {
		return failed(cmd, "%s was not written: %s", oneLine(s.file), oneLine(err.Error()))
	}
	s.sayLocked("recorded %s in %s; %s", counted(len(a.Log.Entries), "call"), oneLine(s.file), redacted(a))
	if s.left > 0 {
		s.sayLocked("not recorded: %s; see above", counted(s.left, "call"))
	}
	if s.diff != nil {
		return s.diff.finish(cmd, s, a)
	}
	return nil
}
