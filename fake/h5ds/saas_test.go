package h5ds

import (
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
)

func TestSAAS(t *testing.T) {
	t.Parallel()
	v := newVisit(t, withAlice(t), "")
	v.as(wtoneID).ok("User.Apps.Create", `{"name":"new","data":{}}`, nil)
	for _, test := range []struct{ name, operation, request, want string }{
		{"users", "Fakecme.Saas.Users", ``, " " + wtoneID + " " + aliceID + " " + otherID},
		{"a page of users", "Fakecme.Saas.Users", `{"page":"2","page_size":"2"}`, " " + otherID},
		{"users by name", "Fakecme.Saas.Users", `{"keyword":"ALI"}`, " " + aliceID},
		{"users by userId", "Fakecme.Saas.Users", `{"keyword":"r_01"}`, " " + wtoneID},
		{"works by name", "Fakecme.Saas.Works", `{"keyword":"mine"}`, " " + wtoneWork},
		{"a page of works", "Fakecme.Saas.Works", `{"page":1,"page_size":1}`, " " + otherWork},
	} {
		var got shownPage
		v.ok(test.operation, test.request, &got)
		diff(t, test.name, test.want, got.ids())
	}
	diff(t, "row of a user", `{"data":[{"id":"100000000000000001","name":"alice","nick_name":"","avatar":"","mobile":"15888888880",`+
		`"email":"alice@example.com","credits":0,"vip_status":0,"vip_level":0,"vip_expire":null,"userId":"","gender":null,`+
		`"createdAt":"2025-09-12T08:21:31.116Z","updatedAt":"2025-09-12T08:21:31.116Z"}],"total":1,"current_page":1,"page_size":20}`,
		v.says("Fakecme.Saas.Users", `{"keyword":"alice"}`))
	diff(t, "row of a work", `{"data":[{"id":"837523312766513152","name":"mine","thumb":"","width":1920,"height":1080,"category_id":"0",`+
		`"createdAt":"2025-09-12T08:21:31.116Z","updatedAt":"2025-09-12T08:21:31.116Z","user_id":"871668385574199296","userId":"user_01"}],`+
		`"total":1,"current_page":1,"page_size":20}`, v.says("Fakecme.Saas.Works", `{"keyword":"mine"}`))
	diff(t, "page 0", "page.number", v.why("Fakecme.Saas.Users", `{"page":0}`))
	diff(t, "1000 a page", "page.size", v.why("Fakecme.Saas.Works", `{"page_size":1000}`))
	for operation, want := range map[string]bool{"Fakecme.Saas.Users": true, "Fakecme.Saas.Works": true, "User.Info": false} {
		diff(t, operation, want, IsSAAS(operation))
	}
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	var s table.Table[Session]
	for _, id := range []string{"9", "10", "2", "1000", "100"} {
		s.Put(Session{Serial: id, User: "u", Issued: time.Time{}})
	}
	got := ""
	for session := range s.NewestFirst() {
		if session.Serial == "2" {
			break
		}
		got += " " + session.Serial
	}
	diff(t, "order", " 1000 100 10 9", got)
}
