package library_test

import (
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

func TestTemplatePage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, test := range []struct{ name, request, want string }{
		{"all, the newest first", `{}`, "332 331 of 2"},
		{"a page, as one client asks for it", `{"type":"template","page":"2","page_size":"1","keyword":"","category_id":""}`, "331 of 2"},
		{"of a category", `{"category_id":"` + h5dstest.Weddings + `"}`, "331 of 1"},
		{"of 0", `{"category_id":0}`, "332 331 of 2"},
		{"of an empty category", `{"category_id":"322"}`, " of 0"},
		{"keyword", `{"keyword":"ring"}`, "331 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("Templates.Page", test.request))
		})
	}
	h5dstest.Diff(t, "row", `{"data":[{"id":"331","name":"Rings","thumb":"/rings.png","width":1920,"height":1080,"url":"/video/templates/331.json",`+
		`"is_collected":false}],"total":1,"current_page":1,"page_size":20}`,
		h5dstest.New(t, st, h5dstest.WtoneID).Data("Templates.Page", `{"keyword":"rings"}`))
}

func TestTemplateCategories(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for request, want := range map[string]string{
		`{"page_size":"99"}`:       `[{"id":"321","name":"weddings"},{"id":"322","name":"parties"}]`,
		`{}`:                       `[{"id":"321","name":"weddings"},{"id":"322","name":"parties"}]`,
		`{"page":2,"page_size":1}`: `[{"id":"322","name":"parties"}]`,
		`{"page":3,"page_size":1}`: `[]`,
	} {
		h5dstest.Diff(t, request, want, h5dstest.New(t, st, h5dstest.WtoneID).Data("Template.Categories.Tree", request))
	}
}

// The project is where the url says.
func TestTemplateFile(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, at := range []string{"/video/templates/331.json", "//video//templates/331.json"} {
		content, contentType, there := st.File(at, h5dstest.Now)
		if !there {
			t.Fatalf("there is no %s", at)
		}
		h5dstest.Diff(t, "content", `{"title":"rings"}`, string(content))
		h5dstest.Diff(t, "content type", "application/json", contentType[:len("application/json")])
	}
	for _, at := range []string{"/video/templates/331", "/video/templates/1.json", "/video/331.json", "/templates/331.json"} {
		if _, _, there := st.File(at, h5dstest.Now); there {
			t.Errorf("there is a file at %s", at)
		}
	}
}

func TestAdminTemplates(t *testing.T) {
	t.Parallel()
	const url = `{"url":"/video/templates/331.json"}`
	later := h5dstest.Now.Add(time.Minute)
	original, _ := h5dstest.Library(t).Library.Templates.Get(h5dstest.Rings)
	with := func(change func(*library.Template)) library.Template {
		tpl := original
		tpl.UpdatedAt = later
		change(&tpl)
		return tpl
	}
	for _, test := range []struct {
		name, fields string
		want         library.Template
	}{
		{"nothing", ``, with(func(*library.Template) {})},
		{"nulls", `,"data":null,"name":null,"width":null,"thumb":null`, with(func(*library.Template) {})},
		{"no name", `,"name":"","thumb":""`, with(func(m *library.Template) { m.Name, m.Thumb = "未命名", "" })},
		{"everything, as the editor sends it", `,"data":{ "b": 1.50 },"thumb":"/n.png","name":"n","width":720,"height":1280,"duration":12.5`,
			with(func(m *library.Template) {
				m.Data, m.Thumb, m.Name, m.Width, m.Height, m.Duration = library.Project(`{"b":1.50}`), "/n.png", "n", 720, 1280, 12.5
			})},
		{"texts", `,"data":"{}","width":"720","name":7`,
			with(func(m *library.Template) { m.Data, m.Width, m.Name = library.Project(`{}`), 720, "7" })},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			h5dstest.Diff(t, "info", url, h5dstest.New(t, st, h5dstest.AdminID).Data("Admin.Templates.Info", `{"id":331}`))
			c := h5dstest.Call(h5dstest.AdminID)
			c.Now = later
			h5dstest.Diff(t, "answer", url, h5dstest.On(t, st, c).Data("Admin.Templates.Update", `{"id":"331"`+test.fields+`}`))
			got, _ := st.Library.Templates.Get(h5dstest.Rings)
			h5dstest.Diff(t, "template", test.want, got)
		})
	}
}

func TestOpenTemplatePage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, test := range []struct{ name, request, want string }{
		{"as pages of third parties ask", `{"page":"1","page_size":"20","keyword":"","categoryId":"","price_type":"","order_column":"id"}`, "332 331 of 2"},
		{"as the oldest client asks", `{"page_size":"20","categoryId":"","price_type":"","order_column":"is_top","industry_id":"","color_id":"","keyword":"","page":"1","type":"2"}`,
			"332 of 1"},
		{"nothing asked", `{}`, "332 331 of 2"},
		{"those on top first", `{"order_column":"is_top"}`, "331 332 of 2"},
		{"a page", `{"order_column":"is_top","page":2,"page_size":1}`, "332 of 2"},
		{"category", `{"categoryId":"` + h5dstest.Weddings + `"}`, "331 of 1"},
		{"price", `{"price_type":"1"}`, "332 of 1"},
		{"another price", `{"price_type":"2"}`, " of 0"},
		{"industry", `{"industry_id":2}`, "332 of 1"},
		{"colour", `{"color_id":"3"}`, "332 of 1"},
		{"colour and industry", `{"color_id":"3","industry_id":"3"}`, " of 0"},
		{"keyword", `{"keyword":"RINGS"}`, "331 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, "").IDs("Open.Templates", test.request))
		})
	}
	h5dstest.Diff(t, "rows", `{"data":[{"templateId":"332","coverImageUrl":"","name":"poster","description":"{\"width\":300.5,\"height\":400}"},`+
		`{"templateId":"331","coverImageUrl":"/rings.png","name":"Rings","description":""}],"total":2,"current_page":1,"page_size":20}`,
		h5dstest.New(t, st, "").Data("Open.Templates", `{}`))
}

func TestOpenTemplate(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	h5dstest.Diff(t, "a picture", `{"templateId":"332","coverImageUrl":"","name":"poster","description":"{\"width\":300.5,\"height\":400}",`+
		`"appData":"{\"pages\":[1.50]}"}`, h5dstest.New(t, st, "").Data("Open.Templates.TemplateId", `{"templateId":"332"}`))
	h5dstest.Put(t, st, library.Template{ID: h5dstest.Poster, Name: "poster", Type: "2", Description: "words", Data: library.Project(`{}`)})
	h5dstest.Diff(t, "a description", `{"templateId":"332","coverImageUrl":"","name":"poster","description":"words","appData":"{}"}`,
		h5dstest.New(t, st, "").Data("Open.Templates.TemplateId", `{"templateId":332}`))
}
