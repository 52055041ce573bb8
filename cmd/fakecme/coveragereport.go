package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/report"
	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
)

// titles are the kinds in words.
var titles = map[string]string{
	coverage.Operations: "operations", coverage.Errors: "errors", coverage.Fields: "fields of requests",
	coverage.Values: "values in requests", coverage.Responses: "values in responses",
}

// coverageReport is a coverage, ready to be printed in any form.
type coverageReport struct {
	coverage   coverage.Coverage
	from       string
	unfinished []coverage.Run
	services   []string
	assumed    bool
	items      []coverage.Item
	checks     []minimum
}

// minimum is a share that was demanded, and the share that was found.
type minimum struct {
	kind     string
	atLeast  percentage
	done, of int
	first    string // the first missing item
}

func newCoverageReport(c coverage.Coverage, from string, unfinished []coverage.Run, services []string, assumed bool) *coverageReport {
	if len(services) == 0 {
		services = contracts.Names()
	}
	return &coverageReport{coverage: c, from: from, unfinished: unfinished, services: services, assumed: assumed, items: c.Items(services...)}
}

// check measures a minimum. It returns false when nothing of the kind is documented: such a check could not fail.
func (r *coverageReport) check(kind string, atLeast percentage) bool {
	c := minimum{kind: kind, atLeast: atLeast}
	c.done, c.of = r.share(kind, "")
	c.first = r.firstMissing(kind)
	r.checks = append(r.checks, c)
	return c.of > 0
}

// firstMissing prefers an item of an operation that was called.
func (r *coverageReport) firstMissing(kind string) string {
	var first string
	for _, i := range r.items {
		if i.Kind != kind || i.Times > 0 || i.Assumed && !r.assumed {
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

// share returns how much of a kind was covered, of one service, or of all when service is empty.
func (r *coverageReport) share(kind, service string) (done, of int) {
	services := r.services
	if service != "" {
		services = []string{service}
	}
	covered, assumed := r.coverage.Sum(services...)
	done, of = covered.Of(kind)
	if r.assumed {
		moreDone, moreOf := assumed.Of(kind)
		done, of = done+moreDone, of+moreOf
	}
	return done, of
}

// failure says by how much a minimum is missed. It is empty when the minimum is met.
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
	if missing := r.unended(); missing != "" && len(r.checks) > 0 {
		lines = append(lines, missing)
	}
	return lines
}

// unended names the runs that are missing in the coverage. It is empty when there are none.
func (r *coverageReport) unended() string {
	if len(r.unfinished) == 0 {
		return ""
	}
	const most = 3
	var names []string
	for _, run := range r.unfinished[:min(most, len(r.unfinished))] {
		names = append(names, run.String())
	}
	if more := len(r.unfinished) - most; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("what %s covered is missing, for it was killed, or is under way still: %s; end it with SIGTERM or Close, or remove the file",
		command.Counted(len(r.unfinished), "run"), strings.Join(names, ", "))
}

// place returns the operation and the name of an item.
func place(i coverage.Item) string {
	switch {
	case i.Kind == coverage.Operations:
		return i.Name
	case i.Operation == "":
		return "any operation of " + i.Service + " " + i.Name + note(i)
	}
	return i.Operation + " " + i.Name + note(i)
}

// note marks an error that no client can provoke.
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

// missing returns the items of an operation that were not covered. For the operation "" these are the common errors of the
// service.
func (r *coverageReport) missing(service, operation string, assumed bool) []coverage.Item {
	return slices.DeleteFunc(slices.Clone(r.items), func(i coverage.Item) bool {
		return i.Service != service || i.Operation != operation || i.Times > 0 || i.Assumed != assumed
	})
}

func (r *coverageReport) In(form report.Form) (string, error) {
	switch form {
	case report.JSON:
		return r.json()
	case report.JUnit:
		return r.junit()
	case report.HTML:
		return r.html()
	}
	return r.text(), nil
}

// json returns the form of the admin API and of the files, with the wanted services only.
func (r *coverageReport) json() (string, error) {
	c := r.coverage
	c.Operations = slices.DeleteFunc(slices.Clone(c.Operations), func(o coverage.Operation) bool {
		return !slices.Contains(r.services, o.Service)
	})
	c.Covered, c.Assumed = c.Sum()
	return command.Indented(c)
}

// junit returns a case for each minimum, which fails when the minimum is missed, and a case for each operation, which is
// skipped when something is missing: only minimums make a build fail.
func (r *coverageReport) junit() (string, error) {
	minimums := report.Suite{Name: "coverage"}
	for _, c := range r.checks {
		minimums.Cases = append(minimums.Cases, report.Case{Class: "minimum", Name: c.kind + " " + c.atLeast.text, Failure: c.failure()})
	}
	if missing := r.unended(); missing != "" {
		minimums.Cases = append(minimums.Cases, report.Case{Class: "minimum", Name: "every run has ended", Failure: missing})
	}
	suites := []report.Suite{minimums}
	for _, service := range r.services {
		suite := report.Suite{Name: service}
		if failures := r.lines(service, ""); len(failures) > 0 {
			suite.Cases = append(suite.Cases, report.Case{Class: service, Name: "common errors", Skipped: strings.Join(failures, "; ")})
		}
		for _, o := range r.coverage.Operations {
			if o.Service == service {
				one := report.Case{Class: service, Name: o.ID, Skipped: "not called"}
				if o.Calls > 0 {
					one.Skipped = strings.Join(r.lines(service, o.ID), "; ")
				}
				suite.Cases = append(suite.Cases, one)
			}
		}
		suites = append(suites, suite)
	}
	return report.InJUnit(suites...)
}

// lines returns a line for each missing item, assumed items last.
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

// text returns the report for people: a table, then the missing items.
func (r *coverageReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Coverage of %s, dialect %s.\n\n", command.OneLine(r.from), strings.Join(r.coverage.Dialects, " and "))
	if missing := r.unended(); missing != "" {
		fmt.Fprintf(&b, "Not whole: %s.\n\n", command.OneLine(missing))
	}
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	row := func(name string, cell func(kind string) string) {
		_, _ = fmt.Fprint(w, name)
		for _, kind := range coverage.Kinds() {
			_, _ = fmt.Fprint(w, "\t", cell(kind))
		}
		_, _ = fmt.Fprintln(w)
	}
	row("", func(kind string) string { return titles[kind] })
	for _, service := range r.services {
		row(service, func(kind string) string { return cell(r.share(kind, service)) })
	}
	if len(r.services) > 1 {
		row("all", func(kind string) string { return cell(r.share(kind, "")) })
	}
	if !r.assumed {
		_, assumed := r.coverage.Sum(r.services...)
		row("assumed", func(kind string) string { return cell(assumed.Of(kind)) })
	}
	_ = w.Flush() // into memory
	for _, service := range r.services {
		r.textOf(&b, service)
	}
	return b.String()
}

// cell returns a share as the table shows it.
func cell(done, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d, %s", done, of, percent(done, of))
}

// textOf lists the missing items of a service. It does not list those of an operation that was never called.
func (r *coverageReport) textOf(b *strings.Builder, service string) {
	var idle, partly []string
	called := 0
	for _, o := range r.coverage.Operations {
		switch {
		case o.Service != service:
		case o.Calls == 0:
			idle = append(idle, o.ID)
		default:
			called++
			if lines := r.lines(service, o.ID); len(lines) > 0 {
				partly = append(partly, "  "+o.ID+", called "+times(o.Calls)+"\n    "+strings.Join(lines, "\n    ")+"\n")
			}
		}
	}
	if called == 0 {
		fmt.Fprintf(b, "\n%s was not called at all.\n", service)
		return
	}
	common := r.lines(service, "")
	if len(idle)+len(partly)+len(common) == 0 {
		fmt.Fprintf(b, "\nNothing is missing in %s.\n", service)
		return
	}
	fmt.Fprintf(b, "\nMissing in %s:\n", service)
	if len(idle) > 0 {
		fmt.Fprintf(b, "  not called\n    %s\n", strings.Join(idle, "\n    "))
	}
	if len(common) > 0 {
		fmt.Fprintf(b, "  errors of any operation\n    %s\n", strings.Join(common, "\n    "))
	}
	b.WriteString(strings.Join(partly, ""))
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

//go:embed coverage.html
var coveragePage string

// page is the data of the template, whose page needs no other file.
type page struct {
	From, Dialects string
	Missing        string // the runs that have not ended
	Titles         []string
	Rows           []pageRow
	Minimums       []pageMinimum
	Services       []pageService
}

type pageRow struct {
	Name  string
	Cells []pageCell
}

type pageCell struct {
	Title, Share string
	Done, Of     int
}

type pageMinimum struct{ Name, Failure string }

type pageService struct {
	Name       string
	Common     []string
	Idle       []string // operations that were not called
	Operations []pageOperation
}

type pageOperation struct {
	Name, Calls string
	Missing     []string
}

// html returns one page with everything in it.
func (r *coverageReport) html() (string, error) {
	p := page{From: r.from, Missing: r.unended(), Dialects: strings.Join(r.coverage.Dialects, " and ")}
	for _, kind := range coverage.Kinds() {
		p.Titles = append(p.Titles, titles[kind])
	}
	row := func(name string, share func(kind string) (done, of int)) {
		one := pageRow{Name: name}
		for _, kind := range coverage.Kinds() {
			done, of := share(kind)
			one.Cells = append(one.Cells, pageCell{titles[kind], cell(done, of), done, of})
		}
		p.Rows = append(p.Rows, one)
	}
	for _, service := range r.services {
		row(service, func(kind string) (int, int) { return r.share(kind, service) })
		p.Services = append(p.Services, r.pageOf(service))
	}
	row("all", func(kind string) (int, int) { return r.share(kind, "") })
	if !r.assumed {
		_, assumed := r.coverage.Sum(r.services...)
		row("assumed", assumed.Of)
	}
	for _, c := range r.checks {
		p.Minimums = append(p.Minimums, pageMinimum{titles[c.kind] + " " + c.atLeast.text, c.failure()})
	}
	parsed, err := template.New("coverage").Parse(coveragePage)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = parsed.Execute(&b, p)
	return b.String(), err
}

func (r *coverageReport) pageOf(service string) pageService {
	s := pageService{Name: service, Common: r.lines(service, "")}
	for _, o := range r.coverage.Operations {
		switch {
		case o.Service != service:
		case o.Calls == 0:
			s.Idle = append(s.Idle, o.ID)
		default:
			s.Operations = append(s.Operations, pageOperation{o.ID, times(o.Calls), r.lines(service, o.ID)})
		}
	}
	return s
}
