package h5ds

import (
	"encoding/json"
	"testing"
)

func demo(t *testing.T, seed uint64) *State {
	t.Helper()
	st := &State{}
	c := newCall()
	c.Seed = seed
	if err := st.Load(c, Fixtures{Users: []User{{ID: wtoneID, UserID: "user_01"}}, Demo: true}); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestDemo(t *testing.T) {
	t.Parallel()
	st := demo(t, 1)
	diff(t, "again", encoded(t, st), encoded(t, demo(t, 1)))
	if encoded(t, st) == encoded(t, demo(t, 2)) {
		t.Error("another seed makes the same demo")
	}
	type row struct {
		ID, Name, Thumb string
		URL             string
		URLs            URLs
		Size            float64
	}
	rows := func(operation, request string) (all struct {
		Data  []row
		Total int
	}) {
		t.Helper()
		if err := json.Unmarshal([]byte(answered(t, callOf(wtoneID), st, operation, request)), &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	linked := func(at string) []byte {
		t.Helper()
		content, _, there := st.File(at, now)
		if !there || len(content) == 0 {
			t.Errorf("the link %q leads nowhere", at)
		}
		return content
	}
	for _, kind := range demoTypes {
		items := rows("Common.TypeItems.Page", `{"type_id":"`+kind.typeID+`"}`)
		diff(t, "items of "+kind.word, demoItems, items.Total)
		diff(t, "materials of "+kind.word, demoItems*demoMaterials, rows("Materials.Page", `{"type":"`+kind.word+`"}`).Total)
		for _, item := range items.Data {
			materials := rows("Materials.Page", `{"category_id":"`+item.ID+`"}`)
			diff(t, "materials of an item", demoMaterials, materials.Total)
			for _, m := range materials.Data {
				diff(t, "size", float64(len(linked(m.URLs.URL))), m.Size)
				linked(m.URLs.Thumb)
				if m.Name == "" {
					t.Error("a material has no name")
				}
			}
		}
	}
	templates := rows("Templates.Page", `{}`)
	diff(t, "templates", 2*demoTemplates, templates.Total)
	for _, tpl := range templates.Data {
		linked(tpl.URL)
		linked(tpl.Thumb)
	}
	diff(t, "pictures", demoTemplates, rows("Open.Templates", `{"type":"2"}`).Total)
}
