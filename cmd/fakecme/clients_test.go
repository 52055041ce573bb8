package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The clients in testdata/clients are written like the examples of the vendors, with the real host names compiled in.
var languages = []struct {
	name, tool string
	args       []string // before the service and the mistake; CLIENTS is their folder, GO the client in Go, JAVA the folder of the classes
	env        []string
}{
	{"node fetch", "node", []string{"node", "CLIENTS/client.js"}, nil},
	{"node axios", "node", []string{"node", "CLIENTS/client.js"}, []string{"HTTP=axios"}},
	{"php", "php", []string{"php", "CLIENTS/client.php"}, nil},
	{"java", "javac", []string{"java", "-cp", "JAVA", "Client"}, nil},
	{"python", "python3", []string{"python3", "CLIENTS/client.py"}, nil},
	{"go", "go", []string{"GO"}, nil},
}

// clientRuns are the service and the mistake of each run, and the output of the client.
var clientRuns = []struct {
	service, wrong, want string
}{
	{"cme", "", "login: fake-user\nclass: 旅行 & more\n"},
	{"cme", "key", "SignatureVerifyFail: 签名校验失败 (Signature Verify Fail)\n"},
	{"cme", "expired", "SignatureVerifyFail: 签名校验失败 (Signature Verify Fail)\n"},
	{"cme", "action", "SignatureVerifyFail: 签名校验失败 (Signature Verify Fail)\n"},
	{"cme", "escape", "SignatureVerifyFail: 签名校验失败 (Signature Verify Fail)\n"},
	{"h5ds", "", "login: true\nuser: 小云\nwork: string\n"},
	{"h5ds", "key", "401: 签名错误\n"},
	{"h5ds", "seconds", "401: 签名错误\n"},
}

// needClient skips a test whose client cannot run, unless nothing may be left out.
func needClient(t *testing.T, name, tool string) {
	t.Helper()
	needTool(t, tool)
	if name != "node axios" {
		return
	}
	if out, err := exec.CommandContext(t.Context(), "node", "-e", "require('axios')").CombinedOutput(); err != nil {
		if os.Getenv("FAKECME_TEST_ALL") != "" {
			t.Fatalf("node does not find axios; let NODE_PATH lead to it: %v\n%s", err, out)
		}
		t.Skip("left out: node does not find axios; let NODE_PATH lead to it")
	}
}

// buildClients builds the clients in Go and, if there is a compiler, in Java into a folder. The client in Go needs no
// libraries, so that it runs in an empty container.
func buildClients(t *testing.T) (built string) {
	t.Helper()
	built = t.TempDir()
	commands := [][]string{{"go", "build", "-o", filepath.Join(built, "client"), "./testdata/clients/go"}}
	if _, err := exec.LookPath("javac"); err == nil {
		commands = append(commands, []string{"javac", "-encoding", "UTF-8", "-d", built, "testdata/clients/Client.java"})
	}
	for _, command := range commands {
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return built
}

// commandOf is a client's command line.
func commandOf(args []string, built, service, wrong string) []string {
	var command []string
	for _, arg := range args {
		command = append(command, strings.NewReplacer("CLIENTS", absolute("testdata/clients"), "GO", filepath.Join(built, "client"), "JAVA", built).Replace(arg))
	}
	if command = append(command, service); wrong != "" {
		command = append(command, wrong)
	}
	return command
}

// javaNote is the line in which Java names the variable that it takes options from.
var javaNote = regexp.MustCompile(`(?m)^Picked up JAVA_TOOL_OPTIONS: .*\n`)

// wantPrinted judges the output of a client, and that a client with a mistake fails.
func wantPrinted(t *testing.T, want, wrong string, out []byte, err error) {
	t.Helper()
	if diff := cmp.Diff(want, javaNote.ReplaceAllString(string(out), "")); diff != "" {
		t.Errorf("the client prints (-want +got):\n%s", diff)
	}
	if (err != nil) != (wrong != "") {
		t.Errorf("the client ends with %v", err)
	}
}

// Each client reaches a fake of its own through exec, and each wrong signature gets the documented response.
func TestClientsUnderExec(t *testing.T) {
	t.Parallel()
	built := buildClients(t)
	for _, client := range languages {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			needClient(t, client.name, client.tool)
			for _, run := range clientRuns {
				t.Run(strings.TrimSpace(run.service+" "+run.wrong), func(t *testing.T) {
					cmd := exec.CommandContext(t.Context(), program(), append([]string{"exec", "--"}, commandOf(client.args, built, run.service, run.wrong)...)...)
					cmd.Env = append(childEnvironment(t), client.env...)
					out, err := cmd.CombinedOutput()
					// The lines of exec at the end of a failed command are not the client's.
					own, _, _ := strings.Cut(string(out), "fakecme: ")
					wantPrinted(t, run.want, run.wrong, []byte(own), err)
				})
			}
		})
	}
}

// clientsInContainers runs the clients where the real host names are aliases of the fake's container, as in compose.yaml.
// There is no image of Node.js or Java here: their containers get those of this machine.
func clientsInContainers(t *testing.T, id, network, image, ca string) {
	t.Helper()
	built, trust := buildClients(t), t.TempDir()
	variables := trustIn(t, trust, ca)
	mounted := []string{absolute("testdata/clients"), built, trust}
	for _, pattern := range []string{"/usr", "/bin", "/lib", "/lib64", "/etc/alternatives", "/etc/ssl", "/etc/php", "/etc/java*"} {
		found, _ := filepath.Glob(pattern) // the patterns are good
		mounted = append(mounted, found...)
	}
	if path := os.Getenv("NODE_PATH"); path != "" {
		mounted = append(mounted, path)
	}
	for _, client := range languages {
		t.Run(client.name, func(t *testing.T) {
			needClient(t, client.name, client.tool)
			mounts, command := mounted, client.args[0]
			if command != "GO" {
				command, mounts = resolveProgram(t, command, mounted)
			}
			for _, run := range clientRuns {
				if run.wrong != "" && run.wrong != "key" {
					continue // the responses to the other mistakes are tested under exec
				}
				args := []string{"run", "--rm", "--user", "0", "--network", network, "-e", "LANG=C.UTF-8", "-e", "NODE_PATH=" + os.Getenv("NODE_PATH")}
				for _, v := range append(variables, client.env...) {
					args = append(args, "-e", v)
				}
				for _, m := range mounts {
					args = append(args, "-v", m+":"+m+":ro")
				}
				line := commandOf(append([]string{command}, client.args[1:]...), built, run.service, run.wrong)
				args = append(append(args, "--entrypoint", line[0], image), line[1:]...)
				resetContainer(t, id)
				out, err := exec.CommandContext(t.Context(), "docker", args...).CombinedOutput()
				wantPrinted(t, run.want, run.wrong, out, err)
			}
		})
	}
}

// addressOf returns the address of a container in its network, which this machine is part of even when it is internal.
func addressOf(t *testing.T, id string) string {
	t.Helper()
	return docker(t, "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", id)
}

// resetContainer resets a fake.
func resetContainer(t *testing.T, id string) {
	t.Helper()
	response, err := http.Post("http://"+addressOf(t, id)+":11560/_fakecme/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("reset: %s", response.Status)
	}
}

// resolveProgram returns the file of a program, without symbolic links, and the folders that it needs.
func resolveProgram(t *testing.T, name string, mounted []string) (string, []string) {
	t.Helper()
	file, err := exec.LookPath(name)
	if name == "python3" { // it may be a script that looks for the program
		var path []byte
		path, err = exec.Command(name, "-c", "import sys; print(sys.executable)").Output()
		file = strings.TrimSpace(string(path))
	}
	if err == nil {
		file, err = filepath.EvalSymlinks(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mounted {
		if strings.HasPrefix(file, m+"/") {
			return file, mounted
		}
	}
	return file, append(mounted[:len(mounted):len(mounted)], filepath.Dir(filepath.Dir(file)))
}

// trustIn writes the files from which clients learn to trust the authority, and returns the variables without those of a proxy.
func trustIn(t *testing.T, dir, ca string) []string {
	t.Helper()
	var text bytes.Buffer
	status, stderr := runHere([]string{"env", "--shell", "json", "--ca", ca, "--data", dir, "--url", "http://127.0.0.1:11560"}, nil, &text)
	var variables map[string]string
	if err := json.Unmarshal(text.Bytes(), &variables); err != nil || status != 0 {
		t.Fatalf("env: status %d, %s, %v", status, stderr, err)
	}
	proxies := regexp.MustCompile(`-Dhttps?\.(proxy|nonProxy)\S+ ?`)
	var list []string
	for name, value := range variables {
		if !strings.HasSuffix(strings.ToLower(name), "_proxy") {
			list = append(list, fmt.Sprint(name, "=", proxies.ReplaceAllString(value, "")))
		}
	}
	return list
}
