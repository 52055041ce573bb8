package account_test

import (
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

// inbox has three messages of a user, and one of another.
func inbox(t *testing.T) *h5dstest.Visit {
	t.Helper()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID)
	for i, m := range []account.Message{
		{ID: "1", Owner: "user_01", Title: "first", Contents: "<p>1</p>", TypeID: account.MessageActivity, SendDate: h5dstest.Now.Add(-time.Hour)},
		{ID: "2", Owner: h5dstest.WtoneID, Title: "second", Read: true},
		{ID: "3", Owner: h5dstest.WtoneID, Title: "third", TypeID: account.MessagePrivate},
		{ID: "4", Owner: "user_02", Title: "theirs"},
	} {
		if _, err := h5ds.Put(v.State, h5dstest.Call(""), m); err != nil {
			t.Fatal(i, err)
		}
	}
	return v
}

func TestMessages(t *testing.T) {
	t.Parallel()
	v := inbox(t)
	ids := func(v *h5dstest.Visit, request string) string {
		return v.IDs("User.Messages.Page", request)
	}
	for _, test := range []struct{ name, request, want string }{
		{"no query", ``, "3 2 1 of 3"},
		{"all, as the client asks", `{"page":"1","page_size":"20","type_id":""}`, "3 2 1 of 3"},
		{"second page", `{"page":"2","page_size":"2"}`, "1 of 3"},
		{"platform", `{"type_id":"32"}`, "2 of 1"},
		{"activity", `{"type_id":33}`, "1 of 1"},
		{"private", `{"type_id":"31"}`, "3 of 1"},
		{"no such type", `{"type_id":"34"}`, " of 0"},
	} {
		h5dstest.Diff(t, test.name, test.want, ids(v, test.request))
	}
	h5dstest.Diff(t, "another user", "4 of 1", ids(v.As(h5dstest.OtherID), ``))

	h5dstest.Diff(t, "unread", `2`, v.Data("User.Messages.Count", ``))
	h5dstest.Diff(t, "one", `{"id":"1","status":1,"createdAt":"2025-09-12T08:21:31.116Z","message":{"title":"first","contents":"\u003cp\u003e1\u003c/p\u003e",`+
		`"send_date":"2025-09-12T07:21:31.116Z"}}`, v.Data("User.Messages.Info", `{"id":"1"}`))
	h5dstest.Diff(t, "unread after one", `1`, v.Data("User.Messages.Count", ``))
	h5dstest.Diff(t, "another's", "message.other-user", v.Why("User.Messages.Info", `{"id":"4"}`))
	h5dstest.Diff(t, "read all", `true`, v.Data("User.Messages.ReadAll", ``))
	h5dstest.Diff(t, "unread after all", `0`, v.Data("User.Messages.Count", ``))
	h5dstest.Diff(t, "unread of another", `1`, v.As(h5dstest.OtherID).Data("User.Messages.Count", ``))
	h5dstest.Diff(t, "order after all", "3 2 1 of 3", ids(v, ``))
}
