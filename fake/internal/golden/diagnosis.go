package golden

import (
	"fmt"
	"strings"

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
