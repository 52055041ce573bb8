package h5ds

import (
	"encoding/json"
	"testing"
	"time"
)

func TestMaterialPage(t *testing.T) {
	t.Parallel()
	st := library(t)
	for _, m := range []Material{
		{ID: "1", Owner: wtoneID, Name: "sunrise", CategoryID: mediaFolder, URLs: URLs{URL: "/1.jpg"}},
		{ID: "2", Owner: wtoneID, Name: "noise", URLs: URLs{URL: "/2.MP3"}, AppID: "7"},
	} {
		if _, err := st.PutMaterial(newCall(), m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := st.PutCategory(newCall(), Category{ID: "105", Owner: wtoneID, Type: MaterialCategory, Name: "in media", PID: mediaFolder}); err != nil {
		t.Fatal(err)
	}
	answered(t, callOf(wtoneID), st, "User.Materials.Move", `{"ids":["1"],"category_id":"105"}`)
	for _, test := range []struct{ name, request, want string }{
		{"all, the newest first", `{}`, "2 1 113 112 111 of 5"},
		{"as the newest client sends it", `{"page":"1","page_size":"100","keyword":"","category_id":"0"}`, "2 111 of 2"},
		{"as the oldest client sends it", `{"app_id":"","page":1,"page_size":20,"keyword":"","category_id":""}`, "2 1 113 112 111 of 5"},
		{"second page", `{"page":2,"page_size":2}`, "113 112 of 5"},
		{"of a work", `{"app_id":"` + wtoneWork + `"}`, "111 of 1"},
		{"of another work", `{"app_id":7,"category_id":0}`, "2 of 1"},
		{"of a category", `{"category_id":"` + mediaFolder + `"}`, "112 of 1"},
		{"of a category and below it", `{"pid":"` + mediaFolder + `"}`, "1 112 of 2"},
		{"of everything below the root", `{"pid":"0"}`, "2 1 113 112 111 of 5"},
		{"below nothing", `{"pid":"9"}`, " of 0"},
		{"of a type", `{"type":"audio"}`, "2 113 of 2"},
		{"of another type", `{"type":"video"}`, "112 of 1"},
		{"keyword", `{"keyword":"SUN"}`, "1 111 of 2"},
		{"keyword and category", `{"keyword":"s","category_id":"` + c4Folder + `"}`, "113 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "ids", test.want, listed(t, callOf(wtoneID), st, "User.Materials.Page", test.request))
		})
	}
	t.Run("of another", func(t *testing.T) {
		t.Parallel()
		diff(t, "ids", otherPicture+" of 1", listed(t, callOf(otherID), st, "User.Materials.Page", `{}`))
	})
	t.Run("row", func(t *testing.T) {
		t.Parallel()
		diff(t, "page", `{"data":[{"id":"111","name":"Sun.png","type":"image","size":10,`+
			`"urls":{"url":"/video/uploads/20250912/1.png","thumb":"/t.png","filename":"1.png"},`+
			`"attrs":{"id":871668385574199296,"width":200},"convert_status":-1,`+
			`"createdAt":"2025-09-12T07:21:31.116Z","updatedAt":"2025-09-12T07:21:31.116Z"}],"total":1,"current_page":1,"page_size":20}`,
			answered(t, callOf(wtoneID), st, "User.Materials.Page", `{"keyword":"sun.png"}`))
	})
}

func TestCreateMaterial(t *testing.T) {
	t.Parallel()
	plain := Material{
		Owner: wtoneID, CategoryID: "0", Name: "n", Type: "image", URLs: URLs{URL: "/a/x.png", Filename: "x.png"}, Attrs: Attrs{},
		CreatedAt: now, UpdatedAt: now,
	}
	with := func(change func(*Material)) Material {
		m := plain
		change(&m)
		return m
	}
	for _, test := range []struct {
		name, request string
		want          Material
		wantStatus    int
	}{
		{"the least", `{"name":"n","urls":{"url":"/a/x.png"}}`, plain, -1},
		{"as the newest client sends it", `{"category_id":"0","name":"n","urls":{"url":"/a/x.mp4","thumb":"/t.png"},"attrs":{"type":"video/mp4","size":7,` +
			`"duration":1.50},"convert_status":-1}`,
			with(func(m *Material) {
				m.Type, m.URLs = "video", URLs{"/a/x.mp4", "/t.png", "x.mp4"}
				m.Attrs = Attrs{"type": "video/mp4", "size": json.Number("7"), "duration": json.Number("1.50")}
				m.ConvertStatus = ptr(-1)
			}), -1},
		{"as the oldest client sends it", `{"app_id":"` + wtoneWork + `","name":"n","urls":{"url":"/a/x","thumb":""},"attrs":{"type":"image/svg+xml"}}`,
			with(func(m *Material) {
				m.AppID, m.URLs, m.Attrs = wtoneWork, URLs{URL: "/a/x", Filename: "x"}, Attrs{"type": "image/svg+xml"}
			}), -1},
		{"a video", `{"name":"n","urls":{"url":"/a/x.MOV"}}`,
			with(func(m *Material) { m.Type, m.URLs = "video", URLs{URL: "/a/x.MOV", Filename: "x.MOV"} }), 0},
		{"every field", `{"app_id":7,"category_id":103,"name":8,"type":"audio/mpeg","from":"ai","urls":{"url":"/a","thumb":"/b","filename":"c"},` +
			`"attrs":{"x":{"y":[1]}},"size":"9.5","convert_status":"-1"}`,
			with(func(m *Material) {
				m.AppID, m.CategoryID, m.Name, m.Type, m.From, m.Size = "7", mediaFolder, "8", "audio", "ai", 9.5
				m.URLs, m.Attrs = URLs{"/a", "/b", "c"}, Attrs{"x": map[string]any{"y": []any{json.Number("1")}}}
				m.ConvertStatus = ptr(-1)
			}), -1},
		{"in a category of the oldest client", `{"name":"n","urls":{"url":"/a/x.png"},"category_id":"` + c4Folder + `","attrs":null}`,
			with(func(m *Material) { m.CategoryID = c4Folder }), -1},
		{"something else", `{"name":"n","urls":{"url":"/a/x.zip"},"attrs":{"type":"application/zip"}}`,
			with(func(m *Material) {
				m.Type, m.URLs, m.Attrs = "", URLs{URL: "/a/x.zip", Filename: "x.zip"}, Attrs{"type": "application/zip"}
			}), -1},
		{"a word that only the client knows", `{"name":"n","type":"sticker","urls":{"url":"/a/x.png"}}`,
			with(func(m *Material) { m.Type = "sticker" }), -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			got := answered(t, callOf(wtoneID), st, "User.Materials.Create", test.request)
			var row struct {
				ID     string
				Status int `json:"convert_status"`
			}
			if err := json.Unmarshal([]byte(got), &row); err != nil {
				t.Fatal(err)
			}
			m, there := st.Library.Materials.Get(row.ID)
			if !there {
				t.Fatalf("no material %q is there", row.ID)
			}
			test.want.ID = row.ID
			diff(t, "material", test.want, m)
			diff(t, "status", test.wantStatus, row.Status)
			diff(t, "answer", encoded(t, st.Library.materialRow(callOf(wtoneID), m)), got)
			diff(t, "materials", 4, st.Library.Materials.Count(wtoneID))
		})
	}
}

func TestUpdateMaterial(t *testing.T) {
	t.Parallel()
	later := now.Add(time.Minute)
	full := Material{
		ID: "1", Owner: wtoneID, AppID: "7", CategoryID: mediaFolder, Name: "n", Type: "image", From: "user",
		URLs: URLs{"/u.png", "/t.png", "f.png"}, Attrs: Attrs{"a": json.Number("1"), "b": json.Number("2")}, Size: 3,
		CreatedAt: now, UpdatedAt: now,
	}
	with := func(change func(*Material)) Material {
		m := full
		m.UpdatedAt = later
		change(&m)
		return m
	}
	for _, test := range []struct {
		name, fields string
		want         Material
	}{
		{"nothing", ``, with(func(*Material) {})},
		{"nulls", `,"name":null,"urls":null,"attrs":null,"size":null,"category_id":null`, with(func(*Material) {})},
		{"the name, as the newest client sends it", `,"name":"new"`, with(func(m *Material) { m.Name = "new" })},
		{"one attribute of two, and a new one", `,"attrs":{"b":3,"c":4.0}`,
			with(func(m *Material) {
				m.Attrs = Attrs{"a": json.Number("1"), "b": json.Number("3"), "c": json.Number("4.0")}
			})},
		{"the thumbnail", `,"urls":{"thumb":"/new.png"}`, with(func(m *Material) { m.URLs.Thumb = "/new.png" })},
		{"the file", `,"urls":{"url":"/x/y.png"}`, with(func(m *Material) { m.URLs.URL, m.URLs.Filename = "/x/y.png", "y.png" })},
		{"the name of the file", `,"urls":{"url":"/u.png","filename":"g.png"}`, with(func(m *Material) { m.URLs.Filename = "g.png" })},
		{"to the root", `,"category_id":""`, with(func(m *Material) { m.CategoryID = "0" })},
		{"everything", `,"app_id":"8","category_id":"104","name":"x","type":"audio","from":"ai","urls":{"url":"/x","thumb":"","filename":"z"},` +
			`"size":4,"convert_status":-1`,
			with(func(m *Material) {
				m.AppID, m.CategoryID, m.Name, m.Type, m.From, m.Size = "8", c4Folder, "x", "audio", "ai", 4
				m.URLs, m.ConvertStatus = URLs{"/x", "", "z"}, ptr(-1)
			})},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			st.Library.Materials.Put(full)
			c := callOf(wtoneID)
			c.Now = later
			got := answered(t, c, st, "User.Materials.Update", `{"id":"1"`+test.fields+`}`)
			m, _ := st.Library.Materials.Get("1")
			diff(t, "material", test.want, m)
			diff(t, "answer", encoded(t, st.Library.materialRow(c, m)), got)
		})
	}
	// The attributes that a page answered before stay as they were.
	diff(t, "attrs of the original", Attrs{"a": json.Number("1"), "b": json.Number("2")}, full.Attrs)
}

func TestDeleteMaterials(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"one", `{"id":["` + film + `"]}`, "113 111 of 2"},
		{"two, one of them twice", `{"id":["` + film + `","` + picture + `","` + film + `"]}`, "113 of 1"},
		{"numbers", `{"id":[112,113]}`, "111 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Materials.Delete", test.request))
			diff(t, "left", test.want, listed(t, callOf(wtoneID), st, "User.Materials.Page", `{}`))
			diff(t, "of others", 1, st.Library.Materials.Count(otherID))
		})
	}
}

func TestMoveMaterials(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"to a category", `{"ids":["111","113"],"category_id":"` + mediaFolder + `"}`, mediaFolder},
		{"to one of the oldest client", `{"ids":["111","113"],"category_id":104}`, c4Folder},
		{"to the root", `{"ids":[111,113],"category_id":"0"}`, "0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			c := callOf(wtoneID)
			diff(t, "answer", `true`, answered(t, c, st, "User.Materials.Move", test.request))
			for id, want := range map[string]string{picture: test.want, sound: test.want, film: mediaFolder} {
				m, _ := st.Library.Materials.Get(id)
				diff(t, "category of "+id, want, m.CategoryID)
				diff(t, "changed "+id, id != film, m.UpdatedAt.Equal(now))
			}
		})
	}
}

// A material without attributes, as a state written by hand may have it, is answered with none:
// clients read fields of them.
func TestMaterialWithoutAttrs(t *testing.T) {
	t.Parallel()
	var st State
	if err := json.Unmarshal([]byte(`{"library":{"materials":[{"id":"1","owner":"9","name":"n"}]}}`), &st); err != nil {
		t.Fatal(err)
	}
	diff(t, "page", `{"data":[{"id":"1","name":"n","type":"","size":0,"urls":{"url":"","thumb":"","filename":""},"attrs":{},`+
		`"convert_status":-1,"createdAt":null,"updatedAt":null}],"total":1,"current_page":1,"page_size":20}`,
		answered(t, callOf("9"), &st, "User.Materials.Page", `{}`))
}
