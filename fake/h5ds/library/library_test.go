package library_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/task"
	"github.com/fakecme/fakecme/fake/internal/golden"
	"go.yaml.in/yaml/v3"
)

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
				h5dstest.Diff(t, "response", test.want, got)
			})
		}
	}
}

// A state that was written by hand may have a material without attributes. Its row has an empty object, because clients
// read its fields.
func TestMaterialWithoutAttrs(t *testing.T) {
	t.Parallel()
	var st h5ds.State
	if err := json.Unmarshal([]byte(`{"library":{"materials":[{"id":"1","owner":"9","name":"n"}]}}`), &st); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "page", `{"data":[{"id":"1","name":"n","type":"","size":0,"urls":{"url":"","thumb":"","filename":""},"attrs":{},`+
		`"convert_status":-1,"createdAt":null,"updatedAt":null}],"total":1,"current_page":1,"page_size":20}`,
		h5dstest.New(t, &st, "9").Data("User.Materials.Page", `{}`))
}

// A state that was written by hand may have a circle, which must not hang a call.
func TestCircle(t *testing.T) {
	t.Parallel()
	var st h5ds.State
	if err := json.Unmarshal([]byte(`{"library":{"categories":[{"id":"1","owner":"9","type":"project","name":"a","pid":"2"},
		{"id":"2","owner":"9","type":"project","name":"b","pid":"1"}]}}`), &st); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "update", "category.circle", h5dstest.New(t, &st, "9").Why("User.Categories.Update", `{"id":"1","name":"x"}`))
}

// A collected thing that is deleted is not in the list.
func TestCollectedThingGone(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Library(t), h5dstest.WtoneID)
	for id, kind := range map[string]string{h5dstest.Forest: "video", h5dstest.Speaker: "audio", h5dstest.Rings: "template"} {
		v.Data("User.Collects.Create", `{"source_id":"`+id+`","type":"`+kind+`"}`)
	}
	v.State.Library.Materials.Remove(h5dstest.Forest)
	v.State.Library.Templates.Remove(h5dstest.Rings)
	h5dstest.Diff(t, "ids", "313 of 1", v.IDs("User.Collects.Page", `{}`))
}

// The url of a template is the path of its project.
func TestTemplateFile(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	for _, at := range []string{"/video/templates/331.json", "//video//templates/331.json"} {
		content, contentType, there := st.File(at, h5dstest.Now)
		if !there {
			t.Fatalf("there is no %s", at)
		}
		h5dstest.Diff(t, "content", `{"title":"rings"}`, string(content))
		h5dstest.Diff(t, "content type", "application/json", contentType[:len("application/json")])
	}
	for _, at := range []string{"/video/templates/331", "/video/templates/1.json", "/video/331.json", "/templates/331.json"} {
		if _, _, there := st.File(at, h5dstest.Now); there {
			t.Errorf("there is a file at %s", at)
		}
	}
}

// polledStatus returns the status of one material, and -9 if the response leaves it out.
func polledStatus(t *testing.T, st *h5ds.State, user, id string, at time.Time) int {
	t.Helper()
	c := h5dstest.Call(user)
	c.Now = at
	var rows []struct {
		SourceID string `json:"source_id"`
		Status   int
	}
	h5dstest.On(t, st, c).Read("User.Materials.Status", `{"ids":["`+id+`"]}`, &rows)
	if len(rows) == 0 {
		return -9
	}
	h5dstest.Diff(t, "source_id", id, rows[0].SourceID)
	return rows[0].Status
}

func newMaterial(t *testing.T, st *h5ds.State, request string) string {
	t.Helper()
	var row struct{ ID string }
	h5dstest.New(t, st, h5dstest.WtoneID).Read("User.Materials.Create", request, &row)
	return row.ID
}

func TestConversionByHand(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	h5dstest.Load(t, st, h5ds.Fixtures{Plans: map[string]settings.Plan{settings.MaterialJobs: {Manual: true}}})
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	h5dstest.Diff(t, "begun", 0, polledStatus(t, st, h5dstest.WtoneID, id, h5dstest.Now.Add(time.Hour)))
	for percent, want := range map[int]int{50: 1, 100: 2, 0: 0} {
		h5dstest.Put(t, st, task.Progress{Kind: settings.MaterialJobs, Job: id, Percent: percent})
		h5dstest.Diff(t, fmt.Sprintf("%d percent", percent), want, polledStatus(t, st, h5dstest.WtoneID, id, h5dstest.Now))
	}
	_, err := h5ds.Put(st, h5dstest.Call(""), task.Progress{Kind: settings.MaterialJobs, Job: h5dstest.Film})
	h5dstest.Diff(t, "error", `put progress: there is no job "112" of the kind "materialJobs"`, fmt.Sprint(err))
}

// The reversal of a material of the system by one user changes neither the status for others nor that of the material.
func TestReverseOfSystem(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	h5dstest.Load(t, st, h5ds.Fixtures{Plans: map[string]settings.Plan{settings.MaterialJobs: {Manual: true}}})
	for _, user := range []string{h5dstest.WtoneID, h5dstest.OtherID} {
		h5dstest.New(t, st, user).Data("Common.MaterialJobs.Reverse", `{"source":"material","source_id":"`+h5dstest.Forest+`"}`)
	}
	h5dstest.Diff(t, "converted ones", h5dstest.Forest+" of 1", h5dstest.New(t, st, h5dstest.WtoneID).IDs("Materials.Page", `{"type":"video","convert_status":2}`))
	h5dstest.Put(t, st, task.Progress{Kind: settings.MaterialJobs, Job: h5dstest.Forest, Percent: 100})
	for _, user := range []string{h5dstest.WtoneID, h5dstest.OtherID} {
		h5dstest.Diff(t, "polled by "+user, 2, polledStatus(t, st, user, h5dstest.Forest, h5dstest.Now))
	}
}

func TestProject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, json, want, wantErr string }{
		{"object", `{ "a" : 1.50 , "id" : 871668385574199296 }`, `{"a":1.50,"id":871668385574199296}`, ""},
		{"object in a text", `"{ \"a\": 1 }"`, `{"a":1}`, ""},
		{"null", `null`, `{"before":0}`, ""},
		{"empty text", `""`, "", "read project: there is no project"},
		{"text null", `"null"`, "", "read project: there is no project"},
		{"list", `[]`, "", "read project: a project is a JSON object; this begins with '['"},
		{"text in a text", `"\"{}\""`, "", `read project: a project is a JSON object; this begins with '"'`},
		{"two objects in a text", `"{}{}"`, "", "read project: a project is a JSON object: invalid character '{' after top-level value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := library.Project(`{"before":0}`)
			err := json.Unmarshal([]byte(test.json), &got)
			if test.wantErr != "" {
				if err == nil {
					t.Fatalf("got %s", got)
				}
				h5dstest.Diff(t, "error", test.wantErr, err.Error())
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "project", test.want, string(got))
		})
	}
}

func TestProjectYAMLErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, yaml, want string }{
		{"number", `7`, "line 1: read project: a project is a JSON object; this begins with '7'"},
		{"no number", "\n\n{a: .nan}", "line 3: json: unsupported value: NaN"},
		{"two keys that are one", "a: 1\na: 2", "yaml: unmarshal errors:\n  line 2: mapping key \"a\" already defined at line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var p library.Project
			err := yaml.Unmarshal([]byte(test.yaml), &p)
			if err == nil {
				t.Fatalf("got %s", p)
			}
			h5dstest.Diff(t, "error", test.want, err.Error())
		})
	}
}

func TestRejected(t *testing.T) {
	t.Parallel()
	h5dstest.AllRejected(t)
}

func TestBadFixtures(t *testing.T) {
	t.Parallel()
	h5dstest.BadFixtures(t)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, text := range h5dstest.Scripts(t) {
		golden.Compare(t, name, text)
	}
}
