package h5ds

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
)

const (
	creditPackage = "310000000000000002" // 1000 credits
	monthPackage  = "320000000000000001" // VIP
	yearPackage   = "320000000000000002" // SVIP, with 500 credits for a month
)

func TestDefaultPackages(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), wtoneID)
	diff(t, "credits", `[{"id":"310000000000000001","name":"100 积分","price":10,"credits":100,"description":"fakecme"},`+
		`{"id":"310000000000000002","name":"1000 积分","price":90,"credits":1000,"description":"fakecme"}]`,
		v.says("User.CreditPackages.List", ``))
	diff(t, "VIP", `[{"id":"320000000000000001","name":"VIP 月卡","current_price":29,"original_price":39,"value":1,"value_unit":"month",`+
		`"description":"fakecme","first_credit":0,"first_credit_expire":null,"vip_level":1,"details":{"vip_level":1}},`+
		`{"id":"320000000000000002","name":"SVIP 年卡","current_price":499,"original_price":599,"value":1,"value_unit":"year",`+
		`"description":"fakecme","first_credit":500,"first_credit_expire":{"value":1,"value_unit":"month"},"vip_level":2,"details":{"vip_level":2}}]`,
		v.says("User.VipPackages.List", ``))
}

func TestOrderResponse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, operation, request string }{
		{"credits", "User.CreditOrders.Create", `{"package_id":"` + creditPackage + `"}`},
		{"credits, number", "User.CreditOrders.Create", `{"package_id":` + creditPackage + `}`},
		{"VIP", "User.VipOrders.Create", `{"package_id":"` + monthPackage + `"}`},
		{"VIP with its level", "User.VipOrders.Create", `{"package_id":"` + monthPackage + `","vip_level":1}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, seeded(t), wtoneID)
			var got orderResponse
			answer := v.says(test.operation, test.request)
			for order := range v.st.Order.Orders.Of(wtoneID) {
				got.ID, got.PayURL = order.ID, api.TextImage("fakecme", "PayOrder", order.ID)
			}
			diff(t, "picture", []string{"fakecme", "PayOrder", got.ID}, textsOf(t, got.PayURL))
			diff(t, "answer", `{"id":"`+got.ID+`","status":0,"expire_at":"2025-09-12T08:51:31.116Z","remaining_seconds":1800,"pay_url_base64":"`+
				got.PayURL+`","details":{"payment_order":{"expireAt":"2025-09-12T08:51:31.116Z"}}}`, answer)
		})
	}
}

// order makes an order and returns its id.
func (v *visit) order(kind, id string) string {
	v.t.Helper()
	v.ok("User."+kind+"Orders.Create", `{"package_id":"`+id+`"}`, nil)
	for order := range v.st.Order.Orders.Of(v.c.User) {
		return order.ID
	}
	return ""
}

// stands is the status of an order, as a client polls it.
func (v *visit) stands(kind, id string) string {
	v.t.Helper()
	return v.says("User."+kind+"Orders.Status", `{"id":"`+id+`"}`)
}

func (v *visit) pay(id string) {
	v.t.Helper()
	if _, err := v.st.PayOrder(v.c, id); err != nil {
		v.t.Fatal(err)
	}
}

func TestOrderStatus(t *testing.T) {
	t.Parallel()
	const minute = Duration(time.Minute)
	for _, kind := range []struct{ name, id string }{{"Credit", creditPackage}, {"Vip", yearPackage}} {
		for _, test := range []struct {
			name  string
			plan  PayPlan
			paid  bool
			after time.Duration
			want  int
		}{
			{"not paid", PayPlan{}, false, 0, OrderUnpaid},
			{"not paid until the end", PayPlan{}, false, orderLife - 1, OrderUnpaid},
			{"closed", PayPlan{}, false, orderLife, OrderClosed},
			{"paid", PayPlan{}, true, 0, OrderDone},
			{"paid, long after", PayPlan{}, true, orderLife, OrderDone},
			{"at once", PayPlan{Immediate: true}, false, 0, OrderDone},
			{"being granted", PayPlan{Granting: minute}, true, time.Minute - 1, OrderGranting},
			{"granted", PayPlan{Granting: minute}, true, time.Minute, OrderDone},
			{"at once, being granted", PayPlan{Immediate: true, Granting: minute}, false, 0, OrderGranting},
			{"failed", PayPlan{Fail: true}, true, 0, OrderFailed},
			{"about to fail", PayPlan{Fail: true, Granting: minute}, true, time.Minute - 1, OrderGranting},
			{"failed after a while", PayPlan{Fail: true, Granting: minute}, true, time.Minute, OrderFailed},
		} {
			t.Run(kind.name+" "+test.name, func(t *testing.T) {
				t.Parallel()
				v := newVisit(t, seeded(t), otherID)
				if err := v.st.PlanOrders(test.plan); err != nil {
					t.Fatal(err)
				}
				id := v.order(kind.name, kind.id)
				if test.paid {
					v.pay(id)
				}
				later := v.later(test.after)
				diff(t, "status", fmt.Sprintf(`{"status":%d}`, test.want), later.stands(kind.name, id))
				var info shownAccount
				later.ok("Account.Info", ``, &info)
				if got, want := info.Credits > 0, test.want == OrderDone; got != want {
					t.Errorf("the user has credits: %t, want %t", got, want)
				}
				if got, want := info.VIPLevel > 0, test.want == OrderDone && kind.name == "Vip"; got != want {
					t.Errorf("the user is VIP: %t, want %t", got, want)
				}
				diff(t, "of another user", "order.other-user", later.as(wtoneID).why("User."+kind.name+"Orders.Status", `{"id":"`+id+`"}`))
				other := map[string]string{"Credit": "Vip", "Vip": "Credit"}[kind.name]
				diff(t, "of another kind", "order.other-kind", later.why("User."+other+"Orders.Status", `{"id":"`+id+`"}`))
			})
		}
	}
}

func TestPayOrderErrors(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), otherID)
	paid, closed := v.order("Credit", creditPackage), v.later(-orderLife).order("Vip", monthPackage)
	v.pay(paid)
	for id, want := range map[string]string{
		"1":    `pay order "1": there is no such order`,
		paid:   `pay order "` + paid + `": its status is 2; only 0 can be paid`,
		closed: `pay order "` + closed + `": its status is 3; only 0 can be paid`,
	} {
		before := encoded(t, v.st)
		_, err := v.st.PayOrder(v.c, id)
		diff(t, "error", want, fmt.Sprint(err))
		diff(t, "state", before, encoded(t, v.st))
	}
	diff(t, "plan", "plan orders: granting: -1s; it cannot be negative", fmt.Sprint(v.st.PlanOrders(PayPlan{Granting: Duration(-time.Second)})))
}

// What is paid stands on the page of credits and in the log, from when it was granted.
func TestPaidCredits(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), wtoneID)
	if err := v.st.PlanOrders(PayPlan{Granting: Duration(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	id := v.order("Credit", creditPackage)
	v.pay(id)
	const empty = `{"data":[],"total":0,"current_page":1,"page_size":20}`
	diff(t, "lots before", empty, v.says("User.Credits.Page", ``))
	diff(t, "log before", empty, v.says("User.CreditLogs.Page", ``))
	later := v.later(time.Minute)
	var lot, log string
	for k := range v.st.Order.Credits.Of(wtoneID) {
		lot = k.ID
	}
	for l := range v.st.Order.CreditLogs.Of(wtoneID) {
		log = l.ID
	}
	const tail = `],"total":1,"current_page":1,"page_size":20}`
	diff(t, "lots", `{"data":[{"id":"`+lot+`","source_type":"purchase","credits":1000,"balance":1000,"status":1,"expire_at":null,`+
		`"source_ref_id":"`+id+`","source_ref_type":"credit_order","createdAt":"2025-09-12T08:22:31.116Z"}`+tail, later.says("User.Credits.Page", ``))
	diff(t, "log", `{"data":[{"id":"`+log+`","type":"purchase","source_type":"purchase","credits":1000,"balance":1012.5,"task_type":"","scene":"",`+
		`"details":{"order_id":"`+id+`"},"createdAt":"2025-09-12T08:22:31.116Z"}`+tail, later.says("User.CreditLogs.Page", ``))
	var info shownAccount
	later.ok("Account.Info", ``, &info)
	diff(t, "credits", 1012.5, info.Credits)
}

// The credits that come with VIP are lost after their time; one order goes on where another ends.
func TestPaidVIP(t *testing.T) {
	t.Parallel()
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 8, 21, 31, 116e6, time.UTC)
	}
	for _, test := range []struct {
		name    string
		before  User
		orders  []string // package ids, in their order
		apart   time.Duration
		at      time.Time
		want    int
		wantEnd time.Time
		credits float64
	}{
		{"nothing", User{}, nil, 0, now, 0, time.Time{}, 0},
		{"a month", User{}, []string{monthPackage}, 0, now, 1, day(2025, 10, 12), 0},
		{"at its end", User{}, []string{monthPackage}, 0, day(2025, 10, 12), 0, day(2025, 10, 12), 0},
		{"two months", User{}, []string{monthPackage, monthPackage}, 0, day(2025, 10, 12), 1, day(2025, 11, 12), 0},
		{"two months with a gap", User{}, []string{monthPackage, monthPackage}, 40 * 24 * time.Hour, day(2025, 11, 1), 1, day(2025, 11, 22), 0},
		{"a month, then a year of SVIP", User{}, []string{monthPackage, yearPackage}, 0, now, 2, day(2026, 10, 12), 500},
		{"a year of SVIP, then a month", User{}, []string{yearPackage, monthPackage}, 0, now, 2, day(2026, 10, 12), 500},
		{"credits at their end", User{}, []string{yearPackage}, 0, day(2025, 10, 12), 2, day(2026, 9, 12), 0},
		{"on top of a seed", User{VIPLevel: 1, VIPExpire: day(2025, 12, 1)}, []string{monthPackage}, 0, now, 1, day(2026, 1, 1), 0},
		{"after a seed", User{VIPLevel: 2, VIPExpire: now}, []string{monthPackage}, 0, now, 1, day(2025, 10, 12), 0},
		{"on top of VIP for ever", User{VIPLevel: 1}, []string{yearPackage}, 0, now.AddDate(5, 0, 0), 2, time.Time{}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, seeded(t), otherID)
			test.before.ID, test.before.UserID = otherID, "user_02"
			v.st.Account.Users.Put(test.before)
			for i, id := range test.orders {
				buy := v.later(time.Duration(i) * test.apart)
				buy.pay(buy.order("Vip", id))
			}
			level, end := v.st.Order.vip(test.before, test.at)
			diff(t, "level", test.want, level)
			diff(t, "end", test.wantEnd, end)
			diff(t, "credits", test.credits, v.st.Order.balance(test.before, test.at))
		})
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	from := time.Date(2025, 1, 30, 0, 0, 0, 0, time.UTC)
	for unit, want := range map[Unit]string{"day": "2025-02-01", "month": "2025-03-30", "year": "2027-01-30"} {
		diff(t, string(unit), want, Period{2, unit}.after(from).Format(time.DateOnly))
	}
}

// An order keeps the package as it was ordered, and the plan.
func TestOrderKeepsItsPackage(t *testing.T) {
	t.Parallel()
	v := newVisit(t, seeded(t), otherID)
	p, err := v.st.PutCreditPackage(v.c, CreditPackage{ID: "5", Name: "n", Credits: 7})
	if err != nil {
		t.Fatal(err)
	}
	id := v.order("Credit", "5")
	p.Credits = 70
	if _, err := v.st.PutCreditPackage(v.c, p); err != nil {
		t.Fatal(err)
	}
	if err := v.st.PlanOrders(PayPlan{Fail: true}); err != nil {
		t.Fatal(err)
	}
	v.pay(id)
	user, _ := v.st.Account.Users.Get(otherID)
	diff(t, "credits", 7.0, v.st.Order.balance(user, now))
	if list := v.says("User.CreditPackages.List", ``); strings.Contains(list, creditPackage) {
		t.Errorf("a default package stands beside the seeded one: %s", list)
	}
}

func TestDurationRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"seconds", `"90s"`, `{"granting":"1m30s"}`},
		{"no duration", `"soon"`, `duration: time: invalid duration "soon"; write it like 90s or 1m30s`},
	} {
		var plan PayPlan
		got := ""
		if err := json.Unmarshal([]byte(`{"granting":`+test.text+`}`), &plan); err != nil {
			got = err.Error()
		} else {
			got = encoded(t, plan)
		}
		diff(t, test.name, test.want, got)
	}
}
