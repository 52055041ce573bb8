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
	addPlain(flags, &r.out, "out", "", "file for the report; standard output by default", asFile)
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

// write writes a report to its file or to stdout.
func (p *program) write(cmd *cobra.Command, to reporting, r report) error {
	text, err := r.in(to.form)
	if err != nil {
		return failed(cmd, "%v", err)
	}
	if to.out == "" {
		return p.print(cmd, text)
	}
	if err := os.WriteFile(to.out, []byte(text), 0o644); err != nil {
		return failed(cmd, "--out: %v", err)
	}
	return nil
}
