package library_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

func TestCategoryPage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, test := range []struct{ name, user, request, want string }{
		{"all", h5dstest.WtoneID, `{}`, h5dstest.OldMediaFolder + " " + h5dstest.MediaFolder + " " + h5dstest.InnerFolder + " " + h5dstest.WorksFolder + " 837523312766513000 5 of 6"},
		{"of works, those within others too", h5dstest.WtoneID, `{"type":"project","page":"1","page_size":"100"}`,
			h5dstest.InnerFolder + " " + h5dstest.WorksFolder + " 837523312766513000 5 of 4"},
		{"of works, a page", h5dstest.WtoneID, `{"type":"project","page":2,"page_size":1}`, h5dstest.WorksFolder + " of 4"},
		{"of materials", h5dstest.WtoneID, `{"type":"material"}`, h5dstest.MediaFolder + " of 1"},
		{"of materials, in the oldest client", h5dstest.WtoneID, `{"type":"user_material"}`, h5dstest.OldMediaFolder + " of 1"},
		{"of another", h5dstest.OtherID, `{"type":"project"}`, h5dstest.OtherFolder + " 4 of 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, test.user).IDs("User.Categories.Page", test.request))
		})
	}
	h5dstest.Diff(t, "row", `{"data":[{"id":"`+h5dstest.MediaFolder+`","name":"media"}],"total":1,"current_page":1,"page_size":20}`,
		h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Categories.Page", `{"type":"material"}`))
}

func TestCategoryInfo(t *testing.T) {
	t.Parallel()
	h5dstest.Diff(t, "answer", `{"id":"`+h5dstest.InnerFolder+`","name":"inner","type":"project","pid":"`+h5dstest.WorksFolder+`"}`,
		h5dstest.New(t, h5dstest.Library(t), h5dstest.WtoneID).Data("User.Categories.Info", `{"id":"`+h5dstest.InnerFolder+`"}`))
}

func TestCreateCategory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, request string
		want          library.Category
	}{
		{"as the newest client sends it", `{"type":"project","name":"Untitled_1a2b"}`, library.Category{Type: "project", Name: "Untitled_1a2b", PID: "0"}},
		{"as the oldest client sends it", `{"name":"728527253573935104","type":"user_material","pid":0}`,
			library.Category{Type: "user_material", Name: "728527253573935104", PID: "0"}},
		{"in another", `{"type":"project","name":7,"pid":"` + h5dstest.WorksFolder + `"}`, library.Category{Type: "project", Name: "7", PID: h5dstest.WorksFolder}},
		{"at the root", `{"type":"material","name":"media","pid":""}`, library.Category{Type: "material", Name: "media", PID: "0"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			before := st.Library.Categories.Count(h5dstest.WtoneID)
			h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Categories.Create", test.request))
			h5dstest.Diff(t, "categories", before+1, st.Library.Categories.Count(h5dstest.WtoneID))
			for g := range st.Library.Categories.Of(h5dstest.WtoneID) { // the newest
				test.want.ID, test.want.Owner, test.want.CreatedAt, test.want.UpdatedAt = g.ID, h5dstest.WtoneID, h5dstest.Now, h5dstest.Now
				h5dstest.Diff(t, "category", test.want, g)
				break
			}
		})
	}
}

func TestUpdateCategory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, wantName, wantPID string }{
		{"nothing", `{"id":"102"}`, "inner", h5dstest.WorksFolder},
		{"the name", `{"id":"102","name":"new"}`, "new", h5dstest.WorksFolder},
		{"to the root", `{"id":102,"pid":0}`, "inner", "0"},
		{"to another, and more that is not heeded", `{"id":"102","name":"new","pid":"5","type":"material","createdAt":"x"}`, "new", "5"},
		{"where it is", `{"id":"102","pid":"` + h5dstest.WorksFolder + `"}`, "inner", h5dstest.WorksFolder},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			want, _ := st.Library.Categories.Get(h5dstest.InnerFolder)
			c := h5dstest.Call(h5dstest.WtoneID)
			c.Now = h5dstest.Now.Add(time.Minute)
			h5dstest.Diff(t, "answer", `true`, h5dstest.On(t, st, c).Data("User.Categories.Update", test.request))
			want.Name, want.PID, want.UpdatedAt = test.wantName, test.wantPID, c.Now
			got, _ := st.Library.Categories.Get(h5dstest.InnerFolder)
			h5dstest.Diff(t, "category", want, got)
		})
	}
}

// What is in a deleted category goes to the root.
func TestDeleteCategories(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, request string
		gone          []string
	}{
		{"one", `{"id":"` + h5dstest.WorksFolder + `"}`, []string{h5dstest.WorksFolder}},
		{"one as a number", `{"id":101}`, []string{h5dstest.WorksFolder}},
		{"many", `{"id":["` + h5dstest.WorksFolder + `","` + h5dstest.MediaFolder + `","` + h5dstest.WorksFolder + `"]}`, []string{h5dstest.WorksFolder, h5dstest.MediaFolder}},
		{"an inner one with its outer one", `{"id":["` + h5dstest.InnerFolder + `","` + h5dstest.WorksFolder + `"]}`, []string{h5dstest.InnerFolder, h5dstest.WorksFolder}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			for _, w := range []library.Work{{ID: "1", Owner: h5dstest.WtoneID, CategoryID: h5dstest.WorksFolder}, {ID: "2", Owner: h5dstest.WtoneID, CategoryID: "5"}} {
				h5dstest.Put(t, st, w)
			}
			gone := map[string]bool{}
			for _, id := range test.gone {
				gone[id] = true
			}
			after := func(category string) string {
				if gone[category] {
					return "0"
				}
				return category
			}
			h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Categories.Delete", test.request))
			for _, id := range []string{h5dstest.WorksFolder, h5dstest.InnerFolder, h5dstest.MediaFolder, h5dstest.OtherFolder} {
				_, there := st.Library.Categories.Get(id)
				h5dstest.Diff(t, "there is "+id, !gone[id], there)
			}
			in, _ := st.Library.Works.Get("1")
			h5dstest.Diff(t, "a work", after(h5dstest.WorksFolder), in.CategoryID)
			out, _ := st.Library.Works.Get("2")
			h5dstest.Diff(t, "another work", "5", out.CategoryID)
			inner, there := st.Library.Categories.Get(h5dstest.InnerFolder)
			if there {
				h5dstest.Diff(t, "the inner category", after(h5dstest.WorksFolder), inner.PID)
			}
			video, _ := st.Library.Materials.Get(h5dstest.Film)
			h5dstest.Diff(t, "a material", after(h5dstest.MediaFolder), video.CategoryID)
			song, _ := st.Library.Materials.Get(h5dstest.Sound)
			h5dstest.Diff(t, "another material", h5dstest.OldMediaFolder, song.CategoryID)
		})
	}
}

// A state that was written by hand may have a circle in it. Nothing may hang on it.
func TestCircle(t *testing.T) {
	t.Parallel()
	var st h5ds.State
	if err := json.Unmarshal([]byte(`{"library":{"categories":[{"id":"1","owner":"9","type":"project","name":"a","pid":"2"},
		{"id":"2","owner":"9","type":"project","name":"b","pid":"1"}]}}`), &st); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "update", "category.circle", h5dstest.New(t, &st, "9").Why("User.Categories.Update", `{"id":"1","name":"x"}`))
}
