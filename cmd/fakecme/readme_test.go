package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"gopkg.in/yaml.v3"
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
	address := serveHere(t, "serve", "--fixtures", "testdata/fixtures.yaml").bound.HTTP
	script, want := tourScript(blocks[1:])
	script = strings.NewReplacer("go run ./cmd/fakecme", program(), "127.0.0.1:11560", address).Replace(script)
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = "../..", childEnvironment(t)
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

// The session of the README works when pasted: recorded against the fake, replayed without it, the same
// answer. Only ports and the folder are others.
func TestReadmeRecordings(t *testing.T) {
	t.Parallel()
	needTool(t, "bash", "curl", "sed")
	blocks := readmeBlocks(t, "Recordings")
	if len(blocks) != 5 {
		t.Fatalf("the section has %d blocks, want 5", len(blocks))
	}
	recorded := filepath.Join(t.TempDir(), "recorded")
	command := func(b block, fake string) []string {
		text := strings.NewReplacer("recorded", recorded, "http://127.0.0.1:11560", fake, "--http 127.0.0.1:11563", "").Replace(b.text)
		args, ok := strings.CutPrefix(text, "go run ./cmd/fakecme ")
		if !ok {
			t.Fatalf("no command of fakecme: %s", b.text)
		}
		return strings.Fields(args)
	}
	ask := func(base string, scripts ...string) string {
		script := strings.NewReplacer("go run ./cmd/fakecme", program(), "http://127.0.0.1:11563", base).Replace(strings.Join(scripts, "echo\n"))
		cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
		cmd.Env = childEnvironment(t)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	fake := serveHere(t, "serve", "--fixtures", "testdata/fixtures.yaml")
	recorder := serveHere(t, command(blocks[0], "http://"+fake.bound.HTTP)...)
	live := ask("http://"+recorder.bound.HTTP, blocks[1].text)
	fake.end()
	if status, _ := recorder.end(); status != 0 {
		t.Fatalf("record: status %d, %s", status, recorder.stderr)
	}
	replayed := serveHere(t, command(blocks[2], "")...)
	define, _, _ := strings.Cut(blocks[1].text, "\nask http")
	again := ask("http://"+replayed.bound.HTTP, define+"\n", strings.Replace(blocks[3].text, "\ncurl", "; echo\ncurl", 1))
	for line := range strings.SplitSeq(strings.TrimSpace(blocks[4].text), "\n") {
		line = strings.ReplaceAll(line, "recorded/material.har", recorded+"/material.har")
		if !shown(line).MatchString(again) {
			t.Errorf("there is no line\n%s\nbut\n%s", line, again)
		}
	}
	first, _, _ := strings.Cut(live, `"PreviewUrl"`)
	if first == live || !strings.Contains(again, first) {
		t.Errorf("live:\n%s\nreplayed:\n%s", live, again)
	}
}

// What the README shows works when pasted.
func TestReadmeVerify(t *testing.T) {
	t.Parallel()
	blocks := readmeBlocks(t, "Does a provider keep the contract?")
	const program, address = "go run ./cmd/fakecme ", "http://127.0.0.1:11560"
	if len(blocks) < 3 || blocks[2].language != "text" {
		t.Fatalf("the section begins with other blocks: %q", blocks)
	}
	args := func(b block) []string {
		line, isProgram := strings.CutPrefix(strings.TrimSpace(b.text), program)
		if !isProgram {
			t.Fatalf("%q does not run the program", b.text)
		}
		return strings.Fields(line)
	}
	base := "http://" + serveHere(t, append([]string{"serve"}, args(blocks[0])...)...).bound.HTTP
	var verify []string
	for _, arg := range args(blocks[1]) {
		verify = append(verify, strings.Replace(arg, address, base, 1))
	}
	var stdout bytes.Buffer
	status, stderr := runHere(verify, nil, &stdout)
	if status != 0 || !strings.Contains(stdout.String(), strings.TrimSuffix(blocks[2].text, "\n")) || !strings.Contains(strings.Join(verify, " "), base) {
		t.Errorf("status %d, stdout %s, stderr %s", status, &stdout, stderr)
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
