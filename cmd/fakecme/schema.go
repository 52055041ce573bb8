package main

import (
	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/fake"
)

const schemaLong = `Prints the JSON Schema of a fixtures file: an editor that knows it completes the names
and marks what is wrong. Write it beside the file, and begin the file with the line

  # yaml-language-server: $schema=fixtures.schema.json`

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of a fixtures file",
		Long:    schemaLong,
		Example: `  fakecme schema | head -n 3`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.print(cmd, string(fake.FixturesSchema()))
		},
	}
}
