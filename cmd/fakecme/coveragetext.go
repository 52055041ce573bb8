package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/fakecme/fakecme/fake/coverage"
)

// text is the report for people: a table, then what is missing.
func (r *coverageReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Coverage of %s, dialect %s.\n\n", oneLine(r.From), strings.Join(r.Coverage.Dialects, " and "))
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	row := func(name string, cell func(kind string) string) {
		_, _ = fmt.Fprint(w, name)
		for _, kind := range coverage.Kinds() {
			_, _ = fmt.Fprint(w, "\t", cell(kind))
		}
		_, _ = fmt.Fprintln(w)
	}
	row("", func(kind string) string { return titles[kind] })
	for _, service := range r.Services {
		row(service, func(kind string) string { return cell(r.share(kind, service)) })
	}
	if len(r.Services) > 1 {
		row("all", func(kind string) string { return cell(r.share(kind, "")) })
	}
	if !r.Assumed {
		_, assumed := r.Coverage.Sum(r.Services...)
		row("assumed", func(kind string) string { return cell(assumed.Of(kind)) })
	}
	_ = w.Flush() // into memory
	for _, service := range r.Services {
		r.textOf(&b, service)
	}
	return b.String()
}

// cell is a share in the table.
func cell(done, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d, %s", done, of, percent(done, of))
}

// textOf says what of a service is missing. Of an operation that was never called that is enough.
func (r *coverageReport) textOf(b *strings.Builder, service string) {
	var idle, partly []string
	called := 0
	for _, o := range r.Coverage.Operations {
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
