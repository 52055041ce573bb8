package account_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/internal/golden"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestRejected(t *testing.T) {
	t.Parallel()
	h5dstest.AllRejected(t)
}

func TestBadFixtures(t *testing.T) {
	t.Parallel()
	h5dstest.BadFixtures(t)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, text := range h5dstest.Scripts(t) {
		golden.Compare(t, name, text)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	updated := func(change func(*account.User)) account.User {
		u := h5dstest.Wtone()
		u.UpdatedAt = h5dstest.Now
		change(&u)
		return u
	}
	created := account.User{UserID: "new", CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}
	for _, test := range []struct {
		name, request string
		want          account.User // without an id when it is a new one
	}{
		{"the documented example", `{"userId":"user_01","nick_name":"wtone","mobile":"15888888889","email":"71999911@qq.com","avatar":"","gender":0}`,
			updated(func(u *account.User) { u.Avatar = "" })},
		{"fields that are left out do not change", `{"userId":"user_01"}`, updated(func(*account.User) {})},
		{"null fields do not change", `{"userId":"user_01","nick_name":null,"gender":null}`, updated(func(*account.User) {})},
		{"empty fields become empty", `{"userId":"user_01","nick_name":"","mobile":"","email":"","avatar":""}`,
			updated(func(u *account.User) { u.NickName, u.Mobile, u.Email, u.Avatar = "", "", "", "" })},
		{"every field is updated", `{"userId":"user_01","nick_name":"n","mobile":"1","email":"no e-mail","avatar":"no url","gender":2}`,
			updated(func(u *account.User) {
				u.NickName, u.Mobile, u.Email, u.Avatar, u.Gender = "n", "1", "no e-mail", "no url", h5dstest.Ptr(2)
			})},
		{"numbers as texts, texts as numbers", `{"userId":"user_01","mobile":15888888888,"gender":"1"}`,
			updated(func(u *account.User) { u.Mobile, u.Gender = "15888888888", h5dstest.Ptr(1) })},
		{"a new user", `{"userId":"new"}`, created},
		{"a new user with details", `{"userId":"new","nick_name":"n","gender":1}`,
			account.User{UserID: "new", NickName: "n", Gender: h5dstest.Ptr(1), CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}},
		{"a number that no float64 holds", `{"userId":38192156030633420589}`,
			account.User{UserID: "38192156030633420589", CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}},
		{"blanks belong to the userId", `{"userId":" user_01"}`, account.User{UserID: " user_01", CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			got, failure := h5dstest.New(t, st, "").Response("Third.Login", test.request)
			if failure != nil {
				t.Fatal(failure.Diagnosis)
			}
			user, there := st.Account.Users.ThirdParty(test.want.UserID)
			if !there {
				t.Fatalf("there is no user %q", test.want.UserID)
			}
			if test.want.ID == "" {
				if !regexp.MustCompile(`^[0-9]{18}$`).MatchString(user.ID) {
					t.Errorf("id %q is not 18 digits", user.ID)
				}
				test.want.ID = user.ID
			}
			h5dstest.Diff(t, "user", test.want, user)
			h5dstest.Diff(t, "response", `{"code":0,"message":"success","data":{"user_id":"`+user.ID+`","token":"Bearer `+user.ID+
				` until 1758270092000","expires_at":1758270091116}}`, got)
		})
	}
}

func TestOneUserIDIsOneUser(t *testing.T) {
	t.Parallel()
	st := &h5ds.State{}
	c := h5dstest.Call("")
	ids := map[string]bool{}
	for _, request := range []string{`{"userId":7}`, `{"userId":"7","nick_name":"n"}`, `{"userId":"7"}`} {
		ids[h5dstest.On(t, st, c).Token("Third.Login", request)] = true
	}
	h5dstest.Diff(t, "ids", 1, len(ids))
	h5dstest.Diff(t, "users", 1, st.Account.Users.Len())
	user, _ := st.Account.Users.ThirdParty("7")
	h5dstest.Diff(t, "nick name", "n", user.NickName)
	h5dstest.Diff(t, "sessions", 3, st.Account.Sessions.Count(user.ID))

	h5dstest.On(t, st, c).Response("Third.Login", `{"userId":"07"}`)
	h5dstest.Diff(t, "users after another userId", 2, st.Account.Users.Len())
}

func TestLoginClaims(t *testing.T) {
	t.Parallel()
	second := h5dstest.Now.Truncate(time.Second)
	for _, test := range []struct {
		name                string
		now                 time.Time
		wantExpire, wantEnd time.Time // of the token, of the session
	}{
		{"whole seconds", second, second.Add(h5dstest.TokenLife), second.Add(h5dstest.TokenLife)},
		{"the token lasts until the session ends", second.Add(116 * time.Millisecond),
			second.Add(h5dstest.TokenLife + time.Second), second.Add(h5dstest.TokenLife + 116*time.Millisecond)},
		{"the session ends when its response says, in milliseconds", second.Add(116999 * time.Microsecond),
			second.Add(h5dstest.TokenLife + time.Second), second.Add(h5dstest.TokenLife + 116*time.Millisecond)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			c := h5dstest.Call("")
			c.Now = test.now
			var claims op.TokenClaims
			c.Token = func(got op.TokenClaims) (string, error) { claims = got; return "Bearer x", nil }
			h5dstest.On(t, st, c).Response("Third.Login", `{"userId":"user_01"}`)
			session, there := st.Account.Sessions.Get(claims.Serial)
			if !there || claims.Serial == h5dstest.WtoneSession {
				t.Fatalf("the token names no new session: %+v", claims)
			}
			h5dstest.Diff(t, "claims", op.TokenClaims{
				UserID: h5dstest.WtoneID, Serial: claims.Serial, Issued: test.now, Expire: test.wantExpire,
			}, claims)
			h5dstest.Diff(t, "session", account.Session{Serial: claims.Serial, User: h5dstest.WtoneID, Issued: test.now, Expires: test.wantEnd}, session)
			if fault := st.Account.Authenticate(claims, c.Now); fault != nil {
				t.Errorf("the new token is not good: %s", fault)
			}
		})
	}
}

func TestLoginWithoutToken(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	before := h5dstest.JSON(t, st)
	c := h5dstest.Call("")
	broken := errors.New("no key")
	c.Token = func(op.TokenClaims) (string, error) { return "", broken }
	_, err := h5dstest.On(t, st, c).Run("Third.Login", `{"userId":"new"}`)
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if failure, ok := op.AsFailure(err); ok {
		t.Errorf("a bug in the fake became an error: %v", failure)
	}
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

// The time since the end of a session is in whole seconds, and in days from two days on.
func TestSessionEndedSince(t *testing.T) {
	t.Parallel()
	good, open, left := op.TokenClaims{UserID: h5dstest.WtoneID, Serial: h5dstest.WtoneSession}, h5dstest.Seeded(t), h5dstest.Seeded(t)
	h5dstest.New(t, left, h5dstest.WtoneID).Data("Account.Logout", ``)
	for since, want := range map[time.Duration]string{
		1500 * time.Millisecond: "1s", 48*time.Hour - 1: "47h59m59s", 72 * time.Hour: "3 days",
	} {
		expired := open.Account.Authenticate(good, h5dstest.Now.Add(h5dstest.TokenLife+since))
		if expired == nil {
			t.Fatalf("after %s: the session is still good", since)
		}
		h5dstest.Diff(t, "expired", "the session of the token expired "+want+" ago", expired.Sentence)
		loggedOut := left.Account.Authenticate(good, h5dstest.Now.Add(since))
		if loggedOut == nil {
			t.Fatalf("after %s: the session was not logged out", since)
		}
		h5dstest.Diff(t, "logged out", "the session of the token was logged out "+want+" ago", loggedOut.Sentence)
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	end := h5dstest.Now.Add(h5dstest.TokenLife)
	good := op.TokenClaims{UserID: h5dstest.WtoneID, Serial: h5dstest.WtoneSession}
	for _, test := range []struct {
		name   string
		claims op.TokenClaims
		now    time.Time
		change func(*h5ds.State)
		want   string // code; empty when it is good
	}{
		{"good", good, h5dstest.Now, nil, ""},
		{"good until its end", good, end.Add(-1), nil, ""},
		{"good before it was issued", good, h5dstest.Now.Add(-time.Hour), nil, ""},
		{"at its end", good, end, nil, "session.expired"},
		{"unknown", op.TokenClaims{UserID: h5dstest.WtoneID, Serial: "s2"}, h5dstest.Now, nil, "session.unknown"},
		{"without a serial", op.TokenClaims{UserID: h5dstest.WtoneID}, h5dstest.Now, nil, "session.unknown"},
		{"another user", op.TokenClaims{UserID: h5dstest.OtherID, Serial: h5dstest.WtoneSession}, h5dstest.Now, nil, "session.other-user"},
		{"no user", good, h5dstest.Now, func(st *h5ds.State) { st.Account.Users.Remove(h5dstest.WtoneID) }, "session.no-user"},
		{"logged out", good, end.Add(time.Hour), func(st *h5ds.State) {
			h5dstest.New(t, st, h5dstest.WtoneID).Data("Account.Logout", ``)
		}, "session.logged-out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := h5dstest.Seeded(t)
			if test.change != nil {
				test.change(st)
			}
			got := st.Account.Authenticate(test.claims, test.now)
			if got == nil {
				h5dstest.Diff(t, "code", test.want, "")
				return
			}
			h5dstest.Diff(t, "code", test.want, got.Code)
			if got.Sentence == "" || got.Fix == "" {
				t.Errorf("the diagnosis says too little: %+v", got)
			}
		})
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"Account.Logout", "Account.LogoutPost"} {
		for _, d := range dialect.All() {
			t.Run(operation+" "+d.Name, func(t *testing.T) {
				t.Parallel()
				st := h5dstest.Seeded(t)
				st.Account.Sessions.Put(account.Session{Serial: "s2", User: h5dstest.WtoneID, Issued: h5dstest.Now, Expires: h5dstest.Now.Add(h5dstest.TokenLife)})
				c := h5dstest.Call(h5dstest.WtoneID)
				c.Dialect = d
				got, _ := h5dstest.On(t, st, c).Response(operation, `{}`)
				h5dstest.Diff(t, "response", `{"code":0,"message":"success","data":null}`, got)
				first, second := op.TokenClaims{UserID: h5dstest.WtoneID, Serial: h5dstest.WtoneSession}, op.TokenClaims{UserID: h5dstest.WtoneID, Serial: "s2"}
				if fault := st.Account.Authenticate(first, h5dstest.Now); fault == nil || fault.Code != "session.logged-out" {
					t.Errorf("the session is still good: %v", fault)
				}
				if fault := st.Account.Authenticate(second, h5dstest.Now); fault != nil {
					t.Errorf("the other session is over too: %v", fault)
				}

				before := h5dstest.JSON(t, st)
				_, failure := h5dstest.On(t, st, c).Response(operation, `{}`)
				if failure == nil || failure.Err != api.LoginExpired(d) {
					t.Errorf("a second logout: got %v, want %v", failure, api.LoginExpired(d))
				}
				h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
			})
		}
	}
}

// A login whose response is a recording is for the user of the userId, or for a new user of the platform.
func TestSignInForRecording(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), "")
	for userID, want := range map[string]string{"user_01": h5dstest.WtoneID, "new": "", "": ""} {
		token, expires, err := v.State.Account.SignIn(v.Call, userID)
		if err != nil {
			t.Fatal(err)
		}
		user := strings.Fields(token)[1]
		if want != "" {
			h5dstest.Diff(t, "user of "+userID, want, user)
		}
		h5dstest.Diff(t, "expiry", h5dstest.Now.Add(h5dstest.TokenLife), expires)
		gotID, third := v.State.Account.ThirdPartyUser(user)
		h5dstest.Diff(t, "userId", userID, gotID)
		h5dstest.Diff(t, "is of a third party", userID != "", third)
	}
}
