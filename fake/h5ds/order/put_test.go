package order_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/order"
)

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
