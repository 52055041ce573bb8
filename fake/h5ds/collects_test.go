package h5ds

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// liked is a library in which user_01 has collected three things, and user_02 one.
func liked(t *testing.T) *State {
	t.Helper()
	st := library(t)
	c := callOf(wtoneID)
	for _, request := range []string{
		`{"source_id":"` + forest + `","type":"video"}`, `{"type":"audio","source_id":` + speaker + `}`,
		`{"source_id":"` + rings + `","type":"template"}`,
	} {
		c.Now = c.Now.Add(time.Second)
		diff(t, "answer", `true`, answered(t, c, st, "User.Collects.Create", request))
	}
	answered(t, callOf(otherID), st, "User.Collects.Create", `{"source_id":"`+forest+`","type":"video"}`)
	return st
}

func TestCollectPage(t *testing.T) {
	t.Parallel()
	st := liked(t)
	for _, test := range []struct{ name, user, request, want string }{
		{"all, the newest first", wtoneID, `{}`, "331 313 311 of 3"},
		{"a page", wtoneID, `{"page":"2","page_size":"2"}`, "311 of 3"},
		{"of a type", wtoneID, `{"type":"video","page":1,"page_size":20,"keyword":"","category_id":""}`, "311 of 1"},
		{"templates", wtoneID, `{"type":"template"}`, "331 of 1"},
		{"of a type item", wtoneID, `{"category_id":"` + speech + `"}`, "313 of 1"},
		{"of a category of templates", wtoneID, `{"category_id":"` + weddings + `"}`, "331 of 1"},
		{"of 0", wtoneID, `{"category_id":0}`, "331 313 311 of 3"},
		{"keyword", wtoneID, `{"keyword":"R"}`, "331 313 311 of 3"},
		{"keyword of one", wtoneID, `{"keyword":"RING"}`, "331 of 1"},
		{"of another", otherID, `{}`, "311 of 1"},
		{"of nobody", admin, `{}`, " of 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff(t, "ids", test.want, listed(t, callOf(test.user), st, "User.Collects.Page", test.request))
		})
	}
	// A row holds what the list of such things has.
	for operation, keyword := range map[string]string{"Materials.Page": "forest", "Templates.Page": "rings"} {
		var rows, likes struct{ Data []json.RawMessage }
		request := `{"keyword":"` + keyword + `"}`
		if err := json.Unmarshal([]byte(answered(t, callOf(wtoneID), st, operation, request)), &rows); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(answered(t, callOf(wtoneID), st, "User.Collects.Page", request)), &likes); err != nil {
			t.Fatal(err)
		}
		diff(t, operation, `{"material":`+string(rows.Data[0])+`}`, string(likes.Data[0]))
		if !strings.Contains(string(rows.Data[0]), `"is_collected":true`) {
			t.Errorf("the row does not say that it is collected: %s", rows.Data[0])
		}
	}
}

func TestCollectTwice(t *testing.T) {
	t.Parallel()
	st := liked(t)
	answered(t, callOf(wtoneID), st, "User.Collects.Create", `{"source_id":"`+forest+`","type":"video"}`)
	diff(t, "ids", "331 313 311 of 3", listed(t, callOf(wtoneID), st, "User.Collects.Page", `{}`))
}

func TestCancelCollects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, request, want string }{
		{"one", `{"source_id":["` + forest + `"]}`, "331 313 of 2"},
		{"one with its type", `{"source_id":["` + forest + `"],"type":"video"}`, "331 313 of 2"},
		{"one with another type", `{"source_id":["` + forest + `"],"type":"audio"}`, "331 313 311 of 3"},
		{"many, and one that is not collected", `{"source_id":["` + forest + `","` + rings + `","` + river + `"],"type":""}`, "313 of 1"},
		{"a number", `{"source_id":[313]}`, "331 311 of 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := liked(t)
			diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "User.Collects.Cancel", test.request))
			diff(t, "ids", test.want, listed(t, callOf(wtoneID), st, "User.Collects.Page", `{}`))
			diff(t, "ids of another", "311 of 1", listed(t, callOf(otherID), st, "User.Collects.Page", `{}`))
		})
	}
}

// What is gone is not listed, and does not break the list.
func TestCollectedThingGone(t *testing.T) {
	t.Parallel()
	st := liked(t)
	st.Library.Materials.Remove(forest)
	st.Library.Templates.Remove(rings)
	diff(t, "ids", "313 of 1", listed(t, callOf(wtoneID), st, "User.Collects.Page", `{}`))
}
