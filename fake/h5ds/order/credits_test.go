package order_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/order"
)

func TestCredits(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID)
	for _, k := range []order.Credit{
		{ID: "11", Owner: "user_01", Credits: 10},
		{ID: "12", Owner: "user_01", Credits: 20, Balance: h5dstest.Ptr(5.0), SourceType: "daily", ExpireAt: h5dstest.Now.Add(time.Hour)},
		{ID: "13", Owner: "user_01", Credits: 30, Balance: h5dstest.Ptr(0.0), SourceType: "vip"},
		{ID: "14", Owner: "user_01", Credits: 40, SourceType: "purchase", SourceRefID: "9001", ExpireAt: h5dstest.Now},
		{ID: "15", Owner: "user_01", Credits: 50, Invalid: true},
		{ID: "16", Owner: "user_02", Credits: 60},
	} {
		h5dstest.Put(t, v.State, k)
	}
	list := func(v *h5dstest.Visit, request string) string {
		var got struct {
			Data []struct {
				ID      string
				Status  int
				Balance float64
			}
		}
		v.Read("User.Credits.Page", request, &got)
		line := ""
		for _, row := range got.Data {
			line += fmt.Sprintf("%s:%d:%v ", row.ID, row.Status, row.Balance)
		}
		return line
	}
	for _, test := range []struct{ name, request, want string }{
		{"all", ``, "15:0:50 14:3:40 13:2:0 12:1:5 11:1:10 "},
		{"as the client asks", `{"page":"1","page_size":"10","total":"0","keyword":"","status":"","source_type":""}`, "15:0:50 14:3:40 13:2:0 12:1:5 11:1:10 "},
		{"invalid", `{"status":"0"}`, "15:0:50 "},
		{"usable", `{"status":1}`, "12:1:5 11:1:10 "},
		{"used up", `{"status":"2"}`, "13:2:0 "},
		{"expired", `{"status":"3"}`, "14:3:40 "},
		{"source", `{"source_type":"daily"}`, "12:1:5 "},
		{"keyword, id", `{"keyword":"15"}`, "15:0:50 "},
		{"keyword, source", `{"keyword":"900"}`, "14:3:40 "},
		{"second page", `{"page":2,"page_size":3}`, "12:1:5 11:1:10 "},
		{"nothing", `{"keyword":"x"}`, ""},
	} {
		h5dstest.Diff(t, test.name, test.want, list(v, test.request))
	}
	h5dstest.Diff(t, "another user", "16:1:60 ", list(v.As(h5dstest.OtherID), ``))
	user, _ := v.State.Account.Users.Get(h5dstest.WtoneID)
	h5dstest.Diff(t, "balance", 12.5+10+5, v.State.Order.Balance(user, h5dstest.Now))
	h5dstest.Diff(t, "balance later", 12.5+10, v.State.Order.Balance(user, h5dstest.Now.Add(time.Hour)))
	h5dstest.Diff(t, "balance before", 12.5, v.State.Order.Balance(user, h5dstest.Now.Add(-1)))
}

func TestCreditLogs(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID)
	for _, l := range []order.CreditLog{
		{ID: "21", Owner: "user_01", Type: "reward", Credits: 10, Balance: 10},
		{ID: "22", Owner: "user_01", Type: "consume", SourceType: "daily", Credits: -3, Balance: 7, TaskType: "tts", Scene: "tts"},
		{ID: "23", Owner: "user_01", Type: "purchase", Credits: 5, Balance: 12, Details: map[string]string{"order_id": "777"}},
		{ID: "24", Owner: "user_02", Type: "reward", Credits: 1, Balance: 1},
	} {
		h5dstest.Put(t, v.State, l)
	}
	for _, test := range []struct{ name, request, want string }{
		{"all", ``, "23 22 21 of 3"},
		{"as the client asks", `{"page":"1","page_size":"10","total":"0","keyword":"","type":""}`, "23 22 21 of 3"},
		{"type", `{"type":"consume"}`, "22 of 1"},
		{"source type", `{"type":"daily"}`, "22 of 1"},
		{"keyword, id", `{"keyword":"21"}`, "21 of 1"},
		{"keyword, order", `{"keyword":"77"}`, "23 of 1"},
		{"second page", `{"page":2,"page_size":2}`, "21 of 3"},
	} {
		h5dstest.Diff(t, test.name, test.want, v.IDs("User.CreditLogs.Page", test.request))
	}
	h5dstest.Diff(t, "row", `{"data":[{"id":"24","type":"reward","source_type":"","credits":1,"balance":1,"task_type":"","scene":"","details":{},`+
		`"createdAt":"2025-09-12T08:21:31.116Z"}],"total":1,"current_page":1,"page_size":20}`, v.As(h5dstest.OtherID).Data("User.CreditLogs.Page", ``))
}
