package task_test

import (
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/task"
)

// heard is what a client has of a transcription.
type heard struct {
	StatusCode string
	Sentences  []task.Sentence
}

func TestTranscription(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	var made struct{ TaskID string }
	const request = `{"audio":{"format":"mp3","codec":"pcm"},"url":"/video/uploads/20250912/1.mp3"}`
	h5dstest.New(t, st, h5dstest.WtoneID).Read("Common.Filetrans.Huoshan", request, &made)
	poll := func(after time.Duration) heard {
		c := h5dstest.Call(h5dstest.WtoneID)
		c.Now = h5dstest.Now.Add(after)
		var got heard
		h5dstest.On(t, st, c).Read("Common.Filetrans.HuoshanInfo", `{"TaskId":"`+made.TaskID+`"}`, &got)
		return got
	}
	for after, want := range map[time.Duration]string{0: "20000002", time.Second: "20000001", 5*time.Second - 1: "20000001"} {
		got := poll(after)
		h5dstest.Diff(t, "status code", want, got.StatusCode)
		h5dstest.Diff(t, "sentences", []task.Sentence{}, got.Sentences)
	}
	got := poll(5 * time.Second)
	h5dstest.Diff(t, "status code", "20000000", got.StatusCode)
	h5dstest.Diff(t, "once more", got, poll(time.Hour))
	if len(got.Sentences) == 0 {
		t.Fatal("there are no sentences")
	}
	end := int64(0)
	for _, s := range got.Sentences {
		if s.Text == "" || s.StartTime < end || s.EndTime <= s.StartTime {
			t.Errorf("after %d: %+v", end, s)
		}
		end = s.EndTime
	}
}

func TestTranscriptionPlans(t *testing.T) {
	t.Parallel()
	said := []task.Sentence{{Text: "你好", StartTime: 10, EndTime: 900}}
	for _, test := range []struct {
		name string
		plan settings.Plan
		want []string
	}{
		{"at once", settings.Plan{}, []string{"20000000"}},
		{"polls", settings.Plan{Polls: 3}, []string{"20000002", "20000001", "20000000", "20000000"}},
		{"failing with a code", settings.Plan{Fail: &settings.Failure{At: 10, Code: 45000151}}, []string{"45000151"}},
		{"failing without one", settings.Plan{Polls: 2, Fail: &settings.Failure{At: 60}}, []string{"20000002", "55000031", "55000031"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			task := h5dstest.Put(t, st, task.Transcription{Owner: "user_01", Plan: test.plan, Sentences: said})
			for _, code := range test.want {
				sentences := "[]"
				if code == "20000000" {
					sentences = `[{"text":"你好","start_time":10,"end_time":900}]`
				}
				h5dstest.Diff(t, "poll", `{"StatusCode":"`+code+`","Sentences":`+sentences+`}`,
					h5dstest.New(t, st, h5dstest.WtoneID).Data("Common.Filetrans.HuoshanInfo", `{"TaskId":"`+task.ID+`"}`))
			}
		})
	}
}
