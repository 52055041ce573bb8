// Package command holds what all commands of fakecme share: the environment of a run, the exit statuses, and how a
// command fails.
package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// Environment is everything that a run of fakecme may touch outside itself.
type Environment struct {
	Variables []string // name=value, as os.Environ returns them
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Now       func() time.Time
}

// Variable returns the value of an environment variable. An empty value counts as unset.
func (e *Environment) Variable(name string) string {
	for _, pair := range e.Variables {
		if value, is := strings.CutPrefix(pair, name+"="); is {
			return value
		}
	}
	return ""
}

// Print writes text to stdout. It fails when the reader of the output has left.
func (e *Environment) Print(cmd *cobra.Command, text string) error {
	if _, err := io.WriteString(e.Stdout, text); err != nil {
		return Failed(cmd, "write: %v", err)
	}
	return nil
}

// PrintJSON writes v to stdout as JSON on one line.
func (e *Environment) PrintJSON(cmd *cobra.Command, v any) error {
	text, err := encode(v, "")
	if err != nil {
		return Failed(cmd, "write: %v", err)
	}
	return e.Print(cmd, text)
}

// PrintIndented writes v to stdout as indented JSON.
func (e *Environment) PrintIndented(cmd *cobra.Command, v any) error {
	text, err := Indented(v)
	if err != nil {
		return Failed(cmd, "write: %v", err)
	}
	return e.Print(cmd, text)
}

// Indented returns v as JSON that people can read too.
func Indented(v any) (string, error) { return encode(v, "  ") }

func encode(v any, indent string) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(v)
	return b.String(), err
}

// The exit statuses of more than one command.
const (
	StatusFailed   = 1 // the command did not succeed, or its verdict is no
	StatusUsage    = 2 // a flag, variable, file or argument is wrong
	StatusUnjudged = 3 // a command that judges found nothing broken, but could not judge everything
)

// Failure ends the program with a status other than 0.
type Failure struct {
	Status int
	Text   string // for stderr; empty when everything has been said
}

func (f *Failure) Error() string { return f.Text }

// Misuse is a failure of the user's input. The text begins with the place of the input, such as a file and a line.
func Misuse(text string) error { return &Failure{StatusUsage, text} }

// Wrong is a failure of the user's input to a command.
func Wrong(cmd *cobra.Command, format string, args ...any) error {
	return Misuse(cmd.CommandPath() + ": " + fmt.Sprintf(format, args...))
}

// Failed is a failure of a command whose input is right.
func Failed(cmd *cobra.Command, format string, args ...any) error {
	return &Failure{StatusFailed, cmd.CommandPath() + ": " + fmt.Sprintf(format, args...)}
}

// Known rejects the arguments that are left when no command below cmd has their name.
func Known(cmd *cobra.Command, args []string) error {
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
		return NoArguments(cmd, args)
	}
	return Wrong(cmd, "there is no command %q; %s", args[0], Suggest(args[0], "", names))
}

// NoArguments rejects arguments. It does not repeat them: one may be a secret whose flag was left out.
func NoArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return Wrong(cmd, "it takes flags only, but there is an argument; see %s --help", cmd.CommandPath())
}
