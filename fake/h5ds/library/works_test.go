package library_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
)

func TestCreateWork(t *testing.T) {
	t.Parallel()
	plain := library.Work{
		Owner: h5dstest.WtoneID, Name: "未命名", Width: 1920, Height: 1080, CategoryID: "0", Data: library.Project(`{}`),
		CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
	}
	with := func(change func(*library.Work)) library.Work {
		w := plain
		change(&w)
		return w
	}
	for _, test := range []struct {
		name, request string
		want          library.Work
	}{
		{"the documented example", `{"source_id":"","category_id":0,"name":"未命名","description":"未命名","duration":0,"width":1920,
			"height":1080,"thumb":"","data":{"title":"未命名","createTime":1758270091116,"resouces":[]}}`,
			with(func(w *library.Work) {
				w.Description, w.Data = "未命名", library.Project(`{"title":"未命名","createTime":1758270091116,"resouces":[]}`)
			})},
		{"only a project", `{"data":{}}`, plain},
		{"every field", `{"source_id":"728527253573935104","category_id":"5","name":"n","description":"d","duration":1.5,
			"width":720,"height":1280,"thumb":"/t.png","data":{ "a": [ 1 ] }}`,
			with(func(w *library.Work) {
				w.SourceID, w.CategoryID, w.Name, w.Description, w.Duration = "728527253573935104", "5", "n", "d", 1.5
				w.Width, w.Height, w.Thumb, w.Data = 720, 1280, "/t.png", library.Project(`{"a":[1]}`)
			})},
		{"as a form sends it", `{"source_id":"","category_id":"0","name":"n","duration":"1500","width":"720","height":"1280","data":"{ \"a\": 1 }"}`,
			with(func(w *library.Work) {
				w.Name, w.Duration, w.Width, w.Height, w.Data = "n", 1500, 720, 1280, library.Project(`{"a":1}`)
			})},
		{"numbers as texts", `{"source_id":728527253573935104,"category_id":837523312766513000,"name":7,"data":{}}`,
			with(func(w *library.Work) {
				w.SourceID, w.CategoryID, w.Name = "728527253573935104", "837523312766513000", "7"
			})},
		{"nulls are as good as nothing", `{"source_id":null,"category_id":null,"name":null,"duration":null,"width":null,"height":null,"data":{}}`, plain},
		{"sizes of zero", `{"width":0,"height":0,"duration":0,"data":{}}`, with(func(w *library.Work) { w.Width, w.Height = 0, 0 })},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			before := st.Library.Works.Count(h5dstest.WtoneID)
			answer, failure := h5dstest.New(t, st, h5dstest.WtoneID).Response("User.Apps.Create", test.request)
			if failure != nil {
				t.Fatal(failure.Diagnosis)
			}
			var got struct{ Data map[string]string }
			if err := json.Unmarshal([]byte(answer), &got); err != nil {
				t.Fatal(err)
			}
			id := got.Data["id"]
			if !regexp.MustCompile(`^[0-9]{18}$`).MatchString(id) {
				t.Errorf("id %q is not 18 digits", id)
			}
			h5dstest.Diff(t, "answer", `{"code":0,"message":"success","data":{"id":"`+id+
				`","url":"/video/u/871668385574199296/apps/`+id+`.json"}}`, answer)
			work, _ := st.Library.Works.Get(id)
			test.want.ID = id
			h5dstest.Diff(t, "work", test.want, work)
			h5dstest.Diff(t, "works", before+1, st.Library.Works.Count(h5dstest.WtoneID))
		})
	}
}

func TestCreatedIDs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		now  time.Time
		want string
	}{
		{"18 digits", time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), `^[0-9]{18}$`},
		{"19 digits", time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), `^[0-9]{19}$`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			c := h5dstest.Call(h5dstest.WtoneID)
			c.Now = test.now
			var first, second struct{ ID string }
			h5dstest.On(t, st, c).Read("User.Apps.Create", `{"data":{}}`, &first)
			h5dstest.On(t, st, c).Read("User.Apps.Create", `{"data":{}}`, &second)
			if !regexp.MustCompile(test.want).MatchString(first.ID) {
				t.Errorf("id %q does not match %s", first.ID, test.want)
			}
			if first.ID == second.ID {
				t.Errorf("two works have the id %s", first.ID)
			}
		})
	}
}

func TestWorkInfo(t *testing.T) {
	t.Parallel()
	const (
		head = `{"code":0,"message":"success","data":{"id":"837523312766513152",`
		path = `"/video/u/871668385574199296/apps/837523312766513152.json"}}`
		html = `"data":{"title":"\u003cmine\u003e"}}}` // encoding/json escapes it
	)
	for _, test := range []struct {
		name    string
		dialect dialect.Dialect
		want    string
	}{
		{"original", dialect.Original, head + `"url":` + path},
		{"current", dialect.Current, head + html},
		{"draft", dialect.Dialect{WorkLocation: dialect.WorkDraftURL}, head + `"draft_url":` + path},
	} {
		for form, request := range map[string]string{
			"text": `{"id":"837523312766513152"}`, "number": `{"id":837523312766513152}`,
		} {
			t.Run(test.name+" "+form, func(t *testing.T) {
				t.Parallel()
				c := h5dstest.Call(h5dstest.WtoneID)
				c.Dialect = test.dialect
				got, _ := h5dstest.On(t, h5dstest.Seeded(t), c).Response("User.Apps.Info", request)
				h5dstest.Diff(t, "answer", test.want, got)
			})
		}
	}
}
