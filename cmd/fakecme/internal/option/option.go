// Package option defines the flags of fakecme. A flag can have an environment variable, and says of its value where
// the value came from.
package option

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
)

// EnvironmentHelp is the end of the help of each command whose flags have variables.
const EnvironmentHelp = `A flag with a variable in brackets is also read from that environment variable.
A flag wins over its variable, and a variable over the configuration file. An
empty variable counts as unset.`

// variablePrefix begins the name of each variable.
const variablePrefix = "FAKECME_"

// The annotations of a flag.
const (
	annotationVariable = "variable" // its environment variable
	annotationOrigin   = "origin"   // where its value came from, for messages; absent for the default
)

// value is what a flag, a variable or a line of the configuration file sets.
type value[T any] struct {
	target *T
	kind   Kind[T]
	text   string
}

func (v *value[T]) String() string { return v.text }
func (v *value[T]) Type() string   { return v.kind.name }

func (v *value[T]) Set(text string) error {
	parsed, err := v.kind.parse(text)
	if err != nil {
		return err
	}
	*v.target, v.text = parsed, text
	return nil
}

// Add defines a flag whose variable has the same name as the flag. With an empty byDefault, the value of the target is
// the default.
func Add[T any](flags *pflag.FlagSet, target *T, name, byDefault, usage string, kind Kind[T]) {
	variable := variablePrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	AddNamed(flags, target, name, variable, byDefault, usage, kind)
}

// AddNamed defines a flag with a variable of any name.
func AddNamed[T any](flags *pflag.FlagSet, target *T, name, variable, byDefault, usage string, kind Kind[T]) {
	AddPlain(flags, target, name, byDefault, usage+" ["+variable+"]", kind)
	flags.Lookup(name).Annotations = map[string][]string{annotationVariable: {variable}}
}

// AddPlain defines a flag without a variable. It is for what only a single command prints or does.
func AddPlain[T any](flags *pflag.FlagSet, target *T, name, byDefault, usage string, kind Kind[T]) {
	v := &value[T]{target: target, kind: kind}
	if byDefault != "" {
		if err := v.Set(byDefault); err != nil {
			panic(fmt.Sprintf("default of --%s: %v", name, err))
		}
	}
	flag := flags.VarPF(v, name, "", usage)
	if kind.name == Switch.name { // a flag that needs no value
		flag.NoOptDefVal = "true"
	}
}

// ReadVariables gives each flag that is not on the command line the value of its variable.
func ReadVariables(cmd *cobra.Command, env *command.Environment) error {
	var first error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		variable := f.Annotations[annotationVariable]
		switch {
		case len(variable) == 0 || first != nil:
			return
		case f.Changed:
			SetOrigin(f, cmd.CommandPath()+": --"+f.Name)
			return
		}
		text := env.Variable(variable[0])
		if text == "" {
			return
		}
		SetOrigin(f, cmd.CommandPath()+": "+variable[0])
		if err := f.Value.Set(text); err != nil {
			first = command.Misuse(fmt.Sprintf("%s: %v", Origin(cmd, f.Name), err))
		}
	})
	return first
}

// SetOrigin notes where the value of a flag came from.
func SetOrigin(f *pflag.Flag, origin string) { f.Annotations[annotationOrigin] = []string{origin} }

// Origin returns where the value of a flag came from, as the beginning of a message. It is empty for the default.
func Origin(cmd *cobra.Command, name string) string {
	return strings.Join(cmd.Flags().Lookup(name).Annotations[annotationOrigin], "")
}

// UnknownVariables returns a warning for each variable that has the prefix of fakecme, but that no flag of any command
// reads. A warning names the variable that may be meant, and shows no value.
func UnknownVariables(root *cobra.Command, env *command.Environment) []string {
	known := variablesOf(root)
	var warnings []string
	for _, pair := range env.Variables {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) {
			continue
		}
		hint := "see fakecme serve --help"
		if near := command.Nearest(name, known); len(near) > 0 && name != variablePrefix {
			hint = "did you mean " + near[0] + "?"
		}
		warnings = append(warnings, fmt.Sprintf("nothing reads the variable %s; %s", name, hint))
	}
	slices.Sort(warnings)
	return warnings
}

// variablesOf lists the variables of the flags of a command and of the commands below it.
func variablesOf(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Annotations[annotationVariable]...) })
	for _, below := range cmd.Commands() {
		names = append(names, variablesOf(below)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Error says in one line what is wrong with a flag. It is the FlagErrorFunc of all commands.
func Error(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		invalid *pflag.InvalidValueError
		empty   *pflag.ValueRequiredError
	)
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return command.Wrong(cmd, "there is no flag -%s; see %s --help", unknown.GetSpecifiedName(), cmd.CommandPath())
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		name := unknown.GetSpecifiedName()
		return command.Wrong(cmd, "there is no flag --%s; %s", name, command.Suggest(name, "--", names))
	case errors.As(err, &invalid):
		return command.Wrong(cmd, "--%s: %v", invalid.GetFlag().Name, invalid.Unwrap())
	case errors.As(err, &empty):
		return command.Wrong(cmd, "--%s: the value is missing; write --%s %s", empty.GetFlag().Name,
			empty.GetFlag().Name, strings.ToUpper(empty.GetFlag().Value.Type()))
	}
	return command.Wrong(cmd, "%v; see %s --help", err, cmd.CommandPath())
}
