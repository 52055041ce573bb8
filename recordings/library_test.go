package recordings

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
	"github.com/google/go-cmp/cmp"
)

const paas = "https://web-paas-api.cme.qcloud.com/PaaS"

// posted returns a call with a JSON body, and a response if there is one.
func posted(t testing.TB, target, body, response string) har.Call {
	t.Helper()
	address, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	c := har.Call{Method: "POST", URL: address, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
	if response != "" {
		c.Status, c.ResponseBody = 200, []byte(response)
	}
	return c
}

func library(t testing.TB, repeat Repeat, calls ...har.Call) *Library {
	t.Helper()
	var entries []har.Entry
	for _, c := range calls {
		entries = append(entries, c.Entry())
	}
	l, err := NewLibrary(repeat, har.NewArchive("x.har", entries...))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// found returns the response, or the reason of the miss.
func found(l *Library, c har.Call) string {
	hit, miss := l.Find(c)
	if miss != nil {
		return "miss: " + miss.Reason
	}
	return string(hit.Call.ResponseBody)
}

func TestFindComparesRequests(t *testing.T) {
	t.Parallel()
	const recorded = `{"MaterialId":"1","Limit":20,"Owner":{"Type":"PERSON","Id":"a"},"Tags":["x","y"]}`
	get := func(c *har.Call) { c.Method, c.Body, c.Header = "GET", nil, http.Header{} }
	form := func(c *har.Call) { c.Header.Set("Content-Type", "application/x-www-form-urlencoded") }
	tests := []struct {
		name             string
		target, body     string
		recordedTarget   string // "": the same path
		recordedBody     string
		change, original func(*har.Call)
		found            bool
	}{
		{name: "the same", body: recorded, found: true},
		{name: "spelled otherwise", body: ` { "Owner":{"Id":"a","Type":"PERSON"}, "Tags":["x" , "\u0079"],"Limit":2.0e1, "MaterialId":"1"}`, found: true},
		{name: "order of a list", body: strings.Replace(recorded, `"x","y"`, `"y","x"`, 1)},
		{name: "another value", body: strings.Replace(recorded, "20", "21", 1)},
		{name: "a number for a string", body: strings.Replace(recorded, `"1"`, `1`, 1)},
		{name: "an additional field", body: strings.Replace(recorded, `{`, `{"x":1,`, 1)},
		{name: "a missing field", body: strings.Replace(recorded, `"Limit":20,`, ``, 1)},
		{name: "no body", body: ""},
		{name: "other ticket", target: paas + "/a?auth=one", recordedTarget: paas + "/a?auth=two", found: true},
		{name: "no ticket", target: paas + "/a", recordedTarget: paas + "/a?auth=two"},
		{name: "empty ticket", target: paas + "/a?auth=", recordedTarget: paas + "/a?auth=two"},
		{name: "volatile parameters", target: paas + "/a?t=1&random=2&timestamp=3", recordedTarget: paas + "/a?currentTimeStamp=4", found: true},
		{name: "other parameters", target: paas + "/a?x=1", recordedTarget: paas + "/a?x=2"},
		{name: "order of parameters", target: paas + "/a?x=1&y=2&x=3", recordedTarget: paas + "/a?y=2&x=1&x=3", found: true},
		{name: "order of one parameter", target: paas + "/a?x=1&x=2", recordedTarget: paas + "/a?x=2&x=1"},
		{name: "volatile fields", body: `{"timestamp":1,"t":2,"random":3,"a":1}`, recordedBody: `{"a":1,"currentTimeStamp":9}`, found: true},
		{name: "volatile names further in", body: `{"a":{"t":1}}`, recordedBody: `{"a":{"t":2}}`},
		{name: "secrets at any depth", body: `{"a":[{"token":"x"}],"VerifySign":"y"}`, recordedBody: `{"a":[{"token":"<token-1>"}],"VerifySign":"<signature-9>"}`, found: true},
		{name: "a missing secret", body: `{"a":1}`, recordedBody: `{"a":1,"VerifySign":"<signature-9>"}`},
		{name: "personal data", body: `{"userId":"u","mobile":"15888888889","text":"call a@example.com"}`, recordedBody: `{"userId":"u","mobile":"<phone-1>","text":"call <email-1>"}`, found: true},
		{name: "odd values", body: `{"x":"0123456789abcdefghij"}`, recordedBody: `{"x":"<value-1>"}`, found: true},
		{name: "long ids", body: `{"MaterialId":"38192156030633420589"}`, recordedBody: `{"MaterialId":"38192156030633420588"}`},
		{name: "large numbers", body: `{"n":9007199254740993}`, recordedBody: `{"n":9007199254740992}`},
		{name: "minus nothing", body: `{"n":-0}`, recordedBody: `{"n":0.0}`, found: true},
		{name: "doubled slashes", target: "https://web-paas-api.cme.qcloud.com//PaaS//a", recordedTarget: paas + "/a", found: true},
		{name: "other path", target: paas + "/a", recordedTarget: paas + "/b"},
		{name: "other address of a known service", target: "http://127.0.0.1:11560/PaaS/a", recordedTarget: paas + "/a", found: true},
		{name: "known port", target: "https://web-paas-api.cme.qcloud.com:443/x", recordedTarget: "https://WEB-PAAS-API.cme.qcloud.com/x", found: true},
		{name: "other host of the login", target: "https://www.h5ds.com/api/v1/third/login", recordedTarget: "https://video.h5ds.com/api/v1/third/login", found: true},
		{name: "h5ds elsewhere", target: "http://127.0.0.1/api/v1/third/login", recordedTarget: "https://video.h5ds.com/api/v1/third/login", found: true},
		{name: "unknown hosts", target: "https://a/x", recordedTarget: "https://b/x"},
		{name: "the user's own server", target: "https://a/api/v1/test/saas/userStatus", recordedTarget: "https://b/api/v1/test/saas/userStatus"},
		{name: "host of the header", target: "http://127.0.0.1/x", change: func(c *har.Call) { c.Host = "video.h5ds.com" }, recordedTarget: "https://video.h5ds.com/x", found: true},
		{name: "ticket exchange elsewhere", target: "http://127.0.0.1?signature=a", recordedTarget: "https://open.cme.qcloud.com/?signature=b", change: get, original: get, found: true},
		{name: "other method", change: func(c *har.Call) { c.Method = "PUT" }, body: recorded},
		{name: "other header", change: func(c *har.Call) { c.Header.Set("User-Agent", "x") }, body: recorded, found: true},
		{name: "forms", change: form, original: form, body: "b=2&a=1+1&t=9", recordedBody: "t=8&a=1%201&b=2", found: true},
		{name: "other forms", change: form, original: form, body: "a=1", recordedBody: "a=2"},
		{name: "form and JSON", change: form, body: "a=1", recordedBody: `{"a":"1"}`},
		{name: "text", body: "a text", recordedBody: "a text", found: true},
		{name: "other text", body: "a text", recordedBody: "b text"},
		{name: "bytes", body: "\xff", recordedBody: "\xff", found: true},
		{name: "other bytes", body: "\xff", recordedBody: "\xfe"},
		{name: "byte order mark", body: "\ufeff{}", recordedBody: "{}", found: true},
		{name: "parts", body: "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--", recordedBody: "--C\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--C--",
			change:   func(c *har.Call) { c.Header.Set("Content-Type", "multipart/form-data; boundary=B") },
			original: func(c *har.Call) { c.Header.Set("Content-Type", "multipart/form-data; boundary=C") }, found: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.target == "" {
				tt.target = paas + "/a?auth=x"
			}
			if tt.recordedTarget == "" {
				tt.recordedTarget = paas + "/a?auth=x"
				if tt.recordedBody == "" {
					tt.recordedBody = recorded
				}
			}
			original, wanted := posted(t, tt.recordedTarget, tt.recordedBody, "response"), posted(t, tt.target, tt.body, "")
			if tt.original != nil {
				tt.original(&original)
			}
			if tt.change != nil {
				tt.change(&wanted)
			}
			if got := found(library(t, Once, original), wanted); (got == "response") != tt.found {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestFindRepeats(t *testing.T) {
	t.Parallel()
	poll := func(response string) har.Call {
		return posted(t, paas+"/Task/DescribeTasks?auth=x", `{"TaskIds":["1"]}`, response)
	}
	tests := []struct {
		name   string
		repeat Repeat
		want   []string
	}{
		{"once", Once, []string{"10", "50", "100", "miss: all 3 recorded responses have been given", "miss: all 3 recorded responses have been given"}},
		{"last", Last, []string{"10", "50", "100", "100", "100"}},
		{"loop", Loop, []string{"10", "50", "100", "10", "50", "100", "10"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := library(t, tt.repeat, poll("10"), posted(t, paas+"/x", "{}", "other"), poll("50"), poll("100"))
			var got []string
			for range tt.want {
				got = append(got, found(l, poll("")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			unused := l.Unused()
			if len(unused) != 1 || unused[0].String() != "x.har: log.entries[1]: POST https://web-paas-api.cme.qcloud.com/PaaS/x" {
				t.Errorf("unused: %v", unused)
			}
		})
	}
}

// TestFindByUser: two users make the same request in turns.
func TestFindByUser(t *testing.T) {
	t.Parallel()
	by := func(ticket, response string) har.Call {
		return posted(t, paas+"/a?auth="+url.QueryEscape(ticket), `{"VerifySign":"s-`+response+`"}`, response)
	}
	recorded := []har.Call{by("<ticket-1>", "A1"), by("<ticket-2>", "B1"), by("<ticket-1>", "A2"), by("<ticket-2>", "B2")}
	tests := []struct {
		name   string
		repeat Repeat
		ask    []string // tickets
		want   []string
	}{
		{"replayed tickets", Once, []string{"<ticket-2>", "<ticket-2>", "<ticket-1>", "<ticket-2>", "<ticket-1>"},
			[]string{"B1", "B2", "A1", "miss: all 2 recorded responses have been given", "A2"}},
		{"own tickets", Once, []string{"tf_x", "tf_y", "tf_x", "tf_x", "tf_x"}, []string{"A1", "B1", "A2", "B2", "miss: all 4 recorded responses have been given"}},
		{"both", Once, []string{"<ticket-2>", "tf_x", "tf_x", "tf_x", "<ticket-1>"}, []string{"B1", "A1", "A2", "B2", "miss: all 2 recorded responses have been given"}},
		{"last", Last, []string{"<ticket-1>", "<ticket-1>", "<ticket-1>", "tf_x", "tf_x", "tf_x"}, []string{"A1", "A2", "A2", "B1", "B2", "B2"}},
		{"loop", Loop, []string{"<ticket-1>", "<ticket-1>", "<ticket-1>", "<ticket-2>"}, []string{"A1", "A2", "A1", "B1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := library(t, tt.repeat, recorded...)
			var got []string
			for _, ticket := range tt.ask {
				got = append(got, found(l, by(ticket, "")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFindLogins: the text that a signature signs decides, if the recording has it.
func TestFindLogins(t *testing.T) {
	t.Parallel()
	login := func(user string, now int, response string) har.Call {
		signature := cmesign.SignOriginal("fake-secret-key", fmt.Sprintf("secretId=fake-secret-id&currentTimeStamp=%d&expireTime=%d&random=%d&platform=p&userId=%s&action=Login", now, now+300, now*7, user))
		c := posted(t, "https://open.cme.qcloud.com?signature="+url.QueryEscape(signature), "", response)
		c.Method = "GET"
		return c
	}
	a, err := redact.Redactor{}.Redact(har.NewArchive("x.har", login("a", 1700000000, "A").Entry(), login("15888888889", 1700000001, "B").Entry()))
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLibrary(Once, a)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, user := range []string{"15888888889", "c", "a"} {
		got = append(got, found(l, login(user, 1800000000, "")))
	}
	if diff := cmp.Diff([]string{"B", "miss: was recorded with other parameters only", "A"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, miss := l.Find(login("c", 1800000000, ""))
	if !strings.Contains(miss.Diff, "signed.userId") || strings.Contains(miss.Error(), "fake-secret-id") {
		t.Errorf("got %v", miss)
	}
	// A recording without the text of its signature is for every user.
	documented, err := NewLibrary(Once, Documented()...)
	if err != nil {
		t.Fatal(err)
	}
	if got := found(documented, login("anyone", 1800000000, "")); !strings.Contains(got, `"OK"`) {
		t.Errorf("got %s", got)
	}
}

// TestDocumentedResponses: each documented request gets its responses in the order of the documents.
func TestDocumentedResponses(t *testing.T) {
	t.Parallel()
	l, err := NewLibrary(Once, Documented()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range Documented() {
		for i := range a.Log.Entries {
			c, err := a.Log.Entries[i].Call()
			if err != nil {
				t.Fatal(err)
			}
			hit, miss := l.Find(c)
			if miss != nil {
				t.Errorf("%s %d: %v", a.Name, i, miss)
			} else if diff := cmp.Diff(c, hit.Call); diff != "" || hit.Archive != a.Name || hit.Index != i {
				t.Errorf("%s %d: got %s (-want +got):\n%s", a.Name, i, hit, diff)
			}
		}
	}
	if unused := l.Unused(); len(unused) > 0 {
		t.Errorf("unused: %v", unused)
	}
}

func TestFindWithoutResponse(t *testing.T) {
	t.Parallel()
	e := posted(t, paas+"/a", "{}", "x").Entry()
	e.Response.Content.Text, e.Response.Content.Size = "", 12
	l, err := NewLibrary(Once, har.NewArchive("x.har", e))
	if err != nil {
		t.Fatal(err)
	}
	want := "miss: was recorded without its response: response.content: the body of 12 bytes is not in the file"
	if diff := cmp.Diff(want, found(l, posted(t, paas+"/a", "{}", ""))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(l.Unused()) != 1 {
		t.Error("a call without a response counts as used")
	}
}

func TestNewLibraryRefuses(t *testing.T) {
	t.Parallel()
	good := posted(t, paas+"/a", "{}", "x").Entry()
	tests := []struct {
		name string
		bad  har.Entry
		want string
	}{
		{"no URL", har.Entry{Request: har.Request{Method: "GET", URL: "/a"}}, "library of x.har: log.entries[1].request.url: is no absolute URL"},
		{"bad parameters of the signature", har.Entry{Request: har.Request{Method: "GET", URL: "https://a/"}, Custom: har.Custom{har.SignedField: json.RawMessage("1")}},
			"library of x.har: log.entries[1]._signed: json: cannot unmarshal number into Go value of type map[string]string"},
	}
	for _, tt := range tests {
		_, err := NewLibrary(Once, har.NewArchive("x.har", good, tt.bad))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

// BenchmarkFind: a lookup costs the same in a small and in a large library.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		var calls []har.Call
		for i := range n {
			calls = append(calls, posted(b, paas+"/Material/ListMedia?auth=x", fmt.Sprintf(`{"ClassId":%d,"Owner":{"Type":"PERSON","Id":"a"},"Limit":20}`, i), "{}"))
		}
		l := library(b, Loop, calls...)
		miss := posted(b, paas+"/Material/ListMedia?auth=x", `{"ClassId":-1}`, "")
		b.Run(fmt.Sprintf("hit/entries=%d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, miss := l.Find(calls[i%n]); miss != nil {
					b.Fatal(miss)
				}
			}
		})
		b.Run(fmt.Sprintf("miss/entries=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, m := l.Find(miss); m == nil {
					b.Fatal("found")
				}
			}
		})
	}
}
