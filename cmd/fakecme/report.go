package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

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
)

var asReportForm = kind[reportForm]{"form", parseReportForm}

func parseReportForm(text string) (reportForm, error) {
	switch form := reportForm(text); form {
	case reportText, reportJSON, reportJUnit:
		return form, nil
	}
	return "", fmt.Errorf("%q is no form of a report; there are: text, json, junit", text)
}

// reporting is where a report goes, and how.
type reporting struct {
	form reportForm
	out  string
}

func (r *reporting) add(flags *pflag.FlagSet) {
	addPlain(flags, &r.form, "format", "text", "form of the report: text, json or junit (JUnit XML)", asReportForm)
	addPlain(flags, &r.out, "out", "", "file for the report; stdout by default", asFile)
}

// report is what can be told in each form. Its JSON is that of encoding/json.
type report interface {
	text() string
	junit() []junitSuite
}

// write writes a report to stdout or to its file.
func (p *program) write(cmd *cobra.Command, to reporting, r report) error {
	var b bytes.Buffer
	switch to.form {
	case reportJSON:
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(r); err != nil {
			return failed(cmd, "write: %v", err)
		}
	case reportJUnit:
		if err := writeJUnit(&b, r.junit()...); err != nil {
			return failed(cmd, "write: %v", err)
		}
	default:
		b.WriteString(r.text())
	}
	if to.out == "" {
		return p.print(cmd, b.String())
	}
	if err := os.WriteFile(to.out, b.Bytes(), 0o644); err != nil {
		return wrong(cmd, "--out: %v", err)
	}
	return nil
}
