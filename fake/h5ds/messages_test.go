package h5ds

import (
	"fmt"
	"testing"
	"time"
)

// inbox has three messages of a user, and one of another.
func inbox(t *testing.T) *visit {
	t.Helper()
	v := newVisit(t, seeded(t), wtoneID)
	for i, m := range []Message{
		{ID: "1", Owner: "user_01", Title: "first", Contents: "<p>1</p>", TypeID: MessageActivity, SendDate: now.Add(-time.Hour)},
		{ID: "2", Owner: wtoneID, Title: "second", Read: true},
		{ID: "3", Owner: wtoneID, Title: "third", TypeID: MessagePrivate},
		{ID: "4", Owner: "user_02", Title: "theirs"},
	} {
		if _, err := v.st.PutMessage(newCall(), m); err != nil {
			t.Fatal(i, err)
		}
	}
	return v
}

func TestMessages(t *testing.T) {
	t.Parallel()
	v := inbox(t)
	ids := func(v *visit, request string) string {
		var got shownPage
		v.ok("User.Messages.Page", request, &got)
		return fmt.Sprintf("%d of %d:%s", got.CurrentPage, got.Total, got.ids())
	}
	for _, test := range []struct{ name, request, want string }{
		{"no query", ``, "1 of 3: 3 2 1"},
		{"all, as the client asks", `{"page":"1","page_size":"20","type_id":""}`, "1 of 3: 3 2 1"},
		{"second page", `{"page":"2","page_size":"2"}`, "2 of 3: 1"},
		{"platform", `{"type_id":"32"}`, "1 of 1: 2"},
		{"activity", `{"type_id":33}`, "1 of 1: 1"},
		{"private", `{"type_id":"31"}`, "1 of 1: 3"},
		{"no such type", `{"type_id":"34"}`, "1 of 0:"},
	} {
		diff(t, test.name, test.want, ids(v, test.request))
	}
	diff(t, "another user", "1 of 1: 4", ids(v.as(otherID), ``))

	diff(t, "unread", `2`, v.says("User.Messages.Count", ``))
	diff(t, "one", `{"id":"1","status":1,"createdAt":"2025-09-12T08:21:31.116Z","message":{"title":"first","contents":"\u003cp\u003e1\u003c/p\u003e",`+
		`"send_date":"2025-09-12T07:21:31.116Z"}}`, v.says("User.Messages.Info", `{"id":"1"}`))
	diff(t, "unread after one", `1`, v.says("User.Messages.Count", ``))
	diff(t, "another's", "message.other-user", v.why("User.Messages.Info", `{"id":"4"}`))
	diff(t, "read all", `true`, v.says("User.Messages.ReadAll", ``))
	diff(t, "unread after all", `0`, v.says("User.Messages.Count", ``))
	diff(t, "unread of another", `1`, v.as(otherID).says("User.Messages.Count", ``))
	diff(t, "order after all", "1 of 3: 3 2 1", ids(v, ``))
}
