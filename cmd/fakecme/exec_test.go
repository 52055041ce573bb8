package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/traffic"
)

func TestCommandCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		call fake.Call
		want bool
	}{
		{"of a service", traffic.Call{Service: "webpaas"}, true},
		{"unknown to a service", traffic.Call{Service: "h5ds", Diagnosis: &diagnosis.Diagnosis{Code: "x"}}, true},
		{"not let out", traffic.Call{Method: "CONNECT", Diagnosis: &diagnosis.Diagnosis{Code: "proxy.rejected"}}, false},
		{"callback", traffic.Call{Service: "h5ds", Kind: traffic.Callback}, false},
	} {
		var calls commandCalls
		calls.add(tt.call)
		if got := calls.any(); got != tt.want {
			t.Errorf("%s: got %t", tt.name, got)
		}
	}
	var calls commandCalls
	for i := range maxRejected + 1 {
		calls.add(traffic.Call{URL: fmt.Sprint("/", i), Diagnosis: &diagnosis.Diagnosis{}})
	}
	if got := calls.rejectedCalls(); len(got) != maxRejected || !strings.Contains(got[0], "/1 ") {
		t.Errorf("%d rejected calls are remembered, from %s on", len(got), got[0])
	}
}

// Signals reach the command and all it has started; its status is that of exec. The pipe ends when both are gone.
func TestExecPassesSignalsOn(t *testing.T) {
	t.Parallel()
	needTool(t, "sh")
	const both = `trap 'wait; echo outer; exit 7' %[1]s; sh -c 'trap "echo inner; exit 0" %[1]s; echo ready; while :; do sleep 1; done' & wait`
	for name, signal := range map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := fmt.Sprintf(both, name)
			if name == "INT" { // a shell lets its background commands ignore SIGINT
				script = `trap 'echo inner; echo outer; exit 7' INT; echo ready; while :; do sleep 1; done`
			}
			cmd, first, rest := startProgram(t, "exec", "--", "sh", "-c", script)
			if err := cmd.Process.Signal(signal); err != nil || first != "ready\n" {
				t.Fatalf("%q %v", first, err)
			}
			if text := rest(); text != "inner\nouter\n" || cmd.ProcessState.ExitCode() != 7 {
				t.Errorf("%s, stdout %q", cmd.ProcessState, text)
			}
		})
	}
}

func TestExecStoppedEarly(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr strings.Builder
	env := &command.Environment{Stdout: &stderr, Stderr: &stderr, Now: time.Now}
	if status := run(ctx, []string{"exec", "go"}, env); status != 1 || stderr.String() != "fakecme exec: stopped before the command began\n" {
		t.Errorf("status %d, stderr %s", status, &stderr)
	}
}

// Neither the command nor what it has started outlives a fakecme that is killed: the pipe ends. The next run removes what
// the killed one left, and nothing of one that lives.
func TestExecKilled(t *testing.T) {
	t.Parallel()
	needTool(t, "sh")
	temporary := t.TempDir()
	start := func(script string) (cmd *exec.Cmd, rest func() string) {
		cmd, _, rest = startProgramIn(t, append(childEnvironment(t), "TMPDIR="+temporary), "exec", "--", "sh", "-c", script)
		return cmd, rest
	}
	living, end := start(`echo ready; exec sleep 600`)
	for _, script := range []string{`echo ready; exec sleep 600`, `sleep 600 & sh -c 'sleep 600 & wait' & echo ready; wait`} {
		cmd, rest := start(script)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		rest()
	}
	if left := foldersOf(t, temporary); len(left) != 2 { // the start of the second has removed what the first left
		t.Errorf("left: %q", left)
	}
	_, rest := start(`echo ready`)
	rest()
	if left := foldersOf(t, temporary); len(left) != 1 {
		t.Errorf("left beside what the living run has: %q", left)
	}
	if err := living.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	end()
	if left := foldersOf(t, temporary); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

func foldersOf(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "fakecme-exec-*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The script for Node.js leaves this machine's servers, and other hosts, where they are.
const execNode = `const http = require("http"), s = http.createServer((q, r) => r.end("own")).listen(0, "127.0.0.1", async () => {
	const own = "http://127.0.0.1:" + s.address().port
	console.log(await (await fetch(own)).text())
	http.get(own, r => r.on("data", d => console.log(String(d))).on("end", async () => {
		try { await fetch("https://example.com") } catch (e) { console.log("refused") }
		require("https").get("https://example.com").on("error", e => { console.log("refused"); process.exit(0) })
	}))
})`

// Other clients than those of TestClientsUnderExec need nothing but exec either: each prints the response to a wrong signature.
func TestExecClients(t *testing.T) {
	t.Parallel()
	const rejected = `"Code":"SignatureVerifyFail"`
	for _, tt := range []struct {
		name, want string
		args       []string
	}{
		{"node https", rejected, []string{"node", "-e", `require("https").get("https://open.cme.qcloud.com/?signature=", r => r.pipe(process.stdout))`}},
		{"node fetch without TLS", rejected, []string{"node", "-e", `fetch("http://open.cme.qcloud.com/?signature=").then(r => r.text()).then(console.log)`}},
		{"node, other hosts", "own\nown\nrefused\nrefused\n", []string{"node", "-e", execNode}},
		{"python", rejected, []string{"python3", "-c", `import urllib.request as u; print(u.urlopen("https://open.cme.qcloud.com/?signature=").read().decode())`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			needTool(t, tt.args[0])
			cmd := exec.CommandContext(t.Context(), program(), append([]string{"exec", "--"}, tt.args...)...)
			cmd.Env = childEnvironment(t)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), tt.want) {
				t.Errorf("got %v\n%s", err, out)
			}
		})
	}
}
