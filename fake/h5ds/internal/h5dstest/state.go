package h5dstest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
)

// Users and works of [Seeded].
const (
	WtoneID      = "871668385574199296" // userId user_01
	OtherID      = "9715"               // userId user_02
	WtoneWork    = "837523312766513152"
	OtherWork    = "960593364739022848"
	WtoneSession = "s1" // serial
)

// The user of the platform's own that [WithAlice] adds.
const (
	AliceID       = "100000000000000001"
	AliceMobile   = "15888888880"
	AliceEmail    = "alice@example.com"
	AlicePassword = "correct horse 1"
)

// Things of [Library]: those of user_01 begin with 1, of user_02 with 2, of the system with 3.
const (
	WorksFolder, InnerFolder, MediaFolder, OldMediaFolder = "101", "102", "103", "104"
	Picture, Film, Sound                                  = "111", "112", "113"
	OtherFolder, OtherMedia, OtherPicture                 = "201", "202", "211"
	Nature, Speech, Titles                                = "301", "302", "303" // type items
	Forest, River, Speaker, Title                         = "311", "312", "313", "314"
	Weddings                                              = "321"
	Rings, Poster                                         = "331", "332"
	AdminID                                               = "9716" // userId admin_01
)

// Wtone is the user user_01.
func Wtone() h5ds.User {
	gender := 0
	return h5ds.User{
		ID: WtoneID, UserID: "user_01", NickName: "wtone", Mobile: "15888888889", Email: "71999911@qq.com",
		Avatar: "https://example.com/a.png", Gender: &gender, Credits: 12.5, VIPLevel: 2, VIPExpire: Now.Add(time.Hour),
		CreatedAt: Now.Add(-time.Hour), UpdatedAt: Now.Add(-time.Hour),
	}
}

// Seeded has two users, one of them logged in, and a work of each.
func Seeded(t testing.TB) *h5ds.State {
	t.Helper()
	st := &h5ds.State{}
	Load(t, st, h5ds.Fixtures{
		Users: []h5ds.User{Wtone(), {ID: OtherID, UserID: "user_02"}},
		Categories: []h5ds.Category{
			{ID: "4", Owner: "user_02", Type: h5ds.ProjectCategory, Name: "their folder"},
			{ID: "5", Owner: "user_01", Type: h5ds.ProjectCategory, Name: "folder"},
			{ID: "837523312766513000", Owner: "user_01", Type: h5ds.ProjectCategory, Name: "another"},
		},
		Works: []h5ds.Work{
			{ID: WtoneWork, Owner: "user_01", Name: "mine", Data: h5ds.Project(`{ "title": "<mine>" }`)},
			{ID: OtherWork, Owner: OtherID},
		},
	})
	st.Account.Sessions.Put(account.Session{Serial: WtoneSession, User: WtoneID, Issued: Now, Expires: Now.Add(TokenLife)})
	return st
}

// Load puts fixtures into a state.
func Load(t testing.TB, st *h5ds.State, f h5ds.Fixtures) {
	t.Helper()
	if err := st.Load(Call(""), f); err != nil {
		t.Fatal(err)
	}
}

var alice = h5ds.User{ID: AliceID, Username: "alice", Mobile: AliceMobile, Email: AliceEmail, Password: AlicePassword}

// WithAlice is [Seeded] with a user of the platform's own, who has a password.
func WithAlice(t testing.TB) *h5ds.State {
	t.Helper()
	st := Seeded(t)
	Load(t, st, h5ds.Fixtures{Users: []h5ds.User{alice}})
	return st
}

// Library is [Seeded] with something of everything that works are made of.
func Library(t testing.TB) *h5ds.State {
	t.Helper()
	st := Seeded(t)
	old, failed := Now.Add(-time.Hour), 3
	Load(t, st, h5ds.Fixtures{
		Users: []h5ds.User{{ID: AdminID, UserID: "admin_01", Admin: true}},
		Categories: []h5ds.Category{
			{ID: WorksFolder, Owner: "user_01", Type: "project", Name: "drafts"},
			{ID: InnerFolder, Owner: "user_01", Type: "project", Name: "inner", PID: WorksFolder},
			{ID: MediaFolder, Owner: "user_01", Type: "material", Name: "media"},
			{ID: OldMediaFolder, Owner: "user_01", Type: "user_material", Name: "728527253573935104", PID: ""},
			{ID: OtherFolder, Owner: "user_02", Type: "project", Name: "theirs"},
			{ID: OtherMedia, Owner: "user_02", Type: "material", Name: "their media"},
		},
		TypeItems: []h5ds.TypeItem{
			{ID: Nature, TypeID: "314", Name: "nature"}, {ID: Speech, TypeID: "313", Name: "speech"}, {ID: Titles, TypeID: "211", Name: "titles"},
		},
		Materials: []h5ds.Material{
			{ID: Picture, Owner: "user_01", Name: "Sun.png", URLs: h5ds.URLs{URL: "/video/uploads/20250912/1.png", Thumb: "/t.png"},
				Attrs: h5ds.Attrs{"width": 200, "id": json.Number("871668385574199296")}, Size: 10, AppID: WtoneWork, CreatedAt: old},
			{ID: Film, Owner: "user_01", Name: "film", CategoryID: MediaFolder, URLs: h5ds.URLs{URL: "/f.mp4"}, CreatedAt: old},
			{ID: Sound, Owner: "user_01", Name: "song", CategoryID: OldMediaFolder, Type: "audio", URLs: h5ds.URLs{URL: "/s", Filename: "s.mp3"}, CreatedAt: old},
			{ID: OtherPicture, Owner: "user_02", Name: "sun of others", URLs: h5ds.URLs{URL: "/o.png"}},
			{ID: Forest, Name: "Forest", CategoryID: Nature, URLs: h5ds.URLs{URL: "/forest.mp4"}, Tags: []string{"green", "calm"}, CreatedAt: old},
			{ID: River, Name: "river", CategoryID: Nature, URLs: h5ds.URLs{URL: "/river.mp4"}, ConvertStatus: &failed, Tags: []string{"calm"}, CreatedAt: old},
			{ID: Speaker, Name: "speaker", CategoryID: Speech, URLs: h5ds.URLs{URL: "/speaker.mp3"}, CreatedAt: old},
			{ID: Title, Name: "title", CategoryID: Titles, Type: "text", URLs: h5ds.URLs{URL: "/title.json"}, CreatedAt: old},
		},
		TemplateCategories: []h5ds.TemplateCategory{{ID: Weddings, Name: "weddings"}, {ID: "322", Name: "parties"}},
		Templates: []h5ds.Template{
			{ID: Rings, Name: "Rings", CategoryID: Weddings, Thumb: "/rings.png", Data: h5ds.Project(`{"title":"rings"}`), IsTop: true, CreatedAt: old},
			{ID: Poster, Name: "poster", Type: "2", PriceType: "1", IndustryID: "2", ColorID: "3", Width: 300.5, Height: 400,
				Data: h5ds.Project(`{"pages":[1.50]}`), CreatedAt: old},
		},
	})
	return st
}

// Everything is [Library] with Alice, and with jobs of each kind: 1 and 2 of user_01, 3 of user_02.
func Everything(t testing.TB) *h5ds.State {
	t.Helper()
	st := Library(t)
	f := h5ds.Fixtures{
		Users: []h5ds.User{alice},
		Files: []h5ds.File{{Path: "/videos/theirs.mp4", Owner: "user_02", Sample: "mp4"}},
	}
	for id, owner := range map[string]string{"1": "user_01", "2": "user_01", "3": "user_02"} {
		f.Renders = append(f.Renders, h5ds.RenderTask{ID: id, Owner: owner, JSONURL: "/p.json", StorageURL: "/videos/" + id + ".mp4"})
		f.Transcriptions = append(f.Transcriptions, h5ds.Transcription{ID: id, Owner: owner})
		f.BizTasks = append(f.BizTasks, h5ds.BizTask{ID: id, Owner: owner, Type: "huoshan_image", File: "/videos/" + id + ".png", Cancelled: id == "2"})
	}
	Load(t, st, f)
	return st
}
