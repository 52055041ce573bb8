package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/contracts/drift"
	"github.com/fakecme/fakecme/recordings"
)

// liveDiff compares what is being recorded. It sees only what was made safe before.
type liveDiff struct {
	failOn drift.Severity
	fake   []*drift.Side   // what the fake answers, in each dialect
	told   map[string]bool // differences that stand on stderr already
}

// newLiveDiff asks the fake before anything is recorded: at the end, nobody wants to wait.
func newLiveDiff(ctx context.Context, failOn drift.Severity) (*liveDiff, error) {
	_, dialects, err := fakeSides(ctx, "any")
	return &liveDiff{failOn: failOn, fake: dialects, told: map[string]bool{}}, err
}

// tell says in what the recording so far differs from the contract, each difference when it is first seen. What it
// differs in from the fake can change with each call, and is told at the end. The session's lock is held.
func (d *liveDiff) tell(s *session, a *recordings.Archive) {
	side, err := drift.NewSide(s.file, a)
	if err != nil {
		s.sayLocked("not compared: %s", oneLine(err.Error()))
		return
	}
	for _, found := range drift.AgainstContract(side) {
		first := found
		first.Where, first.Times = "", 0
		if line := first.String(); !d.told[line] {
			d.told[line] = true
			s.sayLocked("differs from the contract: %s", oneLine(found.String()))
		}
	}
}

// finish writes the report, and judges. The session's lock is held.
func (d *liveDiff) finish(cmd *cobra.Command, s *session, a *recordings.Archive) error {
	side, err := drift.NewSide(s.file, a)
	if err != nil {
		return &failure{statusUnjudged, cmd.CommandPath() + ": " + oneLine(err.Error())}
	}
	var report diffReport
	report.contract(side)
	report.compare(d.fake, side)
	if err := s.p.print(cmd, report.text()); err != nil {
		return err
	}
	if err := report.verdict(d.failOn); err != nil || s.left == 0 {
		return err
	}
	return &failure{statusUnjudged, cmd.CommandPath() + ": not compared: " + counted(s.left, "call") + ", because not recorded"}
}
