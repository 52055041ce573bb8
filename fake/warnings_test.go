package fake_test

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// client does things to a fake with one manual task, whose clock stands still.
type client struct {
	t   *testing.T
	srv *fake.Server
}

func (c client) login(user string) string { c.t.Helper(); return login(c.t, c.srv, c.srv.Tenant, user) }

func (c client) list(ticket string) {
	c.t.Helper()
	paas(c.t, c.srv, "Material/ListMedia", ticket, listMine)
}

func (c client) ask(ticket, task string, pause time.Duration) {
	c.t.Helper()
	c.srv.Clock.Advance(pause)
	paas(c.t, c.srv, "Task/DescribeTasks", ticket, `{"TaskIds":["`+task+`"]}`)
}

// Each warning is found, and what only looks like it is not.
func TestWarnings(t *testing.T) {
	t.Parallel()
	const perCall, polling = "OpenCME.Login warning.ticket-per-call", "Task.DescribeTasks warning.polling"
	const task = "1200000001-procedurev2-0123456789abcdef0123456789abcdeft0"
	tests := []struct {
		name string
		do   func(c client)
		want []string
	}{
		{"a ticket for every call", func(c client) {
			for range 6 {
				c.list(c.login("user_01"))
			}
		}, []string{perCall}},
		{"five clients with a call each", func(c client) {
			for range 5 {
				c.list(c.login("user_01"))
			}
		}, nil},
		{"two calls with one of the tickets", func(c client) {
			for i := range 8 {
				ticket := c.login("user_01")
				c.list(ticket)
				if i == 4 {
					c.list(ticket)
				}
			}
		}, nil},
		{"many users with a call each", func(c client) {
			for i := range 12 {
				c.list(c.login("user_" + string(rune('a'+i))))
			}
		}, nil},
		{"clients side by side", func(c client) {
			var tickets []string
			for range 8 {
				tickets = append(tickets, c.login("user_01"))
			}
			for _, ticket := range tickets {
				c.list(ticket)
			}
		}, nil},
		{"tickets that had expired", func(c client) {
			for range 8 {
				c.list(c.login("user_01"))
				c.srv.Clock.Advance(24 * time.Hour)
			}
		}, nil},
		{"a new ticket after each failure", func(c client) {
			c.srv.Inject("Material.ListMedia", fault.Error("InternalError").Times(8))
			for range 8 {
				c.list(c.login("user_01"))
			}
		}, nil},
		{"polling too fast", func(c client) {
			ticket := c.login("user_01")
			for range 6 {
				c.ask(ticket, task, 999*time.Millisecond)
			}
		}, []string{polling}},
		{"polling once a second", func(c client) {
			ticket := c.login("user_01")
			for range 12 {
				c.ask(ticket, task, time.Second)
			}
		}, nil},
		{"a few quick looks", func(c client) {
			ticket := c.login("user_01")
			for i := range 12 {
				c.ask(ticket, task, time.Duration(1+i%5*300)*time.Millisecond)
			}
		}, nil},
		{"the clock stands still", func(c client) {
			ticket := c.login("user_01")
			for range 12 {
				c.ask(ticket, task, 0)
			}
		}, nil},
		{"something has changed each time", func(c client) {
			ticket := c.login("user_01")
			for i := range 12 {
				c.srv.WebPaaS().SetProgress(task, i)
				c.ask(ticket, task, time.Millisecond)
			}
		}, nil},
		{"the same question of many users", func(c client) {
			for i := range 12 {
				c.ask(c.login("user_"+string(rune('a'+i))), task, time.Millisecond)
			}
		}, nil},
		{"an upload finished twice", func(c client) {
			ticket := c.login("user_01")
			_, context := applyUpload(c.t, c.srv, ticket, "")
			for range 2 {
				finishUpload(c.t, c.srv, ticket, context, "5285890811566343555")
			}
		}, []string{"Material.FinishUploadMaterial warning.upload-finished-twice"}},
		{"two uploads finished once each", func(c client) {
			ticket := c.login("user_01")
			for _, file := range []string{"5285890811566343555", "5285890811566343556"} {
				_, context := applyUpload(c.t, c.srv, ticket, "")
				finishUpload(c.t, c.srv, ticket, context, file)
			}
		}, nil},
		{"an upload whose response was spoilt", func(c client) {
			ticket := c.login("user_01")
			c.srv.Inject("Material.FinishUploadMaterial", fault.Garbage())
			_, context := applyUpload(c.t, c.srv, ticket, "")
			for range 2 {
				finishUpload(c.t, c.srv, ticket, context, "5285890811566343555")
			}
		}, nil},
		{"an upload finished again after a failure and a success", func(c client) {
			ticket := c.login("user_01")
			c.srv.Inject("Material.FinishUploadMaterial", fault.Error("InternalError"))
			_, context := applyUpload(c.t, c.srv, ticket, "")
			for range 3 {
				finishUpload(c.t, c.srv, ticket, context, "5285890811566343555")
			}
		}, []string{"Material.FinishUploadMaterial warning.upload-finished-twice"}},
		{"a field of an older client", func(c client) {
			token := thirdLogin(c.t, c.srv, c.srv.Tenant, "user_01")
			do(c.t, c.srv.Client(), "POST", "https://video.h5ds.com/api/v1/account/bind-mobile", `{"phoneNumber":"15888888889","code":"1"}`,
				"Authorization", token, "Content-Type", "application/json")
		}, []string{"Account.BindMobile warning.old-shape"}},
		{"the field of a newer one", func(c client) {
			token := thirdLogin(c.t, c.srv, c.srv.Tenant, "user_01")
			do(c.t, c.srv.Client(), "POST", "https://video.h5ds.com/api/v1/account/bind-mobile", `{"mobile":"15888888889","code":"1"}`,
				"Authorization", token, "Content-Type", "application/json")
		}, nil},
		{"a body without a Content-Type, as the first document prints it", func(c client) {
			response := do(c.t, c.srv.Client(), "POST", "https://web-paas-api.cme.qcloud.com/PaaS/Material/ListMedia?auth="+url.QueryEscape(c.login("user_01")), listMine)
			if !strings.Contains(response.Body, `"Code":"Success"`) {
				c.t.Errorf("rejected: %s", response.Body)
			}
		}, []string{"Material.ListMedia warning.no-content-type"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var config fake.Config
			config.Fixtures.WebPaaS.Materials = []webpaas.Material{{ID: videoID, Owner: webpaas.Person("user_01")}}
			config.Fixtures.WebPaaS.Tasks = []webpaas.Task{{ID: task, Type: "MATERIAL_PROCESS", MaterialID: videoID, Owner: webpaas.Person("user_01"), Plan: webpaas.Plan{Manual: true}}}
			srv := unjudged(t, config)
			srv.Clock.Freeze(time.Time{})
			tt.do(client{t, srv})
			if diff := cmp.Diff(tt.want, codesOf(t, srv)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, f := range srv.Findings() {
				if d := f.Diagnosis; d.Sentence == "" || d.Fix == "" || strings.Contains(f.String(), "\n") {
					t.Errorf("the finding does not say what to do in one line: %s", f)
				}
			}
			for _, name := range tt.want {
				_, code, _ := strings.Cut(name, " ")
				srv.Forgive(code)
			}
			if got := codesOf(t, srv); len(got) != 0 {
				t.Errorf("after it was forgiven by its code: %q", got)
			}
		})
	}
}

// A secret that the client sends is found wherever it stands, and is not in the journal.
func TestSecretSent(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString([]byte("x:fake-secret-key:y"))
	const h5ds = "https://video.h5ds.com/api/v1/"
	tests := []struct {
		name string
		send func(t *testing.T, srv *fake.Server)
		want string // the sentence; "" for no finding
	}{
		{"query", func(t *testing.T, srv *fake.Server) {
			do(t, srv.Client(), "GET", "https://open.cme.qcloud.com/?key=fake-secret-key", "")
		}, "the secretKey of CME stands in the query, in plain text"},
		{"query, escaped for no reason", func(t *testing.T, srv *fake.Server) {
			do(t, srv.Client(), "GET", "https://open.cme.qcloud.com/?key=%66ake-secret-key", "")
		}, "the secretKey of CME stands in the query, percent-encoded"},
		{"path that nobody knows", func(t *testing.T, srv *fake.Server) {
			do(t, srv.Client(), "GET", h5ds+"keys/fake-secret", "")
		}, "the secret of h5ds stands in the path, in plain text"},
		{"header, in base64", func(t *testing.T, srv *fake.Server) {
			do(t, srv.Client(), "GET", h5ds+"user/info", "", "Authorization", "Basic "+encoded)
		}, "the secretKey of CME stands in the header Authorization, in base64"},
		{"body", func(t *testing.T, srv *fake.Server) {
			h5dsLogin(t, srv, srv.Tenant, `{"userId":"fake-secret"}`, "Content-Type", "application/json")
		}, "the secret of h5ds stands in the body, in plain text"},
		{"form, in hexadecimal", func(t *testing.T, srv *fake.Server) {
			h5dsLogin(t, srv, srv.Tenant, "userId=66616B652D736563726574", "Content-Type", "application/x-www-form-urlencoded")
		}, "the secret of h5ds stands in the body, in hexadecimal"},
		{"another tenant's", func(t *testing.T, srv *fake.Server) {
			h5dsLogin(t, srv, srv.Tenant, `{"userId":"other-secret-1"}`, "Content-Type", "application/json")
		}, "the secret of h5ds stands in the body, in plain text"},
		{"secretId holds the secret of h5ds", func(t *testing.T, srv *fake.Server) {
			for _, user := range []string{"u", "us", "use", "user"} { // at each place in base64
				login(t, srv, srv.Tenant, user)
			}
		}, ""},
		{"what is signed with it", func(t *testing.T, srv *fake.Server) { thirdLogin(t, srv, srv.Tenant, "user_01") }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := unjudged(t, fake.Config{})
			newTenant(t, srv, fake.Credentials{ID: "other", Secret: "other-secret-1"})
			tt.send(t, srv)
			found := slices.DeleteFunc(srv.Findings(), func(f fake.Finding) bool { return f.Diagnosis.Code != "warning.secret-sent" })
			got := ""
			if len(found) > 0 {
				got = found[0].Diagnosis.Sentence
			}
			if got != tt.want || len(found) > 1 {
				t.Errorf("found %v, want %q", found, tt.want)
			}
			if tt.want == "" {
				return
			}
			for place, text := range everythingShown(t, srv) {
				for _, secret := range []string{"fake-secret-key", "fake-secret", "other-secret-1", encoded[4:16], "66616B652D736563726574", url.QueryEscape(encoded)} {
					if strings.Contains(strings.ReplaceAll(text, "fake-secret-id", ""), secret) {
						t.Errorf("%s shows %s: %s", place, secret, text)
					}
				}
			}
		})
	}
}
