package main

import (
	_ "embed"
	"fmt"
	"html"
	"strings"

	"github.com/fakecme/fakecme/fake/coverage"
)

// coveragePage is what stands around the report. It needs nothing from elsewhere.
//
//go:embed coverage.html
var coveragePage string

const reportPlace = "<!-- report -->\n"

// markup is HTML that is being written. A template would be easier to read, but with its packages
// the linker keeps every method of the program, and the binary is 3 MB bigger.
type markup struct{ strings.Builder }

// add writes a format, which is HTML, with values that are not.
func (m *markup) add(format string, values ...any) {
	escaped := make([]any, len(values))
	for i, value := range values {
		escaped[i] = html.EscapeString(fmt.Sprint(value))
	}
	fmt.Fprintf(m, format, escaped...)
}

// list writes what is missing, below a heading that is HTML.
func (m *markup) list(heading string, items []string) {
	m.WriteString("<details><summary>" + heading + "</summary><ul>\n")
	for _, item := range items {
		m.add("<li>%s</li>\n", item)
	}
	m.WriteString("</ul></details>\n")
}

// markedUp is a text as HTML.
func markedUp(format string, values ...any) string {
	var m markup
	m.add(format, values...)
	return m.String()
}

// html is one page with everything in it.
func (r *coverageReport) html() string {
	var m markup
	m.add("<p>Of %s, dialect %s.</p>\n", r.From, strings.Join(r.Coverage.Dialects, " and "))
	r.addShares(&m)
	if len(r.checks) > 0 {
		m.WriteString("<h2>Minimums</h2>\n<ul>\n")
		for _, c := range r.checks {
			if why := c.failure(); why != "" {
				m.add(`<li><strong class="bad">missed</strong> %s</li>`+"\n", why)
				continue
			}
			m.add(`<li><strong class="good">met</strong> %s %s</li>`+"\n", titles[c.kind], c.atLeast.text)
		}
		m.WriteString("</ul>\n")
	}
	for _, service := range r.Services {
		r.addService(&m, service)
	}
	before, after, _ := strings.Cut(coveragePage, reportPlace)
	return before + m.String() + after
}

// addShares writes the table of how much was called.
func (r *coverageReport) addShares(m *markup) {
	m.WriteString("<table>\n<thead><tr><th scope=\"col\">service</th>")
	for _, kind := range coverage.Kinds() {
		m.add(`<th scope="col">%s</th>`, titles[kind])
	}
	m.WriteString("</tr></thead>\n<tbody>\n")
	row := func(name string, share func(kind string) (done, of int)) {
		m.add(`<tr><th scope="row">%s</th>`, name)
		for _, kind := range coverage.Kinds() {
			done, of := share(kind)
			text := cell(done, of)
			m.add(`<td data-title="%s">%s`, titles[kind], text)
			if of > 0 {
				m.add(`<progress value="%s" max="%s">%s</progress>`, done, of, text)
			}
			m.WriteString("</td>")
		}
		m.WriteString("</tr>\n")
	}
	for _, service := range r.Services {
		row(service, func(kind string) (int, int) { return r.share(kind, service) })
	}
	row("all", func(kind string) (int, int) { return r.share(kind, "") })
	if !r.Derived {
		_, derived := r.Coverage.Sum(r.Services...)
		row("derived", derived.Of)
	}
	m.WriteString("</tbody>\n</table>\n")
}

// addService writes what is missing of a service.
func (r *coverageReport) addService(m *markup, service string) {
	const bad, good = `<span class="bad">%s %s</span>`, `<span class="good">nothing missing</span>`
	m.add("<h2>%s</h2>\n", service)
	if common := r.lines(service, ""); len(common) > 0 {
		m.list(markedUp(bad+" refusals of any operation", len(common), "missing"), common)
	}
	var idle []string
	for _, o := range r.Coverage.Operations {
		if o.Service == service && o.Calls == 0 {
			idle = append(idle, o.ID)
		}
	}
	if len(idle) > 0 {
		m.list(markedUp(bad, len(idle), "not called"), idle)
	}
	for _, o := range r.Coverage.Operations {
		if o.Service != service || o.Calls == 0 {
			continue
		}
		missing, state := r.lines(service, o.ID), good
		if len(missing) > 0 {
			state = markedUp(bad, len(missing), "missing")
		}
		m.list(markedUp("%s, called %s: ", o.ID, times(o.Calls))+state, missing)
	}
}
