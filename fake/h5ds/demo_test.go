package h5ds_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

func demo(t *testing.T, seed uint64) *h5ds.State {
	t.Helper()
	st := &h5ds.State{}
	c := h5dstest.Call("")
	c.Seed = seed
	if err := st.Load(c, h5ds.Fixtures{Users: []account.User{{ID: h5dstest.WtoneID, UserID: "user_01"}}, Demo: true}); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestDemo(t *testing.T) {
	t.Parallel()
	st := demo(t, 1)
	h5dstest.Diff(t, "again", h5dstest.JSON(t, st), h5dstest.JSON(t, demo(t, 1)))
	if h5dstest.JSON(t, st) == h5dstest.JSON(t, demo(t, 2)) {
		t.Error("another seed makes the same demo")
	}
	type row struct {
		ID, Name, Thumb string
		URL             string
		URLs            library.URLs
		Size            float64
	}
	rows := func(operation, request string) (all struct {
		Data  []row
		Total int
	}) {
		t.Helper()
		h5dstest.New(t, st, h5dstest.WtoneID).Read(operation, request, &all)
		return all
	}
	linked := func(at string) []byte {
		t.Helper()
		content, _, there := st.File(at, h5dstest.Now)
		if !there || len(content) == 0 {
			t.Errorf("the link %q leads nowhere", at)
		}
		return content
	}
	for typeID, word := range map[string]string{"311": "text", "312": "image", "313": "audio", "314": "video", "315": "sticker", "316": "effect", "317": "filter", "318": "transition"} {
		items := rows("Common.TypeItems.Page", `{"type_id":"`+typeID+`"}`)
		h5dstest.Diff(t, "items of "+word, 2, items.Total)
		h5dstest.Diff(t, "materials of "+word, 2*3, rows("Materials.Page", `{"type":"`+word+`"}`).Total)
		for _, item := range items.Data {
			materials := rows("Materials.Page", `{"category_id":"`+item.ID+`"}`)
			h5dstest.Diff(t, "materials of an item", 3, materials.Total)
			for _, m := range materials.Data {
				h5dstest.Diff(t, "size", float64(len(linked(m.URLs.URL))), m.Size)
				linked(m.URLs.Thumb)
				if m.Name == "" {
					t.Error("a material has no name")
				}
			}
		}
	}
	templates := rows("Templates.Page", `{}`)
	h5dstest.Diff(t, "templates", 2*3, templates.Total)
	for _, tpl := range templates.Data {
		linked(tpl.URL)
		linked(tpl.Thumb)
	}
	h5dstest.Diff(t, "pictures", 3, rows("Open.Templates", `{"type":"2"}`).Total)
}
