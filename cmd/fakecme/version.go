package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
)

const module = "github.com/fakecme/fakecme"

func newVersionCommand(env *command.Environment) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Prints the versions of fakecme and of the Go that built it, and the Go module.",
		Example: "  fakecme version --json",
		Args:    command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return env.PrintJSON(cmd, struct {
					Version string `json:"version"`
					Go      string `json:"go"`
					Module  string `json:"module"`
				}{fake.Version(), runtime.Version(), module})
			}
			return env.Print(cmd, fmt.Sprintf("fakecme %s (%s, module %s)\n", fake.Version(), runtime.Version(), module))
		},
	}
	option.AddPlain(cmd.Flags(), &asJSON, "json", "", "print JSON", option.Switch)
	return cmd
}
