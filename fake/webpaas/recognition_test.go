package webpaas

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// found lists which kinds of results of v1 are there, by the word of their error.
func (w *world) found() []string {
	w.t.Helper()
	found := []string{}
	for _, operation := range []string{
		"Material.DescribeMaterialFrameTag", "Material.DescribeFaceInMaterial", "Material.DescribeMaterialSubtitle",
		"Material.DescribeTextInMaterial", "Material.DescribeObjectInMaterial",
	} {
		read := resultReads[operation]
		switch out := w.run("alice", operation, `{"MaterialId":"v1"`+read.rest+`}`); out.Refusal {
		case "":
			found = append(found, read.index)
		case noneOf(read.index):
		default:
			w.t.Errorf("%s: rejected with %s", operation, out.Refusal)
		}
	}
	return found
}

var (
	everything = []string{"frameTag", "face", "asr", "ocr", "object"}
	nothing    = []string{}
)

func TestWhatTasksFind(t *testing.T) {
	t.Parallel()
	const minute = time.Minute
	none := &Found[Face]{}
	tests := []struct {
		name  string
		tasks []Task
		given Recognition
		want  []string
	}{
		{"no task", nil, Recognition{}, nothing},
		{"all", []Task{{ID: "x"}}, Recognition{}, everything},
		{"subtitles", []Task{{ID: "x", Definition: 30}}, Recognition{}, []string{"asr"}},
		{"running", []Task{{ID: "x", Plan: Plan{After: minute}}}, Recognition{}, nothing},
		{"failed", []Task{{ID: "x", Plan: Plan{Fail: &Failure{At: 100}}}}, Recognition{}, nothing},
		{"subtitles after all that runs", []Task{{ID: "x", Plan: Plan{After: minute}}, {ID: "y", Definition: 30}}, Recognition{}, []string{"asr"}},
		{"an older one", []Task{{ID: "x"}, {ID: "y", Plan: Plan{After: minute}}}, Recognition{}, everything},
		{"given", nil, Recognition{Faces: none}, []string{"face"}},
		{"given and a task", []Task{{ID: "x", Definition: 30}}, Recognition{Faces: none}, []string{"face", "asr"}},
		{"given for a task", nil, Recognition{Faces: none, AfterTask: true}, nothing},
		{"given for another task", []Task{{ID: "x", Definition: 30}}, Recognition{Faces: none, AfterTask: true}, []string{"asr"}},
		{"given for a task that runs", []Task{{ID: "x", Plan: Plan{After: minute}}}, Recognition{Faces: none, AfterTask: true}, nothing},
		{"given for a task that ended", []Task{{ID: "x"}}, Recognition{Faces: none, AfterTask: true}, everything},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for i := range tt.tasks {
				tt.tasks[i].MaterialID = "v1"
			}
			tt.given.MaterialID = "v1"
			w := mediaWorld(t).load(Fixtures{Tasks: tt.tasks, Recognitions: []Recognition{tt.given}})
			if diff := cmp.Diff(tt.want, w.found()); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

// A task for another material finds nothing here, and results come and go with the clock alone.
func TestResultsFollowTheClock(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Materials: []Material{{ID: "other", Owner: Person("alice")}},
		Tasks:     []Task{{ID: "other", MaterialID: "other"}, {ID: "x", MaterialID: "v1", Plan: Plan{After: time.Minute}}},
	})
	for _, step := range []struct {
		at   time.Duration
		want []string
	}{{0, nothing}, {time.Minute - 1, nothing}, {time.Minute, everything}, {0, nothing}} {
		w.now = testTime.Add(step.at)
		if diff := cmp.Diff(step.want, w.found()); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", step.at, diff)
		}
	}
}

// The diagnosis says what is missing and what to do.
func TestWhyNothingIsRecognised(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Materials: []Material{{ID: "w", Owner: Person("alice")}},
		Tasks:     []Task{{ID: "half", MaterialID: "v1", CreateTime: testTime.Add(-time.Minute), Plan: Plan{After: 2 * time.Minute}}},
	})
	for _, tt := range []struct {
		name, material string
		kind           kind
		sentence, fix  string
	}{
		{"no task", "w", kindFace, "material w has no process task that finds its face index", "call Material.ProcessMaterial with Definition 20 and wait"},
		{"subtitles", "w", kindSubtitle, "material w has no process task that finds its asr index", "call Material.ProcessMaterial with Definition 20 or 30 and wait"},
		{"frame tags", "w", kindFrameTag, "material w has no process task that finds its frameTag index", "add one, or call Material.ProcessMaterial"},
		{"running", "v1", kindObject, "no task has found the object index of material v1: the newest, half, is PROCESSING at 50 percent", "call Material.ProcessMaterial"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := diagnosisOf(t, notRecognised(w.as("alice"), w.st, w.st.Materials[tt.material], tt.kind))
			if d.Sentence != tt.sentence || !strings.HasPrefix(d.Fix, tt.fix) {
				t.Errorf("got %q, %q", d.Sentence, d.Fix)
			}
		})
	}
}

// A new task gives made-up results new ids and a new Version, and leaves their content.
func TestNewTaskNewVersion(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "v1"}}})
	read := func() (describeSubtitlesResponse, string) {
		var answer describeSubtitlesResponse
		decode(t, w.must("alice", "Material.DescribeMaterialSubtitle", `{"MaterialId":"v1","StartTimeOffset":0,"EndTimeOffset":1e9}`), &answer)
		version := answer.SubtitleInfo.Version
		answer.SubtitleInfo.Version = ""
		return answer, version
	}
	first, version := read()
	if again, v := read(); v != version || !cmp.Equal(first, again) {
		t.Error("two reads differ")
	}
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":30}`)
	second, next := read()
	if next == version || len(version) != 24 || len(next) != 24 {
		t.Errorf("versions %s and %s", version, next)
	}
	for i := range first.SubtitleInfo.SubtitleSet {
		if first.SubtitleInfo.SubtitleSet[i].ItemID == second.SubtitleInfo.SubtitleSet[i].ItemID {
			t.Errorf("item %d kept its id", i)
		}
		first.SubtitleInfo.SubtitleSet[i].ItemID, second.SubtitleInfo.SubtitleSet[i].ItemID = "", ""
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("content (-first +second):\n%s", diff)
	}
}

// Changed frame tags last until a new recognition; manual ones stay. The old Version is then stale.
func TestNewRecognitionReplacesChangedTags(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		FrameTags: []FrameTags{{MaterialID: "v1", Items: []FrameTag{{ID: "m", Tags: []string{"mine"}}}}},
		Tasks:     []Task{{ID: "x", MaterialID: "v1"}},
	})
	read := func() (string, []tagLine) {
		version, lines, _ := tagsIn(t, w.must("alice", "Material.DescribeMaterialFrameTag", `{"MaterialId":"v1","StartTimeOffset":0,"EndTimeOffset":1e9}`))
		return version, lines
	}
	modify := func(version, item string) outcome {
		return w.run("alice", "Material.ModifyMaterialFrameTag", `{"MaterialId":"v1","ItemId":"`+item+`","Tags":["changed"],"Version":"`+version+`"}`)
	}
	version, made := read()
	checkOutcome(t, outcome{Body: success}, modify(version, made[1].ID))
	w.must("alice", "Material.AddMaterialFrameTag", `{"MaterialId":"v1",`+wholeRange+`,"Tags":["added"],"Version":"`+version+`"}`)
	kept, changed := read()
	if kept != version || len(changed) != len(made)+1 {
		t.Errorf("%d tags of %s, then %d of %s", len(made), version, len(changed), kept)
	}
	want := append([]tagLine{made[0], {"5fd977677a23b40001000001", []string{"added"}}, {made[1].ID, []string{"changed"}}}, made[2:]...)
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}

	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":30}`) // finds no frame tags
	if _, same := read(); !cmp.Equal(changed, same) {
		t.Error("a task for subtitles changed frame tags")
	}
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":20}`)
	next, fresh := read()
	if next == version || len(fresh) != len(made) || fresh[0].ID != "m" || !cmp.Equal(fresh[1].Tags, made[1].Tags) {
		t.Errorf("after a new recognition %s of %s: %v", next, version, fresh)
	}
	stale := outcome{Refusal: notCurrent, Why: "webpaas.version-stale"}
	checkOutcome(t, stale, modify(version, fresh[1].ID))
	checkOutcome(t, stale, modify(version, made[1].ID))
	checkOutcome(t, outcome{Refusal: notFound, Why: "webpaas.frame-tag-unknown"}, modify(next, made[1].ID))
	checkOutcome(t, outcome{Body: success}, modify(next, fresh[1].ID))

	w.must("alice", "Material.DeleteMaterialFrameTag", `{"MaterialId":"v1"}`)
	if diff := cmp.Diff([]string{"face", "asr", "ocr", "object"}, w.found()); diff != "" {
		t.Errorf("after deleting frame tags (-want +got):\n%s", diff)
	}
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1"}`)
	if diff := cmp.Diff(everything, w.found()); diff != "" {
		t.Errorf("after processing once more (-want +got):\n%s", diff)
	}
}

// What a task has found stays when the task is deleted; what it had not found by then never comes.
func TestResultsOutliveTheirTask(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		task Task
		want []string
	}{
		{"ended", Task{ID: "x", MaterialID: "v1"}, everything},
		{"running", Task{ID: "x", MaterialID: "v1", Plan: Plan{After: time.Minute}}, nothing},
		{"failed", Task{ID: "x", MaterialID: "v1", Plan: Plan{Fail: &Failure{}}}, nothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := mediaWorld(t).load(Fixtures{Tasks: []Task{tt.task}})
			before := w.found()
			w.must("alice", "Task.DeleteTask", `{"TaskId":"x"}`)
			if len(w.st.Tasks) != 0 {
				t.Error("the task is there")
			}
			after := w.found()
			if diff := cmp.Diff([][]string{tt.want, tt.want}, [][]string{before, after}); diff != "" {
				t.Errorf("found before and after (-want +got):\n%s", diff)
			}
			w.now = w.now.Add(time.Hour)
			if diff := cmp.Diff(tt.want, w.found()); diff != "" {
				t.Errorf("found later (-want +got):\n%s", diff)
			}
		})
	}
}

// The id of a deleted task may be taken by a task for another material. Each keeps its own results.
func TestTaskIDTakenAgain(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Materials: []Material{{ID: "w", Owner: Person("alice")}},
		Tasks:     []Task{{ID: "x", MaterialID: "v1"}, {ID: "y", MaterialID: "v1", Plan: Plan{Fail: &Failure{}}}},
	})
	removeTask(w.as("alice"), w.st, w.st.Tasks["x"])
	removeTask(w.as("alice"), w.st, w.st.Tasks["y"])
	w.load(Fixtures{Tasks: []Task{{ID: "x", MaterialID: "w", Plan: Plan{After: time.Minute}}, {ID: "y", MaterialID: "w"}}})
	if diff := cmp.Diff(everything, w.found()); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	if got, ok := recognisingTask(w.as("alice"), w.st, w.st.Materials["v1"], kindFace); !ok || got.ID != "x" || got.MaterialID != "v1" {
		t.Errorf("found by %+v", got)
	}
	if got, ok := recognisingTask(w.as("alice"), w.st, w.st.Materials["w"], kindFace); !ok || got.ID != "y" {
		t.Errorf("found in the other material by %+v", got)
	}
}

// Of a material that is gone, and of an export, nothing is kept.
func TestDeleteTaskKeepsNothing(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t).load(Fixtures{
		Projects: []Project{{ID: "p", Owner: Person("alice")}},
		Tasks: []Task{
			{ID: "x", MaterialID: "v1"}, {ID: "y", MaterialID: "v2", Plan: Plan{After: time.Minute}}, {ID: "export", ProjectID: "p", MaterialID: "v2"},
		},
	})
	process, export := w.st.Tasks["x"], w.st.Tasks["export"]
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"v1"}`)
	removeTask(w.as("alice"), w.st, process)
	removeTask(w.as("alice"), w.st, export)
	if diff := cmp.Diff(map[string]Recognition{"v2": {MaterialID: "v2", TaskIDs: []string{"y"}}}, w.st.Recognitions); diff != "" || len(w.st.Tasks) != 1 {
		t.Errorf("tasks %v, recognitions (-want +got):\n%s", w.st.Tasks, diff)
	}
}
