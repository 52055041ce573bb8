// Package process runs the command of a user as a shell does: it passes signals on, and returns the status that a shell
// would return.
package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
)

// The statuses of a shell for a command that did not end by itself. statusSignal is added to the number of the signal.
const (
	statusStopped   = 1
	statusCannotRun = 126
	statusNotFound  = 127
	statusSignal    = 128
)

// Run runs a command to its end and returns its status. An error says that the command did not start, or that its input
// or output is broken.
func Run(ctx context.Context, command *exec.Cmd) (status int, err error) {
	name := command.Args[0]
	stop, err := startGroup(ctx, command)
	switch {
	case errors.Is(err, context.Canceled):
		return statusStopped, errors.New("stopped before the command began")
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return statusNotFound, fmt.Errorf("there is no command %s", name)
	case err != nil:
		return statusCannotRun, fmt.Errorf("cannot run %s: %w", name, err)
	}
	err = command.Wait()
	stop()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return statusStopped, fmt.Errorf("%s: %w", name, err)
	}
	return exitStatus(command.ProcessState), nil
}
