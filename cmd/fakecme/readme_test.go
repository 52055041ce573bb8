package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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

// The tour in the README works when pasted: its commands are run here, in their order, in one
// shell, and print what the README shows. Only the port is another, and the program is built once.
func TestReadmeTour(t *testing.T) {
	t.Parallel()
	needTool(t, "bash", "curl", "sed")
	blocks := readmeBlocks(t, "A five-minute tour")
	const start = "go run ./cmd/fakecme --fixtures cmd/fakecme/testdata/fixtures.yaml\n"
	if len(blocks) == 0 || blocks[0] != (block{"bash", start}) {
		t.Fatalf("the tour does not begin with starting the fake: %q", blocks)
	}
	binary := build(t)
	p := startProcess(t, nil, "--fixtures", "testdata/fixtures.yaml")
	address := strings.TrimPrefix(p.base, "http://")
	script, want := tourScript(blocks[1:])
	script = strings.NewReplacer("go run ./cmd/fakecme", binary, "127.0.0.1:11560", address).Replace(script)
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	printed := strings.Split(string(out), separator+"\n")
	if len(printed) != len(want)+1 {
		t.Fatalf("%d outputs, want %d:\n%s", len(printed)-1, len(want), out)
	}
	for i, w := range want {
		for line := range strings.SplitSeq(strings.TrimSpace(w), "\n") {
			if !shown(line).MatchString(printed[i]) {
				t.Errorf("output %d of the tour has no line\n%s\nbut is\n%s", i+1, line, printed[i])
			}
		}
	}
}

const separator = "---- end of a step of the tour"

// tourScript joins the commands, and marks where the output of each step that shows one ends.
func tourScript(blocks []block) (script string, outputs []string) {
	for _, b := range blocks {
		if b.language == "bash" {
			script += b.text
			continue
		}
		script += fmt.Sprintf("echo; echo %q\n", separator)
		outputs = append(outputs, b.text)
	}
	return script, outputs
}

// shown matches a line of the README, in which … stands for anything.
func shown(line string) *regexp.Regexp {
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
