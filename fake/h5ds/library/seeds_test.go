package library_test

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"go.yaml.in/yaml/v3"
)

func TestLibraryLoadErrors(t *testing.T) {
	t.Parallel()
	users := []account.User{{ID: "1", UserID: "u"}, {ID: "2", UserID: "v"}}
	folder := func(g library.Category) h5ds.Fixtures {
		return h5ds.Fixtures{Users: users, Categories: []library.Category{
			{ID: "10", Owner: "u", Type: "project", Name: "a"}, {ID: "11", Owner: "u", Type: "project", Name: "b", PID: "10"}, g,
		}}
	}
	media := func(m library.Material) h5ds.Fixtures {
		return h5ds.Fixtures{
			Users:      users,
			Categories: []library.Category{{ID: "10", Owner: "u", Type: "project", Name: "a"}, {ID: "12", Owner: "v", Type: "material", Name: "b"}},
			TypeItems:  []library.TypeItem{{ID: "30", TypeID: "314", Name: "n"}},
			Materials:  []library.Material{{ID: "20", Owner: "u", URLs: library.URLs{URL: "/x.png"}}, {ID: "21", URLs: library.URLs{URL: "/x.png"}}, m},
		}
	}
	file := library.URLs{URL: "/x.png"}
	item := func(i library.TypeItem) h5ds.Fixtures {
		return h5ds.Fixtures{TypeItems: []library.TypeItem{{ID: "30", TypeID: "314", Name: "n"}, i}}
	}
	template := func(tpl library.Template) h5ds.Fixtures {
		return h5ds.Fixtures{TemplateCategories: []library.TemplateCategory{{ID: "40", Name: "n"}}, Templates: []library.Template{tpl}}
	}
	for _, test := range []struct {
		name     string
		fixtures h5ds.Fixtures
		want     string
	}{
		{"category of nobody", folder(library.Category{Owner: "x", Type: "project", Name: "n"}), `categories[2]: put category "n" of "x": there is no such owner; put the user first`},
		{"category with letters", folder(library.Category{ID: "x", Owner: "u", Type: "project", Name: "n"}),
			`categories[2]: put category "x" of "u": the id "x" is not decimal digits; leave it out for a new one`},
		{"category twice", folder(library.Category{ID: "10", Owner: "u", Type: "project", Name: "n"}), `categories[2]: id "10" stands at categories[0] already`},
		{"category of no type", folder(library.Category{Owner: "u", Type: "app", Name: "n"}),
			`categories[2]: put category "n" of "u": the type "app" is none of project, material, user_material`},
		{"category without name", folder(library.Category{Owner: "u", Type: "project", Name: " "}), `categories[2]: put category " " of "u": the name is empty`},
		{"category in nothing", folder(library.Category{Owner: "u", Type: "project", Name: "n", PID: "9"}),
			`categories[2]: put category "n" of "u": the owner has no category "9" for it; put the category first`},
		{"category in another's", folder(library.Category{Owner: "v", Type: "project", Name: "n", PID: "10"}),
			`categories[2]: put category "n" of "v": the owner has no category "10" for it; put the category first`},
		{"category in one of another type", folder(library.Category{Owner: "u", Type: "material", Name: "n", PID: "10"}),
			`categories[2]: put category "n" of "u": the owner has no category "10" for it; put the category first`},
		{"work in nothing", h5ds.Fixtures{Users: users, Works: []library.Work{{ID: "5", Owner: "u", CategoryID: "9"}}},
			`works[0]: put work "5" of "u": the owner has no category "9" for it; put the category first`},

		{"material of nobody", media(library.Material{Owner: "x", URLs: file}), `materials[2]: put material "": there is no such owner; put the user first`},
		{"material with letters", media(library.Material{ID: "x", URLs: file}), `materials[2]: put material "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"material twice", media(library.Material{ID: "20", Owner: "v", URLs: file}), `materials[2]: id "20" stands at materials[0] already`},
		{"material without a file", media(library.Material{Name: "n", URLs: library.URLs{Thumb: "/t"}}), `materials[2]: put material "n": there is no urls.url`},
		{"material of negative size", media(library.Material{Name: "n", URLs: file, Size: -1}), `materials[2]: put material "n": the size -1 is negative or no number`},
		{"material of infinite size", media(library.Material{Name: "n", URLs: file, Size: math.Inf(1)}), `materials[2]: put material "n": the size +Inf is negative or no number`},
		{"material of no status", media(library.Material{Name: "n", URLs: file, ConvertStatus: h5dstest.Ptr(4)}),
			`materials[2]: put material "n": the convert_status 4 is none of -1 (none), 0 (waiting), 1 (running), 2 (done), 3 (failed)`},
		{"material of no status below", media(library.Material{Name: "n", URLs: file, ConvertStatus: h5dstest.Ptr(-2)}),
			`materials[2]: put material "n": the convert_status -2 is none of -1 (none), 0 (waiting), 1 (running), 2 (done), 3 (failed)`},
		{"material in a category of works", media(library.Material{Name: "n", Owner: "u", URLs: file, CategoryID: "10"}),
			`materials[2]: put material "n": the owner has no category "10" for it; put the category first`},
		{"material in another's category", media(library.Material{Name: "n", Owner: "u", URLs: file, CategoryID: "12"}),
			`materials[2]: put material "n": the owner has no category "12" for it; put the category first`},
		{"material of the system in a user's category", media(library.Material{Name: "n", URLs: file, CategoryID: "12"}),
			`materials[2]: put material "n": there is no type item "12"; put it first`},
		{"material with attrs that JSON has not", media(library.Material{Name: "n", URLs: file, Attrs: library.Attrs{"a": math.NaN()}}),
			`materials[2]: put material "n": the attrs: json: unsupported value: NaN`},

		{"type item with letters", item(library.TypeItem{ID: "x", TypeID: "314", Name: "n"}), `typeItems[1]: put type item "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"type item without type", item(library.TypeItem{Name: "n"}), `typeItems[1]: put type item "n": the type_id "" is not a number such as 311`},
		{"type item of a word", item(library.TypeItem{Name: "n", TypeID: "video"}), `typeItems[1]: put type item "n": the type_id "video" is not a number such as 311`},
		{"type item without name", item(library.TypeItem{TypeID: "314"}), `typeItems[1]: put type item "": the name is empty`},

		{"template category with letters", h5ds.Fixtures{TemplateCategories: []library.TemplateCategory{{ID: "x", Name: "n"}}},
			`templateCategories[0]: put template category "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"template category without name", h5ds.Fixtures{TemplateCategories: []library.TemplateCategory{{ID: "1"}}}, `templateCategories[0]: put template category "1": the name is empty`},
		{"template with letters", template(library.Template{ID: "x"}), `templates[0]: put template "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"template in nothing", template(library.Template{Name: "n", CategoryID: "9"}), `templates[0]: put template "n": there is no template category "9"; put it first`},
		{"template of negative width", template(library.Template{Name: "n", Width: -1}), `templates[0]: put template "n": the size -1 x 0 or the duration 0 is negative or no number`},
		{"template of negative height", template(library.Template{Name: "n", Height: -1}), `templates[0]: put template "n": the size 0 x -1 or the duration 0 is negative or no number`},
		{"template of negative duration", template(library.Template{Name: "n", Duration: -1}), `templates[0]: put template "n": the size 0 x 0 or the duration -1 is negative or no number`},
		{"template of a list", template(library.Template{Name: "n", Data: library.Project(`[]`)}), `templates[0]: put template "n": a project is a JSON object; this begins with '['`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := new(h5ds.State).Load(h5dstest.Call(""), test.fixtures)
			h5dstest.Diff(t, "error", ""+test.want, fmt.Sprint(err))
		})
	}
}

// Replacing keeps the owner, and a category cannot come to be within itself.
func TestPutAgain(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	before := h5dstest.JSON(t, st)
	c := h5dstest.Call("")
	for name, put := range map[string]func() error{
		"category": func() error {
			_, err := h5ds.Put(st, c, library.Category{ID: h5dstest.WorksFolder, Owner: "user_02", Type: "project", Name: "n"})
			return err
		},
		"circle": func() error {
			_, err := h5ds.Put(st, c, library.Category{ID: h5dstest.WorksFolder, Owner: "user_01", Type: "project", Name: "n", PID: h5dstest.InnerFolder})
			return err
		},
		"material": func() error {
			_, err := h5ds.Put(st, c, library.Material{ID: h5dstest.Picture, URLs: library.URLs{URL: "/x"}})
			return err
		},
		"system": func() error {
			_, err := h5ds.Put(st, c, library.Material{ID: h5dstest.Forest, Owner: "user_01", URLs: library.URLs{URL: "/x"}})
			return err
		},
		"type item": func() error {
			_, err := h5ds.Put(st, c, library.TypeItem{ID: h5dstest.Nature, TypeID: "313", Name: "n"})
			return err
		},
	} {
		if put() == nil {
			t.Errorf("%s: it was put", name)
		}
		h5dstest.Diff(t, name+": state", before, h5dstest.JSON(t, st))
	}
	h5dstest.Diff(t, "ids", map[string]int64(nil), c.IDs.Counts)

	m := h5dstest.Put(t, st, library.Material{ID: h5dstest.Film, Owner: h5dstest.WtoneID, Name: "again", URLs: library.URLs{URL: "/x.mp4"}})
	stored, _ := st.Library.Materials.Get(h5dstest.Film)
	h5dstest.Diff(t, "material", m, stored)
	h5dstest.Diff(t, "materials", 3, st.Library.Materials.Count(h5dstest.WtoneID))
}

// A material that is seeded over one under conversion is what the seed says.
func TestPutOverConversion(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	h5dstest.Put(t, st, library.Material{ID: id, Owner: "user_01", URLs: library.URLs{URL: "/x.mp4"}, ConvertStatus: h5dstest.Ptr(3)})
	h5dstest.Diff(t, "status", 3, polledStatus(t, st, h5dstest.WtoneID, id, h5dstest.Now))
}

func TestLibrarySeedDefaults(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	c := h5dstest.Call("")
	isNew := func(what, id string) {
		t.Helper()
		if !regexp.MustCompile(`^[0-9]{18}$`).MatchString(id) {
			t.Errorf("the id %q of a %s is not 18 digits", id, what)
		}
	}
	g, err := h5ds.Put(st, c, library.Category{Owner: "user_01", Type: "project", Name: "n"})
	isNew("category", g.ID)
	h5dstest.Diff(t, "category", library.Category{ID: g.ID, Owner: h5dstest.WtoneID, Type: "project", Name: "n", PID: "0", CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}, g)
	m, err2 := h5ds.Put(st, c, library.Material{URLs: library.URLs{URL: "/a/b.PNG"}})
	isNew("material", m.ID)
	h5dstest.Diff(t, "material", library.Material{
		ID: m.ID, CategoryID: "0", Name: "b.PNG", Type: "image", URLs: library.URLs{URL: "/a/b.PNG", Filename: "b.PNG"}, Attrs: library.Attrs{},
		CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
	}, m)
	i, err3 := h5ds.Put(st, c, library.TypeItem{TypeID: "211", Name: "n"})
	isNew("type item", i.ID)
	h5dstest.Diff(t, "type item", library.TypeItem{ID: i.ID, TypeID: "311", Name: "n"}, i)
	k, err4 := h5ds.Put(st, c, library.TemplateCategory{Name: "n"})
	isNew("template category", k.ID)
	tpl, err5 := h5ds.Put(st, c, library.Template{})
	isNew("template", tpl.ID)
	if !strings.HasPrefix(string(tpl.Data), `{"title":"未命名",`) {
		t.Errorf("the project of the template is %s", tpl.Data)
	}
	tpl.Data = nil
	h5dstest.Diff(t, "template", library.Template{ID: tpl.ID, Name: "未命名", Width: 1920, Height: 1080, CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}, tpl)
	for _, err := range []error{err, err2, err3, err4, err5} {
		if err != nil {
			t.Error(err)
		}
	}
}

// What a test author does to a seed, or to what came back, must not reach the state.
func TestLibrarySeedsStayApart(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	m := library.Material{URLs: library.URLs{URL: "/x.png"}, Attrs: library.Attrs{"deep": []any{"a"}}, Tags: []string{"a"}, ConvertStatus: h5dstest.Ptr(1)}
	made := h5dstest.Put(t, st, m)
	tpl := library.Template{Data: library.Project(`{"a":1}`)}
	madeTemplate := h5dstest.Put(t, st, tpl)
	before := h5dstest.JSON(t, st)
	for _, one := range []library.Material{m, made} {
		one.Attrs["deep"].([]any)[0], one.Attrs["new"] = "b", 1
		one.Tags[0], *one.ConvertStatus = "b", 2
	}
	copy(tpl.Data, `{"b":2}`)
	copy(madeTemplate.Data, `{"c":3}`)
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

func TestLibraryFixturesRead(t *testing.T) {
	t.Parallel()
	const stamp = `2025-09-12T08:21:31.116Z`
	const asYAML = `
users:
  - {userId: u, admin: true}
categories:
  - {id: "1", owner: u, type: material, name: n, pid: "0", createdAt: ` + stamp + `, updatedAt: ` + stamp + `}
typeItems:
  - {id: "2", type_id: "314", name: n}
materials:
  - {id: "3", owner: u, app_id: "9", category_id: "1", name: n, type: video, from: ai, urls: {url: /u, thumb: /t, filename: f}, attrs: {a: {b: [1]}},
     size: 1.5, convert_status: 0, tags: [x], createdAt: ` + stamp + `, updatedAt: ` + stamp + `}
  - {urls: {url: /u}}
templateCategories:
  - {id: "4", name: n}
templates:
  - {id: "5", name: n, description: d, thumb: t, width: 1, height: 2, duration: 3, category_id: "4", data: {title: x}, type: "2",
     price_type: "1", industry_id: "2", color_id: "3", is_top: true, createdAt: ` + stamp + `, updatedAt: ` + stamp + `}
demo: true
`
	want := h5ds.Fixtures{
		Users:      []account.User{{UserID: "u", Admin: true}},
		Categories: []library.Category{{ID: "1", Owner: "u", Type: "material", Name: "n", PID: "0", CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}},
		TypeItems:  []library.TypeItem{{ID: "2", TypeID: "314", Name: "n"}},
		Materials: []library.Material{
			{ID: "3", Owner: "u", AppID: "9", CategoryID: "1", Name: "n", Type: "video", From: "ai", URLs: library.URLs{"/u", "/t", "f"},
				Attrs: library.Attrs{"a": library.Attrs{"b": []any{1}}}, Size: 1.5, ConvertStatus: h5dstest.Ptr(0), Tags: []string{"x"}, CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now},
			{URLs: library.URLs{URL: "/u"}},
		},
		TemplateCategories: []library.TemplateCategory{{ID: "4", Name: "n"}},
		Templates: []library.Template{{
			ID: "5", Name: "n", Description: "d", Thumb: "t", Width: 1, Height: 2, Duration: 3, CategoryID: "4", Data: library.Project(`{"title":"x"}`), Type: "2",
			PriceType: "1", IndustryID: "2", ColorID: "3", IsTop: true, CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
		}},
		Demo: true,
	}
	var read h5ds.Fixtures
	if err := yaml.Unmarshal([]byte(asYAML), &read); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "YAML", want, read)
	var fromJSON h5ds.Fixtures
	if err := json.Unmarshal([]byte(h5dstest.JSON(t, want)), &fromJSON); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "JSON", h5dstest.JSON(t, want), h5dstest.JSON(t, fromJSON))

	// Both fill the same state.
	states := make([]string, 2)
	for i, f := range []h5ds.Fixtures{read, fromJSON} {
		st := &h5ds.State{}
		h5dstest.Load(t, st, f)
		states[i] = h5dstest.JSON(t, st)
	}
	h5dstest.Diff(t, "state", states[0], states[1])
}

func TestAttrs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, json, want string }{
		{"an object", `{"b":1.50,"a":{"c":[871668385574199296]}}`, `{"a":{"c":[871668385574199296]},"b":1.50}`},
		{"null", `null`, `{"before":0}`},
		{"a text", `"{}"`, ""},
		{"a number", `1`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := library.Attrs{"before": 0}
			err := json.Unmarshal([]byte(test.json), &got)
			if test.want == "" {
				if err == nil {
					t.Errorf("got %v", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "attrs", test.want, h5dstest.JSON(t, got))
		})
	}
}
