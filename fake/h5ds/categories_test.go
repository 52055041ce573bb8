package h5ds

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

func TestCategoryPage(t *testing.T) {
	t.Parallel()
	st := library(t)
	for _, test := range []struct{ name, user, request, want string }{
		{"all", wtoneID, `{}`, c4Folder + " " + mediaFolder + " " + innerFolder + " " + worksFolder + " 837523312766513000 5 of 6"},
		{"of works, those within others too", wtoneID, `{"type":"project","page":"1","page_size":"100"}`,
			innerFolder + " " + worksFolder + " 837523312766513000 5 of 4"},
		{"of works, a page", wtoneID, `{"type":"project","page":2,"page_size":1}`, worksFolder + " of 4"},
		{"of materials", wtoneID, `{"type":"material"}`, mediaFolder + " of 1"},
		{"of materials, in the oldest client", wtoneID, `{"type":"user_material"}`, c4Folder + " of 1"},
		{"of another", otherID, `{"type":"project"}`, otherFolder + " 4 of 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "ids", test.want, listed(t, callOf(test.user), st, "User.Categories.Page", test.request))
		})
	}
	diff(t, "row", `{"data":[{"id":"`+mediaFolder+`","name":"media"}],"total":1,"current_page":1,"page_size":20}`,
		answered(t, callOf(wtoneID), st, "User.Categories.Page", `{"type":"material"}`))
}

func TestCategoryInfo(t *testing.T) {
	t.Parallel()
	diff(t, "answer", `{"id":"`+innerFolder+`","name":"inner","type":"project","pid":"`+worksFolder+`"}`,
		answered(t, callOf(wtoneID), library(t), "User.Categories.Info", `{"id":"`+innerFolder+`"}`))
}

func TestCreateCategory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, request string
		want          Category
	}{
		{"as the newest client sends it", `{"type":"project","name":"Untitled_1a2b"}`, Category{Type: "project", Name: "Untitled_1a2b", PID: "0"}},
		{"as the oldest client sends it", `{"name":"728527253573935104","type":"user_material","pid":0}`,
			Category{Type: "user_material", Name: "728527253573935104", PID: "0"}},
		{"in another", `{"type":"project","name":7,"pid":"` + worksFolder + `"}`, Category{Type: "project", Name: "7", PID: worksFolder}},
		{"at the root", `{"type":"material","name":"media","pid":""}`, Category{Type: "material", Name: "media", PID: "0"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			before := st.Library.Categories.Count(wtoneID)
			diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Categories.Create", test.request))
			diff(t, "categories", before+1, st.Library.Categories.Count(wtoneID))
			for g := range st.Library.Categories.Of(wtoneID) { // the newest
				test.want.ID, test.want.Owner, test.want.CreatedAt, test.want.UpdatedAt = g.ID, wtoneID, now, now
				diff(t, "category", test.want, g)
				break
			}
		})
	}
}

func TestUpdateCategory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, wantName, wantPID string }{
		{"nothing", `{"id":"102"}`, "inner", worksFolder},
		{"the name", `{"id":"102","name":"new"}`, "new", worksFolder},
		{"to the root", `{"id":102,"pid":0}`, "inner", "0"},
		{"to another, and more that is not heeded", `{"id":"102","name":"new","pid":"5","type":"material","createdAt":"x"}`, "new", "5"},
		{"where it is", `{"id":"102","pid":"` + worksFolder + `"}`, "inner", worksFolder},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			want, _ := st.Library.Categories.Get(innerFolder)
			c := callOf(wtoneID)
			c.Now = now.Add(time.Minute)
			diff(t, "answer", `true`, answered(t, c, st, "User.Categories.Update", test.request))
			want.Name, want.PID, want.UpdatedAt = test.wantName, test.wantPID, c.Now
			got, _ := st.Library.Categories.Get(innerFolder)
			diff(t, "category", want, got)
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
		{"one", `{"id":"` + worksFolder + `"}`, []string{worksFolder}},
		{"one as a number", `{"id":101}`, []string{worksFolder}},
		{"many", `{"id":["` + worksFolder + `","` + mediaFolder + `","` + worksFolder + `"]}`, []string{worksFolder, mediaFolder}},
		{"an inner one with its outer one", `{"id":["` + innerFolder + `","` + worksFolder + `"]}`, []string{innerFolder, worksFolder}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			for _, w := range []Work{{ID: "1", Owner: wtoneID, CategoryID: worksFolder}, {ID: "2", Owner: wtoneID, CategoryID: "5"}} {
				if _, err := st.PutWork(newCall(), w); err != nil {
					t.Fatal(err)
				}
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
			diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Categories.Delete", test.request))
			for _, id := range []string{worksFolder, innerFolder, mediaFolder, otherFolder} {
				_, there := st.Library.Categories.Get(id)
				diff(t, "there is "+id, !gone[id], there)
			}
			in, _ := st.Library.Works.Get("1")
			diff(t, "a work", after(worksFolder), in.CategoryID)
			out, _ := st.Library.Works.Get("2")
			diff(t, "another work", "5", out.CategoryID)
			inner, there := st.Library.Categories.Get(innerFolder)
			if there {
				diff(t, "the inner category", after(worksFolder), inner.PID)
			}
			video, _ := st.Library.Materials.Get(film)
			diff(t, "a material", after(mediaFolder), video.CategoryID)
			song, _ := st.Library.Materials.Get(sound)
			diff(t, "another material", c4Folder, song.CategoryID)
		})
	}
}

// A state that was written by hand may have a circle in it. Nothing may hang on it.
func TestCircle(t *testing.T) {
	t.Parallel()
	var st State
	if err := json.Unmarshal([]byte(`{"library":{"categories":[{"id":"1","owner":"9","type":"project","name":"a","pid":"2"},
		{"id":"2","owner":"9","type":"project","name":"b","pid":"1"}]}}`), &st); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		id, other string
		want      bool
	}{{"1", "1", true}, {"1", "2", true}, {"1", "3", false}, {"1", "0", true}, {"3", "1", false}, {"", "0", true}, {"0", "0", true}, {"0", "1", false}} {
		if got := st.Library.Categories.isWithin(test.id, test.other); got != test.want {
			t.Errorf("isWithin(%q, %q) is %v", test.id, test.other, got)
		}
	}
	_, failure := run(t, callOf("9"), &st, "User.Categories.Update", `{"id":"1","name":"x"}`)
	if failure == nil || failure.Diagnosis.Code != "category.circle" {
		t.Errorf("got %v", fmt.Sprint(failure))
	}
}
