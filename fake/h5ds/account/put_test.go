package account_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

func TestPutUser(t *testing.T) {
	t.Parallel()
	st := &h5ds.State{}
	c := h5dstest.Call("")
	made := h5dstest.Put(t, st, account.User{UserID: "u", NickName: "n"})
	if !regexp.MustCompile(`^[0-9]{18}$`).MatchString(made.ID) {
		t.Errorf("id %q is not 18 digits", made.ID)
	}
	h5dstest.Diff(t, "defaults", account.User{ID: made.ID, UserID: "u", NickName: "n", CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}, made)
	stored, _ := st.Account.Users.Get(made.ID)
	h5dstest.Diff(t, "stored", made, stored)

	long := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	again := h5dstest.Put(t, st, account.User{UserID: "u", CreatedAt: long})
	h5dstest.Diff(t, "replaced", account.User{ID: made.ID, UserID: "u", CreatedAt: long, UpdatedAt: long}, again)
	h5dstest.Diff(t, "users", 1, st.Account.Users.Len())

	before := h5dstest.JSON(t, st)
	if _, err := h5ds.Put(st, c, account.User{ID: "1", UserID: "u"}); err == nil {
		t.Error("the user changed the id")
	}
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

// A user with a bound name replaces the user with that name, who keeps the id.
func TestPutOwnUser(t *testing.T) {
	t.Parallel()
	st := h5dstest.WithAlice(t)
	c := h5dstest.Call("")
	again := h5dstest.Put(t, st, account.User{Email: h5dstest.AliceEmail, Username: "alice2", Credits: 5})
	h5dstest.Diff(t, "replaced", account.User{ID: h5dstest.AliceID, Username: "alice2", Email: h5dstest.AliceEmail, Credits: 5, CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}, again)
	for name, want := range map[string]bool{"alice2": true, h5dstest.AliceEmail: true, "alice": false, h5dstest.AliceMobile: false} {
		if _, there := st.Account.Who(name); there != want {
			t.Errorf("who is %q: %t, want %t", name, there, want)
		}
	}
	bound, err := h5ds.Put(st, c, account.User{Username: "bob", Mobile: "15800000000"})
	if err != nil || bound.ID == h5dstest.AliceID {
		t.Fatal(bound, err)
	}
	before := h5dstest.JSON(t, st)
	for want, u := range map[string]account.User{
		`put user "alice2": the mobile is bound to user ` + bound.ID + ` already`: {Username: "alice2", Mobile: "15800000000"},
	} {
		_, err := h5ds.Put(st, c, u)
		h5dstest.Diff(t, "error", want, fmt.Sprint(err))
	}
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))

	// A number that a user of the third party has bound cannot be put for another user.
	v := h5dstest.New(t, st, h5dstest.WtoneID)
	code := v.Code("Account.Sms.BindMobile", "mobile", "15800000001")
	v.Data("Account.BindMobile", `{"mobile":"15800000001","code":"`+code+`"}`)
	_, err = h5ds.Put(st, c, account.User{Mobile: "15800000001"})
	h5dstest.Diff(t, "error", `put user "15800000001": the mobile is bound to user "user_01" of the third party`, fmt.Sprint(err))
}

func TestPutMessage(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	made := h5dstest.Put(t, st, account.Message{Owner: "user_01"})
	h5dstest.Diff(t, "defaults", account.Message{
		ID: made.ID, Owner: h5dstest.WtoneID, TypeID: account.MessagePlatform, SendDate: h5dstest.Now, CreatedAt: h5dstest.Now,
	}, made)
	if made.ID == "" {
		t.Error("the message has no id")
	}
	made.Owner = "user_02"
	_, err := h5ds.Put(st, h5dstest.Call(""), made)
	h5dstest.Diff(t, "another's id", `put message "`+made.ID+`" of "user_02": the id is in use already, by `+h5dstest.WtoneID, fmt.Sprint(err))
}
