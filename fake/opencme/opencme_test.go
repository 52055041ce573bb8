package opencme

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// newCall returns a call of user_01 with a verified signature.
func newCall(envelope dialect.TicketEnvelope) *op.Call {
	return &op.Call{
		Now: now, User: "user_01", TicketLife: time.Hour, IDs: &op.IDs{}, Dialect: dialect.Dialect{TicketEnvelope: envelope},
		Tenant: op.Tenant{ID: "default", Number: 0xabc, Platform: "fake-platform", CMEAppID: 1200000001},
	}
}

func logIn(t *testing.T, c *op.Call, st *State) loginResponse {
	t.Helper()
	data, err := Service.Ops[0].Run(c, st, nil)
	if err != nil {
		t.Fatal(err)
	}
	return data.(loginResponse)
}

func diff(t *testing.T, name string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	const uuid = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	for _, test := range []struct {
		name     string
		envelope dialect.TicketEnvelope
		want     string // a regular expression; %s stands for the ticket
	}{
		{"original document", dialect.TicketPlain, `\{"Code":"Success","Message":"成功","EnglishMessage":"OK",` +
			`"Data":\{"AppId":1200000001,"Platform":"fake-platform","UserId":"user_01","Authorization":"%s"\}\}`},
		{"page 1156/50898", dialect.TicketResponse, `\{"Response":\{"AppId":1200000001,"Authorization":"%s",` +
			`"Platform":"fake-platform","RequestId":"` + uuid + `","TfUid":"user_01"\}\}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, st := newCall(test.envelope), &State{}
			resp := logIn(t, c, st)
			got, err := json.Marshal(Service.Envelope(c, resp, nil))
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("^"+test.want+"$", resp.Authorization)
			if !regexp.MustCompile(want).Match(got) {
				t.Errorf("got %s, want %s", got, want)
			}
			diff(t, "tickets", map[string]Ticket{resp.Authorization: {
				User: "user_01", Platform: "fake-platform", Issued: now, Expires: now.Add(time.Hour),
			}}, st.Tickets)
		})
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		envelope dialect.TicketEnvelope
		failure  *op.Error
		want     string
	}{
		{"signature, original document", dialect.TicketPlain, ErrSignatureVerifyFail,
			`{"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}`},
		{"broken, original document", dialect.TicketPlain, errInternal,
			`{"Code":"InternalError","Message":"服务器内部错误","EnglishMessage":"system error"}`},
		{"signature, page 1156/50898", dialect.TicketResponse, ErrSignatureVerifyFail,
			`{"Response":{"Error":{"Code":"InvalidParameterValue.Platform","Message":"platform not exist"},"RequestId":"ID"}}`},
		{"broken, page 1156/50898", dialect.TicketResponse, errInternal,
			`{"Response":{"Error":{"Code":"InternalError","Message":"system error"},"RequestId":"ID"}}`},
		{"without English, page 1156/50898", dialect.TicketResponse, &op.Error{Code: "X", Message: "无"},
			`{"Response":{"Error":{"Code":"X","Message":"无"},"RequestId":"ID"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCall(test.envelope)
			got, err := json.Marshal(Service.Envelope(c, nil, test.failure))
			if err != nil {
				t.Fatal(err)
			}
			got = regexp.MustCompile(`"RequestId":"[0-9a-f-]{36}"`).ReplaceAll(got, []byte(`"RequestId":"ID"`))
			diff(t, "response", test.want, string(got))
			diff(t, "ids counted", &op.IDs{}, c.IDs)
		})
	}
}

// A ticket has the number of its tenant. No two logins get the same one.
func TestTicketForm(t *testing.T) {
	t.Parallel()
	c, st := newCall(dialect.TicketPlain), &State{}
	form := regexp.MustCompile(`^tf_[0-9a-f]{17}00000abc$`)
	for range 3 {
		ticket := logIn(t, c, st).Authorization
		if !form.MatchString(ticket) {
			t.Errorf("ticket %q", ticket)
		}
	}
	diff(t, "tickets", 3, len(st.Tickets))

	first := func(change func(*op.Call)) string {
		c := newCall(dialect.TicketPlain)
		change(c)
		return logIn(t, c, &State{}).Authorization
	}
	same := first(func(*op.Call) {})
	diff(t, "of another run", same, first(func(*op.Call) {}))
	for name, change := range map[string]func(*op.Call){
		"user": func(c *op.Call) { c.User = "user_02" }, "time": func(c *op.Call) { c.Now = c.Now.Add(1) },
		"seed": func(c *op.Call) { c.Seed++ }, "tenant": func(c *op.Call) { c.Tenant.ID = "other" },
	} {
		if first(change) == same {
			t.Errorf("another %s gets the same ticket", name)
		}
	}
}

func TestTenantOf(t *testing.T) {
	t.Parallel()
	const random = "0123456789abcdef0"
	for _, test := range []struct {
		name, ticket string
		want         uint32
		ok           bool
	}{
		{"good", "tf_" + random + "00000abc", 0xabc, true},
		{"largest number", "tf_" + random + "ffffffff", 1<<32 - 1, true},
		{"of an unknown kind before the number", "tf_ZZZZZZZZZZZZZZZZZ00000001", 1, true},
		{"empty", "", 0, false},
		{"too short", "tf_" + random + "0000abc", 0, false},
		{"too long", "tf_" + random + "000000abc", 0, false},
		{"another prefix", "tg_" + random + "00000abc", 0, false},
		{"no number", "tf_" + random + "0000000g", 0, false},
		{"a sign", "tf_" + random + "+0000001", 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := TenantOf(test.ticket)
			if ok != test.ok || ok && got != test.want {
				t.Errorf("got %x, %t; want %x, %t", got, ok, test.want, test.ok)
			}
		})
	}
	c := newCall(dialect.TicketPlain)
	c.Tenant.Number = 7
	if got, ok := TenantOf(logIn(t, c, &State{}).Authorization); got != 7 || !ok {
		t.Errorf("the tenant of a login's ticket is %d, %t", got, ok)
	}
}

// The login that makes the number of tickets a power of two deletes those that expired more than a day ago. Here one
// ticket is older than all others.
func TestSweep(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, test := range []struct {
		name    string
		tickets int
		expired time.Duration // ago
		kept    bool
	}{
		{"few", 512, day + 1, true},
		{"nearly many", 1023, day + 1, true},
		{"many", 1024, day + 1, false},
		{"many, a day ago", 1024, day, true},
		{"no power of two", 1025, day + 1, true},
		{"nearly twice as many", 2047, day + 1, true},
		{"twice as many", 2048, day + 1, false},
		{"twice as many, still good", 2048, -1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, st := newCall(dialect.TicketPlain), &State{Tickets: map[string]Ticket{"oldest": {Expires: now.Add(-test.expired)}}}
			for i := range test.tickets - 2 {
				st.Tickets[fmt.Sprint(i)] = Ticket{Expires: now}
			}
			newest := logIn(t, c, st).Authorization
			_, there := st.Tickets["oldest"]
			diff(t, "the oldest is in the state", test.kept, there)
			_, there = st.Tickets[newest]
			diff(t, "the newest is in the state", true, there)
			if gone := test.tickets - len(st.Tickets); gone > 1 || gone == 1 && test.kept {
				t.Errorf("%d tickets were deleted", gone)
			}
		})
	}
}

// The state has a bounded number of tickets, however many logins there are.
func TestStateStaysSmall(t *testing.T) {
	t.Parallel()
	c, st := newCall(dialect.TicketPlain), &State{}
	maxTickets := 0
	for range 20_000 { // 1000 a day
		logIn(t, c, st)
		maxTickets = max(maxTickets, len(st.Tickets))
		c.Now = c.Now.Add(25 * time.Hour / 1000)
	}
	if maxTickets > 2048 {
		t.Errorf("the state held %d tickets", maxTickets)
	}
}

// TicketOf returns the valid ticket that expires last, or makes one without counting it.
func TestTicketOf(t *testing.T) {
	t.Parallel()
	ticket := func(user string, left time.Duration) Ticket { return Ticket{User: user, Expires: now.Add(left)} }
	for _, test := range []struct {
		name    string
		tickets map[string]Ticket
		want    string // "" for a new one
	}{
		{"none", nil, ""},
		{"expired, and another user's", map[string]Ticket{"a": ticket("user_01", 0), "b": ticket("user_02", time.Hour)}, ""},
		{"the longest", map[string]Ticket{"a": ticket("user_01", time.Minute), "b": ticket("user_01", time.Hour), "c": ticket("user_01", 2)}, "b"},
		{"equally long", map[string]Ticket{"b": ticket("user_01", 1), "a": ticket("user_01", 1), "c": ticket("user_01", 1)}, "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, st := newCall(dialect.TicketPlain), &State{Tickets: test.tickets}
			got, err := st.TicketOf(c)
			if err != nil {
				t.Fatal(err)
			}
			if test.want != "" {
				diff(t, "ticket", test.want, got)
				return
			}
			diff(t, "the new one", Ticket{User: "user_01", Platform: "fake-platform", Issued: now, Expires: now.Add(time.Hour)}, st.Tickets[got])
			again, _ := st.TicketOf(c)
			diff(t, "the same again", got, again)
			diff(t, "counts", &op.IDs{}, c.IDs)
			if number, ok := TenantOf(got); !ok || number != 0xabc {
				t.Errorf("%s has not the number of the tenant", got)
			}
			if next := logIn(t, c, st).Authorization; next == got {
				t.Error("the first login gets the same ticket")
			}
		})
	}
}
