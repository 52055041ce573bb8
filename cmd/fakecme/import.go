package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

func newImportCommand(env *command.Environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "import",
		Short:   "Make recordings of other programs' files",
		Long:    "Makes recordings without secrets of files that other programs have written.",
		Example: `  fakecme import har session.har --out recorded --scenario login`,
		Args:    command.Known,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return command.Wrong(cmd, "what? write fakecme import har FILE")
		},
	}
	cmd.AddCommand(newImportHARCommand(env))
	return cmd
}

// importHARFlags are the flags of import har.
type importHARFlags struct {
	out, scenario string
	hosts         []string
	replace       bool
	secrets       secretFlags
}

const importHARLong = `Reads HAR files as browsers (Chrome, Firefox), proxies (Charles, mitmproxy) and Playwright
write them, keeps the calls of the three services, replaces secrets as "fakecme record"
does, and writes each file as a recording. It says how many calls it has kept, and how
many it has left out and why.

It keeps calls to the real hosts, to this machine, and to the hosts of --host, such as a
gateway of yours, where the path decides which service it is. Pictures and pages of the
services are no calls. In the recording every call is to the real host.

Let the other program write the file with the bodies in it ("with content"), or in files
beside it, as Playwright does. A call without its body, or one that cannot be made safe, is
not kept: a line names its entry and the reason, and the exit status is 1. Responses that
answer only clients that have a part already (304, 206) are left out.

` + option.EnvironmentHelp

func newImportHARCommand(env *command.Environment) *cobra.Command {
	var f importHARFlags
	cmd := &cobra.Command{
		Use:   "har FILE...",
		Short: "Make recordings of HAR files",
		Long:  importHARLong,
		Example: `  fakecme import har session.har --out recorded --scenario login
  fakecme import har *.har --out recorded --host gateway.internal --secret-env TEAM_TOKEN`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return command.Wrong(cmd, "which file? write %s FILE --out DIR", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, env, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.Add(flags, &f.out, "out", "", "folder for the recordings; it is made when it is not there", option.File)
	option.Add(flags, &f.scenario, "scenario", "", "name of the recording without .har; that of the file by default", option.NewKind("name", parseScenario))
	option.AddPlain(flags, &f.replace, "replace", "", "replace files of that name", option.Switch)
	option.Add(flags, &f.hosts, "host", "", "more hosts, with commas between, that stand for a service", option.Names)
	f.secrets.add(flags)
	return cmd
}

func (f *importHARFlags) run(cmd *cobra.Command, env *command.Environment, files []string) error {
	if f.scenario != "" && len(files) > 1 {
		return command.Wrong(cmd, "--scenario: it names one recording, but there are %d files", len(files))
	}
	secrets, err := f.secrets.all(cmd, env)
	if err != nil {
		return err
	}
	total := 0
	for _, file := range files {
		incomplete, err := f.importFile(cmd, env, file, redact.Redactor{Secrets: secrets})
		if err != nil {
			return err
		}
		total += incomplete
	}
	if total > 0 {
		return command.Failed(cmd, "not kept: %s; see above", command.Counted(total, "call"))
	}
	return nil
}

// importFile returns how many calls of the services cannot be kept.
func (f *importHARFlags) importFile(cmd *cobra.Command, env *command.Environment, file string, redactor redact.Redactor) (incomplete int, err error) {
	name := f.scenario
	if name == "" {
		name = scenarioOf(file)
	}
	target, err := newRecordingFile(cmd, f.out, name, env.Now(), f.replace)
	if err != nil {
		return 0, err
	}
	if _, err := os.Stat(file); err != nil {
		return 0, command.Wrong(cmd, "%v; check the path", err)
	}
	picked := recordings.Filter{Hosts: f.hosts}
	_, err = har.ReadFileEach(file, func(e har.Entry, folder *os.Root) error {
		picked.Add(e, folder)
		return nil
	})
	if err != nil {
		return 0, command.Wrong(cmd, "%v", err)
	}
	redacted, err := picked.Redact(file, redactor)
	if err != nil {
		return 0, command.Failed(cmd, "%v; nothing was written", err)
	}
	for _, call := range picked.Incomplete {
		_, _ = fmt.Fprintf(env.Stderr, "not kept: %s: %s\n", command.OneLine(file), command.OneLine(call.String()))
	}
	reasons := leftOutText(picked.LeftOut)
	if len(redacted.Log.Entries) == 0 {
		return 0, command.Failed(cmd, "%s: it has no call of the three services%s, so nothing was written%s", file, thatCanBeKept(picked.Incomplete), reasons)
	}
	if err := har.WriteFile(target, redacted); err != nil {
		return 0, command.Failed(cmd, "%v", err)
	}
	return len(picked.Incomplete), env.Print(cmd, fmt.Sprintf("%s: kept %s in %s%s; %s\n", command.OneLine(file),
		command.Counted(len(redacted.Log.Entries), "call"), command.OneLine(target), reasons, countPlaceholders(redacted)))
}

func thatCanBeKept(incomplete []recordings.Incomplete) string {
	if len(incomplete) == 0 {
		return ""
	}
	return " that can be kept"
}

// leftOutText says how many calls were left out, and why.
func leftOutText(reasons map[string]int) string {
	var parts []string
	total := 0
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		total += reasons[why]
		parts = append(parts, fmt.Sprintf("%d %s", reasons[why], why))
	}
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("; left out %d: %s", total, strings.Join(parts, ", "))
}

var notInNames = regexp.MustCompile(`[^\pL\pN_.-]+`)

// scenarioOf returns the name of the recording for a file.
func scenarioOf(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	name = strings.Trim(notInNames.ReplaceAllString(name, "-"), "-.")
	if len(name) > 100 || !isScenario(name) {
		return "imported"
	}
	return name
}
