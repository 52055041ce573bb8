package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/report"
	"github.com/fakecme/fakecme/contracts/drift"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/recordings/har"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	against []string
	dialect string
	failOn  drift.Severity
	output  report.Output
}

const diffLong = `Says in what recordings, the contract documents and this fake differ: field by field,
how bad it is for a client, and what to do.

  fakecme diff                 the fake against the contract
  fakecme diff PATH            recordings against the contract and the fake
  fakecme diff OLD NEW         new recordings against old ones, the contract and the fake

A PATH is a recording or a folder of them. Recordings and the fake are compared by the
shape of their responses: the fields, their types, and the form of their texts. Values
are not compared. The responses of the fake come from the scenario suite of "fakecme
verify", run against a fake that lives only for this; nothing else is called.

breaking: a client that reads the response as expected fails. risky: a client may fail,
if it is strict or accepts only known values. cosmetic: no client should notice.

Ends with status 0 when nothing is as bad as --fail-on, 1 when something is, 3 when
nothing could be compared, and 2 when a flag or file is wrong.`

func newDiffCommand(env *command.Environment) *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff [OLD] [PATH]",
		Short: "Say in what recordings, contract and fake differ",
		Long:  diffLong,
		Example: `  fakecme diff
  fakecme diff recorded
  fakecme diff session.har recorded --against contract --fail-on breaking --format junit --out drift.xml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 2 {
				return command.Wrong(cmd, "there are %d paths; give one, or an old and a new one", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, env, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.AddPlain(flags, &f.against, "against", "contract,fake", "compare recordings with: contract, fake or both", option.NewKind("names", parseSides))
	option.AddPlain(flags, &f.dialect, "dialect", "any", "dialect of the fake: original, current or any", option.NewKind("name", parseAnyDialect))
	option.AddPlain(flags, &f.failOn, "fail-on", "risky", "the least that is status 1: breaking, risky or cosmetic", severity)
	f.output.Add(flags)
	return cmd
}

var severity = option.NewKind("severity", parseSeverity)

func parseSides(text string) ([]string, error) {
	sides := strings.Split(text, ",")
	for _, s := range sides {
		if s != "contract" && s != "fake" {
			return nil, fmt.Errorf("%q is neither contract nor fake", s)
		}
	}
	return sides, nil
}

func parseAnyDialect(text string) (string, error) {
	if text == "any" {
		return text, nil
	}
	_, err := option.ParseDialect(text)
	return text, err
}

func parseSeverity(text string) (drift.Severity, error) {
	if s := drift.Severity(text); slices.Contains(drift.Severities(), s) {
		return s, nil
	}
	return "", fmt.Errorf("%q is no severity; there are breaking, risky and cosmetic", text)
}

func (f *diffFlags) run(cmd *cobra.Command, env *command.Environment, paths []string) error {
	sides := make([]*drift.Side, 0, len(paths)) // the newest last
	for _, path := range paths {
		archives, err := har.ReadFiles(path)
		if err != nil {
			return command.Wrong(cmd, "%v", err)
		}
		side, err := drift.NewSide(path, archives...)
		if err != nil {
			return &command.Failure{Status: command.StatusUnjudged, Text: cmd.CommandPath() + ": " + strings.TrimPrefix(err.Error(), "diff: ")}
		}
		sides = append(sides, side)
	}
	out, err := f.output.Open(cmd)
	if err != nil {
		return err
	}
	defer out.Close()
	var r diffReport
	if len(sides) == 2 {
		r.addNearest(sides[:1], sides[1])
	}
	if err := r.add(cmd.Context(), f, sides); err != nil {
		return command.Failed(cmd, "%v", err)
	}
	if err := out.Write(cmd, env, r); err != nil {
		return err
	}
	return r.verdict(f.failOn)
}

// add compares the newest recordings with the contract and the fake; without recordings, the fake
// with the contract.
func (r *diffReport) add(ctx context.Context, f *diffFlags, sides []*drift.Side) error {
	withFake := slices.Contains(f.against, "fake") || len(sides) == 0
	var own *drift.Side
	var dialects []*drift.Side
	if withFake {
		var err error
		if own, dialects, err = fakeSides(ctx, f.dialect); err != nil {
			return err
		}
	}
	if len(sides) == 0 {
		r.addContract(own)
		return nil
	}
	newest := sides[len(sides)-1]
	if slices.Contains(f.against, "contract") {
		r.addContract(newest)
	}
	if withFake {
		r.addNearest(dialects, newest)
	}
	return nil
}

// fakeSides runs the scenario suite against a fake of its own, in one dialect or in each. The side all has the responses
// of every dialect.
func fakeSides(ctx context.Context, dialect string) (all *drift.Side, dialects []*drift.Side, err error) {
	watch := &drift.Watch{}
	for _, d := range fake.Dialects() {
		if dialect != "any" && d.Name != dialect {
			continue
		}
		one, err := watchDialect(ctx, d, watch)
		if err != nil {
			return nil, nil, err
		}
		dialects = append(dialects, one)
	}
	all = watch.Side("fake")
	all.IsFake = true
	return all, dialects, ctx.Err()
}

// watchDialect returns the responses of a fake of one dialect to the suite. The watch all sees them too.
func watchDialect(ctx context.Context, d fake.Dialect, all *drift.Watch) (*drift.Side, error) {
	srv, err := fake.New(fake.Config{Fixtures: fixtures.Demo(), Dialect: d, SAAS: true})
	if err != nil {
		return nil, err
	}
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		return nil, err
	}
	defer srv.Close()
	all.Transport = srv.Transport()
	one := &drift.Watch{Transport: all}
	target := verify.Target{URL: srv.URL, Does: verify.DoesDestroy, Client: &http.Client{Transport: one}, Timeout: time.Hour} // it is in this process
	if _, err := target.Verify(ctx); err != nil {
		return nil, err
	}
	side := one.Side("fake")
	side.IsFake = true
	return side, nil
}

// diffReport is the result of diff: the comparison of one pair of sides after the other.
type diffReport struct {
	Pairs []comparison `json:"pairs"`
}

// comparison is that of two sides.
type comparison struct {
	Expected    string             `json:"expected"`
	Actual      string             `json:"actual"`
	Calls       int                `json:"calls"` // of the actual side
	Differences []drift.Difference `json:"differences"`
	NotCompared []string           `json:"notCompared"`
}

func (r *diffReport) addContract(side *drift.Side) {
	r.Pairs = append(r.Pairs, comparison{"contract", side.Name, side.Calls(), drift.AgainstContract(side), []string{}})
}

// addNearest compares with the nearest of the expected sides, which have the same name.
func (r *diffReport) addNearest(expected []*drift.Side, actual *drift.Side) {
	differences, not := drift.CompareNearest(expected, actual)
	r.Pairs = append(r.Pairs, comparison{expected[0].Name, actual.Name, actual.Calls(), append([]drift.Difference{}, differences...), append([]string{}, not...)})
}

func (r diffReport) verdict(failOn drift.Severity) error {
	for _, p := range r.Pairs {
		if slices.ContainsFunc(p.Differences, func(d drift.Difference) bool { return d.Severity.AtLeast(failOn) }) {
			return &command.Failure{Status: command.StatusFailed}
		}
	}
	return nil
}

func (r diffReport) In(form report.Form) (string, error) {
	switch form {
	case report.JSON:
		return command.Indented(r)
	case report.JUnit:
		return report.InJUnit(r.junit()...)
	}
	return r.text(), nil
}

func (r diffReport) text() string {
	var b strings.Builder
	for _, p := range r.Pairs {
		fmt.Fprintf(&b, "%s, compared with %s: ", p.Actual, p.Expected)
		if len(p.Differences) == 0 {
			fmt.Fprintf(&b, "no difference in %d calls\n", p.Calls)
		} else {
			fmt.Fprintf(&b, "%s in %d calls\n", bySeverity(p.Differences), p.Calls)
		}
		do := ""
		for i, d := range p.Differences {
			fmt.Fprintf(&b, "  %s\n", command.OneLine(d.String()))
			if do = d.Do; i == len(p.Differences)-1 || p.Differences[i+1].Do != do {
				fmt.Fprintf(&b, "    what to do: %s\n", do)
			}
		}
		if len(p.NotCompared) > 0 {
			fmt.Fprintf(&b, "  not compared, because only one side has them: %d outcomes of operations (--format json lists them)\n", len(p.NotCompared))
		}
	}
	return b.String()
}

// bySeverity says how many differences have each severity.
func bySeverity(differences []drift.Difference) string {
	var parts []string
	for _, s := range drift.Severities() {
		n := 0
		for _, d := range differences {
			if d.Severity == s {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

// junit returns a case for each pair and severity, so that CI shows which one is new.
func (r diffReport) junit() []report.Suite {
	var suites []report.Suite
	for _, p := range r.Pairs {
		suite := report.Suite{Name: p.Actual + ", compared with " + p.Expected}
		for _, s := range drift.Severities() {
			c := report.Case{Class: "diff", Name: "no " + string(s) + " difference"}
			for _, d := range p.Differences {
				if d.Severity == s {
					c.Failure += d.String() + "; " + d.Do + "\n"
				}
			}
			suite.Cases = append(suite.Cases, c)
		}
		suites = append(suites, suite)
	}
	return suites
}
