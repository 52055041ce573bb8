package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

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
		script := strings.NewReplacer("go run ./cmd/fakecme", build(t), "http://127.0.0.1:11563", base).Replace(strings.Join(scripts, "echo\n"))
		out, err := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	fake := startProcess(t, nil, "--fixtures", "testdata/fixtures.yaml")
	recorder := startProcess(t, nil, command(blocks[0], fake.base)...)
	live := ask(recorder.base, blocks[1].text)
	fake.stop(syscall.SIGTERM)
	if got := recorder.stop(syscall.SIGTERM); got.Status != 0 {
		t.Fatalf("record: %+v", got)
	}
	replayed := startProcess(t, nil, command(blocks[2], "")...)
	define, _, _ := strings.Cut(blocks[1].text, "\nask http")
	again := ask(replayed.base, define+"\n", strings.Replace(blocks[3].text, "\ncurl", "; echo\ncurl", 1))
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
