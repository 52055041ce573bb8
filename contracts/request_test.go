package contracts

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestManyFaultsAreBounded(t *testing.T) {
	t.Parallel()
	const id = "Material.DescribeMaterials"
	body := []byte(`{"MaterialIds":[1` + strings.Repeat(",1", 9999) + `]}`)
	got := mustLoad(t, id).CheckRequest(id, newRequest(t, id, string(body)), body)
	if len(got) != 51 {
		t.Fatalf("%d violations, want 51", len(got))
	}
	want := []string{"body /MaterialIds/49: must be a string, found 1", "body: has 9950 more faults"}
	if diff := cmp.Diff(want, lines(got[49:])); diff != "" {
		t.Errorf("last violations (-want +got):\n%s", diff)
	}
	if all := bounded(got[:50]); len(all) != 50 {
		t.Errorf("50 violations became %d", len(all))
	}
}

// TestLargeBodies proves that a large body is described by its first fault, and a smaller one by all.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	const id = "Material.DescribeMaterials"
	for size, want := range map[int][]string{
		256 << 10: {
			"body /Extra: is not documented", "body /MaterialIds/0: must be a string, found 1",
			"body /MaterialIds/1: must be a string, found 2"},
		256<<10 + 1: {"body /Extra: is not documented"},
	} {
		body := `{"MaterialIds":[1,2],"Extra":1}`
		body = strings.Repeat(" ", size-len(body)) + body
		got := mustLoad(t, id).CheckRequest(id, newRequest(t, id, body), []byte(body))
		if diff := cmp.Diff(want, lines(got)); diff != "" {
			t.Errorf("%d bytes (-want +got):\n%s", size, diff)
		}
	}
}

func TestUnknownOperation(t *testing.T) {
	t.Parallel()
	d := mustLoad(t, "Third.Login")
	want := []string{`operation: must be one of h5ds, found "Material.ListMedia"`}
	if diff := cmp.Diff(want, lines(d.CheckRequest("Material.ListMedia", newRequest(t, "Third.Login", ""), nil))); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, lines(d.CheckResponse("Material.ListMedia", 200, nil, nil))); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
}

// TestCheckRequestLeavesTheRequestAlone proves that nothing is read from or written to it.
func TestCheckRequestLeavesTheRequestAlone(t *testing.T) {
	t.Parallel()
	const id, body = "Material.ListMedia", `{"Platform":"p","ClassId":1,"Owner":{"Type":"PERSON","Id":"u"}}`
	r := newRequest(t, id, body)
	before := r.Clone(t.Context())
	mustLoad(t, id).CheckRequest(id, r, []byte(body))
	left, err := io.ReadAll(r.Body)
	if err != nil || string(left) != body {
		t.Errorf("body is %q, %v", left, err)
	}
	if diff := cmp.Diff(before.URL, r.URL); diff != "" {
		t.Errorf("URL (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(before.Header, r.Header); diff != "" {
		t.Errorf("header (-before +after):\n%s", diff)
	}
}

// TestCallbacks checks both sides of what the user's own server must provide, whatever its path.
func TestCallbacks(t *testing.T) {
	t.Parallel()
	const id = "Callback.UserStatus"
	d, err := Load(callbacks)
	if err != nil {
		t.Fatal(err)
	}
	r := newRequest(t, id, "")
	r.URL.Path, r.URL.RawQuery = "/api/v1/test/saas/userStatus", "userId=u"
	want := []string{"query userID: is required", "query userId: is not documented"}
	if diff := cmp.Diff(want, lines(d.CheckRequest(id, r, nil))); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for body, want := range map[string][]string{
		`{"status":1}`: nil,
		`{"status":2}`: {"body /status: must be one of 0, 1, found 2"},
		`{"code":0,"message":"","data":{"status":1}}`: {
			"body /code: is not documented", "body /data: is not documented", "body /message: is not documented",
			"body /status: is required"},
	} {
		if diff := cmp.Diff(want, lines(d.CheckResponse(id, 200, header, []byte(body)))); diff != "" {
			t.Errorf("response %s (-want +got):\n%s", body, diff)
		}
	}
}

// JSON is UTF-8: each other charset is a violation, in requests and in responses, whatever its name is.
func TestOnlyCharsetIsUTF8(t *testing.T) {
	t.Parallel()
	const id = "Material.DeleteMaterial"
	d := mustLoad(t, id)
	for charset, want := range map[string]bool{
		"": true, "; charset=utf-8": true, ";charset=UTF-8": true, `; charset="utf-8"`: true, "; x=gbk": true,
		"; charset=utf8": false, "; charset=gbk": false, "; charset=gb2312": false, "; charset=gb18030": false, "; charset=big5": false,
		"; charset=iso-8859-1": false, "; charset=us-ascii": false, "; charset=utf-16": false, "; charset=windows-1252": false, "; Charset=Latin1": false, "; charset=made-up": false,
	} {
		r := newRequest(t, id, "")
		r.Header.Set("Content-Type", "application/json"+charset)
		request := d.CheckRequest(id, r, []byte(`{"MaterialId":"m"}`))
		response := d.CheckResponse(id, 200, r.Header, []byte(`{"Code":"Success","Message":"成功","EnglishMessage":"success"}`))
		for in, violations := range map[string][]Violation{"request": request, "response": response} {
			found := strings.Join(lines(violations), "\n")
			if strings.Contains(found, "must have the charset utf-8") == want {
				t.Errorf("application/json%s in a %s is allowed: %t; got %s", charset, in, want, found)
			}
		}
	}
}
