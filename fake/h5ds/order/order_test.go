package order_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/order"
	"github.com/fakecme/fakecme/fake/internal/golden"
)

const (
	creditPackage = "310000000000000002" // 1000 credits
	monthPackage  = "320000000000000001" // VIP
	yearPackage   = "320000000000000002" // SVIP, with 500 credits for a month
)

// shownAccount has the fields of Account.Info that these tests read.
type shownAccount struct {
	Credits  float64
	VIPLevel int `json:"vip_level"`
}

func TestDefaultPackages(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID)
	h5dstest.Diff(t, "credits", `[{"id":"310000000000000001","name":"100 积分","price":10,"credits":100,"description":"fakecme"},`+
		`{"id":"310000000000000002","name":"1000 积分","price":90,"credits":1000,"description":"fakecme"}]`,
		v.Data("User.CreditPackages.List", ``))
	h5dstest.Diff(t, "VIP", `[{"id":"320000000000000001","name":"VIP 月卡","current_price":29,"original_price":39,"value":1,"value_unit":"month",`+
		`"description":"fakecme","first_credit":0,"first_credit_expire":null,"vip_level":1,"details":{"vip_level":1}},`+
		`{"id":"320000000000000002","name":"SVIP 年卡","current_price":499,"original_price":599,"value":1,"value_unit":"year",`+
		`"description":"fakecme","first_credit":500,"first_credit_expire":{"value":1,"value_unit":"month"},"vip_level":2,"details":{"vip_level":2}}]`,
		v.Data("User.VipPackages.List", ``))
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
			v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID)
			var got struct {
				ID     string
				PayURL string `json:"pay_url_base64"`
			}
			response := v.Data(test.operation, test.request)
			h5dstest.FromJSON(t, response, &got)
			h5dstest.Diff(t, "picture", []string{"fakecme", "PayOrder", got.ID}, h5dstest.Texts(t, got.PayURL))
			h5dstest.Diff(t, "response", `{"id":"`+got.ID+`","status":0,"expire_at":"2025-09-12T08:51:31.116Z","remaining_seconds":1800,"pay_url_base64":"`+
				got.PayURL+`","details":{"payment_order":{"expireAt":"2025-09-12T08:51:31.116Z"}}}`, response)
		})
	}
}

// buy makes an order and returns its id.
func buy(v *h5dstest.Visit, kind, id string) string {
	v.T.Helper()
	v.Data("User."+kind+"Orders.Create", `{"package_id":"`+id+`"}`)
	for order := range v.State.Order.Orders.Of(v.Call.User) {
		return order.ID
	}
	return ""
}

// status polls the status of an order.
func status(v *h5dstest.Visit, kind, id string) string {
	v.T.Helper()
	return v.Data("User."+kind+"Orders.Status", `{"id":"`+id+`"}`)
}

func pay(v *h5dstest.Visit, id string) {
	v.T.Helper()
	if _, err := v.State.PayOrder(v.Call, id); err != nil {
		v.T.Fatal(err)
	}
}

func TestOrderStatus(t *testing.T) {
	t.Parallel()
	const minute = order.Duration(time.Minute)
	for _, kind := range []struct{ name, id string }{{"Credit", creditPackage}, {"Vip", yearPackage}} {
		for _, test := range []struct {
			name  string
			plan  order.PayPlan
			paid  bool
			after time.Duration
			want  int
		}{
			{"not paid", order.PayPlan{}, false, 0, order.OrderUnpaid},
			{"not paid until the end", order.PayPlan{}, false, h5dstest.OrderLife - 1, order.OrderUnpaid},
			{"closed", order.PayPlan{}, false, h5dstest.OrderLife, order.OrderClosed},
			{"paid", order.PayPlan{}, true, 0, order.OrderDone},
			{"paid, long after", order.PayPlan{}, true, h5dstest.OrderLife, order.OrderDone},
			{"at once", order.PayPlan{Immediate: true}, false, 0, order.OrderDone},
			{"being granted", order.PayPlan{Granting: minute}, true, time.Minute - 1, order.OrderGranting},
			{"granted", order.PayPlan{Granting: minute}, true, time.Minute, order.OrderDone},
			{"at once, being granted", order.PayPlan{Immediate: true, Granting: minute}, false, 0, order.OrderGranting},
			{"failed", order.PayPlan{Fail: true}, true, 0, order.OrderFailed},
			{"about to fail", order.PayPlan{Fail: true, Granting: minute}, true, time.Minute - 1, order.OrderGranting},
			{"failed after a while", order.PayPlan{Fail: true, Granting: minute}, true, time.Minute, order.OrderFailed},
		} {
			t.Run(kind.name+" "+test.name, func(t *testing.T) {
				t.Parallel()
				v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.OtherID)
				if err := v.State.Order.PlanOrders(test.plan); err != nil {
					t.Fatal(err)
				}
				id := buy(v, kind.name, kind.id)
				if test.paid {
					pay(v, id)
				}
				later := v.Later(test.after)
				h5dstest.Diff(t, "status", fmt.Sprintf(`{"status":%d}`, test.want), status(later, kind.name, id))
				var info shownAccount
				later.Read("Account.Info", ``, &info)
				if got, want := info.Credits > 0, test.want == order.OrderDone; got != want {
					t.Errorf("the user has credits: %t, want %t", got, want)
				}
				if got, want := info.VIPLevel > 0, test.want == order.OrderDone && kind.name == "Vip"; got != want {
					t.Errorf("the user is VIP: %t, want %t", got, want)
				}
				h5dstest.Diff(t, "of another user", "order.other-user", later.As(h5dstest.WtoneID).Why("User."+kind.name+"Orders.Status", `{"id":"`+id+`"}`))
				other := map[string]string{"Credit": "Vip", "Vip": "Credit"}[kind.name]
				h5dstest.Diff(t, "of another kind", "order.other-kind", later.Why("User."+other+"Orders.Status", `{"id":"`+id+`"}`))
			})
		}
	}
}

func TestPayOrderErrors(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.OtherID)
	paid, closed := buy(v, "Credit", creditPackage), buy(v.Later(-h5dstest.OrderLife), "Vip", monthPackage)
	pay(v, paid)
	for id, want := range map[string]string{
		"1":    `pay order "1": there is no such order`,
		paid:   `pay order "` + paid + `": its status is 2; only 0 can be paid`,
		closed: `pay order "` + closed + `": its status is 3; only 0 can be paid`,
	} {
		before := h5dstest.JSON(t, v.State)
		_, err := v.State.PayOrder(v.Call, id)
		h5dstest.Diff(t, "error", want, fmt.Sprint(err))
		h5dstest.Diff(t, "state", before, h5dstest.JSON(t, v.State))
	}
	h5dstest.Diff(t, "plan", "plan orders: granting: -1s; it cannot be negative", fmt.Sprint(v.State.Order.PlanOrders(order.PayPlan{Granting: order.Duration(-time.Second)})))
}

// Paid credits are on the page of credits and in the log from the time of the grant.
func TestPaidCredits(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID)
	if err := v.State.Order.PlanOrders(order.PayPlan{Granting: order.Duration(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	id := buy(v, "Credit", creditPackage)
	pay(v, id)
	const empty = `{"data":[],"total":0,"current_page":1,"page_size":20}`
	h5dstest.Diff(t, "lots before", empty, v.Data("User.Credits.Page", ``))
	h5dstest.Diff(t, "log before", empty, v.Data("User.CreditLogs.Page", ``))
	later := v.Later(time.Minute)
	var lot, log string
	for k := range v.State.Order.Credits.Of(h5dstest.WtoneID) {
		lot = k.ID
	}
	for l := range v.State.Order.CreditLogs.Of(h5dstest.WtoneID) {
		log = l.ID
	}
	const tail = `],"total":1,"current_page":1,"page_size":20}`
	h5dstest.Diff(t, "lots", `{"data":[{"id":"`+lot+`","source_type":"purchase","credits":1000,"balance":1000,"status":1,"expire_at":null,`+
		`"source_ref_id":"`+id+`","source_ref_type":"credit_order","createdAt":"2025-09-12T08:22:31.116Z"}`+tail, later.Data("User.Credits.Page", ``))
	h5dstest.Diff(t, "log", `{"data":[{"id":"`+log+`","type":"purchase","source_type":"purchase","credits":1000,"balance":1012.5,"task_type":"","scene":"",`+
		`"details":{"order_id":"`+id+`"},"createdAt":"2025-09-12T08:22:31.116Z"}`+tail, later.Data("User.CreditLogs.Page", ``))
	var info shownAccount
	later.Read("Account.Info", ``, &info)
	h5dstest.Diff(t, "credits", 1012.5, info.Credits)
}

// The credits of a VIP package expire, and one order begins where another ends.
func TestPaidVIP(t *testing.T) {
	t.Parallel()
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 8, 21, 31, 116e6, time.UTC)
	}
	for _, test := range []struct {
		name    string
		before  account.User
		orders  []string // package ids, in their order
		gap     time.Duration
		at      time.Time
		want    int
		wantEnd time.Time
		credits float64
	}{
		{"nothing", account.User{}, nil, 0, h5dstest.Now, 0, time.Time{}, 0},
		{"a month", account.User{}, []string{monthPackage}, 0, h5dstest.Now, 1, day(2025, 10, 12), 0},
		{"at its end", account.User{}, []string{monthPackage}, 0, day(2025, 10, 12), 0, day(2025, 10, 12), 0},
		{"two months", account.User{}, []string{monthPackage, monthPackage}, 0, day(2025, 10, 12), 1, day(2025, 11, 12), 0},
		{"two months with a gap", account.User{}, []string{monthPackage, monthPackage}, 40 * 24 * time.Hour, day(2025, 11, 1), 1, day(2025, 11, 22), 0},
		{"a month, then a year of SVIP", account.User{}, []string{monthPackage, yearPackage}, 0, h5dstest.Now, 2, day(2026, 10, 12), 500},
		{"a year of SVIP, then a month", account.User{}, []string{yearPackage, monthPackage}, 0, h5dstest.Now, 2, day(2026, 10, 12), 500},
		{"credits at their end", account.User{}, []string{yearPackage}, 0, day(2025, 10, 12), 2, day(2026, 9, 12), 0},
		{"on top of a VIP that was put", account.User{VIPLevel: 1, VIPExpire: day(2025, 12, 1)}, []string{monthPackage}, 0, h5dstest.Now, 1, day(2026, 1, 1), 0},
		{"after a VIP that was put", account.User{VIPLevel: 2, VIPExpire: h5dstest.Now}, []string{monthPackage}, 0, h5dstest.Now, 1, day(2025, 10, 12), 0},
		{"on top of VIP for ever", account.User{VIPLevel: 1}, []string{yearPackage}, 0, h5dstest.Now.AddDate(5, 0, 0), 2, time.Time{}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.OtherID)
			test.before.ID, test.before.UserID = h5dstest.OtherID, "user_02"
			v.State.Account.Users.Put(test.before)
			for i, id := range test.orders {
				then := v.Later(time.Duration(i) * test.gap)
				pay(then, buy(then, "Vip", id))
			}
			level, end := v.State.Order.VIP(test.before, test.at)
			h5dstest.Diff(t, "level", test.want, level)
			h5dstest.Diff(t, "end", test.wantEnd, end)
			h5dstest.Diff(t, "credits", test.credits, v.State.Order.Balance(test.before, test.at))
		})
	}
}

// An order keeps the package and the plan of its time.
func TestOrderKeepsItsPackage(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.OtherID)
	p, err := h5ds.Put(v.State, v.Call, order.CreditPackage{ID: "5", Name: "n", Credits: 7})
	if err != nil {
		t.Fatal(err)
	}
	id := buy(v, "Credit", "5")
	p.Credits = 70
	if _, err := h5ds.Put(v.State, v.Call, p); err != nil {
		t.Fatal(err)
	}
	if err := v.State.Order.PlanOrders(order.PayPlan{Fail: true}); err != nil {
		t.Fatal(err)
	}
	pay(v, id)
	user, _ := v.State.Account.Users.Get(h5dstest.OtherID)
	h5dstest.Diff(t, "credits", 7.0, v.State.Order.Balance(user, h5dstest.Now))
	if list := v.Data("User.CreditPackages.List", ``); strings.Contains(list, creditPackage) {
		t.Errorf("a default package is listed beside the one that was put: %s", list)
	}
}

func TestDurationRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"seconds", `"90s"`, `{"granting":"1m30s"}`},
		{"no duration", `"soon"`, `duration: time: invalid duration "soon"; write it like 90s or 1m30s`},
	} {
		var plan order.PayPlan
		got := ""
		if err := json.Unmarshal([]byte(`{"granting":`+test.text+`}`), &plan); err != nil {
			got = err.Error()
		} else {
			got = h5dstest.JSON(t, plan)
		}
		h5dstest.Diff(t, test.name, test.want, got)
	}
}

func TestPutDefaults(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	batch := h5dstest.Put(t, st, order.Credit{Owner: "user_01", Credits: 3})
	vip := h5dstest.Put(t, st, order.VIPPackage{Name: "n"})
	h5dstest.Diff(t, "credit", order.Credit{ID: batch.ID, Owner: h5dstest.WtoneID, SourceType: "reward", Credits: 3, CreatedAt: h5dstest.Now}, batch)
	h5dstest.Diff(t, "VIP package", order.VIPPackage{ID: vip.ID, Name: "n", Value: 1, ValueUnit: "month", VIPLevel: 1}, vip)
	if batch.ID == "" || vip.ID == "" {
		t.Error("a value has no id")
	}
}

// A paid order shares no memory with the state.
func TestPaidOrderIsACopy(t *testing.T) {
	t.Parallel()
	v := h5dstest.New(t, h5dstest.Seeded(t), h5dstest.WtoneID)
	vip := h5dstest.Put(t, v.State, order.VIPPackage{Name: "n", FirstCreditExpire: &order.Period{Value: 1, ValueUnit: "day"}})
	paid, err := v.State.PayOrder(v.Call, buy(v, "Vip", vip.ID))
	if err != nil {
		t.Fatal(err)
	}
	before := h5dstest.JSON(t, v.State)
	paid.VIP.Name, paid.VIP.FirstCreditExpire.Value = "x", 9
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, v.State))
}

func TestRejected(t *testing.T) {
	t.Parallel()
	h5dstest.AllRejected(t)
}

func TestBadFixtures(t *testing.T) {
	t.Parallel()
	h5dstest.BadFixtures(t)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, text := range h5dstest.Scripts(t) {
		golden.Compare(t, name, text)
	}
}
