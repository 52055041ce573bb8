package redact

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/google/go-cmp/cmp"
)

// TestRedactEach: an entry that cannot be made safe is left out with its reason, and the others stay.
func TestRedactEach(t *testing.T) {
	t.Parallel()
	const password = "Quux-7-Quux-7-Quux"
	page := "https://video.h5ds.com/api/v1/page"
	entries := []har.Entry{
		jsonEntry(page, `{"n":0}`, `{}`),
		jsonEntry(page, `{"n":1}`, `{}`),
		jsonEntry(page, `{"n":2}`, `{}`), // its request is spoilt below
		jsonEntry(page, `{"n":3}`, `{"password":"`+password+`"}`),
		jsonEntry(page+"?"+"\xff", `{"n":4}`, `{}`),
		jsonEntry(page, `{"n":5,"password":"`+password+`"}`, `{}`),
		{},
	}
	entries[1].Request.Method, entries[3].Request.Method = password, password // nothing is replaced in it
	entries[2].Request.PostData.Custom = har.Custom{"encoding": []byte(`"rot13"`)}
	a := har.NewArchive("x.har", entries...)
	redacted, unsafe, err := Redactor{}.RedactEach(a)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, e := range redacted.Log.Entries {
		kept = append(kept, e.Request.PostData.Text)
	}
	if diff := cmp.Diff([]string{`{"n":0}`, `{"n":5,"password":"<secret-1>"}`}, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	var reasons []string
	for _, u := range unsafe {
		if !strings.Contains(u.Err.Error(), fmt.Sprintf("log.entries[%d].", u.Index)) {
			t.Errorf("%d: %v", u.Index, u.Err)
		}
		reasons = append(reasons, fmt.Sprint(u.Index, ": ", u.Reason()))
	}
	want := []string{
		"1: what is now <secret-1> still stands at request.method, in plain text",
		`2: request.postData: encoding "rot13" is neither empty nor base64`,
		"3: what is now <secret-1> still stands at request.method, in plain text",
		"4: request.url: is not UTF-8; a body that is not can be kept as base64",
		"6: request.method: is missing",
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if len(a.Log.Entries) != len(entries) {
		t.Error("the archive has been changed")
	}
}

// TestRedactEachSecretOfAnUnsafeEntry: a secret that only an entry that is left out names is not in the other entries.
func TestRedactEachSecretOfAnUnsafeEntry(t *testing.T) {
	t.Parallel()
	const password = "Quux-7-Quux-7-Quux"
	names := jsonEntry("https://video.h5ds.com/api/v1/page", `{}`, `{"password":"`+password+`"}`)
	names.Request.PostData.Custom = har.Custom{"encoding": []byte(`"rot13"`)}
	hides := jsonEntry("https://video.h5ds.com/api/v1/page", `{}`, `{}`)
	hides.Request.Method = password
	for i, list := range [][]har.Entry{{names, hides}, {hides, names}} {
		redacted, unsafe, err := Redactor{}.RedactEach(har.NewArchive("x.har", list...))
		if err != nil || len(unsafe) != 2 || len(redacted.Log.Entries) != 0 {
			t.Errorf("%d: %v, %v, %v", i, redacted, unsafe, err)
		}
	}
}

// TestRedactEachRejects: what stands beside the entries costs the whole archive.
func TestRedactEachRejects(t *testing.T) {
	t.Parallel()
	a := har.NewArchive("x.har", jsonEntry("https://video.h5ds.com/api/v1/page", `{}`, `{}`))
	a.Log.Version = "1.a-secret" // nothing is replaced in it
	_, _, err := Redactor{Secrets: []string{"a-secret"}}.RedactEach(a)
	if err == nil || err.Error() != "redact x.har: secret 1 still stands at log.version, in plain text" {
		t.Errorf("got %v", err)
	}
}
