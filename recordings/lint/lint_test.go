package lint_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/lint"
	"github.com/fakecme/fakecme/recordings/redact"
)

var now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

// good returns a call that keeps the contract.
func good(t testing.TB) har.Call {
	t.Helper()
	address, err := url.Parse("https://web-paas-api.cme.qcloud.com/PaaS/Material/DeleteMaterial?auth=%3Cticket-1%3E")
	if err != nil {
		t.Fatal(err)
	}
	return har.Call{
		Method: "POST", URL: address, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"MaterialId":"1"}`),
		Status: 200, ResponseHeader: http.Header{"Content-Type": {"application/json"}},
		ResponseBody: []byte(`{"Code":"Success","Message":"成功","EnglishMessage":"success"}`), Started: now.Add(-48 * time.Hour),
	}
}

// file returns a redacted recording of calls.
func file(t testing.TB, name string, calls ...har.Call) lint.File {
	t.Helper()
	a := har.NewArchive(name)
	for _, c := range calls {
		a.Log.Entries = append(a.Log.Entries, c.Entry())
	}
	safe, err := redact.Redactor{}.Redact(a)
	if err != nil {
		t.Fatal(err)
	}
	return plain(t, safe)
}

// plain returns an archive as a file.
func plain(t testing.TB, a *har.Archive) lint.File {
	t.Helper()
	var out bytes.Buffer
	if err := har.Write(&out, a); err != nil {
		t.Fatal(err)
	}
	return lint.File{Name: a.Name, Source: out.Bytes()}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	changed := func(change func(*har.Call)) har.Call {
		c := good(t)
		change(&c)
		return c
	}
	unsafe := func(change func(*har.Entry)) lint.File {
		e := good(t).Entry()
		e.Request.BodySize = -1
		change(&e)
		return plain(t, har.NewArchive("x.har", e))
	}
	finer := changed(func(c *har.Call) { c.Started = now.Add(-time.Millisecond) })
	const operation = "Material.DeleteMaterial"
	tests := []struct {
		name  string
		rules lint.Rules
		files []lint.File
		want  []lint.Fault
	}{
		{"good", lint.Rules{Expire: 48 * time.Hour, Now: now}, []lint.File{file(t, "x.har", good(t), good(t))}, nil},
		{"truncated", lint.Rules{}, []lint.File{{"x.har", []byte(`{"log":{`)}, file(t, "y.har", good(t))}, []lint.Fault{
			{File: "x.har", Rule: lint.RuleFormat, Text: "ends in the middle, after byte 8"},
		}},
		{"spelled otherwise", lint.Rules{}, []lint.File{{"x.har", bytes.ReplaceAll(file(t, "x.har", good(t)).Source, []byte("\n"), nil)}}, []lint.Fault{
			{File: "x.har", Rule: lint.RuleStable, Text: "is not written as fakecme writes it, so that changes are hard to read in a diff; fakecme import har writes it so"},
		}},
		{"a secret", lint.Rules{}, []lint.File{unsafe(func(e *har.Entry) { e.Comment = "by x@example.org" })}, []lint.Fault{
			{File: "x.har", At: "log.entries[0].comment", Rule: lint.RuleSecret, Text: "looks secret or personal (email), and is no placeholder; fakecme import har replaces it"},
		}},
		{"noise", lint.Rules{}, []lint.File{unsafe(func(e *har.Entry) { e.ServerIPAddress = "192.0.2.1" })}, []lint.Fault{
			{File: "x.har", Rule: lint.RuleNoise, Text: "has headers, addresses or fields that recordings do not keep; fakecme import har drops them"},
		}},
		{"no operation", lint.Rules{}, []lint.File{file(t, "x.har", changed(func(c *har.Call) { c.URL.Path = "/PaaS/Material/Foo" }))}, []lint.Fault{
			{File: "x.har", At: "log.entries[0]", Rule: lint.RuleOperation, Text: "no operation is documented for POST https://web-paas-api.cme.qcloud.com/PaaS/Material/Foo"},
		}},
		{"contract", lint.Rules{}, []lint.File{file(t, "x.har", good(t), changed(func(c *har.Call) {
			c.Body, c.ResponseBody = []byte(`{"MaterialId":38}`), []byte(`{"Code":"Success","Message":7,"EnglishMessage":"x"}`)
		}))}, []lint.Fault{
			{File: "x.har", At: "log.entries[1]", Operation: operation, Rule: lint.RuleRequest, Text: "body /MaterialId: must be a string, found 38"},
			{File: "x.har", At: "log.entries[1]", Operation: operation, Rule: lint.RuleResponse, Text: "body /Message: must be a string, found 7"},
		}},
		{"a placeholder is no fault", lint.Rules{}, []lint.File{file(t, "x.har", changed(func(c *har.Call) {
			c.ResponseBody = []byte(`{"Code":"Success","Message":"x","EnglishMessage":"<phone-1>"}`)
			c.URL.RawQuery = "auth=%3Cticket-1%3E"
		}))}, nil},
		{"no response", lint.Rules{}, []lint.File{file(t, "x.har", changed(func(c *har.Call) { c.Status = 0 }))}, nil},
		{"too old", lint.Rules{Expire: 48*time.Hour - time.Second, Now: now}, []lint.File{file(t, "x.har", good(t))}, []lint.Fault{
			{File: "x.har", Rule: lint.RuleAge, Text: "recorded on 2026-03-30, 2 days ago, which is more than 47h59m59s; record it again"},
		}},
		{"copied", lint.Rules{}, []lint.File{file(t, "x.har", good(t)), file(t, "y.har", good(t))}, []lint.Fault{
			{File: "y.har", At: "log.entries[0]", Rule: lint.RuleDuplicate, Text: "is the same call as x.har: log.entries[0]"},
		}},
		{"twice in a moment", lint.Rules{}, []lint.File{file(t, "x.har", finer, finer)}, []lint.Fault{
			{File: "x.har", At: "log.entries[1]", Rule: lint.RuleDuplicate, Text: "is the same call as x.har: log.entries[0]"},
		}},
		{"the same again, without a time", lint.Rules{}, []lint.File{
			file(t, "x.har", changed(func(c *har.Call) { c.Started = time.Time{} })),
			file(t, "y.har", changed(func(c *har.Call) { c.Started = time.Time{} })),
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, lint.Check(tt.rules, tt.files...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCheckKnownSecrets: a known secret is found in any encoding, and the fault does not show it.
func TestCheckKnownSecrets(t *testing.T) {
	t.Parallel()
	c := good(t)
	c.ResponseBody = []byte(`{"Code":"Success","Message":"ZmFrZS1zZWNyZXQta2V5","EnglishMessage":"x"}`)
	faults := lint.Check(lint.Rules{Secrets: []string{"fake-secret-key"}}, file(t, "x.har", c))
	if len(faults) != 1 || faults[0].Rule != lint.RuleSecret || strings.Contains(faults[0].String(), "fake-secret-key") ||
		!strings.Contains(faults[0].String(), "log.entries[0].response.content.text") {
		t.Errorf("got %v", faults)
	}
}

func TestFaultString(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]lint.Fault{
		"x.har: format: is empty":                          {File: "x.har", Rule: lint.RuleFormat, Text: "is empty"},
		"x.har: log.entries[1]: response: A.B: body: must": {File: "x.har", At: "log.entries[1]", Rule: lint.RuleResponse, Operation: "A.B", Text: "body: must"},
	} {
		if diff := cmp.Diff(want, f.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestOperationOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"GET https://open.cme.qcloud.com?signature=x":                        "OpenCME.Login",
		"POST https://web-paas-api.cme.qcloud.com//PaaS/Team//DescribeTeams": "Team.DescribeTeams",
		"GET https://web-paas-api.cme.qcloud.com/PaaS/Team/DeleteTeam":       "",
		"POST http://127.0.0.1:1/api/v1/third/login":                         "Third.Login",
		"POST https://example.org/":                                          "",
	} {
		method, target, _ := strings.Cut(address, " ")
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := lint.OperationOf(har.Call{Method: method, URL: u}); got.ID != want || ok != (want != "") {
			t.Errorf("%s: got %q, want %q", address, got.ID, want)
		}
	}
}

// FuzzImported: a redacted recording is well formatted and has no secrets, whatever it was made of.
func FuzzImported(f *testing.F) {
	names, err := filepath.Glob("../har/testdata/*.har")
	if err != nil || len(names) < 5 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		lint.Check(lint.Rules{}, lint.File{Name: "x.har", Source: source})
		a, err := har.Read("x.har", bytes.NewReader(source))
		if err != nil {
			return
		}
		var picked recordings.Filter
		for _, e := range a.Log.Entries {
			picked.Add(e, nil)
		}
		safe, err := picked.Redact("x.har", redact.Redactor{})
		if err != nil {
			return
		}
		if _, err := recordings.NewLibrary(recordings.Once, safe); err == nil { // and with other placeholders too
			if _, err := recordings.NewLibrary(recordings.Once, safe, safe); err != nil {
				t.Errorf("no library of two: %v", err)
			}
		}
		for _, fault := range lint.Check(lint.Rules{}, plain(t, safe)) {
			switch fault.Rule {
			case lint.RuleStable, lint.RuleSecret:
				t.Errorf("%s", fault)
			}
		}
	})
}
