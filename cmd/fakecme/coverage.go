package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
)

const coverageLong = `Prints what of the contracts your tests have covered, and what they have not:
operations, failures, fields of requests, documented values of those fields, and
documented values in answers, such as the states of a task.

It adds the files of a directory, into which every fake writes when it ends, of any
number of processes: let FAKECME_COVERAGE_DIR name the same directory, empty at the
start, for the tests and for this command. With --url it asks a running fake instead.

What a source knows (documented, example, vendor-client) counts. What is assumed
stands apart, and counts with --assumed only. A failure that all operations of a
service or of a credential share counts once. A failure that only a fault provokes
counts too, and is named as such. Fields and values count when the request kept the
contract; values in answers where answers are checked: in Go tests, and with
serve --self-check. The parts of a multipart request are not counted.

A minimum that is missed ends it with status 1, and a line that says what is missing.

` + environmentHelp

// covering is what coverage is told.
type covering struct {
	dir, url string
	to       reporting
	services []string
	assumed  bool
	minimum  map[string]*percentage // by kind
}

// percentage is a minimum; the text is as it was written.
type percentage struct {
	text  string
	value float64
}

func (p *program) coverageCommand() *cobra.Command {
	c := covering{minimum: map[string]*percentage{}}
	cmd := &cobra.Command{
		Use:   "coverage",
		Short: "Print what of the contracts your tests have covered",
		Long:  coverageLong,
		Example: `  fakecme coverage --url http://127.0.0.1:11560 --format json
  fakecme coverage --dir coverage
  fakecme coverage --dir coverage --service opencme --min-operations 100% --min-errors 80%
  fakecme coverage --dir coverage --format html --out coverage.html`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.coverage(cmd, &c) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addAs(flags, &c.dir, "dir", coverageVariable, "", "directory with the files of fakes that have ended", asFile)
	add(flags, &c.url, "url", "", "address of a running fake; host:port will do", asFake)
	c.to.add(flags, reportHTML)
	addPlain(flags, &c.services, "service", "", "only these services, such as webpaas,h5ds", asServices)
	addPlain(flags, &c.assumed, "assumed", "", "count what is assumed too", asSwitch)
	for _, kind := range coverage.Kinds() {
		c.minimum[kind] = &percentage{}
		add(flags, c.minimum[kind], "min-"+kind, "", "how much of the "+titles[kind]+" must be covered", asPercentage)
	}
	return cmd
}

// coverageVariable is the one that the fake reads, too.
const coverageVariable = "FAKECME_COVERAGE_DIR"

// titles are the kinds in words.
var titles = map[string]string{
	coverage.Operations: "operations", coverage.Errors: "errors", coverage.Fields: "fields of requests",
	coverage.Values: "values in requests", coverage.Responses: "values in responses",
}

// addAs is add with a variable of another name.
func addAs[T any](flags *pflag.FlagSet, target *T, name, variable, byDefault, usage string, as kind[T]) {
	addPlain(flags, target, name, byDefault, usage+" ["+variable+"]", as)
	flags.Lookup(name).Annotations = map[string][]string{annotationVariable: {variable}}
}

var (
	asServices   = kind[[]string]{"names", parseServices}
	asPercentage = kind[percentage]{"percent", parsePercentage}
)

func parseServices(text string) ([]string, error) {
	names := strings.Split(text, ",")
	for _, name := range names {
		if !slices.Contains(contracts.Names(), name) {
			return nil, fmt.Errorf("there is no service %q; %s", name, meant(name, "", contracts.Names()))
		}
	}
	return names, nil
}

// parsePercentage rejects 0: a check that cannot fail is none.
func parsePercentage(text string) (percentage, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !(n > 0 && n <= 100) {
		return percentage{}, fmt.Errorf("%q is not a percentage above 0; write one such as 80%%", text)
	}
	return percentage{strings.TrimSuffix(text, "%") + "%", n}, nil
}

func (p *program) coverage(cmd *cobra.Command, c *covering) error {
	covered, from, err := c.read(cmd)
	if err != nil {
		return err
	}
	r := newCoverageReport(covered, from, c)
	if err := r.judge(cmd, c); err != nil {
		return err
	}
	out, err := c.to.open(cmd)
	if err != nil {
		return err
	}
	defer out.close()
	if err := p.write(cmd, out, r); err != nil {
		return err
	}
	if missed := r.missed(); len(missed) > 0 {
		return failed(cmd, "%s", strings.Join(missed, "; "))
	}
	return nil
}

// read gets the coverage, and says where it is from. A flag on the command line wins over the variable of the other.
func (c *covering) read(cmd *cobra.Command) (covered coverage.Coverage, from string, err error) {
	dir, url := cmd.Flags().Changed("dir"), cmd.Flags().Changed("url")
	switch {
	case dir && !url:
		c.url = ""
	case url && !dir:
		c.dir = ""
	}
	switch {
	case c.dir == "" && c.url == "":
		return covered, "", wrong(cmd, "say where the coverage is: --dir (or %s) for the files of fakes that have ended, or --url for a running one", coverageVariable)
	case c.dir != "" && c.url != "":
		return covered, "", wrong(cmd, "give either --dir or --url")
	case c.url != "":
		covered, err = askCoverage(cmd.Context(), c.url)
		from = "the fake at " + c.url
	default:
		var files int
		covered, files, err = coverage.Read(c.dir)
		from = counted(files, "file") + " in " + c.dir
	}
	if err != nil {
		return covered, "", failed(cmd, "%v", err)
	}
	return covered, from, nil
}

// coverageTimeout is for the whole call: a fake parses its contracts for it.
const coverageTimeout = 10 * time.Second

// askCoverage goes straight to the fake: a proxy of the environment is not asked.
func askCoverage(ctx context.Context, base string) (coverage.Coverage, error) {
	ctx, cancel := context.WithTimeout(ctx, coverageTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/_fakecme/coverage", nil)
	if err != nil {
		return coverage.Coverage{}, err
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
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
