package main

import (
	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake/fixtures"
)

const schemaLong = `Prints the JSON Schema of a fixtures file: an editor that knows the schema completes names
and marks faults. Write it beside the file, and begin the file with the line

  # yaml-language-server: $schema=fixtures.schema.json`

func newSchemaCommand(env *command.Environment) *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of a fixtures file",
		Long:    schemaLong,
		Example: `  fakecme schema | head -n 3`,
		Args:    command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return env.Print(cmd, string(fixtures.Schema()))
		},
	}
}
