package library_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/task"
)

// polledStatus gives the status of one material, and -9 when the response leaves it out.
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

// listedStatus is the status that the list has.
func listedStatus(t *testing.T, st *h5ds.State, at time.Time, keyword string) int {
	t.Helper()
	c := h5dstest.Call(h5dstest.WtoneID)
	c.Now = at
	var p struct {
		Data []struct {
			Status int `json:"convert_status"`
		}
	}
	h5dstest.On(t, st, c).Read("User.Materials.Page", `{"keyword":"`+keyword+`"}`, &p)
	return p.Data[0].Status
}

func newMaterial(t *testing.T, st *h5ds.State, request string) string {
	t.Helper()
	var row struct{ ID string }
	h5dstest.New(t, st, h5dstest.WtoneID).Read("User.Materials.Create", request, &row)
	return row.ID
}

func TestConversion(t *testing.T) {
	t.Parallel()
	const video = `{"name":"new","urls":{"url":"/x.mp4"}}`
	for _, test := range []struct {
		name    string
		plan    *settings.Plan
		request string
		want    []int // after 0, 1, 4.999 and 5 seconds
	}{
		{"usual", nil, video, []int{0, 1, 1, 2}},
		{"at once", &settings.Plan{}, video, []int{2, 2, 2, 2}},
		{"failing", &settings.Plan{After: 2 * time.Second, Fail: &settings.Failure{At: 50}}, video, []int{0, 3, 3, 3}},
		{"not wanted", nil, `{"name":"new","urls":{"url":"/x.mp4"},"convert_status":-1}`, []int{-1, -1, -1, -1}},
		{"not needed", nil, `{"name":"new","urls":{"url":"/x.png"}}`, []int{-1, -1, -1, -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			if test.plan != nil {
				h5dstest.Load(t, st, h5ds.Fixtures{Plans: map[string]settings.Plan{settings.MaterialJobs: *test.plan}})
			}
			id := newMaterial(t, st, test.request)
			for i, after := range []time.Duration{0, time.Second, 5*time.Second - 1, 5 * time.Second} {
				h5dstest.Diff(t, fmt.Sprintf("polled after %s", after), test.want[i], polledStatus(t, st, h5dstest.WtoneID, id, h5dstest.Now.Add(after)))
				h5dstest.Diff(t, fmt.Sprintf("listed after %s", after), test.want[i], listedStatus(t, st, h5dstest.Now.Add(after), "new"))
			}
			h5dstest.Diff(t, "polled by another", -9, polledStatus(t, st, h5dstest.OtherID, id, h5dstest.Now))
		})
	}
}

// A plan may count polls: a list is none.
func TestConversionByPolls(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	h5dstest.Load(t, st, h5ds.Fixtures{Plans: map[string]settings.Plan{settings.MaterialJobs: {Polls: 3}}})
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	for _, want := range []int{0, 1, 2, 2} {
		for range 2 {
			h5dstest.Diff(t, "listed", want, listedStatus(t, st, h5dstest.Now, "new"))
		}
		h5dstest.Diff(t, "polled", want, polledStatus(t, st, h5dstest.WtoneID, id, h5dstest.Now))
	}
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

// A client may still say that a video needs no conversion; and a deleted one has none.
func TestConversionEnds(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Update", `{"id":"`+id+`","name":"new"}`)
	h5dstest.Diff(t, "jobs after a new name", 1, st.Library.MaterialJobs.Count(h5dstest.WtoneID))
	h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Update", `{"id":"`+id+`","convert_status":-1}`)
	h5dstest.Diff(t, "status", -1, polledStatus(t, st, h5dstest.WtoneID, id, h5dstest.Now))
	h5dstest.Diff(t, "jobs", 0, st.Library.MaterialJobs.Count(h5dstest.WtoneID))
	second := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Delete", `{"id":["`+second+`"]}`)
	h5dstest.Diff(t, "jobs after a deletion", 0, st.Library.MaterialJobs.Count(h5dstest.WtoneID))
	h5dstest.Diff(t, "status after a deletion", -9, polledStatus(t, st, h5dstest.WtoneID, second, h5dstest.Now))
}

func TestMaterialStatus(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	got := h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Status", `{"ids":["`+h5dstest.Film+`","1","`+h5dstest.OtherPicture+`","`+h5dstest.Forest+`",`+h5dstest.Picture+`]}`)
	h5dstest.Diff(t, "own ones only", `[{"source_id":"112","status":2,"material":{"urls":{"url":"/f.mp4","thumb":""}}},`+
		`{"source_id":"111","status":-1,"material":{"urls":{"url":"/video/uploads/20250912/1.png","thumb":"/t.png"}}}]`, got)
	for _, request := range []string{`{"ids":[]}`, `{}`} {
		h5dstest.Diff(t, "none", `[]`, h5dstest.New(t, st, h5dstest.WtoneID).Data("User.Materials.Status", request))
	}
}

func TestReverse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, source, id string }{
		{"of one's own", "user_material", h5dstest.Film}, {"of the system", "material", h5dstest.Forest},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Library(t)
			h5dstest.Diff(t, "answer", `true`, h5dstest.New(t, st, h5dstest.WtoneID).Data("Common.MaterialJobs.Reverse", `{"source":"`+test.source+`","source_id":"`+test.id+`"}`))
			for after, want := range map[time.Duration]int{0: 0, time.Second: 1, 5 * time.Second: 2} {
				h5dstest.Diff(t, fmt.Sprintf("polled after %s", after), want, polledStatus(t, st, h5dstest.WtoneID, test.id, h5dstest.Now.Add(after)))
			}
			h5dstest.Diff(t, "polled by another", -9, polledStatus(t, st, h5dstest.OtherID, test.id, h5dstest.Now))
			c := h5dstest.Call(h5dstest.WtoneID)
			c.Now = h5dstest.Now.Add(time.Minute)
			h5dstest.On(t, st, c).Data("Common.MaterialJobs.Reverse", `{"source":"`+test.source+`","source_id":"`+test.id+`"}`)
			h5dstest.Diff(t, "polled after a second time", 0, polledStatus(t, st, h5dstest.WtoneID, test.id, c.Now))
			h5dstest.Diff(t, "jobs", 1, st.Library.MaterialJobs.Count(h5dstest.WtoneID))
		})
	}
}

// One user's reversal of a material of the system is nothing to others, nor to its own status.
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
