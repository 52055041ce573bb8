package h5ds

import (
	"fmt"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
)

func TestUpdateWork(t *testing.T) {
	t.Parallel()
	later := now.Add(time.Minute)
	full := Work{
		ID: wtoneWork, Owner: wtoneID, Name: "n", Description: "d", Thumb: "/t.png", Width: 1, Height: 2, Duration: 3, CategoryID: worksFolder,
		SourceID: "9", Published: true, Data: Project(`{"a":1}`), CreatedAt: now, UpdatedAt: now,
	}
	with := func(change func(*Work)) Work {
		w := full
		w.UpdatedAt = later
		change(&w)
		return w
	}
	for _, test := range []struct {
		name, fields string
		want         Work
	}{
		{"nothing", ``, with(func(*Work) {})},
		{"nulls", `,"name":null,"data":null,"width":null,"category_id":null,"thumb":null`, with(func(*Work) {})},
		{"the name, as the list of works sends it", `,"name":"new"`, with(func(w *Work) { w.Name = "new" })},
		{"no name", `,"name":""`, with(func(w *Work) { w.Name = "未命名" })},
		{"the project, as the editor saves it", `,"data":{ "b": [1.50] },"thumb":"/n.png","duration":12.5`,
			with(func(w *Work) { w.Data, w.Thumb, w.Duration = Project(`{"b":[1.50]}`), "/n.png", 12.5 })},
		{"empty texts", `,"thumb":"","description":"","source_id":""`,
			with(func(w *Work) { w.Thumb, w.Description, w.SourceID = "", "", "" })},
		{"to the root, by number", `,"category_id":0`, with(func(w *Work) { w.CategoryID = "0" })},
		{"to the root, by nothing", `,"category_id":""`, with(func(w *Work) { w.CategoryID = "0" })},
		{"to a category", `,"category_id":"` + innerFolder + `"`, with(func(w *Work) { w.CategoryID = innerFolder })},
		{"everything, as texts", `,"source_id":7,"category_id":102,"name":"x","description":"y","duration":"1","width":"5","height":"6","thumb":"t","data":"{\"c\":1}"`,
			with(func(w *Work) {
				w.SourceID, w.CategoryID, w.Name, w.Description, w.Duration = "7", innerFolder, "x", "y", 1
				w.Width, w.Height, w.Thumb, w.Data = 5, 6, "t", Project(`{"c":1}`)
			})},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			st.Library.Works.Put(full)
			c := callOf(wtoneID)
			c.Now = later
			got := answered(t, c, st, "User.Apps.Update", `{"id":"`+wtoneWork+`"`+test.fields+`}`)
			diff(t, "answer", `{"id":"`+wtoneWork+`","url":"/video/u/`+wtoneID+`/apps/`+wtoneWork+`.json"}`, got)
			work, _ := st.Library.Works.Get(wtoneWork)
			diff(t, "work", test.want, work)
			diff(t, "works", 1, st.Library.Works.Count(wtoneID))
		})
	}
}

func TestDeleteWork(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]string{
		"the id": `{"id":"` + wtoneWork + `"}`, "the id as a number": `{"id":` + wtoneWork + `}`,
		"as if it were a query": `{"params":{"id":"` + wtoneWork + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Apps.Delete", request))
			diff(t, "works", 0, st.Library.Works.Count(wtoneID))
			diff(t, "works of others", 1, st.Library.Works.Count(otherID))
			if _, failure := run(t, callOf(wtoneID), st, "User.Apps.Delete", request); failure == nil {
				t.Error("it was deleted twice")
			}
		})
	}
}

func TestWorkPage(t *testing.T) {
	t.Parallel()
	st := library(t)
	for _, w := range []Work{
		{ID: "1", Owner: wtoneID, Name: "Alpha", Thumb: "/a.png", CreatedAt: now.Add(-3 * time.Hour), UpdatedAt: now.Add(-time.Minute)},
		{ID: "2", Owner: wtoneID, Name: "alphabet", CategoryID: worksFolder, CreatedAt: now.Add(-2 * time.Hour)},
		{ID: "3", Owner: wtoneID, Name: "Äpfel", CategoryID: innerFolder, CreatedAt: now.Add(-time.Hour)},
		{ID: "4", Owner: wtoneID, Name: "zebra", CreatedAt: now.Add(-time.Hour)},
	} {
		if _, err := st.PutWork(newCall(), w); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ name, request, want string }{
		{"all, the last changed first, and of those the newest", `{}`, wtoneWork + " 1 4 3 2 of 5"},
		{"as the client sends it", `{"page":"1","page_size":"100","keyword":"","category_id":"0"}`, wtoneWork + " 1 4 of 3"},
		{"second page", `{"page":2,"page_size":2}`, "4 3 of 5"},
		{"a category, without those within", `{"category_id":"` + worksFolder + `"}`, "2 of 1"},
		{"all categories", `{"category_id":""}`, wtoneWork + " 1 4 3 2 of 5"},
		{"an unknown category", `{"category_id":"9"}`, " of 0"},
		{"keyword", `{"keyword":"ALPHA"}`, "1 2 of 2"},
		{"keyword beyond ASCII", `{"keyword":"äPF"}`, "3 of 1"},
		{"keyword and category", `{"keyword":"alpha","category_id":0}`, "1 of 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "ids", test.want, listed(t, callOf(wtoneID), st, "User.Apps.Page", test.request))
		})
	}
	t.Run("row", func(t *testing.T) {
		t.Parallel()
		diff(t, "page", `{"data":[{"id":"1","name":"Alpha","thumb":"/a.png","width":1920,"height":1080,"category_id":"0",`+
			`"createdAt":"2025-09-12T05:21:31.116Z","updatedAt":"2025-09-12T08:20:31.116Z"}],"total":2,"current_page":1,"page_size":1}`,
			answered(t, callOf(wtoneID), st, "User.Apps.Page", `{"keyword":"alpha","page_size":1}`))
	})
	t.Run("of another", func(t *testing.T) {
		t.Parallel()
		diff(t, "ids", otherWork+" of 1", listed(t, callOf(otherID), st, "User.Apps.Page", `{}`))
	})
}

// The maximum that is told is kept to.
func TestMaxWorks(t *testing.T) {
	t.Parallel()
	st := library(t)
	c := callOf(wtoneID)
	diff(t, "usual", `{"max":999}`, answered(t, c, st, "User.Apps.CountInfo", `{}`))
	if err := st.Load(newCall(), Fixtures{Settings: Settings{MaxWorks: 2}}); err != nil {
		t.Fatal(err)
	}
	diff(t, "chosen", `{"max":2}`, answered(t, c, st, "User.Apps.CountInfo", `{}`))
	answered(t, c, st, "User.Apps.Create", `{"data":{}}`)
	const full = `{"code":403,"message":"作品数量已达上限","data":null}`
	refused(t, st, callOf(wtoneID), "User.Apps.Create", `{"data":{}}`, full, "work.too-many")
	refused(t, st, callOf(wtoneID), "User.Apps.Copy", `{"id":"`+wtoneWork+`"}`, full, "work.too-many")
	answered(t, callOf(otherID), st, "User.Apps.Create", `{"data":{}}`)
	err := st.Load(newCall(), Fixtures{Settings: Settings{MaxWorks: -1}})
	diff(t, "error", "settings: maxWorks: -1; it cannot be negative", fmt.Sprint(err))
}

func TestPublishWork(t *testing.T) {
	t.Parallel()
	st := library(t)
	want, _ := st.Library.Works.Get(wtoneWork)
	diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Apps.Publish", `{"id":"`+wtoneWork+`","title":"x"}`))
	want.Published = true
	got, _ := st.Library.Works.Get(wtoneWork)
	diff(t, "work", want, got)
}

func TestMoveWorks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"to a category", `{"ids":["1","` + wtoneWork + `"],"category_id":"` + worksFolder + `"}`, worksFolder},
		{"to the root", `{"ids":["1","` + wtoneWork + `","1"],"category_id":"0"}`, "0"},
		{"to the root, by number", `{"ids":[1,` + wtoneWork + `],"category_id":0}`, "0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			for _, id := range []string{"1", "2"} {
				if _, err := st.PutWork(newCall(), Work{ID: id, Owner: wtoneID, CategoryID: innerFolder}); err != nil {
					t.Fatal(err)
				}
			}
			c := callOf(wtoneID)
			c.Now = now.Add(time.Minute)
			diff(t, "answer", `true`, answered(t, c, st, "User.Apps.Move", test.request))
			for id, want := range map[string]string{"1": test.want, wtoneWork: test.want, "2": innerFolder} {
				work, _ := st.Library.Works.Get(id)
				diff(t, "category of "+id, want, work.CategoryID)
				diff(t, "changed "+id, id != "2", work.UpdatedAt.Equal(c.Now))
			}
		})
	}
}

func TestCopyWork(t *testing.T) {
	t.Parallel()
	st := library(t)
	original := Work{
		ID: "1", Owner: wtoneID, Name: "n", Description: "d", Thumb: "/t.png", Width: 1, Height: 2, Duration: 3, CategoryID: worksFolder,
		SourceID: "9", Published: true, Data: Project(`{"a":1}`), CreatedAt: now.Add(-time.Hour), UpdatedAt: now.Add(-time.Hour),
	}
	st.Library.Works.Put(original)
	got := answered(t, callOf(wtoneID), st, "User.Apps.Copy", `{"id":"1","name":"not heeded"}`)
	newest := ids(&st.Library.Works, wtoneID)[0]
	diff(t, "answer", `{"id":"`+newest+`","url":"/video/u/`+wtoneID+`/apps/`+newest+`.json"}`, got)
	want := original
	want.ID, want.SourceID, want.Name, want.Published = newest, "1", "n - 副本", false
	want.CreatedAt, want.UpdatedAt = now, now
	copied, _ := st.Library.Works.Get(newest)
	diff(t, "copy", want, copied)
	untouched, _ := st.Library.Works.Get("1")
	diff(t, "original", original, untouched)
}

// ids are those of an owner's works, the newest first.
func ids(s *table.Table[Work], owner string) []string {
	var got []string
	for w := range s.Of(owner) {
		got = append(got, w.ID)
	}
	return got
}
