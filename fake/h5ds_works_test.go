package fake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
)

// newVisitor is a user who comes from the third party's own pages.
func newVisitor(t *testing.T, srv *fake.Server, user string) *visitor {
	t.Helper()
	return &visitor{t: t, srv: srv, token: thirdLogin(t, srv, srv.Tenant, user)}
}

// rows gives one field of all rows of a list, and the total if the list is a page.
func rows(t *testing.T, list, field string) string {
	t.Helper()
	var page struct {
		Data  json.RawMessage
		Total *int
	}
	if json.Unmarshal([]byte(list), &page) != nil {
		page.Data = json.RawMessage(list)
	}
	var all []map[string]any
	if err := json.Unmarshal(page.Data, &all); err != nil {
		t.Fatalf("%v: %s", err, list)
	}
	var got []string
	for _, row := range all {
		got = append(got, fmt.Sprint(row[field]))
	}
	text := strings.Join(got, " ")
	if page.Total != nil {
		text += fmt.Sprintf(" of %d", *page.Total)
	}
	return text
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Works and their categories, with every form in which the vendor's clients ask for them. Findings
// and bugs fail the test when it ends.
func TestWorksOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Time{})
	v, other := newVisitor(t, srv, "user_01"), newVisitor(t, srv, "user_02")
	const initial = `{"source_id":"","category_id":0,"name":"未命名","description":"未命名","duration":0,"width":1920,"height":1080,"thumb":"","data":{"title":"未命名"}}`
	first := field(t, v.post("/user/apps/create", initial), "id")
	srv.Clock.Advance(time.Second)
	second := field(t, v.post("/user/apps/create", initial), "id")
	theirs := field(t, other.post("/user/apps/create", initial), "id")
	same(t, "count-info", `{"max":999}`, v.get("/user/apps/count-info"))

	// C3 and C4: folders.
	same(t, "create", `true`, v.post("/user/categories/create", `{"type":"project","name":"Untitled_1a2b"}`))
	same(t, "create", `true`, v.post("/user/categories/create", `{"name":"`+first+`","type":"user_material","pid":0}`))
	folder := rows(t, v.get("/user/categories/page?type=project&page=1&page_size=100"), "id")
	folder = strings.TrimSuffix(folder, " of 1")
	same(t, "of user_material", first+" of 1", rows(t, v.get("/user/categories/page?type=user_material"), "name"))
	same(t, "everything", 2, strings.Count(v.get("/user/categories/page"), `"name"`))
	same(t, "update", `true`, v.post("/user/categories/update", `{"id":"`+folder+`","name":"drafts"}`))
	same(t, "info", "drafts", field(t, v.get("/user/categories/info?id="+folder), "name"))
	same(t, "of another", " of 0", rows(t, other.get("/user/categories/page"), "id"))

	// C3: the list of works and its menus.
	srv.Clock.Advance(time.Second)
	saved := v.post("/user/apps/update", `{"id":"`+first+`","data":{"title":"saved"},"thumb":"/t.png","duration":12.5}`)
	same(t, "id of the saved work", first, field(t, saved, "id"))
	v.post("/user/apps/update", `{"id":"`+first+`","name":"renamed"}`)
	const root = "/user/apps/page?page=1&page_size=100&keyword=&category_id=0"
	same(t, "the last changed first", first+" "+second+" of 2", rows(t, v.get(root), "id"))
	same(t, "no query", first+" "+second+" of 2", rows(t, v.get("/user/apps/page"), "id"))
	same(t, "keyword", "renamed of 1", rows(t, v.get("/user/apps/page?keyword=RENA&category_id="), "name"))
	v.post("/user/apps/update", `{"id":"`+first+`","category_id":"`+folder+`"}`)
	same(t, "move", `true`, v.post("/user/apps/move", `{"ids":["`+second+`"],"category_id":"`+folder+`"}`))
	same(t, "root", " of 0", rows(t, v.get(root), "id"))
	same(t, "folder", 2, strings.Count(v.get("/user/apps/page?category_id="+folder), `"id"`))
	same(t, "publish", `true`, v.post("/user/apps/publish", `{"id":"`+first+`"}`))
	copied := field(t, v.post("/user/apps/copy", `{"id":"`+first+`"}`), "id")
	same(t, "copy", "renamed - 副本 of 1", rows(t, v.get("/user/apps/page?keyword=%E5%89%AF%E6%9C%AC"), "name"))

	// What is in a deleted folder is at the root again.
	same(t, "delete", `true`, v.post("/user/categories/delete", `{"id":["`+folder+`"]}`))
	same(t, "root again", 3, strings.Count(v.get(root), `"id"`))
	left := strings.TrimSuffix(rows(t, v.get("/user/categories/page"), "id"), " of 1")
	same(t, "delete one", `true`, v.post("/user/categories/delete", `{"id":"`+left+`"}`))

	// C3 and C4 send the id; C1 and C2 wrap it.
	same(t, "delete", `true`, v.post("/user/apps/delete", `{"id":"`+first+`"}`))
	same(t, "delete", `true`, v.post("/user/apps/delete", `{"params":{"id":"`+copied+`"}}`))
	same(t, "left", second+" of 1", rows(t, v.get("/user/apps/page"), "id"))
	same(t, "of another", theirs+" of 1", rows(t, other.get("/user/apps/page"), "id"))

	// Somebody else's work is not there.
	for path, body := range map[string]string{
		"/user/apps/update": `{"id":"` + theirs + `","name":"x"}`, "/user/apps/delete": `{"id":"` + theirs + `"}`,
		"/user/apps/publish": `{"id":"` + theirs + `"}`, "/user/apps/copy": `{"id":"` + theirs + `"}`,
		"/user/apps/move": `{"ids":["` + theirs + `"],"category_id":"0"}`,
	} {
		answer := v.send("POST", path, body)
		same(t, path, `200 {"code":404,"message":"数据不存在","data":null}`, fmt.Sprintf("%d %s", answer.Status, strings.TrimSpace(answer.Body)))
		same(t, path+" why", "work.other-user", answer.why())
	}
}

// Requests that no client of the vendor's would send are findings, and rejected with the name of the
// parameter.
func TestWorksRefusedByTheContract(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("User.Apps.Page", "User.Apps.Move", "User.Apps.Update", "User.Categories.Create", "User.Materials.Create", "Open.Templates.TemplateId")
	v := newVisitor(t, srv, "user_01")
	for _, test := range []struct{ name, method, path, body, want string }{
		{"page 0", "GET", "/user/apps/page?page=0", "", "page"},
		{"page of words", "GET", "/user/apps/page?page=one", "", "page"},
		{"a thousand rows", "GET", "/user/apps/page?page_size=1000", "", "page_size"},
		{"a category of letters", "GET", "/user/apps/page?category_id=root", "", "category_id"},
		{"an id as a number", "POST", "/user/apps/update", `{"id":837523312766513152,"name":"x"}`, "id"},
		{"no ids", "POST", "/user/apps/move", `{"ids":[],"category_id":"0"}`, "ids"},
		{"an id for a list", "POST", "/user/apps/move", `{"ids":"1","category_id":"0"}`, "ids"},
		{"an unknown type", "POST", "/user/categories/create", `{"type":"folder","name":"x"}`, "type"},
		{"no url", "POST", "/user/materials/create", `{"name":"x","urls":{"thumb":"/t.png"}}`, "urls"},
		{"an id of letters in the path", "GET", "/open/templates/abc", "", "templateId"},
	} {
		answer := v.send(test.method, test.path, test.body)
		same(t, test.name, `200 {"code":400,"message":"参数错误: `+test.want+`","data":null}`, fmt.Sprintf("%d %s", answer.Status, strings.TrimSpace(answer.Body)))
	}
	if got := len(srv.Findings()); got != 0 {
		t.Errorf("%d findings, although all are forgiven: %v", got, srv.Findings())
	}
}

// A list costs the same whoever else has how much.
func BenchmarkWorkPage(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			works := []h5ds.Work{{Owner: "user_01"}}
			for range n {
				works = append(works, h5ds.Work{Owner: "user_02", Data: h5ds.Project(`{}`)})
			}
			srv := started(b, fake.Config{Fixtures: fake.Fixtures{H5DS: h5ds.Fixtures{
				Users: []h5ds.User{{UserID: "user_01"}, {UserID: "user_02"}}, Works: works,
			}}})
			defer srv.Close()
			token, client := thirdLogin(b, srv, srv.Tenant, "user_01"), srv.Client()
			for b.Loop() {
				do(b, client, "GET", "https://video.h5ds.com/api/v1/user/apps/page", "", "Authorization", token)
			}
		})
	}
}
