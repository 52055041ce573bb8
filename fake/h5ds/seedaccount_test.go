package h5ds_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/order"
	"go.yaml.in/yaml/v3"
)

func TestLoadErrorsOfAccounts(t *testing.T) {
	t.Parallel()
	u := account.User{ID: "1", UserID: "u"}
	own := account.User{ID: "2", Username: "alice", Mobile: "15800000000"}
	users := func(more ...account.User) h5ds.Fixtures {
		return h5ds.Fixtures{Users: append([]account.User{u, own}, more...)}
	}
	with := func(f h5ds.Fixtures) h5ds.Fixtures { f.Users = users().Users; return f }
	month := func(change func(*order.VIPPackage)) h5ds.Fixtures {
		p := order.VIPPackage{ID: "5", Name: "n"}
		change(&p)
		return h5ds.Fixtures{VIPPackages: []order.VIPPackage{p}}
	}
	for _, test := range []struct {
		name     string
		fixtures h5ds.Fixtures
		want     string
	}{
		{"nothing to log in with", users(account.User{NickName: "n"}),
			`users[2]: put user "": there is no userId, and no username, mobile or email to log in with`},
		{"an account twice", users(account.User{Username: "alice"}), `users[2]: the account "alice" stands at users[1] already`},
		{"third party's user with a login name", users(account.User{UserID: "v", Username: "v"}),
			`users[2]: put user "v": a user of a third party has no username; leave out one of the two`},
		{"name of another id", users(account.User{ID: "3", Username: "bob", Mobile: "15800000000"}),
			`users[2]: put user "bob": the user has the id 2 already and cannot become 3`},
		{"id of a third party's user", users(account.User{ID: "1", Username: "bob"}), `users[2]: put user "bob": the id 1 is that of user "u"`},
		{"own user's id", users(account.User{ID: "2", UserID: "v"}), `users[2]: put user "v": the id 2 is that of user "alice"`},

		{"message: owner", h5ds.Fixtures{Messages: []account.Message{{Title: "n", Owner: "x"}}},
			`messages[0]: put message "n" of "x": there is no such owner; put the user first`},
		{"message: id", with(h5ds.Fixtures{Messages: []account.Message{{ID: "x", Owner: "u"}}}),
			`messages[0]: put message "x" of "u": the id "x" is not decimal digits; leave it out for a new one`},
		{"message: another's id", with(h5ds.Fixtures{Messages: []account.Message{{ID: "5", Owner: "u"}, {ID: "6", Owner: "u"}, {ID: "5", Owner: "alice"}}}),
			`messages[2]: id "5" stands at messages[0] already`},
		{"message: type", with(h5ds.Fixtures{Messages: []account.Message{{ID: "5", Owner: "u", TypeID: 30}}}),
			`messages[0]: put message "5" of "u": the type_id 30 is none of 31 (private), 32 (platform), 33 (activity)`},
		{"credit: negative", with(h5ds.Fixtures{Credits: []order.Credit{{ID: "5", Owner: "u", Credits: -1}}}),
			`credits[0]: put credit "5" of "u": the credits -1 or the balance -1 are negative, no number, or less than what is left`},
		{"credit: more left than given", with(h5ds.Fixtures{Credits: []order.Credit{{ID: "5", Owner: "u", Credits: 1, Balance: h5dstest.Ptr(2.0)}}}),
			`credits[0]: put credit "5" of "u": the credits 1 or the balance 2 are negative, no number, or less than what is left`},
		{"credit: owner", h5ds.Fixtures{Credits: []order.Credit{{ID: "5", Owner: "x"}}},
			`credits[0]: put credit "5" of "x": there is no such owner; put the user first`},
		{"log: type", with(h5ds.Fixtures{CreditLogs: []order.CreditLog{{ID: "5", Owner: "u"}}}),
			`creditLogs[0]: put credit log "5" of "u": the type is empty; give a word such as reward or consume`},
		{"log: balance", with(h5ds.Fixtures{CreditLogs: []order.CreditLog{{ID: "5", Owner: "u", Type: "t", Credits: -1, Balance: -1}}}),
			`creditLogs[0]: put credit log "5" of "u": the credits -1 or the balance -1 are no number, or the balance is negative`},
		{"log: infinite", with(h5ds.Fixtures{CreditLogs: []order.CreditLog{{ID: "5", Owner: "u", Type: "t", Credits: math.Inf(-1)}}}),
			`creditLogs[0]: put credit log "5" of "u": the credits -Inf or the balance 0 are no number, or the balance is negative`},
		{"log: owner", h5ds.Fixtures{CreditLogs: []order.CreditLog{{ID: "5", Owner: "x"}}},
			`creditLogs[0]: put credit log "5" of "x": there is no such owner; put the user first`},
		{"credit package: id", h5ds.Fixtures{CreditPackages: []order.CreditPackage{{ID: "x", Name: "n"}}},
			`creditPackages[0]: put credit package "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"credit package: name", h5ds.Fixtures{CreditPackages: []order.CreditPackage{{ID: "5"}}}, `creditPackages[0]: put credit package "5": the name is empty`},
		{"credit package: price", h5ds.Fixtures{CreditPackages: []order.CreditPackage{{Name: "n", Price: -1}}},
			`creditPackages[0]: put credit package "n": the price -1 or the credits 0 are negative or no number`},
		{"VIP package: id", month(func(p *order.VIPPackage) { p.ID = "x" }),
			`vipPackages[0]: put VIP package "x": the id "x" is not decimal digits; leave it out for a new one`},
		{"VIP package: name", month(func(p *order.VIPPackage) { p.Name = "" }), `vipPackages[0]: put VIP package "5": the name is empty`},
		{"VIP package: price", month(func(p *order.VIPPackage) { p.OriginalPrice = -1 }),
			`vipPackages[0]: put VIP package "5": the price 0, the original price -1 or the first credit 0 is negative or no number`},
		{"VIP package: level", month(func(p *order.VIPPackage) { p.VIPLevel = 3 }), `vipPackages[0]: put VIP package "5": the vip_level 3 is none of 1 (VIP), 2 (SVIP)`},
		{"VIP package: unit", month(func(p *order.VIPPackage) { p.ValueUnit = "week" }),
			`vipPackages[0]: put VIP package "5": 1 "week" is no time; give 1 to 1000, and day, month or year`},
		{"VIP package: too long", month(func(p *order.VIPPackage) { p.Value = 1001 }),
			`vipPackages[0]: put VIP package "5": 1001 "month" is no time; give 1 to 1000, and day, month or year`},
		{"VIP package: time of its credits", month(func(p *order.VIPPackage) { p.FirstCreditExpire = &order.Period{} }),
			`vipPackages[0]: put VIP package "5": 0 "" is no time; give 1 to 1000, and day, month or year`},
		{"plan", h5ds.Fixtures{PayPlan: order.PayPlan{Granting: -1}}, `payPlan: plan orders: granting: -1ns; it cannot be negative`},
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

// A seed that names a user by what is bound takes the place of that user, who keeps the id.
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

	// A number that a user of the third party has proved is not free for a seed.
	v := h5dstest.New(t, st, h5dstest.WtoneID)
	code := v.Code("Account.Sms.BindMobile", "mobile", "15800000001")
	v.Data("Account.BindMobile", `{"mobile":"15800000001","code":"`+code+`"}`)
	_, err = h5ds.Put(st, c, account.User{Mobile: "15800000001"})
	h5dstest.Diff(t, "error", `put user "15800000001": the mobile is bound to user "user_01" of the third party`, fmt.Sprint(err))
}

func TestAccountFixturesRead(t *testing.T) {
	t.Parallel()
	const stamp = `2025-09-12T08:21:31.116Z`
	const asYAML = `
users: [{username: alice, password: plain text, mobile: "15800000000", email: a@b.c}]
messages: [{id: "1", owner: alice, type_id: 33, title: t, contents: <b>, send_date: ` + stamp + `, read: true, createdAt: ` + stamp + `}]
credits: [{id: "2", owner: alice, source_type: vip, credits: 2.5, balance: 0, invalid: true, expire_at: ` + stamp + `,
  source_ref_id: "9", source_ref_type: r, createdAt: ` + stamp + `}]
creditLogs: [{id: "3", owner: alice, type: t, source_type: s, credits: -1, balance: 2, task_type: tts, scene: c, details: {order_id: "9"}, createdAt: ` + stamp + `}]
creditPackages: [{id: "4", name: n, price: 1.5, credits: 10, description: d}]
vipPackages: [{id: "5", name: n, current_price: 1, original_price: 2, value: 3, value_unit: day, description: d, first_credit: 4,
  first_credit_expire: {value: 5, value_unit: year}, vip_level: 2}]
payPlan: {immediate: true, granting: 90s, fail: true}
`
	want := h5ds.Fixtures{
		Users:    []account.User{{Username: "alice", Password: "plain text", Mobile: "15800000000", Email: "a@b.c"}},
		Messages: []account.Message{{ID: "1", Owner: "alice", TypeID: 33, Title: "t", Contents: "<b>", SendDate: h5dstest.Now, Read: true, CreatedAt: h5dstest.Now}},
		Credits: []order.Credit{{ID: "2", Owner: "alice", SourceType: "vip", Credits: 2.5, Balance: h5dstest.Ptr(0.0), Invalid: true, ExpireAt: h5dstest.Now,
			SourceRefID: "9", SourceRefType: "r", CreatedAt: h5dstest.Now}},
		CreditLogs: []order.CreditLog{{ID: "3", Owner: "alice", Type: "t", SourceType: "s", Credits: -1, Balance: 2, TaskType: "tts", Scene: "c",
			Details: map[string]string{"order_id": "9"}, CreatedAt: h5dstest.Now}},
		CreditPackages: []order.CreditPackage{{ID: "4", Name: "n", Price: 1.5, Credits: 10, Description: "d"}},
		VIPPackages: []order.VIPPackage{{ID: "5", Name: "n", CurrentPrice: 1, OriginalPrice: 2, Value: 3, ValueUnit: "day", Description: "d",
			FirstCredit: 4, FirstCreditExpire: &order.Period{Value: 5, ValueUnit: "year"}, VIPLevel: 2}},
		PayPlan: order.PayPlan{Immediate: true, Granting: order.Duration(90 * time.Second), Fail: true},
	}
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

	// Loaded twice: one seed fills many tenants. The state goes out and comes back.
	for range 2 {
		st, restored := &h5ds.State{}, &h5ds.State{}
		h5dstest.Load(t, st, read)
		if err := json.Unmarshal([]byte(h5dstest.JSON(t, st)), restored); err != nil {
			t.Fatal(err)
		}
		h5dstest.Diff(t, "restored", h5dstest.JSON(t, st), h5dstest.JSON(t, restored))
	}
	h5dstest.Diff(t, "the seed after it was loaded", want, read)
}

// What a test author does to a seed, or to what came back, must not reach the state.
func TestAccountSeedsStayApart(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	c := h5dstest.Call("")
	balance, details, period := 1.0, map[string]string{"a": "b"}, order.Period{Value: 1, ValueUnit: "day"}
	lot, err1 := h5ds.Put(st, c, order.Credit{Owner: "user_01", Credits: 2, Balance: &balance})
	log, err2 := h5ds.Put(st, c, order.CreditLog{Owner: "user_01", Type: "t", Details: details})
	vip, err3 := h5ds.Put(st, c, order.VIPPackage{Name: "n", FirstCreditExpire: &period})
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	var made struct{ ID string }
	v := h5dstest.New(t, st, h5dstest.WtoneID)
	v.Read("User.VipOrders.Create", `{"package_id":"`+vip.ID+`"}`, &made)
	paid, err := st.PayOrder(v.Call, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	before := h5dstest.JSON(t, st)
	balance, *lot.Balance, details["a"], log.Details["a"], period.Value = 2, 2, "x", "y", 9
	vip.FirstCreditExpire.Value, paid.VIP.Name, paid.VIP.FirstCreditExpire.Value = 9, "x", 9
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

func TestSeedDefaults(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	c := h5dstest.Call("")
	message, err1 := h5ds.Put(st, c, account.Message{Owner: "user_01"})
	lot, err2 := h5ds.Put(st, c, order.Credit{Owner: "user_01", Credits: 3})
	vip, err3 := h5ds.Put(st, c, order.VIPPackage{Name: "n"})
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	h5dstest.Diff(t, "message", account.Message{ID: message.ID, Owner: h5dstest.WtoneID, TypeID: account.MessagePlatform, SendDate: h5dstest.Now, CreatedAt: h5dstest.Now}, message)
	h5dstest.Diff(t, "credit", order.Credit{ID: lot.ID, Owner: h5dstest.WtoneID, SourceType: "reward", Credits: 3, CreatedAt: h5dstest.Now}, lot)
	h5dstest.Diff(t, "VIP package", order.VIPPackage{ID: vip.ID, Name: "n", Value: 1, ValueUnit: "month", VIPLevel: 1}, vip)
	if message.ID == "" || lot.ID == "" || vip.ID == "" {
		t.Error("a seed has no id")
	}
	taken := message
	taken.Owner = "user_02"
	_, err := h5ds.Put(st, c, taken)
	h5dstest.Diff(t, "another's id", `put message "`+message.ID+`" of "user_02": the id is in use already, by `+h5dstest.WtoneID, fmt.Sprint(err))
}
