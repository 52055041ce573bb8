package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
)

// commands are the command lines of all commands.
func commands(t *testing.T) map[string]*cobra.Command {
	t.Helper()
	all := map[string]*cobra.Command{}
	var collect func(*cobra.Command)
	collect = func(cmd *cobra.Command) {
		all[cmd.CommandPath()] = cmd
		for _, below := range cmd.Commands() {
			collect(below)
		}
	}
	collect(newRootCommand(&command.Environment{}))
	if len(all) < 20 {
		t.Fatalf("there are only %d commands", len(all))
	}
	return all
}

// runHere runs fakecme and returns all that it leaves behind.
func runHere(args []string, stdin io.Reader, stdout io.Writer) (status int, stderr string) {
	var b bytes.Buffer
	status = run(context.Background(), args, &command.Environment{Stdin: stdin, Stdout: stdout, Stderr: &b, Now: time.Now})
	return status, b.String()
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for path := range commands(t) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			words := strings.Fields(path)[1:]
			var flag, topic bytes.Buffer
			if status, stderr := runHere(append(words, "--help"), nil, &flag); status != 0 || stderr != "" {
				t.Fatalf("status %d, stderr %s", status, stderr)
			}
			file := filepath.Join("testdata", "help", strings.ReplaceAll(path, " ", "-")+".txt")
			if *update {
				if err := os.WriteFile(file, flag.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if diff := cmp.Diff(string(want), flag.String()); diff != "" || err != nil {
				t.Errorf("%s differs; if that is meant, run: make golden (-want +got):\n%s%v", file, diff, err)
			}
			if status, _ := runHere(append([]string{"help"}, words...), nil, &topic); status != 0 || topic.String() != flag.String() && path != "fakecme help" {
				t.Errorf("fakecme help: status %d\n%s", status, &topic)
			}
			for _, part := range []string{"Usage:", "Examples:"} {
				if !strings.Contains(flag.String(), part) {
					t.Errorf("the help has no %q", part)
				}
			}
		})
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestBrokenStdout(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"version":        "fakecme version: write: nobody reads\n",
		"version --json": "fakecme version: write: nobody reads\n",
		"sign cme":       "fakecme sign cme: write: nobody reads\n",
		"recordings lint ../../recordings/documented": "fakecme recordings lint: write: nobody reads\n",
		"serve --log none --http :0":                  "fakecme serve: write: nobody reads\n",
		"explain MTIzNDU2Nzg5MDEyMzQ1Njc4":            "fakecme explain: write: nobody reads\n",
	} {
		if status, stderr := runHere(strings.Fields(args), nil, brokenWriter{}); status != 1 || stderr != want {
			t.Errorf("%s: status %d, stderr %s", args, status, stderr)
		}
	}
}

// The testing package would bring its flags and its weight into the binary.
func TestNoTestingLinked(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	deps := strings.Fields(string(out))
	if err != nil || len(deps) < 100 {
		t.Fatalf("go list names %d packages: %v", len(deps), err)
	}
	for _, dep := range deps {
		if dep == "testing" || strings.HasPrefix(dep, "testing/") || strings.HasSuffix(dep, "/httptest") {
			t.Errorf("the binary links %s", dep)
		}
	}
}

func TestModuleIsThisOne(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../go.mod")
	if err != nil || !regexp.MustCompile(`(?m)^module `+regexp.QuoteMeta(module)+`$`).Match(data) {
		t.Errorf("go.mod does not name the module %s: %v", module, err)
	}
}

// needTool skips a test for want of a program, except where nothing may be left out.
func needTool(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("FAKECME_TEST_ALL") != "" {
				t.Fatal(err)
			}
			t.Skipf("left out: %s is not installed", tool)
		}
	}
}

// serveHere runs a command that listens until the end of the test.
func serveHere(t *testing.T, args ...string) *backgroundRun {
	t.Helper()
	r, err := startRun(&command.Environment{Variables: []string{"HOME=" + t.TempDir(), "FAKECME_SELF_CHECK=true"}, Now: time.Now}, args)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if r.end(); strings.Contains(r.stderr.String(), "bugs in the fake") {
			t.Errorf("the fake found bugs in itself: %s", r.stderr)
		}
	})
	return r
}

// childEnvironment is the environment of fakecme as a program of its own.
func childEnvironment(t *testing.T) []string {
	t.Helper()
	path := programs + string(os.PathListSeparator) + os.Getenv("PATH")
	env := []string{"PATH=" + path, "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "TZ=UTC", "NODE_PATH=" + os.Getenv("NODE_PATH")}
	if dir := os.Getenv("GOCOVERDIR"); dir != "" {
		env = append(env, "GOCOVERDIR="+dir)
	}
	return env
}

// startProgram starts fakecme as a program of its own, and waits for its first line.
func startProgram(t *testing.T, args ...string) (cmd *exec.Cmd, first string, rest func() string) {
	t.Helper()
	return startProgramIn(t, childEnvironment(t), args...)
}

// startProgramIn starts it in an environment.
func startProgramIn(t *testing.T, env []string, args ...string) (cmd *exec.Cmd, first string, rest func() string) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), program(), args...)
	cmd.Env = env
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 0, 100)
	for b := make([]byte, 1); len(line) == 0 || line[len(line)-1] != '\n'; line = append(line, b...) {
		if _, err := out.Read(b); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return cmd, string(line), func() string {
		text, _ := io.ReadAll(out)
		_ = cmd.Wait() // the status says it
		return string(text)
	}
}

// A connection that stays open does not keep the program.
func TestSignalsEndServe(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		cmd, first, rest := startProgram(t, "serve", "--log", "none", "--http", "127.0.0.1:0")
		address := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(first)
		response, err := http.Get("http://" + address + "/_fakecme/health")
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if text := rest(); text != "" || cmd.ProcessState.ExitCode() != 0 {
			t.Errorf("%s: %s, stdout %q", signal, cmd.ProcessState, text)
		}
	}
}
