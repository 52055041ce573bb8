package h5ds

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// polledStatus gives the status of one material, and -9 when the response leaves it out.
func polledStatus(t *testing.T, st *State, user, id string, at time.Time) int {
	t.Helper()
	c := callOf(user)
	c.Now = at
	var rows []struct {
		SourceID string `json:"source_id"`
		Status   int
	}
	if err := json.Unmarshal([]byte(answered(t, c, st, "User.Materials.Status", `{"ids":["`+id+`"]}`)), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		return -9
	}
	diff(t, "source_id", id, rows[0].SourceID)
	return rows[0].Status
}

// listedStatus is the status that the list has.
func listedStatus(t *testing.T, st *State, at time.Time, keyword string) int {
	t.Helper()
	c := callOf(wtoneID)
	c.Now = at
	var p struct {
		Data []struct {
			Status int `json:"convert_status"`
		}
	}
	if err := json.Unmarshal([]byte(answered(t, c, st, "User.Materials.Page", `{"keyword":"`+keyword+`"}`)), &p); err != nil {
		t.Fatal(err)
	}
	return p.Data[0].Status
}

func newMaterial(t *testing.T, st *State, request string) string {
	t.Helper()
	var row struct{ ID string }
	if err := json.Unmarshal([]byte(answered(t, callOf(wtoneID), st, "User.Materials.Create", request)), &row); err != nil {
		t.Fatal(err)
	}
	return row.ID
}

func TestConversion(t *testing.T) {
	t.Parallel()
	const video = `{"name":"new","urls":{"url":"/x.mp4"}}`
	for _, test := range []struct {
		name    string
		plan    *Plan
		request string
		want    []int // after 0, 1, 4.999 and 5 seconds
	}{
		{"usual", nil, video, []int{0, 1, 1, 2}},
		{"at once", &Plan{}, video, []int{2, 2, 2, 2}},
		{"failing", &Plan{After: 2 * time.Second, Fail: &Failure{At: 50}}, video, []int{0, 3, 3, 3}},
		{"not wanted", nil, `{"name":"new","urls":{"url":"/x.mp4"},"convert_status":-1}`, []int{-1, -1, -1, -1}},
		{"not needed", nil, `{"name":"new","urls":{"url":"/x.png"}}`, []int{-1, -1, -1, -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			if test.plan != nil {
				if err := st.Load(newCall(), Fixtures{Plans: map[string]Plan{MaterialJobs: *test.plan}}); err != nil {
					t.Fatal(err)
				}
			}
			id := newMaterial(t, st, test.request)
			for i, after := range []time.Duration{0, time.Second, 5*time.Second - 1, 5 * time.Second} {
				diff(t, fmt.Sprintf("polled after %s", after), test.want[i], polledStatus(t, st, wtoneID, id, now.Add(after)))
				diff(t, fmt.Sprintf("listed after %s", after), test.want[i], listedStatus(t, st, now.Add(after), "new"))
			}
			diff(t, "polled by another", -9, polledStatus(t, st, otherID, id, now))
		})
	}
}

// A plan may count polls: a list is none.
func TestConversionByPolls(t *testing.T) {
	t.Parallel()
	st := library(t)
	if err := st.Load(newCall(), Fixtures{Plans: map[string]Plan{MaterialJobs: {Polls: 3}}}); err != nil {
		t.Fatal(err)
	}
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	for _, want := range []int{0, 1, 2, 2} {
		for range 2 {
			diff(t, "listed", want, listedStatus(t, st, now, "new"))
		}
		diff(t, "polled", want, polledStatus(t, st, wtoneID, id, now))
	}
}

func TestConversionByHand(t *testing.T) {
	t.Parallel()
	st := library(t)
	if err := st.Load(newCall(), Fixtures{Plans: map[string]Plan{MaterialJobs: {Manual: true}}}); err != nil {
		t.Fatal(err)
	}
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	diff(t, "begun", 0, polledStatus(t, st, wtoneID, id, now.Add(time.Hour)))
	for percent, want := range map[int]int{50: 1, 100: 2, 0: 0} {
		if _, err := st.PutProgress(newCall(), Progress{Kind: MaterialJobs, Job: id, Percent: percent}); err != nil {
			t.Fatal(err)
		}
		diff(t, fmt.Sprintf("%d percent", percent), want, polledStatus(t, st, wtoneID, id, now))
	}
	_, err := st.PutProgress(newCall(), Progress{Kind: MaterialJobs, Job: film})
	diff(t, "error", `put progress: there is no job "112" of the kind "materialJobs"`, fmt.Sprint(err))
}

// A client may still say that a video needs no conversion; and a deleted one has none.
func TestConversionEnds(t *testing.T) {
	t.Parallel()
	st := library(t)
	id := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	answered(t, callOf(wtoneID), st, "User.Materials.Update", `{"id":"`+id+`","name":"new"}`)
	diff(t, "jobs after a new name", 1, st.Library.MaterialJobs.Count(wtoneID))
	answered(t, callOf(wtoneID), st, "User.Materials.Update", `{"id":"`+id+`","convert_status":-1}`)
	diff(t, "status", -1, polledStatus(t, st, wtoneID, id, now))
	diff(t, "jobs", 0, st.Library.MaterialJobs.Count(wtoneID))
	second := newMaterial(t, st, `{"name":"new","urls":{"url":"/x.mp4"}}`)
	answered(t, callOf(wtoneID), st, "User.Materials.Delete", `{"id":["`+second+`"]}`)
	diff(t, "jobs after a deletion", 0, st.Library.MaterialJobs.Count(wtoneID))
	diff(t, "status after a deletion", -9, polledStatus(t, st, wtoneID, second, now))
}

func TestMaterialStatus(t *testing.T) {
	t.Parallel()
	st := library(t)
	got := answered(t, callOf(wtoneID), st, "User.Materials.Status",
		`{"ids":["`+film+`","1","`+otherPicture+`","`+forest+`",`+picture+`]}`)
	diff(t, "own ones only", `[{"source_id":"112","status":2,"material":{"urls":{"url":"/f.mp4","thumb":""}}},`+
		`{"source_id":"111","status":-1,"material":{"urls":{"url":"/video/uploads/20250912/1.png","thumb":"/t.png"}}}]`, got)
	for _, request := range []string{`{"ids":[]}`, `{}`} {
		diff(t, "none", `[]`, answered(t, callOf(wtoneID), st, "User.Materials.Status", request))
	}
}

func TestReverse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, source, id string }{
		{"of one's own", "user_material", film}, {"of the system", "material", forest},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := library(t)
			diff(t, "answer", `true`, answered(t, callOf(wtoneID), st, "Common.MaterialJobs.Reverse",
				`{"source":"`+test.source+`","source_id":"`+test.id+`"}`))
			for after, want := range map[time.Duration]int{0: 0, time.Second: 1, 5 * time.Second: 2} {
				diff(t, fmt.Sprintf("polled after %s", after), want, polledStatus(t, st, wtoneID, test.id, now.Add(after)))
			}
			diff(t, "polled by another", -9, polledStatus(t, st, otherID, test.id, now))
			c := callOf(wtoneID)
			c.Now = now.Add(time.Minute)
			answered(t, c, st, "Common.MaterialJobs.Reverse", `{"source":"`+test.source+`","source_id":"`+test.id+`"}`)
			diff(t, "polled after a second time", 0, polledStatus(t, st, wtoneID, test.id, c.Now))
			diff(t, "jobs", 1, st.Library.MaterialJobs.Count(wtoneID))
		})
	}
}

// One user's reversal of a material of the system is nothing to others, nor to its own status.
func TestReverseOfSystem(t *testing.T) {
	t.Parallel()
	st := library(t)
	if err := st.Load(newCall(), Fixtures{Plans: map[string]Plan{MaterialJobs: {Manual: true}}}); err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{wtoneID, otherID} {
		answered(t, callOf(user), st, "Common.MaterialJobs.Reverse", `{"source":"material","source_id":"`+forest+`"}`)
	}
	diff(t, "converted ones", forest+" of 1", listed(t, callOf(wtoneID), st, "Materials.Page", `{"type":"video","convert_status":2}`))
	if _, err := st.PutProgress(newCall(), Progress{Kind: MaterialJobs, Job: forest, Percent: 100}); err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{wtoneID, otherID} {
		diff(t, "polled by "+user, 2, polledStatus(t, st, user, forest, now))
	}
}
