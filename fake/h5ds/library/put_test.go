package library_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

// A value keeps its owner when it is replaced, and a category cannot be within itself.
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

// A material that replaces one during its conversion has no conversion.
func TestPutOverConversion(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	h5dstest.Put(t, st, library.Material{ID: id, Owner: "user_01", URLs: library.URLs{URL: "/x.mp4"}, ConvertStatus: h5dstest.Ptr(3)})
	h5dstest.Diff(t, "status", 3, polledStatus(t, st, h5dstest.WtoneID, id, h5dstest.Now))
}

func TestPutDefaults(t *testing.T) {
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

// YAML rejects these projects before they are loaded.
func TestBadProjects(t *testing.T) {
	t.Parallel()
	const list = "a project is a JSON object; this begins with '['"
	h5dstest.BadFixture(t, h5dstest.Seeded(t), h5ds.Fixtures{Works: []library.Work{{ID: "5", Owner: "user_01", Data: library.Project(`[]`)}}},
		`works[0]: put work "5" of "user_01": `+list)
	h5dstest.BadFixture(t, h5dstest.Seeded(t), h5ds.Fixtures{Templates: []library.Template{{Name: "n", Data: library.Project(`[]`)}}},
		`templates[0]: put template "n": `+list)
}

func TestPutWork(t *testing.T) {
	t.Parallel()
	const project = `{"title":"未命名","createTime":1757665291116,"updateTime":1757665291116,"poster":"","width":1920,"height":1080,` +
		`"background":{},"transitions":[],"cameras":[],"captions":[],"elements":[],"resouces":[]}`
	st := h5dstest.Seeded(t)
	c := h5dstest.Call("")
	made := h5dstest.Put(t, st, library.Work{Owner: "user_02"})
	h5dstest.Diff(t, "defaults", library.Work{
		ID: made.ID, Owner: h5dstest.OtherID, Name: "未命名", Width: 1920, Height: 1080, CategoryID: "0",
		Data: library.Project(project), CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
	}, made)
	stored, _ := st.Library.Works.Get(made.ID)
	h5dstest.Diff(t, "stored", made, stored)

	full := library.Work{
		ID: made.ID, Owner: h5dstest.OtherID, Name: "n", Description: "d", Thumb: "/t.png", Width: 1, Height: 2, Duration: 3,
		CategoryID: "4", SourceID: "5", Published: true, Data: library.Project(`{"a":1}`), CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now.Add(1),
	}
	again := h5dstest.Put(t, st, full)
	h5dstest.Diff(t, "replaced", full, again)
	h5dstest.Diff(t, "works", 2, st.Library.Works.Count(h5dstest.OtherID))

	before := h5dstest.JSON(t, st)
	if _, err := h5ds.Put(st, c, library.Work{ID: made.ID, Owner: "user_01"}); err == nil {
		t.Error("the work changed its owner")
	}
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

// A platform id is tried before an equal userId.
func TestPutWorkOwner(t *testing.T) {
	t.Parallel()
	st := &h5ds.State{}
	err := st.Load(h5dstest.Call(""), h5ds.Fixtures{Users: []account.User{{ID: "1", UserID: "2"}, {ID: "2", UserID: "3"}}})
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"1": "1", "2": "2", "3": "2"} {
		made := h5dstest.Put(t, st, library.Work{Owner: given})
		h5dstest.Diff(t, "owner of "+given, want, made.Owner)
	}
}
