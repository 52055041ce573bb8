package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// program is one run of the binary: everything it may touch.
type program struct {
	environ []string // name=value, as os.Environ has them
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	now     func() time.Time
}

// The exit statuses.
const (
	statusFailed = 1 // the thing asked for did not work, or the response is no
	statusUsage  = 2 // a flag, variable, file or argument is wrong
)

// failure ends the program with a status other than 0.
type failure struct {
	status int
	text   string // for stderr; empty when everything is said already
}

func (f *failure) Error() string { return f.text }

// wrong is a failure of the user's input to a command.
func wrong(cmd *cobra.Command, format string, args ...any) error {
	return &failure{statusUsage, cmd.CommandPath() + ": " + fmt.Sprintf(format, args...)}
}

// failed is a failure of a command whose input is right.
func failed(cmd *cobra.Command, format string, args ...any) error {
	return &failure{statusFailed, cmd.CommandPath() + ": " + fmt.Sprintf(format, args...)}
}

// run is the whole program. It returns the exit status and uses no globals, so that a test can run it.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.rootCommand()
	root.SetArgs(append([]string{}, args...)) // cobra takes os.Args for nil
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	p.failEval(cmd)
	f := &failure{statusFailed, "fakecme: " + err.Error()}
	errors.As(err, &f)
	if f.text != "" {
		_, _ = fmt.Fprintln(p.stderr, f.text)
	}
	return f.status
}

const rootLong = `fakecme is a fake of three HTTP services: open.cme.qcloud.com (opencme),
web-paas-api.cme.qcloud.com (webpaas) and video.h5ds.com (h5ds). It verifies
signatures as documented, keeps state, and says why it refuses a call.

Without a command it serves: "fakecme" is "fakecme serve".

` + environmentHelp

func (p *program) rootCommand() *cobra.Command {
	root := p.serveCommand()
	root.Use, root.Short, root.Long = "fakecme", "A fake of the CME and h5ds services", rootLong
	root.Example = `  fakecme
  curl "$(fakecme sign cme --url --base http://127.0.0.1:11560)"
  fakecme explain "$(fakecme sign cme)"`
	root.Args = knownCommand
	root.SilenceUsage, root.SilenceErrors = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentPreRunE = p.readEnvironment
	root.SetFlagErrorFunc(flagError)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.AddCommand(
		p.serveCommand(),
		p.execCommand(),
		p.envCommand(),
		p.signCommand(),
		p.explainCommand(),
		p.recordCommand(),
		p.replayCommand(),
		p.importCommand(),
		p.recordingsCommand(),
		p.verifyCommand(),
		p.checkCommand(),
		p.diffCommand(),
		p.coverageCommand(),
		p.schemaCommand(),
		p.healthcheckCommand(),
		p.versionCommand(),
	)
	root.SetHelpCommand(helpCommand())
	return root
}

// helpCommand is cobra's, except that an unknown topic is an error.
func helpCommand() *cobra.Command {
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
					return knownCommand(about, topic)
				}
				about, topic = below, topic[1:]
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// knownCommand rejects what is left when no command of that name was found.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if len(names) == 0 {
		return noArguments(cmd, args)
	}
	return wrong(cmd, "there is no command %q; %s", args[0], meant(args[0], "", names))
}

// noArguments does not repeat the argument: it may be a secret whose flag was left out.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return wrong(cmd, "it takes flags only, but there is an argument; see %s --help", cmd.CommandPath())
}

// meant suggests the nearest of the words, or lists them all.
func meant(word, prefix string, words []string) string {
	near := nearest(word, words)
	if len(near) == 0 {
		return "there are: " + prefix + strings.Join(words, ", "+prefix)
	}
	return "did you mean " + prefix + strings.Join(near, " or "+prefix) + "?"
}

// nearest returns the words that may be meant: cobra knows how to find a near name, but only for commands.
func nearest(word string, words []string) []string {
	if word == "" {
		return nil
	}
	all := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, w := range words {
		all.AddCommand(&cobra.Command{Use: w, Run: func(*cobra.Command, []string) {}})
	}
	return all.SuggestionsFor(word)
}

// flagError says what is wrong with a flag in one line.
func flagError(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		invalid *pflag.InvalidValueError
		empty   *pflag.ValueRequiredError
	)
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return wrong(cmd, "there is no flag -%s; see %s --help", unknown.GetSpecifiedName(), cmd.CommandPath())
	case errors.As(err, &unknown):
		return wrong(cmd, "there is no flag --%s; %s", unknown.GetSpecifiedName(),
			meant(unknown.GetSpecifiedName(), "--", flagNames(cmd)))
	case errors.As(err, &invalid):
		return wrong(cmd, "--%s: %v", invalid.GetFlag().Name, invalid.Unwrap())
	case errors.As(err, &empty):
		return wrong(cmd, "--%s: the value is missing; write --%s %s", empty.GetFlag().Name,
			empty.GetFlag().Name, strings.ToUpper(empty.GetFlag().Value.Type()))
	}
	return wrong(cmd, "%v; see %s --help", err, cmd.CommandPath())
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}
