package library_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

func TestMaterialPage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, m := range []library.Material{
		{ID: "1", Owner: h5dstest.WtoneID, Name: "sunrise", CategoryID: h5dstest.MediaFolder, URLs: library.URLs{URL: "/1.jpg"}},
		{ID: "2", Owner: h5dstest.WtoneID, Name: "noise", URLs: library.URLs{URL: "/2.MP3"}, AppID: "7"},
	} {
		h5dstest.Put(t, st, m)
	}
	h5dstest.Put(t, st, library.Category{ID: "105", Owner: h5dstest.WtoneID, Type: library.MaterialCategory, Name: "in media", PID: h5dstest.MediaFolder})
	h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Move", `{"ids":["1"],"category_id":"105"}`)
	for _, test := range []struct{ name, request, want string }{
		{"all, the newest first", `{}`, "2 1 113 112 111 of 5"},
		{"as the newest client sends it", `{"page":"1","page_size":"100","keyword":"","category_id":"0"}`, "2 111 of 2"},
		{"as the oldest client sends it", `{"app_id":"","page":1,"page_size":20,"keyword":"","category_id":""}`, "2 1 113 112 111 of 5"},
		{"second page", `{"page":2,"page_size":2}`, "113 112 of 5"},
		{"of a work", `{"app_id":"` + h5dstest.WtoneWork + `"}`, "111 of 1"},
		{"of another work", `{"app_id":7,"category_id":0}`, "2 of 1"},
		{"of a category", `{"category_id":"` + h5dstest.MediaFolder + `"}`, "112 of 1"},
		{"of a category and below it", `{"pid":"` + h5dstest.MediaFolder + `"}`, "1 112 of 2"},
		{"of everything below the root", `{"pid":"0"}`, "2 1 113 112 111 of 5"},
		{"below nothing", `{"pid":"9"}`, " of 0"},
		{"of a type", `{"type":"audio"}`, "2 113 of 2"},
		{"of another type", `{"type":"video"}`, "112 of 1"},
		{"keyword", `{"keyword":"SUN"}`, "1 111 of 2"},
		{"keyword and category", `{"keyword":"s","category_id":"` + h5dstest.OldMediaFolder + `"}`, "113 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.Materials.Page", test.request))
		})
	}
	t.Run("of another", func(t *testing.T) {
		t.Parallel()
		h5dstest.Diff(t, "ids", h5dstest.OtherPicture+" of 1", h5dstest.New(t, st, h5dstest.OtherID).IDs("User.Materials.Page", `{}`))
	})
	t.Run("row", func(t *testing.T) {
		t.Parallel()
		h5dstest.Diff(t, "page", `{"data":[{"id":"111","name":"Sun.png","type":"image","size":10,`+
			`"urls":{"url":"/video/uploads/20250912/1.png","thumb":"/t.png","filename":"1.png"},`+
			`"attrs":{"id":871668385574199296,"width":200},"convert_status":-1,`+
			`"createdAt":"2025-09-12T07:21:31.116Z","updatedAt":"2025-09-12T07:21:31.116Z"}],"total":1,"current_page":1,"page_size":20}`,
			h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Page", `{"keyword":"sun.png"}`))
	})
}

func TestCreateMaterial(t *testing.T) {
	t.Parallel()
	plain := library.Material{
		Owner: h5dstest.WtoneID, CategoryID: "0", Name: "n", Type: "image", URLs: library.URLs{URL: "/a/x.png", Filename: "x.png"}, Attrs: library.Attrs{},
		CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
	}
	with := func(change func(*library.Material)) library.Material {
		m := plain
		change(&m)
		return m
	}
	for _, test := range []struct {
		name, request string
		want          library.Material
		wantStatus    int
	}{
		{"the least", `{"name":"n","urls":{"url":"/a/x.png"}}`, plain, -1},
		{"as the newest client sends it", `{"category_id":"0","name":"n","urls":{"url":"/a/x.mp4","thumb":"/t.png"},"attrs":{"type":"video/mp4","size":7,` +
			`"duration":1.50},"convert_status":-1}`,
			with(func(m *library.Material) {
				m.Type, m.URLs = "video", library.URLs{"/a/x.mp4", "/t.png", "x.mp4"}
				m.Attrs = library.Attrs{"type": "video/mp4", "size": json.Number("7"), "duration": json.Number("1.50")}
				m.ConvertStatus = h5dstest.Ptr(-1)
			}), -1},
		{"as the oldest client sends it", `{"app_id":"` + h5dstest.WtoneWork + `","name":"n","urls":{"url":"/a/x","thumb":""},"attrs":{"type":"image/svg+xml"}}`,
			with(func(m *library.Material) {
				m.AppID, m.URLs, m.Attrs = h5dstest.WtoneWork, library.URLs{URL: "/a/x", Filename: "x"}, library.Attrs{"type": "image/svg+xml"}
			}), -1},
		{"a video", `{"name":"n","urls":{"url":"/a/x.MOV"}}`,
			with(func(m *library.Material) { m.Type, m.URLs = "video", library.URLs{URL: "/a/x.MOV", Filename: "x.MOV"} }), 0},
		{"every field", `{"app_id":7,"category_id":103,"name":8,"type":"audio/mpeg","from":"ai","urls":{"url":"/a","thumb":"/b","filename":"c"},` +
			`"attrs":{"x":{"y":[1]}},"size":"9.5","convert_status":"-1"}`,
			with(func(m *library.Material) {
				m.AppID, m.CategoryID, m.Name, m.Type, m.From, m.Size = "7", h5dstest.MediaFolder, "8", "audio", "ai", 9.5
				m.URLs, m.Attrs = library.URLs{"/a", "/b", "c"}, library.Attrs{"x": map[string]any{"y": []any{json.Number("1")}}}
				m.ConvertStatus = h5dstest.Ptr(-1)
			}), -1},
		{"in a category of the oldest client", `{"name":"n","urls":{"url":"/a/x.png"},"category_id":"` + h5dstest.OldMediaFolder + `","attrs":null}`,
			with(func(m *library.Material) { m.CategoryID = h5dstest.OldMediaFolder }), -1},
		{"something else", `{"name":"n","urls":{"url":"/a/x.zip"},"attrs":{"type":"application/zip"}}`,
			with(func(m *library.Material) {
				m.Type, m.URLs, m.Attrs = "", library.URLs{URL: "/a/x.zip", Filename: "x.zip"}, library.Attrs{"type": "application/zip"}
			}), -1},
		{"a word that only the client knows", `{"name":"n","type":"sticker","urls":{"url":"/a/x.png"}}`,
			with(func(m *library.Material) { m.Type = "sticker" }), -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			got := h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Create", test.request)
			var row struct {
				ID     string
				Status int `json:"convert_status"`
			}
			h5dstest.FromJSON(t, got, &row)
			m, there := st.Library.Materials.Get(row.ID)
			if !there {
				t.Fatalf("no material %q is there", row.ID)
			}
			test.want.ID = row.ID
			h5dstest.Diff(t, "material", test.want, m)
			h5dstest.Diff(t, "status", test.wantStatus, row.Status)
			h5dstest.Diff(t, "answer", listed(h5dstest.New(t, st, h5dstest.WtoneID), m.ID), got)
			h5dstest.Diff(t, "materials", 4, st.Library.Materials.Count(h5dstest.WtoneID))
		})
	}
}

// listed is the row of a material in the list of the user.
func listed(v *h5dstest.Visit, id string) string {
	v.T.Helper()
	var page struct{ Data []json.RawMessage }
	v.Read("User.Materials.Page", `{}`, &page)
	for _, row := range page.Data {
		if strings.HasPrefix(string(row), `{"id":"`+id+`"`) {
			return string(row)
		}
	}
	return ""
}

func TestUpdateMaterial(t *testing.T) {
	t.Parallel()
	later := h5dstest.Now.Add(time.Minute)
	full := library.Material{
		ID: "1", Owner: h5dstest.WtoneID, AppID: "7", CategoryID: h5dstest.MediaFolder, Name: "n", Type: "image", From: "user",
		URLs: library.URLs{"/u.png", "/t.png", "f.png"}, Attrs: library.Attrs{"a": json.Number("1"), "b": json.Number("2")}, Size: 3,
		CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
	}
	with := func(change func(*library.Material)) library.Material {
		m := full
		m.UpdatedAt = later
		change(&m)
		return m
	}
	for _, test := range []struct {
		name, fields string
		want         library.Material
	}{
		{"nothing", ``, with(func(*library.Material) {})},
		{"nulls", `,"name":null,"urls":null,"attrs":null,"size":null,"category_id":null`, with(func(*library.Material) {})},
		{"the name, as the newest client sends it", `,"name":"new"`, with(func(m *library.Material) { m.Name = "new" })},
		{"one attribute of two, and a new one", `,"attrs":{"b":3,"c":4.0}`,
			with(func(m *library.Material) {
				m.Attrs = library.Attrs{"a": json.Number("1"), "b": json.Number("3"), "c": json.Number("4.0")}
			})},
		{"the thumbnail", `,"urls":{"thumb":"/new.png"}`, with(func(m *library.Material) { m.URLs.Thumb = "/new.png" })},
		{"the file", `,"urls":{"url":"/x/y.png"}`, with(func(m *library.Material) { m.URLs.URL, m.URLs.Filename = "/x/y.png", "y.png" })},
		{"the name of the file", `,"urls":{"url":"/u.png","filename":"g.png"}`, with(func(m *library.Material) { m.URLs.Filename = "g.png" })},
		{"to the root", `,"category_id":""`, with(func(m *library.Material) { m.CategoryID = "0" })},
		{"everything", `,"app_id":"8","category_id":"104","name":"x","type":"audio","from":"ai","urls":{"url":"/x","thumb":"","filename":"z"},` +
			`"size":4,"convert_status":-1`,
			with(func(m *library.Material) {
				m.AppID, m.CategoryID, m.Name, m.Type, m.From, m.Size = "8", h5dstest.OldMediaFolder, "x", "audio", "ai", 4
				m.URLs, m.ConvertStatus = library.URLs{"/x", "", "z"}, h5dstest.Ptr(-1)
			})},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			st.Library.Materials.Put(full)
			c := h5dstest.Call(h5dstest.WtoneID)
			c.Now = later
			got := h5dstest.On(t, st, c).Data("User.Materials.Update", `{"id":"1"`+test.fields+`}`)
			m, _ := st.Library.Materials.Get("1")
			h5dstest.Diff(t, "material", test.want, m)
			h5dstest.Diff(t, "answer", listed(h5dstest.On(t, st, c), m.ID), got)
		})
	}
	// The attributes that a page answered before stay as they were.
	h5dstest.Diff(t, "attrs of the original", library.Attrs{"a": json.Number("1"), "b": json.Number("2")}, full.Attrs)
}

func TestDeleteMaterials(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"one", `{"id":["` + h5dstest.Film + `"]}`, "113 111 of 2"},
		{"two, one of them twice", `{"id":["` + h5dstest.Film + `","` + h5dstest.Picture + `","` + h5dstest.Film + `"]}`, "113 of 1"},
		{"numbers", `{"id":[112,113]}`, "111 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Delete", test.request))
			h5dstest.Diff(t, "left", test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.Materials.Page", `{}`))
			h5dstest.Diff(t, "of others", 1, st.Library.Materials.Count(h5dstest.OtherID))
		})
	}
}

func TestMoveMaterials(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"to a category", `{"ids":["111","113"],"category_id":"` + h5dstest.MediaFolder + `"}`, h5dstest.MediaFolder},
		{"to one of the oldest client", `{"ids":["111","113"],"category_id":104}`, h5dstest.OldMediaFolder},
		{"to the root", `{"ids":[111,113],"category_id":"0"}`, "0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			c := h5dstest.Call(h5dstest.WtoneID)
			h5dstest.Diff(t, "answer", `true`, h5dstest.On(t, st, c).Data("User.Materials.Move", test.request))
			for id, want := range map[string]string{h5dstest.Picture: test.want, h5dstest.Sound: test.want, h5dstest.Film: h5dstest.MediaFolder} {
				m, _ := st.Library.Materials.Get(id)
				h5dstest.Diff(t, "category of "+id, want, m.CategoryID)
				h5dstest.Diff(t, "changed "+id, id != h5dstest.Film, m.UpdatedAt.Equal(h5dstest.Now))
			}
		})
	}
}

// A material without attributes, as a state written by hand may have it, is answered with none:
// clients read fields of them.
func TestMaterialWithoutAttrs(t *testing.T) {
	t.Parallel()
	var st h5ds.State
	if err := json.Unmarshal([]byte(`{"library":{"materials":[{"id":"1","owner":"9","name":"n"}]}}`), &st); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "page", `{"data":[{"id":"1","name":"n","type":"","size":0,"urls":{"url":"","thumb":"","filename":""},"attrs":{},`+
		`"convert_status":-1,"createdAt":null,"updatedAt":null}],"total":1,"current_page":1,"page_size":20}`,
		h5dstest.New(t, &st, "9").Data("User.Materials.Page", `{}`))
}
