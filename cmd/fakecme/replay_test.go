package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/recordings"
)

// recordedAt writes a recording of one call, made at testTime, and returns its folder.
func recordedAt(t *testing.T, at time.Time) string {
	t.Helper()
	c := exampleCall(t)
	c.Started = at
	safe, err := recordings.Redactor{}.Redact(recordings.NewArchive("login.har", c.Entry()))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := recordings.WriteFile(filepath.Join(folder, "login.har"), safe); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestReplayUsage(t *testing.T) {
	t.Parallel()
	old := recordedAt(t, testTime.Add(-91*24*time.Hour))
	file := filepath.Join(old, "login.har")
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "x.har"), []byte(`{"log":{"entries":[{}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	for _, tt := range []struct{ name, args, want string }{
		{"no recordings", "replay", "fakecme replay: which recordings? write fakecme replay DIR"},
		{"two folders", "replay a b", "fakecme replay: it takes one folder or file; put the recordings into one folder"},
		{"nothing there", "replay " + empty + "/x", "fakecme replay: read " + empty + "/x: there is no such file or folder; check the path"},
		{"an empty folder", "serve --replay " + empty, "fakecme serve: --replay: read " + empty + ": no file in this folder ends in .har; record or import one"},
		{"a broken file", "replay " + broken, "fakecme replay: read " + broken + "/x.har: log.entries[0].request.method: is missing"},
		{"too old", "replay --expire 90d " + old, "fakecme replay: " + file + ": recorded on 2025-10-03, 91 days ago, which is more than 90 days; record it again"},
		{"no policy", "replay x --repeat twice", `fakecme replay: --repeat: there is no policy "twice"; there are: once, last, loop`},
		{"no age", "replay x --expire 90", `fakecme replay: --expire: "90" is not an age; write days such as 90d, or a duration such as 36h`},
		{"no days", "replay x --expire 0d", `fakecme replay: --expire: "0d" is not an age; write days such as 90d, or a duration such as 36h`},
		{"too many days", "replay x --expire 100001d", `fakecme replay: --expire: "100001d" is not an age; write days such as 90d, or a duration such as 36h`},
		{"no time", "replay x --expire 0s", "fakecme replay: --expire: 0s is not more than 0; leave it out for the default, or write 1ns for next to nothing"},
		{"must use nothing", "serve --must-use", "fakecme serve: --must-use: there are no recordings to use; name them with --replay"},
		{"nothing expires", "serve --expire 1d", "fakecme serve: --expire: there are no recordings to judge; name them with --replay"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := append(strings.Fields(tt.args), "--http", "127.0.0.1:0")
			wantOutcome(t, outcome{2, "", tt.want + "\n"}, runAt(t, nil, "", args...))
		})
	}
}

// What was not recorded ends a strict replay with 1, what was not used one that must use all. In mixed mode
// the fake answers. The path comes from an argument, a flag, a variable or the configuration file.
func TestReplayEnds(t *testing.T) {
	t.Parallel()
	folder := recordedAt(t, time.Now())
	config := writeFile(t, "config.yaml", "replay: recorded\n")
	if err := os.Rename(recordedAt(t, time.Now()), filepath.Join(filepath.Dir(config), "recorded")); err != nil {
		t.Fatal(err)
	}
	signed := runAtNow(t, "sign", "cme", "--url", "--base", "http://host")
	login := strings.TrimPrefix(strings.TrimSpace(signed), "http://host")
	for _, tt := range []struct {
		name   string
		args   []string
		env    environment
		answer string // to a login, which was not recorded
		status int
		stderr []string
	}{
		{"strict", []string{"replay", folder}, nil, "fakecme: replay GET opencme /: was never recorded", 1,
			[]string{"replays 1 call of 1 recording at " + folder + "; a call that was not recorded is rejected", "unused: " + folder + "/login.har: log.entries[0]: POST https://web-paas-api.cme.qcloud.com/PaaS/Material/DeleteMaterial\n",
				"fakecme replay: not recorded: 1 call; see above\n"}},
		{"by a variable", []string{"replay"}, environment{"FAKECME_REPLAY": folder}, "fakecme: replay GET", 1, []string{"not recorded: 1 call"}},
		{"mixed", []string{"serve", "--replay", folder}, nil, `"Code":"Success"`, 0, []string{"the fake answers calls that were not recorded", "unused: "}},
		{"by the configuration", []string{"serve", "--config", config}, nil, `"Code":"Success"`, 0, []string{"replays 1 call of 1 recording"}},
		{"must use", []string{"serve", "--replay", folder, "--must-use"}, nil, `"Code":"Success"`, 1, []string{"fakecme serve: --must-use: not used: 1 recorded call; see above\n"}},
		{"without recordings", []string{"serve"}, nil, `"Code":"Success"`, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := startRun(t, tt.env, tt.args...)
			if answer, _ := get(t, r.base+login); !strings.Contains(answer, tt.answer) {
				t.Errorf("got %s, want %s", answer, tt.answer)
			}
			got := r.stop()
			for _, want := range tt.stderr {
				if !strings.Contains(got.Stderr, want) {
					t.Errorf("stderr has no %q: %s", want, got.Stderr)
				}
			}
			if got.Status != tt.status || tt.stderr == nil && strings.Contains(got.Stderr, "unused") {
				t.Errorf("got %+v, want status %d", got, tt.status)
			}
		})
	}
}

// runAtNow runs a command that must go well and returns what it prints.
func runAtNow(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr lockedBuffer
	if status := runWith(t.Context(), args, nil, nil, &stdout, &stderr); status != 0 {
		t.Fatalf("%v: status %d: %s", args, status, stderr.String())
	}
	return stdout.String()
}

// The log for machines says what answered.
func TestReplayLog(t *testing.T) {
	t.Parallel()
	folder := recordedAt(t, time.Now())
	r := startRun(t, nil, "serve", "--replay", folder, "--log", "json")
	ticket := regexp.MustCompile(`tf_[0-9a-f]{25}`)
	login, _ := get(t, r.base+strings.TrimPrefix(strings.TrimSpace(runAtNow(t, "sign", "cme", "--url", "--base", "http://host")), "http://host"))
	post(t, r.base, "Material/DeleteMaterial", ticket.FindString(login), map[string]string{"MaterialId": "1"})
	got := r.stop().Stderr
	for _, want := range []string{`"answered":"fake","recording":""`, `"answered":"recording","recording":"` + folder + `/login.har: log.entries[0]"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the log has no %s: %s", want, got)
		}
	}
	plain := startRun(t, nil, "serve", "--log", "json")
	get(t, plain.base+"/?signature=x")
	if got := plain.stop().Stderr; strings.Contains(got, "answered") {
		t.Errorf("without recordings the log says what answered: %s", got)
	}
}

// What other programs wrote becomes a recording: the calls of the services, made safe.
func TestImportHAR(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	call := exampleCall(t)
	call.Started = testTime
	gateway := exampleCall(t)
	gateway.URL.Host, gateway.Body = "gateway.internal", []byte(`{"MaterialId":"13800000000"}`)
	other := exampleCall(t)
	other.URL.Host = "example.org"
	file := filepath.Join(folder, "my session (1).har")
	if err := recordings.WriteFile(file, recordings.NewArchive("", call.Entry(), gateway.Entry(), other.Entry(), other.Entry())); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "out")
	wantOutcome(t, outcome{Stdout: file + ": kept 1 call in " + out + "/my-session-1.har; left out 3: 3 for another host; replaced: 1 ticket\n"},
		runAt(t, nil, "", "import", "har", file, "--out", out))
	wantOutcome(t, outcome{Stdout: file + ": kept 2 calls in " + out + "/both.har; left out 2: 2 for another host; replaced: 1 phone, 1 ticket\n"},
		runAt(t, nil, "", "import", "har", file, "--out", out, "--scenario", "both", "--host", "gateway.internal"))
	written, err := os.ReadFile(filepath.Join(out, "both.har"))
	if err != nil {
		t.Fatal(err)
	}
	wantNoTrace(t, string(written), "tf_0123456789abcdef000000001")
	wantNoTrace(t, string(written), "13800000000")
	wantNoTrace(t, string(written), "gateway.internal")

	truncated := filepath.Join(folder, "truncated.har")
	if err := os.WriteFile(truncated, written[:len(written)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(folder, "foreign.har")
	if err := recordings.WriteFile(foreign, recordings.NewArchive("", other.Entry())); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(folder, "bodies-elsewhere.har")
	elsewhere := call.Entry()
	elsewhere.Response.Content.Text, elsewhere.Response.Content.Size = "", 70
	elsewhere.Request.PostData = &recordings.PostData{Custom: recordings.Custom{"_file": []byte(`"x"`)}, Params: []recordings.Param{{Name: "a"}}}
	if err := recordings.WriteFile(empty, recordings.NewArchive("", elsewhere)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"truncated", []string{truncated}, 2, "fakecme import har: read " + truncated + ": ends in the middle, after byte "},
		{"no HAR file", []string{"testdata/config.yaml"}, 2, "fakecme import har: read testdata/config.yaml: is not JSON"},
		{"none of the services", []string{foreign}, 1, "it has no call of the three services, so nothing was written; left out 1: 1 for another host"},
		{"there already", []string{file, "--scenario", "both"}, 2, "both.har already; choose another --scenario, or write --replace"},
		{"one name for two", []string{file, foreign, "--scenario", "x"}, 2, "--scenario: it names one recording, but there are 2 files"},
		{"a body elsewhere", []string{empty}, 2, empty + ": log.entries[0].request.postData: the file has the parameters of the body, not its bytes"},
		{"no file", nil, 2, "which file? write fakecme import har FILE --out DIR"},
		{"not there", []string{"nowhere.har"}, 2, "nowhere.har: no such file or directory; check the path"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, nil, "", append([]string{"import", "har", "--out", out}, tt.args...)...)
			if got.Status != tt.status || !strings.Contains(got.Stderr, tt.want) || got.Stdout != "" {
				t.Errorf("got %+v, want %d %s", got, tt.status, tt.want)
			}
		})
	}
	for name, want := range map[string]string{"a/b.har": "b", "..har": "imported", "x y.json": "x-y", "素材.har": "素材"} {
		if got := scenarioOf(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestRecordingsCommands(t *testing.T) {
	t.Parallel()
	folder := recordedAt(t, testTime.Add(-49*time.Hour))
	file := filepath.Join(folder, "login.har")
	undated := recordings.NewArchive("", recordings.Documented()[0].Log.Entries[0])
	if err := recordings.WriteFile(filepath.Join(folder, "undated.har"), undated); err != nil {
		t.Fatal(err)
	}
	operation := operationName(&undated.Log.Entries[0])
	wantOutcome(t, outcome{Stdout: "SCENARIO  ENTRIES  RECORDED              AGE      OPERATIONS\n" +
		"login     1        2025-12-31T02:04:05Z  2 days   Material.DeleteMaterial\n" +
		"undated   1        unknown               unknown  " + operation + "\n"}, runAt(t, nil, "", "recordings", "list", folder))
	wantOutcome(t, outcome{Stdout: `[
  {
    "scenario": "login",
    "file": "` + file + `",
    "entries": 1,
    "operations": [
      "Material.DeleteMaterial"
    ],
    "recorded": "2025-12-31T02:04:05Z",
    "ageDays": 2
  }
]
`}, runAt(t, nil, "", "recordings", "list", file, "--format", "json"))
	wantOutcome(t, outcome{Stdout: "# " + file + ": log.entries[0]: Material.DeleteMaterial, 2025-12-31T02:04:05Z\n" +
		"POST https://web-paas-api.cme.qcloud.com/PaaS/Material/DeleteMaterial?auth=%3Cticket-1%3E\nContent-Type: application/json\n\n{\n  \"MaterialId\": \"1\"\n}\n\n" +
		"200 OK\nContent-Type: application/json; charset=utf-8\n\n{\n  \"Code\": \"Success\",\n  \"Message\": \"成功\",\n  \"EnglishMessage\": \"success\"\n}\n\n"},
		runAt(t, nil, "", "recordings", "show", file))
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wantOutcome(t, outcome{Stdout: string(source)}, runAt(t, nil, "", "recordings", "show", file, "0", "--format", "json"))
	wantOutcome(t, outcome{1, file + ": age: recorded on 2025-12-31, 2 days ago, which is more than 2 days; record it again\n1 recording, 1 fault\n", ""},
		runAt(t, nil, "", "recordings", "lint", file, "--expire", "2d"))
	wantOutcome(t, outcome{Stdout: "{\n  \"faults\": [],\n  \"files\": 1\n}\n"}, runAt(t, nil, "", "recordings", "lint", file, "--expire", "3d", "--format", "json"))
	for _, tt := range []struct{ args, want string }{
		{"", "recordings: what? write fakecme recordings lint, list or show"},
		{"lint", "recordings lint: which recordings? write fakecme recordings lint DIR or FILE"},
		{"list nowhere", "recordings list: read nowhere: there is no such file or folder; check the path"},
		{"show " + folder, "recordings show: " + folder + " is a folder of 2 recordings; name one of its files"},
		{"show " + file + " 1", `recordings show: there is no entry "1" in ` + file + "; it has 1 call, counted from 0"},
		{"show " + file + " x", `recordings show: there is no entry "x" in ` + file + "; it has 1 call, counted from 0"},
		{"show", "recordings show: which one? write fakecme recordings show FILE, or FILE and the number of the entry"},
		{"list " + file + " --format xml", `recordings list: --format: there is no form "xml"; there are: text, json`},
	} {
		wantOutcome(t, outcome{2, "", "fakecme " + tt.want + "\n"}, runAt(t, nil, "", append([]string{"recordings"}, strings.Fields(tt.args)...)...))
	}
}

// Bodies that are no JSON, and calls without a response, are shown too.
func TestShowOddCalls(t *testing.T) {
	t.Parallel()
	c := exampleCall(t)
	c.Body, c.ResponseBody, c.Started, c.Header = []byte("\xff\x00"), []byte("a\x1b[1m\nb"), time.Time{}, http.Header{}
	silent := exampleCall(t)
	silent.Status, silent.Body, silent.Started = 0, nil, time.Time{}
	file := filepath.Join(t.TempDir(), "x.har")
	if err := recordings.WriteFile(file, recordings.NewArchive("", c.Entry(), silent.Entry())); err != nil {
		t.Fatal(err)
	}
	got := runAt(t, nil, "", "recordings", "show", file)
	for _, want := range []string{"(2 bytes that are no text)\n", "a\\u001b[1m\nb\n", "\nno response\n"} {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("%q is not in %s", want, got.Stdout)
		}
	}
}
