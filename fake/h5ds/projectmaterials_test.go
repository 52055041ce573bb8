package h5ds

import (
	"encoding/json"
	"strings"
	"testing"
)

// materialsInWorks gives the material ids of the rows.
func materialsInWorks(t *testing.T, st *State, user, request string) string {
	t.Helper()
	var rows []struct {
		ID         string
		MaterialID string `json:"material_id"`
		Detail     struct{ ID string }
	}
	if err := json.Unmarshal([]byte(answered(t, callOf(user), st, "User.Project.Materials.Page", request)), &rows); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		diff(t, "detail", row.MaterialID, row.Detail.ID)
		got = append(got, row.MaterialID)
	}
	return strings.Join(got, " ")
}

func TestProjectMaterials(t *testing.T) {
	t.Parallel()
	st := library(t)
	if _, err := st.PutWork(newCall(), Work{ID: "1", Owner: wtoneID}); err != nil {
		t.Fatal(err)
	}
	diff(t, "nothing", "", materialsInWorks(t, st, wtoneID, `{}`))
	batch := func(request string) {
		t.Helper()
		diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Project.Materials.Batch", request))
	}
	batch(`{"project_id":"1","ids":["` + picture + `","` + film + `","` + picture + `"]}`)
	batch(`{"project_id":"1","ids":["` + film + `"],"from":"user"}`) // is in it already
	batch(`{"project_id":` + wtoneWork + `,"ids":[` + film + `]}`)

	for _, test := range []struct{ name, request, want string }{
		{"all, the newest first", `{}`, "112 112 111"},
		{"of a work", `{"project_id":"1","page":"1","page_size":"100","keyword":"","category_id":""}`, "112 111"},
		{"of another", `{"project_id":"` + wtoneWork + `"}`, "112"},
		{"a page", `{"page":2,"page_size":2}`, "111"},
		{"keyword", `{"keyword":"sun"}`, "111"},
		{"category", `{"category_id":"` + mediaFolder + `"}`, "112 112"},
	} {
		diff(t, test.name, test.want, materialsInWorks(t, st, wtoneID, test.request))
	}
	diff(t, "of another user", "", materialsInWorks(t, st, otherID, `{}`))

	var rows []struct {
		ID     string
		Detail json.RawMessage
	}
	if err := json.Unmarshal([]byte(answered(t, callOf(wtoneID), st, "User.Project.Materials.Page", `{"keyword":"sun"}`)), &rows); err != nil {
		t.Fatal(err)
	}
	m, _ := st.Library.Materials.Get(picture)
	diff(t, "detail", encoded(t, st.Library.materialRow(callOf(wtoneID), m)), string(rows[0].Detail))

	drop := func(request string) {
		t.Helper()
		diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Project.Materials.Delete", request))
	}
	drop(`{"project_id":"1","ids":["` + film + `"]}`)
	diff(t, "out of one work", "112 111", materialsInWorks(t, st, wtoneID, `{}`))
	drop(`{"ids":["` + rows[0].ID + `","` + film + `"]}`)
	diff(t, "by the row, and out of every work", "", materialsInWorks(t, st, wtoneID, `{}`))
}

// A deleted material is in no work any more.
func TestProjectMaterialGone(t *testing.T) {
	t.Parallel()
	st := library(t)
	c := callOf(wtoneID)
	answered(t, c, st, "User.Project.Materials.Batch", `{"project_id":"`+wtoneWork+`","ids":["`+picture+`","`+film+`"]}`)
	answered(t, c, st, "User.Materials.Delete", `{"id":["`+film+`"]}`)
	diff(t, "left", picture, materialsInWorks(t, st, wtoneID, `{}`))
}
