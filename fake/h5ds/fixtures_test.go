package h5ds_test

import (
	"encoding/json"
	"math"
	"regexp"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"go.yaml.in/yaml/v3"
)

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	user := account.User{ID: "1", UserID: "u"}
	for _, test := range []struct {
		name     string
		fixtures h5ds.Fixtures
		want     string
	}{
		{"no userId", h5ds.Fixtures{Users: []account.User{{UserID: " "}}}, `users[0]: put user " ": the userId is empty`},
		{"a user twice", h5ds.Fixtures{Users: []account.User{user, {UserID: "u"}}}, `users[1]: userId "u" stands at users[0] already`},
		{"an id twice", h5ds.Fixtures{Users: []account.User{user, {ID: "1", UserID: "v"}}},
			`users[1]: put user "v": the id 1 is that of user "u"`},
		{"an id of letters", h5ds.Fixtures{Users: []account.User{{ID: "../1", UserID: "u"}}},
			`users[0]: put user "u": the id "../1" is not decimal digits; leave it out for a new one`},
		{"gender", h5ds.Fixtures{Users: []account.User{{UserID: "u", Gender: h5dstest.Ptr(3)}}},
			`users[0]: put user "u": the gender 3 is none of 0 (female), 1 (male), 2 (other)`},
		{"VIP level", h5ds.Fixtures{Users: []account.User{{UserID: "u", VIPLevel: 3}}},
			`users[0]: put user "u": the vip_level 3 is none of 0 (none), 1 (VIP), 2 (SVIP)`},
		{"VIP level below", h5ds.Fixtures{Users: []account.User{{UserID: "u", VIPLevel: -1}}},
			`users[0]: put user "u": the vip_level -1 is none of 0 (none), 1 (VIP), 2 (SVIP)`},
		{"credits", h5ds.Fixtures{Users: []account.User{{UserID: "u", Credits: -1}}},
			`users[0]: put user "u": the credits -1 are negative or no number`},
		{"owner", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{ID: "5", Owner: "v"}}},
			`works[0]: put work "5" of "v": there is no such owner; put the user first`},
		{"no owner", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{Name: "n"}}},
			`works[0]: put work "n" of "": there is no such owner; put the user first`},
		{"a work twice", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{ID: "5", Owner: "u"}, {ID: "5", Owner: "u"}}},
			`works[1]: id "5" stands at works[0] already`},
		{"a work id of letters", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{ID: "x", Owner: "u"}}},
			`works[0]: put work "x" of "u": the id "x" is not decimal digits; leave it out for a new one`},
		{"width", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{ID: "5", Owner: "u", Width: -1}}},
			`works[0]: put work "5" of "u": the size -1 x 0 or the duration 0 is negative or no number`},
		{"height", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{ID: "5", Owner: "u", Height: math.NaN()}}},
			`works[0]: put work "5" of "u": the size 0 x NaN or the duration 0 is negative or no number`},
		{"duration", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{ID: "5", Owner: "u", Duration: math.Inf(1)}}},
			`works[0]: put work "5" of "u": the size 0 x 0 or the duration +Inf is negative or no number`},
		{"data", h5ds.Fixtures{Users: []account.User{user}, Works: []library.Work{{ID: "5", Owner: "u", Data: library.Project(`[]`)}}},
			`works[0]: put work "5" of "u": a project is a JSON object; this begins with '['`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := new(h5ds.State).Load(h5dstest.Call(""), test.fixtures)
			if err == nil {
				t.Fatal("it was loaded")
			}
			h5dstest.Diff(t, "error", test.want, err.Error())
		})
	}
}

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

func TestPutWork(t *testing.T) {
	t.Parallel()
	const project = `{"title":"未命名","createTime":1757665291116,"updateTime":1757665291116,"poster":"","width":1920,"height":1080,` +
		`"background":{},"transitions":[],"cameras":[],"captions":[],"elements":[],"resouces":[]}`
	st := h5dstest.Seeded(t)
	c := h5dstest.Call("")
	made := h5dstest.Put(t, st, library.Work{Owner: "user_02"})
	h5dstest.Diff(t, "defaults", library.Work{
		ID: made.ID, Owner: h5dstest.OtherID, Name: "未命名", Width: 1920, Height: 1080, CategoryID: "0",
		Data: library.Project(project), CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
	}, made)
	stored, _ := st.Library.Works.Get(made.ID)
	h5dstest.Diff(t, "stored", made, stored)

	full := library.Work{
		ID: made.ID, Owner: h5dstest.OtherID, Name: "n", Description: "d", Thumb: "/t.png", Width: 1, Height: 2, Duration: 3,
		CategoryID: "4", SourceID: "5", Published: true, Data: library.Project(`{"a":1}`), CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now.Add(1),
	}
	again := h5dstest.Put(t, st, full)
	h5dstest.Diff(t, "replaced", full, again)
	h5dstest.Diff(t, "works", 2, st.Library.Works.Count(h5dstest.OtherID))

	before := h5dstest.JSON(t, st)
	if _, err := h5ds.Put(st, c, library.Work{ID: made.ID, Owner: "user_01"}); err == nil {
		t.Error("the work changed its owner")
	}
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

// What a test author does to a seed, or to what came back, must not reach the state.
func TestSeedsStayApart(t *testing.T) {
	t.Parallel()
	st := &h5ds.State{}
	gender, data := 1, library.Project(`{"a":1}`)
	user := h5dstest.Put(t, st, account.User{UserID: "u", Gender: &gender})
	work := h5dstest.Put(t, st, library.Work{Owner: "u", Data: data})
	before := h5dstest.JSON(t, st)
	gender, *user.Gender = 0, 0
	copy(data, `{"b":2}`)
	copy(work.Data, `{"c":3}`)
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

// A platform id goes before a userId that looks the same.
func TestPutWorkOwner(t *testing.T) {
	t.Parallel()
	st := &h5ds.State{}
	err := st.Load(h5dstest.Call(""), h5ds.Fixtures{Users: []account.User{{ID: "1", UserID: "2"}, {ID: "2", UserID: "3"}}})
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"1": "1", "2": "2", "3": "2"} {
		made := h5dstest.Put(t, st, library.Work{Owner: given})
		h5dstest.Diff(t, "owner of "+given, want, made.Owner)
	}
}

func TestFixturesRead(t *testing.T) {
	t.Parallel()
	want := h5ds.Fixtures{
		Users: []account.User{{
			ID: h5dstest.WtoneID, UserID: "user_01", Name: "w", NickName: "wtone", Mobile: "1", Email: "e", Avatar: "a", Gender: h5dstest.Ptr(0),
			Credits: 1.5, VIPLevel: 1, VIPExpire: h5dstest.Now, CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
		}},
		Categories: []library.Category{{ID: "4", Owner: "user_01", Type: "project", Name: "n", PID: "0", CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now}},
		Works: []library.Work{
			{
				ID: h5dstest.WtoneWork, Owner: "user_01", Name: "n", Description: "d", Thumb: "t", Width: 1, Height: 2, Duration: 3,
				CategoryID: "4", SourceID: "5", Published: true, Data: library.Project(`{"elements":[],"title":"x"}`), CreatedAt: h5dstest.Now, UpdatedAt: h5dstest.Now,
			},
			{Owner: "user_01", Data: library.Project(`{"title":"y"}`)},
			{Owner: "user_01"},
		},
	}
	const stamp = `2025-09-12T08:21:31.116Z`
	const asYAML = `
users:
  - {id: "871668385574199296", userId: user_01, name: w, nick_name: wtone, mobile: "1", email: e, avatar: a, gender: 0,
     credits: 1.5, vip_level: 1, vip_expire: ` + stamp + `, createdAt: ` + stamp + `, updatedAt: ` + stamp + `}
categories:
  - {id: "4", owner: user_01, type: project, name: n, pid: "0", createdAt: ` + stamp + `, updatedAt: ` + stamp + `}
works:
  - {id: "837523312766513152", owner: user_01, name: n, description: d, thumb: t, width: 1, height: 2, duration: 3,
     category_id: "4", source_id: "5", published: true, data: {title: x, elements: []}, createdAt: ` + stamp + `, updatedAt: ` + stamp + `}
  - {owner: user_01, data: '{ "title": "y" }'}
  - {owner: user_01, data: null}
`
	var read h5ds.Fixtures
	if err := yaml.Unmarshal([]byte(asYAML), &read); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "YAML", want, read)
	read = h5ds.Fixtures{}
	if err := json.Unmarshal([]byte(h5dstest.JSON(t, want)), &read); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "JSON", want, read)

	st := &h5ds.State{}
	h5dstest.Load(t, st, read)
	h5dstest.Diff(t, "works, of which two have no id", 3, st.Library.Works.Count(h5dstest.WtoneID))
}

func TestProject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, json, want, wantErr string }{
		{"object", `{ "a" : 1.50 , "id" : 871668385574199296 }`, `{"a":1.50,"id":871668385574199296}`, ""},
		{"object in a text", `"{ \"a\": 1 }"`, `{"a":1}`, ""},
		{"null", `null`, `{"before":0}`, ""},
		{"empty text", `""`, "", "read project: there is no project"},
		{"text null", `"null"`, "", "read project: there is no project"},
		{"list", `[]`, "", "read project: a project is a JSON object; this begins with '['"},
		{"text in a text", `"\"{}\""`, "", `read project: a project is a JSON object; this begins with '"'`},
		{"two objects in a text", `"{}{}"`, "", "read project: a project is a JSON object: invalid character '{' after top-level value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := library.Project(`{"before":0}`)
			err := json.Unmarshal([]byte(test.json), &got)
			if test.wantErr != "" {
				if err == nil {
					t.Fatalf("got %s", got)
				}
				h5dstest.Diff(t, "error", test.wantErr, err.Error())
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "project", test.want, string(got))
		})
	}
}

func TestProjectYAMLErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, yaml, want string }{
		{"number", `7`, "line 1: read project: a project is a JSON object; this begins with '7'"},
		{"no number", "\n\n{a: .nan}", "line 3: json: unsupported value: NaN"},
		{"two keys that are one", "a: 1\na: 2", "yaml: unmarshal errors:\n  line 2: mapping key \"a\" already defined at line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var p library.Project
			err := yaml.Unmarshal([]byte(test.yaml), &p)
			if err == nil {
				t.Fatalf("got %s", p)
			}
			h5dstest.Diff(t, "error", test.want, err.Error())
		})
	}
}
