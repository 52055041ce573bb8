package main

import (
	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
)

const rootLong = `fakecme is a fake of three HTTP services: open.cme.qcloud.com (opencme),
web-paas-api.cme.qcloud.com (webpaas) and video.h5ds.com (h5ds). It verifies
signatures as documented, keeps state, and says why it rejects a call.

Without a command it serves: "fakecme" is "fakecme serve".

` + option.EnvironmentHelp

func newRootCommand(env *command.Environment) *cobra.Command {
	root := newServeCommand(env)
	root.Use, root.Short, root.Long = "fakecme", "A fake of the CME and h5ds services", rootLong
	root.Example = `  fakecme
  curl "$(fakecme sign cme --url --base http://127.0.0.1:11560)"
  fakecme explain "$(fakecme sign cme)"`
	root.Args = command.Known
	root.SilenceUsage, root.SilenceErrors = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return option.ReadVariables(cmd, env) }
	root.SetFlagErrorFunc(option.Error)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.AddCommand(
		newServeCommand(env),
		newExecCommand(env),
		newEnvCommand(env),
		newSignCommand(env),
		newExplainCommand(env),
		newRecordCommand(env),
		newReplayCommand(env),
		newImportCommand(env),
		newRecordingsCommand(env),
		newVerifyCommand(env),
		newCheckCommand(env),
		newDiffCommand(env),
		newCoverageCommand(env),
		newSchemaCommand(env),
		newHealthcheckCommand(env),
		newVersionCommand(env),
	)
	root.SetHelpCommand(newHelpCommand())
	return root
}

// newHelpCommand returns cobra's help command, except that an unknown topic is an error.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [command]",
		Short:   "Show the help of a command",
		Long:    "Shows what a command is for, with examples and all its flags; the same as the flag --help.",
		Example: `  fakecme help sign cme`,
		RunE: func(cmd *cobra.Command, topic []string) error {
			about := cmd.Root()
			for len(topic) > 0 {
				below, _, err := about.Find(topic[:1])
				if err != nil || below == about {
					return command.Known(about, topic)
				}
				about, topic = below, topic[1:]
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
