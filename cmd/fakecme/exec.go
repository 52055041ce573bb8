package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"slices"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/fake"
)

const execLong = `Starts a fake for one command alone, runs the command with the variables that "fakecme
env" prints, and ends with the status of the command: fakecme exec -- npm test. Its
clients reach the fake under the real host names, unchanged; calls to other hosts are
refused, but for those that --proxy-allow names and this machine. The fake listens on
free ports of 127.0.0.1, its certificate authority lives in memory, and nothing is left
behind.

The command also gets the address of the fake and the credentials of its default tenant:
FAKECME_URL, FAKECME_SECRET_ID, FAKECME_SECRET_KEY, FAKECME_PLATFORM, FAKECME_APPID and
FAKECME_SECRET. Its input and output are its own.

At the end the findings stand on stderr: what a Go test would fail for. When the command
failed, so do the calls that were refused. When no call has reached the fake, a line says
so: the clients went elsewhere, or there were none. With --strict, findings make a success
a failure, with status 4, and so does it that no call has reached the fake. A command that is not there is status 127, one that cannot be
run 126, one that a signal ended 128 and the number of the signal. SIGINT, SIGTERM and
SIGHUP go on to the command and all it has started.

` + environmentHelp

const (
	statusFindings  = 4   // only findings speak against the command
	statusCannotRun = 126 // as in shells
	statusNotFound  = 127
	statusSignal    = 128
)

func (p *program) execCommand() *cobra.Command {
	var s settings
	var strict bool
	cmd := &cobra.Command{
		Use:   "exec [flags] -- command [arguments]",
		Short: "Run a command whose clients reach a fake of its own",
		Long:  execLong,
		Example: `  fakecme exec --demo -- env
  fakecme exec -- sh -c 'curl -s "$(fakecme sign cme --url --base https://open.cme.qcloud.com)"'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return wrong(cmd, "which command? write fakecme exec -- COMMAND ARGUMENTS")
			}
			return p.exec(cmd, &s, strict, args)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.SetInterspersed(false) // what stands behind the command's name is the command's
	addPlain(flags, &strict, "strict", "", "end with status 4 when the command succeeds but there are findings, or no call has reached the fake", asSwitch)
	addAllow(flags, &s.names.allow)
	s.addWorld(flags)
	log := flags.Lookup("log")
	_ = log.Value.Set(string(logNone)) // the output is the command's
	log.DefValue = string(logNone)
	return cmd
}

func (p *program) exec(cmd *cobra.Command, s *settings, strict bool, args []string) error {
	if err := s.readConfig(cmd); err != nil {
		return err
	}
	if err := s.readEnvFile(cmd); err != nil {
		return err
	}
	log := newCallLog(s.log, p.stderr, p.now)
	var calls commandCalls
	srv, _, err := s.server(cmd, func(c fake.Call) { calls.add(c); log.call(c) })
	if err != nil {
		return err
	}
	log.bugs = srv.Bugs
	defer srv.Close()
	dir, err := os.MkdirTemp("", "fakecme-exec-")
	if err != nil {
		return failed(cmd, "%v", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	variables, err := p.privateFake(srv, s, dir)
	if err != nil {
		return failed(cmd, "%v", err)
	}
	status, err := p.runCommand(cmd.Context(), args, variables)
	srv.Close()
	if err != nil {
		return &failure{status, fmt.Sprintf("%s: %v", cmd.CommandPath(), err)}
	}
	findings := p.report(srv, &calls, status)
	if err := judge(cmd, s.selfCheck, srv.Bugs()); err != nil && status == 0 {
		return err
	}
	if status == 0 && strict && (findings > 0 || !calls.any()) {
		status = statusFindings
	}
	if status != 0 {
		return &failure{status: status}
	}
	return nil
}

// privateFake starts listening, and returns what the command's environment needs.
func (p *program) privateFake(srv *fake.Server, s *settings, dir string) ([]pair, error) {
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		return nil, err
	}
	through, err := srv.ListenProxy("127.0.0.1:0", nil, s.names.allow...)
	if err != nil {
		return nil, err
	}
	t, err := writeTrust(dir, srv.CertificatePEM(), p.systemCertificates(dir))
	if err != nil {
		return nil, err
	}
	c := srv.Tenant.Credentials
	return append(p.clientVariables(srv.URL, "http://"+through, t),
		pair{"FAKECME_SECRET_ID", c.SecretID}, pair{"FAKECME_SECRET_KEY", c.SecretKey}, pair{"FAKECME_PLATFORM", c.Platform},
		pair{"FAKECME_APPID", c.AppID}, pair{"FAKECME_SECRET", c.Secret}), nil
}

// runCommand runs the command to its end, and returns its status as a shell does. An error is for a command
// that did not start.
func (p *program) runCommand(ctx context.Context, args []string, variables []pair) (int, error) {
	command := exec.Command(args[0], args[1:]...)
	command.Env = slices.Clone(p.environ)
	for _, v := range variables { // the last of a name counts
		command.Env = append(command.Env, v.name+"="+v.value)
	}
	command.Stdin, command.Stdout, command.Stderr = p.stdin, p.stdout, p.stderr
	stop, err := startGroup(ctx, command)
	switch {
	case errors.Is(err, context.Canceled):
		return statusFailed, errors.New("stopped before the command began")
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return statusNotFound, fmt.Errorf("there is no command %s", args[0])
	case err != nil:
		return statusCannotRun, fmt.Errorf("cannot run %s: %w", args[0], err)
	}
	err = command.Wait()
	stop()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return statusFailed, fmt.Errorf("%s: %w", args[0], err) // its input or output is broken
	}
	return exitStatus(command.ProcessState), nil
}
