package h5ds

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestLibraryLoadErrors(t *testing.T) {
	t.Parallel()
	users := []User{{ID: "1", UserID: "u"}, {ID: "2", UserID: "v"}}
	folder := func(g Category) Fixtures {
		return Fixtures{Users: users, Categories: []Category{
			{ID: "10", Owner: "u", Type: "project", Name: "a"}, {ID: "11", Owner: "u", Type: "project", Name: "b", PID: "10"}, g,
		}}
	}
	media := func(m Material) Fixtures {
		return Fixtures{
			Users:      users,
			Categories: []Category{{ID: "10", Owner: "u", Type: "project", Name: "a"}, {ID: "12", Owner: "v", Type: "material", Name: "b"}},
			TypeItems:  []TypeItem{{ID: "30", TypeID: "314", Name: "n"}},
			Materials:  []Material{{ID: "20", Owner: "u", URLs: URLs{URL: "/x.png"}}, {ID: "21", URLs: URLs{URL: "/x.png"}}, m},
		}
	}
	file := URLs{URL: "/x.png"}
	item := func(i TypeItem) Fixtures {
		return Fixtures{TypeItems: []TypeItem{{ID: "30", TypeID: "314", Name: "n"}, i}}
	}
	template := func(tpl Template) Fixtures {
		return Fixtures{TemplateCategories: []TemplateCategory{{ID: "40", Name: "n"}}, Templates: []Template{tpl}}
	}
	for _, test := range []struct {
		name     string
		fixtures Fixtures
		want     string
	}{
		{"category of nobody", folder(Category{Owner: "x", Type: "project", Name: "n"}), `categories[2]: put category "n" of "x": there is no such owner; put the user first`},
		{"category with letters", folder(Category{ID: "x", Owner: "u", Type: "project", Name: "n"}),
			`categories[2]: put category "x" of "u": the id "x" is not decimal digits; leave it out for a new one`},
		{"category twice", folder(Category{ID: "10", Owner: "u", Type: "project", Name: "n"}), `categories[2]: id "10" stands at categories[0] already`},
		{"category of no type", folder(Category{Owner: "u", Type: "app", Name: "n"}),
			`categories[2]: put category "n" of "u": the type "app" is none of project, material, user_material`},
		{"category without name", folder(Category{Owner: "u", Type: "project", Name: " "}), `categories[2]: put category " " of "u": the name is empty`},
		{"category in nothing", folder(Category{Owner: "u", Type: "project", Name: "n", PID: "9"}),
			`categories[2]: put category "n" of "u": the owner has no category "9" for it; put the category first`},
		{"category in another's", folder(Category{Owner: "v", Type: "project", Name: "n", PID: "10"}),
			`categories[2]: put category "n" of "v": the owner has no category "10" for it; put the category first`},
		{"category in one of another type", folder(Category{Owner: "u", Type: "material", Name: "n", PID: "10"}),
			`categories[2]: put category "n" of "u": the owner has no category "10" for it; put the category first`},
		{"work in nothing", Fixtures{Users: users, Works: []Work{{ID: "5", Owner: "u", CategoryID: "9"}}},
			`works[0]: put work "5" of "u": the owner has no category "9" for it; put the category first`},

		{"material of nobody", media(Material{Owner: "x", URLs: file}), `materials[2]: put material "": there is no such owner; put the user first`},
		{"material with letters", media(Material{ID: "x", URLs: file}), `materials[2]: put material "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"material twice", media(Material{ID: "20", Owner: "v", URLs: file}), `materials[2]: id "20" stands at materials[0] already`},
		{"material without a file", media(Material{Name: "n", URLs: URLs{Thumb: "/t"}}), `materials[2]: put material "n": there is no urls.url`},
		{"material of negative size", media(Material{Name: "n", URLs: file, Size: -1}), `materials[2]: put material "n": the size -1 is negative or no number`},
		{"material of infinite size", media(Material{Name: "n", URLs: file, Size: math.Inf(1)}), `materials[2]: put material "n": the size +Inf is negative or no number`},
		{"material of no status", media(Material{Name: "n", URLs: file, ConvertStatus: ptr(4)}),
			`materials[2]: put material "n": the convert_status 4 is none of -1 (none), 0 (waiting), 1 (running), 2 (done), 3 (failed)`},
		{"material of no status below", media(Material{Name: "n", URLs: file, ConvertStatus: ptr(-2)}),
			`materials[2]: put material "n": the convert_status -2 is none of -1 (none), 0 (waiting), 1 (running), 2 (done), 3 (failed)`},
		{"material in a category of works", media(Material{Name: "n", Owner: "u", URLs: file, CategoryID: "10"}),
			`materials[2]: put material "n": the owner has no category "10" for it; put the category first`},
		{"material in another's category", media(Material{Name: "n", Owner: "u", URLs: file, CategoryID: "12"}),
			`materials[2]: put material "n": the owner has no category "12" for it; put the category first`},
		{"material of the system in a user's category", media(Material{Name: "n", URLs: file, CategoryID: "12"}),
			`materials[2]: put material "n": there is no type item "12"; put it first`},
		{"material with attrs that JSON has not", media(Material{Name: "n", URLs: file, Attrs: Attrs{"a": math.NaN()}}),
			`materials[2]: put material "n": the attrs: json: unsupported value: NaN`},

		{"type item with letters", item(TypeItem{ID: "x", TypeID: "314", Name: "n"}), `typeItems[1]: put type item "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"type item without type", item(TypeItem{Name: "n"}), `typeItems[1]: put type item "n": the type_id "" is not a number such as 311`},
		{"type item of a word", item(TypeItem{Name: "n", TypeID: "video"}), `typeItems[1]: put type item "n": the type_id "video" is not a number such as 311`},
		{"type item without name", item(TypeItem{TypeID: "314"}), `typeItems[1]: put type item "": the name is empty`},

		{"template category with letters", Fixtures{TemplateCategories: []TemplateCategory{{ID: "x", Name: "n"}}},
			`templateCategories[0]: put template category "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"template category without name", Fixtures{TemplateCategories: []TemplateCategory{{ID: "1"}}}, `templateCategories[0]: put template category "1": the name is empty`},
		{"template with letters", template(Template{ID: "x"}), `templates[0]: put template "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"template in nothing", template(Template{Name: "n", CategoryID: "9"}), `templates[0]: put template "n": there is no template category "9"; put it first`},
		{"template of negative width", template(Template{Name: "n", Width: -1}), `templates[0]: put template "n": the size -1 x 0 or the duration 0 is negative or no number`},
		{"template of negative height", template(Template{Name: "n", Height: -1}), `templates[0]: put template "n": the size 0 x -1 or the duration 0 is negative or no number`},
		{"template of negative duration", template(Template{Name: "n", Duration: -1}), `templates[0]: put template "n": the size 0 x 0 or the duration -1 is negative or no number`},
		{"template of a list", template(Template{Name: "n", Data: Project(`[]`)}), `templates[0]: put template "n": a project is a JSON object; this begins with '['`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := new(State).Load(newCall(), test.fixtures)
			diff(t, "error", ""+test.want, fmt.Sprint(err))
		})
	}
}

// Replacing keeps the owner, and a category cannot come to be within itself.
func TestPutAgain(t *testing.T) {
	t.Parallel()
	st := library(t)
	before := encoded(t, st)
	c := newCall()
	for name, put := range map[string]func() error{
		"category": func() error {
			_, err := st.PutCategory(c, Category{ID: worksFolder, Owner: "user_02", Type: "project", Name: "n"})
			return err
		},
		"circle": func() error {
			_, err := st.PutCategory(c, Category{ID: worksFolder, Owner: "user_01", Type: "project", Name: "n", PID: innerFolder})
			return err
		},
		"material": func() error {
			_, err := st.PutMaterial(c, Material{ID: picture, URLs: URLs{URL: "/x"}})
			return err
		},
		"system": func() error {
			_, err := st.PutMaterial(c, Material{ID: forest, Owner: "user_01", URLs: URLs{URL: "/x"}})
			return err
		},
		"type item": func() error { _, err := st.PutTypeItem(c, TypeItem{ID: nature, TypeID: "313", Name: "n"}); return err },
	} {
		if put() == nil {
			t.Errorf("%s: it was put", name)
		}
		diff(t, name+": state", before, encoded(t, st))
	}
	diff(t, "ids", map[string]int64(nil), c.IDs.Counts)

	m, err := st.PutMaterial(c, Material{ID: film, Owner: wtoneID, Name: "again", URLs: URLs{URL: "/x.mp4"}})
	if err != nil {
		t.Fatal(err)
	}
	stored, _ := st.Library.Materials.Get(film)
	diff(t, "material", m, stored)
	diff(t, "materials", 3, st.Library.Materials.Count(wtoneID))
}

// A material that is seeded over one under conversion is what the seed says.
func TestPutOverConversion(t *testing.T) {
	t.Parallel()
	st := library(t)
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	if _, err := st.PutMaterial(newCall(), Material{ID: id, Owner: "user_01", URLs: URLs{URL: "/x.mp4"}, ConvertStatus: ptr(3)}); err != nil {
		t.Fatal(err)
	}
	diff(t, "status", 3, polledStatus(t, st, wtoneID, id, now))
}

func TestLibrarySeedDefaults(t *testing.T) {
	t.Parallel()
	st := library(t)
	c := newCall()
	isNew := func(what, id string) {
		t.Helper()
		if !regexp.MustCompile(`^[0-9]{18}$`).MatchString(id) {
			t.Errorf("the id %q of a %s is not 18 digits", id, what)
		}
	}
	g, err := st.PutCategory(c, Category{Owner: "user_01", Type: "project", Name: "n"})
	isNew("category", g.ID)
	diff(t, "category", Category{ID: g.ID, Owner: wtoneID, Type: "project", Name: "n", PID: "0", CreatedAt: now, UpdatedAt: now}, g)
	m, err2 := st.PutMaterial(c, Material{URLs: URLs{URL: "/a/b.PNG"}})
	isNew("material", m.ID)
	diff(t, "material", Material{
		ID: m.ID, CategoryID: "0", Name: "b.PNG", Type: "image", URLs: URLs{URL: "/a/b.PNG", Filename: "b.PNG"}, Attrs: Attrs{},
		CreatedAt: now, UpdatedAt: now,
	}, m)
	i, err3 := st.PutTypeItem(c, TypeItem{TypeID: "211", Name: "n"})
	isNew("type item", i.ID)
	diff(t, "type item", TypeItem{ID: i.ID, TypeID: "311", Name: "n"}, i)
	k, err4 := st.PutTemplateCategory(c, TemplateCategory{Name: "n"})
	isNew("template category", k.ID)
	tpl, err5 := st.PutTemplate(c, Template{})
	isNew("template", tpl.ID)
	if !strings.HasPrefix(string(tpl.Data), `{"title":"未命名",`) {
		t.Errorf("the project of the template is %s", tpl.Data)
	}
	tpl.Data = nil
	diff(t, "template", Template{ID: tpl.ID, Name: "未命名", Width: 1920, Height: 1080, CreatedAt: now, UpdatedAt: now}, tpl)
	for _, err := range []error{err, err2, err3, err4, err5} {
		if err != nil {
			t.Error(err)
		}
	}
}

// What a test author does to a seed, or to what came back, must not reach the state.
func TestLibrarySeedsStayApart(t *testing.T) {
	t.Parallel()
	st := library(t)
	m := Material{URLs: URLs{URL: "/x.png"}, Attrs: Attrs{"deep": []any{"a"}}, Tags: []string{"a"}, ConvertStatus: ptr(1)}
	made, err := st.PutMaterial(newCall(), m)
	if err != nil {
		t.Fatal(err)
	}
	tpl := Template{Data: Project(`{"a":1}`)}
	madeTemplate, err := st.PutTemplate(newCall(), tpl)
	if err != nil {
		t.Fatal(err)
	}
	before := encoded(t, st)
	for _, one := range []Material{m, made} {
		one.Attrs["deep"].([]any)[0], one.Attrs["new"] = "b", 1
		one.Tags[0], *one.ConvertStatus = "b", 2
	}
	copy(tpl.Data, `{"b":2}`)
	copy(madeTemplate.Data, `{"c":3}`)
	diff(t, "state", before, encoded(t, st))
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
	want := Fixtures{
		Users:      []User{{UserID: "u", Admin: true}},
		Categories: []Category{{ID: "1", Owner: "u", Type: "material", Name: "n", PID: "0", CreatedAt: now, UpdatedAt: now}},
		TypeItems:  []TypeItem{{ID: "2", TypeID: "314", Name: "n"}},
		Materials: []Material{
			{ID: "3", Owner: "u", AppID: "9", CategoryID: "1", Name: "n", Type: "video", From: "ai", URLs: URLs{"/u", "/t", "f"},
				Attrs: Attrs{"a": Attrs{"b": []any{1}}}, Size: 1.5, ConvertStatus: ptr(0), Tags: []string{"x"}, CreatedAt: now, UpdatedAt: now},
			{URLs: URLs{URL: "/u"}},
		},
		TemplateCategories: []TemplateCategory{{ID: "4", Name: "n"}},
		Templates: []Template{{
			ID: "5", Name: "n", Description: "d", Thumb: "t", Width: 1, Height: 2, Duration: 3, CategoryID: "4", Data: Project(`{"title":"x"}`), Type: "2",
			PriceType: "1", IndustryID: "2", ColorID: "3", IsTop: true, CreatedAt: now, UpdatedAt: now,
		}},
		Demo: true,
	}
	var read Fixtures
	if err := yaml.Unmarshal([]byte(asYAML), &read); err != nil {
		t.Fatal(err)
	}
	diff(t, "YAML", want, read)
	var fromJSON Fixtures
	if err := json.Unmarshal([]byte(encoded(t, want)), &fromJSON); err != nil {
		t.Fatal(err)
	}
	diff(t, "JSON", encoded(t, want), encoded(t, fromJSON))

	// Both fill the same state.
	states := make([]string, 2)
	for i, f := range []Fixtures{read, fromJSON} {
		st := &State{}
		if err := st.Load(newCall(), f); err != nil {
			t.Fatal(err)
		}
		states[i] = encoded(t, st)
	}
	diff(t, "state", states[0], states[1])
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
			got := Attrs{"before": 0}
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
			diff(t, "attrs", test.want, encoded(t, got))
		})
	}
}
