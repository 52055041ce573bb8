package har

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// seen holds the parts of a call that the tests compare.
type seen struct {
	Method         string      `json:",omitempty"`
	URL            string      `json:",omitempty"`
	Host           string      `json:",omitempty"`
	Header         http.Header `json:",omitempty"`
	Body           string      `json:",omitempty"`
	Status         int         `json:",omitempty"`
	ResponseHeader http.Header `json:",omitempty"`
	ResponseBody   string      `json:",omitempty"`
	Error          string      `json:",omitempty"`
}

func see(e *Entry) seen {
	c, err := e.Call()
	if err != nil {
		return seen{Error: err.Error()}
	}
	return seen{c.Method, c.URL.String(), c.Host, c.Header, string(c.Body), c.Status, c.ResponseHeader, string(c.ResponseBody), ""}
}

// TestCallsOfProducers compares the calls in the files of browsers and proxies with golden files.
func TestCallsOfProducers(t *testing.T) {
	t.Parallel()
	for _, name := range producers {
		var all strings.Builder
		a := readFile(t, "testdata/"+name+".har")
		for i := range a.Log.Entries {
			call := see(&a.Log.Entries[i])
			if !utf8.ValidString(call.ResponseBody) {
				call.ResponseBody = strconv.Quote(call.ResponseBody)
			}
			text, err := json.MarshalIndent(call, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&all, "%s\n", text)
		}
		compareGolden(t, "testdata/calls/"+name+".txt", all.String())
	}
}

func TestCallOfOddEntries(t *testing.T) {
	t.Parallel()
	custom := func(name, value string) Custom { return Custom{name: []byte(value)} }
	tests := []struct {
		name              string
		request, response string // fields beside method and URL
		want              func(*seen)
	}{
		{"nothing special", ``, ``, func(*seen) {}},
		{"base64 without padding, in lines, of the other alphabet", ``, `"status":200,"content":{"encoding":"Base64","text":"_-\n8"}`,
			func(s *seen) { s.Status, s.ResponseBody, s.ResponseHeader = 200, "\xff\xef", http.Header{} }},
		{"base64 that is none", ``, `"status":200,"content":{"encoding":"base64","text":"*"}`,
			func(s *seen) {
				*s = seen{Error: "response.content: the body is not base64: illegal base64 data at input byte 0"}
			}},
		{"unknown encoding", ``, `"status":200,"content":{"encoding":"zstd","text":"x"}`,
			func(s *seen) { *s = seen{Error: `response.content: encoding "zstd" is neither empty nor base64`} }},
		{"empty response", ``, `"status":204,"content":{"size":0}`, func(s *seen) { s.Status, s.ResponseHeader = 204, http.Header{} }},
		{"response in another file, of unknown size", ``, `"status":200,"content":{"size":-1,"_sha1":"x"}`,
			func(s *seen) {
				*s = seen{Error: "response.content: the body is in another file; record with the bodies embedded"}
			}},
		{"request in another file", `"postData":{"_file":"x"}`, ``,
			func(s *seen) {
				*s = seen{Error: "request.postData: the body is in another file; record with the bodies embedded"}
			}},
		{"request as base64", `"postData":{"_encoding":"base64","text":"/w=="}`, ``, func(s *seen) { s.Body = "\xff" }},
		{"request as base64 of another producer", `"postData":{"encoding":"base64","text":"/w=="}`, ``, func(s *seen) { s.Body = "\xff" }},
		{"request of unknown encoding", `"postData":{"_encoding":"hex","text":"ff"}`, ``,
			func(s *seen) { *s = seen{Error: `request.postData: encoding "hex" is neither empty nor base64`} }},
		{"request with hidden bytes", `"postData":{"text":"\udcff"}`, ``, func(s *seen) { s.Body = "\xff" }},
		{"hidden bytes, and an encoding", ``, `"status":200,"content":{"text":"\udcff","encoding":""}`,
			func(s *seen) { s.Status, s.ResponseHeader, s.ResponseBody = 200, http.Header{}, "\xff" }},
		{"hidden bytes among other escapes", `"postData":{"text":"\"\u0041\ud834\udd1e\udc80\\udcff\udc00\n"}`, ``,
			func(s *seen) { s.Body = "\"A\U0001d11e\x80\\udcff\ufffd\n" }},
		{"a character that looks like hidden bytes", `"postData":{"text":"\ud83d\udc80"}`, ``, func(s *seen) { s.Body = "\U0001f480" }},
		{"parts of a multipart body", `"postData":{"mimeType":"multipart/form-data; boundary=x","params":[{"name":"file"}]}`, ``,
			func(s *seen) {
				*s = seen{Error: "request.postData: the file has the parameters of the body, not its bytes"}
			}},
		{"content type only at the body", `"postData":{"mimeType":"application/json","text":"{}"}`, ``,
			func(s *seen) { s.Body, s.Header = "{}", http.Header{"Content-Type": {"application/json"}} }},
		{"another host", `"headers":[{"name":"host","value":"b"}]`, ``, func(s *seen) { s.Host = "b" }},
		{"the same host", `"headers":[{"name":"Host","value":"A"}]`, ``, func(*seen) {}},
		{"another authority", `"headers":[{"name":":authority","value":"b"}]`, ``, func(s *seen) { s.Host = "b" }},
		{"informational status", ``, `"status":99`, func(*seen) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fields := strings.TrimSuffix(`"method":"GET","url":"http://u:p@a/x#f",`+tt.request, ",")
			a, err := Read("x.har", strings.NewReader(harFile(`{"request":{`+fields+`},"response":{`+tt.response+`}}`)))
			if err != nil {
				t.Fatal(err)
			}
			want := seen{Method: "GET", URL: "http://a/x", Header: http.Header{}}
			tt.want(&want)
			if diff := cmp.Diff(want, see(&a.Log.Entries[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, bad := range []string{"/only/a/path", "http://[", "://", "%"} {
		e := Entry{Request: Request{Method: "GET", URL: bad + "?auth=secret", Custom: custom("_x", "1")}}
		if got, want := see(&e).Error, "request.url: is no absolute URL"; got != want {
			t.Errorf("%s: got %q, want %q", bad, got, want)
		}
	}
}

func TestCallSurvivesTheFile(t *testing.T) {
	t.Parallel()
	address, err := url.Parse("https://web-paas-api.cme.qcloud.com//PaaS/x?auth=%3Cticket%3E&b=1+2&bad=%zz")
	if err != nil {
		t.Fatal(err)
	}
	full := Call{
		Method: "POST", URL: address, Host: "other.example.com",
		Header: http.Header{"Content-Type": {"application/json"}, "A": {"2", "1"}},
		Body:   []byte(`{"名":1}`),
		Status: 302, ResponseHeader: http.Header{"Content-Type": {"text/html"}, "Location": {"/there"}}, ResponseBody: []byte("<html>"),
		Started: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), Took: 1500 * time.Microsecond, Comment: "why",
	}
	binary, silent := full, full
	binary.Body, binary.ResponseBody = []byte("\xff\x00"), []byte("\xfe")
	silent.Status, silent.ResponseHeader, silent.ResponseBody = 0, nil, nil
	timeless := full
	timeless.Started, timeless.Took = time.Time{}, 0
	tests := []struct {
		name string
		call Call
	}{
		{"text", full}, {"bytes", binary}, {"no response", silent}, {"no times", timeless},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := reread(t, NewArchive("x.har", tt.call.Entry()))
			got, err := a.Log.Entries[0].Call()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.call, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	e := full.Entry()
	want := []NameValue{{Name: "auth", Value: "<ticket>"}, {Name: "b", Value: "1 2"}, {Name: "bad", Value: "%zz"}}
	if diff := cmp.Diff(want, e.Request.QueryString); diff != "" {
		t.Errorf("queryString (-want +got):\n%s", diff)
	}
	if e.Response.RedirectURL != "/there" || e.Response.StatusText != "Found" || e.Timings.Wait != 1.5 {
		t.Errorf("got %+v", e.Response)
	}
	if e := timeless.Entry(); e.StartedDateTime != "" || e.Time != 0 || e.Timings.Wait != -1 {
		t.Errorf("an unrecorded call has times: %+v", e)
	}
}

func TestCallAsRequestAndResponse(t *testing.T) {
	t.Parallel()
	var got Call
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = CallOf(r, body)
	}))
	defer server.Close()
	address, err := url.Parse(server.URL + "/p?q=1")
	if err != nil {
		t.Fatal(err)
	}
	sent := Call{Method: "PUT", URL: address, Host: "h", Header: http.Header{"A": {"1", "2"}}, Body: []byte("body")}
	r, err := sent.Request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sent, CallOf(r, []byte("body"))); diff != "" {
		t.Errorf("seen by the client (-want +got):\n%s", diff)
	}
	reply, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if got.URL.String() != "http://h/p?q=1" || string(got.Body) != "body" || !cmp.Equal(got.Header["A"], []string{"1", "2"}) || got.Method != "PUT" {
		t.Errorf("seen by the server: %+v", got)
	}

	sent.Status, sent.ResponseHeader, sent.ResponseBody = 404, http.Header{"B": {"3"}}, []byte("none")
	response := sent.Response(r)
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	want := http.Header{"B": {"3"}, "Content-Length": {"4"}}
	if response.Status != "404 Not Found" || string(body) != "none" || response.ContentLength != 4 || response.Request != r || !cmp.Equal(response.Header, want) {
		t.Errorf("got %+v", response)
	}
	if sent.ResponseHeader.Get("Content-Length") != "" {
		t.Error("the recorded header was changed")
	}
	sent.Status = 0
	if sent.Response(r) != nil {
		t.Error("a call without a response has one")
	}
	sent.Method = "NO METHOD"
	if _, err := sent.Request(t.Context()); err == nil {
		t.Error("a request with a bad method")
	}
}

func TestCallOfServerRequest(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"http://h/p?q=1", "https://h/p?q=1"} {
		r := httptest.NewRequest("GET", target, nil)
		r.URL.Scheme, r.URL.Host = "", "" // as a server sees it
		if got := CallOf(r, nil); got.URL.String() != target || got.Host != "" {
			t.Errorf("got %s, host %q, want %s", got.URL, got.Host, target)
		}
	}
}

func TestCallOfBareRequest(t *testing.T) {
	t.Parallel()
	r := &http.Request{URL: &url.URL{Scheme: "https", Host: "a", Path: "/", User: url.UserPassword("u", "p"), Fragment: "f"}}
	got := CallOf(r, nil)
	want := Call{Method: "GET", URL: &url.URL{Scheme: "https", Host: "a", Path: "/"}, Header: http.Header{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
