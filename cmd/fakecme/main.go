// Command fakecme serves the fake of the three services. Its other commands sign, explain, record, replay, verify and
// report.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills, should the first hang
	os.Exit(run(ctx, os.Args[1:], &command.Environment{
		Variables: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now,
	}))
}

// run is the whole program. It returns the exit status, and touches nothing but env, so that a test can run it.
func run(ctx context.Context, args []string, env *command.Environment) int {
	root := newRootCommand(env)
	root.SetArgs(append([]string{}, args...)) // cobra takes os.Args for nil
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	failEval(cmd, env)
	f := &command.Failure{Status: command.StatusFailed, Text: "fakecme: " + err.Error()}
	errors.As(err, &f)
	if f.Text != "" {
		_, _ = fmt.Fprintln(env.Stderr, f.Text)
	}
	return f.Status
}
