package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/traffic"
)

// callUnknown makes a call that nobody documents.
const callUnknown = `curl -sS -o /dev/null https://video.h5ds.com/no/such/call`

// callRefused makes a call that is rejected, which is no finding.
const callRefused = `curl -sS -o /dev/null "https://open.cme.qcloud.com/?signature="`

// execEnvironment is that of this machine's tools, with a directory for temporary files that is watched.
func execEnvironment(t *testing.T) (env []string, temporary string) {
	t.Helper()
	temporary = t.TempDir()
	return []string{"PATH=" + filepath.Dir(build(t)) + ":" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + temporary, "TZ=UTC"}, temporary
}

func TestExec(t *testing.T) {
	t.Parallel()
	needTool(t, "sh", "curl", "sed")
	notExecutable := writeFile(t, "script", "x")
	for _, tt := range []struct {
		name, stdin string
		args        []string
		want        outcome // Stderr is a part
	}{
		{"success", "", []string{"--", "sh", "-c", `curl -sS "$(fakecme sign cme --url --base https://open.cme.qcloud.com)" | sed 's/,.*//'`}, outcome{0, "{\"Code\":\"Success\"", ""}},
		{"input and arguments", "given\n", []string{"sh", "-c", `cat; echo "$1"`, "sh", "--strict"}, outcome{0, "given\n--strict\n", noCall}},
		{"its status", "", []string{"sh", "-c", "exit 3"}, outcome{3, "", noCall}},
		{"its signal", "", []string{"sh", "-c", "kill -9 $$"}, outcome{137, "", noCall}},
		{"findings", "", []string{"sh", "-c", callUnknown}, outcome{0, "", "fakecme: finding: unknown call: "}},
		{"findings, strict", "", []string{"--strict", "sh", "-c", callUnknown}, outcome{4, "", "fakecme: finding: unknown call: "}},
		{"strict without findings", "", []string{"--strict", "sh", "-c", callRefused}, outcome{0, "", ""}},
		{"without a call", "", []string{"sh", "-c", "exit 0"}, outcome{0, "", noCall}},
		{"without a call, strict", "", []string{"--strict", "sh", "-c", "exit 0"}, outcome{4, "", noCall}},
		{"without a call, strict, its status", "", []string{"--strict", "sh", "-c", "exit 3"}, outcome{3, "", noCall}},
		{"only calls of the admin API, strict", "", []string{"--strict", "sh", "-c", "curl -sS -o /dev/null $FAKECME_URL/_fakecme/health"}, outcome{4, "", noCall}},
		{"only another host, strict", "", []string{"--strict", "sh", "-c", "curl -s https://example.com; exit 0"}, outcome{4, "", noCall}},
		{"findings and failure, strict", "", []string{"--strict", "sh", "-c", callUnknown + "; exit 3"}, outcome{3, "", "fakecme: rejected: GET video.h5ds.com/no/such/call"}},
		{"another host", "", []string{"sh", "-c", "curl -s https://example.com"}, outcome{56, "", "fakecme: rejected: CONNECT example.com:443 (unknown call): 403; proxy.rejected: the proxy lets no call out to example.com:443; allow it with --proxy-allow example.com"}},
		{"state", "", []string{"--fixtures", "testdata/fixtures.yaml", "--log", "text", "sh", "-c", "curl -s $FAKECME_URL/_fakecme/state | grep -o -m1 opening.mp4 | head -1"}, outcome{0, "opening.mp4\n", noCall}},
		{"dialect", "", []string{"--dialect", "current", "sh", "-c", `curl -sS "$(fakecme sign cme --url --base https://open.cme.qcloud.com)" | sed 's/:.*//'`}, outcome{0, "{\"Response\"", ""}},
		{"no such command", "", []string{"--", "no-such-command"}, outcome{127, "", "fakecme exec: there is no command no-such-command\n"}},
		{"no such file", "", []string{"--", "/no/such/command"}, outcome{127, "", "fakecme exec: there is no command /no/such/command\n"}},
		{"not executable", "", []string{"--", notExecutable}, outcome{126, "", "fakecme exec: cannot run " + notExecutable + ": "}},
		{"no command", "", nil, outcome{2, "", "fakecme exec: which command? write fakecme exec -- COMMAND ARGUMENTS\n"}},
		{"bad flag", "", []string{"--dialect", "x", "true"}, outcome{2, "", `there is no dialect "x"`}},
		{"no fixtures", "", []string{"--fixtures", "/no/such.yaml", "true"}, outcome{2, "", "/no/such.yaml"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env, temporary := execEnvironment(t)
			cmd := exec.CommandContext(t.Context(), build(t), append([]string{"exec"}, tt.args...)...)
			var stderr strings.Builder
			cmd.Env, cmd.Stdin, cmd.Stderr = env, strings.NewReader(tt.stdin), &stderr
			stdout, _ := cmd.Output() // the status says it
			got := outcome{cmd.ProcessState.ExitCode(), string(stdout), stderr.String()}
			if got.Status != tt.want.Status || got.Stdout != tt.want.Stdout || !strings.Contains(got.Stderr, tt.want.Stderr) || tt.want.Stderr == "" && got.Stderr != "" {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if left, _ := os.ReadDir(temporary); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// Neither the fake's own calls nor those that no service was asked in have reached the fake.
func TestCommandCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		call fake.Call
		want bool
	}{
		{"of a service", fake.Call{Service: "webpaas"}, true},
		{"unknown to a service", fake.Call{Service: "h5ds", Diagnosis: &diagnosis.Diagnosis{Code: "x"}}, true},
		{"not let out", fake.Call{Method: "CONNECT", Diagnosis: &diagnosis.Diagnosis{Code: "proxy.rejected"}}, false},
		{"callback", fake.Call{Service: "h5ds", Kind: traffic.Callback}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var calls commandCalls
			calls.add(tt.call)
			if got := calls.any(); got != tt.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// child is a command under exec that has begun, with a child of its own.
func child(t *testing.T, script string) (cmd *exec.Cmd, out *bufio.Reader, temporary string) {
	t.Helper()
	needTool(t, "sh")
	env, temporary := execEnvironment(t)
	cmd = exec.CommandContext(t.Context(), build(t), "exec", "--", "sh", "-c", script)
	cmd.Env = env
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out = bufio.NewReader(pipe)
	if line, err := out.ReadString('\n'); line != "ready\n" {
		t.Fatalf("got %q %v", line, err)
	}
	return cmd, out, temporary
}

// Signals reach the command and what it has started; its status is that of exec.
func TestExecPassesSignalsOn(t *testing.T) {
	t.Parallel()
	// The inner shell waits, too; the pipe is at its end only when both are gone.
	const script = `trap 'wait; echo outer; exit 7' %[1]s; sh -c 'trap "echo inner; exit 0" %[1]s; echo ready; while :; do sleep 1; done' & wait`
	for name, signal := range map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A shell lets its background commands ignore SIGINT, so there is one that does not.
			text := fmt.Sprintf(script, name)
			if name == "INT" {
				text = `trap 'echo inner; echo outer; exit 7' INT; echo ready; while :; do sleep 1; done`
			}
			cmd, out, temporary := child(t, text)
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(out)
			_ = cmd.Wait() // the status says it
			if diff := cmp.Diff(outcome{7, "inner\nouter\n", ""}, outcome{cmd.ProcessState.ExitCode(), string(rest), ""}); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if left, _ := os.ReadDir(temporary); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A signal that comes before the command is not lost.
func TestExecStoppedEarly(t *testing.T) {
	t.Parallel()
	needTool(t, "true")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr strings.Builder
	status := runWith(ctx, []string{"exec", "true"}, nil, nil, io.Discard, &stderr)
	wantOutcome(t, outcome{1, "", "fakecme exec: stopped before the command began\n"}, outcome{status, "", stderr.String()})
}

// A command that is killed with its fake does not stay behind.
func TestExecKilled(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("left out: only Linux ends a command with the process that started it")
	}
	cmd, out, _ := child(t, `echo ready; exec sleep 600`)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(out); err != nil { // it ends when the command is gone
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

// Clients of other languages, with nothing set but by exec: each prints the response to a wrong signature.
var execClients = []struct {
	name string
	args []string
}{
	{"curl", []string{"curl", "-sS", "https://open.cme.qcloud.com/?signature="}},
	{"node https", []string{"node", "-e", `require("https").get("https://open.cme.qcloud.com/?signature=", r => r.pipe(process.stdout))`}},
	{"node fetch", []string{"node", "-e", `fetch("https://open.cme.qcloud.com/?signature=").then(r => r.text()).then(console.log)`}},
	{"node fetch without TLS", []string{"node", "-e", `fetch("http://open.cme.qcloud.com/?signature=").then(r => r.text()).then(console.log)`}},
	{"python", []string{"python3", "-c", `import urllib.request as u; print(u.urlopen("https://open.cme.qcloud.com/?signature=").read().decode())`}},
	{"php", []string{"php", "-r", `$c = curl_init("https://open.cme.qcloud.com/?signature="); if (!curl_exec($c)) { echo curl_error($c); }`}},
	{"java", []string{"java", "DIR/Client.java"}},
}

const execJava = `import java.net.URI;
import java.net.http.*;
public class Client {
	public static void main(String[] args) throws Exception {
		var request = HttpRequest.newBuilder(URI.create("https://open.cme.qcloud.com/?signature=")).build();
		System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
	}
}
`

func TestExecClients(t *testing.T) {
	t.Parallel()
	for _, tt := range execClients {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			needTool(t, tt.args[0])
			dir := filepath.Dir(writeFile(t, "Client.java", execJava))
			args := []string{"exec", "--"}
			for _, arg := range tt.args {
				args = append(args, strings.ReplaceAll(arg, "DIR", dir))
			}
			env, _ := execEnvironment(t)
			cmd := exec.CommandContext(t.Context(), build(t), args...)
			cmd.Env = env
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), `"Code":"SignatureVerifyFail"`) {
				t.Errorf("got %v\n%s", err, out)
			}
		})
	}
	// The script for Node.js leaves this machine's servers, and other hosts, where they are.
	t.Run("node, other hosts", func(t *testing.T) {
		t.Parallel()
		needTool(t, "node")
		const script = `const http = require("http"), s = http.createServer((q, r) => r.end("own")).listen(0, "127.0.0.1", async () => {
			const own = "http://127.0.0.1:" + s.address().port
			console.log(await (await fetch(own)).text())
			http.get(own, r => r.on("data", d => console.log(String(d))).on("end", async () => {
				try { await fetch("https://example.com") } catch (e) { console.log("refused") }
				require("https").get("https://example.com").on("error", e => { console.log("refused"); process.exit(0) })
			}))
		})`
		env, _ := execEnvironment(t)
		cmd := exec.CommandContext(t.Context(), build(t), "exec", "--", "node", "-e", script)
		cmd.Env = env
		out, err := cmd.Output()
		if want := "own\nown\nrefused\nrefused\n"; err != nil || string(out) != want {
			t.Errorf("got %q %v, want %q", out, err, want)
		}
	})
}
