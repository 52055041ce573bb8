package h5ds

import (
	"testing"
	"time"
)

func TestTemplatePage(t *testing.T) {
	t.Parallel()
	st := library(t)
	for _, test := range []struct{ name, request, want string }{
		{"all, the newest first", `{}`, "332 331 of 2"},
		{"a page, as one client asks for it", `{"type":"template","page":"2","page_size":"1","keyword":"","category_id":""}`, "331 of 2"},
		{"of a category", `{"category_id":"` + weddings + `"}`, "331 of 1"},
		{"of 0", `{"category_id":0}`, "332 331 of 2"},
		{"of an empty category", `{"category_id":"322"}`, " of 0"},
		{"keyword", `{"keyword":"ring"}`, "331 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "ids", test.want, listed(t, callOf(wtoneID), st, "Templates.Page", test.request))
		})
	}
	diff(t, "row", `{"data":[{"id":"331","name":"Rings","thumb":"/rings.png","width":1920,"height":1080,"url":"/video/templates/331.json",`+
		`"is_collected":false}],"total":1,"current_page":1,"page_size":20}`,
		answered(t, callOf(wtoneID), st, "Templates.Page", `{"keyword":"rings"}`))
}

func TestTemplateCategories(t *testing.T) {
	t.Parallel()
	st := library(t)
	for request, want := range map[string]string{
		`{"page_size":"99"}`:       `[{"id":"321","name":"weddings"},{"id":"322","name":"parties"}]`,
		`{}`:                       `[{"id":"321","name":"weddings"},{"id":"322","name":"parties"}]`,
		`{"page":2,"page_size":1}`: `[{"id":"322","name":"parties"}]`,
		`{"page":3,"page_size":1}`: `[]`,
	} {
		diff(t, request, want, answered(t, callOf(wtoneID), st, "Template.Categories.Tree", request))
	}
}

// The project is where the url says.
func TestTemplateFile(t *testing.T) {
	t.Parallel()
	st := library(t)
	for _, at := range []string{"/video/templates/331.json", "//video//templates/331.json"} {
		content, contentType, there := st.File(at, now)
		if !there {
			t.Fatalf("there is no %s", at)
		}
		diff(t, "content", `{"title":"rings"}`, string(content))
		diff(t, "content type", "application/json", contentType[:len("application/json")])
	}
	for _, at := range []string{"/video/templates/331", "/video/templates/1.json", "/video/331.json", "/templates/331.json"} {
		if _, _, there := st.File(at, now); there {
			t.Errorf("there is a file at %s", at)
		}
	}
}

func TestAdminTemplates(t *testing.T) {
	t.Parallel()
	const url = `{"url":"/video/templates/331.json"}`
	later := now.Add(time.Minute)
	original, _ := library(t).Library.Templates.Get(rings)
	with := func(change func(*Template)) Template {
		tpl := original
		tpl.UpdatedAt = later
		change(&tpl)
		return tpl
	}
	for _, test := range []struct {
		name, fields string
		want         Template
	}{
		{"nothing", ``, with(func(*Template) {})},
		{"nulls", `,"data":null,"name":null,"width":null,"thumb":null`, with(func(*Template) {})},
		{"no name", `,"name":"","thumb":""`, with(func(m *Template) { m.Name, m.Thumb = "未命名", "" })},
		{"everything, as the editor sends it", `,"data":{ "b": 1.50 },"thumb":"/n.png","name":"n","width":720,"height":1280,"duration":12.5`,
			with(func(m *Template) {
				m.Data, m.Thumb, m.Name, m.Width, m.Height, m.Duration = Project(`{"b":1.50}`), "/n.png", "n", 720, 1280, 12.5
			})},
		{"texts", `,"data":"{}","width":"720","name":7`,
			with(func(m *Template) { m.Data, m.Width, m.Name = Project(`{}`), 720, "7" })},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			diff(t, "info", url, answered(t, callOf(admin), st, "Admin.Templates.Info", `{"id":331}`))
			c := callOf(admin)
			c.Now = later
			diff(t, "answer", url, answered(t, c, st, "Admin.Templates.Update", `{"id":"331"`+test.fields+`}`))
			got, _ := st.Library.Templates.Get(rings)
			diff(t, "template", test.want, got)
		})
	}
}

func TestOpenTemplatePage(t *testing.T) {
	t.Parallel()
	st := library(t)
	for _, test := range []struct{ name, request, want string }{
		{"as pages of third parties ask", `{"page":"1","page_size":"20","keyword":"","categoryId":"","price_type":"","order_column":"id"}`, "332 331 of 2"},
		{"as the oldest client asks", `{"page_size":"20","categoryId":"","price_type":"","order_column":"is_top","industry_id":"","color_id":"","keyword":"","page":"1","type":"2"}`,
			"332 of 1"},
		{"nothing asked", `{}`, "332 331 of 2"},
		{"those on top first", `{"order_column":"is_top"}`, "331 332 of 2"},
		{"a page", `{"order_column":"is_top","page":2,"page_size":1}`, "332 of 2"},
		{"category", `{"categoryId":"` + weddings + `"}`, "331 of 1"},
		{"price", `{"price_type":"1"}`, "332 of 1"},
		{"another price", `{"price_type":"2"}`, " of 0"},
		{"industry", `{"industry_id":2}`, "332 of 1"},
		{"colour", `{"color_id":"3"}`, "332 of 1"},
		{"colour and industry", `{"color_id":"3","industry_id":"3"}`, " of 0"},
		{"keyword", `{"keyword":"RINGS"}`, "331 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "ids", test.want, listed(t, newCall(), st, "Open.Templates", test.request))
		})
	}
	diff(t, "rows", `{"data":[{"templateId":"332","coverImageUrl":"","name":"poster","description":"{\"width\":300.5,\"height\":400}"},`+
		`{"templateId":"331","coverImageUrl":"/rings.png","name":"Rings","description":""}],"total":2,"current_page":1,"page_size":20}`,
		answered(t, newCall(), st, "Open.Templates", `{}`))
}

func TestOpenTemplate(t *testing.T) {
	t.Parallel()
	st := library(t)
	diff(t, "a picture", `{"templateId":"332","coverImageUrl":"","name":"poster","description":"{\"width\":300.5,\"height\":400}",`+
		`"appData":"{\"pages\":[1.50]}"}`, answered(t, newCall(), st, "Open.Templates.TemplateId", `{"templateId":"332"}`))
	if _, err := st.PutTemplate(newCall(), Template{ID: poster, Name: "poster", Type: "2", Description: "words", Data: Project(`{}`)}); err != nil {
		t.Fatal(err)
	}
	diff(t, "a description", `{"templateId":"332","coverImageUrl":"","name":"poster","description":"words","appData":"{}"}`,
		answered(t, newCall(), st, "Open.Templates.TemplateId", `{"templateId":332}`))
}
