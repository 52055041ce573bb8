package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// statusUnjudged is the exit status of a command that judges, when it could not: nothing answered,
// or something was not given that it needs. What is broken wins.
const statusUnjudged = 3

// reportForm is how a command that judges says what it found.
type reportForm string

const (
	reportText  reportForm = "text"
	reportJSON  reportForm = "json"
	reportJUnit reportForm = "junit"
	reportHTML  reportForm = "html"
)

// reportForms are those that every report has.
var reportForms = []string{string(reportText), string(reportJSON), string(reportJUnit)}

func asReportForm(forms []string) kind[reportForm] {
	return kind[reportForm]{"form", func(text string) (reportForm, error) {
		if !slices.Contains(forms, text) {
			return "", fmt.Errorf("there is no form %q; %s", text, meant(text, "", forms))
		}
		return reportForm(text), nil
	}}
}

// reporting is where a report goes, and how.
type reporting struct {
	form reportForm
	out  string
}

// add defines the flags; more are forms beside those that every report has.
func (r *reporting) add(flags *pflag.FlagSet, more ...reportForm) {
	forms := slices.Clone(reportForms)
	for _, form := range more {
		forms = append(forms, string(form))
	}
	last := len(forms) - 1
	addPlain(flags, &r.form, "format", "text", "form of the report: "+strings.Join(forms[:last], ", ")+" or "+forms[last], asReportForm(forms))
	addPlain(flags, &r.out, "out", "", "file for the report; the text goes to stdout all the same", asFile)
}

// report is what can be told in each form.
type report interface {
	in(form reportForm) (string, error)
}

// inJSON is a report as JSON, for people too.
func inJSON(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.String(), err
}

// inJUnit is a report as JUnit XML.
func inJUnit(suites ...junitSuite) (string, error) {
	var b strings.Builder
	err := writeJUnit(&b, suites...)
	return b.String(), err
}

// destination is where one report goes: stdout, and a file when one was named.
type destination struct {
	form reportForm
	file *os.File // nil for none
}

// open makes the file, before any work is done: a path that is wrong shall not cost a run.
func (r reporting) open(cmd *cobra.Command) (destination, error) {
	to := destination{form: r.form}
	if r.out == "" {
		return to, nil
	}
	var err error
	if to.file, err = os.Create(r.out); err != nil {
		return to, wrong(cmd, "--out: %v", err)
	}
	return to, nil
}

func (d destination) close() {
	if d.file != nil {
		_ = d.file.Close() // write has looked at the error that matters
	}
}

// write writes a report in its form to stdout; with a file, it goes there, and to stdout as text.
func (p *program) write(cmd *cobra.Command, to destination, r report) error {
	text, err := r.in(to.form)
	if err != nil {
		return failed(cmd, "%v", err)
	}
	if to.file == nil {
		return p.print(cmd, text)
	}
	if _, err = to.file.WriteString(text); err == nil {
		err = to.file.Close()
	}
	if err != nil {
		return failed(cmd, "--out: %v", err)
	}
	if text, err = r.in(reportText); err != nil {
		return failed(cmd, "%v", err)
	}
	return p.print(cmd, text)
}
