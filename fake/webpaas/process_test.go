package webpaas

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
)

var taskIDForm = regexp.MustCompile(`^\{"TaskId":"\d+-procedurev2-[0-9a-f]{32}t0"\}$`)

// verifyFor verifies the signature "good" of a user.
func verifyFor(user string) func(string, string) (string, *diagnosis.Diagnosis) {
	return func(signature, action string) (string, *diagnosis.Diagnosis) {
		if signature == "good" && action == "Upload" {
			return user, nil
		}
		return "", &diagnosis.Diagnosis{Code: "cme.hmac", Sentence: "it does not verify"}
	}
}

func TestProcessMaterial(t *testing.T) {
	t.Parallel()
	optional, required := dialect.UploadSignOptional, dialect.UploadSignRequired
	badSign := func(why string) outcome { return outcome{Refusal: verifyFail, Why: why} }
	foreign := outcome{Refusal: permissionDeny, Why: "webpaas.material-foreign"}
	tests := []struct {
		name, user, request string
		sign                dialect.UploadSign
		want                outcome
		definition          int64 // of the task; none when zero
	}{
		{"no definition", "alice", `{"MaterialId":"v1"}`, optional, outcome{}, 20},
		{"20", "alice", `{"MaterialId":"v1","Definition":20}`, optional, outcome{}, 20},
		{"30", "alice", `{"MaterialId":"v1","Definition":30}`, optional, outcome{}, 30},
		{"0", "alice", `{"MaterialId":"v1","Definition":0}`, optional, outcome{Refusal: invalid("Definition"), Why: "webpaas.parameter"}, 0},
		{"25", "alice", `{"MaterialId":"v1","Definition":25}`, optional, outcome{Refusal: invalid("Definition"), Why: "webpaas.parameter"}, 0},
		{"image", "alice", `{"MaterialId":"v2"}`, optional, outcome{Refusal: notVideo, Why: "webpaas.not-video"}, 0},
		{"unknown", "alice", `{"MaterialId":"v9"}`, optional, outcome{Refusal: materialNotExist, Why: "webpaas.material-unknown"}, 0},
		{"stranger", "carol", `{"MaterialId":"v1"}`, optional, foreign, 0},
		{"granted to write", "dora", `{"MaterialId":"v1"}`, optional, outcome{}, 20},
		{"granted to read", "erin", `{"MaterialId":"v1"}`, optional, foreign, 0},
		{"good sign", "alice", `{"MaterialId":"v1","VerifySign":"good"}`, optional, outcome{}, 20},
		{"bad sign", "alice", `{"MaterialId":"v1","VerifySign":"xxxxxxxx"}`, optional, badSign("cme.hmac"), 0},
		{"empty sign", "alice", `{"MaterialId":"v1","VerifySign":""}`, optional, outcome{}, 20},
		{"sign of another user", "dora", `{"MaterialId":"v1","VerifySign":"good"}`, optional, badSign("webpaas.verify-sign-user"), 0},
		{"right before sign", "carol", `{"MaterialId":"v1","VerifySign":"xxxxxxxx"}`, required, foreign, 0},
		{"required and good", "alice", `{"MaterialId":"v1","VerifySign":"good"}`, required, outcome{}, 20},
		{"required and bad", "alice", `{"MaterialId":"v1","VerifySign":"xxxxxxxx"}`, required, badSign("cme.hmac"), 0},
		{"required and missing", "alice", `{"MaterialId":"v1"}`, required, badSign("webpaas.verify-sign-missing"), 0},
		{"required and empty", "alice", `{"MaterialId":"v1","VerifySign":""}`, required, badSign("webpaas.verify-sign-missing"), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := mediaWorld(t)
			w.dialect.UploadSign = tt.sign
			got := w.run(tt.user, "Material.ProcessMaterial", tt.request)
			checkOutcome(t, tt.want, outcome{Refusal: got.Refusal, Why: got.Why})
			want := map[int64]int{}
			if tt.definition != 0 {
				want[tt.definition] = 1
			}
			tasks := map[int64]int{}
			for _, task := range w.st.Tasks {
				tasks[task.Definition]++
			}
			if diff := cmp.Diff(want, tasks); diff != "" {
				t.Errorf("tasks by definition (-want +got):\n%s", diff)
			}
		})
	}
}

// The task is the documents' form, says what it works on, and runs by the plan of its type.
func TestProcessMakesATask(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{Plans: map[string]Plan{TaskProcess: {After: 10 * time.Second}}})
	data := w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":30}`)
	if !taskIDForm.MatchString(data) {
		t.Errorf("Data = %s, want %s", data, taskIDForm)
	}
	var answer processMaterialResponse
	if err := json.Unmarshal([]byte(data), &answer); err != nil {
		t.Fatal(err)
	}
	want := Task{
		ID: answer.TaskID, Type: TaskProcess, Owner: Person("alice"), User: "alice", MaterialID: "v1", Definition: 30,
		CreateTime: testTime, Plan: Plan{After: 10 * time.Second},
	}
	if diff := cmp.Diff(want, w.st.Tasks[answer.TaskID]); diff != "" {
		t.Errorf("task (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Recognition{MaterialID: "v1", TaskIDs: []string{answer.TaskID}}, w.st.Recognitions["v1"]); diff != "" {
		t.Errorf("recognition (-want +got):\n%s", diff)
	}
	second := w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1"}`)
	if second == data || len(w.st.Recognitions["v1"].TaskIDs) != 2 {
		t.Errorf("a second task: %s, recognition %v", second, w.st.Recognitions["v1"])
	}
}
