package settings

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/lint"
)

// Replay says which recordings the fake replays.
type Replay struct {
	Strict bool // for the command replay: a call that was not recorded is rejected

	path    string        // of a file or a folder; empty for no replay
	repeat  string        // a key of repeats
	expire  time.Duration // 0: recordings never get too old
	mustUse bool

	config  fake.Replay // made by read
	calls   int
	unknown int // calls that no operation documents
	files   int
}

var repeats = map[string]recordings.Repeat{"once": recordings.Once, "last": recordings.Last, "loop": recordings.Loop}

func (r *Replay) add(flags *pflag.FlagSet) {
	option.Add(flags, &r.path, "replay", "", "folder or file of recordings to replay before the fake responds", option.File)
	option.Add(flags, &r.repeat, "repeat", "once", "how often a recorded response is used: once, last or loop",
		option.OneOf("name", "policy", "once", "last", "loop"))
	option.Add(flags, &r.expire, "expire", "", "do not start with recordings older than this, such as 90d", option.Age)
	option.Add(flags, &r.mustUse, "must-use", "", "exit with 1 when recordings were left unused", option.Switch)
}

// read reads the recordings, and judges their age.
func (r *Replay) read(cmd *cobra.Command, now time.Time) error {
	if r.path == "" {
		return r.checkUnused(cmd)
	}
	bad := func(err error) error {
		var lines []string
		for line := range strings.SplitSeq(err.Error(), "\n") {
			lines = append(lines, option.Origin(cmd, "replay")+": "+line)
		}
		return command.Misuse(strings.Join(lines, "\n"))
	}
	archives, err := har.ReadFiles(r.path)
	if err != nil {
		return bad(err)
	}
	if r.expire > 0 {
		if err := har.CheckAge(now, r.expire, archives...); err != nil {
			return bad(err)
		}
	}
	library, err := recordings.NewLibrary(repeats[r.repeat], archives...)
	if err != nil {
		return bad(err)
	}
	r.config = fake.Replay{Library: library, Mixed: !r.Strict, MustUse: r.mustUse}
	r.files, r.calls, r.unknown = len(archives), 0, 0
	for _, a := range archives {
		r.calls += len(a.Log.Entries)
		for i := range a.Log.Entries {
			if OperationOf(&a.Log.Entries[i]) == "" {
				r.unknown++
			}
		}
	}
	return nil
}

// OperationOf returns the operation of a recorded call, or "" when no operation is documented or a body is missing.
func OperationOf(e *har.Entry) string {
	c, err := e.Call()
	if err != nil {
		return ""
	}
	o, _ := lint.OperationOf(c)
	return o.ID
}

// checkUnused rejects flags that have no effect without recordings.
func (r *Replay) checkUnused(cmd *cobra.Command) error {
	switch {
	case r.Strict:
		return command.Wrong(cmd, "which recordings? write %s DIR", cmd.CommandPath())
	case r.mustUse:
		return command.Wrong(cmd, "--must-use: there are no recordings to use; name them with --replay")
	case r.expire > 0 && cmd.Flags().Changed("expire"): // a variable may be meant for lint
		return command.Wrong(cmd, "--expire: there are no recordings to judge; name them with --replay")
	}
	return nil
}

// Welcome says what is replayed.
func (r *Replay) Welcome() string {
	if r.path == "" {
		return ""
	}
	others := "the fake answers calls that were not recorded"
	if r.Strict {
		others = "a call that was not recorded is rejected with status 404, and is a finding"
	}
	if r.unknown > 0 {
		others += fmt.Sprintf("\nnever replayed, because no operation is documented or a body is missing: %s; see fakecme recordings lint",
			command.Counted(r.unknown, "call"))
	}
	return fmt.Sprintf("replays %s of %s at %s; %s\n", command.Counted(r.calls, "call"), command.Counted(r.files, "recording"), command.OneLine(r.path), others)
}

// maxUnused is how many unused recordings are listed.
const maxUnused = 20

// Judge lists on stderr, at the end, the recorded calls that were not used. It fails when that or a call that was not
// recorded counts.
func (r *Replay) Judge(cmd *cobra.Command, srv *fake.Server, stderr io.Writer) error {
	unused := srv.Unused()
	for _, line := range unused[:min(len(unused), maxUnused)] {
		_, _ = fmt.Fprintf(stderr, "unused: %s\n", command.OneLine(line))
	}
	if more := len(unused) - maxUnused; more > 0 {
		_, _ = fmt.Fprintf(stderr, "unused: and %s\n", command.Counted(more, "more recorded call"))
	}
	missed := 0
	for _, f := range srv.Findings() {
		if f.Diagnosis.Code == "replay.miss" {
			missed += f.Times
		}
	}
	switch {
	case r.Strict && missed > 0:
		return command.Failed(cmd, "not recorded: %s; see above", command.Counted(missed, "call"))
	case r.mustUse && len(unused) > 0:
		return command.Failed(cmd, "--must-use: not used: %s; see above", command.Counted(len(unused), "recorded call"))
	}
	return nil
}
