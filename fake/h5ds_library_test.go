package fake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
)

// The user's own materials, with every form in which the vendor's clients ask for them.
func TestMaterialsOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Time{})
	v, other := newVisitor(t, srv, "user_01"), newVisitor(t, srv, "user_02")
	work := field(t, v.post("/user/apps/create", `{"data":{}}`), "id")
	v.post("/user/categories/create", `{"type":"material","name":"media"}`)
	folder := strings.TrimSuffix(rows(t, v.get("/user/categories/page?type=material&page=1&page_size=99"), "id"), " of 1")

	// C3 has looked at the file itself and wants no conversion; C1 and C4 leave it to the server.
	picture := v.post("/user/materials/create", `{"category_id":"0","name":"a.png","urls":{"url":"/video/uploads/20250912/1.png","thumb":"/t.png"},`+
		`"attrs":{"type":"image/png","size":7,"naturalWidth":200},"convert_status":-1}`)
	same(t, "type", "image", field(t, picture, "type"))
	film := field(t, v.post("/user/materials/create", `{"app_id":"`+work+`","name":"b.mp4","urls":{"url":"/b.mp4","thumb":""},"attrs":{"duration":1.5}}`), "id")
	pictureID := field(t, picture, "id")

	same(t, "C3", "a.png b.mp4 of 2", sorted(rows(t, v.get("/user/materials/page?page=1&page_size=100&keyword=&category_id=0"), "name")))
	same(t, "C4", "b.mp4 of 1", rows(t, v.get("/user/materials/page?app_id="+work+"&page=1&page_size=20&keyword=&category_id="), "name"))
	same(t, "C1", "b.mp4 of 1", rows(t, v.get("/user/materials/page?type=video&page=1&page_size=20&keyword="), "name"))
	same(t, "pid", " of 0", rows(t, v.get("/user/materials/page?pid="+folder), "name"))
	same(t, "of another", " of 0", rows(t, other.get("/user/materials/page"), "name"))

	status := func(v *visitor) string {
		return rows(t, v.post("/user/materials/status", `{"ids":["`+film+`"]}`), "status")
	}
	same(t, "status at once", "0", status(v))
	srv.Clock.Advance(2 * time.Second)
	same(t, "status meanwhile", "1", status(v))
	srv.Clock.Advance(5 * time.Second)
	same(t, "status at last", "2", status(v))
	same(t, "status for another", "", status(other))
	same(t, "status of nothing", `[]`, v.post("/user/materials/status", `{"ids":[]}`))
	same(t, "reverse", `true`, v.post("/common/materialJobs/reverse", `{"source":"user_material","source_id":"`+film+`"}`))
	same(t, "status of the reversal", "0", status(v))

	same(t, "renamed", "new", field(t, v.post("/user/materials/update", `{"id":"`+film+`","name":"new"}`), "name"))
	same(t, "move", `true`, v.post("/user/materials/move", `{"ids":["`+film+`"],"category_id":"`+folder+`"}`))
	same(t, "moved", "new of 1", rows(t, v.get("/user/materials/page?category_id="+folder), "name"))

	same(t, "batch", `true`, v.post("/user/project/materials/batch", `{"project_id":"`+work+`","ids":["`+film+`","`+pictureID+`"]}`))
	same(t, "in the work", sorted(film+" "+pictureID), sorted(rows(t, v.get("/user/project/materials/page?page=1&page_size=100&keyword=&category_id=&project_id="+work), "material_id")))
	same(t, "in all works", 2, strings.Count(v.get("/user/project/materials/page"), `"detail"`))
	same(t, "out of the work", `true`, v.post("/user/project/materials/delete", `{"project_id":"`+work+`","ids":["`+film+`"]}`))
	same(t, "left in the work", pictureID, rows(t, v.get("/user/project/materials/page"), "material_id"))

	same(t, "delete", `true`, v.post("/user/materials/delete", `{"id":["`+film+`","`+pictureID+`"]}`))
	same(t, "left", " of 0", rows(t, v.get("/user/materials/page"), "name"))
}

func sorted(list string) string {
	head, tail, isPage := strings.Cut(list, " of ")
	words := strings.Fields(head)
	if len(words) == 2 && words[0] > words[1] {
		words[0], words[1] = words[1], words[0]
	}
	if isPage {
		words = append(words, "of", tail)
	}
	return strings.Join(words, " ")
}

// What the system offers to all users, made up.
func TestSystemOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Fixtures: fake.Fixtures{H5DS: h5ds.Fixtures{Demo: true}}})
	srv.Clock.Freeze(time.Time{})
	v, other := newVisitor(t, srv, "user_01"), newVisitor(t, srv, "user_02")
	for _, typeID := range []string{"311", "211", "312", "313", "314", "315", "316", "317", "318"} {
		items := v.get("/common/type-items/page?type_id=" + typeID + "&page_size=999")
		same(t, "items of "+typeID, 2, strings.Count(items, `"id"`))
	}
	same(t, "items of a type that the client does not know", " of 0", rows(t, v.get("/common/type-items/page?type_id=&page_size=999"), "id"))
	same(t, "types", "material template", rows(t, v.get("/common/types/tree"), "key"))
	same(t, "template categories", 2, strings.Count(v.get("/template/categories/tree?page_size=99"), `"id"`))

	item := strings.Fields(rows(t, v.get("/common/type-items/page?type_id=314"), "id"))[0]
	videos := v.get("/materials/page?type=video&page=1&page_size=40&keyword=&category_id=" + item + "&convert_status=2&pid=&tag=")
	same(t, "videos", 3, strings.Count(videos, `"id"`))
	video := strings.Fields(rows(t, videos, "id"))[0]
	template := strings.Fields(rows(t, v.get("/templates/page?type=template&page=1&page_size=20&keyword=&category_id="), "id"))[0]
	same(t, "all materials", 20, strings.Count(v.get("/materials/page"), `"id"`))

	same(t, "collect", `true`, v.post("/user/collects/create", `{"source_id":"`+video+`","type":"video"}`))
	same(t, "collect a template", `true`, v.post("/user/collects/create", `{"type":"template","source_id":"`+template+`"}`))
	collected := func(v *visitor, query string) string {
		return rows(t, v.get("/user/collects/page?page=1&page_size=20&keyword=&category_id="+query), "material")
	}
	for _, id := range []string{video, template} {
		if got := collected(v, ""); !strings.Contains(got, "id:"+id) {
			t.Errorf("%s is not collected: %s", id, got)
		}
	}
	same(t, "of a type", 1, strings.Count(collected(v, "&type=video"), "is_collected:true"))
	same(t, "of another", " of 0", collected(other, ""))
	same(t, "reverse", `true`, v.post("/common/materialJobs/reverse", `{"source":"material","source_id":"`+video+`"}`))
	same(t, "status", "0", rows(t, v.post("/user/materials/status", `{"ids":["`+video+`"]}`), "status"))
	same(t, "cancel with a type", `true`, v.post("/user/collects/cancel", `{"source_id":["`+video+`"],"type":"video"}`))
	same(t, "cancel without", `true`, v.post("/user/collects/cancel", `{"source_id":["`+template+`"]}`))
	same(t, "left", " of 0", collected(v, ""))
}

// The older product's templates need no token. An administrator changes one; where a template is
// is where its file is.
func TestTemplatesOnThePages(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	category := srv.H5DS().PutTemplateCategory(h5ds.TemplateCategory{Name: "weddings"})
	poster := srv.H5DS().PutTemplate(h5ds.Template{Name: "poster", Type: "2", CategoryID: category.ID, Thumb: "/p.png", Data: h5ds.Project(`{"pages":[{}]}`)})
	srv.H5DS().PutTemplate(h5ds.Template{Name: "clip"})
	srv.H5DS().PutUser(h5ds.User{UserID: "admin_01", Admin: true})
	const host = "https://www.h5ds.com/api/v1/open/templates"
	open := func(rest string) string {
		t.Helper()
		return (&visitor{t: t}).data(do(t, srv.Client(), "GET", host+rest, ""))
	}
	same(t, "T1", "clip poster of 2", rows(t, open("?page=1&page_size=20&keyword=&categoryId=&price_type=&order_column=id"), "name"))
	same(t, "C4", `{"width":1920,"height":1080} of 1`,
		rows(t, open("?page_size=20&categoryId=&price_type=&order_column=is_top&industry_id=&color_id=&keyword=&page=1&type=2"), "description"))
	same(t, "no query", poster.ID, strings.Fields(rows(t, open(""), "templateId"))[1])
	same(t, "template", `{"pages":[{}]}`, field(t, open("/"+poster.ID), "appData"))
	lost := do(t, srv.Client(), "GET", host+"/1", "")
	same(t, "no such template", `{"code":404,"message":"数据不存在","data":null}`, strings.TrimSpace(lost.Body))

	v := newVisitor(t, srv, "admin_01")
	url := field(t, v.get("/admin/templates/info?id="+poster.ID), "url")
	file := func() string {
		t.Helper()
		return do(t, srv.Client(), "GET", "https://cdn.h5ds.com/"+url+"?t=1", "").Body
	}
	same(t, "file", `{"pages":[{}]}`, file())
	update := `{"id":"` + poster.ID + `","data":{"pages":[]},"thumb":"/n.png","name":"new","width":720,"height":1280,"duration":0}`
	same(t, "update", url, field(t, v.post("/admin/templates/update", update), "url"))
	same(t, "file after the update", `{"pages":[]}`, file())
	same(t, "the new name", "new of 1", rows(t, v.get("/templates/page?category_id="+category.ID), "name"))

	user := newVisitor(t, srv, "user_01")
	for _, answer := range []got{user.send("GET", "/admin/templates/info?id="+poster.ID, ""), user.send("POST", "/admin/templates/update", update)} {
		same(t, "not an administrator", `200 {"code":403,"message":"没有权限","data":null}`, fmt.Sprintf("%d %s", answer.Status, strings.TrimSpace(answer.Body)))
		same(t, "why", "admin.not", answer.why())
	}
}

// Every seed can be put while the server runs, and is found by a call.
func TestLibrarySeeds(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.H5DS().PutUser(h5ds.User{UserID: "user_01"})
	v := newVisitor(t, srv, "user_01")
	folder := srv.H5DS().PutCategory(h5ds.Category{Owner: "user_01", Type: h5ds.MaterialCategory, Name: "media"})
	item := srv.H5DS().PutTypeItem(h5ds.TypeItem{TypeID: "312", Name: "nature"})
	urls := h5ds.URLs{URL: "/video/uploads/x.png"}
	mine := srv.H5DS().PutMaterial(h5ds.Material{Owner: "user_01", CategoryID: folder.ID, URLs: urls, Attrs: h5ds.Attrs{"width": 200}})
	system := srv.H5DS().PutMaterial(h5ds.Material{CategoryID: item.ID, URLs: urls})
	same(t, "category", folder.ID+" of 1", rows(t, v.get("/user/categories/page"), "id"))
	same(t, "type item", item.ID+" of 1", rows(t, v.get("/common/type-items/page?type_id=312"), "id"))
	same(t, "material", mine.ID+" of 1", rows(t, v.get("/user/materials/page"), "id"))
	same(t, "material of the system", system.ID+" of 1", rows(t, v.get("/materials/page"), "id"))
	var attrs struct {
		Data []struct{ Attrs map[string]int }
	}
	if err := json.Unmarshal([]byte(v.get("/user/materials/page")), &attrs); err != nil {
		t.Fatal(err)
	}
	same(t, "attrs", map[string]int{"width": 200}, attrs.Data[0].Attrs)
}
