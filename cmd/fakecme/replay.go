package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/recordings"
)

// replaySettings say which recordings answer before the fake does.
type replaySettings struct {
	path    string // of a file or a folder; empty for no replay
	repeat  recordings.Repeat
	expire  time.Duration // 0: recordings never get too old
	mustUse bool
	strict  bool // the command replay: what was not recorded is rejected

	config  fake.Replay // what read makes of it
	calls   int
	unknown int // calls that no operation documents
	files   int
}

func (r *replaySettings) add(flags *pflag.FlagSet) {
	add(flags, &r.path, "replay", "", "folder or file of recordings, which response first", asFile)
	add(flags, &r.repeat, "repeat", "once", "recorded responses that are used up: once, last or loop", asRepeat)
	add(flags, &r.expire, "expire", "", "reject to start with recordings older than this, such as 90d", asAge)
	add(flags, &r.mustUse, "must-use", "", "exit with 1 when recordings were left unused", asSwitch)
}

var (
	asRepeat = kind[recordings.Repeat]{"name", parseRepeat}
	asAge    = kind[time.Duration]{"duration", parseAge}
)

var repeats = []string{"once", "last", "loop"}

// parseRepeat takes once, last or loop.
func parseRepeat(text string) (recordings.Repeat, error) {
	for i, repeat := range []recordings.Repeat{recordings.Once, recordings.Last, recordings.Loop} {
		if repeats[i] == text {
			return repeat, nil
		}
	}
	return 0, fmt.Errorf("there is no policy %q; %s", text, meant(text, "", repeats))
}

// parseAge takes days, or what parseSpan takes.
func parseAge(text string) (time.Duration, error) {
	const most = 100_000 // days: a duration holds little more
	number, inDays := strings.CutSuffix(text, "d")
	n, err := strconv.ParseUint(number, 10, 32)
	switch {
	case inDays && err == nil && n > 0 && n <= most:
		return time.Duration(n) * 24 * time.Hour, nil
	case inDays:
		return 0, fmt.Errorf("%q is not an age; write days such as 90d, or a duration such as 36h", text)
	}
	if _, err := time.ParseDuration(text); err != nil {
		return 0, fmt.Errorf("%q is not an age; write days such as 90d, or a duration such as 36h", text)
	}
	return parseSpan(text)
}

// read reads the recordings, and judges their age.
func (r *replaySettings) read(cmd *cobra.Command, now time.Time) error {
	if r.path == "" {
		return r.without(cmd)
	}
	bad := func(err error) error {
		var lines []string
		for line := range strings.SplitSeq(err.Error(), "\n") {
			lines = append(lines, originOf(cmd, "replay")+": "+line)
		}
		return &failure{statusUsage, strings.Join(lines, "\n")}
	}
	archives, err := recordings.ReadFiles(r.path)
	if err != nil {
		return bad(err)
	}
	if r.expire > 0 {
		if err := recordings.CheckAge(now, r.expire, archives...); err != nil {
			return bad(err)
		}
	}
	library, err := recordings.NewLibrary(r.repeat, archives...)
	if err != nil {
		return bad(err)
	}
	r.config = fake.Replay{Library: library, Mixed: !r.strict, MustUse: r.mustUse}
	r.files, r.calls, r.unknown = len(archives), 0, 0
	for _, a := range archives {
		r.calls += len(a.Log.Entries)
		for i := range a.Log.Entries {
			if operationName(&a.Log.Entries[i]) == "?" {
				r.unknown++
			}
		}
	}
	return nil
}

// without rejects settings that would do nothing.
func (r *replaySettings) without(cmd *cobra.Command) error {
	switch {
	case r.strict:
		return wrong(cmd, "which recordings? write %s DIR", cmd.CommandPath())
	case r.mustUse:
		return wrong(cmd, "--must-use: there are no recordings to use; name them with --replay")
	case r.expire > 0 && cmd.Flags().Changed("expire"): // a variable may be meant for lint
		return wrong(cmd, "--expire: there are no recordings to judge; name them with --replay")
	}
	return nil
}

// welcome says what is replayed.
func (r *replaySettings) welcome() string {
	if r.path == "" {
		return ""
	}
	then := "the fake answers what was not recorded"
	if r.strict {
		then = "what was not recorded is rejected with status 404, and is a finding"
	}
	if r.unknown > 0 {
		then += fmt.Sprintf("\nnever replayed, since no operation is documented or a body is missing: %s; see fakecme recordings lint", counted(r.unknown, "call"))
	}
	return fmt.Sprintf("replays %s of %s at %s; %s\n", counted(r.calls, "call"), counted(r.files, "recording"), oneLine(r.path), then)
}

// mostUnused is how many unused recordings are listed.
const mostUnused = 20

// judge says at the end what was not used, and what was missed.
func (r *replaySettings) judge(cmd *cobra.Command, srv *fake.Server, stderr io.Writer) error {
	unused := srv.Unused()
	for _, line := range unused[:min(len(unused), mostUnused)] {
		_, _ = fmt.Fprintf(stderr, "unused: %s\n", oneLine(line))
	}
	if more := len(unused) - mostUnused; more > 0 {
		_, _ = fmt.Fprintf(stderr, "unused: and %s\n", counted(more, "more recorded call"))
	}
	missed := 0
	for _, f := range srv.Findings() {
		if f.Diagnosis.Code == "replay.miss" {
			missed += f.Times
		}
	}
	switch {
	case r.strict && missed > 0:
		return failed(cmd, "%s not recorded; see above", wereNot(missed, "call"))
	case r.mustUse && len(unused) > 0:
		return failed(cmd, "--must-use: %s not used; see above", wereNot(len(unused), "recorded call"))
	}
	return nil
}

// wereNot begins a sentence about several things or one.
func wereNot(n int, what string) string {
	if n == 1 {
		return "1 " + what + " was"
	}
	return fmt.Sprintf("%d %ss were", n, what)
}

const replayLong = `Serves recordings until Ctrl-C or SIGTERM: a folder of HAR files that "fakecme record" or
"fakecme import har" wrote, or one such file. All flags are those of "fakecme serve".

Signatures, tickets and tokens are today's and are verified for real; a wrong one gets the
failure of the fake. A recorded login hands out a ticket or a token of today in place of
the recorded one, and what the recording shows that the service repeated, the answer
repeats. Equal calls get their answers in the order in which they were recorded;
parameters that always change (random, currentTimeStamp, timestamp, t) do not matter, and
neither do secrets.

A call that was not recorded gets status 404 with the recording that comes closest and the
difference, is a finding, and makes the exit status 1. To let the fake answer such calls
as it does without recordings, write "fakecme serve --replay DIR". Each tenant begins at
the first recorded call, and so does a tenant after POST /_fakecme/reset.

At the end the recorded calls that were not used are listed. Recordings older than
--expire end it at the start, with status 2.

` + environmentHelp

func (p *program) replayCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "replay [DIR]",
		Short: "Serve recordings, and nothing else",
		Long:  replayLong,
		Example: `  fakecme replay recorded
  fakecme replay recorded/login.har --repeat last --expire 90d --must-use
  fakecme serve --replay recorded`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrong(cmd, "it takes one folder or file; put the recordings into one folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s.replay.strict = true
			if len(args) == 1 {
				flag := cmd.Flags().Lookup("replay")
				setOrigin(flag, cmd.CommandPath())
				if err := flag.Value.Set(args[0]); err != nil {
					return wrong(cmd, "%v", err)
				}
			}
			return p.serve(cmd, &s)
		},
	}
	s.add(cmd.Flags())
	return cmd
}
