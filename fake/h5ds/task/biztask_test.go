package task_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/task"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/sample"
)

// bizRow is what a client has of a task.
type bizRow struct {
	ID        json.Number
	TaskID    string `json:"task_id"`
	TaskType  string `json:"task_type"`
	Status    int
	Params    json.RawMessage
	Result    *struct{ URL string }
	UpdatedAt string
	ErrorMsg  string `json:"error_msg"`
}

func bizRows(t *testing.T, c *op.Call, st *h5ds.State, operation, request string) []bizRow {
	t.Helper()
	text := h5dstest.On(t, st, c).Data(operation, request)
	var rows []bizRow
	if text[0] != '[' {
		text = "[" + text + "]"
	}
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestBizTask(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ kind, taskID, extension, contentType, content string }{
		{"huoshan_video", "1", ".mp4", "video/mp4", string(sample.Video())},
		{"huoshan_cv_video", "1", ".mp4", "video/mp4", string(sample.Video())},
		{"huoshan_image", "", ".png", "image/png", string(sample.Image())},
	} {
		t.Run(test.kind, func(t *testing.T) {
			t.Parallel()
			st, c := h5dstest.Seeded(t), h5dstest.Call(h5dstest.WtoneID)
			made := bizRows(t, c, st, "Common.BizTasks.Create", `{"task_type":"`+test.kind+`","params":{"model":"m", "seed":-1}}`)[0]
			h5dstest.Diff(t, "id, task_id, type and params", []string{"1", test.taskID, test.kind, `{"model":"m","seed":-1}`},
				[]string{made.ID.String(), made.TaskID, made.TaskType, string(made.Params)})
			for _, at := range []struct {
				after  time.Duration
				status int
			}{{0, 1}, {time.Second, 2}, {30*time.Second - 1, 2}, {30 * time.Second, 3}} {
				c.Now = h5dstest.Now.Add(at.after)
				before := h5dstest.JSON(t, st)
				for operation, request := range map[string]string{
					"Common.BizTasks.Info": `{"id":"1"}`, "Common.BizTasks.Status": `{"ids":[1]}`,
				} {
					row := bizRows(t, c, st, operation, request)[0]
					h5dstest.Diff(t, operation+": status", at.status, row.Status)
					if row.Result == nil || (row.Result.URL != "") != (at.status == 3) {
						t.Errorf("%s: result %v at status %d", operation, row.Result, row.Status)
						continue
					}
					content, contentType, ok := st.File(row.Result.URL, c.Now)
					if at.status == 3 && (!ok || contentType != test.contentType || string(content) != test.content || !strings.HasSuffix(row.Result.URL, test.extension)) {
						t.Errorf("%s: %s is %d bytes of %s", operation, row.Result.URL, len(content), contentType)
					}
				}
				h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
			}
		})
	}
}

func TestBizTaskPlans(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		plan settings.Plan
		want []int
		msg  string
	}{
		{"at once", settings.Plan{}, []int{3}, ""},
		{"polls", settings.Plan{Polls: 3}, []int{1, 2, 3, 3}, ""},
		{"failing", settings.Plan{Polls: 3, Fail: &settings.Failure{At: 80, Message: "违规"}}, []int{1, 2, 4, 4}, "违规"},
		{"manual", settings.Plan{Manual: true}, []int{1, 1}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			h5dstest.Put(t, st, task.BizTask{ID: "47", Owner: "user_01", Type: "huoshan_image", Plan: test.plan})
			var last bizRow
			for _, want := range test.want {
				// Looking at it is no poll.
				bizRows(t, h5dstest.Call(h5dstest.WtoneID), st, "Common.BizTasks.Info", `{"id":"47"}`)
				last = bizRows(t, h5dstest.Call(h5dstest.WtoneID), st, "Common.BizTasks.Status", `{"ids":["47"]}`)[0]
				h5dstest.Diff(t, "status", want, last.Status)
			}
			h5dstest.Diff(t, "error_msg", test.msg, last.ErrorMsg)
		})
	}
}

func TestBizTaskLists(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	for id, owner := range map[string]string{"1": "user_01", "3": "user_02"} {
		h5dstest.Put(t, st, task.BizTask{ID: id, Owner: owner, Type: "huoshan_image"})
	}
	c := h5dstest.Call(h5dstest.WtoneID)
	for _, want := range []string{"2", "4"} { // counts past what seeds have taken
		h5dstest.Diff(t, "id", want, bizRows(t, c, st, "Common.BizTasks.Create", `{"task_type":"huoshan_image","params":{}}`)[0].ID.String())
	}
	ids := func(request string) string {
		var p api.Page[struct{ ID json.Number }]
		h5dstest.On(t, st, c).Read("Common.BizTasks.Page", request, &p)
		return h5dstest.JSON(t, p)
	}
	h5dstest.Diff(t, "all", `{"data":[{"ID":4},{"ID":2},{"ID":1}],"total":3,"current_page":1,"page_size":20}`, ids(`{}`))
	h5dstest.Diff(t, "the newest alone", `{"data":[{"ID":4}],"total":3,"current_page":1,"page_size":1}`, ids(`{"page":"1","page_size":"1"}`))

	h5dstest.Diff(t, "delete one by a text", "true", h5dstest.On(t, st, c).Data("Common.BizTasks.Delete", `{"id":"4"}`))
	h5dstest.Diff(t, "delete one by a list", "true", h5dstest.On(t, st, c).Data("Common.BizTasks.Delete", `{"id":[1]}`))
	h5dstest.Diff(t, "left", `{"data":[{"ID":2}],"total":1,"current_page":1,"page_size":20}`, ids(`{}`))
	deleted := bizRows(t, c, st, "Common.BizTasks.Status", `{"ids":["1","2","3","9"]}`)
	h5dstest.Diff(t, "status of those deleted, left, another's and nobody's", []int{5, 1}, []int{deleted[0].Status, deleted[1].Status})
	h5dstest.Diff(t, "rows", 2, len(deleted))
	h5dstest.Put(t, st, task.BizTask{ID: "5", Owner: "user_01", Type: "huoshan_image", Plan: settings.Plan{Polls: 9}, Cancelled: true})
	before := h5dstest.JSON(t, st)
	h5dstest.Diff(t, "status of a deleted task that was running", 5, bizRows(t, c, st, "Common.BizTasks.Status", `{"ids":["5"]}`)[0].Status)
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
	task, _ := st.Task.BizTasks.Get("1")
	if _, _, ok := st.File(task.File, h5dstest.Now); ok {
		t.Error("the result of a deleted task is there")
	}
}
