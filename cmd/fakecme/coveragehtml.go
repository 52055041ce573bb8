package main

import (
	_ "embed"
	"html/template"
	"strings"

	"github.com/fakecme/fakecme/fake/coverage"
)

//go:embed coverage.html
var coveragePage string

// page is what the template shows. It needs nothing from elsewhere.
type page struct {
	From, Dialects string
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

// html is one page with everything in it.
func (r *coverageReport) html() (string, error) {
	p := page{From: r.From, Dialects: strings.Join(r.Coverage.Dialects, " and ")}
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
	for _, service := range r.Services {
		row(service, func(kind string) (int, int) { return r.share(kind, service) })
		p.Services = append(p.Services, r.pageOf(service))
	}
	row("all", func(kind string) (int, int) { return r.share(kind, "") })
	if !r.Assumed {
		_, assumed := r.Coverage.Sum(r.Services...)
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
	for _, o := range r.Coverage.Operations {
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
