package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/fake"
)

const module = "github.com/fakecme/fakecme"

func (p *program) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Prints the versions of fakecme and of the Go that built it, and the Go module.",
		Example: "  fakecme version --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return p.printJSON(cmd, struct {
					Version string `json:"version"`
					Go      string `json:"go"`
					Module  string `json:"module"`
				}{fake.Version(), runtime.Version(), module})
			}
			return p.print(cmd, fmt.Sprintf("fakecme %s (%s, module %s)\n", fake.Version(), runtime.Version(), module))
		},
	}
	addPlain(cmd.Flags(), &asJSON, "json", "", "print JSON", asSwitch)
	return cmd
}
