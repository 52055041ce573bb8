package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/lint"
)

func (p *program) recordingsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recordings",
		Short: "Check, list and show recordings",
		Long:  "Checks, lists and shows recordings: HAR files that \"fakecme record\" or \"fakecme import har\" wrote.",
		Example: `  fakecme recordings lint recorded --expire 90d
  fakecme recordings list recorded
  fakecme recordings show recorded/login.har 0`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return wrong(cmd, "what? write fakecme recordings lint, list or show")
		},
	}
	cmd.AddCommand(p.lintCommand(), p.listCommand(), p.showCommand())
	return cmd
}

// addFormat defines --format: text or json.
func addFormat(flags *pflag.FlagSet, asJSON *bool) {
	addPlain(flags, asJSON, "format", "text", "text, or json for machines", kind[bool]{"form", func(text string) (bool, error) {
		if text != "text" && text != "json" {
			return false, fmt.Errorf("there is no form %q; %s", text, meant(text, "", []string{"text", "json"}))
		}
		return text == "json", nil
	}})
}

// somePaths rejects a command without a path.
func somePaths(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return wrong(cmd, "which recordings? write %s DIR or FILE", cmd.CommandPath())
	}
	return nil
}

const lintLong = `Says what is wrong with recordings, a line a fault, and exits with 1 when there is one:

  format     it is no HAR file, or a body is not in it
  stable     it is not written as fakecme writes it
  secret     something looks secret or personal, and is no placeholder; the values of
             --secret-env and the like are looked for in every encoding
  noise      it has headers or fields that recordings do not keep
  operation  no operation is documented for the call
  request    the request breaks the contract of the operation
  answer     the answer does
  age        it is older than --expire
  duplicate  the same call stands in two places

What breaks the contract is written as where it is, a pointer into the body, and the reason.
It may be the contract that is wrong: a recording shows what the service did.

` + environmentHelp

func (p *program) lintCommand() *cobra.Command {
	var (
		asJSON  bool
		expire  time.Duration
		secrets secretSettings
	)
	cmd := &cobra.Command{
		Use:   "lint DIR|FILE...",
		Short: "Say what is wrong with recordings",
		Long:  lintLong,
		Example: `  fakecme recordings lint recorded
  fakecme recordings lint recorded --expire 90d --format json`,
		Args: somePaths,
		RunE: func(cmd *cobra.Command, args []string) error {
			known, err := secrets.secrets(p, cmd)
			if err != nil {
				return err
			}
			return p.lint(cmd, args, lint.Rules{Expire: expire, Now: p.now(), Secrets: known}, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	add(flags, &expire, "expire", "", "how old a recording may be, such as 90d; any age by default", asAge)
	addFormat(flags, &asJSON)
	secrets.add(flags)
	return cmd
}

func (p *program) lint(cmd *cobra.Command, paths []string, rules lint.Rules, asJSON bool) error {
	names, err := recordings.FileNames(paths...)
	if err != nil {
		return wrong(cmd, "%v", err)
	}
	var files []lint.File
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			return wrong(cmd, "%v", err)
		}
		files = append(files, lint.File{Name: name, Source: source})
	}
	faults := lint.Check(rules, files...)
	if asJSON {
		err = writeJSON(p.stdout, map[string]any{"files": len(files), "faults": notNil(faults)})
	} else {
		err = writeFaults(p.stdout, len(files), faults)
	}
	switch {
	case err != nil:
		return failed(cmd, "write: %v", err)
	case len(faults) > 0:
		return &failure{status: statusFailed}
	}
	return nil
}

func writeFaults(w io.Writer, files int, faults []lint.Fault) error {
	for _, f := range faults {
		if _, err := fmt.Fprintln(w, oneLine(f.String())); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s, %s\n", counted(files, "recording"), counted(len(faults), "fault"))
	return err
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// notNil writes an empty list as [].
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// listed is one recording in a list.
type listedRecording struct {
	Scenario   string   `json:"scenario"`
	File       string   `json:"file"`
	Entries    int      `json:"entries"`
	Operations []string `json:"operations"`
	Recorded   string   `json:"recorded,omitempty"` // RFC 3339; empty if it is not known
	AgeDays    int      `json:"ageDays"`            // -1 if it is not known
}

func (p *program) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list DIR|FILE...",
		Short:   "List recordings: calls, operations, age",
		Long:    "Lists recordings, one line each: name, number of calls, when they were made, how old\nthat is, and the operations.",
		Example: `  fakecme recordings list recorded`,
		Args:    somePaths,
		RunE: func(cmd *cobra.Command, args []string) error {
			archives, err := recordings.ReadFiles(args...)
			if err != nil {
				return wrong(cmd, "%v", err)
			}
			var list []listedRecording
			for _, a := range archives {
				list = append(list, describeRecording(a, p.now()))
			}
			if asJSON {
				err = writeJSON(p.stdout, notNil(list))
			} else {
				err = writeList(p.stdout, list)
			}
			if err != nil {
				return failed(cmd, "write: %v", err)
			}
			return nil
		},
	}
	addFormat(cmd.Flags(), &asJSON)
	return cmd
}

func describeRecording(a *recordings.Archive, now time.Time) listedRecording {
	l := listedRecording{Scenario: a.Scenario(), File: a.Name, Entries: len(a.Log.Entries), Operations: []string{}, AgeDays: -1}
	if at, ok := a.Recorded(); ok {
		l.Recorded, l.AgeDays = at.UTC().Format(time.RFC3339), int(max(now.Sub(at), 0)/(24*time.Hour))
	}
	seen := map[string]bool{}
	for i := range a.Log.Entries {
		name := operationName(&a.Log.Entries[i])
		if !seen[name] {
			seen[name] = true
			l.Operations = append(l.Operations, name)
		}
	}
	return l
}

// operationName names the operation of an entry, or says that there is none.
func operationName(e *recordings.Entry) string {
	c, err := e.Call()
	if err != nil {
		return "?"
	}
	if o, ok := lint.OperationOf(c); ok {
		return o.ID
	}
	return "?"
}

func writeList(w io.Writer, list []listedRecording) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintln(table, "SCENARIO\tENTRIES\tRECORDED\tAGE\tOPERATIONS")
	for _, l := range list {
		recorded, age := "unknown", "unknown"
		if l.AgeDays >= 0 {
			recorded, age = l.Recorded, counted(l.AgeDays, "day")
		}
		_, problem := fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", oneLine(l.Scenario), l.Entries, recorded, age, strings.Join(l.Operations, ", "))
		err = errors.Join(err, problem)
	}
	return errors.Join(err, table.Flush())
}
