package main

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/recordings"
)

// exampleCall is a call that keeps the contract, as another program may have written it.
func exampleCall(t *testing.T) recordings.Call {
	t.Helper()
	address, err := url.Parse("https://web-paas-api.cme.qcloud.com/PaaS/Material/DeleteMaterial?auth=tf_0123456789abcdef000000001")
	if err != nil {
		t.Fatal(err)
	}
	return recordings.Call{
		Method: "POST", URL: address, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"MaterialId":"1"}`),
		Status: 200, ResponseHeader: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		ResponseBody: []byte(`{"Code":"Success","Message":"成功","EnglishMessage":"success"}`), Started: time.Now().Truncate(time.Second),
	}
}

// exampleFolder is a folder with the files of the examples: session.har, and, unless it is to be imported,
// recorded/login.har.
func exampleFolder(t *testing.T, importing bool) string {
	t.Helper()
	folder := t.TempDir()
	session := recordings.NewArchive("session.har", exampleCall(t).Entry())
	if err := recordings.WriteFile(filepath.Join(folder, "session.har"), session); err != nil {
		t.Fatal(err)
	}
	if importing {
		return folder
	}
	safe, err := recordings.Redactor{}.Redact(session)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "recorded"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := recordings.WriteFile(filepath.Join(folder, "recorded", "login.har"), safe); err != nil {
		t.Fatal(err)
	}
	return folder
}

// The examples that record or replay listen until they are stopped. Nothing is called, and so a recording
// has nothing to write, and says so with status 1.
func TestRecordExamples(t *testing.T) {
	t.Parallel()
	records := regexp.MustCompile(`^((?:[A-Z_]+=\S+ )*)fakecme (record|replay|serve --replay) (.*)$`)
	examples := 0
	for _, example := range helpExamples() {
		m := records.FindStringSubmatch(example)
		if m == nil {
			continue
		}
		examples++
		folder := exampleFolder(t, false)
		args := strings.Fields(m[2] + " " + m[3])
		for i, arg := range args {
			if strings.HasPrefix(arg, "recorded") {
				args[i] = filepath.Join(folder, arg)
			}
			switch arg {
			case "login": // is there already
				args[i] = "another"
			case "127.0.0.1:11562": // may be taken
				args[i] = "127.0.0.1:0"
			}
		}
		want := 0
		if m[2] == "record" || strings.Contains(example, "--must-use") {
			want = 1
		}
		p := startProcess(t, append(strings.Fields(m[1]), "HOME="+folder), args...)
		if got := p.stop(syscall.SIGTERM); got.Status != want {
			t.Errorf("%s: want status %d, got %+v", example, want, got)
		}
	}
	if examples != 7 {
		t.Errorf("there are %d examples that record or replay, want 7", examples)
	}
}

// The examples in the help work when they are pasted. Only the port is another.
func TestBinaryExamples(t *testing.T) {
	t.Parallel()
	needTool(t, "sh")
	_, noCurl := exec.LookPath("curl")
	if noCurl != nil && os.Getenv("FAKECME_TEST_ALL") != "" {
		t.Fatal(noCurl)
	}
	home := "HOME=" + t.TempDir()
	fake := startProcess(t, []string{"FAKECME_LOG=none", home}, "serve", "--proxy", "127.0.0.1:0")
	covered, err := filepath.Abs("testdata/coverage")
	if err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + filepath.Dir(build(t)) + string(os.PathListSeparator) + os.Getenv("PATH")
	own := ownServer(t, fake.base)
	examples := 0
	for _, example := range helpExamples() {
		serves := regexp.MustCompile(`^([A-Z_0-9]+=\S+ )*fakecme( serve| record | replay |$)`).MatchString(example)
		needsCurl := strings.Contains(example, "curl")
		if serves || needsCurl && noCurl != nil {
			continue
		}
		examples++
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			script := strings.ReplaceAll(example, "127.0.0.1:11560", strings.TrimPrefix(fake.base, "http://"))
			script = strings.ReplaceAll(script, "127.0.0.1:11562", fake.bound.Proxy)
			script = strings.ReplaceAll(script, "0.0.0.0:11560", "0.0.0.0:"+fake.base[strings.LastIndex(fake.base, ":")+1:])
			script = strings.ReplaceAll(script, "127.0.0.1:8080", strings.TrimPrefix(own.URL, "http://")) // the user's own server
			script = strings.ReplaceAll(script, "/signature --user user-1 --header", "/signature?session=1 --user user-1 --header")
			cmd := exec.CommandContext(t.Context(), "sh", "-euc", script)
			cmd.Dir, cmd.Env = exampleFolder(t, strings.Contains(example, " import ")), []string{path, home, "TZ=UTC", "TEAM_TOKEN=s3cr3t"}
			if err := os.Symlink(covered, filepath.Join(cmd.Dir, "coverage")); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(example, "fakecme env") {
				cmd.Env = append(cmd.Env, "FAKECME_URL="+fake.base, "FAKECME_PROXY="+fake.bound.Proxy)
			}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			success := regexp.MustCompile(`"Code":"Success"|"code":0,`)
			if needsCurl && !success.Match(out) {
				t.Errorf("the call is not answered with success: %s", out)
			}
		})
	}
	if examples < 10 {
		t.Errorf("there are only %d examples", examples)
	}
}

// helpExamples are the lines of the examples of all commands.
func helpExamples() []string {
	var examples []string
	var collect func(*cobra.Command)
	collect = func(cmd *cobra.Command) {
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			examples = append(examples, strings.TrimSpace(line))
		}
		for _, below := range cmd.Commands() {
			collect(below)
		}
	}
	collect(newRootCommand(&command.Environment{}))
	return examples
}

// The examples that serve do so until they are stopped. The port of an example may be in use.
func TestServeExamples(t *testing.T) {
	t.Parallel()
	examples := 0
	for _, example := range helpExamples() {
		env, args, ok := strings.Cut(example, "fakecme")
		args = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(args), "serve"))
		if !ok || strings.ContainsAny(example, `|"`) || args != "" && !strings.HasPrefix(args, "--http ") || strings.Contains(env, "HTTP") {
			continue
		}
		examples++
		p := startProcess(t, strings.Fields(env), append([]string{"serve"}, strings.Fields(args)...)...)
		if got := p.stop(syscall.SIGTERM); got.Status != 0 {
			t.Errorf("%s: got %+v", example, got)
		}
	}
	if examples != 4 {
		t.Errorf("there are %d examples that serve, want 4", examples)
	}
}
