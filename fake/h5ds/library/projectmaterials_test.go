package library_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

// materialsInWorks gives the material ids of the rows.
func materialsInWorks(t *testing.T, st *h5ds.State, user, request string) string {
	t.Helper()
	var rows []struct {
		ID         string
		MaterialID string `json:"material_id"`
		Detail     struct{ ID string }
	}
	h5dstest.New(t, st, user).Read("User.Project.Materials.Page", request, &rows)
	var got []string
	for _, row := range rows {
		h5dstest.Diff(t, "detail", row.MaterialID, row.Detail.ID)
		got = append(got, row.MaterialID)
	}
	return strings.Join(got, " ")
}

func TestProjectMaterials(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	h5dstest.Put(t, st, library.Work{ID: "1", Owner: h5dstest.WtoneID})
	h5dstest.Diff(t, "nothing", "", materialsInWorks(t, st, h5dstest.WtoneID, `{}`))
	batch := func(request string) {
		t.Helper()
		h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Project.Materials.Batch", request))
	}
	batch(`{"project_id":"1","ids":["` + h5dstest.Picture + `","` + h5dstest.Film + `","` + h5dstest.Picture + `"]}`)
	batch(`{"project_id":"1","ids":["` + h5dstest.Film + `"],"from":"user"}`) // is in it already
	batch(`{"project_id":` + h5dstest.WtoneWork + `,"ids":[` + h5dstest.Film + `]}`)

	for _, test := range []struct{ name, request, want string }{
		{"all, the newest first", `{}`, "112 112 111"},
		{"of a work", `{"project_id":"1","page":"1","page_size":"100","keyword":"","category_id":""}`, "112 111"},
		{"of another", `{"project_id":"` + h5dstest.WtoneWork + `"}`, "112"},
		{"a page", `{"page":2,"page_size":2}`, "111"},
		{"keyword", `{"keyword":"sun"}`, "111"},
		{"category", `{"category_id":"` + h5dstest.MediaFolder + `"}`, "112 112"},
	} {
		h5dstest.Diff(t, test.name, test.want, materialsInWorks(t, st, h5dstest.WtoneID, test.request))
	}
	h5dstest.Diff(t, "of another user", "", materialsInWorks(t, st, h5dstest.OtherID, `{}`))

	var rows []struct {
		ID     string
		Detail json.RawMessage
	}
	h5dstest.New(t, st, h5dstest.WtoneID).Read("User.Project.Materials.Page", `{"keyword":"sun"}`, &rows)
	h5dstest.Diff(t, "detail", listed(h5dstest.New(t, st, h5dstest.WtoneID), h5dstest.Picture), string(rows[0].Detail))

	drop := func(request string) {
		t.Helper()
		h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Project.Materials.Delete", request))
	}
	drop(`{"project_id":"1","ids":["` + h5dstest.Film + `"]}`)
	h5dstest.Diff(t, "out of one work", "112 111", materialsInWorks(t, st, h5dstest.WtoneID, `{}`))
	drop(`{"ids":["` + rows[0].ID + `","` + h5dstest.Film + `"]}`)
	h5dstest.Diff(t, "by the row, and out of every work", "", materialsInWorks(t, st, h5dstest.WtoneID, `{}`))
}

// A deleted material is in no work any more.
func TestProjectMaterialGone(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	c := h5dstest.Call(h5dstest.WtoneID)
	h5dstest.On(t, st, c).Data("User.Project.Materials.Batch", `{"project_id":"`+h5dstest.WtoneWork+`","ids":["`+h5dstest.Picture+`","`+h5dstest.Film+`"]}`)
	h5dstest.On(t, st, c).Data("User.Materials.Delete", `{"id":["`+h5dstest.Film+`"]}`)
	h5dstest.Diff(t, "left", h5dstest.Picture, materialsInWorks(t, st, h5dstest.WtoneID, `{}`))
}
