package h5ds

import (
	"fmt"
	"testing"
	"time"
)

func TestCredits(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), wtoneID)
	for _, k := range []Credit{
		{ID: "11", Owner: "user_01", Credits: 10},
		{ID: "12", Owner: "user_01", Credits: 20, Balance: ptr(5.0), SourceType: "daily", ExpireAt: now.Add(time.Hour)},
		{ID: "13", Owner: "user_01", Credits: 30, Balance: ptr(0.0), SourceType: "vip"},
		{ID: "14", Owner: "user_01", Credits: 40, SourceType: "purchase", SourceRefID: "9001", ExpireAt: now},
		{ID: "15", Owner: "user_01", Credits: 50, Invalid: true},
		{ID: "16", Owner: "user_02", Credits: 60},
	} {
		if _, err := v.st.PutCredit(newCall(), k); err != nil {
			t.Fatal(err)
		}
	}
	list := func(v *visit, request string) string {
		var got shownPage
		v.ok("User.Credits.Page", request, &got)
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
		diff(t, test.name, test.want, list(v, test.request))
	}
	diff(t, "another user", "16:1:60 ", list(v.as(otherID), ``))
	user, _ := v.st.Account.Users.Get(wtoneID)
	diff(t, "balance", 12.5+10+5, v.st.Order.balance(user, now))
	diff(t, "balance later", 12.5+10, v.st.Order.balance(user, now.Add(time.Hour)))
	diff(t, "balance before", 12.5, v.st.Order.balance(user, now.Add(-1)))
}

func TestCreditLogs(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), wtoneID)
	for _, l := range []CreditLog{
		{ID: "21", Owner: "user_01", Type: "reward", Credits: 10, Balance: 10},
		{ID: "22", Owner: "user_01", Type: "consume", SourceType: "daily", Credits: -3, Balance: 7, TaskType: "tts", Scene: "tts"},
		{ID: "23", Owner: "user_01", Type: "purchase", Credits: 5, Balance: 12, Details: map[string]string{"order_id": "777"}},
		{ID: "24", Owner: "user_02", Type: "reward", Credits: 1, Balance: 1},
	} {
		if _, err := v.st.PutCreditLog(newCall(), l); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ name, request, want string }{
		{"all", ``, " 23 22 21"},
		{"as the client asks", `{"page":"1","page_size":"10","total":"0","keyword":"","type":""}`, " 23 22 21"},
		{"type", `{"type":"consume"}`, " 22"},
		{"source type", `{"type":"daily"}`, " 22"},
		{"keyword, id", `{"keyword":"21"}`, " 21"},
		{"keyword, order", `{"keyword":"77"}`, " 23"},
		{"second page", `{"page":2,"page_size":2}`, " 21"},
	} {
		var got shownPage
		v.ok("User.CreditLogs.Page", test.request, &got)
		diff(t, test.name, test.want, got.ids())
	}
	diff(t, "row", `{"data":[{"id":"24","type":"reward","source_type":"","credits":1,"balance":1,"task_type":"","scene":"","details":{},`+
		`"createdAt":"2025-09-12T08:21:31.116Z"}],"total":1,"current_page":1,"page_size":20}`, v.as(otherID).says("User.CreditLogs.Page", ``))
}
