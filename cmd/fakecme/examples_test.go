package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// exampleFolder is a folder with the files of the examples: session.har, and, unless it is to be imported, recorded/login.har;
// coverage has the files of two fakes.
func exampleFolder(t *testing.T, importing bool) string {
	t.Helper()
	folder := t.TempDir()
	session := har.NewArchive("session.har", exampleCall().Entry())
	err := har.WriteFile(filepath.Join(folder, "session.har"), session)
	if err == nil && !importing {
		var redacted *har.Archive
		if redacted, err = (redact.Redactor{}).Redact(session); err == nil {
			err = os.Mkdir(filepath.Join(folder, "recorded"), 0o755)
		}
		if err == nil {
			err = har.WriteFile(filepath.Join(folder, "recorded", "login.har"), redacted)
		}
	}
	if err == nil {
		err = os.Symlink(absolute("testdata/coverage"), filepath.Join(folder, "coverage"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// listening are the examples that listen until they are stopped.
var listening = regexp.MustCompile(`^((?:[A-Z_0-9]+=\S+ )*)fakecme( (?:serve|record|replay) .*| serve|)$`)

// The examples in the help work when they are pasted. Only the ports are others.
func TestExamples(t *testing.T) {
	t.Parallel()
	fake := serveHere(t, "serve", "--log", "none", "--proxy", "127.0.0.1:0")
	own := httptest.NewServer(ownServer("http://" + fake.bound.HTTP))
	t.Cleanup(own.Close)
	listens, ends := 0, 0
	for _, cmd := range commands(t) {
		for example := range strings.SplitSeq(cmd.Example, "\n") {
			example = strings.TrimSpace(example)
			if m := listening.FindStringSubmatch(example); m != nil {
				listens++
				t.Run(example, func(t *testing.T) {
					t.Parallel()
					listeningExample(t, m[1], m[2])
				})
				continue
			}
			ends++
			t.Run(example, func(t *testing.T) {
				t.Parallel()
				endingExample(t, example, fake, own.URL)
			})
		}
	}
	if listens < 10 || ends < 25 {
		t.Errorf("there are only %d examples that listen, and %d others", listens, ends)
	}
}

// listeningExample starts a command and ends it. Nothing is called, so a recording has nothing to write, and says so with
// status 1.
func listeningExample(t *testing.T, variables, line string) {
	folder := exampleFolder(t, false)
	args := strings.Fields(line)
	for i, arg := range args {
		switch {
		case strings.HasPrefix(arg, "recorded"):
			args[i] = filepath.Join(folder, arg)
		case arg == "login": // is there already
			args[i] = "another"
		case strings.HasPrefix(arg, "127.0.0.1:"): // may be in use
			args[i] = "127.0.0.1:0"
		}
	}
	env := &command.Environment{Variables: append(strings.Fields(variables), "HOME="+folder), Now: time.Now}
	if len(args) == 0 {
		args = []string{"serve"}
	}
	r, err := startRun(env, args)
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	if args[0] == "record" || strings.Contains(line, "--must-use") {
		want = 1
	}
	if status, _ := r.end(); status != want {
		t.Errorf("status %d, want %d: %s", status, want, r.stderr)
	}
}

var success = regexp.MustCompile(`"Code":"Success"|"code":0,`)

func endingExample(t *testing.T, example string, fake *backgroundRun, own string) {
	needTool(t, "sh")
	calls := strings.Contains(example, "curl")
	if calls {
		needTool(t, "curl")
	}
	port := fake.bound.HTTP[strings.LastIndex(fake.bound.HTTP, ":"):]
	script := strings.NewReplacer(
		"127.0.0.1:11560", fake.bound.HTTP, "0.0.0.0:11560", "0.0.0.0"+port, "127.0.0.1:11562", fake.bound.Proxy,
		"127.0.0.1:8080", strings.TrimPrefix(own, "http://"),
		"/signature --user user-1 --header", "/signature?session=1 --user user-1 --header",
		"check login-status ", "check login-status --limit 1h --timeout 1h ", "check signer ", "check signer --timeout 1h ",
		"fakecme verify ", "fakecme verify --timeout 1h ", // the machine may be slow
	).Replace(example)
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", script)
	cmd.Dir = exampleFolder(t, strings.Contains(example, " import "))
	cmd.Env = append(childEnvironment(t), "TEAM_TOKEN=s3cr3t")
	if strings.Contains(example, "fakecme env") {
		cmd.Env = append(cmd.Env, "FAKECME_URL=http://"+fake.bound.HTTP, "FAKECME_PROXY="+fake.bound.Proxy)
	}
	out, err := cmd.CombinedOutput()
	if err != nil || calls && !success.Match(out) {
		t.Errorf("%v\n%s", err, out)
	}
}
