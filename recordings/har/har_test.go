package har

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// producers are the programs that the HAR files in testdata are like, quirks included.
var producers = []string{"bare", "charles", "chrome", "firefox", "mitmproxy", "playwright"}

func readFile(t testing.TB, name string) *Archive {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := Read(filepath.Base(name), f)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func written(t testing.TB, a *Archive) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func reread(t testing.TB, a *Archive) *Archive {
	t.Helper()
	again, err := Read(a.Name, strings.NewReader(written(t, a)))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func compareGolden(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

func TestReadAndWriteProducers(t *testing.T) {
	t.Parallel()
	for _, name := range producers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := readFile(t, "testdata/"+name+".har")
			got := written(t, a)
			compareGolden(t, "testdata/written/"+name+".har", got)
			if diff := cmp.Diff(a, reread(t, a)); diff != "" {
				t.Errorf("read again (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryFieldAndCustomFieldSurvives: full.har has every field of HAR, and a custom field in every object.
func TestEveryFieldAndCustomFieldSurvives(t *testing.T) {
	t.Parallel()
	a := readFile(t, "testdata/written/full.har")
	requireAllFields(t, reflect.ValueOf(a).Elem(), "")
	compareGolden(t, "testdata/written/full.har", written(t, a))
	const custom = `{"a":null,"b":[1.50,"值<"]}` // compact, in the order of the names, with the digits as they are
	if got := string(a.Log.Entries[0].Custom["_x"]); got != custom {
		t.Errorf("custom field: got %s, want %s", got, custom)
	}
	again, err := Read("x.har", strings.NewReader(`{"log":{"entries":[]},"_x":{ "b" : [1.50,"\u503c\u003c"], "a":null}}`))
	if err != nil || string(again.Custom["_x"]) != custom {
		t.Errorf("spelled otherwise: %s, %v", again.Custom["_x"], err)
	}
}

func requireAllFields(t *testing.T, v reflect.Value, at string) {
	t.Helper()
	for i := range v.NumField() {
		f, name := v.Field(i), at+"."+v.Type().Field(i).Name
		if f.IsZero() {
			t.Errorf("full.har has no %s", name)
			continue
		}
		switch f.Kind() {
		case reflect.Pointer:
			requireAllFields(t, f.Elem(), name)
		case reflect.Slice:
			requireAllFields(t, f.Index(0), name)
		case reflect.Struct:
			requireAllFields(t, f, name)
		}
	}
}

// harFile wraps entries into a file.
func harFile(entries string) string { return `{"log":{"version":"1.2","entries":[` + entries + `]}}` }

const bareEntry = `{"request":{"method":"GET","url":"http://a/"},"response":{}}`

func TestReadRejects(t *testing.T) {
	t.Parallel()
	entry := func(request, response string) string {
		return harFile(bareEntry + `,{"request":{"method":"GET","url":"http://a/"` + request + `},"response":{` + response + `}}`)
	}
	tests := []struct{ name, source, want string }{
		{"empty", "", "is empty"},
		{"only a byte order mark", "\ufeff", "is empty"},
		{"HTML", "<html>", "is not JSON: invalid character '<' looking for beginning of value, at byte 1"},
		{"HTML after a byte order mark", "\ufeff<html>", "is not JSON: invalid character '<' looking for beginning of value, at byte 4"},
		{"UTF-16", "\xff\xfe{\x00", "is UTF-16; HAR files are UTF-8"},
		{"not UTF-8", harFile(`{"comment":"` + "\xe4" + `"}`), "is not UTF-8 at byte 48"},
		{"truncated", harFile(bareEntry)[:60], "ends in the middle, after byte 60"},
		{"truncated within a text", harFile(bareEntry)[:20], "ends in the middle, after byte 20"},
		{"two values", harFile("") + "{}", "is not JSON: invalid character '{' after top-level value, at byte 39"},
		{"deep", strings.Repeat("[", 100000), "nests more than 200 levels deep at byte 201"},
		{"deep custom field", harFile(`{"_x":` + strings.Repeat(`{"a":`, 197) + "1" + strings.Repeat("}", 197) + `}`), "nests more than 200 levels deep at byte 1022"},
		{"an array", "[]", "is JSON but not HAR: it is an array, not an object with a log"},
		{"another format", `{"openapi":"3.0.3"}`, "is JSON but not HAR: log must be an object, not nothing"},
		{"a log of another kind", `{"log":{"level":"info"}}`, "is JSON but not HAR: log.entries must be an array, not nothing"},
		{"entries are null", `{"log":{"entries":null}}`, "is JSON but not HAR: log.entries must be an array, not null"},
		{"version 2", `{"log":{"version":"2.0","entries":[]}}`, `is HAR of version "2.0"; versions 1.1 to 1.3 can be read`},
		{"two lists of entries", `{"log":{"entries":[],"entries":[]}}`, "log.entries: stands twice"},
		{"two logs", `{"log":{"entries":[]},"log":{}}`, "log: stands twice"},
		{"a wrong byte in an entry", harFile(`{"a":tru}`), "is not JSON: invalid character '}' in literal true (expecting 'e'), at byte 44"},
		{"no comma", harFile("{\"request\":{\"method\":\"GET\",\"url\":\"u\"}} {}"), "is not JSON: expected comma after array element, at byte 75"},
		{"half a character at the end", `{"x":"` + "\xe4", "is not UTF-8 at byte 7"},
		{"entry null", harFile("null"), "log.entries[0]: must be an object, not null"},
		{"no request", harFile(bareEntry + `,{"response":{}}`), "log.entries[1].request.method: is missing"},
		{"no url", harFile(`{"request":{"method":"GET"}}`), "log.entries[0].request.url: is missing"},
		{"status as text", entry("", `"status":"200"`), "log.entries[1].response.status: must be a number, not a string"},
		{"status with a fraction", entry("", `"status":200.5`), "log.entries[1].response.status: must be an integer of 64 bits"},
		{"size too large", entry("", `"content":{"size":1e300}`), "log.entries[1].response.content.size: must be an integer of 64 bits"},
		{"time too large", harFile(`{"time":1e999,"request":{}}`), "log.entries[0].time: must fit a 64-bit float"},
		{"headers as an object", entry(`,"headers":{"a":"b"}`, ""), "log.entries[1].request.headers: must be an array, not an object"},
		{"header as text", entry(`,"headers":["a: b"]`, ""), "log.entries[1].request.headers[0]: must be an object, not a string"},
		{"body as an object", entry(`,"postData":{"text":{"a":1}}`, ""), "log.entries[1].request.postData.text: must be a string, not an object"},
		{"flag as text", entry("", `"cookies":[{"secure":"yes"}]`), "log.entries[1].response.cookies[0].secure: must be true or false, not a string"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := Read("x.har", strings.NewReader(tt.source))
			if err == nil {
				t.Fatalf("got %+v, want an error", a)
			}
			if diff := cmp.Diff("read x.har: "+tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadAccepts(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, source string }{
		{"no entries", harFile("")},
		{"no version", `{"log":{"entries":[]}}`},
		{"version 1.1", `{"log":{"version":"1.1","entries":[]}}`},
		{"two hundred levels", harFile(`{"request":{"method":"GET","url":"u"},"_x":` + strings.Repeat(`[`, 196) + strings.Repeat("]", 196) + `}`)},
		{"brackets within texts", harFile(`{"request":{"method":"GET","url":"u"},"comment":"` + strings.Repeat(`[{\"`, 300) + `"}`)},
		{"integer written as a float", harFile(`{"request":{"method":"GET","url":"u"},"response":{"status":2e2}}`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Read("x.har", strings.NewReader(tt.source)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReadCountsTheLastOfTwo(t *testing.T) {
	t.Parallel()
	source := `{"log":{"entries":[{"request":{"bodySize":7,"url":"u"},"request":{"method":"\u0047ET","url":"v"},"_\u0078":1,"_x":2}]}}`
	a, err := Read("x.har", strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	var want Entry
	setUnknown(reflect.ValueOf(&want).Elem())
	want.Request.Method, want.Request.URL, want.Custom = "GET", "v", Custom{"_x": json.RawMessage("2")}
	if diff := cmp.Diff([]Entry{want}, a.Log.Entries); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadBrokenReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	if _, err := Read("x.har", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestWriteRejects(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*Archive)
		want  string
	}{
		{"text that is not UTF-8", func(a *Archive) { a.Log.Entries[0].Response.Content.Text = "\xff" },
			"log.entries[0].response.content.text: is not UTF-8; a body that is not can be kept as base64"},
		{"custom field with a name of HAR", func(a *Archive) { a.Log.Custom = Custom{"version": json.RawMessage("1")} },
			"log.version: is no custom field"},
		{"custom field that is not JSON", func(a *Archive) { a.Custom = Custom{"_x": json.RawMessage("{")} },
			"_x: unexpected EOF"},
		{"name of a custom field that is not UTF-8", func(a *Archive) { a.Custom = Custom{"_\xff": json.RawMessage("1")} },
			": is not UTF-8; a body that is not can be kept as base64"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := NewArchive("x.har", Entry{})
			tt.spoil(a)
			var b bytes.Buffer
			err := Write(&b, a)
			if err == nil {
				t.Fatalf("wrote %s", b.String())
			}
			if diff := cmp.Diff("write x.har: "+tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if b.Len() > 0 {
				t.Errorf("wrote %d bytes all the same", b.Len())
			}
		})
	}
}

func TestWriteToBrokenWriter(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	r.Close()
	if err := Write(w, NewArchive("x.har")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

// TestWriteOrder: the order in which headers are added does not change the file.
func TestWriteOrder(t *testing.T) {
	t.Parallel()
	entry := func(headers ...NameValue) *Archive {
		return NewArchive("x.har", Entry{Request: Request{Method: "GET", URL: "http://a/", Headers: headers}})
	}
	a1, a2 := NameValue{Name: "A", Value: "1"}, NameValue{Name: "a", Value: "2"}
	b := NameValue{Name: "B", Value: "1"}
	if diff := cmp.Diff(written(t, entry(a1, a2, b)), written(t, entry(b, a1, a2))); diff != "" {
		t.Errorf("the order of names is kept:\n%s", diff)
	}
	if written(t, entry(a1, a2)) == written(t, entry(a2, a1)) {
		t.Error("the order of the values of one name is lost")
	}
	archive := entry(b, a1)
	written(t, archive)
	if diff := cmp.Diff(entry(b, a1), archive); diff != "" {
		t.Errorf("writing changes the archive (-want +got):\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range producers {
		source, err := os.ReadFile("testdata/" + name + ".har")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Add([]byte("\n{\t\"log\" : { \"a\\\"b\":[ ] , \"entries\" :[ { \"request\":{\"method\":\"\\u0041\",\"url\":\"u\"} , \"_y\": [1 ,{ \"]\":\"}\"} ] } ]} } "))
	f.Add([]byte(harFile(`{"_x":[1.0,-0,1e5,"\ud800"],"request":{"method":"GET","url":"u","postData":{"text":"\udc80","encoding":"base64"}}}`)))
	f.Fuzz(func(t *testing.T, source []byte) {
		a, err := Read("x.har", bytes.NewReader(source))
		if err != nil {
			return
		}
		for i := range a.Log.Entries {
			if c, err := a.Log.Entries[i].Call(); err == nil {
				c.Entry()
			}
		}
		again := reread(t, a)
		if diff := cmp.Diff(a, again); diff != "" {
			t.Fatalf("read again (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(written(t, a), written(t, again)); diff != "" {
			t.Fatalf("written again (-want +got):\n%s", diff)
		}
	})
}
