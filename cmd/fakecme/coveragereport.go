package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
)

// coverageReport is a coverage, ready to be printed in any form.
type coverageReport struct {
	Coverage coverage.Coverage
	From     string
	Services []string
	Assumed  bool
	items    []coverage.Item
	checks   []minimum
}

// minimum is a share that was asked for, and what became of it.
type minimum struct {
	kind     string
	atLeast  percentage
	done, of int
	first    string // of what is missing
}

func newCoverageReport(c coverage.Coverage, from string, told *covering) *coverageReport {
	r := &coverageReport{Coverage: c, From: from, Services: told.services, Assumed: told.assumed}
	if len(r.Services) == 0 {
		r.Services = contracts.Names()
	}
	r.items = c.Items(r.Services...)
	return r
}

// judge measures the minimums. One of which nothing is documented could not fail, and is rejected.
func (r *coverageReport) judge(cmd *cobra.Command, told *covering) error {
	for _, kind := range coverage.Kinds() {
		atLeast := *told.minimum[kind]
		if atLeast.text == "" {
			continue
		}
		c := minimum{kind: kind, atLeast: atLeast}
		c.done, c.of = r.share(kind, "")
		if c.of == 0 {
			return wrong(cmd, "--min-%s: no source documents any for %s; leave it out, or count what is assumed with --assumed", kind, strings.Join(r.Services, " and "))
		}
		c.first = r.firstMissing(kind)
		r.checks = append(r.checks, c)
	}
	return nil
}

// firstMissing prefers what belongs to an operation that is called already.
func (r *coverageReport) firstMissing(kind string) string {
	var first string
	for _, i := range r.items {
		if i.Kind != kind || i.Times > 0 || i.Assumed && !r.Assumed {
			continue
		}
		if !i.Idle || kind == coverage.Operations {
			return place(i)
		}
		if first == "" {
			first = place(i)
		}
	}
	return first
}

// share is how much of a kind was covered, of a service or of all that are wanted.
func (r *coverageReport) share(kind, service string) (done, of int) {
	services := r.Services
	if service != "" {
		services = []string{service}
	}
	covered, assumed := r.Coverage.Sum(services...)
	done, of = covered.Of(kind)
	if r.Assumed {
		moreDone, moreOf := assumed.Of(kind)
		done, of = done+moreDone, of+moreOf
	}
	return done, of
}

// failure says by how much a minimum is missed; empty when it is met.
func (c minimum) failure() string {
	needed := int(math.Ceil(float64(c.of)*c.atLeast.value/100 - 1e-9))
	if c.done >= needed {
		return ""
	}
	return fmt.Sprintf("%s: %s (%d of %d) is less than --min-%s %s by %d; missing first: %s",
		titles[c.kind], percent(c.done, c.of), c.done, c.of, c.kind, c.atLeast.text, needed-c.done, c.first)
}

func (r *coverageReport) missed() []string {
	var lines []string
	for _, c := range r.checks {
		if f := c.failure(); f != "" {
			lines = append(lines, f)
		}
	}
	return lines
}

// place is where an item stands, and its name.
func place(i coverage.Item) string {
	switch {
	case i.Kind == coverage.Operations:
		return i.Name
	case i.Operation == "":
		return "any operation of " + i.Service + " " + i.Name + note(i)
	}
	return i.Operation + " " + i.Name + note(i)
}

// note marks what cannot be had in the usual way.
func note(i coverage.Item) string {
	if i.ByFault {
		return ", which only a fault provokes"
	}
	return ""
}

// percent never rounds up to 100, nor down to 0.
func percent(done, of int) string {
	if of == 0 {
		return "-"
	}
	tenths := math.Floor(float64(done)*1000/float64(of)) / 10
	if done > 0 {
		tenths = max(tenths, 0.1)
	}
	return fmt.Sprintf("%.1f%%", tenths)
}

// missing are the items of an operation, or the common errors of a service when it is "", that were not covered.
func (r *coverageReport) missing(service, operation string, assumed bool) []coverage.Item {
	return slices.DeleteFunc(slices.Clone(r.items), func(i coverage.Item) bool {
		return i.Service != service || i.Operation != operation || i.Times > 0 || i.Assumed != assumed
	})
}

func (r *coverageReport) in(form reportForm) (string, error) {
	switch form {
	case reportJSON:
		return r.json()
	case reportJUnit:
		return r.junit()
	case reportHTML:
		return r.html()
	}
	return r.text(), nil
}

// json is the form of the admin API and of the files, of the services that are wanted.
func (r *coverageReport) json() (string, error) {
	c := r.Coverage
	c.Operations = slices.DeleteFunc(slices.Clone(c.Operations), func(o coverage.Operation) bool {
		return !slices.Contains(r.Services, o.Service)
	})
	c.Covered, c.Assumed = c.Sum()
	return inJSON(c)
}

// junit has a case for each minimum, which fails when it is missed, and one for each operation, which
// is skipped when something of it is missing: only minimums make a build fail.
func (r *coverageReport) junit() (string, error) {
	minimums := junitSuite{Name: "coverage"}
	for _, c := range r.checks {
		minimums.Cases = append(minimums.Cases, junitCase{Class: "minimum", Name: c.kind + " " + c.atLeast.text, Failure: c.failure()})
	}
	suites := []junitSuite{minimums}
	for _, service := range r.Services {
		suite := junitSuite{Name: service}
		if failures := r.lines(service, ""); len(failures) > 0 {
			suite.Cases = append(suite.Cases, junitCase{Class: service, Name: "common errors", Skipped: strings.Join(failures, "; ")})
		}
		for _, o := range r.Coverage.Operations {
			if o.Service == service {
				one := junitCase{Class: service, Name: o.ID, Skipped: "not called"}
				if o.Calls > 0 {
					one.Skipped = strings.Join(r.lines(service, o.ID), "; ")
				}
				suite.Cases = append(suite.Cases, one)
			}
		}
		suites = append(suites, suite)
	}
	return inJUnit(suites...)
}

// lines are what is missing, what is assumed last.
func (r *coverageReport) lines(service, operation string) []string {
	var lines []string
	for _, assumed := range []bool{false, true} {
		for _, i := range r.missing(service, operation, assumed) {
			line := i.Name + note(i)
			if assumed {
				line += " (assumed)"
			}
			lines = append(lines, line)
		}
	}
	return lines
}
