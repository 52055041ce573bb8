package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

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
		Status: 200, AnswerHeader: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		AnswerBody: []byte(`{"Code":"Success","Message":"成功","EnglishMessage":"success"}`), Started: time.Now().Truncate(time.Second),
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
