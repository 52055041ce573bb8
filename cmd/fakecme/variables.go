package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// variablePrefix is what the variables of all flags begin with.
const variablePrefix = "FAKECME_"

// variable is the value of an environment variable; an empty one counts as unset.
func (p *program) variable(name string) string {
	for _, pair := range p.environ {
		if value, is := strings.CutPrefix(pair, name+"="); is {
			return value
		}
	}
	return ""
}

// unknownVariables says of each variable that looks like one of fakecme, and that no flag of any command reads, which one
// may be meant. None of it shows a value.
func unknownVariables(root *cobra.Command, environ []string) []string {
	known := variablesOf(root)
	var warnings []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) {
			continue
		}
		hint := "see fakecme serve --help"
		if near := nearest(name, known); len(near) > 0 && name != variablePrefix {
			hint = "did you mean " + near[0] + "?"
		}
		warnings = append(warnings, fmt.Sprintf("nothing reads the variable %s; %s", name, hint))
	}
	slices.Sort(warnings)
	return warnings
}

// variablesOf lists the variables of the flags of a command and those below it.
func variablesOf(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Annotations[annotationVariable]...) })
	for _, below := range cmd.Commands() {
		names = append(names, variablesOf(below)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
