package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/contracts/drift"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
)

// session is one recording while it is made.
type session struct {
	file     string
	recorder *recordings.Recorder
	diff     *liveDiff // nil when nothing is compared

	mu      sync.Mutex // guards the file and the fields up to the blank line
	calls   int        // how many came in
	pending int        // how many of them came in since the file was written
	written bool       // whether the file was written
	failure error      // why the file could not be written the last time

	out     sync.Mutex // guards the fields below; whoever holds mu may lock it
	stderr  io.Writer
	skipped int // how many calls are not recorded
	unsafe  int // how many of them cannot be made safe
}

func (s *session) say(format string, args ...any) {
	s.out.Lock()
	defer s.out.Unlock()
	_, _ = fmt.Fprintf(s.stderr, format+"\n", args...)
}

// skip says which call is not recorded. It does not show the query, which holds a secret.
func (s *session) skip(c har.Call, why error) {
	s.out.Lock()
	s.skipped++
	if errors.Is(why, recordings.ErrUnsafe) {
		s.unsafe++
	}
	s.out.Unlock()
	if of := (*url.Error)(nil); errors.As(why, &of) { // it shows the address with the query
		why = of.Err
	}
	s.say("not recorded: %s: %s", command.OneLine(recordings.Shown(c)), command.OneLine(why.Error()))
}

// writesAtLeast bounds the part of a recording that a crash may lose: one in so many calls.
const writesAtLeast = 20

// keep writes the file when enough calls have come in since the last time.
func (s *session) keep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.pending++
	if s.pending >= max(1, s.calls/writesAtLeast) {
		s.writeLocked()
	}
}

func (s *session) writeLocked() {
	s.pending = 0
	a, err := s.recorder.Archive(filepath.Base(s.file))
	if err == nil && (len(a.Log.Entries) > 0 || s.written) {
		err = har.WriteFile(s.file, a)
		s.written = s.written || err == nil
		if s.diff != nil {
			s.diff.reportNewLocked(s, a)
		}
	}
	if err != nil && (s.failure == nil || s.failure.Error() != err.Error()) {
		s.say("not written: %s", command.OneLine(err.Error()))
	}
	s.failure = err
}

// finish writes the file for the last time, and says what was recorded.
func (s *session) finish(cmd *cobra.Command, env *command.Environment) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.recorder.Archive(filepath.Base(s.file))
	switch {
	case err != nil:
		return command.Failed(cmd, "%s was not written: %s", command.OneLine(s.file), command.OneLine(err.Error()))
	case len(a.Log.Entries) == 0 && s.written: // what looked safe at first
		if err := os.Remove(s.file); err != nil {
			return command.Failed(cmd, "%v", err)
		}
		return command.Failed(cmd, "nothing was recorded that can be made safe, so %s was removed", command.OneLine(s.file))
	case len(a.Log.Entries) == 0:
		return command.Failed(cmd, "nothing was recorded, so nothing was written")
	}
	if err := har.WriteFile(s.file, a); err != nil {
		return command.Failed(cmd, "%s was not written: %s", command.OneLine(s.file), command.OneLine(err.Error()))
	}
	s.say("recorded %s in %s; %s", command.Counted(len(a.Log.Entries), "call"), command.OneLine(s.file), countPlaceholders(a))
	skipped, unsafe := s.notRecorded()
	if skipped > 0 {
		s.say("not recorded: %s; see above", command.Counted(skipped, "call"))
	}
	if s.diff != nil {
		if err := s.diff.finishLocked(cmd, env, s, a); err != nil {
			return err
		}
	}
	switch {
	case unsafe > 0:
		return command.Failed(cmd, "%s cannot be made safe; see above", command.Counted(unsafe, "call"))
	case skipped > 0 && s.diff != nil:
		return &command.Failure{
			Status: command.StatusUnjudged,
			Text:   cmd.CommandPath() + ": not compared: " + command.Counted(skipped, "call") + ", because not recorded",
		}
	}
	return nil
}

// notRecorded returns how many calls are not recorded, and how many of them because they cannot be made safe.
func (s *session) notRecorded() (skipped, unsafe int) {
	s.out.Lock()
	defer s.out.Unlock()
	return s.skipped, s.unsafe
}

// liveDiff compares a recording while it is made. It sees the recording without secrets only. Its methods are called while
// the session is locked.
type liveDiff struct {
	failOn   drift.Severity
	fake     []*drift.Side   // the responses of the fake, in each dialect
	reported map[string]bool // differences that stand on stderr already
}

// newLiveDiff asks the fake before anything is recorded, so that nobody waits at the end.
func newLiveDiff(ctx context.Context, failOn drift.Severity) (*liveDiff, error) {
	_, dialects, err := fakeSides(ctx, "any")
	return &liveDiff{failOn: failOn, fake: dialects, reported: map[string]bool{}}, err
}

// reportNewLocked writes each difference from the contract when it is first seen. The differences from the fake can change with
// each call, and are reported at the end.
func (d *liveDiff) reportNewLocked(s *session, a *har.Archive) {
	side, err := drift.NewSide(s.file, a)
	if err != nil {
		s.say("not compared: %s", command.OneLine(err.Error()))
		return
	}
	for _, found := range drift.AgainstContract(side) {
		first := found
		first.Where, first.Times = "", 0
		if line := first.String(); !d.reported[line] {
			d.reported[line] = true
			s.say("differs from the contract: %s", command.OneLine(found.String()))
		}
	}
}

// finishLocked writes the report, and judges.
func (d *liveDiff) finishLocked(cmd *cobra.Command, env *command.Environment, s *session, a *har.Archive) error {
	side, err := drift.NewSide(s.file, a)
	if err != nil {
		return &command.Failure{Status: command.StatusUnjudged, Text: cmd.CommandPath() + ": " + command.OneLine(err.Error())}
	}
	var r diffReport
	r.addContract(side)
	r.addNearest(d.fake, side)
	if err := env.Print(cmd, r.text()); err != nil {
		return err
	}
	return r.verdict(d.failOn)
}
