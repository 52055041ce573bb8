package h5ds

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTranscription(t *testing.T) {
	t.Parallel()
	st := seeded(t)
	var made transcribeResponse
	const request = `{"audio":{"format":"mp3","codec":"pcm"},"url":"/video/uploads/20250912/1.mp3"}`
	if err := json.Unmarshal([]byte(answered(t, callOf(wtoneID), st, "Common.Filetrans.Huoshan", request)), &made); err != nil {
		t.Fatal(err)
	}
	poll := func(after time.Duration) transcriptionResponse {
		c := callOf(wtoneID)
		c.Now = later(after)
		var got transcriptionResponse
		if err := json.Unmarshal([]byte(answered(t, c, st, "Common.Filetrans.HuoshanInfo", `{"TaskId":"`+made.TaskID+`"}`)), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for after, want := range map[time.Duration]string{0: "20000002", time.Second: "20000001", 5*time.Second - 1: "20000001"} {
		got := poll(after)
		diff(t, "status code", want, got.StatusCode)
		diff(t, "sentences", []Sentence{}, got.Sentences)
	}
	got := poll(5 * time.Second)
	diff(t, "status code", "20000000", got.StatusCode)
	diff(t, "once more", got, poll(time.Hour))
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
	said := []Sentence{{Text: "你好", StartTime: 10, EndTime: 900}}
	for _, test := range []struct {
		name string
		plan Plan
		want []string
	}{
		{"at once", Plan{}, []string{"20000000"}},
		{"polls", Plan{Polls: 3}, []string{"20000002", "20000001", "20000000", "20000000"}},
		{"failing with a code", Plan{Fail: &Failure{At: 10, Code: 45000151}}, []string{"45000151"}},
		{"failing without one", Plan{Polls: 2, Fail: &Failure{At: 60}}, []string{"20000002", "55000031", "55000031"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := seeded(t)
			task, err := st.PutTranscription(newCall(), Transcription{Owner: "user_01", Plan: test.plan, Sentences: said})
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range test.want {
				sentences := "[]"
				if code == "20000000" {
					sentences = `[{"text":"你好","start_time":10,"end_time":900}]`
				}
				diff(t, "poll", `{"StatusCode":"`+code+`","Sentences":`+sentences+`}`,
					answered(t, callOf(wtoneID), st, "Common.Filetrans.HuoshanInfo", `{"TaskId":"`+task.ID+`"}`))
			}
		})
	}
}
