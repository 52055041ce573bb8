// Package report writes the reports of the commands that judge: as text, as JSON, as JUnit XML, or as a page.
package report

import (
	"encoding/xml"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
)

// Form is a form of a report.
type Form string

// The forms of a report. HTML is a form of some reports only.
const (
	Text  Form = "text"
	JSON  Form = "json"
	JUnit Form = "junit"
	HTML  Form = "html"
)

// Report is a report in any form.
type Report interface {
	In(form Form) (string, error)
}

// Output is the form and the file of a report.
type Output struct {
	form Form
	file string
}

// Add defines the flags. More forms are those beside text, JSON and JUnit.
func (o *Output) Add(flags *pflag.FlagSet, more ...Form) {
	forms := append([]Form{Text, JSON, JUnit}, more...)
	names := make([]string, len(forms))
	for i, form := range forms {
		names[i] = string(form)
	}
	last := len(names) - 1
	usage := "form of the report: " + strings.Join(names[:last], ", ") + " or " + names[last]
	option.AddPlain(flags, &o.form, "format", "text", usage, option.OneOf("form", "form", forms...))
	option.AddPlain(flags, &o.file, "out", "", "file for the report; the text goes to stdout all the same", option.File)
}

// Destination is where one report goes: to stdout, and to a file when one was named.
type Destination struct {
	form Form
	file *os.File // nil for none
}

// Open creates the file. It is called before the work is done, so that a wrong path costs nothing.
func (o Output) Open(cmd *cobra.Command) (Destination, error) {
	to := Destination{form: o.form}
	if o.file == "" {
		return to, nil
	}
	var err error
	if to.file, err = os.Create(o.file); err != nil {
		return to, command.Wrong(cmd, "--out: %v", err)
	}
	return to, nil
}

// Close closes the file, also after a command that failed before Write.
func (d Destination) Close() {
	if d.file != nil {
		_ = d.file.Close() // Write has returned the error that matters
	}
}

// Write writes a report in its form to the file, and as text to stdout. Without a file, stdout gets the form.
func (d Destination) Write(cmd *cobra.Command, env *command.Environment, r Report) error {
	text, err := r.In(d.form)
	if err != nil {
		return command.Failed(cmd, "%v", err)
	}
	if d.file == nil {
		return env.Print(cmd, text)
	}
	if _, err = d.file.WriteString(text); err == nil {
		err = d.file.Close()
	}
	if err != nil {
		return command.Failed(cmd, "--out: %v", err)
	}
	if text, err = r.In(Text); err != nil {
		return command.Failed(cmd, "%v", err)
	}
	return env.Print(cmd, text)
}

// Suite is a part of a report in JUnit XML, which CI systems read: a list of cases, each passed, failed or skipped.
type Suite struct {
	Name  string
	Cases []Case
}

// Case is one thing that was judged. At most one of Failure and Skipped is set; it holds the reason.
type Case struct {
	Class   string // what the case belongs to: a service, a scenario
	Name    string
	Failure string
	Skipped string
}

// The elements of the XML. They hold no times, so that the same run gives the same bytes.
type (
	xmlSuites struct {
		XMLName  xml.Name   `xml:"testsuites"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Suites   []xmlSuite `xml:"testsuite"`
	}
	xmlSuite struct {
		Name     string    `xml:"name,attr"`
		Tests    int       `xml:"tests,attr"`
		Failures int       `xml:"failures,attr"`
		Errors   int       `xml:"errors,attr"`
		Skipped  int       `xml:"skipped,attr"`
		Cases    []xmlCase `xml:"testcase"`
	}
	xmlCase struct {
		Class   string      `xml:"classname,attr"`
		Name    string      `xml:"name,attr"`
		Failure *xmlMessage `xml:"failure,omitempty"`
		Skipped *xmlMessage `xml:"skipped,omitempty"`
	}
	xmlMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// InJUnit returns suites as one JUnit XML document.
func InJUnit(suites ...Suite) (string, error) {
	var all xmlSuites
	for _, s := range suites {
		one := xmlSuite{Name: s.Name, Tests: len(s.Cases)}
		for _, c := range s.Cases {
			x := xmlCase{Class: c.Class, Name: c.Name}
			switch {
			case c.Failure != "":
				one.Failures++
				first, _, _ := strings.Cut(c.Failure, "\n")
				x.Failure = &xmlMessage{first, c.Failure}
			case c.Skipped != "":
				one.Skipped++
				x.Skipped = &xmlMessage{Message: c.Skipped}
			}
			one.Cases = append(one.Cases, x)
		}
		all.Tests += one.Tests
		all.Failures += one.Failures
		all.Skipped += one.Skipped
		all.Suites = append(all.Suites, one)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	return xml.Header + string(text) + "\n", err
}
