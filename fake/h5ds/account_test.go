package h5ds

import (
	"testing"
	"time"
)

func TestAccountInfo(t *testing.T) {
	t.Parallel()
	const expire = `"2025-09-12T09:21:31.116Z"`
	end := wtone().VIPExpire
	for _, test := range []struct {
		name string
		user User
		now  time.Time
		want string
	}{
		{"everything", wtone(), now, `{"id":"871668385574199296","name":"wtone","nick_name":"wtone","avatar":"https://example.com/a.png",` +
			`"mobile":"15888888889","email":"71999911@qq.com","credits":12.5,"vip_status":1,"vip_level":2,"vip_expire":` + expire + `}`},
		{"nothing", User{ID: wtoneID, UserID: "user_01"}, now, `{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
			`"mobile":"","email":"","credits":0,"vip_status":0,"vip_level":0,"vip_expire":null}`},
		{"own name", User{ID: wtoneID, UserID: "user_01", Name: "own", NickName: "wtone"}, now,
			`{"id":"871668385574199296","name":"own","nick_name":"wtone","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":0,"vip_level":0,"vip_expire":null}`},
		{"VIP for ever", User{ID: wtoneID, UserID: "user_01", VIPLevel: 1}, end.AddDate(10, 0, 0),
			`{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":1,"vip_level":1,"vip_expire":null}`},
		{"VIP for a nanosecond more", User{ID: wtoneID, UserID: "user_01", VIPLevel: 1, VIPExpire: end}, end.Add(-1),
			`{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":1,"vip_level":1,"vip_expire":` + expire + `}`},
		{"VIP no more", User{ID: wtoneID, UserID: "user_01", VIPLevel: 1, VIPExpire: end}, end,
			`{"id":"871668385574199296","name":"user_01","nick_name":"","avatar":"",` +
				`"mobile":"","email":"","credits":0,"vip_status":0,"vip_level":0,"vip_expire":` + expire + `}`},
	} {
		for _, operation := range []string{"User.Info", "Account.Info"} {
			t.Run(test.name+" "+operation, func(t *testing.T) {
				t.Parallel()
				st := &State{}
				st.Account.Users.Put(test.user)
				c := callOf(wtoneID)
				c.Now = test.now
				got, _ := run(t, c, st, operation, ``)
				diff(t, "answer", `{"code":0,"message":"success","data":`+test.want+`}`, got)
			})
		}
	}
}
