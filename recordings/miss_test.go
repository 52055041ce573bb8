package recordings

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/google/go-cmp/cmp"
)

func TestMissNamesTheNearest(t *testing.T) {
	t.Parallel()
	recorded := []har.Call{
		posted(t, paas+"/Material/ListMedia?auth=x", `{"ClassId":1,"Owner":{"Type":"TEAM","Id":"t"},"Limit":5}`, "1"),
		posted(t, paas+"/Material/ListMedia?auth=x", `{"ClassId":1430,"Owner":{"Type":"PERSON","Id":"a"},"Limit":20,"Tags":["x"]}`, "2"),
		posted(t, paas+"/Material/CreateClass?auth=x", `{"Name":"a"}`, "3"),
		posted(t, "https://video.h5ds.com/api/v1/user/apps/delete", `{"id":"1"}`, "4"),
	}
	tests := []struct {
		name    string
		request har.Call
		reason  string
		nearest string // number of the entry; "" for none
		diff    []string
	}{
		{"another value", posted(t, paas+"/Material/ListMedia?auth=secret", `{"ClassId":1431,"Owner":{"Type":"PERSON","Id":"a"},"Limit":20,"Tags":["x"]}`, ""),
			"was recorded with other parameters only", "1", []string{"- body.ClassId: 1430\n+ body.ClassId: 1431\n"}},
		{"a field less", posted(t, paas+"/Material/ListMedia?auth=secret", `{"ClassId":1,"Owner":{"Type":"TEAM","Id":"t"}}`, ""),
			"was recorded with other parameters only", "0", []string{"- body.Limit: 5\n"}},
		{"a list longer", posted(t, paas+"/Material/ListMedia?auth=secret", `{"ClassId":1430,"Owner":{"Type":"PERSON","Id":"a"},"Limit":20,"Tags":["x","y"]}`, ""),
			"was recorded with other parameters only", "1", []string{"+ body.Tags[1]: \"y\"\n"}},
		{"a list for an object", posted(t, paas+"/Material/ListMedia?auth=secret", `{"ClassId":1430,"Owner":["PERSON"],"Limit":20,"Tags":{"x":1}}`, ""),
			"was recorded with other parameters only", "1", []string{"- body.Owner: {\"Id\":\"a\",\"Type\":\"PERSON\"}\n+ body.Owner: [\"PERSON\"]\n"}},
		{"no ticket", posted(t, paas+"/Material/CreateClass", `{"Name":"a"}`, ""),
			"was recorded with other parameters only", "2", []string{"- query.auth: [\"<*>\"]\n"}},
		{"a spelling mistake in the path", posted(t, paas+"/Material/CreatClass?auth=secret", `{"Name":"a"}`, ""),
			"was never recorded", "2", []string{"/PaaS/Material/CreateClass", "/PaaS/Material/CreatClass"}},
		{"a spelling mistake of another service", posted(t, "https://video.h5ds.com/api/v1/user/app/delete", `{"id":"1"}`, ""),
			"was never recorded", "3", []string{"/api/v1/user/apps/delete"}},
		{"another content type", func() har.Call {
			c := posted(t, paas+"/Material/CreateClass?auth=secret", `Name=a`, "")
			c.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return c
		}(), "was recorded with other parameters only", "2", []string{`application/x-www-form-urlencoded`, `"Name=a"`}},
		{"another method", func() har.Call {
			c := posted(t, paas+"/Material/CreateClass?auth=secret", `{"Name":"a"}`, "")
			c.Method = "PUT"
			return c
		}(), "was never recorded", "2", []string{`"PUT"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, miss := library(t, Once, recorded...).Find(tt.request)
			if miss == nil {
				t.Fatal("found")
			}
			if miss.Reason != tt.reason || !strings.HasPrefix(miss.Nearest, "x.har: log.entries["+tt.nearest+"]: POST https://") {
				t.Errorf("got %s, %s", miss.Reason, miss.Nearest)
			}
			for _, part := range tt.diff {
				if !strings.Contains(miss.Diff, part) {
					t.Errorf("%s is not in\n%s", part, miss.Diff)
				}
			}
			if strings.Contains(miss.Error(), "secret") || strings.Contains(miss.Error(), "\u00a0") {
				t.Errorf("got %v", miss)
			}
		})
	}
}

func TestMissAsText(t *testing.T) {
	t.Parallel()
	call := posted(t, paas+"/a?auth=x", `{}`, "1")
	l := library(t, Once, call)
	if _, miss := l.Find(call); miss != nil {
		t.Fatal(miss)
	}
	_, miss := l.Find(call)
	want := "replay POST webpaas /PaaS/a: the only recorded response has been given\nnearest: x.har: log.entries[0]: POST https://web-paas-api.cme.qcloud.com/PaaS/a\n" +
		"what to do: let responses repeat (--repeat last or loop; recordings.Last or recordings.Loop in Go), record as many calls as the client makes, or correct the client"
	if diff := cmp.Diff(want, miss.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, miss = library(t, Once).Find(call)
	if diff := cmp.Diff("replay POST webpaas /PaaS/a: nothing is recorded", miss.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	miss = &Miss{Request: "a", Reason: "b", Nearest: "c", Diff: "d"}
	if diff := cmp.Diff("replay a: b\nnearest: c\ndifference (-recorded +requested):\nd", miss.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMissShowsHeadersThatDecide: a difference has no header that could differ and the recording would be found nevertheless.
func TestMissShowsHeadersThatDecide(t *testing.T) {
	t.Parallel()
	call := posted(t, paas+"/a", `{"a":1}`, "1")
	other := posted(t, paas+"/a", `{"a":2}`, "")
	other.Header = http.Header{"Accept": {"text/html"}, "Appid": {"x"}, "User-Agent": {"x"}, "Content-Type": {"application/json; charset=utf-8"}}
	_, miss := library(t, Once, call).Find(other)
	if diff := cmp.Diff("- body.a: 1\n+ body.a: 2\n", miss.Diff); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	other.Body = call.Body
	if _, miss := library(t, Once, call).Find(other); miss != nil {
		t.Errorf("the headers decide: %v", miss)
	}
}
