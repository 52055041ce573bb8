package library_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
)

func TestUpdateWork(t *testing.T) {
	t.Parallel()
	later := h5dstest.Now.Add(time.Minute)
	full := library.Work{
		ID: h5dstest.WtoneWork, Owner: h5dstest.WtoneID, Name: "n", Description: "d", Thumb: "/t.png", Width: 1, Height: 2, Duration: 3, CategoryID: h5dstest.WorksFolder,
		SourceID: "9", Published: true, Data: library.Project(`{"a":1}`), CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
	}
	with := func(change func(*library.Work)) library.Work {
		w := full
		w.UpdatedAt = later
		change(&w)
		return w
	}
	for _, test := range []struct {
		name, fields string
		want         library.Work
	}{
		{"nothing", ``, with(func(*library.Work) {})},
		{"nulls", `,"name":null,"data":null,"width":null,"category_id":null,"thumb":null`, with(func(*library.Work) {})},
		{"the name, as the list of works sends it", `,"name":"new"`, with(func(w *library.Work) { w.Name = "new" })},
		{"no name", `,"name":""`, with(func(w *library.Work) { w.Name = "未命名" })},
		{"the project, as the editor saves it", `,"data":{ "b": [1.50] },"thumb":"/n.png","duration":12.5`,
			with(func(w *library.Work) { w.Data, w.Thumb, w.Duration = library.Project(`{"b":[1.50]}`), "/n.png", 12.5 })},
		{"empty texts", `,"thumb":"","description":"","source_id":""`,
			with(func(w *library.Work) { w.Thumb, w.Description, w.SourceID = "", "", "" })},
		{"to the root, by number", `,"category_id":0`, with(func(w *library.Work) { w.CategoryID = "0" })},
		{"to the root, by nothing", `,"category_id":""`, with(func(w *library.Work) { w.CategoryID = "0" })},
		{"to a category", `,"category_id":"` + h5dstest.InnerFolder + `"`, with(func(w *library.Work) { w.CategoryID = h5dstest.InnerFolder })},
		{"everything, as texts", `,"source_id":7,"category_id":102,"name":"x","description":"y","duration":"1","width":"5","height":"6","thumb":"t","data":"{\"c\":1}"`,
			with(func(w *library.Work) {
				w.SourceID, w.CategoryID, w.Name, w.Description, w.Duration = "7", h5dstest.InnerFolder, "x", "y", 1
				w.Width, w.Height, w.Thumb, w.Data = 5, 6, "t", library.Project(`{"c":1}`)
			})},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			st.Library.Works.Put(full)
			c := h5dstest.Call(h5dstest.WtoneID)
			c.Now = later
			got := h5dstest.On(t, st, c).Data("User.Apps.Update", `{"id":"`+h5dstest.WtoneWork+`"`+test.fields+`}`)
			h5dstest.Diff(t, "answer", `{"id":"`+h5dstest.WtoneWork+`","url":"/video/u/`+h5dstest.WtoneID+`/apps/`+h5dstest.WtoneWork+`.json"}`, got)
			work, _ := st.Library.Works.Get(h5dstest.WtoneWork)
			h5dstest.Diff(t, "work", test.want, work)
			h5dstest.Diff(t, "works", 1, st.Library.Works.Count(h5dstest.WtoneID))
		})
	}
}

func TestDeleteWork(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]string{
		"the id": `{"id":"` + h5dstest.WtoneWork + `"}`, "the id as a number": `{"id":` + h5dstest.WtoneWork + `}`,
		"as if it were a query": `{"params":{"id":"` + h5dstest.WtoneWork + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Apps.Delete", request))
			h5dstest.Diff(t, "works", 0, st.Library.Works.Count(h5dstest.WtoneID))
			h5dstest.Diff(t, "works of others", 1, st.Library.Works.Count(h5dstest.OtherID))
			if _, failure := h5dstest.New(t, st, h5dstest.WtoneID).Response("User.Apps.Delete", request); failure == nil {
				t.Error("it was deleted twice")
			}
		})
	}
}

func TestWorkPage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, w := range []library.Work{
		{ID: "1", Owner: h5dstest.WtoneID, Name: "Alpha", Thumb: "/a.png", CreatedAt: h5dstest.Now.Add(-3 * time.Hour), UpdatedAt: h5dstest.Now.Add(-time.Minute)},
		{ID: "2", Owner: h5dstest.WtoneID, Name: "alphabet", CategoryID: h5dstest.WorksFolder, CreatedAt: h5dstest.Now.Add(-2 * time.Hour)},
		{ID: "3", Owner: h5dstest.WtoneID, Name: "Äpfel", CategoryID: h5dstest.InnerFolder, CreatedAt: h5dstest.Now.Add(-time.Hour)},
		{ID: "4", Owner: h5dstest.WtoneID, Name: "zebra", CreatedAt: h5dstest.Now.Add(-time.Hour)},
	} {
		h5dstest.Put(t, st, w)
	}
	for _, test := range []struct{ name, request, want string }{
		{"all, the last changed first, and of those the newest", `{}`, h5dstest.WtoneWork + " 1 4 3 2 of 5"},
		{"as the client sends it", `{"page":"1","page_size":"100","keyword":"","category_id":"0"}`, h5dstest.WtoneWork + " 1 4 of 3"},
		{"second page", `{"page":2,"page_size":2}`, "4 3 of 5"},
		{"a category, without those within", `{"category_id":"` + h5dstest.WorksFolder + `"}`, "2 of 1"},
		{"all categories", `{"category_id":""}`, h5dstest.WtoneWork + " 1 4 3 2 of 5"},
		{"an unknown category", `{"category_id":"9"}`, " of 0"},
		{"keyword", `{"keyword":"ALPHA"}`, "1 2 of 2"},
		{"keyword beyond ASCII", `{"keyword":"äPF"}`, "3 of 1"},
		{"keyword and category", `{"keyword":"alpha","category_id":0}`, "1 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.Apps.Page", test.request))
		})
	}
	t.Run("row", func(t *testing.T) {
		t.Parallel()
		h5dstest.Diff(t, "page", `{"data":[{"id":"1","name":"Alpha","thumb":"/a.png","width":1920,"height":1080,"category_id":"0",`+
			`"createdAt":"2025-09-12T05:21:31.116Z","updatedAt":"2025-09-12T08:20:31.116Z"}],"total":2,"current_page":1,"page_size":1}`,
			h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Apps.Page", `{"keyword":"alpha","page_size":1}`))
	})
	t.Run("of another", func(t *testing.T) {
		t.Parallel()
		h5dstest.Diff(t, "ids", h5dstest.OtherWork+" of 1", h5dstest.New(t, st, h5dstest.OtherID).IDs("User.Apps.Page", `{}`))
	})
}

// The maximum that is told is kept to.
func TestMaxWorks(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	c := h5dstest.Call(h5dstest.WtoneID)
	h5dstest.Diff(t, "usual", `{"max":999}`, h5dstest.On(t, st, c).Data("User.Apps.CountInfo", `{}`))
	h5dstest.Load(t, st, h5ds.Fixtures{Settings: settings.Settings{MaxWorks: 2}})
	h5dstest.Diff(t, "chosen", `{"max":2}`, h5dstest.On(t, st, c).Data("User.Apps.CountInfo", `{}`))
	h5dstest.On(t, st, c).Data("User.Apps.Create", `{"data":{}}`)
	const full = "403 作品数量已达上限"
	h5dstest.New(t, st, h5dstest.WtoneID).Rejected("User.Apps.Create", `{"data":{}}`, full, "work.too-many")
	h5dstest.New(t, st, h5dstest.WtoneID).Rejected("User.Apps.Copy", `{"id":"`+h5dstest.WtoneWork+`"}`, full, "work.too-many")
	h5dstest.New(t, st, h5dstest.OtherID).Data("User.Apps.Create", `{"data":{}}`)
	err := st.Load(h5dstest.Call(""), h5ds.Fixtures{Settings: settings.Settings{MaxWorks: -1}})
	h5dstest.Diff(t, "error", "settings: maxWorks: -1; it cannot be negative", fmt.Sprint(err))
}

func TestPublishWork(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	want, _ := st.Library.Works.Get(h5dstest.WtoneWork)
	h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Apps.Publish", `{"id":"`+h5dstest.WtoneWork+`","title":"x"}`))
	want.Published = true
	got, _ := st.Library.Works.Get(h5dstest.WtoneWork)
	h5dstest.Diff(t, "work", want, got)
}

func TestMoveWorks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"to a category", `{"ids":["1","` + h5dstest.WtoneWork + `"],"category_id":"` + h5dstest.WorksFolder + `"}`, h5dstest.WorksFolder},
		{"to the root", `{"ids":["1","` + h5dstest.WtoneWork + `","1"],"category_id":"0"}`, "0"},
		{"to the root, by number", `{"ids":[1,` + h5dstest.WtoneWork + `],"category_id":0}`, "0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			for _, id := range []string{"1", "2"} {
				h5dstest.Put(t, st, library.Work{ID: id, Owner: h5dstest.WtoneID, CategoryID: h5dstest.InnerFolder})
			}
			c := h5dstest.Call(h5dstest.WtoneID)
			c.Now = h5dstest.Now.Add(time.Minute)
			h5dstest.Diff(t, "answer", `true`, h5dstest.On(t, st, c).Data("User.Apps.Move", test.request))
			for id, want := range map[string]string{"1": test.want, h5dstest.WtoneWork: test.want, "2": h5dstest.InnerFolder} {
				work, _ := st.Library.Works.Get(id)
				h5dstest.Diff(t, "category of "+id, want, work.CategoryID)
				h5dstest.Diff(t, "changed "+id, id != "2", work.UpdatedAt.Equal(c.Now))
			}
		})
	}
}

func TestCopyWork(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	original := library.Work{
		ID: "1", Owner: h5dstest.WtoneID, Name: "n", Description: "d", Thumb: "/t.png", Width: 1, Height: 2, Duration: 3, CategoryID: h5dstest.WorksFolder,
		SourceID: "9", Published: true, Data: library.Project(`{"a":1}`), CreatedAt: h5dstest.Now.Add(-time.Hour), UpdatedAt: h5dstest.Now.Add(-time.Hour),
	}
	st.Library.Works.Put(original)
	got := h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Apps.Copy", `{"id":"1","name":"not heeded"}`)
	newest := ids(&st.Library.Works, h5dstest.WtoneID)[0]
	h5dstest.Diff(t, "answer", `{"id":"`+newest+`","url":"/video/u/`+h5dstest.WtoneID+`/apps/`+newest+`.json"}`, got)
	want := original
	want.ID, want.SourceID, want.Name, want.Published = newest, "1", "n - 副本", false
	want.CreatedAt, want.UpdatedAt = h5dstest.Now, h5dstest.Now
	copied, _ := st.Library.Works.Get(newest)
	h5dstest.Diff(t, "copy", want, copied)
	untouched, _ := st.Library.Works.Get("1")
	h5dstest.Diff(t, "original", original, untouched)
}

// ids are those of an owner's works, the newest first.
func ids(s *table.Table[library.Work], owner string) []string {
	var got []string
	for w := range s.Of(owner) {
		got = append(got, w.ID)
	}
	return got
}
