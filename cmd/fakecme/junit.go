package main

import (
	"encoding/xml"
	"io"
	"strings"
)

// junitSuite is a report in the form of JUnit XML that CI systems read: a suite of cases, each
// passed, failed or skipped.
type junitSuite struct {
	Name  string
	Cases []junitCase
}

// junitCase is one thing that was judged. Failure and Skipped say why; at most one is set.
type junitCase struct {
	Class   string // what the case belongs to: a service, a scenario
	Name    string
	Failure string
	Skipped string
}

// The elements of the XML. No times: the same run gives the same bytes.
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

// writeJUnit writes suites as one JUnit XML document.
func writeJUnit(w io.Writer, suites ...junitSuite) error {
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
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
