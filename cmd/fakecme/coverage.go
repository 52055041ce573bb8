package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/report"
	"github.com/fakecme/fakecme/fake/coverage"
)

const coverageLong = `Prints which parts of the contracts your tests have covered, and which not: operations,
errors, fields of requests, documented values of those fields, and documented values in
responses, such as the states of a task.

It adds up the files of a directory, into which every fake writes when it ends, of any
number of processes: let FAKECME_COVERAGE_DIR name the same directory, empty at the
start, for the tests and for this command. With --url it asks a running fake instead.

The parts that a source knows (documented, example, vendor-client) count. Assumed parts
stand apart, and count with --assumed only. An error that all operations of a service or
of a credential share counts once. An error that only a fault provokes counts too, and is
marked as such. Fields and values count when the request kept the contract; values in
responses count where responses are checked: in Go tests, and with serve --self-check. The
parts of a multipart request are not counted.

When a minimum is missed the status is 1, and a line says what is missing. A fake that was
killed, or has not ended yet, is named: nobody knows what it has covered, so that no
minimum is met then.

` + option.EnvironmentHelp

// coverageVariable is the variable of --dir. The fake reads it too.
const coverageVariable = "FAKECME_COVERAGE_DIR"

// coverageFlags are the flags of coverage.
type coverageFlags struct {
	dir, url string
	output   report.Output
	services []string
	assumed  bool
	minimum  map[string]*percentage // by kind
}

// percentage is a minimum, and its text as it was written.
type percentage struct {
	text  string
	value float64
}

func newCoverageCommand(env *command.Environment) *cobra.Command {
	f := coverageFlags{minimum: map[string]*percentage{}}
	cmd := &cobra.Command{
		Use:   "coverage",
		Short: "Print which parts of the contracts your tests have covered",
		Long:  coverageLong,
		Example: `  fakecme coverage --url http://127.0.0.1:11560 --format json
  fakecme coverage --dir coverage
  fakecme coverage --dir coverage --service opencme --min-operations 100% --min-errors 80%
  fakecme coverage --dir coverage --format html --out coverage.html`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, env) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.AddNamed(flags, &f.dir, "dir", coverageVariable, "", "directory with the files of fakes that have ended", option.File)
	option.Add(flags, &f.url, "url", "", "address of a running fake, or host:port", option.FakeURL)
	f.output.Add(flags, report.HTML)
	option.AddPlain(flags, &f.services, "service", "", "only these services, such as webpaas,h5ds", option.Services)
	option.AddPlain(flags, &f.assumed, "assumed", "", "count assumed parts too", option.Switch)
	for _, kind := range coverage.Kinds() {
		f.minimum[kind] = &percentage{}
		option.Add(flags, f.minimum[kind], "min-"+kind, "", "how much of the "+titles[kind]+" must be covered", option.NewKind("percent", parsePercentage))
	}
	return cmd
}

// parsePercentage rejects 0: a check that cannot fail is none.
func parsePercentage(text string) (percentage, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !(n > 0 && n <= 100) {
		return percentage{}, fmt.Errorf("%q is not a percentage above 0; write one such as 80%%", text)
	}
	return percentage{strings.TrimSuffix(text, "%") + "%", n}, nil
}

func (f *coverageFlags) run(cmd *cobra.Command, env *command.Environment) error {
	covered, from, unfinished, err := f.read(cmd)
	if err != nil {
		return err
	}
	r := newCoverageReport(covered, from, unfinished, f.services, f.assumed)
	for _, kind := range coverage.Kinds() {
		if minimum := *f.minimum[kind]; minimum.text != "" && !r.check(kind, minimum) {
			return command.Wrong(cmd, "--min-%s: no source documents any for %s; leave it out, or count what is assumed with --assumed", kind, strings.Join(r.services, " and "))
		}
	}
	out, err := f.output.Open(cmd)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := out.Write(cmd, env, r); err != nil {
		return err
	}
	if missed := r.missed(); len(missed) > 0 {
		return command.Failed(cmd, "%s", strings.Join(missed, "; "))
	}
	if warning := r.unended(); warning != "" {
		_, _ = fmt.Fprintf(env.Stderr, "%s: %s\n", cmd.CommandPath(), command.OneLine(warning))
	}
	return nil
}

// read returns the coverage, the place it is from, and the runs that are missing in it. A flag on the command line wins
// over the variable of the other.
func (f *coverageFlags) read(cmd *cobra.Command) (covered coverage.Coverage, from string, unfinished []coverage.Run, err error) {
	dir, url := cmd.Flags().Changed("dir"), cmd.Flags().Changed("url")
	switch {
	case dir && !url:
		f.url = ""
	case url && !dir:
		f.dir = ""
	}
	switch {
	case f.dir == "" && f.url == "":
		return covered, "", nil, command.Wrong(cmd, "say where the coverage is: --dir (or %s) for the files of fakes that have ended, or --url for a running one", coverageVariable)
	case f.dir != "" && f.url != "":
		return covered, "", nil, command.Wrong(cmd, "give either --dir or --url")
	case f.url != "":
		covered, err = askCoverage(cmd.Context(), f.url)
		from = "the fake at " + f.url
	default:
		var runs coverage.Runs
		covered, runs, err = coverage.Read(f.dir)
		from, unfinished = command.Counted(runs.Ended, "file")+" in "+f.dir, runs.Unfinished
	}
	if err != nil {
		return covered, "", nil, command.Failed(cmd, "%v", err)
	}
	return covered, from, unfinished, nil
}

// coverageTimeout is for the whole call. It is long because a fake parses its contracts for the response.
const coverageTimeout = time.Minute

func askCoverage(ctx context.Context, base string) (coverage.Coverage, error) {
	ctx, cancel := context.WithTimeout(ctx, coverageTimeout)
	defer cancel()
	response, err := askFake(ctx, base, "/_fakecme/coverage")
	if err != nil {
		return coverage.Coverage{}, fmt.Errorf("ask %s: %w; does fakecme serve run there?", base, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return coverage.Coverage{}, fmt.Errorf("ask %s: %w", base, err)
	}
	if response.StatusCode != http.StatusOK {
		return coverage.Coverage{}, fmt.Errorf("ask %s: it answers %s; does fakecme serve run there?", base, response.Status)
	}
	c, err := coverage.Parse(text)
	if err != nil {
		return coverage.Coverage{}, fmt.Errorf("ask %s: %w", base, err)
	}
	return c, nil
}
