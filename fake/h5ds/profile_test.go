package h5ds_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

func TestAccountInfo(t *testing.T) {
	t.Parallel()
	const expire = `"2025-09-12T09:21:31.116Z"`
	end := h5dstest.Wtone().VIPExpire
	for _, test := range []struct {
		name string
		user account.User
		now  time.Time
		want string
	}{
		{"everything", h5dstest.Wtone(), h5dstest.Now, `{"id":"871668385574199296","name":"wtone","nick_name":"wtone","avatar":"https://example.com/a.png",` +
			`"mobile":"15888888889","email":"71999911@qq.com","credits":12.5,"vip_status":1,"vip_level":2,"vip_expire":` + expire + `}`},
		{"nothing", account.User{ID: h5dstest.WtoneID, UserID: "user_01"}, h5dstest.Now, `{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
			`"mobile":"","email":"","credits":0,"vip_status":0,"vip_level":0,"vip_expire":null}`},
		{"own name", account.User{ID: h5dstest.WtoneID, UserID: "user_01", Name: "own", NickName: "wtone"}, h5dstest.Now,
			`{"id":"871668385574199296","name":"own","nick_name":"wtone","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":0,"vip_level":0,"vip_expire":null}`},
		{"VIP for ever", account.User{ID: h5dstest.WtoneID, UserID: "user_01", VIPLevel: 1}, end.AddDate(10, 0, 0),
			`{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":1,"vip_level":1,"vip_expire":null}`},
		{"VIP for a nanosecond more", account.User{ID: h5dstest.WtoneID, UserID: "user_01", VIPLevel: 1, VIPExpire: end}, end.Add(-1),
			`{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":1,"vip_level":1,"vip_expire":` + expire + `}`},
		{"VIP no more", account.User{ID: h5dstest.WtoneID, UserID: "user_01", VIPLevel: 1, VIPExpire: end}, end,
			`{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":0,"vip_level":0,"vip_expire":` + expire + `}`},
	} {
		for _, operation := range []string{"User.Info", "Account.Info"} {
			t.Run(test.name+" "+operation, func(t *testing.T) {
				t.Parallel()
				st := &h5ds.State{}
				st.Account.Users.Put(test.user)
				c := h5dstest.Call(h5dstest.WtoneID)
				c.Now = test.now
				got, _ := h5dstest.On(t, st, c).Response(operation, ``)
				h5dstest.Diff(t, "response", `{"code":0,"message":"success","data":`+test.want+`}`, got)
			})
		}
	}
}

func TestSignInByQQ(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	var first, again, other struct {
		Token string
		User  struct{ ID, Name string }
	}
	v.Read("Account.Login.Provider.Qq.User", `{"code":"A1"}`, &first)
	v.Read("Account.Login.Provider.Qq.User", `{"code":"A1"}`, &again)
	v.Read("Account.Login.Provider.Qq.User", `{"code":"B2"}`, &other)
	h5dstest.Diff(t, "user of one code", first.User.ID, again.User.ID)
	if first.User.ID == other.User.ID || first.User.Name == "" || !strings.HasPrefix(first.Token, "Bearer "+first.User.ID) {
		t.Errorf("first %+v, other %+v", first, other)
	}
	h5dstest.Diff(t, "binds", `["qq"]`, v.As(first.User.ID).Data("Account.Binds", ``))
}

func TestSAAS(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.WithAlice(t), "")
	v.As(h5dstest.WtoneID).Data("User.Apps.Create", `{"name":"new","data":{}}`)
	for _, test := range []struct{ name, operation, request, want string }{
		{"users", "Fakecme.Saas.Users", ``, h5dstest.WtoneID + " " + h5dstest.AliceID + " " + h5dstest.OtherID + " of 3"},
		{"a page of users", "Fakecme.Saas.Users", `{"page":"2","page_size":"2"}`, h5dstest.OtherID + " of 3"},
		{"users by name", "Fakecme.Saas.Users", `{"keyword":"ALI"}`, h5dstest.AliceID + " of 1"},
		{"users by userId", "Fakecme.Saas.Users", `{"keyword":"r_01"}`, h5dstest.WtoneID + " of 1"},
		{"works by name", "Fakecme.Saas.Works", `{"keyword":"mine"}`, h5dstest.WtoneWork + " of 1"},
		{"a page of works", "Fakecme.Saas.Works", `{"page":1,"page_size":1}`, h5dstest.OtherWork + " of 3"},
	} {
		h5dstest.Diff(t, test.name, test.want, v.IDs(test.operation, test.request))
	}
	h5dstest.Diff(t, "row of a user", `{"data":[{"id":"100000000000000001","name":"alice","nick_name":"","avatar":"","mobile":"15888888880",`+
		`"email":"alice@example.com","credits":0,"vip_status":0,"vip_level":0,"vip_expire":null,"userId":"","gender":null,`+
		`"createdAt":"2025-09-12T08:21:31.116Z","updatedAt":"2025-09-12T08:21:31.116Z"}],"total":1,"current_page":1,"page_size":20}`,
		v.Data("Fakecme.Saas.Users", `{"keyword":"alice"}`))
	h5dstest.Diff(t, "row of a work", `{"data":[{"id":"837523312766513152","name":"mine","thumb":"","width":1920,"height":1080,"category_id":"0",`+
		`"createdAt":"2025-09-12T08:21:31.116Z","updatedAt":"2025-09-12T08:21:31.116Z","user_id":"871668385574199296","userId":"user_01"}],`+
		`"total":1,"current_page":1,"page_size":20}`, v.Data("Fakecme.Saas.Works", `{"keyword":"mine"}`))
	h5dstest.Diff(t, "page 0", "page.number", v.Why("Fakecme.Saas.Users", `{"page":0}`))
	h5dstest.Diff(t, "1000 a page", "page.size", v.Why("Fakecme.Saas.Works", `{"page_size":1000}`))
	for operation, want := range map[string]bool{"Fakecme.Saas.Users": true, "Fakecme.Saas.Works": true, "User.Info": false} {
		h5dstest.Diff(t, operation, want, h5ds.IsSAAS(operation))
	}
}
