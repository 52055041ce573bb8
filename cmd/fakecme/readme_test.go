package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"go.yaml.in/yaml/v3"
)

// block is a piece of code in the README.
type block struct{ language, text string }

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

func readmeBlocks(t *testing.T, section string) []block {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+section+"\n")
	if !found {
		t.Fatalf("the README has no section %q", section)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var blocks []block
	for _, m := range fence.FindAllStringSubmatch(rest, -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

// The commands in these sections work when they are pasted, each terminal's in their order, and print what stands below them. Only
// the ports and the folder for recordings are others, and the program is built once.
func TestReadmeSections(t *testing.T) {
	t.Parallel()
	for section, outputs := range map[string]int{"A five-minute tour": 6, "Recordings": 1, "Does a provider keep the contract?": 1} {
		t.Run(section, func(t *testing.T) {
			t.Parallel()
			needTool(t, "bash", "curl", "sed")
			p := paste{t: t, recorded: filepath.Join(t.TempDir(), "recorded"), servers: map[string]*backgroundRun{}}
			if section == "Recordings" { // while the fake of the tour runs
				p.start([]string{"--fixtures", "cmd/fakecme/testdata/fixtures.yaml"})
			}
			shown, printed := 0, ""
			for _, b := range readmeBlocks(t, section) {
				switch args, serves := p.server(b.text); {
				case b.language == "bash" && serves:
					p.start(args)
				case b.language == "bash":
					printed = p.run(b.text)
				case b.language == "json" || b.language == "text":
					shown++
					for line := range strings.SplitSeq(strings.TrimSpace(b.text), "\n") {
						if want := shownLine(p.replace(line)); !want.MatchString(printed) {
							t.Errorf("there is no line\n%s\nin\n%s", line, printed)
						}
					}
				}
			}
			if shown != outputs {
				t.Errorf("%d outputs were compared, want %d", shown, outputs)
			}
		})
	}
}

// paste is a person who pastes commands of the README into terminals.
type paste struct {
	t        *testing.T
	recorded string                    // the folder for recordings
	servers  map[string]*backgroundRun // by the address in the README
	in       io.WriteCloser            // of the shell, as is out
	out      *bufio.Reader
}

// server returns the arguments of a command that listens, without its address.
func (p *paste) server(text string) (args []string, is bool) {
	line, is := strings.CutPrefix(strings.TrimSpace(text), "go run ./cmd/fakecme ")
	is = is && regexp.MustCompile(`^(--|record |replay )`).MatchString(line) && !strings.Contains(line, "\n")
	return strings.Fields(line), is
}

// start ends the server that replay replaces, and that which it calls.
func (p *paste) start(args []string) {
	p.t.Helper()
	address := "127.0.0.1:11560"
	switch args[0] {
	case "record":
		address = "127.0.0.1:11563"
	case "replay":
		for _, r := range p.servers {
			if status, _ := r.end(); status != 0 {
				p.t.Errorf("status %d: %s", status, r.stderr)
			}
		}
		args, address = []string{"replay", p.recorded}, "127.0.0.1:11563"
	default:
		args = append([]string{"serve"}, args...)
	}
	line := strings.Replace(p.replace(strings.Join(args, " ")), "cmd/fakecme/testdata", "testdata", 1)
	p.servers[address] = serveHere(p.t, strings.Fields(line)...)
}

func (p *paste) replace(text string) string {
	text = strings.NewReplacer("--out recorded", "--out "+p.recorded, "recorded/material.har", p.recorded+"/material.har").Replace(text)
	for address, r := range p.servers {
		text = strings.ReplaceAll(text, address, r.bound.HTTP)
	}
	return strings.ReplaceAll(text, "go run ./cmd/fakecme", program())
}

// run runs commands in the shell, and returns their output.
func (p *paste) run(text string) string {
	p.t.Helper()
	const mark = "---- here the commands end"
	if p.in == nil {
		cmd := exec.CommandContext(p.t.Context(), "bash", "-euo", "pipefail")
		cmd.Dir, cmd.Env = "../..", childEnvironment(p.t)
		out, in := io.Pipe()
		p.out, cmd.Stdout, cmd.Stderr = bufio.NewReader(out), in, in
		var err error
		if p.in, err = cmd.StdinPipe(); err == nil {
			err = cmd.Start()
		}
		if err != nil {
			p.t.Fatal(err)
		}
		go func() { _ = in.CloseWithError(fmt.Errorf("the shell ended: %w", cmd.Wait())) }()
		p.t.Cleanup(func() { _ = p.in.Close() })
	}
	_, _ = io.WriteString(p.in, p.replace(text)+"echo; echo '"+mark+"'\n")
	var printed strings.Builder
	for {
		line, err := p.out.ReadString('\n')
		if strings.HasPrefix(line, mark) {
			return printed.String()
		}
		if printed.WriteString(line); err != nil {
			p.t.Fatalf("%v\n%s\nafter:\n%s", err, &printed, text)
		}
	}
}

// shownLine matches a line of the README, in which … stands for anything.
func shownLine(line string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*"))
}

// The Go test in the README is one that is compiled and run.
func TestReadmeExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(filepath.Join("..", "..", "fake", "example_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := readmeBlocks(t, "In a Go test")
	if len(blocks) != 1 || blocks[0].language != "go" || !strings.Contains(string(example), blocks[0].text) {
		t.Error("the Go code in the README is not that of fake/example_test.go")
	}
}

// The snippets for CI are YAML, name hosts that the fake plays, and end with what fails when something was found.
func TestReadmeSnippets(t *testing.T) {
	t.Parallel()
	snippets := 0
	for _, b := range readmeBlocks(t, "In a container") {
		if b.language != "yaml" {
			continue
		}
		snippets++
		var document map[string]any
		if err := yaml.Unmarshal([]byte(b.text), &document); err != nil {
			t.Errorf("%v in:\n%s", err, b.text)
		}
		if !strings.HasSuffix(strings.TrimSpace(b.text), `:11560/_fakecme/findings?fail=true"`) || !strings.Contains(b.text, "curl -sS --fail-with-body") {
			t.Errorf("the snippet does not end with the findings:\n%s", b.text)
		}
		for _, host := range realName.FindAllString(b.text, -1) {
			if !slices.Contains(fake.Hosts(), host) {
				t.Errorf("the fake does not play %s", host)
			}
		}
	}
	if snippets != 2 {
		t.Errorf("there are %d snippets, want 2", snippets)
	}
}

var realName = regexp.MustCompile(`[a-z0-9.-]+\.(?:qcloud|h5ds|qq|tencent-cloud)\.com`)
