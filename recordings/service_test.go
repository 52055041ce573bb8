package recordings

import (
	"fmt"
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
	kept, left, err := Filter(a, "Gateway.example.org")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range kept.Log.Entries {
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
	wantLeft := map[string]int{"for another host": 3, "no call of a service": 2, "without a response": 1, "a browser's preflight": 1, "has no address": 1}
	if diff := cmp.Diff(wantLeft, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if len(a.Log.Entries) != 12 || a.Log.Entries[0].PageRef != "page_1" {
		t.Error("the archive has been changed")
	}
	add("https://video.h5ds.com/api/v1/u", "12", func(e *har.Entry) { e.Request.PostData = &har.PostData{Custom: har.Custom{"_file": []byte(`"x"`)}} })
	if _, _, err := Filter(a); err == nil || err.Error() != "log.entries[12].request.postData: the body is in another file; record with the bodies embedded" {
		t.Errorf("a call without its body: %v", err)
	}
}
