package golden

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Block writes what is said about a signature, for a file with many: its name, the error of Verify and the diagnosis.
func Block(name string, err error, d diagnosis.Diagnosis) string {
	var b strings.Builder
	verdict := "valid"
	if err != nil {
		verdict = strings.TrimPrefix(err.Error(), "check signature: ")
	}
	fmt.Fprintf(&b, "%s\n\tverify: %s\n\t%s: %s\n", name, verdict, d.Code, d.Sentence)
	if d.Fix != "" {
		fmt.Fprintf(&b, "\tfix: %s\n", d.Fix)
	}
	if d.Received != "" {
		fmt.Fprintf(&b, "\treceived: %q\n", d.Received)
	}
	if d.Expected != "" {
		fmt.Fprintf(&b, "\texpected: %q\n", d.Expected)
	}
	if d.DiffersAt != 0 {
		fmt.Fprintf(&b, "\tfirst difference: byte %d\n", d.DiffersAt)
	}
	return b.String()
}

// value is the place of a value in a template, after regexp.QuoteMeta.
var value = regexp.MustCompile(`\\\{\w+\\\}`)

// Unused returns the keys of the templates that made none of the diagnoses, sorted.
func Unused(templates diagnosis.Templates, diagnoses []diagnosis.Diagnosis) []string {
	like := func(template string) *regexp.Regexp {
		return regexp.MustCompile("^" + value.ReplaceAllString(regexp.QuoteMeta(template), "(?s:.*)"))
	}
	var unused []string
	for key, template := range templates {
		code, _, _ := strings.Cut(key, "/")
		sentence, fix := like(template.Sentence), like(template.Fix)
		if !slices.ContainsFunc(diagnoses, func(d diagnosis.Diagnosis) bool {
			return d.Code == code && sentence.MatchString(d.Sentence) && fix.MatchString(d.Fix)
		}) {
			unused = append(unused, key)
		}
	}
	slices.Sort(unused)
	return unused
}

// Codes returns the codes that stand in a Go file, as text literals with that beginning.
func Codes(tb testing.TB, file, beginning string) map[string]bool {
	tb.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	codes := map[string]bool{}
	for _, code := range regexp.MustCompile(`"(`+regexp.QuoteMeta(beginning)+`[a-z0-9-]+)"`).FindAllStringSubmatch(string(source), -1) {
		codes[code[1]] = true
	}
	return codes
}
