package contracts_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// addition is a step of CONTRIBUTING.md: a text that goes into a file before a line.
var addition = regexp.MustCompile("(?ms)^In `([^`]+)`, before `([^`]+)`:\n\n```\\w+\n(.*?)^```$")

// Whoever follows CONTRIBUTING.md has an operation that works and is tested, with six files changed.
func TestPageOfAdditions(t *testing.T) {
	if os.Getenv("FAKECME_TEST_ALL") == "" {
		t.Skip("builds and tests a copy of the tree; FAKECME_TEST_ALL=1 runs it")
	}
	t.Parallel()
	page, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	const origin = ".."
	tree := filepath.Join(t.TempDir(), "fakecme")
	copyTree(t, origin, tree)
	additions := addition.FindAllStringSubmatch(string(page), -1)
	if blocks := strings.Count(string(page), "\n```") / 2; len(additions) != blocks || blocks == 0 {
		t.Fatalf("the page has %d blocks of code, of which %d say where they go", blocks, len(additions))
	}
	for _, a := range additions {
		name, before, text := filepath.Join(tree, a[1]), a[2]+"\n", a[3]
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(source), before) != 1 {
			t.Fatalf("%s does not have this line once: %s", a[1], before)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(source), before, text+before, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range []string{
		"make golden",
		"gofmt -l fake",
		"go vet ./contracts/... ./fake/webpaas",
		"go test ./contracts/... ./fake/webpaas ./fake/coverage ./recordings/...",
		"go test ./fake -run Contract|Cover|Example|Operation|Verify",
		"go test ./cmd/fakecme -run Coverage|Scripts/coverage",
	} {
		args := strings.Fields(command)
		run := exec.CommandContext(t.Context(), args[0], args[1:]...)
		run.Dir = tree
		run.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "FAKECME_") }), "PWD="+tree)
		if out, err := run.CombinedOutput(); err != nil || args[0] == "gofmt" && len(out) > 0 {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	if changed := differences(t, origin, tree); len(changed) > 7 {
		t.Errorf("%d files changed: %s", len(changed), strings.Join(changed, ", "))
	}
}

// copyTree copies the files of the module, without those that are hidden or built.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if below != "." && (strings.HasPrefix(d.Name(), ".") || below == "bin" || d.Name() == "node_modules") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, below), 0o755)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, below), content, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// differences are the files of a copy that are not as they were.
func differences(t *testing.T, origin, tree string) []string {
	t.Helper()
	var changed []string
	err := filepath.WalkDir(tree, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(tree, name)
		if err != nil {
			return err
		}
		was, _ := os.ReadFile(filepath.Join(origin, below)) // a new file differs too
		is, err := os.ReadFile(name)
		if !bytes.Equal(was, is) {
			changed = append(changed, below)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return changed
}
