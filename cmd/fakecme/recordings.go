package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/report"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/lint"
)

func newRecordingsCommand(env *command.Environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recordings",
		Short: "Check, list and show recordings",
		Long:  "Checks, lists and shows recordings: HAR files that \"fakecme record\" or \"fakecme import har\" wrote.",
		Example: `  fakecme recordings lint recorded --expire 90d
  fakecme recordings list recorded
  fakecme recordings show recorded/login.har 0`,
		Args: command.Known,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return command.Wrong(cmd, "what? write fakecme recordings lint, list or show")
		},
	}
	cmd.AddCommand(newLintCommand(env), newListCommand(env), newShowCommand(env))
	return cmd
}

// addFormat defines --format: text or json.
func addFormat(flags *pflag.FlagSet, form *report.Form) {
	option.AddPlain(flags, form, "format", "text", "text, or json for machines", option.OneOf("form", "form", report.Text, report.JSON))
}

// needPaths rejects a command without a path.
func needPaths(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return command.Wrong(cmd, "which recordings? write %s DIR or FILE", cmd.CommandPath())
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
  response   the response breaks the contract of the operation
  age        it is older than --expire
  duplicate  the same call stands in two places

A line about the contract has the place, a pointer into the body, and the reason. The
contract may be the one that is wrong: a recording shows what the service did.

` + option.EnvironmentHelp

func newLintCommand(env *command.Environment) *cobra.Command {
	var (
		form    report.Form
		expire  time.Duration
		secrets secretFlags
	)
	cmd := &cobra.Command{
		Use:   "lint DIR|FILE...",
		Short: "Say what is wrong with recordings",
		Long:  lintLong,
		Example: `  fakecme recordings lint recorded
  fakecme recordings lint recorded --expire 90d --format json`,
		Args: needPaths,
		RunE: func(cmd *cobra.Command, args []string) error {
			known, err := secrets.all(cmd, env)
			if err != nil {
				return err
			}
			return lintRecordings(cmd, env, args, lint.Rules{Expire: expire, Now: env.Now(), Secrets: known}, form)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.Add(flags, &expire, "expire", "", "how old a recording may be, such as 90d; any age by default", option.Age)
	addFormat(flags, &form)
	secrets.add(flags)
	return cmd
}

func lintRecordings(cmd *cobra.Command, env *command.Environment, paths []string, rules lint.Rules, form report.Form) error {
	names, err := har.FileNames(paths...)
	if err != nil {
		return command.Wrong(cmd, "%v", err)
	}
	var files []lint.File
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			return command.Wrong(cmd, "%v", err)
		}
		files = append(files, lint.File{Name: name, Source: source})
	}
	faults := lint.Check(rules, files...)
	if form == report.JSON {
		err = env.PrintIndented(cmd, map[string]any{"files": len(files), "faults": append([]lint.Fault{}, faults...)})
	} else {
		var b strings.Builder
		for _, f := range faults {
			b.WriteString(command.OneLine(f.String()) + "\n")
		}
		fmt.Fprintf(&b, "%s, %s\n", command.Counted(len(files), "recording"), command.Counted(len(faults), "fault"))
		err = env.Print(cmd, b.String())
	}
	if err == nil && len(faults) > 0 {
		err = &command.Failure{Status: command.StatusFailed}
	}
	return err
}

// listEntry is one recording in a list.
type listEntry struct {
	Scenario   string   `json:"scenario"`
	File       string   `json:"file"`
	Entries    int      `json:"entries"`
	Operations []string `json:"operations"`
	Recorded   string   `json:"recorded,omitempty"` // RFC 3339; empty if it is not known
	AgeDays    int      `json:"ageDays"`            // -1 if it is not known
}

func newListCommand(env *command.Environment) *cobra.Command {
	var form report.Form
	cmd := &cobra.Command{
		Use:   "list DIR|FILE...",
		Short: "List recordings: calls, operations, age",
		Long: "Lists recordings, one line each: name, number of calls, the time when they were made, the\n" +
			"age, and the operations.",
		Example: `  fakecme recordings list recorded`,
		Args:    needPaths,
		RunE: func(cmd *cobra.Command, args []string) error {
			archives, err := har.ReadFiles(args...)
			if err != nil {
				return command.Wrong(cmd, "%v", err)
			}
			list := []listEntry{}
			for _, a := range archives {
				list = append(list, describeRecording(a, env.Now()))
			}
			if form == report.JSON {
				return env.PrintIndented(cmd, list)
			}
			return env.Print(cmd, listText(list))
		},
	}
	addFormat(cmd.Flags(), &form)
	return cmd
}

func describeRecording(a *har.Archive, now time.Time) listEntry {
	l := listEntry{Scenario: a.Scenario(), File: a.Name, Entries: len(a.Log.Entries), Operations: []string{}, AgeDays: -1}
	if at, ok := a.Recorded(); ok {
		l.Recorded, l.AgeDays = at.UTC().Format(time.RFC3339), int(max(now.Sub(at), 0)/(24*time.Hour))
	}
	for i := range a.Log.Entries {
		if name := operationName(&a.Log.Entries[i]); !slices.Contains(l.Operations, name) {
			l.Operations = append(l.Operations, name)
		}
	}
	return l
}

// operationName names the operation of an entry, or says that there is none.
func operationName(e *har.Entry) string { return cmp.Or(settings.OperationOf(e), "?") }

func listText(list []listEntry) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "SCENARIO\tENTRIES\tRECORDED\tAGE\tOPERATIONS")
	for _, l := range list {
		recorded, age := "unknown", "unknown"
		if l.AgeDays >= 0 {
			recorded, age = l.Recorded, command.Counted(l.AgeDays, "day")
		}
		_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", command.OneLine(l.Scenario), l.Entries, recorded, age, strings.Join(l.Operations, ", "))
	}
	_ = table.Flush() // into memory
	return b.String()
}

func newShowCommand(env *command.Environment) *cobra.Command {
	var form report.Form
	cmd := &cobra.Command{
		Use:   "show FILE [ENTRY]",
		Short: "Show the calls of a recording",
		Long: "Shows one call of a recording for people to read, or all of them: request and response, with\n" +
			"JSON indented. Entries are counted from 0, as in messages: log.entries[0].",
		Example: `  fakecme recordings show recorded/login.har
  fakecme recordings show recorded/login.har 0 --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return command.Wrong(cmd, "which one? write %s FILE, or FILE and the number of the entry", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			archives, err := har.ReadFiles(args[0])
			if err != nil {
				return command.Wrong(cmd, "%v", err)
			}
			if len(archives) > 1 {
				return command.Wrong(cmd, "%s is a folder of %d recordings; name one of its files", args[0], len(archives))
			}
			first, last, err := parseEntry(cmd, archives[0], args[1:])
			if err != nil {
				return err
			}
			text, err := showText(archives[0], first, last, form)
			if err != nil {
				return command.Failed(cmd, "%v", err)
			}
			return env.Print(cmd, text)
		},
	}
	addFormat(cmd.Flags(), &form)
	return cmd
}

// parseEntry returns the range of the entries to show.
func parseEntry(cmd *cobra.Command, a *har.Archive, args []string) (first, last int, err error) {
	n := len(a.Log.Entries)
	if len(args) == 0 {
		return 0, n, nil
	}
	i, err := strconv.Atoi(args[0])
	if err != nil || i < 0 || i >= n {
		return 0, 0, command.Wrong(cmd, "there is no entry %q in %s; it has %s, counted from 0", args[0], a.Name, command.Counted(n, "call"))
	}
	return i, i + 1, nil
}

func showText(a *har.Archive, first, last int, form report.Form) (string, error) {
	var out bytes.Buffer
	if form == report.JSON {
		some := *a
		some.Log.Entries = a.Log.Entries[first:last]
		err := har.Write(&out, &some)
		return out.String(), err
	}
	for i := first; i < last; i++ {
		if err := writeCall(&out, a, i); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

func writeCall(out *bytes.Buffer, a *har.Archive, i int) error {
	e := &a.Log.Entries[i]
	c, err := e.Call()
	if err != nil {
		return fmt.Errorf("%s: log.entries[%d].%w", a.Name, i, err)
	}
	when := ""
	if !c.Started.IsZero() {
		when = ", " + e.StartedDateTime
	}
	fmt.Fprintf(out, "# %s: log.entries[%d]: %s%s\n", command.OneLine(a.Name), i, operationName(e), when)
	fmt.Fprintf(out, "%s %s\n", command.OneLine(c.Method), command.OneLine(e.Request.URL))
	writeMessage(out, c.Header, c.Body)
	if !c.HasResponse() {
		fmt.Fprint(out, "\nno response\n\n")
		return nil
	}
	fmt.Fprintf(out, "\n%d %s\n", c.Status, http.StatusText(c.Status))
	writeMessage(out, c.ResponseHeader, c.ResponseBody)
	out.WriteByte('\n')
	return nil
}

func writeMessage(out *bytes.Buffer, header http.Header, body []byte) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			fmt.Fprintf(out, "%s: %s\n", command.OneLine(name), command.OneLine(value))
		}
	}
	if len(body) == 0 {
		return
	}
	var indented bytes.Buffer
	switch {
	case json.Indent(&indented, body, "", "  ") == nil:
		body = indented.Bytes()
	case !utf8.Valid(body):
		body = fmt.Appendf(nil, "(%d bytes that are no text)", len(body))
	}
	out.WriteByte('\n')
	for line := range strings.SplitSeq(strings.TrimRight(string(body), "\n"), "\n") {
		out.WriteString(command.OneLine(line) + "\n")
	}
}
