package recordings

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
	"github.com/google/go-cmp/cmp"
)

// transport makes calls by a function.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

const aTicket = "tf_0a1b2c3d4e5f60718293a4b5c6d7e8f9"

// vendor responds like the real services: with a ticket, then with jobs that make progress.
func vendor() transport {
	var mu sync.Mutex
	progress := map[string]int{}
	return func(r *http.Request) (*http.Response, error) {
		var body []byte
		if r.Body != nil {
			var err error
			if body, err = io.ReadAll(r.Body); err != nil {
				return nil, err
			}
		}
		response := `{"Code":"Success","Data":{"Authorization":"` + aTicket + `"}}`
		if r.URL.Path != "/" && r.URL.Path != "" {
			mu.Lock()
			progress[string(body)] += 50
			response = fmt.Sprintf(`{"Code":"Success","Data":{"Progress":%d}}`, progress[string(body)])
			mu.Unlock()
		}
		c := har.Call{Status: 200, ResponseHeader: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Date": {"now"}}, ResponseBody: []byte(response)}
		return c.Response(r), nil
	}
}

func do(t *testing.T, client *http.Client, method, target, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := client.Do(r)
	if err != nil {
		return "error: " + err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(text)
}

// TestRecordAndReplay records a session, writes it, reads it, and replays it to a client that uses the replayed ticket.
func TestRecordAndReplay(t *testing.T) {
	t.Parallel()
	session := func(client *http.Client, now int) []string {
		signature := cmesign.SignOriginal("fake-secret-key", fmt.Sprintf("secretId=fake-secret-id&currentTimeStamp=%d&random=%d&platform=p&userId=u&action=Login", now, now))
		login := do(t, client, "GET", "https://open.cme.qcloud.com?signature="+strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(signature), "")
		_, ticket, _ := strings.Cut(login, `"Authorization":"`)
		ticket, _, _ = strings.Cut(ticket, `"`)
		ticket = strings.NewReplacer("<", "%3C", ">", "%3E").Replace(ticket)
		var all []string
		for range 2 {
			all = append(all, do(t, client, "POST", paas+"/Task/DescribeTasks?auth="+ticket, `{"TaskIds":["1"]}`))
		}
		return all
	}
	recorder := &Recorder{Transport: vendor(), Redactor: redact.Redactor{Secrets: []string{"fake-secret-key"}}}
	live := session(&http.Client{Transport: recorder}, 1700000000)
	file := filepath.Join(t.TempDir(), "session.har")
	if err := recorder.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	archives, err := har.ReadFiles(file)
	if err != nil {
		t.Fatal(err)
	}
	a := archives[0]
	text := written(t, a)
	for _, secret := range []string{aTicket, "fake-secret-id", `"Date"`, "now"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in the file", secret)
		}
	}
	l, err := NewLibrary(Once, a)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: Replayer{l}}
	if diff := cmp.Diff(live, session(client, 1800000000)); diff != "" {
		t.Errorf("(-live +replayed):\n%s", diff)
	}
	if unused := l.Unused(); len(unused) > 0 {
		t.Errorf("unused: %v", unused)
	}
	got := do(t, client, "POST", paas+"/Task/DescribeTasks?auth=x", `{"TaskIds":["2"]}`)
	if !strings.Contains(got, "was recorded with other parameters only") || !strings.Contains(got, `"2"`) {
		t.Errorf("got %s", got)
	}
}

// TestRecordTimes: a clock adds times to a recording. Without a clock, equal calls make equal files.
func TestRecordTimes(t *testing.T) {
	t.Parallel()
	record := func(now func() time.Time) *har.Archive {
		recorder := &Recorder{Transport: vendor(), Now: now}
		do(t, &http.Client{Transport: recorder}, "POST", paas+"/a?auth="+aTicket, "{}")
		a, err := recorder.Archive("x.har")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	e := record(func() time.Time {
		now = now.Add(time.Second)
		return now
	}).Log.Entries[0]
	if e.StartedDateTime != "2026-01-02T03:04:06Z" || e.Time != 1000 {
		t.Errorf("got %s, %v", e.StartedDateTime, e.Time)
	}
	if diff := cmp.Diff(written(t, record(nil)), written(t, record(nil))); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

// TestRecordConcurrently: all concurrent calls are recorded.
func TestRecordConcurrently(t *testing.T) {
	t.Parallel()
	recorder := &Recorder{Transport: vendor()}
	client := &http.Client{Transport: recorder}
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			do(t, client, "POST", paas+"/a", fmt.Sprintf(`{"i":%d}`, i))
			_, _ = recorder.Archive("x.har") // may find calls that are not finished
		})
	}
	group.Wait()
	a, err := recorder.Archive("x.har")
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLibrary(Loop, a)
	if err != nil {
		t.Fatal(err)
	}
	client = &http.Client{Transport: Replayer{l}}
	for i := range 20 {
		group.Go(func() {
			if got := do(t, client, "POST", paas+"/a", fmt.Sprintf(`{"i":%d}`, i)); got != `{"Code":"Success","Data":{"Progress":50}}` {
				t.Error(got)
			}
		})
	}
	group.Wait()
	if len(l.Unused()) > 0 {
		t.Errorf("unused: %v", l.Unused())
	}
}

func TestRecordFailedCall(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	recorder := &Recorder{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, lost })}
	r := httptest.NewRequest("POST", "https://a/p?auth=secret", strings.NewReader("{}"))
	if _, err := recorder.RoundTrip(r); !errors.Is(err, lost) {
		t.Errorf("got %v", err)
	}
	a, err := recorder.Archive("x.har")
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLibrary(Once, a)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Replayer{l}.RoundTrip(httptest.NewRequest("POST", "https://a/p?auth=other", strings.NewReader("{}")))
	want := "replay x.har: log.entries[0]: POST https://a/p: no response came when this was recorded"
	if !errors.Is(err, errNoResponse) || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// closeRecorder records whether it was closed.
type closeRecorder struct {
	io.Reader
	closed bool
}

func (w *closeRecorder) Close() error { w.closed = true; return nil }

func TestRoundTrippersCloseAndReadTheRequest(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	l := library(t, Once, posted(t, "https://a/", "body", "x"))
	tests := []struct {
		name    string
		tripper http.RoundTripper
		ctx     context.Context
		body    io.Reader
		want    string
	}{
		{"recorder", &Recorder{Transport: vendor()}, t.Context(), strings.NewReader("body"), ""},
		{"recorder without transport", &Recorder{}, t.Context(), strings.NewReader("body"), "record: the recorder has no transport"},
		{"recorder, broken request", &Recorder{Transport: vendor()}, t.Context(), iotest.ErrReader(broken), "record: read the request: broken"},
		{"replayer", Replayer{l}, t.Context(), strings.NewReader("body"), ""},
		{"replayer, cancelled", Replayer{l}, cancelled, strings.NewReader("body"), "context canceled"},
		{"replayer, broken request", Replayer{l}, t.Context(), iotest.ErrReader(broken), "replay: read the request: broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := &closeRecorder{Reader: tt.body}
			r, err := http.NewRequestWithContext(tt.ctx, "POST", "https://a/", body)
			if err != nil {
				t.Fatal(err)
			}
			before := r.Header.Clone()
			_, err = tt.tripper.RoundTrip(r)
			if got := fmt.Sprint(err); err == nil && tt.want != "" || err != nil && got != tt.want {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if !body.closed || !cmp.Equal(before, r.Header) || r.Body != body {
				t.Errorf("closed %t, request %+v", body.closed, r)
			}
		})
	}
	if _, err := (&Recorder{}).RoundTrip(httptest.NewRequest("GET", "https://a/", nil)); err == nil {
		t.Error("a recorder without transport records")
	}
}

// TestRecorderForwardsTheRequest: the transport can send the request again, as net/http does.
func TestRecorderForwardsTheRequest(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"body", ""} {
		var first, again []byte
		recorder := &Recorder{Transport: transport(func(r *http.Request) (*http.Response, error) {
			first, _ = io.ReadAll(r.Body)
			if r.GetBody != nil {
				body, err := r.GetBody()
				if err != nil {
					return nil, err
				}
				again, _ = io.ReadAll(body)
			}
			return har.Call{Status: 200}.Response(r), nil
		})}
		if _, err := recorder.RoundTrip(httptest.NewRequest("POST", "https://a/", strings.NewReader(want))); err != nil {
			t.Fatal(err)
		}
		if string(first) != want || string(again) != want {
			t.Errorf("got %q, then %q, want %q", first, again, want)
		}
	}
}

// TestRecordWithSecret: if a secret cannot be replaced, the old file stays as it was.
func TestRecordWithSecret(t *testing.T) {
	t.Parallel()
	const secret = "FAKE-SECRET-KEY"
	recorder := &Recorder{Redactor: redact.Redactor{Secrets: []string{secret}}, Transport: transport(func(r *http.Request) (*http.Response, error) {
		return har.Call{Status: 200}.Response(r), nil
	})}
	if _, err := recorder.RoundTrip(httptest.NewRequest(secret, "https://a/", nil)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "x.har")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := recorder.WriteFile(name)
	want := "redact x.har: secret 1 still stands at log.entries[0].request.method, in plain text"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(name)
	if err != nil || string(old) != "old" || len(left) != 1 {
		t.Errorf("got %q, %v, and %d files", old, err, len(left))
	}
}

func compressed(t *testing.T, w io.WriteCloser, b *bytes.Buffer, text string) []byte {
	t.Helper()
	_, err := w.Write([]byte(text))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRecordBodies(t *testing.T) {
	t.Parallel()
	const plain = `{"token":"0123456789abcdef"}`
	var zipped, deflated bytes.Buffer
	gz := compressed(t, gzip.NewWriter(&zipped), &zipped, plain)
	deflate := compressed(t, zlib.NewWriter(&deflated), &deflated, plain)
	broken := errors.New("broken off")
	var bombed bytes.Buffer
	bomb := string(compressed(t, gzip.NewWriter(&bombed), &bombed, strings.Repeat("a", 1001)))
	tests := []struct {
		name, encoding string
		status         int
		body           io.Reader
		sent           string // to the client
		recorded, want string // the recorded body, or why there is none
	}{
		{"plain", "", 200, strings.NewReader(plain), plain, `{"token":"<token-1>"}`, ""},
		{"identity", "identity", 200, strings.NewReader(plain), plain, `{"token":"<token-1>"}`, ""},
		{"empty", "gzip", 204, strings.NewReader(""), "", "", ""},
		{"gzip", "gzip", 200, bytes.NewReader(gz), string(gz), `{"token":"<token-1>"}`, ""},
		{"deflate", "deflate", 200, bytes.NewReader(deflate), string(deflate), `{"token":"<token-1>"}`, ""},
		{"not gzip", "gzip", 200, strings.NewReader(plain), plain, "", "it cannot be made safe: the response is not the gzip that it says it is: gzip: invalid header"},
		{"broken gzip", "gzip", 200, bytes.NewReader(gz[:20]), string(gz[:20]), "", "it cannot be made safe: uncompress the response: unexpected EOF"},
		{"brotli", "br", 200, strings.NewReader(plain), plain, "", `it cannot be made safe: the response is compressed as "br"; ask for gzip or nothing`},
		{"broken off", "", 200, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), "half", "", "the response broke off after 4 bytes: broken off"},
		{"at the limit", "", 200, strings.NewReader(strings.Repeat("a", 1000)), strings.Repeat("a", 1000), strings.Repeat("a", 1000), ""},
		{"over the limit", "", 200, strings.NewReader(strings.Repeat("a", 1001)), strings.Repeat("a", 1001), "", "the response has more than 1000 bytes"},
		{"over the limit when uncompressed", "gzip", 200, strings.NewReader(bomb), bomb, "", "it cannot be made safe: uncompress the response: it has more than 1000 bytes"},
		{"no HTTP", "", 101, strings.NewReader("frames"), "frames", "", "the connection became something other than HTTP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder := &Recorder{responseLimit: 1000, Transport: transport(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: tt.status, Header: http.Header{"Content-Encoding": {tt.encoding}}, Body: io.NopCloser(tt.body), Request: r}, nil
			})}
			response, err := recorder.RoundTrip(httptest.NewRequest("GET", "https://a/p", nil))
			if err != nil {
				t.Fatal(err)
			}
			sent, err := io.ReadAll(response.Body)
			if string(sent) != tt.sent || (err != nil) != (tt.name == "broken off") || response.Header.Get("Content-Encoding") != tt.encoding {
				t.Errorf("the client got %q, %v", sent, err)
			}
			if err := response.Body.Close(); err != nil {
				t.Error(err)
			}
			a, err := recorder.Archive("x.har")
			if tt.want != "" {
				want := "record x.har: log.entries[0]: GET /p: " + tt.want
				if err == nil || err.Error() != want {
					t.Fatalf("got %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.recorded, a.Log.Entries[0].Response.Content.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRecordCompressedRequest: a compressed request is forwarded and not recorded.
func TestRecordCompressedRequest(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	gz := compressed(t, gzip.NewWriter(&zipped), &zipped, `{"password":"hunter22"}`)
	var forwarded []byte
	recorder := &Recorder{Transport: transport(func(r *http.Request) (*http.Response, error) {
		forwarded, _ = io.ReadAll(r.Body)
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
	})}
	request := httptest.NewRequest("POST", "https://a/p", bytes.NewReader(gz))
	request.Header.Set("Content-Encoding", "gzip")
	response, err := recorder.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "{}" || !bytes.Equal(forwarded, gz) {
		t.Errorf("the client got %q %v, the server %q", body, err, forwarded)
	}
	const why = `it cannot be made safe: the request is compressed as "gzip", so that its secrets cannot be found`
	if _, err := recorder.Archive("x.har"); err == nil || err.Error() != "record x.har: log.entries[0]: POST /p: "+why {
		t.Errorf("record: got %v", err)
	}
}
