package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/recordings"
)

func (p *program) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show FILE [ENTRY]",
		Short: "Show the calls of a recording",
		Long: "Shows one call of a recording as people read it, or all of them: request and response, with\n" +
			"JSON indented. Entries are counted from 0, as in messages: log.entries[0].",
		Example: `  fakecme recordings show recorded/login.har
  fakecme recordings show recorded/login.har 0 --format json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return wrong(cmd, "which one? write %s FILE, or FILE and the number of the entry", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			archives, err := recordings.ReadFiles(args[0])
			if err != nil {
				return wrong(cmd, "%v", err)
			}
			if len(archives) > 1 {
				return wrong(cmd, "%s is a folder of %d recordings; name one of its files", args[0], len(archives))
			}
			first, last, err := chosen(cmd, archives[0], args[1:])
			if err != nil {
				return err
			}
			return p.show(cmd, archives[0], first, last, asJSON)
		},
	}
	addFormat(cmd.Flags(), &asJSON)
	return cmd
}

// chosen is the range of the entries to show.
func chosen(cmd *cobra.Command, a *recordings.Archive, args []string) (first, last int, err error) {
	n := len(a.Log.Entries)
	if len(args) == 0 {
		return 0, n, nil
	}
	i, err := strconv.Atoi(args[0])
	if err != nil || i < 0 || i >= n {
		return 0, 0, wrong(cmd, "there is no entry %q in %s; it has %s, counted from 0", args[0], a.Name, counted(n, "call"))
	}
	return i, i + 1, nil
}

func (p *program) show(cmd *cobra.Command, a *recordings.Archive, first, last int, asJSON bool) error {
	var out bytes.Buffer
	if asJSON {
		some := *a
		some.Log.Entries = a.Log.Entries[first:last]
		if err := recordings.Write(&out, &some); err != nil {
			return failed(cmd, "%v", err)
		}
	} else {
		for i := first; i < last; i++ {
			if err := writeCall(&out, a, i); err != nil {
				return failed(cmd, "%v", err)
			}
		}
	}
	if _, err := p.stdout.Write(out.Bytes()); err != nil {
		return failed(cmd, "write: %v", err)
	}
	return nil
}

func writeCall(out *bytes.Buffer, a *recordings.Archive, i int) error {
	e := &a.Log.Entries[i]
	c, err := e.Call()
	if err != nil {
		return fmt.Errorf("%s: log.entries[%d].%w", a.Name, i, err)
	}
	when := ""
	if !c.Started.IsZero() {
		when = ", " + e.StartedDateTime
	}
	fmt.Fprintf(out, "# %s: log.entries[%d]: %s%s\n", oneLine(a.Name), i, operationName(e), when)
	fmt.Fprintf(out, "%s %s\n", oneLine(c.Method), oneLine(e.Request.URL))
	writeMessage(out, c.Header, c.Body)
	if !c.HasResponse() {
		fmt.Fprint(out, "\nno answer\n\n")
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
			fmt.Fprintf(out, "%s: %s\n", oneLine(name), oneLine(value))
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
		out.WriteString(oneLine(line) + "\n")
	}
}
