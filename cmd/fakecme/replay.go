package main

import (
	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
)

const replayLong = `Serves recordings until Ctrl-C or SIGTERM: a folder of HAR files that "fakecme record" or
"fakecme import har" wrote, or one such file. All flags are those of "fakecme serve".

Signatures, tickets and tokens are not those of the recording. They are verified for real;
a wrong one gets the error of the fake. A recorded login hands out a new ticket or token in
place of the recorded one. Where the recording shows that the service repeated a part of
the request, the response repeats that part too. Equal calls get their responses in the
order of the recording. Parameters that always change (random, currentTimeStamp,
timestamp, t) and secrets are not compared.

A call that was not recorded gets status 404, with the recording that comes closest and
the difference. It is a finding, and makes the exit status 1. To let the fake answer such
calls as it does without recordings, write "fakecme serve --replay DIR". Each tenant
begins at the first recorded call, also after POST /_fakecme/reset.

At the end the recorded calls that were not used are listed. With recordings older than
--expire it does not start; the status is 2.

` + option.EnvironmentHelp

func newReplayCommand(env *command.Environment) *cobra.Command {
	var s settings.Settings
	cmd := &cobra.Command{
		Use:   "replay [DIR]",
		Short: "Serve recordings, and nothing else",
		Long:  replayLong,
		Example: `  fakecme replay recorded
  fakecme replay recorded/login.har --repeat last --expire 90d --must-use
  fakecme serve --replay recorded`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return command.Wrong(cmd, "it takes one folder or file; put the recordings into one folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Replay.Strict = true
			if len(args) == 1 {
				flag := cmd.Flags().Lookup("replay")
				option.SetOrigin(flag, cmd.CommandPath())
				if err := flag.Value.Set(args[0]); err != nil {
					return command.Wrong(cmd, "%v", err)
				}
			}
			return serve(cmd, env, &s)
		},
	}
	s.Add(cmd.Flags())
	return cmd
}
