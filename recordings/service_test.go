package recordings

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/google/go-cmp/cmp"
)

func TestService(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://open.cme.qcloud.com?signature=x":             "opencme",
		"https://open.cme.qcloud.com/":                        "opencme",
		"https://open.cme.qcloud.com/favicon.ico":             "",
		"http://127.0.0.1:1/?a=1&signature=x":                 "opencme",
		"http://127.0.0.1:1/?token=x":                         "",
		"https://web-paas-api.cme.qcloud.com:443/PaaS/a":      "webpaas",
		"https://web-paas-api.cme.qcloud.com/other":           "",
		"http://127.0.0.1:1//PaaS//a":                         "webpaas",
		"https://WWW.h5ds.com/api/v1/third/login":             "h5ds",
		"https://video.h5ds.com/static/app.js":                "",
		"http://127.0.0.1:1/api/v1/user/info":                 "h5ds",
		"http://127.0.0.1:1/api/v1/test/saas/userStatus?a=1":  "",
		"http://127.0.0.1:1/":                                 "",
		"https://video.h5ds.com.example.org/static/api/v1/x/": "",
	} {
		got, ok := ServiceOf(posted(t, address, "", ""))
		if got != want || ok != (want != "") {
			t.Errorf("%s: got %q %t, want %q", address, got, ok, want)
		}
	}
	if RealHost("video") != "" {
		t.Error("there is a host of no service")
	}
}

// TestFilter: the calls of the services stay, at their real hosts, and the others are counted by their reason.
func TestFilter(t *testing.T) {
	t.Parallel()
	a := har.NewArchive("x.har")
	add := func(address, response string, change func(*har.Entry)) {
		e := posted(t, address, "{}", response).Entry()
		if change != nil {
			change(&e)
		}
		a.Log.Entries = append(a.Log.Entries, e)
	}
	add("https://web-paas-api.cme.qcloud.com/PaaS/a?auth=x", "1", func(e *har.Entry) {
		e.PageRef = "page_1"
		e.Request.Headers = append(e.Request.Headers, har.NameValue{Name: ":authority", Value: "web-paas-api.cme.qcloud.com"})
	})
	add("http://localhost:8080//api/v1/user/info", "2", nil)
	add("https://gateway.example.org/PaaS/b", "3", func(e *har.Entry) {
		e.Request.Headers = append(e.Request.Headers, har.NameValue{Name: "Host", Value: "gateway.example.org"})
	})
	add("http://127.0.0.1:9/PaaS/c", "4", func(e *har.Entry) {
		e.Request.Headers = append(e.Request.Headers, har.NameValue{Name: "Host", Value: "www.h5ds.com"})
	})
	add("https://www.h5ds.com/api/v1/x", "5", nil)
	add("https://example.org/api/v1/x", "6", nil)
	add("https://example.org/api/v1/y", "7", nil)
	add("https://video.h5ds.com/logo.png", "8", nil)
	add("https://video.h5ds.com/api/v1/z", "", nil)
	add("https://video.h5ds.com/api/v1/z", "9", func(e *har.Entry) {
		e.Request.Method = "OPTIONS"
		e.Request.Headers = append(e.Request.Headers, har.NameValue{Name: "access-control-request-method", Value: "POST"})
	})
	add("https://example.org/", "10", func(e *har.Entry) { e.Request.URL = "not-an-address" })
	// A missing body is no error in a call that is left out.
	add("https://example.org/", "11", func(e *har.Entry) { e.Request.PostData = &har.PostData{Custom: har.Custom{"_file": []byte(`"x"`)}} })
	add("https://video.h5ds.com/api/v1/u", "12", func(e *har.Entry) { e.Response.Status = 304 })
	add("https://video.h5ds.com/api/v1/u", "13", func(e *har.Entry) { e.Response.Status = 206 })
	add("https://video.h5ds.com/api/v1/u?a=b", "14", func(e *har.Entry) { e.Request.PostData = &har.PostData{Custom: har.Custom{"_file": []byte(`"x"`)}} })
	f := Filter{Hosts: []string{"Gateway.example.org"}}
	for _, e := range a.Log.Entries {
		f.Add(e, nil)
	}
	var got []string
	for _, e := range f.Kept {
		got = append(got, e.Response.Content.Text+" "+e.Request.URL)
		names := fmt.Sprint(e.Request.Headers)
		if e.PageRef != "" || strings.Contains(names, "Host") || strings.Contains(names, ":authority") {
			t.Errorf("%s: page %q, headers %v", e.Request.URL, e.PageRef, e.Request.Headers)
		}
	}
	want := []string{
		"1 https://web-paas-api.cme.qcloud.com/PaaS/a?auth=x", "2 https://video.h5ds.com//api/v1/user/info",
		"3 https://web-paas-api.cme.qcloud.com/PaaS/b", "5 https://www.h5ds.com/api/v1/x",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 1, 2, 4}, f.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	wantLeft := map[string]int{
		"for another host": 3, "no call of a service": 2, "without a response": 1, "a browser's preflight": 1, "has no address": 1,
		"not modified (304): the response is in the client's cache only": 1, "partial (206): a part of the response only": 1,
	}
	if diff := cmp.Diff(wantLeft, f.LeftOut); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	want = []string{"log.entries[14]: POST https://video.h5ds.com/api/v1/u: request.postData: the body is in another file; record with the bodies embedded"}
	if diff := cmp.Diff(want, []string{fmt.Sprint(f.Incomplete[0])}); diff != "" || len(f.Incomplete) != 1 {
		t.Errorf("%d incomplete (-want +got):\n%s", len(f.Incomplete), diff)
	}
	if a.Log.Entries[0].PageRef != "page_1" {
		t.Error("the archive has been changed")
	}
}

// harStream is a HAR file of many calls that is made while it is read: each tenth is one of a service, and small.
type harStream struct {
	entries, written int
	rest             []byte
}

func (s *harStream) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		switch n := s.written; {
		case n == 0:
			s.rest = []byte(`{"log":{"version":"1.2","entries":[`)
		case n <= s.entries:
			host, size := "cdn.example.org", 100<<10
			if n%10 == 0 {
				host, size = "video.h5ds.com", 10
			}
			s.rest = fmt.Appendf(nil, `{"request":{"method":"GET","url":"https://%s/api/v1/page"},"response":{"status":200,"content":{"text":"%s"}}}`, host, strings.Repeat("x", size))
			if n < s.entries {
				s.rest = append(s.rest, ',')
			}
		case n == s.entries+1:
			s.rest = []byte(`]}}`)
		default:
			return 0, io.EOF
		}
		s.written++
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// TestFilterIsBounded: a file of 60 MB needs memory for one entry and for what is kept only.
func TestFilterIsBounded(t *testing.T) {
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, most := heap(), int64(0)
	f := Filter{}
	if _, err := har.ReadEach("x.har", &harStream{entries: 600}, func(e har.Entry) error {
		f.Add(e, nil)
		if f.seen%100 == 0 {
			most = max(most, heap())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(f.Kept) != 60 || f.LeftOut["for another host"] != 540 {
		t.Errorf("kept %d; left out %v", len(f.Kept), f.LeftOut)
	}
	if grown := most - before; grown > 4<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
}
