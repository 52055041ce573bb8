package task

import (
	"fmt"
	"strconv"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var transcriptionOps = []op.Op[Scope]{
	op.Write("Common.Filetrans.Huoshan", transcribe),
	op.Write("Common.Filetrans.HuoshanInfo", transcription), // a poll may count
}

// Transcription is the text of a file of speech.
type Transcription struct {
	// ID is what the API calls TaskId: decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id,omitempty"`
	// Owner is the platform id of a user. A test may give another name of the user, such as the userId.
	Owner string `json:"owner" yaml:"owner"`
	// URL is the storage path of the speech. The fake does not read it.
	URL string `json:"url,omitempty" yaml:"url,omitempty"`
	// Sentences are the result; made-up ones when it is empty.
	Sentences    []Sentence    `json:"sentences,omitempty" yaml:"sentences,omitempty"`
	Plan         settings.Plan `json:"plan,omitzero" yaml:"plan,omitempty"`
	settings.Run `yaml:",inline"`
}

func (t Transcription) RowKey() (id, owner string) { return t.ID, t.Owner }

// Sentence is a sentence with its times in milliseconds. The unit is assumed: clients round the times and show no unit.
type Sentence struct {
	Text      string `json:"text" yaml:"text"`
	StartTime int64  `json:"start_time" yaml:"start_time"`
	EndTime   int64  `json:"end_time" yaml:"end_time"`
}

// Status codes of a transcription, which are texts (vendor-client).
const (
	statusDone    = "20000000"
	statusRunning = "20000001"
	statusQueued  = "20000002"
	statusBusy    = "55000031" // of a failure without a code
)

var errURL = api.BadRequest("url")

type transcribeRequest struct {
	URL api.Text `json:"url"`
}

type transcribeResponse struct {
	TaskID string `json:"TaskId"`
}

func transcribe(c *op.Call, st *Scope, req transcribeRequest) (transcribeResponse, error) {
	if req.URL == "" {
		return transcribeResponse{}, errURL.Because("transcription.url", "upload the sound, and send its storage_path as url", "the url is missing or empty")
	}
	task := Transcription{
		ID: st.Transcriptions.NewID(c), Owner: c.User, URL: string(req.URL),
		Plan: st.Plans.Of(settings.TranscriptionJobs), Run: settings.Run{Started: c.Now},
	}
	st.Transcriptions.Put(task)
	return transcribeResponse{TaskID: task.ID}, nil
}

type transcriptionRequest struct {
	TaskID api.Text `json:"TaskId"`
}

type transcriptionResponse struct {
	StatusCode string     `json:"StatusCode"`
	Sentences  []Sentence `json:"Sentences"`
}

var errTaskID = api.BadRequest("TaskId")

// transcription is a poll. An unknown task, or another user's, is an error (assumed).
func transcription(c *op.Call, st *Scope, req transcriptionRequest) (transcriptionResponse, error) {
	if req.TaskID == "" {
		return transcriptionResponse{}, errTaskID.Because("transcription.no-id", "send the TaskId that Common.Filetrans.Huoshan returned", "the TaskId is missing or empty")
	}
	task, there := st.Transcriptions.Get(string(req.TaskID))
	if !there || task.Owner != c.User {
		return transcriptionResponse{}, api.ErrNotFound.Because("transcription.unknown", "send the TaskId that Common.Filetrans.Huoshan returned",
			"the user has no transcription %.40q", req.TaskID)
	}
	state, _ := task.Plan.Progress(task.Run, c.Now)
	if task.Plan.Poll(&task.Run, c.Now) {
		st.Transcriptions.Put(task)
	}
	response := transcriptionResponse{Sentences: []Sentence{}}
	switch state {
	case job.Waiting:
		response.StatusCode = statusQueued
	case job.Running:
		response.StatusCode = statusRunning
	case job.Failed:
		response.StatusCode = statusBusy
		if code := task.Plan.Fail.Code; code != 0 {
			response.StatusCode = strconv.FormatInt(code, 10)
		}
	default:
		response.StatusCode, response.Sentences = statusDone, task.sentences(c)
	}
	return response, nil
}

// sentences returns the sentences of the transcription, or three made-up ones, the same at every poll.
func (t Transcription) sentences(c *op.Call) []Sentence {
	if len(t.Sentences) > 0 {
		return t.Sentences
	}
	const each, pause = 1500, 300
	var made []Sentence
	for i := range int64(3) {
		words := c.Faker(fmt.Sprintf("sentence %d of transcription %s", i, t.ID)).Sentence(5)
		made = append(made, Sentence{Text: words, StartTime: i * each, EndTime: (i+1)*each - pause})
	}
	return made
}
