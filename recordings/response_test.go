package recordings

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
	"github.com/google/go-cmp/cmp"
)

// TestResponseRepeats: where a recorded response repeats a value of its request, the current response repeats the value of
// the current request.
func TestResponseRepeats(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                 string
		query, body, header  string // of the recorded request
		response             string
		query2, body2, head2 string // of today's
		want                 string
	}{
		{"time of the query", "?t=1700000000", "", "", `{"at":1700000000,"as":"1700000000"}`, "?t=1800000000", "", "", `{"at":1800000000,"as":"1800000000"}`},
		{"within a longer number", "?t=1700000000", "", "", `{"ms":1700000000123,"id":"x1700000000"}`, "?t=1800000000", "", "", `{"ms":1700000000123,"id":"x1700000000"}`},
		{"too short to tell", "?random=7", "", "", `{"n":7}`, "?random=8", "", "", `{"n":7}`},
		{"time of the body", "", `{"timestamp":1700000000,"a":1}`, "", `{"timestamp":1700000000}`, "", `{"timestamp":1800000000,"a":1}`, "", `{"timestamp":1800000000}`},
		{"header", "", "", "req-00000001", `{"RequestId":"req-00000001"}`, "", "", `a"b`, `{"RequestId":"a\"b"}`},
		{"header left out today", "", "", "req-00000001", `{"RequestId":"req-00000001"}`, "", "", "", `{"RequestId":"req-00000001"}`},
		{"a secret", "?phone=13800000000", "", "", `{"to":"13800000000","url":"https://h.example/?tel=13800000000"}`, "?phone=13911111111", "", "",
			`{"to":"13911111111","url":"https://h.example/?tel=13911111111"}`},
		{"a secret of its own", "?a=1", "", "", `{"token":"eyJhbGciOi.eyJzdWIi.c2ln"}`, "?a=1", "", "", `{"token":"<token-1>"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			call := func(query, body, header, response string) har.Call {
				c := posted(t, "https://video.h5ds.com/api/v1/x"+query, body, response)
				c.Header.Set("X-Request-Id", header)
				return c
			}
			a, err := redact.Redactor{}.Redact(har.NewArchive("x.har", call(tt.query, tt.body, tt.header, tt.response).Entry()))
			if err != nil {
				t.Fatal(err)
			}
			l, err := NewLibrary(Once, a)
			if err != nil {
				t.Fatal(err)
			}
			hit, miss := l.Find(call(tt.query2, tt.body2, tt.head2, ""))
			if miss != nil {
				t.Fatal(miss)
			}
			if diff := cmp.Diff(tt.want, string(l.Response(hit).ResponseBody)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestResponseRepeatsInHeaders(t *testing.T) {
	t.Parallel()
	c := posted(t, paas+"/a?auth=<ticket-1>", "{}", "not JSON: <ticket-1>")
	c.ResponseHeader = http.Header{"Location": {"/b?auth=%3Cticket-1%3E&c=%3Cticket-2%3E"}}
	l := library(t, Once, c)
	hit, miss := l.Find(posted(t, paas+"/a?auth=tf+%22", "{}", ""))
	if miss != nil {
		t.Fatal(miss)
	}
	got := l.Response(hit)
	if diff := cmp.Diff("/b?auth=tf+%22&c=%3Cticket-2%3E not JSON: tf \"", got.ResponseHeader.Get("Location")+" "+string(got.ResponseBody)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c.ResponseHeader.Get("Location") != hit.Call.ResponseHeader.Get("Location") {
		t.Error("the recording has been changed")
	}
}

// TestBind: a request with a bound value finds the calls with its placeholder, and the response repeats the value.
func TestBind(t *testing.T) {
	t.Parallel()
	by := func(ticket, response string) har.Call {
		return posted(t, paas+"/a?auth="+url.QueryEscape(ticket), "{}", response)
	}
	l := library(t, Once, by("<ticket-1>", `{"a":"<ticket-1>","u":"<context-1>"}`), by("<ticket-2>", `{"b":"<ticket-1>"}`))
	l.Bind("<ticket-1>", "tf_old")
	l.Bind("<ticket-1>", "tf_one")
	l.Bind("<ticket-2>", "tf_two")
	var got []string
	for _, ticket := range []string{"tf_two", "tf_old"} {
		hit, miss := l.Find(by(ticket, ""))
		if miss != nil {
			t.Fatal(miss)
		}
		got = append(got, string(l.Response(hit).ResponseBody), strings.Join(hit.NewPlaceholders(), " "))
	}
	want := []string{`{"b":"tf_one"}`, "<ticket-1>", `{"a":"tf_old","u":"<context-1>"}`, "<context-1>"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWhere: a new library begins with the first call, and does not share its state with the old one.
func TestWhere(t *testing.T) {
	t.Parallel()
	ask := posted(t, paas+"/a?auth=x", "{}", "")
	l := library(t, Once, posted(t, paas+"/a?auth=x", "{}", "1"), posted(t, paas+"/a?auth=x", "{}", "2"))
	var got []string
	got = append(got, found(l, ask), found(l.Where(nil), ask), found(l, ask))
	second := l.Where(func(h Hit) bool { return h.Index == 1 })
	got = append(got, found(second, ask), found(second, ask))
	if diff := cmp.Diff([]string{"1", "1", "2", "2", "miss: the only recorded response has been given"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFindIf: a call that is not accepted stays the next one.
func TestFindIf(t *testing.T) {
	t.Parallel()
	ask := posted(t, paas+"/a?auth=x", "{}", "")
	l := library(t, Once, posted(t, paas+"/a?auth=x", "{}", "1"), posted(t, paas+"/a?auth=x", "{}", "2"))
	wants := func(body string) func(Hit) bool {
		return func(h Hit) bool { return string(h.Call.ResponseBody) == body }
	}
	if hit, miss := l.FindIf(ask, wants("2")); miss == nil || miss.Reason != "was recorded with another response" {
		t.Errorf("got %v %v", hit, miss)
	}
	if len(l.Unused()) != 2 {
		t.Errorf("unused: %v", l.Unused())
	}
	if hit, miss := l.FindIf(ask, wants("1")); miss != nil || string(hit.Call.ResponseBody) != "1" {
		t.Errorf("got %v %v", hit, miss)
	}
	if got := found(l, ask); got != "2" {
		t.Errorf("then %s", got)
	}
}

// TestFindByToken: the token in the header tells users of h5ds apart.
func TestFindByToken(t *testing.T) {
	t.Parallel()
	by := func(token, response string) har.Call {
		c := posted(t, "https://video.h5ds.com/api/v1/user/info", "", response)
		c.Header.Set("Authorization", "Bearer "+token)
		return c
	}
	l := library(t, Once, by("<token-1>", "A"), by("<token-2>", "B"))
	l.Bind("<token-2>", "eyJ.b.c")
	if got := found(l, by("eyJ.b.c", "")) + found(l, by("<token-1>", "")); got != "BA" {
		t.Errorf("got %s, want BA", got)
	}
}

// TestReplayerRepeats: the responses of a Replayer repeat values of the request, too.
func TestReplayerRepeats(t *testing.T) {
	t.Parallel()
	l := library(t, Once, posted(t, paas+"/a?timestamp=1700000000", "{}", `{"at":1700000000}`))
	if got := do(t, &http.Client{Transport: Replayer{l}}, "POST", paas+"/a?timestamp=1800000000", "{}"); got != `{"at":1800000000}` {
		t.Errorf("got %s", got)
	}
}
