package library_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

// liked is a library in which user_01 has collected three things, and user_02 one.
func liked(t *testing.T) *h5ds.State {
	t.Helper()
	st := h5dstest.Library(t)
	c := h5dstest.Call(h5dstest.WtoneID)
	for _, request := range []string{
		`{"source_id":"` + h5dstest.Forest + `","type":"video"}`, `{"type":"audio","source_id":` + h5dstest.Speaker + `}`,
		`{"source_id":"` + h5dstest.Rings + `","type":"template"}`,
	} {
		c.Now = c.Now.Add(time.Second)
		h5dstest.Diff(t, "answer", `true`, h5dstest.On(t, st, c).Data("User.Collects.Create", request))
	}
	h5dstest.New(t, st, h5dstest.OtherID).Data("User.Collects.Create", `{"source_id":"`+h5dstest.Forest+`","type":"video"}`)
	return st
}

func TestCollectPage(t *testing.T) {
	t.Parallel()
	st := liked(t)
	for _, test := range []struct{ name, user, request, want string }{
		{"all, the newest first", h5dstest.WtoneID, `{}`, "331 313 311 of 3"},
		{"a page", h5dstest.WtoneID, `{"page":"2","page_size":"2"}`, "311 of 3"},
		{"of a type", h5dstest.WtoneID, `{"type":"video","page":1,"page_size":20,"keyword":"","category_id":""}`, "311 of 1"},
		{"templates", h5dstest.WtoneID, `{"type":"template"}`, "331 of 1"},
		{"of a type item", h5dstest.WtoneID, `{"category_id":"` + h5dstest.Speech + `"}`, "313 of 1"},
		{"of a category of templates", h5dstest.WtoneID, `{"category_id":"` + h5dstest.Weddings + `"}`, "331 of 1"},
		{"of 0", h5dstest.WtoneID, `{"category_id":0}`, "331 313 311 of 3"},
		{"keyword", h5dstest.WtoneID, `{"keyword":"R"}`, "331 313 311 of 3"},
		{"keyword of one", h5dstest.WtoneID, `{"keyword":"RING"}`, "331 of 1"},
		{"of another", h5dstest.OtherID, `{}`, "311 of 1"},
		{"of nobody", h5dstest.AdminID, `{}`, " of 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, test.user).IDs("User.Collects.Page", test.request))
		})
	}
	// A row holds what the list of such things has.
	for operation, keyword := range map[string]string{"Materials.Page": "forest", "Templates.Page": "rings"} {
		var rows, likes struct{ Data []json.RawMessage }
		request := `{"keyword":"` + keyword + `"}`
		h5dstest.New(t, st, h5dstest.WtoneID).Read(operation, request, &rows)
		h5dstest.New(t, st, h5dstest.WtoneID).Read("User.Collects.Page", request, &likes)
		h5dstest.Diff(t, operation, `{"material":`+string(rows.Data[0])+`}`, string(likes.Data[0]))
		if !strings.Contains(string(rows.Data[0]), `"is_collected":true`) {
			t.Errorf("the row does not say that it is collected: %s", rows.Data[0])
		}
	}
}

func TestCollectTwice(t *testing.T) {
	t.Parallel()
	st := liked(t)
	h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Collects.Create", `{"source_id":"`+h5dstest.Forest+`","type":"video"}`)
	h5dstest.Diff(t, "ids", "331 313 311 of 3", h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.Collects.Page", `{}`))
}

func TestCancelCollects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"one", `{"source_id":["` + h5dstest.Forest + `"]}`, "331 313 of 2"},
		{"one with its type", `{"source_id":["` + h5dstest.Forest + `"],"type":"video"}`, "331 313 of 2"},
		{"one with another type", `{"source_id":["` + h5dstest.Forest + `"],"type":"audio"}`, "331 313 311 of 3"},
		{"many, and one that is not collected", `{"source_id":["` + h5dstest.Forest + `","` + h5dstest.Rings + `","` + h5dstest.River + `"],"type":""}`, "313 of 1"},
		{"a number", `{"source_id":[313]}`, "331 311 of 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := liked(t)
			h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Collects.Cancel", test.request))
			h5dstest.Diff(t, "ids", test.want, h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.Collects.Page", `{}`))
			h5dstest.Diff(t, "ids of another", "311 of 1", h5dstest.New(t, st, h5dstest.OtherID).IDs("User.Collects.Page", `{}`))
		})
	}
}

// What is gone is not listed, and does not break the list.
func TestCollectedThingGone(t *testing.T) {
	t.Parallel()
	st := liked(t)
	st.Library.Materials.Remove(h5dstest.Forest)
	st.Library.Templates.Remove(h5dstest.Rings)
	h5dstest.Diff(t, "ids", "313 of 1", h5dstest.New(t, st, h5dstest.WtoneID).IDs("User.Collects.Page", `{}`))
}
