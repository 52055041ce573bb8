package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// testTime is the time of every run in these tests: Unix time 1767323045.
var testTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// outcome is all that a run leaves behind.
type outcome struct {
	Status         int
	Stdout, Stderr string
}

// environment is a program's variables.
type environment map[string]string

// list is the environment as a process has it.
func (e environment) list() []string {
	var pairs []string
	for name, value := range e {
		pairs = append(pairs, name+"="+value)
	}
	return pairs
}

// runAt is run at testTime.
func runAt(t *testing.T, env environment, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), args, &command.Environment{
		Variables: env.list(), Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr,
		Now: func() time.Time { return testTime },
	})
	return outcome{status, stdout.String(), stderr.String()}
}

func wantOutcome(t *testing.T, want, got outcome) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// commands are all commands there are.
var commands = []string{
	"", "serve", "sign", "sign cme", "sign h5ds", "explain",
	"env", "exec",
	"record", "replay", "import", "import har", "recordings", "recordings lint", "recordings list", "recordings show",
	"verify",
	"check", "check login-status", "check signer",
	"diff", "coverage",
	"schema", "healthcheck", "version", "help",
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, command := range commands {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			name := strings.ReplaceAll(strings.TrimSpace("fakecme "+command), " ", "-") + ".txt"
			got := runAt(t, nil, "", append(strings.Fields(command), "--help")...)
			golden(t, filepath.Join("help", name), got.Stdout)
			wantOutcome(t, outcome{Stdout: got.Stdout}, got)
			if command != "help" {
				wantOutcome(t, got, runAt(t, nil, "", append([]string{"help"}, strings.Fields(command)...)...))
			}
			for _, part := range []string{"Usage:", "Examples:"} {
				if !strings.Contains(got.Stdout, part) {
					t.Errorf("the help has no %q", part)
				}
			}
		})
	}
}

// The list of commands here and the one in the help are the same.
func TestCommandsAreAllThere(t *testing.T) {
	t.Parallel()
	p := &command.Environment{}
	root := newRootCommand(p)
	got := []string{""}
	for _, c := range root.Commands() {
		got = append(got, c.Name())
		for _, below := range c.Commands() {
			got = append(got, c.Name()+" "+below.Name())
		}
	}
	want := map[string]bool{}
	for _, c := range commands {
		want[c] = true
	}
	for _, c := range got {
		if !want[c] && c != "help" {
			t.Errorf("the command %q is not tested for its help", c)
		}
	}
}

// topCommands are the commands as a message lists them.
func topCommands() string {
	var top []string
	for _, c := range commands {
		if c != "" && c != "help" && !strings.Contains(c, " ") {
			top = append(top, c)
		}
	}
	slices.Sort(top)
	return "there are: " + strings.Join(top, ", ")
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, args, want string }{
		{"unknown command", "srve", `fakecme: there is no command "srve"; did you mean serve?`},
		{"no near command", "frobnicate", `fakecme: there is no command "frobnicate"; ` + topCommands()},
		{"unknown command below", "sign cmee", `fakecme sign: there is no command "cmee"; did you mean cme?`},
		{"command left out", "sign", `fakecme sign: which one? write fakecme sign cme or fakecme sign h5ds`},
		{"unknown topic", "help foo", `fakecme: there is no command "foo"; ` + topCommands()},
		{"unknown topic below", "help sign foo", `fakecme sign: there is no command "foo"; there are: cme, h5ds`},
		{"topic of a leaf", "help version foo", `fakecme version: it takes flags only, but there is an argument; see fakecme version --help`},
		{"unknown flag", "serve --htpt :0", `fakecme serve: there is no flag --htpt; did you mean --http or --https?`},
		{"unknown flag of the root", "--dialct seed", `fakecme: there is no flag --dialct; did you mean --dialect?`},
		{"no near flag", "version --frobnicate", `fakecme version: there is no flag --frobnicate; there are: --help, --json`},
		{"unknown short flag", "serve -x", `fakecme serve: there is no flag -x; see fakecme serve --help`},
		{"flag without value", "serve --http", `fakecme serve: --http: the value is missing; write --http ADDRESS`},
		{"bad syntax", "serve --=x", `fakecme serve: bad flag syntax: --=x; see fakecme serve --help`},
		{"bad value", "serve --dialect sed", `fakecme serve: --dialect: there is no dialect "sed"; there are: original, current`},
		{"bad value of the root", "--log xml", `fakecme: --log: there is no form "xml"; there are: text, json, none`},
		{"argument, not repeated", "sign cme s3cr3t", `fakecme sign cme: it takes flags only, but there is an argument; see fakecme sign cme --help`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, outcome{2, "", tt.want + "\n"}, runAt(t, nil, "", strings.Fields(tt.args)...))
		})
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

// What cannot be written did not work.
func TestBrokenStdout(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"version":                          "fakecme version: write: nobody reads\n",
		"version --json":                   "fakecme version: write: nobody reads\n",
		"sign cme":                         "fakecme sign cme: write: nobody reads\n",
		"serve --log none --http :0":       "fakecme serve: write: nobody reads\n",
		"explain MTIzNDU2Nzg5MDEyMzQ1Njc4": "fakecme explain: write: nobody reads\n",
	} {
		var stderr bytes.Buffer
		status := runWith(t.Context(), strings.Fields(args), nil, nil, brokenWriter{}, &stderr)
		wantOutcome(t, outcome{1, "", want}, outcome{status, "", stderr.String()})
	}
}

// cobra would read os.Args, those of the test, for nil; the root command serves.
func TestRunWithoutArguments(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	env := environment{"FAKECME_HTTP": "127.0.0.1:0", "FAKECME_LOG": "none"}
	status := runWith(ctx, nil, env.list(), nil, &stdout, &stderr)
	if status != 0 || !strings.HasPrefix(stdout.String(), `{"http":"127.0.0.1:`) || stderr.Len() > 0 {
		t.Errorf("run without arguments: got %+v", outcome{status, stdout.String(), stderr.String()})
	}
}

// The testing package would bring its flags and its weight into the binary.
func TestNoTestingLinked(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 100 {
		t.Fatalf("go list names only %d packages", len(deps))
	}
	for _, dep := range deps {
		if dep == "testing" || strings.HasPrefix(dep, "testing/") || strings.HasSuffix(dep, "/httptest") {
			t.Errorf("the binary links %s", dep)
		}
	}
}

// runWith is run at the time of now.
func runWith(ctx context.Context, args, variables []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return run(ctx, args, &command.Environment{Variables: variables, Stdin: stdin, Stdout: stdout, Stderr: stderr, Now: time.Now})
}
