package recordings

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

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
	bomb := zip(strings.Repeat("a", 1001))
	tests := []struct {
		name, encoding string
		status         int
		body           io.Reader
		wire           string // what the client gets
		kept, want     string // what is kept, or why nothing is
	}{
		{"plain", "", 200, strings.NewReader(plain), plain, `{"token":"<token-1>"}`, ""},
		{"identity", "identity", 200, strings.NewReader(plain), plain, `{"token":"<token-1>"}`, ""},
		{"empty", "gzip", 204, strings.NewReader(""), "", "", ""},
		{"gzip", "gzip", 200, bytes.NewReader(gz), string(gz), `{"token":"<token-1>"}`, ""},
		{"deflate", "deflate", 200, bytes.NewReader(deflate), string(deflate), `{"token":"<token-1>"}`, ""},
		{"not gzip", "gzip", 200, strings.NewReader(plain), plain, "", "the response is not the gzip that it says it is: gzip: invalid header"},
		{"broken gzip", "gzip", 200, bytes.NewReader(gz[:20]), string(gz[:20]), "", "uncompress the response: unexpected EOF"},
		{"brotli", "br", 200, strings.NewReader(plain), plain, "", `the response is compressed as "br"; ask for gzip or nothing`},
		{"broken off", "", 200, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), "half", "", "the response broke off after 4 bytes: broken off"},
		{"at the limit", "", 200, strings.NewReader(strings.Repeat("a", 1000)), strings.Repeat("a", 1000), strings.Repeat("a", 1000), ""},
		{"over the limit", "", 200, strings.NewReader(strings.Repeat("a", 1001)), strings.Repeat("a", 1001), "", "the response has more than 1000 bytes"},
		{"over the limit when uncompressed", "gzip", 200, strings.NewReader(bomb), bomb, "", "uncompress the response: it has more than 1000 bytes"},
		{"no HTTP", "", 101, strings.NewReader("frames"), "frames", "", "the connection became something other than HTTP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder := &Recorder{most: 1000, Transport: transport(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: tt.status, Header: http.Header{"Content-Encoding": {tt.encoding}}, Body: io.NopCloser(tt.body), Request: r}, nil
			})}
			answer, err := recorder.RoundTrip(httptest.NewRequest("GET", "https://a/p", nil))
			if err != nil {
				t.Fatal(err)
			}
			wire, err := io.ReadAll(answer.Body)
			if string(wire) != tt.wire || (err != nil) != (tt.name == "broken off") || answer.Header.Get("Content-Encoding") != tt.encoding {
				t.Errorf("the client got %q, %v", wire, err)
			}
			if err := answer.Body.Close(); err != nil {
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
			if diff := cmp.Diff(tt.kept, a.Log.Entries[0].Response.Content.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What a client compressed cannot be made safe: it is passed on, and not kept.
func TestRecordCompressedRequest(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	gz := compressed(t, gzip.NewWriter(&zipped), &zipped, `{"password":"hunter22"}`)
	var passed []byte
	recorder := &Recorder{Transport: transport(func(r *http.Request) (*http.Response, error) {
		passed, _ = io.ReadAll(r.Body)
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
	})}
	request := httptest.NewRequest("POST", "https://a/p", bytes.NewReader(gz))
	request.Header.Set("Content-Encoding", "gzip")
	answer, err := recorder.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "{}" || !bytes.Equal(passed, gz) {
		t.Errorf("the client got %q %v, the server %q", body, err, passed)
	}
	const why = `the request is compressed as "gzip", so that nobody can see what is in it`
	if _, err := recorder.Archive("x.har"); err == nil || err.Error() != "record x.har: log.entries[0]: POST /p: "+why {
		t.Errorf("record: got %v", err)
	}
	c := CallOf(request, gz)
	c.Status = 200
	if _, err := (Redactor{}).Redact(NewArchive("x.har", c.Entry())); err == nil || !strings.HasSuffix(err.Error(), "log.entries[0].request."+why) {
		t.Errorf("redact: got %v", err)
	}
}
