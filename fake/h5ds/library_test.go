package h5ds

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Things of the library: those of user_01 begin with 1, of user_02 with 2, of the system with 3.
const (
	worksFolder, innerFolder, mediaFolder, c4Folder = "101", "102", "103", "104"
	picture, film, sound                            = "111", "112", "113"
	otherFolder, otherMedia, otherPicture           = "201", "202", "211"
	nature, speech, titles                          = "301", "302", "303" // type items
	forest, river, speaker, title                   = "311", "312", "313", "314"
	weddings                                        = "321"
	rings, poster                                   = "331", "332"
	admin                                           = "9716" // userId admin_01
)

// library is seeded with something of everything.
func library(t *testing.T) *State {
	t.Helper()
	st := seeded(t)
	old := now.Add(-time.Hour)
	err := st.Load(newCall(), Fixtures{
		Users: []User{{ID: admin, UserID: "admin_01", Admin: true}},
		Categories: []Category{
			{ID: worksFolder, Owner: "user_01", Type: "project", Name: "drafts"},
			{ID: innerFolder, Owner: "user_01", Type: "project", Name: "inner", PID: worksFolder},
			{ID: mediaFolder, Owner: "user_01", Type: "material", Name: "media"},
			{ID: c4Folder, Owner: "user_01", Type: "user_material", Name: "728527253573935104", PID: ""},
			{ID: otherFolder, Owner: "user_02", Type: "project", Name: "theirs"},
			{ID: otherMedia, Owner: "user_02", Type: "material", Name: "their media"},
		},
		Materials: []Material{
			{ID: picture, Owner: "user_01", Name: "Sun.png", URLs: URLs{URL: "/video/uploads/20250912/1.png", Thumb: "/t.png"},
				Attrs: Attrs{"width": 200, "id": json.Number("871668385574199296")}, Size: 10, AppID: wtoneWork, CreatedAt: old},
			{ID: film, Owner: "user_01", Name: "film", CategoryID: mediaFolder, URLs: URLs{URL: "/f.mp4"}, CreatedAt: old},
			{ID: sound, Owner: "user_01", Name: "song", CategoryID: c4Folder, Type: "audio", URLs: URLs{URL: "/s", Filename: "s.mp3"}, CreatedAt: old},
			{ID: otherPicture, Owner: "user_02", Name: "sun of others", URLs: URLs{URL: "/o.png"}},
		},
		TypeItems: []TypeItem{
			{ID: nature, TypeID: "314", Name: "nature"}, {ID: speech, TypeID: "313", Name: "speech"}, {ID: titles, TypeID: "211", Name: "titles"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = st.Load(newCall(), Fixtures{
		Materials: []Material{
			{ID: forest, Name: "Forest", CategoryID: nature, URLs: URLs{URL: "/forest.mp4"}, Tags: []string{"green", "calm"}, CreatedAt: old},
			{ID: river, Name: "river", CategoryID: nature, URLs: URLs{URL: "/river.mp4"}, ConvertStatus: ptr(3), Tags: []string{"calm"}, CreatedAt: old},
			{ID: speaker, Name: "speaker", CategoryID: speech, URLs: URLs{URL: "/speaker.mp3"}, CreatedAt: old},
			{ID: title, Name: "title", CategoryID: titles, Type: "text", URLs: URLs{URL: "/title.json"}, CreatedAt: old},
		},
		TemplateCategories: []TemplateCategory{{ID: weddings, Name: "weddings"}, {ID: "322", Name: "parties"}},
		Templates: []Template{
			{ID: rings, Name: "Rings", CategoryID: weddings, Thumb: "/rings.png", Data: Project(`{"title":"rings"}`), IsTop: true, CreatedAt: old},
			{ID: poster, Name: "poster", Type: "2", PriceType: "1", IndustryID: "2", ColorID: "3", Width: 300.5, Height: 400,
				Data: Project(`{"pages":[1.50]}`), CreatedAt: old},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// answered runs an operation of the user that must succeed, and gives what it answers as data.
func answered(t *testing.T, c *op.Call, st *State, operation, request string) string {
	t.Helper()
	got, failure := run(t, c, st, operation, request)
	if failure != nil {
		t.Fatalf("%s %s: %s", operation, request, failure.Diagnosis)
	}
	data, whole := strings.CutPrefix(got, `{"code":0,"message":"success","data":`)
	if !whole {
		t.Fatalf("%s: %s", operation, got)
	}
	return strings.TrimSuffix(data, "}")
}

// listed gives the ids of the rows of a page, and the total.
func listed(t *testing.T, c *op.Call, st *State, operation, request string) string {
	t.Helper()
	var p struct {
		Data []struct {
			ID         string
			TemplateID string
			Material   struct{ ID string }
		}
		Total int
	}
	if err := json.Unmarshal([]byte(answered(t, c, st, operation, request)), &p); err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(p.Data))
	for i, row := range p.Data {
		ids[i] = row.ID + row.TemplateID + row.Material.ID
	}
	return fmt.Sprintf("%s of %d", strings.Join(ids, " "), p.Total)
}

// TestLibraryErrors holds every error of the library: the response, why, and that the state and
// the count of ids stay as they were.
func TestLibraryErrors(t *testing.T) {
	t.Parallel()
	const lost = `{"code":404,"message":"数据不存在","data":null}`
	bad := func(field string) string { return `{"code":400,"message":"参数错误: ` + field + `","data":null}` }
	const forbidden = `{"code":403,"message":"没有权限","data":null}`
	id := func(of string) string { return `{"id":"` + of + `"}` }
	for _, test := range []struct{ name, operation, request, want, why string }{
		{"page 0", "User.Apps.Page", `{"page":0}`, bad("page"), "page.number"},
		{"update without id", "User.Apps.Update", `{"name":"x"}`, bad("id"), "work.no-id"},
		{"update of nothing", "User.Apps.Update", id("1"), lost, "work.unknown"},
		{"update of another's", "User.Apps.Update", id(otherWork), lost, "work.other-user"},
		{"update of width", "User.Apps.Update", `{"id":"` + wtoneWork + `","name":"x","width":-1}`, bad("width"), "work.size"},
		{"update of height", "User.Apps.Update", `{"id":"` + wtoneWork + `","name":"x","height":-1}`, bad("height"), "work.size"},
		{"update of duration", "User.Apps.Update", `{"id":"` + wtoneWork + `","name":"x","duration":-1}`, bad("duration"), "work.size"},
		{"update of data", "User.Apps.Update", `{"id":"` + wtoneWork + `","name":"x","data":[]}`, bad("data"), "work.data"},
		{"update to another's category", "User.Apps.Update", `{"id":"` + wtoneWork + `","category_id":"` + otherFolder + `"}`, bad("category_id"), "category.unknown"},
		{"create in a category of materials", "User.Apps.Create", `{"data":{},"category_id":"` + mediaFolder + `"}`, bad("category_id"), "category.unknown"},
		{"delete without id", "User.Apps.Delete", `{"params":{}}`, bad("id"), "work.no-id"},
		{"delete of nothing", "User.Apps.Delete", id("1"), lost, "work.unknown"},
		{"delete of another's", "User.Apps.Delete", `{"params":` + id(otherWork) + `}`, lost, "work.other-user"},
		{"publish without id", "User.Apps.Publish", `{}`, bad("id"), "work.no-id"},
		{"publish another's", "User.Apps.Publish", id(otherWork), lost, "work.other-user"},
		{"move nothing", "User.Apps.Move", `{"ids":[],"category_id":"0"}`, bad("ids"), "work.no-ids"},
		{"move an empty id", "User.Apps.Move", `{"ids":[""],"category_id":"0"}`, bad("id"), "work.no-id"},
		{"move one too many", "User.Apps.Move", `{"ids":["` + wtoneWork + `","` + otherWork + `"],"category_id":"0"}`, lost, "work.other-user"},
		{"move to nowhere", "User.Apps.Move", `{"ids":["` + wtoneWork + `"],"category_id":"1"}`, bad("category_id"), "category.unknown"},
		{"copy without id", "User.Apps.Copy", `{}`, bad("id"), "work.no-id"},
		{"copy another's", "User.Apps.Copy", id(otherWork), lost, "work.other-user"},

		{"categories of no type", "User.Categories.Page", `{"type":"folder"}`, bad("type"), "category.type"},
		{"categories, page 0", "User.Categories.Page", `{"page":0}`, bad("page"), "page.number"},
		{"category without id", "User.Categories.Info", `{}`, bad("id"), "category.no-id"},
		{"category of another", "User.Categories.Info", id(otherFolder), lost, "category.other-user"},
		{"new category of no type", "User.Categories.Create", `{"name":"x","type":"folder"}`, bad("type"), "category.type"},
		{"new category without type", "User.Categories.Create", `{"name":"x"}`, bad("type"), "category.type"},
		{"new category without name", "User.Categories.Create", `{"name":" ","type":"project"}`, bad("name"), "category.name"},
		{"new category in another's", "User.Categories.Create", `{"name":"x","type":"project","pid":"` + otherFolder + `"}`, bad("pid"), "category.unknown"},
		{"new category in one of another type", "User.Categories.Create", `{"name":"x","type":"material","pid":"` + worksFolder + `"}`, bad("pid"), "category.unknown"},
		{"rename another's category", "User.Categories.Update", `{"id":"` + otherFolder + `","name":"x"}`, lost, "category.other-user"},
		{"rename to nothing", "User.Categories.Update", `{"id":"` + worksFolder + `","name":""}`, bad("name"), "category.name"},
		{"category into itself", "User.Categories.Update", `{"id":"` + worksFolder + `","pid":"` + worksFolder + `"}`, bad("pid"), "category.circle"},
		{"category into its child", "User.Categories.Update", `{"id":"` + worksFolder + `","pid":"` + innerFolder + `"}`, bad("pid"), "category.circle"},
		{"category to nowhere", "User.Categories.Update", `{"id":"` + worksFolder + `","pid":"1"}`, bad("pid"), "category.unknown"},
		{"delete no category", "User.Categories.Delete", `{"id":[]}`, bad("id"), "category.no-ids"},
		{"delete one category too many", "User.Categories.Delete", `{"id":["` + worksFolder + `","` + otherFolder + `"]}`, lost, "category.other-user"},

		{"materials, page 0", "User.Materials.Page", `{"page":0}`, bad("page"), "page.number"},
		{"material without name", "User.Materials.Create", `{"urls":{"url":"/x.png"}}`, bad("name"), "material.name"},
		{"material without url", "User.Materials.Create", `{"name":"x","urls":{"thumb":"/t.png"}}`, bad("urls"), "material.url"},
		{"material of negative size", "User.Materials.Create", `{"name":"x","urls":{"url":"/x.png"},"size":-1}`, bad("size"), "work.size"},
		{"material with a status", "User.Materials.Create", `{"name":"x","urls":{"url":"/x.png"},"convert_status":2}`, bad("convert_status"), "material.convert-status"},
		{"material with a list of attrs", "User.Materials.Create", `{"name":"x","urls":{"url":"/x.png"},"attrs":[]}`, bad("attrs"), "material.attrs"},
		{"material in a category of works", "User.Materials.Create", `{"name":"x","urls":{"url":"/x.png"},"category_id":"` + worksFolder + `"}`, bad("category_id"), "category.unknown"},
		{"update no material", "User.Materials.Update", `{"name":"x"}`, bad("id"), "material.no-id"},
		{"update another's material", "User.Materials.Update", id(otherPicture), lost, "material.other-user"},
		{"update a material of the system", "User.Materials.Update", id(forest), lost, "material.other-user"},
		{"update to no url", "User.Materials.Update", `{"id":"` + picture + `","name":"x","urls":{"url":""}}`, bad("urls"), "material.url"},
		{"update to another's category", "User.Materials.Update", `{"id":"` + picture + `","name":"x","category_id":"` + otherMedia + `"}`, bad("category_id"), "category.unknown"},
		{"delete no material", "User.Materials.Delete", `{"id":[]}`, bad("id"), "material.no-ids"},
		{"delete a material of the system too", "User.Materials.Delete", `{"id":["` + picture + `","` + forest + `"]}`, lost, "material.other-user"},
		{"move no material", "User.Materials.Move", `{"category_id":"0"}`, bad("ids"), "material.no-ids"},
		{"move another's material", "User.Materials.Move", `{"ids":["` + otherPicture + `"],"category_id":"0"}`, lost, "material.other-user"},
		{"move materials to nowhere", "User.Materials.Move", `{"ids":["` + picture + `"],"category_id":"` + worksFolder + `"}`, bad("category_id"), "category.unknown"},
		{"status of something else", "User.Materials.Status", `{"ids":[{}]}`, `{"code":400,"message":"参数错误","data":null}`, "parameter.type"},
		{"reverse nothing", "Common.MaterialJobs.Reverse", `{"source":"user_material"}`, bad("source_id"), "material.no-id"},
		{"reverse from nowhere", "Common.MaterialJobs.Reverse", `{"source":"user_app","source_id":"` + film + `"}`, bad("source"), "material.source"},
		{"reverse another's", "Common.MaterialJobs.Reverse", `{"source":"user_material","source_id":"` + otherPicture + `"}`, lost, "material.other-user"},
		{"reverse one's own as the system's", "Common.MaterialJobs.Reverse", `{"source":"material","source_id":"` + film + `"}`, lost, "material.unknown"},
		{"reverse what is not there", "Common.MaterialJobs.Reverse", `{"source":"material","source_id":"1"}`, lost, "material.unknown"},

		{"project materials, page 0", "User.Project.Materials.Page", `{"page":0}`, bad("page"), "page.number"},
		{"add to no work", "User.Project.Materials.Batch", `{"ids":["` + picture + `"]}`, bad("project_id"), "project-material.project"},
		{"add to another's work", "User.Project.Materials.Batch", `{"project_id":"` + otherWork + `","ids":["` + picture + `"]}`, lost, "work.other-user"},
		{"add nothing", "User.Project.Materials.Batch", `{"project_id":"` + wtoneWork + `"}`, bad("ids"), "material.no-ids"},
		{"add another's too", "User.Project.Materials.Batch", `{"project_id":"` + wtoneWork + `","ids":["` + picture + `","` + otherPicture + `"]}`, lost, "material.other-user"},
		{"take nothing out", "User.Project.Materials.Delete", `{}`, bad("ids"), "project-material.no-ids"},
		{"take out what is not in", "User.Project.Materials.Delete", `{"ids":["` + picture + `"]}`, lost, "project-material.unknown"},

		{"system, size 1000", "Materials.Page", `{"page_size":1000}`, bad("page_size"), "page.size"},
		{"type items, page 0", "Common.TypeItems.Page", `{"type_id":"314","page":0}`, bad("page"), "page.number"},
		{"collect nothing", "User.Collects.Create", `{"type":"video"}`, bad("source_id"), "collect.no-id"},
		{"collect without a type", "User.Collects.Create", `{"source_id":"` + forest + `"}`, bad("type"), "collect.type"},
		{"collect what is not there", "User.Collects.Create", `{"source_id":"1","type":"video"}`, lost, "collect.unknown"},
		{"collect one's own", "User.Collects.Create", `{"source_id":"` + film + `","type":"video"}`, lost, "collect.unknown"},
		{"collect a template as a video", "User.Collects.Create", `{"source_id":"` + rings + `","type":"video"}`, lost, "collect.unknown"},
		{"collect a video as a template", "User.Collects.Create", `{"source_id":"` + forest + `","type":"template"}`, lost, "collect.unknown"},
		{"cancel nothing", "User.Collects.Cancel", `{"source_id":[]}`, bad("source_id"), "collect.no-ids"},
		{"collected, page 0", "User.Collects.Page", `{"page":0}`, bad("page"), "page.number"},

		{"templates, page 0", "Templates.Page", `{"page":0}`, bad("page"), "page.number"},
		{"categories of templates, size 0", "Template.Categories.Tree", `{"page_size":0}`, bad("page_size"), "page.size"},
		{"not an administrator", "Admin.Templates.Info", id(rings), forbidden, "admin.not"},
		{"not an administrator's change", "Admin.Templates.Update", id(rings), forbidden, "admin.not"},
		{"open templates in another order", "Open.Templates", `{"order_column":"name"}`, bad("order_column"), "template.order"},
		{"open templates, page 0", "Open.Templates", `{"page":0}`, bad("page"), "page.number"},
		{"open template that is not there", "Open.Templates.TemplateId", `{"templateId":"1"}`, lost, "template.unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refused(t, library(t), callOf(wtoneID), test.operation, test.request, test.want, test.why)
		})
	}
	for _, test := range []struct{ name, operation, request, want, why string }{
		{"template without id", "Admin.Templates.Info", `{}`, bad("id"), "template.no-id"},
		{"template that is not there", "Admin.Templates.Info", id("1"), lost, "template.unknown"},
		{"change of none", "Admin.Templates.Update", `{"name":"x"}`, bad("id"), "template.no-id"},
		{"change of width", "Admin.Templates.Update", `{"id":"` + rings + `","name":"x","width":-1}`, bad("width"), "work.size"},
		{"change of height", "Admin.Templates.Update", `{"id":"` + rings + `","name":"x","height":-1}`, bad("height"), "work.size"},
		{"change of duration", "Admin.Templates.Update", `{"id":"` + rings + `","name":"x","duration":-1}`, bad("duration"), "work.size"},
		{"change of data", "Admin.Templates.Update", `{"id":"` + rings + `","name":"x","data":"[]"}`, bad("data"), "work.data"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refused(t, library(t), callOf(admin), test.operation, test.request, test.want, test.why)
		})
	}
}

// rejected proves that an operation is rejected so, for that reason, and changes nothing.
func refused(t *testing.T, st *State, c *op.Call, operation, request, want, why string) {
	t.Helper()
	before := encoded(t, st)
	got, failure := run(t, c, st, operation, request)
	diff(t, "answer", want, got)
	diff(t, "state", before, encoded(t, st))
	diff(t, "ids", map[string]int64(nil), c.IDs.Counts)
	if failure == nil {
		t.Fatal("it was not rejected")
	}
	diff(t, "diagnosis", why, failure.Diagnosis.Code)
	if failure.Diagnosis.Sentence == "" || failure.Diagnosis.Fix == "" {
		t.Errorf("the diagnosis says too little: %+v", failure.Diagnosis)
	}
}

// What the library keeps can be written and read back, and is the same then.
func TestLibraryRoundTrip(t *testing.T) {
	t.Parallel()
	st := library(t)
	c := callOf(wtoneID)
	for operation, request := range map[string]string{
		"User.Collects.Create":         `{"source_id":"` + forest + `","type":"video"}`,
		"User.Project.Materials.Batch": `{"project_id":"` + wtoneWork + `","ids":["` + picture + `"]}`,
		"Common.MaterialJobs.Reverse":  `{"source":"material","source_id":"` + forest + `"}`,
		"User.Materials.Create":        `{"name":"x","urls":{"url":"/x.mp4"},"attrs":{"n":1.50,"id":871668385574199296}}`,
	} {
		answered(t, c, st, operation, request)
	}
	want := encoded(t, st)
	for _, part := range []string{
		`"categories":[`, `"materials":[`, `"materialJobs":[`, `"projectMaterials":[`, `"collects":[`, `"typeItems":[`,
		`"templates":[`, `"templateCategories":[`, `{"id":871668385574199296,"n":1.50}`,
	} {
		if !strings.Contains(want, part) {
			t.Errorf("the state has no %s: %s", part, want)
		}
	}
	restored := &State{}
	if err := json.Unmarshal([]byte(want), restored); err != nil {
		t.Fatal(err)
	}
	diff(t, "state", want, encoded(t, restored))
	for operation, request := range map[string]string{
		"User.Materials.Page": `{}`, "Materials.Page": `{}`, "User.Collects.Page": `{}`, "User.Categories.Page": `{}`,
		"User.Project.Materials.Page": `{}`, "Common.TypeItems.Page": `{"type_id":"311"}`, "Templates.Page": `{}`,
		"Template.Categories.Tree": `{}`, "User.Materials.Status": `{"ids":["` + forest + `","` + film + `"]}`,
	} {
		diff(t, operation, answered(t, c, st, operation, request), answered(t, c, restored, operation, request))
	}
}
