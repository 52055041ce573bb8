package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/calllog"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/clients"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/process"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/fake/proxy"
	"github.com/fakecme/fakecme/fake/traffic"
)

const execLong = `Starts a fake for one command, runs the command with the variables that "fakecme env"
prints, and ends with the status of the command: fakecme exec -- npm test. Its clients
reach the fake under the real host names, unchanged; calls to other hosts are rejected,
except to this machine and to the hosts that --proxy-allow names. The fake listens on
free ports of 127.0.0.1, its certificate authority lives in memory, and nothing is left
behind.

The command also gets the address of the fake and the credentials of its default tenant:
FAKECME_URL, FAKECME_SECRET_ID, FAKECME_SECRET_KEY, FAKECME_PLATFORM, FAKECME_APPID and
FAKECME_SECRET. Its input and output are its own.

At the end the findings stand on stderr: everything that a Go test would fail for. After
a command that failed, the calls that were rejected stand there too. A line says so when
no call reached the fake: the command made none, or its clients went elsewhere. With
--strict, findings turn success into status 4, as does a run in which no call reached the
fake. The status is 127 when there is no such command, 126 when it cannot be run, and 128
and the number of the signal when a signal ended it. SIGINT, SIGTERM and SIGHUP are
passed on to the command and, unless it reads from a terminal, to all processes it has
started.

` + option.EnvironmentHelp

// statusFindings is the status of a command that succeeded, but whose findings count.
const statusFindings = 4

func newExecCommand(env *command.Environment) *cobra.Command {
	var e execution
	cmd := &cobra.Command{
		Use:   "exec [flags] -- command [arguments]",
		Short: "Run a command whose clients reach a fake of its own",
		Long:  execLong,
		Example: `  fakecme exec --demo -- env
  fakecme exec -- sh -c 'curl -s "$(fakecme sign cme --url --base https://open.cme.qcloud.com)"'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return command.Wrong(cmd, "which command? write fakecme exec -- COMMAND ARGUMENTS")
			}
			return e.run(cmd, env, args)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.SetInterspersed(false) // the flags behind the name of the command are the command's
	option.AddPlain(flags, &e.strict, "strict", "", "end with status 4 when the command succeeds but there are findings, or no call reached the fake", option.Switch)
	e.settings.Listeners.AddAllow(flags)
	e.settings.AddFake(flags)
	log := flags.Lookup("log")
	_ = log.Value.Set(string(calllog.None)) // the output is the command's
	log.DefValue = string(calllog.None)
	return cmd
}

// execution is a run of exec.
type execution struct {
	settings settings.Settings
	strict   bool
	calls    commandCalls
}

func (e *execution) run(cmd *cobra.Command, env *command.Environment, args []string) error {
	if err := e.settings.Read(cmd, env.Now()); err != nil {
		return err
	}
	log := calllog.New(e.settings.Log, env.Stderr, env.Now)
	srv, _, err := e.settings.NewServer(cmd, func(c fake.Call) { e.calls.add(c); log.Call(c) })
	if err != nil {
		return err
	}
	log.Bugs = srv.Bugs
	defer srv.Close()
	dir, remove, err := authority.TempDir(os.TempDir(), "fakecme-exec-")
	if err != nil {
		return command.Failed(cmd, "%v", err)
	}
	defer remove()
	given := clients.ReadGiven(cmd.Context(), env, dir)
	warn(env, append(e.settings.Warnings, given.Warnings...))
	variables, err := e.listen(srv, env, dir, given)
	if err != nil {
		return command.Failed(cmd, "%v", err)
	}
	child := exec.Command(args[0], args[1:]...)
	child.Env = slices.Clone(env.Variables)
	for _, v := range variables { // the last of a name counts
		child.Env = append(child.Env, v.Name+"="+v.Value)
	}
	child.Stdin, child.Stdout, child.Stderr = env.Stdin, env.Stdout, env.Stderr
	status, err := process.Run(cmd.Context(), child)
	srv.Close()
	if err != nil {
		return &command.Failure{Status: status, Text: fmt.Sprintf("%s: %v", cmd.CommandPath(), err)}
	}
	_, _ = fmt.Fprint(env.Stderr, e.report(srv, status))
	if err := judge(cmd, env, srv, &e.settings); err != nil && status == 0 {
		return err
	}
	if status == 0 && e.strict && (len(srv.Findings()) > 0 || !e.calls.any()) {
		status = statusFindings
	}
	if status != 0 {
		return &command.Failure{Status: status}
	}
	return nil
}

// warn says before the command begins what is probably not meant.
func warn(env *command.Environment, warnings []string) {
	for _, warning := range warnings {
		_, _ = fmt.Fprintf(env.Stderr, "fakecme: warning: %s\n", command.OneLine(warning))
	}
}

// listen starts listening, and returns the variables for the command.
func (e *execution) listen(srv *fake.Server, env *command.Environment, dir string, given clients.Given) ([]clients.Variable, error) {
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		return nil, err
	}
	address, err := srv.ListenProxy("127.0.0.1:0", nil, append(e.settings.Listeners.Allow, proxy.ThisMachine)...)
	if err != nil {
		return nil, err
	}
	trust, err := clients.WriteTrust(dir, srv.CertificatePEM(), given)
	if err != nil {
		return nil, err
	}
	c := srv.Tenant.Credentials
	return append(clients.Variables(env, srv.URL, "http://"+address, trust, given),
		clients.Variable{Name: "FAKECME_SECRET_ID", Value: c.SecretID},
		clients.Variable{Name: "FAKECME_SECRET_KEY", Value: c.SecretKey},
		clients.Variable{Name: "FAKECME_PLATFORM", Value: c.Platform},
		clients.Variable{Name: "FAKECME_APPID", Value: c.AppID},
		clients.Variable{Name: "FAKECME_SECRET", Value: c.Secret}), nil
}

// noCall is the warning after a run that says nothing about the clients of the command.
const noCall = "fakecme: no call reached the fake; does the command call the services at all? " +
	"if so, its clients ignore HTTPS_PROXY, see fakecme env --help, or must call the address in FAKECME_URL\n"

// report says what a test author should know about the calls of a command that has ended.
func (e *execution) report(srv *fake.Server, status int) string {
	var b strings.Builder
	for _, f := range srv.Findings() {
		fmt.Fprintf(&b, "fakecme: finding: %s\n", command.OneLine(f.String()))
	}
	for _, bug := range srv.Bugs() {
		fmt.Fprintf(&b, "fakecme: bug in the fake: %s\n", command.OneLine(bug))
	}
	if status != 0 {
		for _, call := range e.calls.rejectedCalls() {
			fmt.Fprintf(&b, "fakecme: rejected: %s\n", command.OneLine(call))
		}
	}
	if !e.calls.any() {
		b.WriteString(noCall)
	}
	return b.String()
}

// commandCalls remembers of the calls of a command the last that were rejected, and whether there was one.
type commandCalls struct {
	mu       sync.Mutex // guards everything below
	rejected []string
	reached  bool
}

// maxRejected is how many rejected calls are remembered.
const maxRejected = 20

// add notes a call. A call without a service has not reached the fake, such as one that the proxy did not let out. A
// callback is a call of the fake itself.
func (c *commandCalls) add(call fake.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.Service != "" && call.Kind != traffic.Callback {
		c.reached = true
	}
	if call.Diagnosis != nil {
		c.rejected = append(c.rejected[max(0, len(c.rejected)+1-maxRejected):], call.String())
	}
}

func (c *commandCalls) rejectedCalls() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.rejected)
}

func (c *commandCalls) any() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reached
}
