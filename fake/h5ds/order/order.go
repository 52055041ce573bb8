package order

import (
	"fmt"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var orderOps = []op.Op[Scope]{
	op.Write("User.CreditOrders.Create", createCreditOrder),
	op.Read("User.CreditOrders.Status", creditOrderStatus),
	op.Write("User.VipOrders.Create", createVIPOrder),
	op.Read("User.VipOrders.Status", vipOrderStatus),
}

// State is the packages for sale, the orders, and the credits of the users.
type State struct {
	// Credits, CreditLogs and Orders belong to the platform id of a user.
	Credits    table.Table[Credit]    `json:"credits,omitzero"`
	CreditLogs table.Table[CreditLog] `json:"creditLogs,omitzero"`
	Orders     table.Table[Order]     `json:"orders,omitzero"`
	// Packages belong to the system.
	CreditPackages table.Table[CreditPackage] `json:"creditPackages,omitzero"`
	VIPPackages    table.Table[VIPPackage]    `json:"vipPackages,omitzero"`
	// PayPlan is for orders that calls make.
	PayPlan PayPlan `json:"payPlan,omitzero"`
}

// Scope is the state with the accounts, which its operations use.
type Scope struct {
	*State
	Accounts *account.State
}

// Ops are the operations of orders, packages and credits.
var Ops = slices.Concat(orderOps, packageOps, creditOps)

// Order is an order of one package, of credits or of VIP. Its status follows from these fields and the time. A test
// pays it with [Scope.PayOrder], or plans the payment with [PayPlan].
type Order struct {
	ID string `json:"id"`
	// Owner is the platform id of the buyer.
	Owner string `json:"owner"`
	// Credit or VIP is the package at the time of the order.
	Credit    *CreditPackage `json:"credit,omitempty"`
	VIP       *VIPPackage    `json:"vip,omitempty"`
	CreatedAt time.Time      `json:"createdAt"`
	Plan      PayPlan        `json:"plan,omitzero"`
	Paid      time.Time      `json:"paid,omitzero"`
}

func (o Order) RowKey() (id, owner string) { return o.ID, o.Owner }

// Duration is a duration that JSON and YAML write as "1m30s".
type Duration time.Duration

// MarshalText writes the duration as [time.Duration.String] does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("duration: %w; write it like 90s or 1m30s", err)
	}
	*d = Duration(parsed)
	return nil
}

// PayPlan is the plan of an order's payment. The zero plan waits for [Scope.PayOrder] and grants at once.
type PayPlan struct {
	// Immediate pays an order when it is made.
	Immediate bool `json:"immediate,omitempty" yaml:"immediate,omitempty"`
	// Granting is the tenant's time between the payment and the grant of what was paid for.
	Granting Duration `json:"granting,omitzero" yaml:"granting,omitempty"`
	// Fail lets the grant fail.
	Fail bool `json:"fail,omitempty" yaml:"fail,omitempty"`
}

// States of an order, as the vendor's newest client has them.
const (
	OrderUnpaid   = 0
	OrderGranting = 1
	OrderDone     = 2
	OrderClosed   = 3
	OrderFailed   = 4
)

// orderLife is how long an order can be paid. The vendor's client counts down from it by default.
const orderLife = 1800 * time.Second

func (o Order) expires() time.Time { return o.CreatedAt.Add(orderLife) }

// granted is the time of the grant of what was paid for.
func (o Order) granted() time.Time { return o.Paid.Add(time.Duration(o.Plan.Granting)) }

// Status is one of the Order constants.
func (o Order) Status(now time.Time) int {
	switch {
	case o.Paid.IsZero() && now.Before(o.expires()):
		return OrderUnpaid
	case o.Paid.IsZero():
		return OrderClosed
	case now.Before(o.granted()):
		return OrderGranting
	case o.Plan.Fail:
		return OrderFailed
	}
	return OrderDone
}

// orderResponse has the fields that the vendor's newest client reads. The client reads the expiry in two places.
type orderResponse struct {
	ID               string       `json:"id"`
	Status           int          `json:"status"`
	ExpireAt         api.Stamp    `json:"expire_at"`
	RemainingSeconds int          `json:"remaining_seconds"`
	PayURL           string       `json:"pay_url_base64"`
	Details          orderDetails `json:"details"`
}

type orderDetails struct {
	PaymentOrder struct {
		ExpireAt api.Stamp `json:"expireAt"`
	} `json:"payment_order"`
}

type orderRequest struct {
	PackageID api.Text    `json:"package_id"`
	VIPLevel  *api.Number `json:"vip_level"`
}

func createCreditOrder(c *op.Call, st *Scope, req orderRequest) (orderResponse, error) {
	all := st.creditPackages()
	i := slices.IndexFunc(all, func(p CreditPackage) bool { return p.ID == string(req.PackageID) })
	if i < 0 {
		return orderResponse{}, noPackage(req.PackageID, "User.CreditPackages.List")
	}
	return st.order(c, Order{Credit: &all[i]}), nil
}

func createVIPOrder(c *op.Call, st *Scope, req orderRequest) (orderResponse, error) {
	all := st.vipPackages()
	i := slices.IndexFunc(all, func(p VIPPackage) bool { return p.ID == string(req.PackageID) })
	if i < 0 {
		return orderResponse{}, noPackage(req.PackageID, "User.VipPackages.List")
	}
	if req.VIPLevel != nil && *req.VIPLevel != api.Number(all[i].VIPLevel) {
		return orderResponse{}, api.ErrVIPLevel.Because("order.vip-level", "send the vip_level of the package, or none",
			"the package is of level %d, the order of level %v", all[i].VIPLevel, *req.VIPLevel)
	}
	return st.order(c, Order{VIP: &all[i]}), nil
}

func noPackage(id api.Text, list string) error {
	return api.ErrPackage.Because("order.package", "send the id of a package of "+list, "there is no package %q", string(id))
}

func (st *Scope) order(c *op.Call, o Order) orderResponse {
	o = o.clone()
	o.ID, o.Owner, o.CreatedAt, o.Plan = st.Orders.NewID(c), c.User, c.Now, st.PayPlan
	st.Orders.Put(o)
	if o.Plan.Immediate {
		o = st.pay(c, o)
	}
	response := orderResponse{
		ID: o.ID, Status: o.Status(c.Now), ExpireAt: api.Stamp(o.expires()), RemainingSeconds: int(orderLife / time.Second),
		PayURL: api.TextImage("fakecme", "PayOrder", o.ID),
	}
	response.Details.PaymentOrder.ExpireAt = response.ExpireAt
	return response
}

// clone returns a copy that shares nothing with o.
func (o Order) clone() Order {
	if o.Credit != nil {
		p := *o.Credit
		o.Credit = &p
	}
	if o.VIP != nil {
		p := o.VIP.clone()
		o.VIP = &p
	}
	return o
}

// PayOrder pays an order, as a buyer does by scanning its code. An order that is unknown, paid or closed is an error.
func (st *Scope) PayOrder(c *op.Call, id string) (Order, error) {
	o, there := st.Orders.Get(id)
	if !there {
		return Order{}, fmt.Errorf("pay order %q: there is no such order", id)
	}
	if status := o.Status(c.Now); status != OrderUnpaid {
		return Order{}, fmt.Errorf("pay order %q: its status is %d; only %d can be paid", id, status, OrderUnpaid)
	}
	return st.pay(c, o).clone(), nil
}

// pay marks an order as paid, and adds its credits. The VIP level follows from the order.
func (st *Scope) pay(c *op.Call, o Order) Order {
	o.Paid = c.Now
	st.Orders.Put(o)
	lot := Credit{Owner: o.Owner, SourceRefID: o.ID, CreatedAt: o.granted()}
	switch {
	case o.Plan.Fail:
		return o
	case o.Credit != nil:
		lot.SourceType, lot.SourceRefType, lot.Credits = "purchase", "credit_order", o.Credit.Credits
	case o.VIP.FirstCredit > 0:
		lot.SourceType, lot.SourceRefType, lot.Credits = "vip", "vip_order", o.VIP.FirstCredit
		if o.VIP.FirstCreditExpire != nil {
			lot.ExpireAt = o.VIP.FirstCreditExpire.after(lot.CreatedAt)
		}
	}
	if lot.Credits > 0 {
		st.giveCredits(c, lot)
	}
	return o
}

// VIP returns the level of a user at a time, and its end; a zero end is none. An order begins where the last one ends,
// as the vendor's page promises. It is assumed that the highest level is valid until the last end.
func (st *State) VIP(user account.User, now time.Time) (level int, end time.Time) {
	var granted []Order
	for o := range st.Orders.Of(user.ID) {
		if o.VIP != nil && o.Status(now) == OrderDone {
			granted = append(granted, o)
		}
	}
	slices.SortStableFunc(granted, func(a, b Order) int { return a.granted().Compare(b.granted()) })
	level, end = user.VIPLevel, user.VIPExpire
	for _, o := range granted {
		if level > 0 && end.IsZero() { // for ever
			level = max(level, o.VIP.VIPLevel)
			continue
		}
		if level == 0 || !o.granted().Before(end) {
			level, end = 0, o.granted()
		}
		level = max(level, o.VIP.VIPLevel)
		end = Period{o.VIP.Value, o.VIP.ValueUnit}.after(end)
	}
	if !end.IsZero() && !now.Before(end) {
		level = 0
	}
	return level, end
}

type orderStatusRequest struct {
	ID api.Text `json:"id"`
}

type orderStatusResponse struct {
	Status int `json:"status"`
}

func creditOrderStatus(c *op.Call, st *Scope, req orderStatusRequest) (orderStatusResponse, error) {
	return orderStatus(c, st, req, func(o Order) bool { return o.Credit != nil })
}

func vipOrderStatus(c *op.Call, st *Scope, req orderStatusRequest) (orderStatusResponse, error) {
	return orderStatus(c, st, req, func(o Order) bool { return o.VIP != nil })
}

func orderStatus(c *op.Call, st *Scope, req orderStatusRequest, ofKind func(Order) bool) (orderStatusResponse, error) {
	o, err := table.Own(c, &st.Orders, "order", string(req.ID))
	if err != nil {
		return orderStatusResponse{}, err
	}
	if !ofKind(o) {
		return orderStatusResponse{}, api.ErrNotFound.Because("order.other-kind", "credits and VIP have orders of their own: ask where the order was made",
			"the order %q is of the other kind", o.ID)
	}
	return orderStatusResponse{Status: o.Status(c.Now)}, nil
}
