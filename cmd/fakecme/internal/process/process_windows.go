package process

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
)

// startGroup starts a command. A Ctrl-C reaches the command by itself, and does not end this process first.
func startGroup(ctx context.Context, command *exec.Cmd) (stop func(), err error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	err = ctx.Err() // a signal that came before
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		signal.Stop(signals)
		return nil, err
	}
	return func() { signal.Stop(signals) }, nil
}

func exitStatus(state *os.ProcessState) int { return state.ExitCode() }
