package calllog

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/diagnosis"
)

// testTime is the time of every line.
var testTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// The calls of the tests.
var (
	goodCall = fake.Call{
		Tenant: "default", Operation: "OpenCME.Login", User: "u\n1", Method: "GET", Host: "open.cme.qcloud.com",
		URL: "/?signature=<signature:1f2e3d4c>", Status: 200, Took: 1234 * time.Microsecond,
	}
	rejectedCall = fake.Call{
		Tenant: "a\tb", Operation: "OpenCME.Login", Method: "GET", Host: "h", URL: "/?x=\xff\u2028", Status: 200, Error: "SignatureVerifyFail",
		Diagnosis: &diagnosis.Diagnosis{Code: "cme.empty", Sentence: "the signature is “empty”\r\nnow", Fix: "sign"},
	}
	foundCall = fake.Call{
		Tenant: "default", Method: "GET", Host: "h", URL: "/x", Status: 404,
		Diagnosis: &diagnosis.Diagnosis{Code: "call.unknown-path", Sentence: "no such path"},
		Findings: []fake.Finding{
			{Diagnosis: diagnosis.Diagnosis{Code: "call.unknown-path", Sentence: "no such path"}},
			{Operation: "O", Call: "C", Diagnosis: diagnosis.Diagnosis{Code: "contract.unknown-field", Sentence: "there is no field"}},
		},
	}
	unansweredCall = fake.Call{
		Tenant: "default", Operation: "Third.Login", Method: "POST", Host: "h", URL: "/l",
		Findings: []fake.Finding{{Diagnosis: diagnosis.Diagnosis{Code: "f", Sentence: "found"}}},
	}
)

// logOf returns the lines of a log about the calls. Two bugs are known from the second call on.
func logOf(form Form, calls ...fake.Call) string {
	var w bytes.Buffer
	l := New(form, &w, func() time.Time { return testTime })
	var bugs []string
	l.Bugs = func() []string { return bugs }
	for i, c := range calls {
		if i == 1 {
			bugs = []string{"panic: one\nline", "panic: two"}
		}
		l.Call(c)
	}
	return w.String()
}

func TestCallLog(t *testing.T) {
	t.Parallel()
	const (
		goodJSON = `{"time":"2026-01-02T03:04:05Z","level":"INFO","msg":"call","tenant":"default","operation":"OpenCME.Login","user":"u\n1",` +
			`"method":"GET","host":"open.cme.qcloud.com","url":"/?signature=<signature:1f2e3d4c>","status":200,"tookMs":1.234}`
		foundJSON = `{"time":"2026-01-02T03:04:05Z","level":"WARN","msg":"call","tenant":"default","operation":"","user":"",` +
			`"method":"GET","host":"h","url":"/x","status":404,"tookMs":0,"diagnosis":{"code":"call.unknown-path","sentence":"no such path"},` +
			`"findings":[{"call":"","severity":"","diagnosis":{"code":"call.unknown-path","sentence":"no such path"},"times":0},` +
			`{"operation":"O","call":"C","severity":"","diagnosis":{"code":"contract.unknown-field","sentence":"there is no field"},"times":0}]}`
		bugJSON = `{"time":"2026-01-02T03:04:05Z","level":"ERROR","msg":"bug in the fake","bug":"panic: one\nline"}` + "\n" +
			`{"time":"2026-01-02T03:04:05Z","level":"ERROR","msg":"bug in the fake","bug":"panic: two"}`
		goodText = "03:04:05.000 [default] GET open.cme.qcloud.com/?signature=<signature:1f2e3d4c> (OpenCME.Login): 200"
		bugText  = "03:04:05.000 bug in the fake: panic: one\\u000aline\n03:04:05.000 bug in the fake: panic: two"
	)
	for _, tt := range []struct {
		name  string
		form  Form
		calls []fake.Call
		want  string
	}{
		{"text", Text, []fake.Call{goodCall}, goodText},
		{"text, rejected", Text, []fake.Call{rejectedCall},
			`03:04:05.000 [a\u0009b] GET h/?x=\xff\u2028 (OpenCME.Login): 200 SignatureVerifyFail; cme.empty: the signature is “empty”\u000d\u000anow; sign`},
		{"text, findings", Text, []fake.Call{foundCall},
			"03:04:05.000 [default] GET h/x (unknown call): 404; call.unknown-path: no such path; finding: contract.unknown-field: there is no field"},
		{"text, no response", Text, []fake.Call{unansweredCall}, "03:04:05.000 [default] POST h/l (Third.Login): no response; finding: f: found"},
		{"text, each bug once", Text, []fake.Call{goodCall, goodCall, goodCall}, strings.Join([]string{goodText, goodText, bugText, goodText}, "\n")},
		{"json", JSON, []fake.Call{goodCall}, goodJSON},
		{"json, findings", JSON, []fake.Call{foundCall}, foundJSON},
		{"json, rejected", JSON, []fake.Call{{Error: "Code", Diagnosis: &diagnosis.Diagnosis{Code: "c", Sentence: "s", Received: "a<b", Expected: "a", DiffersAt: 2}}},
			`{"time":"2026-01-02T03:04:05Z","level":"WARN","msg":"call","tenant":"","operation":"","user":"","method":"","host":"","url":"","status":0,"tookMs":0,` +
				`"error":"Code","diagnosis":{"code":"c","sentence":"s","received":"a<b","expected":"a","differsAt":2}}`},
		{"json, each bug once", JSON, []fake.Call{goodCall, goodCall, goodCall}, strings.Join([]string{goodJSON, goodJSON, bugJSON, goodJSON}, "\n")},
		{"none", None, []fake.Call{goodCall, rejectedCall}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, strings.TrimSuffix(logOf(tt.form, tt.calls...), "\n")); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}

// The lines of calls that come at the same time stay whole.
func TestCallLogConcurrently(t *testing.T) {
	t.Parallel()
	var w bytes.Buffer
	l := New(Text, &w, func() time.Time { return testTime })
	const calls = 100
	var all sync.WaitGroup
	for i := range calls {
		all.Go(func() { l.Call(fake.Call{Tenant: fmt.Sprint("t", i), Status: 200}) })
	}
	all.Wait()
	want, got := map[string]int{}, map[string]int{}
	for i := range calls {
		want["03:04:05.000 ["+fmt.Sprint("t", i)+"] "+fake.Call{Status: 200}.String()+"\n"] = 1
	}
	for line := range strings.Lines(w.String()) {
		got[line]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
