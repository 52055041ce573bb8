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

	"github.com/fakecme/fakecme/recordings"
)

func (p *program) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "import",
		Short:   "Make recordings of other programs' files",
		Long:    "Makes recordings, safe to keep, of files that other programs have written.",
		Example: `  fakecme import har session.har --out recorded --scenario login`,
		Args:    knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return wrong(cmd, "what? write fakecme import har FILE")
		},
	}
	cmd.AddCommand(p.importHARCommand())
	return cmd
}

// importHAR is what the command is told.
type importHAR struct {
	out, scenario string
	hosts         []string
	replace       bool
	secrets       secretSettings
}

const importHARLong = `Reads HAR files as browsers (Chrome, Firefox), proxies (Charles, mitmproxy) and Playwright
write them, keeps the calls of the three services, makes them safe to keep as "fakecme
record" does, and writes each file as a recording. It says how many calls it has kept, and
how many it has left out and why.

Kept are calls to the real hosts, to this machine, and to the hosts of --host, such as a
gateway of yours: there the path decides which service it is. Pictures and pages of the
services are no calls. In the recording every call is to the real host.

Let the other program write the file with the bodies in it ("with content"); a body that
is not in the file is an error that names the entry.

` + environmentHelp

func (p *program) importHARCommand() *cobra.Command {
	var i importHAR
	cmd := &cobra.Command{
		Use:   "har FILE...",
		Short: "Make recordings of HAR files",
		Long:  importHARLong,
		Example: `  fakecme import har session.har --out recorded --scenario login
  fakecme import har *.har --out recorded --host gateway.internal --secret-env TEAM_TOKEN`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return wrong(cmd, "which file? write %s FILE --out DIR", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.importHAR(cmd, &i, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	add(flags, &i.out, "out", "", "folder for the recordings; it is made if need be", asFile)
	add(flags, &i.scenario, "scenario", "", "name of the recording without .har; that of the file by default", asScenario)
	addPlain(flags, &i.replace, "replace", "", "replace files of that name", asSwitch)
	add(flags, &i.hosts, "host", "", "more hosts, with commas between, that stand for a service", asNames)
	i.secrets.add(flags)
	return cmd
}

func (p *program) importHAR(cmd *cobra.Command, i *importHAR, files []string) error {
	if i.scenario != "" && len(files) > 1 {
		return wrong(cmd, "--scenario: it names one recording, but there are %d files", len(files))
	}
	secrets, err := i.secrets.secrets(p, cmd)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := p.importOne(cmd, i, file, recordings.Redactor{Secrets: secrets}); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) importOne(cmd *cobra.Command, i *importHAR, file string, redactor recordings.Redactor) error {
	name := i.scenario
	if name == "" {
		name = scenarioOf(file)
	}
	target, err := newScenario(cmd, i.out, name, p.now(), i.replace)
	if err != nil {
		return err
	}
	source, err := os.Open(file)
	if err != nil {
		return wrong(cmd, "%v; check the path", err)
	}
	defer func() { _ = source.Close() }()
	all, err := recordings.Read(file, source)
	if err != nil {
		return wrong(cmd, "%v", err)
	}
	kept, leftOut, err := recordings.Pick(all, i.hosts...)
	if err != nil {
		return wrong(cmd, "%s: %v", file, err)
	}
	left := leftOutText(leftOut)
	if len(kept.Log.Entries) == 0 {
		return failed(cmd, "%s: it has no call of the three services, so nothing was written%s", file, left)
	}
	safe, err := redactor.Redact(kept)
	if err != nil {
		return failed(cmd, "%v; nothing was written", err)
	}
	if err := recordings.WriteFile(target, safe); err != nil {
		return failed(cmd, "%v", err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: kept %s in %s%s; %s\n", oneLine(file), counted(len(safe.Log.Entries), "call"), oneLine(target), left, redacted(safe))
	if err != nil {
		return failed(cmd, "write: %v", err)
	}
	return nil
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

// scenarioOf makes the name of a recording of that of a file.
func scenarioOf(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	name = strings.Trim(notInNames.ReplaceAllString(name, "-"), "-.")
	if len(name) > 100 || !scenarioShape.MatchString(name) {
		return "imported"
	}
	return name
}
