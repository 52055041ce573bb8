package h5ds

import (
	"encoding/json"
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	updated := func(change func(*User)) User {
		u := wtone()
		u.UpdatedAt = now
		change(&u)
		return u
	}
	created := User{UserID: "new", CreatedAt: now, UpdatedAt: now}
	for _, test := range []struct {
		name, request string
		want          User // without an id when it is a new one
	}{
		{"the documented example", `{"userId":"user_01","nick_name":"wtone","mobile":"15888888889","email":"71999911@qq.com","avatar":"","gender":0}`,
			updated(func(u *User) { u.Avatar = "" })},
		{"left out fields are kept", `{"userId":"user_01"}`, updated(func(*User) {})},
		{"null fields are kept", `{"userId":"user_01","nick_name":null,"gender":null}`, updated(func(*User) {})},
		{"empty fields become empty", `{"userId":"user_01","nick_name":"","mobile":"","email":"","avatar":""}`,
			updated(func(u *User) { u.NickName, u.Mobile, u.Email, u.Avatar = "", "", "", "" })},
		{"every field is updated", `{"userId":"user_01","nick_name":"n","mobile":"1","email":"no e-mail","avatar":"no url","gender":2}`,
			updated(func(u *User) {
				u.NickName, u.Mobile, u.Email, u.Avatar, u.Gender = "n", "1", "no e-mail", "no url", ptr(2)
			})},
		{"numbers as texts, texts as numbers", `{"userId":"user_01","mobile":15888888888,"gender":"1"}`,
			updated(func(u *User) { u.Mobile, u.Gender = "15888888888", ptr(1) })},
		{"a new user", `{"userId":"new"}`, created},
		{"a new user with details", `{"userId":"new","nick_name":"n","gender":1}`,
			User{UserID: "new", NickName: "n", Gender: ptr(1), CreatedAt: now, UpdatedAt: now}},
		{"a number that no float64 holds", `{"userId":38192156030633420589}`,
			User{UserID: "38192156030633420589", CreatedAt: now, UpdatedAt: now}},
		{"blanks belong to the userId", `{"userId":" user_01"}`, User{UserID: " user_01", CreatedAt: now, UpdatedAt: now}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := seeded(t)
			got, failure := run(t, newCall(), st, "Third.Login", test.request)
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
			diff(t, "user", test.want, user)
			diff(t, "answer", `{"code":0,"message":"success","data":{"user_id":"`+user.ID+`","token":"Bearer `+user.ID+
				` until 1758270092000","expires_at":1758270091116}}`, got)
		})
	}
}

func TestOneUserIDIsOneUser(t *testing.T) {
	t.Parallel()
	st := &State{}
	c := newCall()
	ids := map[string]bool{}
	for _, request := range []string{`{"userId":7}`, `{"userId":"7","nick_name":"n"}`, `{"userId":"7"}`} {
		var got struct{ Data loginResponse }
		answer, _ := run(t, c, st, "Third.Login", request)
		if err := json.Unmarshal([]byte(answer), &got); err != nil {
			t.Fatal(err)
		}
		ids[got.Data.UserID] = true
	}
	diff(t, "ids", 1, len(ids))
	diff(t, "users", 1, st.Account.Users.Len())
	user, _ := st.Account.Users.ThirdParty("7")
	diff(t, "nick name", "n", user.NickName)
	diff(t, "sessions", 3, st.Account.Sessions.Count(user.ID))

	run(t, c, st, "Third.Login", `{"userId":"07"}`)
	diff(t, "users after another userId", 2, st.Account.Users.Len())
}

func TestLoginClaims(t *testing.T) {
	t.Parallel()
	second := now.Truncate(time.Second)
	for _, test := range []struct {
		name                string
		now                 time.Time
		wantExpire, wantEnd time.Time // of the token, of the session
	}{
		{"whole seconds", second, second.Add(tokenLife), second.Add(tokenLife)},
		{"the token lasts until the session ends", second.Add(116 * time.Millisecond),
			second.Add(tokenLife + time.Second), second.Add(tokenLife + 116*time.Millisecond)},
		{"the session ends when its response says, in milliseconds", second.Add(116999 * time.Microsecond),
			second.Add(tokenLife + time.Second), second.Add(tokenLife + 116*time.Millisecond)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := seeded(t)
			c := newCall()
			c.Now = test.now
			var claims op.TokenClaims
			c.Token = func(got op.TokenClaims) (string, error) { claims = got; return "Bearer x", nil }
			run(t, c, st, "Third.Login", `{"userId":"user_01"}`)
			session, there := st.Account.Sessions.Get(claims.Serial)
			if !there || claims.Serial == wtoneOpen {
				t.Fatalf("the token names no new session: %+v", claims)
			}
			diff(t, "claims", op.TokenClaims{
				UserID: wtoneID, Serial: claims.Serial, Issued: test.now, Expire: test.wantExpire,
			}, claims)
			diff(t, "session", Session{Serial: claims.Serial, User: wtoneID, Issued: test.now, Expires: test.wantEnd}, session)
			if fault := st.Authenticate(claims, c.Now); fault != nil {
				t.Errorf("the new token is not good: %s", fault)
			}
		})
	}
}

func TestLoginWithoutToken(t *testing.T) {
	t.Parallel()
	st := seeded(t)
	before := encoded(t, st)
	c := newCall()
	broken := errors.New("no key")
	c.Token = func(op.TokenClaims) (string, error) { return "", broken }
	_, err := login(c, &st.Account, loginRequest{UserID: "new"})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if failure, ok := op.AsFailure(err); ok {
		t.Errorf("a bug in the fake became an error: %v", failure)
	}
	diff(t, "state", before, encoded(t, st))
}

// How long ago a session ended is said in whole seconds, and in days from the second on.
func TestSessionEndedSince(t *testing.T) {
	t.Parallel()
	good, open, left := op.TokenClaims{UserID: wtoneID, Serial: wtoneOpen}, seeded(t), seeded(t)
	if _, err := logout(callOf(wtoneID), &left.Account, op.None{}); err != nil {
		t.Fatal(err)
	}
	for since, want := range map[time.Duration]string{
		1500 * time.Millisecond: "1s", 48*time.Hour - 1: "47h59m59s", 72 * time.Hour: "3 days",
	} {
		expired := open.Authenticate(good, now.Add(tokenLife+since))
		if expired == nil {
			t.Fatalf("after %s: the session is still good", since)
		}
		diff(t, "expired", "the session of the token expired "+want+" ago", expired.Sentence)
		loggedOut := left.Authenticate(good, now.Add(since))
		if loggedOut == nil {
			t.Fatalf("after %s: the session was not logged out", since)
		}
		diff(t, "logged out", "the session of the token was logged out "+want+" ago", loggedOut.Sentence)
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	end := now.Add(tokenLife)
	good := op.TokenClaims{UserID: wtoneID, Serial: wtoneOpen}
	for _, test := range []struct {
		name   string
		claims op.TokenClaims
		now    time.Time
		change func(*State)
		want   string // code; empty when it is good
	}{
		{"good", good, now, nil, ""},
		{"good until its end", good, end.Add(-1), nil, ""},
		{"good before it was issued", good, now.Add(-time.Hour), nil, ""},
		{"at its end", good, end, nil, "session.expired"},
		{"unknown", op.TokenClaims{UserID: wtoneID, Serial: "s2"}, now, nil, "session.unknown"},
		{"without a serial", op.TokenClaims{UserID: wtoneID}, now, nil, "session.unknown"},
		{"another user", op.TokenClaims{UserID: otherID, Serial: wtoneOpen}, now, nil, "session.other-user"},
		{"no user", good, now, func(st *State) { st.Account.Users.Remove(wtoneID) }, "session.no-user"},
		{"logged out", good, end.Add(time.Hour), func(st *State) {
			if _, err := logout(callOf(wtoneID), &st.Account, op.None{}); err != nil {
				panic(err)
			}
		}, "session.logged-out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st := seeded(t)
			if test.change != nil {
				test.change(st)
			}
			got := st.Authenticate(test.claims, test.now)
			if got == nil {
				diff(t, "code", test.want, "")
				return
			}
			diff(t, "code", test.want, got.Code)
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
				st := seeded(t)
				st.Account.Sessions.Put(Session{Serial: "s2", User: wtoneID, Issued: now, Expires: now.Add(tokenLife)})
				c := callOf(wtoneID)
				c.Dialect = d
				got, _ := run(t, c, st, operation, `{}`)
				diff(t, "answer", `{"code":0,"message":"success","data":null}`, got)
				first, second := op.TokenClaims{UserID: wtoneID, Serial: wtoneOpen}, op.TokenClaims{UserID: wtoneID, Serial: "s2"}
				if fault := st.Authenticate(first, now); fault == nil || fault.Code != "session.logged-out" {
					t.Errorf("the session is still good: %v", fault)
				}
				if fault := st.Authenticate(second, now); fault != nil {
					t.Errorf("the other session is over too: %v", fault)
				}

				before := encoded(t, st)
				_, failure := run(t, c, st, operation, `{}`)
				if failure == nil || failure.Err != api.LoginExpired(d) {
					t.Errorf("a second logout: got %v, want %v", failure, api.LoginExpired(d))
				}
				diff(t, "state", before, encoded(t, st))
			})
		}
	}
}
