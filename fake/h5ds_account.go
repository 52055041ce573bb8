package fake

import (
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// PutMessage stores a message to a user.
func (h H5DS) PutMessage(m h5ds.Message) h5ds.Message { return putH5DS(h, m, (*h5ds.State).PutMessage) }

// PutCredit gives a user a lot of credits.
func (h H5DS) PutCredit(k h5ds.Credit) h5ds.Credit { return putH5DS(h, k, (*h5ds.State).PutCredit) }

// PutCreditLog adds a line to the log of a user's credits.
func (h H5DS) PutCreditLog(l h5ds.CreditLog) h5ds.CreditLog {
	return putH5DS(h, l, (*h5ds.State).PutCreditLog)
}

// PutCreditPackage stores a package of credits; the first takes the place of the default ones.
func (h H5DS) PutCreditPackage(p h5ds.CreditPackage) h5ds.CreditPackage {
	return putH5DS(h, p, (*h5ds.State).PutCreditPackage)
}

// PutVIPPackage stores a package of VIP; the first takes the place of the default ones.
func (h H5DS) PutVIPPackage(p h5ds.VIPPackage) h5ds.VIPPackage {
	return putH5DS(h, p, (*h5ds.State).PutVIPPackage)
}

// PlanOrders says what becomes of the orders to come: whether they are paid at once, how long the
// grant takes, whether it fails.
func (h H5DS) PlanOrders(p h5ds.PayPlan) {
	h.change(func(st *h5ds.State, _ *op.Call) error { return st.PlanOrders(p) })
}

// PayOrder pays an order that waits for its payment, as the buyer does who scans its code. An
// order that cannot be paid ends the test.
func (h H5DS) PayOrder(id string) {
	h.change(func(st *h5ds.State, c *op.Call) error {
		_, err := st.PayOrder(c, id)
		return err
	})
}

// ApproveQR scans the code that Account.Login.Wqr or one of its sisters has answered. To log in,
// who is any name of a user: platform id, userId, login name, mobile number, e-mail address. To
// bind, it is a name of your choice for the WeChat account. A code that cannot be approved ends
// the test.
func (h H5DS) ApproveQR(sn, who string) {
	h.change(func(st *h5ds.State, c *op.Call) error { return st.ApproveQR(c, sn, who) })
}

// Codes returns the codes that were sent to a mobile number or an e-mail address, the newest
// first. The fake sends nothing; this is how a test reads them.
func (h H5DS) Codes(to string) (codes []h5ds.Code) {
	h.change(func(st *h5ds.State, _ *op.Call) error {
		codes = st.CodesTo(to)
		return nil
	})
	return codes
}

// change does something to the tenant's h5ds from outside of a call. An error ends the test, or
// panics where there is none.
func (h H5DS) change(f func(*h5ds.State, *op.Call) error) {
	server := h.tenant.server
	server.tb.Helper()
	err := server.store.Update(h.tenant.key(), func(st *state) error {
		c := server.newCall(h.tenant, "")
		c.IDs = &st.IDs
		return f(&st.H5DS, c)
	})
	if err != nil {
		server.fail("h5ds: %v", err)
	}
}
